"""Surroundings of small towns, each person counted by hand."""

from __future__ import annotations

from seglib.scale import knn
from seglib.table import CountTable


def test_p15_the_nearest_of_thousands_of_millions_are_counted_without_overflow():
    thousand_million = 10**9
    table = CountTable.from_counts(
        [[2 * thousand_million, 0], [0, 3 * thousand_million], [1, 1]],
        groups=("a", "b"),
        points_m=[[0, 0], [100, 0], [300, 0]],
    )
    around = knn(4 * thousand_million).persons(table)[0]
    assert around[0].tolist() == [2.0 * thousand_million, 2.0 * thousand_million]
    assert around[1].tolist() == [1.0 * thousand_million, 3.0 * thousand_million]


def test_a_town_along_a_road_is_the_same_whichever_way_the_road_runs():
    metres = [0.0, 103.731, 251.109, 402.917, 777.313, 1204.003]
    counts = [[5, 1], [0, 7], [3, 3], [9, 0], [2, 8], [1, 1]]
    east, north = (
        CountTable.from_counts(counts, groups=("a", "b"), points_m=points)
        for points in ([[x, 0.0] for x in metres], [[0.0, y] for y in metres])
    )
    around = knn((6, 20, 40)).persons(north)
    assert around.tolist() == knn((6, 20, 40)).persons(east).tolist()
    # the first unit has 6 of its own, 7 next door, 6 after that, and 1 of the 9 beyond
    assert around[0, 0].tolist() == [5.0, 1.0]
    assert around[1, 0].tolist() == [5.0 + 0.0 + 3.0 + 1.0, 1.0 + 7.0 + 3.0]
    assert around[2].tolist() == [[20.0, 20.0]] * 6
