"""Are distances to amenities read as figures about areas?"""

from __future__ import annotations

import math

import openpyxl
import pytest

from seglib.errors import SourceFormatError
from seglib.sources import cbs_proximity

HEAD = ["gwb_code", "regio", "recs", "AF_ARTSPR", "AV1_ARTSPR", "AV3_SUPERM"]


def written(path, *rows, head=HEAD):
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_distances_and_numbers_by_area(tmp_path):
    rows = [
        ["NL00", "Nederland", "Land", "0,9", "1", "2"],
        ["GM0034", "Almere", "Gemeente", 0.8, 1.5, 3],
        ["BU00340101", "Centrum", "Buurt", "0,4", ".", 12],
    ]
    found = cbs_proximity.read(written(tmp_path / "nabijheid-2015.xlsx", *rows))
    assert len(found) == 2 * 3
    assert set(found["year"]) == {2015} and set(found["kind"]) == {"register"}
    by = found.set_index(["unit_code", "item"])
    assert by.loc[("BU00340101", "AF_ARTSPR"), ["value", "unit", "level"]].tolist() == [
        0.4,
        "km",
        "buurt",
    ]
    assert math.isnan(by.loc[("BU00340101", "AV1_ARTSPR"), "value"])
    assert by.loc[("GM0034", "AV3_SUPERM"), ["value", "unit"]].tolist() == [3, "number"]


@pytest.mark.parametrize("cell", ["-1", "ver", "-99997", "1.2.3"])
def test_a_cell_that_is_no_number_is_named(tmp_path, cell):
    row = ["BU00340101", "Centrum", "Buurt", cell, "1", "2"]
    told = rf"nabijheid-2015.xlsx, line 2, column 'AF_ARTSPR': '{cell}'"
    with pytest.raises(SourceFormatError, match=told):
        cbs_proximity.read(written(tmp_path / "nabijheid-2015.xlsx", row))


def test_another_file_is_refused(tmp_path):
    path = written(tmp_path / "kwb-2015.xlsx", ["BU00340101", "C", "Buurt"], head=HEAD[:3])
    with pytest.raises(SourceFormatError, match="no column of a distance or number"):
        cbs_proximity.read(path)
    path = written(tmp_path / "kwb-2015.xlsx", ["C", "Buurt"], head=HEAD[1:3])
    with pytest.raises(SourceFormatError, match=r"no column 'Regioaanduiding.Codering"):
        cbs_proximity.read(path)
