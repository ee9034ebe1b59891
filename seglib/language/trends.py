"""Sentences about levels and about change: one estimate, a series, a change, two references."""

from __future__ import annotations

from collections.abc import Sequence

from seglib.language.formats import (
    decimals_of,
    is_percentage,
    margin_text,
    number,
    percent,
    shown,
    span,
    value_text,
)
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.series import Series, flatten, gather
from seglib.language.words import measure_name, people_of, phrase, reason_text
from seglib.result import ChangeEstimate, Estimate
from seglib.table import REST


def _about(symbol: str, groups: Sequence[str], lang: str) -> str:
    """What a measure is about: its name, the people and whom they are compared with."""
    if symbol == "xPx" and groups:
        return phrase("about.own", lang, people=people_of(groups[0], lang))
    text = "D"
    if symbol not in ("D", "D_rest"):
        text = phrase("about.all", lang, name=measure_name(symbol, lang))
    for form, group in zip(("about.whom", "about.against"), groups, strict=False):
        text += phrase(form, lang, people=people_of(group, lang))
    return text


def _chance(estimate: Estimate, lang: str) -> str:
    """What is left once the part that chance alone gives is taken away."""
    if estimate.null_adjusted is None:
        return ""
    value = value_text(estimate.symbol, estimate.null_adjusted, lang)
    return phrase("margins.chance", lang, value=value)


def _with_margin(estimate: Estimate, lang: str) -> str:
    value = value_text(estimate.symbol, estimate.value, lang)
    margin = margin_text(estimate.symbol, estimate.low, estimate.high, _reason(estimate), lang)
    return f"{value} ({margin}{_chance(estimate, lang)})"


def _reason(result: Estimate | ChangeEstimate) -> str:
    return result.reason_code or result.reason


def _scale(symbol: str, lang: str) -> str:
    on_hundred = shown(symbol, 1.0) == 100 and not is_percentage(symbol)
    return phrase("about.scale", lang) if on_hundred else ""


def _where(place: str, lang: str) -> str:
    return phrase("about.where", lang, place=place) if place else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def say_estimate(estimate: Estimate, *, lang: str) -> Sentence:
    """Say one estimate, with its margin and its value without chance.

    Examples
    --------
    >>> say_estimate(Estimate("D_rest", 0.25, ("a", "rest"), reason="toy", year=2017), lang="en")
    'In 2017 D for a against everyone else was 25.0 (no margin of chance: worked example) on a \
scale from 0 to 100.'
    """
    year = estimate.year if estimate.year is not None else estimate.key
    form = "level.year" if isinstance(year, int) else "level.plain"
    said = phrase(
        form,
        lang,
        year=year,
        about=_about(estimate.symbol, estimate.groups, lang),
        where=_where(estimate.place, lang),
        value=_with_margin(estimate, lang) + _scale(estimate.symbol, lang),
    )
    return Sentence(_capital(said))


def say_series(results: object, *, lang: str, changes: object = None) -> Sentence:
    """Say how each measure went from the first year to the last.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        Estimates by year; one series or several.
    lang : str
        "nl" or "en".
    changes : ChangeEstimate, or mappings and lists of these, optional
        The changes from first to last year, from which the margin of the change is taken.

    Returns
    -------
    Sentence
        One sentence per series.
    """
    known = {
        (change.symbol, tuple(change.groups)): change
        for _, change in (flatten(changes, ChangeEstimate) if changes is not None else ())
    }
    return bullets(
        _one_series(series, known.get((series.symbol, series.groups)), lang)
        for series in gather(results)
    )


def _one_series(series: Series, change: ChangeEstimate | None, lang: str) -> str:
    first, last = series.estimates[0], series.estimates[-1]
    if len(series.years) == 1:
        return say_estimate(first, lang=lang)
    told = phrase(
        "level.series",
        lang,
        about=_about(series.symbol, series.groups, lang),
        start=_with_margin(first, lang),
        first=series.years[0],
        end=_with_margin(last, lang),
        last=series.years[-1],
        move=_move(series.symbol, first.value, last.value, lang),
    )
    return f"{_capital(told)} {_certainty(change, lang) if change else _overlap(first, last, lang)}"


def _move(symbol: str, before: float, after: float, lang: str) -> str:
    """The change in points and in percent: "−0,5 punt; −1,2 %"."""
    gap = number(
        shown(symbol, after) - shown(symbol, before), decimals_of(symbol), lang, signed=True
    )
    unit = "change.percentage_points" if is_percentage(symbol) else "change.points"
    told = f"{gap} {phrase(unit, lang)}"
    if before == 0:
        return told
    return f"{told}; {percent(100 * (after / before - 1), 1, lang, signed=True)}"


def _overlap(first: Estimate, last: Estimate, lang: str) -> str:
    if first.low is None or first.high is None or last.low is None or last.high is None:
        return phrase("margins.unknown", lang)
    overlap = first.low <= last.high and last.low <= first.high
    return phrase("margins.overlap" if overlap else "margins.apart", lang)


def _certainty(change: ChangeEstimate, lang: str) -> str:
    """The margin of a change, and whether it can be told from zero."""
    low, high = change.percent_low, change.percent_high
    if low is None or high is None:
        return phrase("change.none", lang, why=reason_text(_reason(change), lang))
    side = "below" if high < 0 else "above" if low > 0 else "zero"
    return phrase(f"change.{side}", lang, ends=_ends(low, high, lang))


def _ends(low: float, high: float, lang: str) -> str:
    return span(low, high, 1, lang, signed=True, unit="%")


def say_change(change: ChangeEstimate, *, lang: str) -> Sentence:
    """Say a change: points, percent, per ten years, its margin and what single areas do to it.

    Parameters
    ----------
    change : ChangeEstimate
        A change between two years.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        It says when the sign hinges on a single area, and names none.
    """
    when = ""
    if change.first_year is not None and change.last_year is not None:
        when = phrase("about.when", lang, first=change.first_year, last=change.last_year)
    told = phrase(
        "change.told",
        lang,
        about=_about(change.symbol, change.groups, lang),
        where=_where(change.place, lang),
        when=when,
        start=value_text(change.symbol, change.before, lang),
        end=value_text(change.symbol, change.after, lang),
        move=_move(change.symbol, change.before, change.after, lang),
    )
    return together(
        [_capital(told), _certainty(change, lang), _decade(change, lang), _single(change, lang)]
    )


def _decade(change: ChangeEstimate, lang: str) -> str:
    if change.percent_per_decade is None:
        return ""
    low, high = change.percent_per_decade_low, change.percent_per_decade_high
    ends = "" if low is None or high is None else f" ({_ends(low, high, lang)})"
    value = percent(change.percent_per_decade, 1, lang, signed=True)
    return phrase("change.decade", lang, value=value, ends=ends)


def _single(change: ChangeEstimate, lang: str) -> str:
    low, high = change.leave_one_low, change.leave_one_high
    if low is None or high is None:
        return ""
    form = "change.hinges" if low < 0 < high else "change.single"
    return phrase(form, lang, ends=_ends(low, high, lang))


def say_changes(results: object, *, lang: str) -> Sentence:
    """Say several changes, one sentence or more for each."""
    return bullets(say_change(change, lang=lang) for _, change in flatten(results, ChangeEstimate))


def say_references(results: object, *, lang: str) -> Sentence:
    """Say whether the change is alike against everyone else and against Dutch origin.

    Parameters
    ----------
    results : ChangeEstimate, or mappings and lists of these
        For each group two changes of D, each with its own reference.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence per group that has both references.
    """
    by_group: dict[str, dict[str, ChangeEstimate]] = {}
    for _, change in flatten(results, ChangeEstimate):
        if len(change.groups) > 1:
            by_group.setdefault(change.groups[0], {})[change.groups[1]] = change
    pairs = ((group, found) for group, found in by_group.items() if len(found) > 1)
    return bullets(_one_pair(group, found, lang) for group, found in pairs)


def _one_pair(group: str, found: dict[str, ChangeEstimate], lang: str) -> str:
    others = sorted(found, key=lambda other: other != REST)[:2]
    one, other = (_against(found[other], other, lang) for other in others)
    told = phrase("references.joint", lang, one=one, other=other)
    same = len({found[other].percent > 0 for other in others}) == 1
    form = "references.same" if same else "references.differ"
    return phrase(form, lang, people=people_of(group, lang), told=told)


def _against(change: ChangeEstimate, other: str, lang: str) -> str:
    low, high = change.percent_low, change.percent_high
    if low is None or high is None:
        margin = phrase("margins.none", lang, why=reason_text(_reason(change), lang))
    else:
        margin = phrase("margins.margin", lang, ends=_ends(low, high, lang))
    value = percent(change.percent, 1, lang, signed=True)
    people = people_of(other, lang)
    return phrase("references.one", lang, people=people, value=value, margin=margin)
