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
