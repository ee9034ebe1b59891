"""Are the numbers in English the numbers in Dutch? For all notebooks: the proof `notebooks`."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from shown_numbers import differing, numbers

from seglib.report.run import run

PATH = Path(__file__).resolve().parents[2] / "notebooks" / "01_herkomstsegregatie.ipynb"


def test_a_run_in_english_gives_every_number_of_the_stored_dutch():
    dutch = nbformat.read(PATH, as_version=4)
    english = run(PATH, {"lang": "en"})
    assert sum(numbers(cell).total() for cell in english.cells) > 50
    assert differing(dutch, english) == []


@pytest.mark.parametrize("place", ["Gouda"])
def test_a_place_with_one_year_is_told_with_the_same_numbers(place):
    dutch, english = (run(PATH, {"place": place, "lang": lang}) for lang in ("nl", "en"))
    shown = [cell for cell in dutch.cells if "one-year" in cell.metadata.get("tags", [])]
    assert sum(numbers(cell).total() for cell in shown) > 50
    assert differing(dutch, english) == []
