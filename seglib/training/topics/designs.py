"""Designs: a card game on what research finds in made-up worlds, from the stored scoreboard."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.models import lottery, proven
from seglib.models.race import Score

GAME = tomllib.loads(Path(__file__).with_name("rounds.toml").read_text("utf-8"))
ROUNDS = GAME["round"]
SURE, FALSE = 0.90, 0.10
"""Sound is a design whose margin holds the truth so often, and that alarms no more than this."""
FAMILIES = {"won": [1, 1, 1, 0, 0, 0], "moved": [1, 1, 0, 0, 0, 0], "mark": [8, 7, 3, 4, 5, 3]}
WIDE = 1.96


@cache
def scores() -> dict[tuple[str, str], Score]:
    """The scoreboard of the proof by world and design."""
    return {(one.world, one.design): one for one in proven().scores}


def card(world: str, empty: str, design: str) -> dict[str, Any] | None:
    """What one design finds in one world; None where it was not tried there.

    Parameters
    ----------
    world, empty : str
        Names of a world with an effect and of the same one without; empty for none.
    design : str
        As the scoreboard names it.

    Returns
    -------
    dict or None
        ``truth``, ``found`` (mean estimate) and ``low`` and ``high`` (19 of 20 estimates) in the
        unit of the outcome; ``holds`` (of 100 margins, how many hold the truth) and ``alarm`` (of
        100 draws without effect, how many find one), each with its error of simulation; ``sound``.
    """
    one, none = scores().get((world, design)), scores().get((empty, design))
    if one is None:
        return None
    found = one.truth + one.bias
    ends = found - WIDE * one.spread, found + WIDE * one.spread
    alarm = None if none is None else _of_hundred(none.rejection, none.rejection_error)
    return {
        "truth": round(one.truth, 4),
        "found": round(found, 4),
        "low": round(ends[0], 4),
        "high": round(ends[1], 4),
        "holds": _of_hundred(one.coverage, one.coverage_error),
        "alarm": alarm,
        "sound": one.coverage >= SURE and (none is None or none.rejection <= FALSE),
    }


def _of_hundred(share: float, error: float) -> list[float]:
    return [round(100 * share), round(100 * WIDE * error, 1)]


def facts() -> dict[str, float]:
    """The lottery with six families by hand, and what comparing finds where people sort."""
    frame = pd.DataFrame(FAMILIES)
    found = lottery(frame, "mark", won="won", moved="moved")
    gone = frame["moved"] == 1
    sorted_, empty = scores()["selection", "naive"], scores()["no effect", "naive"]
    drawn = scores()["no effect", "lottery LATE"]
    return {
        "itt": found["ITT"].value,
        "late": found["LATE"].value,
        "treated": float(frame.loc[gone, "mark"].mean() - frame.loc[~gone, "mark"].mean()),
        "draws": proven().replications,
        "naive_truth": sorted_.truth,
        "naive_found": sorted_.truth + sorted_.bias,
        "naive_alarm": 100 * empty.rejection,
        "drawn_alarm": 100 * drawn.rejection,
        "rounds": len(ROUNDS),
    }


def shown(lang: str) -> dict[str, Any]:
    """The rounds with their cards as they turn out, also in a world that is otherwise."""
    told = []
    for one in ROUNDS:
        cards = [card(one["world"], one["empty"], name) for name in one["cards"]]
        twist = [card(one["twist"], "", name) for name in one["cards"]]
        told.append({**one, "found": cards, "twisted": twist})
    icons = {name: GAME["draw"][icon] for name, icon in GAME["icon"].items()}
    return {"rounds": told, "draws": proven().replications, "icons": icons}
