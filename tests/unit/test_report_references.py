"""Citations, cross-references, notes and terms become links that lead somewhere."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_notebook import with_output

from seglib.errors import ReportError
from seglib.language import check_wording
from seglib.report import check, render
from seglib.report.document import FIGURE, TABLE, document
from seglib.report.glossary import entries, explained
from seglib.sources.catalogue import data_folder

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
TEXTS = {"title": "T", "alt": "A", "caption": "C", "source": "S"}
CITED = "Zie [@duncan1955, p. 211] en @elbers2021."


def _labelled(text, *, drawn=True):
    """A notebook whose second cell, labelled ``course``, may make a figure, with a text after."""
    nb = with_output({"image/svg+xml": SVG, FIGURE: TEXTS})
    nb.cells[1].metadata["tags"] = ["figure", "label:course"]
    if not drawn:
        nb.cells[1].outputs = []
    nb.cells.append(new_markdown_cell(text))
    return nb


def _prose(*texts):
    cells = [new_markdown_cell(text) for text in texts]
    return new_notebook(cells=cells, metadata={"seglib": {"title": "T"}})


def test_a_label_becomes_the_number_of_its_figure():
    doc = document(_labelled("In @course daalt de lijn. @course toont meer."), "nl")
    said = "In [figuur 1](#figure-1) daalt de lijn. [Figuur 1](#figure-1) toont meer."
    assert doc.body[-1].text == said
    assert check.problems(render.html(_labelled("Zie @course."), "nl")) == []


def test_a_table_has_labels_too_in_the_language_of_the_reader():
    nb = _labelled("See @course.")
    nb.cells[1].outputs = (
        with_output({TABLE: {"caption": "C", "columns": ["a"], "rows": [["1"]]}}).cells[1].outputs
    )
    assert document(nb, "en").body[-1].text == "See [table 1](#table-1)."


def test_a_figure_that_this_place_does_not_have_is_said_in_words():
    doc = document(_labelled("Zie @course.", drawn=False), "nl")
    assert doc.body[-1].text == "Zie een figuur of tabel die er voor deze plaats niet is."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zie @cuorse.", r"Cell 3 refers to @cuorse.*Did you mean @course\?"),
        ("Zie [@duncan1956].", r"Cell 3 refers to @duncan1956.*Did you mean @duncan1955\?"),
        ("Aan @iedereen.", r"@iedereen, which is no label.*Write \\@"),
        ("Zie[^1].", r"Cell 3 has a footnote \[\^1\] without a text"),
        ("![kaart](kaart.png)", r"Cell 3 holds an image, '!\[kaart"),
    ],
)
def test_what_leads_nowhere_is_named(text, said):
    with pytest.raises(ReportError, match=said):
        document(_labelled(text), "nl")


def test_code_addresses_and_mail_hold_no_references():
    text = "Stuur naar a@b.nl, zie `@x`, \\@y, $@z$ en [hier](https://a.org/@b).\n\n```\n@q\n```"
    assert document(_prose(text), "nl").body[0].text == text


def test_a_work_is_cited_by_author_and_year_and_listed_once():
    doc = document(_prose(CITED, "Weer [@duncan1955]."), "nl")
    assert doc.body[0].text == (
        "Zie ([Duncan en Duncan 1955, 211](#ref-duncan1955)) en Elbers ([2021](#ref-elbers2021))."
    )
    assert [each.key for each in doc.references] == ["duncan1955", "elbers2021"]
    assert "20 (2): 210–17. <https://doi.org/10.2307/2088328>" in doc.references[0].text
    assert "Duncan and Duncan" in document(_prose(CITED), "en").body[0].text
    assert document(_prose("Niets."), "nl").references == ()


def test_a_name_with_a_particle_is_cited_whole():
    doc = document(_prose("Zie @vandermeer2014 en [@wrr2018]."), "en")
    assert "Zie Van der Meer and Tolsma ([2014]" in doc.body[0].text
    assert [(each.key, each.lang) for each in doc.references] == [
        ("vandermeer2014", "en"),
        ("wrr2018", "nl"),
    ]


def test_each_work_says_where_its_facts_were_read_and_enough_to_be_found():
    text = (data_folder() / "references.bib").read_text("utf-8")
    works = re.findall(r"((?:^%[^\n]*\n)*)^@\w+\{(\w+),\n(.*?)^\}", text, re.M | re.S)
    assert len(works) > 10 and len(works) == len(re.findall("^@", text, re.M))
    assert [key for _, key, _ in works] == sorted(key for _, key, _ in works)
    for checked, key, fields in works:
        held = dict(re.findall(r"^  (\w+) = \{(.*)\},$", fields, re.M))
        assert checked, key
        assert {"author", "title", "year"} < set(held) and held["year"] == key[-4:], key
        assert held.get("doi", held.get("pages", held.get("isbn"))), key
        assert not re.search(r"\d-\d", held.get("pages", "")), key


def test_the_page_lists_the_works_and_links_each_citation_to_one():
    page = render.html(_prose(CITED), "nl")
    assert '<li id="ref-elbers2021" lang="en">Elbers, Benjamin. 2021.' in page
    assert '<li id="ref-elbers2021">' in render.html(_prose(CITED), "en")
    assert '<a href="#ref-elbers2021">2021</a>' in page
    assert check.problems(page) == []


def test_notes_are_numbered_over_the_whole_report_and_lead_back():
    nb = _prose("Een[^a], nog eens[^a].\n\n[^a]: Eerste *noot*.", "Twee[^a].\n\n[^a]: Tweede.")
    assert "[^2]: Tweede." in document(nb, "nl").body[1].text
    page = render.html(nb, "nl")
    notes = re.findall(r'<li id="note-(\d)" value="\1">(.*?) <a class="back" href="#(\S+)"', page)
    assert notes == [
        ("1", "Eerste <em>noot</em>.", "noteref-1"),
        ("2", "Tweede.", "noteref-2"),
    ]
    assert check.problems(page) == []


def test_a_term_is_linked_where_it_is_first_used_and_nowhere_else():
    texts = [
        "## De toevalsmarge",
        "| toevalsmarge |\n|---|\n| x |",
        "Zie [toevalsmarge](#kop), `toevalsmarge` en de band van toevalsmarges.",
        "Nog een toevalsmarge.",
    ]
    told, terms = explained(texts, "nl")
    assert told[:2] == texts[:2] and told[3] == texts[3]
    assert told[2].endswith("en de band van [toevalsmarges](#term-chance-margin).")
    assert [term.key for term in terms] == ["chance-margin"]


def test_a_symbol_is_a_term_only_as_it_is_written():
    told, _ = explained(["d is niet D, en D-dag ook niet; D wel."], "nl")
    assert told == ["d is niet [D](#term-dissimilarity), en D-dag ook niet; D wel."]


def test_terms_stand_in_the_order_in_which_a_reader_meets_them():
    nb = _prose("De isolatie-index.", "## In het kort\n\nM en H.")
    nb.cells[1].metadata["tags"] = ["summary"]
    keys = [term.key for term in document(nb, "nl").terms]
    assert keys == ["mutual-information", "information", "isolation"]


def test_a_term_can_be_opened_where_it_stands_and_looked_up_in_the_list():
    page = render.html(_prose("Zo heet een (*toevalsmarge*), en **M**."), "nl")
    (target,) = re.findall(r'popovertarget="(about-chance-margin)"', page)
    assert page.count(f'popover class="about" id="{target}"') == 1
    assert '<dt id="term-chance-margin">toevalsmarge</dt>' in page
    assert check.problems(page) == []


def test_every_term_explains_itself_in_both_languages_and_claims_no_cause():
    keys = {lang: [term.key for term, _ in entries(lang)] for lang in ("nl", "en")}
    assert keys["nl"] == keys["en"] and len(keys["nl"]) > 10
    for lang in ("nl", "en"):
        for term, forms in entries(lang):
            assert forms.search(term.name.partition(" (")[0]), term
            assert term.text.endswith(".") and check_wording(term.text, lang) == []


def test_boxes_of_certainty_that_follow_each_other_are_one():
    nb = with_output({"text/markdown": "De marge is 1,2."})
    nb.cells[1].metadata["tags"] = ["certainty"]
    nb.cells.insert(1, new_markdown_cell("Let op.", metadata={"tags": ["certainty"]}))
    nb.cells.append(new_code_cell("x", metadata={"tags": []}))
    (box,) = document(nb, "nl").blocks("certainty")
    assert box.text == "Let op.\n\nDe marge is 1,2."
    page = render.html(nb, "nl")
    assert page.count('role="note" aria-label="Hoe zeker is dit?"') == 1
    nb.cells.insert(2, new_markdown_cell("Tussendoor."))
    assert len(document(nb, "nl").blocks("certainty")) == 2
