"""Scatter: areas as points with a line through them, and the region of two slopes together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib import language
from seglib.errors import ReportError
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.result import Estimate

_WORDS = language.word_list("figure_scatter")
_FIFTHS, _HIGH, _GAP = 5, 2.7, 0.35
_AREA = {"color": canvas.COLOURS[0], "marker": "o", "ms": 3.2, "ls": "none", "alpha": 0.55}
_MEAN = {"color": canvas.COLOURS[1], "marker": "D", "ms": 7, "ls": "none", "mec": canvas.PAPER}
_LINE = {"color": canvas.INK, "lw": 1.6}


class Axis(NamedTuple):
    """A column of the areas, what stands along its axis, the ends of the axis and its decimals."""

    column: str
    label: str
    ends: tuple[float, float]
    decimals: int = 0


def relation(
    panels: Mapping[str, tuple[pd.DataFrame, Estimate]],
    across: Axis,
    up: Axis,
    *,
    lang: str,
    title: str,
    caption: str = "",
    source: str,
    simulated: bool = False,
) -> Figure:
    """Draw areas by two of their columns, with the line and the means of five equal parts.

    Parameters
    ----------
    panels : mapping of str to tuple of DataFrame and Estimate
        By name of a panel its areas, a row each, and the plain slope of ``up`` on ``across``.
    across, up : Axis
        What stands along the axes, the same in all panels.
    lang, title, source, caption : str
        As for ``series``.
    simulated : bool
        Marks the figure as made up.

    Returns
    -------
    Figure
        Areas are nameless; the table holds the five parts and not the areas.

    Raises
    ------
    ReportError
        A slope has neither an interval nor a reason, or a value lies outside the axis.
    """
    words = _WORDS[lang]
    lines.refuse_uncertain([slope for _, slope in panels.values()])
    for axis in (across, up):
        for name, (frame, _) in panels.items():
            low, high = frame[axis.column].min(), frame[axis.column].max()
            if low < axis.ends[0] or high > axis.ends[1]:
                raise ReportError(
                    f"Panel {name!r} runs from {low:g} to {high:g} on {axis.column!r}, beyond the "
                    f"axis from {axis.ends[0]:g} to {axis.ends[1]:g}. Widen the axis."
                )
    entries = [(_AREA, words["area"]), (_MEAN, words["mean"]), (_LINE, words["line"])]
    mark = f"{words['simulated']} " if simulated else ""
    parts = {name: _parts(frame, across, up) for name, (frame, _) in panels.items()}
    table = _table(parts, across, up, title, lang)
    with canvas.style():
        up_lines = canvas.wrapped(up.label, canvas.FULL - 0.1, canvas.SMALL)
        top = 0.16 * len(up_lines) + 0.34
        sheet = canvas.Canvas(title, mark + words["sub"], top + _HIGH + 0.85)
        sheet.text(canvas.MARGIN, 0.02, f"↑ {up.label}", canvas.FULL)
        left, gaps = canvas.MARGIN + 0.4, _GAP * (len(panels) - 1)
        width = (canvas.FULL - 0.45 - gaps) / max(2, len(panels))
        for place, (name, (frame, slope)) in enumerate(panels.items()):
            at = left + place * (width + _GAP)
            axes = sheet.axes(at, top, width, _HIGH)
            _points(axes, frame, parts[name], slope, across, up)
            _ticks(axes, across, up, lang, first=not place)
            sheet.text(at, top - 0.06, name, width, va="bottom", weight="bold")
        sheet.text(left, top + _HIGH + 0.25, f"→ {across.label}", canvas.FULL - 0.45)
        where = (canvas.MARGIN, top + _HIGH + 0.58, canvas.FULL)
        sheet.legend(*where, entries, columns=3)
        below = mark + (caption or words["read"])
        return canvas.finished(sheet, mark + _told(parts, across, up, lang), below, source, table)


def _points(
    axes: Axes, frame: pd.DataFrame, parts: pd.DataFrame, slope: Estimate, across: Axis, up: Axis
) -> None:
    x, y = frame[across.column].to_numpy(), frame[up.column].to_numpy()
    axes.plot(x, y, clip_on=False, zorder=2, **_AREA)
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, y.mean() + slope.value * (ends - x.mean()), zorder=3, **_LINE)
    axes.plot(parts["x"], parts["y"], clip_on=False, zorder=4, **_MEAN)


def _ticks(axes: Axes, across: Axis, up: Axis, lang: str, *, first: bool) -> None:
    axes.set(xlim=across.ends, ylim=up.ends)
    for ticks, axis in ((axes.xaxis, across), (axes.yaxis, up)):
        ticks.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        places = axis.decimals
        ticks.set_major_formatter(
            FuncFormatter(lambda value, _, places=places: language.number(value, places, lang))
        )
    canvas.quiet(axes)
    axes.tick_params(labelleft=first)


def _parts(frame: pd.DataFrame, across: Axis, up: Axis) -> pd.DataFrame:
    """Five parts with as many areas each, in the order of what runs across."""
    ranks = frame[across.column].rank(method="first")
    part = np.ceil(ranks * _FIFTHS / len(frame)).astype(int)
    found = frame.groupby(part).agg(
        low=(across.column, "min"),
        high=(across.column, "max"),
        x=(across.column, "mean"),
        y=(up.column, "mean"),
        least=(up.column, "min"),
        most=(up.column, "max"),
        n=(up.column, "size"),
    )
    return found.reset_index(drop=True)


def _table(
    parts: Mapping[str, pd.DataFrame], across: Axis, up: Axis, title: str, lang: str
) -> Table:
    words, more = _WORDS[lang], across.decimals + 1
    rows = [
        (
            name,
            language.span(row.low, row.high, more, lang),
            language.number(row.n, 0, lang),
            language.number(row.y, up.decimals + 1, lang),
            language.span(row.least, row.most, up.decimals + 1, lang),
        )
        for name, found in parts.items()
        for row in found.itertuples()
    ]
    heads = tuple(words[key] for key in ("panel", "across", "areas", "mean_head", "range"))
    return Table(heads, tuple(rows), f"{title}. {up.label}; {across.label}", lang)


def _told(parts: Mapping[str, pd.DataFrame], across: Axis, up: Axis, lang: str) -> str:
    words, told = _WORDS[lang], []
    for name, found in parts.items():
        ends = [language.number(found["y"].iloc[place], up.decimals + 1, lang) for place in (0, -1)]
        told.append(words["from_to"].format(name=name, first=ends[0], last=ends[1]))
    return f"{words['head']} {across.label}; {up.label}. {'; '.join(told)}."


def together(
    points: Sequence[tuple[float, float]] | np.ndarray,
    slopes: tuple[Estimate, Estimate],
    *,
    lang: str,
    title: str,
    caption: str = "",
    source: str,
) -> Figure:
    """Draw the pairs of two slopes that areas allow together.

    Parameters
    ----------
    points : array_like of float, shape (n_points, 2)
        Along the border of the region, as ``joint_region`` gives them.
    slopes : tuple of two Estimates
        Each with the other in one model.
    lang, title, source, caption : str
        As for ``series``.

    Returns
    -------
    Figure
        The region, with a line where each of the two slopes is zero.

    Raises
    ------
    ReportError
        A slope has neither an interval nor a reason.
    """
    lines.refuse_uncertain(slopes)
    words, border = _WORDS[lang], np.asarray(points)
    names = [language.group_name(slope.groups[1], lang) for slope in slopes]
    texts = [language.number(slope.value, 2, lang, signed=True) for slope in slopes]
    rows = tuple(
        (name, text, language.span(slope.low or 0.0, slope.high or 0.0, 2, lang, signed=True))
        for name, text, slope in zip(names, texts, slopes, strict=True)
    )
    heads = tuple(words[key] for key in ("predictor", "slope", "margin"))
    table = Table(heads, rows, title, lang)
    face: dict[str, Any] = {"color": canvas.COLOURS[0], "lw": 1.6}
    with canvas.style():
        sheet = canvas.Canvas(title, words["pairs"], 3.75)
        sheet.text(canvas.MARGIN, 0.02, f"↑ {words['slope_of'].format(name=names[1])}", 6.5)
        axes = sheet.axes(canvas.MARGIN + 0.5, 0.3, 4.6, 2.9)
        axes.fill(border[:, 0], border[:, 1], color=face["color"], alpha=0.18, lw=0)
        axes.plot(border[:, 0], border[:, 1], **face)
        axes.plot([slopes[0].value], [slopes[1].value], clip_on=False, **_MEAN)
        axes.axvline(0, color=canvas.INK, lw=1)
        axes.axhline(0, color=canvas.INK, lw=1)
        axes.margins(0.08)
        for ticks in (axes.xaxis, axes.yaxis):
            ticks.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            wide = float(np.ptp(ticks.get_view_interval()))
            places = max(0, math.ceil(0.7 - math.log10(wide)))
            ticks.set_major_formatter(
                FuncFormatter(lambda v, _, places=places: language.number(v, places, lang))
            )
        canvas.quiet(axes)
        sheet.text(canvas.MARGIN + 0.5, 3.5, f"→ {words['slope_of'].format(name=names[0])}", 6.2)
        told = f"{words['region_head']} {names[0]}: {texts[0]}; {names[1]}: {texts[1]}."
        return canvas.finished(sheet, told, caption or words["region"], source, table)
