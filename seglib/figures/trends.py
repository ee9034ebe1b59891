"""Figures over the years: measures by group and year, and isolation beside the group's share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seglib.errors import ReportError
from seglib.figures.canvas import (
    COLOURS,
    MARGIN,
    MARKERS,
    MUTED,
    SIZE,
    WIDTH,
    Canvas,
    finished,
    quiet,
    style,
)
from seglib.figures.figure import Figure, Table
from seglib.language import (
    Series,
    gather,
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
)
from seglib.result import Estimate

_LEGEND = 1.75
_WORDS = {
    "nl": {
        "observed": "waargenomen",
        "chance": "zonder toevalsdeel",
        "band": "toevalsmarge",
        "measure": "Maat",
        "group": "Groep",
        "reference": "Tegenover",
        "year": "Jaar",
        "value": "Waarde",
        "all": "alle groepen",
        "none": "–",
        "share": "aandeel in de stad",
        "isolation": "aandeel in de eigen buurt",
        "caption": "De band is de toevalsmarge; de onderbroken lijn is de waarde zonder het deel "
        "dat toeval alleen al geeft.",
        "axis": "De as begint niet bij nul.",
    },
    "en": {
        "observed": "observed",
        "chance": "without chance",
        "band": "margin of chance",
        "measure": "Measure",
        "group": "Group",
        "reference": "Against",
        "year": "Year",
        "value": "Value",
        "all": "all groups",
        "none": "–",
        "share": "share in the city",
        "isolation": "share in own area",
        "caption": "The band is the margin of chance; the broken line is the value without the "
        "part that chance alone gives.",
        "axis": "The axis does not start at zero.",
    },
}


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


def series(
    results: object,
    *,
    lang: str,
    title: str = "",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw measures by year: a line per group, a panel per measure and reference.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        Estimates by year, as ``estimate`` gives them for a series of tables.
    lang : str
        "nl" or "en".
    title : str
        What is seen; by default measure, place and years.
    source : str
        Where the figures come from.
    caption : str
        How to read the figure, instead of the usual words.

    Returns
    -------
    Figure
        Lines with their margins of chance; broken lines show the values without chance.

    Raises
    ------
    ReportError
        An estimate has neither an interval nor a reason for having none.
    """
    found = gather(results)
    refuse_uncertain([estimate for line in found for estimate in line.estimates])
    words = _WORDS[lang]
    panels = _panels(found)
    groups = list(dict.fromkeys(line.group for line in found))
    years = sorted({year for line in found for year in line.years})
    heading = title or _heading(found, years, lang)
    with style():
        canvas = Canvas(heading, _subtitle(found, years, lang), _height(panels, groups, lang))
        _draw_panels(canvas, panels, groups, years, lang)
        _legend(canvas, found, groups, lang)
        words_below = caption or f"{words['caption']} {words['axis']}"
        return finished(
            canvas, _description(found, lang), words_below, source, _table(found, heading, lang)
        )


def _panels(found: Sequence[Series]) -> dict[tuple[str, str], list[Series]]:
    """Series by measure and reference, the symbols of D taken as one measure."""
    panels: dict[tuple[str, str], list[Series]] = {}
    for line in found:
        panels.setdefault((line.symbol.removesuffix("_rest"), line.reference), []).append(line)
    return panels


def _heading(found: Sequence[Series], years: Sequence[int], lang: str) -> str:
    symbols = list(dict.fromkeys(line.symbol.removesuffix("_rest") for line in found))
    names = listing([measure_name(symbol, lang) for symbol in symbols], lang)
    place = f" in {found[0].place}" if found[0].place else ""
    return f"{names[0].upper()}{names[1:]}{place}, {_period(years)}"


def _period(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _subtitle(found: Sequence[Series], years: Sequence[int], lang: str) -> str:
    parts = []
    if all(_on_hundred(line.symbol) for line in found):
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


def _on_hundred(symbol: str) -> bool:
    return not is_percentage(symbol) and shown(symbol, 1.0) == 100


def _height(panels: Mapping[Any, Any], groups: Sequence[str], lang: str) -> float:
    rows = math.ceil(len(panels) / 2)
    return max(rows * 2.75, 0.7 + 0.4 * len(groups) + 0.75)


def _draw_panels(
    canvas: Canvas,
    panels: Mapping[tuple[str, str], list[Series]],
    groups: Sequence[str],
    years: Sequence[int],
    lang: str,
) -> None:
    columns = min(2, len(panels))
    gap, left = 0.66, MARGIN + 0.5
    width = (WIDTH - left - _LEGEND - 0.3 - gap * (columns - 1)) / columns
    rows = math.ceil(len(panels) / columns)
    height = canvas.body_height / rows - 0.75
    ranges = {symbol: _range(panels, symbol) for symbol, _ in panels}
    for place, ((symbol, reference), lines) in enumerate(panels.items()):
        row, column = divmod(place, columns)
        at = left + column * (width + gap), 0.34 + row * (height + 0.75)
        axes = canvas.axes(*at, width, height)
        canvas.text(at[0] - 0.4, canvas.top + at[1] - 0.3, _panel_name(symbol, reference, lang))
        for line in lines:
            _line(axes, line, groups.index(line.group))
        axes.set_ylim(*ranges[symbol])
        _year_axis(axes, years)
        _value_axis(axes, symbol, lang)
        quiet(axes)


def _panel_name(symbol: str, reference: str, lang: str) -> str:
    if not reference:
        return measure_name(symbol, lang) + (" (0–100)" if _on_hundred(symbol) else "")
    against = "tegenover" if lang == "nl" else "against"
    return f"{against} {group_name(reference, lang)}"


def _range(panels: Mapping[tuple[str, str], list[Series]], symbol: str) -> tuple[float, float]:
    """One range for all panels of a measure, with some air above and below."""
    values = [
        shown(line.symbol, value)
        for (own, _), lines in panels.items()
        if own == symbol
        for line in lines
        for estimate in line.estimates
        for value in (estimate.value, estimate.low, estimate.high, estimate.null_adjusted)
        if value is not None
    ]
    low, high = min(values), max(values)
    air = 0.08 * (high - low) or 0.05 * abs(high) or 1.0
    return low - air, high + air


def _line(axes: Axes, line: Series, place: int) -> None:
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
    axes.plot(line.years, values, color=colour, marker=marker, ms=5, lw=1.6, clip_on=False)
    free = [
        (year, shown(line.symbol, estimate.null_adjusted))
        for year, estimate in zip(line.years, line.estimates, strict=True)
        if estimate.null_adjusted is not None
    ]
    if free:
        axes.plot(*zip(*free, strict=True), color=colour, lw=1.2, ls=(0, (3, 2)), clip_on=False)


def _year_axis(axes: Axes, years: Sequence[int]) -> None:
    """At most five years at the foot, the first and the last among them where they fit."""
    step = math.ceil((len(years) - 1) / 4) or 1
    axes.set_xticks(years[::step])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    air = 0.06 * (years[-1] - years[0]) or 1.0
    axes.set_xlim(years[0] - air, years[-1] + air)


def _value_axis(axes: Axes, symbol: str, lang: str) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    low, high = axes.get_ylim()
    decimals = max(0, math.ceil(-math.log10(high - low) + 0.7))
    write = percent if is_percentage(symbol) else number
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value, decimals, lang)))


def _legend(canvas: Canvas, found: Sequence[Series], groups: Sequence[str], lang: str) -> None:
    words = _WORDS[lang]
    entries: list[tuple[dict[str, Any], str]] = [
        (
            {"color": COLOURS[place % 7], "marker": MARKERS[place % 7], "ms": 5, "lw": 1.6},
            group_name(group, lang, short=True) if group else words["all"],
        )
        for place, group in enumerate(groups)
    ]
    entries.append(({"color": MUTED, "lw": 1.6}, words["observed"]))
    estimates = [estimate for line in found for estimate in line.estimates]
    if any(estimate.null_adjusted is not None for estimate in estimates):
        entries.append(({"color": MUTED, "lw": 1.2, "ls": (0, (3, 2))}, words["chance"]))
    if any(estimate.low is not None for estimate in estimates):
        entries.append(({"patch": True, "fc": "#c9c9c9", "ec": "none"}, words["band"]))
    canvas.legend(WIDTH - _LEGEND - MARGIN + 0.1, 0.3, entries, _LEGEND - 0.1)


def _label(line: Series, lang: str) -> str:
    if not line.group:
        return measure_name(line.symbol, lang)
    name = group_name(line.group, lang, short=True)
    if not line.reference:
        return name
    against = "tegenover" if lang == "nl" else "against"
    return f"{name} {against} {group_name(line.reference, lang, short=True)}"


def _description(found: Sequence[Series], lang: str) -> str:
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


def _table(found: Sequence[Series], caption: str, lang: str) -> Table:
    words = _WORDS[lang]
    rows = []
    for line in found:
        group = group_name(line.group, lang) if line.group else words["all"]
        reference = group_name(line.reference, lang) if line.reference else words["none"]
        for year, estimate in zip(line.years, line.estimates, strict=True):
            free = estimate.null_adjusted
            rows.append(
                (
                    group,
                    line.symbol.removesuffix("_rest"),
                    reference,
                    str(year),
                    value_text(line.symbol, estimate.value, lang),
                    margin_of(estimate, lang),
                    words["none"] if free is None else value_text(line.symbol, free, lang),
                )
            )
    columns = ("group", "measure", "reference", "year", "value", "band", "chance")
    heads = tuple(words[name][0].upper() + words[name][1:] for name in columns)
    align = ("left", "left", "left", "right", "right", "right", "right")
    return Table(heads, tuple(rows), caption, lang, align)


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
    lang : str
        "nl" or "en".
    title, source, caption : str
        As for `series`.

    Returns
    -------
    Figure
        Two lines a panel; the gap between them is what uneven spread adds to the share.

    Raises
    ------
    ReportError
        An estimate is uncertain without a reason, or a share is missing.
    """
    found = gather(results)
    refuse_uncertain([estimate for line in found for estimate in line.estimates])
    for line in found:
        missing = [year for year in line.years if year not in shares.get(line.group, {})]
        if missing:
            raise ReportError(
                f"The share of {line.group!r} in {missing[0]} is missing; pass it in shares=."
            )
    years = sorted({year for line in found for year in line.years})
    heading = title or _heading(found, years, lang)
    rows = math.ceil(len(found) / 3)
    text = "Procenten" if lang == "nl" else "Percentages"
    with style():
        canvas = Canvas(
            heading, f"{text}; {_subtitle(found, years, lang).lower()}", rows * 1.9 + 0.4
        )
        _draw_isolation(canvas, found, shares, years, lang)
        usual = (
            "Zonder ongelijke spreiding vielen de lijnen samen; de band is de toevalsmarge."
            if lang == "nl"
            else "With an even spread the lines would coincide; the band is the margin of chance."
        )
        table = _isolation_table(found, shares, heading, lang)
        return finished(canvas, _description(found, lang), caption or usual, source, table)


def _draw_isolation(
    canvas: Canvas,
    found: Sequence[Series],
    shares: Mapping[str, Mapping[int, float]],
    years: Sequence[int],
    lang: str,
) -> None:
    words = _WORDS[lang]
    left, gap = MARGIN + 0.45, 0.5
    width = (WIDTH - left - MARGIN - 0.2 - 2 * gap) / 3
    tops = [100 * (e.high or e.value) for line in found for e in line.estimates]
    tops += [100 * share for line in found for share in shares[line.group].values()]
    for place, line in enumerate(found):
        row, column = divmod(place, 3)
        at = left + column * (width + gap), 0.3 + row * 1.9
        axes = canvas.axes(*at, width, 1.2)
        name = group_name(line.group, lang, short=True)
        canvas.text(at[0] - 0.4, canvas.top + at[1] - 0.26, name, size=SIZE)
        _line(axes, line, 0)
        city = [100 * shares[line.group][year] for year in line.years]
        axes.plot(line.years, city, color=COLOURS[1], marker="s", ms=4, lw=1.4, clip_on=False)
        axes.set_ylim(0, 1.05 * max(tops))
        _year_axis(axes, [years[0], years[-1]] if len(years) > 1 else years)
        _value_axis(axes, "xPx", lang)
        quiet(axes)
    entries = (
        ({"color": COLOURS[0], "marker": "o", "ms": 5, "lw": 1.6}, words["isolation"]),
        ({"color": COLOURS[1], "marker": "s", "ms": 4, "lw": 1.4}, words["share"]),
    )
    for column, entry in enumerate(entries):
        canvas.legend(left + column * 2.6, canvas.body_height - 0.3, [entry], 2.6)


def _isolation_table(
    found: Sequence[Series],
    shares: Mapping[str, Mapping[int, float]],
    caption: str,
    lang: str,
) -> Table:
    words = _WORDS[lang]
    rows = [
        (
            group_name(line.group, lang),
            str(year),
            value_text("xPx", estimate.value, lang),
            margin_of(estimate, lang),
            percent(100 * shares[line.group][year], 1, lang),
        )
        for line in found
        for year, estimate in zip(line.years, line.estimates, strict=True)
    ]
    columns = ("group", "year", "isolation", "band", "share")
    heads = tuple(words[name][0].upper() + words[name][1:] for name in columns)
    return Table(heads, tuple(rows), caption, lang)
