"""How far rounding and secrecy leave a measure open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from seglib.inference.bounded import Possible, Totals, within_bounds
from seglib.inference.draws import STREAM
from seglib.inference.estimating import check_settings
from seglib.registry import measure_of
from seglib.table import CountTable


def rounding_band(
    measure: Callable[..., Any],
    table: CountTable,
    *args: Any,
    seed: int,
    replicates: int = 500,
    level: float = 0.95,
    totals: Totals = None,
    unit_totals: ArrayLike | None = None,
    **options: Any,
) -> Any:
    """What a measure may be, given that rounding or secrecy leaves each count a range.

    Parameters
    ----------
    measure : callable
        A registered measure.
    table : CountTable
        Persons with ``lower`` and ``upper``.
    *args
        For the measure: groups and the like.
    seed : int
        From 0.
    replicates : int
        Tables to draw, at least 40.
    level : float
        Part of the drawn tables that lie in the band, between 0 and 1.
    totals : CountTable or mapping, optional
        Published totals of groups over all units, to be met by each drawn table: for a group a
        number, or two that bound it; or the same place as a table at a higher level.
    unit_totals : array_like, optional
        Published totals of units: whole numbers, shape (n_units,), or (2, n_units) with a row
        of lower and a row of upper bounds.
    **options
        For the measure, by name.

    Returns
    -------
    RoundingBand or LocalEstimates
        ``low`` and ``high`` from the drawn tables, and for one number also ``median``, and
        ``floor`` and ``ceiling`` that hold for D, xPx and xPy of every possible table.
        A band on D wider than 0.10 keeps its bounds and has the reason code "band-too-wide".

    Raises
    ------
    TableError
        The table has no bounds.
    UnknownGroupError
        A total is of a group that the table does not hold.
    ParameterError
        Totals are out of reach of the cells' bounds, or a setting is outside its range.

    Notes
    -----
    Each drawn table has whole numbers within the cells' bounds and meets ``totals`` and
    ``unit_totals``; nothing else is held fixed, so without these all totals move freely. All
    such tables are equally likely: cells are drawn independently or, where totals tie them
    together, by 25 sweeps of a Gibbs sampler over cells, pairs and rectangles of cells. A printed
    0 that may be 4 is thus taken as 2 on average, which can leave the value as printed outside
    the band. Chance errors of many cells level out: a publisher who rounds all cells one way is
    covered by floor and ceiling only.

    References
    ----------
    Diaconis and Sturmfels (1998), Annals of Statistics 26(1), 363-397.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts(
    ...     [[30, 10], [10, 30]], groups=("a", "b"), lower=[[28, 8], [8, 28]],
    ...     upper=[[32, 12], [12, 32]],
    ... )
    >>> band = rounding_band(dissimilarity, table, "a", "b", seed=1, totals={"a": 40, "b": 40})
    >>> band.floor <= band.low <= band.median <= band.high <= band.ceiling
    True
    """
    entry = measure_of(measure).at(**options)
    check_settings(seed, replicates, level)
    possible = Possible.of(table, totals, unit_totals)
    wishes = {"seed": int(seed), "replicates": int(replicates)}
    point = replace(measure(table, *args, **options), **wishes, stream=STREAM, level=level)
    columns = entry.columns(table, *args, **options)
    return within_bounds(point, possible, entry, columns, level=level, **wishes)
