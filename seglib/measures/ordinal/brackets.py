"""Ordered brackets: how separately do people live at each cut, and over all cuts together?

The groups of a table are brackets here, the lowest first; a cut lies between two neighbours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seglib.measures.columns import several_groups
from seglib.measures.ordinal.variation import Values, variation, variation_of
from seglib.registry import kernel, measure
from seglib.result import Estimate, Profile
from seglib.table import CountTable


@kernel
def within_cuts(counts: Any, form: int, percentiles: Any, within: Any) -> None:
    """Fill, for each cut, the share of persons below and the units' mean variation.

    The total is positive; percentiles and within have a place for each cut.
    """
    n_units, n_groups = counts.shape
    total = 0.0
    percentiles[:] = 0.0
    within[:] = 0.0
    for unit in range(n_units):
        unit_total = 0.0
        for group in range(n_groups):
            unit_total += counts[unit, group]
        if unit_total <= 0.0:
            continue
        total += unit_total
        below = 0.0
        for cut in range(n_groups - 1):
            below += counts[unit, cut]
            percentiles[cut] += below
            within[cut] += unit_total * variation(below / unit_total, form)
    for cut in range(n_groups - 1):
        percentiles[cut] /= total
        within[cut] /= total


@kernel
def _over_cuts(counts: Any, form: int) -> float:
    """One less the units' summed variation over the city's; two brackets have members."""
    n_cuts = counts.shape[1] - 1
    percentiles, within = np.empty(n_cuts), np.empty(n_cuts)
    within_cuts(counts, form, percentiles, within)
    city, units = 0.0, 0.0
    for cut in range(n_cuts):
        city += variation(percentiles[cut], form)
        units += within[cut]
    # rounding may leave -1e-16 where the answer is 0
    return max(0.0, 1.0 - units / city)


@kernel
def _ordinal_information_theory(counts: Any) -> float:
    """H over all cuts; at least two brackets have members."""
    return _over_cuts(counts, 0)


@kernel
def _ordinal_variance_ratio(counts: Any) -> float:
    """R over all cuts; at least two brackets have members."""
    return _over_cuts(counts, 1)


@kernel
def _ordinal_square_root(counts: Any) -> float:
    """S over all cuts; at least two brackets have members."""
    return _over_cuts(counts, 2)


@measure(
    "H^O",
    kernel=_ordinal_information_theory,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers", "ordered"),
)
def ordinal_information_theory(table: CountTable) -> Estimate:
    """How much less varied in rank the units are than the city, by entropy at each cut.

    Parameters
    ----------
    table : CountTable
        Persons or households by bracket, the lowest bracket first. An empty unit adds nothing.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 every unit mirrors the city, 1 each unit has one bracket.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two brackets have members.

    Notes
    -----
    ``H^O = sum_j E(p_j) H(p_j) / sum_j E(p_j)``: the mean over the cuts j of the two-group H at
    that cut, weighted by the city's entropy there. A bracket counts even when it is empty, so it
    moves with the choice of brackets: ``rank_order`` does so less.

    References
    ----------
    Reardon (2009), Research on Economic Inequality 17, 129-155.

    Examples
    --------
    >>> table = CountTable.from_counts([[80, 20], [80, 20], [20, 80], [20, 80]])
    >>> round(ordinal_information_theory(table).value, 8)
    0.27807191
    """
    columns = several_groups(("H^O", "H^O"), table)
    return columns.estimate(table, _ordinal_information_theory(columns.take(table.counts)))


@measure(
    "R^O",
    kernel=_ordinal_variance_ratio,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers", "ordered"),
)
def ordinal_variance_ratio(table: CountTable) -> Estimate:
    """Share of the city's variance in rank that lies between the units, over all cuts.

    Parameters
    ----------
    table : CountTable
        Persons or households by bracket, the lowest bracket first. An empty unit adds nothing.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 every unit mirrors the city, 1 each unit has one bracket.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two brackets have members.

    Notes
    -----
    ``R^O = sum_j p_j (1 - p_j) R(p_j) / sum_j p_j (1 - p_j)``: the mean over the cuts j of the
    two-group R (eta squared) at that cut, with p_j the city's share below it; the ordinal form of
    relative diversity.

    References
    ----------
    Reardon (2009), Research on Economic Inequality 17, 129-155.

    Examples
    --------
    >>> table = CountTable.from_counts([[80, 20], [80, 20], [20, 80], [20, 80]])
    >>> round(ordinal_variance_ratio(table).value, 12)
    0.36
    """
    columns = several_groups(("R^O", "R^O"), table)
    return columns.estimate(table, _ordinal_variance_ratio(columns.take(table.counts)))


@measure(
    "S^O",
    kernel=_ordinal_square_root,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers", "ordered"),
)
def ordinal_square_root(table: CountTable) -> Estimate:
    """How much less varied in rank the units are than the city, by square root at each cut.

    Parameters
    ----------
    table : CountTable
        Persons or households by bracket, the lowest bracket first. An empty unit adds nothing.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 every unit mirrors the city, 1 each unit has one bracket.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two brackets have members.

    Notes
    -----
    ``S^O = sum_j w_j S(p_j) / sum_j w_j`` with ``w_j = sqrt(p_j (1 - p_j))``: the mean over the
    cuts j of Hutchens's S at that cut, with p_j the city's share below it.

    References
    ----------
    Reardon (2009), Research on Economic Inequality 17, 129-155.
    Hutchens (2001), Mathematical Social Sciences 42(1), 13-29.

    Examples
    --------
    >>> table = CountTable.from_counts([[80, 20], [80, 20], [20, 80], [20, 80]])
    >>> round(ordinal_square_root(table).value, 12)
    0.2
    """
    columns = several_groups(("S^O", "S^O"), table)
    return columns.estimate(table, _ordinal_square_root(columns.take(table.counts)))


def ordinal_profile(table: CountTable, index: str = "H") -> Profile:
    """Two-group segregation of those below each cut from those above it.

    Parameters
    ----------
    table : CountTable
        Persons or households by bracket, the lowest bracket first. An empty unit adds nothing.
    index : {"H", "R", "S"}
        Information theory, variance ratio or Hutchens's square root.

    Returns
    -------
    Profile
        ``scales`` are the cuts as shares of the city below, rising; ``values`` in [0, 1]. A cut
        beside an empty bracket comes once, one with nobody below or above not at all.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two brackets have members.
    ParameterError
        There is no such index.

    References
    ----------
    Reardon (2011), Measures of income segregation, Stanford CEPA working paper.

    Examples
    --------
    >>> table = CountTable.from_counts([[4, 3, 3], [2, 3, 5]], groups=("low", "middle", "high"))
    >>> ordinal_profile(table, "R").scales
    (0.3, 0.6)
    """
    behind = variation_of(index)
    counts = several_groups((index, index), table).take(table.counts)
    percentiles, within = np.empty((2, table.n_groups - 1))
    within_cuts(counts, behind.form, percentiles, within)
    below = table.group_totals.cumsum()[:-1]
    _, first = np.unique(below, return_index=True)
    first = first[(below[first] > 0) & (below[first] < table.total)]
    values: Values = np.maximum(0.0, 1.0 - within[first] / behind.of(percentiles[first]))
    return Profile(
        index,
        tuple(percentiles[first].tolist()),
        values,
        "percentile",
        table.groups,
        n_units=(table.n_units,) * len(first),
        reason="No chance was drawn: the brackets are taken as counted.",
        reason_code="not asked",
        place=table.place,
        year=table.year,
        source=table.source,
    )
