"""A city in which people sort themselves: GEN-1, the world of selection and of the lottery."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from seglib.synth.choice import chosen, standardised, take_up
from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator

AREAS_A_DISTRICT = 5
BLOCKS_AN_AREA = 5


def selection(*, seed: int, **given: float) -> World:
    """Persons who choose where they live by what they can pay and by an ability nobody sees.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``beta``, effect of a standard deviation of poverty on the outcome; ``psi``, how the able
        weigh poverty, and ``price``, how much poor people want what is cheap, both over ``taste``,
        the scale of the Gumbel draws; ``gamma`` and ``resources``, effects of ability and of
        resources; ``mediated``, share of beta that runs through the school; ``reflection``, what
        the mean outcome of an area gives back; ``shock``, sd of the change of resources;
        ``unit_noise``, sd of a block's poverty about its area's where the block is seen;
        ``within_district``, share of the variance of poverty that the district, which is then seen,
        does not have; ``area_sd`` of other things in an area; ``moving``, share that chooses again;
        ``lottery``, share that takes part; ``compliance``, share of winners that moves, and
        ``pull``, weight of ability in that; ``n_persons``, ``n_areas``. Defaults and ranges are in
        ``worlds.toml``.

    Returns
    -------
    World
        ``persons`` has area, z (poverty as seen), y, resources, mediator (the school) and, a
        wave earlier, the same with ``_before``; ability, peers (mean y of the others of the area),
        entered, won and used. Truth: effect (beta), multiplied (beta over 1 less reflection), itt
        and late of a voucher, peers (reflection).

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    a ~ N(0, 1), r = 0.5 a + e, var r = 1; utility of area j: z_j (price (1 - F(r)) + psi a) +
    taste Gumbel, F the rank among all; y = beta (1 - mediated) z + beta mediated school + gamma a
    + resources r + area + N(0, 1), school = z + N(0, 1). A used voucher lowers z by 1. ``price``
    and ``taste`` are set so that poverty alone has a slope of -0.49, and -0.28 with resources
    held equal.

    References
    ----------
    Manski (1993), Review of Economic Studies 60(3), 531-542; Ludwig e.a. (2013), American
    Economic Review 103(3), 226-231, for the lottery and its compliance of 0.47.
    """
    asked = settled("selection", given)
    rng = generator(seed)
    n_areas, n_persons = int(asked["n_areas"]), int(asked["n_persons"])
    areas = _areas(asked, n_areas, rng)
    ability, own = rng.standard_normal((2, n_persons))
    resources = 0.5 * ability + sqrt(0.75) * own
    persons: dict[str, Any] = {"ability": ability}
    place = chosen(*_offer(asked, areas, ability, resources), rng.random(n_persons))
    entered = rng.random(n_persons) < asked["lottery"]
    won = entered & (rng.random(n_persons) < 0.5)
    used = won & take_up(ability, asked["compliance"], asked["pull"], rng)
    for wave, voucher in (("_before", np.zeros(n_persons)), ("", used.astype(np.float64))):
        if not wave:
            resources = resources + asked["shock"] * rng.standard_normal(n_persons)
            poverty, pulls = _offer(asked, areas, ability, resources)
            draws, moving = rng.random(n_persons), rng.random(n_persons) < asked["moving"]
            place = place.copy()
            place[moving] = chosen(poverty, pulls[moving], draws[moving])
        lived = _lived(asked, areas, place, voucher, rng)
        lived |= {"area": place, "resources": resources}
        _add_outcomes(asked, areas, lived, ability, rng)
        persons |= {name + wave: values for name, values in lived.items()}
    persons |= {"entered": entered, "won": won, "used": used}
    beta = asked["beta"]
    truth = {
        "effect": beta,
        "multiplied": beta / (1 - asked["reflection"]),
        "itt": -beta * asked["compliance"],
        "late": -beta,
        "peers": asked["reflection"],
    }
    return World("selection", areas, pd.DataFrame(persons), truth, asked, arrows("selection"), seed)


def _areas(asked: dict[str, float], n_areas: int, rng: np.random.Generator) -> pd.DataFrame:
    """Poverty of each area, how it is seen, and what else there is in it."""
    inside = asked["within_district"]
    own = standardised(rng.standard_normal(n_areas))
    district = rng.standard_normal(-(-n_areas // AREAS_A_DISTRICT))
    shared = np.repeat(district, AREAS_A_DISTRICT)[:n_areas] * sqrt(1 - inside)
    poverty = shared + sqrt(inside) * own if inside else own
    return pd.DataFrame(
        {
            "area": np.arange(n_areas),
            "poverty": poverty,
            "seen": shared if inside else poverty,
            "other": asked["area_sd"] * rng.standard_normal(n_areas),
        }
    )


def _offer(
    asked: dict[str, float], areas: pd.DataFrame, ability: Any, resources: Any
) -> tuple[Any, Any]:
    """Poverty of each area, and how it pulls each person."""
    rank = (np.argsort(np.argsort(resources)) + 0.5) / len(resources)
    pulls = (asked["price"] * (1 - rank) + asked["psi"] * ability) / asked["taste"]
    return areas["poverty"].to_numpy(), pulls


def _lived(
    asked: dict[str, float], areas: pd.DataFrame, place: Any, voucher: Any, rng: Any
) -> dict[str, Any]:
    """Poverty as it is, poverty as seen, and the school that follows from it."""
    blocks = asked["unit_noise"] * rng.standard_normal(len(areas) * BLOCKS_AN_AREA)
    block = place * BLOCKS_AN_AREA + rng.integers(0, BLOCKS_AN_AREA, len(place))
    poverty = areas["poverty"].to_numpy()[place] - voucher
    school = poverty + rng.standard_normal(len(place))
    seen = areas["seen"].to_numpy()[place] - voucher + blocks[block]
    return {"poverty": poverty, "z": seen, "mediator": school}


def _add_outcomes(
    asked: dict[str, float], areas: pd.DataFrame, lived: dict[str, Any], ability: Any, rng: Any
) -> None:
    """The outcome and its mean among the others of the area."""
    beta, through, place = asked["beta"], asked["mediated"], lived["area"]
    y = beta * ((1 - through) * lived["poverty"] + through * lived["mediator"])
    y += asked["gamma"] * ability + asked["resources"] * lived["resources"]
    y += areas["other"].to_numpy()[place] + rng.standard_normal(len(place))
    n = np.bincount(place, minlength=len(areas))
    mean = np.bincount(place, y, len(areas)) / np.maximum(n, 1)
    # y = reflection * mean(y) + x gives mean(y) = mean(x) / (1 - reflection)
    y = y + (asked["reflection"] / (1 - asked["reflection"]) * mean)[place]
    total = np.bincount(place, y, len(areas))[place]
    lived |= {"y": y, "peers": (total - y) / np.maximum(n[place] - 1, 1)}
