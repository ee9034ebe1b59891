"""An executed notebook as one accessible page in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from seglib.report.document import WRITTEN, Block, document
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html
from seglib.report.view import frame, shown

TEMPLATES = Path(str(files("seglib.report").joinpath("templates")))


Files = Mapping[tuple[str, int], Sequence[Mapping[str, str]]]


def html(
    nb: NotebookNode,
    lang: str,
    *,
    links: Sequence[Mapping[str, str]] = (),
    files: Files | None = None,
) -> str:
    """Render an executed notebook, in its own language, as a page that needs nothing beside it.

    Its head links to ``links`` (``href``, ``text`` and, where it is another, ``lang``); a figure or
    table links to its ``files`` (``href`` and ``kind``, by kind of block and number).

    Raises
    ------
    ReportError
        A cell cannot be shown accessibly; names the cell.
    """
    doc, headings = document(nb, lang), Headings()
    summary = _sections(doc.summary, headings, files or {})
    rest = (*doc.body, *doc.interpretation, *doc.appendix)
    body = _sections(rest, headings, files or {})
    page = frame(doc)
    page.update(links=links, summary=summary, body=body, contents=headings.contents)
    page["aside"] = [block for section in (body[0], *summary) for block in section["code"]]
    page["record_id"] = headings.add(2, page["words"]["record"])
    exporter = TemplateExporter(
        template_name="seglib", file_extension=".html", extra_template_basedirs=[str(TEMPLATES)]
    )
    exporter.environment.autoescape = True  # what the template is not told to trust
    text, _ = exporter.from_notebook_node(nb, resources={"page": page})
    return re.sub(r"[ \t]+\n", "\n", text)


def environment() -> jinja2.Environment:
    """The templates for pages that no notebook stands behind."""
    loader = jinja2.FileSystemLoader(TEMPLATES / "seglib")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


def _sections(
    blocks: Iterable[Block], headings: Headings, files: Files
) -> list[dict[str, list[Any]]]:
    """What is read of each section, and its code; the first is what stands before any heading."""
    sections: list[dict[str, list[Any]]] = [{"read": [], "code": []}]
    for block in blocks:
        count = len(headings.contents)
        view = shown(block)
        view["files"] = files.get((block.kind, block.number), ())
        if block.kind in WRITTEN:
            view["html"] = Markup(to_html(block.text, headings, block.cell))
        elif block.kind == "figure":
            view["html"] = Markup(inline(block, prefix=f"f{block.number}"))
        if len(headings.contents) > count:
            sections.append({"read": [], "code": []})
        sections[-1]["code" if block.folded else "read"].append(view)
    return sections
