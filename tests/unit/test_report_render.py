"""Markdown, drawings and tables as parts of an accessible page."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_notebook import with_output

from seglib.claims import claim
from seglib.errors import ReportError
from seglib.report import check, render
from seglib.report.document import EVIDENCE, FIGURE, TABLE, Block, document
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html
from seglib.report.notes import Notes
from seglib.report.theme import THEMES, default_theme, read_theme
from seglib.report.view import citation, evidence_parts, with_sides
from seglib.sources.catalogue import data_folder, read_register

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


HOSTILE = (
    "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'</style></title>{{ 7*7 }}{% raw %}"
    "[x](javascript:alert(1))![y](http://a.org/y.png)[@nobody]@nobody <a href=//a.org>z</a>\u202e"
)


def _hostile():
    """A notebook that says the same hostile thing wherever data may speak."""
    table = {"caption": HOSTILE, "columns": [HOSTILE], "rows": [[HOSTILE]]}
    figure = {"title": HOSTILE, "alt": f"a{HOSTILE}", "caption": HOSTILE, "source": HOSTILE}
    evidence = {"claim": "C04", "reasons": [HOSTILE], "source": HOSTILE, "lang": "nl"}
    told = f"**C04.** {HOSTILE}\n\nUitkomst: x. {HOSTILE}\n\n- {HOSTILE}"
    outputs = [
        {"text/plain": HOSTILE},
        {"text/markdown": f"Over {HOSTILE}."},
        {TABLE: table},
        {FIGURE: {**figure, "table": table}, "image/svg+xml": SVG},
        {EVIDENCE: evidence, "text/markdown": told},
    ]
    nb = with_output({"text/plain": "x"})
    nb.cells += [with_output(data).cells[1] for data in outputs]
    nb.cells[1].source = HOSTILE
    run = {"parameters": {"place": HOSTILE, "groups": [HOSTILE]}, "notebook": HOSTILE}
    nb.metadata["seglib"] = {"title": HOSTILE, "description": HOSTILE, "run": run}
    return nb


def test_a_hostile_value_is_text_wherever_it_stands():
    theme = replace(
        default_theme(),
        authors=(HOSTILE,),
        publisher=HOSTILE,
        funder=HOSTILE,
        colophon=dict.fromkeys(("nl", "en"), HOSTILE),
    )
    escaped = HOSTILE.replace("@", "\\@").replace("![", "!\\[")
    page = render.html(_hostile(), "nl", theme=theme, notes=Notes("n", escaped, escaped))
    assert check.problems(page) == []
    soup = BeautifulSoup(page, "html.parser")
    assert soup.select("script, img, iframe, object, embed, form, input, base") == []
    named = [name for tag in soup.find_all(True) for name in tag.attrs]
    assert [name for name in named if name.startswith("on")] == []
    assert {urlsplit(link["href"]).scheme for link in soup.select("a")} <= {"", "https"}
    assert "7*7" in page and ">49<" not in page
    for place in ("title", "h1", ".lede", ".by", "caption", "figcaption", "td", "pre", ".evidence"):
        shown = " ".join(tag.get_text() for tag in soup.select(place))
        assert "<script>alert(1)</script>" in shown, place
    assert soup.get_text().count("<script>alert(1)</script>") > 20


def test_a_claim_is_read_by_its_outcome_and_folds_its_numbers():
    known = claim("C04")
    data = {"claim": "C04", "reasons": ["Nul ligt erin.", "Het teken hangt."], "lang": "nl"}
    text = (
        f"**C04.** {known.statement['nl']}\n\nUitkomst: **gemengd** (Delft). Nul ligt erin. "
        f"Het teken hangt.\n\n- D: 1,2\n\nLet op: {known.caveat['nl']}\n\nRegel: x."
    )
    told = evidence_parts(Block("evidence", 1, text, data))
    assert told["claim"] == known.statement["nl"]
    assert told["outcome"] == "Uitkomst: **gemengd** (Delft)."
    assert told["reasons"] == "Nul ligt erin. Het teken hangt."
    assert told["caveat"] == f"Let op: {known.caveat['nl']}"
    assert told["numbers"] == "- D: 1,2\n\nRegel: x."
    assert told["section"] == "Synthese, deel 2 (stand van zaken)"
    page = render.html(with_output({EVIDENCE: data, "text/markdown": text}), "nl")
    open_part = re.sub("<details.*?</details>", "", page, flags=re.DOTALL)
    assert "gemengd" in open_part and known.caveat["nl"] in open_part
    assert "D: 1,2" in page and "D: 1,2" not in open_part


def test_long_reasons_are_folded_with_the_figures():
    reasons = ["Een reden die lang is. " * 30]
    text = f"**C04.** Stelling.\n\nUitkomst: **steun**. {reasons[0].strip()}\n\n- cijfers"
    data = {"claim": "C04", "reasons": [reasons[0].strip()], "lang": "nl"}
    told = evidence_parts(Block("evidence", 1, text, data))
    assert told["outcome"] == "Uitkomst: **steun**." and len(told["reasons"]) < 100
    assert told["numbers"].startswith("Een reden") and told["numbers"].endswith("- cijfers")


def test_a_claim_in_one_sentence_stays_that():
    told = evidence_parts(Block("evidence", 1, "Steun.", {"claim": "nergens"}))
    assert (told["claim"], told["outcome"], told["numbers"]) == ("Steun.", "", "")


def test_the_page_says_how_to_cite_it_and_from_which_data_it_was_made():
    nb = with_output(
        {EVIDENCE: {"claim": "C04", "source": "ois-amsterdam-panel"}, "text/markdown": "x"}
    )
    run = {"parameters": {"place": "Delft"}, "years": [2015], "version": "9.1", "sha256": 16 * "ab"}
    nb.metadata["seglib"] |= {"number": "01", "run": run}
    theme = replace(
        default_theme(), authors=("A. B", "C"), date="2026-01-31", version="2", publisher="P"
    )
    said = citation(document(nb, "nl"), theme)
    assert said == (
        "A. B, C (2026). T: Delft, 2015. Segregatie in Nederland, werkboek 01. P. Versie 2. "
        "Gemaakt met seglib 9.1. Vingerafdruk abababababab."
    )
    assert citation(document(nb, "en")).startswith("T: Delft, 2015. Segregation in the Netherlands")
    page = render.html(nb, "nl", theme=theme)
    promised = read_register("checksums.toml", data_folder())["sha256"]
    assert f"SHA-256 {promised['tables/ois-amsterdam-panel.csv'][:12]}." in page
    assert "A. B, C · P · 31 januari 2026" in page


def test_a_theme_brings_its_colours_after_those_of_the_page():
    theme = read_theme(next((THEMES / "example").glob("*.toml")))
    page = render.html(with_output({"text/plain": "x"}), "nl", theme=theme)
    assert page.index("--ink:") < page.rindex(f"--accent: {theme.light['accent']}")
    logo = BeautifulSoup(page, "html.parser").select_one("header img")
    assert logo["src"] == theme.logo_uri and logo["alt"] == theme.logo_alt["nl"]
    assert check.problems(page) == []


def test_html_in_a_text_is_text_but_for_a_folded_answer():
    html = to_html("<b>a</b> <details><summary>O</summary>\n\nx\n\n</details>", Headings(), 1)
    assert "&lt;b&gt;a&lt;/b&gt;" in html and "<details><summary>O</summary>" in html
    assert to_html("<div onclick=x>\n\nb", Headings(), 1).startswith("<p>&lt;div onclick=x&gt;")
