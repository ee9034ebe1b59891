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
from seglib.report.document import WRITTEN, Block, document
from seglib.report.markdown import Headings
from seglib.report.render import TEMPLATES
from seglib.report.view import frame, shown

_MARKDOWN = "commonmark_x-smart"
_MARK = "//§§"
_EQUATION = "/*§§*/"
_EPOCH_S = 0  # the same inputs give the same bytes, so no report knows when it was made


def pdf(nb: NotebookNode, lang: str, path: str | Path) -> None:
    """Write an executed notebook as PDF/UA-1: tagged, in its language, with text alternatives.

    Raises
    ------
    ReportError
        A figure lacks its text alternative, or Typst refuses the document.
    """
    doc = document(nb, lang)
    body = (*doc.body, *doc.interpretation, *doc.appendix)
    parts = [[block for block in part if block.kind != "code"] for part in (doc.summary, body)]
    written = iter(_to_typst([b for part in parts for b in part if b.kind in WRITTEN]))
    with tempfile.TemporaryDirectory(prefix="seglib-pdf-") as name:
        folder = Path(name)
        summary, body = ([_view(block, written, folder) for block in part] for part in parts)
        content = frame(doc) | {"summary": summary, "body": body}
        (folder / "document.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        shutil.copy(TEMPLATES / "report.typ", folder)
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
        raise ReportError(
            f"Typst refuses the report as PDF/UA-1: {' '.join(str(error).split())}. "
            "Change the cell that holds this, or add what is missing."
        ) from error


def _view(block: Block, written: Iterator[str], folder: Path) -> dict[str, Any]:
    """One block as the template wants it; a figure is written beside the template."""
    view = shown(block)
    if block.kind in WRITTEN:
        view["text"] = next(written)
    elif block.kind == "figure":
        view["text"] = f"{view['id']}.svg"
        (folder / view["text"]).write_text(block.text, "utf-8")
    return view


def _to_typst(blocks: Sequence[Block]) -> list[str]:
    """Markdown of all blocks as Typst, in one go; headings begin at the first level."""
    if not blocks:
        return []
    mark = f"\n\n```{{=typst}}\n{_MARK}\n```\n\n"
    text = mark.join(block.text for block in blocks)  # paper does not fold: see its summaries
    text = re.sub(r"\[([^\]]*)\]\(#(?:term|ref|figure|table)-[^)]*\)", r"\1", text)
    text = re.sub(r"<summary>(.*?)</summary>", r"\n\n**\1**\n\n", text, flags=re.DOTALL)
    tree = json.loads(_pandoc(text, _MARKDOWN, "json"))
    headings = Headings()
    for node in _nodes(tree["blocks"], "Header"):
        level, (_, classes, pairs), content = node["c"]
        name = headings.add(level, " ".join(n.get("c", "") for n in _nodes(content, "Str")))
        node["c"] = [max(level - 1, 1), [name, classes, pairs], content]
    around = {"t": "RawInline", "c": ["typst", _EQUATION]}
    for node in list(_nodes(tree["blocks"], "Math")):
        node.update({"t": "Span", "c": [["", [], []], [around, dict(node), around]]})
    text = _pandoc(json.dumps(tree), "json", "typst")
    mark = re.escape(_EQUATION)
    text = re.sub(rf"{mark}\$(.*?)\${mark}", _equation, text, flags=re.DOTALL)
    return [piece.strip() for piece in text.split(_MARK)]


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


def _equation(found: re.Match[str]) -> str:
    """A Typst equation whose text alternative is its plain notation."""
    alt = json.dumps(found[1].strip(), ensure_ascii=False)
    block = "true" if found[1].startswith(" ") else "false"
    return f"#math.equation(block: {block}, alt: {alt}, ${found[1]}$)"
