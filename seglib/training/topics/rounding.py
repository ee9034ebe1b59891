"""Rounding: what whole percentages do to D of a small group, in a made-up town and a real one."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.inference import rounding_band
from seglib.measures import dissimilarity
from seglib.table import CountTable
from seglib.training.topics.realtown import town

SEED, UNITS, SHARE = 5, 24, 0.02
PLACE, GROUP, OTHER = "Amsterdam", "Antillen", "Nederland"


@cache
def made_up() -> NDArray[np.int64]:
    """Persons of a small group and of everyone else in each buurt, shape (24, 2)."""
    rng = np.random.default_rng(SEED)
    totals = rng.integers(800, 2400, UNITS)
    ours = rng.binomial(totals, SHARE * rng.gamma(4, 0.25, UNITS))
    return np.stack([ours, totals - ours], axis=1).astype(np.int64)


def rounded(step: float) -> float:
    """D, from 0 to 100, when each share is rounded to a multiple of so many percent; 0 for not."""
    counts = made_up()
    totals = counts.sum(axis=1)
    if step:
        percent = np.floor(100 * counts[:, 0] / totals / step + 0.5) * step
        ours = np.round(percent * totals / 100).astype(np.int64)
        counts = np.stack([ours, totals - ours], axis=1)
    table = CountTable.from_counts(counts, groups=("ours", "rest"))
    return 100 * dissimilarity(table, "ours", "rest").value


def facts() -> dict[str, float]:
    """D of the made-up town as rounded, and the range that rounding leaves in a real one."""
    band = rounding_band(dissimilarity, town(PLACE), GROUP, OTHER, seed=SEED)
    return {
        "exact": rounded(0),
        "whole": rounded(1),
        "fives": rounded(5),
        "real_low": 100 * band.low,
        "real_high": 100 * band.high,
        "real": 100 * dissimilarity(town(PLACE), GROUP, OTHER).value,
    }


def shown(lang: str, *, steps: tuple[int, ...] = (0, 1)) -> dict[str, Any]:
    """Persons by buurt, and the steps to which shares may be rounded."""
    return {"counts": made_up().tolist(), "steps": list(steps)}
