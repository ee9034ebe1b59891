"""Loose parts: numbers stay numbers, text stays text, and the same report gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from small_notebook import executed, reports  # noqa: F401

from seglib.report.document import document
from seglib.report.grid import grid_of
from seglib.report.parts import drawings_to_png, packed, results, write_parts

# ruff: noqa: F811

ABOUT = dict.fromkeys(("title", "caption", "source", "report", "licence", "language"), "x")
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80pt" height="40pt" viewBox="0 0 80 40">'
    '<rect width="80" height="40" style="fill: #0a4c78"/></svg>'
)
HOSTILE = (
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "a;=1+1",
    " =1+1",
)


def _table(*columns):
    """A table of these columns, the first text of each being its heading."""
    headings, *rows = zip(*columns, strict=True)
    return {"columns": list(headings), "rows": [list(row) for row in rows]}


def _workbook(grid):
    return openpyxl.load_workbook(io.BytesIO(packed(grid.xlsx(ABOUT))))


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("nl", "43,2", "43.2"),
        ("en", "43.2", "43.2"),
        ("nl", "834.486", "834486"),
        ("en", "834,486.5", "834486.5"),
        ("nl", "−0,50", "-0.50"),
        ("nl", "+4", "4"),
        ("nl", "-7", "-7"),
        ("nl", "2005", "2005"),
    ],
)
def test_a_number_is_read_with_the_signs_of_its_language(lang, text, value):
    grid = grid_of(_table(("a", text)), lang)
    assert grid.rows == ((Decimal(value),),)
    assert str(grid.rows[0][0]) == value
    (cell,) = next(_workbook(grid)["Tabel" if lang == "nl" else "Table"].iter_rows(2))
    assert cell.value == float(value) and cell.data_type == "n"


@pytest.mark.parametrize("text", ["0363", "1.2.3", "43.2", "12 buurten", "GM0363", "1e5", "1,2,3"])
def test_what_is_no_dutch_number_stays_text(text):
    grid = grid_of(_table(("a", text)), "nl")
    assert grid.columns[0].datatype == "string" and grid.rows == ((text,),)


def test_an_interval_becomes_its_two_ends_and_a_percent_sign_goes_to_the_heading():
    columns = ("Groep", "a", "b"), ("Marge", "−6,4 tot −4,8\u202f%", "–"), ("D", "5,0 (4–6)", "7")
    grid = grid_of(_table(*columns), "nl")
    assert [each.titles for each in grid.columns] == [
        "Groep",
        "Marge: ondergrens (%)",
        "Marge: bovengrens (%)",
        "D",
        "D: ondergrens",
        "D: bovengrens",
    ]
    assert [each.name for each in grid.columns][1:3] == ["marge_ondergrens", "marge_bovengrens"]
    assert [each.datatype for each in grid.columns][2:] == ["decimal"] * 2 + ["integer"] * 2
    assert grid.csv().splitlines()[1:] == ["a,-6.4,-4.8,5.0,4,6", "b,,,7,,"]


def test_words_among_numbers_get_a_column_of_their_own():
    columns = ("Groep", "a", "1", "c"), ("Marge", "1 tot 2", "te dicht bij toeval", "3 tot 4")
    grid = grid_of(_table(*columns), "nl")
    assert [each.titles for each in grid.columns][3] == "Marge: opmerking"
    assert [row[0] for row in grid.rows] == ["a", "1", "c"]
    assert [row[3] for row in grid.rows] == [None, "te dicht bij toeval", None]


def test_columns_with_one_heading_have_two_names():
    grid = grid_of(_table(("ø", "1"), ("ø", "2")), "nl")
    assert [each.name for each in grid.columns] == ["column", "column_2"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_spreadsheet_runs_no_text(text):
    grid = grid_of(_table((text, text, "b")), "nl")
    for row in csv.reader(io.StringIO(grid.csv(), newline="")):
        for piece in re.split(r"[;\t\r\n]", row[0]):
            assert not piece.lstrip(' "').startswith(tuple("=+-@＝"))
        assert row[0] == "b" or "'" in row[0]
    for sheet in _workbook(grid):
        for row in sheet.iter_rows():
            assert all(cell.data_type == "s" for cell in row)
    assert _workbook(grid)["Tabel"]["A1"].value == text


def test_a_workbook_has_a_frozen_bold_heading_and_says_what_it_is():
    book = _workbook(grid_of(_table(("Groep", "a"), ("D", "43,25")), "nl"))
    table, about = book["Tabel"], book["Over deze tabel"]
    assert table.freeze_panes == "B2" and table["A1"].font.bold
    assert table["B2"].number_format == "0.00"
    assert [cell.value for cell in about["A"]][1:] == [
        "Titel",
        "Bijschrift",
        "Bron",
        "Rapport",
        "Licentie",
        "Taal",
    ]


def test_text_that_no_workbook_can_hold_loses_only_its_control_characters():
    grid = grid_of(_table(("a", "x\x00y\x0bz")), "nl")
    assert _workbook(grid)["Tabel"]["A2"].value == "xyz" and "xyz" in grid.csv()


def test_a_drawing_is_16_cm_wide_at_300_dots_to_the_inch():
    pictures = drawings_to_png([SQUARE, SQUARE])
    assert len(pictures) == 2
    for png in (*pictures, *drawings_to_png([SQUARE])):
        width, height = struct.unpack(">II", png[16:24])
        assert (width, height) == (1890, 945)
        at = png.index(b"pHYs")
        assert struct.unpack(">IIB", png[at + 4 : at + 13]) == (11811, 11811, 1)
    assert drawings_to_png([]) == []


def test_a_report_brings_each_part_loose_and_packed_and_twice_the_same(executed, tmp_path):
    doc = document(executed, "nl")
    files = write_parts(doc, tmp_path, "00-klein")
    assert [each["kind"] for each in files["figure", 1]] == ["SVG", "PNG", "CSV", "XLSX"]
    assert [each["kind"] for each in files["table", 1]] == ["CSV", "XLSX"]
    loose = {path.name: path.read_bytes() for path in (tmp_path / "00-klein").iterdir()}
    with zipfile.ZipFile(tmp_path / "00-klein.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == loose
    assert {each["href"] for parts in files.values() for each in parts} <= {
        f"00-klein/{name}" for name in loose
    }
    again = tmp_path / "again"
    write_parts(doc, again, "00-klein")
    assert {path.name: path.read_bytes() for path in (again / "00-klein").iterdir()} == loose
    assert (again / "00-klein.zip").read_bytes() == (tmp_path / "00-klein.zip").read_bytes()


def test_a_table_is_described_as_csv_on_the_web(executed, tmp_path):
    write_parts(document(executed, "en"), tmp_path, "s")
    about = json.loads((tmp_path / "s" / "figure-01.csv-metadata.json").read_text("utf-8"))
    header = next(csv.reader((tmp_path / "s" / about["url"]).open(encoding="utf-8")))
    assert [each["titles"] for each in about["tableSchema"]["columns"]] == header
    assert about["dc:title"] == "Figure 1: D daalt in Amsterdam"
    assert about["dc:source"] == "OIS Amsterdam" and about["dc:language"] == "en"
    assert "creativecommons" in about["dc:license"]["@id"]


def test_results_hold_evidence_the_run_and_the_data_beneath_it(executed, tmp_path):
    write_parts(document(executed, "nl"), tmp_path, "s")
    found = json.loads((tmp_path / "s" / "results.json").read_text("utf-8"))
    assert found["evidence"][0]["claim"] == "C04"
    assert found["run"]["parameters"]["place"] == "Amsterdam"
    assert found["report"]["title"] == "Herkomst, klein"
    readme = (tmp_path / "s" / "LEESMIJ.txt").read_text("utf-8")
    assert readme.startswith("Herkomst, klein: Amsterdam")


def test_a_source_that_a_figure_names_brings_the_checksums_of_its_tables(root):
    import nbformat

    nb = nbformat.read(root / "notebooks" / "01_herkomstsegregatie.ipynb", as_version=4)
    used = results(document(nb, "nl"))["data"]
    assert list(used) == ["ois-amsterdam-panel"]
    assert all(name.startswith("tables/") and sum for name, sum in used.popitem()[1].items())
