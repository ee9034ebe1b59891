"""Do the sentences of the lesson on the yardstick say what their numbers allow?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib import language
from seglib.inference import RoundingBand
from seglib.result import Estimate, Profile


def d(value, group="Marokko", **facts):
    return Estimate("D", value, (group, "Nederland"), 90, **facts)


LOTTERY = {
    2: {100: d(1.0, null_mean=0.276), 500: d(1.0, null_mean=0.127), 1500: d(1.0, null_mean=0.074)},
    30: {100: d(1.0, null_mean=0.087), 500: d(1.0, null_mean=0.04), 1500: d(1.0, null_mean=0.023)},
}
LEVELS = {"Delft": {"Marokko": d(0.4)}, "Gouda": {"Marokko": d(0.6)}}
AMERICA = {"Houston": 0.606, "Miami": 0.64}
ZONINGS = {"Marokko": np.array([0.2, 0.3, 0.4, 0.5])}
STEPS = pd.DataFrame(
    [
        {"step": 50, "one_origin": 1, "any_column": 26, "dutch": 10812, "within": 0.001},
        {"step": 70, "one_origin": 0, "any_column": 11, "dutch": 9920, "within": 0.0},
    ]
)


def bands(width):
    own = RoundingBand("D", 0.4, low=0.4, high=0.4 + width, estimand="measurement")
    return {town: {"Marokko": own} for town in LEVELS}


def test_towns_that_an_index_cannot_tell_apart_are_named():
    squares = {"checkerboard": d(0.8), "split": d(0.8), "gradient": d(0.457)}
    quarters = {"checkerboard": d(0.0), "split": d(0.8), "gradient": d(0.457)}
    told = language.say_towns(squares, quarters, lang="en")
    assert "- checkerboard: D by square 80.0, by quarter 0.0" in told
    assert "equally high (80.0) for: checkerboard and split town" in told
    alone = language.say_towns({"split": d(0.8)}, {"split": d(0.8)}, lang="nl")
    assert "even hoog" not in alone


def test_the_lottery_names_the_outer_sizes_for_the_smallest_and_the_largest_group():
    told = language.say_lottery(LOTTERY, lang="nl")
    assert "27,6 bij 100 inwoners per gebied en 7,4 bij 1.500" in told
    assert "bij 500" not in told
    assert told.count("Voor een groep van") == 2
    assert "2,3 bij 1.500" in told


@pytest.mark.parametrize(("change", "moves"), [(0.005, True), (-0.006, True), (0.0049, False)])
def test_a_rule_moves_an_index_from_half_a_point_on(change, moves):
    rows = [{"rule": "cbs counts", "exact": 0.4, "printed": 0.4 + change, "change": change}]
    told = language.say_publishers(pd.DataFrame(rows), persons=60, symbol="D", lang="en")
    assert ("move D by half a point or more" in told) is moves
    assert ("less than half a point" in told) is not moves
    assert ("from 40.0" in told) is moves


def test_zonings_tell_the_range_and_where_the_zones_in_use_stand():
    told = language.say_zonings(ZONINGS, {"Marokko": 0.45}, symbol="D", lang="en")
    assert "20.0 to 50.0 over 4 divisions" in told
    assert "45.0 with the existing areas, higher than with 75%" in told


def test_profiles_tell_what_is_left():
    one = Profile("D", (70, 1750), np.array([0.8, 0.2]), "k", ("a", "b"))
    told = language.say_profiles({"split": one, "Marokko": one}, lang="nl")
    assert "- gespleten stad: van 80,0 bij de 70 naaste bewoners naar 20,0 bij de 1.750" in told
    assert "- Marokkaanse herkomst:" in told and told.count("25") == 2


def test_the_widest_and_the_narrowest_margin_are_told_or_why_there_is_none():
    found = {
        "Turkije": d(0.5, "Turkije", low=0.49, high=0.51),
        "Antillen": d(0.3, "Antillen", low=0.2, high=0.4),
        "Suriname": d(0.3, "Suriname", reason="small-cells"),
    }
    told = language.say_certainty(found, lang="en")
    assert told.index("Turkish origin (49.0 to 51.0)") < told.index(
        "Antillean origin (20.0 to 40.0"
    )
    only = language.say_certainty({"Suriname": found["Suriname"]}, lang="en")
    assert "too few persons per area" in only


def test_levels_are_told_by_group_with_the_towns_known_too_coarsely():
    told = language.say_levels(LEVELS, bands(0.05), AMERICA, lang="en")
    assert "- Moroccan origin: D of 40.0 to 60.0 in the 2 cities." in told
    assert "too coarsely" not in told
    assert "2 American metropolitan areas in 2010: 60.6 to 64.0" in told
    assert "In 2 of these the source" in language.say_levels(LEVELS, bands(0.2), AMERICA, lang="en")


def test_areas_are_counted_and_none_is_named():
    left = {"empty": 367, "secret": 226, "small": 573}
    told = language.say_one_group(STEPS, 11063, left, lang="nl")
    for number in (
        "In 1 van de 11.063",
        "in 0 is dat 70",
        "26 en 11",
        "10.812",
        "367",
        "226",
        "573",
    ):
        assert number in told


def test_the_summary_takes_the_middle_size_and_the_widest_range():
    told = language.say_yardstick(LOTTERY, LEVELS, AMERICA, ZONINGS, lang="en")
    assert "2% and 500 residents an area a lottery already gives a D of 12.7" in told
    assert "differs by up to 30.0 points" in told
    assert "In Delft and Gouda D against Dutch origin lies at 40.0 to 60.0" in told
    assert told.count("\n- ") == 4
