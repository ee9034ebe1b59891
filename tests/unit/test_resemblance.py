"""Are the areas that are called alike the ones whose shares differ least?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib import composition_gaps, nearest_in_composition
from seglib.errors import ParameterError, TableError
from seglib.table import CountTable

persons = st.lists(st.integers(min_value=0, max_value=40), min_size=3, max_size=3)
towns = st.lists(persons, min_size=3, max_size=7).filter(lambda rows: sum(rows[0]) > 0)


def exact_gap(ours, theirs):
    """The formula in exact fractions."""
    shares = [[Fraction(cell, sum(row)) for cell in row] for row in (ours, theirs)]
    return sum(abs(a - b) for a, b in zip(*shares, strict=True)) / 2


@given(towns, st.integers(min_value=1, max_value=8))
def test_the_nearest_are_those_that_a_search_by_hand_finds(rows, number):
    table = CountTable.from_counts(rows)
    lived_in = [unit for unit, row in zip(table.units, rows, strict=True) if sum(row)]
    gaps = {unit: exact_gap(rows[0], rows[int(unit) - 1]) for unit in lived_in if unit != "1"}
    by_hand = sorted(gaps, key=lambda unit: (gaps[unit], int(unit)))[:number]
    found = nearest_in_composition(table, "1", number)
    assert list(found.gaps) == by_hand
    assert found.gaps == pytest.approx({unit: float(gaps[unit]) for unit in by_hand})
    assert found.as_near == 0


@given(towns)
def test_a_gap_is_the_same_both_ways_and_for_a_larger_place(rows):
    table = CountTable.from_counts(rows)
    gaps = composition_gaps(table, "1")
    assert gaps[0] == 0
    for unit, row in zip(table.units, rows, strict=True):
        if sum(row):
            assert composition_gaps(table, unit)[0] == pytest.approx(gaps[int(unit) - 1])
    assert composition_gaps(table.scaled(3), "1") == pytest.approx(gaps, nan_ok=True)


def test_small_places_can_be_left_out_and_parts_compared():
    wijken = {"wijk": ("A", "A", "B", "C")}
    table = CountTable.from_counts([[5, 5], [9, 1], [70, 30], [7, 3]], parts=wijken)
    assert list(nearest_in_composition(table, "A", by="wijk").gaps) == ["B", "C"]
    assert list(nearest_in_composition(table, "A", by="wijk", fewest=50).gaps) == ["B"]
    assert nearest_in_composition(table, "A", by="wijk").widest == 0


def test_rounding_of_the_source_puts_others_as_near():
    counts = np.array([[500, 500], [510, 490], [530, 470], [900, 100]])
    exact = CountTable.from_counts(counts)
    coarse = CountTable.from_counts(counts, lower=counts - 30, upper=counts + 30)
    assert nearest_in_composition(exact, "1", 1).as_near == 0
    # the widths are 60, so a gap has a standard error of half the root of 4 * 3600 / 12 / 1000^2
    assert 0.01 + 1.96 * np.sqrt(4 * 3600 / 12) / 1000 / 2 > 0.03
    assert nearest_in_composition(coarse, "1", 1).as_near == 1


def test_the_margin_of_rounding_is_no_narrower_than_rounding_itself():
    rng = np.random.default_rng(5)
    counts = np.array([[620, 240, 140], [560, 260, 180]])
    moved = counts + rng.uniform(-25, 25, (20_000, 2, 3))
    shares = moved / counts.sum(axis=1)[:, None]
    drawn = np.abs(shares[:, 0] - shares[:, 1]).sum(axis=1) / 2
    allowed = np.sqrt(6 * 50**2 / 12) / 1000 / 2
    assert drawn.std() <= allowed * 1.02


def test_what_cannot_be_compared_is_refused():
    table = CountTable.from_counts([[1, 1], [0, 0]])
    with pytest.raises(TableError, match="no unit 'x' among the 2 units"):
        composition_gaps(table, "x")
    with pytest.raises(TableError, match="Nobody lives in unit '2'"):
        composition_gaps(table, "2")
    with pytest.raises(ParameterError, match="1 or more, not 0"):
        nearest_in_composition(table, "1", 0)
    assert nearest_in_composition(table, "1").gaps == {}


def test_a_unit_with_just_the_fewest_persons_is_named():
    table = CountTable.from_counts([[50, 50], [30, 10], [0, 8]], units=("A", "B", "C"))
    assert list(nearest_in_composition(table, "A", fewest=40).gaps) == ["B"]
    assert list(nearest_in_composition(table, "A", fewest=41).gaps) == []
