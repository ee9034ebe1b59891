"""The k nearest persons: own unit first, then ring by ring; the last ring is shared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.registry import kernel
from seglib.scale.places import Places, in_threads, offsets_within

BESIDE = 64  # cells that are looked around together


def nearest_persons(places: Places, ks: NDArray[np.int64], counts: Any) -> NDArray[np.float64]:
    """The k persons nearest to each unit, shape (n_k, n_units, n_groups); ks ascend.

    Persons at one distance are shared in proportion where not all of them are wanted. Where there
    are fewer than k persons, all of them come.
    """
    people = places.gathered(counts)
    out = np.empty((len(ks), *counts.shape))
    if places.step:
        _over_grid(places, counts, people, ks, out)
    else:
        _over_bins(places, counts, people, ks, out)
    return out


def _over_grid(places: Places, counts: Any, people: Any, ks: Any, out: Any) -> None:
    """Look ring by ring around each cell; those that find too few look further."""
    whole = math.ceil(math.hypot(*places.shape))
    needed = ks[-1] * math.prod(places.shape) / max(1, counts.sum())
    reach = math.ceil(1.5 * math.sqrt(needed / math.pi)) + 2
    unit_at = np.full((places.shape[0], -(-places.shape[1] // BESIDE), BESIDE), -1)
    speaker = np.empty(len(people), dtype=np.int64)  # one unit of each place
    speaker[places.place_of] = np.arange(len(counts))
    unit_at.reshape(len(unit_at), -1)[places.cells] = speaker
    while (unit_at >= 0).any():
        rings = Rings.up_to(min(reach, whole), places, people)
        rings.look(unit_at, ks, out)
        found = ~np.isnan(out[-1, unit_at, 0])
        unit_at[found], reach = -1, 2 * reach
        if reach >= 2 * whole:
            break
    out[np.isnan(out[..., 0])] = counts.sum(axis=0)
    if len(people) < len(counts):
        out[:] = out[:, speaker[places.place_of]]
        _own_first(places.place_of, counts, people, ks, out)


@dataclass(frozen=True, slots=True)
class Rings:
    """Cells of a grid by distance: ring r has the steps from ends[r] up to ends[r + 1].

    ``crowd`` holds persons by row, group and column within a margin as wide as the furthest ring,
    so that no step leaves it; ``jumps`` are the steps in that array laid flat.
    """

    jumps: NDArray[np.int64]
    ends: NDArray[np.int64]
    crowd: NDArray[Any]
    margin: tuple[int, int]

    @classmethod
    def up_to(cls, reach: int, places: Places, people: NDArray[np.int64]) -> Rings:
        """The rings up to a reach around the cells where these people live."""
        rows, columns = places.shape
        steps = offsets_within(reach, (rows, columns))
        high, wide = min(reach, rows - 1), min(reach, columns - 1)
        width = -(-columns // BESIDE) * BESIDE + 2 * wide
        kind = np.int32 if people.sum() < 2**31 else np.int64  # half as wide is twice as fast
        crowd = np.zeros((rows + 2 * high, people.shape[1], width), dtype=kind)
        row, column = places.cells
        crowd[row + high, :, column + wide] = people
        jumps = steps[:, 0] * people.shape[1] * width + steps[:, 1]
        ends = np.flatnonzero(np.diff(steps[:, 2], prepend=-1, append=-1))
        return cls(jumps, ends, crowd, (high, wide))

    def look(self, unit_at: Any, ks: Any, out: Any) -> None:
        """Fill out for units (row, stretch, cell) from 0, NaN where these rings hold too few."""
        blocks = np.argwhere((unit_at >= 0).any(axis=2))
        starts = (blocks[:, 0] + self.margin[0]) * self.crowd.shape[1] * self.crowd.shape[2]
        starts += self.margin[1] + blocks[:, 1] * BESIDE
        homes, rings = unit_at[*blocks.T], (self.jumps, self.ends)

        def work(first: int, last: int) -> None:
            shape, crowd = self.crowd.shape[1:], self.crowd.reshape(-1)
            _look(homes[first:last], starts[first:last], crowd, shape, rings, ks, out)

        in_threads(work, len(homes))


def _over_bins(places: Places, counts: Any, people: Any, ks: Any, out: Any) -> None:
    """Gather the places around each unit bin by bin until there are enough persons, and sort."""
    extent = max(int(places.x.max()), int(places.y.max())) + 1
    side = max(1, math.ceil(extent / math.sqrt(max(1.0, len(places.x) / 2))))
    starts, turn = places.binned(side)
    columns = int(places.x.max()) // side + 1
    ground = np.stack([places.x, places.y], axis=1)
    bins = (starts, turn, columns, side)

    def gather(first: int, last: int) -> None:
        homes = np.arange(first, last)
        _gather(homes, places.place_of, counts, people, ground, bins, ks, out)

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
def _own_first(place_of: Any, counts: Any, people: Any, ks: Any, out: Any) -> None:
    """Set right what is found within the point of a unit that has others at its point."""
    acc, ring = np.zeros(counts.shape[1], np.int64), np.zeros(counts.shape[1], np.int64)
    for unit in range(len(counts)):
        _start_at_home(counts[unit], people[place_of[unit]], ring, acc, ks, out, unit)


@kernel
def _add(source: Any, target: Any) -> None:
    """Add to each place of target what source has there."""
    for place in range(target.size):
        target[place] += source[place]


@kernel
def _look(homes: Any, starts: Any, crowd: Any, shape: Any, rings: Any, ks: Any, out: Any) -> None:
    """Fill out for homes (stretch, cell), NaN where the rings hold too few.

    Cells beside each other take in their rings together, group by group and in the last row
    everyone.
    """
    jumps, ends = rings
    n_groups, width = shape
    acc = np.zeros((n_groups + 1, homes.shape[1]), crowd.dtype)
    ring = acc.copy()
    for stretch in range(homes.shape[0]):
        units, number = homes[stretch], 0
        turn = np.where(units < 0, ks.size, 0)
        acc[:] = 0
        while turn.min() < ks.size and number < ends.size - 1:
            ring[:] = 0
            for step in range(ends[number], ends[number + 1]):
                for group in range(n_groups):
                    at = starts[stretch] + jumps[step] + group * width
                    _add(crowd[at : at + units.size], ring[group])
            for group in range(n_groups):
                _add(ring[group], ring[n_groups])
            _reach(acc, ring, ks, turn, units, out)
            for group in range(n_groups + 1):
                _add(ring[group], acc[group])
            number += 1
        for cell in range(units.size):
            for left in range(turn[cell], ks.size):
                out[left, units[cell]] = np.nan


@kernel
def _reach(acc: Any, ring: Any, ks: Any, turn: Any, units: Any, out: Any) -> None:
    """Fill out for each cell and k that this ring completes; everyone in it counts for a part."""
    n_groups = len(acc) - 1
    for cell in range(units.size):
        held, fresh = acc[n_groups, cell], ring[n_groups, cell]
        while turn[cell] < ks.size and held + fresh >= ks[turn[cell]]:
            part = (ks[turn[cell]] - held) / fresh
            for group in range(n_groups):
                found = acc[group, cell] + part * ring[group, cell]
                out[turn[cell], units[cell], group] = found
            turn[cell] += 1


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
