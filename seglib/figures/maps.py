"""Maps: small multiples of one measure by area, in the same classes, small areas hatched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from seglib import language
from seglib.disclosure import hide_small_bases, mask_names
from seglib.errors import ReportError
from seglib.figures import canvas
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import where_of
from seglib.language import decimals_of, measure_name, span_text, value_text
from seglib.result import LocalEstimates

if TYPE_CHECKING:
    import geopandas

_FEWEST, _CLASSES = 4, 5
_GAP, _NAME = 0.16, 0.24
_TALLEST = 4.6
_BESIDE = 2.7  # a legend that stands beside the maps
# light to dark, readable without colour, and red for nobody
_SCALE = "blend:#d3e5f2,#6aa3c8,#1f5f95,#071d3d"
_HIDDEN = {"patch": True, "fc": canvas.PAPER, "ec": canvas.MUTED, "lw": 0.6, "hatch": "////"}
_WORDS = language.word_list("figure_maps")


@dataclass(frozen=True, slots=True)
class _Atlas:
    """What is mapped: panels, and the values that are shown by unit, NaN for a small base."""

    panels: Mapping[Any, LocalEstimates]
    kept: Mapping[Any, Mapping[str, float]]
    level: str
    lang: str
    height: float = 0.0

    @property
    def first(self) -> LocalEstimates:
        """The first panel, whose measure and place are those of all."""
        return next(iter(self.panels.values()))


def area_map(
    boundaries: geopandas.GeoDataFrame,
    values: LocalEstimates | Mapping[Any, LocalEstimates],
    *,
    lang: str,
    level: str = "",
    bounds: Sequence[float] = (),
    title: str = "",
    source: str = "",
    caption: str = "",
    show_names: bool = False,
    height: float = 0.0,
) -> Figure:
    """Draw one map per key, all in the same classes; small bases are hatched.

    Parameters
    ----------
    boundaries : geopandas.GeoDataFrame
        Columns ``unit_code``, ``unit_name`` and ``geometry``, in metres.
    values : LocalEstimates or mapping of key to LocalEstimates
        One value per unit; a unit with fewer than 50 persons is not shown.
    lang : str
        "nl" or "en".
    level : str
        Level of the units; names below the wijk are replaced by numbers.
    bounds : sequence of float, optional
        Bounds of 4 classes or more on the measure's own scale; by default of five classes with
        about as many areas in each.
    title, source, caption : str
        What is seen, where the figures come from, how to read it.
    show_names : bool
        The reader's own choice to see names below the wijk.
    height : float
        Of a map that is to be low: no more inches than this, with the legend beside it.

    Returns
    -------
    Figure
        Maps with one legend under them, which names the classes and what is hidden; the caption
        says how many units have no boundary to draw.

    Raises
    ------
    ReportError
        There are fewer than four classes, no value at all, or most units have no boundary.
    """
    panels = {"": values} if isinstance(values, LocalEstimates) else dict(values)
    kept = {
        key: dict(zip(found.units, hide_small_bases(found.values, found.persons)[0], strict=True))
        for key, found in panels.items()
    }
    atlas = _Atlas(panels, kept, level, lang, height)
    shapes = _shapes(boundaries, panels)
    edges = _edges(atlas, bounds)
    name = canvas.capital(measure_name(atlas.first.symbol, lang))
    years = sorted({found.year for found in panels.values() if found.year is not None})
    heading = title or name + where_of(atlas.first.place, years)
    subtitle = canvas.capital(language.level_name(level, lang))
    if years:
        word = _WORDS[lang]["year" if len(years) == 1 else "years"]
        subtitle += f"; {word} {language.listing(years, lang)}"
    with canvas.style():
        sheet = _drawn(atlas, boundaries, shapes, edges, (heading, subtitle))
        table = _table(atlas, heading, show_names=show_names)
        below = caption or _WORDS[lang]["read"]
        unseen = sum(unit not in shapes for unit in atlas.first.units)
        if unseen:
            below += " " + _WORDS[lang]["unseen"].format(number=unseen)
        return canvas.finished(sheet, _description(atlas, heading), below, source, table)


def _shapes(
    boundaries: geopandas.GeoDataFrame, panels: Mapping[Any, LocalEstimates]
) -> dict[str, Path]:
    """The outline of each area, thinned together so that neighbours keep touching."""
    import shapely

    extent = boundaries.total_bounds
    tolerance = max(extent[2] - extent[0], extent[3] - extent[1]) / 500
    thin = shapely.coverage_simplify(boundaries.geometry.to_numpy(), tolerance)
    shapes = {}
    for code, shape in zip(boundaries["unit_code"], thin, strict=True):
        rings = shapely.get_rings(shapely.get_parts(shape))
        paths = [Path(shapely.get_coordinates(ring), closed=True) for ring in rings]
        if paths:
            shapes[str(code)] = Path.make_compound_path(*paths)
    for found in panels.values():
        missing = [unit for unit in found.units if unit not in shapes]
        if 2 * len(missing) > len(found.units):
            raise ReportError(
                f"Area {missing[0]!r} has no boundary on this map, and most others have none "
                f"({len(missing)} in all). Load the boundaries of the same source and level."
            )
    return shapes


def _edges(atlas: _Atlas, bounds: Sequence[float]) -> list[float]:
    """Bounds of the classes as shown, each at its printed precision and no two alike."""
    symbol = atlas.first.symbol
    values = np.array([value for kept in atlas.kept.values() for value in kept.values()])
    values = values[~np.isnan(values)]
    if not values.size:
        raise ReportError("A map needs at least one value to show; all were hidden or empty.")
    wanted = list(bounds) or np.quantile(values, np.linspace(0, 1, _CLASSES + 1)).tolist()
    if len(wanted) <= _FEWEST:
        raise ReportError(
            f"A map needs {_FEWEST} classes or more and got {len(wanted) - 1}; fewer hide too much."
        )
    step = 10.0 ** -decimals_of(symbol) / language.shown(symbol, 1.0)
    low, high = min(wanted[0], values.min()) / step, max(wanted[-1], values.max()) / step
    # 1e-9: a bound that is whole but for floating point is that whole number
    places = [math.floor(low + 1e-9), math.ceil(high - 1e-9)]
    places += [round(edge / step) for edge in wanted[1:-1]]
    edges = [place * step for place in sorted(set(places))]
    return edges if len(edges) > 1 else [edges[0], edges[0] + step]


def _drawn(
    atlas: _Atlas,
    boundaries: geopandas.GeoDataFrame,
    shapes: Mapping[str, Path],
    edges: Sequence[float],
    titles: tuple[str, str],
) -> canvas.Canvas:
    """The sheet: maps side by side over the full width, and one legend under them."""
    import seaborn  # takes a second, which a notebook without maps need not wait

    columns, low = min(2, len(atlas.panels)), atlas.height
    full = canvas.FULL - _BESIDE if low else canvas.FULL
    width = (full - _GAP * (columns - 1)) / columns
    west, south, east, north = boundaries.total_bounds
    tall = min(width * (north - south) / (east - west), low or _TALLEST)
    above = _NAME if any(map(str, atlas.panels)) or not low else 0.0
    pitch = tall + above + 0.1
    foot = math.ceil(len(atlas.panels) / columns) * pitch
    symbol, words = atlas.first.symbol, _WORDS[atlas.lang]
    look = {"patch": True, "ec": canvas.MUTED, "lw": 0.6}
    spans = [span_text(symbol, *ends, atlas.lang) for ends in pairwise(edges)]
    colours = seaborn.color_palette(_SCALE, len(spans))
    entries = [({**look, "fc": own}, told) for own, told in zip(colours, spans, strict=True)]
    some_hidden = any(np.isnan(kept.get(u, np.nan)) for kept in atlas.kept.values() for u in shapes)
    entries += [(_HIDDEN, words["hidden"])] if some_hidden else []
    # left and top, width and columns of the legend
    at, room, signs = (canvas.MARGIN, foot), full, 3
    if low:
        at, room, signs = (canvas.MARGIN + full + _GAP, 0.0), _BESIDE - _GAP, 1
    deep = 0.3 + canvas.legend_height(entries, room, columns=signs)
    sheet = canvas.Canvas(*titles, max(foot, at[1] + deep))
    for place, (key, kept) in enumerate(atlas.kept.items()):
        row, column = divmod(place, columns)
        left, top = canvas.MARGIN + column * (width + _GAP), row * pitch
        sheet.text(left, top, str(key), width)
        axes = sheet.axes(left, top + above, width, tall)
        axes.set(xlim=(west, east), ylim=(south, north), aspect="equal", anchor="W")
        axes.set_axis_off()
        _paint(axes, shapes, kept, edges, colours)
    name = canvas.capital(f"{measure_name(symbol, atlas.lang)}, {words['classes']}")
    sheet.text(at[0], at[1] + 0.02, name, room, weight="bold")
    sheet.legend(at[0], at[1] + 0.24, room, entries, columns=signs)
    return sheet


def _paint(
    axes: Axes,
    shapes: Mapping[str, Path],
    values: Mapping[str, float],
    edges: Sequence[float],
    colours: Sequence[Any],
) -> None:
    """One compound shape per class: few elements, and each area keeps its own outline."""
    chosen: dict[int, list[Path]] = {}
    for unit, shape in shapes.items():
        value = values.get(unit, np.nan)
        place = -1 if np.isnan(value) else int(np.searchsorted(edges[1:-1], value, side="right"))
        chosen.setdefault(place, []).append(shape)
    for place, found in sorted(chosen.items()):
        look = {"fc": colours[place], "ec": canvas.PAPER, "lw": 0.5}
        look = look if place >= 0 else {name: _HIDDEN[name] for name in ("fc", "ec", "lw", "hatch")}
        patch = PathPatch(Path.make_compound_path(*found), clip_on=False, **look)
        axes.add_artist(patch)  # add_patch would look for limits along every edge


def _description(atlas: _Atlas, heading: str) -> str:
    words, symbol, told = _WORDS[atlas.lang], atlas.first.symbol, []
    for key, kept in atlas.kept.items():
        values = np.array([value for value in kept.values() if not np.isnan(value)])
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]) if values.size else [np.nan] * 3
        text = words["middle"].format(
            middle=value_text(symbol, float(middle), atlas.lang),
            units=language.level_name(atlas.level, atlas.lang),
            half=span_text(symbol, float(low), float(high), atlas.lang),
            hidden=len(kept) - values.size,
        )
        told.append(f"{key}: {text}" if str(key) else text)
    return f"{words['head']}{heading} ({len(atlas.first.units)}): {'. '.join(told)}."


def _table(atlas: _Atlas, caption: str, *, show_names: bool) -> Table:
    """Areas in the order of the source, so that the table ranks none."""
    words, first = _WORDS[atlas.lang], atlas.first
    names = mask_names(first.unit_names, atlas.level, show_names=show_names)
    rows = []
    for unit, name in zip(first.units, names, strict=True):
        values = [kept.get(unit, np.nan) for kept in atlas.kept.values()]
        cells = [value_text(first.symbol, value, atlas.lang) for value in values]
        hidden = zip(np.isnan(values), cells, strict=True)
        rows.append((name, *(words["none"] if unseen else cell for unseen, cell in hidden)))
    heads = [str(key) or measure_name(first.symbol, atlas.lang) for key in atlas.panels]
    return Table((words["area"], *heads), tuple(rows), caption, atlas.lang)
