"""The PDF is tagged, in its language, the same bytes twice, and refuses what cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest
import typst
from nbformat.v4 import new_markdown_cell, new_notebook
from small_notebook import executed, reports, with_output  # noqa: F401

from seglib.errors import ReportError
from seglib.report.document import FIGURE, TABLE
from seglib.report.notes import Notes
from seglib.report.pdf import compile_typst, pdf
from seglib.report.theme import THEMES, read_theme

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9"/></svg>'
HOSTILE = '<w:p>x</w:p> ]#eval("y") `#import "z"`{=typst} ${{=openxml}} "q" \'r\' & \u202e| {} $a$'


def read(path: Path) -> str:
    """All that a PDF says, with single spaces."""
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return re.sub(r"\s+", " ", text)


def test_the_same_notebook_gives_the_same_bytes(executed, reports, tmp_path):  # noqa: F811
    pdf(executed, "nl", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (reports / "nl" / "00-klein-stad.pdf").read_bytes()


def test_the_setting_settles_without_a_remark_of_typst(executed, tmp_path, monkeypatch):  # noqa: F811
    remarks = []

    def compiled(*arguments, **options):
        made, found = typst.compile_with_warnings(*arguments, **options)
        remarks.extend(found)
        return made

    monkeypatch.setattr(typst, "compile", compiled)
    executed.cells[-1].source, executed.cells[-1].outputs = "x", executed.cells[-7].outputs
    pdf(executed, "nl", tmp_path / "a.pdf")
    assert remarks == []


def test_it_declares_the_standard_and_the_language(reports):  # noqa: F811
    for lang in ("nl", "en"):
        content = (reports / lang / "00-klein-stad.pdf").read_bytes()
        assert b"pdfuaid" in content and b"/MarkInfo" in content
        assert f"/Lang ({lang})".encode() in content or f"/Lang({lang})".encode() in content


def test_a_figure_without_text_alternative_is_refused(tmp_path):
    data = {FIGURE: {"title": "T", "alt": "", "caption": "C"}, "image/svg+xml": SVG}
    with pytest.raises(ReportError, match="figure of cell 2 has no alt"):
        pdf(with_output(data), "nl", tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_typst_itself_refuses_a_figure_without_text_alternative(tmp_path):
    (tmp_path / "a.svg").write_text(SVG)
    (tmp_path / "a.typ").write_text('#set document(title: "T")\n= T\n#image("a.svg")')
    with pytest.raises(ReportError, match=r"Typst refuses .*PDF/UA-1.*missing alt text"):
        compile_typst(tmp_path / "a.typ")


def test_prose_cannot_break_the_setting(tmp_path):
    text = r"A # b * c _d_ $5 \< @x `code` <br> [link](https://example.org) “q” 1\. ~ # 'a' <x@y.z>"
    pdf(with_output({"text/markdown": text}), "nl", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_every_value_is_text_at_its_own_place(tmp_path):
    table = {"caption": f"T1 {HOSTILE}", "columns": ["A", "B"], "rows": [[HOSTILE, "1"]]}
    figure = {"title": "T", "alt": "Een lijn.", "caption": f"F1 {HOSTILE}", "source": HOSTILE}
    nb = with_output({TABLE: table})
    nb.cells[1].outputs += with_output({FIGURE: figure, "image/svg+xml": SVG}).cells[1].outputs
    nb.cells[1].outputs += with_output({"text/plain": f"O1 {HOSTILE}"}).cells[1].outputs
    nb.cells[0].source += '\n\n```{=typst}\n#panic("raw")\n```'
    picture = {"text/markdown": "![pic](https://example.org/a.png)"}
    nb.cells[1].outputs += with_output(picture).cells[1].outputs
    about = {"title": "Titel", "description": f"D1 {HOSTILE}", "number": "00"}
    nb.metadata["seglib"] |= about
    nb.metadata["seglib"]["run"]["parameters"] = {"place": HOSTILE}
    pdf(nb, "nl", tmp_path / "a.pdf", notes=Notes("n.md", "", f"N1 {HOSTILE}\n\n`#x`{{=typst}}"))
    said = read(tmp_path / "a.pdf")
    shown = HOSTILE.replace("\u202e", "")
    for before in ("Titel:", "D1", "T1", "F1", "O1"):
        assert f"{before}{shown}".replace(" ", "") in said.replace(" ", ""), before  # lines break
    assert '#panic("raw")' in said and "#x{=typst}" in said
    assert f"N1 {shown[:20]}" in said
    assert b"example.org" not in (tmp_path / "a.pdf").read_bytes()


def test_the_theme_and_the_author_reach_the_pdf(tmp_path):
    nb = with_output({"text/markdown": "Een zin."})
    theme = read_theme(THEMES / "example" / "example.toml")
    pdf(nb, "nl", tmp_path / "a.pdf", theme=theme, notes=Notes("n.md", "Vooraf.", "Achteraf."))
    found, said = pypdf.PdfReader(tmp_path / "a.pdf"), read(tmp_path / "a.pdf")
    about = found.metadata
    assert about.author == "A. Voorbeeld, B. de Vries" and about.title == "T"
    assert (about.creation_date.year, about.creation_date.month) == (2026, 11)
    assert "Segregatie in Nederland" in about.get("/Keywords")
    for told in ("Voorwoord", "Vooraf.", "Duiding", "Achteraf.", "Voorbeeldfonds", "Colofon"):
        assert told in said
    fonts = {
        str(f)
        for page in found.pages
        for f in page["/Resources"]["/Font"].values()
        for f in [f.get_object()["/BaseFont"]]
    }
    assert any("DejaVuSerif" in font for font in fonts) and not any(
        "Libertinus" in f for f in fonts
    )


def test_figures_are_drawings_and_links_lead_to_them(tmp_path):
    figure = {"title": "T", "alt": "Een lijn.", "caption": "C."}
    nb = with_output({FIGURE: figure, "image/svg+xml": SVG})
    nb.cells[0].source, nb.cells[1].metadata["tags"] = "## Begin\n\nZie @lijn.", ["label:lijn"]
    pdf(nb, "nl", tmp_path / "a.pdf")
    found = pypdf.PdfReader(tmp_path / "a.pdf")
    links = [each for page in found.pages for each in page.get("/Annots", [])]
    assert [each.get_object()["/Subtype"] for each in links].count("/Link") >= 2  # contents, figure
    assert not [image for page in found.pages for image in page.images]
    assert "Zie figuur 1." in read(tmp_path / "a.pdf")


def test_a_wide_table_lies_on_its_side_and_repeats_its_headings(tmp_path):
    columns = ["Gemeente", *(f"Een lange kop {n}" for n in range(9))]
    rows = [["Bergen op Zoom", *["26,4 tot 26,8"] * 9] for _ in range(60)]
    nb = with_output({TABLE: {"caption": "Breed", "columns": columns, "rows": rows}})
    nb.cells += with_output({"text/markdown": "Daarna."}).cells[1:]
    pdf(nb, "nl", tmp_path / "a.pdf")
    pages = pypdf.PdfReader(tmp_path / "a.pdf").pages
    flat = [page for page in pages if page.mediabox.width > page.mediabox.height]
    assert len(flat) > 1 and not {0, len(pages) - 1} & {each.page_number for each in flat}
    for page in flat:
        assert "Gemeente" in page.extract_text()
    assert sum(page.extract_text().count("Bergen op") for page in flat) == 60
    assert f"{len(pages)} / {len(pages)}" in re.sub(r"\s+", " ", pages[-1].extract_text())


def test_a_table_of_long_texts_goes_on_and_leaves_no_page_half_empty(tmp_path):
    rows = [[f"Onderzoek {n}", "Een lange uitkomst in woorden. " * 12] for n in range(10)]
    nb = with_output({TABLE: {"caption": "C", "columns": ["Wie", "Wat"], "rows": rows}})
    nb.cells.insert(1, new_markdown_cell("\n\n".join(["Een regel."] * 20)))
    pdf(nb, "nl", tmp_path / "a.pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "a.pdf").pages]
    held = [page for page in pages if "Onderzoek" in page]
    assert len(held) > 1 and "Een regel." in held[0]
    assert all("Wie" in page for page in held)


def test_a_line_stays_with_the_list_that_it_leads_to(tmp_path):
    for many in range(36, 41):  # one of these ends a page just there
        text = "\n\n".join(["Een regel."] * many + ["Aanloop:", "- een\n- twee"])
        nb = new_notebook(cells=[new_markdown_cell(text)], metadata={"seglib": {"title": "T"}})
        pdf(nb, "nl", tmp_path / "a.pdf")
        pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "a.pdf").pages]
        (led,) = [page for page in pages if "Aanloop" in page]
        assert "een\n" in led.partition("Aanloop")[2], many


def test_a_formula_cannot_become_a_command(tmp_path):
    formulas = ('\\text{a" + panic("x") + "b}', '\\text{#panic("y")}', "z \\# panic", 'panic("w")')
    nb = with_output({"text/markdown": "\n\n".join(f"${each}$" for each in formulas)})
    pdf(nb, "nl", tmp_path / "a.pdf")
    said = read(tmp_path / "a.pdf")
    for shown in ('a" + panic("x") + "b', '#panic("y")', 'panic("w")'):
        assert shown in said
