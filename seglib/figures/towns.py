"""Towns: made-up cities drawn square by square, to see what an index sees."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from seglib import language
from seglib.figures import canvas
from seglib.figures.figure import Figure, Table
from seglib.table import CountTable

_WORDS = language.word_list("figure_towns")
_CLASSES = (0, 20, 40, 60, 80, 100)
_COLOURS = ("#eef4f9", "#accbe0", "#6aa2c7", "#385f82", "#071d3d")
_GAP = 0.16


def towns(
    found: Mapping[str, CountTable],
    group: str,
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw made-up towns side by side, each square by the share of one group.

    Parameters
    ----------
    found : mapping of str to CountTable
        By name of the pattern; the points of the units lie on a grid of squares.
    group : str
        The group whose share is drawn.
    lang : str
        "nl" or "en".
    title, source, caption : str
        What is seen, where the figures come from, how to read it.

    Returns
    -------
    Figure
        A panel a town in the same five classes; the table counts the squares in each.
    """
    words, named = _WORDS[lang], language.word_list("towns")[lang]
    shares = {name: 100 * one.column(group) / one.unit_totals for name, one in found.items()}
    called = canvas.capital(group)
    heading = title or words["title"].format(group=called)
    spans = [language.span(*ends, 0, lang, unit="%") for ends in pairwise(_CLASSES)]
    look = {"patch": True, "ec": canvas.MUTED, "lw": 0.6}
    entries = [({**look, "fc": own}, told) for own, told in zip(_COLOURS, spans, strict=True)]
    wide = (canvas.FULL - _GAP * (len(found) - 1)) / len(found)
    with canvas.style():
        sheet = canvas.Canvas(heading, words["subtitle"].format(group=called), wide + 0.8)
        for place, (name, one) in enumerate(found.items()):
            left = canvas.MARGIN + place * (wide + _GAP)
            sheet.text(left, 0, canvas.capital(named.get(name, name)), wide)
            _paint(sheet.axes(left, 0.22, wide, wide), one, shares[name])
        sheet.legend(canvas.MARGIN, wide + 0.4, canvas.FULL, entries, columns=5)
        rows = []
        for name in found:
            counts, _ = np.histogram(shares[name], _CLASSES)
            rows.append((named.get(name, name), *(language.number(n, 0, lang) for n in counts)))
        table = Table((words["town"], *spans), tuple(rows), heading, lang)
        told = "; ".join(f"{named.get(name, name)}: {words.get(name, '')}" for name in found)
        description = words["head"].format(told=told)
        below = caption or words["read"]
        return canvas.finished(sheet, description, below, source or words["source"], table)


def _paint(axes: Axes, one: CountTable, shares: Any) -> None:
    """One compound shape per class, in a frame."""
    points = np.asarray(one.points_m)
    step = float(np.diff(np.unique(points[:, 0])).min())
    low, high = points.min(axis=0) - step / 2, points.max(axis=0) + step / 2
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
    places = np.clip(np.searchsorted(_CLASSES[1:-1], shares, side="right"), 0, len(_COLOURS) - 1)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * step / 2
    for place in sorted(set(places.tolist())):
        squares = [Path(point + corners, closed=True) for point in points[places == place]]
        look = {"fc": _COLOURS[place], "ec": canvas.PAPER, "lw": 0.4}
        axes.add_patch(PathPatch(Path.make_compound_path(*squares), **look))
