"""Information: what does a unit tell about the group of its residents?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seglib.measures.columns import every_group, several_groups
from seglib.measures.repeated import repeated_information_theory, repeated_mutual_information
from seglib.registry import kernel, measure
from seglib.result import Estimate
from seglib.table import CountTable


@kernel
def _products(largest: Any) -> Any:
    """v ln v of the whole numbers up to a largest, at most of the first 4,096."""
    known = np.zeros(min(largest + 1, 4096))
    for number in range(2, known.size):
        known[number] = number * math.log(number)
    return known


@kernel
def _product(persons: Any, known: Any) -> float:
    """v ln v of any number of persons, looked up where it is known; 0 ln 0 is 0."""
    if persons < known.size:
        whole = int(persons)
        if whole == persons:
            return known[whole]
    return persons * math.log(persons) if persons > 0 else 0.0


@kernel
def _information(counts: Any) -> tuple[float, float]:
    """M and the entropy of the group shares in nats, by sums of v ln v; the total is positive."""
    n_units, n_groups = counts.shape
    known = _products(counts.size // 4)
    group_totals = np.zeros(n_groups)
    within, by_group, total = 0.0, 0.0, 0.0
    for unit in range(n_units):
        cells, unit_total = 0.0, 0 * counts[unit, 0]  # whole where the counts are
        for group in range(n_groups):
            cells += _product(counts[unit, group], known)
            unit_total += counts[unit, group]
            group_totals[group] += counts[unit, group]
        within += cells - _product(unit_total, known)
    for group in range(n_groups):
        by_group += _product(group_totals[group], known)
        total += group_totals[group]
    entropy = math.log(total) - by_group / total
    return max(0.0, within / total + entropy), entropy  # rounding may leave -1e-16 where it is 0


@kernel
def _mutual_information(counts: Any) -> float:
    """M in nats; the total is positive."""
    return _information(counts)[0]


@kernel
def _information_theory(counts: Any) -> float:
    """M over the entropy of the group shares; at least two groups have members."""
    mutual, entropy = _information(counts)
    return min(1.0, mutual / entropy)


@measure(
    "H",
    kernel=_information_theory,
    weighted=repeated_information_theory,
    columns=several_groups,
    form="table",
    bounds=(0.0, 1.0),
    properties=("strong transfers",),
)
def information_theory(table: CountTable) -> Estimate:
    """How much less varied the units are than the city, as a share of the city's variety.

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
    H = M / E, with E the entropy of the group shares; 0 log 0 = 0. Its bias in small units is
    near (n_units - 1) (n_groups - 1) / (2 N E). It moves when only the groups' sizes change.

    References
    ----------
    Theil and Finizza (1971), Journal of Mathematical Sociology 1(2), 187-193.
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.

    Examples
    --------
    >>> table = CountTable.from_counts([[80, 20], [80, 20], [20, 80], [20, 80]])
    >>> round(information_theory(table).value, 8)
    0.27807191
    """
    columns = several_groups(("H", "H"), table)
    return columns.estimate(table, _information_theory(table.counts))


@measure(
    "M",
    kernel=_mutual_information,
    weighted=repeated_mutual_information,
    columns=every_group,
    form="table",
    bounds=(0.0, math.inf),
    properties=("strong transfers", "symmetric", "additive"),
)
def mutual_information(table: CountTable) -> Estimate:
    """How much a person's unit tells about that person's group.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.

    Returns
    -------
    Estimate
        ``value`` in nats, from 0 to the smaller of ln n_units and ln n_groups.

    Raises
    ------
    UndefinedMeasureError
        The table is empty.

    Notes
    -----
    The sum over units and groups of ``p_ug ln(p_ug / (p_u p_g))``; 0 log 0 = 0. Its bias in
    small units is near (n_units - 1) (n_groups - 1) / (2 N).

    References
    ----------
    Theil and Finizza (1971), Journal of Mathematical Sociology 1(2), 187-193.
    Mora and Ruiz-Castillo (2011), Sociological Methodology 41, 159-194.
    Frankel and Volij (2011), Journal of Economic Theory 146(1), 1-38.

    Examples
    --------
    >>> table = CountTable.from_counts([[10, 0], [0, 10]])
    >>> round(mutual_information(table).value, 12) == round(math.log(2), 12)
    True
    """
    columns = every_group(("M", "M"), table)
    return columns.estimate(table, _mutual_information(table.counts))
