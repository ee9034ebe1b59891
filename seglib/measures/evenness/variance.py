"""Variance: how much of the variety of persons lies between units?"""

from __future__ import annotations

from typing import Any

from seglib.measures.columns import beside_others, several_groups
from seglib.registry import kernel, measure
from seglib.result import Estimate
from seglib.table import CountTable


@kernel
def _correlation_ratio(ours: Any, theirs: Any) -> float:
    """Variance of the unit shares over p (1 - p); both totals are positive."""
    ours_total, theirs_total = float(ours.sum()), float(theirs.sum())
    share = ours_total / (ours_total + theirs_total)
    squares = 0.0
    for unit in range(ours.size):
        persons = float(ours[unit]) + theirs[unit]
        if persons > 0.0:
            gap = ours[unit] - persons * share
            squares += gap * gap / persons
    return min(1.0, squares / (ours_total * (1.0 - share)))


@kernel
def _relative_diversity(counts: Any) -> float:
    """Summed variances of the unit shares over the sum of p (1 - p); two groups have members."""
    n_units, n_groups = counts.shape
    total, squares = 0.0, 0.0
    for group in range(n_groups):
        group_total = 0.0
        for unit in range(n_units):
            group_total += counts[unit, group]
        squares += group_total * group_total
        total += group_total
    variety = total - squares / total
    mixed = 0.0
    for unit in range(n_units):
        unit_total, squares = 0.0, 0.0
        for group in range(n_groups):
            persons = float(counts[unit, group])
            unit_total += persons
            squares += persons * persons
        if unit_total > 0.0:
            mixed += unit_total - squares / unit_total
    # rounding may leave -1e-16 where the answer is 0
    return max(0.0, 1.0 - mixed / variety)


@measure(
    "eta2",
    kernel=_correlation_ratio,
    columns=beside_others,
    form="pair",
    bounds=(0.0, 1.0),
    properties=("strong transfers",),
)
def correlation_ratio(table: CountTable, group: str) -> Estimate:
    """Isolation of a group above its share, as a part of the most it could be.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group : str
        A name in ``table.groups``; the others are taken together.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 even, 1 the group lives alone.

    Raises
    ------
    UnknownGroupError
        The name is not in the table.
    UndefinedMeasureError
        The group, or everyone else, has no members.

    Notes
    -----
    The sum over units of ``n_u (p_u - p)^2 / (N p (1 - p))``. It equals
    ``(xPx - p) / (1 - p)``, and is called the correlation ratio, eta squared or V. It does not
    wholly take out the group's share: it moves when only the groups' sizes change.

    References
    ----------
    Bell (1954), Social Forces 32(4), 357-364.
    James and Taeuber (1985), Sociological Methodology 15, 1-32.
    Massey and Denton (1988), Social Forces 67(2), 281-315.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> correlation_ratio(table, "a").value
    0.25
    """
    columns = beside_others(("eta2", "eta2"), table, group)
    return columns.estimate(table, _correlation_ratio(*columns.pair_of(table)))


@measure(
    "R",
    kernel=_relative_diversity,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers",),
)
def relative_diversity(table: CountTable) -> Estimate:
    """How much less often two persons of one unit differ in group than two of the city.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 every unit mirrors the city, 1 no unit is mixed.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two groups have members.

    Notes
    -----
    The sum over units and groups of ``n_u (p_ug - p_g)^2 / (N I)``, with I the sum over groups
    of ``p_g (1 - p_g)``. It is Goodman and Kruskal's tau of groups on units; with two groups it
    is the eta2 of each.

    References
    ----------
    Goodman and Kruskal (1954), Journal of the American Statistical Association 49, 732-764.
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]])
    >>> relative_diversity(table).value
    0.25
    """
    columns = several_groups(("R", "R"), table)
    return columns.estimate(table, _relative_diversity(table.counts))
