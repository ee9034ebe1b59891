"""The counting page: hands in a room for the answers to a question, as bars."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from seglib import language
from seglib.language import LANGUAGES
from seglib.training import kit
from seglib.training import pages as shell
from seglib.training.exercises import Exercise
from seglib.training.lessons import lessons

BINS = 5


def pages() -> dict[str, str]:
    """The counting page in each language, by its path in the training."""
    return {f"{kit.path_of('count', lang)}.html": page(lang) for lang in LANGUAGES}


def page(lang: str) -> str:
    """The page in one language, with the questions of the lessons that a room can vote on."""
    title, own = kit.told("kit", lang)["part"]["count"]["title"], kit.words("count", lang)
    body = shell.environment().get_template("count.html.j2").render(title=title, words=own)
    data = {"words": own, "presets": presets(lang)}
    other = f"../{kit.path_of('count', shell.OTHER[lang])}.html"
    look: dict[str, Any] = {"scripts": ["count.js"], "styles": ["count.css"]}
    return shell.page(lang, title, body, data=data, other=other, **look)


def presets(lang: str) -> list[dict[str, Any]]:
    """Questions with a choice or a number: name, question, options and which of these are right.

    A number becomes ranges of equal width; the one that holds the answer is right.
    """
    found: list[dict[str, Any]] = []
    for lesson in lessons():
        for one in lesson.exercises(lang).values():
            if one.kind not in ("choice", "number"):
                continue
            options, right = _ranges(one) if one.kind == "number" else _options(one)
            ask = one.ask.replace("*", "")
            name = f"{lesson.number}. {ask if len(ask) <= 80 else ask[:79] + '…'}"
            found.append({"name": name, "ask": ask, "options": options, "right": right})
    return found


def _options(one: Exercise) -> tuple[list[str], list[int]]:
    options = one.parts("option")
    right = [place for place, option in enumerate(options) if option.get("right")]
    return [option["text"].replace("*", "") for option in options], right


def _ranges(one: Exercise) -> tuple[list[str], list[int]]:
    edges = np.linspace(one.about["low"], one.about["high"], BINS + 1)
    ends = [language.number(float(edge), 0 if edge == int(edge) else 1, one.lang) for edge in edges]
    own = kit.words("count", one.lang)["range"]
    told = [own.format(low=low, high=high) for low, high in pairwise(ends)]
    place = int(np.searchsorted(edges, one.about["answer"], side="right")) - 1
    return told, [min(max(place, 0), BINS - 1)]
