"""Maps: small multiples of one measure by area, in the same classes, small areas hatched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from seglib.disclosure import hide_small_bases, mask_names
from seglib.errors import ReportError
from seglib.figures.canvas import (
    MARGIN,
    MUTED,
    PAPER,
    SMALL,
    WIDTH,
    Canvas,
    finished,
    style,
    wrapped,
)
from seglib.figures.figure import Figure, Table
from seglib.language import (
    decimals_of,
    is_percentage,
    level_name,
    listing,
    measure_name,
    number,
    percent,
    shown,
    span,
    word_list,
)
from seglib.result import LocalEstimates

if TYPE_CHECKING:
    import geopandas

_LEGEND = 1.75
_FEWEST = 4
_HIDDEN = {"fc": PAPER, "ec": MUTED, "lw": 0.6, "hatch": "////"}
_WORDS = word_list("figure_maps")


def area_map(
    boundaries: geopandas.GeoDataFrame,
    values: LocalEstimates | Mapping[Any, LocalEstimates],
    *,
    lang: str,
    level: str = "",
    classes: int = 5,
    bounds: Sequence[float] = (),
    title: str = "",
    source: str = "",
    caption: str = "",
    show_names: bool = False,
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
    classes : int
        Number of classes with about as many areas in each; 4 or more.
    bounds : sequence of float, optional
        Bounds of the classes on the measure's own scale, instead of `classes`.
    title, source, caption : str
        What is seen, where the figures come from, how to read it.
    show_names : bool
        The reader's own choice to see names below the wijk.

    Returns
    -------
    Figure
        Maps with one legend beside them, which names the classes and what is hidden.

    Raises
    ------
    ReportError
        There are fewer than four classes, no value at all, or a unit without boundary.
    """
    panels = {"": values} if isinstance(values, LocalEstimates) else dict(values)
    first = next(iter(panels.values()))
    shapes = _shapes(boundaries, panels)
    kept = {key: _kept(found) for key, found in panels.items()}
    edges = _edges(kept, first.symbol, classes, bounds)
    words = _WORDS[lang]
    heading = title or _heading(panels, lang)
    with style():
        canvas = _sheet(boundaries, heading, _subtitle(panels, level, lang), len(panels))
        colours = _colours(len(edges) - 1)
        for place, (key, found) in enumerate(panels.items()):
            axes = _panel(canvas, boundaries, place, len(panels), str(key))
            _paint(axes, shapes, found.units, kept[key], edges, colours)
        hidden = any((~np.isnan(drawn)).sum() < len(shapes) for drawn in kept.values())
        _legend(canvas, edges, colours, first.symbol, lang, hidden=hidden)
        table = _table(panels, kept, level, heading, lang, show_names=show_names)
        described = _description(panels, kept, level, lang)
        return finished(canvas, described, caption or words["read"], source, table)


def _shapes(
    boundaries: geopandas.GeoDataFrame, panels: Mapping[Any, LocalEstimates]
) -> dict[str, Path]:
    """The outline of each area, thinned together so that neighbours keep touching."""
    import shapely

    extent = boundaries.total_bounds
    tolerance = max(extent[2] - extent[0], extent[3] - extent[1]) / 500
    thin = shapely.coverage_simplify(boundaries.geometry.to_numpy(), tolerance)
    shapes = {
        str(code): _path(shape)
        for code, shape in zip(boundaries["unit_code"], thin, strict=True)
        if not shape.is_empty
    }
    for found in panels.values():
        missing = [unit for unit in found.units if unit not in shapes]
        if missing:
            raise ReportError(
                f"Area {missing[0]!r} has no boundary on this map ({len(missing)} in all). "
                "Load the boundaries of the same source and level."
            )
    return shapes


def _path(shape: Any) -> Path:
    polygons = getattr(shape, "geoms", [shape])
    rings = [
        np.asarray(ring.coords)[:, :2]
        for polygon in polygons
        if polygon.geom_type == "Polygon"
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _kept(found: LocalEstimates) -> np.ndarray:
    """Values on the scale that readers see, NaN where the base is too small."""
    return hide_small_bases(found.values * shown(found.symbol, 1.0), found.persons)[0]


def _edges(
    kept: Mapping[Any, np.ndarray], symbol: str, classes: int, bounds: Sequence[float]
) -> list[float]:
    """Bounds of the classes as shown, each at its printed precision and no two alike."""
    values = np.concatenate(list(kept.values()))
    values = values[~np.isnan(values)]
    if not values.size:
        raise ReportError("A map needs at least one value to show; all were hidden or empty.")
    wanted = [shown(symbol, bound) for bound in bounds]
    wanted = wanted or np.quantile(values, np.linspace(0, 1, classes + 1)).tolist()
    if len(wanted) <= _FEWEST:
        raise ReportError(
            f"A map needs {_FEWEST} classes or more and got {len(wanted) - 1}; fewer hide too much."
        )
    step = 10.0 ** -decimals_of(symbol)
    inner = [round(edge / step) * step for edge in wanted[1:-1]]
    ends = (
        math.floor(min(wanted[0], values.min()) / step) * step,
        math.ceil(max(wanted[-1], values.max()) / step) * step,
    )
    edges = sorted({round(edge, 9) for edge in (ends[0], *inner, ends[1])})
    return edges if len(edges) > 1 else [edges[0], edges[0] + step]


def _colours(count: int) -> list[tuple[float, float, float]]:
    """Light to dark, readable without colour, and red for nobody."""
    return list(seaborn.color_palette("blend:#d3e5f2,#6aa3c8,#1f5f95,#071d3d", count))


def _heading(panels: Mapping[Any, LocalEstimates], lang: str) -> str:
    first = next(iter(panels.values()))
    years = sorted({found.year for found in panels.values() if found.year is not None})
    name = measure_name(first.symbol, lang)
    place = f" in {first.place}" if first.place else ""
    when = f", {years[0]}" if len(years) == 1 else f", {years[0]}–{years[-1]}" if years else ""
    return f"{name[0].upper()}{name[1:]}{place}{when}"


def _subtitle(panels: Mapping[Any, LocalEstimates], level: str, lang: str) -> str:
    units = level_name(level, lang)
    years = sorted({found.year for found in panels.values() if found.year is not None})
    text = f"{units[0].upper()}{units[1:]}"
    if not years:
        return text
    one, many = ("peiljaar", "peiljaren") if lang == "nl" else ("year", "years")
    return f"{text}; {one if len(years) == 1 else many} {listing(years, lang)}"


def _grid(count: int) -> tuple[int, int, float]:
    columns = min(2, count)
    width = (WIDTH - _LEGEND - 2 * MARGIN - 0.2 * columns) / columns
    return columns, math.ceil(count / columns), width


def _tall(boundaries: geopandas.GeoDataFrame, width: float) -> float:
    left, bottom, right, top = boundaries.total_bounds
    return min(width * (top - bottom) / (right - left), 5.0)


def _sheet(boundaries: geopandas.GeoDataFrame, heading: str, subtitle: str, count: int) -> Canvas:
    _, rows, width = _grid(count)
    return Canvas(heading, subtitle, max(rows * (_tall(boundaries, width) + 0.35) + 0.1, 2.6))


def _panel(
    canvas: Canvas, boundaries: geopandas.GeoDataFrame, place: int, count: int, name: str
) -> Axes:
    columns, _, width = _grid(count)
    row, column = divmod(place, columns)
    tall = _tall(boundaries, width)
    left, top = MARGIN + column * (width + 0.2), 0.25 + row * (tall + 0.35)
    canvas.text(left, canvas.top + top - 0.24, name)
    axes = canvas.axes(left, top, width, tall)
    west, south, east, north = boundaries.total_bounds
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    axes.set_axis_off()
    return axes


def _paint(
    axes: Axes,
    shapes: Mapping[str, Path],
    units: Sequence[str],
    values: np.ndarray,
    edges: Sequence[float],
    colours: Sequence[tuple[float, float, float]],
) -> None:
    """One compound shape per class: few elements, and each area keeps its own outline."""
    found = np.searchsorted(edges, values, side="right") - 1
    found = np.clip(found, 0, len(colours) - 1)
    for place, colour in enumerate(colours):
        chosen = [
            shapes[unit]
            for unit, own, value in zip(units, found, values, strict=True)
            if own == place and not np.isnan(value)
        ]
        _fill(axes, chosen, fc=colour)
    known = dict(zip(units, values, strict=True))
    hidden = [shape for unit, shape in shapes.items() if np.isnan(known.get(unit, np.nan))]
    _fill(axes, hidden, **_HIDDEN)


def _fill(axes: Axes, chosen: Sequence[Path], **look: Any) -> None:
    if chosen:
        look = {"ec": PAPER, "lw": 0.5, **look}
        axes.add_patch(PathPatch(Path.make_compound_path(*chosen), clip_on=False, **look))


def _legend(
    canvas: Canvas,
    edges: Sequence[float],
    colours: Sequence[tuple[float, float, float]],
    symbol: str,
    lang: str,
    *,
    hidden: bool,
) -> None:
    unit = "%" if is_percentage(symbol) else ""
    entries: list[tuple[dict[str, Any], str]] = []
    for low, high, colour in zip(edges[:-1], edges[1:], colours, strict=True):
        words = span(low, high, decimals_of(symbol), lang, unit=unit)
        entries.append(({"patch": True, "fc": colour, "ec": MUTED, "lw": 0.6}, words))
    if hidden:
        entries.append(({"patch": True, **_HIDDEN}, _WORDS[lang]["hidden"]))
    left, width = WIDTH - _LEGEND - MARGIN + 0.05, _LEGEND - 0.05
    at = 0.25
    for line in wrapped(measure_name(symbol, lang), width, SMALL, bold=True):
        canvas.text(left, canvas.top + at, line, size=SMALL, weight="bold")
        at += 0.17
    canvas.legend(left, at + 0.06, entries, width)


def _written(symbol: str, value: float, lang: str) -> str:
    write = percent if is_percentage(symbol) else number
    return write(value, decimals_of(symbol), lang)


def _description(
    panels: Mapping[Any, LocalEstimates], kept: Mapping[Any, np.ndarray], level: str, lang: str
) -> str:
    words = _WORDS[lang]
    told = []
    for key, found in panels.items():
        values = kept[key][~np.isnan(kept[key])]
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]) if values.size else [np.nan] * 3
        unit = "%" if is_percentage(found.symbol) else ""
        text = words["middle"].format(
            middle=_written(found.symbol, float(middle), lang),
            units=level_name(level, lang),
            half=span(float(low), float(high), decimals_of(found.symbol), lang, unit=unit),
            hidden=len(kept[key]) - values.size,
        )
        told.append(f"{key}: {text}" if str(key) else text)
    first = next(iter(panels.values()))
    return f"{words['head']}{_heading(panels, lang)} ({len(first.units)}): {'. '.join(told)}."


def _table(
    panels: Mapping[Any, LocalEstimates],
    kept: Mapping[Any, np.ndarray],
    level: str,
    caption: str,
    lang: str,
    *,
    show_names: bool,
) -> Table:
    """Areas in the order of the source, so that the table ranks none."""
    words = _WORDS[lang]
    first = next(iter(panels.values()))
    names = mask_names(first.unit_names, level, show_names=show_names)
    by_unit = {key: dict(zip(found.units, kept[key], strict=True)) for key, found in panels.items()}
    rows = []
    for unit, name in zip(first.units, names, strict=True):
        found = (by_unit[key].get(unit, np.nan) for key in panels)
        cells = (words["none"] if np.isnan(v) else _written(first.symbol, v, lang) for v in found)
        rows.append((name, *cells))
    heads = [str(key) or measure_name(first.symbol, lang) for key in panels]
    return Table((words["area"], *heads), tuple(rows), caption, lang)
