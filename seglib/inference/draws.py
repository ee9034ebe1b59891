"""Seeded draws of whole cities: one stream of random numbers for each replicate.

Stream version "1": splitmix64 seeds xoshiro256++ from (seed, purpose, replicate), so a replicate
is the same whoever draws it and in which order; binomials and hypergeometrics come by inversion
from the mode. Version "2", of units only: each word gives two units, by multiplying its halves.
A change to anything in this module that changes a draw needs a new version.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from seglib.registry import kernel

STREAM, STREAM_OF_UNITS = "1", "2"
PROCESS, ALLOCATION, PROCESS_AFTER, MEASUREMENT, UNITS, BLOCKS = 0, 1, 2, 3, 4, 5
CHUNK_BYTES = 64 * 2**20
FEWEST_CELLS = 200_000  # drawn in some 20 ms; below that a second thread gains nothing


@kernel
def _mixed(word: Any) -> Any:
    """The output function of splitmix64."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@kernel
def _start(seed: Any, purpose: Any, replicate: Any, state: Any) -> None:
    """Fill the four words of state; every argument is a uint64."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    word = _mixed(seed + golden)
    word = _mixed((word ^ purpose) + golden)
    word = _mixed((word ^ replicate) + golden)
    for place in range(4):
        word = word + golden
        state[place] = _mixed(word)


@kernel
def _word(state: Any) -> Any:
    """The next word of xoshiro256++, 64 random bits."""
    summed = state[0] + state[3]
    word = ((summed << np.uint64(23)) | (summed >> np.uint64(41))) + state[0]
    shifted = state[1] << np.uint64(17)
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = (state[3] << np.uint64(45)) | (state[3] >> np.uint64(19))
    return word


@kernel
def _uniform(state: Any) -> float:
    """The next number in [0, 1), in steps of 2**-53."""
    return float(_word(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def _log_factorial(number: Any) -> float:
    """ln number!, by product up to 20 and by Stirling's series above: right to 1e-15."""
    if number < 21:
        product = 1.0
        for factor in range(2, number + 1):
            product *= factor
        return math.log(product)
    x = float(number)
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    return (x + 0.5) * math.log(x) - x + 0.9189385332046727418 + series


@kernel
def _first_factorials(largest: Any) -> Any:
    """ln number! of the numbers up to a largest, at most of the first 4,096."""
    known = np.empty(min(largest + 1, 4096))
    for number in range(known.size):
        known[number] = _log_factorial(number)
    return known


@kernel
def _ln_factorial(number: Any, known: Any) -> float:
    """ln number!, looked up where it is known: the same number to the last bit."""
    return known[number] if number < known.size else _log_factorial(number)


@kernel
def _facts(part: Any, whole: Any, facts: Any) -> None:
    """Fill facts with ln chance, ln (1 - chance) and odds for a chance part / whole."""
    if 0 < part < whole:
        facts[0] = math.log(part / whole)
        facts[1] = math.log1p(-(part / whole))
        facts[2] = part / (whole - part)


@kernel
def _draw_binomial(trials: Any, part: Any, whole: Any, facts: Any, known: Any, state: Any) -> Any:
    """Successes in trials of chance part / whole, 0 <= part <= whole, whole > 0."""
    if part == 0 or trials == 0:
        return 0
    if part == whole:
        return trials
    odds = facts[2]
    mode = min(trials, int((trials + 1) * (part / whole)))
    peak = math.exp(
        _ln_factorial(trials, known)
        - _ln_factorial(mode, known)
        - _ln_factorial(trials - mode, known)
        + mode * facts[0]
        + (trials - mode) * facts[1]
    )
    left = _uniform(state) - peak
    if left < 0.0:
        return mode
    # in floats, and with the ratio first, so that no product waits for a division
    most = float(trials)
    up, down, above, below = float(mode), float(mode), peak, peak
    while True:
        above *= odds * (most - up) / (up + 1.0)
        below *= down / (odds * (most - down + 1.0))
        both = above + below
        if left < both:
            return int(up) + 1 if left < above else int(down) - 1
        if both < 1e-30:  # rounding left a crumb of probability that no outcome has
            return mode
        left -= both
        up += 1.0
        down -= 1.0


@kernel
def _draw_hypergeometric(sample: Any, ours: Any, whole: Any, known: Any, state: Any) -> Any:
    """Members of ours among sample persons out of whole; ours and sample are at most whole."""
    smallest, largest = max(0, sample + ours - whole), min(sample, ours)
    if smallest == largest:
        return smallest
    theirs = whole - ours
    mode = int((sample + 1.0) * (ours + 1.0) / (whole + 2.0))
    mode = min(largest, max(smallest, mode))
    peak = math.exp(
        _ln_factorial(ours, known)
        - _ln_factorial(mode, known)
        - _ln_factorial(ours - mode, known)
        + _ln_factorial(theirs, known)
        - _ln_factorial(sample - mode, known)
        - _ln_factorial(theirs - sample + mode, known)
        - _ln_factorial(whole, known)
        + _ln_factorial(sample, known)
        + _ln_factorial(whole - sample, known)
    )
    left = _uniform(state) - peak
    if left < 0.0:
        return mode
    # in floats, and with the ratio first, so that no product waits for a division
    size, most, spare = float(sample), float(ours), float(theirs - sample)
    up, down, above, below = float(mode), float(mode), peak, peak
    while True:
        above *= (most - up) * (size - up) / ((up + 1.0) * (spare + up + 1.0))
        below *= down * (spare + down) / ((most - down + 1.0) * (size - down + 1.0))
        both = above + below
        if left < both:
            return int(up) + 1 if left < above else int(down) - 1
        if both < 1e-30:  # rounding left a crumb of probability that no outcome has
            return mode
        left -= both
        up += 1.0
        down -= 1.0


@kernel
def _draw_process(counts: Any, seed: Any, purpose: Any, first: Any, out: Any) -> None:
    """Fill out[replicate] with as many persons as counts, each in a cell by counts' shares."""
    n_units, n_columns = counts.shape
    total = counts.sum()
    state = np.empty(4, np.uint64)
    known, facts = _first_factorials(2 * counts.max()), np.empty((n_units, n_columns, 3))
    whole = total
    for unit in range(n_units):
        for column in range(n_columns):
            _facts(counts[unit, column], whole, facts[unit, column])
            whole -= counts[unit, column]
    for replicate in range(out.shape[0]):
        _start(np.uint64(seed), np.uint64(purpose), np.uint64(first + replicate), state)
        persons, whole = total, total
        for unit in range(n_units):
            for column in range(n_columns):
                part, of_cell = counts[unit, column], facts[unit, column]
                drawn = _draw_binomial(persons, part, max(whole, 1), of_cell, known, state)
                out[replicate, unit, column] = drawn
                persons -= drawn
                whole -= part


@kernel
def _draw_allocation(counts: Any, seed: Any, purpose: Any, first: Any, out: Any) -> None:
    """Fill out[replicate] with the persons of counts allotted to its units at random."""
    n_units, n_columns = counts.shape
    state = np.empty(4, np.uint64)
    pool = np.empty(n_columns, np.int64)
    known = _first_factorials(2 * counts.max())
    for replicate in range(out.shape[0]):
        _start(np.uint64(seed), np.uint64(purpose), np.uint64(first + replicate), state)
        whole = 0
        for column in range(n_columns):
            pool[column] = counts[:, column].sum()
            whole += pool[column]
        for unit in range(n_units):
            places, others = counts[unit].sum(), whole
            whole -= places
            for column in range(n_columns):
                drawn = _draw_hypergeometric(places, pool[column], others, known, state)
                out[replicate, unit, column] = drawn
                others -= pool[column]
                places -= drawn
                pool[column] -= drawn


@kernel
def _draw_times(seed: Any, purpose: Any, first: Any, out: Any) -> None:
    """Fill out[replicate, unit] with how often a unit comes, as many being taken as there are."""
    n_units, half_of_bits = np.uint64(out.shape[1]), np.uint64(0xFFFFFFFF)
    # the 2**32 halves of words do not share out evenly: so many products are passed over
    uneven = np.uint64(2**32) % n_units
    state = np.empty(4, np.uint64)
    for replicate in range(out.shape[0]):
        _start(np.uint64(seed), np.uint64(purpose), np.uint64(first + replicate), state)
        times = out[replicate]
        times[:] = 0
        left = times.size
        while left > 0:
            word = _word(state)
            for half in (word >> np.uint64(32), word & half_of_bits):
                product = half * n_units
                if left > 0 and (product & half_of_bits) >= uneven:
                    times[product >> np.uint64(32)] += 1
                    left -= 1


@kernel
def _draw_blocks(blocks: Any, unit_of: Any, seed: Any, purpose: Any, first: Any, out: Any) -> None:
    """Fill out[replicate] with the persons of as many blocks, each any of them, by its unit."""
    n_blocks, n_columns = blocks.shape
    state = np.empty(4, np.uint64)
    out[:] = 0
    for replicate in range(out.shape[0]):
        _start(np.uint64(seed), np.uint64(purpose), np.uint64(first + replicate), state)
        for _ in range(n_blocks):
            block = int(_uniform(state) * n_blocks)
            for column in range(n_columns):
                out[replicate, unit_of[block], column] += blocks[block, column]


@kernel
def _step(
    table: Any, bounds: Any, unit: Any, group: Any, row: Any, column: Any, state: Any
) -> None:
    """Change the corners of one rectangle by an amount that leaves them inside the bounds."""
    least, most = -(2**60), 2**60
    for u, g in ((unit, group), (row, column)):
        least = max(least, bounds[0, u, g] - table[u, g])
        most = min(most, bounds[1, u, g] - table[u, g])
    for u, g in ((unit, column), (row, group)):
        least = max(least, table[u, g] - bounds[1, u, g])
        most = min(most, table[u, g] - bounds[0, u, g])
    amount = least + int(_uniform(state) * (most - least + 1))
    table[unit, group] += amount
    table[row, column] += amount
    table[unit, column] -= amount
    table[row, group] -= amount


@kernel
def _draw_within(
    start: Any, bounds: Any, sweeps: Any, seed: Any, purpose: Any, first: Any, out: Any
) -> None:
    """Fill out[replicate] with a random table inside bounds[0] and bounds[1], start being one.

    A last row and column hold the totals, negative, so that rows and columns add up to 0. A step
    adds any amount that the bounds allow to two corners of a rectangle and takes it from the other
    two; corners in the margin make it a step of one cell, or between two units or two groups.
    All tables inside the bounds stay equally likely.
    """
    n_units, n_groups = start.shape[0] - 1, start.shape[1] - 1
    state = np.empty(4, np.uint64)
    table = np.empty_like(start)
    for replicate in range(out.shape[0]):
        _start(np.uint64(seed), np.uint64(purpose), np.uint64(first + replicate), state)
        table[:] = start
        for kind in range(4 * sweeps):
            for unit in range(n_units):
                for group in range(n_groups):
                    row = int(_uniform(state) * n_units) if kind % 2 == 1 else n_units
                    column = int(_uniform(state) * n_groups) if kind % 4 > 1 else n_groups
                    if row != unit and column != group:
                        _step(table, bounds, unit, group, row, column, state)
        out[replicate] = table[:n_units, :n_groups]


def each_chunk(
    counts: NDArray[np.int64],
    purpose: int,
    seed: int,
    replicates: int,
    unit_of: NDArray[np.int64] | None = None,
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield (first replicate, drawn counts[replicate, unit, column]), 64 MB at a time.

    The array is used again for the next chunk. With ``unit_of`` the rows of counts are blocks.
    """
    n_units = len(counts) if unit_of is None else int(unit_of.max()) + 1
    size = int(max(1, min(replicates, CHUNK_BYTES // (8 * n_units * counts.shape[1]))))
    drawn = np.empty((size, n_units, counts.shape[1]), dtype=np.int64)
    for first in range(0, replicates, size):
        chunk = drawn[: min(size, replicates - first)]
        fill(counts, purpose, seed, first, chunk, unit_of)
        yield first, chunk


def fill(
    counts: NDArray[np.int64],
    purpose: int,
    seed: int,
    first: int,
    out: NDArray[np.int64],
    unit_of: NDArray[np.int64] | None = None,
) -> None:
    """Draw the replicates from ``first`` into out[replicate, unit, column]."""
    if unit_of is not None:
        _draw_blocks(counts, unit_of, seed, purpose, first, out)
    elif purpose == ALLOCATION:
        _draw_allocation(counts, seed, purpose, first, out)
    else:
        _draw_process(counts, seed, purpose, first, out)


def fill_times(seed: int, first: int, out: NDArray[np.int16]) -> None:
    """Draw into out[replicate, unit] how often each unit is taken, from replicate ``first``.

    That one of more than 32,767 units is taken more often than that has no chance worth a byte:
    below 10 to the power of -130,000.
    """
    _draw_times(seed, UNITS, first, out)


def measured_tables(
    batch: Callable[..., Any],
    take: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    start: NDArray[np.int64],
    bounds: NDArray[np.int64],
    sweeps: int,
    out: NDArray[np.float64],
    seed: int,
) -> None:
    """Fill out[replicate] with the measure of a random table inside the bounds.

    ``start`` and ``bounds[0]``, ``bounds[1]`` carry their totals, negative, in a last row and
    column; ``take`` gives the columns to measure.
    """

    def measure_one(replicate: int) -> None:
        drawn = np.empty((1, start.shape[0] - 1, start.shape[1] - 1), dtype=np.int64)
        _draw_within(start, bounds, sweeps, seed, MEASUREMENT, replicate, drawn)
        batch(take(drawn[0])[None], out[replicate : replicate + 1])

    beside_each_other(measure_one, range(len(out)), len(out) * start.size * sweeps)


def beside_each_other(work: Callable[[int], None], firsts: Iterable[int], cells: int) -> None:
    """Do the work of each first replicate, in threads where there is enough of it.

    Kernels let go of Python's lock, and each replicate has its own stream and its own place.
    """
    firsts = list(firsts)
    threads = min(get_num_threads(), len(firsts))
    if threads < 2 or cells < FEWEST_CELLS:
        for first in firsts:
            work(first)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, first) for first in firsts]:
            done.result()
