"""The change of a measure between two years, with chance in both and without any one unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError, TableError
from seglib.inference.draws import (
    CHUNK_BYTES,
    PROCESS,
    PROCESS_AFTER,
    STREAM,
)
from seglib.inference.estimating import ANYWHERE, basic_interval, check_settings, estimate
from seglib.inference.measuring import Sought, measured_together
from seglib.inference.vouching import VOUCHED, Reason
from seglib.registry import Columns, Measure, one_number
from seglib.result import ChangeEstimate, Estimate
from seglib.table import CountTable, refuse_other_groups


def change_between(
    measure: Callable[..., Any],
    before: CountTable,
    after: CountTable,
    *args: Any,
    seed: int,
    replicates: int = 500,
    years: float | None = None,
    level: float = 0.95,
    **options: Any,
) -> ChangeEstimate:
    """How much a measure changed on the same ground, and how far that hangs on single units.

    Parameters
    ----------
    measure : callable
        A registered measure that gives one number.
    before, after : CountTable
        Two years with the same units and groups, in the same order.
    *args
        For the measure.
    seed : int
        From 0; both years are drawn independently.
    replicates : int
        Draws for each year, at least 40.
    years : float, optional
        Years between both; by default from the tables, if they have a year.
    level : float
        Coverage aimed at.
    **options
        For the measure, by name.

    Returns
    -------
    ChangeEstimate
        Change in points and in percent with basic process intervals, both also per ten years
        (in proportion), and the range of the percent when each unit is left out in turn.
        Without interval there is a reason.

    Raises
    ------
    TableError
        Units or groups differ.
    UndefinedMeasureError
        The measure has no value in one of the years.
    ParameterError
        Both tables are of the same year, the measure gives no single number or is 0 in the first
        year, or a setting is out of range.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 5.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> before = CountTable.from_counts([[900, 300], [300, 900]], groups=("a", "b"), year=2005)
    >>> after = CountTable.from_counts([[840, 360], [360, 840]], groups=("a", "b"), year=2015)
    >>> found = change_between(dissimilarity, before, after, "a", "b", seed=1, replicates=200)
    >>> round(found.points, 9), round(found.percent, 9), found.years
    (-0.1, -20.0, 10)
    """
    entry = one_number(measure, "change_between").at(**options)
    check_settings(seed, replicates, level)
    _refuse_other_ground(before, after)
    if years is None:
        _refuse_one_year(before, after)
    wishes: dict[str, Any] = {"seed": seed, "replicates": replicates, "level": level, **options}
    first, last, (reason, code) = in_both_years(measure, before, after, *args, **wishes)
    _refuse_no_start(first)
    columns = entry.columns(before, *args, **options)
    tables = columns.take(before.counts), columns.take(after.counts)
    values = first.value, last.value
    fields = {"points": values[1] - values[0], "percent": _percent(*values)}
    if not reason:
        fields |= _intervals(entry, tables, values, level, seed=seed, replicates=replicates)
    years = _span(before, after) if years is None else years
    return ChangeEstimate(
        first.symbol,
        first.groups,
        *values,
        n_units=before.n_units,
        years=years,
        level=level,
        estimand="process",
        method="basic bootstrap of persons over all cells, both years independently",
        seed=seed,
        replicates=replicates,
        stream=STREAM,
        reason=reason,
        reason_code=code,
        unit=before.level,
        place=before.place,
        first_year=before.year,
        last_year=after.year,
        source=before.source,
        **fields,
        **_per_decade(fields, years),
        **_leave_one_out(entry, columns, before, after),
    )


def in_both_years(
    measure: Callable[..., Any], before: CountTable, after: CountTable, *args: Any, **wishes: Any
) -> tuple[Estimate, Estimate, Reason]:
    """The measure of each year, and the first reason why its change can have no interval."""
    both = [estimate(measure, table, *args, **wishes) for table in (before, after)]
    reason = next(((one.reason, one.reason_code) for one in both if one.reason), VOUCHED)
    return both[0], both[1], reason


def _refuse_other_ground(before: CountTable, after: CountTable) -> None:
    refuse_other_groups(before, after)
    if before.units != after.units:
        apart = sorted(set(before.units) ^ set(after.units))
        which = f"{apart[0]!r} is in one only" if apart else "their order differs"
        raise TableError(
            f"A change needs both years on the same units; of {before.n_units} and "
            f"{after.n_units} {which}. Use load_series, or select_units on both."
        )


def _refuse_one_year(before: CountTable, after: CountTable) -> None:
    if before.year is not None and before.year == after.year and before.place == after.place:
        raise ParameterError(
            f"A change needs two different years; both tables of {before.place or 'this place'} "
            f"are of {before.year}. Ask for more years, or leave years empty for all there are."
        )


def _refuse_no_start(first: Estimate) -> None:
    if first.value == 0.0:
        raise ParameterError(
            f"A change in percent needs a first value above 0; {first.symbol} is 0 in the earlier "
            "table. Show both values instead."
        )


def _intervals(
    entry: Measure,
    tables: tuple[NDArray[np.int64], NDArray[np.int64]],
    values: tuple[float, float],
    level: float,
    **source: int,
) -> dict[str, float]:
    first, last = (
        measured_together([Sought(entry, value, table, 0)], table, purpose, **source)[0]
        for value, table, purpose in zip(values, tables, (PROCESS, PROCESS_AFTER), strict=True)
    )
    points = basic_interval(values[1] - values[0], last - first, level, ANYWHERE)
    percent = basic_interval(_percent(*values), _percent(first, last), level, ANYWHERE)
    return {
        "points_low": float(points[0]),
        "points_high": float(points[1]),
        "percent_low": float(percent[0]),
        "percent_high": float(percent[1]),
    }


def _per_decade(fields: dict[str, float], years: float | None) -> dict[str, float]:
    """The same changes as they would be over ten years, in proportion."""
    if not years:
        return {}
    scaled: dict[str, float] = {}
    for name, value in fields.items():
        kind, *side = name.split("_")
        scaled["_".join([kind, "per_decade", *side])] = value * 10 / years
    return scaled


def _leave_one_out(
    entry: Measure, columns: Columns, before: CountTable, after: CountTable
) -> dict[str, Any]:
    """The extremes of the percent over tables that each have one unit emptied."""
    first, last = (_each_left_out(entry, columns.take(t.counts)) for t in (before, after))
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = _percent(first, last)
    if before.n_units < 2 or not np.isfinite(percent).any():
        return {}
    percent[~np.isfinite(percent)] = np.nan  # the only unit with members was left out
    lowest, highest = int(np.nanargmin(percent)), int(np.nanargmax(percent))
    return {
        "leave_one_low": float(percent[lowest]),
        "leave_one_high": float(percent[highest]),
        "leave_one_units": (before.units[lowest], before.units[highest]),
    }


def _each_left_out(entry: Measure, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The measure without each unit in turn; an emptied unit adds nothing to any measure."""
    n_units = len(counts)
    out = np.empty(n_units)
    size = max(1, min(n_units, CHUNK_BYTES // (8 * counts.size)))
    for start in range(0, n_units, size):
        left_out = np.arange(start, min(start + size, n_units))
        chunk = np.repeat(counts[None], len(left_out), axis=0)
        chunk[np.arange(len(left_out)), left_out] = 0
        entry.batch(chunk, out[start : start + len(left_out)])
    return out


def _percent(first: Any, last: Any) -> Any:
    return 100.0 * (last / first - 1.0)


def _span(before: CountTable, after: CountTable) -> float | None:
    if before.year is None or after.year is None or before.year == after.year:
        return None
    return after.year - before.year
