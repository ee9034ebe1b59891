"""Does every sentence say what its numbers allow, in Dutch and in English?"""

import datetime
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib import language
from seglib.errors import LanguageError
from seglib.result import (
    ChangeDecomposition,
    ChangeEstimate,
    Decomposition,
    Estimate,
    LocalEstimates,
)
from seglib.table import CountTable
from seglib.table.single import Dropped

MOROCCAN = ("Marokko", "rest")


def level(year, value, **other):
    facts = {"low": value - 0.003, "high": value + 0.004, "place": "Amsterdam", **other}
    return Estimate("D_rest", value, MOROCCAN, 82, year=year, **facts)


def change(**other):
    facts = {
        "percent_low": -2.5,
        "percent_high": -0.4,
        "years": 12.0,
        "percent_per_decade": -1.2,
        "percent_per_decade_low": -2.1,
        "percent_per_decade_high": -0.3,
        "leave_one_low": -2.2,
        "leave_one_high": 0.3,
        "leave_one_units": ("M32", "M34"),
        "place": "Amsterdam",
        "first_year": 2005,
        "last_year": 2017,
        **other,
    }
    return ChangeEstimate("D_rest", MOROCCAN, 0.4233, 0.4173, -0.006, -1.4, 82, **facts)


def parts(**other):
    values = {
        "removals": 0.0,
        "additions": 0.0,
        "group_margin": -0.0022,
        "unit_margin": -0.0009,
        "structural": -0.0069,
    }
    facts = {"reason": "exact", "reason_code": "arithmetic", "years": (2005, 2017), **other}
    return ChangeDecomposition("M", values, -0.01, **facts)


@pytest.mark.parametrize(
    ("value", "decimals", "lang", "text"),
    [
        (834486, 0, "nl", "834.486"),
        (834486, 0, "en", "834,486"),
        (-0.5, 1, "nl", "−0,5"),
        (-0.04, 1, "nl", "0,0"),
        (0.25, 1, "nl", "0,3"),
        (1234.5, 1, "nl", "1.234,5"),
        (float("nan"), 1, "nl", "–"),
    ],
)
def test_a_number_is_written_as_its_reader_writes_it(value, decimals, lang, text):
    assert language.number(value, decimals, lang) == text


def test_percent_has_a_narrow_space_in_dutch_and_none_in_english():
    assert language.percent(-1.23, 1, "nl") == "−1,2\u202f%"
    assert language.percent(1.23, 1, "en", signed=True) == "+1.2%"


def test_points_spans_dates_and_lists():
    assert language.points(-0.5, 1, "nl") == "−0,5 punt"
    assert language.span(-2.5, 0.4, 1, "nl", signed=True, unit="%") == "−2,5 tot +0,4\u202f%"
    assert language.span(1, 2, 0, "en", unit="areas") == "1 to 2 areas"
    assert language.date(datetime.date(2022, 6, 1), "en") == "1 June 2022"
    assert language.listing([], "nl") == ""
    assert language.listing(["a"], "nl") == "a"
    assert language.listing(["a", "b", "c"], "en") == "a, b and c"


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_both_languages_write_the_same_digits(value, decimals):
    swap = str.maketrans(",.", ".,")
    assert language.number(value, decimals, "nl").translate(swap) == language.number(
        value, decimals, "en"
    )


def test_an_unknown_language_is_refused():
    with pytest.raises(LanguageError, match="'fr'"):
        language.number(1, 0, "fr")


def test_groups_have_respectful_names_and_unknown_ones_keep_theirs():
    old = {"westers", "niet-westers", "allochtoon", "autochtoon"}
    groups = "Nederland Marokko Turkije Suriname Antillen westers Europa".split()
    for group in [*groups, "overig niet-westers", "buiten Europa", "rest"]:
        for lang in language.LANGUAGES:
            for name in (
                language.group_name(group, lang),
                language.group_name(group, lang, short=True),
                language.people_of(group, lang),
            ):
                assert not old & set(name.lower().split()), name
                assert language.check_wording(name, lang) == []
    assert language.group_name("a", "nl") == "a"


def test_outcomes_and_levels_have_both_languages():
    assert len({language.outcome_name(o, "en") for o in language.OUTCOMES}) == 9
    with pytest.raises(LanguageError, match="bewezen"):
        language.outcome_name("bewezen", "nl")
    assert language.level_name("buurtcombinatie", "nl") == "wijken (buurtcombinaties)"
    assert language.level_name("wijk", "nl", number=1) == "wijk"
    assert language.level_name("", "en") == "areas"


def test_a_reason_is_told_in_the_readers_language():
    assert language.reason_text("small-cells", "nl") == "te weinig personen per gebied"
    assert language.reason_text("near-null", "en") == "too close to what chance alone gives"
    assert language.reason_text("", "nl") == "niet berekend"


def test_one_estimate_in_dutch():
    assert language.say(level(2017, 0.4173, null_adjusted=0.4153), lang="nl") == (
        "In 2017 was D voor mensen van Marokkaanse herkomst tegenover alle anderen in Amsterdam "
        "41,7 (toevalsmarge 41,4 tot 42,1; zonder toevalsdeel 41,5) op een schaal van 0 tot 100."
    )


def test_one_estimate_without_year_in_both_languages():
    toy = Estimate("H", 0.25, reason="toy")
    assert language.say(toy, lang="nl") == (
        "De informatie-index H is 25,00 (geen toevalsmarge: rekenvoorbeeld) op een schaal van 0 "
        "tot 100."
    )
    assert language.say(toy, lang="en").startswith("The information theory index H is 25.00 (no")


def test_a_series_goes_from_its_first_year_to_its_last():
    series = {2005: level(2005, 0.4233), 2009: level(2009, 0.42), 2017: level(2017, 0.4173)}
    assert language.say(series, lang="nl") == (
        "D voor mensen van Marokkaanse herkomst tegenover alle anderen ging van 42,3 "
        "(toevalsmarge 42,0 tot 42,7) in 2005 naar 41,7 (toevalsmarge 41,4 tot 42,1) in 2017: "
        "−0,6 punt; −1,4\u202f%. De toevalsmarges van deze twee jaren overlappen."
    )


@pytest.mark.parametrize(
    ("last", "text"),
    [
        (level(2017, 0.40), "overlappen niet."),
        (level(2017, 0.40, low=None, high=None, reason="near-null"), "niet te zeggen."),
    ],
)
def test_a_series_says_whether_margins_overlap(last, text):
    assert language.say([level(2005, 0.4233), last], lang="nl").endswith(text)
    assert language.say([level(2005, 0.4233), last], lang="en").endswith(".")


def test_a_series_takes_the_margin_of_its_change():
    series = {2005: level(2005, 0.4233), 2017: level(2017, 0.4173)}
    assert language.say(series, lang="nl", changes=change()).endswith(
        "De toevalsmarge van de verandering is −2,5 tot −0,4\u202f%, geheel onder nul."
    )


def test_a_change_in_dutch_says_that_its_sign_hinges_on_one_area_and_names_none():
    said = language.say(change(), lang="nl")
    assert said == (
        "D voor mensen van Marokkaanse herkomst tegenover alle anderen ging in Amsterdam tussen "
        "2005 en 2017 van 42,3 naar 41,7 (−0,6 punt; −1,4\u202f%). De toevalsmarge van de "
        "verandering is −2,5 tot −0,4\u202f%, geheel onder nul. Per tien jaar is dat "
        "−1,2\u202f% (−2,1 tot −0,3\u202f%). Wie telkens één gebied weglaat, vindt een "
        "verandering van −2,2 tot +0,3\u202f%: het teken hangt dus aan één enkel gebied."
    )
    assert "M32" not in said


def test_a_change_in_english():
    said = language.say(change(leave_one_high=-0.1), lang="en")
    assert "from 42.3 to 41.7 (−0.6 points; −1.4%)" in said
    assert said.endswith("Leaving out one area in turn gives a change of −2.2 to −0.1%.")


@pytest.mark.parametrize(
    ("facts", "nl", "en"),
    [
        ({"percent_high": 0.1}, "niet te onderscheiden van nul", "not distinguishable from zero"),
        ({"percent_low": 0.1, "percent_high": 1.0}, "geheel boven nul", "wholly above zero"),
        (
            {"percent_low": None, "percent_high": None, "reason_code": "small-cells"},
            "geen toevalsmarge: te weinig personen per gebied",
            "no margin of chance for the change: too few persons per area",
        ),
    ],
)
def test_a_change_says_whether_it_differs_from_zero(facts, nl, en):
    assert nl in language.say(change(**facts), lang="nl")
    assert en in language.say(change(**facts), lang="en")


def test_two_references_are_compared():
    other = replace(change(), groups=("Marokko", "Nederland"), percent=0.8)
    said = language.say([change(), other], lang="nl", about="references")
    assert said.startswith(
        "Voor mensen van Marokkaanse herkomst veranderde D tegenover alle anderen met −1,4\u202f% "
        "(toevalsmarge −2,5 tot −0,4\u202f%) en tegenover mensen van Nederlandse herkomst met"
    )
    assert said.endswith("de twee wijzen een andere kant op.")
    same = [change(), replace(other, percent=-0.8)]
    assert language.say(same, lang="en", about="references").endswith("point the same way.")


def test_a_decomposition_gives_shares_when_all_parts_point_one_way():
    assert language.say(parts(place="Amsterdam"), lang="nl") == (
        "M veranderde in Amsterdam tussen 2005 en 2017 met −0,0100. Daarvan hoort −0,0022 "
        "(22\u202f%) bij groei of krimp van groepen, −0,0009 (9\u202f%) bij groei of krimp van "
        "gebieden en −0,0069 (69\u202f%) bij een andere spreiding. Bij deze delen staat geen "
        "toevalsmarge: het is een exacte verdeling van getelde personen. Deze optelsom wijst geen "
        "oorzaak aan."
    )


def test_a_decomposition_with_parts_both_ways_has_margins_and_no_shares():
    found = Decomposition(
        "M",
        {"structural": -0.02, "group_margin": 0.01},
        -0.01,
        low={"structural": -0.03, "group_margin": 0.0, "total": -0.02},
        high={"structural": -0.01, "group_margin": 0.02, "total": 0.0},
    )
    said = language.say(found, lang="en")
    assert "%" not in said
    assert "−0.0200 (margin of chance −0.0300 to −0.0100) goes with a different spread" in said
    assert "do not all point the same way" in said


def test_isolation_is_told_in_percentage_points():
    found = Decomposition(
        "xPx", {"share": 0.01, "evenness": -0.004}, 0.006, ("Turkije",), reason_code="arithmetic"
    )
    assert language.say(found, lang="nl").startswith(
        "Voor mensen van Turkse herkomst veranderde het aandeel van de eigen groep in de buurt in "
        "deze periode met +0,6 procentpunt: +1,0 bij een groter of kleiner groepsaandeel en −0,4 "
        "bij een andere spreiding."
    )
    assert "+0.6 percentage points" in language.say(found, lang="en")


def test_margins_only_is_told_as_a_sum():
    said = language.say_margins_only("H", 0.0988, 0.0893, 0.0948, lang="nl")
    assert "dan was de informatie-index H uitgekomen op 9,48 (−0,40)" in said
    assert "42\u202f% van de waargenomen verandering" in said
    other_way = language.say_margins_only("D", 0.40, 0.42, 0.39, lang="en", groups=MOROCCAN)
    assert "%" not in other_way
    assert "D for people of Moroccan origin would have come to 39.0 (−1.0)" in other_way


def test_provenance_counts_units_persons_and_what_was_left_out():
    gone = (Dropped("z", "Z", 12, "too small"),)
    table = CountTable.from_counts(
        [[1000, 200], [300, 400]], place="Ons Dorp", year=2017, level="wijk", dropped=gone
    )
    assert language.say(table, lang="nl") == (
        "Ons Dorp 2017: 2 wijken, 1.900 personen; 1 wijk weggelaten met 12 personen."
    )
    assert "nothing left out" in language.say(replace(table, dropped=()), lang="en")


def test_persons_computed_from_printed_shares_are_not_shown():
    table = CountTable.from_counts([[1000, 200]], year=2017, source="ois-amsterdam-panel")
    assert "1.200" not in language.say(table, lang="nl")


def test_old_column_names_appear_once_and_marked():
    said = language.say_groups(("Nederland", "westers", "overig niet-westers"), lang="nl")
    assert "`overig niet-westers`" in said
    assert language.check_wording(said, "nl") == []


def test_a_map_is_told_as_a_whole():
    import numpy as np

    found = LocalEstimates(
        "ls",
        ("a", "b", "c"),
        ("Aa", "Bb", "Cc"),
        np.array([0.1, 0.2, np.nan]),
        np.array([100, 100, 0]),
        place="Ons Dorp",
        year=2017,
    )
    said = language.say(found, lang="nl", level="wijk", masked=1)
    assert said.startswith("Ons Dorp 2017: van lokale segregatie is de middelste waarde 0,150;")
    assert said.endswith("Van 1 wijk is de waarde niet getoond.")
    empty = replace(found, values=np.full(3, np.nan))
    assert language.say(empty, lang="en") == "No area has a value."


def test_several_results_make_a_list_and_unlike_ones_are_refused():
    assert language.say([change(), change()], lang="nl").count("\n- ") == 1
    with pytest.raises(LanguageError, match="one kind"):
        language.say([change(), level(2017, 0.4)], lang="nl")
    with pytest.raises(LanguageError, match="nothing to say"):
        language.say([], lang="nl")
    with pytest.raises(LanguageError, match="no template 'poem'"):
        language.say(change(), lang="nl", about="poem")
    with pytest.raises(LanguageError, match="met int"):
        language.say([1], lang="nl")
    with pytest.raises(LanguageError, match="no year"):
        language.gather([Estimate("H", 0.1)])


def test_a_sentence_shows_itself_as_markdown():
    bundle = language.say(change(), lang="nl")._repr_mimebundle_()
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert isinstance(language.say(change(), lang="nl"), str)


def test_generated_sentences_pass_the_wording_check_and_end_as_sentences():
    results = [change(), parts(), level(2017, 0.4), [level(2005, 0.42), level(2017, 0.4)]]
    for result in results:
        for lang in language.LANGUAGES:
            said = language.say(result, lang=lang)
            assert language.check_wording(said, lang) == []
            assert said[0] in string.ascii_uppercase and said.endswith(".")
            assert "  " not in said and "-" not in said.replace("informatie-index", "")
