"""Several numbers of one city at once: scales of a profile, or parts of a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError
from seglib.inference.certainty import Wishes, certainties, drawing_of
from seglib.inference.estimating import check_kinds, check_settings
from seglib.inference.measuring import Sought
from seglib.registry import Measure
from seglib.scale.contexts import summed_by

Values = NDArray[np.float64]
Whole = NDArray[np.int64]
Measured = Callable[[Whole], Values]  # counts[replicate, unit, column] to [number, replicate]


def wishes_over_scales(
    entry: Measure, interval: Any, null: Any, level: float, seed: int, replicates: int
) -> Wishes:
    """What is asked, checked: over scales the only interval is that of where people live."""
    check_settings(seed, replicates, level)
    if interval not in ("process", None):
        raise ParameterError(
            f"interval over scales is 'process' or None, not {interval!r}. Write one of these, or "
            "use estimate for the table itself."
        )
    check_kinds([entry], interval, null)
    return Wishes(interval, null, level, int(seed), int(replicates))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Several numbers of one city, all measured in the same draws of it.

    ``cells`` are the counts whose smallest expected cell decides on each. ``debiased`` goes with
    a measure that has such a kernel.
    """

    entry: Measure
    values: list[float]
    cells: list[Whole]
    n_used: int
    measured: Measured
    debiased: Measured | None = None

    def certain(self, counts: Whole, wishes: Wishes) -> tuple[list[dict[str, Any]], Values | None]:
        """What the draws of counts tell of each number, and the draws, a column for each."""
        plain, debiased = _one_by_one(self.measured), self.debiased and _one_by_one(self.debiased)
        sought: list[Sought] = []
        for number, (value, cells) in enumerate(zip(self.values, self.cells, strict=True)):
            entry = replace(self.entry, batch=partial(plain, number))
            entry = replace(entry, debiased=debiased and partial(debiased, number))
            sought.append(Sought(entry, value, cells, self.n_used))
        drawing, kept = drawing_of(sought, counts, wishes), list[Values]()

        def draw() -> Values:
            kept.append(drawing.draw())
            return kept[0]

        fields = certainties(sought, counts, wishes, replace(drawing, draw=draw))
        return fields, kept[0].T if kept else None


def _one_by_one(measured: Measured) -> Callable[[int, Whole, Values], None]:
    """A function that fills in one number of drawn cities, all being measured at the first."""
    latest = threading.local()  # each thread measures its own chunks, all numbers in turn

    def fill(number: int, chunk: Whole, out: Values) -> None:
        if getattr(latest, "chunk", None) is not chunk:
            with np.errstate(invalid="ignore", divide="ignore"):  # NaN becomes a reason
                latest.chunk, latest.found = chunk, measured(chunk)
        out[:] = latest.found[number]

    return fill


def at_levels(batch: Callable[..., Any], rows: list[Whole | None], chunk: Whole) -> Values:
    """A measure of drawn cities at each level, shape (n_levels, replicates)."""
    out = np.empty((len(rows), len(chunk)))
    for part_of, values in zip(rows, out, strict=True):
        batch(merged(chunk, part_of, axis=1), values)
    return out


def merged(counts: Whole, rows: Whole | None, axis: int = 0) -> Whole:
    """Counts with the units of each part added up; as they are where rows is None."""
    return counts if rows is None else np.ascontiguousarray(summed_by(counts, rows, axis))


def told_together(kind: str, reasons: dict[Any, str]) -> str:
    """The reasons of several numbers in one line, a shared one once."""
    if len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    return "; ".join(f"{kind} {name}: {reason}" for name, reason in reasons.items() if reason)
