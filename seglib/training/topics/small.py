"""Small numbers: buurten that differ only by chance, and how far small ones stray."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

SEED, SHARE, UNITS, SMALL = 2015, 0.10, 40, 100
SIZES = tuple(int(size) for size in np.unique(np.round(np.geomspace(20, 2000, UNITS))))


@cache
def drawn() -> tuple[tuple[int, int], ...]:
    """Persons, and those of them in the group by chance, for each made-up buurt."""
    rng = np.random.default_rng(SEED)
    return tuple((size, int(rng.binomial(size, SHARE))) for size in SIZES)


def small_ends(draws: int = 400) -> float:
    """How often by lot both the highest and the lowest share lie in a buurt of at most 100."""
    sizes = np.array(SIZES)
    shares = np.random.default_rng(SEED).binomial(sizes, SHARE, (draws, sizes.size)) / sizes
    ends = sizes[shares.argmax(axis=1)], sizes[shares.argmin(axis=1)]
    return float(np.mean((ends[0] <= SMALL) & (ends[1] <= SMALL)))


def facts() -> dict[str, float]:
    """The highest and lowest share, the sizes of these buurten, and the range of the largest."""
    shares = {size: members / size for size, members in drawn()}
    high, low = max(shares, key=lambda size: shares[size]), min(shares, key=lambda s: shares[s])
    large = [share for size, share in shares.items() if size >= 1000]
    return {
        "true_share": SHARE,
        "highest": shares[high],
        "highest_size": float(high),
        "lowest": shares[low],
        "lowest_size": float(low),
        "large_low": min(large),
        "large_high": max(large),
        "units": float(len(SIZES)),
        "small_ends": small_ends(),
    }


def shown(lang: str) -> dict[str, Any]:
    """The buurten of the first draw, and what the script needs for another."""
    return {"share": SHARE, "buurten": [list(one) for one in drawn()], "seed": SEED}
