"""Feeling at home and diversity in Rotterdam: the dots, and the line under every choice made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from seglib import language
from seglib.models import specification_curve, subsets
from seglib.models.choices import Specification
from seglib.result import Estimate
from seglib.sources.survey_areas import load_survey_areas

PLACE, MEASURE = "Rotterdam", "diversity"
TEN = 10
"""Lines are told in points per ten of a hundred more chance that two residents differ."""


@cache
def areas() -> Any:
    """The survey by area, with origins and features of the areas, in both waves."""
    return load_survey_areas(PLACE)


def outcomes() -> tuple[str, ...]:
    """Four questions on feeling at home, and one on getting on with each other."""
    return (*areas().themes["home"], "GoedeOmgangEtnischeGroepen_p")


@cache
def curve() -> dict[Specification, Estimate]:
    """The slope of each question, wave and set of controls."""
    choices: dict[str, Sequence[Any]] = {
        "outcome": outcomes(),
        "measure": [MEASURE],
        "controls": subsets(areas().held),
        "year": list(areas().waves),
    }
    frame = pd.concat(areas().waves.values())
    return dict(specification_curve(frame, choices, symbol="slope").results)


def _line(found: Estimate) -> list[float]:
    """Points per ten of a hundred more, with their margin; the slope is over 0 to 1."""
    assert found.low is not None and found.high is not None
    return [round(one / TEN, 2) for one in (found.value, found.low, found.high)]


def facts() -> dict[str, float]:
    """What lesson 3 says of the lines; home is feeling at home, contact getting on together."""
    main, last = outcomes()[0], outcomes()[-1]
    told: dict[str, float] = {"n": len(areas().frame["unit_code"].unique())}
    lines = {one: _line(found) for one, found in curve().items()}
    ways = {"raw": (), "income": areas().held[:1], "all": areas().held}
    for name, held in ways.items():
        for year in areas().waves:
            value, low, high = lines[Specification(main, MEASURE, tuple(held), year)]
            told |= {
                f"{name}_{year}": abs(value),
                f"{name}_{year}_least": abs(high),
                f"{name}_{year}_most": abs(low),
            }
    own = [line for one, line in lines.items() if one.outcome == main]
    other = [line for one, line in lines.items() if one.outcome == last]
    told |= {"lines": len(own), "below": sum(high < 0 for _, _, high in own)}
    told |= {"flattest": min(abs(v) for v, *_ in own), "steepest": max(abs(v) for v, *_ in own)}
    told |= {"contact_above": sum(low > 0 for _, low, _ in other)}
    return told


def shown(lang: str, *, mode: str) -> dict[str, Any]:
    """Dots by question and wave without names, and the line of each set of controls.

    Parameters
    ----------
    lang : str
        "nl" or "en".
    mode : {"read", "choose"}
        One question with its line, or all questions and controls to choose from.
    """
    asked = outcomes() if mode == "choose" else outcomes()[:1]
    held = areas().held
    points = {
        item: {
            str(year): [
                [round(100 * x), round(y)]
                for x, y in frame[[MEASURE, item]].dropna().itertuples(index=False)
            ]
            for year, frame in areas().waves.items()
        }
        for item in asked
    }
    lines: dict[str, Any] = {item: {str(year): {} for year in areas().waves} for item in asked}
    for one, found in curve().items():
        if one.outcome in asked:
            key = "".join("1" if name in one.controls else "0" for name in held)
            lines[one.outcome][str(one.year)][key] = _line(found)
    return {
        "mode": mode,
        "questions": [[item, language.group_name(item, lang)] for item in asked],
        "wording": {item: areas().wording[item] for item in asked},
        "held": [language.group_name(name, lang) for name in held],
        "years": [str(year) for year in areas().waves],
        "points": points,
        "lines": lines,
    }
