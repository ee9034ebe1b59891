"""Is a measure over many zonings that of the tables one would add up by hand?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib import CountTable, dissimilarity, information_theory, knn, profile, synth
from seglib.errors import ParameterError, TableError
from seglib.measures import location_quotient

COUNTS = np.array([[30, 5, 5], [10, 20, 10], [5, 5, 30], [20, 10, 10], [9, 9, 2], [1, 30, 4]])


def test_each_zoning_gives_the_measure_of_the_merged_table():
    table = CountTable.from_counts(COUNTS, groups=("a", "b", "c"))
    zones = np.random.default_rng(1).integers(0, 3, size=(20, 6))
    zones[:, :3] = [0, 1, 2]
    for measure, names in ((dissimilarity, "a"), (dissimilarity, "ab"), (information_theory, "")):
        found = synth.over_zonings(measure, table, zones, *names)
        for zone, value in zip(zones, found, strict=True):
            parts = CountTable.from_counts(
                COUNTS, groups=("a", "b", "c"), parts={"zone": tuple(map(str, zone))}
            )
            assert value == pytest.approx(measure(parts.merge("zone"), *names).value, abs=1e-12)


def test_quarters_hide_a_checkerboard_and_halves_show_a_split_town():
    board, split = (synth.toy_town(name).table() for name in ("checkerboard", "split"))
    row, column = np.divmod(np.arange(64), 8)
    zones = np.stack([row // 2 * 4 + column // 2, column // 4])
    assert synth.over_zonings(dissimilarity, board, zones, "a") == pytest.approx([0, 0])
    assert synth.over_zonings(dissimilarity, split, zones, "a") == pytest.approx([1, 1])


def test_zones_of_another_table_and_measures_of_units_are_refused():
    table = CountTable.from_counts(COUNTS)
    with pytest.raises(TableError, match=r"each of 6 units, its shape is \(2, 5\)"):
        synth.over_zonings(dissimilarity, table, np.zeros((2, 5), dtype=np.int64), "1")
    with pytest.raises(ParameterError):
        synth.over_zonings(location_quotient, table, np.zeros((2, 6), dtype=np.int64), "1")


def test_a_checkerboard_mixes_as_more_neighbours_count_and_a_split_town_does_not():
    nearest = knn([70, 280, 630, 1120])
    board, split = (
        profile(synth.toy_town(name).table(), dissimilarity, "a", contexts=nearest).values
        for name in ("checkerboard", "split")
    )
    assert board[0] == split[0] == 1
    assert (np.diff(board) < 0).all() and board[-1] < 0.1
    assert split[-1] > 0.7
