"""Stairwell: how often homes that need attention come together on one stair by lot alone."""

from __future__ import annotations

from math import comb

STAIRS, HOMES, NEED = 40, 8, 40
TOGETHER = 3


def chance(together: int, *, stairs: int = STAIRS, homes: int = HOMES, need: int = NEED) -> float:
    """The chance that one stair has at least so many of the homes that need attention, 0 to 1.

    Hypergeometric: ``need`` of all homes are drawn without putting any back.
    """
    everywhere = stairs * homes
    ways = sum(
        comb(homes, k) * comb(everywhere - homes, need - k)
        for k in range(together, min(homes, need) + 1)
    )
    return ways / comb(everywhere, need)


def facts() -> dict[str, float]:
    """What the texts say of 40 stairs of 8 homes, one in eight of which needs attention."""
    return {
        "stairs": STAIRS,
        "homes": HOMES,
        "need": NEED,
        "one_stair": chance(TOGETHER),
        "stairs_expected": STAIRS * chance(TOGETHER),
    }
