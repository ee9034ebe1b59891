"""Diversity: how varied is the place as a whole? This is not segregation."""

from __future__ import annotations

import math
from typing import Any

from seglib.measures.columns import every_group
from seglib.registry import kernel, measure
from seglib.result import Estimate
from seglib.table import CountTable


@kernel
def _entropy(counts: Any) -> float:
    """Entropy of the group shares in nats; the total is positive."""
    n_units, n_groups = counts.shape
    total, by_group = 0.0, 0.0
    for group in range(n_groups):
        group_total = 0.0
        for unit in range(n_units):
            group_total += counts[unit, group]
        if group_total > 0.0:
            by_group += group_total * math.log(group_total)
        total += group_total
    return max(0.0, math.log(total) - by_group / total)


@kernel
def _simpson(counts: Any) -> float:
    """One less the summed squares of the group shares; the total is positive."""
    n_units, n_groups = counts.shape
    total, squares = 0.0, 0.0
    for group in range(n_groups):
        group_total = 0.0
        for unit in range(n_units):
            group_total += counts[unit, group]
        squares += group_total * group_total
        total += group_total
    return 1.0 - squares / total / total


@measure(
    "E",
    kernel=_entropy,
    columns=every_group,
    form="table",
    bounds=(0.0, math.inf),
    properties=("margins only",),
)
def entropy(table: CountTable) -> Estimate:
    """How uncertain the group of a person from this place is.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups); only the groups' totals count.

    Returns
    -------
    Estimate
        ``value`` in nats, from 0 (one group) to ln n_groups (all as large).

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    Less the sum over groups of ``p ln p``; 0 log 0 = 0.

    References
    ----------
    Shannon (1948), Bell System Technical Journal 27(3), 379-423.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]])
    >>> round(entropy(table).value, 12) == round(math.log(2), 12)
    True
    """
    columns = every_group(("E", "E"), table)
    return columns.estimate(table, _entropy(columns.take(table.counts)))


@measure(
    "Simpson",
    kernel=_simpson,
    columns=every_group,
    form="table",
    bounds=(0.0, 1.0),
    properties=("margins only",),
)
def simpson(table: CountTable) -> Estimate:
    """Chance that two persons of this place, drawn with replacement, differ in group.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups); only the groups' totals count.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit.

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    References
    ----------
    Simpson (1949), Nature 163, 688.

    Examples
    --------
    >>> simpson(CountTable.from_counts([[30, 10], [10, 30]])).value
    0.5
    """
    columns = every_group(("Simpson", "Simpson"), table)
    return columns.estimate(table, _simpson(columns.take(table.counts)))
