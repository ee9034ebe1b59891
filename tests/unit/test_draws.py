"""Does each sampler draw whole cities by its law, over many seeds and not for a lucky one?

Small cities have few enough outcomes to write down the chance of each as an exact fraction. Every
seed gives a chi-square p-value; if the law holds, these are spread evenly from 0 to 1: neither too
many small ones (a wrong law) nor too many large ones (draws that are not independent).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import stats

from seglib.inference import draws
from seglib.inference.bounded import Possible
from seglib.table import CountTable

SEEDS, DRAWN = 200, 600
FEWEST_EXPECTED = 5.0
PROBABLE = 1e-3  # seeds are fixed: one in a thousand right samplers would fail here for good

Law = dict[bytes, Fraction]
CITY = np.array([[2, 1], [1, 0]])
MARGINS = np.array([[2, 1, 0], [1, 2, 1], [1, 0, 1]])
BLOCKS = np.array([[2, 0], [1, 1], [0, 2], [0, 1]])
UNIT_OF = np.array([0, 1, 1, 0])
ROUNDED = CountTable.from_counts(
    [[2, 1], [0, 2]], groups=("a", "b"), lower=[[1, 0], [0, 1]], upper=[[3, 2], [1, 3]]
)


def name(table: np.ndarray) -> bytes:
    return np.ascontiguousarray(table, dtype=np.int64).tobytes()


def ways(counts: np.ndarray) -> int:
    """In how many orders the persons of all cells can stand."""
    return math.prod(map(math.factorial, counts.ravel().tolist()))


def multinomial() -> Law:
    """Every table of as many persons, by the shares of CITY."""
    total, law = int(CITY.sum()), {}
    for cells in product(range(total + 1), repeat=4):
        table = np.array(cells).reshape(2, 2)
        if table.sum() == total:
            chance = Fraction(math.factorial(total), ways(table))
            for persons, ours in zip(cells, CITY.ravel().tolist(), strict=True):
                chance *= Fraction(ours, total) ** persons
            law[name(table)] = chance
    return law


def multivariate_hypergeometric() -> Law:
    """Every table with the margins of MARGINS: the ways to lay out both, over all ways."""
    rows, columns = MARGINS.sum(axis=1), MARGINS.sum(axis=0)
    law = {}
    for first, second in product(product(range(5), repeat=3), repeat=2):
        table = np.array([first, second, columns - first - np.array(second)])
        if (table >= 0).all() and (table.sum(axis=1) == rows).all():
            chance = Fraction(ways(rows) * ways(columns), ways(table))
            law[name(table)] = chance / math.factorial(int(rows.sum()))
    return law


def equal_takes() -> Law:
    """How often each of four units comes among four takes."""
    found = Counter(name(np.bincount(t, minlength=4)) for t in product(range(4), repeat=4))
    return {times: Fraction(number, 4**4) for times, number in found.items()}


def whole_blocks() -> Law:
    """Four blocks taken out of four, each with its people, added up by unit."""
    found: Counter[bytes] = Counter()
    for picks in product(range(4), repeat=4):
        table = np.zeros((2, 2), dtype=np.int64)
        for block in picks:
            table[UNIT_OF[block]] += BLOCKS[block]
        found[name(table)] += 1
    return {table: Fraction(number, 4**4) for table, number in found.items()}


def within(totals: dict[str, int] | None) -> Callable[[], Law]:
    """Every table within the bounds of ROUNDED that meets the totals, all alike."""

    def law() -> Law:
        assert ROUNDED.lower is not None and ROUNDED.upper is not None
        ranges = [
            range(low, high + 1)
            for low, high in zip(ROUNDED.lower.ravel(), ROUNDED.upper.ravel(), strict=True)
        ]
        tables = [np.array(cells).reshape(2, 2) for cells in product(*ranges)]
        held = [
            table
            for table in tables
            if all(table[:, "ab".index(group)].sum() == n for group, n in (totals or {}).items())
        ]
        return {name(table): Fraction(1, len(held)) for table in held}

    return law


def drawn(counts: np.ndarray, purpose: int, unit_of: np.ndarray | None = None) -> Callable:
    def draw(seed: int) -> np.ndarray:
        out = np.empty((DRAWN, 2 if unit_of is not None else len(counts), counts.shape[1]), int)
        draws.fill(counts, purpose, seed, 0, out, unit_of)
        return out

    return draw


def taken(seed: int) -> np.ndarray:
    out = np.empty((DRAWN, 4), np.int16)
    draws.fill_times(seed, 0, out)
    return out


def drawn_within(totals: dict[str, int] | None, sweeps: int) -> Callable:
    possible = Possible.of(ROUNDED, totals, None)

    def draw(seed: int) -> np.ndarray:
        out = np.empty((DRAWN, 2, 2), np.int64)
        draws._draw_within(possible.start, possible.bounds, sweeps, seed, 3, 0, out)
        return out

    return draw


SAMPLERS = {
    "process": (multinomial, drawn(CITY, draws.PROCESS)),
    "process of the later year": (multinomial, drawn(CITY, draws.PROCESS_AFTER)),
    "allocation": (multivariate_hypergeometric, drawn(MARGINS, draws.ALLOCATION)),
    "units": (equal_takes, taken),
    "blocks": (whole_blocks, drawn(BLOCKS, draws.BLOCKS, UNIT_OF)),
    "within bounds": (within(None), drawn_within(None, 1)),
    "within bounds and totals": (within({"a": 3, "b": 4}), drawn_within({"a": 3, "b": 4}, 25)),
}


def fit(seen: Counter[bytes], law: Law, n: int) -> float:
    """Chi-square p-value, outcomes of fewer than five expected taken together."""
    assert set(seen) <= set(law)  # an outcome that cannot be is no matter of chance
    gap, few, classes = 0.0, [0.0, 0.0], 0
    for outcome, chance in law.items():
        wanted = float(n * chance)
        if wanted < FEWEST_EXPECTED:
            few = [few[0] + seen[outcome], few[1] + wanted]
            continue
        gap, classes = gap + (seen[outcome] - wanted) ** 2 / wanted, classes + 1
    if few[1] > 0:
        gap, classes = gap + (few[0] - few[1]) ** 2 / few[1], classes + 1
    return float(stats.chi2.sf(gap, classes - 1))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_p_values_of_fit_are_even_over_200_seeds(sampler):
    law, draw = SAMPLERS[sampler][0](), SAMPLERS[sampler][1]
    assert sum(law.values()) == 1
    together: Counter[bytes] = Counter()
    p_values = []
    for seed in range(SEEDS):
        seen = Counter(map(name, draw(seed)))
        p_values.append(fit(seen, law, DRAWN))
        together += seen
    assert stats.kstest(p_values, "uniform").pvalue > PROBABLE
    # a law that is wrong by little shows in all 120,000 draws
    assert fit(together, law, SEEDS * DRAWN) > PROBABLE


def test_a_sampler_that_is_wrong_by_little_would_be_seen():
    """One person in fifty put in another cell after the draw: the test above refuses it."""
    law, draw = multinomial(), SAMPLERS["process"][1]
    random = np.random.default_rng(3)
    together: Counter[bytes] = Counter()
    for seed in range(SEEDS):
        found = draw(seed)
        moved = (random.random(DRAWN) < 0.02) & (found[:, 0, 0] > 0)
        found[moved, 0, 0] -= 1
        found[moved, 0, 1] += 1
        together += Counter(map(name, found))
    assert fit(together, law, SEEDS * DRAWN) < PROBABLE


@pytest.mark.parametrize("lag", [1, 2])
def test_draws_of_neighbouring_seeds_and_replicates_do_not_go_together(lag):
    """Correlation of one cell over 60,000 pairs: four standard errors are 0.0164."""
    cells = np.array([SAMPLERS["process"][1](seed)[:300, 0, 0] for seed in range(SEEDS)], float)
    for first, second in ((cells[:-lag], cells[lag:]), (cells[:, :-lag], cells[:, lag:])):
        assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.0164
    later = np.array(
        [SAMPLERS["process of the later year"][1](s)[:300, 0, 0] for s in range(SEEDS)]
    )
    assert abs(np.corrcoef(cells.ravel(), later.ravel())[0, 1]) < 0.0164
