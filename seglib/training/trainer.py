"""The trainer's guide and the sheet for a first trial, to read on a screen or on paper."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat.v4 import new_markdown_cell, new_notebook

from seglib.language import LANGUAGES
from seglib.report.markdown import Headings, to_html
from seglib.report.pdf import pdf
from seglib.training import pages as shell
from seglib.training.kit import path_of, stored, told, words
from seglib.training.lessons import lessons

DOCUMENTS = ("guide", "trial")


def pages() -> dict[str, str | bytes]:
    """Guide and sheet for a trial, as HTML and as PDF/UA-1, by their path in the training."""
    content: dict[str, str | bytes] = {}
    for lang in LANGUAGES:
        for name in DOCUMENTS:
            content[f"{path_of(name, lang)}.html"] = page_of(name, lang)
            content[f"{path_of(name, lang)}.pdf"] = pdf_of(name, lang)
    return content


def written(name: str, lang: str) -> str:
    """The text of a document as Markdown, with times and lessons where they belong.

    Parameters
    ----------
    name : str
        One of ``DOCUMENTS``.
    lang : str
        "nl" or "en".

    Returns
    -------
    str
        Headings begin at the second level. A lesson that is not there is left out.
    """
    about = told(name, lang)
    parts: list[str] = []
    for part in about["part"]:
        parts += [f"## {part['title']}", part["text"]]
        if part.get("programmes"):
            parts += [_programme(one, about["words"], lang) for one in about["programme"]]
        if part.get("lessons"):
            parts += _about_lessons(about, lang)
    return "\n\n".join(text.strip() for text in parts)


def _programme(one: Mapping[str, Any], own: Mapping[str, str], lang: str) -> str:
    """A programme as a table with its clock, and how long it takes in all."""
    names, clock = {each.number: each.told(lang)["title"] for each in lessons()}, 0
    lines = [one["text"], "", f"| {own['clock']} | {own['what']} |", "|---|---|"]
    for row in one["row"]:
        place = row.get("lesson", 0)
        name = f"{own['lesson']} {place}: {names.get(place, '')}"
        lesson = f"**{name}{'' if name[-1] in '?!' else '.'}** " if place in names else ""
        lines.append(f"| {_at(clock)}–{_at(clock + row['minutes'])} | {lesson}{row['text']} |")
        clock += row["minutes"]
    return "\n".join([f"### {one['title']} ({clock} {own['minutes']})", "", *lines])


def _at(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _about_lessons(about: Mapping[str, Any], lang: str) -> list[str]:
    """For each lesson its title, length and aims, and what the guide tells of it."""
    own, found = about["words"], []
    known = {each.number: each.told(lang) for each in lessons()}
    for one in about["lesson"]:
        lesson = known[one["number"]]
        title = f"{own['lesson']} {one['number']}: {lesson['title']}"
        aims = "\n".join(f"- {aim}" for aim in lesson["aim"])
        found.append(f"### {title} ({lesson['minutes']} {own['minutes']})")
        found.append(f"**{own['after']}**\n\n{aims}\n\n{one['text'].strip()}")
    return found


def page_of(name: str, lang: str) -> str:
    """A document as a page of the training."""
    about, headings = told(name, lang), Headings()
    text = Markup(to_html(written(name, lang), headings, 0))
    template = shell.environment().get_template("guide.html.j2")
    body = template.render(
        about=about,
        words=words("guide", lang),
        untried=Markup(to_html(about["untried"], Headings(), 0)),
        pdf=f"{Path(path_of(name, lang)).name}.pdf",
        contents=headings.contents,
        text=text,
    )
    return shell.page(lang, about["title"], body, other=other(name, lang))


def other(name: str, lang: str) -> str:
    """Where the same part of the kit is in the other language."""
    return f"../{path_of(name, shell.OTHER[lang])}.html"


@cache
def pdf_of(name: str, lang: str) -> bytes:
    """A document as PDF/UA-1, set like every report."""
    about = stored(name)
    own = {"title": about["title"], "description": about["description"]}
    text = f"{told(name, lang)['untried']}\n\n{written(name, lang)}"
    parts = re.split(r"\n\n(?=## )", text) if about.get("lesson") else [text]
    cells = [new_markdown_cell(part) for part in parts]
    nb = new_notebook(cells=cells, metadata={"seglib": own})
    with tempfile.TemporaryDirectory(prefix="seglib-guide-") as folder:
        path = Path(folder, "guide.pdf")
        pdf(nb, lang, path)
        return path.read_bytes()
