"""An executed notebook as one accessible page in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from seglib.report.document import FOLDED, WRITTEN, Block, document
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html
from seglib.report.view import frame, shown

TEMPLATES = Path(str(files("seglib.report").joinpath("templates")))


@dataclass(frozen=True, slots=True)
class Link:
    """A file beside the page, and the words that lead to it."""

    href: str
    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a page: links for its head, and files for some of its blocks."""

    links: tuple[Link, ...] = ()
    files: Mapping[tuple[str, int], Sequence[Mapping[str, str]]] = field(default_factory=dict)


class _PageExporter(TemplateExporter):
    """nbconvert with our own template, which escapes whatever it is not told to trust."""

    template_name = "seglib"
    file_extension = ".html"
    output_mimetype = "text/html"

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        return environment


def html(nb: NotebookNode, lang: str, neighbours: Neighbours | None = None) -> str:
    """Render an executed notebook as a page that needs nothing beside itself.

    Parameters
    ----------
    nb : NotebookNode
        Executed, from :func:`seglib.report.run.run`.
    lang : str
        ``nl`` or ``en``: the language it was executed in.
    neighbours : Neighbours, optional
        Files to link to.

    Returns
    -------
    str
        HTML with one language, folded code and no request to any other host.

    Raises
    ------
    ReportError
        A cell cannot be shown accessibly; names the cell.
    """
    doc, headings, beside = document(nb, lang), Headings(), neighbours or Neighbours()
    page = frame(doc) | {"links": beside.links, "contents": headings.contents}
    read = [block for block in doc.summary if block.kind not in FOLDED]
    page["summary"] = [_view(block, headings, beside) for block in read]
    page["body"], page["aside"] = _sections(doc.body, headings, beside)
    page["aside"] += [block for block in doc.summary if block.kind in FOLDED]
    page["record_id"] = headings.add(2, page["words"]["record"])
    exporter = _PageExporter(extra_template_basedirs=[str(TEMPLATES)])
    text, _ = exporter.from_notebook_node(nb, resources={"page": page})
    return re.sub(r"[ \t]+\n", "\n", text)


def environment() -> jinja2.Environment:
    """The templates for pages that no notebook stands behind."""
    loader = jinja2.FileSystemLoader(TEMPLATES / "seglib")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


def _sections(
    blocks: Iterable[Block], headings: Headings, beside: Neighbours
) -> tuple[list[dict[str, Any]], list[Block]]:
    """What is read, each section with its code folded at its end; and the code before all."""
    read: list[dict[str, Any]] = []
    aside: list[Block] = []
    code = aside
    for block in blocks:
        if block.kind in FOLDED:
            code.append(block)
            continue
        count = len(headings.contents)
        view = _view(block, headings, beside)
        if len(headings.contents) > count:
            read += _fold(code) if code is not aside else []
            code = []
        read.append(view)
    return read + (_fold(code) if code is not aside else []), aside


def _fold(code: list[Block]) -> list[dict[str, Any]]:
    return [{"kind": "code", "blocks": code}] if code else []


def _view(block: Block, headings: Headings, beside: Neighbours) -> dict[str, Any]:
    """One block as the template wants it: HTML where it is safe, plain values elsewhere."""
    view = shown(block) | {"files": beside.files.get((block.kind, block.number), ())}
    if block.kind in WRITTEN:
        view["html"] = Markup(to_html(block.text, headings, block.cell))
    elif block.kind == "figure":
        texts = {"title": view["title"], "alt": view["alt"], "cell": block.cell}
        view["html"] = Markup(inline(block.text, prefix=f"f{block.number}", **texts))
    return view
