"""What a finding owes to choices: every defensible model, every area left out, rival predictors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seglib.errors import ParameterError
from seglib.models.areas import (
    UNIT,
    Question,
    Values,
    check_columns,
    extra,
    fit_areas,
    least_squares,
)
from seglib.models.space import Neighbours, fit_space
from seglib.result import Estimate, Estimates, row_of


class Specification(NamedTuple):
    """The choices that make one model; year and weights None where there is no such choice."""

    outcome: str
    measure: str
    controls: tuple[str, ...] = ()
    year: int | None = None
    weights: str | None = None
    spatial: str = "none"


class SpecificationCurve(Estimates):
    """The slope of every model by its specification; one not fitted is NaN with its reason."""

    def to_frame(self) -> pd.DataFrame:
        """A row for each model: its choices, and the fields of its estimate."""
        rows = [row_of(one) | choices._asdict() for choices, one in self.results.items()]
        return pd.DataFrame(rows).drop(columns=["group", "other", "key"])


def subsets(names: Iterable[str]) -> list[tuple[str, ...]]:
    """All subsets of some controls, the empty one first."""
    known = tuple(names)
    sizes = range(len(known) + 1)
    return [chosen for size in sizes for chosen in itertools.combinations(known, size)]


def specification_curve(
    frame: pd.DataFrame,
    choices: dict[str, Sequence[Any]],
    *,
    neighbours: Neighbours | None = None,
    symbol: str = "slope_sd",
    level: float = 0.95,
) -> SpecificationCurve:
    """The slope of a measure under every combination of choices.

    Parameters
    ----------
    frame : DataFrame
        A row for each area, and for each year where years are chosen (column ``year``).
    choices : dict of str to sequence
        Lists to choose from, by field of ``Specification``: ``outcome`` and ``measure`` (columns:
        what is explained, and what diversity is measured by), and by choice ``controls`` (sets of
        columns; ``subsets`` gives all), ``year`` (each by itself), ``weights`` (columns, or None)
        and ``spatial`` ("none" for least squares with HC3, "error" or "lag" for ``fit_space``).
    neighbours : Neighbours, optional
        Needed for spatial models.
    symbol : {"slope_sd", "slope"}
        In standard deviations, which compare over outcomes and measures, or raw.
    level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    SpecificationCurve
        As many models as the product of the lengths of the lists. A model that cannot be fitted
        keeps its place, with the reason.

    Raises
    ------
    ParameterError
        A choice is unknown, comes twice or is no column of the frame.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214.

    Examples
    --------
    >>> frame = pd.DataFrame({"home": [9, 8, 6, 6, 4.0], "mixed": [0, 1, 2, 3, 4.0]})
    >>> frame["poor"] = [1, 0, 2, 1, 0.0]
    >>> choices = {"outcome": ["home"], "measure": ["mixed"], "controls": subsets(["poor"])}
    >>> specification_curve(frame, choices).to_frame()["value"].lt(0).tolist()
    [True, True]
    """
    chosen = [
        Specification(**dict(zip(choices, one, strict=True)))
        for one in itertools.product(*choices.values())
    ]
    chosen = [one._replace(controls=tuple(one.controls)) for one in chosen]
    years, kinds = {one.year for one in chosen}, {one.spatial for one in chosen}
    check_columns(frame, {"year"} if years - {None} else ())
    for one in chosen:
        check_columns(frame, filter(None, (*one[:2], *one.controls, one.weights)))
    if odd := kinds - {"none", "error", "lag"}:
        raise ParameterError(f"A spatial model is 'none', 'error' or 'lag', not {odd.pop()!r}.")
    if len(set(chosen)) < len(chosen):
        raise ParameterError("A choice comes twice in a list. Give each once.")
    of_year = {year: frame if year is None else frame.query("year == @year") for year in years}
    fitted = {one: _fitted(of_year[one.year], one, neighbours, symbol, level) for one in chosen}
    return SpecificationCurve(fitted, by="specification")


def _fitted(
    frame: pd.DataFrame, chosen: Specification, around: Neighbours | None, symbol: str, level: float
) -> Estimate:
    """The slope of one model, or NaN with the reason why there is none."""
    question = Question(frame, *chosen[:3], weights=chosen.weights, level=level)
    try:
        if UNIT in frame and frame[UNIT].duplicated().any():
            raise ParameterError("An area comes in several years; choose one.")
        if chosen.spatial == "none":
            found = fit_areas(question)
        elif around is None:
            raise ParameterError("A spatial model needs neighbours.")
        else:
            found = fit_space(question, around, kind=chosen.spatial)
        return replace(found[symbol], year=chosen.year)
    except (ValueError, ArithmeticError) as trouble:  # LinAlgError is a ValueError
        facts = {"year": chosen.year, "reason_code": "not-fitted"}
        return question.untold(symbol, math.nan, str(trouble), **facts)


def leave_one_out(question: Question, symbol: str = "slope") -> Estimates:
    """The range of a slope when each area is left out in turn.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls.
    symbol : {"slope", "slope_sd"}
        Raw, or in standard deviations.

    Returns
    -------
    Estimates
        ``whole`` with all areas, and ``lowest`` and ``highest`` without the area that is their
        ``key``; each has its own interval.

    Raises
    ------
    UndefinedMeasureError
        A model without one of the areas has no slope.
    """
    design, rows = question.design(), np.arange(len(question.frame))
    without: list[Estimate] = []
    for row, unit in zip(rows[design.kept], design.units, strict=True):
        one = fit_areas(replace(question, frame=question.frame[rows != row]))[symbol]
        without.append(replace(one, key=unit, method=f"{one.method}, without {unit}"))
    order = sorted(without, key=lambda one: one.value)
    whole = fit_areas(question)[symbol]
    return Estimates({"whole": whole, "lowest": order[0], "highest": order[-1]}, by="range")


class JointRegion(NamedTuple):
    """Which pairs of two slopes the areas allow together, and whether they can be told apart.

    ``points``, shape (n_points, 2), run along the ellipse. ``shared`` is the part of their
    variance that the two predictors have in common, given the other controls; ``vif`` is how much
    all others inflate the variance of each slope. ``first_alone`` and ``second_alone`` say whether
    the region allows the slope of the other to be 0.
    """

    slopes: tuple[Estimate, Estimate]
    points: Values
    shared: float
    vif: tuple[float, float]
    first_alone: bool
    second_alone: bool


def joint_region(question: Question, rival: str, *, n_points: int = 181) -> JointRegion:
    """The ellipse of the slopes of a predictor and of its rival in one model.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls.
    rival : str
        Another column, a control or not yet one.
    n_points : int
        Points along the ellipse, the last being the first again.

    Returns
    -------
    JointRegion
        ``(b - b0)' V^-1 (b - b0) <= 2 F(2, df)`` at the question's level, V by HC3.

    Raises
    ------
    UndefinedMeasureError
        As for ``fit_areas``: the two may be one.

    References
    ----------
    Draper and Smith (1998), Applied Regression Analysis, section 5.4.
    """
    others = [name for name in question.controls if name != rival]
    first = replace(question, controls=(rival, *others))
    second = replace(question, predictor=rival, controls=(question.predictor, *others))
    design = first.design()
    fit, spread = least_squares(design), design.spread()[1:3]
    covariance, inverse = fit.covariance[1:3, 1:3], fit.inverse[1:3, 1:3]
    reach = 2 * float(extra("scipy.special").fdtri(2, fit.df, question.level))
    angle = np.linspace(0, 2 * math.pi, n_points)
    circle = np.sqrt(reach) * np.stack([np.cos(angle), np.sin(angle)])
    centre = fit.coefficients[1:3]
    # the ellipse touches a line where one slope is 0 if that slope alone is near enough
    near = centre**2 <= reach * np.diag(covariance)
    inflation = np.diag(inverse) * spread**2 * (len(design.y) - 1)
    return JointRegion(
        (fit_areas(first)["slope"], fit_areas(second)["slope"]),
        centre + (np.linalg.cholesky(covariance) @ circle).T,
        float(inverse[0, 1] ** 2 / (inverse[0, 0] * inverse[1, 1])),
        (float(inflation[0]), float(inflation[1])),
        bool(near[1]),
        bool(near[0]),
    )
