"""The page that lists the reports, Dutch first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seglib.report.dictionary import PAGES, data_page
from seglib.report.document import LANGUAGES, words
from seglib.report.render import environment

REGISTER = "reports.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One report in one language."""

    stem: str
    lang: str
    title: str
    place: str
    full_title: str
    description: str
    number: str
    formats: tuple[str, ...] = ("html", "pdf")

    def has(self, kind: str) -> bool:
        """Whether it was made in this format."""
        return kind in self.formats

    def file(self, suffix: str) -> str:
        """Its page (``html``) or document (``pdf``), relative to the site."""
        return f"{self.lang}/{self.stem}.{suffix}"


def index(entries: Iterable[Entry]) -> str:
    """The list of reports as a page, in the order given, each language by itself."""
    by_lang: dict[str, list[Entry]] = {lang: [] for lang in LANGUAGES}
    for entry in entries:
        by_lang[entry.lang].append(entry)
    sections = [
        {"lang": lang, "words": words(lang), "reports": reports, "data": PAGES[lang]}
        for lang, reports in by_lang.items()
        if reports
    ]
    return environment().get_template("site.html.j2").render(sections=sections) + "\n"


def read_entries(folder: Path) -> list[Entry]:
    """What an earlier run put in this folder; nothing where there was none."""
    path = folder / REGISTER
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    for each in entries:
        each["formats"] = tuple(each["formats"])
    return [Entry(**each) for each in entries]


def pages() -> tuple[str, ...]:
    """The pages of the site beside the reports, relative to its folder."""
    return ("index.html", *PAGES.values())


def write_site(folder: Path, entries: Sequence[Entry]) -> None:
    """Write ``index.html``, the pages on the data, and the register that the next run reads."""
    for lang, page in PAGES.items():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(data_page(lang), "utf-8")
    (folder / "index.html").write_text(index(entries), "utf-8")
    register = json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=1)
    (folder / REGISTER).write_text(register + "\n", "utf-8")
