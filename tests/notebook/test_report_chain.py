"""From a notebook to pages, PDFs and a list: the whole chain on a small notebook."""

from __future__ import annotations

import json
import re
import sys

import nbformat
from small_notebook import ABOUT, executed, reports, small_notebook  # noqa: F401

from seglib.report import check
from seglib.report.execute import OwnKernelManager
from seglib.report.normalise import update
from seglib.report.run import Run, make_reports

# ruff: noqa: F811

STEM = "00-klein-stad"


def _page(reports, lang):
    return (reports / lang / f"{STEM}.html").read_text("utf-8")


def test_each_language_has_its_files(reports):
    for lang, figure in (("nl", "figuur"), ("en", "figure")):
        for name in (f"{STEM}.html", f"{STEM}.pdf", f"{STEM}.ipynb"):
            assert (reports / lang / name).stat().st_size > 1000
        parts = {path.name for path in (reports / lang / STEM).iterdir()}
        assert {f"{figure}-01.svg", f"{figure}-02.csv", "results.json"} <= parts


def test_every_page_passes_the_static_check_with_its_links(reports):
    for path in sorted(reports.rglob("*.html")):
        assert check.problems(path.read_text("utf-8"), base=path.parent) == [], path.name


def test_a_page_speaks_one_language(reports):
    dutch, english = _page(reports, "nl"), _page(reports, "en")
    assert "Verdeling en maat" in dutch and "Spread and measure" not in dutch
    assert "Spread and measure" in english and "Verdeling en maat" not in english
    assert "D daalt in Amsterdam" in dutch and "D falls in Amsterdam" in english


def test_the_summary_comes_first_after_the_title(reports):
    page = _page(reports, "nl")
    order = ["<h1", "In het kort</h2>", "Vraag.", "Verdeling en maat</h2>", "Over deze uitvoering"]
    found = [page.index(text, page.index("<main") if n else 0) for n, text in enumerate(order)]
    assert found == sorted(found)


def test_the_run_record_shows_parameters_and_notebook(reports):
    page = _page(reports, "nl")
    assert "Gemaakt uit 00_klein.ipynb" in page and "Dit is de vaste uitvoering" in page
    assert re.search(r"years</th><td>\(alles wat er is\)", page)


def test_no_machine_path_is_left_in_any_file(reports):
    for path in reports.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for trace in (str(reports.parent), sys.prefix, "papermill"):
                assert trace.encode() not in content, path.name


def test_evidence_is_harvested(reports):
    (found,) = json.loads((reports / "nl" / STEM / "results.json").read_text())["evidence"]
    assert found["claim"] == "C04"
    assert "xyzzy" not in _page(reports, "nl")


def test_the_executed_notebook_records_its_run(executed):
    record = executed.metadata["seglib"]["run"]
    assert record["parameters"] == {
        "place": "Amsterdam",
        "years": [],
        "lang": "nl",
        "seed": 1,
        "fast": True,
    }
    assert record["canonical"] is True
    assert executed.metadata["seglib"]["title"] == ABOUT["title"]


def test_another_report_is_added_and_a_second_time_gives_the_same_bytes(reports, tmp_path):
    notebook = tmp_path / "00_klein.ipynb"
    nbformat.write(small_notebook(), notebook)
    runs = [Run(notebook, "stad", True, {"place": "Amsterdam", "fast": True})]
    out = tmp_path / "reports"
    make_reports(out=out, runs=runs, languages=("nl",), say=lambda line: None)
    for kind in ("ipynb", "pdf", "docx", "zip"):
        name = f"{STEM}.{kind}"
        assert (out / "nl" / name).read_bytes() == (reports / "nl" / name).read_bytes(), kind
    other = [Run(notebook, "delft", False, {"place": "Delft"})]
    make_reports(out=out, runs=other, languages=("nl",), say=lambda line: None)
    listed = (out / "index.html").read_text("utf-8")
    for place in ("stad", "delft"):
        assert f'href="nl/00-klein-{place}.html"' in listed
    page = (out / "nl" / "00-klein-delft.html").read_text("utf-8")
    assert "geen uitkomsten van stellingen" in page


def test_a_committed_notebook_is_stored_in_dutch_and_stays_the_same(tmp_path):
    path = tmp_path / "00_klein.ipynb"
    nbformat.write(small_notebook(), path)
    update(path)
    once = path.read_bytes()
    assert "D daalt in Amsterdam" in once.decode()
    update(path)
    assert path.read_bytes() == once


def test_the_kernel_is_this_very_python():
    spec = OwnKernelManager().kernel_spec
    assert spec.argv[0] == sys.executable
    assert spec.env["IPYTHONDIR"]
