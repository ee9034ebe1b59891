"""Do the ordinal measures read brackets in order, and refuse where there is nothing to read?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.measures.ordinal import (
    brackets,
    ordinal_information_theory,
    ordinal_profile,
    ordinal_square_root,
    ordinal_variance_ratio,
    published_bounds,
    rank_order,
    rank_order_bounds,
)
from seglib.measures.ordinal.variation import variation, variation_of, vary
from seglib.table import CountTable

ORDINAL = (ordinal_information_theory, ordinal_variance_ratio, ordinal_square_root)
COUNTS = [[40, 30, 20, 10, 5], [5, 10, 20, 30, 40], [20, 20, 20, 20, 20], [0, 0, 0, 0, 0]]
TWO_CUTS = [[60, 30, 10], [20, 40, 40]]


def table(counts=COUNTS, **meta) -> CountTable:
    return CountTable.from_counts(counts, **meta)


@pytest.mark.parametrize("measure", ORDINAL)
def test_an_ordinal_measure_tells_where_it_comes_from(measure):
    found = measure(table(place="Ons Dorp", year=2017, source="toy", level="wijk"))
    assert found.symbol == {"inf": "H^O", "var": "R^O", "squ": "S^O"}[measure.__name__[8:11]]
    assert (found.place, found.year, found.source, found.unit) == ("Ons Dorp", 2017, "toy", "wijk")
    assert found.n_units == 4


@pytest.mark.parametrize("measure", ORDINAL)
def test_the_order_of_the_brackets_matters(measure):
    assert measure(table(np.array(COUNTS)[:, [2, 0, 4, 1, 3]])).value < measure(table()).value


@pytest.mark.parametrize("measure", ORDINAL)
def test_an_empty_bracket_in_the_middle_weighs_its_cut_twice(measure):
    three = np.array([[8, 1, 1], [1, 4, 5]])
    wider = np.insert(three, 1, 0, axis=1)
    assert abs(measure(table(wider)).value - measure(table(three)).value) > 1e-3
    assert measure(table(np.insert(three, 0, 0, axis=1))).value == measure(table(three)).value


def test_a_cut_beside_an_empty_bracket_comes_once():
    found = ordinal_profile(table([[0, 6, 0, 3, 1, 0], [0, 2, 0, 3, 5, 0]]), "R")
    assert found.scales == (0.4, 0.7)
    assert (found.scale_name, found.n_units, found.certain) == ("percentile", (2, 2), True)
    assert found.values == pytest.approx([0.04 / 0.24, 0.04 / 0.21], abs=1e-12)
    assert found.to_frame()["percentile"].tolist() == [0.4, 0.7]


def test_a_fit_tells_where_it_comes_from_and_why_it_has_no_interval():
    found = rank_order(table(place="Ons Dorp", year=2017, source="toy", level="wijk"), degree=2)
    estimate = found.estimate
    assert (estimate.symbol, estimate.place, estimate.year) == ("H^R", "Ons Dorp", 2017)
    assert (estimate.unit, estimate.source, estimate.n_units) == ("wijk", "toy", 4)
    assert estimate.method == "polynomial of degree 2 through 4 cuts"
    assert estimate.certain
    assert estimate.low is None
    assert (found.value, found.standard_error) == (estimate.value, estimate.standard_error)
    assert found.degree == 2


def test_a_curve_through_every_cut_has_no_standard_error():
    found = rank_order(table(), degree=3)
    assert found.standard_error is None
    assert found.curve(found.observed.scales) == pytest.approx(found.observed.values, abs=1e-12)


def test_the_frame_sets_the_curve_beside_what_was_counted():
    frame = rank_order(table(), "S", degree=2).to_frame()
    assert frame.columns.tolist() == ["symbol", "percentile", "value", "fitted"]
    assert len(frame) == 4
    assert 0 < (frame["value"] - frame["fitted"]).abs().max() < 0.02


@pytest.mark.parametrize("percentile", [-0.1, 40, float("nan")])
def test_a_percentile_outside_the_city_is_refused(percentile):
    found = rank_order(table(), degree=2)
    with pytest.raises(ParameterError, match=r"lies between 0 and 1, one of these is .*0\.5"):
        found.curve([0.5, percentile])


def test_bounds_tell_where_they_come_from():
    found = rank_order_bounds(table(place="Ons Dorp", year=2017, source="toy", level="wijk"), "S")
    assert (found.symbol, found.n_units, found.n_cuts) == ("S^R", 4, 4)
    assert (found.place, found.year, found.source, found.unit) == ("Ons Dorp", 2017, "toy", "wijk")
    row = found.to_frame().iloc[0]
    assert (row["low"], row["high"]) == (found.low, found.high)
    assert found.width == found.high - found.low > 0


@pytest.mark.parametrize("measure", [rank_order, rank_order_bounds, ordinal_profile])
def test_an_unknown_index_is_refused(measure):
    with pytest.raises(ParameterError, match=r"no rank-order index 'G'\. Choose one of H, R, S\."):
        measure(table(), "G")


@pytest.mark.parametrize("measure", [*ORDINAL, rank_order, rank_order_bounds, ordinal_profile])
def test_one_bracket_with_members_is_refused(measure):
    with pytest.raises(UndefinedMeasureError, match="members of two groups, only '2' has any"):
        measure(table([[0, 3, 0], [0, 4, 0]]))


@pytest.mark.parametrize("measure", [*ORDINAL, rank_order, rank_order_bounds, ordinal_profile])
def test_an_empty_city_is_refused(measure):
    with pytest.raises(UndefinedMeasureError, match="needs persons, all 2 units"):
        measure(table([[0, 0], [0, 0]]))


@pytest.mark.parametrize("degree", [0, 1, 4])
def test_no_curve_is_drawn_through_two_cuts(degree):
    with pytest.raises(
        UndefinedMeasureError,
        match=r"H\^R needs 3 cuts or more, Den Haag has 2 \(at 0\.40, 0\.75\)\. .*bounds",
    ):
        rank_order(table(TWO_CUTS, place="Den Haag"), degree=degree)


def test_a_curve_needs_more_cuts_than_its_degree():
    with pytest.raises(
        ParameterError,
        match=r"degree 4 needs 5 cuts, this table has 4 \(at 0\.21, .*\)\. Use degree 3 at most",
    ):
        rank_order(table())


@pytest.mark.parametrize("degree", [2.0, np.int64(2)])
def test_a_degree_may_be_any_whole_number(degree):
    assert rank_order(table(), degree=degree).value == rank_order(table(), degree=2).value


@pytest.mark.parametrize("degree", [-1, 1.5, 13, "four"])
def test_a_degree_that_is_no_whole_number_is_refused(degree):
    with pytest.raises(ParameterError, match="a whole number from 0 to 12, not"):
        rank_order(table(), degree=degree)


def test_a_curve_that_leads_outside_0_to_1_is_refused():
    sliver = table([[1, 1, 1, 0, 0], [0, 0, 0, 1, 42]])
    with pytest.raises(
        UndefinedMeasureError,
        match=r"S\^R lies between 0 and 1, a curve of degree 2 .* 0\.02 to 0\.09 gives -91\.5\.",
    ):
        rank_order(sliver, "S", degree=2)


@pytest.mark.parametrize("form", [0, 1, 2])
def test_a_kernel_without_compilation_gives_the_same(form):
    counts = np.array(COUNTS)
    compiled, plain = np.empty((2, 4)), np.empty((2, 4))
    brackets.within_cuts(counts, form, *compiled)
    brackets.within_cuts.py_func(counts, form, *plain)
    np.testing.assert_allclose(compiled, plain, rtol=0, atol=1e-15)
    shares = np.array([0.0, 0.2, 0.5, 1.0])
    by_kernel, by_python = np.empty(4), np.empty(4)
    vary(shares, form, by_kernel)
    vary.py_func(shares, form, by_python)
    np.testing.assert_allclose(by_kernel, by_python, rtol=0, atol=1e-15)
    assert [variation.py_func(share, form) for share in shares] == by_python.tolist()


@pytest.mark.parametrize(
    ("published", "message"),
    [
        ({}, "at one cut at least; none came"),
        ({1.0: 0.2}, "H of 0.2 at cut 1.0 is out of range"),
        ({0.0: 0.2}, "at cut 0.0 is out of range"),
        ({0.4: 1.2}, "H of 1.2 at cut 0.4"),
        ({0.4: float("nan")}, "H of nan at cut 0.4"),
        ({0.50: 0.0, 0.51: 1.0}, r"No city has H of 0 at 0\.5, 1 at 0\.51\. Check that all cuts"),
    ],
)
def test_published_cuts_that_no_city_has_are_refused(published, message):
    with pytest.raises(ParameterError, match=message):
        published_bounds(published)


def test_the_order_of_published_cuts_does_not_matter():
    first, again = (
        published_bounds({0.4: 0.05, 0.8: 0.09}),
        published_bounds({0.8: 0.09, 0.4: 0.05}),
    )
    assert first == again
    assert (first.symbol, first.n_cuts) == ("H^R", 2)


def test_a_country_of_two_thousand_million_does_not_overflow():
    small, large = table(), table().scaled(25_000_000)
    for measure in ORDINAL:
        assert measure(large).value == pytest.approx(measure(small).value, abs=1e-12)
    for index in "HRS":
        assert variation_of(index).index == index
        few, many = (rank_order(city, index, degree=2).value for city in (small, large))
        assert many == pytest.approx(few, abs=1e-12)
        few, many = (rank_order_bounds(city, index) for city in (small, large))
        assert (many.low, many.high) == pytest.approx((few.low, few.high), abs=1e-12)
