"""An executed notebook as one accessible page in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup
from nbformat import NotebookNode

from seglib.report.document import PARTS, WRITTEN, Block, document
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html
from seglib.report.notes import SECTIONS, Notes
from seglib.report.view import frame, shown

if TYPE_CHECKING:
    from seglib.report.theme import Theme

TEMPLATES = Path(str(files("seglib.report").joinpath("templates")))


Files = Mapping[tuple[str, int], Sequence[Mapping[str, str]]]


def html(
    nb: NotebookNode,
    lang: str,
    *,
    links: Sequence[Mapping[str, str]] = (),
    files: Files | None = None,
    theme: Theme | None = None,
    notes: Notes | None = None,
) -> str:
    """Render an executed notebook, in its own language, as a page that needs nothing beside it.

    Its head links to ``links`` (``href``, ``text`` and, where it is another, ``lang``); a figure or
    table links to its ``files`` (``href`` and ``kind``, by kind of block and number). ``theme`` is
    an institute's own look, ``notes`` an author's foreword and interpretation.

    Raises
    ------
    ReportError
        A cell cannot be shown accessibly; names the cell.
    """
    doc = document(nb, lang, notes=notes)
    page, shelf = frame(doc, theme), files or {}
    own = page["words"]
    headings = Headings(own, {term.key: term for term in doc.terms})
    page |= {"links": links, "contents": headings.contents, "ids": {}, "logo": ""}
    page |= {"theme": Markup(theme.css()) if theme else "", "aside": []}
    if theme:
        page |= {"logo": theme.logo_uri, "logo_alt": theme.logo_alt.get(lang, "")}
    for name in PARTS:
        blocks = getattr(doc, name)
        if name in SECTIONS and blocks:
            page["ids"][name] = headings.add(2, own[name])
        page[name] = _sections(blocks, headings, shelf)
        page["aside"] += page[name][0]["code"]
        if name == "summary":  # its code goes to the foot of the page
            page["aside"] += [block for section in page[name][1:] for block in section["code"]]
    page["aside"].sort(key=lambda block: block["cell"])
    page |= {
        "references": [(each, Markup(_line(each.text, headings))) for each in doc.references],
        "terms": doc.terms,
        "footnotes": [(key, Markup(text)) for key, text in headings.notes.items()],
    }
    for name in ("references", "terms", "footnotes", "record"):
        if page.get(name) or name == "record":
            page["ids"][name] = headings.add(2, own["notes" if name == "footnotes" else name])
    text = environment().get_template("index.html.j2").render(page=page)
    return re.sub(r"[ \t]+\n", "\n", text)


@cache
def environment() -> jinja2.Environment:
    """The templates of all pages, compiled once; what they are not told to trust is escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES / "seglib")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


def _line(text: str, headings: Headings, cell: int = 0) -> str:
    """One paragraph of Markdown as HTML without the paragraph around it."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", to_html(text, headings, cell), flags=re.DOTALL)


def _sections(
    blocks: Iterable[Block], headings: Headings, files: Files
) -> list[dict[str, list[Any]]]:
    """What is read of each section, and its code; the first is what stands before any heading."""
    sections: list[dict[str, list[Any]]] = [{"read": [], "code": []}]
    for block in blocks:
        count = len(headings.contents)
        view = shown(block)
        view["files"] = files.get((block.kind, block.number), ())
        if block.kind == "evidence":
            for name in ("claim", "outcome", "reasons", "caveat", "numbers"):
                view[name] = Markup(to_html(view[name], headings, block.cell))
        elif block.kind in WRITTEN:
            view["html"] = Markup(to_html(block.text, headings, block.cell))
        elif block.kind == "figure":
            view["html"] = Markup(inline(block, prefix=f"f{block.number}"))
        if len(headings.contents) > count:
            sections.append({"read": [], "code": []})
        sections[-1]["code" if block.folded else "read"].append(view)
    return sections
