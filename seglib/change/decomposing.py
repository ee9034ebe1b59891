"""Splitting a change into the city's make-up and segregation proper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

import numpy as np

from seglib.change.fitting import TOLERANCE, Floats, Names, ipf
from seglib.change.ground import CommonGround, common_ground
from seglib.errors import UndefinedMeasureError
from seglib.measures import isolation, mutual_information
from seglib.registry import measure_of, one_number
from seglib.result import ChangeDecomposition, Decomposition
from seglib.table import CountTable, refuse_other_groups

ARITHMETIC = "an exact breakdown of two counted tables; no interval was asked for"


@dataclass(frozen=True, slots=True)
class Difference(ChangeDecomposition):
    """A change of M in five parts; ``ground`` lists the units and groups of one year only."""

    _: KW_ONLY
    ground: CommonGround | None = field(default=None, compare=False, repr=False)


def difference(
    before: CountTable, after: CountTable, *, tolerance: float = TOLERANCE
) -> Difference:
    """Split the change of M into new and vanished units, both margins, and segregation proper.

    Parameters
    ----------
    before, after : CountTable
        Two years with the same groups; units are matched by code.
    tolerance : float
        Relative tolerance of the fit to margins.

    Returns
    -------
    Difference
        ``additions``, ``removals``, ``group_margin``, ``unit_margin``, ``structural`` and
        ``total`` in nats; the five add up to M after less M before. ``ground.additions`` and
        ``ground.removals`` name the units of one year only, with their persons.

    Raises
    ------
    TableError
        The groups differ.
    UndefinedMeasureError
        No unit has people in both years, or a table is empty.
    ConvergenceError
        Empty cells keep a unit or group, which is named, from its size in the other year.

    Notes
    -----
    Units and groups with people in one year only make up additions and removals. On what is
    left, each year's odds ratios are fitted to the other's margins; every part is the mean over
    both directions (Shapley), the two margins sharing theirs over both orders. An empty cell
    stays empty in the fit, and 0 log 0 = 0. Boundaries that changed must be made one first,
    else they show up as additions and removals.

    References
    ----------
    Elbers (2021), Sociological Methods and Research 52(1), doi 10.1177/0049124121986204.

    Examples
    --------
    >>> first = CountTable.from_counts([[40, 10], [10, 40]])
    >>> parts = difference(first, first.scaled(3))
    >>> abs(parts.total) < 1e-12, abs(parts.structural) < 1e-12
    (True, True)
    """
    m = measure_of(mutual_information).kernel
    values = mutual_information(before).value, mutual_information(after).value
    ground = common_ground(before, after)
    ours, theirs = ground.before, ground.after
    parts = margin_parts(ours, theirs, m, tolerance, ground.names)
    shares = {
        "additions": values[1] - m(theirs),
        "removals": m(ours) - values[0],
        **parts,
    }
    return Difference(
        "M",
        shares,
        values[1] - values[0],
        n_units=len(ours),
        before=values[0],
        after=values[1],
        reason=ARITHMETIC,
        reason_code="arithmetic",
        place=before.place,
        years=(before.year, after.year),
        source=before.source,
        ground=ground,
    )


def margin_parts(
    first: Floats,
    last: Floats,
    measure_kernel: Callable[[Floats], float],
    tolerance: float,
    names: Names | None = None,
) -> dict[str, float]:
    """Shapley shares of group margin, unit margin and structure, all cells on common ground."""
    tables = (first / first.sum(), last / last.sum())
    value: dict[tuple[int, int, int], float] = {}
    for odds in (0, 1):
        for unit in (0, 1):
            for group in (0, 1):
                rows, columns = tables[unit].sum(axis=1), tables[group].sum(axis=0)
                fitted = tables[odds]
                if (unit, group) != (odds, odds):
                    fitted = ipf(fitted, rows, columns, tolerance=tolerance, names=names)
                value[odds, unit, group] = measure_kernel(fitted)
    at = value.__getitem__
    both = [(a, b) for a in (0, 1) for b in (0, 1)]
    return {
        "group_margin": sum(at((odds, unit, 1)) - at((odds, unit, 0)) for odds, unit in both) / 4,
        "unit_margin": sum(at((odds, 1, group)) - at((odds, 0, group)) for odds, group in both) / 4,
        "structural": sum(at((1, side, side)) - at((0, side, side)) for side in (0, 1)) / 2,
    }


def margin_only(
    measure: Callable[..., Any], before: CountTable, after: CountTable, *args: Any, **options: Any
) -> float:
    """What a measure would have become had only the groups' sizes changed.

    Parameters
    ----------
    measure : callable
        A registered measure that gives one number.
    before, after : CountTable
        Every group keeps its spread over the units of ``before`` and gets its total of ``after``.
    *args, **options
        For the measure.

    Returns
    -------
    float
        The measure of that imagined table; compare it with the measure of ``before``.

    Raises
    ------
    TableError
        The groups differ.
    UndefinedMeasureError
        A group has people in ``after`` but none in ``before``, so it has no spread to keep.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> margin_only(dissimilarity, table, table.scaled(2), "a", "b")
    0.5
    """
    refuse_other_groups(before, after)
    entry = one_number(measure, "margin_only")
    columns = entry.columns(before, *args, **options)
    newcomers = (before.group_totals == 0) & (after.group_totals > 0)
    if newcomers.any():
        name = before.groups[int(newcomers.argmax())]
        raise UndefinedMeasureError(
            f"Group {name!r} has no people in the earlier table, so its spread over units is not "
            "known. Merge it with another group, or start at a later year."
        )
    growth = after.group_totals / np.maximum(before.group_totals, 1)
    return entry.evaluate(columns, before.counts * growth)


def isolation_change(before: CountTable, after: CountTable, group: str) -> Decomposition:
    """Split the change of a group's isolation into its share of the city and its unevenness.

    Parameters
    ----------
    before, after : CountTable
        Two years.
    group : str
        A name in both.

    Returns
    -------
    Decomposition
        ``share`` and ``evenness``, which add up to the change of xPx; for intervals take
        ``estimate_isolation_change``.

    Raises
    ------
    UnknownGroupError, UndefinedMeasureError
        The group is not there, has no members, or is the whole city.

    Notes
    -----
    With p the group's share, xPx = p + (1 - p) eta2, so eta2 = (xPx - p) / (1 - p). Each part is
    the mean over both orders (Shapley), which is exact for two factors.

    References
    ----------
    Shorrocks (2013), Journal of Economic Inequality 11(1), 99-126.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> isolation_change(table, table.scaled(2), "a").total
    0.0
    """
    first, last = (_value_and_share(table, group) for table in (before, after))
    return Decomposition(
        "xPx",
        isolation_parts(*first, *last),
        last[0] - first[0],
        (group,),
        before.n_units,
        before=first[0],
        after=last[0],
        reason=ARITHMETIC,
        reason_code="arithmetic",
        place=before.place,
        years=(before.year, after.year),
        source=before.source,
    )


def isolation_parts(value_0: Any, share_0: Any, value_1: Any, share_1: Any) -> dict[str, Any]:
    """What the share and the evenness add to isolation between two years; numbers or arrays."""
    eta_0, eta_1 = (value_0 - share_0) / (1.0 - share_0), (value_1 - share_1) / (1.0 - share_1)
    return {
        "share": (share_1 - share_0) * (1 - (eta_0 + eta_1) / 2),
        "evenness": (eta_1 - eta_0) * (1 - (share_0 + share_1) / 2),
    }


def _value_and_share(table: CountTable, group: str) -> tuple[float, float]:
    value = isolation(table, group).value
    share = float(table.shares[table.group_index(group)])
    if share == 1.0:
        raise UndefinedMeasureError(
            f"Isolation splits only where there are others; {group!r} is the whole table. "
            "Take a table with all groups."
        )
    return value, share
