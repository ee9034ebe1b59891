"""Resemblance: which areas are most like one in who lives there?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError, TableError
from seglib.table import CountTable


@dataclass(frozen=True, slots=True)
class Nearest:
    """The units most like one in composition, and how many more may be as near.

    ``gaps`` holds the gap of each by its code, from 0 to 1, the nearest first. ``as_near`` counts
    the others whose gap is larger than the largest of these by no more than rounding in the source
    may make of it; 0 where the source is not rounded.
    """

    gaps: Mapping[str, float]
    as_near: int = 0

    @property
    def widest(self) -> float:
        """The largest of the gaps; 0 where there is none."""
        return max(self.gaps.values(), default=0.0)


def composition_gaps(table: CountTable, unit: str) -> NDArray[np.float64]:
    """How far the composition of each unit is from that of one of them.

    Parameters
    ----------
    table : CountTable
        The units that are compared.
    unit : str
        The code of one of them, with a person at least.

    Returns
    -------
    ndarray of float
        By unit, from 0 (the same shares) to 1 (no shared group); NaN where nobody lives.

    Raises
    ------
    TableError
        There is no such unit, or nobody lives in it.

    Notes
    -----
    Half the summed absolute differences of the groups' shares: the part of one area's residents
    that would need to be of another group to give it the shares of the other. It does not depend
    on how many people live in either, and hardly on groups that are small in both.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.

    Examples
    --------
    >>> table = CountTable.from_counts([[50, 50], [30, 10], [0, 8]], units=("A", "B", "C"))
    >>> composition_gaps(table, "A").tolist()
    [0.0, 0.25, 0.5]
    """
    if unit not in table.units:
        raise TableError(
            f"There is no unit {unit!r} among the {table.n_units} units of this table. "
            "Use a code from table.units."
        )
    place = table.units.index(unit)
    if not table.unit_totals[place]:
        raise TableError(f"Nobody lives in unit {unit!r}, so nothing is like it. Take another.")
    totals = np.where(table.unit_totals > 0, table.unit_totals, np.nan)
    shares = table.counts / totals[:, None]
    return np.abs(shares - shares[place]).sum(axis=1) / 2.0


def nearest_in_composition(
    table: CountTable, unit: str, number: int = 5, *, by: str = "", fewest: int = 0
) -> Nearest:
    """The units that are most like one of them in composition.

    Parameters
    ----------
    table : CountTable
        The units that are compared.
    unit : str
        The code of one of them.
    number : int
        How many, from 1; fewer where there are not so many.
    by : str
        A level that the units nest in, whose parts are then compared; empty compares the units.
    fewest : int
        Persons that another unit needs to be named.

    Returns
    -------
    Nearest
        Equally near ones in the order of the table; the unit itself is not among them.

    Raises
    ------
    TableError
        As ``composition_gaps`` raises.
    ParameterError
        The number is below 1.

    Notes
    -----
    Each count is taken to lie anywhere between its bounds with equal chance, one apart from
    another, so that its variance is the squared width over 12. A gap, half a sum over groups, then
    has at most half the root of the summed variances of the shares of both units as its standard
    error; ``as_near`` takes 1.96 of these.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20(2), 210-217.

    Examples
    --------
    >>> table = CountTable.from_counts([[50, 50], [30, 10], [0, 8]], units=("A", "B", "C"))
    >>> nearest_in_composition(table, "A", 1)
    Nearest(gaps={'B': 0.25}, as_near=0)
    """
    if number < 1:
        raise ParameterError(f"number of units is 1 or more, not {number!r}. Write number=5.")
    areas = table.merge(by) if by else table
    gaps = composition_gaps(areas, unit)
    others = (areas.unit_totals >= max(fewest, 1)) & (np.array(areas.units) != unit)
    # equal shares in another order of summing differ by rounding only, and so rank as equal
    ranked = np.argsort(np.round(np.where(others, gaps, np.inf), 12), kind="stable")
    chosen = ranked[: min(number, int(others.sum()))]
    found = {areas.units[at]: float(gaps[at]) for at in chosen}
    if table.lower is None or table.upper is None or not found:
        return Nearest(found)
    place_of = {code: at for at, code in enumerate(areas.units)}
    parts = [place_of[code] for code in (table.part_of(by) if by else table.units)]
    widths = ((table.upper - table.lower).astype(np.float64) ** 2).sum(axis=1) / 12.0
    variances = np.bincount(parts, widths) / np.maximum(areas.unit_totals, 1) ** 2
    slack = 1.96 * np.sqrt(variances + variances[place_of[unit]]) / 2.0
    near = others & (gaps <= max(found.values()) + slack)
    return Nearest(found, int(near.sum()) - len(found))
