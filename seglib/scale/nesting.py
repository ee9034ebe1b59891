"""Nested scales: how much lies between the larger areas, and how much within them?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from seglib.errors import ParameterError, TableError
from seglib.measures import mutual_information
from seglib.registry import measure_of
from seglib.result import Decomposition, Estimate, Profile
from seglib.table import CountTable


def within_between(
    table: CountTable, measure: Callable[..., Estimate] = mutual_information, *, by: str
) -> Decomposition:
    """Split a measure into a part between larger areas and a part within them.

    Parameters
    ----------
    table : CountTable
        Units that nest in the parts of level ``by``.
    measure : callable
        A registered measure that is additive; M is.
    by : str
        A level in ``table.parts``.

    Returns
    -------
    Decomposition
        ``between`` and ``within``, which add up to the measure of the table.

    Raises
    ------
    TableError
        The units do not nest in that level.
    ParameterError
        The measure is not additive.

    Notes
    -----
    M = M_between + sum of (N_k / N) M_k over the parts k. The within part holds the bias of small
    units: read it beside its null.

    References
    ----------
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.

    Examples
    --------
    >>> table = CountTable.from_counts(
    ...     [[8, 2], [8, 2], [2, 8], [2, 8]], parts={"wijk": ("A", "A", "B", "B")}
    ... )
    >>> round(within_between(table, by="wijk")["within"], 12)
    0.0
    """
    entry = measure_of(measure)
    if "additive" not in entry.properties:
        raise ParameterError(
            f"{entry.symbol} does not add up over larger areas. Use mutual_information, which does."
        )
    whole, between = measure(table), measure(table.merge(by))
    part_of = np.array(table.part_of(by))
    within = 0.0
    for part in dict.fromkeys(part_of.tolist()):
        inside = table.select_units(part_of == part)
        if inside.total:
            within += inside.total / table.total * measure(inside).value
    return Decomposition(
        whole.symbol,
        {"between": between.value, "within": within},
        whole.value,
        n_units=table.n_units,
        reason="an exact breakdown of a counted table; no interval was asked for",
        reason_code="arithmetic",
        place=table.place,
        years=(table.year, table.year),
        source=table.source,
    )


def profile(
    table: CountTable,
    measure: Callable[..., Estimate],
    *args: Any,
    levels: Sequence[str],
    **options: Any,
) -> Profile:
    """One measure over units and over ever larger areas that they nest in.

    Parameters
    ----------
    table : CountTable
        The smallest units.
    measure : callable
        Gives an Estimate for a table: a measure, or ``functools.partial(estimate, measure)`` for
        intervals, with ``seed`` among the options.
    *args
        For the measure.
    levels : sequence of str
        Levels in order: the table's own (``table.level``, or "" for the units as they are) and
        levels in ``table.parts``.
    **options
        For the measure, by name.

    Returns
    -------
    Profile
        A value for each level, with ``low`` and ``high`` where the measure gave them.

    Raises
    ------
    TableError
        The units do not nest in a level, or no level came.

    References
    ----------
    Reardon, Matthews, O'Sullivan and others (2008), Demography 45(3), 489-514.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts(
    ...     [[9, 1], [7, 3], [2, 8], [2, 8]], groups=("a", "b"), level="buurt",
    ...     parts={"wijk": "AABB"},
    ... )
    >>> profile(table, dissimilarity, "a", levels=["buurt", "wijk"]).values.round(6).tolist()
    [0.6, 0.6]
    """
    if not levels:
        raise TableError("A profile needs at least one level, none came. Name them in order.")
    found = [
        measure(table if level in (table.level, "") else table.merge(level), *args, **options)
        for level in levels
    ]
    reasons = {one.reason: one.reason_code for one in found if one.reason}
    if not reasons and all(one.low is None for one in found):
        reasons = {"no interval was asked for": "not-asked"}
    first = found[0]
    return Profile(
        first.symbol,
        tuple(levels),
        _column(found, "value"),
        groups=first.groups,
        n_units=tuple(one.n_units for one in found),
        low=_optional(found, "low"),
        high=_optional(found, "high"),
        level=first.level,
        estimand=first.estimand,
        method=first.method,
        null_mean=_optional(found, "null_mean"),
        seed=first.seed,
        replicates=first.replicates,
        stream=first.stream,
        reason="; ".join(reasons),
        reason_code=next(iter(reasons.values()), ""),
        place=table.place,
        year=table.year,
        source=table.source,
    )


def _column(found: list[Estimate], name: str) -> Any:
    values = [getattr(one, name) for one in found]
    array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    array.flags.writeable = False
    return array


def _optional(found: list[Estimate], name: str) -> Any:
    """The column, or None where no result has it."""
    return _column(found, name) if any(getattr(one, name) is not None for one in found) else None
