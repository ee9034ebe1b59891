"""A poor area makes poor, and who is poor lives in a poor area: where to hold equal is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.synth.choice import Numbers
from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator

AREAS_OF_A_KIND = 50


def feedback(*, seed: int, **given: float) -> World:
    """Persons in a poor area or not, twice, whose resources follow from the first.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``beta``, outcome after two waves in a poor area less that after none; ``mediated``, loss
        through the resources that the first wave takes; ``resources``, effect of these;
        ``sorting``, weight of resources in where people live, and ``staying``, that of the first
        area in the second, in log odds; ``n_persons``. Defaults and ranges are in ``worlds.toml``.

    Returns
    -------
    World
        ``persons`` has first and second (1 in a poor area), z (their mean), resources,
        resources_later, y and area (at
        the end; odd numbers are poor). Truth: effect (beta).

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    r ~ N(0, 1); logit P(first) = -sorting r; later r' = 0.7 r - mediated / resources first +
    0.5 N(0, 1); logit P(second) = -sorting r' + staying (first - 0.5); y = (beta / 2 + mediated)
    first + beta / 2 second + resources r' + N(0, 1): each wave is worth half of beta in all.

    References
    ----------
    Robins, Hernán and Brumback (2000), Epidemiology 11(5), 550-560; Wodtke, Harding and Elwert
    (2011), American Sociological Review 76(5), 713-736.
    """
    asked = settled("feedback", given)
    rng = generator(seed)
    before, change, other = rng.standard_normal((3, int(asked["n_persons"])))
    draws = rng.random((2, len(before)))
    first = (draws[0] < _chance(-asked["sorting"] * before)).astype(np.float64)
    later = 0.7 * before - asked["mediated"] / asked["resources"] * first + 0.5 * change
    odds = asked["staying"] * (first - 0.5) - asked["sorting"] * later
    second = (draws[1] < _chance(odds)).astype(np.float64)
    half = asked["beta"] / 2
    y = (half + asked["mediated"]) * first + half * second + asked["resources"] * later + other
    columns = {"first": first, "second": second, "z": (first + second) / 2}
    columns |= {"resources": before, "mediator": later, "y": y}
    area = 2 * rng.integers(0, AREAS_OF_A_KIND, len(before)) + second.astype(np.int64)
    persons = pd.DataFrame(columns).assign(area=area)
    number = np.arange(2 * AREAS_OF_A_KIND)
    areas = pd.DataFrame({"area": number, "poor": number % 2})
    return World("feedback", areas, persons, {"effect": 2 * half}, asked, arrows("feedback"), seed)


def _chance(log_odds: Numbers) -> Numbers:
    """The probability that has these log odds."""
    return 1 / (1 + np.exp(-log_odds))
