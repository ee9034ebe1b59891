"""Parameters are strict, the register is complete, and a failure leaves what was there."""

from __future__ import annotations

import multiprocessing
import time

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook
from small_notebook import small_notebook, write_folder

from seglib.errors import LanguageError, ParameterError, ReportError, UnknownPlaceError
from seglib.report import shelf, site
from seglib.report.normalise import normalise
from seglib.report.notes import read_notes
from seglib.report.parameters import default_parameters
from seglib.report.run import (
    FORMATS,
    Run,
    make_report,
    make_reports,
    own_run,
    plan_reports,
    read_runs,
    run,
    write_report,
)
from seglib.report.theme import read_theme


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


def test_a_value_of_the_wrong_kind_stops_before_anything_runs(tmp_path):
    notebook = write_folder(tmp_path / "notebooks") / "00_klein.ipynb"
    with pytest.raises(ParameterError, match="'years' of notebook 00_klein must be a list, and"):
        make_report(notebook, {"years": 2005}, tmp_path / "reports")
    assert [path.name for path in tmp_path.iterdir()] == ["notebooks"]


@pytest.mark.parametrize("id", ["../../x", "a/b", "a\\b", "CON\0", "x" * 300])
def test_an_id_leads_to_no_other_folder(tmp_path, id):
    notebook = write_folder(tmp_path / "notebooks") / "00_klein.ipynb"
    with pytest.raises(ParameterError, match="names its files"):
        make_report(notebook, {}, tmp_path / "reports", id=id)


def test_a_format_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"no format 'doc'. Choose: html, pdf"):
        plan_reports(write_folder(tmp_path), tmp_path / "reports", formats=("html", "doc"))


def test_a_note_with_a_fault_stops_before_anything_runs(tmp_path):
    notebooks = write_folder(tmp_path / "notebooks")
    (notebooks / "texts").mkdir()
    (notebooks / "texts" / "00-klein-stad.nl.md").write_text("# Vorwoord\n\nTekst.\n")
    with pytest.raises(ReportError, match="Did you mean 'Voorwoord'"):
        plan_reports(notebooks, tmp_path / "reports")


def test_a_run_of_ones_own_is_named_after_its_place_and_may_choose_its_language():
    one, languages = own_run("00_klein.ipynb", {"place": "den haag", "lang": "en"})
    assert (one.stem, languages) == ("00-klein-eigen-den-haag", ("en",))
    assert own_run("a.ipynb", {}, languages=("nl",))[1] == ("nl",)


def _executed(place, **about):
    """The small notebook as if it had run for a place."""
    nb = normalise(small_notebook())
    record = {"parameters": {"place": place}, "notebook": "00_klein"}
    nb.metadata["seglib"] = {**nb.metadata["seglib"], **about, "run": record}
    return nb


@pytest.mark.parametrize(
    "place",
    ["../../x", "<script>alert(1)</script>", "{{ 7 * 7 }}", '" onload="x', "]]>&amp;", "🏙️" * 90],
)
def test_a_hostile_place_is_shown_as_text_and_stays_in_its_folder(tmp_path, place):
    one, _ = own_run("00_klein.ipynb", {"place": place})
    entry = write_report(
        tmp_path / "site", _executed(place), one.stem, "nl", ("nl",), formats=("html",)
    )
    site.write_site(tmp_path / "site", [entry])
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    soup = BeautifulSoup((tmp_path / "site" / entry.file("html")).read_text("utf-8"), "html.parser")
    assert place in soup.h1.get_text() and not soup.select("script, [onload]")
    listed = BeautifulSoup((tmp_path / "site" / "index.html").read_text("utf-8"), "html.parser")
    assert place in listed.main.get_text() and len(listed.select("script")) == 1
    assert not listed.select("[onload]")


def test_only_the_formats_that_are_asked_are_made_and_linked(tmp_path):
    entry = write_report(
        tmp_path, _executed("Delft"), "00-klein-a", "nl", ("nl",), formats=("html",)
    )
    assert sorted(path.name for path in (tmp_path / "nl").iterdir()) == [
        "00-klein-a.html",
        "00-klein-a.ipynb",
    ]
    page = (tmp_path / "nl" / "00-klein-a.html").read_text("utf-8")
    assert ".pdf" not in page and ".docx" not in page and ".zip" not in page
    assert entry.formats == ("html",) and set(entry.formats) < set(FORMATS)


def _add(out, stem, start):
    """One report into a folder, as another process does it at the same moment."""
    nb = _executed("Delft")
    with shelf.workbench(out) as fresh:
        entry = write_report(fresh, nb, stem, "nl", ("nl",), formats=("html",))
        start.wait()
        with shelf.alone(out):
            kept = site.read_entries(out)
            time.sleep(0.05)  # long enough for the other to read the same register
            site.write_site(fresh, [*kept, entry])
            shelf.publish(fresh, out, [entry], replace=False)


def test_two_processes_may_add_to_one_folder_at_the_same_time(tmp_path):
    out, spawn = tmp_path / "reports", multiprocessing.get_context("fork")
    start = spawn.Barrier(3)
    stems = [f"00-klein-{name}" for name in "abc"]
    processes = [spawn.Process(target=_add, args=(out, stem, start)) for stem in stems]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert sorted(entry.stem for entry in site.read_entries(out)) == stems
    assert all((out / "nl" / f"{stem}.html").is_file() for stem in stems)
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def _hold(out, held, release):
    with shelf.alone(out):
        held.set()
        release.wait()


def test_a_folder_that_another_process_holds_is_waited_for_and_then_named(tmp_path):
    out, fork = tmp_path / "reports", multiprocessing.get_context("fork")
    held, release = fork.Event(), fork.Event()
    holder = fork.Process(target=_hold, args=(out, held, release))
    holder.start()
    assert held.wait(30)
    with (
        pytest.raises(ReportError, match="writing to folder 'reports' for 0 seconds"),
        shelf.alone(out, patience_s=0.1),
    ):
        pass
    holder.kill()  # a lock goes with its process, however that ends
    holder.join(30)
    with shelf.alone(out, patience_s=5.0):
        pass


def test_new_reports_take_the_place_of_their_own_former_files_only(tmp_path):
    out, fresh = tmp_path / "reports", tmp_path / "bench" / "new"
    for name in ("nl/a.html", "nl/a/old.csv", "nl/a-b.html", "en/a.html", "training/les.html"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("old")
    for name in ("nl/a.html", "nl/a/new.csv", "index.html"):
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).write_text("new")
    entry = site.Entry("a", "nl", "A", "", "A", "", "01")
    shelf.publish(fresh, out, [entry], replace=False)
    files = {str(path.relative_to(out)): path.read_text() for path in out.rglob("*.*")}
    assert files == {
        "index.html": "new",
        "nl/a.html": "new",
        "nl/a/new.csv": "new",
        "nl/a-b.html": "old",
        "en/a.html": "old",
        "training/les.html": "old",
    }


def test_with_the_whole_register_former_reports_go_and_lessons_stay(tmp_path):
    out, fresh = tmp_path / "reports", tmp_path / "bench" / "new"
    for name in ("nl/a.html", "en/b.html", "training/les.html"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("old")
    (fresh / "nl").mkdir(parents=True)
    (fresh / "nl" / "c.html").write_text("new")
    shelf.publish(fresh, out, [], replace=True)
    files = sorted(str(path.relative_to(out)) for path in out.rglob("*.*"))
    assert files == ["nl/c.html", "training/les.html"]


def test_a_folder_with_lessons_alone_may_take_reports(tmp_path):
    (tmp_path / "training").mkdir()
    shelf.refuse_other_files(tmp_path)
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(ReportError, match="holds files that are no reports"):
        shelf.refuse_other_files(tmp_path)


def test_what_a_killed_process_left_goes_and_what_another_works_on_stays(tmp_path, monkeypatch):
    stray = tmp_path / ".reports-killed"
    (stray / "new").mkdir(parents=True)
    with shelf.workbench(tmp_path / "reports"):
        assert stray.exists()  # young: its process may be about to take hold of it
    monkeypatch.setattr(shelf, "YOUNG_S", 0.0)
    with shelf.workbench(tmp_path / "reports") as other, shelf.workbench(tmp_path / "reports"):
        assert other.exists() and not stray.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_theme_and_an_authors_words_reach_the_page(tmp_path):
    (tmp_path / "theme.toml").write_text('publisher = "Ons instituut"\n')
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.nl.md").write_text("# Voorwoord\n\nWij danken de wijk.\n")
    dress = {
        "theme": read_theme(tmp_path / "theme.toml"),
        "notes": read_notes(tmp_path, "a", "nl"),
    }
    write_report(tmp_path, _executed("Delft"), "a", "nl", ("nl",), formats=("html",), **dress)
    page = (tmp_path / "nl" / "a.html").read_text("utf-8")
    assert "Ons instituut" in page and "Wij danken de wijk." in page


@pytest.mark.parametrize(("more", "canonical"), [({}, True), ({"seed": 1}, False)])
def test_a_run_of_ones_own_with_canonical_parameters_is_called_so(
    root, monkeypatch, more, canonical
):
    monkeypatch.setattr("seglib.report.run.execute", lambda nb, parameters, **_: nb)
    path = root / "notebooks" / "01_herkomstsegregatie.ipynb"
    record = run(path, {"place": "Den Haag", **more}).metadata["seglib"]["run"]
    assert record["canonical"] is canonical
