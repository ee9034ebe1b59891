"""Figure of a decomposition: signed bars for the parts, and one for the whole."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib.figures.canvas import (
    COLOURS,
    INK,
    MARGIN,
    PAPER,
    SMALL,
    WIDTH,
    Canvas,
    finished,
    quiet,
    style,
    text_width,
    wrapped,
)
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import refuse_uncertain
from seglib.language import (
    decimals_of,
    is_percentage,
    measure_name,
    number,
    part_name,
    percent,
    reason_text,
    shown,
    span,
    word_list,
)
from seglib.result import Decomposition

_LABELS = 2.3
_ROW = 0.42
_TOTAL = "#8a8a8a"
_WORDS = word_list("figure_parts")


def decomposition(
    found: Decomposition,
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw the parts of a change, or of a whole, as signed bars with the total below.

    Parameters
    ----------
    found : Decomposition
        Parts that add up; parts of zero are left out.
    lang : str
        "nl" or "en".
    title, source, caption : str
        What is seen, where the figures come from, how to read it.

    Returns
    -------
    Figure
        A bar per part, whiskers where there is a margin, and a bar for the total.

    Raises
    ------
    ReportError
        There is neither an interval nor a reason for having none.
    """
    refuse_uncertain([found])
    words = _WORDS[lang]
    bars = {part: value for part, value in found.parts.items() if value != 0}
    bars["total"] = found.total
    heading = title or _heading(found, lang)
    unit = words["unit"].format(measure=measure_name(found.symbol, lang))
    if is_percentage(found.symbol):
        unit = words["points"]
    height = _ROW * (len(bars) + 0.3)
    with style():
        canvas = Canvas(heading, unit, height + 0.45)
        axes = canvas.axes(MARGIN + _LABELS, 0.02, WIDTH - _LABELS - 2 * MARGIN - 0.2, height)
        _axis(axes, found, bars, lang)
        for place, (part, value) in enumerate(bars.items()):
            _bar(axes, found, part, value, place)
            _words(canvas, axes, found, part, value, place, lang)
        table = _table(found, bars, heading, lang)
        below = caption or words["read"] + _no_margin(found, lang)
        return finished(canvas, _description(table, lang), below, source, table)


def _no_margin(found: Decomposition, lang: str) -> str:
    if found.low and found.high:
        return ""
    why = reason_text(found.reason_code or found.reason, lang)
    return f" {'Geen toevalsmarge' if lang == 'nl' else 'No margin of chance'}: {why}."


def _heading(found: Decomposition, lang: str) -> str:
    years = [year for year in found.years or () if year is not None]
    form = "title" if found.before is not None or years else "whole_title"
    return _WORDS[lang][form].format(
        measure=measure_name(found.symbol, lang),
        place=f" in {found.place}" if found.place else "",
        years=f", {years[0]}–{years[-1]}" if years else "",
    )


def _ends(found: Decomposition, part: str) -> tuple[float, float] | None:
    low, high = found.low or {}, found.high or {}
    if part not in low or part not in high:
        return None
    return shown(found.symbol, low[part]), shown(found.symbol, high[part])


def _axis(axes: Axes, found: Decomposition, bars: dict[str, float], lang: str) -> None:
    reach = [0.0, *(shown(found.symbol, value) for value in bars.values())]
    reach += [end for part in bars for end in _ends(found, part) or ()]
    wide = max(reach) - min(reach) or 1.0
    # a label of a bar stands beyond its end, on either side of zero
    below = 0.24 * wide if min(reach) < 0 else 0.02 * wide
    above = 0.24 * wide if max(reach) > 0 else 0.02 * wide
    axes.set(xlim=(min(reach) - below, max(reach) + above), ylim=(len(bars) - 0.5, -0.8))
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    decimals = decimals_of(found.symbol)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value, decimals, lang, signed=True))
    )
    axes.axvline(0, color=INK, lw=1, zorder=3, clip_on=False)
    quiet(axes, grid="x")


def _bar(axes: Axes, found: Decomposition, part: str, value: float, place: int) -> None:
    is_total = part == "total"
    face = _TOTAL if is_total else COLOURS[0]
    axes.barh(place, shown(found.symbol, value), 0.58, color=face, lw=0, zorder=2, clip_on=False)
    ends = _ends(found, part)
    if ends:
        for colour, wide in ((PAPER, 3.4), (INK, 1.4)):
            look = {"color": colour, "lw": wide, "mew": wide, "marker": "|", "ms": 8}
            axes.plot(ends, [place] * 2, zorder=4, clip_on=False, **look)


def _words(
    canvas: Canvas,
    axes: Axes,
    found: Decomposition,
    part: str,
    value: float,
    place: int,
    lang: str,
) -> None:
    label = _name(part, lang)
    lines = wrapped(label, _LABELS - 0.15, SMALL)
    middle = canvas.top + 0.02 + _ROW * (place + 0.8)
    weight = "bold" if part == "total" else "normal"
    for line_place, line in enumerate(lines):
        offset = (line_place - len(lines) / 2) * 0.16
        canvas.text(MARGIN, middle + offset, line, size=SMALL, weight=weight)
    low, high = axes.get_xlim()
    inches = (WIDTH - _LABELS - 2 * MARGIN - 0.2) / (high - low)
    ends = _ends(found, part) or (0.0, 0.0)
    own = shown(found.symbol, value)
    text = _value(found, value, lang)
    if own < 0:
        at = (min(own, ends[0]) - low) * inches - 0.06 - text_width(text, SMALL)
    else:
        at = (max(own, ends[1]) - low) * inches + 0.06
    canvas.text(MARGIN + _LABELS + at, middle - 0.07, text, size=SMALL)


def _name(part: str, lang: str) -> str:
    return _WORDS[lang]["total"] if part == "total" else part_name(part, lang)


def _value(found: Decomposition, value: float, lang: str) -> str:
    return number(shown(found.symbol, value), decimals_of(found.symbol), lang, signed=True)


def _table(found: Decomposition, bars: dict[str, float], caption: str, lang: str) -> Table:
    words = _WORDS[lang]
    rows = []
    for part, value in bars.items():
        ends = _ends(found, part)
        margin = reason_text(found.reason_code or found.reason, lang)
        if ends:
            margin = span(*ends, decimals_of(found.symbol), lang, signed=True)
        share = percent(100 * value / found.total, 0, lang) if found.total else "–"
        name = _name(part, lang)
        rows.append((name, _value(found, value, lang), share, margin))
    heads = (words["part"], words["value"], words["share"], words["margin"])
    return Table(heads, tuple(rows), caption, lang)


def _description(table: Table, lang: str) -> str:
    told = "; ".join(f"{row[0]} {row[1]}" for row in table.rows)
    return f"{_WORDS[lang]['head']}{told}."
