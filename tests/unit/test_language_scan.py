"""Do the sentences and figures of a scan say what its numbers allow, and no more?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seglib import disclosure, figures, language
from seglib.inference import RoundingBand
from seglib.language import check_wording
from seglib.measures.resemblance import Nearest
from seglib.result import ChangeEstimate, Decomposition, Estimate, Profile
from seglib.table import CountTable, CountTables

GROUPS = ("Nederland", "Turkije", "westers")


def town(rows, place="Delft", year=2015, **facts):
    units = [f"BU0503000{n}" for n in range(len(rows))]
    parts = {
        "wijk": ["WK050300"] * (len(rows) - 1) + ["WK050301"],
        "gemeente": ["GM0503"] * len(rows),
    }
    named = {"groups": GROUPS, "units": units, "parts": parts, "level": "buurt"}
    return CountTable.from_counts(rows, place=place, year=year, **named, **facts)


LARGE = town([[800, 150, 50]] * 3 + [[700, 250, 9]] * 2)
SMALL = town([[400, 90, 4], [500, 0, 6]])


def d(value, group="Turkije", **facts):
    return Estimate(
        "D_rest", value, (group, "rest"), 5, year=2015, low=value - 0.02, high=value + 0.02, **facts
    )


def voices(**changes):
    row = {"item": "ThuisVoelen_p", "label": "", "kind": "survey", "year": 2018, "unit": "%"}
    row |= {"value": 57.0, "low": 51.0, "high": 65.0, "areas": 71}
    return {**row, "citation": {"nl": "Gemeente Delft.", "en": "City of Delft."}, **changes}


def profile(*values, width=0.01):
    ends = {"low": np.array(values) - width, "high": np.array(values) + width}
    return Profile("D_rest", (1000, 5000), np.array(values), ("Turkije", "rest"), **ends)


class TestGroups:
    def test_a_group_needs_enough_members_in_enough_units(self):
        rows = [[100, 101, 500], [100, 100, 0], [100, 100, 1], [100, 100, 1], [99, 99, 1]]
        assert disclosure.groups_to_show(town(rows)) == ("Turkije",)
        assert disclosure.groups_to_show(town(rows), members=499) == ("Nederland", "Turkije")
        assert disclosure.groups_to_show(town(rows), units=4) == ("Turkije", "westers")

    def test_a_village_has_none(self):
        assert disclosure.groups_to_show(SMALL) == ()


class TestResidents:
    def test_the_year_stands_in_the_heading_and_persons_are_rounded(self):
        told = language.say_residents(LARGE, ["Nederland", "Turkije"], lang="nl")
        assert told.startswith("## Wie woonden er in Delft in 2015?")
        assert "ongeveer 4.900 inwoners, in 5 buurten en 2 wijken" in told
        assert "zij telden minder dan 500 mensen" in told
        assert "*Herkomst*" in told

    def test_without_a_group_one_sentence_says_why(self):
        told = language.say_residents(SMALL, [], lang="en")
        assert "about 1,000 residents" in told
        assert "this scan gives no figures by origin" in told
        assert "*Origin*" not in told

    @pytest.mark.parametrize(
        ("newest", "year", "told"), [(True, 2015, 1), (True, 2022, 0), (False, 2015, 0)]
    )
    def test_figures_that_could_not_be_fetched_are_told_once(self, newest, year, told):
        table = town([[400, 90, 4]] * 2, year=year)
        said = language.say_residents(table, [], newest=newest, lang="nl")
        assert said.count("konden niet worden opgehaald") == told

    def test_of_every_hundred_nobody_is_called_none_or_all(self):
        table = town([[9960, 30, 10]] * 5)
        told = language.say_scan(table, GROUPS, None, {}, [], lang="nl")
        assert "hadden er meer dan 99 een Nederlandse herkomst; minder dan 1 een Turkse" in told


class TestStrengths:
    def test_they_begin_with_what_meets_and_what_most_residents_say(self):
        mixing = Estimate("R", 0.071, (), 5, low=0.07, high=0.073)
        frame = pd.DataFrame(
            [
                voices(),
                voices(item="VeelOmgang_p", value=30.0),
                voices(item="MoeiteMetRondkomen_38", kind="model estimate", value=90.0),
            ]
        )
        told = language.say_strengths(mixing, frame, place="Delft", town="Delft", lang="nl")
        first, second, third = told.split("\n")
        assert (
            "was 92,9\u202f% van die kans bij twee mensen uit heel Delft (toevalsmarge 92,7 tot"
            in first
        )
        assert second.endswith("Delft ja op: thuis voelen bij buurtbewoners (57\u202f%).")
        assert "geen enkele tabel" in third

    def test_without_figures_the_sentence_about_people_remains(self):
        told = language.say_strengths(None, pd.DataFrame(), place="Delft", town="Delft", lang="en")
        assert told.startswith("The greatest strengths stand in no table")

    def test_a_margin_that_cannot_be_given_has_its_reason(self):
        mixing = Estimate("R", 0.005, (), 5, reason="expected", reason_code="small-cells")
        told = language.say_strengths(
            mixing, pd.DataFrame(), place="Delft", town="Delft", lang="nl"
        )
        assert (
            "99,5\u202f% van die kans bij twee mensen uit heel Delft (geen toevalsmarge: te" in told
        )


class TestVoices:
    def test_a_model_estimate_is_called_one(self):
        model = voices(item="leefbarometer_score", kind="model estimate", unit="score", value=None)
        frame = pd.DataFrame([voices(), {**model, "low": 4.0, "high": 4.25}]).astype(
            {"value": object}
        )
        table = figures.voices(frame, lang="nl")
        assert table.rows[0][1:] == ("enquête", "2018", "57\u202f%", "51 tot 65\u202f%")
        assert table.rows[1][1:] == ("modelschatting", "2018", "–", "4,00 tot 4,25")
        told = language.say_voices(frame, place="Delft", lang="nl")
        assert "is aan niemand gevraagd" in told
        assert told.count("Gemeente Delft.") == 1

    def test_where_nobody_was_asked_that_is_said_and_no_table_shown(self):
        assert "geen enquête onder bewoners van Delft" in language.say_voices(
            pd.DataFrame(), place="Delft", lang="nl"
        )
        assert figures.voices(pd.DataFrame(), lang="nl") is None


class TestYears:
    series = CountTables.from_tables(
        {year: town([[n, 100, 20]] * 2, year=year) for year, n in ((2010, 880), (2015, 380))}
    )

    def test_one_year_says_nothing_of_change(self):
        alone = CountTables.from_tables({2015: LARGE})
        assert "alleen cijfers van 2015" in language.say_years(alone, {}, lang="nl")

    def test_years_without_a_lasting_group_say_so(self):
        assert "geen groep is in al die jaren groot genoeg" in language.say_years(
            self.series, {}, lang="nl"
        )

    def test_a_change_is_told_with_its_margin(self):
        about = {"first_year": 2010, "last_year": 2015, "place": "Delft"}
        ends = {"percent_low": -12.0, "percent_high": -8.0}
        pair = ("Turkije", "rest")
        change = ChangeEstimate("D_rest", pair, 0.4, 0.36, -0.04, -10.0, **ends, **about)
        told = language.say_years(self.series, {"Turkije": change}, lang="nl")
        assert "daalde tussen 2010 en 2015 bij: Turkse herkomst." in told
        rows = language.share_rows(self.series, {"Turkije": change}, lang="en")
        ends = "−10.0% (−12.0 to −8.0%)"
        assert rows == [("Turkish origin", "10.0%", "20.0%", ends)]

    def test_a_change_that_rounding_hides_has_no_number(self):
        change = ChangeEstimate("D_rest", ("Turkije", "rest"), 0.4, 0.36, -0.04, -10.0)
        hidden = replace(change, reason="x", reason_code="band-too-wide")
        told = language.say_years(self.series, {"Turkije": hidden}, lang="nl")
        assert "Niet te zeggen of D tussen 2010 en 2015 daalde of steeg: Turkse herkomst." in told
        (row,) = language.share_rows(self.series, {"Turkije": hidden}, lang="nl")
        assert row[3].endswith("de afronding laat te veel open")


class TestSpread:
    def test_one_example_and_the_ends_of_the_others(self):
        found = {"Turkije": d(0.3), "westers": d(0.1, "westers")}
        told = language.say_spread(found, [], None, lang="nl")
        assert "van elke 100 mensen van Turkse herkomst zouden dat er 30 zijn" in told
        assert "van 10,0 tot 30,0" in told

    def test_a_group_near_chance_is_named_and_is_no_example(self):
        near = replace(d(0.1), low=None, high=None, reason="x", reason_code="null")
        found = {"Turkije": near, "westers": d(0.3, "westers")}
        told = language.say_spread(found, [], None, lang="nl")
        assert told.count("Een voorbeeld:") == 1
        assert "zouden dat er 30 zijn" in told
        assert "Bij Turkse herkomst is D niet duidelijk hoger dan een loting" in told
        brief = [
            language.say_scan(LARGE, GROUPS, None, shown, [], lang="nl")
            for shown in ({"Turkije": near}, found)
        ]
        assert ["niet duidelijk meer dan een loting" in text for text in brief] == [True, False]

    def test_a_margin_that_is_one_whole_percent_gets_a_decimal(self):
        low, high = {"between": 0.0899, "within": 0.0099}, {"between": 0.0901, "within": 0.0101}
        parts = Decomposition("M", {"between": 0.09, "within": 0.01}, 0.1, low=low, high=high)
        told = language.say_spread({"Turkije": d(0.3)}, [], parts, lang="nl")
        assert "lag 90,0\u202f% tussen wijken (toevalsmarge 89,9 tot 90,1\u202f%" in told

    def test_what_rounding_leaves_open_is_named_without_a_number(self):
        told = language.say_spread({}, ["Turkije"], None, lang="nl")
        assert told == "Niet te meten: Turkse herkomst. De bron is daarvoor te ver afgerond."

    def test_nothing_to_measure_is_said(self):
        assert "genoeg mensen in genoeg buurten" in language.say_spread({}, [], None, lang="nl")

    def test_the_part_between_wijken_has_the_widest_range_of_its_margins(self):
        low, high = {"between": 0.05, "within": 0.03}, {"between": 0.07, "within": 0.05}
        parts = Decomposition("M", {"between": 0.06, "within": 0.04}, 0.1, low=low, high=high)
        told = language.say_spread({"Turkije": d(0.3)}, [], parts, lang="nl")
        assert "lag 60\u202f% tussen wijken (toevalsmarge 50 tot 70\u202f%" in told

    def test_without_margins_no_part_is_told(self):
        parts = Decomposition(
            "M", {"between": 0.06, "within": 0.04}, 0.1, reason="x", reason_code="small-cells"
        )
        told = language.say_spread({"Turkije": d(0.3)}, [], parts, lang="nl")
        assert "niet te zeggen: te weinig personen per gebied" in told
        assert "60" not in told

    @pytest.mark.parametrize(
        ("curves", "told"),
        [
            (
                {"a": profile(0.3, 0.15), "b": profile(0.2, 0.19)},
                "bij 1 van de 2 groepen in de figuur duidelijk lager: de toevalsmarges raken",
            ),
            ({"a": profile(0.3, 0.15), "b": profile(0.2, 0.18)}, "bleef 50\u202f% van D over"),
            (
                {"a": profile(0.3, 0.15), "b": profile(0.2, 0.16)},
                "bij alle 2 groepen in de figuur duidelijk lager: de toevalsmarges raken",
            ),
            ({"a": profile(0.3, 0.15)}, "Dan was D duidelijk lager"),
            ({"a": profile(0.3, 0.285)}, "niet duidelijk anders: de toevalsmarges raken elkaar"),
        ],
    )
    def test_more_neighbours_lower_d_only_where_margins_do_not_touch(self, curves, told):
        assert told in language.say_reach(curves, lang="nl")

    def test_without_curves_there_is_nothing_to_say(self):
        assert language.say_reach({}, lang="nl") is None


class TestOthers:
    def test_names_stand_by_alphabet_and_say_how_far_rounding_reaches(self):
        codes = {"GM0599": 0.01, "GM0034": 0.02}
        names = language.area_names(codes, lang="nl")
        told = language.say_alike(
            names, Nearest(codes, 3), place="Delft", level="gemeente", lang="nl"
        )
        assert "op volgorde van het alfabet: Almere; Rotterdam." in told
        assert "Bij hooguit 2,0 van elke 100" in told
        assert "daarom kan dit ook gelden voor 3 andere gemeenten." in told

    def test_one_more_is_one(self):
        told = language.say_alike(
            ["Almere"], Nearest({"GM0034": 0.02}, 1), place="Delft", level="gemeente", lang="en"
        )
        assert "so this may hold for 1 other municipality too." in told

    def test_a_place_that_did_not_exist_is_compared_with_none(self):
        told = language.say_alike([], None, place="Delft", level="gemeente", lang="nl")
        assert told == "Van Delft zijn er over 2015 geen cijfers om mee te vergelijken."

    def test_questions_fit_what_there_is(self):
        parts = Decomposition("M", {"between": 0.06, "within": 0.04}, 0.1)
        full = language.say_questions("Delft", ["Almere", "Gouda"], parts, lang="nl")
        bare = language.say_questions("Delft", [], None, lang="nl")
        assert "iemand in Almere" in full
        assert "tussen wijken" in full
        assert full.count("\n") == bare.count("\n") + 2

    @pytest.mark.parametrize(
        ("between", "told"),
        [
            (0.07, "meer tussen wijken dan tussen buurten van dezelfde wijk. Herkent u dat?"),
            (0.03, "meer tussen buurten van dezelfde wijk dan tussen wijken. Herkent u dat?"),
            (0.05, "Zit het verschil meer tussen wijken, of tussen buurten"),
        ],
    )
    def test_what_is_clear_of_wijken_is_said_before_it_is_asked(self, between, told):
        shares = {"between": between, "within": 0.1 - between}
        low, high = ({key: one + by for key, one in shares.items()} for by in (-0.01, 0.01))
        parts = Decomposition("M", shares, 0.1, low=low, high=high)
        assert told in language.say_questions("Delft", [], parts, lang="nl")


class TestFigures:
    def test_a_bar_for_each_group_and_one_for_the_others_with_what_rounding_leaves(self):
        counts = np.array([[800, 150, 50]] * 5)
        table = town(counts, lower=counts - 10, upper=counts + 10)
        figure = figures.composition(table, ["Nederland", "Turkije"], lang="nl")
        assert figure.table.rows == (
            ("Nederlandse herkomst", "4.000", "80,0\u202f%", "79,0 tot 81,0\u202f%"),
            ("Turkse herkomst", "750", "15,0\u202f%", "14,0 tot 16,0\u202f%"),
            ("Andere groepen samen", "250", "5,0\u202f%", "4,0 tot 6,0\u202f%"),
        )

    def test_others_of_fewer_than_ten_are_hidden(self):
        table = town([[800, 150, 1]] * 5)
        names = [
            row[0]
            for row in figures.composition(table, ["Nederland", "Turkije"], lang="nl").table.rows
        ]
        assert names == ["Nederlandse herkomst", "Turkse herkomst"]

    def test_where_all_groups_are_large_each_has_its_bar_and_nobody_else(self):
        figure = figures.composition(town([[800, 150, 120]] * 5), GROUPS, lang="en")
        assert [row[1] for row in figure.table.rows] == ["4,000", "750", "600"]

    def test_no_group_no_figure(self):
        assert figures.composition(SMALL, [], lang="nl") is None
        assert figures.unevenness({}, {}, {}, place="Delft", lang="nl") is None

    def test_d_stands_with_margin_null_and_rounding_against_both(self):
        rest = {"Turkije": d(0.3, null_mean=0.02)}
        dutch = {
            "Turkije": Estimate(
                "D",
                0.35,
                ("Turkije", "Nederland"),
                5,
                year=2015,
                reason="x",
                reason_code="small-cells",
            )
        }
        bands = {"rest": {"Turkije": d(0.3)}, "dutch": {}}
        figure = figures.unevenness(rest, dutch, bands, place="Delft", lang="nl")
        assert figure.table.rows == (
            (
                "Turkse herkomst",
                "tegenover alle anderen",
                "30,0",
                "–",
                "28,0 tot 32,0",
                "2,0",
                "28,0 tot 32,0",
            ),
            (
                "Turkse herkomst",
                "tegenover Nederlandse herkomst",
                "35,0",
                "–",
                "te weinig personen per gebied",
                "–",
                "–",
            ),
        )
        assert "Turkse herkomst tegenover alle anderen 30,0" in figure.description

    def test_a_margin_that_leaves_out_its_value_is_explained(self):
        one = replace(d(0.3), low=0.26, high=0.29, debiased=0.275)
        drawn = figures.unevenness({"Turkije": one}, {}, {}, place="Delft", lang="nl")
        assert drawn.table.rows[0][2:5] == ("30,0", "27,5", "26,0 tot 29,0")
        assert "(30,0 geteld, 27,5 zonder toeval)" in drawn.caption
        plain = figures.unevenness({"Turkije": d(0.3)}, {}, {}, place="Delft", lang="nl")
        assert "geteld" not in plain.caption

    def test_what_rounding_leaves_open_reaches_the_printed_value_and_may_be_too_much(self):
        about = {"groups": ("Turkije", "rest"), "estimand": "measurement"}
        band = RoundingBand("D_rest", 0.3, low=0.22, high=0.27, **about)
        bands = {"rest": {"Turkije": band}}
        drawn = figures.unevenness({"Turkije": d(0.3)}, {}, bands, place="Delft", lang="nl")
        assert drawn.table.rows[0][-1] == "22,0 tot 30,0"
        assert "een 0 in de bron kan een klein aantal zijn" in drawn.caption
        assert language.measurable(["Turkije"], bands["rest"]) == ["Turkije"]
        far = {"Turkije": replace(band, value=0.33)}
        assert language.measurable(["Turkije"], far) == []

    def test_a_table_of_model_estimates_alone_is_not_called_an_answer(self):
        frame = pd.DataFrame([voices(kind="model estimate")])
        assert figures.voices(frame, lang="nl").caption == "Wat een model schat"


def test_every_text_of_a_scan_names_no_cause_and_ranks_nobody():
    wrong = []
    for lang in ("nl", "en"):
        for section in ("scan", "figure_scan"):
            for name, text in language.word_list(section)[lang].items():
                wrong += [f"{name}: {line}" for line in check_wording(text, lang)]
    assert wrong == []
