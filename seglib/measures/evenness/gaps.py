"""Gaps: how far do the units' shares of a group lie from the city's, and from each other?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seglib.measures.columns import against, several_groups
from seglib.measures.repeated import repeated_dissimilarity, repeated_gini
from seglib.registry import debiased_by, kernel, measure
from seglib.result import Estimate
from seglib.table import REST, CountTable

LANES = 64  # partial sums side by side, so that processors add several at once


@kernel
def _dissimilarity(ours: Any, theirs: Any) -> float:
    """Half the summed gap between two unit shares; both totals are positive."""
    our_total, their_total = float(ours.sum()), float(theirs.sum())
    whole = ours.size // LANES * LANES
    lanes = np.zeros(LANES)  # of gaps times both totals: whole numbers, so exact below 2**53
    for first in range(0, whole, LANES):
        our, their = ours[first : first + LANES], theirs[first : first + LANES]
        for lane in range(LANES):
            lanes[lane] += abs(our[lane] * their_total - their[lane] * our_total)
    gap = 0.0
    for unit in range(whole, ours.size):
        gap += abs(ours[unit] * their_total - theirs[unit] * our_total)
    for lane in range(LANES):
        gap += lanes[lane]
    return gap / our_total / their_total / 2.0


@kernel
def _debiased_dissimilarity(ours: Any, theirs: Any) -> float:
    """Half the summed gap less what normal errors of each gap add to it; both totals positive."""
    our_total, their_total = float(ours.sum()), float(theirs.sum())
    summed = 0.0
    for unit in range(ours.size):
        our, their = ours[unit] / our_total, theirs[unit] / their_total
        gap, error = abs(our - their), math.sqrt(our / our_total + their / their_total)
        summed += gap
        if error > 0.0:
            z = gap / error / math.sqrt(2.0)
            summed += gap * math.erfc(z) - error * math.sqrt(2.0 / math.pi) * math.exp(-z * z)
    return summed / 2.0


@kernel
def _gini(ours: Any, theirs: Any) -> float:
    """One less twice the area below the segregation curve; both totals are positive."""
    n_units = ours.size
    share = np.zeros(n_units)
    for unit in range(n_units):
        persons = float(ours[unit]) + theirs[unit]
        if persons > 0.0:
            share[unit] = ours[unit] / persons
    below, covered = 0.0, 0.0
    for unit in np.argsort(share):
        persons = float(ours[unit])
        covered += theirs[unit] * (below + below + persons)
        below += persons
    return min(1.0, max(0.0, 1.0 - covered / ours.sum() / theirs.sum()))


@kernel
def _multigroup_dissimilarity(counts: Any) -> float:
    """Persons out of place over their maximum; at least two groups have members."""
    n_units, n_groups = counts.shape
    unit_totals = np.zeros(n_units)
    total = 0.0
    for unit in range(n_units):
        for group in range(n_groups):
            unit_totals[unit] += counts[unit, group]
        total += unit_totals[unit]
    gap, variety = 0.0, 0.0
    for group in range(n_groups):
        group_total = 0.0
        for unit in range(n_units):
            group_total += counts[unit, group]
        share = group_total / total
        variety += share * (1.0 - share)
        for unit in range(n_units):
            gap += abs(counts[unit, group] - unit_totals[unit] * share)
    return min(1.0, gap / (2.0 * total * variety))


@kernel
def _against_rest(counts: Any, group: int, ours: Any, theirs: Any) -> float:
    """Fill in a group and everyone else by unit; the product of their totals."""
    ours_total, theirs_total = 0.0, 0.0
    for unit in range(counts.shape[0]):
        ours[unit] = counts[unit, group]
        theirs[unit] = 0.0
        for other in range(counts.shape[1]):
            if other != group:
                theirs[unit] += counts[unit, other]
        ours_total += ours[unit]
        theirs_total += theirs[unit]
    return ours_total * theirs_total


@kernel
def _multigroup_gini(counts: Any) -> float:
    """Each group's Gini against the rest, by p (1 - p); at least two groups have members."""
    n_units, n_groups = counts.shape
    ours, theirs = np.empty(n_units), np.empty(n_units)
    summed, weights = 0.0, 0.0
    for group in range(n_groups):
        weight = _against_rest(counts, group, ours, theirs)
        if weight > 0.0:
            summed += weight * _gini(ours, theirs)
            weights += weight
    return summed / weights


@kernel
def _debiased_multigroup_dissimilarity(counts: Any) -> float:
    """Each group's debiased D against the rest, by p (1 - p); two groups have members."""
    n_units, n_groups = counts.shape
    ours, theirs = np.empty(n_units), np.empty(n_units)
    summed, weights = 0.0, 0.0
    for group in range(n_groups):
        weight = _against_rest(counts, group, ours, theirs)
        if weight > 0.0:
            summed += weight * _debiased_dissimilarity(ours, theirs)
            weights += weight
    return summed / weights


@debiased_by(_debiased_dissimilarity)
@measure(
    "D",
    rest="D_rest",
    kernel=_dissimilarity,
    weighted=repeated_dissimilarity,
    columns=against,
    form="pair",
    bounds=(0.0, 1.0),
    properties=("composition invariant", "weak transfers"),
)
def dissimilarity(table: CountTable, group: str, other: str = REST) -> Estimate:
    """Share of one group that would have to move to match the other's spread.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group, other : str
        Names in ``table.groups``; by default everyone else, and then the symbol is D_rest.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 even, 1 no shared unit.

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
    Half the sum over units of ``abs(x_u / X - y_u / Y)``. With small units it is above 0 even
    where people live at random: ask ``estimate`` for the null. Against everyone else it also
    moves when a third group moves or grows.

    Debiased it is half the sum of ``2 abs(d_u) - E abs(d_u + e_u)``, with d_u the difference above
    and e_u a normal error of variance ``x_u / X^2 + y_u / Y^2``.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> dissimilarity(table, "a", "b").value
    0.5
    """
    columns = against(("D", "D_rest"), table, group, other)
    return columns.estimate(table, _dissimilarity(*columns.pair_of(table)))


@measure(
    "Gini",
    rest="Gini_rest",
    kernel=_gini,
    weighted=repeated_gini,
    columns=against,
    form="pair",
    bounds=(0.0, 1.0),
    properties=("composition invariant", "strong transfers"),
)
def gini(table: CountTable, group: str, other: str = REST) -> Estimate:
    """How much a group's share differs between units, as a part of the most it could.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group, other : str
        Names in ``table.groups``; by default everyone else, and then the symbol is Gini_rest.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 even, 1 no shared unit. With the D of the same groups,
        D <= Gini <= 2 D - D^2.

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
    The sum over pairs of units of ``n_u n_v abs(p_u - p_v) / (2 N^2 p (1 - p))``, with p the
    group's share among the two groups. It is computed from the segregation curve of the units in
    order of p_u, at the cost of a sort. With small units it is above 0 by chance.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.
    James and Taeuber (1985), Sociological Methodology 15, 1-32.
    Massey and Denton (1988), Social Forces 67(2), 281-315.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> gini(table, "a", "b").value
    0.5
    """
    columns = against(("Gini", "Gini_rest"), table, group, other)
    return columns.estimate(table, _gini(*columns.pair_of(table)))


@debiased_by(_debiased_multigroup_dissimilarity)
@measure(
    "D_multi",
    kernel=_multigroup_dissimilarity,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("weak transfers",),
)
def multigroup_dissimilarity(table: CountTable) -> Estimate:
    """Share of persons out of place, as a part of what it is if no unit is mixed.

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
    The sum over units and groups of ``n_u abs(p_ug - p_g) / (2 N I)``, with I the sum over
    groups of ``p_g (1 - p_g)``. It is the mean of each group's D against the rest, weighted by
    ``p_g (1 - p_g)``, and debiased as they are; with two groups it is their D. With more it moves
    when only the groups' sizes change.

    References
    ----------
    Morgan (1975), Sociology and Social Research 60, 40-51.
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]])
    >>> multigroup_dissimilarity(table).value
    0.5
    """
    columns = several_groups(("D_multi", "D_multi"), table)
    return columns.estimate(table, _multigroup_dissimilarity(table.counts))


@measure(
    "Gini_multi",
    kernel=_multigroup_gini,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers",),
)
def multigroup_gini(table: CountTable) -> Estimate:
    """How much the mix of groups differs between units, as a part of the most it could.

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
    The sum over groups and pairs of units of ``n_u n_v abs(p_ug - p_vg) / (2 N^2 I)``, with I
    the sum over groups of ``p_g (1 - p_g)``. It is the mean of each group's Gini against the
    rest, weighted by ``p_g (1 - p_g)``; with two groups it is their Gini.

    References
    ----------
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]])
    >>> multigroup_gini(table).value
    0.5
    """
    columns = several_groups(("Gini_multi", "Gini_multi"), table)
    return columns.estimate(table, _multigroup_gini(table.counts))
