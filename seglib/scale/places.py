"""Places: the points of units in whole millimetres, so that equal distances are equal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from seglib.errors import TableError
from seglib.table import CountTable

Whole = NDArray[np.int64]
MM = 1000
CELLS_PER_PLACE = 4  # above this a grid is too empty to be worth its memory


@dataclass(frozen=True, slots=True)
class Places:
    """Where people live: units that share a point are one place.

    ``x`` and ``y`` are millimetres from the south-west corner, in order of y and then x, whatever
    the order of the units; ``place_of`` is the place of each unit. ``step`` is the width of the
    grid that all places lie on, 0 where they lie on none.
    """

    x: Whole
    y: Whole
    place_of: Whole
    step: int

    @classmethod
    def of(cls, table: CountTable, asker: str) -> Places:
        """The places of a table; a table without points is a TableError."""
        if table.points_m is None:
            raise TableError(
                f"{asker} needs a point for each unit, this table of {table.n_units} units has "
                "none. Give points_m=... (EPSG:28992, metres) when making it."
            )
        points = np.rint(table.points_m * MM).astype(np.int64)
        points -= points.min(axis=0)
        width = int(points[:, 0].max()) + 1
        keys, place_of = np.unique(points[:, 1] * width + points[:, 0], return_inverse=True)
        y, x = np.divmod(keys, width)
        step = max(1, int(np.gcd(np.gcd.reduce(x), np.gcd.reduce(y))))
        cells = (int(x.max()) // step + 1) * (int(y.max()) // step + 1)
        return cls(x, y, place_of, step if cells <= CELLS_PER_PLACE * len(x) else 0)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the grid."""
        return int(self.y.max()) // self.step + 1, int(self.x.max()) // self.step + 1

    @property
    def cells(self) -> tuple[Whole, Whole]:
        """The row and the column of each place on the grid."""
        return self.y // self.step, self.x // self.step

    def gathered(self, counts: Whole) -> Whole:
        """Persons by place and column, of counts by unit and column."""
        people = np.zeros((len(self.x), counts.shape[1]), dtype=counts.dtype)
        if len(people) == len(counts):
            people[self.place_of] = counts
        else:
            np.add.at(people, self.place_of, counts)
        return people

    def binned(self, side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places by square bins of a side in mm: where each bin begins, and the places in turn."""
        rows, columns = int(self.y.max()) // side + 1, int(self.x.max()) // side + 1
        number = self.y // side * columns + self.x // side
        starts = np.zeros(rows * columns + 1, dtype=np.int64)
        np.cumsum(np.bincount(number, minlength=rows * columns), out=starts[1:])
        return starts.reshape(-1), np.argsort(number, kind="stable")


def offsets_within(reach: int, shape: tuple[int, int]) -> Whole:
    """Steps on a grid (rows, columns, squared length) up to reach, nearest first."""
    high, wide = (min(reach, size - 1) for size in shape)
    dy, dx = np.mgrid[-high : high + 1, -wide : wide + 1]
    squared = dy * dy + dx * dx
    found = np.stack([dy, dx, squared], axis=-1)[squared <= reach * reach]
    return np.ascontiguousarray(found[np.argsort(found[:, 2], kind="stable")], dtype=np.int64)


def in_threads(work: Callable[[int, int], Any], size: int, fewest: int = 64) -> None:
    """Call work(first, last) for stretches of a range; each writes its own rows."""
    threads = get_num_threads()
    if threads == 1 or size < fewest:
        work(0, size)
        return
    edges = np.linspace(0, size, 4 * threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))
