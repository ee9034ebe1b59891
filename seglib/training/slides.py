"""Slides for the room: one page by keyboard, with figures that the notebooks draw as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from markupsafe import Markup

from seglib import figures, language, models, synth
from seglib.figures.figure import Figure
from seglib.inference import estimate
from seglib.language import LANGUAGES
from seglib.measures import dissimilarity
from seglib.report.markdown import Headings, to_html
from seglib.result import Estimate
from seglib.sources.load import load_series
from seglib.table import CountTable
from seglib.training import kit
from seglib.training import pages as shell

DRAWS: dict[str, Any] = {"seed": 2022, "replicates": 200}
TOWNS: tuple[Any, ...] = ("checkerboard", "split", "enclave", "gradient")
WORLDS: dict[str, Any] = {"A": "newcomers", "B": "contextual", "C": "compositional"}

RACED = ("naive", "controls", "fixed effects", "lottery LATE")


def pages() -> dict[str, str]:
    """The slides in each language, by their path in the training."""
    return {f"{kit.path_of('slides', lang)}.html": page(lang) for lang in LANGUAGES}


@cache
def page(lang: str) -> str:
    """All slides below each other; a script shows one at a time."""
    slides, headings = kit.told("slides", lang)["slide"], Headings()
    for place, slide in enumerate(slides, 1):
        drawn = DRAWN[slide["figure"]](lang) if "figure" in slide else None
        slide["drawn"] = Markup(shell.figure_html(drawn, f"slide-{place}", lang)) if drawn else ""
        slide["text"] = Markup(to_html(slide["text"], headings, 0))
    title, own = kit.told("kit", lang)["part"]["slides"]["title"], kit.words("slides", lang)
    template = shell.environment().get_template("slides.html.j2")
    body = template.render(slides=slides, words=own, title=title)
    data = {"words": own, "titles": [slide["title"] for slide in slides]}
    other = f"../{kit.path_of('slides', shell.OTHER[lang])}.html"
    look: dict[str, Any] = {"scripts": ["slides.js"], "styles": ["slides.css"]}
    return shell.page(lang, title, body, data=data, other=other, **look)


def _towns(lang: str) -> Figure:
    made = {name: synth.toy_town(name, purity=0.9).table() for name in TOWNS}
    return figures.towns(made, "a", lang=lang)


def _chance(lang: str) -> Figure:
    return figures.chance(_lots(), lang=lang)


@cache
def _lots() -> dict[int, dict[int, Estimate]]:
    """D by lot for a group of each share of the town, in areas of each size."""
    return {
        share: {
            size: estimate(dissimilarity, _lot(share, size), "1", interval=None, **DRAWS)
            for size in (20, 100, 500, 1500)
        }
        for share in (2, 10)
    }


def _lot(share: int, size: int) -> CountTable:
    ours, theirs = [[size, 0]] * 4 * share, [[0, size]] * 4 * (100 - share)
    return CountTable.from_counts(ours + theirs)


def _series(lang: str) -> Figure:
    found = load_series("Amsterdam")
    groups = [group for group in ("Marokko", "Turkije", "Suriname") if group in found.groups]
    by_year = {
        group: estimate(dissimilarity, found, group, "Nederland", **DRAWS) for group in groups
    }
    return figures.series(by_year, lang=lang, source=language.source_line(found, lang=lang))


def _worlds(lang: str) -> Figure:
    made = {
        name: synth.same_means(seed=DRAWS["seed"] + step, kind=kind, n_areas=120)
        for step, (name, kind) in enumerate(WORLDS.items())
    }
    asked = {
        name: models.Question(world.areas, "feeling_at_home", "diversity")
        for name, world in made.items()
    }
    own = kit.words("slides", lang)
    return figures.relation(
        {name: (made[name].areas, models.fit_areas(asked[name])["slope"]) for name in made},
        figures.Axis("diversity", language.group_name("diversity", lang), (0.0, 0.6), 1),
        figures.Axis("feeling_at_home", own["mark"], (1.0, 10.0)),
        title=own["worlds"],
        lang=lang,
        source=language.phrase("synthetic.source", lang),
        simulated=True,
    )


def _race(lang: str) -> Figure:
    found = models.proven().scores
    scores: list[Any] = [one for one in found if one.world == "no effect" and one.design in RACED]
    title = kit.words("slides", lang)["alarm"]
    return figures.race(scores, what="rejection", title=title, lang=lang)


DRAWN: dict[str, Callable[[str], Figure]] = {
    "towns": _towns,
    "chance": _chance,
    "series": _series,
    "worlds": _worlds,
    "race": _race,
}
"""The figures of notebooks 01 to 04 that slides show, by name."""
