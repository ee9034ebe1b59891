"""Does every sentence say what its numbers allow, in Dutch and in English?"""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib import language
from seglib.errors import LanguageError
from seglib.inference import RoundingBand
from seglib.result import (
    ChangeDecomposition,
    ChangeEstimate,
    Decomposition,
    LocalEstimates,
)
from seglib.sources.catalogue import source
from seglib.sources.load import load_series

MOROCCAN = ("Marokko", "rest")


def change(**other):
    groups = other.pop("groups", MOROCCAN)
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
    return ChangeEstimate("D_rest", groups, 0.4233, 0.4173, -0.006, -1.4, 82, **facts)


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


def test_spans_and_lists():
    assert language.span(-2.5, 0.4, 1, "nl", signed=True, unit="%") == "−2,5 tot +0,4\u202f%"
    assert language.span(1, 2, 0, "en", unit="areas") == "1 to 2 areas"
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
    assert language.reason_text("band-too-wide", "nl") == "de afronding laat te veel open"
    assert language.reason_text("few-units", "en") == "too few areas"


def test_groups_are_told_by_direction_with_both_values_and_the_margin():
    changes = {
        "Marokko": change(),
        "Turkije": change(groups=("Turkije", "rest"), percent_high=0.1),
        "Suriname": change(groups=("Suriname", "rest"), percent_low=0.1, percent_high=2.0),
        "Antillen": change(
            groups=("Antillen", "rest"),
            percent_low=None,
            percent_high=None,
            reason_code="small-cells",
        ),
    }
    said = language.say_directions(changes, lang="nl").split("\n")
    assert said[0] == (
        "- D tegenover alle anderen daalde in Amsterdam tussen 2005 en 2017 voor: Marokkaanse "
        "herkomst (van 42,3 naar 41,7: −1,4\u202f%, toevalsmarge −2,5 tot −0,4\u202f%)."
    )
    assert said[1].startswith("- D tegenover alle anderen steeg in Amsterdam")
    assert "Surinaamse herkomst" in said[1]
    assert said[2].startswith("- Niet van nul te onderscheiden") and "Turkse herkomst" in said[2]
    assert said[3].endswith("geen toevalsmarge: te weinig personen per gebied).")


def test_groups_against_several_references_are_not_told_together():
    mixed = {"Marokko": change(), "Turkije": change(groups=("Turkije", "Nederland"))}
    with pytest.raises(LanguageError, match="one reference"):
        language.say_directions(mixed, lang="nl")


def test_a_published_number_of_another_area_stands_beside_ours_and_is_no_test():
    said = language.say_beside_published({"Marokko": change()}, {"Marokko": -6.0}, lang="nl")
    assert said == (
        "De verandering van D tegenover alle anderen in Amsterdam, per tien jaar: Marokkaanse "
        "herkomst −1,2\u202f% (toevalsmarge −2,1 tot −0,3\u202f%) naast −6\u202f% in de synthese. "
        "Dat is geen toets: de synthese gaat over de metropoolregio Amsterdam van 2006 tot 2016."
    )
    none = language.say_beside_published({"Marokko": change()}, {"Turkije": -4.0}, lang="en")
    assert none == "None of the chosen groups has a number in the synthesis."


@pytest.mark.parametrize(
    ("high", "text"), [(0.3, "De richting hangt aan één enkel gebied"), (-0.1, "Voor geen enkele")]
)
def test_it_is_told_when_a_direction_hangs_on_one_area(high, text):
    said = language.say_single_areas({"Marokko": change(leave_one_high=high)}, lang="nl")
    assert said.startswith(text)
    assert "M32" not in said


def test_a_change_in_dutch_says_that_its_sign_hinges_on_one_area_and_names_none():
    said = language.say_change(change(), lang="nl")
    assert said == (
        "D voor mensen van Marokkaanse herkomst tegenover alle anderen ging in Amsterdam tussen "
        "2005 en 2017 van 42,3 naar 41,7 (−0,6 punt; −1,4\u202f%). De toevalsmarge van de "
        "verandering is −2,5 tot −0,4\u202f%, geheel onder nul. Per tien jaar is dat "
        "−1,2\u202f% (−2,1 tot −0,3\u202f%). Wie telkens één gebied weglaat, vindt een "
        "verandering van −2,2 tot +0,3\u202f%: het teken hangt dus aan één enkel gebied."
    )
    assert "M32" not in said


def test_a_change_in_english():
    said = language.say_change(change(leave_one_high=-0.1), lang="en")
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
    assert nl in language.say_change(change(**facts), lang="nl")
    assert en in language.say_change(change(**facts), lang="en")


def test_two_references_are_compared():
    other = replace(change(), groups=("Marokko", "Nederland"), percent=0.8)
    said = language.say_references({"Marokko": change()}, {"Marokko": other}, lang="nl")
    assert said == (
        "Tegenover mensen van Nederlandse herkomst gaat D een andere kant op dan tegenover alle "
        "anderen bij: Marokkaanse herkomst."
    )
    same = {"Marokko": replace(other, percent=-0.8)}
    assert "the same way" in language.say_references({"Marokko": change()}, same, lang="en")


def test_a_decomposition_gives_shares_when_all_parts_point_one_way():
    assert language.say_decomposition(parts(place="Amsterdam"), lang="nl") == (
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
    said = language.say_decomposition(found, lang="en")
    assert "%" not in said
    assert "−0.0200 (margin of chance −0.0300 to −0.0100) goes with a different spread" in said
    assert "do not all point the same way" in said


def test_shares_of_a_change_are_told_in_one_sentence():
    assert language.say_shares(parts(), lang="nl") == (
        "Van de verandering van M, −0,0100, hoort 22\u202f% bij groei of krimp van groepen, "
        "9\u202f% bij groei of krimp van gebieden en 69\u202f% bij een andere spreiding."
    )
    both_ways = Decomposition("M", {"structural": -0.02, "group_margin": 0.01}, -0.01)
    assert "−0.0200 goes with a different spread" in language.say_shares(both_ways, lang="en")


def test_isolation_is_told_in_percentage_points():
    facts = ("xPx", {"share": 0.01, "evenness": -0.004}, 0.006, ("Turkije",))
    plain = Decomposition(*facts, reason_code="arithmetic")
    assert language.say_isolation([plain], lang="nl") == (
        "Turkse herkomst: +0,6 (geen toevalsmarge: het is een exacte verdeling van getelde "
        "personen) procentpunt, waarvan +1,0 bij een groter of kleiner groepsaandeel en −0,4 bij "
        "een andere spreiding."
    )
    ends = {"share": 0.008, "evenness": -0.006, "total": 0.004}
    certain = Decomposition(*facts, low=ends, high={name: x + 0.004 for name, x in ends.items()})
    said = language.say_isolation([certain, plain], lang="en")
    assert "+0.6 (margin of chance +0.4 to +0.8) percentage points" in said
    assert said.count("\n- ") == 1


def test_margins_only_is_told_as_a_sum():
    multigroup = replace(change(), symbol="H", groups=(), before=0.0988, after=0.0893)
    said = language.say_margins([(multigroup, 0.0948), (change(), 0.42)], lang="nl")
    assert "de informatie-index H −0,40 (waargenomen −0,95)" in said
    assert "Marokkaanse herkomst −0,3 (waargenomen −0,6)" in said
    assert said.endswith("Dit is een rekensom zonder toevalsmarge.")


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
    said = language.say_map(found, lang="nl", level="wijk", masked=1)
    assert said.startswith("Ons Dorp 2017: van lokale segregatie is de middelste waarde 0,150;")
    assert said.endswith("Van 1 wijk is de waarde niet getoond.")
    empty = replace(found, values=np.full(3, np.nan))
    assert language.say_map(empty, lang="en") == "No area has a value."


def test_a_sentence_shows_itself_as_markdown():
    bundle = language.say_change(change(), lang="nl")._repr_mimebundle_()
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert isinstance(language.say_change(change(), lang="nl"), str)


def everything_said(lang):
    changes = {"Marokko": change()}
    dutch = {"Marokko": replace(change(), groups=("Marokko", "Nederland"))}
    yield language.say_change(change(), lang=lang)
    yield language.say_directions(changes, lang=lang)
    yield language.say_beside_published(changes, {"Marokko": -6.0}, lang=lang)
    yield language.say_references(changes, dutch, lang=lang)
    yield language.say_single_areas(changes, lang=lang)
    yield language.say_decomposition(parts(), lang=lang)
    yield language.say_shares(parts(), lang=lang)
    yield language.say_margins([(change(), 0.42)], lang=lang)
    yield from language.say_summary(changes, change(), parts(), lang=lang)[2:].split("\n- ")


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_generated_sentences_pass_the_wording_check_and_end_as_sentences(lang):
    for said in everything_said(lang):
        assert language.check_wording(said, lang) == []
        assert said[0] in string.ascii_uppercase and said.endswith(".")
        assert "  " not in said and "-" not in said.replace("informatie-index", "")


@pytest.fixture(scope="module")
def amsterdam():
    return load_series("Amsterdam", [2005, 2017])


def test_a_run_says_what_it_is_about(amsterdam):
    assert language.say_choice(
        amsterdam, ["Turkije", "westers"], lang="nl", seed=7, replicates=2000
    ) == (
        "Dit rapport gaat over Amsterdam in 2005 en 2017, per wijk (buurtcombinatie). Getoonde "
        "groepen: Turkse herkomst; herkomst elders in Europa, Noord-Amerika en enkele andere "
        "landen. Toeval is nagebootst met 2.000 trekkingen vanaf startgetal 7."
    )


def test_sources_are_named_with_publisher_route_licence_and_check(amsterdam):
    about = source("ois-amsterdam-panel")
    for lang in language.LANGUAGES:
        assert language.source_line(amsterdam, lang=lang) == about.citation[lang]
        assert about.checked_against[lang] in language.say_source(amsterdam, lang=lang)
        told = language.say_colophon(amsterdam, lang=lang)
        for fact in (about.publisher, about.route, about.licence_seen[lang], about.address):
            assert fact in told


def test_rounding_is_said_by_group_and_year_with_what_no_table_passes():
    band = RoundingBand(
        "D_rest", 0.46, ("Marokko", "rest"), 9, year=2009, low=0.459, high=0.461, floor=0.455,
        ceiling=0.465, estimand="measurement",
    )  # fmt: skip
    told = language.say_rounding({"Marokko": [band]}, lang="nl")
    assert "Marokkaanse herkomst" in told and "2009: 45,9 tot 46,1" in told
    assert "onder 45,5 of boven 46,5" in told
    wide = replace(band, high=0.6, reason="rounding", reason_code="band-too-wide")
    for lang, words in (("nl", "geen trend en geen uitkomst"), ("en", "no trend and no outcome")):
        assert words in language.say_rounding({"Marokko": [wide]}, lang=lang)
        assert "60" not in language.say_rounding({"Marokko": [wide]}, lang=lang)
    assert "zonder afronding" in language.say_rounding({"Marokko": []}, lang="nl")
