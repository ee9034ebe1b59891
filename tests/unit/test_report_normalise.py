"""A notebook is the same bytes whenever its content is the same."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from seglib.errors import ParameterError, ReportError
from seglib.report.normalise import normalise, update, write


def _notebook(source="1 + 1"):
    cell = new_code_cell(source, execution_count=7, metadata={"tags": ["setup"], "scrolled": True})
    cell.outputs = [
        new_output("stream", name="stdout", text="a\n"),
        new_output("stream", name="stdout", text="b\n"),
        new_output("execute_result", data={"text/plain": "2"}, execution_count=7),
    ]
    cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01"}
    metadata = {
        "kernelspec": {"name": "other", "display_name": "Other"},
        "papermill": {"start_time": "2026-01-01", "input_path": "/somewhere/else"},
        "seglib": {"title": "T"},
    }
    return new_notebook(cells=[new_markdown_cell("Dag"), cell], metadata=metadata)


def test_nothing_tells_when_or_where_it_ran():
    text = nbformat.writes(normalise(_notebook()))
    for trace in ("2026", "/somewhere", "papermill", "scrolled", "other"):
        assert trace not in text.lower()
    assert '"title": "T"' in text and '"setup"' in text


def test_two_notebooks_with_the_same_content_are_the_same_bytes():
    one, other = _notebook(), _notebook()
    other.cells[1].execution_count = 12
    other.cells[1].outputs[2].execution_count = 12
    assert nbformat.writes(normalise(one)) == nbformat.writes(normalise(other))


def test_normalising_twice_changes_nothing():
    once = normalise(_notebook())
    assert normalise(copy.deepcopy(once)) == once


def test_streams_are_joined_and_counts_begin_at_one():
    outputs = normalise(_notebook()).cells[1].outputs
    assert outputs[0].text == "a\nb\n" and len(outputs) == 2
    assert outputs[1].execution_count == 1


def test_ids_say_position_and_content():
    one, other = normalise(_notebook()).cells[1], normalise(_notebook("2 + 2")).cells[1]
    assert one.id.startswith("002-") and one.id != other.id


def test_the_result_is_a_valid_notebook():
    nbformat.validate(normalise(_notebook()))


def test_the_cell_that_a_runner_injected_is_gone():
    nb = _notebook()
    nb.cells.append(new_code_cell("lang = 'en'", metadata={"tags": ["injected-parameters"]}))
    assert len(normalise(nb).cells) == 2


def test_a_notebook_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("before")
    with pytest.raises(AttributeError):
        write("no notebook", path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.ipynb"] and path.read_text() == "before"


@pytest.mark.parametrize("source", ["lang = 'en'", "place = 'a'"])
def test_a_committed_notebook_is_dutch_by_default(tmp_path, source):
    path = tmp_path / "a.ipynb"
    cell = new_code_cell(source, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), path)
    with pytest.raises(ParameterError, match="committed outputs are Dutch"):
        update(path)


def test_a_notebook_that_fails_keeps_its_outputs(tmp_path):
    path = tmp_path / "a.ipynb"
    cells = [new_code_cell("lang = 'nl'", metadata={"tags": ["parameters"]}), new_code_cell("1/0")]
    nbformat.write(new_notebook(cells=cells), path)
    before = path.read_bytes()
    with pytest.raises(ReportError, match="Notebook a, cell 2 stopped with ZeroDivisionError"):
        update(path)
    assert path.read_bytes() == before
