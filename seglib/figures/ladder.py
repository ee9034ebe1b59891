"""Ladder: slopes below each other with their margins, and all defensible models side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from seglib import language
from seglib.errors import ReportError
from seglib.figures import canvas, lines, rows
from seglib.figures.figure import Figure, Table
from seglib.result import Estimate, Estimates

_WORDS = language.word_list("figure_ladder")
_BAND: dict[str, Any] = {"lw": 4, "alpha": 0.4, "solid_capstyle": "butt"}
_TRUTH: dict[str, Any] = {"color": canvas.INK, "lw": 1.2, "ls": ":"}
_DOUBLED = {25 * 2**step for step in range(8)}
_KINDS = ("outcome", "measure", "controls", "year", "weights", "spatial")


def slopes(
    results: Mapping[str, Mapping[str, Estimate]],
    *,
    lang: str,
    title: str,
    caption: str = "",
    source: str,
    simulated: bool = False,
    truth: float | None = None,
    decimals: int = 2,
) -> Figure:
    """Draw slopes below each other: a row for each question, a sign for each series in it.

    Parameters
    ----------
    results : mapping of str to mapping of str to Estimate
        By name of a row and then by name of a series, such as the wave of a survey.
    lang, title, source, caption : str
        As for ``series``.
    simulated : bool
        Marks the figure as made up.
    truth : float, optional
        The slope that a made-up world was given: a dotted line.
    decimals : int
        Figures behind the decimal sign.

    Returns
    -------
    Figure
        A sign with its margin for each slope, and a line at zero.

    Raises
    ------
    ReportError
        A slope has neither an interval nor a reason for having none.
    """
    words = _WORDS[lang]
    every = [(row, name, one) for row, own in results.items() for name, one in own.items()]
    lines.refuse_uncertain([one for _, _, one in every])
    series = list(dict.fromkeys(name for _, name, _ in every))
    looks: dict[str, dict[str, Any]] = {
        name: {"color": canvas.COLOURS[place % 7], "marker": canvas.MARKERS[place % 7], "ms": 6}
        for place, name in enumerate(series)
    }
    mark = f"{words['simulated']} " if simulated else ""
    table = _slope_table(every, title, decimals, lang)
    ends = [end for _, _, one in every for end in (one.value, one.low, one.high)]
    reach = [end for end in (*ends, truth) if end is not None and math.isfinite(end)]
    legend: list[canvas.Entry] = [({**look, "ls": "none"}, name) for name, look in looks.items()]
    legend.append(({"color": canvas.MUTED, **_BAND}, words["margin"]))
    if truth is not None:
        told = language.number(truth, decimals, lang, signed=True)
        legend.append((_TRUTH, words["truth"].format(value=told)))
    with canvas.style():
        names, ticks = list(results), partial(language.number, decimals=1, lang=lang, signed=True)
        titles = (title, mark + words["scale_made" if simulated else "scale"])
        sheet, axes = rows.row_sheet(titles, names, reach, ticks, legend=legend)
        if truth is not None:
            axes.axvline(truth, **_TRUTH)
        for place, own in enumerate(results.values()):
            _draw_row(axes, place, own, looks)
        told = "; ".join(f"{row[0]}, {row[1]}: {row[2]} ({row[3]})" for row in table.rows)
        below = mark + (caption or words["read"])
        return canvas.finished(sheet, f"{mark}{words['head']} {told}.", below, source, table)


def _slope_table(
    every: Sequence[tuple[str, str, Estimate]], title: str, decimals: int, lang: str
) -> Table:
    """A row for each slope, with its margin or the reason why there is none."""
    words = _WORDS[lang]
    body = [
        (
            row,
            name,
            language.number(one.value, decimals, lang, signed=True),
            language.margin_text(one, lang=lang, decimals=decimals),
        )
        for row, name, one in every
    ]
    heads = tuple(words[key] for key in ("row", "series", "slope", "margin"))
    return Table(heads, tuple(body), title, lang)


def _draw_row(
    axes: Axes, place: int, own: Mapping[str, Estimate], looks: Mapping[str, Mapping[str, Any]]
) -> None:
    """The slopes of one row below each other, around its middle."""
    step = 0.62 / max(1, len(looks))
    for number, (name, one) in enumerate(own.items()):
        at = place + (number - (len(own) - 1) / 2) * step
        if one.low is not None and one.high is not None:
            axes.plot([one.low, one.high], [at] * 2, color=looks[name]["color"], zorder=2, **_BAND)
        axes.plot([one.value], [at], ls="none", zorder=3, clip_on=False, **looks[name])


def specifications(
    curve: Estimates, *, lang: str, title: str, caption: str = "", source: str
) -> Figure:
    """Draw the slopes of all models in order, with their margins.

    Parameters
    ----------
    curve : Estimates
        From ``specification_curve``.
    lang, title, source, caption : str
        As for ``series``.

    Returns
    -------
    Figure
        A line of slopes and the band of their margins; the table counts models by choice.

    Raises
    ------
    ReportError
        No model could be fitted.
    """
    words, frame = _WORDS[lang], curve.to_frame()
    fitted = frame[np.isfinite(frame["value"])].sort_values("value", ignore_index=True)
    if fitted.empty:
        raise ReportError(
            f"None of {len(frame)} models was fitted: {frame['reason'].iloc[0]} "
            "Choose others before drawing them."
        )
    table = choices(curve, lang=lang, caption=title)
    look: dict[str, Any] = {"color": canvas.COLOURS[0], "lw": 2}
    band = {"patch": True, "fc": "#c9c9c9", "ec": "none"}
    places = np.arange(1, len(fitted) + 1)
    with canvas.style():
        sheet = canvas.Canvas(title, words["scale_curve"], 3.25)
        axes = sheet.axes(canvas.MARGIN + 0.5, 0.05, canvas.FULL - 0.6, 2.4)
        axes.fill_between(places, fitted["low"], fitted["high"], color=band["fc"], lw=0)
        axes.plot(places, fitted["value"], **look)
        axes.axhline(0, color=canvas.INK, lw=1)
        axes.set_xlim(1, len(fitted))
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: language.number(v, 1, lang)))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: language.number(v, 0, lang)))
        canvas.quiet(axes)
        sheet.text(canvas.MARGIN + 0.5, 2.72, f"→ {words['models']}", canvas.FULL - 0.6)
        entries = [(look, words["slope"]), (band, words["margin"])]
        sheet.legend(canvas.MARGIN + 0.5, 2.98, canvas.FULL - 0.6, entries, columns=2)
        told = words["curve"].format(
            count=language.number(len(fitted), 0, lang),
            low=language.number(fitted["value"].min(), 2, lang, signed=True),
            middle=language.number(fitted["value"].median(), 2, lang, signed=True),
            high=language.number(fitted["value"].max(), 2, lang, signed=True),
        )
        return canvas.finished(sheet, told, caption or words["read_curve"], source, table)


def assumed(
    found: Mapping[int, Estimates],
    at: int,
    plain: Estimate,
    *,
    wording: str,
    year: int,
    lang: str,
    source: str,
) -> Figure:
    """Draw what a slope would be without survey error, by how many are assumed to have answered.

    Parameters
    ----------
    found : mapping of int to Estimates
        By assumed number of answers in each area, from ``survey_error``.
    at : int
        The number that is marked.
    plain : Estimate
        The slope as it was measured.
    wording : str
        What was asked, literally.
    year : int
        When.
    lang, source : str
        As for ``series``.

    Returns
    -------
    Figure
        A line with its band of margins, and a mark; the table has a row for each number.
    """
    words = _WORDS[lang]
    sizes = sorted(found)
    drawn = [(n, one) for n in sizes if math.isfinite((one := found[n]["slope_sd"]).value)]
    look: dict[str, Any] = {"color": canvas.COLOURS[0], "lw": 2}
    band = {"patch": True, "fc": "#c9c9c9", "ec": "none"}
    before = {"color": canvas.COLOURS[1], "lw": 1.4, "ls": (0, (4, 2))}
    mark = {"color": canvas.INK, "marker": "D", "ms": 7, "ls": "none"}
    chosen = words["assumed_mark"].format(n=language.number(at, 0, lang))
    table = _assumed_table(
        found, at, words["assumed_title"].format(wording=wording, year=year), lang
    )
    with canvas.style():
        sheet = canvas.Canvas(table.caption, words["assumed_scale"], 3.45)
        axes = sheet.axes(canvas.MARGIN + 0.5, 0.05, canvas.FULL - 0.75, 2.4)
        axes.set_xscale("log")
        ends = [(one.low, one.value, one.high) for _, one in drawn]
        if drawn:
            low, value, high = zip(*ends, strict=True)
            xs = [n for n, _ in drawn]
            axes.fill_between(xs, low, high, color=band["fc"], lw=0)
            axes.plot(xs, value, **look)
            shown = found[at]["slope_sd"].value  # not drawn where there is none
            axes.plot([at], [shown], clip_on=False, **mark)
        axes.axhline(plain.value, **before)
        axes.axhline(0, color=canvas.INK, lw=1)
        axes.axvline(at, color=canvas.MUTED, lw=0.8)
        axes.set_xlim(sizes[0], sizes[-1])
        _number_axes(axes, [n for n in sizes if n in _DOUBLED], lang)
        sheet.text(canvas.MARGIN + 0.5, 2.72, f"→ {words['assumed_n']}", canvas.FULL - 0.6)
        signs = [(look, words["assumed_slope"]), (band, words["margin"])]
        signs += [(before, words["measured"]), (mark, chosen)]
        sheet.legend(canvas.MARGIN + 0.5, 2.98, canvas.FULL - 0.6, signs, columns=2)
        told = "; ".join(f"{row[0]}: {row[2]} ({row[3]})" for row in table.rows)
        below = words["read_assumed"].format(wording=wording)
        return canvas.finished(sheet, f"{words['assumed_head']} {told}.", below, source, table)


def _number_axes(axes: Axes, ticks: Sequence[int], lang: str) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: language.number(v, 1, lang)))
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: language.number(v, 0, lang)))
    canvas.quiet(axes)


def _assumed_table(found: Mapping[int, Estimates], at: int, title: str, lang: str) -> Table:
    """A row for each assumed number, the marked one told."""
    words, body = _WORDS[lang], []
    for n, one in sorted(found.items()):
        told = language.number(n, 0, lang)
        name = words["assumed_at"].format(n=told) if n == at else told
        part = language.percent(100 * max(one["reliability"].value, 0.0), 0, lang)
        slope = one["slope_sd"]
        cells = (words["assumed_none"], "–")
        if math.isfinite(slope.value):
            value = language.number(slope.value, 2, lang, signed=True)
            cells = (value, language.margin_text(slope, lang=lang))
        body.append((name, part, *cells))
    heads = tuple(
        canvas.capital(words[key])
        for key in ("assumed_n", "assumed_part", "assumed_slope", "margin")
    )
    return Table(heads, tuple(body), title, lang)


def breaks(found: Mapping[tuple[str, int], Any], *, lang: str, caption: str) -> Table:
    """Tell pairs of lines (``two_lines``, by relation and wave): where they break, both slopes."""
    words, told = _WORDS[lang], []
    for (name, year), lines_ in found.items():
        sides = [
            f"{language.number(one.value, 1, lang, signed=True)} "
            f"({language.span(one.low, one.high, 1, lang, signed=True)})"
            for one in (lines_.below, lines_.above)
        ]
        told.append((name, str(year), language.number(lines_.break_at, 2, lang), *sides))
    heads = tuple(words[key] for key in ("relation", "year", "break", "rise", "fall"))
    return Table(heads, tuple(told), caption, lang)


def choices(curve: Estimates, *, lang: str, caption: str) -> Table:
    """Count the models of a specification curve by choice: how many, how many below zero."""
    words, frame = _WORDS[lang], curve.to_frame()
    frame["controls"] = frame["controls"].map(len).map("n{}".format)
    told = []
    for kind in _KINDS:
        if frame[kind].nunique(dropna=False) < 2:
            continue
        for value, own in frame.groupby(kind, sort=False, dropna=False):
            told.append(_counted(f"{words[kind]}: {_choice(value, lang)}", own, lang))
    told.append(_counted(words["all"], frame, lang))
    heads = ("choice", "asked", "fitted", "below", "surely_below", "span")
    return Table(tuple(words[head] for head in heads), tuple(told), caption, lang)


def _choice(value: Any, lang: str) -> str:
    """One choice in words: an item, a number of controls, a year, or none."""
    words = _WORDS[lang]
    if value is None or value != value:
        return words["none"]
    key = value if value in words else str(value)
    if str(value)[0] == "n" and str(value)[1:].isdigit():
        return str(value)[1:]
    return words.get(key) or language.group_name(key.removesuffix(".0"), lang, short=True)


def _counted(name: str, own: pd.DataFrame, lang: str) -> tuple[str, ...]:
    fitted = own[np.isfinite(own["value"])]
    counts = [len(own), len(fitted), (fitted["value"] < 0).sum(), (fitted["high"] < 0).sum()]
    told = [language.number(int(count), 0, lang) for count in counts]
    if fitted.empty:
        return (name, *told, "–")
    ends = language.span(fitted["value"].min(), fitted["value"].max(), 2, lang, signed=True)
    return (name, *told, ends)
