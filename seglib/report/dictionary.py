"""The data page: every embedded table with its publisher, licence, checks, columns and items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seglib.language import number
from seglib.report.document import words
from seglib.report.render import environment
from seglib.sources import area_figures, catalogue, schema
from seglib.sources.catalogue import Source

PAGES = {"nl": "nl/gegevens.html", "en": "en/data.html"}
_FACTS = ("licence_seen", "rounding", "checked_against", "citation", "note")


def data_page(lang: str, style: str = "") -> str:
    """The data dictionary as an accessible page, ``nl`` or ``en``, with more ``style``."""
    own = words(lang)
    known = (*catalogue.sources(), *area_figures.figure_sources())
    sources = [_described(one, lang) for one in known if not one.fetched]
    template = environment().get_template("data.html.j2")
    return template.render(lang=lang, words=own, sources=sources, pages=PAGES, style=style) + "\n"


def _described(one: Source, lang: str) -> dict[str, Any]:
    """What the page says of one source."""
    own = words(lang)["data_page"]
    facts = [
        ("publisher", f"{one.publisher}, {one.address}"),
        ("route", one.route),
        ("licence", one.licence),
        *((name, str(getattr(one, name)[lang])) for name in _FACTS),
        ("years", ", ".join(map(str, one.years)) or own["none"]),
        ("units", one.geography_in(lang)),
        ("classification", one.classification),
    ]
    files = [
        {
            "name": name,
            "size": _kilobytes(one.folder / name, lang),
            "sum": digest,
        }
        for name, digest in sorted(one.checksums.items())
    ]
    has_items = f"tables/{one.key}-items.csv" in one.checksums
    columns = () if has_items else _columns(one)
    return {
        "title": one.title,
        "key": one.key,
        "lang": "" if lang == "nl" else "nl",
        "warning": own["secondary"] if one.secondary else "",
        "facts": [(own[name], text) for name, text in facts if text],
        "columns": [
            (name, own["columns"].get(name, own["columns"]["printed"])) for name in columns
        ],
        "items": area_figures.load_items(one.key).to_dict("records") if has_items else (),
        "kinds": own["kinds"],
        "files": files,
    }


def _columns(one: Source) -> tuple[str, ...]:
    """The columns of a table of counts, as its file has them."""
    if one.form == "tidy":
        return schema.COLUMNS
    header = catalogue.read_verified(one.table_file, one.folder).split("\n", 1)[0]
    names = tuple(header.split(","))
    return names if "unit_code" in names else ()


def _kilobytes(path: Path, lang: str) -> str:
    return f"{number(path.stat().st_size / 1000, 0, lang)} kB"
