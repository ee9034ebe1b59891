"""When an interval cannot be vouched for, and the sentence that says so.

In worlds with a known truth (docs/coverage.md) an interval of 95 per cent covers it in 93 to 97 of
100 cases as long as chance moves the measure by at most a tenth of its distance from random
allotment; past that, and where most cells expect fewer than five persons, the basic interval on D
covered it in ever fewer, down to none. A bootstrap of units
covers D, H and isolation in 90 to 94 of 100 worlds with 100 units, and in 84 to 89 with 20.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALLEST_CELL = 5.0
LARGEST_SMALL_SHARE = 0.05
LARGEST_BIAS = 0.10
FEWEST_DRAWN = 100

Reason = tuple[str, str]
VOUCHED: Reason = ("", "")


def expected_cells(counts: NDArray[np.int64], n_used: int) -> NDArray[np.float64]:
    """Smallest number expected in each unit among the used columns if people lived at random."""
    shares = counts.sum(axis=0)[:n_used] / max(int(counts.sum()), 1)
    return counts.sum(axis=1) * float(shares[shares > 0].min(initial=1.0))


def small_cells(counts: NDArray[np.int64], n_used: int) -> Reason:
    """A reason where units with a small expected cell hold too many of the people."""
    expected, persons = expected_cells(counts, n_used), counts.sum(axis=1)
    held = persons[expected < SMALLEST_CELL].sum() / max(int(persons.sum()), 1)
    if held <= LARGEST_SMALL_SHARE:
        return VOUCHED
    smallest = float(expected[persons > 0].min())
    return (
        f"smallest expected cell {smallest:.1f}; units with an expected cell below "
        f"{SMALLEST_CELL:g} hold {100 * held:.0f}% of persons (limit "
        f"{100 * LARGEST_SMALL_SHARE:.0f}%)",
        "small-cells",
    )


def vanished(draws: NDArray[np.float64]) -> Reason:
    """A reason where a group had no members in some of the draws."""
    lost = int((~np.isfinite(draws)).sum())
    if not lost:
        return VOUCHED
    return f"undefined in {lost} of {len(draws)} draws", "small-cells"


def few_of(what: str, n_drawn: int) -> Reason:
    """A reason where a bootstrap of units or blocks has too few of them to draw from."""
    if not what or n_drawn >= FEWEST_DRAWN:
        return VOUCHED
    return f"only {n_drawn} {what} to draw from (fewest {FEWEST_DRAWN})", f"few-{what}"


def near_null(value: float, bias: float, null_mean: float, p_value: float, level: float) -> Reason:
    """A reason where the value is within the noise of random allotment."""
    if p_value > 1.0 - level:
        return f"not distinct from random allotment (p {p_value:.2f})", "near-null"
    excess = abs(value - null_mean)
    if abs(bias) <= LARGEST_BIAS * excess:
        return VOUCHED
    return (
        f"chance moves the value by {100 * abs(bias) / excess:.0f}% of its distance from random "
        f"allotment (limit {100 * LARGEST_BIAS:.0f}%)",
        "near-null",
    )
