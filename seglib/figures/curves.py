"""Curves: a measure against the size of its units, or of the surroundings that count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from seglib import language
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.result import Estimate, Profile

_WORDS = language.word_list("figure_curves")
_LEGEND, _BODY = 1.8, 3.1


class _Curve(NamedTuple):
    """One line on the scale that readers see; ``ends`` are None where there is no margin."""

    key: str
    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    ends: Sequence[tuple[float, float] | None]


def chance(
    found: Mapping[int, Mapping[int, Estimate]],
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw what a measure gives when dwellings are allotted at random, by size of the units.

    Parameters
    ----------
    found : mapping of int to mapping of int to Estimate
        By share of the group in percent and then by persons in a unit; each with its null.
    lang, title, source, caption : str
        As for ``towns``.

    Returns
    -------
    Figure
        A line a share of the group.
    """
    words = _WORDS[lang]
    drawn = []
    for share, by_size in found.items():
        ys = [language.shown(one.symbol, one.null_mean or 0.0) for one in by_size.values()]
        name = words["share"].format(share=language.percent(share, 0, lang))
        drawn.append(_Curve(str(share), name, list(by_size), ys, [None] * len(ys)))
    texts = (title or words["chance"], words["made_up"], words["persons"])
    return _drawn(drawn, texts, caption or words["read_chance"], source or words["source"], lang)


def profiles(
    found: Mapping[str, Profile],
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
    height: float = _BODY,
) -> Figure:
    """Draw profiles over the nearest persons: a line for each name.

    Parameters
    ----------
    found : mapping of str to Profile
        By name of a made-up town or of a group; each with a margin or a reason for having none.
    lang, title, source, caption : str
        As for ``towns``.
    height : float
        Of the drawing under its titles, in inches.

    Returns
    -------
    Figure
        Lines with their margins of chance over the number of persons who live nearest.

    Raises
    ------
    ReportError
        A profile has neither an interval nor a reason for having none.
    """
    lines.refuse_uncertain(list(found.values()))
    words, towns = _WORDS[lang], language.word_list("towns")[lang]
    first = next(iter(found.values()))
    drawn = []
    for key, one in found.items():
        low, high = (getattr(one, name) for name in ("low", "high"))
        ends = [
            None
            if low is None or high is None or not low[place] <= high[place]
            else (language.shown(one.symbol, low[place]), language.shown(one.symbol, high[place]))
            for place in range(len(one.scales))
        ]
        name = towns.get(key) or language.group_name(key, lang, short=True)
        ys = [language.shown(one.symbol, value) for value in one.values]
        drawn.append(_Curve(key, name, one.scales, ys, ends))
    where = lines.where_of(first.place, [first.year]) if first.source != "synthetic" else ""
    heading = title or words["profile"].format(
        measure=language.measure_name(first.symbol.removesuffix("_rest"), lang), where=where
    )
    scale = (
        lines.WORDS[lang]["percents"] if language.is_percentage(first.symbol) else words["scale"]
    )
    made_up = words["made_up"] if first.source == "synthetic" else scale
    bare = first.source == "synthetic" and not any(end for one in drawn for end in one.ends)
    below = caption or words["read_made" if bare else "read_profile"]
    source = source or (words["source"] if first.source == "synthetic" else "")
    below = " ".join([below, *_beside(drawn, found, lang)])
    return _drawn(drawn, (heading, made_up, words["nearest"]), below, source, lang, height)


def _beside(drawn: Sequence[_Curve], found: Mapping[str, Profile], lang: str) -> list[str]:
    """Why a margin, which lies around the value without chance, leaves out the value as counted."""
    told = []
    for one, own in zip(drawn, found.values(), strict=True):
        free = one.ys if own.debiased is None else own.debiased
        for x, y, pair, without in zip(one.xs, one.ys, one.ends, free, strict=True):
            if pair and own.debiased is not None and not pair[0] <= y <= pair[1]:
                shown = {"value": y, "free": language.shown(own.symbol, float(without))}
                cells = {key: language.number(value, 1, lang) for key, value in shown.items()}
                at = language.number(x, 0, lang)
                told.append(_WORDS[lang]["beside_one"].format(name=one.name, at=at, **cells))
    return [_WORDS[lang]["beside"].format(told="; ".join(told))] if told else []


def _drawn(
    drawn: Sequence[_Curve],
    texts: tuple[str, str, str],
    below: str,
    source: str,
    lang: str,
    tall: float = _BODY,
) -> Figure:
    heading, subtitle, across = canvas.capital(texts[0]), *texts[1:]
    looks = lines.looks(one.key for one in drawn)
    entries = [({**looks[one.key], "ms": 5, "lw": 1.6}, one.name) for one in drawn]
    ticks = sorted({x for one in drawn for x in one.xs})
    with canvas.style():
        sheet = canvas.Canvas(heading, subtitle, tall)
        left, wide = canvas.MARGIN + 0.45, canvas.WIDTH - canvas.MARGIN - 0.45 - _LEGEND - 0.5
        axes = sheet.axes(left, 0.1, wide, tall - 0.7)
        axes.set_xscale("log")
        for one in drawn:
            look = looks[one.key]
            told = [(x, *pair) for x, pair in zip(one.xs, one.ends, strict=True) if pair]
            if told:
                xs, low, high = zip(*told, strict=True)
                axes.fill_between(xs, low, high, color=look["color"], alpha=0.25, lw=0)
            axes.plot(one.xs, one.ys, ms=4.5, lw=1.6, clip_on=False, **look)
        axes.set_ylim(0, 5 * (1 + max(y for one in drawn for y in one.ys) // 5))
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda y, _: language.number(y, int(y != round(y)), lang))
        )
        axes.xaxis.set_major_locator(FixedLocator(ticks))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: language.number(x, 0, lang)))
        canvas.quiet(axes)
        sheet.text(left, tall - 0.24, across, wide)
        sheet.legend(canvas.WIDTH - _LEGEND - canvas.MARGIN, 0.2, _LEGEND, entries)
        table = _table(drawn, ticks, (heading, across), lang)
        told = "; ".join(
            _WORDS[lang]["from_to"].format(name=one.name, first=first, last=last, at=at, to=to)
            for one in drawn
            for first, last in [[language.number(one.ys[end], 1, lang) for end in (0, -1)]]
            for at, to in [[language.number(one.xs[end], 0, lang) for end in (0, -1)]]
        )
        return canvas.finished(sheet, f"{lines.WORDS[lang]['head']} {told}.", below, source, table)


def _table(
    drawn: Sequence[_Curve], ticks: Sequence[float], heads: tuple[str, str], lang: str
) -> Table:
    """A row for each size, a column for each line, with the margin where there is one."""
    rows = []
    for x in ticks:
        cells = [language.number(x, 0, lang)]
        for one in drawn:
            at = list(one.xs).index(x)
            pair, value = one.ends[at], language.number(one.ys[at], 1, lang)
            cells.append(f"{value} ({language.span(*pair, 1, lang)})" if pair else value)
        rows.append(tuple(cells))
    columns = (canvas.capital(heads[1]), *(canvas.capital(one.name) for one in drawn))
    return Table(columns, tuple(rows), heads[0], lang)
