"""One year or several: which cells of a notebook are run."""

from __future__ import annotations

import nbformat
import pytest

from seglib.report.span import for_its_years


def notebook(**about):
    cells = [
        nbformat.v4.new_markdown_cell("change", metadata={"tags": ["nl", "series"]}),
        nbformat.v4.new_code_cell("1 + 1"),
        nbformat.v4.new_code_cell("level", metadata={"tags": ["one-year"]}),
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata={"seglib": about})


@pytest.mark.parametrize(
    ("place", "kept", "years"),
    [
        ("Gouda", ["", "1 + 1", "level"], [2015]),
        ("Amsterdam", ["change", "1 + 1", ""], [2005, 2009, 2013, 2017]),
    ],
)
def test_cells_that_do_not_suit_the_years_of_a_place_are_emptied(place, kept, years):
    original = notebook(years="series")
    fitted, found = for_its_years(original, {"place": place, "years": [], "level": ""})
    assert [cell.source for cell in fitted.cells] == kept
    assert found == years
    assert {cell.cell_type for cell in fitted.cells if not cell.source} == {"raw"}
    assert original.cells[0].source == "change"


@pytest.mark.parametrize(("place", "told"), [("Gouda", "How uneven?"), ("Amsterdam", "Less?")])
def test_a_place_with_one_year_is_not_described_by_its_change(place, told):
    original = notebook(years="series", description="Less?", **{"one-year": "How uneven?"})
    fitted, _ = for_its_years(original, {"place": place, "years": [], "level": ""})
    assert fitted.metadata["seglib"]["description"] == told
    assert original.metadata["seglib"]["description"] == "Less?"


def test_the_years_that_are_asked_decide():
    fitted, found = for_its_years(notebook(years="series"), {"place": "Amsterdam", "years": [2009]})
    assert found == [2009]
    assert fitted.cells[0].source == ""


def test_a_notebook_that_does_not_ask_keeps_all_its_cells():
    fitted, found = for_its_years(notebook(), {"place": "Gouda"})
    assert [cell.source for cell in fitted.cells] == ["change", "1 + 1", "level"]
    assert found == []


def test_an_unknown_place_is_left_for_the_notebook_to_refuse():
    fitted, found = for_its_years(notebook(years="series"), {"place": "Atlantis"})
    assert [cell.source for cell in fitted.cells] == ["change", "1 + 1", "level"]
    assert found == []


def test_the_year_may_be_a_parameter_unless_newer_figures_are_asked_for():
    asked = notebook(years="year")
    assert for_its_years(asked, {"place": "Gouda", "year": 2015})[1] == [2015]
    fitted, found = for_its_years(asked, {"place": "Gouda", "year": 2015, "newest": True})
    assert found == []
    assert [cell.source for cell in fitted.cells] == ["change", "1 + 1", "level"]
