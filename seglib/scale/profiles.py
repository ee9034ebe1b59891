"""Profiles: one measure over ever larger surroundings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from seglib.errors import ParameterError, TableError
from seglib.result import Estimate, Profile
from seglib.scale.contexts import Context
from seglib.scale.surroundings import columns_in_context, value_in_context
from seglib.table import CountTable


def profile(
    table: CountTable,
    measure: Callable[..., Estimate],
    *args: Any,
    levels: Sequence[str] | None = None,
    contexts: Context | Sequence[Context] | None = None,
    null: Callable[[CountTable], Iterable[CountTable]] | None = None,
    **options: Any,
) -> Profile:
    """One measure over ever larger areas that units nest in, or over ever wider contexts.

    Parameters
    ----------
    table : CountTable
        The smallest units.
    measure : callable
        With levels whatever gives an Estimate for a table: a measure, or
        ``functools.partial(estimate, measure)`` for intervals, with ``seed`` among the options.
        With contexts a measure that ``in_context`` takes.
    *args
        For the measure.
    levels : sequence of str, optional
        Levels in order: the table's own (``table.level``, or "" for the units as they are) and
        levels in ``table.parts``.
    contexts : Context or sequence of Context, optional
        In place of levels: one context of several scales, or several of one kind.
    null : callable, optional
        With contexts: gives tables of the same units among which people were allotted by chance;
        the mean of the measure over them becomes ``null_mean``.
    **options
        For the measure, by name.

    Returns
    -------
    Profile
        A value for each scale, with ``low`` and ``high`` where the measure gave them;
        ``.ratio(macro, micro)`` says how far segregation reaches.

    Raises
    ------
    TableError
        The units do not nest in a level, no level came, or the table has no points.
    ParameterError
        Levels and contexts came both, or neither; contexts are of two kinds; or the measure has
        no form in context.

    References
    ----------
    Reardon, Matthews, O'Sullivan and others (2008), Demography 45(3), 489-514.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts(
    ...     [[9, 1], [7, 3], [2, 8], [2, 8]], groups=("a", "b"), level="buurt",
    ...     parts={"wijk": "AABB"}, points_m=[[0, 0], [100, 0], [200, 0], [300, 0]],
    ... )
    >>> profile(table, dissimilarity, "a", levels=["buurt", "wijk"]).values.round(6).tolist()
    [0.6, 0.6]
    >>> from seglib.scale.contexts import knn
    >>> profile(table, dissimilarity, "a", contexts=knn([10, 20, 40])).values.round(6).tolist()
    [0.6, 0.45, 0.0]
    """
    if (levels is None) == (contexts is None):
        raise ParameterError(
            "A profile goes over levels or over contexts, "
            f"{'neither came' if levels is None else 'both came'}. Give one of the two."
        )
    if levels is None:
        return _over_contexts(table, measure, args, options, one_kind(contexts), null)
    if null is not None:
        raise ParameterError(
            "A profile over levels takes its null from the measure, not from null=. Use "
            "functools.partial(estimate, measure)."
        )
    return _over_levels(table, measure, args, options, levels)


def one_kind(contexts: Any) -> list[Context]:
    """The contexts as a list; of two kinds, or with a scale twice, they are a ParameterError."""
    found = [contexts] if isinstance(contexts, Context) else list(contexts)
    kinds = {(one.scale_name, one.shape) for one in found}
    if len(kinds) != 1:
        named = ", ".join(sorted(" ".join(filter(None, kind)) for kind in kinds)) or "none"
        raise ParameterError(f"A profile needs contexts of one kind, it got {named}. Choose one.")
    scales = [scale for one in found for scale in one.scales]
    if len(set(scales)) < len(scales):
        raise ParameterError(f"A profile takes each scale once, it got {scales}. Drop the twins.")
    return found


def _over_contexts(
    table: CountTable,
    measure: Callable[..., Estimate],
    args: tuple[Any, ...],
    options: dict[str, Any],
    contexts: list[Context],
    null: Callable[[CountTable], Iterable[CountTable]] | None,
) -> Profile:
    columns = columns_in_context(measure, table, *args, **options)

    def values(of: CountTable) -> list[float]:
        return [
            value_in_context(measure, of, columns, around)
            for one in contexts
            for around in one.persons(of)
        ]

    found = np.array(values(table))
    by_chance = [] if null is None else [values(of) for of in null(table)]
    scales = tuple(scale for one in contexts for scale in one.scales)
    return Profile(
        columns.symbol,
        scales,
        found,
        contexts[0].scale_name,
        groups=columns.groups,
        n_units=(table.n_units,) * len(scales),
        null_mean=np.mean(by_chance, axis=0) if by_chance else None,
        replicates=len(by_chance),
        reason="measured in context; no interval was asked for",
        reason_code="not-asked",
        place=table.place,
        year=table.year,
        source=table.source,
    )


def _over_levels(
    table: CountTable,
    measure: Callable[..., Estimate],
    args: tuple[Any, ...],
    options: dict[str, Any],
    levels: Sequence[str],
) -> Profile:
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
        standard_error=_optional(found, "standard_error"),
        bias=_optional(found, "bias"),
        debiased=_optional(found, "debiased"),
        null_mean=_optional(found, "null_mean"),
        p_value=_optional(found, "p_value"),
        reasons=tuple(one.reason for one in found),
        reason_codes=tuple(one.reason_code for one in found),
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
