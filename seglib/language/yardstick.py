"""Sentences about what an index sees, and about levels here and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.inference import RoundingBand, too_wide
from seglib.language.formats import listing, number, percent, shown, span_text, value_text
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import group_name, measure_name, phrase, reason_text, word_list
from seglib.result import Estimate, Profile

HALF_A_POINT = 0.005


def say_towns(
    squares: Mapping[str, Estimate], quarters: Mapping[str, Estimate], *, lang: str
) -> Sentence:
    """Say what the same index tells of made-up towns by square and by quarter.

    Parameters
    ----------
    squares, quarters : mapping of str to Estimate
        By name of the town.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line a town, and which towns the index by square cannot tell apart.
    """
    names = word_list("towns")[lang]
    told = []
    for name, one in squares.items():
        values = (value_text(one.symbol, each.value, lang) for each in (one, quarters[name]))
        facts = dict(zip(("square", "quarter"), values, strict=True))
        told.append(phrase("yardstick.town", lang, town=names.get(name, name), **facts))
    alike: dict[str, list[str]] = {}
    for name, one in squares.items():
        alike.setdefault(value_text(one.symbol, one.value, lang), []).append(names.get(name, name))
    same = [
        phrase("yardstick.alike", lang, towns=listing(found, lang), value=value)
        for value, found in alike.items()
        if len(found) > 1
    ]
    return Sentence("\n\n".join([bullets(told), *same]))


def say_lottery(found: Mapping[int, Mapping[int, Estimate]], *, lang: str) -> Sentence:
    """Say what a lottery of dwellings makes of an index, in small units and in large ones.

    Parameters
    ----------
    found : mapping of int to mapping of int to Estimate
        By share of the group in percent and then by persons in a unit; each with its null.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence for the smallest and one for the largest group, with the two outer sizes.
    """
    told = []
    for share in (min(found), max(found)):
        values = [
            phrase("yardstick.at_size", lang, value=value, size=number(size, 0, lang))
            for size, one in [*sorted(found[share].items())][:: max(len(found[share]) - 1, 1)]
            for value in [value_text(one.symbol, one.null_mean or 0.0, lang)]
        ]
        facts = {"share": percent(share, 0, lang), "told": listing(values, lang)}
        told.append(phrase("yardstick.lottery", lang, **facts))
    return together(told)


def say_publishers(found: pd.DataFrame, *, persons: int, symbol: str, lang: str) -> Sentence:
    """Say which rule of publishers moves an index, and which hardly does.

    Parameters
    ----------
    found : pandas.DataFrame
        From ``under_each_rule``.
    persons : int
        Residents of a unit.
    symbol : str
        The measure's symbol.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        The rules that move it by half a point or more, with from where to where, and the others.
    """
    names = word_list("privacy_rules")[lang]
    moved: list[str] = []
    still: list[str] = []
    for row in found.to_dict("records"):
        start, end = (value_text(symbol, row[name], lang) for name in ("exact", "printed"))
        facts = {"rule": names[row["rule"]], "start": start, "end": end}
        if abs(row["change"]) >= HALF_A_POINT:
            moved.append(phrase("yardstick.moved", lang, **facts))
        else:
            still.append(facts["rule"])
    size = number(persons, 0, lang)
    return together(
        phrase(f"yardstick.{key}", lang, told="; ".join(told), size=size)
        for key, told in (("moves", moved), ("still", still))
        if told
    )


def say_zonings(
    found: Mapping[str, NDArray[np.float64]],
    official: Mapping[str, float],
    *,
    symbol: str,
    lang: str,
) -> Sentence:
    """Say how far an index ranges over random zonings, and where the zones in use stand.

    Parameters
    ----------
    found : mapping of str to numpy.ndarray
        By group, a value for each zoning.
    official : mapping of str to float
        The value of the zones in use, by the same groups.
    symbol : str
        The measure's symbol.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line a group.
    """
    told = []
    for group, values in found.items():
        below = 100 * float((values < official[group]).mean())
        facts = {
            "number": number(len(values), 0, lang),
            "ends": span_text(symbol, float(values.min()), float(values.max()), lang),
            "value": value_text(symbol, official[group], lang),
            "below": percent(below, 0, lang),
        }
        told.append(phrase("yardstick.zonings", lang, group=group_name(group, lang), **facts))
    return bullets(told)


def say_profiles(found: Mapping[str, Profile], *, lang: str) -> Sentence:
    """Say from where to where an index goes as more of the nearest persons count.

    Parameters
    ----------
    found : mapping of str to Profile
        By group or made-up town.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line each.
    """
    towns, told = word_list("towns")[lang], []
    for key, one in found.items():
        ends = [value_text(one.symbol, one.values[place], lang) for place in (0, -1)]
        sizes = [number(one.scales[place], 0, lang) for place in (0, -1)]
        kept = percent(100 * one.values[-1] / one.values[0], 0, lang)
        facts = {"start": ends[0], "end": ends[1], "few": sizes[0], "many": sizes[1], "kept": kept}
        name = towns.get(key) or group_name(key, lang)
        told.append(phrase("yardstick.profile", lang, name=name, **facts))
    return bullets(told)


def say_certainty(found: Mapping[str, Estimate], *, lang: str) -> Sentence:
    """Say how wide the margin of chance is for the largest and the smallest group.

    Parameters
    ----------
    found : mapping of str to Estimate
        By group, the same measure of one place; the widest and the narrowest margin are told.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence, or why there is no margin.
    """
    known = {
        one.high - one.low: (group, one)
        for group, one in found.items()
        if one.low is not None and one.high is not None
    }
    if not known:
        one = next(iter(found.values()))
        why = reason_text(one.reason_code or one.reason, lang)
        return Sentence(phrase("yardstick.unsure", lang, why=why))
    facts = {}
    for key, (group, one) in (("narrow", known[min(known)]), ("wide", known[max(known)])):
        facts[key] = group_name(group, lang)
        facts[f"{key}_ends"] = span_text(one.symbol, one.low or 0.0, one.high or 0.0, lang)
    return Sentence(phrase("yardstick.certainty", lang, **facts))


def say_levels(
    found: Mapping[str, Mapping[str, Estimate]],
    bands: Mapping[str, Mapping[str, RoundingBand]],
    published: Mapping[str, float],
    *,
    lang: str,
) -> Sentence:
    """Say between which values an index lies here, group by group, and elsewhere.

    Parameters
    ----------
    found : mapping of str to mapping of str to Estimate
        By town and group.
    bands : mapping of str to mapping of str to RoundingBand
        What rounding leaves open, by the same names.
    published : mapping of str to float
        Values of elsewhere by place.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line a group, with how many towns are known too coarsely, and one for elsewhere.
    """
    told, symbol = [], next(iter(next(iter(found.values())).values())).symbol
    for group in next(iter(found.values())):
        values = [here[group].value for here in found.values()]
        ends = span_text(symbol, min(values), max(values), lang)
        facts = {"group": group_name(group, lang), "ends": ends, "number": len(found)}
        told.append(phrase("yardstick.level", lang, **facts))
        coarse = sum(too_wide(here[group]) for here in bands.values())
        told[-1] += " " + phrase("yardstick.coarse", lang, number=coarse) if coarse else ""
    ends = span_text(symbol, min(published.values()), max(published.values()), lang)
    told.append(phrase("yardstick.elsewhere", lang, ends=ends, number=len(published)))
    return bullets(told)


def say_one_group(
    steps: pd.DataFrame, n_units: int, left_out: Mapping[str, int], *, lang: str
) -> Sentence:
    """Say in how many areas one group makes up most of the people, naming none.

    Parameters
    ----------
    steps : pandas.DataFrame
        The ``steps`` of ``claims.one_group``.
    n_units : int
        Areas that count.
    left_out : mapping of str to int
        Areas that are "empty", "secret" and "small".
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    rows = steps.set_index("step")
    counts = {
        f"{key}_{name}": number(float(rows.at[step, name]), 0, lang)
        for key, step in (("half", 50), ("most", 70))
        for name in ("one_origin", "any_column", "dutch")
    }
    sizes = {"units": n_units, **left_out}
    counts |= {name: number(size, 0, lang) for name, size in sizes.items()}
    return Sentence(phrase("yardstick.one_group", lang, **counts))


def say_yardstick(
    lottery: Mapping[int, Mapping[int, Estimate]],
    found: Mapping[str, Mapping[str, Estimate]],
    published: Mapping[str, float],
    zonings: Mapping[str, NDArray[np.float64]],
    *,
    lang: str,
) -> Sentence:
    """Say in a few lines what a reader should take from a lesson on the yardstick.

    Parameters
    ----------
    lottery : mapping of int to mapping of int to Estimate
        As for ``say_lottery``.
    found : mapping of str to mapping of str to Estimate
        As for ``say_levels``.
    published : mapping of str to float
        As for ``say_levels``.
    zonings : mapping of str to numpy.ndarray
        As for ``say_zonings``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    every = [one for here in found.values() for one in here.values()]
    symbol, values = every[0].symbol, [one.value for one in every]
    widest = max(float(values.max() - values.min()) for values in zonings.values())
    share = min(lottery)
    size = sorted(lottery[share])[len(lottery[share]) // 2]
    null = value_text(symbol, lottery[share][size].null_mean or 0.0, lang)
    told = {
        "what": {"measure": measure_name(symbol, lang)},
        "chance": {"share": percent(share, 0, lang), "size": number(size, 0, lang), "value": null},
        "borders": {"points": number(shown(symbol, widest), 1, lang)},
        "levels": {
            "here": span_text(symbol, min(values), max(values), lang),
            "there": span_text(symbol, min(published.values()), max(published.values()), lang),
            "towns": listing(found, lang),
        },
        "four": {},
    }
    return bullets(phrase(f"yardstick.brief_{key}", lang, **own) for key, own in told.items())
