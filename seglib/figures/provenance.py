"""Tables of what was used: figures by year, what was left out, and the source beside another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglib.errors import ReportError
from seglib.figures.figure import Table
from seglib.figures.tables import table
from seglib.language import level_name, number
from seglib.sources.catalogue import source
from seglib.sources.load import load_comparison
from seglib.table import CountTable, CountTables

_WORDS = {
    "nl": {
        "columns": ("peiljaar", "gebieden", "personen", "weggelaten", "personen daarin"),
        "unknown": "niet bekend",
        "caption": "{place}: gebruikte cijfers per peiljaar, per {level}",
        "beside": ("wijk", "deze bron", "CBS", "verhouding", "opmerking"),
        "copy": "weggelaten: cijfers van {name}",
        "beside_caption": "{title}: aantal bewoners in 2015 naast dat van het CBS",
    },
    "en": {
        "columns": ("year", "areas", "persons", "left out", "persons in those"),
        "unknown": "not known",
        "caption": "{place}: figures used by year, by {level}",
        "beside": ("district", "this source", "CBS", "ratio", "remark"),
        "copy": "left out: figures of {name}",
        "beside_caption": "{title}: number of residents in 2015 beside that of CBS",
    },
}

_REMARKS = {
    "other people": {"nl": "andere bewoners dan CBS", "en": "other residents than CBS"},
    "older division": {"nl": "oudere indeling", "en": "older division"},
}


def provenance(tables: CountTables, *, lang: str) -> Table:
    """Show for each year how much was used, and how much was left out.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table
        A row for each year; persons of units without figures are "not known".
    """
    words = _WORDS[lang]
    first = next(iter(tables.values()))
    rows = [
        (
            str(year),
            number(one.n_units, 0, lang),
            number(one.total, 0, lang),
            number(len(one.dropped), 0, lang),
            _dropped_persons(one, lang),
        )
        for year, one in tables.items()
    ]
    caption = words["caption"].format(
        place=first.place, level=level_name(first.level, lang, number=1)
    )
    align = ("left", "right", "right", "right", "right")
    return table(rows, caption=caption, lang=lang, columns=words["columns"], align=align)


def _dropped_persons(one: CountTable, lang: str) -> str:
    known = [left.persons for left in one.dropped]
    if None in known:
        return str(_WORDS[lang]["unknown"])
    return number(sum(persons for persons in known if persons is not None), 0, lang)


def beside_another(tables: CountTables, *, lang: str) -> Table | None:
    """Show a secondary source beside the official figures of one year.

    Parameters
    ----------
    tables : CountTables
        Tables of one source.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table or None
        Number of residents in both, their ratio, and what was left out, for every unit that is
        used or dropped; None where the source is not secondary, so that nothing is shown.

    Raises
    ------
    ReportError
        The tables are of several sources.
    """
    keys = {one.source for one in tables.values()}
    if len(keys) != 1:
        raise ReportError(f"One source at a time can be compared, these are {sorted(keys)}.")
    about, words = source(keys.pop()), _WORDS[lang]
    if not about.comparison:
        return None
    frame = load_comparison(about.key)
    used = {code for one in tables.values() for code in one.units}
    used |= {left.unit for one in tables.values() for left in one.dropped}
    names = dict(zip(frame["unit_code"], frame["unit_name"], strict=True))
    rows = [
        (row.unit_name, row.elan, row.cbs, row.ratio, _remark(about.copies, row, names, lang))
        for row in frame.itertuples()
        if row.unit_code in used
    ]
    return table(
        rows,
        caption=words["beside_caption"].format(title=about.title),
        lang=lang,
        columns=words["beside"],
        decimals={words["beside"][1]: 0, words["beside"][2]: 0, words["beside"][3]: 2},
        align=("left", "right", "right", "right", "left"),
    )


def _remark(copies: Mapping[str, str], row: Any, names: Mapping[str, str], lang: str) -> str:
    if row.unit_code in copies:
        return str(_WORDS[lang]["copy"]).format(name=names[copies[row.unit_code]])
    return _REMARKS.get(row.remark, {}).get(lang, "")
