"""The trainer's kit as data: what belongs to it, where it stands, and its texts in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from seglib.training.lessons import Facts, in_language, lessons

GUIDE = Path(str(files("seglib.training").joinpath("guide")))


def stored(name: str) -> Mapping[str, Any]:
    """A file of the guide as it stands there, in both languages."""
    return tomllib.loads((GUIDE / f"{name}.toml").read_text("utf-8"))


def told(name: str, lang: str) -> dict[str, Any]:
    """A file of the guide in one language; what it tells of a lesson has the numbers of that."""
    about = {**stored(name)}
    own, facts = about.pop("lesson", ()), {}
    if own:
        facts = {each.number: each.about.get("facts", ()) for each in lessons()}
    known = [(one, Facts(facts[one["number"]])) for one in own if one["number"] in facts]
    about = in_language(about, lang, Facts(()))
    return {**about, "lesson": [in_language(one, lang, numbers) for one, numbers in known]}


def words(part: str, lang: str) -> Mapping[str, str]:
    """The words of one of the trainer's pages; whoever shows them fills in their braces."""
    return stored("words")[lang][part]


def path_of(name: str, lang: str) -> str:
    """Where a part of the kit stands in the training, without the end of its name."""
    return f"{lang}/{told('kit', lang)['part'][name]['file']}"


def links(lang: str) -> list[dict[str, str]]:
    """What the index says of the kit: title, what it is for, and where it is."""
    parts = told("kit", lang)["part"]
    return [{**part, "path": f"{path_of(name, lang)}.html"} for name, part in parts.items()]
