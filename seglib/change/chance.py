"""Chance in the parts of a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from seglib.change.decomposing import (
    common_ground,
    difference,
    isolation_change,
    isolation_parts,
    margin_parts,
    occupied,
)
from seglib.inference.changing import in_both_years
from seglib.inference.draws import PROCESS, PROCESS_AFTER, each_chunk
from seglib.inference.estimating import ANYWHERE, basic_interval
from seglib.inference.vouching import Reason
from seglib.measures import isolation, mutual_information
from seglib.registry import measure_of
from seglib.result import ChangeDecomposition, Decomposition, Estimate
from seglib.table import CountTable

Parts = TypeVar("Parts", bound=Decomposition)


def estimate_difference(
    before: CountTable,
    after: CountTable,
    *,
    seed: int,
    replicates: int = 200,
    level: float = 0.95,
) -> ChangeDecomposition:
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
    ChangeDecomposition
        As ``difference``, with ``low`` and ``high`` for the two margins, the structural part and,
        where all units are in both years, the total. Without interval there is a reason.

    Raises
    ------
    TableError, UndefinedMeasureError, ConvergenceError
        As ``difference`` raises.

    Notes
    -----
    Basic bootstrap of persons on the units and groups that both years share; a unit that is empty
    in a draw is left out of that draw.

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
    wishes: dict[str, Any] = {"seed": seed, "replicates": replicates, "level": level}
    found = in_both_years(mutual_information, before, after, **wishes)
    parts = _with_origin(difference(before, after), *found[1:])
    if parts.reason:
        return parts
    first, last = (ground.astype(np.int64) for ground in common_ground(before, after))
    kernel = measure_of(mutual_information).kernel
    names = ("group_margin", "unit_margin", "structural")
    draws = np.empty((replicates, len(names)))
    both = zip(
        each_chunk(first, PROCESS, seed, replicates),
        each_chunk(last, PROCESS_AFTER, seed, replicates),
        strict=True,
    )
    for (start, earlier), (_, later) in both:
        for row, (one, other) in enumerate(zip(earlier, later, strict=True)):
            ground = occupied(one.astype(float), other.astype(float))
            drawn = margin_parts(*ground, kernel, 1e-8) if ground else dict.fromkeys(names, 0.0)
            draws[start + row] = [drawn[name] for name in names]
    whole = len(first) == before.n_units == after.n_units
    return _bounded(parts, dict(zip(names, draws.T, strict=True)), whole)


def estimate_isolation_change(
    before: CountTable,
    after: CountTable,
    group: str,
    *,
    seed: int,
    replicates: int = 200,
    level: float = 0.95,
) -> Decomposition:
    """The two parts of a group's change of isolation with a process interval for each.

    Parameters
    ----------
    before, after : CountTable
        Two years.
    group : str
        A name in both.
    seed : int
        From 0; both years are drawn independently.
    replicates : int
        Draws for each year, at least 40.
    level : float
        Coverage aimed at.

    Returns
    -------
    Decomposition
        As ``isolation_change``, with ``low`` and ``high`` for ``share``, ``evenness`` and
        ``total``. Without interval there is a reason.

    Raises
    ------
    UnknownGroupError, UndefinedMeasureError
        As ``isolation_change`` raises.

    Notes
    -----
    Basic bootstrap of persons over all cells; the draws are those of ``change_between``, so the
    interval of the total is that of its points.

    References
    ----------
    Shorrocks (2013), Journal of Economic Inequality 11(1), 99-126.

    Examples
    --------
    >>> first = CountTable.from_counts([[400, 100], [100, 400]], groups=("a", "b"))
    >>> last = CountTable.from_counts([[350, 150], [150, 350]], groups=("a", "b"))
    >>> parts = estimate_isolation_change(first, last, "a", seed=1, replicates=40)
    >>> parts.low["evenness"] < parts["evenness"] < parts.high["evenness"] < 0
    True
    """
    parts = isolation_change(before, after, group)
    wishes: dict[str, Any] = {"seed": seed, "replicates": replicates, "level": level}
    parts = _with_origin(parts, *in_both_years(isolation, before, after, group, **wishes)[1:])
    if parts.reason:
        return parts
    entry = measure_of(isolation)
    drawn: list[NDArray[np.float64]] = []
    for table, purpose in ((before, PROCESS), (after, PROCESS_AFTER)):
        counts = entry.columns(table, group).take(table.counts)
        values, shares = np.empty(replicates), np.empty(replicates)
        for start, chunk in each_chunk(counts, purpose, seed, replicates):
            rows = slice(start, start + len(chunk))
            entry.batch(chunk, values[rows])
            shares[rows] = chunk[:, :, 0].sum(axis=1) / counts.sum()
        drawn += [values, shares]
    return _bounded(parts, isolation_parts(*drawn), whole=True)


def _with_origin(parts: Parts, last: Estimate, reason: Reason) -> Parts:
    """The parts with the origin of their chance, and why they can have no interval if so."""
    return replace(
        parts,
        level=last.level,
        seed=last.seed,
        replicates=last.replicates,
        stream=last.stream,
        reason=reason[0],
        reason_code=reason[1],
    )


def _bounded(parts: Parts, draws: dict[str, NDArray[np.float64]], whole: bool) -> Parts:
    """The parts with an interval for each that was drawn and, if whole, for their sum."""
    values = {name: parts.parts[name] for name in draws}
    if whole:
        values["total"] = parts.total
        draws = draws | {"total": np.sum(list(draws.values()), axis=0)}
    sides = basic_interval(
        np.array(list(values.values())),
        np.column_stack(list(draws.values())),
        parts.level,
        ANYWHERE,
    )
    low, high = (dict(zip(values, map(float, side), strict=True)) for side in sides)
    method = "basic bootstrap of persons over all cells, both years independently"
    return replace(parts, low=low, high=high, estimand="process", method=method)
