"""The workbench's own words, in Dutch and in English side by side."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from seglib.language import language_of


@cache
def table_of_words() -> dict[str, Any]:
    """What ``words.toml`` holds: texts by section and name, and names of columns."""
    return tomllib.loads(beside("words.toml"))


def beside(file: str) -> str:
    """The text of a file that lies beside this module."""
    return files("seglib.workbench").joinpath(file).read_text(encoding="utf-8")


def say(key: str, lang: str, **facts: object) -> str:
    """A text by section and name, with a dot between, its braces filled in."""
    section, _, name = key.partition(".")
    return table_of_words()[section][name][language_of(lang)].format(**facts)
