"""More designs: weights for past exposures, a border, a programme over years, a mediator."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import numpy as np
import pandas as pd

from seglib.errors import UndefinedMeasureError
from seglib.models.designs import instrumented, slope
from seglib.models.solving import (
    Codes,
    Solution,
    Values,
    codes,
    column,
    least,
    logit,
    solve,
    table,
    told,
)
from seglib.result import Estimate


def weighted_exposures(
    frame: pd.DataFrame,
    outcome: str,
    *,
    first: str,
    second: str,
    before: Sequence[str],
    between: Sequence[str],
) -> Estimate:
    """Outcome after two exposures less that after none, in a marginal structural model.

    Persons weigh more the less likely their exposures were, given what was known before each, so
    that what stands before the second exposure need not be held equal.

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome : str
        Column of numbers.
    first, second : str
        Columns of 0 and 1.
    before, between : sequence of str
        Columns known before the first exposure, and between the two.

    Returns
    -------
    Estimate
        Slope on the mean of both exposures; the error knows that the weights are estimated.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    ConvergenceError
        What was known tells an exposure for certain.

    References
    ----------
    Robins, Hernán and Brumback (2000), Epidemiology 11(5), 550-560; Lunceford and Davidian
    (2004), Statistics in Medicine 23(19), 2937-2960, for the error.
    """
    y, one, two = (column(frame, name) for name in (outcome, first, second))
    known = (table(frame, before), table(frame, [*before, first, *between]))
    usually = (table(frame, []), table(frame, [first]))
    weights, scores = np.ones(len(y)), list[Values]()
    for took, told_by, plain in zip((one, two), known, usually, strict=True):
        likely, usual = logit(took, told_by), logit(took, plain)
        weights *= np.where(took > 0, usual / likely, (1 - usual) / (1 - likely))
        scores.append(told_by * (took - likely)[:, None])
    x = np.column_stack([np.ones(len(y)), (one + two) / 2])
    bread = np.linalg.inv((x * weights[:, None]).T @ x)
    coefficients = bread @ (x.T @ (weights * y))
    score = x * (weights * (y - x @ coefficients))[:, None]
    chance = np.column_stack(scores)
    influence = (score - chance @ least(chance, score)) @ bread
    found = Solution(coefficients, influence.T @ influence, len(y) - 2.0)
    return told(found, 1, (outcome, second), "marginal structural model, stabilised", len(y))


def boundary(
    frame: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    side: str,
    distance: str,
    bandwidth: float,
) -> Estimate:
    """Jump of the outcome over the jump of the predictor, from one side of a border to the other.

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome, predictor, side, distance : str
        Columns of numbers; side is 0 or 1, distance to the border is below 0 on side 0.
    bandwidth : float
        Persons further from the border than this are left out; in the unit of distance.

    Returns
    -------
    Estimate
        By a line on each side.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        There is nobody on one side within the bandwidth.

    References
    ----------
    Hahn, Todd and Van der Klaauw (2001), Econometrica 69(1), 201-209.
    """
    near = frame.loc[np.abs(column(frame, distance)) <= bandwidth]
    lines = (distance, f"{side}:{distance}")
    return instrumented(near, outcome, [predictor], [side], controls=lines)


def differences(
    frame: pd.DataFrame,
    outcome: str,
    *,
    after: tuple[int, int],
    before: tuple[int, int] | None = None,
    treated: str = "treated",
    without: str = "",
    alone: bool = False,
) -> Estimate:
    """Change of the areas with a programme less that of the others.

    Parameters
    ----------
    frame : DataFrame
        A row for each ``area`` and year; ``since`` counts years from the year of choice.
    outcome : str
        Column of numbers.
    after, before : tuple of (int, int)
        First and last year of both periods; without ``before``, levels are compared.
    treated : str
        Column of truths.
    without : str
        Column of truths: areas to leave out.
    alone : bool
        Whether to look at the treated areas alone.

    Returns
    -------
    Estimate
        From one number for each area, so that years need not be independent.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        No area has the programme, or all have, or there are too few.

    References
    ----------
    Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119(1), 249-275.
    """
    area, since, y = codes(frame, "area"), column(frame, "since"), column(frame, outcome)
    change = _mean_of(y, area, since, after)
    if before is not None:
        change = change - _mean_of(y, area, since, before)
    first = np.unique(area, return_index=True)[1]
    has = column(frame, treated)[first]
    kept = column(frame, without)[first] == 0 if without else np.ones(len(has), dtype=bool)
    kept &= (has == 1) | (not alone)
    x = np.column_stack([has, np.ones(len(has))])[kept]
    found = solve(change[kept], x[:, :1] if alone else x, classical=True)
    return told(found, 0, (outcome, treated), "differences by area", int(kept.sum()))


def through(
    frame: pd.DataFrame,
    outcome: str,
    predictor: str,
    mediator: str,
    *,
    controls: Sequence[str] = (),
) -> Estimate:
    """Part of a slope that runs through a mediator: the product of two slopes.

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome, predictor, mediator : str
        Columns of numbers.
    controls : sequence of str
        Columns of numbers, held equal in both slopes.

    Returns
    -------
    Estimate
        Interval by the delta method.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        A slope has no value.

    References
    ----------
    Sobel (1982), Sociological Methodology 13, 290-312.
    """
    to = slope(frame, mediator, predictor, controls=controls)
    on = slope(frame, outcome, mediator, controls=(predictor, *controls))
    error = hypot(to.value * (on.standard_error or 0.0), on.value * (to.standard_error or 0.0))
    df = len(frame) - len(controls) - 3.0
    found = Solution(np.array([to.value * on.value]), np.array([[error**2]]), df)
    return told(found, 0, (outcome, predictor), f"product of slopes by {mediator}", len(frame))


def _mean_of(y: Values, area: Codes, since: Values, years: tuple[int, int]) -> Values:
    """Mean outcome of each area over a period."""
    inside = (since >= years[0]) & (since <= years[1])
    counted = np.bincount(area[inside], minlength=area.max() + 1)
    if not counted.all():
        raise UndefinedMeasureError(
            f"An area has no year from {years[0]} to {years[1]}. Choose years that all have."
        )
    return np.bincount(area[inside], y[inside], area.max() + 1) / counted
