"""Does the slider of survey error redraw what it says, and mark it as an assumption?"""

import re

import numpy as np
import pandas as pd
import pytest

from seglib import models
from seglib.language import LANGUAGES, check_wording
from seglib.workbench import SurveyError

RANDOM = np.random.default_rng(4)


def survey(lang="nl", n=100, noise=2.0):
    mixed = np.linspace(0.1, 0.8, 60)
    home = 80 - 60 * mixed + RANDOM.normal(0, noise, 60)
    asked = models.Question(pd.DataFrame({"mixed": mixed, "home": home}), "home", "mixed")
    return SurveyError(asked, n, "% <thuis>", 2016, "Bron", lang)


def parts(box):
    _, slider, line, drawn = box.children
    return slider, line, drawn


def test_another_number_on_the_slider_changes_sentence_and_figure():
    slider, line, drawn = parts(survey().slider())
    before = line.value, drawn.value
    assert "100 bewoners antwoordden" in line.value
    slider.value = 200
    assert "200 bewoners antwoordden" in line.value
    assert "200 (gekozen)" in drawn.value
    assert drawn.value != before[1]
    told = [
        float(re.search(r"zonder die fout −(\d,\d+)", one)[1].replace(",", "."))
        for one in (before[0], line.value)
    ]
    assert told[0] > told[1]  # more answers, less error to take off


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentence_and_figure_say_that_it_is_an_assumption(lang):
    one = survey(lang)
    told, figure = one.sentence(), one.figure()
    word = {"nl": "aanname", "en": "assumption"}[lang]
    assert word in told
    assert word in figure.svg.lower()
    assert "&lt;thuis&gt;" in figure.svg
    assert "<thuis>" in figure.caption
    assert check_wording(told, lang) == []
    assert len(figure.table.rows) == 11


def test_what_is_marked_is_what_survey_error_gives():
    one = survey(n=90)
    (row,) = [row for row in one.figure().table.rows if "gekozen" in row[0]]
    value = models.survey_error(one.question, n=90)["slope_sd"].value
    assert row[0] == "90 (gekozen)"
    assert row[2] == f"{value:.2f}".replace("-", "−").replace(".", ",")


def test_so_few_answers_that_all_may_be_error_leave_no_slope():
    one = survey(n=10, noise=0.5)
    assert "geen helling te schatten" in one.sentence()
    assert one.figure().table.rows[0][2:] == ("niet te schatten", "–")


def test_the_words_of_a_survey_are_text_and_no_page():
    _, _, drawn = parts(survey().slider())
    assert "<thuis>" not in drawn.value


def test_nothing_is_shown_in_a_report(capsys):
    survey().slide(interactive=False)
    assert capsys.readouterr().out == ""
