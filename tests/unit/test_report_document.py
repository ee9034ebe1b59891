"""What a report is made of: order, language, numbers, and what it refuses."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small_notebook import with_output

from seglib.errors import LanguageError, ReportError
from seglib.report.document import EVIDENCE, FIGURE, TABLE, document, words
from seglib.report.view import record_rows

FIGURE_TEXTS = {"title": "T", "alt": "A", "caption": "C", "source": "S"}


def _notebook(*cells):
    return new_notebook(cells=list(cells), metadata={"seglib": {"title": {"nl": "T", "en": "T"}}})


def _markdown(text, *tags):
    return new_markdown_cell(text, metadata={"tags": list(tags)})


def test_a_reader_meets_one_language_and_what_has_none():
    nb = _notebook(_markdown("Dag", "nl"), _markdown("Hello", "en"), _markdown("2 + 2"))
    assert [block.text for block in document(nb, "nl").body] == ["Dag", "2 + 2"]
    assert [block.text for block in document(nb, "en").body] == ["Hello", "2 + 2"]


def test_the_summary_stands_last_in_the_notebook_and_first_in_the_report():
    nb = _notebook(_markdown("## Begin"), _markdown("## In het kort", "nl", "summary"))
    assert [block.text for block in document(nb, "nl").summary] == ["## In het kort"]


def test_cells_are_numbered_as_the_author_sees_them():
    nb = _notebook(_markdown("x"), new_code_cell("1"), new_code_cell("2"))
    nb.cells.insert(1, new_code_cell("a = 1", metadata={"tags": ["injected-parameters"]}))
    assert [block.cell for block in document(nb, "nl").body] == [1, 2, 3]


def test_the_title_of_the_notebook_is_not_said_twice():
    nb = new_notebook(cells=[_markdown("# Herkomst\n\nVraag.")])
    doc = document(nb, "nl")
    assert (doc.title, doc.body[0].text) == ("Herkomst", "Vraag.")


def test_a_comment_in_a_code_fence_is_no_title():
    nb = _notebook(_markdown("# T"), _markdown("```\n# comment\n```"))
    assert "# comment" in document(nb, "nl").body[1].text


def test_a_second_title_is_refused():
    with pytest.raises(ReportError, match=r"Cell 2 holds a second title, 'B'.*##"):
        document(_notebook(_markdown("# A"), _markdown("# B")), "nl")


def test_a_report_needs_a_title():
    with pytest.raises(ReportError, match="no title in 'nl'"):
        document(new_notebook(cells=[_markdown("Dag")]), "nl")


def test_the_place_stands_beside_the_title_or_in_it():
    nb = _notebook(_markdown("x"))
    nb.metadata["seglib"]["run"] = {"parameters": {"place": ["Delft", "Gouda"]}}
    assert document(nb, "nl").full_title == "T: Delft, Gouda"
    nb.metadata["seglib"]["title"] = "Wonen in {place}"
    assert document(nb, "nl").full_title == "Wonen in Delft, Gouda"


def test_another_language_is_refused():
    with pytest.raises(LanguageError, match=r"'nl' or 'en', not in 'fr'"):
        document(_notebook(), "fr")


def test_both_languages_have_the_same_words():
    assert words("nl").keys() == words("en").keys()


@pytest.mark.parametrize("name", ["title", "alt", "caption"])
def test_a_figure_without_its_texts_is_refused(name):
    data = {"image/svg+xml": "<svg/>", FIGURE: {**FIGURE_TEXTS, name: " "}}
    with pytest.raises(ReportError, match=f"figure of cell 2 has no {name}"):
        document(with_output(data), "nl")


def test_a_figure_whose_alternative_repeats_its_caption_is_refused():
    data = {"image/svg+xml": "<svg/>", FIGURE: {**FIGURE_TEXTS, "alt": "C "}}
    with pytest.raises(ReportError, match="figure of cell 2 says in its alt only what its caption"):
        document(with_output(data), "nl")


def test_a_table_without_caption_is_refused():
    with pytest.raises(ReportError, match="table of cell 2 has no caption"):
        document(with_output({TABLE: {"caption": "", "columns": ["a"], "rows": []}}), "nl")


def test_a_table_with_an_empty_heading_is_refused():
    with pytest.raises(ReportError, match="table of cell 2 has no heading of column 2"):
        document(with_output({TABLE: {"caption": "c", "columns": ["a", ""], "rows": []}}), "nl")


@pytest.mark.parametrize("kind", ["image/png", "text/html", "image/svg+xml"])
def test_what_has_no_text_alternative_is_refused(kind):
    with pytest.raises(ReportError, match=r"Cell 2 gives .* without a text alternative"):
        document(with_output({kind: "x", "text/plain": "x"}), "nl")


def test_a_warning_stops_a_canonical_run_and_is_shown_in_another():
    nb = with_output({"text/plain": "x"})
    nb.cells[1].outputs = [new_output("stream", name="stderr", text="one\nCareful!\n")]
    with pytest.raises(ReportError, match="Cell 2 wrote to stderr: 'Careful!'"):
        document(nb, "nl")
    nb.metadata["seglib"]["run"]["canonical"] = False
    assert document(nb, "nl").blocks("warning")[0].text == "one\nCareful!"


def test_a_failed_cell_is_refused():
    nb = with_output({"text/plain": "x"})
    nb.cells[1].outputs = [new_output("error", ename="KeyError", evalue="'a'", traceback=[])]
    with pytest.raises(ReportError, match="Cell 2 stopped with KeyError: 'a'"):
        document(nb, "nl")


def test_parameters_are_said_in_words():
    nb = _notebook()
    given = {"years": [], "level": "", "fast": True, "share": 0.5, "groups": ["a", "b"]}
    nb.metadata["seglib"]["run"] = {"parameters": given}
    nb = nbformat.from_dict(nb)
    shown = dict(record_rows(document(nb, "nl")))
    assert shown["years"] == shown["level"] == "(alles wat er is)"
    assert (shown["fast"], shown["share"], shown["groups"]) == ("ja", "0,5", "a, b")


def _evidence(*periods):
    cells = [
        with_output(
            {EVIDENCE: {"claim": "C04", "period": list(period)}, "text/markdown": "x"}
        ).cells[1]
        for period in periods
    ]
    return _notebook(_markdown("## A"), *cells)


@pytest.mark.parametrize(
    ("run", "periods", "where"),
    [
        ({"place": "Delft"}, [(2015,), (2015,), ()], "Delft, 2015"),
        ({"place": "Delft"}, [(2005, 2017), (2009,)], "Delft, 2005–2017"),
        ({"place": "Delft"}, [], "Delft"),
        ({}, [(2015,)], "2015"),
        ({"place": "Delft", "wijk": ""}, [(2015,)], "Delft, 2015"),
        ({"place": "Delft", "wijk": "Hof"}, [(2015,)], "Hof (Delft), 2015"),
        ({"place": "Delft 2015"}, [(2015,)], "Delft 2015"),
        ({"place": ["Delft", "Gouda"]}, [(2005,), (2017,)], "Delft, Gouda, 2005–2017"),
    ],
)
def test_the_reference_years_stand_beside_the_title(run, periods, where):
    nb = _evidence(*periods)
    nb.metadata["seglib"]["run"] = {"parameters": run}
    assert document(nb, "nl").where == where


def test_the_run_decides_its_years_and_a_title_may_hold_them():
    nb = _evidence((2005, 2017))
    nb.metadata["seglib"] |= {"run": {"years": [2015], "parameters": {"place": "{year}"}}}
    assert document(nb, "nl").full_title == "T: {year}, 2015"
    nb.metadata["seglib"]["title"] = "Wonen in {place}, {year}"
    assert document(nb, "nl").full_title == "Wonen in {year}, 2015"
    nb.metadata["seglib"]["run"]["years"] = [2005, 2009, 2017]
    assert document(nb, "nl").title == "Wonen in {year}, 2005–2017"
    nb.metadata["seglib"]["title"] = "Wonen"
    assert document(nb, "nl").full_title == "Wonen: {year}, 2005–2017"


def test_exercises_and_the_account_of_sources_come_after_the_argument():
    nb = _notebook(_markdown("A"), _markdown("Oefen", "exercise"), _markdown("B", "colophon"))
    doc = document(nb, "nl")
    assert [block.text for block in doc.body] == ["A"]
    assert [block.text for block in doc.appendix] == ["Oefen", "B"]
