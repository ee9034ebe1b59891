"""Neighbouring areas are alike: who borders on whom, and models that reckon with it."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.models.areas import UNIT, Question, Values, by_number, extra, least_squares
from seglib.result import Estimate, Estimates


class Neighbours(NamedTuple):
    """Who counts as a neighbour of whom.

    ``beside``, bool, shape (n_units, n_units), is True where the area of the column is a neighbour
    of that of the row. ``joined`` are areas that touch no other and were tied to the nearest.
    """

    units: tuple[str, ...]
    beside: NDArray[np.bool_]
    joined: tuple[str, ...] = ()

    def weights(self, units: Sequence[str]) -> Values:
        """Weights among some of the areas, each row adding to 1."""
        if unknown := [unit for unit in units if unit not in self.units]:
            raise ParameterError(f"No neighbours are known of {unknown[0]!r}. Make them anew.")
        rows = [self.units.index(unit) for unit in units]
        beside = self.beside[np.ix_(rows, rows)].astype(np.float64)
        totals = beside.sum(axis=1, keepdims=True)
        if not totals.all():
            alone = (
                f"Area {units[int(totals.argmin())]!r} has no neighbour among these {len(rows)}."
            )
            raise UndefinedMeasureError(f"{alone} Use nearest(...), or leave it out.")
        return beside / totals


def touching(boundaries: Any, unit: str = UNIT) -> Neighbours:
    """Areas that share a border or a corner.

    Parameters
    ----------
    boundaries : GeoDataFrame
        A shape for each area, in metres, as of ``load_boundaries``.
    unit : str
        The column of codes.

    Returns
    -------
    Neighbours
        An area that touches none is tied to the nearest, both ways.
    """
    shapes = boundaries.geometry.reset_index(drop=True)
    codes = tuple(map(str, boundaries[unit]))
    beside = np.zeros((len(codes), len(codes)), dtype=np.bool_)
    beside[tuple(shapes.sindex.query(shapes, predicate="intersects"))] = True
    np.fill_diagonal(beside, False)
    alone = np.flatnonzero(~beside.any(axis=1))
    for row in alone:
        other = shapes.distance(shapes.iloc[row]).drop(index=row).idxmin()
        beside[row, other] = beside[other, row] = True
    return Neighbours(codes, beside, tuple(codes[row] for row in alone))


def nearest(points_m: ArrayLike, units: Sequence[str], k: int = 4) -> Neighbours:
    """The k areas whose points are nearest; of equals the first.

    Parameters
    ----------
    points_m : array_like of float
        A point for each area in metres, shape (n_units, 2).
    units : sequence of str
        Their codes.
    k : int
        From 1, below the number of areas.

    Returns
    -------
    Neighbours
        Not always mutual.

    Raises
    ------
    ParameterError
        k is out of range.
    """
    if not 1 <= k < len(units):
        raise ParameterError(f"k lies from 1 to {len(units) - 1}, it is {k!r}. Choose another.")
    x, y = np.asarray(points_m, dtype=np.float64).T
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(away, np.inf)
    beside = np.zeros(away.shape, dtype=np.bool_)
    np.put_along_axis(beside, np.argsort(away, axis=1, kind="stable")[:, :k], True, axis=1)
    return Neighbours(tuple(map(str, units)), beside)


def fit_space(question: Question, neighbours: Neighbours, *, kind: str = "error") -> Estimates:
    """How an outcome goes with features of areas when neighbours resemble each other.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls, without weights.
    neighbours : Neighbours
        Of all these areas.
    kind : {"error", "lag"}
        Whether neighbours share what the model leaves out, or one outcome moves the other.

    Returns
    -------
    Estimates
        By number, with intervals from the normal distribution: ``slope``, ``slope_sd`` and
        ``lambda`` or ``rho``, how strongly neighbours go together. Of a lag model the slope is
        the total impact, and ``direct`` and ``indirect`` are its parts.

    Raises
    ------
    ParameterError
        A column is missing, weights are given, an area is unknown or the kind is.
    UndefinedMeasureError
        An area is without neighbours, or as for ``fit_areas``.

    Notes
    -----
    Maximum likelihood; errors are taken to have one variance. Of a lag model the coefficient is no
    slope. Where ``S = (I - rho W)^-1``, the direct impact is ``b tr(S) / n``, the total
    ``b / (1 - rho)``; intervals follow from the covariance of b and rho (delta method).

    References
    ----------
    Anselin (1988), Spatial Econometrics, chapters 6 and 12.
    LeSage and Pace (2009), Introduction to Spatial Econometrics, section 2.7.
    """
    if kind not in ("error", "lag") or question.weights:
        told = f"not {kind!r} with weights {question.weights}"
        raise ParameterError(f"A spatial model is 'error' or 'lag' and has no weights, {told}.")
    design = question.design()
    least_squares(design)  # refuses what has no slope
    weights, spread = neighbours.weights(design.units), design.spread()
    # the bare classes, since those around them print
    package = extra(f"spreg.ml_{kind}")
    fitter = package.BaseML_Error if kind == "error" else package.BaseML_Lag
    with _its_own_warnings():
        fitted = fitter(design.y[:, None], design.x, _for_spreg(weights), method="full")
    values, covariance = np.asarray(fitted.betas).ravel(), np.asarray(fitted.vm)
    slope, alike = float(values[1]), float(values[-1])
    # what one unit of the coefficient does, and how that changes with rho
    parts = {"slope": (1.0, 0.0)} if kind == "error" else _impacts(weights, alike)
    parts["slope_sd"] = tuple(spread[1] / spread[0] * np.array(parts["slope"]))
    numbers = {name: (slope * one, one, slope * more) for name, (one, more) in parts.items()}
    numbers["lambda" if kind == "error" else "rho"] = (alike, 0.0, 1.0)
    ends = [1, len(values) - 1]
    facts = {"n_units": len(design.y), "method": f"spatial {kind}, maximum likelihood"}
    found: list[Estimate] = []
    for name, (value, *gradient) in numbers.items():
        error = float(np.sqrt(np.array(gradient) @ covariance[np.ix_(ends, ends)] @ gradient))
        found.append(question.told(name, float(value), error, np.inf, **facts))
    return by_number(found)


def _impacts(weights: Values, rho: float) -> dict[str, tuple[float, ...]]:
    """Impacts of a coefficient of 1, and how they change with rho."""
    spill = np.linalg.inv(np.eye(len(weights)) - rho * weights)
    total = np.array([1 / (1 - rho), 1 / (1 - rho) ** 2])
    direct = np.array([np.trace(spill), np.trace(spill @ weights @ spill)]) / len(weights)
    return {"slope": tuple(total), "direct": tuple(direct), "indirect": tuple(total - direct)}


def residual_dependence(question: Question, neighbours: Neighbours) -> Estimates:
    """Whether what least squares leaves over is alike in neighbouring areas.

    Parameters
    ----------
    question : Question
        Outcome, predictor and controls, without weights.
    neighbours : Neighbours
        Of all these areas.

    Returns
    -------
    Estimates
        By number: ``moran_res``, Moran's I of the residuals, and the Lagrange multipliers
        ``lm_error`` and ``lm_lag``, and ``rlm_error`` and ``rlm_lag``, each robust to the other;
        all have a p-value, and a test has no interval.

    References
    ----------
    Anselin, Bera, Florax and Yoon (1996), Regional Science and Urban Economics 26(1), 77-104.
    """
    design = question.design()
    weights = _for_spreg(neighbours.weights(design.units))
    options = {"w": weights, "spat_diag": True, "moran": True}
    with _its_own_warnings():
        fitted = extra("spreg").OLS(design.y[:, None], design.x[:, 1:], **options)
    facts: dict[str, Any] = {"reason_code": "test", "n_units": len(design.y)}
    found: list[Estimate] = []
    for name in ("moran_res", "lm_error", "lm_lag", "rlm_error", "rlm_lag"):
        value, facts["p_value"] = (float(getattr(fitted, name)[end]) for end in (0, -1))
        found.append(question.untold(name, value, "A test has no interval.", **facts))
    return by_number(found)


@contextmanager
def _its_own_warnings() -> Generator[None]:
    """Leave out what spreg is told by scipy and pandas about its own calls."""
    with warnings.catch_warnings():
        for told in ("Method 'bounded'", "The inplace keyword"):
            warnings.filterwarnings("ignore", told)
        yield


def _for_spreg(weights: Values) -> Any:
    """Weights as spreg takes them."""
    beside = {row: [int(one) for one in np.flatnonzero(line)] for row, line in enumerate(weights)}
    shares = {row: [float(weights[row, one]) for one in ones] for row, ones in beside.items()}
    return extra("libpysal.weights").W(beside, shares, silence_warnings=True)
