"""Measures in context: persons of a unit as weights, their surroundings as what they meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError
from seglib.registry import Columns, kernel, measure_of
from seglib.result import Estimate
from seglib.scale.contexts import Context
from seglib.scale.places import in_threads
from seglib.table import CountTable

FEWEST = 4_000  # units; below that a second thread gains nothing


@kernel
def _mean_logs(around: Any, logs: Any, totals: Any, out: Any) -> None:
    """Fill totals and the mean log over persons of each row; 1 and 0 where it is empty."""
    for unit in range(around.shape[0]):
        total, terms = 0.0, 0.0
        for group in range(around.shape[1]):
            if around[unit, group] > 0.0:
                total += around[unit, group]
                terms += around[unit, group] * logs[unit, group]
        totals[unit] = total if total > 0.0 else 1.0
        out[unit] = terms / totals[unit]


def _entropies(around: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Fill out with the entropy of each row, 0 where a row is empty."""
    with np.errstate(divide="ignore"):
        logs = np.log(around)  # of a whole array ten times as fast as one by one
    totals = np.empty(len(around))
    _mean_logs(around, logs, totals, out)
    np.subtract(np.log(totals), out, out=out)


@kernel
def _gaps(around: Any, shares: Any, out: Any) -> None:
    """Fill out with the summed gap between each row's shares and these, 0 where it is empty."""
    for unit in range(around.shape[0]):
        total, gap = 0.0, 0.0
        for group in range(around.shape[1]):
            total += around[unit, group]
        if total > 0.0:
            for group in range(around.shape[1]):
                gap += abs(around[unit, group] / total - shares[group])
        out[unit] = gap


def _spatial_information(own: Any, around: Any, columns: Columns) -> Any:
    """1 less the mean entropy around persons over that of the city."""
    city = np.empty(1)
    _entropies(np.einsum("ug->g", own).astype(np.float64)[None], city)
    local = np.empty(len(own))
    in_threads(lambda a, b: _entropies(around[a:b], local[a:b]), len(own), FEWEST)
    persons = np.einsum("ug->u", own).astype(np.float64)  # four times as fast as sum(axis=1)
    # city less local, so that surroundings that are the city give 0 to the last bit
    return persons @ (city - local) / (persons.sum() * city[0])


def _spatial_dissimilarity(own: Any, around: Any, columns: Columns) -> Any:
    """Mean gap between surroundings and city, over what it is where nobody meets others."""
    used = slice(0, columns.n_used)
    own, around = own[:, used], np.ascontiguousarray(around[:, used])
    shares = np.einsum("ug->g", own) / own.sum()
    gaps = np.empty(len(own))
    in_threads(lambda a, b: _gaps(around[a:b], shares, gaps[a:b]), len(own), FEWEST)
    most = 2.0 * (shares @ (1.0 - shares))
    return np.einsum("ug->u", own) @ gaps / (own.sum() * most)


def _spatial_exposure(own: Any, around: Any, columns: Columns) -> Any:
    """Mean share around members of the first column; of itself, or of the second one."""
    met = around[:, 0 if len(columns.groups) == 1 else 1]
    ours, totals = own[:, 0], np.einsum("ug->u", around)
    share = np.divide(met, totals, out=np.zeros_like(met), where=totals > 0)
    return ours @ share / ours.sum()


_FORMS: dict[str, Callable[[Any, Any, Columns], Any]] = {
    "H": _spatial_information,
    "D": _spatial_dissimilarity,
    "D_multi": _spatial_dissimilarity,
    "xPx": _spatial_exposure,
    "xPy": _spatial_exposure,
}


def in_context(
    measure: Callable[..., Estimate],
    table: CountTable,
    context: Context,
    *args: Any,
    **options: Any,
) -> Estimate:
    """How apart groups live when people meet those around them, not those of their unit alone.

    Parameters
    ----------
    measure : callable
        H, D (two groups or multigroup), isolation or interaction.
    table : CountTable
        Persons by unit. An empty unit has no weight.
    context : Context
        Whose surroundings count, at one scale.
    *args
        For the measure.
    **options
        For the measure, by name.

    Returns
    -------
    Estimate
        The measure under its own symbol; ``reason`` names the context. The own unit as context
        gives the measure itself. H may fall a little below 0, where surroundings are more mixed
        than the city.

    Raises
    ------
    ParameterError
        The measure has no form in context, or the context several scales.
    UndefinedMeasureError
        As the measure itself.

    Notes
    -----
    With t persons in a unit, T in the city, and e and E the entropies of the surroundings and of
    the city, H = 1 - sum(t e) / (T E). D = sum(t sum abs(p - P)) / (2 T sum P (1 - P)) over the
    shares p and P of the groups compared. Isolation and interaction are the mean share of a group
    around a member; over all groups they add up to 1.

    References
    ----------
    Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162.

    Examples
    --------
    >>> from seglib.measures import isolation
    >>> from seglib.scale.contexts import knn
    >>> table = CountTable.from_counts(
    ...     [[8, 0], [0, 8]], groups=("a", "b"), points_m=[[0, 0], [100, 0]]
    ... )
    >>> in_context(isolation, table, knn(10), "a").value
    0.8
    """
    context.single("in_context")
    columns = columns_in_context(measure, table, *args, **options)
    around = context.persons(table)[0]
    scale = f"{context.scale_name} {context.scales[0]}"
    estimate = columns.estimate(table, value_in_context(measure, table, columns, around))
    reason = f"measured in context ({scale}); no interval was asked for"
    return replace(estimate, reason=reason, reason_code="not-asked")


def columns_in_context(
    measure: Callable[..., Estimate], table: CountTable, *args: Any, **options: Any
) -> Columns:
    """What a measure looks at; one without a form in context is a ParameterError."""
    entry = measure_of(measure)
    if entry.symbol not in _FORMS:
        raise ParameterError(
            f"{entry.symbol} has no form in context. Use one of {', '.join(_FORMS)}, or measure "
            "the table itself."
        )
    return entry.columns(table, *args, **options)


def value_in_context(
    measure: Callable[..., Estimate],
    table: CountTable,
    columns: Columns,
    around: NDArray[np.float64],
) -> float:
    """The measure of the persons of a table among these surroundings, shape as its counts."""
    own = table.counts
    if columns.indices != tuple((group,) for group in range(table.n_groups)):
        own, around = columns.take(own), columns.take(around)
    return float(value_among(measure, own, around, columns))


def value_among(
    measure: Callable[..., Estimate], own: Any, around: Any, columns: Columns
) -> np.float64:
    """The measure of persons in these columns among surroundings in the same; NaN undefined."""
    return _FORMS[measure_of(measure).symbol](own, around, columns)
