"""Tables of what was used: figures by year, what was left out, and the source beside another."""

from __future__ import annotations

import io

import pandas as pd

from seglib.errors import ReportError
from seglib.figures.figure import Table
from seglib.figures.tables import table
from seglib.language import level_name, number
from seglib.sources.catalogue import read_verified, source
from seglib.table import CountTable, CountTables

_WORDS = {
    "nl": {
        "columns": ("peiljaar", "gebieden", "personen", "weggelaten", "personen daarin"),
        "unknown": "niet bekend",
        "caption": "{place}: gebruikte cijfers per peiljaar, per {level}",
        "beside": ("wijk", "deze bron", "CBS", "verhouding"),
        "beside_caption": "{title}: aantal bewoners in 2015 naast dat van het CBS",
    },
    "en": {
        "columns": ("year", "areas", "persons", "left out", "persons in those"),
        "unknown": "not known",
        "caption": "{place}: figures used by year, by {level}",
        "beside": ("district", "this source", "CBS", "ratio"),
        "beside_caption": "{title}: number of residents in 2015 beside that of CBS",
    },
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
    caption = words["caption"].format(place=first.place, level=level_name(first.level, lang))
    return table(rows, caption=caption, lang=lang, columns=words["columns"])


def _dropped_persons(one: CountTable, lang: str) -> str:
    known = [left.persons for left in one.dropped]
    if None in known:
        return str(_WORDS[lang]["unknown"])
    return number(sum(persons for persons in known if persons is not None), 0, lang)


def beside_another(tables: CountTables, *, lang: str) -> Table:
    """Show a secondary source beside the official figures of one year.

    Parameters
    ----------
    tables : CountTables
        Tables of one source.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table
        Number of residents by unit in both, and their ratio; or, where the source is not
        secondary, what it was checked against.

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
        word = "vergeleken met" if lang == "nl" else "checked against"
        head = ("bron", word) if lang == "nl" else ("source", word)
        return table(
            [(about.title, about.checked_against[lang])],
            caption=f"{about.title}: {word}",
            lang=lang,
            columns=head,
            align=("left", "left"),
        )
    frame = pd.read_csv(io.StringIO(read_verified(about.comparison)))
    used = {code for one in tables.values() for code in one.units}
    rows = [
        (
            row.unit_name,
            number(row.elan, 0, lang),
            number(row.cbs, 0, lang),
            number(row.ratio, 2, lang),
        )
        for row in frame.itertuples()
        if row.unit_code in used
    ]
    caption = words["beside_caption"].format(title=about.title)
    return table(rows, caption=caption, lang=lang, columns=words["beside"])
