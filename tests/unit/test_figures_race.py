"""What figures and sentences make of scores whose numbers are known."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from seglib import figures, language
from seglib.errors import ParameterError, ReportError
from seglib.models.race import Proven, Score
from seglib.result import Estimate
from seglib.synth.expected import expected
from seglib.synth.recipes import make_world
from seglib.synth.settings import worlds
from seglib.synth.truths import with_truths

LANGUAGES = ("nl", "en")
NAIVE = Score(
    "selection",
    "naive",
    "effect",
    truth=-0.2,
    replications=50,
    bias=-0.29,
    bias_error=0.004,
    rmse=0.291,
    rmse_error=0.003,
    coverage=0.02,
    coverage_error=0.02,
    rejection=1.0,
    rejection_error=0.0,
    spread=0.028,
    reported_error=0.02,
)
DRAWN = replace(NAIVE, design="lottery LATE", target="late", truth=0.2, bias=-0.01, bias_error=0.02)
WEAK = replace(NAIVE, design="controls", bias=0.07)
EMPTY = replace(NAIVE, world="no effect", truth=0.0, rejection=0.94, rejection_error=0.034)


def drawn(*scores: Score, lang: str = "nl", **asked: str) -> figures.Figure:
    return figures.race(scores, lang=lang, title="Proef", **asked)


@pytest.mark.parametrize("what", ["bias", "coverage", "rejection"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_says_that_it_is_made_up(what, lang):
    found = drawn(NAIVE, EMPTY, lang=lang, what=what)
    mark = {"nl": "Gesimuleerd.", "en": "Simulated."}[lang]
    assert all(text.startswith(mark) for text in (found.description, found.caption))
    assert mark[:-1] in found.svg and found.source.startswith(mark[:-1])


def test_the_table_gives_mean_and_truth_and_error_in_order():
    found = drawn(NAIVE, DRAWN)
    assert found.table.rows == (
        ("naïef", "sortering", "−0,200", "−0,490", "−0,290 (0,004)"),
        ("loting (LATE)", "sortering", "0,200", "0,190", "−0,010 (0,020)"),
    )


def test_small_errors_get_one_figure_more():
    found = drawn(replace(NAIVE, truth=0.02, bias=0.00041, bias_error=0.00012, spread=0.002))
    assert found.table.rows[0][2:] == ("0,0200", "0,0204", "+0,0004 (0,0001)")


def test_false_discoveries_are_those_of_worlds_without_an_effect():
    found = drawn(NAIVE, EMPTY, what="rejection")
    assert found.table.rows == (("naïef", "sortering, geen effect", "94 (3,4)"),)
    with pytest.raises(ReportError, match="no scores to draw of 'rejection'"):
        drawn(NAIVE, what="rejection")
    with pytest.raises(ReportError, match="one of bias, coverage, rejection"):
        drawn(NAIVE, what="luck")


def test_the_same_scores_give_the_same_drawing():
    assert drawn(NAIVE, DRAWN).svg == drawn(NAIVE, DRAWN).svg
    assert drawn(NAIVE, DRAWN).svg != drawn(NAIVE, WEAK).svg


def test_the_scoreboard_sets_what_was_written_before_beside_what_was_found():
    board = figures.scoreboard([NAIVE, WEAK], expected(), caption="Scorebord", lang="nl")
    assert board.rows[0] == (
        "sortering: naïef",
        "−0,200",
        "−0,290 (0,004)",
        "0,291 (0,003)",
        "te sterk",
    )
    assert board.rows[1][-1] == "vooraf te sterk, nu te zwak"
    margins = figures.scoreboard([NAIVE], expected(), caption="Marges", lang="nl", what="margin")
    assert margins.rows == (("sortering: naïef", "2 (2,0)", "100 (0,0)"),)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_sort_designs_by_the_way_they_err(lang):
    told = language.say_race([NAIVE, WEAK, DRAWN], lang=lang)
    strong, weak, none = {
        "nl": ("te sterk bij naïef", "te zwak bij middelen", "geen fout te zien bij loting (LATE)"),
        "en": ("too strong with naive", "too weak with res", "no error to be seen with lottery"),
    }[lang]
    places = [told.index(text) for text in (strong, weak, none)]
    assert places == sorted(places)
    assert re.search(r"−0[.,]490; \w+ −0[.,]200", told)


def test_a_draw_tells_which_margins_hold_the_truth():
    near = Estimate("slope", -0.25, ("y", "z"), low=-0.31, high=-0.19)
    off = Estimate("slope", -0.5, ("y", "z"), low=-0.55, high=-0.45)
    share = Estimate("share", 0.1, ("y", "area"), low=0.05, high=0.15)
    told = language.say_draw({"naive": off, "controls": near}, -0.2, share, lang="en")
    held, missed, between = told.split("\n")
    assert "resources equal" in held and "naive" not in held
    assert "naive" in missed and "resources" not in missed
    assert "10.0%" in between and "5.0 to 15.0" in between


def test_false_discoveries_are_told_with_the_number_of_draws():
    told = language.say_false_discoveries([NAIVE, EMPTY], lang="en")
    assert told.startswith("Simulated world ‘sorting, no effect’, 50 draws")
    assert told.endswith("naive 94%.")


def test_the_board_tells_where_it_comes_from():
    board = Proven((NAIVE,), 500, 39, "a" * 64, "b" * 64)
    told = language.say_board(board, draws=50, seed=7, lang="en")
    assert all(
        text in told for text in ("500 draws", f"`{'a' * 12}`", f"`{'b' * 12}`", "of chance 39")
    )
    assert "has not been run" in language.say_board(None, draws=50, seed=7, lang="en")


def test_the_summary_holds_mean_truth_and_false_alarm():
    told = language.say_effects_summary([NAIVE, DRAWN, EMPTY], lang="en")
    assert "naive comparison gives −0.49 on average where −0.20 is true" in told
    assert "lottery gives 0.19 where 0.20 is true" in told
    assert "in 94% of the 50 draws" in told


def test_pairs_that_err_as_written_down_are_counted_and_others_named():
    told = language.say_agreement([NAIVE, DRAWN], expected(), lang="en")
    assert told.startswith("Simulated: with 2 of 2 pairs") and told.endswith("before.")
    told = language.say_agreement([NAIVE, WEAK], expected(), lang="en")
    assert "with 1 of 2 pairs" in told and told.endswith("not with ‘sorting’: resources equal.")


def test_sorting_is_told_with_its_margins():
    one = Estimate("slope", -0.48, ("poverty", "resources"), low=-0.6, high=-0.36)
    told = language.say_sorting(one, replace(one, value=0.3, low=0.1, high=0.5), lang="en")
    assert (
        "of −0.48 standard deviation" in told
        and "chance −0.60 to −0.36" in told
        and "+0.30" in told
    )


def test_arrows_of_a_diagram_start_and_end_in_words():
    arrows = (("ability", "area"), ("ability", "outcome"), ("area", "outcome"))
    assert language.diagram_rows(arrows, "en") == [
        ("ability (seen by nobody)", "area, outcome"),
        ("area", "outcome"),
    ]


def test_every_world_and_design_of_notebook_03_has_a_name():
    asked = {"selection", "childhood", "arrival", "feedback", "border"}
    known = [name for name, row in worlds()["recipes"].items() if row["world"] in asked]
    named = language.word_list("worlds")["nl"]
    assert set(named) <= set(known)
    designs = {design for world, design in expected() if world in named}
    assert designs <= set(language.word_list("designs")["nl"])


def test_other_truths_reach_only_worlds_where_they_are_at_work():
    make = with_truths({"selection": {"beta": -0.5, "psi": -1.0, "reflection": 0.2}})
    found = {name: make(name, seed=3) for name in ("selection", "no effect", "reflection")}
    assert found["selection"].parameters["psi"] == -1.0
    assert {name: one.truth["effect"] for name, one in found.items()} == {
        "selection": -0.5,
        "no effect": 0.0,
        "reflection": -0.5,
    }
    assert [one.parameters["reflection"] for one in found.values()] == [0.0, 0.0, 0.2]
    assert found["reflection"].parameters["psi"] == 0.0
    assert make("border", seed=3).persons.equals(make_world("border", seed=3).persons)


def test_truths_of_no_world_are_refused():
    with pytest.raises(ParameterError, match="no generator 'recipes'"):
        with_truths({"recipes": {}})
    with pytest.raises(ParameterError, match="no parameter 'bta'"):
        with_truths({"selection": {"bta": 1.0}})("selection", seed=1)
    with pytest.raises(ParameterError, match="no world 'moon'"):
        with_truths({})("moon", seed=1)
