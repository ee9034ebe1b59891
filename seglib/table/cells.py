"""What a cell of a table may hold; each refusal names its row, column and cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import TableError

Counts = NDArray[np.int64]
REST = "rest"
SENTINELS = (-99997, -99995, -99999999)
LARGEST_TOTAL = 2**53  # above this a float64 no longer holds every whole number of persons


def labels(names: Iterable[str] | None, size: int, what: str) -> tuple[str, ...]:
    """Names as text, one for each row or column; "1", "2", ... where none are given."""
    if names is None:
        return tuple(str(number + 1) for number in range(size))
    found = tuple(map(str, names))
    if len(found) != size:
        raise TableError(
            f"The counts have {size} {what}s, {len(found)} names came. "
            f"Give one name for each {what}, in order."
        )
    return found


def refuse_twins(names: tuple[str, ...], what: str) -> None:
    """A name that comes twice is an error."""
    if len(set(names)) == len(names):
        return
    name = next(name for name in names if names.count(name) > 1)
    rows = [str(number + 1) for number, other in enumerate(names) if other == name]
    raise TableError(
        f"The {what} {name!r} comes more than once, at {what} {' and '.join(rows)}. "
        f"Add the two up, or give each {what} a code of its own."
    )


def locked(array: Any) -> Any:
    """The same array, read-only."""
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True)
class Cells:
    """The grid that messages point into."""

    units: tuple[str, ...]
    groups: tuple[str, ...]

    def whole(self, values: Any, what: str, round_fractions: bool = False) -> Counts:
        """Persons as a read-only int64 copy; raises TableError for what cannot be a count."""
        given = np.asarray(values)
        if given.shape != (len(self.units), len(self.groups)):
            raise TableError(
                f"{what} needs shape {(len(self.units), len(self.groups))}, a row per unit and "
                f"a column per group; it has {given.shape}. Give it in the shape of the counts."
            )
        if given.dtype.kind in "iub":
            numbers: Any = given
        else:
            numbers = self._numbers(given, what)
        self.refuse(
            np.isin(numbers, SENTINELS),
            what,
            numbers,
            'is the publisher\'s mark for "not given"',
            cure="Leave the unit out and record it in dropped, or give bounds.",
        )
        self.refuse(
            numbers < 0, what, numbers, "is negative", cure="Persons count from 0; mend the source."
        )
        if numbers.dtype.kind == "f":
            rounded = np.rint(numbers)
            if not round_fractions:
                cure = "Give whole persons, or declare the rounding with round_fractions=True."
                self.refuse(rounded != numbers, what, numbers, "is not a whole number", cure=cure)
            numbers = rounded
        return locked(np.array(numbers, dtype=np.int64, order="C"))

    def refuse(
        self,
        wrong: Any,
        what: str,
        values: Any,
        why: str,
        cure: str = "Check both columns in the source.",
        against: Any = None,
    ) -> None:
        """Raise for the first wrong cell, if there is one; ``{}`` in why is the cell of against."""
        places = np.argwhere(wrong)
        if not len(places):
            return
        row, column = places[0]
        more = f" ({len(places)} such cells)" if len(places) > 1 else ""
        reason = why if against is None else why.format(_plain(against[row, column]))
        raise TableError(
            f"Unit {self.units[row]!r} (row {row + 1}), group {self.groups[column]!r}: "
            f"{what} {_plain(values[row, column])} {reason}{more}. {cure}"
        )

    def _numbers(self, given: Any, what: str) -> Any:
        try:
            numbers = given.astype(np.float64)
        except (TypeError, ValueError):
            fine = np.array([_is_number(value) for value in given.flat]).reshape(given.shape)
            self.refuse(~fine, what, given, "is not a number", cure="Give persons as numbers.")
            flat = [np.nan if value is None else float(value) for value in given.flat]
            numbers = np.array(flat).reshape(given.shape)
        self.refuse(
            ~np.isfinite(numbers),
            what,
            numbers,
            "is missing",
            cure="Fill it from the source, or leave the unit out and record it in dropped.",
        )
        return numbers


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return value is None
    return True


def _plain(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float | np.floating) else str(value)
