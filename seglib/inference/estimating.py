"""Any registered measure with its interval, its bias and what chance alone would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError, SeglibError
from seglib.inference.bounded import Possible, within_bounds
from seglib.inference.certainty import (
    PERSONS,
    Drawing,
    Interval,
    Null,
    Wishes,
    certainties,
    drawing_of,
    tails,
)
from seglib.inference.draws import ALLOCATION, BLOCKS, PROCESS, beside_each_other
from seglib.inference.measuring import Sought, measured_draws
from seglib.inference.vouching import SMALLEST_CELL, VOUCHED, Reason, expected_cells
from seglib.registry import Columns, Measure, measure_of
from seglib.result import Estimate, Estimates, LocalEstimates
from seglib.table import CountTable, CountTables

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
    which takes the bias out as ``debiased`` = v - bias does; the k-th of n draws in order is the
    quantile k / (n + 1). p counts the value itself among the random allotments, (b + 1) / (n + 1).

    Chance widens the gaps that D and D_multi add up, and draws that start from gaps so widened
    vary too little. So for "process" without blocks it is the debiased measure that is drawn;
    ``debiased`` is that of the table, and the interval lies around it as the draws lie around
    their mean.

    How often the process interval holds the truth stands in docs/coverage.md, for D, H, M and
    isolation. That of Gini is drawn as it is: in 600 worlds of each of three cities of that study
    it held the truth in 90 to 94 of 100 (two groups) and in 93 to 95 (all groups).

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 5.
    Carrington and Troske (1997), Journal of Business and Economic Statistics 15(4), 402-409.
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), 39.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts([[900, 300], [300, 900]], groups=("a", "b"))
    >>> found = estimate(dissimilarity, table, "a", "b", seed=1, replicates=200)
    >>> found.value, found.low < 0.5 < found.high, found.p_value < 0.01
    (0.5, True, True)
    """
    entry = measure_of(measure).at(**options)
    check_settings(seed, replicates, level)
    check_kinds([entry], interval, null, blocks_in)
    wishes = Wishes(interval, null, level, int(seed), int(replicates))
    found = for_each(tables, by, replicates, _Task(entry, args, options, wishes, blocks_in).run)
    return (
        found[None]
        if by is None and isinstance(tables, CountTable)
        else Estimates(found, by or "key")
    )


def for_each(
    tables: Any, by: str | None, replicates: int, run: Callable[[CountTable, Any], Any]
) -> dict[Any, Any]:
    """What run finds of a table and its key: for each table, and for each part of a level."""
    if not isinstance(tables, CountTable | Mapping):
        raise ParameterError(
            f"estimate measures a CountTable or several by key, not {type(tables).__name__}. "
            "Make one with CountTable.from_counts or load_counts."
        )
    given: CountTable | Mapping[Any, CountTable] = tables
    pieces = [*_pieces(given, by).items()]
    found: list[Any] = [None] * len(pieces)

    def one(number: int) -> None:
        key, table = pieces[number]
        try:
            found[number] = run(table, key)
        except SeglibError as error:
            if key is None:
                raise
            raise type(error)(f"{by or 'key'} {key!r}: {error}") from error

    cells = replicates * sum(table.counts.size for _, table in pieces)
    beside_each_other(one, range(len(pieces)), cells)
    return {key: result for (key, _), result in zip(pieces, found, strict=True)}


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
    lower, upper = tails(draws, level)
    return np.clip(2.0 * value - upper, *bounds), np.clip(2.0 * value - lower, *bounds)


@dataclass(frozen=True, slots=True)
class _Task:
    """One set of wishes, carried out on table after table."""

    entry: Measure
    args: tuple[Any, ...]
    options: dict[str, Any]
    wishes: Wishes
    blocks_in: str | None

    def run(self, table: CountTable, key: Any) -> Any:
        blocks, table = table, table.merge(self.blocks_in) if self.blocks_in else table
        point = self.entry.function(table, *self.args, **self.options)
        columns = self.entry.columns(table, *self.args, **self.options)
        counts = columns.take(table.counts)
        wishes, drawing = self.wishes, None
        if self.blocks_in:
            drawing = self._of_blocks(columns, blocks, table)
        if self.entry.form == "local":
            fields = self._locally(point, counts, columns.n_used, drawing)
        else:
            sought = [Sought(self.entry, point.value, counts, columns.n_used)]
            drawing = drawing or drawing_of(sought, counts, wishes)
            fields = certainties(sought, counts, wishes, drawing)[0]
        found = replace(point, key=key, **wishes.origin, **fields)
        if wishes.interval != "measurement":
            return found
        possible = Possible.of(table, None, None)
        return within_bounds(
            found, possible, self.entry, columns, level=wishes.level, **wishes.source
        )

    def _draws(self, counts: NDArray[np.int64], purpose: int, unit_of: Any = None) -> Any:
        local = self.entry.form == "local"
        batch, wishes = self.entry.batch, self.wishes.source
        return measured_draws(batch, counts, purpose, local=local, unit_of=unit_of, **wishes)

    def _of_blocks(self, columns: Columns, blocks: CountTable, table: CountTable) -> Drawing:
        counts = columns.take(blocks.counts)
        if len(counts) != blocks.n_units:
            raise ParameterError(
                f"{self.entry.symbol} has one number for each group, which blocks_in does not "
                "know. Leave blocks_in out, or take a measure of units or of the whole city."
            )
        place_of = {unit: place for place, unit in enumerate(table.units)}
        unit_of = np.array([place_of[part] for part in blocks.part_of(self.blocks_in or "")])
        method = f"basic bootstrap of blocks, added up by {self.blocks_in}"
        n_occupied = int(counts.any(axis=1).sum())

        def draw() -> NDArray[np.float64]:
            draws = self._draws(counts, BLOCKS, unit_of)
            return draws if self.entry.form == "local" else draws[None]

        return Drawing("process", method, "blocks", n_occupied, draw)

    def _locally(
        self,
        point: LocalEstimates,
        counts: NDArray[np.int64],
        n_used: int,
        drawing: Drawing | None,
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        reason: Reason = ("no interval was asked for", "not-asked")
        if self.wishes.null:
            fields["null_mean"] = self._draws(counts, ALLOCATION).mean(axis=0)
        if self.wishes.interval == "process":
            draws = drawing.draw() if drawing else self._draws(counts, PROCESS)
            low, high = basic_interval(point.values, draws, self.wishes.level, self.entry.bounds)
            small = expected_cells(counts, n_used) < SMALLEST_CELL
            small |= ~np.isfinite(draws).all(axis=0)
            low[small], high[small] = np.nan, np.nan
            fields.update(
                low=low,
                high=high,
                estimand="process",
                method=drawing.method if drawing else PERSONS,
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


def _pieces(
    tables: CountTable | Mapping[Any, CountTable], by: str | None
) -> Mapping[Any, CountTable]:
    if isinstance(tables, CountTable):
        return {None: tables} if by is None else _by_part(tables, by)
    if by is None:
        return tables
    return {
        (key, part): piece
        for key, table in tables.items()
        for part, piece in _by_part(table, by).items()
    }


def _by_part(table: CountTable, level: str) -> dict[str, CountTable]:
    rows_of: dict[str, list[int]] = {}
    for row, part in enumerate(table.part_of(level)):
        rows_of.setdefault(part, []).append(row)
    return {part: _with_rows(table, rows) for part, rows in rows_of.items()}


def _with_rows(table: CountTable, rows: list[int]) -> CountTable:
    """Some units of a table; select_units asks of every unit whether it stays."""
    arrays = {
        name: None if array is None else array[rows]
        for name in ("counts", "lower", "upper", "points_m", "areas_m2")
        for array in [getattr(table, name)]
    }
    names = {
        name: tuple(getattr(table, name)[row] for row in rows) for name in ("units", "unit_names")
    }
    parts = {level: tuple(codes[row] for row in rows) for level, codes in table.parts.items()}
    fields: dict[str, Any] = {**arrays, **names, "parts": parts}
    return replace(table, **fields)


def check_kinds(
    entries: Sequence[Measure], interval: Any, null: Any, blocks_in: Any = None
) -> None:
    """An interval or null that is not known, or not for such a measure, is a ParameterError."""
    kinds = ("process", "units", "measurement")
    if interval is not None and interval not in kinds:
        known = ", ".join(map(repr, kinds))
        raise ParameterError(f"interval is {known} or None, not {interval!r}. Write one of these.")
    if null not in ("allocation", None):
        raise ParameterError(f"null is 'allocation' or None, not {null!r}. Write one of these.")
    local = [entry.symbol for entry in entries if entry.form == "local"]
    if interval == "units" and local:
        raise ParameterError(
            f"{local[0]} has one number for each unit, and a draw of units loses some. "
            "Take interval='process', or a measure of the whole city."
        )
    if blocks_in is not None and interval not in ("process", None):
        raise ParameterError(
            f"blocks_in goes with interval='process', not {interval!r}. Leave one of the two out."
        )
