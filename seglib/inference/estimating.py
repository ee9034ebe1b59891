"""Any registered measure with its interval, its bias and what chance alone would give."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError, SeglibError
from seglib.inference.bounded import Possible, within_bounds
from seglib.inference.draws import ALLOCATION, BLOCKS, PROCESS, STREAM, UNITS, measured_draws
from seglib.inference.vouching import (
    SMALLEST_CELL,
    VOUCHED,
    Reason,
    expected_cells,
    few_of,
    near_null,
    small_cells,
    vanished,
)
from seglib.registry import Columns, Measure, measure_of
from seglib.result import Estimate, Estimates, LocalEstimates
from seglib.table import CountTable, CountTables

Interval = Literal["process", "units", "measurement"] | None
Null = Literal["allocation"] | None
One = TypeVar("One", Estimate, LocalEstimates)
FEWEST_REPLICATES = 40
ENOUGH_TO_VOUCH = 100
ANYWHERE = (-np.inf, np.inf)


@overload
def estimate(
    measure: Callable[..., One],
    tables: CountTable,
    *args: Any,
    seed: int,
    by: None = ...,
    **rest: Any,
) -> One: ...
@overload
def estimate(
    measure: Callable[..., Any], tables: CountTable, *args: Any, seed: int, by: str, **rest: Any
) -> Estimates: ...
@overload
def estimate(
    measure: Callable[..., Any], tables: CountTables, *args: Any, seed: int, **rest: Any
) -> Estimates: ...
def estimate(
    measure: Callable[..., Any],
    tables: CountTable | CountTables,
    *args: Any,
    seed: int,
    interval: Interval = "process",
    null: Null = "allocation",
    replicates: int = 500,
    by: str | None = None,
    level: float = 0.95,
    blocks_in: str | None = None,
    **options: Any,
) -> Estimate | LocalEstimates | Estimates:
    """Measure one table, or each of several, and say how certain the number is.

    Parameters
    ----------
    measure : callable
        A registered measure.
    tables : CountTable or CountTables
        One table; or several, which give one result for each key.
    *args
        For the measure: groups and the like.
    seed : int
        From 0. The same seed gives the same numbers, on any number of threads, and a table gives
        the same alone or among others.
    interval : {"process", "units", "measurement", None}
        "process": chance in where people live. As many persons are drawn over all cells by the
        table's own shares. Persons are drawn one by one while households move together, so the
        interval is at least as wide as this. "units": chance in which units a city has, these
        being a sample of such units. "measurement": what rounding and secrecy leave open in a
        table with bounds, as ``rounding_band`` gives it without any total held.
    null : {"allocation", None}
        "allocation": persons allotted to units at random, units and groups keeping their size.
        Without it, 100 such draws still decide whether an interval can be vouched for.
    replicates : int
        Draws for each of the two, at least 40.
    by : str, optional
        A level that units nest in: one result for each of its parts.
    level : float
        Coverage aimed at, between 0 and 1.
    blocks_in : str, optional
        For "process": the table's own units are blocks of people who move together, households
        or addresses; they nest in this level, whose parts are the units to measure. As many
        blocks are drawn from the whole place, each with all its people.
    **options
        For the measure, by name.

    Returns
    -------
    Estimate, LocalEstimates or Estimates
        The measure's own result with these fields filled. Without interval there is a reason.

    Raises
    ------
    ParameterError
        The measure is not registered, or a setting is outside its range.
    SeglibError
        As the measure itself raises, the key named where there are several.

    Notes
    -----
    Basic (reflected) bootstrap: with q the quantiles of the draws, [2 v - q_high, 2 v - q_low],
    which takes the bias out as ``debiased`` = v - bias does. p counts the value itself among
    the random allotments, (b + 1) / (n + 1).

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 5.
    Carrington and Troske (1997), Journal of Business and Economic Statistics 15(4), 402-409.
    Phipson and Smyth (2010), Statistical Applications in Genetics 9(1), 39.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts([[900, 300], [300, 900]], groups=("a", "b"))
    >>> found = estimate(dissimilarity, table, "a", "b", seed=1, replicates=200)
    >>> found.value, found.low < 0.5 < found.high, found.p_value < 0.01
    (0.5, True, True)
    """
    entry = measure_of(measure)
    check_settings(seed, replicates, level)
    _check_kinds(entry, interval, null, blocks_in)
    wishes = {"seed": int(seed), "replicates": int(replicates)}
    task = _Task(entry, args, options, interval, null, level, wishes, blocks_in)
    if isinstance(tables, CountTable) and by is None:
        return task.run(tables)
    given: Any = tables
    if not isinstance(given, CountTable | Mapping):
        raise ParameterError(
            f"estimate measures a CountTable or several by key, not {type(given).__name__}. "
            "Make one with CountTable.from_counts or load_counts."
        )
    results: dict[Any, Any] = {}
    for key, table in _pieces(tables, by).items():
        try:
            results[key] = replace(task.run(table), key=key)
        except SeglibError as error:
            raise type(error)(f"{by or 'key'} {key!r}: {error}") from error
    return Estimates(results, by or "key")


def check_settings(seed: int, replicates: int, level: float) -> None:
    """Settings outside their range are a ParameterError."""
    if not _is_whole(seed) or not 0 <= seed < 2**63:
        raise ParameterError(f"seed needs a whole number from 0, not {seed!r}. Write seed=1, say.")
    if not _is_whole(replicates) or replicates < FEWEST_REPLICATES:
        raise ParameterError(
            f"replicates is a whole number from {FEWEST_REPLICATES}, not {replicates!r}. "
            "Take 500 for a report, fewer for a first look."
        )
    number: Any = level
    if isinstance(number, str) or not 0.0 < number < 1.0:
        raise ParameterError(f"level lies between 0 and 1, not at {level!r}. Write level=0.95.")


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def basic_interval(
    value: Any, draws: NDArray[np.float64], level: float, bounds: tuple[float, float]
) -> tuple[Any, Any]:
    """The reflected quantiles of the draws around a value, inside the measure's bounds."""
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(draws, [tail, 1.0 - tail], axis=0)
    return np.clip(2.0 * value - upper, *bounds), np.clip(2.0 * value - lower, *bounds)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How replicates are made: of what, of how many, and the function that measures them."""

    estimand: str
    method: str
    what: str
    n_drawn: int
    draw: Callable[[], NDArray[np.float64]]

    def spread(self, value: float, draws: NDArray[np.float64]) -> dict[str, Any]:
        """The fields that tell how far the draws of a measure lie apart and from its value."""
        bias = float(draws.mean()) - value
        return {
            "estimand": self.estimand,
            "method": self.method,
            "standard_error": float(draws.std(ddof=1)),
            "bias": bias,
            "debiased": value - bias,
        }


@dataclass(frozen=True, slots=True)
class _Task:
    """One set of wishes, carried out on table after table."""

    entry: Measure
    args: tuple[Any, ...]
    options: dict[str, Any]
    interval: Interval
    null: Null
    level: float
    wishes: dict[str, int]
    blocks_in: str | None

    def run(self, table: CountTable) -> Any:
        blocks, table = table, table.merge(self.blocks_in) if self.blocks_in else table
        point = self.entry.function(table, *self.args, **self.options)
        columns = self.entry.columns(table, *self.args, **self.options)
        counts = columns.take(table.counts)
        origin: dict[str, Any] = {**self.wishes, "stream": STREAM, "level": self.level}
        draw = self._drawing(columns, blocks, table)
        if self.entry.form == "local":
            fields = self._locally(point, counts, columns.n_used, draw)
        else:
            fields = self._certainty(point.value, counts, columns.n_used, draw)
        found = replace(point, **origin, **fields)
        if self.interval != "measurement":
            return found
        possible = Possible.of(table, None, None)
        return within_bounds(found, possible, self.entry, columns, level=self.level, **self.wishes)

    def _draws(
        self, counts: NDArray[np.int64], purpose: int, unit_of: Any = None, most: int = sys.maxsize
    ) -> NDArray[np.float64]:
        local = self.entry.form == "local"
        wishes = self.wishes | {"replicates": min(most, self.wishes["replicates"])}
        batch = self.entry.batch
        return measured_draws(batch, counts, purpose, local=local, unit_of=unit_of, **wishes)

    def _drawing(self, columns: Columns, blocks: CountTable, table: CountTable) -> _Drawing:
        counts = columns.take(blocks.counts)
        if self.blocks_in:
            if len(counts) != blocks.n_units:
                raise ParameterError(
                    f"{self.entry.symbol} has one number for each group, which blocks_in does not "
                    "know. Leave blocks_in out, or take a measure of units or of the whole city."
                )
            place_of = {unit: place for place, unit in enumerate(table.units)}
            unit_of = np.array([place_of[part] for part in blocks.part_of(self.blocks_in)])
            method = f"basic bootstrap of blocks, added up by {self.blocks_in}"
            draw = partial(self._draws, counts, BLOCKS, unit_of)
            return _Drawing("process", method, "blocks", int(counts.any(axis=1).sum()), draw)
        if self.interval == "units":
            # an empty unit is none: that it holds nobody says nothing of how people spread
            occupied = np.ascontiguousarray(counts[counts.any(axis=1)])
            draw = partial(self._draws, occupied, UNITS)
            return _Drawing("units", "basic bootstrap of units", "units", len(occupied), draw)
        method = "basic bootstrap of persons over all cells"
        return _Drawing("process", method, "", 0, partial(self._draws, counts, PROCESS))

    def _certainty(
        self, value: float, counts: NDArray[np.int64], n_used: int, drawing: _Drawing
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        reason: Reason = ("no interval was asked for", "not-asked")
        null_mean = p_value = None
        if self.entry.has_null and (self.null or self.interval == "process"):
            most = sys.maxsize if self.null else ENOUGH_TO_VOUCH
            draws = self._draws(counts, ALLOCATION, most=most)
            null_mean, p_value = self._against_null(value, draws)
        if self.interval in ("process", "units"):
            draws = drawing.draw()
            reason = vanished(draws)
            if reason == VOUCHED:
                fields = drawing.spread(value, draws)
                reason = few_of(drawing.what, drawing.n_drawn)
            if reason == VOUCHED and drawing.estimand == "process":
                against = value, null_mean, p_value
                reason = self._near_or_small(fields["bias"], against, counts, n_used)
            if reason == VOUCHED:
                low, high = basic_interval(value, draws, self.level, self.entry.bounds)
                fields.update(low=float(low), high=float(high))
        if self.null and null_mean is not None:
            fields.update(null_mean=null_mean, p_value=p_value)
            if self.entry.adjustable and null_mean < 1.0:
                fields["null_adjusted"] = (value - null_mean) / (1.0 - null_mean)
        fields.update(reason=reason[0], reason_code=reason[1])
        return fields

    def _against_null(self, value: float, draws: NDArray[np.float64]) -> tuple[float, float]:
        sign = 1.0 if self.entry.tail == "upper" else -1.0
        # a draw equal to the value counts against it, rounding included
        extreme = int((sign * (draws - value) >= -1e-12).sum())
        return float(draws.mean()), (extreme + 1) / (len(draws) + 1)

    def _near_or_small(
        self, bias: float, against: tuple[float, Any, Any], counts: NDArray[np.int64], n_used: int
    ) -> Reason:
        value, null_mean, p_value = against
        reason = VOUCHED
        if null_mean is not None:
            reason = near_null(value, bias, null_mean, p_value, self.level)
        if reason == VOUCHED and "margins only" not in self.entry.properties:
            return small_cells(counts, n_used)
        return reason

    def _locally(
        self,
        point: LocalEstimates,
        counts: NDArray[np.int64],
        n_used: int,
        drawing: _Drawing,
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        reason: Reason = ("no interval was asked for", "not-asked")
        if self.null:
            fields["null_mean"] = self._draws(counts, ALLOCATION).mean(axis=0)
        if self.interval == "process":
            draws = drawing.draw()
            low, high = basic_interval(point.values, draws, self.level, self.entry.bounds)
            small = expected_cells(counts, n_used) < SMALLEST_CELL
            small |= ~np.isfinite(draws).all(axis=0)
            low[small], high[small] = np.nan, np.nan
            fields.update(
                low=low,
                high=high,
                estimand="process",
                method=drawing.method,
                standard_error=draws.std(axis=0, ddof=1),
                bias=draws.mean(axis=0) - point.values,
            )
            reason = VOUCHED
            if small.any():
                reason = (
                    f"no interval for {int(small.sum())} of {len(small)} units: an expected cell "
                    f"below {SMALLEST_CELL:g}",
                    "small-cells",
                )
        fields.update(reason=reason[0], reason_code=reason[1])
        return fields


def _pieces(tables: CountTable | CountTables, by: str | None) -> Mapping[Any, CountTable]:
    if isinstance(tables, CountTable):
        return _by_part(tables, by or "")
    if by is None:
        return tables
    return {
        (key, part): piece
        for key, table in tables.items()
        for part, piece in _by_part(table, by).items()
    }


def _by_part(table: CountTable, level: str) -> dict[str, CountTable]:
    part_of = np.array(table.part_of(level))
    return {part: table.select_units(part_of == part) for part in dict.fromkeys(part_of.tolist())}


def _check_kinds(entry: Measure, interval: Any, null: Any, blocks_in: Any) -> None:
    kinds = ("process", "units", "measurement")
    if interval is not None and interval not in kinds:
        known = ", ".join(map(repr, kinds))
        raise ParameterError(f"interval is {known} or None, not {interval!r}. Write one of these.")
    if null not in ("allocation", None):
        raise ParameterError(f"null is 'allocation' or None, not {null!r}. Write one of these.")
    if interval == "units" and entry.form == "local":
        raise ParameterError(
            f"{entry.symbol} has one number for each unit, and a draw of units loses some. "
            "Take interval='process', or a measure of the whole city."
        )
    if blocks_in is not None and interval not in ("process", None):
        raise ParameterError(
            f"blocks_in goes with interval='process', not {interval!r}. Leave one of the two out."
        )
