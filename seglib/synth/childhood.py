"""Years of childhood in a better area: GEN-3, families that move and a lottery beside them."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from seglib.synth.choice import take_up
from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator

ADULT, TEEN = 18.0, 13.0


def childhood(*, seed: int, **given: float) -> World:
    """Two siblings in each family, who move at different ages: what a year is worth.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``per_year``, effect of a year in an area that is 1 sd better; ``disruption``, loss from a
        move after 13; ``gamma``, effect of what a family is, and of what a child is; ``sorting``,
        correlation of the family and how much better its new area is; ``early``, by how much more
        that is so where children are young; ``favoured``, weight of the youngest child in the
        choice of an area; ``lottery``, share of families that take part in it instead of moving by
        themselves; ``compliance`` of winners, and ``pull``, weight of the family in that;
        ``n_families``. Defaults and ranges are in ``worlds.toml``.

    Returns
    -------
    World
        ``persons``, a row for each child, has family, age (at the move or draw, in years),
        change (of the area, in sd), exposure (change times the years up to 18), late (moved
        after 13), y, entered, young (13 at most), won and used. Truth: per_year; itt and late of
        a voucher by age, ``itt_young``, ``late_young``, ``itt_older``, ``late_older``.

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    m ~ U(0, 18); change = sorting (1 + early (9 - mean m) / 9) family + favoured child(youngest)
    + e; y = per_year (18 - m) change - disruption 1[m > 13] + gamma (family + child) + N(0, 1).
    A winner who moves has a change of 1, who does not has neither change nor disruption.

    References
    ----------
    Chetty and Hendren (2018), Quarterly Journal of Economics 133(3), 1107-1162; Chetty, Hendren
    and Katz (2016), American Economic Review 106(4), 855-902, for the lottery by age.
    """
    asked = settled("childhood", given)
    rng = generator(seed)
    n_families = int(asked["n_families"])
    family = rng.standard_normal(n_families)
    child = rng.standard_normal((n_families, 2))
    age = rng.uniform(0.0, ADULT, (n_families, 2))
    entered = rng.random(n_families) < asked["lottery"]
    won = entered & (rng.random(n_families) < 0.5)
    used = won & take_up(family, asked["compliance"], asked["pull"], rng)
    change = np.where(entered, used, _change(asked, family, child, age, rng))[:, None]
    late = (age > TEEN) & (used | ~entered)[:, None]
    exposure = (ADULT - age) * change
    y = asked["per_year"] * exposure - asked["disruption"] * late
    y += asked["gamma"] * (family[:, None] + child) + rng.standard_normal((n_families, 2))
    shared = {"family": np.arange(n_families), "change": change[:, 0]}
    shared |= {"entered": entered, "won": won, "used": used}
    own = {"age": age, "exposure": exposure, "late": late, "young": age <= TEEN, "y": y}
    columns: dict[str, Any] = {name: np.repeat(values, 2) for name, values in shared.items()}
    columns |= {name: values.ravel() for name, values in own.items()}
    columns["area"] = 0
    place = pd.DataFrame({"area": [0]})
    return World(
        "childhood", place, pd.DataFrame(columns), _truth(asked), asked, arrows("childhood"), seed
    )


def _change(asked: dict[str, float], family: Any, child: Any, age: Any, rng: Any) -> Any:
    """How much better the new area of each family is."""
    early = 1 + asked["early"] * (1 - age.mean(axis=1) / (ADULT / 2))
    youngest = child[np.arange(len(child)), age.argmin(axis=1)]
    noise = sqrt(1 - asked["sorting"] ** 2) * rng.standard_normal(len(family))
    return asked["sorting"] * early * family + asked["favoured"] * youngest + noise


def _truth(asked: dict[str, float]) -> dict[str, float]:
    """What a voucher does to the mean child up to 13, and to the mean child after it."""
    young = asked["per_year"] * (ADULT - TEEN / 2)
    older = asked["per_year"] * (ADULT - TEEN) / 2 - asked["disruption"]
    share = asked["compliance"]
    return {
        "per_year": asked["per_year"],
        "itt_young": share * young,
        "late_young": young,
        "itt_older": share * older,
        "late_older": older,
    }
