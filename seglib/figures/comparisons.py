"""Figures that set changes beside each other: own and published, observed and margins only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib.figures.canvas import (
    COLOURS,
    INK,
    MARGIN,
    SMALL,
    WIDTH,
    Canvas,
    finished,
    quiet,
    style,
    wrapped,
)
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import against_one, refuse_uncertain
from seglib.language import (
    flatten,
    group_name,
    measure_name,
    percent,
    reason_text,
    span,
    value_text,
    word_list,
)
from seglib.result import ChangeEstimate

_LABELS = 2.15
_LINE = 0.16
_OWN = {"color": COLOURS[0], "marker": "o", "ms": 6, "ls": "none"}
_OTHER = {"color": COLOURS[1], "marker": "D", "ms": 6, "ls": "none", "mfc": "white", "mew": 1.6}
_WORDS = word_list("figure_comparisons")


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a dot plot, in percent."""

    label: str
    value: float
    low: float | None
    high: float | None
    leave_low: float | None = None
    leave_high: float | None = None
    other: float | None = None

    @property
    def reach(self) -> list[float]:
        """All that must fit on the axis."""
        ends = (self.value, self.low, self.high, self.leave_low, self.leave_high, self.other)
        return [0.0, *(end for end in ends if end is not None)]


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
    found = [change for _, change in flatten(results, ChangeEstimate)]
    refuse_uncertain(found)
    words = _WORDS[lang]
    per_decade = all(change.percent_per_decade is not None for change in found)
    against = against_one([change.groups for change in found], lang)
    rows = [
        _row(change, published or {}, per_decade, lang, short=bool(against)) for change in found
    ]
    measure = measure_name(found[0].symbol.removesuffix("_rest"), lang)
    heading = title or words["changes"].format(measure=measure + against, **_where(found))
    legend: list[tuple[dict[str, Any], str]] = [
        (_OWN, words["own"]),
        ({"color": COLOURS[0], "lw": 3}, words["margin"]),
        ({"color": INK, "lw": 1}, words["leave"]),
    ]
    if any(row.other is not None for row in rows):
        legend.append((_OTHER, published_label or words["published"]))
    subtitle = words["per_decade" if per_decade else "whole"]
    table = _changes_table(found, rows, heading, per_decade, lang)
    return _drawn(rows, legend, (heading, subtitle, caption or words["read"], source), table)


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
    rows = [
        _Row(
            _label(change, lang, with_measure=True),
            change.percent,
            change.percent_low,
            change.percent_high,
            other=100 * (alone / change.before - 1),
        )
        for change, alone in pairs
    ]
    heading = title or words["counterfactual"].format(**_where(found))
    legend: list[tuple[dict[str, Any], str]] = [
        (_OWN, words["observed"]),
        ({"color": COLOURS[0], "lw": 3}, words["margin"]),
        (_OTHER, words["alone"]),
    ]
    table = _counterfactual_table(pairs, rows, heading, lang)
    return _drawn(rows, legend, (heading, words["whole"], caption or words["sum"], source), table)


def _where(found: Sequence[ChangeEstimate]) -> dict[str, str]:
    first = found[0]
    known = first.first_year is not None and first.last_year is not None
    return {
        "place": f" in {first.place}" if first.place else "",
        "period": f", {first.first_year}–{first.last_year}" if known else "",
    }


def _label(change: ChangeEstimate, lang: str, *, with_measure: bool = False) -> str:
    names = [group_name(group, lang, short=True) for group in change.groups]
    text = f" {_WORDS[lang]['against']} ".join(names[:2])
    if not text:
        return measure_name(change.symbol, lang)
    return f"{change.symbol.removesuffix('_rest')}, {text}" if with_measure else text


def _row(
    change: ChangeEstimate,
    published: Mapping[str, float],
    per_decade: bool,
    lang: str,
    *,
    short: bool,
) -> _Row:
    group = change.groups[0] if change.groups else ""
    stretch = 10 / change.years if per_decade and change.years else 1.0
    leave = (
        None if end is None else end * stretch
        for end in (change.leave_one_low, change.leave_one_high)
    )
    own = (change.percent, change.percent_low, change.percent_high)
    if per_decade and change.percent_per_decade is not None:
        own = (
            change.percent_per_decade,
            change.percent_per_decade_low,
            change.percent_per_decade_high,
        )
    beside = published.get(group) if change.symbol.endswith("_rest") else None
    label = group_name(group, lang, short=True) if short else _label(change, lang)
    return _Row(label, *own, *leave, beside)


def _drawn(
    rows: Sequence[_Row],
    legend: Sequence[tuple[dict[str, Any], str]],
    texts: tuple[str, str, str, str],
    table: Table,
) -> Figure:
    heading, subtitle, caption, source = texts
    step = max(0.38, _LINE * max(len(_lines(row.label)) for row in rows) + 0.12)
    height = step * (len(rows) + 0.25)
    with style():
        canvas = Canvas(heading, subtitle, height + 0.3 + 0.26 * len(legend) + 0.12)
        axes = canvas.axes(MARGIN + _LABELS, 0.02, WIDTH - _LABELS - 2 * MARGIN - 0.2, height)
        for place, row in enumerate(rows):
            _draw_row(axes, place, row)
            _draw_label(canvas, step * (place + 0.75), row.label)
        axes.axvline(0, color=INK, lw=1, zorder=1, clip_on=False)
        ends = [end for row in rows for end in row.reach]
        air = 0.06 * (max(ends) - min(ends)) or 1.0
        axes.set(xlim=(min(ends) - air, max(ends) + air), ylim=(len(rows) - 0.5, -0.75))
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        lang = table.lang
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: percent(value, 0 if air > 0.3 else 1, lang, signed=True))
        )
        quiet(axes, grid="x")
        canvas.legend(MARGIN + _LABELS, height + 0.34, legend, WIDTH - _LABELS - 2 * MARGIN)
        return finished(canvas, _description(table), caption, source, table)


def _draw_row(axes: Axes, place: int, row: _Row) -> None:
    if row.leave_low is not None and row.leave_high is not None:
        ends = [row.leave_low, row.leave_high]
        axes.plot(ends, [place] * 2, color=INK, lw=1, marker="|", ms=7, zorder=2, clip_on=False)
    if row.low is not None and row.high is not None:
        ends = [row.low, row.high]
        line = {"color": COLOURS[0], "lw": 3, "solid_capstyle": "butt"}
        axes.plot(ends, [place] * 2, zorder=3, clip_on=False, **line)
    axes.plot([row.value], [place], zorder=4, clip_on=False, **_OWN)
    if row.other is not None:
        axes.plot([row.other], [place], zorder=5, clip_on=False, **_OTHER)


def _lines(label: str) -> list[str]:
    return wrapped(label, _LABELS - 0.15, SMALL)


def _draw_label(canvas: Canvas, middle: float, label: str) -> None:
    lines = _lines(label)
    for line_place, line in enumerate(lines):
        offset = (line_place - len(lines) / 2) * _LINE
        canvas.text(MARGIN, canvas.top + 0.02 + middle + offset, line, size=SMALL)


def _description(table: Table) -> str:
    head = "Stippengrafiek. " if table.lang == "nl" else "Dot plot. "
    told = []
    for row in table.rows:
        pairs = zip(table.columns[1:], row[1:], strict=True)
        told.append(f"{row[0]}: " + ", ".join(f"{head} {text}" for head, text in pairs))
    return head + "; ".join(told).replace("  ", " ") + "."


def _percent_span(low: float | None, high: float | None, reason: str, lang: str) -> str:
    if low is None or high is None:
        return reason_text(reason, lang)
    return span(low, high, 1, lang, signed=True, unit="%")


def _changes_table(
    found: Sequence[ChangeEstimate],
    rows: Sequence[_Row],
    caption: str,
    per_decade: bool,
    lang: str,
) -> Table:
    words = _WORDS[lang]
    published = any(row.other is not None for row in rows)
    body = []
    for change, row in zip(found, rows, strict=True):
        reason = change.reason_code or change.reason
        cells = [
            row.label,
            percent(row.value, 1, lang, signed=True),
            _percent_span(row.low, row.high, reason, lang),
            "–"
            if row.leave_low is None
            else _percent_span(row.leave_low, row.leave_high, "", lang),
        ]
        if published:
            cells.append("–" if row.other is None else percent(row.other, 1, lang, signed=True))
        body.append(tuple(cells))
    heads = [words["row"], words["per_decade" if per_decade else "whole"], words["margin"]]
    heads += [words["leave"], *([words["published_head"]] if published else [])]
    return Table(tuple(_capital(head) for head in heads), tuple(body), caption, lang)


def _counterfactual_table(
    pairs: Sequence[tuple[ChangeEstimate, float]],
    rows: Sequence[_Row],
    caption: str,
    lang: str,
) -> Table:
    words = _WORDS[lang]
    body = tuple(
        (
            row.label,
            value_text(change.symbol, change.before, lang),
            value_text(change.symbol, change.after, lang),
            percent(row.value, 1, lang, signed=True),
            _percent_span(row.low, row.high, change.reason_code or change.reason, lang),
            percent(row.other or 0.0, 1, lang, signed=True),
        )
        for (change, _), row in zip(pairs, rows, strict=True)
    )
    names = ("measure", "before", "after", "observed", "margin", "alone")
    return Table(tuple(_capital(words[name]) for name in names), body, caption, lang)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
