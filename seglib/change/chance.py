"""Chance in the parts of a change of M."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.change.bounding import METHOD, Draws, bounded, with_origin
from seglib.change.decomposing import Difference, difference, margin_parts
from seglib.change.ground import common_ground, matched, occupied
from seglib.errors import ConvergenceError, UndefinedMeasureError
from seglib.inference.changing import in_both_years
from seglib.inference.draws import PROCESS, PROCESS_AFTER, each_chunk
from seglib.inference.estimating import ANYWHERE, basic_interval
from seglib.inference.vouching import vanished
from seglib.measures import mutual_information
from seglib.registry import measure_of
from seglib.result import Estimate
from seglib.table import CountTable

PARTS = ("removals", "additions", "group_margin", "unit_margin", "structural", "total")
SAFE_ERRORS = 3.0
DRAWN_TOLERANCE = 1e-8


def estimate_difference(
    before: CountTable,
    after: CountTable,
    *,
    seed: int,
    replicates: int = 200,
    level: float = 0.95,
) -> Difference:
    """The difference decomposition of M with a process interval for each part.

    Parameters
    ----------
    before, after : CountTable
        Two years with the same groups; units are matched by code.
    seed : int
        From 0; both years are drawn independently.
    replicates : int
        Draws for each year, at least 40.
    level : float
        Coverage aimed at.

    Returns
    -------
    Difference
        As ``difference``, with ``low`` and ``high`` for each part and the total; additions or
        removals that no unit and no group makes up are 0 and have none. Without interval there
        is a reason.

    Raises
    ------
    TableError, UndefinedMeasureError, ConvergenceError
        As ``difference`` raises.

    Notes
    -----
    Basic bootstrap of persons over all cells of each year; a shared unit that is empty in a draw
    counts as one of the other year only in that draw. There is no null: chance alone gives each
    year the M of its own sizes, which ``estimate`` tells.

    References
    ----------
    Elbers (2021), Sociological Methods and Research 52(1), doi 10.1177/0049124121986204.

    Examples
    --------
    >>> first = CountTable.from_counts([[400, 100], [100, 400]])
    >>> last = CountTable.from_counts([[350, 150], [150, 350]])
    >>> parts = estimate_difference(first, last, seed=1, replicates=40)
    >>> parts.low["structural"] < parts.structural < parts.high["structural"] < 0
    True
    """
    parts = _measured(before, after, seed, replicates, level)
    if parts.reason:
        return parts
    return bounded(parts, _drawn_difference(before, after, seed, replicates))


def estimate_structural_share(
    before: CountTable,
    after: CountTable,
    *,
    seed: int,
    replicates: int = 500,
    level: float = 0.95,
) -> Estimate:
    """Which share of the change of M goes with a different spread, with a process interval.

    Parameters
    ----------
    before, after : CountTable
        Two years with the same groups; units are matched by code.
    seed : int
        From 0; both years are drawn independently.
    replicates : int
        Draws for each year, at least 40.
    level : float
        Coverage aimed at.

    Returns
    -------
    Estimate
        ``value`` is the structural part over the whole change of M: 1 where nothing but the
        spread changed, below 0 or above 1 where the parts point different ways. There is a
        reason instead of an interval where M itself has none, or where the whole change is
        smaller than three of its standard errors.

    Raises
    ------
    UndefinedMeasureError
        M did not change at all, or as ``difference`` raises.
    TableError, ConvergenceError
        As ``difference`` raises.

    Notes
    -----
    Basic bootstrap of persons; the ratio is taken in each draw. A ratio has no mean and its
    draws no end where the denominator may be 0, hence the three standard errors. Random
    allotment leaves no change to take a share of, so there is no null.

    References
    ----------
    Elbers (2021), Sociological Methods and Research 52(1), doi 10.1177/0049124121986204.

    Examples
    --------
    >>> first = CountTable.from_counts([[400, 100], [100, 400]])
    >>> last = CountTable.from_counts([[350, 150], [150, 350]])
    >>> found = estimate_structural_share(first, last, seed=1, replicates=40)
    >>> round(found.value, 9), found.low < 1 < found.high
    (1.0, True)
    """
    parts = _measured(before, after, seed, replicates, level)
    if not parts.total:
        raise UndefinedMeasureError(
            "A share of the change of M needs a change; M is the same in both tables. "
            "Show the parts themselves, from difference."
        )
    fields: dict[str, Any] = {"reason": parts.reason, "reason_code": parts.reason_code}
    if not parts.reason:
        drawn = _drawn_difference(before, after, seed, replicates)
        fields = _ratio(parts.structural, parts.total, drawn["structural"], drawn["total"], level)
    kept = ("n_units", "level", "seed", "replicates", "stream", "place", "source")
    origin = {name: getattr(parts, name) for name in kept}
    return Estimate(
        "structural_share_M", parts.structural / parts.total, year=after.year, **origin, **fields
    )


def _ratio(part: float, total: float, parts: Draws, totals: Draws, level: float) -> dict[str, Any]:
    """The interval of a part over a total, or why there is none."""
    reason = vanished(totals)
    error = float(totals.std(ddof=1))
    if not reason[0] and abs(total) < SAFE_ERRORS * error:
        reason = (
            f"the whole change {total:.3g} is {abs(total) / error:.1f} times its standard error, "
            f"too near 0 for a share of it (limit {SAFE_ERRORS:g})",
            "near-null",
        )
    if reason[0]:
        return {"reason": reason[0], "reason_code": reason[1]}
    draws = parts / totals
    low, high = basic_interval(part / total, draws, level, ANYWHERE)
    return {
        "low": float(low),
        "high": float(high),
        "standard_error": float(draws.std(ddof=1)),
        "bias": float(draws.mean()) - part / total,
        "estimand": "process",
        "method": METHOD,
    }


def _measured(
    before: CountTable, after: CountTable, seed: int, replicates: int, level: float
) -> Difference:
    """The parts as counted, with the origin of their chance."""
    wishes: dict[str, Any] = {"seed": seed, "replicates": replicates, "level": level}
    found = in_both_years(mutual_information, before, after, **wishes)
    return with_origin(difference(before, after), *found[1:])


def _drawn_difference(
    before: CountTable, after: CountTable, seed: int, replicates: int
) -> dict[str, Draws]:
    """Each part in draws of both years; NaN in a draw that shares no ground or cannot be fitted."""
    ground = common_ground(before, after)
    rows = matched(before, after)
    n_shared = len(rows[0])
    cities = [
        np.concatenate([table.counts[at], np.delete(table.counts, at, axis=0)])
        for table, at in zip((before, after), rows, strict=True)
    ]
    kernel = measure_of(mutual_information).kernel
    drawn: list[dict[str, float]] = []
    chunks = (
        each_chunk(city, purpose, seed, replicates)
        for city, purpose in zip(cities, (PROCESS, PROCESS_AFTER), strict=True)
    )
    for (_, earlier), (_, later) in zip(*chunks, strict=True):
        drawn += [_parts_of(*pair, n_shared, kernel) for pair in zip(earlier, later, strict=True)]
    parts = {name: np.array([draw.get(name, np.nan) for draw in drawn]) for name in PARTS}
    # what no unit or group makes up is 0 by arithmetic, and not by chance
    return {name: draws for name, draws in parts.items() if name not in ground.without}


def _parts_of(
    one: NDArray[np.int64], other: NDArray[np.int64], n_shared: int, kernel: Callable[..., float]
) -> dict[str, float]:
    """The parts between two drawn cities whose first rows are the shared units."""
    shared = occupied(one[:n_shared], other[:n_shared])
    if shared is None:
        return {}
    first, last = (
        np.ascontiguousarray(city[np.ix_(*shared)], dtype=np.float64) for city in (one, other)
    )
    try:
        parts = margin_parts(first, last, kernel, DRAWN_TOLERANCE)
    except ConvergenceError:
        return {}
    values = kernel(one), kernel(first), kernel(last), kernel(other)
    apart = {"removals": values[1] - values[0], "additions": values[3] - values[2]}
    return {**parts, **apart, "total": values[3] - values[0]}
