"""Households with incomes, of which a publisher tells two shares only: how much do these hide?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import ParameterError
from seglib.measures.ordinal.variation import variation_of
from seglib.synth.privacy import to_step, whole_percents
from seglib.synth.world import World, check_whole, check_within, generator

Values = NDArray[Any]

ARROWS = (
    ("area", "income"),
    ("household", "income"),
    ("income", "bracket"),
    ("bracket", "published share"),
)


def income(
    *,
    seed: int,
    n_areas: int = 120,
    households: int = 400,
    between_share: float = 0.1,
    log_sd: float = 0.6,
    median: float = 28_000.0,
    cuts: tuple[float, ...] = (0.4, 0.8),
    secret_below: int = 100,
) -> World:
    """Areas of rich and poor households, as they are and as published.

    Parameters
    ----------
    seed : int
        From 0.
    n_areas : int
        From 2 to 20,000.
    households : int
        Mean number of households in an area, from 2 to 100,000; areas differ as Gamma(2).
    between_share : float
        Share of the variance of log income that lies between areas, from 0 to 1.
    log_sd : float
        Standard deviation of log income, from 0.01 to 3.
    median : float
        Median income in euros, above 0.
    cuts : tuple of float
        Rising percentiles of all households at which brackets end, each between 0 and 1.
    secret_below : int
        Households below which an area's shares are not published, from 0 to 10,000.

    Returns
    -------
    World
        ``persons``, a row for each household: area, income (euros), bracket; so
        ``world.table("bracket")`` holds exact households by bracket, and ``privacy`` of it what
        a reader knows. ``areas``: area, households and mean_income as they are; households_printed
        (multiples of 5), low_income_pct and high_income_pct (the lowest and highest bracket in
        whole per cents, NaN where secret) as published. ``truth``, of these very households:
        ``between_share``, and the rank-order indices ``rank_order_H``, ``_R`` and ``_S`` over
        all incomes.

    Raises
    ------
    ParameterError
        A parameter is outside its range, or cuts do not rise.

    Notes
    -----
    ``ln income = ln median + u[area] + e[household]``, u and e normal with variances
    ``between_share log_sd**2`` and ``(1 - between_share) log_sd**2``.

    References
    ----------
    Reardon (2011), Measures of income segregation, Stanford CEPA working paper.

    Examples
    --------
    >>> world = income(seed=1, n_areas=30, between_share=0.3)
    >>> world.table("bracket").groups
    ('to 40 %', '40 to 80 %', 'from 80 %')
    """
    check_whole(2, 20_000, n_areas=n_areas)
    check_within(2, 100_000, households=households)
    check_within(0, 1, between_share=between_share)
    check_within(0.01, 3, log_sd=log_sd)
    check_within(1, 1e9, median=median)
    edges = np.array([0.0, *cuts, 1.0])
    if not cuts or not (np.diff(edges) > 0).all():
        raise ParameterError(
            f"cuts needs rising percentiles between 0 and 1, not {cuts!r}. Write (0.4, 0.8), say."
        )
    random = generator(seed)
    sizes = np.rint(random.gamma(2.0, households / 2.0, n_areas)).astype(np.int64).clip(1)
    home = np.repeat(np.arange(n_areas), sizes)
    logs = random.normal(0.0, np.sqrt(between_share) * log_sd, n_areas)[home]
    logs = logs + random.normal(0.0, np.sqrt(1.0 - between_share) * log_sd, len(home))
    order = np.argsort(logs, kind="stable")
    bracket = np.empty(len(home), dtype=np.int64)
    bracket[order] = np.searchsorted(edges[1:-1] * len(home), np.arange(len(home)), side="right")
    codes, names = np.char.mod("A%05d", np.arange(n_areas) + 1), _names(edges)
    told = pd.Categorical.from_codes(bracket, names)
    people = pd.DataFrame({"area": codes[home], "income": median * np.exp(logs), "bracket": told})
    means = np.bincount(home, people["income"]) / sizes
    counts = np.bincount(home * len(names) + bracket, minlength=n_areas * len(names))
    printed = _published(counts.reshape(n_areas, -1), secret_below)
    areas = pd.DataFrame({"area": codes, "households": sizes, "mean_income": means, **printed})
    truth = {"between_share": _between(logs, home)}
    truth |= {f"rank_order_{index}": rank_order_of(home[order], index) for index in "HRS"}
    asked = {"n_areas": n_areas, "households": households, "between_share": between_share}
    asked |= {"log_sd": log_sd, "median": median, "secret_below": secret_below}
    asked |= {f"cut {number + 1}": cut for number, cut in enumerate(cuts)}
    return World("income", areas, people, truth, asked, ARROWS, seed)


def rank_order_of(homes: Values, index: str = "H") -> float:
    """Rank-order segregation of households whose incomes are all known.

    Parameters
    ----------
    homes : ndarray
        The area of each household, whole numbers from 0, the poorest household first.
    index : {"H", "R", "S"}
        Information theory, variance ratio or Hutchens's square root.

    Returns
    -------
    float
        The index in [0, 1], no unit; what ``rank_order_bounds`` bounds from brackets.

    Raises
    ------
    ParameterError
        There is no such index.

    Notes
    -----
    From one household to the next only its own area's share x below the percentile changes, in
    a straight line; so the integral of each area's variation is exact, piece by piece.

    References
    ----------
    Reardon (2011), Measures of income segregation, Stanford CEPA working paper.

    Examples
    --------
    >>> rank_order_of(np.array([0, 0, 1, 1])) > rank_order_of(np.array([0, 1, 0, 1]))
    True
    """
    behind = variation_of(index)
    sizes = np.bincount(homes)
    by_area = np.argsort(homes, kind="stable")
    turn = np.empty(len(homes), dtype=np.int64)
    turn[by_area] = np.arange(len(homes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    own = sizes[homes]
    before, share = behind.of(turn / own), own / len(homes)
    change = share * (behind.of((turn + 1) / own) - before)
    others = np.cumsum(change) - change - share * before
    weights = sizes / len(homes)
    within = others.mean() + behind.whole * float(weights @ weights)
    return max(0.0, 1.0 - float(within) / behind.whole)


def _names(edges: Values) -> list[str]:
    """What the brackets are called."""
    cuts = [f"{100 * cut:g}" for cut in edges[1:-1]]
    between = [f"{low} to {high} %" for low, high in pairwise(cuts)]
    return [f"to {cuts[0]} %", *between, f"from {cuts[-1]} %"]


def _published(counts: Values, secret_below: int) -> dict[str, Values]:
    """Households to 5 and whole per cents of the lowest and highest bracket."""
    people = counts.sum(axis=1, keepdims=True)
    about = to_step(people)
    shares = np.where(about < secret_below, np.nan, whole_percents(counts, people))
    names = ("low_income_pct", "high_income_pct")
    return {"households_printed": about[:, 0], names[0]: shares[:, 0], names[1]: shares[:, -1]}


def _between(logs: Values, home: Values) -> float:
    """Share of the variance that lies between the means of areas."""
    sizes = np.bincount(home)
    means = np.bincount(home, logs) / sizes
    return float(sizes @ (means - logs.mean()) ** 2 / ((logs - logs.mean()) ** 2).sum())
