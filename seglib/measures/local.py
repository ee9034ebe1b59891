"""Local segregation: how far is each unit from the city as a whole?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seglib.measures.columns import every_group, own, turned
from seglib.registry import Columns, kernel, measure
from seglib.result import LocalEstimates, Values
from seglib.table import CountTable


@kernel
def _local_segregation(counts: Any, out: Any) -> None:
    """Fill out with each unit's divergence from the city in nats, NaN where a unit is empty."""
    n_units, n_groups = counts.shape
    group_totals = np.zeros(n_groups)
    total = 0.0
    for unit in range(n_units):
        for group in range(n_groups):
            group_totals[group] += counts[unit, group]
            total += counts[unit, group]
    for unit in range(n_units):
        unit_total = 0.0
        for group in range(n_groups):
            unit_total += counts[unit, group]
        if unit_total == 0.0:
            out[unit] = np.nan
            continue
        gap = 0.0
        for group in range(n_groups):
            share = counts[unit, group] / unit_total
            if share > 0.0:
                gap += share * math.log(share / (group_totals[group] / total))
        out[unit] = max(0.0, gap)  # rounding may leave -1e-17


@kernel
def _group_segregation(counts: Any, out: Any) -> None:
    """Fill out with each group's divergence; groups are the rows, units the columns."""
    _local_segregation(counts, out)


@kernel
def _local_entropy(counts: Any, out: Any) -> None:
    """Fill out with the entropy of each unit's shares in nats, NaN where a unit is empty."""
    n_units, n_groups = counts.shape
    for unit in range(n_units):
        unit_total, cells = 0.0, 0.0
        for group in range(n_groups):
            persons = float(counts[unit, group])
            if persons > 0.0:
                unit_total += persons
                cells += persons * math.log(persons)
        if unit_total == 0.0:
            out[unit] = np.nan
        else:
            out[unit] = max(0.0, math.log(unit_total) - cells / unit_total)


@kernel
def _location_quotient(counts: Any, out: Any) -> None:
    """Fill out with the first column's share in each unit over that in the city."""
    ours_total, total = float(counts[:, 0].sum()), float(counts.sum())
    for unit in range(counts.shape[0]):
        unit_total = float(counts[unit].sum())
        out[unit] = np.nan
        if unit_total > 0.0:
            out[unit] = counts[unit, 0] / unit_total / (ours_total / total)


@kernel
def _shrunken_quotient(counts: Any, out: Any) -> None:
    """Fill out with 1 and the part of each quotient's gap to it that chance does not explain."""
    _location_quotient(counts, out)
    total = float(counts.sum())
    share = counts[:, 0].sum() / total
    binomial = share * (1.0 - share)
    n_filled, squares, gaps = 0, 0.0, 0.0
    for unit in range(counts.shape[0]):
        unit_total = float(counts[unit].sum())
        if unit_total > 0.0:
            gap = counts[unit, 0] / unit_total - share
            n_filled += 1
            squares += unit_total * unit_total
            gaps += unit_total * gap * gap
    freedom = total - squares / total - (n_filled - 1)
    between = 0.0
    if freedom > 0.0:
        between = min(binomial, max(0.0, (gaps - (n_filled - 1) * binomial) / freedom))
    for unit in range(counts.shape[0]):
        unit_total = float(counts[unit].sum())
        if unit_total > 0.0:
            kept = 0.0
            if between > 0.0:
                kept = unit_total * between / (unit_total * between + binomial - between)
            out[unit] = 1.0 + kept * (out[unit] - 1.0)


@measure(
    "ls",
    kernel=_local_segregation,
    columns=every_group,
    form="local",
    bounds=(0.0, math.inf),
)
def local_segregation(table: CountTable) -> LocalEstimates:
    """How surprising the mix of groups in each unit is to one who knows the city.

    This is the local M, and the divergence of Roberto (2015): one number under three names.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups).

    Returns
    -------
    LocalEstimates
        ``values`` in nats, from 0 (the city in small); NaN for an empty unit. Weighted by the
        units' shares of the city they add up to M.

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    The sum over groups of ``p_g|u ln(p_g|u / p_g)``; 0 log 0 = 0. A small unit is above 0 by
    chance, near (n_groups - 1) / (2 n_u).

    References
    ----------
    Alonso-Villar and Del Rio (2010), Mathematical Social Sciences 60(1), 30-38.
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.
    Roberto (2015), The Divergence Index, arXiv 1508.01167.

    Examples
    --------
    >>> table = CountTable.from_counts([[10, 10], [10, 10], [0, 0]])
    >>> local_segregation(table).values.tolist()
    [0.0, 0.0, nan]
    """
    columns = every_group(("ls", "ls"), table)
    values = np.empty(table.n_units)
    _local_segregation(columns.take(table.counts), values)
    return _by_unit(columns, table, values)


@measure(
    "ls_g",
    kernel=_group_segregation,
    columns=turned,
    form="local",
    bounds=(0.0, math.inf),
)
def group_segregation(table: CountTable) -> LocalEstimates:
    """How far the spread of each group over the units is from that of all persons.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups).

    Returns
    -------
    LocalEstimates
        A number for each group, whose names stand as ``units`` and whose totals as ``persons``.
        ``values`` in nats, from 0 (spread as everyone is); NaN for a group without members.
        Weighted by the groups' shares of the city they add up to M.

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    The sum over units of ``p_u|g ln(p_u|g / p_u)``; 0 log 0 = 0. A small group is above 0 by
    chance, near (n_units - 1) / (2 n_g).

    References
    ----------
    Alonso-Villar and Del Rio (2010), Mathematical Social Sciences 60(1), 30-38.
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.

    Examples
    --------
    >>> table = CountTable.from_counts([[10, 0], [0, 10]], groups=("a", "b"))
    >>> found = group_segregation(table)
    >>> found.units, found.values.round(4).tolist()
    (('a', 'b'), [0.6931, 0.6931])
    """
    columns = turned(("ls_g", "ls_g"), table)
    values = np.empty(table.n_groups)
    _group_segregation(columns.take(table.counts), values)
    return LocalEstimates(
        "ls_g",
        table.groups,
        table.groups,
        values,
        table.group_totals,
        place=table.place,
        year=table.year,
        source=table.source,
        unit="group",
    )


@measure(
    "E_u",
    kernel=_local_entropy,
    columns=every_group,
    form="local",
    bounds=(0.0, math.inf),
)
def local_entropy(table: CountTable) -> LocalEstimates:
    """How varied the residents of each unit are.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups).

    Returns
    -------
    LocalEstimates
        ``values`` in nats, from 0 (one group) to ln n_groups (all as large); NaN for an empty
        unit. Weighted by the units' shares of the city they add up to E less M.

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    Less the sum over groups of ``p_g|u ln p_g|u``; 0 log 0 = 0. A varied unit need not resemble
    the city: that is what ``local_segregation`` tells.

    References
    ----------
    Shannon (1948), Bell System Technical Journal 27(3), 379-423.
    Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162.

    Examples
    --------
    >>> table = CountTable.from_counts([[10, 10], [10, 0], [0, 0]])
    >>> local_entropy(table).values.round(4).tolist()
    [0.6931, 0.0, nan]
    """
    columns = every_group(("E_u", "E_u"), table)
    values = np.empty(table.n_units)
    _local_entropy(columns.take(table.counts), values)
    return _by_unit(columns, table, values)


@measure(
    "LQ",
    kernel=_location_quotient,
    columns=own,
    form="local",
    bounds=(0.0, math.inf),
)
def location_quotient(table: CountTable, group: str) -> LocalEstimates:
    """How many times as large a group's share is in each unit as in the city.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups).
    group : str
        A name in ``table.groups``.

    Returns
    -------
    LocalEstimates
        ``values`` from 0 (none here) by 1 (as in the city); NaN for an empty unit. Weighted by
        the units' shares of the city their mean is 1.

    Raises
    ------
    UnknownGroupError
        The name is not in the table.
    UndefinedMeasureError
        The group has no members.

    Notes
    -----
    ``(x_u / n_u) / (X / N)``. In a small unit it is large or 0 by chance:
    ``shrunken_quotient`` takes that out.

    References
    ----------
    Brown and Chung (2006), Population, Space and Place 12(2), 125-143.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> location_quotient(table, "a").values.tolist()
    [1.5, 0.5]
    """
    columns = own(("LQ", "LQ"), table, group)
    values = np.empty(table.n_units)
    _location_quotient(columns.take(table.counts), values)
    return _by_unit(columns, table, values)


@measure(
    "LQ_eb",
    kernel=_shrunken_quotient,
    columns=own,
    form="local",
    bounds=(0.0, math.inf),
    properties=("shrunken",),
)
def shrunken_quotient(table: CountTable, group: str) -> LocalEstimates:
    """Location quotients drawn towards 1, the more the smaller the unit: for a map.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups).
    group : str
        A name in ``table.groups``.

    Returns
    -------
    LocalEstimates
        ``values`` between 1 and the location quotient; NaN for an empty unit. All are 1 where
        the units differ no more than chance makes them.

    Raises
    ------
    UnknownGroupError
        The name is not in the table.
    UndefinedMeasureError
        The group has no members.

    Notes
    -----
    ``1 + C_u (LQ_u - 1)``, with ``C_u = n_u A / (n_u A + p (1 - p) - A)`` and A the variance of
    the units' underlying shares. It is the mean of a unit's share given its persons, over p,
    where underlying shares follow a beta distribution with mean p and variance A (empirical
    Bayes). A comes from the moments of U filled units, kept from 0 to p (1 - p): ``(S - (U - 1)
    p (1 - p)) / (N - sum n_u^2 / N - (U - 1))``, with S the sum of ``n_u (x_u / n_u - p)^2``; it
    is 0 where the divisor is not above 0.

    References
    ----------
    Kleinman (1973), Journal of the American Statistical Association 68(341), 46-54.
    Marshall (1991), Applied Statistics 40(2), 283-294.

    Examples
    --------
    >>> table = CountTable.from_counts([[300, 100], [100, 300], [3, 1]], groups=("a", "b"))
    >>> shrunken_quotient(table, "a").values.round(2).tolist()
    [1.5, 0.5, 1.39]
    """
    columns = own(("LQ_eb", "LQ_eb"), table, group)
    values = np.empty(table.n_units)
    _shrunken_quotient(columns.take(table.counts), values)
    return _by_unit(columns, table, values)


def _by_unit(columns: Columns, table: CountTable, values: Values) -> LocalEstimates:
    return LocalEstimates(
        columns.symbol,
        table.units,
        table.unit_names,
        values,
        table.unit_totals,
        columns.groups,
        place=table.place,
        year=table.year,
        source=table.source,
        unit=table.level,
    )
