"""Seeded draws of whole cities: one stream of random numbers for each replicate.

Stream version "1": splitmix64 seeds xoshiro256++ from (seed, purpose, replicate), so a replicate
is the same whoever draws it and in which order; binomials and hypergeometrics come by inversion
from the mode. A change to anything in this module that changes a draw needs a new version.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.registry import kernel

STREAM = "1"
PROCESS, ALLOCATION, PROCESS_AFTER = 0, 1, 2
CHUNK_BYTES = 64 * 2**20


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
def _uniform(state: Any) -> float:
    """The next number of xoshiro256++ in [0, 1), in steps of 2**-53."""
    summed = state[0] + state[3]
    word = ((summed << np.uint64(23)) | (summed >> np.uint64(41))) + state[0]
    shifted = state[1] << np.uint64(17)
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = (state[3] << np.uint64(45)) | (state[3] >> np.uint64(19))
    return float(word >> np.uint64(11)) * (1.0 / 9007199254740992.0)


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
def _draw_binomial(trials: Any, part: Any, whole: Any, state: Any) -> Any:
    """Successes in trials of chance part / whole, 0 <= part <= whole, whole > 0."""
    if part == 0 or trials == 0:
        return 0
    if part == whole:
        return trials
    chance = part / whole
    odds = part / (whole - part)
    mode = min(trials, int((trials + 1) * chance))
    peak = math.exp(
        _log_factorial(trials)
        - _log_factorial(mode)
        - _log_factorial(trials - mode)
        + mode * math.log(chance)
        + (trials - mode) * math.log1p(-chance)
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
def _draw_hypergeometric(sample: Any, ours: Any, whole: Any, state: Any) -> Any:
    """Members of ours among sample persons out of whole; ours and sample are at most whole."""
    smallest, largest = max(0, sample + ours - whole), min(sample, ours)
    if smallest == largest:
        return smallest
    theirs = whole - ours
    mode = int((sample + 1.0) * (ours + 1.0) / (whole + 2.0))
    mode = min(largest, max(smallest, mode))
    peak = math.exp(
        _log_factorial(ours)
        - _log_factorial(mode)
        - _log_factorial(ours - mode)
        + _log_factorial(theirs)
        - _log_factorial(sample - mode)
        - _log_factorial(theirs - sample + mode)
        - _log_factorial(whole)
        + _log_factorial(sample)
        + _log_factorial(whole - sample)
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
    for replicate in range(out.shape[0]):
        _start(np.uint64(seed), np.uint64(purpose), np.uint64(first + replicate), state)
        persons, whole = total, total
        for unit in range(n_units):
            for column in range(n_columns):
                drawn = _draw_binomial(persons, counts[unit, column], max(whole, 1), state)
                out[replicate, unit, column] = drawn
                persons -= drawn
                whole -= counts[unit, column]


@kernel
def _draw_allocation(counts: Any, seed: Any, purpose: Any, first: Any, out: Any) -> None:
    """Fill out[replicate] with the persons of counts allotted to its units at random."""
    n_units, n_columns = counts.shape
    state = np.empty(4, np.uint64)
    pool = np.empty(n_columns, np.int64)
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
                drawn = _draw_hypergeometric(places, pool[column], others, state)
                out[replicate, unit, column] = drawn
                others -= pool[column]
                places -= drawn
                pool[column] -= drawn


def each_chunk(
    counts: NDArray[np.int64], purpose: int, seed: int, replicates: int
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield (first replicate, drawn counts[replicate, unit, column]), 64 MB at a time.

    The array is used again for the next chunk.
    """
    draw = _draw_allocation if purpose == ALLOCATION else _draw_process
    size = int(max(1, min(replicates, CHUNK_BYTES // (8 * counts.size))))
    drawn = np.empty((size, *counts.shape), dtype=np.int64)
    for first in range(0, replicates, size):
        chunk = drawn[: min(size, replicates - first)]
        draw(counts, seed, purpose, first, chunk)
        yield first, chunk


def measured_draws(
    batch: Callable[..., Any],
    counts: NDArray[np.int64],
    purpose: int,
    *,
    seed: int,
    replicates: int,
    local: bool = False,
) -> NDArray[np.float64]:
    """The measure of each drawn city, shape (replicates,), or (replicates, n_units) if local."""
    out = np.empty((replicates, len(counts)) if local else replicates)
    for first, chunk in each_chunk(counts, purpose, seed, replicates):
        batch(chunk, out[first : first + len(chunk)])
    return out
