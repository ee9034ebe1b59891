"""Rows: figures with a name per row: changes beside each other, and the parts of a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib import language
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.language import percent, reason_text, value_text
from seglib.result import ChangeEstimate, Decomposition

_NAMES, _STEP = 2.6, 0.29
_WORDS = language.word_list("figure_comparisons")
_PARTS = language.word_list("figure_parts")
_TOTAL = "#8a8a8a"
_DOT = {"color": canvas.MUTED, "marker": "o", "ms": 6, "ls": "none"}
_BAND = {"color": canvas.MUTED, "lw": 4, "alpha": 0.45, "solid_capstyle": "butt"}
_LEAVE = {"color": canvas.INK, "lw": 1, "marker": "|", "ms": 6}
_OTHER = {"color": canvas.INK, "marker": "D", "ms": 6, "ls": "none", "mfc": "none", "mew": 1.3}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a dot plot, in percent."""

    name: str
    group: str
    value: float
    low: float | None
    high: float | None
    leave: tuple[float, float] | None = None
    other: float | None = None
    reason: str = ""


def changes(
    results: object,
    *,
    lang: str,
    published: Mapping[str, float] | None = None,
    published_label: str = "",
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw each change in percent per ten years, beside a published one of another area.

    Parameters
    ----------
    results : ChangeEstimate, or mappings and lists of these
        Changes with interval, and with the range when each unit is left out.
    lang, title, source, caption : str
        As for `series`.
    published : mapping of str to float, optional
        For each group a published change in percent per ten years; drawn beside the changes
        against everyone else.
    published_label : str
        What the published changes are; it should say that they are about another area.

    Returns
    -------
    Figure
        A dot per change, with its margin and its leave-one-out range.

    Raises
    ------
    ReportError
        A change has neither an interval nor a reason for having none.
    """
    found = [change for _, change in language.flatten(results, ChangeEstimate)]
    words, given = _WORDS[lang], published or {}
    decade = all(change.percent_per_decade is not None for change in found)
    others = [
        given.get("".join(change.groups[:1])) if change.symbol.endswith("_rest") else None
        for change in found
    ]
    rows = _rows(found, others, lang, decade)
    scale = words["per_decade" if decade else "whole"]
    columns = {
        words["row"]: [row.name for row in rows],
        scale: _signed(rows, "value", lang),
        words["margin"]: [_span(row.low, row.high, row.reason, lang) for row in rows],
        words["leave"]: [_span(*(row.leave or (None, None)), "–", lang) for row in rows],
    }
    legend = [(_DOT, words["own"]), (_BAND, words["margin"]), (_LEAVE, words["leave"])]
    if set(others) - {None}:
        columns[words["published_head"]] = _signed(rows, "other", lang)
        legend.append((_OTHER, published_label or words["published"]))
    texts = (title, "changes", scale, caption or words["read"], source)
    return _drawn(found, rows, columns, legend, texts, lang)


def counterfactual(
    pairs: Sequence[tuple[ChangeEstimate, float]],
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw the observed change beside what the change of group sizes alone would have given.

    Parameters
    ----------
    pairs : sequence of tuple of ChangeEstimate and float
        Each change with the value that the measure would have had at the end if only the groups'
        totals had changed.
    lang, title, source, caption : str
        As for `changes`.

    Returns
    -------
    Figure
        Two signs per measure, in percent of the value at the start.

    Raises
    ------
    ReportError
        A change has neither an interval nor a reason for having none.
    """
    found = [change for change, _ in pairs]
    words = _WORDS[lang]
    others = [100 * (alone / change.before - 1) for change, alone in pairs]
    rows = _rows(found, others, lang, None)
    columns = {
        words["measure"]: [row.name for row in rows],
        words["before"]: [value_text(one.symbol, one.before, lang) for one in found],
        words["after"]: [value_text(one.symbol, one.after, lang) for one in found],
        words["observed"]: _signed(rows, "value", lang),
        words["margin"]: [_span(row.low, row.high, row.reason, lang) for row in rows],
        words["alone"]: _signed(rows, "other", lang),
    }
    legend = [(_DOT, words["observed"]), (_BAND, words["margin"]), (_OTHER, words["alone"])]
    texts = (title, "counterfactual", words["whole"], caption or words["sum"], source)
    return _drawn(found, rows, columns, legend, texts, lang)


def _rows(
    found: Sequence[ChangeEstimate], others: Sequence[float | None], lang: str, decade: bool | None
) -> list[_Row]:
    """Each change as a row; where `decade` is None, without the range of leaving one out."""
    lines.refuse_uncertain(found)
    shared = lines.against_one([change.groups for change in found], lang)
    kind, rows = "percent_per_decade" if decade else "percent", []
    for change, other in zip(found, others, strict=True):
        name = lines.group_label(change.groups[:1] if shared else change.groups, lang)
        if decade is None and name and not shared:
            name = f"{change.symbol.removesuffix('_rest')}, {name}"
        name = name or language.measure_name(change.symbol, lang)
        own = (getattr(change, f"{kind}{end}") for end in ("", "_low", "_high"))
        low, high = change.leave_one_low, change.leave_one_high
        ends = None
        if decade is not None and low is not None and high is not None:
            stretch = 10 / change.years if decade and change.years else 1.0
            ends = low * stretch, high * stretch
        reason = change.reason_code or change.reason
        rows.append(_Row(name, "".join(change.groups[:1]), *own, ends, other, reason))
    return rows


def _drawn(
    found: Sequence[ChangeEstimate],
    rows: Sequence[_Row],
    columns: Mapping[str, Sequence[str]],
    legend: Sequence[canvas.Entry],
    texts: tuple[str, str, str, str, str],
    lang: str,
) -> Figure:
    (title, form, scale, caption, source), first = texts, found[0]
    measure = language.measure_name(first.symbol.removesuffix("_rest"), lang)
    where = lines.where_of(first.place, (first.first_year, first.last_year))
    heading = title or _WORDS[lang][form].format(measure=measure, where=where)
    against = lines.against_one([change.groups for change in found], lang)
    if against and not all(change.groups for change in found):
        against = f"{first.symbol.removesuffix('_rest')} {against}"
    subtitle = canvas.capital(f"{against}; {scale[0].lower()}{scale[1:]}".removeprefix("; "))
    named = f"{heading}; {against}".removesuffix("; ")
    head = f"{_WORDS[lang]['head']}, {against}".removesuffix(", ")
    body = tuple(zip(*columns.values(), strict=True))
    table = Table(tuple(canvas.capital(name) for name in columns), body, named, lang)
    looks = lines.looks(row.group for row in rows)
    ends = [(row.value, row.low, row.high, *(row.leave or ()), row.other) for row in rows]
    reach = [end for own in ends for end in own if end is not None]
    digits = 0 if max(0.0, *reach) - min(0.0, *reach) > 5 else 1
    names = [row.name for row in rows]
    write = partial(percent, decimals=digits, lang=lang, signed=True)
    with canvas.style():
        sheet, axes = row_sheet((heading, subtitle), names, reach, write, legend=legend)
        for place, row in enumerate(rows):
            _draw_row(axes, place, row, looks[row.group])
        return canvas.finished(sheet, _description(table, head), caption, source, table)


def _draw_row(axes: Axes, place: int, row: _Row, look: Mapping[str, Any]) -> None:
    """The dot and its margin above the middle of the row; below it what they are held against."""
    above, below = place - 0.14, place + 0.24
    if row.low is not None and row.high is not None:
        band = {**_BAND, "color": look["color"]}
        axes.plot([row.low, row.high], [above] * 2, zorder=3, clip_on=False, **band)
    axes.plot([row.value], [above], zorder=4, clip_on=False, **{**_DOT, **look})
    if row.leave:
        axes.plot(row.leave, [below] * 2, zorder=2, clip_on=False, **_LEAVE)
    if row.other is not None:
        at = above if row.leave else below
        axes.plot([row.other], [at], zorder=5, clip_on=False, **_OTHER)


def _signed(rows: Sequence[_Row], field: str, lang: str) -> list[str]:
    values = [getattr(row, field) for row in rows]
    return ["–" if value is None else percent(value, 1, lang, signed=True) for value in values]


def _span(low: float | None, high: float | None, reason: str, lang: str) -> str:
    if low is None or high is None:
        return reason_text(reason, lang)
    return language.span(low, high, 1, lang, signed=True, unit="%")


def _description(table: Table, head: str) -> str:
    told = []
    for name, *texts in table.rows:
        pairs = zip(table.columns[1:], texts, strict=True)
        told.append(
            f"{name}: " + ", ".join(f"{head} {text}" for head, text in pairs if text != "–")
        )
    return f"{head}. {'; '.join(told)}."


def decomposition(
    found: Decomposition, *, lang: str, title: str = "", source: str = "", caption: str = ""
) -> Figure:
    """Draw the parts of a change, or of a whole, as signed bars with the total below.

    Parameters
    ----------
    found : Decomposition
        Parts that add up; parts of zero are left out.
    lang, title, source, caption : str
        As for `changes`.

    Returns
    -------
    Figure
        A bar per part, whiskers where there is a margin, and a bar for the total.

    Raises
    ------
    ReportError
        There is neither an interval nor a reason for having none.
    """
    lines.refuse_uncertain([found])
    words, measure, scale = (
        _PARTS[lang],
        language.measure_name(found.symbol, lang),
        language.shown(found.symbol, 1.0),
    )
    signed = partial(
        language.number, decimals=language.decimals_of(found.symbol), lang=lang, signed=True
    )
    bars = {part: scale * value for part, value in found.parts.items() if value != 0}
    bars["total"] = scale * found.total
    low, high = found.low or {}, found.high or {}
    sure = [part for part in bars if part in low and part in high]
    ends = {part: (scale * low[part], scale * high[part]) for part in sure}
    reach = [*bars.values(), *(end for pair in ends.values() for end in pair)]
    years = [year for year in found.years or () if year is not None]
    form = words["title" if found.before is not None or years else "whole_title"]
    heading = title or form.format(measure=measure, where=lines.where_of(found.place, years))
    unit = words["points" if language.is_percentage(found.symbol) else "unit"].format(
        measure=measure
    )
    why = language.reason_text(found.reason_code or found.reason, lang)
    table = _parts_table(found, bars, ends, why, heading, lang)
    # the words of a bar stand beyond its end, on either side of zero
    air = (0.24 if min(reach) < 0 else 0.02, 0.24 if max(reach) > 0 else 0.02)
    own = next(iter(lines.looks(found.groups[:1]).values()), {"color": canvas.MUTED})
    with canvas.style():
        names = [row[0] for row in table.rows]
        sheet, axes = row_sheet((heading, unit), names, reach, signed, air=air)
        for place, (part, value) in enumerate(bars.items()):
            face = _TOTAL if part == "total" else own["color"]
            _draw_bar(axes, place, value, table.rows[place][1], ends.get(part, ()), face)
        unsure = "" if found.low and found.high else f" {words['no_margin']}: {why}."
        below = caption or words["read"] + unsure
        return canvas.finished(sheet, _description(table, words["head"]), below, source, table)


def _parts_table(
    found: Decomposition,
    bars: Mapping[str, float],
    ends: Mapping[str, tuple[float, float]],
    why: str,
    heading: str,
    lang: str,
) -> Table:
    words, decimals = _PARTS[lang], language.decimals_of(found.symbol)
    rows = []
    for part, value in bars.items():
        name = words["total"] if part == "total" else language.part_name(part, lang)
        share = percent(100 * value / bars["total"], 0, lang) if found.total else "–"
        margin = language.span(*ends[part], decimals, lang, signed=True) if part in ends else why
        rows.append((name, language.number(value, decimals, lang, signed=True), share, margin))
    heads = tuple(words[name] for name in ("part", "value", "share", "margin"))
    return Table(heads, tuple(rows), heading, lang)


def _draw_bar(
    axes: Axes, place: int, value: float, told: str, ends: Sequence[float], face: str
) -> None:
    axes.barh(place, value, 0.58, color=face, lw=0, zorder=2, clip_on=False)
    for colour, wide in ((canvas.PAPER, 3.4), (canvas.INK, 1.4)) if ends else ():
        look = {"color": colour, "lw": wide, "mew": wide, "marker": "|", "ms": 8}
        axes.plot(ends, [place] * 2, zorder=4, clip_on=False, **look)
    side, ha = (-1, "right") if value < 0 else (1, "left")
    beyond = side * max(side * end for end in (value, *ends))
    at = {"xytext": (5 * side, 0), "textcoords": "offset points"}
    axes.annotate(told, (beyond, place), ha=ha, va="center", size=canvas.SMALL, **at)


def row_sheet(
    titles: tuple[str, str],
    names: Sequence[str],
    reach: Sequence[float],
    write: Callable[[float], str],
    *,
    air: tuple[float, float] = (0.06, 0.06),
    legend: Sequence[canvas.Entry] = (),
    least: float = _STEP,
) -> tuple[canvas.Canvas, Axes]:
    """A canvas, and axes in which row 0 stands on top and zero has a line.

    `reach` are values that must fit, with some `air` below and above as a share of their range;
    `least` is the height of a row in inches where its name needs no more.
    """
    deepest = max(len(canvas.wrapped(name, _NAMES - 0.1, canvas.SMALL)) for name in names)
    step = max(least, canvas.LINE * deepest + 0.08)
    height = step * (len(names) + 0.4)
    deep = canvas.legend_height(legend, canvas.FULL, columns=2)
    sheet = canvas.Canvas(*titles, height + 0.36 + deep)
    axes = sheet.axes(canvas.MARGIN + _NAMES, 0, canvas.FULL - _NAMES - 0.2, height)
    low, high = min(0.0, *reach), max(0.0, *reach)
    wide = high - low or 1.0
    axes.set(xlim=(low - air[0] * wide, high + air[1] * wide), ylim=(len(names) - 0.5, -0.9))
    for place, name in enumerate(names):
        sheet.text(canvas.MARGIN, step * (place + 0.9), name, _NAMES - 0.1, va="center")
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.axvline(0, color=canvas.INK, lw=1, zorder=1, clip_on=False)
    canvas.quiet(axes, grid="x")
    sheet.legend(canvas.MARGIN, height + 0.36, canvas.FULL, legend, columns=2)
    return sheet, axes
