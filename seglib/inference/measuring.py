"""Measures of drawn cities: a city is drawn once, and each measure takes its columns of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from seglib.inference.draws import (
    ALLOCATION,
    CHUNK_BYTES,
    beside_each_other,
    fill,
    fill_times,
)
from seglib.registry import Columns, Measure, kernel

TIMES_BYTES = 40 * 2**20  # of units taken, in each thread: a measure prepares once for these
TAKEN_IN_A_CELL = 10  # units are taken in the time that one cell is drawn in


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """One measure of one table: its value, and the persons in the columns that it looks at.

    ``members`` are the groups, among those that are drawn, that each column adds up; it is empty
    where what is drawn are the columns themselves.
    """

    entry: Measure
    value: float
    counts: NDArray[np.int64]
    n_used: int
    members: tuple[tuple[int, ...], ...] = ()


def members_of(columns: Columns, n_groups: int) -> tuple[tuple[int, ...], ...]:
    """The members of columns where all groups of a table are drawn."""
    one_by_one = tuple((group,) for group in range(n_groups))
    return () if columns.indices == one_by_one else columns.indices


@kernel
def _add_up(drawn: Any, starts: Any, members: Any, out: Any) -> None:
    """Fill out[replicate, unit, column] with the sum of the drawn groups that are its members."""
    for replicate in range(out.shape[0]):
        for unit in range(out.shape[1]):
            for column in range(out.shape[2]):
                persons = 0
                for place in range(starts[column], starts[column + 1]):
                    persons += drawn[replicate, unit, members[place]]
                out[replicate, unit, column] = persons


@kernel
def _repeat(counts: Any, times: Any, out: Any) -> None:
    """Fill out[replicate] with each unit as often as it was taken; times add up to its rows."""
    for replicate in range(out.shape[0]):
        row = 0
        for unit in range(times.shape[1]):
            for _ in range(times[replicate, unit]):
                out[replicate, row] = counts[unit]
                row += 1


def measured_draws(
    batch: Callable[..., Any],
    counts: NDArray[np.int64],
    purpose: int,
    *,
    seed: int,
    replicates: int,
    local: bool = False,
    unit_of: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """The measure of each drawn city, shape (replicates,), or (replicates, n_units) if local."""
    n_units = len(counts) if unit_of is None else int(unit_of.max()) + 1
    out = np.empty((replicates, n_units) if local else replicates)

    def measure(chunk: NDArray[np.int64], first: int) -> None:
        batch(chunk, out[first : first + len(chunk)])

    _drawn(measure, counts, purpose, seed, replicates, unit_of)
    return out


def measured_together(
    sought: Sequence[Sought],
    counts: NDArray[np.int64],
    purpose: int,
    *,
    seed: int,
    replicates: int,
) -> NDArray[np.float64]:
    """Each measure of the same draws over all groups, shape (len(sought), replicates).

    Of persons who are placed anew it is the debiased measure, where there is one, moved to a mean
    that is as far above the value as the value is above the debiased one: so what is read from
    any draws, their mean less the value as bias and their mirrored quantiles as interval, holds.
    """
    out = np.empty((len(sought), replicates))
    debiased = [one.entry.debiased if purpose != ALLOCATION else None for one in sought]
    of_columns: dict[Any, list[int]] = {}
    for number, one in enumerate(sought):
        of_columns.setdefault(one.members, []).append(number)

    def fill_from(chunk: NDArray[np.int64], out: NDArray[np.float64]) -> None:
        for members, numbers in of_columns.items():
            taken = chunk
            if members:
                taken = np.empty((*chunk.shape[:2], len(members)), dtype=np.int64)
                starts = np.cumsum([0, *map(len, members)])
                _add_up(chunk, starts, np.concatenate(members), taken)
            for number in numbers:
                (debiased[number] or sought[number].entry.batch)(taken, out[number])

    def measure(chunk: NDArray[np.int64], first: int) -> None:
        fill_from(chunk, out[:, first : first + len(chunk)])

    _drawn(measure, counts, purpose, seed, replicates, None)
    if any(debiased):
        own = np.empty((len(sought), 1))
        fill_from(counts[None], own)
        for number, one in enumerate(sought):
            if debiased[number] and np.isfinite(out[number]).all():
                out[number] += 2.0 * one.value - own[number, 0] - out[number].mean()
    return out


def _drawn(
    measure: Callable[[NDArray[np.int64], int], None],
    counts: NDArray[np.int64],
    purpose: int,
    seed: int,
    replicates: int,
    unit_of: NDArray[np.int64] | None,
) -> None:
    """Hand each chunk of drawn cities and its first replicate to measure, in threads."""
    n_units = len(counts) if unit_of is None else int(unit_of.max()) + 1
    shape = n_units, counts.shape[1]
    size = _share(replicates, 8 * math.prod(shape), CHUNK_BYTES // get_num_threads())

    def work(first: int) -> None:
        chunk = np.empty((min(size, replicates - first), *shape), dtype=np.int64)
        fill(counts, purpose, seed, first, chunk, unit_of)
        measure(chunk, first)

    beside_each_other(work, range(0, replicates, size), replicates * counts.size)


def _share(replicates: int, bytes_each: int, most_bytes: int) -> int:
    """Replicates to a chunk: an equal share for each thread, unless they take too many bytes."""
    return max(1, min(-(-replicates // get_num_threads()), most_bytes // bytes_each))


def measured_units(sought: Sequence[Sought], *, seed: int, replicates: int) -> NDArray[np.float64]:
    """Each measure of cities made of occupied units at random, shape (len(sought), replicates)."""
    # an empty unit is none: that it holds nobody says nothing of how people spread
    tables = [np.ascontiguousarray(one.counts[one.counts.any(axis=1)]) for one in sought]
    n_units = len(tables[0])
    out = np.empty((len(sought), replicates))
    size = _share(replicates, 2 * n_units, TIMES_BYTES)

    def work(first: int) -> None:
        times = np.empty((min(size, replicates - first), n_units), dtype=np.int16)
        fill_times(seed, first, times)
        for one, counts, values in zip(sought, tables, out, strict=True):
            (one.entry.weighted or _gathered(one.entry.batch))(
                counts, times, values[first : first + len(times)]
            )

    beside_each_other(work, range(0, replicates, size), replicates * n_units // TAKEN_IN_A_CELL)
    return out


def _gathered(batch: Callable[..., Any]) -> Callable[..., None]:
    """The measure of units by how often each is taken, for one that has no kernel of its own."""

    def measure(
        counts: NDArray[np.int64], times: NDArray[np.int16], out: NDArray[np.float64]
    ) -> None:
        size = max(1, TIMES_BYTES // (8 * counts.size))
        for first in range(0, len(times), size):
            some = times[first : first + size]
            cities = np.empty((len(some), *counts.shape), dtype=np.int64)
            _repeat(counts, some, cities)
            batch(cities, out[first : first + len(some)])

    return measure
