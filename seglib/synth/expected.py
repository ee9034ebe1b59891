"""Which way each design errs in each world: written down before any design was."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

TABLE = Path(__file__).with_name("expected.csv")
DIRECTIONS = ("towards zero", "away from zero", "sign unknown", "none")


@dataclass(frozen=True, slots=True)
class Expectation:
    """The direction of a design's bias in a world, and why.

    Parameters
    ----------
    world, design : str
        Names in ``worlds.toml``, under recipes, and in the table of designs.
    target : str
        What the design is after there: a key of the world's truth.
    direction : str
        One of ``DIRECTIONS``. "away from zero" is a bias with the sign of the truth, "towards
        zero" one against it, even where the estimate lands beyond 0; where the truth is 0 any
        bias is away from it.
    why : str
        The reason, in one line.
    """

    world: str
    design: str
    target: str
    direction: str
    why: str


@cache
def expected() -> Mapping[tuple[str, str], Expectation]:
    """The whole table by world and design, in the order of ``expected.csv``."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = [Expectation(**row) for row in csv.DictReader(lines)]
    return MappingProxyType({(row.world, row.design): row for row in rows})
