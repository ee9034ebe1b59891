"""Do figures of associations hide no area, mark what is made up, and draw what they are given?"""

import re

import numpy as np
import pandas as pd
import pytest

from seglib import figures, models
from seglib.errors import ReportError
from seglib.result import Estimate

SOURCE = "Bron"
RANDOM = np.random.default_rng(3)


def frame(n=40):
    mixed = np.linspace(0.1, 0.8, n)
    return pd.DataFrame({"mixed": mixed, "home": 80 - 40 * mixed + RANDOM.normal(0, 3, n)})


def slope(value=-0.5, **facts):
    known = {"low": value - 0.1, "high": value + 0.1} | facts
    return Estimate("slope_sd", value, ("home", "mixed"), 40, **known)


def relation(lang="nl", areas=None, **facts):
    areas = frame() if areas is None else areas
    across = figures.Axis("mixed", "menging", (0.0, 1.0), 1)
    up = figures.Axis("home", "% thuis", (0.0, 100.0))
    panels = {"2016": (areas, slope(-40.0))}
    known = {"lang": lang, "title": "Titel", "source": SOURCE} | facts
    return figures.relation(panels, across, up, **known)


def ladder(lang="nl", **facts):
    rungs = {"zonder meer": {"2014": slope(-0.7), "2016": slope(-0.6)}, "gelijk": {"2016": slope()}}
    return figures.slopes(rungs, lang=lang, title="Ladder", source=SOURCE, **facts)


def curve(spatial=("none",)):
    areas = frame().assign(poor=RANDOM.normal(size=40), persons=RANDOM.uniform(1, 9, 40))
    choices = {
        "outcome": ["home"],
        "measure": ["mixed"],
        "controls": models.subsets(["poor"]),
        "weights": [None, "persons"],
        "spatial": list(spatial),
    }
    return models.specification_curve(areas, choices)


def joint(lang="nl"):
    areas = frame().assign(other=lambda one: one["mixed"] + RANDOM.normal(0, 0.05, 40))
    region = models.joint_region(models.Question(areas, "home", "mixed"), "other")
    return figures.together(region.points, region.slopes, lang=lang, title="Samen", source=SOURCE)


def all_figures(lang):
    models_ = figures.specifications(curve(), lang=lang, title="Alle", source=SOURCE)
    return [relation(lang), ladder(lang), joint(lang), models_]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_each_figure_has_what_replaces_seeing_it(lang):
    for figure in all_figures(lang):
        assert figure.alt
        assert figure.caption
        assert figure.table.rows
        assert 'role="img"' in figure.svg


def test_the_same_results_give_the_same_bytes():
    areas = frame()
    assert relation(areas=areas).svg == relation(areas=areas).svg


def test_the_table_of_a_scatter_holds_five_parts_and_no_area():
    areas = frame().assign(unit_name=[f"Buurt {n}" for n in range(40)])
    figure = relation(areas=areas)
    assert [row[2] for row in figure.table.rows] == ["8"] * 5
    assert "Buurt" not in figure.svg + figure.alt
    first = areas.sort_values("mixed")["home"].head(8).mean()
    assert figure.table.rows[0][3] == f"{first:.1f}".replace(".", ",")


def test_a_point_beyond_the_axis_is_refused_and_not_cut_off():
    with pytest.raises(ReportError, match="Widen the axis"):
        relation(areas=frame().assign(home=lambda one: one["home"] + 90))


@pytest.mark.parametrize(("lang", "mark"), [("nl", "Gesimuleerd"), ("en", "Simulated")])
def test_what_is_made_up_says_so_in_the_drawing_and_beside_it(lang, mark):
    for figure in (relation(lang, simulated=True), ladder(lang, simulated=True)):
        for text in (figure.svg, figure.alt, figure.caption):
            assert mark in text
    assert mark not in relation(lang).svg


def test_a_slope_without_margin_or_reason_is_not_drawn():
    bare = Estimate("slope_sd", -0.5, ("home", "mixed"), 40)
    with pytest.raises(ReportError, match="needs the interval"):
        figures.slopes({"a": {"b": bare}}, lang="nl", title="T", source=SOURCE)


def test_each_slope_stands_in_the_table_with_its_margin():
    assert ladder().table.rows[0] == ("zonder meer", "2014", "−0,70", "−0,80 tot −0,60")
    assert len(ladder().table.rows) == 3


def test_a_specification_curve_counts_every_model_by_choice():
    table = figures.choices(curve(("none", "error")), lang="nl", caption="Keuzes")
    whole = table.rows[-1]
    assert whole[:3] == ("alle modellen", "8", "4")  # no neighbours, so no spatial model is fitted
    by_space = {row[0]: row[1:3] for row in table.rows if row[0].startswith("Ruimte")}
    assert by_space == {"Ruimte: geen": ("4", "4"), "Ruimte: fout van buren": ("4", "0")}


def test_a_curve_without_any_model_is_refused():
    with pytest.raises(ReportError, match="None of 4 models was fitted"):
        figures.specifications(curve(("error",)), lang="nl", title="Alle", source=SOURCE)


def test_the_region_is_drawn_whole():
    figure = joint()
    longest = max(re.findall(r' d="([^"]*)"', figure.svg), key=len)
    assert longest.count("L") + longest.count("C") > 100


def test_a_made_up_truth_has_a_line_a_name_and_room_on_the_axis():
    truth, far = (ladder(simulated=True, truth=one).svg for one in (-0.2, 9.0))
    assert "de waarheid: −0,20" in truth
    assert "waarheid" not in ladder(simulated=True).svg
    assert "+8,0" in far  # the axis reaches the truth, far from every slope


def test_the_words_of_a_side_fit_the_way_an_axis_runs():
    lying, upright = (
        ladder(),
        figures.specifications(curve(), lang="nl", title="Alle", source=SOURCE),
    )
    assert "links van nul" in lying.svg
    assert "links van nul" not in upright.svg
    assert "onder nul" in upright.svg
    assert "standaarddeviaties" not in ladder(simulated=True, caption="In punten.").svg
