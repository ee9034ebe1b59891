"""Three made-up worlds with one slope among areas: areas look alike, persons tell them apart."""

from __future__ import annotations

from functools import cache
from typing import Any

from seglib.models import Question, fit_areas
from seglib.result import Estimate
from seglib.synth import same_means

SEED, AREAS = 2022, 120
KINDS = {"A": "newcomers", "B": "contextual", "C": "compositional"}
PARTS = {"everyone": (True, False), "stayers": (False,), "newcomers": (True,)}
OUTCOME, PREDICTOR = "feeling_at_home", "diversity"


@cache
def worlds() -> dict[str, Any]:
    """A draw of each world, as notebook 02 makes them."""
    return {
        name: same_means(seed=SEED + step, kind=kind, n_areas=AREAS)
        for step, (name, kind) in enumerate(KINDS.items())
    }


def among_areas(name: str) -> Estimate:
    """The slope among the areas of a world."""
    return fit_areas(Question(worlds()[name].areas, OUTCOME, PREDICTOR))["slope"]


def within(name: str, part: str) -> Estimate:
    """The slope among people of the largest group, all or by how long they live there."""
    persons = worlds()[name].persons
    kept = (persons["group"] == "majority") & persons["newcomer"].isin(PARTS[part])
    means = persons[kept].groupby("area")[[OUTCOME, PREDICTOR]].mean()
    return fit_areas(Question(means, OUTCOME, PREDICTOR))["slope"]


def _line(found: Estimate) -> list[float]:
    """Points of the mark for ten of a hundred more chance to differ."""
    assert found.low is not None and found.high is not None
    return [round(one / 10, 3) for one in (found.value, found.low, found.high)]


def facts() -> dict[str, float]:
    """The slopes among areas, as steep as they fall."""
    return {f"world_{name}": abs(_line(among_areas(name))[0]) for name in KINDS}


def shown(lang: str, *, mode: str) -> dict[str, Any]:
    """Dots and line of each world to guess from, or what persons tell in each, to reveal it."""
    told: dict[str, Any] = {"mode": mode}
    if mode == "reveal":
        told["worlds"] = {
            name: {"kind": kind, "parts": [[part, _line(within(name, part))] for part in PARTS]}
            for name, kind in KINDS.items()
        }
        return told
    told["worlds"] = {
        name: {
            "points": [
                [round(100 * x), round(y, 1)]
                for x, y in world.areas[[PREDICTOR, OUTCOME]].itertuples(index=False)
            ],
            "line": _line(among_areas(name)),
        }
        for name, world in worlds().items()
    }
    return told
