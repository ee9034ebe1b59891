"""Who chooses which area: a logit choice among all of them."""

from __future__ import annotations

from math import exp, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.registry import kernel

Numbers = NDArray[np.float64]


@kernel
def _choose(areas: Any, pulls: Any, draws: Any, out: Any) -> None:
    """The area of each person; areas[area, trait], pulls[person, trait], draws in [0, 1)."""
    weights = np.empty(areas.shape[0])
    for person in range(pulls.shape[0]):
        total = 0.0
        for area in range(areas.shape[0]):
            utility = 0.0
            for trait in range(areas.shape[1]):
                utility += pulls[person, trait] * areas[area, trait]
            weights[area] = exp(utility)
            total += weights[area]
        left = draws[person] * total
        area = 0
        while area < areas.shape[0] - 1 and left >= weights[area]:
            left -= weights[area]
            area += 1
        out[person] = area


def choose_areas(areas: Numbers, pulls: Numbers, rng: np.random.Generator) -> NDArray[np.int64]:
    """The area of each person, who weighs the traits of areas and has a taste for each.

    The utility of an area is the sum over traits of pull times trait, plus a standard Gumbel
    draw of its own, so that it is chosen with probability exp(utility) over the sum of these.

    Parameters
    ----------
    areas : ndarray of float64, shape (n_areas,) or (n_areas, n_traits)
        Traits of areas.
    pulls : ndarray of float64, shape (n_persons,) or (n_persons, n_traits)
        What each person gives for a unit of each trait.
    rng : numpy.random.Generator
        Gives one number to each person.

    Returns
    -------
    ndarray of int64, shape (n_persons,)
        Row of the area in ``areas``.

    References
    ----------
    McFadden (1974), in Zarembka (ed.), Frontiers in Econometrics, 105-142.
    """
    return chosen(areas, pulls, rng.random(len(pulls)))


def chosen(areas: Numbers, pulls: Numbers, draws: Numbers) -> NDArray[np.int64]:
    """As ``choose_areas``, with the number that each person drew."""
    out = np.empty(len(pulls), dtype=np.int64)
    traits = np.ascontiguousarray(areas.reshape(len(areas), -1), dtype=np.float64)
    weighed = np.ascontiguousarray(pulls.reshape(len(pulls), -1), dtype=np.float64)
    _choose(traits, weighed, draws, out)
    return out


def standardised(values: Numbers) -> Numbers:
    """With mean 0 and standard deviation 1."""
    return (values - values.mean()) / values.std()


def take_up(
    trait: Numbers, share: float, pull: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Whether each person uses an offer: a probit in a standard normal trait, true for share."""
    if share == 1:
        return np.ones(len(trait), dtype=np.bool_)
    shift = NormalDist().inv_cdf(share) * sqrt(1 + pull**2)
    return pull * trait + rng.standard_normal(len(trait)) + shift > 0
