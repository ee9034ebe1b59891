"""Nested scales: how much lies between the larger areas, and how much within them?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from seglib.errors import ParameterError, TableError
from seglib.measures import mutual_information
from seglib.registry import measure_of
from seglib.result import Decomposition, Estimate
from seglib.table import CountTable


def within_between(
    table: CountTable,
    measure: Callable[..., Estimate] = mutual_information,
    *,
    by: str | Sequence[str],
) -> Decomposition:
    """Split a measure into a part between larger areas and a part within them, level by level.

    Parameters
    ----------
    table : CountTable
        Units that nest in the parts of each level.
    measure : callable
        A registered measure that is additive; M is.
    by : str or sequence of str
        A level in ``table.parts``, or several, the largest areas first.

    Returns
    -------
    Decomposition
        For one level ``between`` and ``within``. For several a part by each level's name, that
        level within the one above it, and ``within``, the units within the last. They add up to
        the measure of the table.

    Raises
    ------
    TableError
        The units do not nest in a level, or a level in the one before it.
    ParameterError
        The measure is not additive, or no level came.

    Notes
    -----
    M = M_between + sum of (N_k / N) M_k over the parts k, and again for each M_k. The within part
    holds the bias of small units: read it beside its null.

    References
    ----------
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.

    Examples
    --------
    >>> table = CountTable.from_counts(
    ...     [[8, 2], [8, 2], [2, 8], [2, 8]],
    ...     parts={"wijk": ("A", "A", "B", "B"), "stad": ("S", "S", "S", "S")},
    ... )
    >>> round(within_between(table, by="wijk")["within"], 12)
    0.0
    >>> list(within_between(table, by=["stad", "wijk"]).parts)
    ['stad', 'wijk', 'within']
    """
    entry = measure_of(measure)
    if "additive" not in entry.properties:
        raise ParameterError(
            f"{entry.symbol} does not add up over larger areas. Use mutual_information, which does."
        )
    levels = (by,) if isinstance(by, str) else tuple(by)
    if not levels:
        raise ParameterError("A breakdown needs a level at least, none came. Name one as by=.")
    names = ("between",) if isinstance(by, str) else levels
    parts = {names[0]: measure(table.merge(levels[0])).value}
    for above, level in pairwise(levels):
        _refuse_straddling(table, above, level)
        parts[level] = _within(table.merge(level), measure, above)
    parts["within"] = _within(table, measure, levels[-1])
    whole = measure(table)
    return Decomposition(
        whole.symbol,
        parts,
        whole.value,
        n_units=table.n_units,
        reason="an exact breakdown of a counted table; no interval was asked for",
        reason_code="arithmetic",
        place=table.place,
        years=(table.year, table.year),
        source=table.source,
    )


def _within(table: CountTable, measure: Callable[..., Estimate], by: str) -> float:
    """The measure within each part of a level, averaged by persons."""
    part_of = np.array(table.part_of(by))
    within = 0.0
    for part in dict.fromkeys(part_of.tolist()):
        inside = table.select_units(part_of == part)
        if inside.total:
            within += inside.total / table.total * measure(inside).value
    return within


def _refuse_straddling(table: CountTable, above: str, level: str) -> None:
    """Each part of a level lies in one part of the level above."""
    home: dict[str, str] = {}
    for part, larger in zip(table.part_of(level), table.part_of(above), strict=True):
        if home.setdefault(part, larger) != larger:
            raise TableError(
                f"Levels need to nest: {part!r} of level {level!r} lies in {home[part]!r} and in "
                f"{larger!r} of level {above!r}. Name the largest areas first, or mend the codes."
            )
