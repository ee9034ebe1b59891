"""Chance in the parts of a change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seglib.change.decomposing import common_ground, difference, margin_parts
from seglib.inference.draws import PROCESS, PROCESS_AFTER, each_chunk
from seglib.inference.estimating import ANYWHERE, basic_interval, check_settings
from seglib.measures import mutual_information
from seglib.registry import measure_of
from seglib.result import ChangeDecomposition
from seglib.table import CountTable


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
        where all units are in both years, the total.

    Raises
    ------
    TableError, UndefinedMeasureError, ConvergenceError
        As ``difference`` raises.

    Notes
    -----
    Basic bootstrap of persons on the units and groups that both years share; a draw in which a
    group or unit vanished is refused like the table itself would be.

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
    check_settings(seed, replicates, level)
    parts = difference(before, after)
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
            drawn = margin_parts(one.astype(float), other.astype(float), kernel, 1e-8)
            draws[start + row] = [drawn[name] for name in names]
    values = np.array([parts.parts[name] for name in names])
    low, high = basic_interval(values, draws, level, ANYWHERE)
    bounds: list[dict[str, float]] = [
        dict(zip(names, map(float, side), strict=True)) for side in (low, high)
    ]
    if len(first) == before.n_units == after.n_units:
        total = basic_interval(parts.total, draws.sum(axis=1), level, ANYWHERE)
        for side, bound in zip(bounds, total, strict=True):
            side["total"] = float(bound)
    return replace(parts, low=bounds[0], high=bounds[1], level=level, reason="", reason_code="")
