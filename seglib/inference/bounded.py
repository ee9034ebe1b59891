"""Every table that rounding or secrecy leaves possible: draws of them, and bounds that hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import ParameterError, TableError
from seglib.inference.draws import measured_tables
from seglib.inference.vouching import vanished
from seglib.registry import Columns, Measure
from seglib.result import Estimate
from seglib.table import CountTable

WIDEST_BAND = 0.10
SWEEPS = 25
FREE = 2**53  # more persons than a table may hold
Totals = CountTable | Mapping[str, int | tuple[int, int]] | None
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoundingBand(Estimate):
    """What a measure may be, given that each count is known within bounds only.

    ``low``, ``median`` and ``high`` are quantiles over random tables inside the bounds. No table
    inside them goes below ``floor`` or above ``ceiling``, which are None for a measure without
    a simple proof. ``held`` names the totals that every drawn table meets. The other fields are
    those of Estimate.
    """

    _: KW_ONLY
    median: float | None = None
    floor: float | None = None
    ceiling: float | None = None
    held: tuple[str, ...] = ()


def too_wide(found: Estimate) -> bool:
    """Whether rounding leaves D so open that no trend and no verdict can rest on it.

    Parameters
    ----------
    found : Estimate
        Any; only a D or D_rest with the estimand "measurement" can be too wide.

    Returns
    -------
    bool
        True where its band is wider than 0.10, or where it has none.

    Examples
    --------
    >>> too_wide(RoundingBand("D", 0.3, low=0.2, high=0.45, estimand="measurement"))
    True
    """
    if found.estimand != "measurement" or found.symbol not in ("D", "D_rest"):
        return False
    return found.low is None or found.high is None or found.high - found.low > WIDEST_BAND


@dataclass(frozen=True, slots=True)
class Possible:
    """The tables that are possible: bounds with the totals, negative, in a last row and column."""

    bounds: Whole
    start: Whole
    held: tuple[str, ...]

    @classmethod
    def of(cls, table: CountTable, totals: Totals, unit_totals: ArrayLike | None) -> Possible:
        """From a table's own bounds and what is published of its totals."""
        if table.lower is None or table.upper is None:
            raise TableError(
                f"A rounding band needs bounds, {_name(table)} has none. "
                "Give lower and upper when making the table, or take a source that rounds."
            )
        shape = (2, table.n_units + 1, table.n_groups + 1)
        bounds = np.empty(shape, dtype=np.int64)
        bounds[:, :-1, :-1] = table.lower, table.upper
        bounds[0, -1], bounds[1, -1], bounds[0, :, -1], bounds[1, :, -1] = -FREE, 0, -FREE, 0
        bounds[0, -1, -1], bounds[1, -1, -1] = 0, FREE
        by_group = _published(table, totals)
        for name, (low, high) in by_group.items():
            bounds[:, -1, table.group_index(name)] = -high, -low
        held = [f"total of {name}" for name in by_group]
        if unit_totals is not None:
            low, high = _by_unit(table, unit_totals)
            bounds[:, :-1, -1] = -high, -low
            held.append("unit totals")
        _refuse_impossible(table, bounds)
        return cls(bounds, _first(table, bounds), tuple(held))

    def draws(self, entry: Measure, columns: Columns, seed: int, replicates: int) -> Any:
        """The measure of each drawn table, shape (replicates,) or (replicates, n_units)."""
        rows = len(columns.take(self.start[:-1, :-1]))
        out = np.empty((replicates, rows) if entry.form == "local" else replicates)
        # cells that no total ties together are independent after one sweep
        sweeps = SWEEPS if self.held else 1
        measured_tables(entry.batch, columns.take, self.start, self.bounds, sweeps, out, seed)
        return out

    def limits(self, columns: Columns) -> tuple[float | None, float | None]:
        """Numbers that D, xPx or xPy of no possible table passes; None for other measures."""
        low, high = (columns.take(bound[:-1, :-1]) for bound in self.bounds)
        least, most = (columns.take(-self.bounds[side, -1:, :-1])[0] for side in (1, 0))
        totals = np.maximum(least, low.sum(axis=0)), np.minimum(most, high.sum(axis=0))
        spread = _part_limits(low, high, totals, axis=0)
        if columns.symbol in ("D", "D_rest"):
            return _gap_limits(spread)
        if columns.symbol not in ("xPx", "xPy"):
            return None, None
        persons = (
            np.maximum(low.sum(axis=1), -self.bounds[1, :-1, -1]),
            np.minimum(high.sum(axis=1), -self.bounds[0, :-1, -1]),
        )
        met = _part_limits(low, high, persons, axis=1)
        with_whom = 0 if columns.symbol == "xPx" else 1
        floor, ceiling = (
            float((parts[:, 0] * shares[:, with_whom]).sum())
            for parts, shares in zip(spread, met, strict=True)
        )
        return floor, min(1.0, ceiling)


def within_bounds(
    point: Any,
    possible: Possible,
    entry: Measure,
    columns: Columns,
    *,
    level: float,
    **wishes: int,
) -> Any:
    """A result with its rounding band: a RoundingBand, or LocalEstimates with bounds by unit."""
    draws = possible.draws(entry, columns, **wishes)
    tail = (1.0 - level) / 2.0
    filled: dict[str, Any] = {
        "estimand": "measurement",
        "method": "random tables within the bounds" + "".join(f", {x} held" for x in possible.held),
    }
    if entry.form == "local":
        low, high = np.quantile(draws, [tail, 1.0 - tail], axis=0)
        return replace(point, **filled, low=low, high=high, reason="", reason_code="")
    floor, ceiling = possible.limits(columns)
    filled |= {"floor": floor, "ceiling": ceiling, "held": possible.held}
    reason, code = vanished(draws)
    filled |= {"reason": reason, "reason_code": code}
    if not reason:
        low, median, high = map(float, np.quantile(draws, [tail, 0.5, 1.0 - tail]))
        filled |= {"low": low, "median": median, "high": high}
    kept: dict[str, Any] = {item.name: getattr(point, item.name) for item in fields(point)}
    band = RoundingBand(**(kept | filled))
    if reason or not too_wide(band):
        return band
    reason = (
        f"rounding leaves {band.symbol} between {band.low:.3f} and {band.high:.3f}, wider than "
        f"{WIDEST_BAND:.2f}"
    )
    return replace(band, reason=reason, reason_code="band-too-wide")


def _part_limits(low: Whole, high: Whole, totals: tuple[Whole, Whole], axis: int) -> Any:
    """The smallest and largest that each cell can be as a part of its sum along an axis."""
    others_least = low.sum(axis=axis, keepdims=True) - low
    others_most = high.sum(axis=axis, keepdims=True) - high
    least, most = (np.expand_dims(total, axis) for total in totals)
    largest = np.minimum(most, low + others_most)
    smallest = np.maximum(least, high + others_least)
    floor, ceiling = np.zeros(low.shape), np.zeros(low.shape)
    np.divide(low, largest, out=floor, where=largest > 0)
    np.divide(high, smallest, out=ceiling, where=smallest > 0)
    return floor, np.minimum(ceiling, 1.0)


def _gap_limits(spread: tuple[NDArray[np.float64], NDArray[np.float64]]) -> tuple[float, float]:
    """Bounds of D, which is the sum of all gaps above 0 and also of all below."""
    floor, ceiling = spread
    least, most = floor[:, 0] - ceiling[:, 1], ceiling[:, 0] - floor[:, 1]
    above, below = (np.maximum(side, 0.0).sum() for side in (least, -most))
    most_above, most_below = (np.maximum(side, 0.0).sum() for side in (most, -least))
    return float(max(above, below)), float(min(most_above, most_below, 1.0))


def _published(table: CountTable, totals: Totals) -> dict[str, tuple[int, int]]:
    """For each group with a published total, the bounds of that total."""
    if totals is None:
        return {}
    if isinstance(totals, CountTable):
        low, high = (
            (totals.counts if bound is None else bound).sum(axis=0).tolist()
            for bound in (totals.lower, totals.upper)
        )
        return {name: (low[g], high[g]) for g, name in enumerate(totals.groups)}
    found: dict[str, tuple[int, int]] = {}
    for name, total in totals.items():
        pair = np.broadcast_to(np.asarray(total), (2,)).tolist() if np.size(total) < 3 else [-1, -1]
        if not all(isinstance(side, int) for side in pair) or not 0 <= pair[0] <= pair[1] <= FREE:
            raise ParameterError(
                f"The total of {name!r} is a whole number from 0, or two that bound it, not "
                f"{total!r}. Leave the group out where no total is published."
            )
        found[name] = pair[0], pair[1]
    return found


def _by_unit(table: CountTable, unit_totals: ArrayLike) -> tuple[Whole, Whole]:
    given = np.asarray(unit_totals)
    if given.shape not in ((table.n_units,), (2, table.n_units)) or given.dtype.kind not in "iu":
        raise ParameterError(
            f"unit_totals needs a whole number for each of {table.n_units} units, or a row of "
            f"lower and a row of upper bounds; it is {given.dtype} of shape {given.shape}. "
            "Give them in the order of the units."
        )
    low, high = np.broadcast_to(given.astype(np.int64), (2, table.n_units))
    return low, high


def _refuse_impossible(table: CountTable, bounds: Whole) -> None:
    """Totals that no choice within the cells' bounds can give are a ParameterError."""
    for axis, names, what in ((0, table.groups, "group"), (1, table.units, "unit")):
        least, most = bounds[:, :-1, :-1].sum(axis=axis + 1)
        margin = bounds[:, -1, :-1] if axis == 0 else bounds[:, :-1, -1]
        low, high = -margin[1], -margin[0]
        wrong = np.flatnonzero((low > most) | (high < least) | (low > high))
        if len(wrong):
            at = wrong[0]
            raise ParameterError(
                f"The published total of {what} {names[at]!r} is {_range(low[at], high[at])}, its "
                f"cells allow {_range(least[at], most[at])}. Take totals of the same source, or "
                "wider bounds."
            )


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _first(table: CountTable, bounds: Whole) -> Whole:
    """A table inside all bounds, near the printed one; none found is a ParameterError."""
    start = np.zeros(bounds.shape[1:], dtype=np.int64)
    start[:-1, :-1] = table.counts
    start[-1] = -start.sum(axis=0)
    start[:, -1] = -start.sum(axis=1)
    low, high = bounds
    for _ in range(3):
        for sign in (1, -1):
            sides = (low, high) if sign > 0 else (-high, -low)
            start = sign * _settled(sign * start.T, *(side.T for side in sides)).T
            start = sign * _settled(sign * start, *sides)
    if ((start < low) | (start > high)).any():
        raise ParameterError(
            f"No table of {_name(table)} within the cells' bounds was found that meets all the "
            "published totals. Leave out unit_totals or some of the totals."
        )
    return np.ascontiguousarray(start)


def _settled(table: Whole, low: Whole, high: Whole) -> Whole:
    """The table with those columns raised whose total is too small, as far as the bounds allow."""
    for column in range(table.shape[1] - 1):
        # first at the cost of nobody, then of another column
        for partner in range(table.shape[1] - 1, -1, -1):
            need = table[-1, column] - high[-1, column]
            if need <= 0:
                break
            if partner == column:
                continue
            need = min(need, max(0, high[-1, partner] - table[-1, partner]))
            ours, theirs = high[:-1, column] - table[:-1, column], table[:-1, partner]
            room = np.minimum(ours, theirs - low[:-1, partner]).clip(0)
            moved = np.diff(np.minimum(room.cumsum(), need), prepend=0)
            table[:-1, column] += moved
            table[:-1, partner] -= moved
            table[-1, column] -= moved.sum()
            table[-1, partner] += moved.sum()
    return table


def _name(table: CountTable) -> str:
    return " ".join(filter(None, (table.place, str(table.year or "")))) or "this table"
