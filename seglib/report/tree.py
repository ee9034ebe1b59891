"""Markdown of a report as pandoc's document tree: nothing in it is raw, nothing is fetched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pypandoc

from seglib.report.markdown import Headings

Node = dict[str, Any]
_MARKDOWN = "commonmark+pipe_tables+tex_math_dollars+footnotes+strikeout"
_TAG = re.compile(
    r"<!--.*?-->|</?(?:details|summary|p|div|span|em|i|b|strong|sub|sup|small|abbr|dfn|u|mark)"
    r"(?:\s[^<>]*)?/?>",
    re.DOTALL | re.IGNORECASE,
)
_UNPRINTABLE = re.compile(  # control characters, and those that turn the text after them around
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_OUTSIDE = ("https://", "http://", "mailto:")


def trees(texts: Sequence[str], known: Iterable[str] = ()) -> list[list[Node]]:
    """Each Markdown text as a list of pandoc's block nodes, in one call of pandoc.

    Parameters
    ----------
    texts : sequence of str
        In reading order.
    known : iterable of str
        Ids that a link ``#id`` may lead to, beside those of headings.

    Returns
    -------
    list of list of dict
        Headings begin at the first level and have ids that are free. Tags that mean nothing on
        paper are gone, other raw text is text, a picture is its words, and a link that leads
        neither to the web nor to something in the report is its words.
    """
    if not texts:
        return []
    mark = "seglib" + hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()
    pieces = _split(_parsed(f"\n\n{mark}\n\n".join(["", *map(_on_paper, texts)])), mark)
    if len(pieces) != len(texts):  # a text that does not end what it began swallows a mark
        pieces = [_parsed(_on_paper(text)) for text in texts]
    headings, targets = Headings(), set(known)
    headings.taken |= targets
    for node in nodes(pieces, "Header"):
        level, _, content = node["c"]
        name = headings.add(level, words_of(content))
        node["c"] = [max(level - 1, 1), [name, [], []], content]
        targets.add(name)
    for node in (*nodes(pieces, "Code"), *nodes(pieces, "CodeBlock")):
        node["c"][0] = ["", [], []]
    return [_cleaned(piece, targets) for piece in pieces]


def pandoc(text: str, source: str, target: str, *options: str, out: str | None = None) -> str:
    """What pandoc makes of a text, without wrapping its lines."""
    extra = ["--wrap=none", "--quiet", *options]
    return pypandoc.convert_text(text, target, source, extra_args=extra, outputfile=out)


def nodes(tree: Any, kind: str) -> Iterator[Node]:
    """The nodes of one kind in a tree, in reading order."""
    if isinstance(tree, dict):
        if tree.get("t") == kind:
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for child in tree:
            yield from nodes(child, kind)


def words_of(tree: Any) -> str:
    """The words of a tree, as a heading has them."""
    return " ".join(node.get("c", "") for node in nodes(tree, "Str"))


def printable(tree: Any) -> Any:
    """A tree, or a text, without characters that no document holds or that reach beyond it."""
    if isinstance(tree, dict):
        return {key: printable(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [printable(each) for each in tree]
    return _UNPRINTABLE.sub("", tree) if isinstance(tree, str) else tree


def string(text: str) -> Node:
    """A text as a node that shows it as it is."""
    return {"t": "Str", "c": text}


def _parsed(text: str) -> list[Node]:
    return json.loads(pandoc(text, _MARKDOWN, "json"))["blocks"]


def _on_paper(text: str) -> str:
    """Paper does not fold: the title of what is folded stands above it."""
    titled = re.sub(r"<summary>(.*?)</summary>", r"\n\n**\1**\n\n", text, flags=re.DOTALL)
    return str(printable(titled))


def _split(blocks: list[Node], mark: str) -> list[list[Node]]:
    pieces: list[list[Node]] = []
    for block in blocks:
        if block["t"] == "Para" and words_of(block) == mark:
            pieces.append([])
        elif pieces:
            pieces[-1].append(block)
    return pieces


def _cleaned(tree: Any, targets: set[str]) -> Any:
    """A tree without anything raw, without pictures and without links that lead nowhere."""
    if isinstance(tree, dict):
        return {key: _cleaned(value, targets) for key, value in tree.items()}
    if not isinstance(tree, list):
        return tree
    return [new for child in tree for new in _instead(child, targets)]


def _instead(child: Any, targets: set[str]) -> list[Any]:
    kind = child.get("t") if isinstance(child, dict) else None
    if kind in ("RawInline", "RawBlock"):
        text = child["c"][1]
        if kind == "RawInline" and _BREAK.fullmatch(text):
            return [{"t": "LineBreak"}]
        left = _TAG.sub("", text).strip() if kind == "RawBlock" else _TAG.sub("", text)
        shown = [string(left)] if left else []
        return shown if kind == "RawInline" or not shown else [{"t": "Para", "c": shown}]
    if kind == "Image" or (kind == "Link" and not _leads(child["c"][2][0], targets)):
        return _cleaned(child["c"][1], targets)
    return [_cleaned(child, targets)]


def _leads(address: str, targets: set[str]) -> bool:
    return address.startswith(_OUTSIDE) or (address[:1] == "#" and address[1:] in targets)
