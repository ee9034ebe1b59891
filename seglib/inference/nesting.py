"""Certainty of what lies between larger areas, and within them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from seglib.inference.numbers import (
    Numbers,
    Values,
    Whole,
    at_levels,
    merged,
    told_together,
    wishes_over_scales,
)
from seglib.measures import mutual_information
from seglib.registry import one_number
from seglib.result import Decomposition, Estimate
from seglib.scale.contexts import part_rows
from seglib.scale.nesting import within_between
from seglib.table import CountTable


def estimate_within_between(
    table: CountTable,
    measure: Callable[..., Estimate] = mutual_information,
    *,
    by: str | Sequence[str],
    seed: int,
    replicates: int = 200,
    level: float = 0.95,
) -> Decomposition:
    """Split a measure level by level, with a process interval for each part and for the whole.

    Parameters
    ----------
    table, measure, by
        As for ``within_between``.
    seed : int
        From 0; all parts come from the same drawn cities.
    replicates : int
        Draws, at least 40, and as many random allotments.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Decomposition
        As ``within_between``, with ``low`` and ``high`` for each part and for ``total``; a part
        that cannot be vouched for is absent there, and named with its reason.

    Raises
    ------
    TableError, ParameterError
        As ``within_between`` raises, or a setting is outside its range.

    Notes
    -----
    Basic bootstrap of persons over all cells. Each part is held against itself under random
    allotment by the rules of ``estimate``; the within part by the cells of units.

    References
    ----------
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.

    Examples
    --------
    >>> table = CountTable.from_counts(
    ...     [[800, 200], [700, 300], [200, 800], [100, 900]], parts={"wijk": "AABB"}
    ... )
    >>> parts = estimate_within_between(table, by="wijk", seed=1)
    >>> parts.low["between"] < parts["between"] < parts.high["between"]
    True
    """
    parts = within_between(table, measure, by=by)
    entry = one_number(measure, "estimate_within_between")
    wishes = wishes_over_scales(entry, "process", "allocation", level, seed, replicates)
    columns = entry.columns(table)
    counts = columns.take(table.counts)
    rows = [*(part_rows(table, one) for one in ([by] if isinstance(by, str) else by)), None]

    def measured(chunk: Whole) -> Values:
        found = at_levels(entry.batch, rows, chunk)
        return np.concatenate([np.diff(found, axis=0, prepend=0.0), found[-1:]])

    cells = [merged(counts, one) for one in (*rows, None)]
    values = [*parts.parts.values(), parts.total]
    numbers = Numbers(entry, values, cells, columns.n_used, measured)
    fields, _ = numbers.certain(counts, wishes)
    known = dict(zip((*parts.parts, "total"), fields, strict=True))
    low, high = (
        {name: one[side] for name, one in known.items() if "low" in one} or None
        for side in ("low", "high")
    )
    told = told_together("part", {name: one["reason"] for name, one in known.items()})
    codes = [one["reason_code"] for one in fields if one["reason_code"]]
    origin: Any = {"estimand": "process", "method": fields[-1].get("method", "")}
    reason = {"reason": told, "reason_code": next(iter(codes), "")}
    return replace(parts, low=low, high=high, **reason, **origin, **wishes.origin)
