"""An executed notebook as the blocks of one report, in reading order."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from nbformat import NotebookNode

from seglib.errors import LanguageError, ReportError

LANGUAGES = ("nl", "en")
FIGURE = "application/vnd.seglib.figure+json"
TABLE = "application/vnd.seglib.table+json"
EVIDENCE = "application/vnd.seglib.evidence+json"
INJECTED = "injected-parameters"
WRITTEN = ("prose", "sentence", "evidence")  # in Markdown


@dataclass(frozen=True, slots=True)
class Block:
    """One thing to read: prose, sentence, code, figure, table, evidence, text or warning."""

    kind: str
    cell: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One report in one language: what stands above it, its blocks and its run record."""

    lang: str
    title: str
    place: str
    description: str
    number: str
    summary: tuple[Block, ...]
    body: tuple[Block, ...]
    record: Mapping[str, Any]

    @property
    def full_title(self) -> str:
        """Title and place, as a window or a list of files shows it."""
        return f"{self.title}: {self.place}" if self.place else self.title

    def blocks(self, kind: str) -> tuple[Block, ...]:
        """All blocks of one kind, in reading order."""
        return tuple(block for block in (*self.summary, *self.body) if block.kind == kind)


@cache
def words(lang: str) -> Mapping[str, str]:
    """The page's own words in one language."""
    if lang not in LANGUAGES:
        raise LanguageError(f"A report is in 'nl' or 'en', not in {lang!r}. Pick one of the two.")
    text = files("seglib.report").joinpath("templates", "words.toml").read_text("utf-8")
    return tomllib.loads(text)[lang]


def document(nb: NotebookNode, lang: str) -> Document:
    """Order the cells of an executed notebook for a reader of one language, ``nl`` or ``en``.

    Cells tagged with the other language are left out and cells tagged ``summary`` come first;
    figures and tables are numbered in that order.

    Raises
    ------
    ReportError
        A cell holds an error, a warning in a canonical run, or a figure or table without text.
    LanguageError
        The language is not one of the two.
    """
    words(lang)
    about = nb.metadata.get("seglib", {})
    record = dict(about.get("run", {}))
    canonical = bool(record.get("canonical", False))
    parts: dict[bool, list[Block]] = {True: [], False: []}
    heading = ""
    for position, cell in numbered_cells(nb):
        tags = cell.metadata.get("tags", [])
        if lang not in tags and any(other in tags for other in LANGUAGES):
            continue
        blocks = list(_blocks_of(cell, position, canonical))
        if blocks and blocks[0].kind == "prose":
            blocks[0], found = _without_title(blocks[0], heading)
            heading = heading or found
        parts["summary" in tags].extend(blocks)
    seen: Counter[str] = Counter()
    title, place = _title(about, record, lang, heading)
    description, number = _in_language(about.get("description", ""), lang), about.get("number", "")
    summary, body = (tuple(_numbered(parts[first], seen)) for first in (True, False))
    return Document(lang, title, place, description, str(number), summary, body, record)


def numbered_cells(nb: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The cells with their place in the notebook as its author sees it, from 1."""
    position = 0
    for cell in nb.cells:
        if INJECTED in cell.metadata.get("tags", []):
            continue
        position += 1
        yield position, cell


def _without_title(block: Block, earlier: str) -> tuple[Block, str]:
    """The page sets the title itself, so a notebook's ``# title`` is taken out, once."""
    outside_fences = re.sub(r"^```.*?^```", "", block.text, flags=re.MULTILINE | re.DOTALL)
    found = re.search(r"^# +(.+?)\s*$", outside_fences, re.MULTILINE)
    if not found:
        return block, ""
    if earlier:
        raise ReportError(
            f"Cell {block.cell} holds a second title, {found[1]!r}, where a report has one. "
            "Begin the line with ## or lower."
        )
    return replace(block, text=block.text.replace(found[0], "", 1).strip()), found[1]


def _title(about: Any, record: Mapping[str, Any], lang: str, heading: str) -> tuple[str, str]:
    place = record.get("parameters", {}).get("place", "")
    place = place if isinstance(place, str) else ", ".join(map(str, place))
    title = _in_language(about.get("title", ""), lang) or heading
    if not title:
        raise ReportError(
            f"The notebook has no title in {lang!r}. Give its metadata seglib.title.{lang}, "
            "or begin it with a line '# Title'."
        )
    return (title.format(place=place), "") if "{place}" in title else (title, place)


def _in_language(text: Any, lang: str) -> str:
    return text if isinstance(text, str) else str(text.get(lang, ""))


def _blocks_of(cell: NotebookNode, position: int, canonical: bool) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        yield Block("prose", position, cell.source)
    if cell.cell_type != "code" or not cell.source.strip():
        return
    yield Block("code", position, cell.source.strip(), folded=True)
    is_answer = "exercise" in cell.metadata.get("tags", [])
    for output in cell.get("outputs", []):
        yield replace(_block_of(output, position, canonical), folded=is_answer)


def _block_of(output: NotebookNode, position: int, canonical: bool) -> Block:
    if output.output_type == "error":
        raise ReportError(
            f"Cell {position} stopped with {output.ename}: {output.evalue}. "
            "A report is made of cells that all ran."
        )
    if output.output_type == "stream":
        text, is_warning = output.text.strip(), output.name == "stderr"
        if is_warning and canonical:
            raise ReportError(
                f"Cell {position} wrote to stderr: {text.rpartition(chr(10))[2]!r}. "
                "Take the cause away: a canonical run has no warnings."
            )
        return Block("warning" if is_warning else "text", position, text)
    data, sentence = output.data, output.data.get("text/markdown", "")
    if FIGURE in data:
        return _titled("figure", position, data, ("title", "alt", "caption"))
    if TABLE in data:
        return _titled("table", position, data, ("caption",))
    if sentence:
        kind = "evidence" if EVIDENCE in data else "sentence"
        return Block(kind, position, sentence, data.get(EVIDENCE, {}))
    for kind in data:
        if kind.startswith(("image/", "text/html", "text/latex")):
            raise ReportError(
                f"Cell {position} gives {kind} without a text alternative. "
                "Make it with seglib.figures, which brings one."
            )
    return Block("text", position, data.get("text/plain", ""))


def _titled(kind: str, position: int, data: Mapping[str, Any], names: tuple[str, ...]) -> Block:
    about = data[FIGURE if kind == "figure" else TABLE]
    texts = {name: about.get(name, "") for name in names}
    texts |= {f"heading of column {n}": text for n, text in enumerate(about.get("columns", ()), 1)}
    for name, text in texts.items():
        if not str(text).strip():
            raise ReportError(
                f"The {kind} of cell {position} has no {name}. "
                "Give it one: who cannot see the figures reads it instead."
            )
    return Block(kind, position, data.get("image/svg+xml", ""), about)


def _numbered(blocks: Iterable[Block], seen: Counter[str]) -> Iterator[Block]:
    for block in blocks:
        seen[block.kind] += 1
        yield replace(block, number=seen[block.kind])
