"""The same persons counted in other zones: what borders alone do to an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import TableError
from seglib.registry import one_number
from seglib.table import CountTable


def over_zonings(
    measure: Callable[..., Any], table: CountTable, zones: NDArray[np.int64], *args: Any
) -> NDArray[np.float64]:
    """Measure a table once for each of many zonings of its units.

    Parameters
    ----------
    measure : callable
        A registered measure with one number.
    table : CountTable
        The smallest units.
    zones : numpy.ndarray
        The zone of each unit, int64 from 0, shape (replicates, n_units), as ``zonings`` gives.
    *args
        For the measure: groups and the like.

    Returns
    -------
    numpy.ndarray
        The measure's value by zoning, float64, shape (replicates,).

    Raises
    ------
    TableError
        Zones are of another number of units.
    ParameterError
        The measure is not registered or has no single number.

    References
    ----------
    Openshaw (1984), The Modifiable Areal Unit Problem, Geo Books.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts([[9, 0], [0, 9], [9, 0], [0, 9]], groups=("a", "b"))
    >>> over_zonings(dissimilarity, table, np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), "a").tolist()
    [0.0, 1.0]
    """
    if zones.ndim != 2 or zones.shape[1] != table.n_units:
        raise TableError(
            f"zones needs a column for each of {table.n_units} units, its shape is {zones.shape}. "
            "Make it with zonings of the points of this table."
        )
    entry = one_number(measure, "over_zonings")
    columns = entry.columns(table, *args)
    found = np.empty(len(zones))
    for replicate, zone in enumerate(zones):
        summed = np.zeros((int(zone.max()) + 1, table.n_groups), dtype=np.int64)
        np.add.at(summed, zone, table.counts)
        found[replicate] = entry.evaluate(columns, summed)
    return found
