"""Whether a claim about a change can be tested at all, given how coarsely the source rounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import hypot
from typing import Any

from seglib.claims.quantity import Quantity, quantities_of
from seglib.inference import rounding_band
from seglib.result import ChangeEstimate
from seglib.table import CountTable


def with_rounding(
    measure: Callable[..., Any],
    before: CountTable,
    after: CountTable,
    changes: Mapping[str, ChangeEstimate],
    *,
    seed: int,
    replicates: int = 500,
) -> tuple[Quantity, ...]:
    """Changes as evidence, each with the half-width that rounding of the source leaves it.

    Parameters
    ----------
    measure : callable
        The registered measure of the changes.
    before, after : CountTable
        The tables of the first and the last year.
    changes : mapping of str to ChangeEstimate
        What ``change_between`` gave for them.
    seed, replicates : int
        As for ``rounding_band``.

    Returns
    -------
    tuple of Quantity
        Without ``band`` where a table is printed exactly. The two years are rounded
        independently, so their relative half-widths add up in squares.

    Raises
    ------
    ClaimError
        A change has neither interval nor reason.
    """
    found = quantities_of([dict(changes)])
    if before.lower is None or after.lower is None:
        return found
    banded = []
    for quantity, change in zip(found, changes.values(), strict=True):
        parts = []
        for table in (before, after):
            groups = [group for group in change.groups if group in table.groups]
            band = rounding_band(measure, table, *groups, seed=seed, replicates=replicates)
            parts.append((band.high - band.low) / 2 / band.value)
        stretch = quantity.value / change.percent if change.percent else 1.0
        half = hypot(*parts) * (100 + change.percent) * stretch
        banded.append(replace(quantity, band=half))
    return tuple(banded)
