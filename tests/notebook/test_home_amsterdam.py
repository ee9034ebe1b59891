"""Does notebook 02 run for Amsterdam as soon as a user has the file of the publisher?"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_bbga import bbga

from seglib.errors import SeglibError
from seglib.report.run import run

PATH = Path(__file__).resolve().parents[2] / "notebooks" / "02_verscheidenheid_en_thuis.ipynb"
FIGURE = "application/vnd.seglib.figure+json"
EVIDENCE = "application/vnd.seglib.evidence+json"


def shown(nb, kind):
    outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
    return [output["data"][kind] for output in outputs if kind in output.get("data", {})]


def test_a_file_of_that_form_gives_a_whole_report_without_outcomes(tmp_path):
    made = run(PATH, {"place": "Amsterdam", "bbga_file": str(bbga(tmp_path)), "lang": "en"})
    titles = [figure["title"] for figure in shown(made, FIGURE)]
    assert any("Amsterdam" in title for title in titles)
    found = shown(made, EVIDENCE)
    assert {one["claim"] for one in found} == {"C21", "C22", "C23", "C24", "C25", "C28", "C29"}
    assert {one["outcome"] for one in found} == {None}


def test_without_the_file_the_reader_is_told_what_to_give():
    with pytest.raises(SeglibError, match="csv as file="):
        run(PATH, {"place": "Amsterdam"})
