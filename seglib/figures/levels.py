"""Levels: one index of several towns and groups, beside published ones of elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from matplotlib.ticker import FuncFormatter, MultipleLocator

from seglib import language
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.inference import RoundingBand
from seglib.result import Estimate

_WORDS = language.word_list("figure_levels")
_NAMES, _STEP, _HEAD = 2.1, 0.24, 1.5
_DOT: dict[str, Any] = {"color": canvas.MUTED, "marker": "o", "ms": 6, "ls": "none"}
_MARGIN: dict[str, Any] = {"color": canvas.MUTED, "lw": 5, "alpha": 0.35, "solid_capstyle": "butt"}
_BAND: dict[str, Any] = {"color": canvas.INK, "lw": 1, "marker": "|", "ms": 6}
_FREE: dict[str, Any] = {
    "color": canvas.INK,
    "marker": "D",
    "ms": 5,
    "ls": "none",
    "mfc": "none",
    "mew": 1.2,
}
_OTHER: dict[str, Any] = {"color": canvas.INK, "marker": "X", "ms": 6, "ls": "none"}


class _Row(NamedTuple):
    """One town of one group, in the order of the table's columns."""

    group: str
    town: str
    found: Estimate
    band: RoundingBand


def levels(
    found: Mapping[str, Mapping[str, Estimate]],
    bands: Mapping[str, Mapping[str, RoundingBand]],
    published: Mapping[str, float],
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw a measure by group and town, with published values of elsewhere below.

    Parameters
    ----------
    found : mapping of str to mapping of str to Estimate
        By town and group.
    bands : mapping of str to mapping of str to RoundingBand
        What rounding leaves open, by the same names.
    published : mapping of str to float
        Values of elsewhere by place, on the measure's own scale.
    lang, title, source, caption : str
        As for ``spread``.

    Returns
    -------
    Figure
        A dot a town with the margin of chance, the band of rounding and the value without
        chance; towns stand in the order given, so that the figure ranks none.

    Raises
    ------
    ReportError
        An estimate has neither an interval nor a reason for having none.
    """
    lines.refuse_uncertain([one for here in found.values() for one in here.values()])
    words, groups = _WORDS[lang], [*next(iter(found.values()))]
    rows = [_Row(g, town, found[town][g], bands[town][g]) for g in groups for town in found]
    symbol, year = rows[0].found.symbol, rows[0].found.year
    known = {"measure": language.measure_name(symbol, lang), "year": year, "number": len(found)}
    heading = title or canvas.capital(words["title"].format(**known))
    entries = [
        (_DOT, words["dot"]),
        (_MARGIN, words["margin"]),
        (_FREE, words["free"]),
        (_BAND, words["band"]),
        (_OTHER, words["other"]),
    ]
    height = _STEP * (len(rows) + len(published) + _HEAD * (len(groups) + 1))
    deep = canvas.legend_height(entries, canvas.FULL, columns=2)
    with canvas.style():
        subtitle = words["subtitle"].format(other=language.group_name("Nederland", lang))
        sheet = canvas.Canvas(heading, subtitle, height + 0.4 + deep)
        _drawn(sheet, rows, published, height, lang)
        sheet.legend(canvas.MARGIN, height + 0.38, canvas.FULL, entries, columns=2)
        table = _table(rows, published, heading, lang)
        told = "; ".join(" ".join(cells[:3]) for cells in table.rows)
        description = words["head"].format(told=told)
        return canvas.finished(sheet, description, caption or words["read"], source, table)


def _drawn(
    sheet: canvas.Canvas,
    rows: list[_Row],
    published: Mapping[str, float],
    height: float,
    lang: str,
) -> None:
    """All rows under the name of their group, and the published values last."""
    axes = sheet.axes(canvas.MARGIN + _NAMES, 0, canvas.FULL - _NAMES - 0.2, height)
    axes.set(xlim=(0, 100), ylim=(height / _STEP, 0), yticks=[])
    looks = lines.looks(row.group for row in rows)
    at = 0.0
    for group in dict.fromkeys(row.group for row in rows):
        _name(sheet, at, canvas.capital(language.group_name(group, lang)), weight="bold")
        at += _HEAD
        for row in (row for row in rows if row.group == group):
            _name(sheet, at, row.town)
            _draw(axes, at + 0.4, row, looks[group])
            at += 1
    _name(sheet, at, _WORDS[lang]["elsewhere"], weight="bold")
    for place, (town, value) in enumerate(published.items()):
        _name(sheet, at + _HEAD + place, town)
        x = language.shown(rows[0].found.symbol, value)
        axes.plot([x], [at + _HEAD + 0.4 + place], clip_on=False, **_OTHER)
    axes.xaxis.set_major_locator(MultipleLocator(20))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: language.number(x, 0, lang)))
    canvas.quiet(axes, grid="x")


def _name(sheet: canvas.Canvas, at: float, text: str, **look: Any) -> None:
    wide = canvas.FULL if look else _NAMES - 0.1
    down = 0.8 if look else 0.4
    sheet.text(canvas.MARGIN, _STEP * (at + down), text, wide, va="center", **look)


def _draw(axes: Any, at: float, row: _Row, look: Mapping[str, Any]) -> None:
    """Dot, margin and diamond of one row, with the band of rounding just below."""
    one, band = row.found, row.band
    margin = {**_MARGIN, "color": look["color"]}
    for low, high, dy, own in ((one.low, one.high, 0, margin), (band.low, band.high, 0.3, _BAND)):
        if low is not None and high is not None:
            ends = [language.shown(one.symbol, end) for end in (low, high)]
            axes.plot(ends, [at + dy] * 2, zorder=2, clip_on=False, **own)
    for value, own in ((one.value, {**_DOT, **look}), (one.null_adjusted, _FREE)):
        if value is not None:
            axes.plot([language.shown(one.symbol, value)], [at], zorder=3, clip_on=False, **own)


def _table(rows: list[_Row], published: Mapping[str, float], heading: str, lang: str) -> Table:
    words, symbol = _WORDS[lang], rows[0].found.symbol

    def span(one: Estimate) -> str:
        if one.low is None or one.high is None:
            return language.reason_text(one.reason_code or one.reason, lang)
        return language.span_text(symbol, one.low, one.high, lang)

    body = [
        (
            language.group_name(row.group, lang),
            row.town,
            language.value_text(symbol, row.found.value, lang),
            span(row.found),
            span(row.band),
            "–"
            if row.found.null_adjusted is None
            else language.value_text(symbol, row.found.null_adjusted, lang),
        )
        for row in rows
    ]
    body += [
        (words["elsewhere"], town, language.value_text(symbol, value, lang), "–", "–", "–")
        for town, value in published.items()
    ]
    heads = ("group", "town", "value", "margin", "band", "free")
    names = tuple(canvas.capital(words[name]) for name in heads)
    return Table(names, tuple(body), heading, lang, ("left", "left", *("right",) * 4))
