"""Figure of a decomposition: signed bars for the parts, and one for the whole."""

from __future__ import annotations

from matplotlib.axes import Axes

from seglib import language
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.figures.rows import in_rows
from seglib.language import decimals_of, measure_name, shown
from seglib.result import Decomposition

_TOTAL = "#8a8a8a"
_WORDS = language.word_list("figure_parts")


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
    words = _WORDS[lang]
    bars = {part: value for part, value in found.parts.items() if value != 0}
    bars["total"] = found.total
    heading = title or _heading(found, lang)
    unit = words["unit"].format(measure=measure_name(found.symbol, lang))
    if language.is_percentage(found.symbol):
        unit = words["points"]
    reach = [shown(found.symbol, value) for value in bars.values()]
    reach += [end for part in bars for end in _ends(found, part) or ()]
    table = _table(found, bars, heading, lang)
    with canvas.style():
        sheet, axes = in_rows(
            (heading, unit),
            [row[0] for row in table.rows],
            reach,
            lambda value: _signed(found, value, lang),
            least=0.36,
            # the words of a bar stand beyond its end, on either side of zero
            air=(0.24 if min(reach) < 0 else 0.02, 0.24 if max(reach) > 0 else 0.02),
        )
        for place, part in enumerate(bars):
            _bar(axes, found, part, reach[place], place, table.rows[place][1])
        told = "; ".join(f"{row[0]} {row[1]}" for row in table.rows)
        below = caption or words["read"]
        if not caption and not (found.low and found.high):
            below += f" {words['no_margin']}: {_reason(found, lang)}."
        return canvas.finished(sheet, f"{words['head']}{told}.", below, source, table)


def _heading(found: Decomposition, lang: str) -> str:
    years = [year for year in found.years or () if year is not None]
    form = _WORDS[lang]["title" if found.before is not None or years else "whole_title"]
    measure = measure_name(found.symbol, lang)
    return form.format(measure=measure, where=lines.where_of(found.place, years))


def _reason(found: Decomposition, lang: str) -> str:
    return language.reason_text(found.reason_code or found.reason, lang)


def _signed(found: Decomposition, value: float, lang: str) -> str:
    return language.number(value, decimals_of(found.symbol), lang, signed=True)


def _ends(found: Decomposition, part: str) -> tuple[float, float] | None:
    low, high = found.low or {}, found.high or {}
    if part not in low or part not in high:
        return None
    return shown(found.symbol, low[part]), shown(found.symbol, high[part])


def _bar(axes: Axes, found: Decomposition, part: str, value: float, place: int, words: str) -> None:
    own = lines.looks(found.groups[:1])[found.groups[0]]["color"] if found.groups else canvas.MUTED
    face = _TOTAL if part == "total" else own
    axes.barh(place, value, 0.58, color=face, lw=0, zorder=2, clip_on=False)
    ends = _ends(found, part) or ()
    for colour, wide in ((canvas.PAPER, 3.4), (canvas.INK, 1.4)) if ends else ():
        look = {"color": colour, "lw": wide, "mew": wide, "marker": "|", "ms": 8}
        axes.plot(ends, [place] * 2, zorder=4, clip_on=False, **look)
    side, ha = (-1, "right") if value < 0 else (1, "left")
    beyond = side * max(side * end for end in (value, *ends))
    at = {"xytext": (5 * side, 0), "textcoords": "offset points"}
    axes.annotate(words, (beyond, place), ha=ha, va="center", size=canvas.SMALL, **at)


def _table(found: Decomposition, bars: dict[str, float], caption: str, lang: str) -> Table:
    words = _WORDS[lang]
    rows = []
    for part, value in bars.items():
        ends, margin = _ends(found, part), _reason(found, lang)
        if ends:
            margin = language.span(*ends, decimals_of(found.symbol), lang, signed=True)
        share = language.percent(100 * value / found.total, 0, lang) if found.total else "–"
        name = words["total"] if part == "total" else language.part_name(part, lang)
        rows.append((name, _signed(found, shown(found.symbol, value), lang), share, margin))
    heads = (words["part"], words["value"], words["share"], words["margin"])
    return Table(heads, tuple(rows), caption, lang)
