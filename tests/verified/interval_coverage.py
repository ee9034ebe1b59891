"""How often does the process interval hold the truth, in cities whose truth is known?

``python3 -m seglib verify coverage [--worlds N] [--measures D H] [--group-shares 0.1] …`` runs the
grid of ``coverage_grid.toml`` or a part. What was counted is kept in ``build/verify``, by the state
of the modules, so that a run that was stopped goes on where it was. A whole run writes the table
``docs/coverage.md`` too.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from coverage_page import publish
from numpy.typing import NDArray
from stamps import HERE, ROOT, Proof, modules_hash

import seglib.measures  # noqa: F401 (fills the registry)
from seglib.inference import estimate_together
from seglib.inference.vouching import expected_cells
from seglib.registry import REGISTRY
from seglib.table import CountTable

GRID = HERE / "coverage_grid.toml"
KEPT = ROOT / "build" / "verify"
GROUPS = ("ours", "reference", "others")
ARGUMENTS = {"D": ("ours", "reference"), "H": (), "M": (), "xPx": ("ours",)}
MODULES = (
    "seglib/registry.py",
    "seglib/table/cells.py",
    "seglib/table/single.py",
    "seglib/measures",
    "seglib/inference",
    "tests/verified/interval_coverage.py",
    "tests/verified/coverage_grid.toml",
)
AT_ONCE = 100
EARLIER_RULES = (
    "holds_as_first_written",
    "holds_with_first_addition",
    "holds_without_others",
)


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


def inside_at_first(cell: Cell, grid: dict[str, Any]) -> bool:
    """Whether the grid's rule as first written promises an interval of nominal coverage here."""
    shares = [cell.group_share, grid["reference_share"]]
    if cell.measure != "D":
        shares.append(1.0 - sum(shares))
    if cell.measure == "xPx":
        shares = [cell.group_share, 1.0 - cell.group_share]
    smallest = cell.unit_size * min(shares)
    return smallest >= grid["smallest_expected"] and grid["spreads"][cell.spread] > 0.0


def edge(cell: Cell, grid: dict[str, Any]) -> tuple[float, float]:
    """How near a cell lies to where no interval is promised, in worlds that are not counted.

    How far chance moves the measure, as a part of the truth's distance from random allotment; and
    the part of all persons who live in units with too small an expected cell.
    """
    persons = city(cell, grid)
    table = CountTable.from_counts(np.ones(persons.shape, dtype=np.int64), groups=GROUPS)
    entry, total = REGISTRY[cell.measure], grid["units"] * cell.unit_size
    columns = entry.columns(table, *ARGUMENTS[cell.measure])
    even = np.outer(persons.sum(axis=1), persons.sum(axis=0)) / total
    means, small = [], []
    for number, expected in enumerate((persons, even)):
        rng = np.random.default_rng([grid["seed"], cell.unit_size, number, grid["worlds"]])
        worlds = rng.multinomial(total, (expected / expected.sum()).ravel(), grid["edge_worlds"])
        drawn = [one.reshape(expected.shape) for one in worlds]
        means.append(np.mean([entry.evaluate(columns, one) for one in drawn]))
        for one in drawn:
            below = expected_cells(columns.take(one), columns.n_used) < grid["smallest_expected"]
            small.append(one[below].sum() / total)
    exact = entry.evaluate(columns, persons)
    apart = float(abs(means[0] - exact) / abs(exact - means[1]))
    return apart, float(np.mean(small[: grid["edge_worlds"]]))


def count(
    cells_of_city: Sequence[Cell], grid: dict[str, Any], worlds: range
) -> dict[str, Counter[str]]:
    """By cell, worlds with the truth in the interval, below it, above it, or with a reason.

    The cells differ in their measure only, and all are measured in the same worlds.
    """
    expected = city(cells_of_city[0], grid)
    total = grid["units"] * cells_of_city[0].unit_size
    table = CountTable.from_counts(np.ones(expected.shape, dtype=np.int64), groups=GROUPS)
    truths = {cell.key: truth(cell.measure, table, expected) for cell in cells_of_city}
    asked = {
        cell.key: (REGISTRY[cell.measure].function, *ARGUMENTS[cell.measure])
        for cell in cells_of_city
    }
    settings: Any = {"replicates": grid["replicates"], "level": grid["level"]}
    found: dict[str, Counter[str]] = {key: Counter() for key in truths}
    for world in worlds:
        rng = np.random.default_rng([grid["seed"], world, cells_of_city[0].unit_size])
        drawn = rng.multinomial(total, (expected / expected.sum()).ravel())
        table = CountTable.from_counts(drawn.reshape(expected.shape), groups=GROUPS)
        together = estimate_together([*asked.values()], table, seed=world, **settings)
        for key, result in zip(asked, together.values(), strict=True):
            found[key][place_of(truths[key], result)] += 1
    return found


def truth(measure: str, table: CountTable, expected: NDArray[np.float64]) -> float:
    """The measure of the city that worlds are drawn from; the table has its groups."""
    entry = REGISTRY[measure]
    return entry.evaluate(entry.columns(table, *ARGUMENTS[measure]), expected)


def place_of(value: float, result: Any) -> str:
    """Where the truth lies beside an interval, or the reason for having none."""
    if result.low is None:
        return f"reason {result.reason_code}"
    if value < result.low:
        return "below"
    return "above" if value > result.high else "covered"


def summary(
    cell: Cell, grid: dict[str, Any], found: Counter[str], others: Counter[str] | None = None
) -> dict[str, Any]:
    """The row of the table, and whether it holds what the grid promises.

    ``others`` are what other worlds gave, where the cell came out off.
    """
    counted = _counted(found, grid)
    bias, small = edge(cell, grid)
    inside = inside_at_first(cell, grid) and (
        bias <= grid["largest_bias"] and small <= grid["largest_small_share"]
    )
    row: dict[str, Any] = {
        "measure": cell.measure,
        "group_share": cell.group_share,
        "unit_size": cell.unit_size,
        "spread": cell.spread,
        "inside": inside,
        "inside_at_first": inside_at_first(cell, grid),
        "bias_share": round(bias, 4),
        "small_share": round(small, 4),
        **counted,
    }
    row["holds_as_first_written"] = _holds(counted, grid, row["inside_at_first"])
    row["holds_with_first_addition"] = _verdict(counted, grid, row["inside_at_first"]) != "off"
    row["verdict"] = _verdict(counted, grid, inside)
    row["holds_without_others"] = row["verdict"] != "off"
    if others is not None and row["verdict"] == "off":
        row["others"] = _counted(others, grid)
        if _verdict(row["others"], grid, inside) == "nominal":
            row["verdict"] = "again"
    row["holds"] = row["verdict"] != "off"
    return row


def _counted(found: Counter[str], grid: dict[str, Any]) -> dict[str, Any]:
    """What worlds came to, and the share of the intervals that hold the truth."""
    worlds = found.total()
    given = found["covered"] + found["below"] + found["above"]
    row: dict[str, Any] = {
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
    return row


def _holds(row: dict[str, Any], grid: dict[str, Any], inside: bool) -> bool:
    """Inside: nominal coverage. Outside: hardly any interval, or nominal coverage all the same."""
    nominal = "coverage" in row and (
        abs(row["coverage"] - grid["level"]) <= grid["errors"] * row["error"]
    )
    if inside:
        return nominal
    return row["intervals"] <= grid["stray"] * row["worlds"] or nominal


def _verdict(row: dict[str, Any], grid: dict[str, Any], inside: bool) -> str:
    """What the rule with its first addition says: "nominal", "few" intervals, or "off"."""
    if not _holds(row, grid, inside):
        return "off"
    if row["intervals"] >= grid["fewest"]:
        return "nominal"
    missed = row["below"] + row["above"]
    return "few" if missed <= (1 - grid["level"]) * row["worlds"] else "off"


def run(words: Sequence[str]) -> dict[str, Any]:
    """Count what is asked, city after city, and say what that makes of the whole grid."""
    grid, whole = read_grid(), read_grid()
    parser = argparse.ArgumentParser(prog="seglib verify coverage")
    parser.add_argument("--worlds", type=int, default=grid["worlds"])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
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
    rows = rows_of(grid, chosen.worlds, kept, chosen.workers)
    complete = {cell.key for cell in cells(whole)} == {cell.key for cell in cells(grid)}
    inside = Counter(row["verdict"] for row in rows if row["inside"])
    outside = Counter(row["verdict"] for row in rows if not row["inside"])
    return {
        "seeds": {"worlds": [grid["seed"], "world", "unit size"], "estimate": "world"},
        "counts": {
            "cells": len(rows),
            "worlds_a_cell": chosen.worlds,
            "inside": dict(inside),
            "outside": dict(outside),
        },
        "replicates": grid["replicates"],
        "level": grid["level"],
        "complete": complete and chosen.worlds >= whole["worlds"],
        "holds": all(row["holds"] for row in rows),
        **{rule: all(row[rule] for row in rows) for rule in EARLIER_RULES},
        "cells": rows,
    }


def rows_of(grid: dict[str, Any], worlds: int, kept: Path, workers: int) -> list[dict[str, Any]]:
    """Every cell counted, and those inside that come out off once more in other worlds."""
    asked = [*cells(grid)]
    counted = count_all(asked, grid, range(worlds), kept, workers)
    rows = [summary(cell, grid, counted[cell.key]) for cell in asked]
    off = [cell for cell, row in zip(asked, rows, strict=True) if row["inside"] > row["holds"]]
    others = count_all(
        off, grid, range(worlds, 2 * worlds), kept.with_stem(f"{kept.stem}-others"), workers
    )
    return [summary(cell, grid, counted[cell.key], others.get(cell.key)) for cell in asked]


def count_all(
    asked: Sequence[Cell], grid: dict[str, Any], worlds: range, kept: Path, workers: int
) -> dict[str, Counter[str]]:
    """By cell, the worlds counted; what is on disk is not counted again, and all is kept there."""
    on_disk = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    counted = {cell.key: Counter(on_disk.get(cell.key, {})) for cell in asked}
    jobs = []
    for of_city in cities(asked):
        done = {cell.key: counted[cell.key].total() for cell in of_city}
        for start in sorted(set(done.values())):
            some = [cell for cell in of_city if done[cell.key] == start]
            ends = range(worlds.start + start, worlds.stop, AT_ONCE)
            jobs += [(some, range(first, min(worlds.stop, first + AT_ONCE))) for first in ends]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        each: Any = map
        if workers > 1:
            pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
            each = stack.enter_context(pool).map
        tried = each(count, [job[0] for job in jobs], repeat(grid), [job[1] for job in jobs])
        for (some, of_worlds), found in zip(jobs, tried, strict=True):
            for key, number in found.items():
                counted[key] += number
            kept.write_text(json.dumps(on_disk | counted, indent=1) + "\n", encoding="utf-8")
            print(f"{some[0].key} and so on: {of_worlds.stop} worlds", flush=True)
    return counted


def cities(asked: Iterable[Cell]) -> list[list[Cell]]:
    """The cells, those of one city together."""
    found: dict[tuple[float, int, str], list[Cell]] = {}
    for cell in asked:
        found.setdefault((cell.group_share, cell.unit_size, cell.spread), []).append(cell)
    return [*found.values()]


PROOF = Proof("coverage", MODULES, run, publish)
