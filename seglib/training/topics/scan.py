"""Scans of all gemeenten in 2015: what lesson 6 shows of one's own, computed once and stored.

After a change of figures or measures: ``python -m seglib.training.topics.scan`` writes them anew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from seglib import language
from seglib.disclosure import groups_to_show
from seglib.inference import estimate, estimate_within_between, rounding_band
from seglib.language.scan import COARSE, FINE, MANY, measurable
from seglib.measures import dissimilarity, relative_diversity
from seglib.measures.resemblance import nearest_in_composition
from seglib.report.scan import LEVEL, load_place, load_voices
from seglib.result import Decomposition, Estimate
from seglib.sources.load import load_counts
from seglib.sources.places import gemeente_name
from seglib.table import CountTable

YEAR, SOURCE, START = 2015, "cbs-wijkbuurt-2015", "GM0344"
DRAWS: dict[str, Any] = {"seed": 2022, "replicates": 200}
FEWEST = 500
STORED = Path(__file__).with_name("scans.json")
PARTS = ("choose", "strengths", "spread", "alike", "questions")


@cache
def country() -> CountTable:
    """Persons by buurt of the whole country."""
    return load_counts("Nederland", YEAR, level=LEVEL, source=SOURCE)


def codes() -> list[str]:
    """The gemeenten of that year."""
    return sorted(set(country().part_of("gemeente")))


def scanned(code: str) -> dict[str, Any]:
    """What may be told of one gemeente: shares and D from 0 to 100, with their margins.

    Parameters
    ----------
    code : str
        As "GM0344".

    Returns
    -------
    dict
        ``people`` (rounded), ``buurten``, ``wijken``; ``groups``: whole percentages of groups that
        are large enough; ``mixing``: the chance of two origins in a buurt as a percentage of that
        in the whole, ``d`` by group and ``between`` wijken, each as value, low and high (None where
        no margin can be vouched for); ``alike``: codes; ``said``: percentages of a survey.
    """
    table = load_place(gemeente_name(code), year=YEAR)
    groups, wijken = groups_to_show(table), len(set(table.part_of("wijk")))
    several = len(groups) > 1
    mixing = estimate(relative_diversity, table, **DRAWS) if several else None
    bands = {one: rounding_band(dissimilarity, table, one, **DRAWS) for one in groups}
    clear = measurable(groups, bands)
    split = several and wijken > 1
    base = COARSE if table.total > 1000 else FINE
    near = nearest_in_composition(country(), code, by="gemeente", fewest=FEWEST)
    return {
        "people": base * max(round(table.total / base), 2),
        "buurten": table.n_units,
        "wijken": wijken,
        "groups": {g: round(100 * table.column(g).sum() / table.total) for g in groups},
        "mixing": _kept(mixing) if mixing else None,
        "d": {one: _ends(estimate(dissimilarity, table, one, **DRAWS)) for one in clear},
        "between": _between(estimate_within_between(table, by="wijk", **DRAWS)) if split else None,
        "alike": sorted(near.gaps, key=lambda one: gemeente_name(one).casefold()) if near else [],
        **_said(gemeente_name(code)),
    }


def _ends(found: Estimate) -> list[float | None]:
    return [one if one is None else round(100 * one, 1) for one in (found.value, *_margin(found))]


def _margin(found: Estimate) -> tuple[float | None, float | None]:
    """The margin; none where small units push a value outside its own."""
    low, high = found.low, found.high
    sound = low is not None and high is not None and low <= found.value <= high
    return (low, high) if sound else (None, None)


def _kept(found: Estimate) -> list[float | None]:
    low, high = _margin(found)
    kept = (found.value, high, low)
    return [one if one is None else round(100 * (1 - one), 1) for one in kept]


def _between(parts: Decomposition) -> list[float] | None:
    """The part between wijken with its widest range; None where there is no margin."""
    low, high = parts.low or {}, parts.high or {}
    if not parts.total or not {"between", "within"} <= set(low) & set(high):
        return None
    least = low["between"] / (low["between"] + high["within"])
    most = high["between"] / (high["between"] + low["within"])
    return [round(100 * one) for one in (parts["between"] / parts.total, least, most)]


def _said(place: str) -> dict[str, Any]:
    """What most residents said yes to in a survey, with its last year."""
    rows = [row for row in load_voices(place).to_dict("records") if row["kind"] == "survey"]
    said = {row["item"]: round(row["value"]) for row in rows if row["value"] >= MANY}
    return {"said": said, "said_year": int(rows[0]["year"])} if said else {}


@cache
def stored() -> dict[str, dict[str, Any]]:
    """All scans by code, as they were stored."""
    return json.loads(STORED.read_text("utf-8"))


def store() -> None:
    """Scan all gemeenten and keep that beside this module; takes minutes."""
    lines = [f"{json.dumps(code)}:{json.dumps(scanned(code))}" for code in codes()]
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def facts() -> dict[str, float]:
    """How many gemeenten there are."""
    return {"gemeenten": len(stored())}


def shown(lang: str, *, part: str) -> dict[str, Any]:
    """The scans with the first part, of which the others make use; which part it is."""
    if part != PARTS[0]:
        return {"part": part}
    names = {code: gemeente_name(code) for code in stored()}
    groups = [[name, language.group_name(name, lang)] for name in country().groups]
    items = {item for one in stored().values() for item in one.get("said", ())}
    return {
        "part": part,
        "start": START,
        "year": YEAR,
        "names": names,
        "groups": groups,
        "items": {item: language.group_name(item, lang) for item in sorted(items)},
        "places": stored(),
    }


if __name__ == "__main__":
    store()
