"""Homes on one stair by lot: the exact chance against every way to deal them out."""

from __future__ import annotations

from itertools import combinations

import pytest

from seglib.training.topics import stairwell


@pytest.mark.parametrize("together", [0, 1, 2, 3])
def test_the_chance_is_the_share_of_all_ways_to_allot_the_homes(together):
    ways = list(combinations(range(8), 3))  # 3 homes that need attention, of 8
    hits = sum(sum(home < 4 for home in way) >= together for way in ways)  # the first stair has 4
    found = stairwell.chance(together, stairs=2, homes=4, need=3)
    assert found == pytest.approx(hits / len(ways))


def test_the_texts_get_the_numbers_of_the_example():
    told = stairwell.facts()
    assert told["homes"] * told["stairs"] / told["need"] == 8
    assert told["stairs_expected"] == pytest.approx(told["stairs"] * told["one_stair"])
    assert 0 < told["one_stair"] < 0.25
