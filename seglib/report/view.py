"""What a page and a PDF both show of a report: texts, tables and the record of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from seglib.claims import register
from seglib.report.document import LANGUAGES, Block, Document, words
from seglib.sources.area_figures import figure_sources
from seglib.sources.catalogue import Source, sources

if TYPE_CHECKING:
    from seglib.report.theme import Theme

LONGEST_REASON = 560  # characters, some seven lines of a page


def frame(doc: Document, theme: Theme | None = None) -> dict[str, Any]:
    """All that stands around the blocks of a report, in plain values.

    ``theme`` adds authors, publisher, funder and colophon; ``citation`` says how to cite the report
    and ``data`` which tables it was made from, each with a checksum of its content.
    """
    own, rows = words(doc.lang), record_rows(doc)
    parameters = {"columns": [own["parameter"], own["value"]], "rows": rows}
    names = ("lang", "title", "full_title", "place", "where", "description", "number", "short")
    return {name: getattr(doc, name) for name in names} | {
        "words": dict(own),
        "canonical": bool(doc.record.get("canonical")),
        "parameters": with_sides(parameters) if rows else None,
        "made": _made_from(doc),
        "by": byline(theme, doc.lang),
        "colophon": theme.colophon[doc.lang] if theme else "",
        "funder": theme.funder if theme else "",
        "citation": citation(doc, theme),
        "data": [f"{text} SHA-256 {mark}." for text, mark in data_used(doc)],
    }


def byline(theme: Theme | None, lang: str) -> str:
    """Who made a report, and when: what stands under its title."""
    if not theme:
        return ""
    when = day_in_words(theme.date, lang) if theme.date else ""
    return " · ".join(filter(None, (", ".join(theme.authors), theme.publisher, when)))


def day_in_words(day: str, lang: str) -> str:
    """A date written as ``2026-01-31`` as a reader says it.

    Examples
    --------
    >>> day_in_words("2026-01-31", "nl")
    '31 januari 2026'
    """
    year, month, number = day.split("-")
    return f"{int(number)} {words(lang)['months'].split()[int(month) - 1]} {year}"


def citation(doc: Document, theme: Theme | None = None) -> str:
    """How a report asks to be cited, as one line of text without markup."""
    own, number = words(doc.lang), f" {doc.number}" if doc.number else ""
    who = ", ".join(theme.authors) or theme.publisher if theme else ""
    when = f" ({theme.date[:4]})" if theme and theme.date else ""
    series = f"{own['series']}, {own['workbook'].lower()}{number}" if number else own["series"]
    version = theme.version if theme else ""
    made = f"seglib {doc.record.get('version', '')}".strip()
    parts = [
        f"{who}{when}" if who else "",
        f"{doc.full_title}{'' if who else when}",
        series,
        theme.publisher if theme and theme.authors else "",
        f"{own['version']} {version}" if version else "",
        f"{own['made_with']} {made}",
        own["checksum"] + " " + doc.record["sha256"][:12] if doc.record.get("sha256") else "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def data_used(doc: Document) -> list[tuple[str, str]]:
    """How to cite each table that a report rests on, and the checksum of its content."""
    return [
        (each.citation[doc.lang], each.checksums[each.table_file][:12])
        for each in sources_used(doc)
        if each.table_file in each.checksums
    ]


def sources_used(doc: Document) -> list[Source]:
    """The sources that figures and evidence of a report name."""
    keys = {str(block.data.get("source", "")) for block in doc.blocks("evidence")}
    named = " ".join(str(block.data.get("source", "")) for block in doc.blocks("figure"))
    return [
        each
        for each in (*sources(), *figure_sources())
        if each.key in keys or each.citation[doc.lang] in named
    ]


def shown(block: Block) -> dict[str, Any]:
    """One block in plain values; a source comes without 'Bron:', since the page sets that word.

    Evidence comes in parts, each in Markdown: the ``claim``, its ``outcome`` in one sentence, the
    ``reasons`` and the ``caveat``; ``numbers`` are what may be folded away, and long reasons too.
    """
    table = block.data if block.kind == "table" else block.data.get("table")
    own = {name: getattr(block, name) for name in ("kind", "cell", "text", "number")}
    texts = {name: block.data.get(name, "") for name in ("title", "alt", "caption")}
    return {
        **own,
        **texts,
        "id": f"{block.kind}-{block.number}",
        "source": re.sub(r"^(Bron|Bronnen|Source|Sources):\s*", "", block.data.get("source", "")),
        "table": with_sides(table) if table else None,
        **(evidence_parts(block) if block.kind == "evidence" else {}),
    }


def evidence_parts(block: Block) -> dict[str, str]:
    """The text of one claim box taken apart: what to read first and what may be folded."""
    lang = block.data.get("lang", LANGUAGES[0])
    claim, _, rest = block.text.partition("\n\n")
    outcome, _, rest = rest.partition("\n\n")
    known = register().get(str(block.data.get("claim", "")))
    reasons = " ".join(map(str, block.data.get("reasons", ())))
    told = [each for each in rest.split("\n\n") if each]
    ended = bool(reasons) and outcome.endswith(reasons)
    outcome = outcome.removesuffix(reasons).strip()
    if ended and len(reasons) > LONGEST_REASON:
        reasons, told = words(lang)["why"], [reasons, *told]
    number, _, name = known.section.partition(", ") if known else ("", "", "")
    caveat = next((each for each in told if known and known.caveat[lang] in each), "")
    return {
        "claim": re.sub(r"^\*\*C\d+\.\*\* ", "", claim) if known else claim,
        "claim_id": known.id if known else "",
        "section": words(lang)["section_of"].format(number=number, name=name) if known else "",
        "outcome": outcome,
        "reasons": reasons if ended else "",
        "caveat": caveat,
        "numbers": "\n\n".join(each for each in told if each != caveat),
    }


def with_sides(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the side to which each column is set, heading and all: numbers to the right."""
    columns, rows = list(table["columns"]), [list(map(str, row)) for row in table["rows"]]
    sides = table.get("align") or [
        "right" if n and all(_is_number(row[n]) for row in rows) else "left"
        for n in range(len(columns))
    ]
    right = [str(side).startswith("r") for side in sides]
    rows = [
        [_kept(text) if to_right else text for text, to_right in zip(row, right, strict=True)]
        for row in rows
    ]
    return {"columns": columns, "rows": rows, "right": right}


def _kept(text: str) -> str:
    """A number with its margin, which breaks before the margin and not in it."""
    return re.sub(r" (tot|to) ", "\u00a0\\1\u00a0", text)


def _is_number(text: str) -> bool:
    return not re.search(r"[^\W\d]{4,}", text) and bool(re.search(r"\d|^[–—-]?$", text))


def _made_from(doc: Document) -> str:
    """From which notebook, in which state, with which version a report was made."""
    record, own = doc.record, words(doc.lang)
    if not record.get("notebook"):
        return ""
    mark = f" ({own['fingerprint']} {record['sha256'][:12]})" if record.get("sha256") else ""
    made = f"{own['made_from']} {record['notebook']}.ipynb{mark}"
    return f"{made} {own['with_package']} {record.get('version', '')}".strip() + "."


def record_rows(doc: Document) -> list[tuple[str, str]]:
    """The parameters of a run in words: empty means what there is."""
    own = words(doc.lang)
    given = sorted(doc.record.get("parameters", {}).items())  # a stored notebook sorts its keys
    return [(name, _in_words(value, own)) for name, value in given]


def _in_words(value: Any, own: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return own["yes" if value else "no"]
    if isinstance(value, float):
        return repr(value).replace(".", own["decimal"])
    if isinstance(value, list | tuple):
        value = ", ".join(_in_words(each, own) for each in value)
    return str(value) or own["everything"]
