"""Markdown, drawings and tables as parts of an accessible page."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_notebook import with_output

from seglib.errors import ReportError
from seglib.report import check, render
from seglib.report.document import EVIDENCE, FIGURE, TABLE, Block
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html
from seglib.report.view import with_sides

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><style>*{stroke-linejoin: round}</style>'
    '<path id="a"/><path id="ffffff" clip-path="url(#a)" style="fill: #ffffff"/></svg>'
)


def _drawn(svg, prefix="f1"):
    texts = {"title": "Title", "alt": "What is seen"}
    return inline(Block("figure", 3, svg, texts), prefix=prefix)


def test_equal_headings_get_different_ids():
    headings = Headings()
    html = to_html("## Één maat\n\n## Een maat\n\n## ???\n\n## Contents", headings, 1)
    assert [slug for slug, _ in headings.contents] == [
        "een-maat",
        "een-maat-2",
        "section",
        "contents-2",
    ]
    assert 'id="een-maat-2"' in html


def test_formulas_become_mathml():
    html = to_html("Met $a_i < b$ en\n\n$$\\frac{1}{2}$$", Headings(), 1)
    assert html.count("<math") == 2 and "$" not in html and "<mfrac>" in html


def test_a_formula_that_cannot_be_shown_names_its_cell():
    with pytest.raises(ReportError, match=r"formula .* of cell 9 cannot be shown as MathML"):
        to_html("$\\unknowncommand{$", Headings(), 9)


def test_a_table_in_text_has_scopes_and_can_be_scrolled():
    html = to_html("## Kop\n\n| a | b |\n|---|--:|\n| x | 1 |", Headings(), 1)
    assert html.count('scope="col"') == 2 and 'tabindex="0"' in html
    assert 'aria-labelledby="kop"' in html


def test_a_table_in_text_with_an_empty_heading_names_its_cell():
    with pytest.raises(ReportError, match="text of cell 4 has a column without a heading"):
        to_html("| a | |\n|---|---|\n| x | 1 |", Headings(), 4)


def test_ids_of_a_drawing_are_prefixed_and_colours_are_not():
    svg = _drawn(SVG)
    assert 'id="f1-a"' in svg and "url(#f1-a)" in svg
    assert "fill: #ffffff" in svg


def test_the_style_of_a_drawing_stays_inside_it():
    svg = _drawn(SVG)
    assert "<style" not in svg and 'style="stroke-linejoin: round"' in svg


def test_a_drawing_says_what_it_is_once():
    svg = _drawn(_drawn(SVG), prefix="f2")
    assert svg.count("<title") == svg.count("<desc") == 1
    assert 'role="img"' in svg and 'aria-labelledby="f2-title f2-desc"' in svg


def test_a_drawing_that_asks_for_something_outside_is_refused():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.org/a.png"/></svg>'
    with pytest.raises(ReportError, match=r"figure of cell 3 asks for 'https://example.org/a.png'"):
        _drawn(svg)


def test_a_drawing_that_is_no_svg_is_refused():
    with pytest.raises(ReportError, match="figure of cell 3 is not well-formed SVG"):
        _drawn("<svg>")


def test_numbers_go_to_the_right_unless_the_table_says_otherwise():
    rows = [["a", "1,2", "veel"], ["b", "−3", "weinig"]]
    table = {"columns": ["x", "y", "z"], "rows": rows}
    assert with_sides(table)["right"] == [False, True, False]
    assert with_sides({**table, "align": ["right", "left", "left"]})["right"][0] is True


def test_what_comes_from_data_is_escaped():
    nb = with_output({"text/plain": "<script>alert(1)</script>"})
    nb.metadata["seglib"]["title"] = "A <b> & c"
    page = render.html(nb, "nl")
    assert "<script" not in page and "A &lt;b&gt; &amp; c" in page


def test_evidence_shows_its_sentence_and_never_its_json():
    nb = with_output({EVIDENCE: {"claim": "C04", "secret": "xyzzy"}, "text/markdown": "**Steun.**"})
    page = render.html(nb, "nl")
    assert "<strong>Steun.</strong>" in page and "xyzzy" not in page


def test_code_is_folded_once_a_section_and_that_before_all_in_the_record():
    cells = [new_code_cell("setup"), new_markdown_cell("## A"), new_code_cell("a")]
    cells += [new_code_cell("b"), new_markdown_cell("## B"), new_code_cell("c")]
    nb = new_notebook(cells=cells, metadata={"seglib": {"title": "T"}})
    page = render.html(nb, "nl")
    main, record = page.split("</main>")
    assert re.findall(r"Code bij dit deel: cel ([\d, ]+)", main) == ["3, 4", "6"]
    assert main.index("cel 3, 4") < main.index("B</h2>") < main.index("cel 6")
    assert "setup" not in main and 'id="cell-1"' in record


def test_the_answer_to_an_exercise_is_folded_with_its_code():
    nb = with_output({"text/plain": "0,6"})
    assert "0,6" in re.sub("<details.*?</details>", "", render.html(nb, "nl"), flags=re.DOTALL)
    nb.cells[1].metadata["tags"] = ["exercise"]
    page = render.html(nb, "nl")
    assert "0,6" in page
    assert "0,6" not in re.sub("<details.*?</details>", "", page, flags=re.DOTALL)
    table = {TABLE: {"caption": "C", "columns": ["D"], "rows": [["0,6"]]}}
    nb.cells[1].outputs = with_output(table).cells[1].outputs
    assert page.count("0,6") == render.html(nb, "nl").count("0,6") == 1


def test_a_figure_brings_its_numbers_and_one_source_word():
    texts = {"title": "T", "alt": "A", "caption": "C", "source": "Bron: OIS"}
    texts["table"] = {"columns": ["jaar", "D"], "rows": [["2005", "43,2"]]}
    page = render.html(with_output({"image/svg+xml": SVG, FIGURE: texts}), "nl")
    assert page.count("Bron: OIS") == 1 and "43,2" in page
    assert check.problems(page) == []


def test_the_language_is_that_of_the_reader():
    nb = new_notebook(cells=[new_markdown_cell("## A")], metadata={"seglib": {"title": "T"}})
    assert '<html lang="en">' in render.html(nb, "en")
    assert "Direct naar de inhoud" in render.html(nb, "nl")
