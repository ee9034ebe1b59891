"""Figure of exposure: isolation beside the group's share of the city."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from seglib.errors import ReportError
from seglib.figures.canvas import (
    COLOURS,
    MARGIN,
    SIZE,
    WIDTH,
    Canvas,
    finished,
    quiet,
    style,
)
from seglib.figures.figure import Figure, Table
from seglib.figures.lines import (
    WORDS,
    described,
    draw_line,
    heading_of,
    margin_of,
    refuse_uncertain,
    subtitle_of,
    value_axis,
    year_axis,
)
from seglib.language import (
    Series,
    gather,
    group_name,
    percent,
    value_text,
)


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
    heading = title or heading_of(found, years, lang)
    rows = math.ceil(len(found) / 3)
    text = "Procenten" if lang == "nl" else "Percentages"
    with style():
        canvas = Canvas(
            heading, f"{text}; {subtitle_of(found, years, lang).lower()}", rows * 1.9 + 0.4
        )
        _draw_isolation(canvas, found, shares, years, lang)
        usual = (
            "Zonder ongelijke spreiding vielen de lijnen samen; de band is de toevalsmarge."
            if lang == "nl"
            else "With an even spread the lines would coincide; the band is the margin of chance."
        )
        table = _isolation_table(found, shares, heading, lang)
        return finished(canvas, described(found, lang), caption or usual, source, table)


def _draw_isolation(
    canvas: Canvas,
    found: Sequence[Series],
    shares: Mapping[str, Mapping[int, float]],
    years: Sequence[int],
    lang: str,
) -> None:
    words = WORDS[lang]
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
        draw_line(axes, line, 0)
        city = [100 * shares[line.group][year] for year in line.years]
        axes.plot(line.years, city, color=COLOURS[1], marker="s", ms=4, lw=1.4, clip_on=False)
        axes.set_ylim(0, 1.05 * max(tops))
        year_axis(axes, [years[0], years[-1]] if len(years) > 1 else years)
        value_axis(axes, "xPx", lang)
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
    words = WORDS[lang]
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
