"""What a page and a PDF both show of a report: texts, tables and the record of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from seglib.report.document import Block, Document, words


def frame(doc: Document) -> dict[str, Any]:
    """All that stands around the blocks of a report."""
    own, rows = words(doc.lang), record_rows(doc)
    parameters = {"columns": [own["parameter"], own["value"]], "rows": rows}
    names = ("lang", "title", "full_title", "place", "description", "number")
    return {name: getattr(doc, name) for name in names} | {
        "words": dict(own),
        "canonical": bool(doc.record.get("canonical")),
        "parameters": with_sides(parameters) if rows else None,
        "made": _made_from(doc),
    }


def shown(block: Block) -> dict[str, Any]:
    """One block in plain values; a source comes without 'Bron:', since the page sets that word."""
    table = block.data if block.kind == "table" else block.data.get("table")
    own = {name: getattr(block, name) for name in ("kind", "cell", "text", "number")}
    texts = {name: block.data.get(name, "") for name in ("title", "alt", "caption")}
    return {
        **own,
        **texts,
        "id": f"{block.kind}-{block.number}",
        "source": re.sub(r"^(Bron|Bronnen|Source|Sources):\s*", "", block.data.get("source", "")),
        "table": with_sides(table) if table else None,
    }


def with_sides(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the side to which each column is set, heading and all: numbers to the right."""
    columns, rows = list(table["columns"]), [list(map(str, row)) for row in table["rows"]]
    sides = table.get("align") or [
        "right" if n and all(_is_number(row[n]) for row in rows) else "left"
        for n in range(len(columns))
    ]
    return {"columns": columns, "rows": rows, "right": [str(s).startswith("r") for s in sides]}


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
