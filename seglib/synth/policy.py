"""A programme in areas that did badly: GEN-5, a panel with regression to the mean built in."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator

WIDTH = 10
SPACING_M = 500.0


def policy(*, seed: int, **given: float) -> World:
    """Areas over years, of which those that do worst in one year get a programme.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``effect`` of the programme on employment, a share, in every year after the choice;
        ``spillover`` on that of areas beside a treated one; ``persistence`` of shocks from year to
        year, 0..0.99, and their ``shock_sd``; ``area_sd``, what areas differ in for good; ``trend``
        a year; ``n_treated``, ``n_areas``, ``n_before`` and ``n_after``, years on either side of
        the year of choice. Defaults and ranges are in ``worlds.toml``.

    Returns
    -------
    World
        ``areas`` has a row for each area and year: area, since (years since the choice, which
        is 0), y (employment), safety, treated, ring (beside a treated area), x_m and y_m;
        ``persons`` is None. Truth: effect, safety (0) and spillover.

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    y = 0.65 + area + trend since + shock + effect [treated, since > 0] + spillover [ring,
    since > 0]; shock = persistence times last year's + N, stationary with sd ``shock_sd``. Safety
    has half of the same shock, and no effect. Areas lie in rows of 10; those beside share a side.

    References
    ----------
    Ashenfelter (1978), Review of Economics and Statistics 60(1), 47-57, for the dip; Chabé-Ferret
    (2015), Journal of Econometrics 185(1), 110-123, for years that lie as far before as after.
    """
    asked = settled("policy", given)
    rng = generator(seed)
    n_areas = int(asked["n_areas"])
    since = np.arange(-int(asked["n_before"]), int(asked["n_after"]) + 1)
    shock = _shocks(asked, n_areas, len(since), rng)
    level = asked["area_sd"] * rng.standard_normal((2, n_areas, 1))
    y = 0.65 + level[0] + asked["trend"] * since + shock
    safety = 0.7 + level[1] + 0.5 * shock
    safety = safety + asked["shock_sd"] * rng.standard_normal(y.shape)
    worst = np.argsort(y[:, int(asked["n_before"])], kind="stable")[: int(asked["n_treated"])]
    treated = np.isin(np.arange(n_areas), worst)
    ring = _beside(treated)
    y = y + (since > 0) * (asked["effect"] * treated + asked["spillover"] * ring)[:, None]
    row, column = np.divmod(np.arange(n_areas), WIDTH)
    fixed = {"area": np.arange(n_areas), "treated": treated, "ring": ring}
    fixed |= {"x_m": column * SPACING_M, "y_m": row * SPACING_M}
    columns: dict[str, Any] = {name: np.repeat(v, len(since)) for name, v in fixed.items()}
    columns |= {"since": np.tile(since, n_areas), "y": y.ravel(), "safety": safety.ravel()}
    truth = {"effect": asked["effect"], "safety": 0.0, "spillover": asked["spillover"]}
    return World("policy", pd.DataFrame(columns), None, truth, asked, arrows("policy"), seed)


def _shocks(asked: dict[str, float], n_areas: int, n_years: int, rng: Any) -> Any:
    """Shocks by area and year that fade, stationary from the first year on."""
    keep, fresh = asked["persistence"], sqrt(1 - asked["persistence"] ** 2)
    shocks = asked["shock_sd"] * rng.standard_normal((n_areas, n_years))
    for year in range(1, n_years):
        shocks[:, year] = keep * shocks[:, year - 1] + fresh * shocks[:, year]
    return shocks


def _beside(treated: Any) -> Any:
    """Areas that share a side with a treated one and are not treated."""
    rows = -(-len(treated) // WIDTH)
    grid = np.zeros((rows + 2, WIDTH + 2), dtype=bool)
    inner = np.zeros(rows * WIDTH, dtype=bool)
    inner[: len(treated)] = treated
    grid[1:-1, 1:-1] = inner.reshape(rows, WIDTH)
    near = grid[:-2, 1:-1] | grid[2:, 1:-1] | grid[1:-1, :-2] | grid[1:-1, 2:]
    return near.ravel()[: len(treated)] & ~treated
