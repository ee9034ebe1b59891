"""A town of 64 homes to draw in: blocks of four, wijken of sixteen, two kinds of roof."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.measures import dissimilarity, interaction
from seglib.table import CountTable

SIDE, BLOCK, WIJK = 8, 2, 4
PITCHED, FLAT = 1, 2
Homes = NDArray[np.int64]

LEVELS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("levels.toml").read_text(encoding="utf-8")
)["level"]
"""What to reach, as ranges on the scale of 0 to 100; `answer` is a pattern that reaches it."""


def patterns() -> dict[str, Homes]:
    """Towns by name, shape (8, 8): 0 an empty plot, 1 a pitched roof, 2 a flat one."""
    row, column = np.indices((SIDE, SIDE))
    swapped = np.where(column < WIJK, PITCHED, FLAT)
    swapped[:, :1], swapped[:, -1:] = FLAT, PITCHED
    chosen = {
        "empty": np.zeros((SIDE, SIDE), dtype=np.int64),
        "split": np.where(column < WIJK, PITCHED, FLAT),
        "mixed": np.where((row + column) % 2, FLAT, PITCHED),
        "blocks": np.where((row // BLOCK + column // BLOCK) % 2, FLAT, PITCHED),
        "many": np.where((row % BLOCK == 1) & (column % BLOCK == 1), FLAT, PITCHED),
        "few": np.where((row % BLOCK == 1) & (column % BLOCK == 1), PITCHED, FLAT),
        "swapped": swapped,
        "half": np.where(column < WIJK, PITCHED, FLAT),
    }
    chosen["half"][::2, :] = np.where((row + column) % 2, FLAT, PITCHED)[::2, :]
    return chosen


def table(homes: Homes) -> CountTable:
    """The homes of a town, counted by block, with the wijk that each block lies in."""
    row, column = np.indices(homes.shape)
    across = homes.shape[1] // BLOCK
    block = (row // BLOCK * across + column // BLOCK).ravel()
    counts = np.zeros((block.max() + 1, 2), dtype=np.int64)
    for group in (PITCHED, FLAT):
        np.add.at(counts[:, group - 1], block[homes.ravel() == group], 1)
    step = WIJK // BLOCK
    wijken = [f"{at // across // step}-{at % across // step}" for at in range(len(counts))]
    return CountTable.from_counts(
        counts, groups=("pitched", "flat"), parts={"wijk": wijken}, level="block"
    )


def measured(homes: Homes) -> dict[str, float]:
    """D by block and by wijk and the chance of meeting, from 0 to 100."""
    blocks = table(homes)
    return {
        "d_block": 100 * dissimilarity(blocks, "pitched", "flat").value,
        "d_wijk": 100 * dissimilarity(blocks.merge("wijk"), "pitched", "flat").value,
        "meet": 100 * interaction(blocks, "pitched", "flat").value,
    }


def facts() -> dict[str, float]:
    """What is measured in each pattern that holds homes, as ``split_d_wijk``."""
    return {
        f"{name}_{key}": value
        for name, homes in patterns().items()
        if homes.any()
        for key, value in measured(homes).items()
    }


def shown(
    lang: str,
    *,
    start: str = "empty",
    levels: tuple[str, ...] = (),
    show: tuple[str, ...] = ("d_block", "d_wijk", "meet"),
    fixed: bool = False,
) -> dict[str, Any]:
    """The patterns, the levels to play and the measures to show; `fixed` towns are looked at."""
    return {
        "side": SIDE,
        "block": BLOCK,
        "wijk": WIJK,
        "start": start,
        "fixed": fixed,
        "show": list(show),
        "patterns": {name: homes.ravel().tolist() for name, homes in patterns().items()},
        "levels": [one for one in LEVELS if one["id"] in levels],
    }
