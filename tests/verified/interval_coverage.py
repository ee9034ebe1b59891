"""How often does the process interval hold the truth, in cities whose truth is known?

``python3 -m seglib verify coverage [--worlds N] [--measures D H] [--group-shares 0.1] …`` runs the
grid of ``coverage_grid.toml`` or a part. What was counted is kept in ``build/verify``, by the state
of the modules, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import math
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stamps import HERE, ROOT, Proof, modules_hash

import seglib.measures  # noqa: F401 (fills the registry)
from seglib import CountTable, estimate
from seglib.registry import REGISTRY

GRID = HERE / "coverage_grid.toml"
KEPT = ROOT / "build" / "verify"
GROUPS = ("ours", "reference", "others")
ARGUMENTS = {"D": ("ours", "reference"), "H": (), "M": (), "xPx": ("ours",)}
MODULES = (
    "seglib/registry.py",
    "seglib/table",
    "seglib/measures",
    "seglib/inference",
    "tests/verified/interval_coverage.py",
    "tests/verified/coverage_grid.toml",
)
AT_ONCE = 50


@dataclass(frozen=True)
class Cell:
    """One city of the grid and the measure to estimate in it."""

    measure: str
    group_share: float
    unit_size: int
    spread: str

    @property
    def key(self) -> str:
        """A name to keep its counts under."""
        return f"{self.measure} share {self.group_share:g} size {self.unit_size} {self.spread}"


def read_grid(path: Path = GRID) -> dict[str, Any]:
    """The declared grid."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def cells(grid: dict[str, Any]) -> Iterator[Cell]:
    """Every cell, in the order of the file."""
    for measure in grid["measures"]:
        for share in grid["group_shares"]:
            for size in grid["unit_sizes"]:
                for spread in grid["spreads"]:
                    yield Cell(measure, share, size, spread)


def city(cell: Cell, grid: dict[str, Any]) -> NDArray[np.float64]:
    """Expected persons by unit and group, shares and sizes exact; the same in every world."""
    n_units, spread = grid["units"], grid["spreads"][cell.spread]
    score = np.array([NormalDist().inv_cdf((unit + 0.5) / n_units) for unit in range(n_units)])
    order = np.random.default_rng(grid["seed"]).permutation(n_units)
    zero = np.zeros(n_units)
    persons = np.exp(spread * np.column_stack([score, score[order], zero]))
    shares = np.array([cell.group_share, grid["reference_share"], 0.0])
    shares[2] = 1.0 - shares.sum()
    for _ in range(500):
        persons *= cell.unit_size / persons.sum(axis=1, keepdims=True)
        persons *= shares * n_units * cell.unit_size / persons.sum(axis=0)
    return persons


def is_inside(cell: Cell, grid: dict[str, Any]) -> bool:
    """Whether the grid's rule promises an interval of nominal coverage here."""
    shares = [cell.group_share, grid["reference_share"]]
    if cell.measure != "D":
        shares.append(1.0 - sum(shares))
    if cell.measure == "xPx":
        shares = [cell.group_share, 1.0 - cell.group_share]
    smallest = cell.unit_size * min(shares)
    return smallest >= grid["smallest_expected"] and grid["spreads"][cell.spread] > 0.0


def count(cell: Cell, grid: dict[str, Any], worlds: range) -> Counter[str]:
    """Worlds with the truth in the interval, below it, above it, or with a reason."""
    expected = city(cell, grid)
    args, entry = ARGUMENTS[cell.measure], REGISTRY[cell.measure]
    total = grid["units"] * cell.unit_size
    table = CountTable.from_counts(np.ones(expected.shape, dtype=np.int64), groups=GROUPS)
    truth = entry.evaluate(entry.columns(table, *args), expected)
    settings: Any = {"replicates": grid["replicates"], "level": grid["level"]}
    found: Counter[str] = Counter()
    for world in worlds:
        rng = np.random.default_rng([grid["seed"], world, cell.unit_size])
        drawn = rng.multinomial(total, (expected / expected.sum()).ravel())
        table = CountTable.from_counts(drawn.reshape(expected.shape), groups=GROUPS)
        result = estimate(entry.function, table, *args, seed=world, **settings)
        if result.low is None:
            found[f"reason {result.reason_code}"] += 1
        elif truth < result.low:
            found["below"] += 1
        else:
            found["above" if truth > result.high else "covered"] += 1
    return found


def summary(cell: Cell, grid: dict[str, Any], found: Counter[str]) -> dict[str, Any]:
    """The row of the table, and whether it holds what the grid promises."""
    worlds = found.total()
    given = found["covered"] + found["below"] + found["above"]
    row: dict[str, Any] = {
        "measure": cell.measure,
        "group_share": cell.group_share,
        "unit_size": cell.unit_size,
        "spread": cell.spread,
        "inside": is_inside(cell, grid),
        "worlds": worlds,
        "intervals": given,
        **{name: found[name] for name in ("covered", "below", "above")},
        "reasons": {
            name.removeprefix("reason "): number
            for name, number in sorted(found.items())
            if name.startswith("reason ")
        },
    }
    if given:
        row["coverage"] = round(found["covered"] / given, 4)
        row["error"] = round(math.sqrt(grid["level"] * (1 - grid["level"]) / given), 4)
    row["holds"] = _holds(row, grid)
    return row


def _holds(row: dict[str, Any], grid: dict[str, Any]) -> bool:
    """Inside: nominal coverage. Outside: hardly any interval, or nominal coverage all the same."""
    nominal = "coverage" in row and (
        abs(row["coverage"] - grid["level"]) <= grid["errors"] * row["error"]
    )
    if row["inside"]:
        return nominal
    return row["intervals"] <= grid["stray"] * row["worlds"] or nominal


def run(words: Sequence[str]) -> dict[str, Any]:
    """Count what is asked, cell after cell, and say what that makes of the whole grid."""
    grid, whole = read_grid(), read_grid()
    parser = argparse.ArgumentParser(prog="seglib verify coverage")
    parser.add_argument("--worlds", type=int, default=grid["worlds"])
    parser.add_argument("--measures", nargs="+", choices=grid["measures"])
    parser.add_argument("--group-shares", nargs="+", type=float)
    parser.add_argument("--unit-sizes", nargs="+", type=int)
    parser.add_argument("--spreads", nargs="+", choices=list(grid["spreads"]))
    chosen = parser.parse_args(words)
    for name in ("measures", "group_shares", "unit_sizes"):
        grid[name] = [one for one in grid[name] if one in (getattr(chosen, name) or grid[name])]
    wanted = chosen.spreads or list(grid["spreads"])
    grid["spreads"] = {name: grid["spreads"][name] for name in wanted}
    kept = KEPT / f"coverage-{modules_hash(MODULES)[:12]}.json"
    counted = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    rows = []
    for cell in cells(grid):
        found = go_on(cell, grid, chosen.worlds, counted, kept)
        rows.append(summary(cell, grid, found))
        print(f"{cell.key}: {rows[-1].get('coverage', 'no interval')}", flush=True)
    complete = {cell.key for cell in cells(whole)} == {cell.key for cell in cells(grid)}
    return {
        "seeds": {"worlds": [grid["seed"], "world", "unit size"], "estimate": "world"},
        "counts": {"cells": len(rows), "worlds_a_cell": chosen.worlds},
        "replicates": grid["replicates"],
        "level": grid["level"],
        "complete": complete and chosen.worlds >= whole["worlds"],
        "holds": all(row["holds"] for row in rows),
        "cells": rows,
    }


def go_on(
    cell: Cell, grid: dict[str, Any], worlds: int, counted: dict[str, Any], kept: Path
) -> Counter[str]:
    """Add the worlds that are still lacking, some at a time, each time kept on disk."""
    found: Counter[str] = Counter(counted.get(cell.key, {}))
    while (done := found.total()) < worlds:
        found += count(cell, grid, range(done, min(worlds, done + AT_ONCE)))
        counted[cell.key] = dict(found)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")
    return found


PROOF = Proof("coverage", MODULES, run)
