"""Are random zonings partitions into zones that hang together, of about one size?"""

from __future__ import annotations

import time

import numpy as np
import pytest

from seglib.errors import ParameterError, TableError
from seglib.measures import dissimilarity
from seglib.synth.city import toy_town
from seglib.synth.zoning import zonings


def grid_edges(rows: int, columns: int) -> set[tuple[int, int]]:
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    return {
        (row * columns + column, other * columns + beside)
        for row, column in cells
        for other, beside in ((row + 1, column), (row, column + 1))
        if other < rows and beside < columns
    }


def hangs_together(cells: set[int], edges: set[tuple[int, int]]) -> bool:
    """Whether one can walk from any of these cells to any other without leaving them."""
    reached, waiting = set(), [next(iter(cells))]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        beside = {b for a, b in edges if a == here} | {a for a, b in edges if b == here}
        waiting.extend((beside & cells) - reached)
    return reached == cells


def members(zones: np.ndarray) -> list[set[int]]:
    return [set(np.flatnonzero(zones == zone).tolist()) for zone in range(zones.max() + 1)]


@pytest.mark.parametrize(("shape", "n_zones"), [((7, 9), 6), ((1, 12), 4), ((5, 5), 25)])
def test_zones_hang_together_and_hold_each_cell_once(shape, n_zones):
    edges = grid_edges(*shape)
    found = zonings(shape, n_zones, seed=1, replicates=20)
    assert found.shape == (20, shape[0] * shape[1]) and found.dtype == np.int64
    for zones in found:
        assert sorted(set(zones.tolist())) == list(range(n_zones))
        assert all(hangs_together(zone, edges) for zone in members(zones))


def test_sizes_are_alike():
    sizes = np.apply_along_axis(np.bincount, 1, zonings((40, 40), 40, seed=2, replicates=200))
    assert sizes.sum(axis=1).tolist() == [1600] * 200
    assert np.median(sizes) == pytest.approx(40, abs=4)
    # zones that are walled in stay smaller, and others make up for them
    low, high = np.quantile(sizes, [0.1, 0.9])
    assert low > 20 and high < 60


def test_a_row_is_cut_in_two_at_any_place():
    found = zonings((1, 10), 2, seed=3, replicates=400)
    sizes = np.minimum((found == 0).sum(axis=1), (found == 1).sum(axis=1))
    # they begin anywhere and grow by turns, until one is walled in
    assert set(sizes.tolist()) == {1, 2, 3, 4, 5}
    changes = (np.diff(found, axis=1) != 0).sum(axis=1)
    assert changes.tolist() == [1] * 400


def test_two_hundred_zonings_of_a_large_grid_take_less_than_two_seconds():
    zonings((3, 3), 2, seed=1, replicates=1)  # compiled by now
    begin = time.process_time()
    for n_zones in (8, 40):
        zonings((40, 40), n_zones, seed=1)
    assert time.process_time() - begin < 2


def test_points_of_a_table_are_the_grid_that_they_lie_on():
    town = toy_town("split").table()
    found = zonings(town.points_m, 5, seed=4, replicates=30)
    assert (found == zonings((8, 8), 5, seed=4, replicates=30)).all()
    scattered = town.points_m[::-1] + np.array([121_300.0, 487_000.0])
    assert zonings(scattered, 5, seed=4, replicates=2).shape == (2, 64)


def test_holes_and_islands_keep_their_own_zones():
    # a ring of eight squares around a hole, and two squares apart
    ring = [(column, row) for row in range(3) for column in range(3) if (row, column) != (1, 1)]
    points = np.array([*ring, (5, 0), (6, 0)]) * 100.0
    found = zonings(points, 3, seed=5, replicates=40)
    assert all(set(zones[:8]).isdisjoint(zones[8:]) for zones in found)
    with pytest.raises(ParameterError, match="from 2, the pieces of ground"):
        zonings(points, 1, seed=5)


def test_edges_say_which_cells_touch():
    found = zonings(
        (1, 4), 2, seed=6, replicates=50, edges=[(0, 2), (2, 1), (1, 3), (3, 3), (2, 0)]
    )
    for zones in found:  # the line is 0 2 1 3
        assert (np.diff(zones[[0, 2, 1, 3]]) != 0).sum() == 1
    points = np.random.default_rng(1).random((4, 2))
    assert (
        zonings(points, 2, seed=6, replicates=50, edges=[(0, 2), (2, 1), (1, 3)]) == found
    ).all()


def test_other_borders_give_another_d_for_the_same_people():
    town = toy_town("gradient").table()
    values = []
    for zones in zonings(town.points_m, 8, seed=7, replicates=30):
        into = dict(zip(town.units, map(str, zones), strict=True))
        values.append(dissimilarity(town.merge(into), "a", "b").value)
    exact = dissimilarity(town, "a", "b").value
    assert max(values) <= exact + 1e-12  # adding areas up never raises D
    assert max(values) - min(values) > 0.02


def test_a_seed_gives_the_same_zonings_and_more_of_them_begin_alike():
    few, many, other = (
        zonings((6, 6), 4, seed=s, replicates=n) for s, n in ((1, 3), (1, 9), (2, 3))
    )
    assert (few == many[:3]).all() and (few != other).any()
    assert len({zones.tobytes() for zones in many}) == 9


@pytest.mark.parametrize(
    ("ground", "options", "error", "message"),
    [
        ((3, 3), {"n_zones": 10}, ParameterError, "to 9, the cells; not 10"),
        ((3, 3), {"replicates": 0}, ParameterError, "replicates needs"),
        ((0, 3), {}, ParameterError, "rows needs"),
        ([1, 2, 3], {}, TableError, r"not shape \(3,\)"),
        ([[0.0, 0.0], [100.0, 0.0], [100.0, 0.0]], {}, TableError, "two share one"),
        ([[0.0, 0.0], [9999.999, 1.001], [3.0, 777.777]], {}, TableError, "on no grid"),
        ((2, 2), {"edges": [(0, 4)]}, TableError, "numbered from 0 to 3"),
    ],
)
def test_what_makes_no_zones_is_refused(ground, options, error, message):
    with pytest.raises(error, match=message):
        zonings(ground, **({"n_zones": 2, "seed": 1} | options))
