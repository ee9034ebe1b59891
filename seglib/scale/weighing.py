"""Surroundings in which people count for less the further away they live."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.registry import kernel
from seglib.scale.places import MM, Places, in_threads, offsets_within

SHAPES = {"biweight": 1.0, "gaussian": 6.0, "uniform": 1.0}  # reach in bandwidths
MOST_PAIRS = 5_000_000  # above this a transform of the whole grid is faster


def weigher(
    places: Places, bandwidths_m: tuple[float, ...], shape: str
) -> Callable[[NDArray[np.int64]], NDArray[np.float64]]:
    """What gives persons around each unit times their weights, of counts by unit and column.

    Its result has shape (n_bandwidths, n_units, n_columns).
    """
    corner = math.hypot(*places.shape) if places.step else 0.0
    reaches = [SHAPES[shape] * bandwidth * MM for bandwidth in bandwidths_m]
    steps = [math.ceil(min(reach / max(1, places.step), corner)) for reach in reaches]
    room = _room(places.shape, max(steps)) if places.step else (0, 0)
    filters: dict[int, Any] = {}
    for turn, bandwidth in enumerate(bandwidths_m):
        if places.step and len(places.x) * math.pi * steps[turn] ** 2 > MOST_PAIRS:
            filters[turn] = _filter(places, steps[turn], room, bandwidth * MM, shape)
    lengths = {
        turn: (reaches[turn], bandwidth * MM)
        for turn, bandwidth in enumerate(bandwidths_m)
        if turn not in filters
    }
    bins = {turn: _bins(places, reach) for turn, (reach, _) in lengths.items()}

    def weighed(counts: NDArray[np.int64]) -> NDArray[np.float64]:
        people = places.gathered(counts).astype(np.float64)
        out = np.empty((len(bandwidths_m), *counts.shape))
        _over_grid(places, people, room, filters, out)
        for turn, both in lengths.items():
            found = _over_bins(places, people, bins[turn], both, shape)
            out[turn] = found[places.place_of]
        return out

    return weighed


def _weights(squared: Any, wide: float, shape: str) -> Any:
    ratio = squared / wide**2
    inside = ratio <= SHAPES[shape] ** 2
    if shape == "gaussian":
        return inside * np.exp(-ratio / 2)
    return inside * (1.0 - ratio) ** 2 if shape == "biweight" else inside.astype(np.float64)


def _filter(places: Places, steps: int, room: tuple[int, int], wide: float, shape: str) -> Any:
    """The spectrum of the weights around a cell."""
    offsets = offsets_within(steps, places.shape)
    around = np.zeros(room)
    squared = offsets[:, 2] * float(places.step) ** 2
    around[offsets[:, 0], offsets[:, 1]] = _weights(squared, wide, shape)
    return np.fft.rfft2(around)


def _over_grid(
    places: Places, people: Any, room: tuple[int, int], filters: dict[int, Any], out: Any
) -> None:
    """Convolve the grid by fast Fourier transforms; one of people serves every bandwidth."""
    rows, columns = places.cells if filters else (places.y, places.x)
    at = rows[places.place_of], columns[places.place_of]

    def smooth(first: int, last: int) -> None:
        for column in range(first, last):
            grid = np.zeros(places.shape)
            grid[rows, columns] = people[:, column]
            spectrum = np.fft.rfft2(grid, room)
            for turn, weights in filters.items():
                found = np.fft.irfft2(spectrum * weights, room)[at]
                # rounding may leave -1e-12 where nobody lives
                np.maximum(found, 0.0, out=out[turn, :, column])

    if filters:
        in_threads(smooth, people.shape[1], fewest=2)


def _room(shape: tuple[int, int], steps: int) -> tuple[int, int]:
    """A grid so large that nobody's surroundings reach round its edge."""
    rows, columns = (_round_size(size + min(steps, size - 1)) for size in shape)
    return rows, columns


def _round_size(least: int) -> int:
    """The smallest number from least with no prime factor above 5: quick to transform."""
    size = least
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return size
        size += 1


def _bins(places: Places, reach: float) -> tuple[Any, Any, int, int]:
    """Places by bins so wide that all within reach lie in nine of them."""
    extent = max(int(places.x.max()), int(places.y.max())) + 1
    side = max(1, math.ceil(reach), math.ceil(extent / math.sqrt(max(1, len(places.x)))))
    return *places.binned(side), int(places.x.max()) // side + 1, side


def _over_bins(
    places: Places, people: Any, bins: Any, lengths: tuple[float, float], shape: str
) -> NDArray[np.float64]:
    """Add up pairs of places within reach; nothing is kept of a pair."""
    ground = np.stack([places.x, places.y], axis=1)
    out = np.zeros(people.shape)
    form = list(SHAPES).index(shape)

    def weigh(first: int, last: int) -> None:
        _weigh(np.arange(first, last), ground, people, bins, lengths, form, out)

    in_threads(weigh, len(out))
    return out


@kernel
def _weigh(
    homes: Any, ground: Any, people: Any, bins: Any, lengths: Any, form: Any, out: Any
) -> None:
    """Fill out for these places from their own bin and the eight around it."""
    starts, turn, columns, side = bins
    reach, wide = lengths
    rows = (starts.size - 1) // columns
    for home in homes:
        row, column = ground[home, 1] // side, ground[home, 0] // side
        for y in range(max(0, row - 1), min(rows, row + 2)):
            for x in range(max(0, column - 1), min(columns, column + 2)):
                for spot in range(starts[y * columns + x], starts[y * columns + x + 1]):
                    place = turn[spot]
                    dx = float(ground[place, 0] - ground[home, 0])
                    dy = float(ground[place, 1] - ground[home, 1])
                    squared = dx * dx + dy * dy
                    if squared > reach * reach:
                        continue
                    weight, ratio = 1.0, squared / (wide * wide)
                    if form == 0:
                        weight = (1.0 - ratio) ** 2
                    elif form == 1:
                        weight = math.exp(-ratio / 2.0)
                    for group in range(people.shape[1]):
                        out[home, group] += weight * people[place, group]
