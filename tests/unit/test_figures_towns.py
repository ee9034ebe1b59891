"""Do the figures and tables of the lesson on the yardstick show what they are given?"""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from seglib import CountTable, dissimilarity, estimate, estimate_profile, figures, knn, synth
from seglib.errors import ReportError
from seglib.inference import RoundingBand
from seglib.language import check_wording
from seglib.result import Estimate, Profile

DRAWS = {"seed": 1, "replicates": 40}


def town(name="split", **parameters) -> CountTable:
    return synth.toy_town(name, **parameters).table()


def four_towns(lang="nl"):
    names = ("checkerboard", "split", "enclave", "gradient")
    return figures.towns({name: town(name) for name in names}, "a", lang=lang)


def one_profile(group, values=(0.5, 0.25), **facts):
    known = {"place": "Delft", "year": 2015, "source": "s", "reason": "not asked"} | facts
    return Profile("D_rest", (100, 800), np.array(values), "k", (group, "rest"), **known)


def level(value=0.5, group="Marokko", **facts):
    known = {"low": value - 0.01, "high": value + 0.01, "null_adjusted": value - 0.05, "year": 2015}
    return Estimate("D", value, (group, "Nederland"), 90, **(known | facts))


def band(low=0.48, high=0.53, **facts):
    return RoundingBand("D", 0.5, ("Marokko", "Nederland"), low=low, high=high, **facts)


def levels(lang="en"):
    found = {"Den Haag": {"Marokko": level(0.6)}, "Utrecht": {"Marokko": level(0.4)}}
    bands = {place: {"Marokko": band()} for place in found}
    return figures.levels(found, bands, {"Houston": 0.606}, lang=lang, source="s")


def zonings(lang="en", **facts):
    values = {"Turkije": np.linspace(0.2, 0.4, 201)}
    known = {"symbol": "D", "lang": lang, "source": "s"} | facts
    return figures.spread(values, {"Turkije": 0.25}, **known)


def profiles(lang="nl"):
    drawn = {"Marokko": one_profile("Marokko"), "Turkije": one_profile("Turkije", (0.4, 0.4))}
    return figures.profiles(drawn, lang=lang, source="s")


def chance(lang="nl"):
    found = {
        2: {100: level(1.0, null_mean=0.276), 1500: level(1.0, null_mean=0.074)},
        30: {100: level(1.0, null_mean=0.087), 1500: level(1.0, null_mean=0.023)},
    }
    return figures.chance(found, lang=lang)


EVERY = (four_towns, levels, zonings, profiles, chance)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("make", EVERY)
def test_a_figure_says_all_that_replaces_seeing_it_and_is_the_same_bytes_twice(make, lang):
    found = make(lang=lang)
    assert found.svg == make(lang=lang).svg
    ElementTree.fromstring(found.svg)
    for text in (found.title, found.alt, found.caption, found.source):
        assert text.strip() and check_wording(text, lang) == []
        assert "{" not in text
    assert found.title[0].isupper()
    assert found.table.rows and found.lang == lang


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_is_made_up_says_so_in_the_drawing_and_below_it(lang):
    word = {"nl": "esimuleerd", "en": "imulated"}[lang]
    drawn = {"split": estimate_profile(town(), dissimilarity, "a", contexts=knn(70), **PLAIN)}
    for found in (four_towns(lang), chance(lang), figures.profiles(drawn, lang=lang)):
        assert word in found.svg and word in found.source
    assert word in four_towns(lang).caption
    assert word not in profiles(lang).svg


PLAIN = {"seed": 1, "interval": None, "null": None}


def test_towns_are_counted_by_class_square_by_square():
    rows = {row[0]: row[1:] for row in four_towns("en").table.rows}
    assert rows["checkerboard"] == rows["split town"] == ("32", "0", "0", "0", "32")
    assert rows["core"] == ("48", "0", "0", "0", "16")
    # shares 0, 1/7 ... 1 of eight columns; 2/7, 3/7, 4/7, 5/7 stand in the middle classes
    assert rows["gradient"] == ("16", "8", "16", "8", "16")


def test_a_curve_of_chance_shows_its_null_and_not_its_value():
    assert chance("en").table.rows == (("100", "27.6", "8.7"), ("1,500", "7.4", "2.3"))


def test_profiles_show_a_margin_where_there_is_one():
    ends = {"low": np.array([0.45, np.nan]), "high": np.array([0.55, np.nan])}
    found = figures.profiles({"Marokko": one_profile("Marokko", **ends)}, lang="en")
    assert found.table.rows == (("100", "50.0 (45.0 to 55.0)"), ("800", "25.0"))
    assert "in Delft, 2015" in found.title


def test_a_margin_that_leaves_out_its_value_is_explained_below_a_profile():
    ends = {"low": np.array([0.45, 0.2]), "high": np.array([0.49, 0.3])}
    one = one_profile("Marokko", debiased=np.array([0.47, 0.25]), **ends)
    found = figures.profiles({"Marokko": one}, lang="en", caption="Read it.")
    told = "for: Moroccan, 100 residents (50.0 as counted, 47.0 without chance)."
    assert found.caption.startswith("Read it. ") and found.caption.endswith(told)
    assert "as counted" not in profiles("en").caption


def test_a_profile_without_margin_or_reason_is_refused():
    with pytest.raises(ReportError, match="needs the interval"):
        figures.profiles({"Marokko": one_profile("Marokko", reason="")}, lang="nl")


def test_random_borders_are_told_with_their_quantiles_and_the_zones_in_use():
    (row,) = zonings().table.rows
    assert row == ("Turkish", "20.0", "21.0", "30.0", "39.0", "40.0", "25.0")
    assert "201 random divisions" in zonings().svg
    assert zonings(where=" in Delft").title.endswith("in Delft")


def test_levels_keep_the_order_given_and_set_the_published_ones_below():
    rows = levels().table.rows
    assert [row[1] for row in rows] == ["Den Haag", "Utrecht", "Houston"]
    assert rows[0][2:] == ("60.0", "59.0 to 61.0", "48.0 to 53.0", "55.0")
    assert rows[2][2:] == ("60.6", "–", "–", "–")


def test_a_level_without_margin_gives_the_reason_in_words():
    bare = level(low=None, high=None, reason="smallest expected cell is 3", null_adjusted=None)
    here = {"Delft": {"Marokko": bare}}
    found = figures.levels(here, {"Delft": {"Marokko": band()}}, {}, lang="nl", source="s")
    assert found.table.rows[0][3] == "te weinig personen per gebied"
    assert found.table.rows[0][5] == "–"
    unsaid = {"Delft": {"Marokko": level(low=None, high=None)}}
    with pytest.raises(ReportError, match="needs the interval"):
        figures.levels(unsaid, {"Delft": {"Marokko": band()}}, {}, lang="nl")


def test_measured_writes_each_kind_on_the_scale_that_readers_see():
    whole = Estimate("xPx", 0.68, ("a",))
    rows = {"x": [level(0.6), whole, band(), 12, "said"], "y": [level(), whole, band(), 0.5, ""]}
    heads = ("place", "D", "own", "band", "n", "note")
    found = figures.measured(rows, columns=heads, caption="c", lang="en")
    assert found.rows[0] == ("x", "60.0", "68.0%", "48.0 to 53.0", "12", "said")
    assert found.rows[1][4] == "0.5"
    with pytest.raises(ReportError, match="'x' has 5 cells for 1 headings"):
        figures.measured(rows, columns=heads[:2], caption="c", lang="en")
    open_ = figures.measured(
        {"x": [band(None, None, reason="few-units")]}, columns=("a", "b"), caption="c", lang="en"
    )
    assert open_.rows[0][1] == "too few areas"


def test_a_figure_of_real_draws_agrees_with_what_estimate_gives():
    """The lottery of 400 units of 100 persons with a group of 2 percent: about 0.28."""
    table = CountTable.from_counts([[100, 0]] * 8 + [[0, 100]] * 392)
    found = estimate(dissimilarity, table, "1", interval=None, **DRAWS)
    assert found.null_mean == pytest.approx(0.276, abs=0.01)
    told = figures.chance({2: {100: found}}, lang="en").table.rows[0][1]
    assert float(told) == pytest.approx(100 * found.null_mean, abs=0.05)
