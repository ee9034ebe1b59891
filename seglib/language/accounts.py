"""Sentences that account for something: parts of a change, margins, maps, provenance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seglib.language.formats import (
    decimals_of,
    listing,
    number,
    percent,
    shown,
    span,
    span_text,
    value_text,
)
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import (
    group_name,
    level_name,
    measure_name,
    part_name,
    people_of,
    phrase,
    reason_text,
)
from seglib.result import ChangeEstimate, Decomposition, LocalEstimates
from seglib.sources.catalogue import sources
from seglib.table import CountTable, CountTables


def _signed(symbol: str, value: float, lang: str) -> str:
    return number(shown(symbol, value), decimals_of(symbol), lang, signed=True)


def _part_margin(found: Decomposition, part: str, lang: str) -> str:
    if not found.low or not found.high or part not in found.low or part not in found.high:
        return ""
    low, high = (shown(found.symbol, bound[part]) for bound in (found.low, found.high))
    ends = span(low, high, decimals_of(found.symbol), lang, signed=True)
    return phrase("margins.margin", lang, ends=ends)


def _between_brackets(*texts: str) -> str:
    told = "; ".join(filter(None, texts))
    return f" ({told})" if told else ""


def _no_margin(found: Decomposition, lang: str) -> str:
    if found.low and found.high:
        return ""
    why = reason_text(found.reason_code or found.reason, lang)
    return phrase("margins.parts", lang, why=why)


def say_decomposition(found: Decomposition, *, lang: str) -> Sentence:
    """Say the parts of a change, or of a whole, and each part's share where all point one way.

    Parameters
    ----------
    found : Decomposition
        Parts that add up; parts of zero are left out.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A sum, with the remark that a sum names no cause.
    """
    parts = {part: value for part, value in found.parts.items() if abs(value) > 0}
    one_way = all((value > 0) == (found.total > 0) for value in parts.values())
    told: list[str] = []
    for part, value in parts.items():
        share = percent(100 * value / found.total, 0, lang) if one_way and found.total else ""
        beside = _between_brackets(share, _part_margin(found, part, lang))
        text = _signed(found.symbol, value, lang) + beside
        told.append(phrase("sum.part", lang, value=text, part=part_name(part, lang)))
    margin = _between_brackets(_part_margin(found, "total", lang))
    whole = phrase(
        "sum.change",
        lang,
        letter=found.symbol.removesuffix("_rest"),
        when=_when(found, lang),
        total=_signed(found.symbol, found.total, lang) + margin,
    )
    return together(
        [
            whole,
            phrase("sum.parts", lang, told=listing(told, lang)) if told else "",
            _no_margin(found, lang),
            "" if one_way else phrase("sum.both_ways", lang),
            phrase("sum.no_cause", lang),
        ]
    )


def _when(found: Decomposition, lang: str) -> str:
    years = [year for year in found.years or () if year is not None]
    where = phrase("about.where", lang, place=found.place) if found.place else ""
    if len(years) != 2:
        return where or phrase("about.period", lang)
    return where + phrase("about.when", lang, first=years[0], last=years[1])


def say_margins_only(
    symbol: str,
    before: float,
    after: float,
    margins_only: float,
    *,
    lang: str,
    groups: tuple[str, ...] = (),
) -> Sentence:
    """Say what the change would have been if only the sizes of the groups had changed.

    Parameters
    ----------
    symbol : str
        The measure.
    before, after : float
        Its value in the first and in the last year.
    margins_only : float
        Its value with the spread of the first year and the group totals of the last.
    lang : str
        "nl" or "en".
    groups : tuple of str
        The group and its reference, for a measure of one group.

    Returns
    -------
    Sentence
        The two values side by side, with the share of the change where both go the same way.
    """
    name, whom = "D", ""
    if symbol not in ("D", "D_rest"):
        name = phrase("about.all", lang, name=measure_name(symbol, lang))
    if groups:
        whom = phrase("about.whom", lang, people=people_of(groups[0], lang))
    told = phrase(
        "sum.margins",
        lang,
        name=name,
        whom=whom,
        alone=value_text(symbol, margins_only, lang),
        gap_alone=_signed(symbol, margins_only - before, lang),
        start=value_text(symbol, before, lang),
        end=value_text(symbol, after, lang),
        gap=_signed(symbol, after - before, lang),
    )
    part = (margins_only - before) / (after - before) if after != before else 0.0
    share = ""
    if 0 < part <= 1:
        share = phrase("sum.margins_share", lang, share=percent(100 * part, 0, lang))
    return together([told, share, phrase("sum.margins_end", lang)])


def say_margins(pairs: Iterable[tuple[ChangeEstimate, float]], *, lang: str) -> Sentence:
    """Say for several changes what the sizes of the groups alone would have given.

    Parameters
    ----------
    pairs : iterable of tuple of ChangeEstimate and float
        Each change with the value that the measure would have had at the end.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line for each change.
    """
    return bullets(
        say_margins_only(
            change.symbol, change.before, change.after, alone, lang=lang, groups=change.groups
        )
        for change, alone in pairs
    )


def say_isolation(found: Decomposition, *, lang: str, group: str = "") -> Sentence:
    """Say how much of a change in isolation goes with the size of the group.

    Parameters
    ----------
    found : Decomposition
        The change of isolation, with a part for the share and one for the spread.
    lang : str
        "nl" or "en".
    group : str
        The group; by default the first of the decomposition.

    Returns
    -------
    Sentence
        The change in percentage points and its parts.
    """
    group = group or (found.groups[0] if found.groups else "")
    told = [
        phrase(
            "sum.part",
            lang,
            value=number(100 * value, 1, lang, signed=True),
            part=part_name(part, lang),
        )
        for part, value in found.parts.items()
    ]
    text = phrase(
        "sum.isolation",
        lang,
        people=people_of(group, lang),
        when=_when(found, lang),
        total=number(100 * found.total, 1, lang, signed=True),
        told=listing(told, lang),
    )
    return together([text, _no_margin(found, lang)])


def say_provenance(tables: CountTable | CountTables, *, lang: str) -> Sentence:
    """Say how many units and persons each year has, and what was left out.

    Where a source prints shares and counts are only computed from these, no persons are given.

    Parameters
    ----------
    tables : CountTable or CountTables
        The tables that are measured.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One line per table.
    """
    many = [tables] if isinstance(tables, CountTable) else list(tables.values())
    return bullets(_one_table(table, lang) for table in many)


def _one_table(table: CountTable, lang: str) -> str:
    printed = _counts_are_printed(table.source)
    head = f"{table.place}{'' if table.year is None else f' {table.year}'}".strip()
    people = ""
    if printed:
        people = phrase("provenance.people", lang, number=number(int(table.total), 0, lang))
    return phrase(
        "provenance.line",
        lang,
        head=f"{head}: " if head else "",
        units=_units(table.n_units, table.level, lang),
        people=people,
        left=_left_out(table, lang, printed=printed),
    )


def _units(count: int, level: str, lang: str) -> str:
    return f"{number(count, 0, lang)} {level_name(level, lang, number=count)}"


def _counts_are_printed(key: str) -> bool:
    return all(source.key != key or source.recovery == "none" for source in sources())


def _left_out(table: CountTable, lang: str, *, printed: bool) -> str:
    if not table.dropped:
        return phrase("provenance.nothing_left", lang)
    text = phrase("provenance.left", lang, units=_units(len(table.dropped), table.level, lang))
    gone = [left.persons for left in table.dropped]
    if not printed or None in gone:
        return text
    known = number(sum(persons or 0 for persons in gone), 0, lang)
    return text + phrase("provenance.left_people", lang, number=known)


def say_groups(groups: tuple[str, ...], *, lang: str) -> Sentence:
    """Say once under which column name each group stands in the source.

    Parameters
    ----------
    groups : tuple of str
        Group names of a table.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        Display names with the column names, marked as such.
    """
    named = [f"{group_name(group, lang)} (`{group}`)" for group in groups]
    return Sentence(phrase("provenance.groups", lang, named=listing(named, lang)))


def say_map(found: LocalEstimates, *, lang: str, masked: int = 0, level: str = "") -> Sentence:
    """Say what a map shows as a whole, without naming or ranking areas.

    Parameters
    ----------
    found : LocalEstimates
        One value per unit.
    lang : str
        "nl" or "en".
    masked : int
        Units that are hatched because they are too small.
    level : str
        Level of the units.

    Returns
    -------
    Sentence
        Median, the middle half, and how many units have no value.
    """
    values = np.asarray(found.values)[~np.isnan(found.values)]
    if not values.size:
        return Sentence(phrase("map.empty", lang))
    low, middle, high = (float(value) for value in np.quantile(values, [0.25, 0.5, 0.75]))
    when = f" {found.year}" if found.year is not None else ""
    text = phrase(
        "map.told",
        lang,
        head=f"{found.place}{when}: ".lstrip() if found.place or when else "",
        name=measure_name(found.symbol, lang),
        centre=value_text(found.symbol, middle, lang),
        units=level_name(level, lang),
        half=span_text(found.symbol, low, high, lang),
    )
    hidden = phrase("map.hidden", lang, units=_units(masked, level, lang)) if masked else ""
    return together([text[0].upper() + text[1:], hidden])
