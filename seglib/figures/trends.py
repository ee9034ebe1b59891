"""Figure over the years: measures by group and year, against each reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from seglib.figures.canvas import (
    COLOURS,
    MARGIN,
    MARKERS,
    MUTED,
    WIDTH,
    Canvas,
    finished,
    quiet,
    style,
)
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import (
    WORDS,
    described,
    draw_line,
    heading_of,
    margin_of,
    on_hundred,
    refuse_uncertain,
    subtitle_of,
    value_axis,
    year_axis,
)
from seglib.language import (
    Series,
    gather,
    group_name,
    measure_name,
    shown,
    value_text,
)

_LEGEND = 1.75


def series(
    results: object,
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw measures by year: a line per group, a panel per measure and reference.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        Estimates by year, as ``estimate`` gives them for a series of tables.
    lang : str
        "nl" or "en".
    title : str
        What is seen; by default measure, place and years.
    source : str
        Where the figures come from.
    caption : str
        How to read the figure, instead of the usual words.

    Returns
    -------
    Figure
        Lines with their margins of chance; broken lines show the values without chance.

    Raises
    ------
    ReportError
        An estimate has neither an interval nor a reason for having none.
    """
    found = gather(results)
    refuse_uncertain([estimate for line in found for estimate in line.estimates])
    words = WORDS[lang]
    panels = _panels(found)
    groups = list(dict.fromkeys(line.group for line in found))
    years = sorted({year for line in found for year in line.years})
    heading = title or heading_of(found, years, lang)
    with style():
        canvas = Canvas(heading, subtitle_of(found, years, lang), _height(panels, groups, lang))
        _draw_panels(canvas, panels, groups, years, lang)
        _legend(canvas, found, groups, lang)
        words_below = caption or f"{words['caption']} {words['axis']}"
        return finished(
            canvas, described(found, lang), words_below, source, _table(found, heading, lang)
        )


def _panels(found: Sequence[Series]) -> dict[tuple[str, str], list[Series]]:
    """Series by measure and reference, the symbols of D taken as one measure."""
    panels: dict[tuple[str, str], list[Series]] = {}
    for line in found:
        panels.setdefault((line.symbol.removesuffix("_rest"), line.reference), []).append(line)
    return panels


def _height(panels: Mapping[Any, Any], groups: Sequence[str], lang: str) -> float:
    rows = math.ceil(len(panels) / 2)
    return max(rows * 2.75, 0.7 + 0.4 * len(groups) + 0.75)


def _draw_panels(
    canvas: Canvas,
    panels: Mapping[tuple[str, str], list[Series]],
    groups: Sequence[str],
    years: Sequence[int],
    lang: str,
) -> None:
    columns = min(2, len(panels))
    gap, left = 0.66, MARGIN + 0.5
    width = (WIDTH - left - _LEGEND - 0.3 - gap * (columns - 1)) / columns
    rows = math.ceil(len(panels) / columns)
    height = canvas.body_height / rows - 0.75
    ranges = {symbol: _range(panels, symbol) for symbol, _ in panels}
    for place, ((symbol, reference), lines) in enumerate(panels.items()):
        row, column = divmod(place, columns)
        at = left + column * (width + gap), 0.34 + row * (height + 0.75)
        axes = canvas.axes(*at, width, height)
        if len(panels) > 1:
            name = _panel_name(symbol, reference, lang)
            canvas.text(at[0] - 0.4, canvas.top + at[1] - 0.3, name)
        for line in lines:
            draw_line(axes, line, groups.index(line.group))
        axes.set_ylim(*ranges[symbol])
        year_axis(axes, years)
        value_axis(axes, symbol, lang)
        quiet(axes)


def _panel_name(symbol: str, reference: str, lang: str) -> str:
    if not reference:
        return measure_name(symbol, lang) + (" (0–100)" if on_hundred(symbol) else "")
    against = "tegenover" if lang == "nl" else "against"
    return f"{against} {group_name(reference, lang)}"


def _range(panels: Mapping[tuple[str, str], list[Series]], symbol: str) -> tuple[float, float]:
    """One range for all panels of a measure, with some air above and below."""
    values = [
        shown(line.symbol, value)
        for (own, _), lines in panels.items()
        if own == symbol
        for line in lines
        for estimate in line.estimates
        for value in (estimate.value, estimate.low, estimate.high, estimate.null_adjusted)
        if value is not None
    ]
    low, high = min(values), max(values)
    air = 0.08 * (high - low) or 0.05 * abs(high) or 1.0
    return low - air, high + air


def _legend(canvas: Canvas, found: Sequence[Series], groups: Sequence[str], lang: str) -> None:
    words = WORDS[lang]
    entries: list[tuple[dict[str, Any], str]] = [
        (
            {"color": COLOURS[place % 7], "marker": MARKERS[place % 7], "ms": 5, "lw": 1.6},
            group_name(group, lang, short=True) if group else words["all"],
        )
        for place, group in enumerate(groups)
    ]
    entries.append(({"color": MUTED, "lw": 1.6}, words["observed"]))
    estimates = [estimate for line in found for estimate in line.estimates]
    if any(estimate.null_adjusted is not None for estimate in estimates):
        entries.append(({"color": MUTED, "lw": 1.2, "ls": (0, (3, 2))}, words["chance"]))
    if any(estimate.low is not None for estimate in estimates):
        entries.append(({"patch": True, "fc": "#c9c9c9", "ec": "none"}, words["band"]))
    canvas.legend(WIDTH - _LEGEND - MARGIN + 0.1, 0.3, entries, _LEGEND - 0.1)


def _table(found: Sequence[Series], caption: str, lang: str) -> Table:
    words = WORDS[lang]
    rows = []
    for line in found:
        group = group_name(line.group, lang) if line.group else words["all"]
        reference = group_name(line.reference, lang) if line.reference else words["none"]
        for year, estimate in zip(line.years, line.estimates, strict=True):
            free = estimate.null_adjusted
            rows.append(
                (
                    group,
                    line.symbol.removesuffix("_rest"),
                    reference,
                    str(year),
                    value_text(line.symbol, estimate.value, lang),
                    margin_of(estimate, lang),
                    words["none"] if free is None else value_text(line.symbol, free, lang),
                )
            )
    columns = ("group", "measure", "reference", "year", "value", "band", "chance")
    heads = tuple(words[name][0].upper() + words[name][1:] for name in columns)
    align = ("left", "left", "left", "right", "right", "right", "right")
    return Table(heads, tuple(rows), caption, lang, align)
