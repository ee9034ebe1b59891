"""Chance: what D is when every home is given out by lot, in blocks of several sizes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from seglib.inference import estimate
from seglib.measures import dissimilarity
from seglib.table import CountTable

BLOCKS, SEED = 16, 2022
SIZES = (2, 4, 10, 40, 100)


@cache
def expected() -> dict[int, float]:
    """D by size of the block when half of all homes have one roof, by lot; from 0 to 100."""
    found = {}
    for size in SIZES:
        counts = np.full((BLOCKS, 2), size // 2, dtype=np.int64)
        table = CountTable.from_counts(counts, groups=("pitched", "flat"))
        by_lot = estimate(dissimilarity, table, "pitched", other="flat", seed=SEED, replicates=500)
        found[size] = 100 * float(by_lot.null_mean or 0.0)
    return found


def facts() -> dict[str, float]:
    """D by lot for blocks of so many homes, as ``lot_4``."""
    return {f"lot_{size}": value for size, value in expected().items()}


def shown(lang: str, *, size: int = 4) -> dict[str, Any]:
    """What the script draws by lot, and where D lies then on average."""
    means = [[size_, round(value, 2)] for size_, value in expected().items()]
    return {"blocks": BLOCKS, "sizes": list(SIZES), "size": size, "expected": means, "seed": SEED}
