"""An executed notebook as a tagged PDF (PDF/UA-1), set by Typst."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from nbformat import NotebookNode

from seglib.errors import ReportError
from seglib.report.document import WRITTEN, Document, document
from seglib.report.render import TEMPLATES
from seglib.report.theme import Theme, font_paths, read_theme
from seglib.report.tree import Node, nodes, pandoc, printable, trees
from seglib.report.view import frame, shown

if TYPE_CHECKING:
    from seglib.report.notes import Notes

PARTS = ("foreword", "summary", "body", "interpretation", "appendix")
LISTS = ("references", "terms")
EVIDENCE_PARTS = ("claim", "outcome", "reasons", "caveat", "numbers")


def pdf(
    nb: NotebookNode,
    lang: str,
    path: str | Path,
    *,
    theme: Theme | None = None,
    notes: Notes | None = None,
) -> None:
    """Write an executed notebook as PDF/UA-1: tagged, in its language, with text alternatives.

    Parameters
    ----------
    nb : NotebookNode
        Executed.
    lang : str
        ``nl`` or ``en``.
    path : str or Path
        The file to write.
    theme : Theme, optional
        An institute's own look; by default that of ``themes/default.toml``.
    notes : Notes, optional
        An author's foreword and interpretation.

    Raises
    ------
    ReportError
        A figure lacks its text alternative, or Typst refuses the document.
    """
    theme = theme or read_theme()
    doc = document(nb, lang, notes=notes)
    parts, lists = laid_out(doc)
    with tempfile.TemporaryDirectory(prefix="seglib-pdf-") as name:
        folder = Path(name)
        content: dict[str, Any] = {**frame(doc, theme), **parts, **lists}
        content["theme"] = _themed(theme, lang, folder)
        for block in doc.blocks("figure"):
            (folder / f"figure-{block.number}.svg").write_text(block.text, "utf-8")
        _set_formulas(content)
        text = json.dumps(printable(content), ensure_ascii=False)
        (folder / "document.json").write_text(text, "utf-8")
        shutil.copy(TEMPLATES / "report.typ", folder)
        made = compile_typst(folder / "report.typ", theme)
    Path(path).write_bytes(made)


def laid_out(doc: Document) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[Any]]]:
    """The parts of a report and its lists of works and terms, with all prose as pandoc's nodes."""
    targets = [f"{kind}-{b.number}" for kind in ("figure", "table") for b in doc.blocks(kind)]
    targets += [f"ref-{each.key}" for each in doc.references]
    targets += [f"term-{each.key}" for each in doc.terms]
    parts = [[shown(block) for block in part if block.kind != "code"] for part in doc.parts]
    listed: list[list[dict[str, Any]]] = [
        [{"id": f"ref-{r.key}", "text": r.text, "lang": r.lang} for r in doc.references],
        [{"id": f"term-{each.key}", "name": each.name, "text": each.text} for each in doc.terms],
    ]
    views = [view for part in (*parts, *listed) for view in part]
    places = [(view, name) for view in views for name in _prose_of(view)]
    texts = [view[name] for view, name in places]
    for (view, name), tree in zip(places, trees(texts, targets), strict=True):
        view[name] = tree
    return dict(zip(PARTS, parts, strict=True)), dict(zip(LISTS, listed, strict=True))


def _prose_of(view: dict[str, Any]) -> tuple[str, ...]:
    """The names of what is Markdown in a view; a drawing stands in a file of its own."""
    if view.get("kind") == "figure":
        view["text"] = ""
    if view.get("kind") == "evidence":
        view["text"] = ""
        return EVIDENCE_PARTS
    return ("text",) if view.get("kind", "prose") in WRITTEN else ()


def _themed(theme: Theme, lang: str, folder: Path) -> dict[str, Any]:
    """What the template needs of a theme; the logo is written beside it."""
    logo = f"logo.{theme.logo_kind}" if theme.logo else ""
    if logo:
        (folder / logo).write_bytes(theme.logo)
    own = {
        name: getattr(theme, name) for name in ("light", "fonts", "authors", "publisher", "date")
    }
    return {**own, "logo": logo, "logo_alt": theme.logo_alt.get(lang, "")}


def compile_typst(source: Path, theme: Theme | None = None) -> bytes:
    """Typst's PDF/UA-1 of a source file, with fonts of the packages and of the theme alone.

    It is dated as the theme says, and otherwise not: the same inputs give the same bytes.
    """
    date = theme.date if theme else ""
    moment = datetime.fromisoformat(date or "1970-01-01").replace(tzinfo=UTC)
    try:
        return typst.compile(
            str(source),
            root=str(source.parent),
            font_paths=font_paths(theme.font_folder if theme else None),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise ReportError(
            f"Typst refuses the report as PDF/UA-1: {' '.join(str(error).split())}. "
            "Change the cell that holds this, or add what is missing."
        ) from error


def _set_formulas(content: dict[str, Any]) -> None:
    """TeX formulas in Typst's notation, in one call; one that pandoc cannot read stays TeX."""
    formulas: Sequence[Node] = list(nodes(content, "Math"))
    if not formulas:
        return
    made = _as_typst(formulas)
    if len(made) != len(formulas):  # one of them holds an empty line
        made = ["".join(_as_typst([formula])) for formula in formulas]
    for formula, text in zip(formulas, made, strict=True):
        kind, tex = formula["c"]
        is_set = len(text) > 1 and text[0] == text[-1] == "$"
        formula["c"] = {
            "block": kind["t"] == "DisplayMath",
            "tex": tex,
            "typst": text[1:-1].strip() if is_set else "",
        }


def _as_typst(formulas: Sequence[Node]) -> list[str]:
    blocks = [{"t": "Para", "c": [formula]} for formula in formulas]
    tree = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    return pandoc(json.dumps(tree), "json", "typst").strip().split("\n\n")
