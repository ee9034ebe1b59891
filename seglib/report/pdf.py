"""An executed notebook as a plain, tagged PDF (PDF/UA-1), set by Typst."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import pypandoc
import typst
from nbformat import NotebookNode

from seglib.errors import ReportError
from seglib.report.document import Block, Document, document, record_rows, words
from seglib.report.markdown import Headings
from seglib.report.render import TEMPLATES, made_from, with_sides, without_source_word

_MARKDOWN = "commonmark_x-smart"
_MARK = "//§§"
_WRITTEN = ("prose", "sentence", "evidence")
_EPOCH_S = 0  # the same inputs give the same bytes, so no report knows when it was made


def pdf(nb: NotebookNode, lang: str, path: str | Path) -> None:
    """Write an executed notebook as PDF/UA-1: tagged, in its language, with text alternatives.

    Parameters
    ----------
    nb : NotebookNode
        Executed, from :func:`seglib.report.run.run`.
    lang : str
        ``nl`` or ``en``: the language it was executed in.
    path : str or Path
        The PDF.

    Raises
    ------
    ReportError
        A figure lacks its text alternative, or Typst refuses the document.
    """
    doc = document(nb, lang)
    with tempfile.TemporaryDirectory(prefix="seglib-pdf-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATES / "report.typ", folder)
        content = json.dumps(_content(doc, folder), ensure_ascii=False)
        (folder / "document.json").write_text(content, "utf-8")
        made = compile_typst(folder / "report.typ")
    Path(path).write_bytes(made)


def compile_typst(source: Path) -> bytes:
    """Typst's PDF/UA-1 of a source file, with the fonts that come with the packages alone."""
    try:
        return typst.compile(
            str(source),
            root=str(source.parent),
            font_paths=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=_EPOCH_S,
        )
    except typst.TypstError as error:
        reason = " ".join(str(error).split())
        raise ReportError(
            f"Typst refuses the report as PDF/UA-1: {reason}. "
            "Change the cell that holds this, or add what is missing."
        ) from error


def _content(doc: Document, folder: Path) -> dict[str, Any]:
    """What the template reads; figures are written beside it."""
    blocks = [block for block in (*doc.summary, *doc.body) if block.kind != "code"]
    written = iter(_to_typst([block for block in blocks if block.kind in _WRITTEN]))
    views = [_view(block, written, folder) for block in blocks]
    first = sum(block.kind != "code" for block in doc.summary)
    own = words(doc.lang)
    rows = record_rows(doc)
    parameters = {"columns": [own["parameter"], own["value"]], "rows": rows}
    return {
        "lang": doc.lang,
        "full_title": doc.full_title,
        "place": doc.place,
        "description": doc.description,
        "number": doc.number,
        "words": dict(own),
        "summary": views[:first],
        "body": views[first:],
        "canonical": bool(doc.record.get("canonical")),
        "parameters": _table(parameters) if rows else None,
        "made": made_from(doc),
    }


def _view(block: Block, written: Iterator[str], folder: Path) -> dict[str, Any]:
    view: dict[str, Any] = {
        "kind": block.kind,
        "text": block.text,
        "number": block.number,
        "caption": block.data.get("caption", ""),
        "source": without_source_word(block.data.get("source", "")),
    }
    if block.kind in _WRITTEN:
        view["typst"] = next(written)
    elif block.kind == "figure":
        view["file"], view["alt"] = f"figure-{block.number}.svg", block.data["alt"]
        (folder / view["file"]).write_text(block.text, "utf-8")
        view["text"] = ""
    elif block.kind == "table":
        view["table"] = _table(block.data)
    return view


def _table(table: Any) -> dict[str, Any]:
    """Columns of words share the width that columns of numbers leave."""
    shown = with_sides(table) or {}
    return {
        "columns": shown["columns"],
        "rows": shown["rows"],
        "right": shown["right"],
        "widths": ["auto" if right else "1fr" for right in shown["right"]],
    }


def _to_typst(blocks: Sequence[Block]) -> list[str]:
    """Markdown of all blocks as Typst, in one go; headings begin at the first level."""
    if not blocks:
        return []
    mark = f"\n\n```{{=typst}}\n{_MARK}\n```\n\n"
    tree = json.loads(_pandoc(mark.join(map(_unfolded, blocks)), _MARKDOWN, "json"))
    headings = Headings()
    for node in _nodes(tree["blocks"], "Header"):
        level, (_, classes, pairs), content = node["c"]
        name = headings.add(level, " ".join(n.get("c", "") for n in _nodes(content, "Str")))
        node["c"] = [max(level - 1, 1), [name, classes, pairs], content]
    formulas = list(_nodes(tree["blocks"], "Math"))
    for node, made in zip(formulas, _equations(formulas), strict=True):
        node.update({"t": "RawInline", "c": ["typst", made]})
    pieces = _pandoc(json.dumps(tree), "json", "typst").split(_MARK)
    return [piece.strip() for piece in pieces]


def _unfolded(block: Block) -> str:
    """Paper does not fold: what stood on the fold becomes a line of its own."""
    return re.sub(r"<summary>(.*?)</summary>", r"\n\n**\1**\n\n", block.text, flags=re.DOTALL)


def _pandoc(text: str, source: str, target: str) -> str:
    return pypandoc.convert_text(text, target, source, extra_args=["--wrap=none", "--quiet"])


def _nodes(tree: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The nodes of one kind in pandoc's document tree, in reading order."""
    if isinstance(tree, dict):
        if tree.get("t") == kind:
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for child in tree:
            yield from _nodes(child, kind)


def _equations(formulas: Sequence[dict[str, Any]]) -> list[str]:
    """Typst equations; the text alternative of each is its plain notation."""
    if not formulas:
        return []
    split = "SEGLIBSPLIT"
    dollars = [f"${node['c'][1].strip()}$" for node in formulas]
    made = _pandoc(f"\n\n{split}\n\n".join(dollars), "markdown", "typst")
    equations = []
    for node, equation in zip(formulas, made.split(split), strict=True):
        block = "true" if node["c"][0]["t"] == "DisplayMath" else "false"
        alt = json.dumps(equation.strip().strip("$"), ensure_ascii=False)
        equations.append(f"#math.equation(block: {block}, alt: {alt}, {equation.strip()})")
    return equations
