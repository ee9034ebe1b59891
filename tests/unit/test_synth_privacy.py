"""Do the rules of publishers print what they say, and do bounds always hold the truth?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib.errors import ParameterError, TableError
from seglib.inference import rounding_band
from seglib.measures import dissimilarity, information_theory
from seglib.synth.city import city
from seglib.synth.privacy import RULES, privacy, under_each_rule
from seglib.table import CountTable

GROUPS = ("a", "b", "c")
PERSONS = st.one_of(st.integers(0, 12), st.integers(0, 3000))
TABLES = st.lists(st.tuples(PERSONS, PERSONS, PERSONS), min_size=1, max_size=6)


def exact(*rows: tuple[int, ...]) -> CountTable:
    return CountTable.from_counts(rows, groups=GROUPS[: len(rows[0])])


def percent(persons: int, people: int) -> int:
    """The whole percentage, half up, in exact fractions."""
    return floor(Fraction(100 * persons, people) + Fraction(1, 2)) if people else 0


def nearest(persons: int) -> int:
    return min(range(0, persons + 6, 5), key=lambda step: abs(step - persons))


@given(TABLES, st.sampled_from(list(RULES)), st.integers(0, 200))
def test_bounds_always_hold_the_truth(rows, rule, secret_below):
    table = exact(*rows)
    printed = privacy(table, rule, secret_below=secret_below)
    assert (printed.lower <= table.counts).all()
    assert (table.counts <= printed.upper).all()


@given(st.tuples(*[st.integers(0, 80)] * 3), st.sampled_from(["cbs counts", "bbga counts"]))
def test_bounds_of_counts_are_all_that_would_print_the_same(row, rule):
    table = privacy(exact(row), rule)
    for place, printed in enumerate(table.counts[0]):
        alike = [
            persons
            for persons in range(100)
            if (nearest(persons) if rule == "cbs counts" else 5 if 1 <= persons < 5 else persons)
            == printed
        ]
        assert (table.lower[0, place], table.upper[0, place]) == (alike[0], alike[-1])


@given(st.tuples(*[st.integers(0, 400)] * 3))
def test_bounds_of_percents_are_all_that_would_print_the_same(row):
    people = sum(row)
    table = privacy(exact(row), "bbga percents")
    for place, persons in enumerate(row):
        printed = min(percent(persons, people), 90)
        alike = [other for other in range(people + 1) if min(percent(other, people), 90) == printed]
        assert (table.lower[0, place], table.upper[0, place]) == (alike[0], alike[-1])
        assert alike[0] <= table.counts[0, place] <= alike[-1]


@given(st.tuples(*[st.integers(0, 40)] * 3))
def test_bounds_of_rounded_percents_miss_no_pair_that_would_print_the_same(row):
    table = privacy(exact(row), "cbs percents", secret_below=0)
    about = nearest(sum(row))
    for place, persons in enumerate(row):
        printed = percent(persons, sum(row))
        alike = [
            other
            for people in range(max(0, about - 2), about + 3)
            for other in range(people + 1)
            if percent(other, people) == printed
        ]
        assert table.lower[0, place] <= min(alike) and max(alike) <= table.upper[0, place]


def test_each_rule_prints_a_table_worked_by_hand():
    table = exact((3, 97, 0), (12, 188, 2), (1, 9, 33))
    found = {rule: privacy(table, rule).counts.tolist() for rule in RULES}
    assert found["cbs counts"] == [[5, 95, 0], [10, 190, 0], [0, 10, 35]]
    assert found["bbga counts"] == [[5, 97, 0], [12, 188, 5], [5, 9, 33]]
    # 97 of 100 is capped at 90 %; 188 of 202 is 93 %, so 181.8; 12 is 6 %, so 12.12; 2 is 1 %
    # of 43: 2 % is 0.86, 21 % is 9.03, 77 % is 33.11
    assert found["bbga percents"] == [[3, 90, 0], [12, 182, 2], [1, 9, 33]]
    # 202 is read as 200; the last has 45 inhabitants and is secret: shares of 300 printed ones
    assert found["cbs percents"][:2] == [[3, 97, 0], [12, 186, 2]]
    assert found["cbs percents"][2] == [round(45 * 15 / 300), round(45 * 283 / 300), 0]


def test_nothing_is_known_of_a_secret_unit_but_its_inhabitants():
    printed = privacy(exact((20, 11, 4), (400, 300, 300)), "cbs percents", secret_below=50)
    assert printed.lower[0].tolist() == [0, 0, 0]
    assert printed.upper[0].tolist() == [37, 37, 37]
    assert printed.counts[0].tolist() == [14, 10, 10]  # 40, 30 and 30 % of 35, halves to even
    open_ = privacy(exact((20, 11, 4), (400, 300, 300)), "cbs percents", secret_below=35)
    assert open_.counts[0].tolist() == [20, 11, 4]


def test_where_all_units_are_secret_groups_are_read_as_equal():
    printed = privacy(exact((3, 9), (8, 2)), "cbs percents")
    assert printed.counts.tolist() == [[5, 5], [5, 5]]


@pytest.mark.parametrize("rule", RULES)
def test_an_empty_unit_stays_empty(rule):
    printed = privacy(exact((0, 0), (300, 100)), rule, secret_below=0)
    assert printed.counts[0].tolist() == [0, 0] and printed.lower[0].tolist() == [0, 0]


@pytest.mark.parametrize("rule", RULES)
def test_a_rounding_band_can_be_tried_on_what_is_printed(rule):
    table = city(seed=1, sides=(3, 3, 1), margins={"a": 9, "b": 1}, persons=400).table()
    printed = privacy(table, rule)
    band = rounding_band(
        dissimilarity, printed, "b", seed=1, replicates=40, unit_totals=table.unit_totals
    )
    assert band.floor <= dissimilarity(table, "b").value <= band.ceiling


def test_rules_say_how_far_they_move_a_measure():
    table = city(seed=2, sides=(3, 3, 2), persons=60).table()
    frame = under_each_rule(dissimilarity, table, "Marokko").set_index("rule")
    assert list(frame.index) == list(RULES) and frame["synthetic"].all()
    for rule in RULES:
        value = dissimilarity(privacy(table, rule), "Marokko").value
        assert frame.loc[rule, "printed"] == value
        assert frame.loc[rule, "change"] == value - dissimilarity(table, "Marokko").value
    # multiples of 5 hide a group of 4 in 60 far more than percents do
    assert abs(frame.loc["cbs counts", "change"]) > 5 * abs(frame.loc["bbga percents", "change"])
    assert frame.loc["cbs counts", "cells_changed"] > 0.5


def test_rules_hardly_move_a_measure_of_large_units():
    table = city(seed=2, sides=(3, 3, 1), persons=20_000).table()
    frame = under_each_rule(information_theory, table)
    assert frame["change"].abs().max() < 2e-3


def test_what_a_table_says_of_itself_is_kept():
    table = city(seed=1, sides=(2, 2, 2)).table(year=2016)
    printed = privacy(table, "cbs counts")
    assert (printed.units, printed.source, printed.year) == (table.units, "synthetic", 2016)
    assert printed.parts == table.parts


def test_a_table_with_bounds_is_no_truth():
    table = exact((3, 9))
    with pytest.raises(TableError, match="needs exact persons"):
        privacy(replace(table, lower=table.counts), "cbs counts")


@pytest.mark.parametrize(
    ("rule", "options", "message"),
    [
        ("cbs", {}, "no rule 'cbs'. Choose one of cbs counts"),
        ("cbs percents", {"secret_below": -1}, "secret_below needs"),
    ],
)
def test_what_is_no_rule_is_refused(rule, options, message):
    with pytest.raises(ParameterError, match=message):
        privacy(exact((3, 9)), rule, **options)


def test_bounds_and_counts_are_whole_persons():
    printed = privacy(exact((7, 60, 5)), "cbs percents")
    assert {array.dtype for array in (printed.counts, printed.lower, printed.upper)} == {
        np.dtype(np.int64)
    }
