"""Spread: how an index differs between many ways to cut up the same ground."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from seglib import language
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table

_WORDS = language.word_list("figure_spread")
_NAMES, _ROW, _BINS = 1.9, 0.95, 30
_PARTS = (0.0, 0.05, 0.5, 0.95, 1.0)


def spread(
    found: Mapping[str, NDArray[np.float64]],
    official: Mapping[str, float],
    *,
    symbol: str,
    lang: str,
    where: str = "",
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw how often a measure takes each value over random zonings, and where real zones stand.

    Parameters
    ----------
    found : mapping of str to numpy.ndarray
        By name, a value for each zoning, as ``synth.over_zonings`` gives.
    official : mapping of str to float
        The value of the zones that are in use, by the same names.
    symbol : str
        The measure's symbol.
    lang : str
        "nl" or "en".
    where : str
        The place, for the title.
    title, source, caption : str
        What is seen, where the figures come from, how to read it.

    Returns
    -------
    Figure
        A row of bars for each name, with a line at the zones in use.
    """
    words = _WORDS[lang]
    shown = {name: values * language.shown(symbol, 1.0) for name, values in found.items()}
    marks = {name: language.shown(symbol, value) for name, value in official.items()}
    measure = language.measure_name(symbol.removesuffix("_rest"), lang)
    n_zonings = language.number(max(map(len, shown.values())), 0, lang)
    heading = title or canvas.capital(words["title"].format(measure=measure, where=where))
    subtitle = words["subtitle"].format(number=n_zonings)
    named = {name: language.group_name(name, lang, short=True) for name in shown}
    rows = [
        (named[name], *(language.number(x, 1, lang) for x in (*parts, marks[name])))
        for name, values in shown.items()
        for parts in [np.quantile(values, _PARTS).tolist()]
    ]
    height = _ROW * len(shown) + 0.75
    with canvas.style():
        sheet = canvas.Canvas(heading, canvas.capital(subtitle), height)
        _drawn(sheet, shown, marks, named, lang)
        look = {"patch": True, "fc": canvas.MUTED, "ec": canvas.PAPER, "lw": 0.4}
        entries = [(look, words["bars"]), ({"color": canvas.INK, "lw": 2}, words["official"])]
        sheet.legend(canvas.MARGIN, height - 0.3, canvas.FULL, entries, columns=2)
        heads = ("name", "lowest", "low", "middle", "high", "highest", "official")
        table = Table(tuple(words[head] for head in heads), tuple(rows), heading, lang)
        below = caption or f"{words['read']} {lines.WORDS[lang]['axis']}"
        told = "; ".join(words["told"].format(*row) for row in rows)
        return canvas.finished(sheet, f"{words['alt']} {told}.", below, source, table)


def _drawn(
    sheet: canvas.Canvas,
    shown: Mapping[str, NDArray[np.float64]],
    marks: Mapping[str, float],
    named: Mapping[str, str],
    lang: str,
) -> None:
    """A row of bars for each name over one and the same axis."""
    everything = np.concatenate([*shown.values(), [*marks.values()]])
    bins = np.linspace(np.floor(everything.min()), np.ceil(everything.max()), _BINS + 1)
    looks, wide = lines.looks(shown), canvas.FULL - _NAMES - 0.2
    for place, (name, values) in enumerate(shown.items()):
        sheet.text(canvas.MARGIN, _ROW * (place + 0.55), named[name], _NAMES - 0.1)
        axes = sheet.axes(canvas.MARGIN + _NAMES, _ROW * place + 0.1, wide, _ROW - 0.25)
        axes.hist(values, bins, color=looks[name]["color"], lw=0.4, ec=canvas.PAPER)
        axes.axvline(marks[name], color=canvas.INK, lw=2)
        axes.set(xlim=(bins[0], bins[-1]), yticks=[])
        canvas.quiet(axes, grid="x")
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: language.number(x, 0, lang)))
        axes.tick_params(labelbottom=place == len(shown) - 1)
