"""An executed notebook as one accessible page in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from seglib.report.document import Block, Document, document, record_rows, words
from seglib.report.drawing import inline
from seglib.report.markdown import Headings, to_html

TEMPLATES = Path(str(files("seglib.report").joinpath("templates")))


@dataclass(frozen=True, slots=True)
class Link:
    """A file beside the page, and the words that lead to it."""

    href: str
    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a page: links for its head, and a file for some of its blocks."""

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
    doc = document(nb, lang)
    page = _page(doc, neighbours or Neighbours())
    exporter = _PageExporter(extra_template_basedirs=[str(TEMPLATES)])
    text, _ = exporter.from_notebook_node(nb, resources={"page": page})
    return re.sub(r"[ \t]+\n", "\n", text)


def environment() -> jinja2.Environment:
    """The templates for pages that no notebook stands behind."""
    loader = jinja2.FileSystemLoader(TEMPLATES / "seglib")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


def _page(doc: Document, neighbours: Neighbours) -> dict[str, Any]:
    headings, own = Headings(), words(doc.lang)
    summary = [_view(block, headings, neighbours) for block in doc.summary]
    body = [_view(block, headings, neighbours) for block in doc.body]
    record_id = headings.add(2, own["record"])
    parameters = {"columns": [own["parameter"], own["value"]], "rows": record_rows(doc)}
    return {
        "lang": doc.lang,
        "title": doc.title,
        "place": doc.place,
        "description": doc.description,
        "number": doc.number,
        "words": own,
        "links": neighbours.links,
        "contents": headings.contents,
        "summary": summary,
        "body": body,
        "record_id": record_id,
        "canonical": bool(doc.record.get("canonical")),
        "parameters": with_sides(parameters) if parameters["rows"] else None,
        "made": made_from(doc),
    }


def made_from(doc: Document) -> str:
    """From which notebook, in which state, with which version a report was made."""
    record, own = doc.record, words(doc.lang)
    if not record.get("notebook"):
        return ""
    mark = f" ({own['fingerprint']} {record['sha256'][:12]})" if record.get("sha256") else ""
    made = f"{own['made_from']} {record['notebook']}.ipynb{mark}"
    return f"{made} {own['with_package']} {record.get('version', '')}".strip() + "."


def _view(block: Block, headings: Headings, neighbours: Neighbours) -> dict[str, Any]:
    """One block as the template wants it: HTML where it is safe, plain values elsewhere."""
    view: dict[str, Any] = {
        "kind": block.kind,
        "cell": block.cell,
        "text": block.text,
        "number": block.number,
        "id": f"{block.kind}-{block.number}",
        "caption": block.data.get("caption", ""),
        "source": without_source_word(block.data.get("source", "")),
        "title": block.data.get("title", ""),
        "files": neighbours.files.get((block.kind, block.number), ()),
        "table": None,
    }
    if block.kind in ("prose", "sentence", "evidence"):
        view["html"] = Markup(to_html(block.text, headings, block.cell))
    elif block.kind == "figure":
        view["html"] = Markup(
            inline(
                block.text,
                prefix=f"f{block.number}",
                title=block.data["title"],
                alt=block.data["alt"],
                cell=block.cell,
            )
        )
        view["table"] = with_sides(block.data.get("table"))
    elif block.kind == "table":
        view["table"] = with_sides(block.data)
    return view


def without_source_word(text: str) -> str:
    """A source line without its own 'Bron:', since the page sets that word."""
    return re.sub(r"^(Bron|Bronnen|Source|Sources):\s*", "", text)


def with_sides(table: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A table with the side to which each column is set: numbers to the right."""
    if not table:
        return None
    columns, rows = list(table["columns"]), [list(map(str, row)) for row in table["rows"]]
    asked = table.get("align") or [
        "right" if n and all(_is_number(row[n]) for row in rows) else "left"
        for n in range(len(columns))
    ]
    right = [str(side).startswith("r") for side in asked]
    side = [Markup(' class="number"') if each else "" for each in right]
    return {"columns": columns, "rows": rows, "right": right, "side": side}


def _is_number(text: str) -> bool:
    return not re.search(r"[^\W\d]{4,}", text) and bool(re.search(r"\d|^[–—-]?$", text))
