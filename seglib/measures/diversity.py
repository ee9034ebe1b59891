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


@kernel
def _effective_number(counts: Any) -> float:
    """The exponent of the entropy of the group shares; the total is positive."""
    return math.exp(_entropy(counts))


@kernel
def _inverse_simpson(counts: Any) -> float:
    """One over the summed squares of the group shares; the total is positive."""
    return max(1.0, 1.0 / (1.0 - _simpson(counts)))


@kernel
def _polarisation(counts: Any) -> float:
    """Four times the sum of p^2 (1 - p) over the groups; the total is positive."""
    n_units, n_groups = counts.shape
    total, squares, cubes = 0.0, 0.0, 0.0
    for group in range(n_groups):
        group_total = 0.0
        for unit in range(n_units):
            group_total += counts[unit, group]
        squares += group_total * group_total
        cubes += group_total * group_total * group_total
        total += group_total
    return max(0.0, 4.0 * (squares - cubes / total) / total / total)


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

    Notes
    -----
    One less the sum over groups of ``p^2``.

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


@measure(
    "N1",
    kernel=_effective_number,
    columns=every_group,
    form="table",
    bounds=(1.0, math.inf),
    properties=("margins only",),
)
def effective_number(table: CountTable) -> Estimate:
    """Number of equally large groups that would make a place as varied by its entropy.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups); only the groups' totals count.

    Returns
    -------
    Estimate
        ``value`` from 1 (one group) to n_groups (all as large).

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    ``exp(E)``, with E the entropy of the group shares in nats. This is Hill's number of
    order 1.

    References
    ----------
    Hill (1973), Ecology 54(2), 427-432.
    Jost (2006), Oikos 113(2), 363-375.

    Examples
    --------
    >>> round(effective_number(CountTable.from_counts([[30, 10], [10, 30]])).value, 12)
    2.0
    """
    columns = every_group(("N1", "N1"), table)
    return columns.estimate(table, _effective_number(columns.take(table.counts)))


@measure(
    "N2",
    kernel=_inverse_simpson,
    columns=every_group,
    form="table",
    bounds=(1.0, math.inf),
    properties=("margins only",),
)
def inverse_simpson(table: CountTable) -> Estimate:
    """Number of equally large groups among which two persons would differ as often.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups); only the groups' totals count.

    Returns
    -------
    Estimate
        ``value`` from 1 (one group) to n_groups (all as large).

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    One over the sum over groups of ``p^2``. This is Hill's number of order 2; large groups weigh
    more in it than in that of order 1.

    References
    ----------
    Hill (1973), Ecology 54(2), 427-432.
    Jost (2006), Oikos 113(2), 363-375.
    Laakso and Taagepera (1979), Comparative Political Studies 12(1), 3-27.

    Examples
    --------
    >>> inverse_simpson(CountTable.from_counts([[30, 10], [10, 30]])).value
    2.0
    """
    columns = every_group(("N2", "N2"), table)
    return columns.estimate(table, _inverse_simpson(columns.take(table.counts)))


@measure(
    "RQ",
    kernel=_polarisation,
    columns=every_group,
    form="table",
    bounds=(0.0, 1.0),
    properties=("margins only",),
)
def reynal_querol(table: CountTable) -> Estimate:
    """How near a place is to two groups of equal size, which is where polarisation is largest.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups); only the groups' totals count.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 one group, 1 two equal halves.

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    Four times the sum over groups of ``p^2 (1 - p)``. With two groups it is twice Simpson's
    number.

    References
    ----------
    Reynal-Querol (2002), Journal of Conflict Resolution 46(1), 29-54.
    Montalvo and Reynal-Querol (2005), American Economic Review 95(3), 796-816.

    Examples
    --------
    >>> reynal_querol(CountTable.from_counts([[30, 10], [10, 30]])).value
    1.0
    """
    columns = every_group(("RQ", "RQ"), table)
    return columns.estimate(table, _polarisation(columns.take(table.counts)))
