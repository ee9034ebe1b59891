"""Pages of the training: self-contained, without server or network, and one zip of them all."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from seglib.figures.figure import Figure
from seglib.language import LANGUAGES
from seglib.report.document import Block
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html
from seglib.training import kit
from seglib.training.exercises import Exercise, words
from seglib.training.lessons import Lesson, lessons, topic_module

TEMPLATES = Path(str(files("seglib.training").joinpath("templates")))
OTHER = {"nl": "en", "en": "nl"}
HOME = {"nl": "index.html", "en": "en.html"}
ARCHIVE = "segregatie-training.zip"
ENGINE = ("engine.js", "measures.js", "exercises.js", "handout.js")
EXTRA = tuple(f"seglib.training.{one}:pages" for one in "cells trainer cards slides count".split())
"""Further parts of the training, as "module:function"; each gives content by path in the zip."""


def make_training(folder: Path) -> Path:
    """Write the training: an index, a page for each lesson and language, and a zip of all.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is not there; other files in it stay.

    Returns
    -------
    pathlib.Path
        The index, which opens by double-click.

    Raises
    ------
    ParameterError
        A lesson departs from the form of ``seglib.training``.
    """
    content = training()
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    (folder / ARCHIVE).write_bytes(zipped(content))
    return folder / "index.html"


def training() -> dict[str, bytes]:
    """Every page of the training by its path, the same bytes each time."""
    told = lessons()
    content: dict[str, str | bytes] = {HOME[lang]: index(lang, told) for lang in LANGUAGES}
    for lesson in told:
        for lang in LANGUAGES:
            content[f"{lang}/{lesson.slug}.html"] = lesson_page(lesson, lang, told)
    for part in EXTRA:
        module, _, name = part.partition(":")
        content |= getattr(import_module(module), name)()
    return {
        name: text.encode() if isinstance(text, str) else text for name, text in content.items()
    }


def zipped(content: Mapping[str, bytes]) -> bytes:
    """Files as one zip without a date, so that the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            archive.writestr(
                zipfile.ZipInfo(f"training/{name}"), content[name], zipfile.ZIP_DEFLATED, 9
            )
    return held.getvalue()


def index(lang: str, told: Sequence[Lesson]) -> str:
    """The page that lists the lessons in one language, and what there is for the trainer."""
    shown = [{"slug": lesson.slug, "number": lesson.number, **lesson.told(lang)} for lesson in told]
    own, given = words(lang), {"title": kit.told("kit", lang)["title"], "links": kit.links(lang)}
    template = environment().get_template("index.html.j2")
    body = template.render(lang=lang, words=own, lessons=shown, kit=given)
    return page(lang, own["site"], body, home="", other=HOME[OTHER[lang]])


def lesson_page(lesson: Lesson, lang: str, told: Sequence[Lesson]) -> str:
    """One lesson in one language as a page that needs nothing beside it."""
    about, own, headings = lesson.told(lang), words(lang), Headings()
    exercises = lesson.exercises(lang)
    topics: dict[str, Any] = {}
    steps = []
    for place, step in enumerate(about["step"], 1):
        shown = {key: _prose(step.get(key, ""), headings) for key in ("text", "after")}
        for key in ("topic", "after_topic"):
            options = step.get("options" if key == "topic" else "after_options", {})
            shown[key] = _topic(step.get(key, ""), lang, options, f"{key}-{place}", topics)
        asked = [exercises[one] for one in step.get("exercises", ())]
        steps.append({"number": place, "title": step["title"], "exercises": asked, **shown})
    names = list(dict.fromkeys(entry["topic"] for entry in topics.values()))
    after = [one for one in told if one.number == lesson.number + 1]
    body = (
        environment()
        .get_template("lesson.html.j2")
        .render(lesson=lesson, about=about, steps=steps, words=own, following=after[:1])
    )
    data = {
        "lang": lang,
        "slug": lesson.slug,
        "title": about["title"],
        "words": own,
        "titles": [step["title"] for step in steps],
        "topics": topics,
        "exercises": {one.id: as_data(one) for one in exercises.values()},
        "topic_words": {name: topic_words(name, lang) for name in names},
    }
    scripts = [*ENGINE, *(f"topics/{name}.js" for name in names), "begin.js"]
    title = f"{own['lesson']} {lesson.number}: {about['title']}"
    other = f"../{OTHER[lang]}/{lesson.slug}.html"
    styles = [f"topics/{name}.css" for name in names]
    return page(lang, title, body, scripts=scripts, data=data, other=other, styles=styles)


def page(
    lang: str,
    title: str,
    body: str,
    *,
    scripts: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    home: str | None = None,
    other: str = "",
    styles: Sequence[str] = (),
) -> str:
    """A static page around a body: its policy allows these very scripts and no request.

    Parameters
    ----------
    lang, title, body : str
        "nl" or "en", what the window is called, and HTML that has its own ``main``.
    scripts, styles : sequence of str
        Files of ``templates``; a style that is not there is left out.
    data : mapping, optional
        What scripts read, as JSON.
    home, other : str
        Where the list of lessons and the other language are; empty for none.
    """
    written = [source(name) for name in scripts]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in written]
    styled = [source(name) for name in ("style.css", *styles) if (TEMPLATES / name).is_file()]
    home = f"../{HOME[lang]}" if home is None else home
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            lang=lang,
            title=title,
            body=Markup(body),
            words=words(lang),
            home=home,
            other=other,
            other_lang=OTHER[lang],
            policy=" ".join(f"'sha256-{digest.decode()}'" for digest in digests) or "'none'",
            scripts=[Markup(text) for text in written],
            style=Markup("\n".join(styled)),
            data=None if data is None else Markup(as_json(data)),
        )
        + "\n"
    )


def as_json(data: object) -> str:
    """JSON that can stand inside a page, whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def as_data(one: Exercise) -> dict[str, Any]:
    """An exercise as its script reads it, with the parts in the order in which they are shown."""
    told = asdict(one)
    mixed = {name: one.places(name) for name in ("item", "card") if name in one.about}
    return {**told, "shown": mixed}


def topic_words(name: str, lang: str) -> Mapping[str, Any]:
    """The words of a topic in one language; none where it has no file of words."""
    path = TEMPLATES / "topics" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))[lang] if path.is_file() else {}


@cache
def source(name: str) -> str:
    """A script or style of the templates."""
    return (TEMPLATES / name).read_text("utf-8").strip()


def figure_html(figure: Figure, prefix: str, lang: str) -> str:
    """A figure with its caption and its numbers, as part of a page."""
    about = {"title": figure.title, "alt": figure.alt}
    drawing = inline(Block("figure", 0, figure.svg, about), prefix=prefix)
    return (
        environment()
        .get_template("figure.html.j2")
        .render(drawing=Markup(drawing), figure=figure, words=words(lang))
    )


def _topic(
    name: str, lang: str, options: Mapping[str, Any], key: str, topics: dict[str, Any]
) -> Markup:
    """Where a topic stands: a figure drawn, or a place for its script with its data put aside."""
    if not name:
        return Markup("")
    shown = topic_module(name).shown(lang, **options)
    if isinstance(shown, Figure):
        return Markup(figure_html(shown, key, lang))
    topics[key] = {"topic": name, "data": shown}
    return Markup(f'<div class="topic" data-topic="{html.escape(key)}"></div>')


def _prose(text: str, headings: Headings) -> Markup:
    return Markup(to_html(text, headings, 0) if text else "")


@cache
def environment() -> jinja2.Environment:
    """The templates of the training, which escape all that they are given."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    return made
