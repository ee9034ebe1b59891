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
from seglib.language.words import measure_name, people_of, reason_text
from seglib.result import ChangeEstimate, Estimate
from seglib.table import REST


def _about(symbol: str, groups: Sequence[str], lang: str) -> str:
    """What a measure is about: its name, the people and whom they are compared with."""
    if symbol == "xPx" and groups:
        people = people_of(groups[0], lang)
        if lang == "nl":
            return f"het aandeel eigen groep in de buurt, gemiddeld voor {people},"
        return f"the share of the own group in the area, on average for {people},"
    letter = measure_name(symbol, lang) if symbol not in ("D", "D_rest") else "D"
    article = "de " if lang == "nl" and letter != "D" else "the " if letter != "D" else ""
    if not groups:
        return f"{article}{letter}"
    for_whom = " voor " if lang == "nl" else " for "
    text = f"{article}{letter}{for_whom}{people_of(groups[0], lang)}"
    if len(groups) > 1:
        against = " tegenover " if lang == "nl" else " against "
        text += against + people_of(groups[1], lang)
    return text


def _chance(estimate: Estimate, lang: str) -> str:
    """What is left once the part that chance alone gives is taken away."""
    if estimate.null_adjusted is None:
        return ""
    value = value_text(estimate.symbol, estimate.null_adjusted, lang)
    return f"; zonder toevalsdeel {value}" if lang == "nl" else f"; without chance {value}"


def _with_margin(estimate: Estimate, lang: str) -> str:
    value = value_text(estimate.symbol, estimate.value, lang)
    margin = margin_text(estimate.symbol, estimate.low, estimate.high, _reason(estimate), lang)
    return f"{value} ({margin}{_chance(estimate, lang)})"


def _reason(result: Estimate | ChangeEstimate) -> str:
    return result.reason_code or result.reason


def _scale(symbol: str, lang: str) -> str:
    if is_percentage(symbol) or shown(symbol, 1.0) != 100:
        return ""
    return " op een schaal van 0 tot 100" if lang == "nl" else " on a scale from 0 to 100"


def say_estimate(estimate: Estimate, *, lang: str) -> Sentence:
    """Say one estimate, with its margin and its value without chance.

    Examples
    --------
    >>> say_estimate(Estimate("D_rest", 0.25, ("a", "rest"), reason="toy", year=2017), lang="en")
    'In 2017 D for a against everyone else was 25.0 (no margin of chance: worked example) on a \
scale from 0 to 100.'
    """
    year = estimate.year if estimate.year is not None else estimate.key
    about = _about(estimate.symbol, estimate.groups, lang)
    value = _with_margin(estimate, lang) + _scale(estimate.symbol, lang)
    if lang == "nl":
        where = f" in {estimate.place}" if estimate.place else ""
        if isinstance(year, int):
            return Sentence(f"In {year} was {about}{where} {value}.")
        return Sentence(f"{about[0].upper()}{about[1:]}{where} is {value}.")
    where = f" in {estimate.place}" if estimate.place else ""
    if isinstance(year, int):
        return Sentence(f"In {year} {about}{where} was {value}.")
    return Sentence(f"{about[0].upper()}{about[1:]}{where} is {value}.")


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
    about = _about(series.symbol, series.groups, lang)
    move = _move(series.symbol, first.value, last.value, lang)
    start, end = _with_margin(first, lang), _with_margin(last, lang)
    years = series.years[0], series.years[-1]
    if lang == "nl":
        text = f"{about[0].upper()}{about[1:]} ging van {start} in {years[0]} naar {end} in"
    else:
        text = f"{about[0].upper()}{about[1:]} went from {start} in {years[0]} to {end} in"
    told = f"{text} {years[1]}: {move}."
    return f"{told} {_certainty(change, lang) if change else _overlap(first, last, lang)}"


def _move(symbol: str, before: float, after: float, lang: str) -> str:
    """The change in points and in percent: "−0,5 punt; −1,2 %"."""
    gap = number(
        shown(symbol, after) - shown(symbol, before), decimals_of(symbol), lang, signed=True
    )
    if is_percentage(symbol):
        word = "procentpunt" if lang == "nl" else "percentage points"
    else:
        word = "punt" if lang == "nl" else "points"
    if before == 0:
        return f"{gap} {word}"
    relative = percent(100 * (after / before - 1), 1, lang, signed=True)
    return f"{gap} {word}; {relative}"


def _overlap(first: Estimate, last: Estimate, lang: str) -> str:
    if None in (first.low, first.high, last.low, last.high):
        if lang == "nl":
            return "Of dat meer is dan toeval, is zonder toevalsmarge niet te zeggen."
        return "Without a margin of chance one cannot say whether this is more than chance."
    if first.low <= last.high and last.low <= first.high:  # type: ignore[operator]
        if lang == "nl":
            return "De toevalsmarges van deze twee jaren overlappen."
        return "The margins of chance of these two years overlap."
    if lang == "nl":
        return "De toevalsmarges van deze twee jaren overlappen niet."
    return "The margins of chance of these two years do not overlap."


def _certainty(change: ChangeEstimate, lang: str) -> str:
    """The margin of a change, and whether it can be told from zero."""
    low, high = change.percent_low, change.percent_high
    if low is None or high is None:
        why = reason_text(_reason(change), lang)
        if lang == "nl":
            return f"Voor de verandering is er geen toevalsmarge: {why}."
        return f"There is no margin of chance for the change: {why}."
    ends = span(low, high, 1, lang, signed=True, unit="%")
    if low <= 0 <= high:
        if lang == "nl":
            return (
                f"De toevalsmarge van de verandering is {ends}: "
                "die is niet te onderscheiden van nul."
            )
        return f"The margin of chance of the change is {ends}: not distinguishable from zero."
    side = {"nl": ("onder", "boven"), "en": ("below", "above")}[lang][low > 0]
    if lang == "nl":
        return f"De toevalsmarge van de verandering is {ends}, geheel {side} nul."
    return f"The margin of chance of the change is {ends}, wholly {side} zero."


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
    about = _about(change.symbol, change.groups, lang)
    start, end = (value_text(change.symbol, x, lang) for x in (change.before, change.after))
    move = _move(change.symbol, change.before, change.after, lang)
    where = f" in {change.place}" if change.place else ""
    when = ""
    if change.first_year is not None and change.last_year is not None:
        word = ("tussen", "en") if lang == "nl" else ("between", "and")
        when = f" {word[0]} {change.first_year} {word[1]} {change.last_year}"
    about = f"{about[0].upper()}{about[1:]}"
    if lang == "nl":
        told = f"{about} ging{where}{when} van {start} naar {end} ({move})."
    else:
        told = f"{about} went{where}{when} from {start} to {end} ({move})."
    return together([told, _certainty(change, lang), _decade(change, lang), _single(change, lang)])


def _decade(change: ChangeEstimate, lang: str) -> str:
    if change.percent_per_decade is None:
        return ""
    value = percent(change.percent_per_decade, 1, lang, signed=True)
    low, high = change.percent_per_decade_low, change.percent_per_decade_high
    ends = ""
    if low is not None and high is not None:
        ends = f" ({span(low, high, 1, lang, signed=True, unit='%')})"
    if lang == "nl":
        return f"Per tien jaar is dat {value}{ends}."
    return f"That is {value} per ten years{ends}."


def _single(change: ChangeEstimate, lang: str) -> str:
    low, high = change.leave_one_low, change.leave_one_high
    if low is None or high is None:
        return ""
    ends = span(low, high, 1, lang, signed=True, unit="%")
    hinges = low < 0 < high
    if lang == "nl":
        text = f"Wie telkens één gebied weglaat, vindt een verandering van {ends}"
        return text + (": het teken hangt dus aan één enkel gebied." if hinges else ".")
    text = f"Leaving out one area in turn gives a change of {ends}"
    return text + (": so the sign hinges on a single area." if hinges else ".")


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
    joint = " en " if lang == "nl" else " and "
    told = joint.join(_against(found[other], other, lang) for other in others)
    people = people_of(group, lang)
    same = len({found[other].percent > 0 for other in others}) == 1
    if lang == "nl":
        verdict = "beide wijzen dezelfde kant op" if same else "de twee wijzen een andere kant op"
        return f"Voor {people} veranderde D {told}: {verdict}."
    verdict = "both point the same way" if same else "the two point different ways"
    return f"For {people} D changed {told}: {verdict}."


def _against(change: ChangeEstimate, other: str, lang: str) -> str:
    value = percent(change.percent, 1, lang, signed=True)
    against = "tegenover" if lang == "nl" else "against"
    by = "met" if lang == "nl" else "by"
    if change.percent_low is None or change.percent_high is None:
        word = "geen toevalsmarge" if lang == "nl" else "no margin of chance"
        margin = f"{word}: {reason_text(_reason(change), lang)}"
    else:
        word = "toevalsmarge" if lang == "nl" else "margin of chance"
        ends = span(change.percent_low, change.percent_high, 1, lang, signed=True, unit="%")
        margin = f"{word} {ends}"
    return f"{against} {people_of(other, lang)} {by} {value} ({margin})"
