"""What an author wrote beside a run is read, marked as theirs, and never guessed at."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from seglib.errors import ReportError
from seglib.report import check, render
from seglib.report.document import document
from seglib.report.notes import Notes, read_notes

TEXT = "# Voorwoord\n\nBeste lezer.\n\n# Duiding\n\nWij denken zo.\n\n## Verder\n\nEn zo."


def _written(folder, text, name="a.nl.md"):
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def _notebook():
    cells = [new_markdown_cell("## Antwoord"), new_markdown_cell("## Oefening")]
    cells[1].metadata["tags"] = ["exercise"]
    return new_notebook(cells=cells, metadata={"seglib": {"title": "T"}})


def test_no_file_is_no_notes(tmp_path):
    assert read_notes(tmp_path, "a", "nl") is None
    assert read_notes(_written(tmp_path, " \n"), "a", "nl") is None


def test_sections_are_read_in_the_language_of_the_report(tmp_path):
    notes = read_notes(_written(tmp_path, TEXT), "a", "nl")
    assert (notes.foreword, notes.name) == ("Beste lezer.", "a.nl.md")
    assert notes.interpretation.startswith("Wij denken zo.")
    assert read_notes(tmp_path, "a", "en") is None
    assert read_notes(_written(tmp_path, "# Foreword\nDear.", "a.en.md"), "a", "en").foreword


def test_a_comment_in_a_fence_and_a_mark_of_windows_are_no_heading(tmp_path):
    text = "\ufeff# Voorwoord\r\n\r\n```\r\n# geen kop\r\n```\r\n"
    assert "# geen kop" in read_notes(_written(tmp_path, text), "a", "nl").foreword


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Vorwoord\n\nX.", r"a\.nl\.md, line 1: 'Vorwoord' .* Did you mean 'Voorwoord'\?"),
        ("Los.\n\n# Duiding\nX.", r"line 1: 'Los\.' .*It has Voorwoord and Duiding"),
        ("# Voorwoord\nX.\n# Foreword\nY.", "line 3: 'Foreword'"),
        ("# Duiding\nX.\n\n# Duiding\nY.", "line 4: 'Duiding' stands there twice"),
        ("# Duiding\n\n", "line 1: 'Duiding' has no text under it"),
        ("# ../../x <script>\n\nX.", r"line 1: '\.\./\.\./x <script>'"),
        (b"# Voorwoord\n\n\xff", "a.nl.md is not UTF-8"),
    ],
)
def test_what_is_misspelt_is_named(tmp_path, text, said):
    with pytest.raises(ReportError, match=said):
        read_notes(_written(tmp_path, text), "a", "nl")


def test_an_interpretation_follows_the_answer_and_comes_before_the_exercises():
    doc = document(_notebook(), "nl", notes=Notes("n", "Beste.", "Wij denken.\n\n## Verder"))
    assert [block.text for block in doc.foreword] == ["Beste."]
    assert [block.text for block in doc.interpretation] == ["Wij denken.\n\n### Verder"]
    assert [block.text for block in doc.appendix] == ["## Oefening"]
    page = render.html(_notebook(), "nl", notes=Notes("n", "Beste.", "Wij denken.\n\n## Verder"))
    assert re.findall(r'<h[23] id="[^"]*">(.*?)</h', page)[:6] == [
        "Inhoud",
        "Voorwoord",
        "Antwoord",
        "Duiding",
        "Verder",
        "Oefening",
    ]
    assert page.count("geschreven door de auteurs") == 2
    assert check.problems(page) == []


def test_a_reference_in_a_note_that_leads_nowhere_names_its_file():
    with pytest.raises(ReportError, match=r"a\.nl\.md refers to @nergens"):
        document(_notebook(), "nl", notes=Notes("a.nl.md", "Zie @nergens."))
