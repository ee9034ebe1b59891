"""The reference group: D of a group that falls while nobody moves, since another group grows."""

from __future__ import annotations

from typing import Any

import numpy as np

from seglib.measures import dissimilarity
from seglib.table import CountTable

GROUPS = ("A", "B", "C")
COUNTS = ((400, 200, 100), (300, 200, 200), (60, 40, 500), (40, 60, 600), (100, 20, 800))
GROWTH = (1, 2, 3, 4)
"""How many times as large the second group may become, in the buurten where it lives."""


def grown(times: float) -> CountTable:
    """The town when the second group is so many times as large and nobody else moved."""
    counts = np.array(COUNTS, dtype=np.int64)
    counts[:, 1] = np.round(counts[:, 1] * times)
    return CountTable.from_counts(counts, groups=GROUPS)


def facts() -> dict[str, float]:
    """D of the first group against the rest and against the third, by growth; from 0 to 100."""
    found = {}
    for times in GROWTH:
        table = grown(times)
        found[f"rest_{times}"] = 100 * dissimilarity(table, "A").value
        found[f"fixed_{times}"] = 100 * dissimilarity(table, "A", "C").value
    return found


def shown(lang: str) -> dict[str, Any]:
    """Persons by buurt and group, and how far the second may grow."""
    return {"counts": [list(row) for row in COUNTS], "growth": [GROWTH[0], GROWTH[-1]]}
