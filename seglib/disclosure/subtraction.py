"""Subtraction: hide so much more that totals and coarser tables give no small number away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.disclosure.thresholds import MINIMUM_PERSONS, ROUND_BASE, round_to
from seglib.errors import DisclosureError, SetupError
from seglib.table import CountTable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TOTAL = "total"
LARGEST = MINIMUM_PERSONS - 1
ROOM = 1e-6
UNBOUNDED = 3  # the solver's word for: nothing holds it at all


@dataclass(frozen=True, slots=True)
class Sheet:
    """Persons by unit and group with their totals, fit to be shown.

    ``frame`` has a row for each unit and a column for each group, a last row and column "total",
    and NaN where a number is hidden: ``hidden_small`` of them because they are under 10 and
    ``hidden_beside`` because the others would give one of those away. Both look the same.
    """

    frame: pd.DataFrame
    hidden_small: int
    hidden_beside: int


def protected_counts(table: CountTable, levels: Sequence[str] = ()) -> dict[str, Sheet]:
    """The count tables of one place and year that may stand together in one report.

    Parameters
    ----------
    table : CountTable
        The finest units that are shown.
    levels : sequence of str
        Levels in ``table.parts`` that are shown as well, each with totals of its own.

    Returns
    -------
    dict of str to Sheet
        By level, the table's own first. Every number is rounded to a multiple of 5 by itself.
        From all that is shown, with all sums, no number of 0 to 9 can be ruled out for a number
        that is hidden because it is under 10.

    Raises
    ------
    DisclosureError
        A level is asked twice, or the place has fewer than 10 persons in all.
    TableError
        The units do not nest in a level.
    SetupError
        The solver is not installed.

    Notes
    -----
    A reader is taken to know the rules, every number that is shown to within its rounding, that
    persons are 0 or more, and how everything adds up. Which numbers such a reader can rule out is
    a linear programme for each hidden number; since units nest, its whole-number answers are its
    answers. While one rules too much out, the smallest number that holds it in place is hidden as
    well. Figures printed elsewhere, other years among them, are not taken into account.

    References
    ----------
    Fischetti and Salazar (2001), Management Science 47(7), 1008-1027.

    Examples
    --------
    >>> table = CountTable.from_counts([[40, 4], [60, 30], [50, 45]], groups=("a", "b"))
    >>> sheet = protected_counts(table)[""]
    >>> int(sheet.frame.isna().sum().sum()), sheet.hidden_small
    (2, 1)
    """
    shown = list(dict.fromkeys((table.level, *levels)))
    if len(shown) <= len(levels):
        raise DisclosureError(
            f"Each level is shown once; {', '.join(levels)} names one twice or the table's own "
            f"{table.level!r}. Drop the second."
        )
    if table.total < MINIMUM_PERSONS:
        raise DisclosureError(
            f"{table.place or 'The place'} has fewer than {MINIMUM_PERSONS} persons in all, too "
            "few for a table of counts. Show a larger place."
        )
    parts = [table.units, *(table.part_of(level) for level in levels)]
    names = [list(dict.fromkeys(part)) for part in parts]
    forms, entry_of = _distinct(
        [_sums(part, of, table) for part, of in zip(parts, names, strict=True)]
    )
    persons = (forms @ table.counts.ravel()).astype(np.int64)
    small = persons < MINIMUM_PERSONS
    hidden = _Audit(forms, persons, small.copy()).hide_enough(small)
    rounded = np.where(hidden, np.nan, round_to(persons))
    sheets: dict[str, Sheet] = {}
    for level, rows, entries in zip(shown, names, entry_of, strict=True):
        frame = pd.DataFrame(
            rounded[entries].reshape(len(rows) + 1, table.n_groups + 1),
            index=[*rows, TOTAL],
            columns=[*table.groups, TOTAL],
        )
        too_small = int(small[entries].sum())
        sheets[level] = Sheet(frame, too_small, int(hidden[entries].sum()) - too_small)
    return sheets


def _sums(part: Sequence[str], names: list[str], table: CountTable) -> csr_array:
    """Which cells each number of a sheet adds up, totals last; shape (numbers, cells)."""
    sparse = _solver()[0]
    row_of = {name: row for row, name in enumerate(names)}
    rows = np.zeros((len(names) + 1, table.n_units))
    rows[[row_of[name] for name in part], range(table.n_units)] = 1.0
    rows[-1] = 1.0
    columns = np.vstack([np.eye(table.n_groups), np.ones(table.n_groups)])
    return sparse.csr_array(sparse.kron(sparse.csr_array(rows), columns, format="coo"))


def _distinct(sheets: list[Any]) -> tuple[Any, list[NDArray[np.int64]]]:
    """Each sum once, and for every number of every sheet which one it is."""
    place_of: dict[bytes, int] = {}
    kept, entry_of = [], []
    for sums in sheets:
        entries = np.empty(sums.shape[0], dtype=np.int64)
        for number in range(sums.shape[0]):
            cells = np.sort(sums.indices[sums.indptr[number] : sums.indptr[number + 1]])
            entries[number] = place_of.setdefault(cells.tobytes(), len(place_of))
            if entries[number] == len(kept):
                kept.append(sums[[number]])
        entry_of.append(entries)
    return _solver()[0].csr_array(_solver()[0].vstack(kept)), entry_of


@dataclass(slots=True)
class _Audit:
    """What a reader can work out from the numbers that are not hidden."""

    sums: Any
    persons: NDArray[np.int64]
    hidden: NDArray[np.bool_]

    def hide_enough(self, small: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Hide more until nothing from 0 to 9 is ruled out for any small number."""
        numbers = np.flatnonzero(small)
        for number in numbers[~self._all_at_once(numbers)]:
            while (holding := self._holding(number)) is not None:
                self.hidden[holding] = True
        return self.hidden

    def _all_at_once(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which numbers can be 0 in one table and 9 in another; those that cannot may still be."""
        sums, count = self.sums[numbers], len(numbers)
        lowest = self._least(sums.sum(axis=0), self._limits())
        sparse = _solver()[0]
        rows, most = self._limits()
        # one more unknown for each number, at most 9 and at most the number itself
        ahead = sparse.block_array([[rows, None], [-sums, sparse.eye_array(count)]])
        most = np.concatenate([most, np.zeros(count)])
        aim = np.concatenate([np.zeros(self.sums.shape[1]), -np.ones(count)])
        caps = [(0, None)] * self.sums.shape[1] + [(0, LARGEST)] * count
        highest = self._least(aim, (ahead, most), caps)
        if lowest.x is None or highest.x is None:
            return np.zeros(count, dtype=bool)
        at_nine = sums @ highest.x[: self.sums.shape[1]] >= LARGEST - ROOM
        return np.asarray((sums @ lowest.x <= ROOM) & at_nine)

    def _holding(self, number: int) -> int | None:
        """The smallest of the numbers that rule something out for this one, or None."""
        shown = np.flatnonzero(~self.hidden)
        for sign, wanted in ((1.0, 0.0), (-1.0, -float(LARGEST))):
            found = self._least(sign * self.sums[[number]].toarray()[0], self._limits())
            if found.status == UNBOUNDED or found.fun <= wanted + ROOM:
                continue
            marginals = np.abs(found.ineqlin.marginals).reshape(2, -1).sum(axis=0)
            binding = shown[marginals > ROOM]
            return int(binding[self.persons[binding].argmin()])
        return None

    def _limits(self) -> tuple[Any, NDArray[np.float64]]:
        """What a reader knows: rows of sums and the most that each can be, both signs."""
        shown = ~self.hidden
        low = round_to(self.persons[shown]) - ROUND_BASE // 2
        high = low + 2 * (ROUND_BASE // 2)
        rows = self.sums[np.flatnonzero(shown)]
        least = np.maximum(low, MINIMUM_PERSONS)
        return _solver()[0].vstack([rows, -rows]), np.concatenate([high, -least])

    def _least(self, aim: Any, limits: tuple[Any, Any], caps: Any = (0, None)) -> Any:
        """The table that a reader thinks possible with the least of the aim."""
        rows, most = limits
        found = _solver()[1](aim, A_ub=rows, b_ub=most, bounds=caps, method="highs")
        if found.status not in (0, UNBOUNDED):
            raise DisclosureError(
                f"The audit of a table of counts found no answer: {found.message} "
                "Show fewer levels or groups."
            )
        return found


def _solver() -> tuple[Any, Any]:
    """scipy's sparse arrays and linear programmes, loaded when first needed."""
    try:
        from scipy import sparse
        from scipy.optimize import linprog
    except ImportError as cause:
        raise SetupError(
            "Tables of counts are audited with scipy, which is not installed. "
            "Install seglib with the extra 'reports'."
        ) from cause
    return sparse, linprog
