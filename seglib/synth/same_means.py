"""Three worlds with one slope among areas: who feels less at home, everyone, some, or newcomers?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import ParameterError
from seglib.synth.world import World, check_whole, check_within, generator, shares_of

Values = NDArray[np.float64]

ARROWS = {
    "contextual": (("diversity", "feeling at home"),),
    "compositional": (("group", "diversity"), ("group", "feeling at home")),
    "newcomers": (
        ("diversity", "feeling at home"),
        ("diversity", "years lived"),
        ("years lived", "feeling at home"),
    ),
}
LOWEST, HIGHEST = 1.0, 10.0
NEWCOMER_BELOW = 5.0
YEARS_SCALE, YEARS_SHORTENED = 5.0, 0.4  # mean of 10 years, 4 % less for each 0.1 of diversity
TRIAL_AREAS, EVERY, ROUNDS = 400_000, 80, 8


def same_means(
    *,
    seed: int,
    kind: str = "contextual",
    slope: float = -1.2,
    n_areas: int = 300,
    n_respondents: int = 80,
    margins: Mapping[str, float] | None = None,
    concentration: float = 4.5,
    mean: float = 7.6,
    area_sd: float = 0.25,
    person_sd: float = 1.4,
) -> World:
    """A survey of feeling at home in which areas alone cannot tell why diversity matters.

    Parameters
    ----------
    seed : int
        From 0.
    kind : {"contextual", "compositional", "newcomers"}
        Diversity counts for everyone; for nobody, but groups differ; for newcomers only.
    slope : float
        Slope of the areas' mean on diversity, from -3 to 3 points of the scale.
    n_areas, n_respondents : int
        Areas, and respondents in each; from 3 and from 2.
    margins : mapping of str to float, optional
        Mean share of each group; by default a majority of 2 to a minority of 1. All groups after
        the first feel alike.
    concentration : float
        How alike areas are, from 0.1 to 1000: shares are Dirichlet(concentration x margins).
    mean : float
        Score where nothing counts, from 1 to 10.
    area_sd, person_sd : float
        Spread of areas around their line in the contextual kind, and of persons; from 0 to 5,
        the latter from 0.1.

    Returns
    -------
    World
        ``areas``: area, persons, outgroup_share, diversity, feeling_at_home (the respondents'
        mean). ``persons``: area, group, diversity, years_lived, newcomer, feeling_at_home.
        ``truth``, in the whole population: ``area_slope``; ``slope_given_group``, that of
        persons on diversity given majority or not, and the same among ``_newcomers`` and
        ``_stayers``; ``gap_given_diversity``, all others less the majority; and ``effect``, the
        constant b below.

    Raises
    ------
    ParameterError
        A parameter is outside its range, or areas spread more by who lives there than
        ``area_sd``.

    Notes
    -----
    With E the diversity ``1 - sum of squared shares`` of an area and y cut off at 1 and 10:

    contextual: ``y = mean + b E + area + person``;
    compositional: ``y = mean + b [not of the first group] + area + person``;
    newcomers: ``y = mean + b E [years < 5] + area + person``, years ~ Gamma(2, 5) (1 - 0.4 E).

    In each kind b is such that the slope among areas is ``slope`` with the cut-off, and the
    spread of the areas is lessened by what composition and sampling of persons add, so that R2
    is the same too.

    References
    ----------
    Robinson (1950), American Sociological Review 15(3), 351-357.

    Examples
    --------
    >>> worlds = [same_means(seed=1, kind=kind) for kind in ARROWS]
    >>> [world.truth["area_slope"] for world in worlds]
    [-1.2, -1.2, -1.2]
    >>> [round(world.truth["slope_given_group_stayers"], 1) + 0.0 for world in worlds]
    [-1.2, 0.0, 0.0]
    """
    if kind not in ARROWS:
        raise ParameterError(f"There is no kind {kind!r}. Choose one of {', '.join(ARROWS)}.")
    check_within(-3, 3, slope=slope)
    check_whole(3, 100_000, n_areas=n_areas)
    check_whole(2, 10_000, n_respondents=n_respondents)
    check_within(0.1, 1000, concentration=concentration)
    check_within(LOWEST, HIGHEST, mean=mean)
    check_within(0, 5, area_sd=area_sd)
    check_within(0.1, 5, person_sd=person_sd)
    names, shares = shares_of(margins or {"majority": 2, "minority": 1})
    survey = _Survey(kind, mean, person_sd, n_respondents)
    found = _tuned(survey, slope, area_sd, tuple(concentration * shares))
    frames = survey.drawn(generator(seed), n_areas, concentration * shares, names, found)
    asked = {"slope": slope, "n_areas": n_areas, "n_respondents": n_respondents, "mean": mean}
    asked |= {"concentration": concentration, "area_sd": area_sd, "person_sd": person_sd}
    asked |= {f"margin of {name}": share for name, share in zip(names, shares, strict=True)}
    truth = {"area_slope": slope, **found.truth, "effect": found.effect}
    return World(f"same means, {kind}", *frames, truth, asked, ARROWS[kind], seed)


@dataclass(frozen=True, slots=True)
class _Tuned:
    """The constant and the spread of areas that give the wanted line, and what persons show."""

    effect: float
    area_sd: float
    truth: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Survey:
    """Who is asked, and what counts for whom."""

    kind: str
    mean: float
    person_sd: float
    n_respondents: int

    def counts(self, diversity: Any, outside: Any, newcomer: Any) -> Any:
        """What b is multiplied by."""
        if self.kind == "contextual":
            return diversity + 0.0 * outside
        return outside + 0.0 * diversity if self.kind == "compositional" else diversity * newcomer

    def drawn(
        self,
        random: np.random.Generator,
        n_areas: int,
        weights: Values,
        names: tuple[str, ...],
        found: _Tuned,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The frames of areas and persons."""
        shares = random.dirichlet(weights, n_areas)
        diversity = 1.0 - (shares**2).sum(axis=1)
        size = n_areas, self.n_respondents
        upto = shares.cumsum(axis=1)[:, None, :-1]
        groups = (random.random(size)[:, :, None] > upto).sum(axis=2)
        years = random.gamma(2.0, YEARS_SCALE, size) * (1.0 - YEARS_SHORTENED * diversity[:, None])
        newcomer = years < NEWCOMER_BELOW
        score = self.mean + found.effect * self.counts(diversity[:, None], groups > 0, newcomer)
        score = score + random.normal(0.0, found.area_sd, (n_areas, 1))
        score = (score + random.normal(0.0, self.person_sd, size)).clip(LOWEST, HIGHEST)
        codes = np.array([f"A{number + 1:04d}" for number in range(n_areas)])
        areas = {"area": codes, "persons": self.n_respondents, "outgroup_share": 1 - shares[:, 0]}
        areas |= {"diversity": diversity, "feeling_at_home": score.mean(axis=1)}
        persons = {
            "area": np.repeat(codes, self.n_respondents),
            "group": pd.Categorical.from_codes(groups.ravel(), list(names)),
            "diversity": np.repeat(diversity, self.n_respondents),
            "years_lived": years.ravel(),
            "newcomer": newcomer.ravel(),
            "feeling_at_home": score.ravel(),
        }
        return pd.DataFrame(areas), pd.DataFrame(persons)


@lru_cache(maxsize=64)
def _tuned(survey: _Survey, slope: float, area_sd: float, weights: tuple[float, ...]) -> _Tuned:
    """Find b in a large population, by steps that cut the miss to a few per cent each."""
    shares = np.random.default_rng(0).dirichlet(weights, TRIAL_AREAS)
    # evenly by the first share: as right as all of them, at a fraction of the time
    shares = shares[np.argsort(shares[:, 0])][EVERY // 2 :: EVERY]
    diversity = 1.0 - (shares**2).sum(axis=1)
    outside = 1.0 - shares[:, 0]
    ends = NEWCOMER_BELOW / (YEARS_SCALE * (1.0 - YEARS_SHORTENED * diversity))
    new = 1.0 - np.exp(-ends) * (1.0 + ends)
    # four kinds of persons by area: of the first group or not, stayer or newcomer
    parts = np.stack(
        [[(1 - outside) * (1 - new), (1 - outside) * new], [outside * (1 - new), outside * new]]
    )
    is_outside, is_new = np.array([0.0, 1.0])[:, None, None], np.array([0.0, 1.0])[:, None]
    counts = survey.counts(diversity, is_outside, is_new)
    counts = np.broadcast_to(counts, parts.shape)
    unit = _slope(diversity, (parts * counts).sum(axis=(0, 1)))
    effect, spread, added, means = slope / unit, area_sd, 0.0, parts
    for _ in range(ROUNDS):
        means = _cut_off(survey.mean + effect * counts, math.hypot(spread, survey.person_sd))
        by_area = (parts * means).sum(axis=(0, 1))
        miss = slope - _slope(diversity, by_area)
        effect += miss / unit
        within = ((parts * means**2).sum(axis=(0, 1)) - by_area**2).mean()
        added = by_area.var() - slope**2 * diversity.var() + within / survey.n_respondents
        spread = math.sqrt(max(0.0, area_sd**2 - added))
    if added > area_sd**2 + 1e-3:
        raise ParameterError(
            f"Areas of the {survey.kind} kind spread {math.sqrt(added):.3g} around their line by "
            f"who lives there, above area_sd={area_sd:g}. Take a larger one, or a flatter slope."
        )
    truth = {
        "slope_given_group" + name: _given_group(diversity, parts[:, which], means[:, which])[0]
        for name, which in (("", [0, 1]), ("_stayers", [0]), ("_newcomers", [1]))
    }
    truth["gap_given_diversity"] = _given_group(diversity, parts, means)[1]
    return _Tuned(effect, spread, truth)


def _slope(predictor: Values, outcome: Values) -> float:
    """Slope of the least-squares line, each area counting once."""
    away = predictor - predictor.mean()
    return float(away @ outcome / (away @ away))


def _given_group(diversity: Values, parts: Values, means: Values) -> tuple[float, float]:
    """Slope on diversity and gap between groups, when persons' scores are fitted on both."""
    people = parts.sum(axis=(1, 2), keepdims=True)
    x = (parts * diversity).sum(axis=(1, 2), keepdims=True) / people
    y = (parts * means).sum(axis=(1, 2), keepdims=True) / people
    slope = (parts * (diversity - x) * means).sum() / (parts * (diversity - x) ** 2).sum()
    gaps = (y - slope * x).ravel()
    return float(slope), float(gaps[1] - gaps[0])


def _cut_off(centres: Values, sd: float) -> Values:
    """Mean of a normal score that is cut off at the ends of the scale, by a fine table."""
    grid = np.linspace(centres.min() - 1e-3, centres.max() + 1e-3, 2001)
    low, high = (LOWEST - grid) / sd, (HIGHEST - grid) / sd
    below, upto = (
        0.5 + 0.5 * np.array([math.erf(z / math.sqrt(2)) for z in e]) for e in (low, high)
    )
    heights = (np.exp(-0.5 * low**2) - np.exp(-0.5 * high**2)) / math.sqrt(2 * math.pi)
    exact = LOWEST * below + HIGHEST * (1 - upto) + grid * (upto - below) + sd * heights
    return np.interp(centres, grid, exact)
