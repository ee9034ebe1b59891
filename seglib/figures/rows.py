"""Rows: changes beside each other, one to a row: own and published, observed and margins only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib import language
from seglib.figures.canvas import (
    INK,
    LINE,
    MARGIN,
    MUTED,
    SMALL,
    WIDTH,
    Canvas,
    Entry,
    capital,
    finished,
    legend_height,
    quiet,
    style,
    wrapped,
)
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import against_one, group_label, looks, refuse_uncertain, where_of
from seglib.language import measure_name, percent, reason_text
from seglib.result import ChangeEstimate

_NAMES = 2.42
_WORDS = language.word_list("figure_comparisons")
_DOT = {"color": MUTED, "marker": "o", "ms": 6, "ls": "none"}
_BAND = {"color": MUTED, "lw": 4, "alpha": 0.45, "solid_capstyle": "butt"}
_LEAVE = {"color": INK, "lw": 1, "marker": "|", "ms": 6}
_OTHER = {"color": INK, "marker": "D", "ms": 6, "ls": "none", "mfc": "none", "mew": 1.3}


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

    @property
    def reach(self) -> list[float]:
        """All that must fit on the axis."""
        ends = (self.value, self.low, self.high, *(self.leave or ()), self.other)
        return [end for end in ends if end is not None]


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
    lang : str
        "nl" or "en".
    published : mapping of str to float, optional
        For each group a published change in percent per ten years; drawn beside the changes
        against everyone else.
    published_label : str
        What the published changes are; it should say that they are about another area.
    title, source, caption : str
        What is seen, where the figures come from, how to read it.

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
    refuse_uncertain(found)
    words = _WORDS[lang]
    decade = all(change.percent_per_decade is not None for change in found)
    against = against_one([change.groups for change in found], lang)
    rows = [_row(change, decade, published or {}, bool(against), lang) for change in found]
    scale = words["per_decade" if decade else "whole"]
    columns = {words["row"]: [row.name for row in rows], scale: _signed(rows, "value", lang)}
    columns[words["margin"]] = [_span(row.low, row.high, row.reason, lang) for row in rows]
    columns[words["leave"]] = [_span(*(row.leave or (None, None)), "–", lang) for row in rows]
    legend = [(_DOT, words["own"]), (_BAND, words["margin"]), (_LEAVE, words["leave"])]
    if any(row.other is not None for row in rows):
        columns[words["published_head"]] = _signed(rows, "other", lang)
        legend.append((_OTHER, published_label or words["published"]))
    measure = measure_name(found[0].symbol.removesuffix("_rest"), lang)
    heading = title or words["changes"].format(measure=measure, where=_where(found))
    texts = (heading, (against, scale), caption or words["read"], source)
    return _drawn(rows, columns, legend, texts, lang)


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
    lang : str
        "nl" or "en".
    title, source, caption : str
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
    refuse_uncertain(found)
    words = _WORDS[lang]
    against = against_one([change.groups for change in found], lang)
    rows = [
        _Row(
            _name(change, bool(against), lang, letter=not against),
            "".join(change.groups[:1]),
            *(change.percent, change.percent_low, change.percent_high),
            other=100 * (alone / change.before - 1),
            reason=change.reason_code or change.reason,
        )
        for change, alone in pairs
    ]
    columns = {
        words["measure"]: [row.name for row in rows],
        words["before"]: [
            language.value_text(change.symbol, change.before, lang) for change in found
        ],
        words["after"]: [
            language.value_text(change.symbol, change.after, lang) for change in found
        ],
        words["observed"]: _signed(rows, "value", lang),
        words["margin"]: [_span(row.low, row.high, row.reason, lang) for row in rows],
        words["alone"]: _signed(rows, "other", lang),
    }
    legend = [(_DOT, words["observed"]), (_BAND, words["margin"]), (_OTHER, words["alone"])]
    heading = title or words["counterfactual"].format(where=_where(found))
    against = f"D {against}" if against else ""
    texts = (heading, (against, words["whole"]), caption or words["sum"], source)
    return _drawn(rows, columns, legend, texts, lang)


def _where(found: Sequence[ChangeEstimate]) -> str:
    return where_of(found[0].place, (found[0].first_year, found[0].last_year))


def _name(change: ChangeEstimate, shared: bool, lang: str, *, letter: bool = False) -> str:
    if not change.groups:
        return measure_name(change.symbol, lang)
    own = group_label(change.groups[:1] if shared else change.groups, lang)
    return f"{change.symbol.removesuffix('_rest')}, {own}" if letter else own


def _row(
    change: ChangeEstimate, decade: bool, published: Mapping[str, float], shared: bool, lang: str
) -> _Row:
    group = "".join(change.groups[:1])
    stretch = 10 / change.years if decade and change.years else 1.0
    leave = None
    if change.leave_one_low is not None and change.leave_one_high is not None:
        leave = change.leave_one_low * stretch, change.leave_one_high * stretch
    kind = "percent_per_decade" if decade else "percent"
    own = (getattr(change, f"{kind}{end}") for end in ("", "_low", "_high"))
    other = published.get(group) if change.symbol.endswith("_rest") else None
    reason = change.reason_code or change.reason
    return _Row(_name(change, shared, lang), group, *own, leave, other, reason)


def _drawn(
    rows: Sequence[_Row],
    columns: Mapping[str, Sequence[str]],
    legend: Sequence[Entry],
    texts: tuple[str, tuple[str, str], str, str],
    lang: str,
) -> Figure:
    heading, (against, scale), caption, source = texts
    subtitle = capital("; ".join(filter(None, (against, scale[0].lower() + scale[1:]))))
    named = f"{heading}; {against}" if against else heading
    body = tuple(zip(*columns.values(), strict=True))
    table = Table(tuple(capital(head) for head in columns), body, named, lang)
    look = looks(row.group for row in rows)
    reach = [end for row in rows for end in row.reach]
    digits = 0 if max(0.0, *reach) - min(0.0, *reach) > 5 else 1
    deep = legend_height(legend, WIDTH - 2 * MARGIN, columns=2)
    with style():
        canvas, axes = in_rows(
            (heading, subtitle),
            [row.name for row in rows],
            reach,
            lambda value: percent(value, digits, lang, signed=True),
            legend=(legend, deep),
        )
        for place, row in enumerate(rows):
            _draw_row(axes, place, row, look[row.group])
        return finished(canvas, _description(table, against), caption, source, table)


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


def _description(table: Table, against: str) -> str:
    told = []
    for name, *texts in table.rows:
        pairs = zip(table.columns[1:], texts, strict=True)
        told.append(f"{name}: " + ", ".join(f"{head} {text}" for head, text in pairs))
    head = _WORDS[table.lang]["head"] + (f", {against}" if against else "")
    return f"{head}. {'; '.join(told)}."


def in_rows(
    titles: tuple[str, str],
    names: Sequence[str],
    reach: Sequence[float],
    write: Callable[[float], str],
    *,
    least: float = 0.28,
    air: tuple[float, float] = (0.06, 0.06),
    legend: tuple[Sequence[Entry], float] = ((), 0.0),
) -> tuple[Canvas, Axes]:
    """A canvas, and axes in which row 0 stands on top and zero has a line.

    `reach` are values that must fit, with some `air` below and above as a share of their range;
    `legend` has its entries and the height they need.
    """
    lines = max(len(wrapped(name, _NAMES - 0.1, SMALL)) for name in names)
    step = max(least, LINE * lines + 0.08)
    height = step * (len(names) + 0.4)
    canvas = Canvas(*titles, height + 0.36 + legend[1])
    axes = canvas.axes(MARGIN + _NAMES, 0, WIDTH - _NAMES - 2 * MARGIN - 0.2, height)
    low, high = min(0.0, *reach), max(0.0, *reach)
    wide = high - low or 1.0
    axes.set(xlim=(low - air[0] * wide, high + air[1] * wide), ylim=(len(names) - 0.5, -0.9))
    for place, name in enumerate(names):
        canvas.text(MARGIN, step * (place + 0.9), name, _NAMES - 0.1, va="center")
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.axvline(0, color=INK, lw=1, zorder=1, clip_on=False)
    quiet(axes, grid="x")
    if legend[0]:
        canvas.legend(MARGIN, height + 0.36, WIDTH - 2 * MARGIN, legend[0], columns=2)
    return canvas, axes
