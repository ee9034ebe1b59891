"""Sentences of a scan of one place: who lived there, how spread, like which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from seglib.inference.bounded import WIDEST_BAND, too_wide
from seglib.language.formats import listing, number, percent, span, value_text
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.trends import direction, margin_of_change
from seglib.language.words import group_name, level_name, people_of, phrase, reason_text
from seglib.result import ChangeEstimate, Decomposition, Estimate, Profile
from seglib.table import CountTable, CountTables

COARSE, FINE = 100, 5  # to which persons are rounded, above and below a thousand
MANY = 50.0
REFERENCE = 2015
NEAR_CHANCE = ("boundary", "null")


def say_residents(
    table: CountTable, groups: Sequence[str], *, newest: bool = False, lang: str
) -> Sentence:
    """Say under a heading with the year who lived somewhere, or why no group is named.

    Parameters
    ----------
    table : CountTable
        Persons by buurt.
    groups : sequence of str
        The groups that are large enough.
    newest : bool
        Whether newer figures were asked for.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A heading and paragraphs.
    """
    known = {"place": table.place, "year": table.year}
    told = [_people(table, lang), _small(table, groups, lang)]
    if newest and table.year == REFERENCE:
        told.insert(0, phrase("scan.not_newer", lang, **known))
    origin = phrase("scan.origin", lang) if groups else ""
    parts = [phrase("scan.heading", lang, **known), together(told), origin]
    return Sentence("\n\n".join(filter(None, parts)))


def _people(table: CountTable, lang: str) -> str:
    base = COARSE if table.total > 1000 else FINE
    persons = number(base * max(round(table.total / base), 2), 0, lang)
    sizes = {
        "units": (table.level, table.n_units),
        "wijken": ("wijk", len(set(table.part_of("wijk")))),
    }
    told = {
        key: f"{number(size, 0, lang)} {level_name(level, lang, number=size)}"
        for key, (level, size) in sizes.items()
    }
    return phrase("scan.people", lang, place=table.place, year=table.year, persons=persons, **told)


def _composition(table: CountTable, groups: Sequence[str], lang: str) -> str:
    """Of every hundred residents so many had this origin, for the groups that are shown."""
    told = []
    for group in groups:
        share = 100 * table.column(group).sum() / table.total
        many = number(share, 0, lang)
        if not 0.5 <= share < 99.5:
            many = phrase("scan.below_one" if share < 1 else "scan.above", lang)
        told.append(phrase("scan.of_hundred", lang, number=many, group=group_name(group, lang)))
    return phrase("scan.hundred", lang, told="; ".join(told)) if told else ""


def _small(table: CountTable, groups: Sequence[str], lang: str) -> str:
    """That groups are too small to be shown, where some or all are."""
    if len(groups) == table.n_groups:
        return ""
    return phrase("scan.small_groups" if groups else "scan.no_groups", lang)


def say_strengths(
    mixing: Estimate | None, voices: pd.DataFrame, *, place: str, town: str, lang: str
) -> Sentence:
    """Say first what a place has: what meets in its buurten, and what residents say is good.

    Parameters
    ----------
    mixing : Estimate or None
        Relative diversity R of the buurten; None where too few groups are large enough.
    voices : pandas.DataFrame
        From ``load_voices``.
    place, town : str
        As they are shown; the town is where the survey was held.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list that ends with what no table holds.
    """
    told = [_mixing(mixing, place, lang)] if mixing is not None else []
    told = [f"{one} {phrase('scan.mixing_scale', lang)}" for one in told]
    said = [
        f"{group_name(str(row['item']), lang)} ({percent(row['value'], 0, lang)})"
        for row in voices.to_dict("records")
        if row["kind"] == "survey" and row["value"] >= MANY
    ]
    if said:
        year = voices.loc[voices["kind"] == "survey", "year"].max()
        told.append(phrase("scan.said", lang, town=town, items=listing(said, lang), year=year))
    return bullets([*told, phrase("scan.strengths", lang)])


def _mixing(mixing: Estimate, place: str, lang: str) -> str:
    low, high = mixing.low, mixing.high
    margin = phrase("scan.no_margin", lang, why=reason_text(mixing.reason_code, lang))
    if low is not None and high is not None:
        ends = span(100 * (1 - high), 100 * (1 - low), 1, lang, unit="%")
        margin = phrase("scan.margin", lang, ends=ends)
    kept = percent(100 * (1 - mixing.value), 1, lang)
    return phrase("scan.mixing", lang, place=place, kept=kept, margin=margin)


def say_voices(voices: pd.DataFrame, *, place: str, lang: str) -> Sentence:
    """Say whether residents were asked, by whom, and what a model only computes.

    Parameters
    ----------
    voices : pandas.DataFrame
        From ``load_voices``.
    place : str
        As it is shown.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    kinds = set(voices["kind"]) if len(voices) else set()
    told = [phrase("scan.survey" if "survey" in kinds else "scan.no_survey", lang, place=place)]
    if "model estimate" in kinds:
        told.append(phrase("scan.modelled", lang))
        told += [] if "survey" in kinds else [phrase("scan.middle", lang)]
    sources = {str(one[lang]): None for one in voices["citation"]} if len(voices) else {}
    return together([*told, *(phrase("scan.source", lang, source=one) for one in sources)])


def say_years(series: CountTables, changes: Mapping[str, ChangeEstimate], *, lang: str) -> Sentence:
    """Say which groups came to live more or less spread, or that one year tells of no change.

    Parameters
    ----------
    series : CountTables
        A table for each year.
    changes : mapping of str to ChangeEstimate
        Change of D against everyone else, by group; empty where there is one year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list or a paragraph.
    """
    first = series[min(series)]
    if len(series) == 1:
        return Sentence(phrase("scan.one_year", lang, place=first.place, year=first.year))
    told = phrase("scan.series" if changes else "scan.no_series", lang, place=first.place)
    names: dict[str, list[str]] = {"fell": [], "rose": [], "open": []}
    for group, change in changes.items():
        way = direction(change)
        names[way if way in names else "open"].append(group_name(group, lang))
    known = {"first": min(series), "last": max(series)}
    lines = [
        phrase(f"scan.{way}", lang, names="; ".join(n), **known) for way, n in names.items() if n
    ]
    return Sentence("\n\n".join(filter(None, [told, bullets(lines)])))


def share_rows(
    series: CountTables, changes: Mapping[str, ChangeEstimate], *, lang: str
) -> list[tuple[str, ...]]:
    """Rows for a table: a group, its share in the first and last year, and the change of its D."""
    rows = []
    for group, change in changes.items():
        own = series.shares_of(group)
        shares = (percent(100 * own[at(own)], 1, lang) for at in (min, max))
        moved = margin_of_change(change, lang=lang)
        low, high = change.percent_low, change.percent_high
        if low is not None and high is not None:
            ends = span(low, high, 1, lang, signed=True, unit="%")
            moved = f"{percent(change.percent, 1, lang, signed=True)} ({ends})"
        name = group_name(group, lang)
        rows.append((name[:1].upper() + name[1:], *shares, moved))
    return rows


def left_open(band: Estimate) -> tuple[float, float] | None:
    """What rounding leaves open: from the likely tables to the printed one, which may be true too.

    A printed 0 may be 4, so the likely tables may all have a lower D than the printed one.
    """
    if band.low is None or band.high is None:
        return None
    return min(band.low, band.value), max(band.high, band.value)


def measurable(groups: Sequence[str], bands: Mapping[str, Estimate]) -> list[str]:
    """The groups of which rounding in the source leaves D no more than ten points open."""
    kept = []
    for group in groups:
        band = bands.get(group)
        low, high = (band and left_open(band)) or (0.0, 0.0)
        if band is None or not (too_wide(band) or high - low > WIDEST_BAND):
            kept.append(group)
    return kept


def say_spread(
    found: Mapping[str, Estimate],
    unclear: Sequence[str],
    parts: Decomposition | None,
    *,
    lang: str,
) -> Sentence:
    """Say how unevenly groups lived, of which that cannot be told, and between which areas.

    Parameters
    ----------
    found : mapping of str to Estimate
        D against everyone else, by group, with its null.
    unclear : sequence of str
        Groups of which rounding leaves D too open.
    parts : Decomposition or None
        M between and within wijken; None where the place has one wijk.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        Paragraphs.
    """
    told = [phrase("scan.d" if found else "scan.no_spread", lang)] if found or not unclear else []
    chance = _at_chance(found)
    for group, one in [pair for pair in found.items() if pair[0] not in chance][:1]:
        value = number(100 * one.value, 0, lang)
        told.append(phrase("scan.example", lang, value=value, people=people_of(group, lang)))
    if len(found) > 1:
        low, high = _ends(found, lang)
        told.append(phrase("scan.range", lang, number=len(found), low=low, high=high))
    if chance:
        names = listing([group_name(group, lang) for group in chance], lang)
        told.append(phrase("scan.at_chance", lang, names=names))
    if unclear:
        names = listing([group_name(group, lang) for group in unclear], lang)
        told.append(phrase("scan.unclear", lang, groups=names))
    return Sentence("\n\n".join(filter(None, [together(told), _between(parts, lang)])))


def _at_chance(found: Mapping[str, Estimate]) -> list[str]:
    """The groups of which D has no margin, since it lies too close to what chance alone gives."""
    return [group for group, one in found.items() if one.reason_code in NEAR_CHANCE]


def _ends(found: Mapping[str, Estimate], lang: str) -> list[str]:
    """The lowest and the highest D."""
    return [value_text("D", edge(e.value for e in found.values()), lang) for edge in (min, max)]


def _between(parts: Decomposition | None, lang: str) -> str:
    """Which part lies between wijken, with the widest range that the margins allow."""
    if parts is None or not parts.total:
        return ""
    reach = between_reach(parts)
    if reach is None:
        return phrase("scan.not_split", lang, why=reason_text(parts.reason_code, lang))
    least, most = (100 * end for end in reach)
    decimals = int(round(least) == round(most))
    share = percent(100 * parts["between"] / parts.total, decimals, lang)
    ends = span(least, most, decimals, lang, unit="%")
    return phrase("scan.between", lang, share=share, ends=ends)


def between_reach(parts: Decomposition) -> tuple[float, float] | None:
    """The least and the most of the whole that may lie between wijken; None without margins."""
    low, high = parts.low or {}, parts.high or {}
    if not {"between", "within"} <= set(low) & set(high):
        return None
    least = low["between"] / (low["between"] + high["within"])
    return least, high["between"] / (high["between"] + low["within"])


def say_reach(curves: Mapping[str, Profile], *, lang: str) -> Sentence | None:
    """Say for how many groups D is lower when more people around count; None without any curve.

    Parameters
    ----------
    curves : mapping of str to Profile
        D over the nearest persons, by group, all over the same numbers of persons.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence or None
        One paragraph.
    """
    if not curves:
        return None
    one = next(iter(curves.values()))
    few, many = (number(one.scales[place], 0, lang) for place in (0, -1))
    left = [
        100 * curve.values[-1] / curve.values[0]
        for curve in curves.values()
        if curve.low is not None and curve.high is not None and curve.high[-1] < curve.low[0]
    ]
    if not left:
        return Sentence(phrase("scan.reach_none", lang, few=few, many=many))
    low, high = (percent(edge(left), 0, lang) for edge in (min, max))
    kept = low if low == high else phrase("scan.reach_span", lang, low=low, high=high)
    sizes = {"fell": len(left), "all": len(curves)}
    form = "reach_all" if len(left) == len(curves) else "reach_where"
    where = phrase(f"scan.{form}", lang, **sizes) if len(curves) > 1 else ""
    return Sentence(phrase("scan.reach", lang, few=few, many=many, left=kept, where=where))


def say_scan(
    table: CountTable,
    groups: Sequence[str],
    mixing: Estimate | None,
    found: Mapping[str, Estimate],
    names: Sequence[str],
    *,
    lang: str,
) -> Sentence:
    """Say a scan in a few lines: strengths first, then residents, spread, others and what is open.

    Parameters
    ----------
    table : CountTable
        Persons by buurt.
    groups : sequence of str
        As for ``say_residents``.
    mixing : Estimate or None
        As for ``say_strengths``.
    found : mapping of str to Estimate
        As for ``say_spread``.
    names : sequence of str
        As for ``say_alike``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    told = [_mixing(mixing, table.place, lang)] if mixing is not None else []
    told = [f"{one} {phrase('scan.mixing_scale', lang)}" for one in told]
    told += [phrase("scan.strengths", lang), _people(table, lang)]
    told += [_composition(table, groups, lang) or _small(table, groups, lang)]
    if found:
        low, high = _ends(found, lang)
        form = "spread" if len(found) > 1 else "one"
        brief = [phrase(f"scan.brief_{form}", lang, low=low, high=high)]
        brief += [phrase("scan.brief_chance", lang)] if len(_at_chance(found)) == len(found) else []
        told.append(together(brief))
    told += [phrase("scan.brief_alike", lang, names="; ".join(names))] if names else []
    return bullets([*told, phrase("scan.brief_open", lang, year=table.year)])
