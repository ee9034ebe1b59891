"""Thresholds: what is too small to be shown, rounding, and the masking of names.

This hides each number by itself. Where totals or coarser tables stand beside it, use
``protected_counts``, which hides so much more that subtraction does not bring it back.
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
    """A table fit to be shown, with missing values where something is hidden, and the counts."""

    frame: pd.DataFrame
    hidden_cells: int = 0
    hidden_shares: int = 0
    hidden_names: int = 0

    @property
    def hidden(self) -> int:
        """All that was hidden: cells, shares and names."""
        return self.hidden_cells + self.hidden_shares + self.hidden_names


def _numbers(values: object, what: str) -> np.ndarray:
    numbers = np.asarray(values, dtype=float)
    if (numbers < 0).any():
        raise DisclosureError(
            f"Persons in {what} must be 0 or more, and {np.nanmin(numbers):g} is among them. "
            "Read missing-value codes as missing first."
        )
    return numbers


def round_to(persons: object, base: int = ROUND_BASE) -> np.ndarray:
    """Round persons to a multiple, after hiding every cell that is too small to be shown.

    Parameters
    ----------
    persons : array_like
        Persons, any shape; NaN stays NaN.
    base : int
        The multiple. Cells below 10, zeros included, become NaN; no rounded value is below 10.

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
    lowest = -(-MINIMUM_PERSONS // base) * base
    return np.where(numbers < MINIMUM_PERSONS, np.nan, np.maximum(rounded, lowest))


def hide_small_bases(values: object, bases: object) -> tuple[np.ndarray, int]:
    """Hide percentages and indices that rest on too few persons, or on an unknown number.

    Parameters
    ----------
    values : array_like
        One value per unit.
    bases : array_like
        Persons on which each value rests; on fewer than 50 it becomes NaN.

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
    numbers, persons = np.asarray(values, dtype=float), _numbers(bases, "the bases")
    if numbers.shape != persons.shape:
        raise DisclosureError(
            f"Each value needs its base: {numbers.size} values came with {persons.size} bases."
        )
    shown = persons >= MINIMUM_BASE
    return np.where(shown, numbers, np.nan), int((~shown & ~np.isnan(numbers)).sum())


def mask_names(names: Sequence[str], level: str, *, show_names: bool = False) -> tuple[str, ...]:
    """Number areas below the level of the wijk, or of a level unknown; `show_names` names them.

    Examples
    --------
    >>> mask_names(["Landlust"], "buurt"), mask_names(["Landlust"], "wijk")
    (('1',), ('Landlust',))
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
    show_names: bool = False,
) -> Masked:
    """Make a table fit to be shown: small cells, thin percentages and fine names are hidden.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit; it is not changed.
    persons, shares : sequence of str
        Columns with persons (hidden below 10, the others rounded), and with shares or indices
        (hidden where the base is under 50).
    base : str
        Column with the persons on which the shares rest; hidden and rounded as persons are.
    names, level : str
        Column with names, and the level of the units; see `mask_names`.
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
    >>> suppress(table, shares=["share"], base="persons").hidden
    2
    """
    counted = dict.fromkeys(filter(None, (*persons, base)))
    for column in filter(None, (*counted, *shares, names)):
        if column not in frame.columns:
            known = ", ".join(map(str, frame))
            raise DisclosureError(f"Column {column!r} is not in the table; it has {known}.")
    if shares and not base:
        raise DisclosureError(f"Shares {', '.join(shares)} need their base; pass base=.")
    shown, cells, thin, numbered = frame.copy(), 0, 0, 0
    for column in shares:
        shown[column], hidden = hide_small_bases(frame[column], frame[base])
        thin += hidden
    for column in counted:
        shown[column] = round_to(frame[column])
        gone = shown[column].isna().to_numpy() & frame[column].notna().to_numpy()
        cells += int(np.count_nonzero(gone))
    if names:
        given = [str(name) for name in frame[names]]
        shown[names] = mask_names(given, level, show_names=show_names)
        numbered = len(given) if list(shown[names]) != given else 0
    return Masked(shown, cells, thin, numbered)
