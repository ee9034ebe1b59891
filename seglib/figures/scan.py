"""Scan: who lived in one place, and how unevenly each group was spread there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from seglib import language
from seglib.disclosure import protected_counts
from seglib.figures import canvas, lines
from seglib.figures.figure import Figure, Table
from seglib.figures.rows import row_sheet
from seglib.language.scan import left_open
from seglib.result import Estimate
from seglib.table import CountTable

if TYPE_CHECKING:
    import pandas as pd

_Pair = tuple[str, str, Estimate, Estimate | None]
_WORDS = language.word_list("figure_scan")
_REST, _DUTCH = "rest", "dutch"
LEAST = 0.05  # percent, below which a bar would be called 0
_STEP, _WIDE_STEP = 0.24, 0.36  # inches to a row of one bar, and of two dots
_MARGIN: dict[str, Any] = {"lw": 5, "alpha": 0.4, "solid_capstyle": "butt", "zorder": 2}
_THIN: dict[str, Any] = {"color": canvas.INK, "lw": 1, "marker": "|", "ms": 5, "zorder": 2}
_CROSS: dict[str, Any] = {"color": canvas.INK, "marker": "x", "ms": 5, "mew": 1.2, "ls": "none"}
_DOT: dict[str, Any] = {"color": canvas.MUTED, "marker": "o", "ms": 6, "ls": "none", "zorder": 3}
_HOLLOW: dict[str, Any] = {"mfc": canvas.PAPER, "mew": 1.4}


def composition(
    table: CountTable, groups: Sequence[str], *, lang: str, source: str = ""
) -> Figure | None:
    """Draw the share of each group that is large enough, with what rounding leaves open.

    Parameters
    ----------
    table : CountTable
        Persons by unit of one place.
    groups : sequence of str
        Groups to show; all others are one row.
    lang : str
        "nl" or "en".
    source : str
        Where the figures come from.

    Returns
    -------
    Figure or None
        A bar a group in the order of the table; None where no group is shown.
    """
    if not groups:
        return None
    words, whole = _WORDS[lang], table.merge(dict.fromkeys(table.units, "all"))
    kept = {group: [group] for group in groups}
    rest = [group for group in table.groups if group not in groups]
    kept |= {words["others"]: rest} if rest else {}
    counted, *ends = _bounds(whole)
    sums = [sum(counted[one] for one in names) for names in kept.values()]
    persons = protected_counts(CountTable.from_counts([sums], groups=kept))[""].frame.iloc[0]
    rows = [
        (name, *(100 * sum(own[one] for one in names) / table.total for own in (counted, *ends)))
        for name, names in kept.items()
        if not math.isnan(persons[name])
        and (name in groups or 100 * persons[name] / table.total >= LEAST)
    ]
    heading = words["composition"].format(place=table.place, year=table.year)
    body = tuple(
        (
            canvas.capital(language.group_name(name, lang)),
            language.number(persons[name], 0, lang),
            language.percent(value, 1, lang),
            language.span(low, high, 1, lang, unit="%"),
        )
        for name, value, low, high in rows
    )
    heads = ("group", "persons", "share", "rounding")
    seen = Table(tuple(words[head] for head in heads), body, heading, lang)
    told = "; ".join(f"{name} {text}" for name, _, text, _ in body)
    with canvas.style():
        names = [language.group_name(name, lang, short=True) for name, *_ in rows]
        write = partial(language.percent, decimals=0, lang=lang)
        size: dict[str, Any] = {"air": (0, 0.1), "least": _STEP}
        sheet, axes = row_sheet((heading, words["share"]), names, [100.0], write, **size)
        _bars(axes, rows, [text for _, _, text, _ in body])
        below = words["read_composition"]
        return canvas.finished(sheet, f"{words['bars']} {told}.", below, source, seen)


def _bars(axes: Axes, rows: Sequence[tuple[Any, ...]], texts: Sequence[str]) -> None:
    """A bar for each row, the ends that rounding leaves, and its share in words."""
    looks = lines.looks(name for name, *_ in rows)
    for place, (name, value, *ends) in enumerate(rows):
        axes.barh(place, value, 0.6, color=looks[name]["color"], lw=0, zorder=2)
        axes.plot(ends, [place] * 2, clip_on=False, **_THIN)
        at: dict[str, Any] = {"xytext": (7, 0), "textcoords": "offset points"}
        axes.annotate(texts[place], (ends[1], place), va="center", size=canvas.SMALL, **at)


def _bounds(whole: CountTable) -> list[dict[str, int]]:
    """Persons of the whole place by group: as counted, and the least and most that may be."""
    kinds = (whole.counts, whole.lower, whole.upper)
    cells = [whole.counts if kind is None else kind for kind in kinds]
    return [dict(zip(whole.groups, one[0].tolist(), strict=True)) for one in cells]


def unevenness(
    rest: Mapping[str, Estimate],
    dutch: Mapping[str, Estimate],
    bands: Mapping[str, Mapping[str, Estimate]],
    *,
    place: str,
    lang: str,
    source: str = "",
) -> Figure | None:
    """Draw D of each group against everyone else and against Dutch origin, with its margins.

    Parameters
    ----------
    rest, dutch : mapping of str to Estimate
        By group, with their nulls; against everyone else and against Dutch origin.
    bands : mapping of str to mapping of str to Estimate
        "rest" and "dutch": what rounding leaves open, by group, where the source is rounded.
    place : str
        As it is shown.
    lang : str
        "nl" or "en".
    source : str
        Where the figures come from.

    Returns
    -------
    Figure or None
        A row a group in the order given; None where there is none.

    Raises
    ------
    ReportError
        An estimate has neither an interval nor a reason for having none.
    """
    if not rest:
        return None
    lines.refuse_uncertain([*rest.values(), *dutch.values()])
    words, shown = _WORDS[lang], {_REST: rest, _DUTCH: dutch}
    pairs = [
        (group, key, shown[key][group], bands.get(key, {}).get(group))
        for group in rest
        for key in shown
        if group in shown[key]
    ]
    heading = words["unevenness"].format(place=place, year=pairs[0][2].year)
    seen = _table(pairs, heading, lang)
    told = "; ".join(f"{group} {against} {value}" for group, against, value, *_ in seen.rows)
    looks = lines.looks(rest)
    with canvas.style():
        names = [language.group_name(group, lang, short=True) for group in rest]
        write = partial(language.number, decimals=0, lang=lang)
        texts = (heading, words["scale"])
        legend = _legend(words, rounded=any(bands.values()))
        sheet, axes = row_sheet(texts, names, _reach(pairs), write, legend=legend, least=_WIDE_STEP)
        for group, key, one, band in pairs:
            two = group in dutch
            at = list(rest).index(group) + (0.0 if not two else -0.2 if key == _REST else 0.22)
            look = {**looks[group], **(_HOLLOW if key == _DUTCH else {})}
            _draw(axes, at, one, band, {**_DOT, **look})
        below = _read(pairs, words, lang)
        return canvas.finished(sheet, f"{words['dots']} {told}.", below, source, seen)


def _beside(one: Estimate) -> bool:
    """Whether the margin, which lies around D without chance, leaves out D as counted."""
    return one.low is not None and one.high is not None and not one.low <= one.value <= one.high


def _read(pairs: Sequence[_Pair], words: Mapping[str, str], lang: str) -> str:
    """How to read the figure, and why a dot stands beside its bar or at the end of its line."""
    told = [
        words["beside_one"].format(
            name=language.group_name(group, lang),
            against=words[key],
            value=language.value_text("D", one.value, lang),
            free=_free(one, lang),
        )
        for group, key, one, _ in pairs
        if _beside(one)
    ]
    texts = [words["read_unevenness"], words["beside"].format(told="; ".join(told)) if told else ""]
    if any(band and _beside(band) for *_, band in pairs):
        texts.append(words["at_end"])
    return " ".join(filter(None, texts))


def _free(one: Estimate, lang: str) -> str:
    """D without the part that chance adds."""
    return "–" if one.debiased is None else language.value_text("D", one.debiased, lang)


def _reach(pairs: Sequence[_Pair]) -> list[float]:
    """Everything that must fit on the axis."""
    return [
        100 * end
        for *_, one, band in pairs
        for end in (one.value, one.high, band and band.high, one.null_mean)
        if end is not None
    ]


def _legend(words: Mapping[str, str], *, rounded: bool) -> list[canvas.Entry]:
    entries = [(_DOT, words[_REST]), ({**_DOT, **_HOLLOW}, words[_DUTCH])]
    entries += [({"color": canvas.MUTED, **_MARGIN}, words["margin"]), (_CROSS, words["lottery"])]
    return [*entries, (_THIN, words["rounding"])] if rounded else entries


def _draw(
    axes: Axes, at: float, one: Estimate, band: Estimate | None, look: Mapping[str, Any]
) -> None:
    """Dot and margin of one D, the cross of chance, and just below them the band of rounding."""
    margin = {**_MARGIN, "color": look["color"]}
    ends = None if one.low is None or one.high is None else (one.low, one.high)
    left = left_open(band) if band else None
    for pair, y, own in ((ends, at, margin), (left, at + 0.11, _THIN)):
        if pair is not None:
            axes.plot([100 * end for end in pair], [y] * 2, clip_on=False, **own)
    axes.plot([100 * one.value], [at], clip_on=False, **look)
    if one.null_mean is not None:
        axes.plot([100 * one.null_mean], [at], clip_on=False, **_CROSS)


def _table(pairs: Sequence[_Pair], heading: str, lang: str) -> Table:
    words = _WORDS[lang]
    rows = []
    for group, key, one, band in pairs:
        left = left_open(band) if band else None
        rounding = language.span_text("D", *left, lang) if left else "–"
        rows.append(
            (
                canvas.capital(language.group_name(group, lang)),
                words[key],
                language.value_text("D", one.value, lang),
                _free(one, lang),
                _span(one, lang),
                "–" if one.null_mean is None else language.value_text("D", one.null_mean, lang),
                rounding,
            )
        )
    heads = (words["group"], words["against"], "D")
    heads += tuple(words[name] for name in ("free", "margin", "lottery", "rounding"))
    return Table(heads, tuple(rows), heading, lang, ("left", "left", *("right",) * 5))


def _span(one: Estimate, lang: str) -> str:
    if one.low is None or one.high is None:
        return language.reason_text(one.reason_code or one.reason, lang)
    return language.span_text("D", one.low, one.high, lang)


def voices(found: pd.DataFrame, *, lang: str) -> Table | None:
    """Set what residents answered beside what a model estimates, each called what it is.

    Parameters
    ----------
    found : pandas.DataFrame
        From ``load_voices``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table or None
        A row an item; None where nobody was asked and nothing was estimated.
    """
    words, rows = _WORDS[lang], []
    for row in found.to_dict("records"):
        unit, decimals = ("%", 0) if row["unit"] == "%" else ("", 2)
        whole = "–"
        if unit and row["value"] is not None:
            whole = language.percent(row["value"], decimals, lang)
        middle = language.span(row["low"], row["high"], decimals, lang, unit=unit)
        name = canvas.capital(language.group_name(str(row["item"]), lang))
        rows.append((name, words[row["kind"]], str(row["year"]), whole, middle))
    if not rows:
        return None
    kinds = {"survey": "asked", "model estimate": "modelled"}
    held = set(found["kind"])
    caption = words[kinds[held.pop()] if len(held) == 1 else "voices"]
    heads = tuple(words[head] for head in ("item", "kind", "year", "whole", "middle"))
    return Table(heads, tuple(rows), caption, lang, ("left", "left", *("right",) * 3))
