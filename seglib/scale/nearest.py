"""The k nearest persons: own unit first, then ring by ring; the last ring is shared."""

from __future__ import annotations

import math
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
    """Walk steps of growing length from each unit; those that end too early get longer steps."""
    shape, cells, whole = places.shape, places.cells(), math.hypot(*places.shape)
    needed = ks[-1] * cells.size / max(1, counts.sum())
    reach = math.ceil(1.5 * math.sqrt(needed / math.pi)) + 2
    at = np.stack([places.y, places.x], axis=1)[places.place_of] // places.step
    waiting = np.argsort(places.place_of, kind="stable")  # neighbours in turn keep the cache warm
    while len(waiting):
        offsets = offsets_within(min(reach, math.ceil(whole)), shape)
        homes = np.ascontiguousarray(np.column_stack([waiting, at[waiting]]))
        done = np.zeros(len(homes), dtype=np.bool_)
        own = counts[waiting]

        def walk(first: int, last: int, *fixed: Any) -> None:
            homes, own, offsets, done = fixed
            _walk(
                homes[first:last],
                own[first:last],
                places.people,
                cells,
                offsets,
                ks,
                out,
                done[first:last],
            )

        fixed = (homes, own, offsets, done)
        in_threads(lambda first, last, fixed=fixed: walk(first, last, *fixed), len(homes))
        if reach >= whole:
            return
        waiting, reach = waiting[~done], 2 * reach


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
def _walk(
    homes: Any, own: Any, people: Any, cells: Any, offsets: Any, ks: Any, out: Any, done: Any
) -> None:
    """Fill out for homes (unit, row, column) and say who found enough; offsets begin at 0, 0."""
    n_groups = people.shape[1]
    acc, ring = np.zeros(n_groups, np.int64), np.zeros(n_groups, np.int64)
    for home in range(homes.shape[0]):
        unit, row, column = homes[home, 0], homes[home, 1], homes[home, 2]
        turn = _start_at_home(own[home], people[cells[row, column]], ring, acc, ks, out, unit)
        step = 1
        while step < offsets.shape[0] and turn < ks.size:
            length, met = offsets[step, 2], False
            while step < offsets.shape[0] and offsets[step, 2] == length:
                y, x = row + offsets[step, 0], column + offsets[step, 1]
                step += 1
                if 0 <= y < cells.shape[0] and 0 <= x < cells.shape[1] and cells[y, x] >= 0:
                    met = True
                    place = cells[y, x]
                    for group in range(n_groups):
                        ring[group] += people[place, group]
            if met:
                turn = _share(ring, acc, ks, turn, out, unit)
        done[home] = turn == ks.size
        for left in range(turn, ks.size):
            out[left, unit] = acc


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
