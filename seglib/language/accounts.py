"""Sentences that account for something: parts of a change, margins, groups, maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from seglib.inference import RoundingBand, too_wide
from seglib.language.formats import (
    capital,
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


def _signed(symbol: str, value: float, lang: str) -> str:
    return number(shown(symbol, value), decimals_of(symbol), lang, signed=True)


def _part_margin(found: Decomposition, part: str, lang: str) -> str:
    if not found.low or not found.high or part not in found.low or part not in found.high:
        return ""
    low, high = (shown(found.symbol, bound[part]) for bound in (found.low, found.high))
    ends = span(low, high, decimals_of(found.symbol), lang, signed=True)
    return phrase("margins.margin", lang, ends=ends)


def _parts(found: Decomposition) -> dict[str, float]:
    return {part: value for part, value in found.parts.items() if abs(value) > 0}


def _one_way(found: Decomposition) -> bool:
    """Whether all parts point the way of a total that is not zero."""
    return found.total != 0 and all(value * found.total > 0 for value in _parts(found).values())


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
    parts, one_way = _parts(found), _one_way(found)
    told: list[str] = []
    for part, value in parts.items():
        share = percent(100 * value / found.total, 0, lang) if one_way else ""
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


def say_shares(found: Decomposition, *, lang: str) -> Sentence:
    """Say in one sentence which part of a change goes with what.

    Parameters
    ----------
    found : Decomposition
        Parts that add up; parts of zero are left out.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        Shares of the total where all parts point one way, else the parts with their sign.
    """
    parts = _parts(found)
    told = [
        phrase(
            "sum.part",
            lang,
            value=percent(100 * value / found.total, 0, lang)
            if _one_way(found)
            else _signed(found.symbol, value, lang),
            part=part_name(part, lang),
        )
        for part, value in parts.items()
    ]
    margin = _between_brackets(_part_margin(found, "total", lang))
    return Sentence(
        phrase(
            "sum.shares",
            lang,
            letter=found.symbol,
            total=_signed(found.symbol, found.total, lang) + margin,
            told=listing(told, lang),
        )
    )


def say_margins(pairs: Iterable[tuple[ChangeEstimate, float]], *, lang: str) -> Sentence:
    """Say what growth and decline of the groups alone would have given.

    Parameters
    ----------
    pairs : iterable of tuple of ChangeEstimate and float
        Each observed change with the value that the measure would have had at the end, had every
        group kept its spread of the first year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence with both changes side by side, and the remark that it is a sum.
    """
    told = [
        phrase(
            "sum.alone",
            lang,
            name=group_name(change.groups[0], lang)
            if change.groups
            else phrase("about.all", lang, name=measure_name(change.symbol, lang)),
            alone=_signed(change.symbol, alone - change.before, lang),
            observed=_signed(change.symbol, change.after - change.before, lang),
        )
        for change, alone in pairs
    ]
    return Sentence(phrase("sum.margins", lang, told="; ".join(told)))


def say_isolation(found: Iterable[Decomposition], *, lang: str) -> Sentence:
    """Say how much of a change in isolation goes with the size of the group, for several groups.

    Parameters
    ----------
    found : iterable of Decomposition
        For each group the change of isolation, with a part for the share and one for the spread.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line for each group, in percentage points.
    """
    return bullets(_one_isolation(each, lang) for each in found)


def _one_isolation(found: Decomposition, lang: str) -> str:
    told = [
        phrase(
            "sum.part",
            lang,
            value=_signed("xPx", value, lang) + _between_brackets(_part_margin(found, part, lang)),
            part=part_name(part, lang),
        )
        for part, value in found.parts.items()
    ]
    margin = _part_margin(found, "total", lang)
    if not margin:
        why = reason_text(found.reason_code or found.reason, lang)
        margin = phrase("margins.none", lang, why=why)
    return phrase(
        "sum.isolation",
        lang,
        name=capital(group_name(found.groups[0], lang)),
        total=_signed("xPx", found.total, lang) + _between_brackets(margin),
        told=listing(told, lang),
    )


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
    named = "; ".join(f"{people_of(group, lang)} (`{group}`)" for group in groups)
    return Sentence(phrase("provenance.groups", lang, named=named))


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
    hidden = ""
    if masked:
        units = f"{number(masked, 0, lang)} {level_name(level, lang, number=masked)}"
        hidden = phrase("map.hidden", lang, units=units)
    return together([capital(text), hidden])


def say_rounding(bands: Mapping[str, Sequence[RoundingBand]], *, lang: str) -> Sentence:
    """Say how far rounding and secrecy of the source leave a measure open, by group and year.

    Parameters
    ----------
    bands : mapping of str to sequence of RoundingBand
        By group the bands of its years; none where the source does not round.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line for each band; one that is too wide says that nothing can rest on it.
    """
    found = [band for each in bands.values() for band in each]
    if not found:
        return Sentence(phrase("rounding.none", lang))
    return bullets(_rounding(band, lang) for band in found)


def _rounding(band: RoundingBand, lang: str) -> str:
    about = f"{measure_name(band.symbol, lang)} ({group_name(band.groups[0], lang)})"
    when = f", {band.year}" if band.year else ""
    if too_wide(band) or band.low is None or band.high is None:
        why = reason_text(band.reason_code or band.reason, lang)
        return phrase("rounding.wide", lang, about=about, when=when, why=why)
    ends = span_text(band.symbol, band.low, band.high, lang)
    limits = {
        name: value_text(band.symbol, value, lang)
        for name, value in (("floor", band.floor), ("ceiling", band.ceiling))
        if value is not None
    }
    return phrase("rounding.told", lang, about=about, when=when, ends=ends, **limits)
