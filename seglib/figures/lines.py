"""Lines: what all figures over the years share: words, axes, and a line with its margin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib.errors import ReportError
from seglib.figures.canvas import (
    COLOURS,
    MARKERS,
)
from seglib.language import (
    Series,
    group_name,
    is_percentage,
    listing,
    measure_name,
    number,
    percent,
    reason_text,
    shown,
    span_text,
    value_text,
    word_list,
)
from seglib.result import Estimate

WORDS = word_list("figure_lines")


def refuse_uncertain(results: Sequence[Any]) -> None:
    """Refuse a result that has neither an interval nor a reason for having none."""
    for result in results:
        if not result.certain:
            label = ", ".join(filter(None, (result.symbol, *result.groups)))
            raise ReportError(
                f"A figure needs the interval of {label}, or the reason why there is none. "
                "Make it with estimate(...) or change_between(...)."
            )


def margin_of(estimate: Estimate, lang: str) -> str:
    """The margin of an estimate as a cell of a table."""
    if estimate.low is None or estimate.high is None:
        return reason_text(estimate.reason_code or estimate.reason, lang)
    return span_text(estimate.symbol, estimate.low, estimate.high, lang)


def heading_of(found: Sequence[Series], years: Sequence[int], lang: str) -> str:
    """Measure, place and years, as the plain title of a figure."""
    symbols = list(dict.fromkeys(line.symbol.removesuffix("_rest") for line in found))
    names = listing([measure_name(symbol, lang) for symbol in symbols], lang)
    place = f" in {found[0].place}" if found[0].place else ""
    against = against_one([line.groups for line in found], lang)
    return f"{names[0].upper()}{names[1:]}{against}{place}, {_period(years)}"


def against_one(groups: Iterable[tuple[str, ...]], lang: str) -> str:
    """Words for the reference where all have the same one, to say once and in the title."""
    references = {pair[1] if len(pair) > 1 else "" for pair in groups}
    reference = references.pop()
    if references or not reference:
        return ""
    return f" {'tegenover' if lang == 'nl' else 'against'} {group_name(reference, lang)}"


def _period(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def subtitle_of(found: Sequence[Series], years: Sequence[int], lang: str) -> str:
    """Scale, number of units and years."""
    parts = []
    if all(on_hundred(line.symbol) for line in found):
        parts.append(
            "schaal 0 (gelijk verspreid) tot 100 (geheel gescheiden)"
            if lang == "nl"
            else "scale 0 (evenly spread) to 100 (wholly apart)"
        )
    units = sorted({estimate.n_units for line in found for estimate in line.estimates} - {0})
    if units:
        counted = number(units[0], 0, lang) if len(units) == 1 else f"{units[0]}–{units[-1]}"
        parts.append(f"{counted} gebieden" if lang == "nl" else f"{counted} areas")
    parts.append("peiljaren " + _period(years) if lang == "nl" else "years " + _period(years))
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def on_hundred(symbol: str) -> bool:
    """Whether readers see a measure on a scale from 0 to 100."""
    return not is_percentage(symbol) and shown(symbol, 1.0) == 100


def draw_line(axes: Axes, line: Series, place: int) -> None:
    """Draw a series with its margin, and broken the values without chance."""
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    values = [shown(line.symbol, estimate.value) for estimate in line.estimates]
    sure = [
        (year, shown(line.symbol, estimate.low), shown(line.symbol, estimate.high))
        for year, estimate in zip(line.years, line.estimates, strict=True)
        if estimate.low is not None and estimate.high is not None
    ]
    if sure:
        years, low, high = zip(*sure, strict=True)
        axes.fill_between(years, low, high, color=colour, alpha=0.22, lw=0, clip_on=False)
    size = 5 if len(values) <= 8 else 3.5
    axes.plot(line.years, values, color=colour, marker=marker, ms=size, lw=1.6, clip_on=False)
    free = [
        (year, shown(line.symbol, estimate.null_adjusted))
        for year, estimate in zip(line.years, line.estimates, strict=True)
        if estimate.null_adjusted is not None
    ]
    if free:
        axes.plot(*zip(*free, strict=True), color=colour, lw=1.2, ls=(0, (3, 2)), clip_on=False)


def year_axis(axes: Axes, years: Sequence[int]) -> None:
    """At most five years at the foot, from the first on in equal steps."""
    step = math.ceil((len(years) - 1) / 4) or 1
    axes.set_xticks(years[::step])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    air = 0.06 * (years[-1] - years[0]) or 1.0
    axes.set_xlim(years[0] - air, years[-1] + air)


def value_axis(axes: Axes, symbol: str, lang: str) -> None:
    """Ticks on the scale that readers see, with as many decimals as they need."""
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    low, high = axes.get_ylim()
    decimals = max(0, math.ceil(-math.log10(high - low) + 0.7))
    write = percent if is_percentage(symbol) else number
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value, decimals, lang)))


def _label(line: Series, lang: str) -> str:
    if not line.group:
        return measure_name(line.symbol, lang)
    name = group_name(line.group, lang, short=True)
    if not line.reference:
        return name
    against = "tegenover" if lang == "nl" else "against"
    return f"{name} {against} {group_name(line.reference, lang, short=True)}"


def described(found: Sequence[Series], lang: str) -> str:
    """Each line in words: from where to where."""
    told = []
    for line in found:
        first, last = line.estimates[0], line.estimates[-1]
        start, end = (value_text(line.symbol, item.value, lang) for item in (first, last))
        years = line.years[0], line.years[-1]
        if len(line.years) == 1:
            told.append(f"{_label(line, lang)} {start} in {years[0]}")
        elif lang == "nl":
            told.append(f"{_label(line, lang)} van {start} in {years[0]} naar {end} in {years[1]}")
        else:
            told.append(f"{_label(line, lang)} from {start} in {years[0]} to {end} in {years[1]}")
    head = "Lijngrafiek. " if lang == "nl" else "Line chart. "
    return head + "; ".join(told) + "."
