"""The ground that two years share, and the units and groups that only one of them has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seglib.change.fitting import Floats
from seglib.errors import UndefinedMeasureError
from seglib.table import CountTable, Dropped, refuse_other_groups

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class CommonGround:
    """The units and groups with people in both years, and those of one year only.

    ``before`` and ``after`` are persons on the ground, float64, shape (n_units, n_groups).
    ``removals`` are units whose people stand in the earlier year alone, ``additions`` those of
    the later year, each with its persons and why; ``removed_groups`` and ``added_groups`` hold
    the persons of groups that one year lacks.
    """

    before: Floats
    after: Floats
    units: tuple[str, ...]
    groups: tuple[str, ...]
    removals: tuple[Dropped, ...] = ()
    additions: tuple[Dropped, ...] = ()
    removed_groups: Mapping[str, int] | None = None
    added_groups: Mapping[str, int] | None = None

    @property
    def names(self) -> tuple[list[str], list[str]]:
        """What rows and columns are called in a message."""
        return [f"unit {unit!r}" for unit in self.units], [
            f"group {name!r}" for name in self.groups
        ]

    @property
    def without(self) -> list[str]:
        """The parts of a difference that no unit and no group makes up."""
        removed, added = (self.removals, self.removed_groups), (self.additions, self.added_groups)
        return [
            part for part, apart in (("removals", removed), ("additions", added)) if not any(apart)
        ]

    def to_frame(self) -> pd.DataFrame:
        """A row for each unit and group of one year only: part, unit or group, persons, reason."""
        import pandas as pd

        rows: list[tuple[str, str, str, int | None, str]] = []
        for part, units, groups in (
            ("removals", self.removals, self.removed_groups),
            ("additions", self.additions, self.added_groups),
        ):
            rows += [(part, unit.unit, "", unit.persons, unit.reason) for unit in units]
            rows += [(part, "", name, n, "one year only") for name, n in (groups or {}).items()]
        return pd.DataFrame(rows, columns=["part", "unit", "group", "persons", "reason"])


def common_ground(before: CountTable, after: CountTable) -> CommonGround:
    """What two years share, and what only one of them has.

    Parameters
    ----------
    before, after : CountTable
        Two years with the same groups; units are matched by code.

    Returns
    -------
    CommonGround
        Both years on the units and groups that have people in both, with a list of the others.

    Raises
    ------
    TableError
        The groups differ.
    UndefinedMeasureError
        No unit has people in both years.

    Examples
    --------
    >>> first = CountTable.from_counts([[4, 1], [1, 4]], units=("A", "B"))
    >>> last = CountTable.from_counts([[4, 1], [2, 3]], units=("A", "C"))
    >>> ground = common_ground(first, last)
    >>> ground.units, [(unit.unit, unit.persons) for unit in ground.additions]
    (('A',), [('C', 5)])
    """
    refuse_other_groups(before, after)
    ours, theirs = matched(before, after)
    first, last = before.counts[ours], after.counts[theirs]
    shared = occupied(first, last)
    if shared is None:
        raise UndefinedMeasureError(
            f"A change needs units with people in both years; of {before.n_units} and "
            f"{after.n_units} units none has. Bring both years on the same ground first."
        )
    rows, columns = shared
    units = tuple(before.units[row] for row in ours[rows])
    groups = tuple(before.groups[column] for column in columns)
    apart = [
        (_apart(one, other, units, which), _lost(one, groups))
        for one, other, which in ((before, after, "later"), (after, before, "earlier"))
    ]
    return CommonGround(
        *(
            np.array(counts[np.ix_(rows, columns)], np.float64, order="C")
            for counts in (first, last)
        ),
        units=units,
        groups=groups,
        removals=apart[0][0],
        additions=apart[1][0],
        removed_groups=apart[0][1],
        added_groups=apart[1][1],
    )


def matched(before: CountTable, after: CountTable) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows of both tables that have the same unit code, in the order of the earlier one."""
    row_of = {code: row for row, code in enumerate(after.units)}
    pairs = [(row, row_of[code]) for row, code in enumerate(before.units) if code in row_of]
    ours, theirs = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return ours, theirs


def occupied(
    first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """The rows and columns that hold someone in both arrays; None where nothing is left."""
    rows, columns = (np.arange(size) for size in first.shape)
    while len(rows) and len(columns):
        both = [counts[np.ix_(rows, columns)] for counts in (first, last)]
        full_rows = both[0].any(axis=1) & both[1].any(axis=1)
        full_columns = both[0].any(axis=0) & both[1].any(axis=0)
        if full_rows.all() and full_columns.all():
            return rows, columns
        rows, columns = rows[full_rows], columns[full_columns]
    return None


def _apart(
    table: CountTable, other: CountTable, ground: tuple[str, ...], which: str
) -> tuple[Dropped, ...]:
    """The units with people that are not on the ground, and what the other year says of them."""
    on_ground, persons_there = set(ground), dict(zip(other.units, other.unit_totals, strict=True))
    found: list[Dropped] = []
    for unit, name, persons in zip(table.units, table.unit_names, table.unit_totals, strict=True):
        if unit in on_ground or not persons:
            continue
        reason = f"not in the {which} year"
        if unit in persons_there:
            reason = (
                "no group in both years" if persons_there[unit] else f"empty in the {which} year"
            )
        found.append(Dropped(unit, name, int(persons), reason))
    return tuple(found)


def _lost(table: CountTable, ground: tuple[str, ...]) -> dict[str, int]:
    """The persons of each group with members that is not on the ground."""
    persons = zip(table.groups, table.group_totals.tolist(), strict=True)
    return {name: number for name, number in persons if number and name not in ground}
