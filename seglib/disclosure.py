"""Disclosure: what is too small to be shown, and how it is hidden.

This is primary protection only: thresholds, rounding and the masking of names. Secondary protection
(hiding a second cell so that a total does not give the first one away) is not provided yet: show
no totals beside a table in which a cell is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seglib.errors import DisclosureError

MINIMUM_PERSONS = 10
MINIMUM_BASE = 50
ROUND_BASE = 5
NAMED_LEVELS = ("wijk", "buurtcombinatie", "gebied", "stadsdeel", "gemeente", "provincie")


@dataclass(frozen=True, slots=True)
class Masked:
    """A table fit to be shown, with counts of what was hidden in it."""

    frame: pd.DataFrame
    hidden_cells: int = 0
    hidden_shares: int = 0
    hidden_names: int = 0

    @property
    def hidden(self) -> int:
        """All that was hidden: cells, shares and names."""
        return self.hidden_cells + self.hidden_shares + self.hidden_names

    def to_frame(self) -> pd.DataFrame:
        """The table itself, with missing values where something is hidden."""
        return self.frame.copy()


def _numbers(values: object, what: str) -> np.ndarray:
    numbers = np.asarray(values, dtype=float)
    if (numbers < 0).any():
        worst = numbers[numbers < 0].min()
        raise DisclosureError(
            f"Persons in {what} must be 0 or more, and {worst:g} is among them. "
            "Read missing-value codes as missing first."
        )
    return numbers


def round_to(
    persons: object, base: int = ROUND_BASE, *, minimum: int = MINIMUM_PERSONS
) -> np.ndarray:
    """Round persons to a multiple, after hiding every cell that is too small to be shown.

    Parameters
    ----------
    persons : array_like
        Persons, any shape; NaN stays NaN.
    base : int
        The multiple.
    minimum : int
        Cells below it, zeros included, become NaN. The rounded value is never below it.

    Returns
    -------
    numpy.ndarray
        Rounded persons as float64, NaN where hidden.

    Raises
    ------
    DisclosureError
        A value is negative, or `base` is not positive.

    Examples
    --------
    >>> round_to([0, 9, 11, 13]).tolist()
    [nan, nan, 10.0, 15.0]
    """
    if base < 1:
        raise DisclosureError(f"Persons are rounded to a multiple of 1 or more, not of {base}.")
    numbers = _numbers(persons, "the table")
    rounded = np.floor(numbers / base + 0.5) * base
    lowest = -(-minimum // base) * base
    return np.where(numbers < minimum, np.nan, np.maximum(rounded, lowest))


def hide_small_bases(
    values: object, bases: object, *, minimum: int = MINIMUM_BASE
) -> tuple[np.ndarray, int]:
    """Hide percentages and indices that rest on too few persons.

    Parameters
    ----------
    values : array_like
        One value per unit.
    bases : array_like
        Persons on which each value rests.
    minimum : int
        Values on a smaller base become NaN.

    Returns
    -------
    tuple of numpy.ndarray and int
        The values as float64, and how many were hidden.

    Raises
    ------
    DisclosureError
        Values and bases are not equally many, or a base is negative.

    Examples
    --------
    >>> hide_small_bases([0.2, 0.4], [49, 50])
    (array([nan, 0.4]), 1)
    """
    numbers = np.asarray(values, dtype=float)
    persons = _numbers(bases, "the bases")
    if numbers.shape != persons.shape:
        raise DisclosureError(
            f"Each value needs its base: {numbers.size} values came with {persons.size} bases."
        )
    small = persons < minimum
    return np.where(small, np.nan, numbers), int((small & ~np.isnan(numbers)).sum())


def mask_names(names: Sequence[str], level: str, *, show_names: bool = False) -> tuple[str, ...]:
    """Replace the names of areas below the level of the wijk by running numbers.

    Parameters
    ----------
    names : sequence of str
        Names or codes of the units.
    level : str
        Their level; a level that is not known is taken as too fine.
    show_names : bool
        The reader's own choice to see them.

    Returns
    -------
    tuple of str
        The names, or "1", "2", ... in the given order.

    Examples
    --------
    >>> mask_names(["Landlust"], "buurt")
    ('1',)
    >>> mask_names(["Landlust"], "wijk")
    ('Landlust',)
    """
    if show_names or level in NAMED_LEVELS:
        return tuple(names)
    return tuple(str(place) for place, _ in enumerate(names, start=1))


def suppress(
    frame: pd.DataFrame,
    *,
    persons: Sequence[str] = (),
    shares: Sequence[str] = (),
    base: str = "",
    names: str = "",
    level: str = "",
    round_base: int = ROUND_BASE,
    show_names: bool = False,
) -> Masked:
    """Make a table fit to be shown: small cells, thin percentages and fine names are hidden.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit; it is not changed.
    persons : sequence of str
        Columns with persons: below 10 hidden, the others rounded.
    shares : sequence of str
        Columns with shares or indices: hidden where the base is under 50.
    base : str
        Column with the persons on which the shares rest.
    names : str
        Column with names, numbered when `level` is below the wijk.
    level : str
        Level of the units.
    round_base : int
        Persons are rounded to a multiple of it.
    show_names : bool
        The reader's own choice to see names.

    Returns
    -------
    Masked
        The table and the counts of what was hidden.

    Raises
    ------
    DisclosureError
        A column is not in the table, or shares came without their base.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["a", "b"], "persons": [7, 52], "share": [0.5, 0.25]})
    >>> suppress(table, persons=["persons"], shares=["share"], base="persons").hidden
    2
    """
    _check_columns(frame, [*persons, *shares, *filter(None, (base, names))])
    if shares and not base:
        raise DisclosureError(
            f"Shares {', '.join(shares)} need the column with their base; pass base=."
        )
    shown = frame.copy()
    cells = thin = 0
    for column in shares:
        shown[column], hidden = hide_small_bases(frame[column], frame[base])
        thin += hidden
    for column in persons:
        rounded = round_to(frame[column], round_base)
        cells += int(np.isnan(rounded).sum()) - int(
            np.isnan(np.asarray(frame[column], float)).sum()
        )
        shown[column] = rounded
    numbered = 0
    if names:
        given = [str(name) for name in frame[names]]
        shown[names] = mask_names(given, level, show_names=show_names)
        numbered = len(given) if list(shown[names]) != given else 0
    return Masked(shown, cells, thin, numbered)


def _check_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise DisclosureError(
            f"Column {missing[0]!r} is not in the table; it has {', '.join(map(str, frame))}."
        )
