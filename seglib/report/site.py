"""The site around the reports: a list that can be searched, and pages on data and method."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from seglib.errors import ReportError
from seglib.report.dictionary import PAGES, data_page
from seglib.report.document import LANGUAGES, words
from seglib.report.method import METHOD_PAGES, method_page, method_texts
from seglib.report.parameters import slug_of
from seglib.report.render import TEMPLATES, environment
from seglib.report.theme import Theme

REGISTER = "reports.json"
SUFFIXES = {"pdf": "pdf", "docx": "docx", "parts": "zip"}  # of the files beside a page
BESIDE = ("places", "training")  # what other commands make in the same folder
_POLICY = "default-src 'none';"


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

    @property
    def where(self) -> str:
        """Its place and year, by which reports of one notebook differ."""
        return self.full_title.removeprefix(self.title).removeprefix(": ") or self.full_title


def index(entries: Iterable[Entry], theme: Theme | None = None, beside: Sequence[str] = ()) -> str:
    """The list of reports as a page: by language, notebook and place.

    ``beside`` are folders of other commands that it leads to, of ``BESIDE``.
    Its one script searches the list; the page allows that script and no other, and shows the whole
    list where scripts do not run.
    """
    known = list(entries)
    script = _text("site.js")
    sections = [
        {
            "lang": lang,
            "words": words(lang),
            "groups": _groups([entry for entry in known if entry.lang == lang]),
            "about": [*about(lang), *_further(lang, beside)],
        }
        for lang in LANGUAGES
        if any(entry.lang == lang for entry in known) or not known
    ]
    page = environment().get_template("site.html.j2")
    text = page.render(
        sections=sections,
        books=_books(known),
        style=_style(theme, "site.css"),
        script=Markup(script),
        theme=theme,
        **{lang: words(lang) for lang in LANGUAGES},
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return text.replace(_POLICY, f"{_POLICY} script-src 'sha256-{digest}';", 1) + "\n"


def _groups(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The reports of each notebook, by place; two of one place are told apart by their files."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.number, entry.title), []).append(entry)
    shown = []
    for (number, title), members in sorted(groups.items()):
        seen = Counter(entry.where for entry in members)
        members.sort(key=lambda entry: (slug_of(entry.where), entry.stem))
        reports = [_listed(entry, twice=seen[entry.where] > 1) for entry in members]
        about = {"number": number, "title": title, "description": members[0].description}
        shown.append({**about, "book": number or slug_of(title), "reports": reports})
    return shown


def _listed(entry: Entry, *, twice: bool) -> dict[str, Any]:
    """One line of the list; what to find it by has no capitals or accents."""
    own = words(entry.lang)
    files = [
        {"href": entry.file(suffix), "text": own[f"{name}_short"]}
        for name, suffix in SUFFIXES.items()
        if entry.has(name)
    ]
    return {
        "text": entry.where,
        "href": entry.file("html" if entry.has("html") else "ipynb"),
        "files": files,
        "apart": entry.stem if twice else "",
        "find": slug_of(f"{entry.number} {entry.full_title}").replace("-", " "),
    }


def _books(entries: Iterable[Entry]) -> dict[str, dict[str, str]]:
    """The notebooks to choose from, in both languages where there are reports in both."""
    books: dict[str, dict[str, str]] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        text = f"{entry.number} {entry.title}".strip()
        book = books.setdefault(
            entry.number or slug_of(entry.title), dict.fromkeys(LANGUAGES, text)
        )
        book[entry.lang] = text
    return books


def _style(theme: Theme | None, *sheets: str) -> Markup:
    return Markup("\n".join([theme.css() if theme else "", *map(_text, sheets)]))


def _text(name: str) -> str:
    return (TEMPLATES / "seglib" / name).read_text("utf-8")


def read_entries(folder: Path) -> list[Entry]:
    """What an earlier run put in this folder; nothing where there was none.

    Raises
    ------
    ReportError
        The register is not as this version writes it.
    """
    path = folder / REGISTER
    if not path.is_file():
        return []
    try:
        entries = [Entry(**each) for each in json.loads(path.read_text("utf-8"))]
        return [replace(entry, formats=tuple(entry.formats)) for entry in entries]
    except (TypeError, ValueError) as error:
        raise ReportError(
            f"{REGISTER} of folder {folder.name!r} is not as this version of seglib writes it. "
            "Make all reports again, or choose another folder."
        ) from error


def about(lang: str, up: str = "") -> list[dict[str, str]]:
    """Links to the pages on method and data in one language; ``up`` leads to the site."""
    own = {
        METHOD_PAGES[lang]: method_texts(lang)["link"],
        PAGES[lang]: words(lang)["data_page"]["link"],
    }
    return [{"href": f"{up}{page}", "text": text} for page, text in own.items()]


def _further(lang: str, beside: Sequence[str]) -> list[dict[str, str]]:
    own = words(lang)
    return [{"href": f"{name}/index.html", "text": own[f"{name}_page"]} for name in beside]


def pages() -> tuple[str, ...]:
    """The pages of the site beside the reports, relative to its folder."""
    return ("index.html", *PAGES.values(), *METHOD_PAGES.values())


def write_site(
    folder: Path,
    entries: Sequence[Entry],
    *,
    theme: Theme | None = None,
    beside: Sequence[str] = (),
) -> None:
    """Write ``index.html``, the pages on data and method, and the register of the next run."""
    method = environment().get_template("method.html.j2")
    style = _style(theme, "site.css")
    for lang in LANGUAGES:
        shown = {"page": method_page(lang), "lang": lang, "pages": METHOD_PAGES, "data": PAGES}
        written = {
            PAGES[lang]: data_page(lang, style),
            METHOD_PAGES[lang]: method.render(**shown, style=style) + "\n",
        }
        (folder / lang).mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (folder / name).write_text(text, "utf-8")
    (folder / "index.html").write_text(index(entries, theme, beside), "utf-8")
    register = json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=1)
    (folder / REGISTER).write_text(register + "\n", "utf-8")
