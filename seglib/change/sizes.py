"""Chance in what the sizes of groups alone do to a measure between two years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from seglib.change.bounding import Draws, bounded, with_origin
from seglib.change.decomposing import isolation_change, isolation_parts, margin_only
from seglib.inference.changing import in_both_years
from seglib.inference.draws import PROCESS, PROCESS_AFTER, each_chunk
from seglib.measures import isolation
from seglib.registry import measure_of
from seglib.result import Decomposition
from seglib.table import CountTable


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
    parts = with_origin(parts, *in_both_years(isolation, before, after, group, **wishes)[1:])
    if parts.reason:
        return parts
    entry = measure_of(isolation)
    drawn: list[Draws] = []
    for table, purpose in ((before, PROCESS), (after, PROCESS_AFTER)):
        counts = entry.columns(table, group).take(table.counts)
        values, shares = np.empty(replicates), np.empty(replicates)
        for start, chunk in each_chunk(counts, purpose, seed, replicates):
            rows = slice(start, start + len(chunk))
            entry.batch(chunk, values[rows])
            shares[rows] = chunk[:, :, 0].sum(axis=1) / counts.sum()
        drawn += [values, shares]
    draws = isolation_parts(*drawn)
    return bounded(parts, {**draws, "total": draws["share"] + draws["evenness"]})


def estimate_margin_only(
    measure: Callable[..., Any],
    before: CountTable,
    after: CountTable,
    *args: Any,
    seed: int,
    replicates: int = 200,
    level: float = 0.95,
    **options: Any,
) -> Decomposition:
    """How much of a measure's change is growth and decline of groups alone, with an interval.

    Parameters
    ----------
    measure : callable
        A registered measure that gives one number.
    before, after : CountTable
        Two years with the same groups.
    *args
        For the measure.
    seed : int
        From 0; both years are drawn independently.
    replicates : int
        Draws for each year, at least 40.
    level : float
        Coverage aimed at.
    **options
        For the measure, by name.

    Returns
    -------
    Decomposition
        ``group_margin``, which is ``margin_only`` less the measure before; ``spread``, all else;
        and their total, each with ``low`` and ``high``. Without interval there is a reason.

    Raises
    ------
    TableError, UndefinedMeasureError, ParameterError
        As ``margin_only`` raises.

    Notes
    -----
    Percentile bootstrap of persons over all cells, not reflected: D has a kink wherever a unit
    has both groups in equal shares, and what sizes alone do to it is the smaller the more a city
    is shaken, so that the reflected interval covered it in 85 to 88 of 100 worlds of 100 units and
    this one in 96 to 97 (the spread and the total in 93 to 94). The order is fixed: first the
    groups change size, each with its old spread over the units, then all else. No null is given:
    in cities without segregation there is no spread to keep.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 5.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> first = CountTable.from_counts([[400, 100], [100, 400]], groups=("a", "b"))
    >>> last = CountTable.from_counts([[700, 150], [300, 350]], groups=("a", "b"))
    >>> parts = estimate_margin_only(dissimilarity, first, last, "a", "b", seed=1, replicates=40)
    >>> abs(parts["group_margin"]) < 1e-12, parts.low["spread"] < parts["spread"] < 0
    (True, True)
    """
    imagined = margin_only(measure, before, after, *args, **options)
    wishes: dict[str, Any] = {"seed": seed, "replicates": replicates, "level": level, **options}
    first, last, reason = in_both_years(measure, before, after, *args, **wishes)
    values = first.value, last.value
    parts = Decomposition(
        first.symbol,
        {"group_margin": imagined - values[0], "spread": values[1] - imagined},
        values[1] - values[0],
        first.groups,
        before.n_units,
        before=values[0],
        after=values[1],
        place=before.place,
        years=(before.year, after.year),
        source=before.source,
    )
    parts = with_origin(parts, last, reason)
    if parts.reason:
        return parts
    entry = measure_of(measure)
    columns = [entry.columns(table, *args, **options) for table in (before, after)]
    drawn = np.empty((3, replicates))
    chunks = (
        each_chunk(table.counts, purpose, seed, replicates)
        for table, purpose in ((before, PROCESS), (after, PROCESS_AFTER))
    )
    for (start, earlier), (_, later) in zip(*chunks, strict=True):
        for row, (one, other) in enumerate(zip(earlier, later, strict=True), start):
            growth = other.sum(axis=0) / np.maximum(one.sum(axis=0), 1)
            drawn[0, row] = entry.evaluate(columns[0], one)
            drawn[1, row] = entry.evaluate(columns[0], one * growth)
            drawn[2, row] = entry.evaluate(columns[1], other)
    names = ("group_margin", "spread", "total")
    gaps = (drawn[1] - drawn[0], drawn[2] - drawn[1], drawn[2] - drawn[0])
    return bounded(parts, dict(zip(names, gaps, strict=True)), reflected=False)
