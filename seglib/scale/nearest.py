"""The k nearest persons: own unit first, then ring by ring; the last ring is shared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.registry import kernel
from seglib.scale.places import Places, in_threads, offsets_within
from seglib.table import CountTable


def nearest_persons(table: CountTable, ks: NDArray[np.int64]) -> NDArray[np.float64]:
    """The k persons nearest to each unit, shape (n_k, n_units, n_groups); ks ascend.

    Persons at one distance are shared in proportion where not all of them are wanted. Where the
    table holds fewer than k persons, all of them come.
    """
    places = Places.of(table, "knn")
    out = np.empty((len(ks), table.n_units, table.n_groups))
    if places.step:
        _over_grid(places, table.counts, ks, out)
    else:
        _over_bins(places, table.counts, ks, out)
    return out


def _over_grid(places: Places, counts: Any, ks: Any, out: Any) -> None:
    """Look ring by ring around each unit; those that find too few look further."""
    sums, whole = places.row_sums(), math.ceil(math.hypot(*places.shape))
    needed = ks[-1] * sums.shape[0] * sums.shape[1] / max(1, counts.sum())
    reach = math.ceil(1.5 * math.sqrt(needed / math.pi)) + 2
    at = np.stack([places.y, places.x], axis=1)[places.place_of] // places.step
    waiting = np.argsort(places.place_of, kind="stable")  # neighbours in turn keep the cache warm
    while len(waiting):
        rings = Rings.up_to(min(reach, whole), sums)
        homes = np.ascontiguousarray(np.column_stack([waiting, at[waiting]]))
        rings.look(homes, counts[waiting], sums, ks, out)
        waiting, reach = waiting[np.isnan(out[-1, waiting, 0])], 2 * reach
        if reach >= 2 * whole:
            break
    out[np.isnan(out[..., 0])] = counts.sum(axis=0)


@dataclass(frozen=True, slots=True)
class Rings:
    """Cells of a grid by distance: ring r has the steps from ends[r] up to ends[r + 1].

    ``crowd`` holds persons by cell within a margin as wide as the furthest ring, so that no step
    leaves it; ``jumps`` are the same steps in that array.
    """

    steps: NDArray[np.int64]
    jumps: NDArray[np.int64]
    ends: NDArray[np.int64]
    crowd: NDArray[np.int64]
    margin: tuple[int, int]

    @classmethod
    def up_to(cls, reach: int, sums: NDArray[np.int64]) -> Rings:
        """The rings up to a reach on the grid of these sums along rows."""
        rows, columns = sums.shape[0], sums.shape[1] - 1
        steps = offsets_within(reach, (rows, columns))
        high, wide = min(reach, rows - 1), min(reach, columns - 1)
        crowd = np.zeros((rows + 2 * high, columns + 2 * wide), dtype=np.int64)
        crowd[high : high + rows, wide : wide + columns] = np.diff(sums.sum(axis=2), axis=1)
        jumps = steps[:, 0] * crowd.shape[1] + steps[:, 1]
        ends = np.flatnonzero(np.diff(steps[:, 2], prepend=-1, append=-1))
        return cls(steps, jumps, ends, crowd, (high, wide))

    def look(self, homes: Any, own: Any, sums: Any, ks: Any, out: Any) -> None:
        """Fill out for homes (unit, row, column), NaN where these rings hold too few."""
        cells = (homes[:, 1] + self.margin[0]) * self.crowd.shape[1] + homes[:, 2] + self.margin[1]
        homes = np.ascontiguousarray(np.column_stack([homes, cells]))
        rings, crowd = (self.steps, self.jumps, self.ends), self.crowd.reshape(-1)

        def work(first: int, last: int) -> None:
            _look(homes[first:last], own[first:last], sums, crowd, rings, ks, out)

        in_threads(work, len(homes))


def _over_bins(places: Places, counts: Any, ks: Any, out: Any) -> None:
    """Gather the places around each unit bin by bin until there are enough persons, and sort."""
    extent = max(int(places.x.max()), int(places.y.max())) + 1
    side = max(1, math.ceil(extent / math.sqrt(max(1.0, len(places.x) / 2))))
    starts, turn = places.binned(side)
    columns = int(places.x.max()) // side + 1
    ground = np.stack([places.x, places.y], axis=1)
    bins = (starts, turn, columns, side)

    def gather(first: int, last: int) -> None:
        homes = np.arange(first, last)
        _gather(homes, places.place_of, counts, places.people, ground, bins, ks, out)

    in_threads(gather, len(counts))


@kernel
def _share(ring: Any, acc: Any, ks: Any, turn: Any, out: Any, unit: Any) -> int:
    """Take in a ring, filling out for each k that it completes; gives the k whose turn it is."""
    held, fresh = 0, 0
    for group in range(ring.size):
        held += acc[group]
        fresh += ring[group]
    while turn < ks.size and fresh > 0 and held + fresh >= ks[turn]:
        part = (ks[turn] - held) / fresh
        for group in range(ring.size):
            out[turn, unit, group] = acc[group] + part * ring[group]
        turn += 1
    for group in range(ring.size):
        acc[group] += ring[group]
        ring[group] = 0
    return turn


@kernel
def _start_at_home(own: Any, place: Any, ring: Any, acc: Any, ks: Any, out: Any, unit: Any) -> int:
    """The own unit first, then others at the same point."""
    for group in range(ring.size):
        acc[group] = 0
        ring[group] = own[group]
    turn = _share(ring, acc, ks, 0, out, unit)
    for group in range(ring.size):
        ring[group] = place[group] - own[group]
    return _share(ring, acc, ks, turn, out, unit)


@kernel
def _fill_disc(sums: Any, row: Any, column: Any, squared: Any, acc: Any) -> None:
    """Set acc to the persons at a squared distance up to this one, by sums along rows."""
    acc[:] = 0
    columns, reach = sums.shape[1] - 1, int(math.sqrt(squared))
    for y in range(max(0, row - reach), min(sums.shape[0], row + reach + 1)):
        wide = int(math.sqrt(squared - (y - row) ** 2))
        first, last = max(0, column - wide), min(columns, column + wide + 1)
        for group in range(acc.size):
            acc[group] += sums[y, last, group] - sums[y, first, group]


@kernel
def _fill_ring(
    sums: Any, row: Any, column: Any, steps: Any, first: Any, last: Any, ring: Any
) -> None:
    """Set ring to the persons in the cells at these steps from home."""
    ring[:] = 0
    for step in range(first, last):
        y, x = row + steps[step, 0], column + steps[step, 1]
        if 0 <= y < sums.shape[0] and 0 <= x < sums.shape[1] - 1:
            for group in range(ring.size):
                ring[group] += sums[y, x + 1, group] - sums[y, x, group]


@kernel
def _look(homes: Any, own: Any, sums: Any, crowd: Any, rings: Any, ks: Any, out: Any) -> None:
    """Fill out for homes (unit, row, column, cell in crowd), NaN where the rings hold too few.

    Only the ring in which a k is reached is looked at by group; what it encloses comes from sums.
    """
    steps, jumps, ends = rings
    acc, ring = np.zeros(sums.shape[2], np.int64), np.zeros(sums.shape[2], np.int64)
    for home in range(homes.shape[0]):
        unit, row, column, cell = homes[home]
        _fill_disc(sums, row, column, 0, acc)
        here = acc.copy()
        turn = _start_at_home(own[home], here, ring, acc, ks, out, unit)
        held = crowd[cell]
        number = 1
        while turn < ks.size and number < ends.size - 1:
            first, last = ends[number], ends[number + 1]
            fresh = 0
            for step in range(first, last):
                fresh += crowd[cell + jumps[step]]
            if fresh > 0 and held + fresh >= ks[turn]:
                _fill_disc(sums, row, column, steps[first - 1, 2], acc)
                _fill_ring(sums, row, column, steps, first, last, ring)
                turn = _share(ring, acc, ks, turn, out, unit)
            held += fresh
            number += 1
        for left in range(turn, ks.size):
            out[left, unit] = np.nan


@kernel
def _gather_ring(
    reach: Any, here: Any, ground: Any, sizes: Any, bins: Any, found: Any, squared: Any, n: Any
) -> int:
    """Add the places with people in the bins at this reach; gives how many there are now."""
    starts, turn, columns, side = bins
    rows = (starts.size - 1) // columns
    row, column = here[1] // side, here[0] // side
    for y in range(max(0, row - reach), min(rows, row + reach + 1)):
        jump = 1 if abs(y - row) == reach else max(1, 2 * reach)
        for x in range(column - reach, column + reach + 1, jump):
            if 0 <= x < columns:
                for spot in range(starts[y * columns + x], starts[y * columns + x + 1]):
                    place = turn[spot]
                    if sizes[place] > 0:
                        found[n] = place
                        dx, dy = ground[place, 0] - here[0], ground[place, 1] - here[1]
                        squared[n] = dx * dx + dy * dy
                        n += 1
    return n


@kernel
def _gather(
    homes: Any, place_of: Any, counts: Any, people: Any, ground: Any, bins: Any, ks: Any, out: Any
) -> None:
    """Fill out for these units; what lies within reach bins of home is then known in full."""
    n_groups = people.shape[1]
    acc, ring = np.zeros(n_groups, np.int64), np.zeros(n_groups, np.int64)
    found = np.empty(people.shape[0], np.int64)
    squared = np.empty(people.shape[0], np.int64)
    sizes = people.sum(axis=1)
    columns, side = bins[2], bins[3]
    furthest = max(columns, (bins[0].size - 1) // columns)
    for unit in homes:
        here = ground[place_of[unit]]
        n, reach, enough = 0, 0, False
        while not enough:
            n = _gather_ring(reach, here, ground, sizes, bins, found, squared, n)
            within = 0
            for spot in range(n):
                if squared[spot] <= (reach * side) ** 2:
                    within += sizes[found[spot]]
            enough = within >= ks[-1] or reach >= furthest
            reach += 1
        order = np.argsort(squared[:n])
        home = people[place_of[unit]]
        turn = _start_at_home(counts[unit], home, ring, acc, ks, out, unit)
        spot = 0
        while spot < n and turn < ks.size:
            length = squared[order[spot]]
            while spot < n and squared[order[spot]] == length:
                if length > 0:
                    ring += people[found[order[spot]]]
                spot += 1
            turn = _share(ring, acc, ks, turn, out, unit)
        for left in range(turn, ks.size):
            out[left, unit] = acc
