"""Do sentences about associations say what the numbers allow, and no more?"""

import numpy as np
import pandas as pd
import pytest

from seglib import figures, language, models, synth
from seglib.language import check_wording
from seglib.result import Estimate, Estimates
from seglib.sources.survey_areas import SurveyAreas


def slope(value, half=0.1, predictor="diversity", **facts):
    ends = {"low": value - half, "high": value + half}
    return Estimate("slope_sd", value, ("ThuisVoelen_p", predictor), 69, **(ends | facts))


def areas(lost=()):
    frame = pd.DataFrame({"unit_code": ["1", "2", "1", "2"], "year": [2014, 2014, 2016, 2016]})
    wording = {"ThuisVoelen_p": "% bewoners dat zegt zich  thuis te voelen bij buurtbewoners"}
    sources = ("rotterdam-wijkprofiel", "rotterdam-context", "cbs-kwb-rotterdam")
    lost = dict.fromkeys(lost, "no persons")
    return SurveyAreas("Rotterdam", frame, {}, (), wording, {}, lost, sources)


@pytest.mark.parametrize(("lang", "said"), [("nl", "2 van 4 buurten"), ("en", "2 of 4 areas")])
def test_areas_that_were_lost_are_counted_and_named(lang, said):
    told = language.say_areas(areas(["Zuid", "Noord"]), lang=lang)
    assert said in told
    assert "Zuid" in told
    assert "Zuid" not in language.say_areas(areas(), lang=lang)


def test_many_lost_areas_are_counted_only():
    assert "3 zijn weggelaten" in language.say_areas(areas(["a", "b", "c"]), lang="nl")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_wording_of_the_survey_stays_dutch_letter_by_letter(lang):
    told = language.say_wording(areas(), ["ThuisVoelen_p"], lang=lang)
    assert "‘% bewoners dat zegt zich thuis te voelen bij buurtbewoners’" in told


def test_an_answer_goes_one_way_only_if_every_wave_surely_does():
    found = {
        "ThuisVoelen_p": {"2014": slope(-0.5), "2016": slope(-0.4)},
        "TrotsOpBuurt_p": {"2014": slope(-0.5), "2016": slope(-0.05)},
        "GoedeOmgangEtnischeGroepen_p": {"2014": slope(0.5), "2016": slope(0.3)},
    }
    told = language.say_sides(found, lang="en").split("\n")
    assert told == [
        "- Lower where diversity is larger: feeling at home with neighbours.",
        "- Higher where diversity is larger: good contact between ethnic groups.",
        "- Not distinguishable from zero: proud of the neighbourhood.",
    ]


def test_a_ladder_counts_the_rungs_that_are_sure():
    rungs = {"raw": {"2016": slope(-0.5)}, "held": {"2016": slope(-0.05)}}
    told = language.say_ladder(rungs, lang="nl")
    assert told.startswith("2016: zonder meer −0,50 (toevalsmarge −0,60 tot −0,40); met alles")
    assert "Van de 2 treden ligt bij 1 de toevalsmarge geheel onder nul" in told


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        ((True, True), "houden ze niet uit elkaar"),
        ((True, False), "kan de helling van entropie"),
        ((False, True), "kan de helling van verscheidenheid"),
        ((False, False), "Geen van beide hellingen is nul"),
    ],
)
def test_two_slopes_are_told_apart_only_where_the_region_allows(alone, said):
    slopes = slope(-0.5), slope(0.1, predictor="entropy")
    region = models.choices.JointRegion(slopes, np.zeros((3, 2)), 0.92, (12.25, 12.25), *alone)
    told = language.say_joint(region, lang="nl").replace("verscheidenheid naar herkomst (", "")
    assert said in told.replace("Simpson)", "verscheidenheid").replace("entropie)", "entropie")
    assert "ongeveer 3,5 keer zo breed" in told


def test_a_change_that_cannot_be_estimated_says_why():
    none = models.areas.Within(None, "why", 20, 69)
    told = language.say_within({"ThuisVoelen_p": none}, lang="nl")
    assert told.startswith("Thuis voelen bij buurtbewoners: niet te schatten.")
    assert "20 van 69" in told


def test_a_change_is_told_per_tenth():
    found = models.areas.Within(slope(15.0, 30.0), "", 37, 69)
    told = language.say_within({"ThuisVoelen_p": found}, lang="nl")
    assert "+1,5 (toevalsmarge −1,5 tot +4,5)" in told


def test_a_curve_says_how_many_models_have_no_slope():
    curve = Estimates({n: slope(value) for n, value in enumerate((-0.6, -0.4, 0.05))})
    told = language.say_curve(curve, lang="nl")
    assert told.startswith("Van 3 modellen zijn er 3 geschat. 2 hellingen liggen onder nul, 2 met")
    missing = Estimate("slope_sd", float("nan"), reason="no neighbours")
    told = language.say_curve(Estimates({0: slope(-0.5), 1: missing}), lang="nl")
    assert "2 modellen zijn er 1 geschat; 1 niet" in told


def test_bounds_speak_of_persons_as_unknown():
    frame = pd.DataFrame({"home": [80.0, 60, 50], "other": [10.0, 50, 70], "persons": [9.0, 9, 9]})
    bounds = models.individual_bounds(models.Question(frame, "home", "other", weights="persons"))
    told = language.say_bounds("ThuisVoelen_p", 2016, bounds, lang="nl")
    assert f"tussen {bounds['among'].low:.0f} en {bounds['among'].high:.0f}" in told


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_three_worlds_are_named_and_no_sentence_claims_a_cause(lang):
    kinds = {"A": "newcomers", "B": "contextual", "C": "compositional"}
    told = language.say_truth(kinds, lang=lang)
    assert len(told.split("\n")) == 3
    assert check_wording(told, lang) == []


def test_the_slopes_of_the_worlds_are_alike_but_for_chance():
    slopes = {
        name: models.fit_areas(
            models.Question(
                synth.same_means(seed=7 + step, kind=kind, n_areas=120).areas,
                "feeling_at_home",
                "diversity",
            )
        )["slope"]
        for step, (name, kind) in enumerate(
            {"A": "newcomers", "B": "contextual", "C": "compositional"}.items()
        )
    }
    # six intervals' ends: each pair of worlds overlaps, so a reader cannot tell them apart
    assert max(one.low for one in slopes.values()) < min(one.high for one in slopes.values())
    assert "wereld A" in language.say_worlds(slopes, lang="nl")


@pytest.mark.parametrize(
    ("below", "above", "shape", "said"),
    [
        (0.5, -0.5, "inverted u", "1 demonstrably form a hump and 0"),
        (-0.5, 0.5, "u", "0 demonstrably form a hump and 1"),
        (0.5, -0.05, "inverted u", "0 demonstrably form a hump and 0"),
        (0.5, 0.5, "u", "0 demonstrably form a hump and 0"),
    ],
)
def test_a_hump_is_counted_only_if_both_lines_are_sure(below, above, shape, said):
    lines = models.bends.TwoLines(slope(below), slope(above), 0.4, shape)
    assert said in language.say_bends({"a": lines}, lang="en")
    table = figures.breaks({("a", 2016): lines}, lang="en", caption="Lines")
    assert table.rows[0][:3] == ("a", "2016", "0.40")
