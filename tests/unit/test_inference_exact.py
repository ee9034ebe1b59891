"""Edges of the draws and of what is told about them, each worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError, TableError
from seglib.inference import (
    change_between,
    draws,
    estimate,
    estimate_together,
    rounding_band,
)
from seglib.measures import dissimilarity, information_theory, isolation
from seglib.table import CountTable

LAST = np.uint64(2**64 - 1)


def city(n_units: int = 4, **meta) -> CountTable:
    rows = [[70 + unit % 7, 30 + unit % 11] for unit in range(n_units)]
    return CountTable.from_counts(rows, groups=("a", "b"), **meta)


def at_the_end() -> np.ndarray:
    """A state whose next number is the largest below 1: rotl(0 + last, 23) + 0 has all bits."""
    return np.array([0, 1, 2, LAST], dtype=np.uint64)


def test_the_largest_number_of_the_stream_gives_a_possible_count_too():
    known, facts = draws._first_factorials(100), np.zeros(3)
    assert draws._uniform(at_the_end()) == 1.0 - 2.0**-53
    for trials in range(1, 60):
        for part in range(1, 12):
            draws._facts(part, 12, facts)
            drawn = draws._draw_binomial(trials, part, 12, facts, known, at_the_end())
            assert 0 <= drawn <= trials
        for ours in range(1, 60):
            drawn = draws._draw_hypergeometric(trials, ours, 60, known, at_the_end())
            assert max(0, trials + ours - 60) <= drawn <= min(trials, ours)


def test_a_hundred_units_are_enough_to_draw_from():
    codes = [
        estimate(dissimilarity, city(n), "a", "b", seed=1, interval="units").reason_code
        for n in (99, 100)
    ]
    assert codes == ["few-units", ""]


def test_as_many_cities_are_drawn_as_the_text_says_unless_asked_otherwise():
    table = city(100)
    together = estimate_together([information_theory], table, seed=1)["H"]
    assert together.replicates == estimate(information_theory, table, seed=1).replicates == 500
    assert (
        rounding_band(
            dissimilarity,
            CountTable.from_counts(
                [[3, 1], [1, 3]], groups=("a", "b"), lower=[[2, 0], [0, 2]], upper=[[4, 2], [2, 4]]
            ),
            "a",
            "b",
            seed=1,
        ).replicates
        == 500
    )


def test_a_band_without_bounds_is_refused_by_place_and_year():
    for meta, name in (
        ({"place": "Ons Dorp", "year": 2017}, "Ons Dorp 2017"),
        ({"place": "Ons Dorp"}, "Ons Dorp"),
        ({}, "this table"),
    ):
        with pytest.raises(TableError, match=f"needs bounds, {name} has none"):
            rounding_band(dissimilarity, city(**meta), "a", "b", seed=1)


def test_a_published_total_is_one_number_or_two():
    table = CountTable.from_counts(
        [[3, 1], [1, 3]], groups=("a", "b"), lower=[[2, 0], [0, 2]], upper=[[4, 2], [2, 4]]
    )
    with pytest.raises(ParameterError, match="The total of 'a' is a whole number from 0, or two"):
        rounding_band(dissimilarity, table, "a", "b", seed=1, totals={"a": (3, 4, 5)})


def test_a_change_between_tables_of_other_groups_is_refused_even_where_both_have_the_one_asked():
    before = city(year=2010)
    after = CountTable.from_counts(before.counts, groups=("a", "c"), year=2020)
    with pytest.raises(TableError, match="groups"):
        change_between(isolation, before, after, "a", seed=1, replicates=40)
