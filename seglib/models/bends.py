"""Does a relation turn? Two lines with a break between them, not a quadratic."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seglib.errors import UndefinedMeasureError
from seglib.models.areas import Design, Question, Values, extra, least_squares
from seglib.result import Estimate

PENALTIES = np.logspace(-6, 6, 61)
CURVES = 10  # basis functions of the smooth curve


class TwoLines(NamedTuple):
    """Slopes below and above a break that was placed for one of two turns: u or inverted u."""

    below: Estimate
    above: Estimate
    break_at: float
    shape: str

    @property
    def turned(self) -> bool:
        """Whether both intervals exclude 0, on opposite sides."""
        sure = [(one.low or 0) * (one.high or 0) > 0 for one in (self.below, self.above)]
        return all(sure) and self.below.value * self.above.value < 0


def two_lines(question: Question) -> TwoLines:
    """Test whether an outcome rises and then falls with a predictor, or the reverse.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls; the predictor needs eight values or more.

    Returns
    -------
    TwoLines
        Slopes with HC3 intervals.

    Raises
    ------
    UndefinedMeasureError
        Too few areas or values, on either side of the break.

    Notes
    -----
    The break follows the Robin Hood rule: a smooth curve is fitted; its flat part is where, within
    the middle 80 percent of the areas, the curve lies less than one standard error from its
    extreme; lines broken at the median of the flat part have t-values t1 and t2, and the break
    moves to the quantile ``t2 / (t1 + t2)`` of the flat part, giving areas to the weaker line. At
    the break the line may jump. The curve here is a penalised spline with the penalty of least
    generalised cross-validation; Simonsohn uses that of the R package mgcv.

    References
    ----------
    Simonsohn (2018), Advances in Methods and Practices in Psychological Science 1(4), 538-555.
    Eilers and Marx (1996), Statistical Science 11(2), 89-121, for the spline.
    """
    design = question.design()
    values = design.x[:, 1]
    _refuse_few(values, 8, f"{question.predictor!r}")
    away = values - values.min()
    bowed = _with_columns(design, {"above the least": away, "its square": away**2})
    rising = least_squares(bowed).coefficients[1] > 0
    flat = _flat(design, 1.0 if rising else -1.0)
    first, second = (abs(value / error) for value, error, _ in _broken(design, np.median(flat)))
    at = float(np.quantile(flat, second / (first + second)))
    method = f"two lines, break at {at:.6g}, HC3"
    below, above = (
        question.told("slope", *line, n_units=len(values), method=method)
        for line in _broken(design, at)
    )
    return TwoLines(below, above, at, "inverted u" if rising else "u")


def _refuse_few(values: Values, least: int, of: str) -> None:
    """Refuse a predictor with too few values to bend."""
    if (found := len(np.unique(values))) < least:
        told = f"Two lines need {least} values of {of} or more, there are {found}."
        raise UndefinedMeasureError(f"{told} Take a finer measure.")


def _with_columns(design: Design, columns: dict[str, Values]) -> Design:
    """The design with columns in the place of the predictor."""
    x = np.column_stack([design.x[:, 0], *columns.values(), design.x[:, 2:]])
    return design._replace(names=(design.names[0], *columns, *design.names[2:]), x=x)


def _flat(design: Design, side: float) -> Values:
    """Values of the predictor around the extreme of a smooth curve, within its middle part."""
    values = design.x[:, 1]
    low, high = np.quantile(values, (0.1, 0.9))
    middle = (values > low) & (values < high)
    _refuse_few(values[middle], 1, f"{design.names[1]!r} in the middle 80 percent")
    curve, error = _smooth(design)
    curve, error = side * curve[middle], error[middle]
    return values[middle][curve + error >= curve.max()]


def _smooth(design: Design) -> tuple[Values, Values]:
    """A penalised spline through the outcome at mean controls, and its standard error."""
    values, root = design.x[:, 1], np.sqrt(design.weights)
    size = min(CURVES, len(np.unique(values)) - 1)
    step = np.ptp(values) / (size - 3)
    knots = values.min() + step * np.arange(-3, size + 1)
    inside = np.clip(values, knots[3], knots[size])
    spline = extra("scipy.interpolate").BSpline.design_matrix(inside, knots, 3).toarray()
    held = design.x[:, 2:] - np.average(design.x[:, 2:], axis=0, weights=design.weights)
    columns = np.hstack([spline, held])
    x, y = columns * root[:, None], design.y * root
    bend = np.pad(np.diff(np.eye(size), 2, axis=0), ((0, 0), (0, held.shape[1])))
    found: list[tuple[float, Values, Values]] = []
    for penalty in PENALTIES:
        inverse = np.linalg.inv(x.T @ x + penalty * bend.T @ bend)
        coefficients = inverse @ (x.T @ y)
        left = float(((y - x @ coefficients) ** 2).sum())
        free = len(y) - float((inverse * (x.T @ x)).sum())
        found.append((left / free**2, coefficients, inverse * left / free))
    _, coefficients, spread = min(found, key=lambda one: one[0])
    variance = ((spline @ spread[:size, :size]) * spline).sum(axis=1)
    return spline @ coefficients[:size], np.sqrt(variance)


def _broken(design: Design, at: float) -> list[tuple[float, float, int]]:
    """Slope, standard error and degrees of freedom of each line; each in turn has the break."""
    values, found = design.x[:, 1], list[tuple[float, float, int]]()
    for column, above in ((1, values > at), (2, values >= at)):
        for side in (above, ~above):
            _refuse_few(values[side], 3, f"{design.names[1]!r} on each side of {at:g}")
        lines = {
            "below": np.where(above, 0, values - at),
            "above": np.where(above, values - at, 0),
            "jump": above.astype(np.float64),
        }
        fit = least_squares(_with_columns(design, lines))
        error = float(np.sqrt(fit.covariance[column, column]))
        found.append((float(fit.coefficients[column]), error, fit.df))
    return found
