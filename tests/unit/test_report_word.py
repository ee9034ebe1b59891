"""The Word file says what the page says: in its language, with text alternatives, as text."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from seglib.report.document import EVIDENCE, FIGURE, TABLE
from seglib.report.notes import Notes
from seglib.report.theme import THEMES, read_theme
from seglib.report.word import word

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><path d="M0 0H9V9z"/></svg>'
HOSTILE = (
    '<w:p>x</w:p> ]#eval("y") `#import "z"`{=typst} ${{=openxml}} "q" \'r\' & \u202e| \\ {} $a$'
)
COLUMNS, ROWS = ["Groep", "D"], [["=1+1", "43,2"], [HOSTILE, "40,1"]]


def output(data: dict[str, object], *tags: str) -> NotebookNode:
    cell = new_code_cell("it", execution_count=1, metadata={"tags": list(tags)})
    cell.outputs = [new_output("display_data", data=data)]
    return cell


def notebook() -> NotebookNode:
    """One of everything, with values that would be commands elsewhere."""
    table = {"caption": f"Tabel {HOSTILE}", "columns": COLUMNS, "rows": ROWS}
    figure = {"title": "T", "alt": "Een lijn daalt.", "caption": HOSTILE, "source": "Bron: OIS"}
    cells = [
        new_markdown_cell("## In het kort", metadata={"tags": ["summary"]}),
        new_markdown_cell("## Begin\n\nZie @lijn.[^1] $D = 1$\n\n[^1]: Een noot."),
        new_markdown_cell("```{=openxml}\n<w:p><w:r><w:t>raw</w:t></w:r></w:p>\n```"),
        new_markdown_cell("Twijfel.", metadata={"tags": ["certainty"]}),
        output({FIGURE: figure, "image/svg+xml": SVG}, "label:lijn"),
        output({TABLE: table}),
        output({"text/markdown": "![x](https://example.org/a.png) D daalt in " + HOSTILE}),
        output({EVIDENCE: {"claim": "C04", "lang": "nl"}, "text/markdown": "C.\n\nU.\n\n- een"}),
        output({"text/plain": HOSTILE}),
    ]
    run = {"canonical": True, "parameters": {"place": HOSTILE, "seed": 1}, "notebook": "00"}
    about = {"title": "Titel", "description": HOSTILE, "number": "00", "run": run}
    return new_notebook(cells=cells, metadata={"seglib": about})


NOTES = Notes("n.md", foreword="Voorwoord.\n\n`#x`{=openxml}", interpretation=f"{HOSTILE}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "a.docx"
    theme = read_theme(THEMES / "example" / "example.toml")
    word(notebook(), "nl", path, theme=theme, notes=NOTES)
    return path


def part(path: Path, name: str) -> str:
    return zipfile.ZipFile(path).read(name).decode("utf-8")


def test_it_is_in_its_language_and_says_what_it_is(made):
    document = docx.Document(str(made))
    about = document.core_properties
    assert about.language == "nl-NL" and about.author == "A. Voorbeeld; B. de Vries"
    assert about.title.startswith("Titel: <w:p>x</w:p>") and "Segregatie" in about.keywords
    assert 'w:val="nl-NL"' in re.search("<w:lang [^>]*>", part(made, "word/styles.xml"))[0]
    section = document.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert "Titel" in section.footer.paragraphs[0].text and "PAGE" in part(made, "word/footer1.xml")


def test_each_picture_is_sharp_and_has_words_that_are_not_its_caption(made):
    document = docx.Document(str(made))
    alts = [each.get("descr") for each in document.element.body.iter(qn("wp:docPr"))]
    assert alts == ["Voorbeeldinstituut", "Een lijn daalt."]
    assert "/tmp" not in part(made, "word/document.xml")
    captions = [p.text for p in document.paragraphs if p.style.name == "Image Caption"]
    assert len(captions) == 1 and alts[1] not in captions[0]
    held = zipfile.ZipFile(made)
    names = [name for name in held.namelist() if name.startswith("word/media/")]
    widths = {Image.open(io.BytesIO(held.read(name))).width for name in names}
    assert widths == {1890}  # 160 mm at 300 to the inch


def test_tables_repeat_their_headings_and_keep_their_rows_whole(made):
    document = docx.Document(str(made))
    assert len(document.tables) == 2
    for table in document.tables:
        rows = [row._tr for row in table.rows]
        assert [bool(list(row.iter(qn("w:tblHeader")))) for row in rows] == [
            True,
            *[False] * (len(rows) - 1),
        ]
        assert all(list(row.iter(qn("w:cantSplit"))) for row in rows)


def test_captions_and_headings_stay_with_what_they_are_of(made):
    styles = docx.Document(str(made)).styles
    for name in ("Heading 1", "Heading 2", "Table Caption", "Captioned Figure", "Box Title"):
        assert styles[name].paragraph_format.keep_with_next, name


def test_captions_count_themselves_and_are_linked_to(made):
    body = part(made, "word/document.xml")
    assert re.findall(r" SEQ (\w+) ", body) == ["Figuur", "Tabel"]
    assert 'w:name="figure-1"' in body and 'w:anchor="figure-1"' in body
    names = re.findall('<w:bookmarkStart [^>]*w:name="([^"]+)"', body)
    assert set(re.findall('w:anchor="([^"]+)"', body)) <= set(names)
    assert len(names) == len(set(names)) and max(map(len, names)) <= 40  # as Word wants them
    assert "Een noot." in part(made, "word/footnotes.xml")


def test_every_value_is_text_at_its_own_place(made):
    document = docx.Document(str(made))
    texts = [each.text for each in document.paragraphs]
    shown = HOSTILE.replace("\u202e", "")  # which would turn around what comes after it
    by_style = {
        name: [p.text for p in document.paragraphs if p.style.name == name]
        for name in ("Title", "Subtitle", "Image Caption", "Table Caption")
    }
    assert by_style["Title"] == [f"Titel: {shown}"] and by_style["Subtitle"] == [shown]
    assert by_style["Image Caption"] == [f"Figuur 1. {shown}"]
    assert by_style["Table Caption"][0] == f"Tabel 1. Tabel {shown}"
    assert document.tables[0].cell(1, 0).text == "=1+1"
    assert document.tables[0].cell(2, 0).text == shown
    assert document.tables[1].cell(1, 1).text == shown
    assert "<w:p><w:r><w:t>raw</w:t></w:r></w:p>" in texts  # to be read, not obeyed
    assert any('x D daalt in <w:p>x</w:p> ]#eval("y")' in text for text in texts)
    assert any(text.startswith("Uitvoer van cel 9: <w:p>x") for text in texts)


def test_nothing_is_asked_of_a_host(made):
    held = zipfile.ZipFile(made)
    for name in held.namelist():
        if name.endswith(".rels"):
            for target in re.findall(
                r"<Relationship [^>]*External[^>]*>", held.read(name).decode()
            ):
                assert "hyperlink" in target
    assert "example.org" not in "".join(n for n in held.namelist())


def test_the_theme_reaches_the_styles(made):
    document = docx.Document(str(made))
    heading = document.styles["Heading 1"]
    assert (heading.font.name, str(heading.font.color.rgb)) == ("Verdana", "231A2E")
    assert document.styles["Normal"].font.name == "Georgia"
    assert "6A1B4D" in part(made, "word/styles.xml")
    texts = "\n".join(each.text for each in document.paragraphs)
    for told in ("A. Voorbeeld, B. de Vries", "Voorbeeldfonds", "Het Voorbeeldinstituut bestaat"):
        assert told in texts


def test_an_authors_words_stand_under_their_own_headings(made):
    texts = [(p.style.name, p.text) for p in docx.Document(str(made)).paragraphs]
    headings = [text for style, text in texts if style == "Heading 1"]
    assert headings[:2] == ["In het kort", "Voorwoord"] and "Duiding" in headings
    assert ("First Paragraph", "Voorwoord.") in texts or ("Body Text", "Voorwoord.") in texts


def test_the_same_report_gives_the_same_bytes(made, tmp_path):
    theme = read_theme(THEMES / "example" / "example.toml")
    word(notebook(), "nl", tmp_path / "b.docx", theme=theme, notes=NOTES)
    assert (tmp_path / "b.docx").read_bytes() == made.read_bytes()


def test_it_is_english_and_plain_without_a_theme(tmp_path):
    nb = new_notebook(cells=[new_markdown_cell("# T\n\n## A\n\nb")])
    word(nb, "en", tmp_path / "c.docx")
    document = docx.Document(str(tmp_path / "c.docx"))
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.author == "seglib"
    assert not document.inline_shapes
