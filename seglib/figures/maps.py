"""Maps: small multiples of one measure by area, in the same classes, small areas hatched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    WIDTH,
    Canvas,
    Entry,
    capital,
    finished,
    legend_height,
    style,
)
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import where_of
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

_FEWEST = 4
_GAP, _NAME = 0.16, 0.24
_TALLEST = 4.6
# light to dark, readable without colour, and red for nobody
_SCALE = "blend:#d3e5f2,#6aa3c8,#1f5f95,#071d3d"
_HIDDEN = {"fc": PAPER, "ec": MUTED, "lw": 0.6, "hatch": "////"}
_WORDS = word_list("figure_maps")


@dataclass(frozen=True, slots=True)
class _Atlas:
    """What is mapped: a panel per key, and its values as shown, NaN where the base is small."""

    panels: Mapping[Any, LocalEstimates]
    kept: Mapping[Any, np.ndarray]
    level: str
    lang: str

    @property
    def first(self) -> LocalEstimates:
        """The first panel, whose measure and place are those of all."""
        return next(iter(self.panels.values()))

    @property
    def years(self) -> list[int]:
        """The years on the maps."""
        return sorted({found.year for found in self.panels.values() if found.year is not None})

    @property
    def heading(self) -> str:
        """Measure, place and years."""
        name = measure_name(self.first.symbol, self.lang)
        return capital(name + where_of(self.first.place, self.years))

    def written(self, value: float) -> str:
        """A value with the decimals and sign of the measure."""
        write = percent if is_percentage(self.first.symbol) else number
        return write(value, decimals_of(self.first.symbol), self.lang)

    def between(self, low: float, high: float) -> str:
        """Two values as a range."""
        unit = "%" if is_percentage(self.first.symbol) else ""
        return span(low, high, decimals_of(self.first.symbol), self.lang, unit=unit)


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
        Maps with one legend under them, which names the classes and what is hidden.

    Raises
    ------
    ReportError
        There are fewer than four classes, no value at all, or a unit without boundary.
    """
    panels = {"": values} if isinstance(values, LocalEstimates) else dict(values)
    shapes = _shapes(boundaries, panels)
    atlas = _Atlas(panels, {key: _kept(found) for key, found in panels.items()}, level, lang)
    edges = _edges(atlas, classes, bounds)
    colours = seaborn.color_palette(_SCALE, len(edges) - 1)
    hidden = any((~np.isnan(drawn)).sum() < len(shapes) for drawn in atlas.kept.values())
    legend = _legend(atlas, edges, colours, hidden=hidden)
    heading = title or atlas.heading
    with style():
        canvas = _painted(atlas, boundaries, shapes, heading, legend, edges, colours)
        table = _table(atlas, heading, show_names=show_names)
        below = caption or _WORDS[lang]["read"]
        return finished(canvas, _description(atlas), below, source, table)


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


def _edges(atlas: _Atlas, classes: int, bounds: Sequence[float]) -> list[float]:
    """Bounds of the classes as shown, each at its printed precision and no two alike."""
    symbol = atlas.first.symbol
    values = np.concatenate(list(atlas.kept.values()))
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


def _legend(
    atlas: _Atlas, edges: Sequence[float], colours: Sequence[Any], *, hidden: bool
) -> list[Entry]:
    look = {"patch": True, "ec": MUTED, "lw": 0.6}
    entries: list[Entry] = [
        ({**look, "fc": colour}, atlas.between(low, high))
        for low, high, colour in zip(edges[:-1], edges[1:], colours, strict=True)
    ]
    if hidden:
        entries.append(({"patch": True, **_HIDDEN}, _WORDS[atlas.lang]["hidden"]))
    return entries


def _painted(
    atlas: _Atlas,
    boundaries: geopandas.GeoDataFrame,
    shapes: Mapping[str, Path],
    heading: str,
    legend: Sequence[Entry],
    edges: Sequence[float],
    colours: Sequence[Any],
) -> Canvas:
    """The sheet: maps side by side over the full width, and one legend under them."""
    columns = min(2, len(atlas.panels))
    full = WIDTH - 2 * MARGIN
    width = (full - _GAP * (columns - 1)) / columns
    west, south, east, north = boundaries.total_bounds
    tall = min(width * (north - south) / (east - west), _TALLEST)
    foot = math.ceil(len(atlas.panels) / columns) * (tall + _NAME + 0.1)
    wording = _WORDS[atlas.lang]
    canvas = Canvas(heading, _subtitle(atlas), foot + 0.3 + legend_height(legend, full, columns=3))
    for place, (key, found) in enumerate(atlas.panels.items()):
        row, column = divmod(place, columns)
        left, top = MARGIN + column * (width + _GAP), row * (tall + _NAME + 0.1)
        canvas.text(left, top, str(key), width)
        axes = canvas.axes(left, top + _NAME, width, tall)
        axes.set(xlim=(west, east), ylim=(south, north), aspect="equal", anchor="W")
        axes.set_axis_off()
        _paint(axes, shapes, found.units, atlas.kept[key], edges, colours)
    name = capital(measure_name(atlas.first.symbol, atlas.lang))
    canvas.text(MARGIN, foot + 0.02, f"{name}, {wording['classes']}", full, weight="bold")
    canvas.legend(MARGIN, foot + 0.24, full, legend, columns=3)
    return canvas


def _subtitle(atlas: _Atlas) -> str:
    units = capital(level_name(atlas.level, atlas.lang))
    word = _WORDS[atlas.lang]["year" if len(atlas.years) == 1 else "years"]
    return f"{units}; {word} {listing(atlas.years, atlas.lang)}" if atlas.years else units


def _paint(
    axes: Axes,
    shapes: Mapping[str, Path],
    units: Sequence[str],
    values: np.ndarray,
    edges: Sequence[float],
    colours: Sequence[Any],
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


def _description(atlas: _Atlas) -> str:
    words, told = _WORDS[atlas.lang], []
    for key, kept in atlas.kept.items():
        values = kept[~np.isnan(kept)]
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]) if values.size else [np.nan] * 3
        text = words["middle"].format(
            middle=atlas.written(float(middle)),
            units=level_name(atlas.level, atlas.lang),
            half=atlas.between(float(low), float(high)),
            hidden=len(kept) - values.size,
        )
        told.append(f"{key}: {text}" if str(key) else text)
    head = f"{words['head']}{atlas.heading} ({len(atlas.first.units)})"
    return f"{head}: {'. '.join(told)}."


def _table(atlas: _Atlas, caption: str, *, show_names: bool) -> Table:
    """Areas in the order of the source, so that the table ranks none."""
    words, first = _WORDS[atlas.lang], atlas.first
    names = mask_names(first.unit_names, atlas.level, show_names=show_names)
    by_unit = [
        dict(zip(found.units, atlas.kept[key], strict=True)) for key, found in atlas.panels.items()
    ]
    rows = []
    for unit, name in zip(first.units, names, strict=True):
        found = (known.get(unit, np.nan) for known in by_unit)
        rows.append((name, *(words["none"] if np.isnan(v) else atlas.written(v) for v in found)))
    heads = [str(key) or measure_name(first.symbol, atlas.lang) for key in atlas.panels]
    return Table((words["area"], *heads), tuple(rows), caption, atlas.lang)
