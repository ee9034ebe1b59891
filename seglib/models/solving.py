"""The algebra of designs: least squares in one or two stages, random intercepts, log odds."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import ConvergenceError, ParameterError, UndefinedMeasureError
from seglib.models.areas import extra
from seglib.result import Estimate

Values = NDArray[np.float64]
Codes = NDArray[np.int64]
SINGULAR = 1e-10
STEPS = 30
LEVEL = 0.95
LOG_RATIOS = (-15.0, 5.0)
CHI_SQUARE_95 = 3.841458820694124  # one degree of freedom


class Solution(NamedTuple):
    """Coefficients, their covariance and the degrees of freedom of their t."""

    coefficients: Values
    covariance: Values
    df: float


def solve(
    y: Values,
    x: Values,
    *,
    instruments: Values | None = None,
    clusters: Codes | None = None,
    classical: bool = False,
) -> Solution:
    """Least squares, or two-stage least squares, with a sandwich for the covariance.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        The outcome.
    x : ndarray of float64, shape (n, k)
        Predictors, the constant among them.
    instruments : ndarray of float64, shape (n, at least k), optional
        Takes the place of the predictors in the first stage; holds the controls too.
    clusters : ndarray of int64, shape (n,) or (n, 2), optional
        Rows whose errors may go together, numbered from 0; without it every row is its own (HC1).
        Two columns are the areas that a row touches: rows that share one may go together.
    classical : bool
        Whether errors have one variance and no ties, for few rows.

    Returns
    -------
    Solution
        With n - k degrees of freedom, or the number of clusters less 1. Errors by cluster come
        from leaving out each in turn (CR3) for least squares, and are CR1 with instruments.

    Raises
    ------
    UndefinedMeasureError
        The columns do not tell the coefficients apart, or there are too few rows.

    References
    ----------
    Cameron and Miller (2015), Journal of Human Resources 50(2), 317-372, sections II and VI;
    Aronow, Samii and Assenova (2015), Political Analysis 23(4), 564-577, for two areas a row.
    """
    n, k = x.shape
    fitted = x if instruments is None else instruments @ least(instruments, x)
    gram = fitted.T @ fitted
    size = np.sqrt(np.diag(gram))
    if n <= k or not size.all() or np.linalg.cond(gram / np.outer(size, size)) > 1 / SINGULAR:
        raise UndefinedMeasureError(
            f"{n} rows do not tell {k} coefficients apart. Leave out a control, or take rows in "
            "which the predictors and instruments differ."
        )
    bread = np.linalg.inv(gram)
    coefficients = bread @ (fitted.T @ y)
    residuals = y - x @ coefficients
    if classical:
        return Solution(coefficients, bread * (residuals @ residuals) / (n - k), n - k)
    scores = fitted * residuals[:, None]
    if clusters is None:
        return Solution(coefficients, n / (n - k) * bread @ (scores.T @ scores) @ bread, n - k)
    n_clusters = int(clusters.max()) + 1
    df = float(n_clusters - 1)
    if instruments is None:
        covariance = _jackknifed(x, scores, gram, clusters) * df / n_clusters
        return Solution(coefficients, covariance, df)
    sums = summed(scores, clusters)
    factor = (n - 1) / (n - k) * n_clusters / df
    return Solution(coefficients, factor * bread @ (sums.T @ sums) @ bread, df)


def _jackknifed(x: Values, scores: Values, gram: Values, clusters: Codes) -> Values:
    """Sum of squares of what the coefficients move when each cluster is left out in turn.

    Rows that touch two clusters go with either, so that what pairs of clusters move is taken off.
    """
    k = x.shape[1]
    squares = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    total = np.zeros((k, k))
    try:
        for sign, rows, numbers in _groupings(clusters):
            without = gram - summed(squares[rows], numbers).reshape(-1, k, k)
            moved = np.linalg.solve(without, summed(scores[rows], numbers)[:, :, None])[:, :, 0]
            total += sign * moved.T @ moved
    except np.linalg.LinAlgError as error:
        raise UndefinedMeasureError(
            "A coefficient hangs on one cluster alone, so that its error has no value. Leave out "
            "that cluster or a control."
        ) from error
    return total


def _groupings(clusters: Codes) -> list[tuple[int, Codes, Codes]]:
    """Sign, rows and their groups: by cluster and, for rows of two clusters, off it by pair."""
    rows = np.arange(len(clusters))
    if clusters.ndim == 1:
        return [(1, rows, clusters)]
    two = rows[clusters[:, 0] != clusters[:, 1]]
    touching = np.concatenate([rows, two]), np.concatenate([clusters[:, 0], clusters[two, 1]])
    low, high = np.sort(clusters[two], axis=1).T
    pairs = np.unique(low * (clusters.max() + 1) + high, return_inverse=True)[1]
    return [(1, *touching), (-1, two, pairs)]


class Intercepts(NamedTuple):
    """Coefficients, the variance between groups over that within, and the ends of the latter."""

    solution: Solution
    ratio: float
    low: float
    high: float


def solve_random_intercepts(y: Values, x: Values, groups: Codes) -> Intercepts:
    """Restricted maximum likelihood where each group has a level of its own.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        The outcome.
    x : ndarray of float64, shape (n, k)
        Predictors, the constant among them.
    groups : ndarray of int64, shape (n,)
        Numbered from 0, each with a row at least.

    Returns
    -------
    Intercepts
        The solution given the ratio, by generalised least squares, with groups less 1 degrees of
        freedom; the ratio, from 0 to 150, and its interval of 95 percent by profile likelihood.

    References
    ----------
    Snijders and Bosker (2012), Multilevel Analysis, 2nd edition, sections 4.7 and 6.2.
    """
    sizes = np.bincount(groups).astype(np.float64)
    both = np.column_stack([x, y])
    sums, gram = summed(both, groups), both.T @ both
    optimize = extra("scipy.optimize")

    def criterion(log: float) -> float:
        return _restricted(float(np.exp(log)), gram, sums, sizes)[0]

    found = optimize.minimize_scalar(
        criterion, bounds=LOG_RATIOS, method="bounded", options={"xatol": 1e-7}
    )
    at_most, ends = found.fun + CHI_SQUARE_95, list[float]()
    for end in LOG_RATIOS:
        if criterion(end) > at_most:
            end = optimize.brentq(lambda log: criterion(log) - at_most, found.x, end)
        ends.append(float(np.exp(end)) if end > LOG_RATIOS[0] else 0.0)
    ratio = float(np.exp(found.x))
    return Intercepts(_restricted(ratio, gram, sums, sizes)[1], ratio, *ends)


def _restricted(ratio: float, gram: Values, sums: Values, sizes: Values) -> tuple[float, Solution]:
    """Minus twice the restricted log likelihood, less a constant, and what fits best.

    ``gram`` is [x y]'[x y], ``sums`` their sums by group; the variance of a row is 1 + ratio.
    """
    shrunk = gram - sums.T @ (sums * (ratio / (1 + sizes * ratio))[:, None])
    inner = shrunk[:-1, :-1]
    bread = np.linalg.inv(inner)
    coefficients = bread @ shrunk[:-1, -1]
    df = sizes.sum() - len(inner)
    rest = shrunk[-1, -1] - shrunk[:-1, -1] @ coefficients
    criterion = df * np.log(rest) + np.log1p(sizes * ratio).sum() + np.linalg.slogdet(inner)[1]
    return criterion, Solution(coefficients, bread * rest / df, len(sizes) - 1.0)


def logit(took: Values, known: Values) -> Values:
    """Fitted probabilities of a logistic regression, by Newton's method.

    Parameters
    ----------
    took : ndarray of float64, shape (n,)
        0 or 1.
    known : ndarray of float64, shape (n, k)
        Predictors, the constant among them.

    Returns
    -------
    ndarray of float64, shape (n,)
        Between 0 and 1.

    Raises
    ------
    ConvergenceError
        A column tells ``took`` for certain.
    """
    beta = np.zeros(known.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-known @ beta))
        spread = likely * (1 - likely)
        if spread.max() < SINGULAR:
            break
        step = np.linalg.lstsq((known * spread[:, None]).T @ known, known.T @ (took - likely))[0]
        beta += step
        if np.abs(step).max() < SINGULAR:
            return 1 / (1 + np.exp(-known @ beta))
    raise ConvergenceError(
        f"What is known of {len(took)} persons tells an exposure for certain, so that no weight "
        "makes up for it. Leave out the column that does."
    )


def least(x: Values, y: Values) -> Values:
    """Of least squares of the columns of y on those of x."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)


def summed(values: Values, codes: Codes) -> Values:
    """Sums of columns by code, shape (n_codes, n_columns)."""
    return np.stack([np.bincount(codes, one).astype(np.float64) for one in values.T], axis=1)


def column(frame: pd.DataFrame, name: str) -> Values:
    """A column as float64, or the product of two where the name is ``first:second``."""
    if ":" in name and name not in frame:
        first, second = name.split(":", 1)
        return column(frame, first) * column(frame, second)
    if name not in frame:
        raise ParameterError(
            f"There is no column {name!r}. Use {', '.join(map(str, frame.columns))}."
        )
    return frame[name].to_numpy(dtype=np.float64)


def table(frame: pd.DataFrame, names: Sequence[str]) -> Values:
    """A constant and these columns, shape (n, 1 + len(names))."""
    return np.column_stack([np.ones(len(frame)), *(column(frame, name) for name in names)])


def codes(frame: pd.DataFrame, name: str) -> Codes:
    """The values of a column as whole numbers from 0, without gaps."""
    if name not in frame:
        raise ParameterError(
            f"There is no column {name!r}. Use {', '.join(map(str, frame.columns))}."
        )
    return pd.factorize(frame[name].to_numpy())[0].astype(np.int64)


def ties(frame: pd.DataFrame, clusters: str | None) -> Codes | None:
    """Numbered clusters where they are asked for."""
    return None if clusters is None else codes(frame, clusters)


def told(found: Solution, which: int, groups: tuple[str, str], method: str, rows: int) -> Estimate:
    """One coefficient with its interval."""
    value = float(found.coefficients[which])
    error = sqrt(found.covariance[which, which])
    half = float(extra("scipy.special").stdtrit(found.df, (1 + LEVEL) / 2)) * error
    return Estimate(
        "slope",
        value,
        groups,
        rows,
        low=value - half,
        high=value + half,
        standard_error=error,
        method=method,
        estimand="model",
    )
