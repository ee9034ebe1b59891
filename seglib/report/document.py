"""An executed notebook as the blocks of one report, in reading order."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from seglib.errors import LanguageError, ReportError
from seglib.report.glossary import Term, explained
from seglib.report.references import Linker, Reference

if TYPE_CHECKING:
    from seglib.report.notes import Notes

LANGUAGES = ("nl", "en")
FIGURE = "application/vnd.seglib.figure+json"
TABLE = "application/vnd.seglib.table+json"
EVIDENCE = "application/vnd.seglib.evidence+json"
INJECTED = "injected-parameters"
LABEL = "label:"
WRITTEN = ("prose", "sentence", "evidence", "certainty")  # in Markdown
PARTS = ("foreword", "summary", "body", "interpretation", "appendix")
AFTER = ("exercise", "colophon")  # tags of cells that come after the argument


@dataclass(frozen=True, slots=True)
class Block:
    """One thing to read: prose, sentence, code, figure, table, evidence, text or warning.

    ``certainty`` is prose or a sentence for the box "how certain is this". A figure or table has
    the id ``figure-NUMBER`` or ``table-NUMBER`` and its ``label`` for cross-references. What an
    author wrote beside the notebook has cell 0.
    """

    kind: str
    cell: int
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    folded: bool = False
    label: str = ""
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One report in one language: all that any format shows, in reading order.

    ``foreword`` and ``interpretation`` are an author's own, from the file ``notes``. ``appendix``
    is what comes after the argument: exercises and the account of sources. The Markdown of all
    blocks holds links within the report only to ``#figure-N``, ``#table-N``, ``#ref-KEY`` (a work
    in ``references``), ``#term-KEY`` (one of ``terms``, at its first use) and to headings.
    Footnotes are numbered over the whole report. One that is ``short`` fits a few sheets of paper.
    """

    lang: str
    title: str
    place: str
    description: str
    number: str
    summary: tuple[Block, ...]
    body: tuple[Block, ...]
    record: Mapping[str, Any]
    years: tuple[int, ...] = ()
    foreword: tuple[Block, ...] = ()
    interpretation: tuple[Block, ...] = ()
    appendix: tuple[Block, ...] = ()
    references: tuple[Reference, ...] = ()
    terms: tuple[Term, ...] = ()
    short: bool = False

    @property
    def parts(self) -> tuple[tuple[Block, ...], ...]:
        """Foreword, summary, body, interpretation and appendix."""
        return tuple(getattr(self, name) for name in PARTS)

    @property
    def where(self) -> str:
        """Place and reference year, or the first and the last, as they stand beside the title."""
        year = _span(self.years)
        return ", ".join(filter(None, (self.place, "" if year in self.place else year)))

    @property
    def full_title(self) -> str:
        """Title, place and reference year, as a window or a list of files shows it."""
        return f"{self.title}: {self.where}" if self.where else self.title

    def blocks(self, kind: str) -> tuple[Block, ...]:
        """All blocks of one kind, in reading order."""
        return tuple(block for part in self.parts for block in part if block.kind == kind)


@cache
def words(lang: str) -> Mapping[str, str]:
    """The page's own words in one language."""
    if lang not in LANGUAGES:
        raise LanguageError(f"A report is in 'nl' or 'en', not in {lang!r}. Pick one of the two.")
    text = files("seglib.report").joinpath("templates", "words.toml").read_text("utf-8")
    return tomllib.loads(text)[lang]


def document(nb: NotebookNode, lang: str, *, notes: Notes | None = None) -> Document:
    """Order the cells of an executed notebook for a reader of one language, ``nl`` or ``en``.

    Cells tagged with the other language are left out and cells tagged ``summary`` come first;
    figures and tables are numbered in that order. A cell tagged ``certainty`` stands in a box, one
    tagged ``label:NAME`` is what ``@NAME`` in prose refers to, ``[@key]`` cites a work of
    ``data/references.bib``. ``notes`` adds an author's foreword and interpretation.

    Raises
    ------
    ReportError
        A cell holds an error, a warning in a canonical run, or a figure or table without text;
        or prose refers to what is not there.
    LanguageError
        The language is not one of the two.
    """
    words(lang)
    about = nb.metadata.get("seglib", {})
    record = dict(about.get("run", {}))
    arranged, heading = _arranged(nb, lang, bool(record.get("canonical", False)))
    arranged |= _from_notes(notes)
    seen: Counter[str] = Counter()
    numbered = [[*_numbered(arranged[name], seen)] for name in PARTS]
    linked, references, terms = _linked(numbered, _targets(nb, numbered, lang), lang, notes)
    years = _years(record, (block for part in linked for block in part))
    title, place, years = _title(about, record, lang, heading, years)
    description, number = _in_language(about.get("description", ""), lang), about.get("number", "")
    parts: dict[str, Any] = dict(zip(PARTS, map(_joined, linked), strict=True))
    parts |= {"record": record, "years": years, "references": references, "terms": terms}
    parts["short"] = bool(about.get("short", False))
    return Document(lang, title, place, description, str(number), **parts)


def _arranged(nb: NotebookNode, lang: str, canonical: bool) -> tuple[dict[str, list[Block]], str]:
    """Summary, body and appendix as the reader of one language meets them, and the heading."""
    parts: dict[str, list[Block]] = {"summary": [], "body": [], "appendix": []}
    heading, main = "", "body"
    for position, cell in numbered_cells(nb):
        tags = cell.metadata.get("tags", [])
        if lang not in tags and any(other in tags for other in LANGUAGES):
            continue
        blocks = list(_blocks_of(cell, position, canonical))
        if blocks and blocks[0].kind == "prose":
            blocks[0], found = _without_title(blocks[0], heading)
            heading = heading or found
        main = "appendix" if any(tag in tags for tag in AFTER) else main
        parts["summary" if "summary" in tags else main].extend(blocks)
    return parts, heading


def _from_notes(notes: Notes | None) -> dict[str, list[Block]]:
    """What an author wrote, one level of headings lower, since the page sets the section's."""
    texts = {name: getattr(notes, name, "") for name in ("foreword", "interpretation")}
    lower = {n: re.sub(r"^(#{2,5}) ", r"#\1 ", text, flags=re.M) for n, text in texts.items()}
    return {name: [Block("prose", 0, text)] if text else [] for name, text in lower.items()}


def _targets(
    nb: NotebookNode, parts: Iterable[Iterable[Block]], lang: str
) -> dict[str, tuple[str, str]]:
    """What each label refers to: the words for it and its id, empty where this run has none."""
    labels = [_label(cell) for cell in nb.cells]
    targets = {label: (words(lang)["absent"], "") for label in labels if label}
    for block in (block for part in parts for block in part):
        if block.label and block.kind in ("figure", "table"):
            name = f"{words(lang)[block.kind].lower()} {block.number}"
            targets[block.label] = (name, f"{block.kind}-{block.number}")
    return targets


def _label(cell: NotebookNode) -> str:
    tags = cell.metadata.get("tags", [])
    return next((tag.removeprefix(LABEL) for tag in tags if tag.startswith(LABEL)), "")


def _linked(
    parts: list[list[Block]],
    targets: Mapping[str, tuple[str, str]],
    lang: str,
    notes: Notes | None,
) -> tuple[list[list[Block]], tuple[Reference, ...], tuple[Term, ...]]:
    """All parts with references, citations and terms as links, and what these lead to."""
    linker, where = Linker(lang, targets), notes.name if notes else ""
    flat = [block for part in parts for block in part]
    texts = [
        linker.prepare(block.text, f"Cell {block.cell}" if block.cell else where)
        if block.kind in WRITTEN and not block.generated
        else block.text
        for block in flat
    ]
    texts, references = linker.finish(texts)
    readable = [n for n, block in enumerate(flat) if block.kind in WRITTEN[:2] + WRITTEN[3:]]
    told, terms = explained([texts[n] for n in readable], lang)
    for n, text in zip(readable, told, strict=True):
        texts[n] = text
    changed = iter(replace(block, text=text) for block, text in zip(flat, texts, strict=True))
    return [[next(changed) for _ in part] for part in parts], references, terms


def _joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks with boxes of certainty that follow each other made one, whatever code they need."""
    joined: list[Block] = []
    last = -1
    for block in blocks:
        if block.kind == "certainty" and last >= 0:
            joined[last] = replace(joined[last], text=f"{joined[last].text}\n\n{block.text}")
            continue
        joined.append(block)
        if block.kind != "code":
            last = len(joined) - 1 if block.kind == "certainty" else -1
    return tuple(joined)


def _years(record: Mapping[str, Any], blocks: Iterable[Block]) -> tuple[int, ...]:
    """The years that a report is about: those of its run, else those of its evidence."""
    years = record.get("years") or [
        year
        for block in blocks
        if block.kind == "evidence"
        for year in block.data.get("period", ())
    ]
    return tuple(sorted(set(years)))


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


def _title(
    about: Any, record: Mapping[str, Any], lang: str, heading: str, years: tuple[int, ...]
) -> tuple[str, str, tuple[int, ...]]:
    """Title, place and years; the latter two are empty where the title holds them already."""
    parameters = record.get("parameters", {})
    place = parameters.get("place", "")
    place = place if isinstance(place, str) else ", ".join(map(str, place))
    place = f"{wijk} ({place})" if (wijk := parameters.get("wijk")) else place
    title = _in_language(about.get("title", ""), lang) or heading
    if not title:
        raise ReportError(
            f"The notebook has no title in {lang!r}. Give its metadata seglib.title.{lang}, "
            "or begin it with a line '# Title'."
        )
    told = {"{place}": place, "{year}": _span(years)}
    held = re.sub(r"\{(?:place|year)\}", lambda found: told[found[0]], title)
    return held, "" if "{place}" in title else place, () if "{year}" in title else years


def _span(years: tuple[int, ...]) -> str:
    """One year, or the first and the last of several."""
    return "–".join(map(str, dict.fromkeys((*years[:1], *years[-1:]))))


def _in_language(text: Any, lang: str) -> str:
    return text if isinstance(text, str) else str(text.get(lang, ""))


def _blocks_of(cell: NotebookNode, position: int, canonical: bool) -> Iterator[Block]:
    if cell.cell_type == "markdown":
        kind = "certainty" if "certainty" in cell.metadata.get("tags", []) else "prose"
        yield Block(kind, position, cell.source)
    if cell.cell_type != "code" or not cell.source.strip():
        return
    yield Block("code", position, cell.source.strip(), folded=True)
    tags = cell.metadata.get("tags", [])
    for output in cell.get("outputs", []):
        block = _block_of(output, position, canonical)
        kind = "certainty" if block.kind == "sentence" and "certainty" in tags else block.kind
        own = {"kind": kind, "folded": "exercise" in tags, "label": _label(cell)}
        yield replace(block, **own, generated=True)


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
    if kind == "figure" and texts["alt"].strip() == texts["caption"].strip():
        raise ReportError(
            f"The figure of cell {position} says in its alt only what its caption says. "
            "Say in alt what is to be seen."
        )
    return Block(kind, position, data.get("image/svg+xml", ""), about)


def _numbered(blocks: Iterable[Block], seen: Counter[str]) -> Iterator[Block]:
    for block in blocks:
        seen[block.kind] += 1
        yield replace(block, number=seen[block.kind])
