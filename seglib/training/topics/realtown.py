"""Real towns: how a group is spread over buurten in 2015, and what wijken show of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from seglib import language
from seglib.disclosure import MINIMUM_BASE, MINIMUM_PERSONS
from seglib.inference import estimate
from seglib.measures import dissimilarity, interaction
from seglib.result import Estimate
from seglib.sources.load import load_counts
from seglib.table import CountTable

YEAR, SEED, REPLICATES = 2015, 2015, 100
TOWNS = (
    "Almere Amersfoort Amsterdam Arnhem Deventer Dordrecht Ede Eindhoven Gouda Groningen "
    "Haarlem Leiden Maastricht Rotterdam Tilburg Utrecht"
).split()
GROUPS = ("Marokko", "Turkije", "Suriname")
OTHER = "Nederland"
MEMBERS, UNITS = 500, 5
"""A group appears where it has so many members, in so many units of enough persons."""


@cache
def town(place: str) -> CountTable:
    """Persons of a town by buurt."""
    return load_counts(place, YEAR, level="buurt")


def facts() -> dict[str, float]:
    """D of Amsterdam on both scales and its chance of meeting, from 0 to 100."""
    table = town("Amsterdam")
    levels = {"buurt": table, "wijk": table.merge("wijk")}
    found = {
        f"d_{level}": 100 * dissimilarity(one, GROUPS[0], OTHER).value
        for level, one in levels.items()
    }
    found |= {f"n_{level}": float(one.n_units) for level, one in levels.items()}
    found["meet"] = 100 * interaction(table, GROUPS[0], OTHER).value
    return found


def shown(lang: str, *, start: str = "Amsterdam") -> dict[str, Any]:
    """For each town and group: strips by buurt, and D and the chance of meeting with a margin."""
    found = {place: _town(place) for place in TOWNS}
    return {
        "towns": {place: own for place, own in found.items() if own},
        "groups": {group: language.group_name(group, lang) for group in GROUPS},
        "start": start,
        "year": YEAR,
    }


@cache
def _town(place: str) -> dict[str, Any]:
    table = town(place)
    told = {}
    for group in GROUPS:
        column = table.column(group)
        enough = (column >= MINIMUM_PERSONS) & (table.unit_totals >= MINIMUM_BASE)
        if column.sum() >= MEMBERS and enough.sum() >= UNITS:
            told[group] = _group(table, group, enough)
    return told


def _group(table: CountTable, group: str, enough: Any) -> dict[str, Any]:
    """Whole percentages by buurt, None where persons are too few to show, and three numbers."""
    wide = np.maximum(np.round(1000 * table.unit_totals / table.total), 1).astype(int)
    percent = np.round(100 * table.column(group) / np.maximum(table.unit_totals, 1)).astype(int)
    pairs = zip(wide.tolist(), percent.tolist(), enough.tolist(), strict=True)
    strips = [[width, share if shown else None] for width, share, shown in pairs]
    strips.sort(key=lambda strip: (strip[1] is None, -(strip[1] or 0), -(strip[0] or 0)))
    wijken = table.merge("wijk")
    return {
        "strips": strips,
        "units": table.n_units,
        "wijken": wijken.n_units,
        "d_buurt": _told(_certain(dissimilarity, table, group)),
        "d_wijk": _told(_certain(dissimilarity, wijken, group)) if wijken.n_units > 1 else None,
        "meet": _told(_certain(interaction, table, group)),
        "share": round(100 * float(table.column(group).sum() / table.total), 1),
    }


def _certain(measure: Any, table: CountTable, group: str) -> Estimate:
    return estimate(measure, table, group, other=OTHER, seed=SEED, replicates=REPLICATES)


def _told(found: Estimate) -> dict[str, float | None]:
    """A value with the ends of its margin, from 0 to 100; None where there is no margin."""
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return {name: None if end is None else round(100 * end, 1) for name, end in ends.items()}
