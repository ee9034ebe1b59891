"""Any registered measure with its interval, its bias and what chance alone would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError, SeglibError
from seglib.inference.draws import ALLOCATION, PROCESS, STREAM, measured_draws
from seglib.inference.vouching import (
    SMALLEST_CELL,
    VOUCHED,
    Reason,
    expected_cells,
    near_null,
    small_cells,
    vanished,
)
from seglib.registry import Measure, measure_of
from seglib.result import Estimate, Estimates, LocalEstimates
from seglib.table import CountTable, CountTables

Interval = Literal["process"] | None
Null = Literal["allocation"] | None
One = TypeVar("One", Estimate, LocalEstimates)
FEWEST_REPLICATES = 40
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
    interval : {"process", None}
        "process": chance in where people live. As many persons are drawn over all cells by the
        table's own shares. Persons are drawn one by one while households move together, so the
        interval is at least as wide as this.
    null : {"allocation", None}
        "allocation": persons allotted to units at random, units and groups keeping their size.
    replicates : int
        Draws for each of the two, at least 40.
    by : str, optional
        A level that units nest in: one result for each of its parts.
    level : float
        Coverage aimed at, between 0 and 1.
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
    _check_kinds(interval, null)
    wishes = {"seed": int(seed), "replicates": int(replicates)}
    task = _Task(entry, args, options, interval, null, level, wishes)
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
class _Task:
    """One set of wishes, carried out on table after table."""

    entry: Measure
    args: tuple[Any, ...]
    options: dict[str, Any]
    interval: Interval
    null: Null
    level: float
    wishes: dict[str, int]

    def run(self, table: CountTable) -> Any:
        point = self.entry.function(table, *self.args, **self.options)
        columns = self.entry.columns(table, *self.args, **self.options)
        counts = columns.take(table.counts)
        origin: dict[str, Any] = {**self.wishes, "stream": STREAM, "level": self.level}
        if self.entry.form == "local":
            return replace(point, **origin, **self._locally(point, counts, columns.n_used))
        return replace(point, **origin, **self._certainty(point.value, counts, columns.n_used))

    def _draws(self, counts: NDArray[np.int64], purpose: int) -> NDArray[np.float64]:
        local = self.entry.form == "local"
        return measured_draws(self.entry.batch, counts, purpose, local=local, **self.wishes)

    def _certainty(self, value: float, counts: NDArray[np.int64], n_used: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        reason: Reason = ("no interval was asked for", "not-asked")
        null_mean = p_value = None
        if self.entry.has_null and (self.null or self.interval):
            null_mean, p_value = self._against_null(value, self._draws(counts, ALLOCATION))
        if self.interval:
            draws = self._draws(counts, PROCESS)
            reason = vanished(draws)
            if reason == VOUCHED:
                fields, reason = self._spread(value, draws, null_mean, p_value)
            if "margins only" not in self.entry.properties:
                reason = small_cells(counts, n_used) if reason == VOUCHED else reason
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

    def _spread(
        self, value: float, draws: NDArray[np.float64], null_mean: Any, p_value: Any
    ) -> tuple[dict[str, Any], Reason]:
        bias = float(draws.mean()) - value
        fields: dict[str, Any] = {
            "estimand": "process",
            "method": "basic bootstrap of persons over all cells",
            "standard_error": float(draws.std(ddof=1)),
            "bias": bias,
            "debiased": value - bias,
        }
        if null_mean is None:
            return fields, VOUCHED
        return fields, near_null(value, bias, null_mean, p_value, self.level)

    def _locally(
        self, point: LocalEstimates, counts: NDArray[np.int64], n_used: int
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        reason: Reason = ("no interval was asked for", "not-asked")
        if self.null:
            fields["null_mean"] = self._draws(counts, ALLOCATION).mean(axis=0)
        if self.interval:
            draws = self._draws(counts, PROCESS)
            low, high = basic_interval(point.values, draws, self.level, self.entry.bounds)
            small = expected_cells(counts, n_used) < SMALLEST_CELL
            small |= ~np.isfinite(draws).all(axis=0)
            low[small], high[small] = np.nan, np.nan
            fields.update(
                low=low,
                high=high,
                estimand="process",
                method="basic bootstrap of persons over all cells",
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


def _check_kinds(interval: Any, null: Any) -> None:
    for name, value, known in (("interval", interval, "process"), ("null", null, "allocation")):
        if value not in (known, None):
            raise ParameterError(f"{name} is {known!r} or None, not {value!r}. Write one of these.")
