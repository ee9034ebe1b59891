"""Can subtraction bring back a small number from the count tables that stand in one report?

``python3 -m seglib verify disclosure [--towns N] [--gemeenten N]`` attacks random small towns and
the smallest real gemeenten. The attacker has the sheets as printed and nothing of the code that
made them: every number that is shown to within its rounding, that persons are whole and 0 or more,
and how units, groups and levels add up. For each number that is hidden and under 10 two integer
programmes ask whether it can be 0 and whether it can be 9. The same attack on sheets from which
only the small numbers were left out shows that it has teeth.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint, milp
from stamps import Proof

from seglib import CountTable, load_counts
from seglib.disclosure import protected_counts, round_to
from seglib.sources import catalogue

MODULES = (
    "seglib/disclosure",
    "seglib/table",
    "tests/verified/disclosure_attack.py",
)
SEED = 15
TOWNS = 1_000
GEMEENTEN = 40
YEAR = 2015


def random_town(seed: int) -> CountTable:
    """A town of 2 to 10 buurten in 1 to 3 wijken and 2 to 5 groups, most numbers small."""
    rng = np.random.default_rng([SEED, seed])
    n_units, n_groups = int(rng.integers(2, 11)), int(rng.integers(2, 6))
    persons = rng.lognormal(rng.uniform(1.5, 4.0), rng.uniform(0.5, 1.6), (n_units, n_groups))
    persons[rng.random(persons.shape) < 0.1] = 0
    persons[0, 0] += 10
    wijken = [f"W{number}" for number in rng.integers(0, rng.integers(1, 4), n_units)]
    return CountTable.from_counts(
        np.round(persons).astype(int), level="buurt", parts={"wijk": wijken}
    )


def printed(table: CountTable) -> dict[str, pd.DataFrame]:
    """The sheets as a reader has them."""
    return {level: sheet.frame for level, sheet in protected_counts(table, ["wijk"]).items()}


def only_small_ones_hidden(table: CountTable) -> dict[str, pd.DataFrame]:
    """The same sheets with nothing hidden but what is under 10."""
    return {
        level: pd.DataFrame(round_to(frame), index=frame.index, columns=frame.columns)
        for level, frame in truth(table).items()
    }


def truth(table: CountTable) -> dict[str, pd.DataFrame]:
    """The sheets as they are, unrounded."""
    found = {}
    for level, part in (("buurt", table), ("wijk", table.merge("wijk"))):
        grid = np.vstack([part.counts, part.counts.sum(axis=0)])
        grid = np.hstack([grid, grid.sum(axis=1, keepdims=True)])
        found[level] = pd.DataFrame(
            grid, index=[*part.units, "total"], columns=[*table.groups, "total"]
        )
    return found


def equations(table: CountTable) -> tuple[np.ndarray, list[tuple[str, int, int]]]:
    """Which cells of the finest table each printed number adds up, and where it is printed."""
    rows, places = [], []
    wijken = list(dict.fromkeys(table.parts["wijk"]))
    memberships = {
        "buurt": [[unit] for unit in range(table.n_units)],
        "wijk": [[u for u, w in enumerate(table.parts["wijk"]) if w == wijk] for wijk in wijken],
    }
    for level, members in memberships.items():
        for at, units in enumerate([*members, list(range(table.n_units))]):
            for group in range(table.n_groups + 1):
                row = np.zeros((table.n_units, table.n_groups))
                row[units, :] = 1 if group == table.n_groups else 0
                if group < table.n_groups:
                    row[units, group] = 1
                rows.append(row.ravel())
                places.append((level, at, group))
    return np.array(rows), places


def attack(table: CountTable, sheets: Mapping[str, pd.DataFrame]) -> Counter[str]:
    """Small numbers hidden, those of which something is ruled out, and those known exactly."""
    rows, places = equations(table)
    shown = np.array([sheets[level].iat[at, group] for level, at, group in places])
    true = rows @ table.counts.ravel()
    seen = ~np.isnan(shown)
    known = LinearConstraint(
        rows[seen], np.maximum(shown[seen] - 2, 10), np.full(seen.sum(), 2) + shown[seen]
    )
    found: Counter[str] = Counter(shown=int(seen.sum()), hidden=int((~seen).sum()))
    found.update({"small": 0, "ruled out": 0, "exact": 0})
    for number in np.flatnonzero((true < 10) & ~seen):
        low, high = (extreme(sign * rows[number], known) for sign in (1, -1))
        found["small"] += 1
        found["ruled out"] += low > 0 or -high < 9
        found["exact"] += low == -high
    return found


def extreme(aim: np.ndarray, known: LinearConstraint) -> float:
    """The least that the aim can be in whole persons; minus infinity where nothing holds it."""
    result = milp(aim, constraints=[known], integrality=np.ones(len(aim)))
    if result.status in (3, 4):
        return -np.inf
    if result.x is None:
        raise RuntimeError(f"the attack found no answer: {result.message}")
    return float(round(result.fun))


def smallest_gemeenten(most: int) -> list[CountTable]:
    """The real gemeenten of the national table with the fewest inhabitants."""
    codes = {code for one in catalogue.sources() if YEAR in one.years for code in one.gemeenten}
    tables = [load_counts(code, YEAR, level="buurt") for code in sorted(codes)]
    return sorted(tables, key=lambda table: table.total)[:most]


def run(words: Sequence[str]) -> dict[str, Any]:
    """Attack them all and say what was found."""
    parser = argparse.ArgumentParser(prog="seglib verify disclosure")
    parser.add_argument("--towns", type=int, default=TOWNS)
    parser.add_argument("--gemeenten", type=int, default=GEMEENTEN)
    asked = parser.parse_args(words)
    random_towns = [random_town(seed) for seed in range(asked.towns)]
    real = smallest_gemeenten(asked.gemeenten)
    counts: dict[str, dict[str, int]] = {}
    for name, tables in (("random towns", random_towns), ("smallest gemeenten", real)):
        for how, make in (
            ("protected", printed),
            ("small ones hidden only", only_small_ones_hidden),
        ):
            found: Counter[str] = Counter(tables=len(tables))
            for table in tables:
                result = attack(table, make(table))
                found.update(result)
                found["tables with something ruled out"] += result["ruled out"] > 0
            counts[f"{name}, {how}"] = dict(found)
            print(f"{name}, {how}: {dict(found)}", flush=True)
    held = all(not value.get("ruled out") for key, value in counts.items() if "protected" in key)
    teeth = all(value.get("ruled out") for key, value in counts.items() if "only" in key)
    return {
        "seeds": {"towns": [SEED, "town"]},
        "counts": counts,
        "gemeenten": [table.place for table in real],
        "complete": asked.towns >= TOWNS and asked.gemeenten >= GEMEENTEN,
        "holds": bool(held and teeth),
    }


PROOF = Proof("disclosure", MODULES, run)
