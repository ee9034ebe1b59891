"""How two features of areas go together: least squares with its certainty, and change within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import ParameterError, SetupError, UndefinedMeasureError
from seglib.result import Estimate, Estimates

Values = NDArray[np.float64]
Robust = Literal["HC3", "classical"]
UNIT = "unit_code"
TINY = float(np.finfo(np.float64).tiny)
DEPENDENT = 1e-9  # part of a column's length that the other columns do not tell


class Design(NamedTuple):
    """What a model is fitted on: ``x`` starts with the intercept, weights average 1.

    ``kept`` says for each row of the frame whether it is used, ``units`` which areas those are.
    """

    names: tuple[str, ...]
    y: Values
    x: Values
    weights: Values
    units: tuple[str, ...]
    kept: NDArray[np.bool_]

    def spread(self) -> Values:
        """Standard deviation of the outcome and of each predictor, weighted."""
        columns = np.column_stack([self.y, self.x[:, 1:]])
        away = columns - np.average(columns, axis=0, weights=self.weights)
        return np.sqrt(self.weights @ away**2 / (len(self.y) - 1))


class Fit(NamedTuple):
    """Coefficients, their covariance, the inverse of X'WX, and leverage and residuals of areas."""

    coefficients: Values
    covariance: Values
    inverse: Values
    residuals: Values
    leverage: Values
    df: int


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of areas: how an outcome goes with a predictor, the controls held equal.

    Controls have no slopes of their own here: what holds them equal is not thereby answered.

    Parameters
    ----------
    frame : DataFrame
        A row for each area, named by ``unit_code`` or else by its index. An area where a column
        is missing, or of weight 0, is left out.
    outcome, predictor : str
        Columns of numbers.
    controls : sequence of str
        Columns of numbers.
    weights : str, optional
        A column of weights at least 0, persons say; by default all areas count alike.
    level : float
        Level of the intervals, between 0 and 1.
    """

    frame: pd.DataFrame
    outcome: str
    predictor: str
    controls: Sequence[str] = ()
    weights: str | None = None
    level: float = 0.95

    def design(self) -> Design:
        """The columns as numbers; a column that is not there or cannot serve is an error."""
        names = (self.outcome, self.predictor, *self.controls)
        asked = [*names, self.weights] if self.weights else list(names)
        check_columns(self.frame, asked)
        columns = {name: self.frame[name].to_numpy(np.float64, na_value=np.nan) for name in asked}
        table = np.stack([columns[name] for name in names], axis=1)
        weight = columns[self.weights] if self.weights else np.ones(len(table))
        if (weight < 0).any():
            raise ParameterError(f"{self.weights!r} weighs an area {np.nanmin(weight):g}, below 0.")
        kept = np.isfinite(table).all(axis=1) & (weight > 0)
        table, weight = table[kept], weight[kept]
        if len(table) <= len(names) or np.ptp(table[:, 0]) <= DEPENDENT * abs(table[:, 0]).max():
            raise UndefinedMeasureError(
                f"A model of {self.outcome!r} needs more than {len(names)} areas with all columns "
                f"and another outcome in some; there are {len(table)}. Take fewer controls."
            )
        x = np.column_stack([np.ones(len(table)), table[:, 1:]])
        codes: Any = self.frame.get(UNIT, self.frame.index)
        units = tuple(map(str, codes[kept]))
        return Design(names, table[:, 0], x, weight / weight.mean(), units, kept)

    def told(self, symbol: str, value: float, error: float, df: float, **facts: Any) -> Estimate:
        """An estimate with its interval and p-value from t; df infinite is the normal."""
        if not (0 < self.level < 1 and np.isfinite(error)):
            raise ParameterError(
                f"{symbol} of {self.predictor!r} needs a level between 0 and 1 and an error; they "
                f"are {self.level!r} and {error:g}. Write level=0.95, or take fewer controls."
            )
        t = extra("scipy.special")
        half = float(t.stdtrit(df, (1 + self.level) / 2)) * error
        facts["low"], facts["high"], facts["standard_error"] = value - half, value + half, error
        facts["p_value"] = 2 * float(t.stdtr(df, -abs(value) / max(error, TINY)))
        return self.untold(symbol, value, "", **facts)

    def untold(self, symbol: str, value: float, reason: str, **facts: Any) -> Estimate:
        """An estimate without an interval, for a reason."""
        facts = {"estimand": "model", "level": self.level, "reason": reason} | facts
        return Estimate(symbol, value, (self.outcome, self.predictor), **facts)


def check_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse the name of a column that is not there."""
    if unknown := sorted(set(names) - set(frame)):
        known = ", ".join(map(str, frame))
        raise ParameterError(f"There is no column {unknown[0]!r}. The columns are {known}.")


def least_squares(design: Design, robust: Robust = "HC3") -> Fit:
    """Fit a design by QR; a column that the ones before it tell is an UndefinedMeasureError."""
    root = np.sqrt(design.weights)
    x, y = design.x * root[:, None], design.y * root
    length = np.sqrt((x**2).sum(axis=0)) + TINY
    q, r = np.linalg.qr(x / length)
    told = np.flatnonzero(np.abs(np.diag(r)) < DEPENDENT)
    if len(told):
        name = f"{design.names[told[0]]!r}"
        raise UndefinedMeasureError(f"{name} follows from the columns before it. Leave it out.")
    back = np.linalg.inv(r) / length[:, None]
    coefficients = back @ (q.T @ y)
    residuals, leverage = y - x @ coefficients, (q**2).sum(axis=1)
    df = len(y) - x.shape[1]
    squares = np.full(len(y), residuals @ residuals / df)
    if robust == "HC3":
        if leverage.max() > 1 - DEPENDENT:
            unit = design.units[int(leverage.argmax())]
            raise UndefinedMeasureError(f"Area {unit} alone decides a slope. Leave it out.")
        squares = (residuals / (1 - leverage)) ** 2
    covariance = back @ (q.T @ (q * squares[:, None])) @ back.T
    return Fit(coefficients, covariance, back @ back.T, residuals, leverage, df)


def fit_areas(question: Question, *, robust: Robust = "HC3") -> Estimates:
    """How an outcome of areas goes with their features, other features held equal.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls.
    robust : {"HC3", "classical"}
        Kind of standard error; classical takes all areas to err alike.

    Returns
    -------
    Estimates
        By number: ``slope``, ``slope_sd`` in standard deviations of both, with intervals from the
        t distribution, and ``r_squared`` of the whole model.

    Raises
    ------
    ParameterError
        A column is missing, a weight is below 0 or the level is out of range.
    UndefinedMeasureError
        Too few areas, a column told by others, or an outcome that is the same everywhere.

    Notes
    -----
    An association between areas, which says nothing of persons: see ``individual_bounds``.

    References
    ----------
    MacKinnon and White (1985), Journal of Econometrics 29(3), 305-325, for HC3.

    Examples
    --------
    >>> frame = pd.DataFrame({"home": [9, 8, 6, 6, 4.0], "diversity": [0, 1, 2, 3, 4.0]})
    >>> slope = fit_areas(Question(frame, "home", "diversity"))["slope"]
    >>> round(slope.value, 6), slope.low < slope.value < slope.high
    (-1.2, True)
    """
    design = question.design()
    fit, spread = least_squares(design, robust), design.spread()
    value, error = float(fit.coefficients[1]), float(np.sqrt(fit.covariance[1, 1]))
    weighted = f", weights {question.weights}" if question.weights else ""
    facts = {"method": f"least squares, {robust}{weighted}", "n_units": len(design.y)}
    scale = float(spread[1] / spread[0])
    left = float(fit.residuals @ fit.residuals / spread[0] ** 2) / (len(design.y) - 1)
    told = [
        question.told("slope", value, error, fit.df, **facts),
        question.told("slope_sd", value * scale, error * scale, fit.df, **facts),
        question.untold("r_squared", 1 - left, "It describes these areas.", **facts),
    ]
    return by_number(told)


def by_number(told: list[Estimate]) -> Estimates:
    """Estimates of one model by their symbol."""
    return Estimates({one.symbol: one for one in told}, by="number")


def extra(module: str) -> Any:
    """A module that only models need, loaded when first needed."""
    try:
        return import_module(module)
    except ImportError as cause:
        cure = "Install seglib with the extra 'models'."
        raise SetupError(f"Models need {module}, which is not installed. {cure}") from cause


class Within(NamedTuple):
    """The slope of change on change, or None and the reason why it cannot be estimated.

    ``n_moved`` of ``n_units`` areas changed by more than the rounding of the predictor.
    """

    estimate: Estimate | None
    reason: str
    n_moved: int
    n_units: int


def within_areas(question: Question, *, lower: str, upper: str) -> Within:
    """How a change of the outcome goes with a change of the predictor in the same area.

    Parameters
    ----------
    question : Question
        Its frame has a row for each area (``unit_code``) in each of two years (``year``).
        Weights are those of the later year.
    lower, upper : str
        Columns that bound the predictor, given how its source rounds.

    Returns
    -------
    Within
        Without an estimate unless the change exceeds the rounding in at least half of the areas:
        what the predictor may have been in one year and in the other do not overlap.

    Raises
    ------
    ParameterError
        There are not two years, an area comes twice in one, or a column is missing.

    Notes
    -----
    First differences with an intercept: what all areas share in the period is no change.
    """
    frame, names = question.frame, [question.outcome, question.predictor, *question.controls]
    check_columns(frame, [*names, UNIT, "year", lower, upper])
    years = sorted(frame["year"].unique())
    if len(years) != 2 or frame.duplicated([UNIT, "year"]).any():
        told = ", ".join(map(str, years))
        raise ParameterError(f"Give two years, each area once in both; here are {told}.")
    first, last = (frame[frame["year"] == year].set_index(UNIT) for year in years)
    both = (last[names] - first[names]).dropna()
    first, last = first.loc[both.index], last.loc[both.index]
    moved = int(((last[lower] > first[upper]) | (last[upper] < first[lower])).sum())
    if 2 * moved < len(both) or not moved:
        when = f"from {years[0]} to {years[1]} in {moved} of {len(both)} areas, fewer than half"
        reason = f"{question.predictor} changed by more than its rounding {when}."
        return Within(None, reason, moved, len(both))
    if question.weights:
        both[question.weights] = last[question.weights]
    slope = fit_areas(replace(question, frame=both))["slope"]
    method = f"first differences {years[0]}-{years[1]}, {slope.method}"
    return Within(replace(slope, method=method), "", moved, len(both))
