"""Figures over the years: measures by group, and isolation beside the share of the city."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from seglib.errors import ReportError
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.language import Series, group_name, measure_name, percent, value_text
from seglib.result import Estimate

_LEGEND = 1.8
_BAND = {"patch": True, "fc": "#c9c9c9", "ec": "none"}
_FREE = {"color": canvas.MUTED, "lw": 1.2, "ls": (0, (3, 2))}
_DASH = {"color": canvas.MUTED, "marker": "_", "ms": 13, "mew": 1.6, "lw": 0}
# of a figure of isolation, in inches: a row of panels, and in it the room for names and for years
_ROW, _NAME, _YEARS = 1.85, 0.34, 0.3

_Panels = Mapping[tuple[str, str], Sequence[Series]]
_Looks = Mapping[str, dict[str, Any]]


def series(
    results: object, *, lang: str, title: str = "", source: str = "", caption: str = ""
) -> Figure:
    """Draw measures by year: a line per group, a panel per measure and reference.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        Estimates by year, as ``estimate`` gives them for a series of tables.
    lang : str
        "nl" or "en".
    title, source, caption : str
        What is seen, where the figures come from, how to read it.

    Returns
    -------
    Figure
        Lines with their margins of chance; broken lines show the values without chance. With one
        year there are dots side by side, each with its margin and a dash for the other value.

    Raises
    ------
    ReportError
        An estimate has neither an interval nor a reason for having none.
    """
    found, years = lines.gathered(results)
    panels: dict[tuple[str, str], list[Series]] = {}
    for line in found:
        panels.setdefault((line.symbol.removesuffix("_rest"), line.reference), []).append(line)
    looks, words = lines.looks(line.group for line in found), lines.WORDS[lang]
    entries = _legend(found, looks, lang)
    heading = title or lines.heading_of(found, years, lang)
    height = max(math.ceil(len(panels) / 2) * 3.1, 0.4 + canvas.legend_height(entries, _LEGEND))
    with canvas.style():
        sheet = canvas.Canvas(heading, lines.subtitle_of(found, lang), height)
        _draw(sheet, panels, looks, years, lang)
        sheet.legend(canvas.WIDTH - _LEGEND - canvas.MARGIN, 0.3, _LEGEND, entries)
        read = words["caption" if len(years) > 1 else "caption_one"]
        below = caption or f"{read} {words['axis']}"
        table = _series_table(found, heading, lang)
        return canvas.finished(sheet, lines.described(found, lang), below, source, table)


def _draw(
    sheet: canvas.Canvas, panels: _Panels, looks: _Looks, years: Sequence[int], lang: str
) -> None:
    columns = min(2, len(panels))
    gap, left, top = 0.6, canvas.MARGIN + 0.5, 0.34 if columns > 1 else 0.1
    width = (canvas.WIDTH - left - _LEGEND - 0.4 - gap * (columns - 1)) / columns
    pitch = sheet.body_height / math.ceil(len(panels) / columns)
    first: dict[str, Axes] = {}
    for place, ((symbol, reference), drawn) in enumerate(panels.items()):
        row, column = divmod(place, columns)
        at = left + column * (width + gap), top + row * pitch
        axes = sheet.axes(*at, width, pitch - top - 0.34, sharey=first.get(symbol))
        if columns > 1:
            name = f"{lines.WORDS[lang]['against']} {group_name(reference, lang)}"
            if not reference:
                scale = " (0–100)" if lines.on_hundred(symbol) else ""
                name = measure_name(symbol, lang) + scale
            sheet.text(at[0] - 0.4, at[1] - 0.1, name, width + 0.6, va="bottom")
        for number, line in enumerate(drawn):
            shift = ((number + 0.5) / len(drawn) - 0.5) if len(years) == 1 else 0.0
            lines.draw_line(axes, line, looks[line.group], shift=shift)
        axes.margins(y=0.08)
        lines.year_axis(axes, years)
        lines.value_axis(axes, symbol, lang)
        canvas.quiet(axes)
        first.setdefault(symbol, axes)


def _legend(found: Sequence[Series], looks: _Looks, lang: str) -> list[canvas.Entry]:
    words = lines.WORDS[lang]
    estimates = [estimate for line in found for estimate in line.estimates]
    lone = len({year for line in found for year in line.years}) == 1
    entries: list[canvas.Entry] = [
        (
            {**look, "ms": 5, "lw": 0 if lone else 1.6},
            group_name(group, lang, short=True) or words["all"],
        )
        for group, look in looks.items()
    ]
    seen = {"marker": "o", "ms": 6, "lw": 0} if lone else {"lw": 1.6}
    entries.append(({"color": canvas.MUTED, **seen}, words["observed"]))
    free = _DASH if lone else _FREE
    for field, look, word in (("null_adjusted", free, "chance"), ("low", _BAND, "band")):
        if any(getattr(estimate, field) is not None for estimate in estimates):
            entries.append((look, words[word]))
    return entries


def _series_table(found: Sequence[Series], heading: str, lang: str) -> Table:
    words = lines.WORDS[lang]

    def about(line: Series) -> tuple[str, str, str]:
        group = group_name(line.group, lang) or words["all"]
        reference = group_name(line.reference, lang) or words["none"]
        return group, line.symbol.removesuffix("_rest"), reference

    def free(line: Series, _: int, estimate: Estimate) -> str:
        value = estimate.null_adjusted
        return words["none"] if value is None else value_text(line.symbol, value, lang)

    names = ("group", "measure", "reference", "year", "value", "band", "chance")
    return lines.table_of(found, names, about, free, heading, lang)


def isolation(
    results: object,
    shares: Mapping[str, Mapping[int, float]],
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw isolation beside the group's share of the city: a panel per group.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        Isolation by group and year.
    shares : mapping of str to mapping of int to float
        For each group its share of the city by year, 0 to 1.
    lang, title, source, caption : str
        As for `series`.

    Returns
    -------
    Figure
        Two lines a panel; the gap between them is what uneven spread adds to the share. A percent
        is as high in every panel; one group far larger than the others gets a taller one.

    Raises
    ------
    ReportError
        An estimate is uncertain without a reason, or a share is missing.
    """
    found, years = lines.gathered(results)
    for line in found:
        missing = [year for year in line.years if year not in shares.get(line.group, {})]
        if missing:
            raise ReportError(
                f"The share of {line.group!r} in {missing[0]} is missing; pass it in shares=."
            )
    looks, words = lines.looks(line.group for line in found), lines.WORDS[lang]
    found = tuple(sorted(found, key=lambda line: list(looks).index(line.group)))
    tops = {}
    for line in found:
        ends = [estimate.high or estimate.value for estimate in line.estimates]
        tops[line.group] = 104 * max(*ends, *shares[line.group].values())
    heading = title or lines.heading_of(found, years, lang)
    subtitle = f"{words['percents']}; {lines.subtitle_of(found, lang).lower()}"
    lone = len(years) == 1
    own: dict[str, Any] = {"color": canvas.MUTED, "marker": "o", "ms": 4, "lw": 1.1 * (not lone)}
    free = _DASH if lone else _FREE
    entries = [(own, words["isolation"]), (free, words["share"]), (_BAND, words["band"])]
    with canvas.style():
        sheet = canvas.Canvas(heading, subtitle, _grid(tops)[2] * _ROW + 0.3)
        for line, axes in zip(found, _panels(sheet, tops, lang), strict=True):
            city = [100 * shares[line.group][year] for year in line.years]
            axes.plot(line.years, city, clip_on=False, **free)
            lines.draw_line(axes, line, looks[line.group], width=1.1)
            lines.year_axis(axes, years)
        sheet.legend(canvas.MARGIN, sheet.body_height - 0.25, canvas.FULL, entries, columns=3)
        table = lines.table_of(
            found,
            ("group", "year", "isolation", "band", "share"),
            lambda line: [group_name(line.group, lang)],
            lambda line, year, _: percent(100 * shares[line.group][year], 1, lang),
            heading,
            lang,
        )
        below = caption or words["even_one" if lone else "even"]
        return canvas.finished(sheet, lines.described(found, lang), below, source, table)


def _grid(tops: Mapping[str, float]) -> tuple[str, int, int]:
    """The one group far larger than all others, or ""; columns and rows for the others."""
    second, first = sorted([0.0, *tops.values()])[-2:]
    if not 1.6 * second <= first <= 3.5 * second:
        return "", 4, math.ceil(len(tops) / 4)
    large = max(tops, key=tops.__getitem__)
    return large, 3, max(2, math.ceil((len(tops) - 1) / 3))


def _panels(sheet: canvas.Canvas, tops: Mapping[str, float], lang: str) -> Iterator[Axes]:
    """An axes for each group, in which a percent is always as high."""
    large, columns, rows = _grid(tops)
    limit = max(top for group, top in tops.items() if group != large)
    unit = min((_ROW - _NAME - _YEARS) / limit, (rows * _ROW - _NAME - _YEARS) / max(tops.values()))
    others = [group for group in tops if group != large]
    gap, beside, first = 0.16, 0.45 if large else 0.0, canvas.MARGIN + 0.45
    width = (canvas.FULL - 0.55 - beside - 3 * gap) / 4
    for group in tops:
        row, column, left, reach = rows - 1, 0, first, tops[group]
        if group != large:
            row, column = divmod(others.index(group), columns)
            left = first + (width + gap + beside if large else 0.0) + column * (width + gap)
            reach = limit
        foot, high = (row + 1) * _ROW - _YEARS, unit * reach
        axes = sheet.axes(left, foot - high, width, high)
        axes.set_ylim(0, reach)
        lines.value_axis(axes, "xPx", lang)
        canvas.quiet(axes)
        axes.tick_params(labelleft=column == 0)
        name = group_name(group, lang, short=True)
        sheet.text(left, foot - high - 0.06, name, width + gap - 0.12, va="bottom")
        yield axes
