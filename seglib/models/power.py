"""What areas can and cannot find: power, equivalence, survey error, and persons behind areas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from seglib.errors import ParameterError
from seglib.models.areas import (
    TINY,
    Design,
    Question,
    Values,
    by_number,
    check_columns,
    extra,
    least_squares,
)
from seglib.result import Estimate, Estimates


def minimum_detectable(estimate: Estimate, *, power: float = 0.8) -> Estimate:
    """The smallest true value that a study of this precision would probably notice.

    Parameters
    ----------
    estimate : Estimate
        A slope with its interval; only its standard error and degrees of freedom count.
    power : float
        The probability that the interval excludes 0 on the right side, from 0.5 and below 1.

    Returns
    -------
    Estimate
        Above 0, in the unit of the slope.

    Raises
    ------
    ParameterError
        The estimate has no interval, or the power is out of range.

    Notes
    -----
    By the noncentral t distribution; the degrees of freedom follow from the width of the interval
    in standard errors.

    References
    ----------
    Bloom (1995), Evaluation Review 19(5), 547-556.

    Examples
    --------
    >>> slope = Estimate("slope", 0.1, low=0.1 - 1.959964, high=0.1 + 1.959964, standard_error=1.0)
    >>> round(minimum_detectable(slope).value, 4)
    2.8016
    """
    error, df = _precision(estimate)
    if not 0.5 <= power < 1:
        raise ParameterError(f"power lies from 0.5 and below 1, not at {power!r}. Take 0.8.")
    t = extra("scipy.special")
    edge = float(t.stdtrit(df, (1 + estimate.level) / 2))
    value = error * float(t.nctdtrinc(df, 1 - power, edge))
    method = f"minimum detectable at power {power:g}, level {estimate.level:g}"
    blank = Estimate(f"{estimate.symbol}_mde", value, estimate.groups, estimate.n_units)
    return replace(blank, method=method, reason="It follows from the standard error.")


class Equivalence(NamedTuple):
    """Whether a value is surely too small to matter: its interval lies within the margins.

    ``estimate`` has the interval of the test and as p-value the larger of both sides.
    """

    estimate: Estimate
    margins: tuple[float, float]
    equivalent: bool


def equivalence(
    estimate: Estimate, margin: float | tuple[float, float], *, alpha: float = 0.05
) -> Equivalence:
    """Test whether a value lies within margins that were chosen before: two one-sided tests.

    Parameters
    ----------
    estimate : Estimate
        A slope with its interval.
    margin : float or (float, float)
        The largest value too small to matter, on both sides, or a lower and an upper one.
    alpha : float
        Level of each test, between 0 and 0.5.

    Returns
    -------
    Equivalence
        With an interval of level ``1 - 2 alpha``.

    Raises
    ------
    ParameterError
        The margins do not hold a range, alpha is out of range, or there is no interval.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680.
    """
    low, high = margin if isinstance(margin, tuple) else (-margin, margin)
    if not low < high or not 0 < alpha < 0.5:
        told = f"not {low:g} to {high:g} and {alpha:g}"
        raise ParameterError(f"Give margins that ascend and alpha below 0.5, {told}.")
    error, df = _precision(estimate)
    beyond = max(low - estimate.value, estimate.value - high) / error
    t = extra("scipy.special")
    p_value, half = float(t.stdtr(df, beyond)), float(t.stdtrit(df, 1 - alpha)) * error
    ends = {"low": estimate.value - half, "high": estimate.value + half}
    tested = replace(estimate, **ends, level=1 - 2 * alpha, p_value=p_value)
    return Equivalence(tested, (low, high), p_value < alpha)


def _precision(estimate: Estimate) -> tuple[float, float]:
    """Standard error, and the degrees of freedom at which the interval has its width."""
    if estimate.standard_error is None or estimate.low is None or estimate.high is None:
        why = f"This {estimate.symbol} has no interval ({estimate.reason or 'none was asked'})."
        raise ParameterError(f"{why} Take one with an interval.")
    error, part = max(estimate.standard_error, TINY), (1 + estimate.level) / 2
    width = (estimate.high - estimate.low) / 2 / error
    return error, float(extra("scipy.special").stdtridf(part, width))


def survey_error(
    question: Question,
    *,
    n: int | str,
    of: str = "outcome",
    person_sd: float | None = None,
    design_effect: float = 1.0,
) -> Estimates:
    """What a slope would be without survey error, if so many persons answered in each area.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls.
    n : int or str
        Persons who answered in each area, assumed; or a column of them.
    of : {"outcome", "predictor"}
        Which of the two comes from the survey.
    person_sd : float, optional
        Standard deviation between persons of a score; by default the column holds percentages.
    design_effect : float
        By how much the variance exceeds that of simple random sampling.

    Returns
    -------
    Estimates
        ``slope``, ``slope_sd`` and ``reliability``: the part of the variance between areas that
        is no survey error. All rest on the assumption, and say so. Where the error would explain
        all variance there is a reason and no value.

    Raises
    ------
    ParameterError
        n or the design effect is not above 0, or a percentage lies outside 0 to 100.

    Notes
    -----
    Error in the outcome leaves the raw slope and its interval as they are, and weakens the
    standardised one by the root of the reliability. Error in the predictor weakens both; the
    slope ``Sxy / (Sxx - error)``, all given the controls, has a standard error from its scores
    ``x (y - b x) / (1 - h) + error b``, which is HC3 where there is no error.

    References
    ----------
    Fuller (1987), Measurement Error Models, section 2.2.
    """
    design, noisy = question.design(), {"outcome": 0, "predictor": 1}[of]
    check_columns(question.frame, [n] if isinstance(n, str) else [])
    asked = question.frame[n].to_numpy()[design.kept] if isinstance(n, str) else np.array([n])
    printed = (design.y, design.x[:, 1])[noisy]
    variance = printed * (100 - printed) if person_sd is None else 0 * printed + person_sd**2
    if not min(asked.min(), design_effect) > 0 or variance.min() < 0:
        told = f"not n = {asked.min():g}, {design_effect:g} and {design.names[noisy]!r} up to"
        needs = "Survey error needs n and a design effect above 0 and percentages (or person_sd)"
        raise ParameterError(f"{needs}, {told} {printed.max():g}.")
    noise = design_effect * variance / asked
    method = f"survey error in the {of}, assuming n = {n}, design effect {design_effect:g}"
    facts: dict[str, Any] = {"estimand": "assumption", "method": method, "n_units": len(noise)}
    spread = design.spread()
    reliability = 1 - float((design.weights * noise).mean() / spread[noisy] ** 2)
    slope, error, df = _corrected(design, noise * noisy)
    why = "It follows from the assumption."
    found = [question.untold("reliability", reliability, why, **facts)]
    spread[noisy] *= np.sqrt(max(reliability, 0.0))
    for symbol, scale in (("slope", 1.0), ("slope_sd", float(spread[1] / (spread[0] or np.nan)))):
        if reliability > 0 and np.isfinite(slope):
            found.append(question.told(symbol, slope * scale, error * scale, df, **facts))
        else:
            why = f"Survey error at n = {n} would explain all variance between areas."
            found.append(question.untold(symbol, np.nan, why, **facts))
    return by_number(found)


def _corrected(design: Design, noise: Values) -> tuple[float, float, int]:
    """The first slope freed of error in its predictor, its standard error and its freedom."""
    fit = least_squares(design)
    along = (design.x * np.sqrt(design.weights)[:, None]) @ fit.inverse[:, 1] / fit.inverse[1, 1]
    y = fit.residuals + along * fit.coefficients[1]
    error = noise * design.weights * (fit.df + 1) / len(y)
    left = float(along @ along - error.sum())
    left = left if left > 0 else np.nan
    slope = float(along @ y) / left
    scores = along * (y - along * slope) / (1 - fit.leverage) + error * slope
    return slope, float(np.sqrt(scores @ scores)) / left, fit.df


def individual_bounds(
    question: Question, *, outcome_range: tuple[float, float] | None = None
) -> Estimates:
    """Between which ends the relation among persons lies, whatever hides behind the areas.

    Parameters
    ----------
    question : Question
        The outcome is the percentage of an area's persons with a feature, or their mean score; the
        predictor the percentage in a group; the weights are persons. Without controls.
    outcome_range : (float, float), optional
        Ends of the score of one person; by default the outcome is a percentage.

    Returns
    -------
    Estimates
        The outcome ``among`` the group and among the ``others``, their ``difference`` and, of a
        percentage, the correlation ``phi``. ``low`` and ``high`` are certain bounds (level 1);
        ``value`` is what it would be if both had the same outcome in each area.

    Raises
    ------
    ParameterError
        A share or outcome lies outside its range, or everyone or nobody is in the group.

    Notes
    -----
    In an area with shares x and y between ``max(0, x + y - 1)`` and ``min(x, y)`` have both. The
    slope over areas, with persons as weights, may lie outside these bounds.

    References
    ----------
    Robinson (1950), American Sociological Review 15(3), 351-357.
    Duncan and Davis (1953), American Sociological Review 18(6), 665-666.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"home": [75, 25.0, 25], "group": [0, 100.0, 100]})
    >>> frame["persons"] = [20, 10, 10]
    >>> asked = Question(frame, "home", "group", weights="persons")
    >>> found = individual_bounds(asked)["difference"]
    >>> found.low, found.high
    (-50.0, -50.0)
    """
    design = question.design()
    bottom, top = outcome_range or (0.0, 100.0)
    x, y = design.x[:, 1] / 100, (design.y - bottom) / (top - bottom)
    mean_x, mean_y = (float((design.weights * one).mean()) for one in (x, y))
    inside = min(*x, *y) >= 0 and max(*x, *y) <= 1 and 0 < mean_x < 1
    if question.controls or not inside:
        told = f"{question.predictor!r} in percent, not all 0 or 100, {question.outcome!r}"
        raise ParameterError(f"Bounds need {told} from {bottom:g} to {top:g}, and no controls.")
    both = np.array([np.maximum(0, x + y - 1), x * y, np.minimum(x, y)])
    joint = (design.weights * both).mean(axis=1)
    among, others, size = joint / mean_x, (mean_y - joint) / (1 - mean_x), top - bottom
    numbers = {"among": bottom + size * among, "others": bottom + size * others[::-1]}
    numbers["difference"] = size * (among - others)
    if outcome_range is None:
        spread = np.sqrt(mean_x * (1 - mean_x) / (mean_y * (1 - mean_y)))
        numbers["phi"] = (among - others) * spread
    facts: dict[str, Any] = {"estimand": "persons", "method": "bounds of Duncan and Davis"}
    facts |= {"n_units": len(y), "level": 1.0}
    found: list[Estimate] = []
    for name, three in numbers.items():
        low, value, high = map(float, three)
        found.append(question.untold(name, value, "", low=low, high=high, **facts))
    return by_number(found)
