"""Parameters are strict, the register is complete, and a failure leaves what was there."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from small_notebook import small_notebook, write_folder

from seglib.errors import LanguageError, ParameterError, ReportError, UnknownPlaceError
from seglib.report.parameters import default_parameters
from seglib.report.run import Run, make_report, make_reports, read_runs, run


def _quiet(line):
    return None


def _tagged(*sources):
    cells = [new_code_cell(each, metadata={"tags": ["parameters"]}) for each in sources]
    return new_notebook(cells=cells)


def test_defaults_are_the_literals_of_the_parameters_cell():
    defaults = default_parameters(_tagged("place = 'Delft'  # gemeente\nyears: list = [2005]"), "a")
    assert defaults == {"place": "Delft", "years": [2005]}


@pytest.mark.parametrize(("sources", "found"), [((), "none"), (("a = 1", "b = 2"), "cells 1, 2")])
def test_there_is_exactly_one_parameters_cell(sources, found):
    with pytest.raises(ParameterError, match=f"Notebook a needs one code cell .* has {found}"):
        default_parameters(_tagged(*sources), "a")


@pytest.mark.parametrize("source", ["import os", "a = 1\nb = a + 1", "a, b = 1, 2", "a: int"])
def test_a_parameters_cell_holds_literals_only(source):
    with pytest.raises(ParameterError, match=r"Line \d of the parameters cell \(1\) of a is not"):
        default_parameters(_tagged(source), "a")


def test_a_parameters_cell_that_is_no_python_is_refused():
    with pytest.raises(ParameterError, match=r"parameters cell \(1\) of a"):
        default_parameters(_tagged("a = "), "a")


def test_a_misspelt_parameter_is_refused_with_the_nearest(tmp_path):
    notebook = write_folder(tmp_path) / "00_klein.ipynb"
    with pytest.raises(ParameterError, match=r"no parameter 'plaec'. Did you mean 'place'\?"):
        run(notebook, {"plaec": "Delft"}, tmp_path / "out.ipynb")
    with pytest.raises(ParameterError, match=r"no parameter 'qqq'. It has: place, years, lang"):
        run(notebook, {"qqq": 1}, tmp_path / "out.ipynb")
    assert not (tmp_path / "out.ipynb").exists()


def test_a_notebook_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ReportError, match=r"no notebook '07.ipynb'"):
        run(tmp_path / "07.ipynb", {})


def test_an_error_of_ours_in_a_cell_keeps_its_sentence_and_leaves_no_report(tmp_path):
    notebooks = write_folder(tmp_path / "notebooks", place="Nergens")
    with pytest.raises(UnknownPlaceError, match=r"^No source knows 'Nergens'.*00_klein, cell 7"):
        make_reports(notebooks, tmp_path / "reports", languages=("nl",), say=_quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["notebooks"]


def test_another_error_in_a_cell_leaves_the_reports_that_were_there(tmp_path):
    notebooks = write_folder(tmp_path / "notebooks", place="Nul")
    out = tmp_path / "reports"
    out.mkdir()
    (out / "reports.json").write_text("[]")
    (out / "index.html").write_text("earlier")
    with pytest.raises(ReportError, match=r"cell 7 stopped with ZeroDivisionError: division by"):
        make_reports(notebooks, out, languages=("nl",), say=_quiet)
    assert (out / "index.html").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "reports"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    notebooks = write_folder(tmp_path / "notebooks")
    with pytest.raises(ReportError, match="'notebooks' holds files that are no reports"):
        make_reports(notebooks, notebooks, say=_quiet)


def test_a_misspelt_parameter_in_the_register_stops_before_anything_runs(tmp_path):
    notebooks = write_folder(tmp_path)
    register = notebooks / "runs.toml"
    register.write_text(register.read_text().replace("place", "plaats"))
    with pytest.raises(ParameterError, match="no parameter 'plaats'"):
        make_reports(notebooks, tmp_path / "reports", say=_quiet)


def test_a_notebook_without_lang_is_refused(tmp_path):
    nbformat.write(_tagged("place = 'Delft'"), tmp_path / "a.ipynb")
    with pytest.raises(ParameterError, match="Notebook a has no parameter 'lang'"):
        make_report(tmp_path / "a.ipynb", {}, tmp_path / "reports")


def test_only_the_register_says_which_run_is_canonical(tmp_path):
    nbformat.write(_tagged("lang = 'nl'\ncanonical = False"), tmp_path / "a.ipynb")
    with pytest.raises(ParameterError, match="Leave 'canonical' out"):
        make_report(tmp_path / "a.ipynb", {"canonical": True}, tmp_path / "reports")
    executed = run(tmp_path / "a.ipynb", {}, canonical=True)
    assert executed.metadata["seglib"]["run"]["parameters"]["canonical"] is True


def test_names_below_the_wijk_are_for_working_copies_only(tmp_path):
    nbformat.write(_tagged("lang = 'nl'\nshow_names = False"), tmp_path / "a.ipynb")
    with pytest.raises(ParameterError, match="names no areas below the wijk"):
        make_report(tmp_path / "a.ipynb", {"show_names": True}, tmp_path / "reports")


def test_a_report_in_another_language_is_refused(tmp_path):
    notebook = write_folder(tmp_path) / "00_klein.ipynb"
    with pytest.raises(LanguageError, match="not in 'fr'"):
        make_report(notebook, {"lang": "fr"}, tmp_path / "reports")


def test_the_register_gives_runs(tmp_path):
    (only,) = read_runs(write_folder(tmp_path) / "runs.toml")
    assert only == Run(
        tmp_path / "00_klein.ipynb", "stad", True, {"place": "Amsterdam", "fast": True}
    )
    assert only.stem == "00-klein-stad"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[run]]\nnotebook = "a"', "Run 1 of runs.toml has no 'id'"),
        ('[[run]]\nid = "a"', "Run 1 of runs.toml has no 'notebook'"),
        ('[[run]]\nnotebook = "a"\nid = "b"\n' * 2, "two runs 'a-b'"),
        ("[[run]\n", "runs.toml is not TOML"),
    ],
)
def test_a_register_with_a_fault_is_refused(tmp_path, text, said):
    (tmp_path / "runs.toml").write_text(text)
    with pytest.raises(ReportError, match=said):
        read_runs(tmp_path / "runs.toml")


def test_a_register_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ReportError, match=r"no register of runs at 'runs.toml'"):
        read_runs(tmp_path / "runs.toml")


def test_a_run_of_a_notebook_that_is_not_there_is_named(tmp_path):
    (tmp_path / "runs.toml").write_text('[[run]]\nnotebook = "07"\nid = "b"\n')
    with pytest.raises(ReportError, match=r"There is no notebook '07.ipynb' in"):
        make_reports(tmp_path, tmp_path / "reports", say=_quiet)


def test_the_small_notebook_is_valid():
    nbformat.validate(small_notebook())
