"""One table of persons: validated, immutable, and able to give itself back as a frame."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import TableError, UnknownGroupError
from seglib.table.cells import LARGEST_TOTAL, Cells, Counts, labels, locked, refuse_twins
from seglib.table.ground import areas, points
from seglib.table.long import grids, in_a_line, long_frame
from seglib.table.nested import kept, nested_parts
from seglib.table.remembered import Remembered

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Dropped:
    """A unit that was left out on the way in, and why.

    ``persons`` is None where the source itself gives no number.
    """

    unit: str
    name: str
    persons: int | None
    reason: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CountTable:
    """Persons of one place in one year from one source, by unit and group.

    Make one with :meth:`from_counts` or :meth:`from_frame`: these check the figures.

    Parameters
    ----------
    counts : numpy.ndarray
        Persons, int64, shape (n_units, n_groups), C-contiguous and read-only, never negative.
    groups, units : tuple of str
        Names of the columns and codes of the rows; both unique.
    lower, upper : numpy.ndarray, optional
        Range left by rounding or secrecy, same shape, ``lower <= counts <= upper``.
    unit_names : tuple of str
        Names for people to read; the codes where the source has none.
    parts : mapping of str to tuple of str
        For each level that units nest in, the code of the part that each unit lies in.
    place, year, source, classification, level
        Where the figures come from; only ``year`` may be None.
    dropped : tuple of Dropped
        Units that were left out on the way in.
    points_m, areas_m2 : numpy.ndarray, optional
        A point for each unit (EPSG:28992, metres, shape (n_units, 2)) and its area, float64.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> table.total, table.n_units, table.column("a").tolist()
    (80, 2, [30, 10])
    """

    counts: Counts
    groups: tuple[str, ...]
    units: tuple[str, ...]
    lower: Counts | None = None
    upper: Counts | None = None
    unit_names: tuple[str, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    place: str = ""
    year: int | None = None
    source: str = ""
    classification: str = ""
    level: str = ""
    dropped: tuple[Dropped, ...] = ()
    points_m: NDArray[np.float64] | None = None
    areas_m2: NDArray[np.float64] | None = None
    _known: Remembered = field(default_factory=Remembered, init=False, repr=False)

    def __post_init__(self) -> None:
        for names, what in (("groups", "group"), ("units", "unit")):
            object.__setattr__(self, names, tuple(map(str, getattr(self, names))))
            refuse_twins(getattr(self, names), what)
        if not (self.units and self.groups):
            raise TableError(
                f"A table needs a unit and a group at least, it has {len(self.units)} and "
                f"{len(self.groups)}. Choose others."
            )
        unit_names = labels(self.unit_names or self.units, self.n_units, "unit")
        object.__setattr__(self, "unit_names", unit_names)
        parts = {name: labels(codes, self.n_units, "unit") for name, codes in self.parts.items()}
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "points_m", points(self.points_m, self.units))
        object.__setattr__(self, "areas_m2", areas(self.areas_m2, self.units))
        cells = Cells(self.units, self.groups)
        counts = cells.whole(self.counts, "persons")
        object.__setattr__(self, "counts", counts)
        for bound in ("lower", "upper"):
            if getattr(self, bound) is not None:
                object.__setattr__(self, bound, cells.whole(getattr(self, bound), bound))
        if self.lower is not None:
            why = "is above its count of {}"
            cells.refuse(self.lower > counts, "lower", self.lower, why, against=counts)
        if self.upper is not None:
            why = "is below its count of {}"
            cells.refuse(self.upper < counts, "upper", self.upper, why, against=counts)
        if float(counts.sum(dtype=np.float64)) > LARGEST_TOTAL:
            raise TableError(
                f"A table holds at most 2**53 persons, these add up to "
                f"{counts.sum(dtype=float):g}. Check the unit in which the counts are given."
            )

    def __repr__(self) -> str:
        return in_a_line(self)

    @classmethod
    def from_counts(
        cls,
        array: ArrayLike,
        *,
        groups: Iterable[str] | None = None,
        units: Iterable[str] | None = None,
        lower: ArrayLike | None = None,
        upper: ArrayLike | None = None,
        unit_totals: ArrayLike | None = None,
        tolerance: float = 0,
        round_fractions: bool = False,
        **meta: Any,
    ) -> CountTable:
        """Check an array of persons and make it a table.

        Parameters
        ----------
        array : array_like
            Persons, shape (n_units, n_groups); whole numbers of any dtype.
        groups, units : iterable of str, optional
            Names of columns and codes of rows; by default "1", "2", ...
        lower, upper : array_like, optional
            Bounds in persons, same shape.
        unit_totals : array_like, optional
            Totals that the publisher prints, shape (n_units,), to check the groups against.
        tolerance : float
            Persons by which rounding may lift a group above its unit's total.
        round_fractions : bool
            True declares that fractions are wanted rounded to the nearest person (half to even).
        **meta
            Any other field of CountTable.

        Returns
        -------
        CountTable
            The same persons, checked, as read-only int64.

        Raises
        ------
        TableError
            A count is negative, missing, a publisher's mark for "not given", fractional without
            a declared rounding, or larger than its unit's total; a unit or group comes twice.

        Examples
        --------
        >>> CountTable.from_counts([[3, 1], [0, 4]], year=2017).groups
        ('1', '2')
        """
        try:
            values = np.asarray(array)
        except ValueError as cause:
            raise TableError(
                "Counts need rows of one length, some are longer than others. "
                "Give every unit a number for every group."
            ) from cause
        if values.ndim != 2 or 0 in values.shape:
            raise TableError(
                f"Counts need a row per unit and a column per group, these have shape "
                f"{values.shape}. Give a two-dimensional array with at least one of each."
            )
        columns = labels(groups, values.shape[1], "group")
        rows = labels(units, values.shape[0], "unit")
        cells = Cells(rows, columns)
        persons = cells.whole(values, "persons", round_fractions)
        if unit_totals is not None:
            totals = np.asarray(unit_totals)
            if totals.shape != (len(rows),):
                raise TableError(
                    f"unit_totals needs one total for each of {len(rows)} units, it has shape "
                    f"{totals.shape}. Give them in the order of the rows."
                )
            whole = Cells(rows, ("unit total",)).whole(totals[:, None], "total", round_fractions)
            grid = np.broadcast_to(whole, persons.shape)
            beyond = f"is above its unit's total of {{}} by more than the declared {tolerance:g}"
            cure = "Mend one of the two, or declare the rounding as tolerance."
            cells.refuse(persons > grid + tolerance, "persons", persons, beyond, cure, grid)
        bounds: dict[str, Any] = {
            name: None if bound is None else np.asarray(bound)
            for name, bound in (("lower", lower), ("upper", upper))
        }
        return cls(persons, columns, rows, **bounds, **meta)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        unit: str,
        group: str,
        persons: str,
        lower: str | None = None,
        upper: str | None = None,
        **options: Any,
    ) -> CountTable:
        """Make a table of a long frame: one row for each unit and group.

        Parameters
        ----------
        frame : pandas.DataFrame
            Long and complete: every unit has a row for every group, in any order.
        unit, group, persons : str
            Columns with the unit's code, the group's name and the number of persons.
        lower, upper : str, optional
            Columns with the bounds.
        **options
            As for :meth:`from_counts`; rows come in order of first appearance.

        Returns
        -------
        CountTable
            Units and groups in order of first appearance.

        Raises
        ------
        TableError
            A column is not there, a unit has a group twice or not at all, or as from_counts.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"wijk": ["A", "A"], "origin": ["a", "b"], "n": [3, 1]})
        >>> CountTable.from_frame(frame, unit="wijk", group="origin", persons="n").counts.tolist()
        [[3, 1]]
        """
        units, groups, cells = grids(frame, unit, group, persons, lower, upper)
        options = {"groups": groups, "units": units} | options
        return cls.from_counts(cells[0], lower=cells[1], upper=cells[2], **options)

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.units)

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.groups)

    @property
    def total(self) -> int:
        """All persons."""
        return int(self.group_totals.sum())

    @property
    def unit_totals(self) -> Counts:
        """Persons by unit, int64, shape (n_units,)."""
        return self._known.once("unit totals", lambda: self.by_group.sum(axis=0))

    @property
    def group_totals(self) -> Counts:
        """Persons by group, int64, shape (n_groups,)."""
        return self._known.once("group totals", lambda: self.by_group.sum(axis=1))

    @property
    def by_group(self) -> Counts:
        """The counts with a contiguous row per group, shape (n_groups, n_units), read-only."""
        return self._known.once("by group", lambda: np.ascontiguousarray(self.counts.T))

    @property
    def shares(self) -> NDArray[np.float64]:
        """Each group's share of all persons, float64, sums to 1; zeros in an empty table."""
        return locked(self.group_totals / max(self.total, 1))

    def group_index(self, name: str) -> int:
        """Column of a group; an unknown name is an UnknownGroupError with the nearest ones."""
        if name in self.groups:
            return self.groups.index(name)
        near = difflib.get_close_matches(str(name), self.groups, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        where = " ".join(filter(None, (self.place, str(self.year or "")))) or "this table"
        raise UnknownGroupError(
            f"There is no group {name!r} in {where}. {hint}It has {', '.join(self.groups)}."
        )

    def column(self, name: str) -> Counts:
        """Persons of one group by unit, int64, shape (n_units,), contiguous and read-only."""
        return self.by_group[self.group_index(name)]

    def complement(self, name: str) -> Counts:
        """Everyone outside one group by unit, int64, shape (n_units,)."""
        return locked(self.unit_totals - self.column(name))

    def select_groups(self, names: Sequence[str]) -> CountTable:
        """Keep these groups only, in this order; the rest then no longer counts as persons."""
        if isinstance(names, str):
            raise TableError(f"Groups come as a list, not {names!r}. Write [{names!r}].")
        chosen = [self.group_index(name) for name in names]
        return self._rebuilt(lambda cells: cells[:, chosen], groups=tuple(names))

    def select_units(
        self, chosen: Iterable[str] | NDArray[np.bool_], *, reason: str = ""
    ) -> CountTable:
        """Keep units by code or by mask, in the table's order; a reason records the others."""
        codes = list(chosen)
        if len(codes) == self.n_units and all(isinstance(c, bool | np.bool_) for c in codes):
            keep = np.array(codes, dtype=bool)
        else:
            if unknown := sorted(set(codes) - set(self.units)):
                raise TableError(
                    f"There is no unit {unknown[0]!r} among the {self.n_units} units of this "
                    "table. Use codes from table.units, or a mask of that length."
                )
            keep = np.isin(self.units, codes)
        left_out = tuple(
            Dropped(self.units[u], self.unit_names[u], int(self.counts[u].sum()), reason)
            for u in np.flatnonzero(~keep & bool(reason))
        )
        return self._rebuilt(
            lambda cells: cells[keep],
            units=kept(self.units, keep),
            unit_names=kept(self.unit_names, keep),
            parts={level: kept(codes, keep) for level, codes in self.parts.items()},
            dropped=self.dropped + left_out,
            points_m=None if self.points_m is None else self.points_m[keep],
            areas_m2=None if self.areas_m2 is None else self.areas_m2[keep],
        )

    def merge(self, into: str | Mapping[str, str]) -> CountTable:
        """Add units up: into the parts of a level, or by a mapping from old to new codes.

        Units that a mapping does not name stay as they are. New units come in order of first
        appearance; levels that a merged unit would straddle are left out of ``parts``, points
        and areas altogether.
        """
        if isinstance(into, str):
            codes, level = self.part_of(into), into
        else:
            codes, level = tuple(into.get(code, code) for code in self.units), self.level
        fresh = tuple(dict.fromkeys(codes))
        place_of = {code: row for row, code in enumerate(fresh)}
        target = np.array([place_of[code] for code in codes])

        def added(cells: Counts) -> Counts:
            out = np.zeros((len(fresh), self.n_groups), dtype=np.int64)
            np.add.at(out, target, cells)
            return out

        first = {code: self.unit_names[u] for u, code in enumerate(codes) if code == self.units[u]}
        return self._rebuilt(
            added,
            units=fresh,
            unit_names=tuple(first.get(code, code) for code in fresh),
            parts=nested_parts(self.parts, codes, fresh, skip=level),
            level=level,
            points_m=None,
            areas_m2=None,
        )

    def part_of(self, level: str) -> tuple[str, ...]:
        """The part of a level that each unit lies in; an unknown level is a TableError."""
        if level not in self.parts:
            known = ", ".join(self.parts) or "none"
            raise TableError(
                f"Units of this table do not nest in a level {level!r}; known levels: {known}. "
                "Give the level's codes as parts={...} when making the table."
            )
        return self.parts[level]

    def scaled(self, factor: int) -> CountTable:
        """The same city a whole number of times as large."""
        if factor != int(factor) or factor < 1:
            raise TableError(f"A table scales by a whole number from 1, not {factor!r}. Round it.")
        return self._rebuilt(lambda cells: cells * int(factor))

    def to_frame(self) -> pd.DataFrame:
        """Long and tidy: unit, unit_name, group, persons, lower, upper (empty without bounds)."""
        return long_frame(self)

    def over(self, counts: Counts) -> CountTable:
        """The same table with its persons kept in a larger array; the figures must be equal."""
        twin = replace(self)
        object.__setattr__(twin, "counts", locked(counts))
        return twin

    def _rebuilt(self, change: Callable[[Counts], Counts], **fields: Any) -> CountTable:
        fields["lower"] = None if self.lower is None else change(self.lower)
        fields["upper"] = None if self.upper is None else change(self.upper)
        return replace(self, counts=change(self.counts), **fields)
