"""The page that lists the reports, Dutch first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from seglib.report.document import LANGUAGES, words
from seglib.report.render import environment

REGISTER = "reports.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One report in one language, with its files relative to the site."""

    stem: str
    lang: str
    title: str
    place: str
    full_title: str
    description: str
    number: str
    html: str
    pdf: str


def index(entries: Iterable[Entry]) -> str:
    """The list of reports as a page, in the order given, each language by itself."""
    entries = tuple(entries)
    sections = [
        {"lang": lang, "words": words(lang), "reports": [e for e in entries if e.lang == lang]}
        for lang in LANGUAGES
        if any(entry.lang == lang for entry in entries)
    ]
    return environment().get_template("site.html.j2").render(sections=sections) + "\n"


def read_entries(folder: Path) -> list[Entry]:
    """What an earlier run put in this folder; nothing where there was none."""
    path = folder / REGISTER
    if not path.is_file():
        return []
    return [Entry(**entry) for entry in json.loads(path.read_text("utf-8"))]


def write_site(folder: Path, entries: Sequence[Entry]) -> str:
    """Write ``index.html`` and the register that the next run reads; returns the page."""
    page = index(entries)
    (folder / "index.html").write_text(page, "utf-8")
    register = json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=1)
    (folder / REGISTER).write_text(register + "\n", "utf-8")
    return page
