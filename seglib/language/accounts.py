"""Sentences that account for something: parts of a change, margins, maps, provenance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seglib.language.formats import (
    decimals_of,
    is_percentage,
    listing,
    number,
    percent,
    shown,
    span,
    value_text,
)
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import (
    group_name,
    level_name,
    measure_name,
    part_name,
    people_of,
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
    word = "toevalsmarge" if lang == "nl" else "margin of chance"
    return f"{word} {span(low, high, decimals_of(found.symbol), lang, signed=True)}"


def _between_brackets(*texts: str) -> str:
    told = "; ".join(filter(None, texts))
    return f" ({told})" if told else ""


def _no_margin(found: Decomposition, lang: str) -> str:
    if found.low and found.high:
        return ""
    why = reason_text(found.reason_code or found.reason, lang)
    if lang == "nl":
        return f"Bij deze delen staat geen toevalsmarge: {why}."
    return f"These parts have no margin of chance: {why}."


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
    letter = found.symbol.removesuffix("_rest")
    told = []
    for part, value in parts.items():
        share = ""
        if one_way and found.total:
            share = percent(100 * value / found.total, 0, lang)
        beside = _between_brackets(share, _part_margin(found, part, lang))
        text = f"{_signed(found.symbol, value, lang)}{beside}"
        joint = "bij" if lang == "nl" else "goes with"
        told.append(f"{text} {joint} {part_name(part, lang)}")
    margin = _between_brackets(_part_margin(found, "total", lang))
    total = _signed(found.symbol, found.total, lang) + margin
    when = _when(found, lang)
    if lang == "nl":
        first = f"{letter} veranderde{when} met {total}." if when else f"{letter} is {total}."
        second = f"Daarvan hoort {listing(told, lang)}." if told else ""
        last = "Deze optelsom wijst geen oorzaak aan."
        if not one_way:
            last = "De delen wijzen niet alle dezelfde kant op. " + last
    else:
        first = f"{letter} changed{when} by {total}." if when else f"{letter} is {total}."
        second = f"Of this {listing(told, lang)}." if told else ""
        last = "This sum names no cause."
        if not one_way:
            last = "The parts do not all point the same way. " + last
    return together([first, second, _no_margin(found, lang), last])


def _when(found: Decomposition, lang: str) -> str:
    years = [year for year in found.years or () if year is not None]
    where = f" in {found.place}" if found.place else ""
    if len(years) != 2:
        return where or (" in deze periode" if lang == "nl" else " in this period")
    word = ("tussen", "en") if lang == "nl" else ("between", "and")
    return f"{where} {word[0]} {years[0]} {word[1]} {years[1]}"


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
    article = "de " if lang == "nl" else "the "
    name = "D" if symbol in ("D", "D_rest") else article + measure_name(symbol, lang)
    whom = ""
    if groups:
        whom = (" voor " if lang == "nl" else " for ") + people_of(groups[0], lang)
    start, end, alone = (value_text(symbol, x, lang) for x in (before, after, margins_only))
    gaps = _signed(symbol, after - before, lang), _signed(symbol, margins_only - before, lang)
    same_way = (after - before) * (margins_only - before) > 0
    share = 100 * (margins_only - before) / (after - before) if after != before else 0.0
    if lang == "nl":
        text = (
            f"Waren alleen de groepen gegroeid of gekrompen, ieder met de oude spreiding, dan was "
            f"{name}{whom} uitgekomen op {alone} ({gaps[1]}); waargenomen is {end}, tegen {start} "
            f"aan het begin ({gaps[0]})."
        )
        more = f"Die rekensom geeft {percent(share, 0, lang)} van de waargenomen verandering."
        last = "Dit is een rekensom zonder toevalsmarge."
    else:
        text = (
            f"Had only the groups grown or declined, each with its old spread, {name}{whom} would "
            f"have come to {alone} ({gaps[1]}); observed is {end}, against {start} at the start "
            f"({gaps[0]})."
        )
        more = f"This sum gives {percent(share, 0, lang)} of the observed change."
        last = "It is a sum without a margin of chance."
    return together([text, more if same_way and 0 < share <= 100 else "", last])


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
    people = people_of(group, lang)
    points = [f"{number(100 * value, 1, lang, signed=True)}" for value in found.parts.values()]
    names = [part_name(part, lang) for part in found.parts]
    total = number(100 * found.total, 1, lang, signed=True)
    when = _when(found, lang)
    if lang == "nl":
        told = [f"{value} bij {name}" for value, name in zip(points, names, strict=True)]
        text = (
            f"Voor {people} veranderde het aandeel van de eigen groep in de buurt{when} met "
            f"{total} procentpunt: {listing(told, lang)}."
        )
    else:
        told = [f"{value} goes with {name}" for value, name in zip(points, names, strict=True)]
        text = (
            f"For {people} the share of the own group in the area changed{when} by {total} "
            f"percentage points: {listing(told, lang)}."
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
    units = (
        f"{number(table.n_units, 0, lang)} {level_name(table.level, lang, number=table.n_units)}"
    )
    people = ""
    if printed:
        word = "personen" if lang == "nl" else "persons"
        people = f", {number(int(table.total), 0, lang)} {word}"
    text = f"{head}: {units}{people}" if head else f"{units}{people}"
    return f"{text}; {_left_out(table, lang, printed=printed)}."


def _counts_are_printed(key: str) -> bool:
    return all(source.key != key or source.recovery == "none" for source in sources())


def _left_out(table: CountTable, lang: str, *, printed: bool) -> str:
    dropped = len(table.dropped)
    if not dropped:
        return "niets weggelaten" if lang == "nl" else "nothing left out"
    text = f"{dropped} {level_name(table.level, lang, number=dropped)} "
    text += "weggelaten" if lang == "nl" else "left out"
    gone = [left.persons for left in table.dropped]
    if not printed or None in gone:
        return text
    known = number(sum(persons or 0 for persons in gone), 0, lang)
    return text + (f" met {known} personen" if lang == "nl" else f" with {known} persons")


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
    if lang == "nl":
        return Sentence(f"De groepen, met de naam van de kolom in de bron: {listing(named, lang)}.")
    return Sentence(f"The groups, with the name of the source's column: {listing(named, lang)}.")


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
        text = "geen enkel gebied heeft een waarde" if lang == "nl" else "no area has a value"
        return Sentence(f"{text[0].upper()}{text[1:]}.")
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    name, units = measure_name(found.symbol, lang), level_name(level, lang)
    centre = value_text(found.symbol, float(middle), lang)
    unit = "%" if is_percentage(found.symbol) else ""
    ends = (shown(found.symbol, float(low)), shown(found.symbol, float(high)))
    half = span(*ends, decimals_of(found.symbol), lang, unit=unit)
    when = f" {found.year}" if found.year is not None else ""
    where = f"{found.place}{when}: " if found.place or when else ""
    if lang == "nl":
        text = f"{where}van {name} is de middelste waarde {centre}; de middelste helft van de "
        text += f"{units} ligt op {half}."
        hidden = f"Van {masked} {level_name(level, lang, number=masked)} is de waarde niet getoond."
    else:
        text = f"{where}the median of {name} is {centre}; the middle half of the "
        text += f"{units} lies at {half}."
        hidden = f"The value of {masked} {level_name(level, lang, number=masked)} is not shown."
    return together([text[0].upper() + text[1:], hidden if masked else ""])
