"""What draws tell of a value: its interval and null, or the reason for having none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seglib.inference.draws import ALLOCATION, PROCESS, STREAM, STREAM_OF_UNITS
from seglib.inference.measuring import Sought, measured_together, measured_units
from seglib.inference.vouching import VOUCHED, Reason, few_of, near_null, small_cells, vanished

Interval = Literal["process", "units", "measurement"] | None
Null = Literal["allocation"] | None
ENOUGH_TO_VOUCH = 100
PERSONS = "basic bootstrap of persons over all cells"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of any measure."""

    interval: Interval
    null: Null
    level: float
    seed: int
    replicates: int

    @property
    def origin(self) -> dict[str, Any]:
        """Where the draws come from, as a result tells it."""
        stream = STREAM_OF_UNITS if self.interval == "units" else STREAM
        return {
            "seed": self.seed,
            "replicates": self.replicates,
            "stream": stream,
            "level": self.level,
        }

    @property
    def source(self) -> dict[str, int]:
        """Seed and replicates, as draws take them."""
        return {"seed": self.seed, "replicates": self.replicates}


@dataclass(frozen=True, slots=True)
class Drawing:
    """How replicates are made: of what, of how many, and the function that measures them."""

    estimand: str
    method: str
    what: str
    n_drawn: int
    draw: Callable[[], NDArray[np.float64]]


def drawing_of(sought: Sequence[Sought], counts: NDArray[np.int64], wishes: Wishes) -> Drawing:
    """Occupied units, or persons over all cells of counts, drawn for all measures at once."""
    if wishes.interval == "units":
        n_occupied = int(counts.any(axis=1).sum())
        draw = partial(measured_units, sought, **wishes.source)
        return Drawing("units", "basic bootstrap of units", "units", n_occupied, draw)
    draw = partial(measured_together, sought, counts, PROCESS, **wishes.source)
    return Drawing("process", PERSONS, "", 0, draw)


def certainties(
    sought: Sequence[Sought], counts: NDArray[np.int64], wishes: Wishes, drawing: Drawing
) -> list[dict[str, Any]]:
    """The fields that tell how certain each value is, from the same draws for all of them."""
    nulls = _nulls(sought, counts, wishes)
    if wishes.interval not in ("process", "units"):
        spreads: list[_Spread | None] = [None] * len(sought)
    else:
        spreads = [*_spreads(sought, drawing.draw(), wishes.level)]
    return [
        _fields(one, null, spread, drawing, wishes)
        for one, null, spread in zip(sought, nulls, spreads, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Spread:
    """What the draws of one measure come to: how they lie, and between which quantiles."""

    undefined: Reason
    mean: float
    deviation: float
    ends: tuple[float, float]


def _spreads(
    sought: Sequence[Sought], draws: NDArray[np.float64], level: float
) -> Iterator[_Spread]:
    with np.errstate(invalid="ignore"):  # what is undefined in a draw becomes a reason below
        ends = tails(draws, level, axis=1).T.tolist()
        means, deviations = draws.mean(axis=1).tolist(), draws.std(axis=1, ddof=1).tolist()
    whole: Any = np.isfinite(draws).all(axis=1).tolist()
    for number in range(len(sought)):
        undefined = VOUCHED if whole[number] else vanished(draws[number])
        yield _Spread(undefined, means[number], deviations[number], tuple(ends[number]))


def _nulls(
    sought: Sequence[Sought], counts: NDArray[np.int64], wishes: Wishes
) -> list[tuple[float, float] | None]:
    """Mean and p of each measure when persons are allotted at random, where that says anything."""
    known: list[tuple[float, float] | None] = [None] * len(sought)
    of = [number for number, one in enumerate(sought) if one.entry.has_null]
    if not of or not (wishes.null or wishes.interval == "process"):
        return known
    asked = wishes.replicates if wishes.null else min(ENOUGH_TO_VOUCH, wishes.replicates)
    some = [sought[number] for number in of]
    draws = measured_together(some, counts, ALLOCATION, seed=wishes.seed, replicates=asked)
    signs = np.array([1.0 if one.entry.tail == "upper" else -1.0 for one in some])
    values = np.array([one.value for one in some])
    # a draw equal to the value counts against it, rounding included
    extreme = (signs[:, None] * (draws - values[:, None]) >= -1e-12).sum(axis=1).tolist()
    for number, mean, beyond in zip(of, draws.mean(axis=1).tolist(), extreme, strict=True):
        known[number] = mean, (beyond + 1) / (asked + 1)
    return known


def _fields(
    one: Sought,
    null: tuple[float, float] | None,
    spread: _Spread | None,
    drawing: Drawing,
    wishes: Wishes,
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    reason: Reason = ("no interval was asked for", "not-asked")
    if spread is not None:
        reason = spread.undefined
        if reason == VOUCHED:
            bias = spread.mean - one.value
            fields = {
                "estimand": drawing.estimand,
                "method": drawing.method,
                "standard_error": spread.deviation,
                "bias": bias,
                "debiased": one.value - bias,
            }
            reason = _unvouched(one, null, bias, drawing, wishes.level)
        if reason == VOUCHED:
            fields["low"], fields["high"] = reflected(one.value, *spread.ends, one.entry.bounds)
    if wishes.null and null is not None:
        fields.update(null_mean=null[0], p_value=null[1])
        if one.entry.adjustable and null[0] < 1.0:
            fields["null_adjusted"] = (one.value - null[0]) / (1.0 - null[0])
    fields["reason"], fields["reason_code"] = reason
    return fields


def _unvouched(
    one: Sought, null: tuple[float, float] | None, bias: float, drawing: Drawing, level: float
) -> Reason:
    reason = few_of(drawing.what, drawing.n_drawn)
    if reason != VOUCHED or drawing.estimand != "process":
        return reason
    if null is not None:
        reason = near_null(one.value, bias, *null, level)
    if reason == VOUCHED and one.entry.has_null:
        return small_cells(one.counts, one.n_used)
    return reason


def tails(draws: NDArray[np.float64], level: float, axis: int = 0) -> NDArray[np.float64]:
    """The two quantiles that leave (1 - level) / 2 of the chance on either side, in a first axis.

    The k-th of n draws in order has k / (n + 1) of the chance below it.
    """
    tail = (1.0 - level) / 2.0
    return np.quantile(draws, [tail, 1.0 - tail], axis=axis, method="weibull")


def reflected(
    value: float, lower: float, upper: float, bounds: tuple[float, float]
) -> tuple[float, float]:
    """Two quantiles of the draws, mirrored in the value and kept inside the measure's bounds."""
    low, high = (min(max(2.0 * value - end, bounds[0]), bounds[1]) for end in (upper, lower))
    return low, high
