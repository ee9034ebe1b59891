"""D less what chance adds to it, and the intervals that are drawn of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seglib.inference import change_between, estimate, estimate_together
from seglib.inference.draws import PROCESS, PROCESS_AFTER, each_chunk
from seglib.inference.scales import estimate_in_context, estimate_profile
from seglib.measures import dissimilarity, gini, multigroup_dissimilarity
from seglib.registry import REGISTRY
from seglib.scale import nested
from seglib.table import CountTable

D = REGISTRY["D"]
COUNTS = np.array([[90, 30], [30, 90], [60, 45], [5, 20]])
AFTER = np.array([[80, 40], [40, 80], [60, 45], [9, 20]])


def city(counts, **meta) -> CountTable:
    return CountTable.from_counts(counts, groups=("a", "b"), **meta)


def debiased(counts) -> float:
    out = np.empty(1)
    D.debiased.py_func(np.asarray(counts, dtype=np.int64)[None], out)
    return float(out[0])


def drawn(counts, purpose, replicates=200, seed=3) -> np.ndarray:
    chunks = each_chunk(np.asarray(counts, dtype=np.int64), purpose, seed, replicates)
    return np.concatenate([chunk.copy() for _, chunk in chunks])


def ends(values) -> np.ndarray:
    """Where 0.025 and 0.975 of the chance lie below, k / (n + 1) of it below the k-th of n."""
    below = np.arange(1, len(values) + 1) / (len(values) + 1)
    return np.interp([0.025, 0.975], below, np.sort(values))


def test_two_units_by_hand():
    """Gaps of 1/2 with variance 30/40^2 + 10/40^2 = 1/40, so that z^2 / 2 = 5."""
    folded = math.sqrt(1 / 40 * 2 / math.pi) * math.exp(-5.0) + 0.5 * math.erf(math.sqrt(5.0))
    assert debiased([[30, 10], [10, 30]]) == pytest.approx(1.0 - folded, abs=1e-15)
    assert debiased([[30, 10], [10, 30]]) == pytest.approx(0.4999327, abs=1e-7)


def test_where_all_gaps_are_0_what_chance_gives_is_taken_off_whole():
    """E|e| = s sqrt(2 / pi) in each of four units, s^2 = 25 / 100^2 + 50 / 200^2."""
    error = math.sqrt(25 / 100**2 + 50 / 200**2)
    wanted = -0.5 * 4 * error * math.sqrt(2 / math.pi)
    assert debiased([[25, 50]] * 4) == pytest.approx(wanted, abs=1e-15)


@pytest.mark.parametrize("counts", [COUNTS, AFTER, [[4, 0], [0, 3], [2, 2]]], ids=len)
def test_it_is_the_mean_over_errors_drawn_one_by_one(counts):
    ours, theirs = (column / column.sum() for column in np.array(counts, dtype=float).T)
    spread = ours / np.sum(counts, axis=0)[0] + theirs / np.sum(counts, axis=0)[1]
    errors = np.random.default_rng(1).normal(0.0, np.sqrt(spread), (400_000, len(counts)))
    gaps = 2 * abs(ours - theirs) - abs(ours - theirs + errors)
    one = gaps.sum(axis=1) / 2
    slack = 4 * one.std() / math.sqrt(len(one))
    assert debiased(counts) == pytest.approx(one.mean(), abs=slack)
    assert slack < 2e-3


def test_over_worlds_it_misses_the_truth_by_a_fifth_of_what_d_does_at_most():
    ours = np.exp(0.5 * np.random.default_rng(4).normal(size=60))
    shares = np.column_stack([ours / ours.sum(), np.full(60, 1 / 60)])
    truth = 0.5 * abs(shares[:, 0] - shares[:, 1]).sum()
    cells = (shares * [0.25, 0.75]).ravel()
    worlds = np.random.default_rng(2).multinomial(6000, cells, 500).reshape(500, 60, 2)
    plain, less = np.empty(500), np.empty(500)
    D.batch(worlds, plain)
    D.debiased(worlds, less)
    assert plain.mean() - truth > 0.015
    assert abs(less.mean() - truth) < 0.2 * (plain.mean() - truth)


def test_the_interval_lies_around_the_debiased_value_as_its_draws_around_their_mean():
    found = estimate(dissimilarity, city(COUNTS), "a", "b", seed=3, replicates=200)
    draws = np.array([debiased(one) for one in drawn(COUNTS, PROCESS)])
    lower, upper = ends(draws) - draws.mean()
    assert found.value == D.kernel.py_func(*COUNTS.T.copy())
    assert found.debiased == pytest.approx(debiased(COUNTS), abs=1e-14)
    assert found.bias == pytest.approx(found.value - debiased(COUNTS), abs=1e-14)
    assert found.standard_error == pytest.approx(draws.std(ddof=1), abs=1e-14)
    assert found.low == pytest.approx(debiased(COUNTS) - upper, abs=1e-14)
    assert found.high == pytest.approx(debiased(COUNTS) - lower, abs=1e-14)


def test_alone_together_by_part_and_as_a_level_the_interval_is_one():
    twice = np.concatenate([COUNTS, COUNTS[::-1]])
    table = city(twice, parts={"half": "NNNNZZZZ"}, level="unit")
    wishes = {"seed": 3, "replicates": 200}
    alone = estimate(dissimilarity, table, "a", "b", **wishes)
    together = estimate_together([gini, (dissimilarity, "a", "b")][1:], table, **wishes)
    over = estimate_profile(table, dissimilarity, "a", "b", levels=["unit"], **wishes)
    for other in (*together.values(), over):
        for name in ("low", "high", "bias", "standard_error"):
            assert getattr(other, name) == pytest.approx(getattr(alone, name), abs=1e-14)
    north = estimate(dissimilarity, table, "a", "b", by="half", **wishes)["N"]
    assert north.debiased == pytest.approx(debiased(COUNTS), abs=1e-14)


def test_of_many_groups_it_is_the_mean_of_each_against_the_rest_and_of_two_that_of_d():
    multi = REGISTRY["D_multi"]
    counts, out = np.column_stack([COUNTS, [7, 30, 0, 12]]), np.empty(1)
    multi.debiased.py_func(counts[None], out)
    shares = counts.sum(axis=0) / counts.sum()
    each = [debiased(np.column_stack([g, counts.sum(axis=1) - g])) for g in counts.T]
    assert out[0] == pytest.approx(np.average(each, weights=shares * (1 - shares)), abs=1e-14)
    wishes = {"seed": 3, "replicates": 200}
    two = estimate(multigroup_dissimilarity, city(COUNTS), **wishes)
    one = estimate(dissimilarity, city(COUNTS), "a", "b", **wishes)
    for name in ("value", "low", "high", "bias", "standard_error", "null_mean"):
        assert getattr(two, name) == pytest.approx(getattr(one, name), abs=1e-13)
    three = CountTable.from_counts(np.column_stack([COUNTS, np.zeros(4, dtype=int)]))
    padded = estimate(multigroup_dissimilarity, three, **wishes)
    assert padded.debiased == pytest.approx(one.debiased, abs=1e-13)


def test_the_change_of_d_is_that_of_the_debiased_ones():
    before, after = city(COUNTS * 9, year=2001), city(AFTER * 9, year=2011)
    found = change_between(dissimilarity, before, after, "a", "b", seed=3, replicates=200)
    first, last = (
        np.array([debiased(one) for one in drawn(counts * 9, purpose)])
        for counts, purpose in ((COUNTS, PROCESS), (AFTER, PROCESS_AFTER))
    )
    lower, upper = ends(last - first) - (last - first).mean()
    centre = debiased(AFTER * 9) - debiased(COUNTS * 9)
    assert found.reason == ""
    assert found.points_low == pytest.approx(centre - upper, abs=1e-14)
    assert found.points_high == pytest.approx(centre - lower, abs=1e-14)


def test_among_surroundings_d_is_drawn_as_it_is():
    """What errors of a unit add says nothing of its surroundings."""
    around = estimate_in_context(
        dissimilarity, city(COUNTS), nested(""), "a", "b", seed=3, replicates=200
    )
    plain = np.empty(200)
    D.batch(drawn(COUNTS, PROCESS), plain)
    assert around.bias == pytest.approx(plain.mean() - around.value, abs=1e-14)
    assert around.standard_error == pytest.approx(plain.std(ddof=1), abs=1e-14)


def test_a_group_that_vanishes_in_a_draw_leaves_it_undefined():
    with np.errstate(invalid="ignore", divide="ignore"):
        assert math.isnan(debiased([[0, 10], [0, 30]]))
    few = city([[2, 0], [0, 500], [0, 700]])
    found = estimate(dissimilarity, few, "a", "b", seed=1)
    assert found.reason_code == "small-cells"
    assert 30 < int(found.reason.split()[2]) < 110  # of 500 draws, a share near exp(-2)
