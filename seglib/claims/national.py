"""Quantities of claims about the whole country: the highest of several towns, the fullest area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.change.withheld import WITHHELD
from seglib.claims.entries import claim
from seglib.claims.quantity import Quantity
from seglib.inference import RoundingBand, too_wide
from seglib.result import Estimate
from seglib.sources.load import load_rows

ONE_ORIGIN = ("Marokko", "Turkije", "Suriname", "Antillen")
DUTCH = "Nederland"
STEPS = (30, 50, 60, 70, 80)
HALF_A_PERCENT = 0.005


def highest_of(
    levels: Mapping[str, Mapping[str, Estimate]], bands: Mapping[str, Mapping[str, RoundingBand]]
) -> tuple[Quantity, ...]:
    """For each group the highest level among towns, with its margin and what rounding leaves.

    Parameters
    ----------
    levels : mapping of str to mapping of str to Estimate
        By town and group, all of one measure.
    bands : mapping of str to mapping of str to RoundingBand
        The same towns and groups.

    Returns
    -------
    tuple of Quantity
        One a group: the town whose margin reaches highest. Where rounding leaves the level of any
        town too open, the quantity is withheld.
    """
    found: list[Quantity] = []
    for group in next(iter(levels.values())):
        ends = {}
        for town, here in levels.items():
            one, band = here[group], bands[town][group]
            ends[town] = max(e for e in (one.value, one.high, band.high) if e is not None)
        town = max(ends, key=ends.__getitem__)
        one, band = levels[town][group], bands[town][group]
        open_ = any(too_wide(here[group]) for here in bands.values())
        half = max(abs(one.value - (end or one.value)) for end in (band.low, band.high))
        known = {"low": one.low, "high": one.high, "band": half}
        facts: dict[str, Any] = {} if open_ else known
        facts["reason"] = WITHHELD if open_ else one.reason_code or one.reason
        years = () if one.year is None else (one.year,)
        found.append(Quantity(one.symbol, one.value, groups=one.groups, years=years, **facts))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OneGroup:
    """How far one group makes up an area, over all areas of the country; no area is named.

    ``steps`` has a row for each share in percent: how many areas reach it, for one origin, any
    column but the Dutch one, and the Dutch one, and which share of the four origins lives in
    areas where their own one does. ``left_out`` counts areas that are "empty", "secret" (people,
    but no figures) and "small" (figures, but too few people), each in one of these only.
    """

    quantities: tuple[Quantity, ...]
    steps: pd.DataFrame
    n_units: int
    left_out: Mapping[str, int]


def one_group(source: str, *, claim_id: str = "C12") -> OneGroup:
    """How large the share of one group of origin gets in any area of a source.

    Parameters
    ----------
    source : str
        Key of a source with areas of the whole country.
    claim_id : str
        The claim whose `definition` says from how many inhabitants an area counts: `base`.

    Returns
    -------
    OneGroup
        Two quantities, in [0, 1]: `largest_one_origin_share` among columns that are one origin
        each, `largest_any_column_share` among all but the Dutch one. Neither has an interval,
        since all persons are counted; `band` is what rounding leaves.
    """
    rows = load_rows(source)
    groups = sorted(rows["group"].unique())
    persons, most, people = (
        rows.pivot(index="unit_code", columns="group", values=name)[groups].to_numpy(np.float64)
        for name in ("persons", "upper", "denominator")
    )
    lives = people[:, 0] > 0
    secret = lives & np.isnan(persons).any(axis=1)
    small = lives & ~secret & (people[:, 0] < (claim(claim_id).definition or {})["base"])
    known = lives & ~secret & ~small
    left_out = {
        "empty": int((~lives).sum()),
        "secret": int(secret.sum()),
        "small": int(small.sum()),
    }
    persons, most, people = persons[known], most[known], people[known]
    shares, upper = persons / people, most / people
    columns = {
        "one_origin": [groups.index(group) for group in ONE_ORIGIN],
        "any_column": [place for place, group in enumerate(groups) if group != DUTCH],
        "dutch": [groups.index(DUTCH)],
    }
    found = []
    for name in ("one_origin", "any_column"):
        value = float(shares[:, columns[name]].max())
        band = max(HALF_A_PERCENT, float(upper[:, columns[name]].max()) - value)
        facts: dict[str, Any] = {"band": band, "years": (int(rows["year"].iloc[0]),)}
        facts["reason"] = "all persons are counted"
        found.append(Quantity(f"largest_{name}_share", value, **facts))
    steps = _steps(persons, np.floor(100 * shares + 0.5), columns)
    return OneGroup(tuple(found), steps, int(known.sum()), left_out)


def _steps(
    persons: NDArray[np.float64], percents: NDArray[np.float64], columns: Mapping[str, list[int]]
) -> pd.DataFrame:
    """How many areas reach each share, and which part of the four origins lives in them."""
    rows = []
    ours = persons[:, columns["one_origin"]]
    for step in STEPS:
        reached = percents >= step
        counted = {name: int(reached[:, of].any(axis=1).sum()) for name, of in columns.items()}
        within = float(ours[reached[:, columns["one_origin"]]].sum() / ours.sum())
        rows.append({"step": step, **counted, "within": within})
    return pd.DataFrame(rows)
