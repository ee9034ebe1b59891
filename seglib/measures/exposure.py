"""Exposure: whom does a member of a group meet in the own unit?"""

from __future__ import annotations

from typing import Any

import numpy as np

from seglib.measures.columns import exposed_to, own, several_groups
from seglib.measures.repeated import repeated_interaction, repeated_isolation
from seglib.registry import kernel, measure
from seglib.result import Estimate
from seglib.table import CountTable

LANES = 64  # partial sums side by side, so that processors add several at once


@kernel
def _isolation(ours: Any, theirs: Any) -> float:
    """Mean own share in the units of a group's members; the group has members."""
    whole = ours.size // LANES * LANES
    lanes = np.zeros(LANES)
    for first in range(0, whole, LANES):
        our, their = ours[first : first + LANES], theirs[first : first + LANES]
        for lane in range(LANES):
            persons = float(our[lane])
            met = persons * (persons / (persons + their[lane]))
            lanes[lane] += met if persons > 0.0 else 0.0
    total = 0.0
    for unit in range(whole, ours.size):
        persons = float(ours[unit])
        if persons > 0.0:
            total += persons * (persons / (persons + theirs[unit]))
    for lane in range(LANES):
        total += lanes[lane]
    return total / ours.sum()


@kernel
def _interaction(counts: Any) -> float:
    """Mean share of the second column in the units of the first one's members; there are some."""
    n_units, n_columns = counts.shape
    ours_total, met = 0.0, 0.0
    for unit in range(n_units):
        persons = float(counts[unit, 0])
        if persons > 0.0:
            unit_total = 0.0
            for column in range(n_columns):
                unit_total += counts[unit, column]
            met += persons * (counts[unit, 1] / unit_total)
            ours_total += persons
    return met / ours_total


@kernel
def _normalised_exposure(counts: Any) -> float:
    """Each group's shortfall of exposure to others, by its share; two groups have members."""
    n_units, n_groups = counts.shape
    unit_totals = np.zeros(n_units)
    total = 0.0
    for unit in range(n_units):
        for group in range(n_groups):
            unit_totals[unit] += counts[unit, group]
        total += unit_totals[unit]
    shortfall = 0.0
    for group in range(n_groups):
        group_total = 0.0
        for unit in range(n_units):
            group_total += counts[unit, group]
        share = group_total / total
        squares = 0.0
        for unit in range(n_units):
            if unit_totals[unit] > 0.0:
                gap = counts[unit, group] - unit_totals[unit] * share
                squares += gap * gap / unit_totals[unit]
        shortfall += squares / (total * (1.0 - share))
    return min(1.0, shortfall)


@measure(
    "xPx",
    kernel=_isolation,
    weighted=repeated_isolation,
    columns=own,
    form="pair",
    bounds=(0.0, 1.0),
    properties=("strong transfers", "bounded below by share"),
)
def isolation(table: CountTable, group: str) -> Estimate:
    """Share of the own group in the unit of an average member.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group : str
        A name in ``table.groups``.

    Returns
    -------
    Estimate
        ``value`` in [the group's share of the city, 1], no unit.

    Raises
    ------
    UnknownGroupError
        The name is not in the table.
    UndefinedMeasureError
        The group has no members.

    Notes
    -----
    The sum over units of ``(x_u / X) (x_u / n_u)``. It rises when the group grows, without
    anyone moving: show the group's share beside it, or use ``isolation_change``.

    References
    ----------
    Bell (1954), Social Forces 32(4), 357-364.
    Lieberson (1981), in Peach, Robinson and Smith (eds), Ethnic Segregation in Cities, 61-82.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> isolation(table, "a").value
    0.625
    """
    columns = own(("xPx", "xPx"), table, group)
    return columns.estimate(table, _isolation(*columns.pair_of(table)))


@measure(
    "xPy",
    kernel=_interaction,
    weighted=repeated_interaction,
    columns=exposed_to,
    form="table",
    bounds=(0.0, 1.0),
    tail="lower",
)
def interaction(table: CountTable, group: str, other: str) -> Estimate:
    """Share of another group in the unit of an average member of one group.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group, other : str
        Names in ``table.groups``; ``other`` may be ``REST`` for everyone else.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit; not the same as that of ``other`` to ``group``.

    Raises
    ------
    UnknownGroupError
        A name is not in the table.
    UndefinedMeasureError
        A group has no members.
    ParameterError
        Both names are the same.

    Notes
    -----
    The sum over units of ``(x_u / X) (y_u / n_u)``. Over all groups, the own one included, it
    adds up to 1.

    References
    ----------
    Bell (1954), Social Forces 32(4), 357-364.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> interaction(table, "a", "b").value
    0.375
    """
    columns = exposed_to(("xPy", "xPy"), table, group, other)
    return columns.estimate(table, _interaction(columns.take(table.counts)))


@measure(
    "P",
    kernel=_normalised_exposure,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers",),
)
def normalised_exposure(table: CountTable) -> Estimate:
    """How much less persons meet other groups in their unit than in a city without segregation.

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
    The sum over units and groups of ``n_u (p_ug - p_g)^2 / (N (1 - p_g))``. It is the mean of
    each group's eta2, weighted by its share; with two groups it is the eta2 of each.

    References
    ----------
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]])
    >>> normalised_exposure(table).value
    0.25
    """
    columns = several_groups(("P", "P"), table)
    return columns.estimate(table, _normalised_exposure(table.counts))
