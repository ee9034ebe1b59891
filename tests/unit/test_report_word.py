"""The Word file says what the page says: in its language, with text alternatives, as text."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path, PurePosixPath

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
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
        new_markdown_cell("## Begin\n\nZie @lijn.[^1] $D = 1$ @duncan1955\n\n[^1]: Een noot."),
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
    across = [int(each.get("cx")) / 914_400 for each in document.element.body.iter(qn("wp:extent"))]
    assert max(across) * 200 < 1890  # as it is shown, sharper than 200 to the inch


def test_word_finds_all_that_the_file_speaks_of(made):
    """What Word asks before it opens a file without an offer to repair it."""
    held = zipfile.ZipFile(made)
    parts = {n: etree.fromstring(held.read(n)) for n in held.namelist() if "media/" not in n}
    for name in filter(lambda name: name.endswith(".rels"), parts):
        folder = PurePosixPath(name).parent.parent
        for each in parts[name]:
            inside = each.get("TargetMode") != "External"
            assert not inside or str(folder / each.get("Target")) in held.namelist(), name
    styles = {style.get(qn("w:styleId")) for style in parts["word/styles.xml"]}
    for tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"):
        named = {e.get(qn("w:val")) for part in parts.values() for e in part.iter(qn(f"w:{tag}"))}
        assert named <= styles, tag
    body = parts["word/document.xml"]
    lists = {each.get(qn("w:numId")) for each in parts["word/numbering.xml"].iter(qn("w:num"))}
    assert {each.get(qn("w:val")) for each in body.iter(qn("w:numId"))} <= lists
    for tag, name in (("wp:docPr", "id"), ("w:bookmarkStart", qn("w:id"))):
        numbers = [each.get(name) for each in body.iter(qn(tag))]
        assert len(numbers) == len(set(numbers)) > 1, tag


def test_it_opens_in_the_ways_of_today_and_in_the_marks_of_its_language(made):
    settings = part(made, "word/settings.xml")
    assert 'w:name="compatibilityMode"' in settings and 'w:val="15"' in settings
    assert settings.index("<w:compat>") < settings.index("<w:rsids")  # the format's own order
    assert '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>' in settings
    assert "Words" not in part(made, "docProps/app.xml")
    assert "1980" not in part(made, "docProps/core.xml")  # no date that nobody gave


def test_an_english_work_in_a_dutch_list_is_in_english(made):
    (listed,) = [p for p in docx.Document(str(made)).paragraphs if p.style.name == "Bibliography"]
    assert 'w:lang w:val="en-GB"' in listed._p.xml and "Duncan" in listed.text


def test_headings_descend_a_level_at_a_time(made):
    styles = [p.style.name for p in docx.Document(str(made)).paragraphs]
    levels = [int(name[-1]) for name in styles if name.startswith("Heading ")]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert styles.count("Title") == 1


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
