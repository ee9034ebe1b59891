"""The page on method and limits: measures, margins and how far they hold, privacy, licences."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import seglib.measures
from seglib.disclosure.thresholds import MINIMUM_BASE, MINIMUM_PERSONS
from seglib.language import measure_name, number
from seglib.registry import REGISTRY, explain
from seglib.report.document import words
from seglib.report.parameters import slug_of
from seglib.report.render import TEMPLATES

METHOD_PAGES = {"nl": "nl/methode.html", "en": "en/method.html"}
PROOF = Path(seglib.__file__).parents[1] / "tests" / "verified" / "coverage.json"
_FEWEST = 400  # intervals of a cell, below which a share says little


@cache
def method_texts(lang: str) -> dict[str, Any]:
    """The words of the page, in one language."""
    return tomllib.loads((TEMPLATES / "method.toml").read_text("utf-8"))[lang]


def method_page(lang: str, proof: Path = PROOF) -> dict[str, Any]:
    """What the page shows, in ``nl`` or ``en``.

    How often margins hold the truth comes from the stamp of the proof; where that is not at hand,
    as in an installed package, the page says nothing of it.
    """
    own = method_texts(lang)
    known = {"persons": MINIMUM_PERSONS, "base": MINIMUM_BASE, "level": 95} | _held(proof, lang)
    sections = []
    for each in own["sections"]:
        lines = [*each["text"], *(each.get("proof", ()) if "cells" in known else ())]
        texts = [line.format(**known) for line in lines]
        sections.append({"id": slug_of(each["title"]), "title": each["title"], "texts": texts})
    symbols = [symbol for symbol, entry in REGISTRY.items() if entry.rest != symbol]
    return {
        **{name: own[name] for name in ("title", "lead", "measures", "measures_lead", "formula")},
        "list": [_measure(symbol, lang) for symbol in symbols],
        "sections": sections,
        "words": words(lang),
    }


def _measure(symbol: str, lang: str) -> dict[str, str]:
    """Name and meaning of a measure, and what its code says of it."""
    first, *rest = explain(symbol).split("\n")
    meaning = method_texts(lang).get("explained", {}).get(symbol) or first.split("): ", 1)[1]
    name = measure_name(symbol, lang)
    return {"name": f"{name[0].upper()}{name[1:]}", "meaning": meaning, "more": "\n".join(rest)}


def _held(proof: Path, lang: str) -> dict[str, str]:
    """How often intervals held the truth: the counts of the proof, as a reader writes them."""
    if not proof.is_file():
        return {}
    stamp = json.loads(proof.read_text("utf-8"))
    inside, counts = stamp["counts"]["inside"], stamp["counts"]
    shares = [
        100 * cell["covered"] / cell["intervals"]
        for cell in stamp["cells"]
        if cell["inside"] and cell["intervals"] >= _FEWEST
    ]
    whole = {
        "cells": counts["cells"],
        "worlds": counts["worlds_a_cell"],
        "inside": sum(inside.values()),
        "nominal": inside.get("nominal", 0),
        "off": inside.get("off", 0),
        "level": 100 * stamp["level"],
    }
    return {name: number(value, 0, lang) for name, value in whole.items()} | {
        "lowest": number(min(shares), 1, lang),
        "highest": number(max(shares), 1, lang),
    }
