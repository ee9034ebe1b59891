"""An assumption as a slider: what a slope would be if so many residents had answered."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import Any

from seglib import language, models
from seglib.errors import SetupError
from seglib.figures import Figure, assumed
from seglib.language import Sentence
from seglib.result import Estimates
from seglib.workbench.words import beside, say

SIZES = (25, 35, 50, 70, 100, 140, 200, 280, 400, 560, 800)
FEWEST, STEP = 10, 5


@dataclass(frozen=True)
class SurveyError:
    """A slope without survey error, under an assumption: how many residents of an area answered.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls; the outcome comes from a survey.
    n : int
        Residents who answered in each area, assumed; from 10.
    wording : str
        What was asked, literally.
    year : int
        When.
    source : str
        Where the figures come from.
    lang : str
        "nl" or "en".
    person_sd : float, optional
        Standard deviation between persons of a score; by default the outcome is in percent.
    """

    question: models.Question
    n: int
    wording: str
    year: int
    source: str
    lang: str
    person_sd: float | None = None

    def found(self) -> dict[int, Estimates]:
        """What is assumed and what would follow: for a range of numbers and for ``n``.

        Raises
        ------
        ParameterError
            ``n`` is not above 0, or a percentage lies outside 0 to 100.
        """
        sizes = sorted({*SIZES, self.n})
        return {n: models.survey_error(self.question, n=n, person_sd=self.person_sd) for n in sizes}

    def figure(self) -> Figure:
        """The slope over the range of assumptions, with a mark at ``n``."""
        plain = models.fit_areas(self.question)["slope_sd"]
        return assumed(
            self.found(),
            self.n,
            plain,
            wording=self.wording,
            year=self.year,
            lang=self.lang,
            source=self.source,
        )

    def sentence(self) -> Sentence:
        """The same in words: first at ``n``, then over the range."""
        plain = models.fit_areas(self.question)["slope_sd"]
        return language.say_survey_error(self.found(), self.n, plain, lang=self.lang)

    def slider(self) -> Any:
        """A slider over ``n`` with the figure and the sentence, which follow it.

        Returns
        -------
        ipywidgets.VBox
            Slider, sentence and figure.

        Raises
        ------
        SetupError
            ipywidgets is not installed.
        """
        try:
            import ipywidgets as w
        except ImportError as cause:
            told = "The slider needs ipywidgets. Install the extra 'workbench'."
            raise SetupError(told) from cause
        wide = w.Layout(width="100%", max_width="46em")
        slider = w.IntSlider(
            self.n,
            min(FEWEST, self.n),
            max(SIZES[-1], self.n),
            STEP,
            description=language.phrase("association.error_head", self.lang),
            continuous_update=False,
            style={"description_width": "initial"},
            layout=wide,
        )
        line, drawn = w.HTML().add_class("seglib-status"), w.HTML()

        def show(n: int) -> None:
            asked = replace(self, n=n)
            line.value = html.escape(asked.sentence())
            drawn.value = _page(asked.figure(), say("panel.numbers", self.lang))

        show(self.n)
        slider.observe(lambda event: show(event["new"]), "value")
        style = w.HTML(f"<style>{beside('panel.css')}</style>")
        return w.VBox([style, slider, line, drawn]).add_class("seglib-workbench")

    def slide(self, *, interactive: bool = True) -> None:
        """Show the slider in JupyterLab, or nothing where no kernel runs along.

        Parameters
        ----------
        interactive : bool
            False shows nothing: a report has the figure and the sentence alone.

        Raises
        ------
        SetupError
            ipywidgets is not installed.
        """
        if interactive:
            from IPython.display import Javascript, display

            display(self.slider(), Javascript(beside("panel.js")))


def _page(figure: Figure, numbers: str) -> str:
    """A figure as HTML, its caption and its numbers below it."""
    below = html.escape(f"{figure.caption} {figure.source}")
    table = f"<details><summary>{numbers}</summary>{figure.table.as_html()}</details>"
    own = re.search(r's[0-9a-f]{8}(?=-title")', figure.svg)
    drawn = figure.svg.replace(own[0], f"w{own[0]}") if own else figure.svg  # may stand below too
    return f"<figure>{drawn}<figcaption>{below}</figcaption></figure>{table}"
