"""The look of a Word document: styles, page and tables, by python-docx."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from seglib.report.render import TEMPLATES
from seglib.report.theme import Theme

_KEPT_ROWS = 15  # a table of at most so many rows stays on one page
_MANY = 7  # columns; a table with more is set smaller
_LONGEST = 255  # characters that a property of a file may have
_MARKS = {"nl-NL": (",", ";"), "en-GB": (".", ",")}  # of decimals, and between values of a list
# what pandoc's file has not: the style on which its style of tables is based
_PLAIN_TABLE = f"""<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal">
<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>
<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>
</w:tblCellMar></w:tblPr></w:style>"""
# the ways of Word since 2013; without it Word opens a file as one of 2007, and says so in its title
_MODERN = f"""<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode"
 w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"""
_PROGRAM = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">
<Application>seglib</Application></Properties>"""


def finish(
    path: Path, view: Mapping[str, Any], theme: Theme, alts: Sequence[str], locale: str
) -> None:
    """Do in place what pandoc leaves open in a Word file.

    Its styles take the theme's look and its pages are A4 in the report's language; rows of tables
    stay whole, each picture has its text alternative, and the file says what it is.
    """
    made: Any = docx.Document(str(path))
    looks = tomllib.loads((TEMPLATES / "word.toml").read_text("utf-8"))["styles"]
    for name, look in looks.items():
        _dress(made.styles, name, look, theme)
    made.styles.element.append(parse_xml(_PLAIN_TABLE))
    _draw_lines(made.styles["Table"].element, theme.light["line"].lstrip("#"))
    _set_page(made, view["full_title"])
    for table in made.tables:
        _set_table(table, made.styles)
    ends = {name: look["end"] for name, look in looks.items() if "end" in look}
    for one, following in pairwise(made.paragraphs):
        if one.style.name in ends and following.style.name not in ends:
            one.paragraph_format.space_after = Pt(ends[one.style.name])
    for tag in ("wp:docPr", "pic:cNvPr"):  # pandoc puts the path of the file in the second
        for picture, alt in zip(list(made.element.body.iter(qn(tag))), alts, strict=True):
            picture.set("descr", alt)
    about, said = made.core_properties, view["words"]
    about.title, about.subject = view["full_title"][:_LONGEST], view["description"][:_LONGEST]
    about.author = ("; ".join(theme.authors) or theme.publisher or "seglib")[:_LONGEST]
    subjects = filter(None, (said["series"], view["title"], view["place"]))
    about.keywords, about.language = ", ".join(subjects)[:_LONGEST], locale
    _settle(made, locale)
    made.save(str(path))


def _settle(made: Any, locale: str) -> None:
    """What Word itself keeps: its ways, the marks of the language, and the program of the file."""
    settings = made.settings.element
    settings.find(qn("w:rsids")).addprevious(parse_xml(_MODERN))
    decimal, separator = _MARKS[locale]
    for name, value in (
        ("themeFontLang", locale),
        ("decimalSymbol", decimal),
        ("listSeparator", separator),
    ):
        _set(settings.find(qn(f"w:{name}")), val=value)
    for part in made.part.package.iter_parts():
        if part.partname == "/docProps/app.xml":  # pandoc's counts the words of another document
            part._blob = _PROGRAM


def _dress(styles: Any, name: str, look: Mapping[str, Any], theme: Theme) -> None:
    """One style of paragraph in the fonts and colours of the theme."""
    if name not in {style.name for style in styles}:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    style, colours = styles[name], {k: v.lstrip("#").upper() for k, v in theme.light.items()}
    for link in style.element.findall(qn("w:link")):  # to a style of characters with its own look
        style.element.remove(link)
    properties = style.element.get_or_add_pPr()
    if "bar" in look:
        border = _add(properties, "pBdr")
        _add(border, "left", val="single", sz="18", space="8", color=colours[look["bar"]])
    if "ground" in look:
        _add(properties, "shd", val="clear", color="auto", fill=colours[look["ground"]])
    if "font" in look:
        family = theme.fonts[f"word_{look['font']}"]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()
        _set(fonts, ascii=family, hAnsi=family, cs=family, eastAsia=family)
    if "colour" in look:
        style.font.color.rgb = RGBColor.from_string(colours[look["colour"]])
    style.font.size, style.font.bold = Pt(look.get("size", 10.5)), look.get("bold", False)
    form, style.font.italic = style.paragraph_format, False
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.line_spacing, form.keep_with_next = look.get("line", 1.15), look.get("next", False)
    form.alignment = 0


def _draw_lines(style: Any, colour: str) -> None:
    """A thin line under each row of a table of this style."""
    properties = style.find(qn("w:tblPr"))
    borders = _add(properties, "tblBorders")
    properties.find(qn("w:tblInd")).addnext(borders)  # the order that the format asks for
    for side in ("bottom", "insideH"):
        _add(borders, side, val="single", sz="4", space="0", color=colour)


def _add(parent: Any, name: str, **values: str) -> Any:
    child = OxmlElement(f"w:{name}")
    parent.append(child)
    _set(child, **values)
    return child


def _set(element: Any, **values: str) -> None:
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)


def _set_page(made: Any, title: str) -> None:
    """A4, with the title and the number of the page at the foot."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    section.footer_distance = section.header_distance = Mm(12)
    foot = section.footer.paragraphs[0]
    foot.style = made.styles["Footer"]
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(160), 2)
    foot.add_run(f"{title}\t")
    _add(foot._p, "fldSimple", instr=" PAGE ").append(foot.add_run("1")._r)


def _set_table(table: Any, styles: Any) -> None:
    """Rows that stay whole and apart, under headings that come back on each page."""
    rows = list(table._tbl.tr_lst)
    style = styles["Table Text" if len(rows[0].tc_lst) <= _MANY else "Table Small"]
    for number, row in enumerate(rows, 1):
        _add(row.get_or_add_trPr(), "cantSplit")
        for each in row.iter(qn("w:p")):
            each.style = style.style_id
            paragraph = Paragraph(each, table)
            paragraph.paragraph_format.keep_with_next = number < len(rows) <= _KEPT_ROWS
            for run in paragraph.runs if number == 1 else ():
                run.bold = True
    after = table._tbl.getnext()
    if after is not None and after.tag == qn("w:p"):
        Paragraph(after, table).paragraph_format.space_before = Pt(8)
