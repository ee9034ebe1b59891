"""Are the files of the Rotterdam survey what their source entry says they are?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seglib.errors import SourceFormatError
from seglib.sources import area_figures, rotterdam

ROOT = Path(__file__).resolve().parents[2]
RAW = Path(os.environ.get("SEGLIB_RAW", ROOT.parent / "shared" / "data" / "raw"))
FOLDER = RAW / "rotterdam_wijkprofiel"
COPY = (2016, "si")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="The survey's files were not compared: the publisher's files are not here. "
    "Set SEGLIB_RAW to their folder.",
)


@pytest.fixture(scope="module")
def embedded():
    return area_figures.load_figures(rotterdam.PROFILE).set_index(["year", "unit_code", "item"])


@pytest.mark.parametrize("year", [2014, 2016])
@pytest.mark.parametrize("instrument", rotterdam.SHEETS)
def test_a_csv_is_the_workbook_rounded(embedded, year, instrument):
    path = FOLDER / f"gemeente {year} {instrument}.csv"
    if (year, instrument) == COPY:
        with pytest.raises(SourceFormatError, match=r"is the wave of 2018 and not of 2016"):
            rotterdam.read(path)
        return
    printed = rotterdam.read(path).set_index(["year", "unit_code", "item"])["value"]
    compiled = embedded["value"].reindex(printed.index)
    assert (printed.isna() == compiled.isna()).all()
    # Whole per cents and whole indices, plus the 0.005 that two decimals leave.
    assert (printed - compiled).abs().max() <= 0.505


def test_the_copy_is_the_file_of_2018_byte_for_byte():
    files = [FOLDER / f"gemeente {year} si.csv" for year in (2016, 2018)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_its_overcrowded_dwellings_are_those_of_2018(embedded):
    value = embedded["value"].unstack("item")
    social = value.loc[2018, "overbezetting_p"]
    assert ((social - value.loc[2018, "p_overbezet"]).abs() == 0).sum() == 86
    assert ((social - value.loc[2016, "p_overbezet"]).abs() > 1).sum() == 57
