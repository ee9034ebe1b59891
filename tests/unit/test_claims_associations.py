"""Are associations judged with their leave-one-out range, and simulations never as support?"""

import pytest

from seglib import claims
from seglib.claims.rules import Mechanism, SignOfInterval
from seglib.language import OUTCOMES
from seglib.result import Estimate, Estimates

ITEM = "ThuisVoelen_p"


def slope(value, half=0.1, **facts):
    return Estimate("slope_sd", value, (ITEM, "diversity"), low=value - half, high=value + half)


def left_out(whole, lowest, highest):
    parts = {"whole": slope(whole), "lowest": slope(lowest), "highest": slope(highest)}
    return Estimates(parts, by="range")


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (left_out(-0.6, -0.7, -0.5), "steunt"),
        (left_out(-0.15, -0.3, 0.02), "gemengd of gevoelig voor keuzes"),
        (left_out(-0.05, -0.1, 0.0), "niet te onderscheiden van nul"),
        (left_out(0.6, 0.5, 0.7), "spreekt tegen"),
    ],
)
def test_a_slope_counts_with_the_range_when_one_area_is_left_out(found, outcome):
    rule = SignOfInterval("raw_slope", "negative", groups=(ITEM,))
    assert rule.judge([claims.association("raw_slope", found, year=2016)]).outcome == outcome


def test_each_wave_of_a_survey_counts():
    rule = SignOfInterval("raw_slope", "negative", groups=(ITEM,))
    waves = [
        claims.association("raw_slope", slope(value), year=year)
        for year, value in ((2014, -0.5), (2016, 0.5))
    ]
    assert rule.judge(waves).outcome == "gemengd of gevoelig voor keuzes"


def test_a_simulation_is_shown_as_a_mechanism_whatever_it_finds():
    literature = {"nl": "Iets.", "en": "Something."}
    found = Mechanism(literature).judge([claims.association("raw_slope", slope(-0.6))])
    assert found.outcome == "alleen als mechanisme getoond"
    assert found.outcome in OUTCOMES


@pytest.mark.parametrize(("lang", "said"), [("nl", "Wat de literatuur zegt:"), ("en", "What the")])
def test_beside_a_mechanism_stands_what_the_literature_says(lang, said):
    shown = claims.evidence("C24", place="Rotterdam", lang=lang, canonical=True)
    assert shown.as_json()["outcome"] == "alleen als mechanisme getoond"
    assert any(reason.startswith(said) for reason in claims.decide(shown).reasons)


def test_the_numbers_of_two_waves_are_told_by_year():
    slopes = [claims.association("raw_slope", slope(-0.6), year=year) for year in (2014, 2016)]
    shown = claims.evidence("C21", *slopes, place="Rotterdam", lang="nl", canonical=False)
    line = next(line for line in shown.as_markdown().splitlines() if line.startswith("- "))
    assert "thuis bij buurtbewoners 2014: −0,60 (toevalsmarge −0,70 tot −0,50)" in line
    assert "2016: −0,60 (−0,70 tot −0,50)" in line
