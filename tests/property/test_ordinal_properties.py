"""Do ordinal measures behave as segregation measures, and their bounds as bounds?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from seglib.errors import UndefinedMeasureError
from seglib.measures.ordinal import (
    ordinal_information_theory,
    ordinal_profile,
    ordinal_square_root,
    ordinal_variance_ratio,
    published_bounds,
    rank_order,
    rank_order_bounds,
)
from seglib.table import CountTable

ORDINAL = (ordinal_information_theory, ordinal_variance_ratio, ordinal_square_root)
# A curve through cuts that lie close together loses half of its sixteen digits.
ROUNDING = 1e-8
INDICES = ("H", "R", "S")
GRID_ERROR = 1e-6  # bounds from published cuts are summed over 20,000 percentiles
few = settings(max_examples=25)


def table(counts) -> CountTable:
    return CountTable.from_counts(counts)


@st.composite
def ladders(draw: st.DrawFn) -> CountTable:
    """2 to 6 units in five brackets, each bracket with members, some units empty."""
    persons = st.one_of(st.just(0), st.integers(0, 60))
    row = st.tuples(*[persons] * 5)
    counts = np.array(draw(st.lists(row, min_size=2, max_size=6)))
    for bracket in range(5):
        counts[draw(st.integers(0, len(counts) - 1)), bracket] += draw(st.integers(1, 60))
    return table(counts)


def curve(index: str) -> Callable[[CountTable], float]:
    def found(city: CountTable) -> float:
        try:
            return rank_order(city, index, degree=2).value
        except UndefinedMeasureError:  # the curve leads outside 0 to 1
            reject()

    return found


def low(index: str) -> Callable[[CountTable], float]:
    return lambda city: rank_order_bounds(city, index).low


def high(index: str) -> Callable[[CountTable], float]:
    return lambda city: rank_order_bounds(city, index).high


MEASURES = {
    **{measure.__name__: lambda city, m=measure: m(city).value for measure in ORDINAL},
    **{f"{kind.__name__} {i}": kind(i) for kind in (curve, low, high) for i in INDICES},
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def same(first: float, second: float) -> None:
    assert first == pytest.approx(second, abs=ROUNDING)


@every_measure
@few
@given(city=ladders(), order=st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(measure, city, order):
    rows = list(range(city.n_units))
    order.shuffle(rows)
    same(measure(table(city.counts[rows])), measure(city))


@every_measure
@few
@given(city=ladders())
def test_an_empty_unit_adds_nothing(measure, city):
    same(measure(table([*city.counts, [0] * 5])), measure(city))


@every_measure
@few
@given(city=ladders(), factor=st.integers(2, 9))
def test_a_larger_city_with_the_same_shares_is_equally_segregated(measure, city, factor):
    same(measure(city.scaled(factor)), measure(city))


@every_measure
@few
@given(city=ladders())
def test_turning_the_ladder_upside_down_changes_nothing(measure, city):
    same(measure(table(city.counts[:, ::-1])), measure(city))


@pytest.mark.parametrize("measure", [MEASURES[name] for name in MEASURES if "high" not in name])
@few
@given(city=ladders())
def test_splitting_a_unit_into_equals_changes_nothing(measure, city):
    enlarged = city.scaled(2)
    rows = [enlarged.counts[0] // 2] * 2
    same(measure(table([*rows, *enlarged.counts[1:]])), measure(enlarged))


@pytest.mark.parametrize("kind", [curve, low, high])
@pytest.mark.parametrize("index", INDICES)
@few
@given(city=ladders(), place=st.integers(0, 5))
def test_an_empty_bracket_changes_nothing_in_rank_order(kind, index, city, place):
    same(kind(index)(table(np.insert(city.counts, place, 0, axis=1))), kind(index)(city))


@pytest.mark.parametrize("measure", ORDINAL)
@few
@given(city=ladders())
def test_an_ordinal_measure_lies_between_0_and_1(measure, city):
    assert 0 <= measure(city).value <= 1


@pytest.mark.parametrize("index", INDICES)
@few
@given(city=ladders())
def test_the_bounds_lie_in_order_between_0_and_1(index, city):
    found = rank_order_bounds(city, index)
    assert 0 <= found.low <= found.high + ROUNDING
    assert found.high < 1


@pytest.mark.parametrize("index", INDICES)
@few
@given(city=ladders(), cut=st.integers(0, 3))
def test_knowing_a_cut_less_widens_the_bounds(index, city, cut):
    fine = rank_order_bounds(city, index)
    counts = city.counts.copy()
    counts[:, cut + 1] += counts[:, cut]
    coarse = rank_order_bounds(table(np.delete(counts, cut, axis=1)), index)
    assert coarse.low <= fine.low + ROUNDING
    assert coarse.high >= fine.high - ROUNDING


@pytest.mark.parametrize("index", INDICES)
@few
@given(city=ladders(), kept=st.sets(st.integers(0, 3), min_size=1, max_size=3))
def test_published_cuts_alone_prove_no_more_than_the_brackets_behind_them(index, city, kept):
    """What any city with these cuts can reach lies within; a cut more never widens the range."""
    cuts = ordinal_profile(city, index)
    known = list(zip(cuts.scales, cuts.values.tolist(), strict=True))
    brackets = rank_order_bounds(city, index)
    found = published_bounds(dict(known), index)
    assert found.low <= brackets.low + GRID_ERROR
    assert found.high >= brackets.high - GRID_ERROR
    fewer = published_bounds(dict(known[cut] for cut in kept), index)
    assert fewer.low <= found.low + GRID_ERROR
    assert fewer.high >= found.high - GRID_ERROR


@pytest.mark.parametrize("index", INDICES)
@few
@given(city=ladders())
def test_merging_units_lowers_both_bounds(index, city):
    fine = rank_order_bounds(city, index)
    coarse = rank_order_bounds(city.merge({city.units[1]: city.units[0]}), index)
    assert coarse.low <= fine.low + ROUNDING
    assert coarse.high <= fine.high + ROUNDING


@every_measure
@few
@given(sizes=st.lists(st.integers(1, 40), min_size=2, max_size=6))
def test_only_the_upper_bound_sees_segregation_in_an_even_city(measure, sizes):
    even = table([np.array([5, 4, 3, 2, 1]) * size for size in sizes])
    if measure in [MEASURES[f"high {index}"] for index in INDICES]:
        assert measure(even) > 0
    else:
        same(measure(even), 0.0)


@pytest.mark.parametrize("measure", [MEASURES[n] for n in MEASURES if n[:3] not in ("low", "hig")])
@few
@given(sizes=st.lists(st.integers(1, 40), min_size=5, max_size=5))
def test_a_city_without_mixed_units_is_wholly_segregated(measure, sizes):
    same(measure(table(np.diag(sizes))), 1.0)
