"""Lines: what figures over the years share: a look for each group, words, axes, and a line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib import language
from seglib.errors import ReportError
from seglib.figures.canvas import COLOURS, INK, MARKERS, WIDTH, capital
from seglib.figures.figure import Table
from seglib.language import Series, group_name, measure_name
from seglib.result import Estimate

WORDS = language.word_list("figure_lines")
_GROUPS = "Nederland Marokko Turkije Suriname Antillen".split()
# the two classifications are never mixed, so that the later one can take over two looks
_OWN = {group: place for place, group in enumerate([*_GROUPS, "overig niet-westers", "westers"])}
_OWN |= {"buiten Europa": 5, "Europa": 6}


def looks(groups: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Colour and marker of each group, the same in every figure, in the order of legends.

    A group that we do not know takes what is left; a measure of all groups ("") is drawn in ink.
    """
    asked = list(dict.fromkeys(groups))
    places = {group: place for group, place in _OWN.items() if group in asked}
    left = (place for place in count() if place not in places.values())
    places |= {group: next(left) for group in asked if group and group not in _OWN}
    found = {
        group: {"color": COLOURS[place % 7], "marker": MARKERS[(place + place // 7 * 3) % 7]}
        for group, place in places.items()
    }
    return found | ({"": {"color": INK, "marker": "o"}} if "" in asked else {})


def refuse_uncertain(results: Sequence[Any]) -> None:
    """Refuse a result that has neither an interval nor a reason for having none."""
    for result in results:
        if not result.certain:
            label = ", ".join(filter(None, (result.symbol, *result.groups)))
            raise ReportError(
                f"A figure needs the interval of {label}, or the reason why there is none. "
                "Make it with estimate(...) or change_between(...)."
            )


def gathered(results: object) -> tuple[tuple[Series, ...], list[int]]:
    """The series that are drawn, each certain or with a reason, and all their years."""
    found = language.gather(results)
    refuse_uncertain([estimate for line in found for estimate in line.estimates])
    return found, sorted({year for line in found for year in line.years})


def table_of(
    found: Sequence[Series],
    names: Sequence[str],
    about: Callable[[Series], Sequence[str]],
    last: Callable[[Series, int, Estimate], str],
    heading: str,
    lang: str,
) -> Table:
    """A row per estimate: what it is about, year, value and margin, and one thing more."""
    rows = []
    for line in found:
        for year, estimate in zip(line.years, line.estimates, strict=True):
            margin = language.reason_text(estimate.reason_code or estimate.reason, lang)
            if estimate.low is not None and estimate.high is not None:
                margin = language.span_text(line.symbol, estimate.low, estimate.high, lang)
            value = language.value_text(line.symbol, estimate.value, lang)
            rows.append((*about(line), str(year), value, margin, last(line, year, estimate)))
    align = ("left",) * (len(names) - 4) + ("right",) * 4
    heads = tuple(capital(WORDS[lang][name]) for name in names)
    return Table(heads, tuple(rows), heading, lang, align)


def heading_of(found: Sequence[Series], years: Sequence[int], lang: str) -> str:
    """Measure, place and years, as the plain title of a figure."""
    symbols = dict.fromkeys(line.symbol.removesuffix("_rest") for line in found)
    names = language.listing([measure_name(symbol, lang) for symbol in symbols], lang)
    against = against_one([line.groups for line in found], lang)
    return capital(f"{names} {against}".rstrip() + where_of(found[0].place, years))


def where_of(place: str, years: Iterable[int | None]) -> str:
    """Place and years, as the end of a title."""
    known = [str(year) for year in years if year is not None]
    period = "–".join(dict.fromkeys((known[0], known[-1]))) if known else ""
    return (f" in {place}" if place else "") + (f", {period}" if period else "")


def against_one(groups: Iterable[tuple[str, ...]], lang: str) -> str:
    """Words for the reference where all that have groups have the same one, to say once."""
    references = {pair[1] if len(pair) > 1 else "" for pair in groups if pair}
    if len(references) != 1 or "" in references:
        return ""
    return f"{WORDS[lang]['against']} {group_name(references.pop(), lang)}"


def group_label(groups: Sequence[str], lang: str) -> str:
    """A group in short, and what it is compared with."""
    return f" {WORDS[lang]['against']} ".join(
        group_name(group, lang, short=True) for group in groups[:2]
    )


def subtitle_of(found: Sequence[Series], lang: str) -> str:
    """Scale and number of units."""
    words, parts = WORDS[lang], []
    if all(on_hundred(line.symbol) for line in found):
        parts.append(words["scale"])
    units = sorted({estimate.n_units for line in found for estimate in line.estimates} - {0})
    if units:
        counts = [language.number(each, 0, lang) for each in (units[0], units[-1])]
        parts.append(words["areas"].format(count="–".join(dict.fromkeys(counts))))
    return capital("; ".join(parts))


def on_hundred(symbol: str) -> bool:
    """Whether readers see a measure on a scale from 0 to 100."""
    return not language.is_percentage(symbol) and language.shown(symbol, 1.0) == 100


def draw_line(
    axes: Axes, line: Series, look: dict[str, Any], *, width: float = 1.6, shift: float = 0.0
) -> None:
    """Draw a series with its margin, and broken the values without chance.

    One year is a dot beside a bar, and a dash for the value without chance; ``shift`` moves it.
    """

    def drawn(field: str) -> list[float]:
        values = (getattr(estimate, field) for estimate in line.estimates)
        return [math.nan if v is None else language.shown(line.symbol, v) for v in values]

    colour, size = look["color"], (5 if len(line.years) <= 8 else 3.5) * min(1.0, width / 1.4)
    band = {"color": colour, "alpha": 0.25, "lw": 0, "clip_on": False}
    broken = {"color": colour, "lw": 1.2, "ls": (0, (3, 2)), "clip_on": False}
    if len(line.years) == 1:
        at = [line.years[0] + shift]
        axes.vlines(at, drawn("low"), drawn("high"), **(band | {"lw": 5}))
        axes.plot(at, drawn("null_adjusted"), "_", color=colour, ms=13, mew=1.6, clip_on=False)
        axes.plot(at, drawn("value"), ms=6, lw=0, clip_on=False, **look)
        return
    axes.fill_between(line.years, drawn("low"), drawn("high"), **band)
    axes.plot(line.years, drawn("value"), ms=size, lw=width, clip_on=False, **look)
    axes.plot(line.years, drawn("null_adjusted"), **broken)


def year_axis(axes: Axes, years: Sequence[int]) -> None:
    """The first and the last year at the foot, and between them what there is room for."""
    inch = (years[-1] - years[0]) / (axes.get_position().width * WIDTH - 0.26) or 1.0
    room = 0.13 * inch if len(years) > 1 else 0.5
    axes.set_xlim(years[0] - room, years[-1] + room)
    kept = [years[0]]
    step = math.ceil((len(years) - 1) / 4) or 1
    for year in years[step:-1:step]:
        if min(year - kept[-1], years[-1] - year) >= 0.45 * inch:
            kept.append(year)
    axes.set_xticks(sorted({*kept, years[-1]}))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))


def value_axis(axes: Axes, symbol: str, lang: str) -> None:
    """Ticks on the scale that readers see, with as many decimals as they need."""
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    write = language.percent if language.is_percentage(symbol) else language.number

    def written(value: float, _: int) -> str:
        low, high = axes.get_ylim()
        return write(value, max(0, math.ceil(0.7 - math.log10(high - low))), lang)

    axes.yaxis.set_major_formatter(FuncFormatter(written))


def described(found: Sequence[Series], lang: str) -> str:
    """Each line in words: from where to where."""
    words, told = WORDS[lang], []
    for line in found:
        ends = [language.value_text(line.symbol, e.value, lang) for e in line.estimates]
        name = group_label(line.groups, lang) or measure_name(line.symbol, lang)
        form = words["from_to" if len(line.years) > 1 else "once"]
        known = {"first": line.years[0], "last": line.years[-1], "start": ends[0], "end": ends[-1]}
        told.append(form.format(name=name, **known))
    head = words["head" if any(len(line.years) > 1 for line in found) else "dots"]
    return f"{head} {'; '.join(told)}."
