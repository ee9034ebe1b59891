"""Tables of what was used: figures by year, what was left out, and the source beside another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from seglib.disclosure import NAMED_LEVELS
from seglib.errors import ReportError
from seglib.figures.figure import Table, table
from seglib.language import level_name, listing, number, word_list
from seglib.sources.catalogue import source, sources
from seglib.sources.load import load_comparison
from seglib.table import CountTable, CountTables

_WORDS = word_list("figure_provenance")
_REASONS = word_list("left_out")


def provenance(tables: CountTables, *, lang: str) -> Table:
    """Show for each year how much was used, and what was left out and why.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table
        A row for each year. Persons are shown where the source prints them, not where they were
        only computed from shares; below the wijk units left out are counted, not named.
    """
    words = _WORDS[lang]
    first = next(iter(tables.values()))
    rows = [
        (
            str(year),
            number(one.n_units, 0, lang),
            number(one.total, 0, lang) if _prints_persons(one) else words["only_shares"],
            _left_out(one, lang),
        )
        for year, one in tables.items()
    ]
    level = level_name(first.level, lang, number=1)
    return table(
        rows,
        caption=words["caption"].format(place=first.place, level=level),
        lang=lang,
        columns=[words[name] for name in ("year", "areas", "persons", "left")],
        align=("left", "right", "right" if _prints_persons(first) else "left", "left"),
    )


def _prints_persons(one: CountTable) -> bool:
    return all(known.key != one.source or known.recovery == "none" for known in sources())


def _left_out(one: CountTable, lang: str) -> str:
    """Units left out, by reason."""
    words, by_reason = _WORDS[lang], dict[str, list[str]]()
    for left in one.dropped:
        name = left.name
        if left.persons is not None and _prints_persons(one):
            persons = number(left.persons, 0, lang)
            name = words["with_persons"].format(name=name, persons=persons)
        by_reason.setdefault(_reason(left.reason, one, lang), []).append(name)
    told = []
    for reason, names in by_reason.items():
        who = listing(names, lang)
        if one.level and one.level not in NAMED_LEVELS:
            who = f"{number(len(names), 0, lang)} {level_name(one.level, lang, number=len(names))}"
        told.append(f"{who}: {reason}")
    return "; ".join(told) or words["nothing"]


def _reason(reason: str, one: CountTable, lang: str) -> str:
    other = re.search(r"figures of (\S+)", reason)
    code = other[1] if other else ""
    name = dict(zip(one.units, one.unit_names, strict=True)).get(code, code)
    for mark, text in _REASONS[lang].items():
        if mark in reason:
            return text.format(name=name)
    return reason


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
        columns=[words[name] for name in ("unit", "here", "cbs", "ratio", "remark")],
        decimals={words["here"]: 0, words["cbs"]: 0, words["ratio"]: 2},
        align=("left", "right", "right", "right", "left"),
    )


def _remark(copies: Mapping[str, str], row: Any, names: Mapping[str, str], lang: str) -> str:
    if row.unit_code in copies:
        return _WORDS[lang]["copy"].format(name=names[copies[row.unit_code]])
    return _WORDS[lang].get(row.remark, "")
