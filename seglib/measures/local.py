"""Local segregation: how far is each unit from the city as a whole?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seglib.measures.columns import every_group
from seglib.registry import kernel, measure
from seglib.result import LocalEstimates
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


@measure(
    "ls",
    kernel=_local_segregation,
    columns=every_group,
    form="local",
    bounds=(0.0, math.inf),
)
def local_segregation(table: CountTable) -> LocalEstimates:
    """How surprising the mix of groups in each unit is to one who knows the city.

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

    Examples
    --------
    >>> table = CountTable.from_counts([[10, 10], [10, 10], [0, 0]])
    >>> local_segregation(table).values.tolist()
    [0.0, 0.0, nan]
    """
    columns = every_group(("ls", "ls"), table)
    values = np.empty(table.n_units)
    _local_segregation(columns.take(table.counts), values)
    return LocalEstimates(
        "ls",
        table.units,
        table.unit_names,
        values,
        table.unit_totals,
        place=table.place,
        year=table.year,
        source=table.source,
        unit=table.level,
    )
