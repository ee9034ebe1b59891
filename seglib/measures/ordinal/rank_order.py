"""Rank order: income segregation over all percentiles, from a curve through the known cuts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.measures.ordinal.brackets import ordinal_profile
from seglib.measures.ordinal.variation import Values, variation_of
from seglib.result import Estimate, Profile
from seglib.table import CountTable

if TYPE_CHECKING:
    import pandas as pd

FEWEST_CUTS = 3
LARGEST_DEGREE = 12  # above it the powers of a percentile can no longer be told apart


@dataclass(frozen=True, slots=True)
class RankOrder:
    """A rank-order index with the curve it was read from.

    Parameters
    ----------
    estimate : Estimate
        The index; ``standard_error`` is that of the fitted curve, None where it has no cut left.
    observed : Profile
        The two-group index at each cut, which the curve follows.
    coefficients : tuple of float
        The curve's polynomial, the constant first.
    """

    estimate: Estimate
    observed: Profile
    coefficients: tuple[float, ...]

    @property
    def value(self) -> float:
        """The index."""
        return self.estimate.value

    @property
    def standard_error(self) -> float | None:
        """Standard error of the index for how far the cuts lie from the curve."""
        return self.estimate.standard_error

    @property
    def degree(self) -> int:
        """Degree of the polynomial."""
        return len(self.coefficients) - 1

    def curve(self, percentiles: Iterable[float]) -> Values:
        """The fitted two-group index at these percentiles, each from 0 to 1."""
        asked = np.array(list(percentiles), dtype=np.float64)
        outside = asked[~((asked >= 0.0) & (asked <= 1.0))]
        if outside.size:
            raise ParameterError(
                f"A percentile lies between 0 and 1, one of these is {outside[0]:g}. "
                "Write the median as 0.5."
            )
        powers = np.vander(asked, len(self.coefficients), increasing=True)
        return powers @ np.array(self.coefficients)

    def to_frame(self) -> pd.DataFrame:
        """A row for each cut: symbol, percentile, value as observed, fitted."""
        import pandas as pd

        return pd.DataFrame(
            {
                "symbol": self.observed.symbol,
                "percentile": self.observed.scales,
                "value": self.observed.values,
                "fitted": self.curve(self.observed.scales),
            }
        )


def rank_order(table: CountTable, index: str = "H", *, degree: int = 4) -> RankOrder:
    """Income segregation by rank, read from a smooth curve through the known cuts.

    Parameters
    ----------
    table : CountTable
        Persons or households by bracket, the lowest bracket first. An empty unit adds nothing,
        an empty bracket no cut.
    index : {"H", "R", "S"}
        Information theory, variance ratio or Hutchens's square root.
    degree : int
        Degree of the polynomial, below the number of cuts.

    Returns
    -------
    RankOrder
        ``value`` has no unit: 0 every unit mirrors the city at each percentile, 1 no unit is
        mixed at any. ``standard_error`` says how well the curve fits, not what chance does.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two brackets have members, there are fewer than three cuts, or the curve leads
        outside 0 to 1.
    ParameterError
        There is no such index, or the degree is not a whole number below the number of cuts.

    Notes
    -----
    The mean of the two-group index at percentile p, weighted by f(p): entropy for H, p (1 - p)
    for R, its root for S. The polynomial is fitted by least squares with weights f(p)**2, which
    makes the error of the weighted mean small, and integrated exactly: the index is the sum of
    delta_m b_m, its standard error the root of delta' V delta. It depends on ranks alone, so
    inflation and currency do not matter. Where the cuts cover only part of the percentiles the
    rest is a guess: ``rank_order_bounds``, which supposes no curve, says how much of one.

    References
    ----------
    Reardon (2011), Measures of income segregation, Stanford CEPA working paper.
    Reardon and Bischoff (2011), American Journal of Sociology 116(4), 1092-1153, appendix A.

    Examples
    --------
    >>> poor, rich = [40, 30, 20, 10], [10, 20, 30, 40]
    >>> found = rank_order(CountTable.from_counts([poor, rich]), "R", degree=1)
    >>> round(found.value, 6)
    0.138824
    """
    behind = variation_of(index)
    observed = ordinal_profile(table, index)
    n_cuts = len(observed.scales)
    degree = _fitting_degree(observed, index, degree)
    percentiles = np.array(observed.scales)
    weight = behind.of(percentiles)
    design = np.vander(percentiles, degree + 1, increasing=True) * weight[:, None]
    target = observed.values * weight
    base, triangle = np.linalg.qr(design)
    coefficients = np.linalg.solve(triangle, base.T @ target)
    delta = np.array(behind.moments(degree))
    error = None
    if n_cuts > degree + 1:
        left = target - design @ coefficients
        spread = np.linalg.solve(triangle.T, delta)  # delta' V delta is s**2 times its square
        error = float(np.sqrt((left @ left) / (n_cuts - degree - 1) * (spread @ spread)))
    estimate = Estimate(
        f"{index}^R",
        _possible(float(delta @ coefficients), observed, degree),
        (),
        table.n_units,
        standard_error=error,
        method=f"polynomial of degree {degree} through {n_cuts} cuts",
        reason="The standard error is that of the fitted curve, so there is no interval.",
        reason_code="not asked",
        place=table.place,
        year=table.year,
        source=table.source,
        unit=table.level,
    )
    return RankOrder(estimate, observed, tuple(coefficients.tolist()))


def _possible(value: float, observed: Profile, degree: int) -> float:
    """The value, rounding errors taken off; one that no city can have is refused."""
    if not -1e-9 <= value <= 1.0 + 1e-9:
        raise UndefinedMeasureError(
            f"{observed.symbol}^R lies between 0 and 1, a curve of degree {degree} through cuts at "
            f"{observed.scales[0]:.2f} to {observed.scales[-1]:.2f} gives {value:.3g}. "
            "Lower the degree, or use rank_order_bounds."
        )
    return min(1.0, max(0.0, value))


def _fitting_degree(observed: Profile, index: str, degree: int) -> int:
    """The degree, as a whole number; one that the cuts cannot hold is refused."""
    n_cuts = len(observed.scales)
    listed = ", ".join(f"{scale:.2f}" for scale in observed.scales)
    where = observed.place or "this table"
    if n_cuts < FEWEST_CUTS:
        raise UndefinedMeasureError(
            f"{index}^R needs {FEWEST_CUTS} cuts or more, {where} has {n_cuts} (at {listed}). "
            "Use rank_order_bounds, which supposes no curve."
        )
    if degree not in range(LARGEST_DEGREE + 1):
        raise ParameterError(
            f"The degree of a curve is a whole number from 0 to {LARGEST_DEGREE}, not {degree!r}. "
            "Try 4, or 2 where there are few cuts."
        )
    if degree >= n_cuts:
        raise ParameterError(
            f"A curve of degree {degree} needs {degree + 1} cuts, {where} has {n_cuts} (at "
            f"{listed}). Use degree {n_cuts - 1} at most, or rank_order_bounds."
        )
    return int(degree)
