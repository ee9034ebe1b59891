"""Figure of a decomposition: signed bars for the parts, and one for the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes

from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.figures.rows import in_rows
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

_TOTAL = "#8a8a8a"
_WORDS = word_list("figure_parts")


def decomposition(
    found: Decomposition, *, lang: str, title: str = "", source: str = "", caption: str = ""
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
    lines.refuse_uncertain([found])
    words, measure, scale = _WORDS[lang], measure_name(found.symbol, lang), shown(found.symbol, 1.0)
    signed = partial(number, decimals=decimals_of(found.symbol), lang=lang, signed=True)
    bars = {part: scale * value for part, value in found.parts.items() if value != 0}
    bars["total"] = scale * found.total
    low, high = found.low or {}, found.high or {}
    sure = [part for part in bars if part in low and part in high]
    ends = {part: (scale * low[part], scale * high[part]) for part in sure}
    reach = [*bars.values(), *(end for pair in ends.values() for end in pair)]
    years = [year for year in found.years or () if year is not None]
    form = words["title" if found.before is not None or years else "whole_title"]
    heading = title or form.format(measure=measure, where=lines.where_of(found.place, years))
    unit = words["points" if is_percentage(found.symbol) else "unit"].format(measure=measure)
    why = reason_text(found.reason_code or found.reason, lang)
    table = _table(found, bars, ends, why, heading, lang)
    # the words of a bar stand beyond its end, on either side of zero
    air = (0.24 if min(reach) < 0 else 0.02, 0.24 if max(reach) > 0 else 0.02)
    own = next(iter(lines.looks(found.groups[:1]).values()), {"color": canvas.MUTED})
    with canvas.style():
        names = [row[0] for row in table.rows]
        sheet, axes = in_rows((heading, unit), names, reach, signed, least=0.36, air=air)
        for place, (part, value) in enumerate(bars.items()):
            face = _TOTAL if part == "total" else own["color"]
            _bar(axes, place, value, table.rows[place][1], ends.get(part, ()), face)
        told = "; ".join(f"{row[0]} {row[1]}" for row in table.rows)
        unsure = "" if found.low and found.high else f" {words['no_margin']}: {why}."
        below = caption or words["read"] + unsure
        return canvas.finished(sheet, f"{words['head']}{told}.", below, source, table)


def _table(
    found: Decomposition,
    bars: Mapping[str, float],
    ends: Mapping[str, tuple[float, float]],
    why: str,
    heading: str,
    lang: str,
) -> Table:
    words, decimals = _WORDS[lang], decimals_of(found.symbol)
    rows = [
        (
            words["total"] if part == "total" else part_name(part, lang),
            number(value, decimals, lang, signed=True),
            percent(100 * value / bars["total"], 0, lang) if found.total else "–",
            span(*ends[part], decimals, lang, signed=True) if part in ends else why,
        )
        for part, value in bars.items()
    ]
    heads = tuple(words[name] for name in ("part", "value", "share", "margin"))
    return Table(heads, tuple(rows), heading, lang)


def _bar(axes: Axes, place: int, value: float, told: str, ends: Sequence[float], face: str) -> None:
    axes.barh(place, value, 0.58, color=face, lw=0, zorder=2, clip_on=False)
    for colour, wide in ((canvas.PAPER, 3.4), (canvas.INK, 1.4)) if ends else ():
        look = {"color": colour, "lw": wide, "mew": wide, "marker": "|", "ms": 8}
        axes.plot(ends, [place] * 2, zorder=4, clip_on=False, **look)
    side, ha = (-1, "right") if value < 0 else (1, "left")
    beyond = side * max(side * end for end in (value, *ends))
    at = {"xytext": (5 * side, 0), "textcoords": "offset points"}
    axes.annotate(told, (beyond, place), ha=ha, va="center", size=canvas.SMALL, **at)
