"""Do the points and areas of units come in checked, and do they follow their units?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import TableError
from seglib.table import CountTable

POINTS = [[120_000, 487_000], [120_100, 487_000], [120_000, 487_100]]


def city(**ground) -> CountTable:
    return CountTable.from_counts(
        [[3, 1], [0, 4], [2, 2]], units="ABC", parts={"wijk": "XXY"}, **ground
    )


def test_points_and_areas_are_kept_as_read_only_floats():
    table = city(points_m=POINTS, areas_m2=[10, 20, 30])
    assert table.points_m is not None and table.areas_m2 is not None
    assert table.points_m.dtype == table.areas_m2.dtype == np.float64
    assert not table.points_m.flags.writeable and not table.areas_m2.flags.writeable
    assert table.points_m.tolist() == POINTS


def test_a_table_needs_neither():
    assert city().points_m is None
    assert city().areas_m2 is None


def test_points_and_areas_follow_their_units():
    table = city(points_m=POINTS, areas_m2=[10, 20, 30]).select_units(["A", "C"])
    assert table.points_m is not None and table.areas_m2 is not None
    assert table.points_m.tolist() == [POINTS[0], POINTS[2]]
    assert table.areas_m2.tolist() == [10.0, 30.0]
    assert table.select_groups(["1"]).points_m is not None


def test_merged_units_have_no_point_or_area():
    merged = city(points_m=POINTS, areas_m2=[10, 20, 30]).merge("wijk")
    assert merged.points_m is None and merged.areas_m2 is None


@pytest.mark.parametrize(
    ("ground", "message"),
    [
        ({"points_m": POINTS[:2]}, r"points_m needs shape \(3, 2\), it has \(2, 2\). Give an x"),
        ({"points_m": [["a", 1]] * 3}, "points_m needs numbers, not"),
        ({"points_m": [*POINTS[:2], [1, np.nan]]}, r"Unit 'C' \(row 3\): points_m .* is missing"),
        ({"points_m": [[4.88, 52.3], [4.9, 52.4], [4.91, 52.3]]}, "these points span 0.1. Transf"),
        ({"points_m": [[0, 0], [0, 3e6], [0, 1]]}, r"points span 3e\+06. Transform degrees"),
        ({"areas_m2": [1, 2]}, r"areas_m2 needs shape \(3,\), it has \(2,\)"),
        ({"areas_m2": [1, np.inf, 2]}, r"Unit 'B' \(row 2\): areas_m2 inf is missing"),
        ({"areas_m2": [1, 2, 0]}, r"Unit 'C' \(row 3\): areas_m2 0.0 is not above 0. Mend"),
    ],
)
def test_what_cannot_be_ground_is_refused(ground, message):
    with pytest.raises(TableError, match=message):
        city(**ground)
