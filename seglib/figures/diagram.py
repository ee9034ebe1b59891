"""Diagram: the arrows of a made-up world, drawn from cause on the left to effect on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle

from seglib import language
from seglib.figures import canvas
from seglib.figures.figure import Figure, Table

_WORDS = language.word_list("figure_diagram")
_TALL, _ROOM, _ROW, _PAD = 3.0, 1.7, 0.5, 0.45
Place = tuple[float, float]


def diagram(arrows: Sequence[tuple[str, str]], *, lang: str, title: str = "") -> Figure:
    """Draw what acts on what in a made-up world.

    Parameters
    ----------
    arrows : sequence of (str, str)
        From cause to effect, as the ``diagram`` of a world has them.
    lang : str
        "nl" or "en".
    title : str
        What is seen.

    Returns
    -------
    Figure
        Causes to the left of their effects; the table has a row for each cause.
    """
    words, names = _WORDS[lang], language.word_list("nodes")[lang]
    heading = title or words["title"]
    places = places_of(arrows)
    with canvas.style():
        sheet = canvas.Canvas(heading, words["subtitle"], _TALL)
        axes = sheet.axes(canvas.MARGIN, 0.05, canvas.FULL, _TALL - 0.1)
        axes.set(xlim=(0, canvas.FULL), ylim=(0, _TALL - 0.1), xticks=[], yticks=[], frame_on=False)
        rooms: dict[str, Patch] = {}
        for node, (x, y) in places.items():
            box = {"boxstyle": f"round,pad={_PAD}", "fc": canvas.PAPER, "ec": canvas.INK, "lw": 1.0}
            told = canvas.wrapped(names[node], 1.0, canvas.SMALL)
            look: dict[str, Any] = {"ha": "center", "va": "center", "size": canvas.SMALL}
            axes.text(x, y, "\n".join(told), bbox=box, zorder=3, **look)
            rooms[node] = axes.add_patch(_room((x, y), told))
        for cause, effect in arrows:
            _arrow(axes, (places[cause], places[effect]), (rooms[cause], rooms[effect]))
        rows = tuple(language.diagram_rows(arrows, lang))
        table = Table((words["from"], words["to"]), rows, heading, lang, ("left", "left"))
        told = "; ".join(f"{cause}: {effects}" for cause, effects in rows)
        description = words["head"].format(told=told)
        return canvas.finished(sheet, description, words["read"], words["source"], table)


def places_of(arrows: Sequence[tuple[str, str]]) -> dict[str, Place]:
    """Where each node stands: as far to the right as its longest road, on rows of its own."""
    depth = dict.fromkeys((node for arrow in arrows for node in arrow), 0)
    for _ in depth:
        for cause, effect in arrows:
            depth[effect] = max(depth[effect], depth[cause] + 1)
    deepest = max(depth.values())
    step = (canvas.FULL - 1.3) / max(deepest, 1)
    heights: dict[str, float] = {}
    for column in range(deepest + 1):
        here = [node for node in depth if depth[node] == column]
        for row, node in enumerate(here):
            causes = [heights[cause] for cause, effect in arrows if effect == node]
            aside = _ROW * ((len(here) - 1) - 2 * row) / (2 if column else 1)
            lower = _ROW if len(causes) == 1 and len(here) == 1 else 0.0
            heights[node] = sum(causes) / max(len(causes), 1) + aside - lower
    lowest, spread = min(heights.values()), max(heights.values()) - min(heights.values())
    return {
        node: (0.65 + depth[node] * step, 0.3 + _ROOM * (height - lowest) / (spread or 1.0))
        for node, height in heights.items()
    }


def _room(middle: Place, told: Sequence[str]) -> Rectangle:
    """What the box of a node takes, where arrows start and end; it is not drawn itself."""
    pad = 2 * _PAD * canvas.SMALL / 72
    wide = max(canvas.text_width(line, canvas.SMALL) for line in told) + pad
    tall = canvas.LINE * len(told) + pad
    corner = (middle[0] - wide / 2, middle[1] - tall / 2)
    return Rectangle(corner, wide, tall, visible=False)


def _arrow(axes: Axes, ends: tuple[Place, Place], rooms: tuple[Patch, Patch]) -> None:
    """One arrow from the edge of a box to that of another, the more bent the farther it goes."""
    start, end = ends
    bend = max(1.3 * abs(end[0] - start[0]) / canvas.FULL - 0.55, 0.0)
    look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "lw": 1.1}
    look |= {"color": canvas.MUTED, "shrinkA": 0, "shrinkB": 2}
    look |= {"patchA": rooms[0], "patchB": rooms[1]}
    look["connectionstyle"] = f"arc3,rad={-bend:.2f}"
    axes.add_patch(FancyArrowPatch(start, end, **look))
