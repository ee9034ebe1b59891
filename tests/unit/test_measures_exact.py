"""Measures of small cities by hand: values in exact fractions, and between which bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seglib.inference import estimate
from seglib.measures import atkinson, gini, isolation, relative_diversity, shrunken_quotient
from seglib.registry import REGISTRY, measure_of
from seglib.table import CountTable

SHARE = (0.0, 1.0)
OPEN = (0.0, math.inf)


@pytest.mark.parametrize(
    ("bounds", "symbols"),
    [
        (SHARE, "D D_rest Gini Gini_rest D_multi Gini_multi Atkinson Atkinson_rest Hutchens"),
        (SHARE, "Hutchens_rest eta2 R H xPx xPy P Simpson RQ H^O R^O S^O"),
        (OPEN, "M E ls ls_g E_u LQ LQ_eb"),
        ((1.0, math.inf), "N1 N2"),
    ],
)
def test_a_measure_declares_the_bounds_of_the_literature(bounds, symbols):
    assert {symbol: REGISTRY[symbol].bounds for symbol in symbols.split()} == dict.fromkeys(
        symbols.split(), bounds
    )


def test_every_measure_has_its_bounds_tested():
    marks = test_a_measure_declares_the_bounds_of_the_literature.pytestmark[0].args[1]
    assert set(REGISTRY) <= {symbol for _, symbols in marks for symbol in symbols.split()}


def test_isolation_weighs_the_others_too_and_so_needs_enough_of_them():
    # 120 units of 100 persons: 3 others expected in each, though they live together in 12
    rows = [[70, 30]] * 12 + [[100, 0]] * 108
    city = CountTable.from_counts(rows, groups=("ours", "others"))
    found = estimate(isolation, city, "ours", seed=1, replicates=100)
    assert found.reason_code == "small-cells"
    assert found.reason.startswith("smallest expected cell 3.0; units with an expected cell below")


def test_gini_is_the_same_whichever_group_is_named_first():
    # Gini is the mean gap between pairs of units: sum of |x v - u y| over all pairs by 2 X Y
    city = CountTable.from_counts([[6, 1], [3, 2], [1, 3], [0, 6]], groups=("a", "b"))
    first, second = gini(city, "a", "b").value, gini(city, "b", "a").value
    assert first == pytest.approx(second, abs=1e-15)
    gaps = sum(
        abs(x * other_y - other_x * y)
        for x, y in city.counts.tolist()
        for other_x, other_y in city.counts.tolist()
    )
    assert first == pytest.approx(gaps / (2 * 10 * 12), abs=1e-15)


def test_rounding_takes_no_even_city_below_zero():
    # in plain floats 1 less the mixed part comes to -1e-16 for each of these compositions
    for row, times in (((1, 2, 2), 3), ((1, 4, 4), 5), ((1, 6, 3), 3), ((1, 8, 1), 3)):
        assert relative_diversity(CountTable.from_counts([row] * times)).value == 0.0


def test_an_empty_unit_shrinks_no_quotient():
    rows = [[30, 10], [10, 30], [5, 60]]
    without, beside = (
        shrunken_quotient(CountTable.from_counts(counts, groups=("a", "b")), "a").values
        for counts in (rows, [*rows, [0, 0]])
    )
    assert beside[:3].tolist() == without.tolist()
    assert abs(without[0] - 1.0) > 0.5


def test_atkinsons_index_of_any_shape_takes_each_city_of_many_by_itself():
    cities = np.random.default_rng(3).integers(1, 90, (6, 4, 2))
    wanted = [
        atkinson(CountTable.from_counts(one, groups=("a", "b")), "a", "b", shape=0.3).value
        for one in cities
    ]
    out = np.empty(6)
    measure_of(atkinson).at(shape=0.3).batch(cities, out)
    assert out.tolist() == pytest.approx(wanted, abs=1e-15)
