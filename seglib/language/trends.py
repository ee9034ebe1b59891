"""Sentences about change: one change, groups by direction, beside a published number, in brief."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from seglib.change.withheld import WITHHELD
from seglib.errors import LanguageError
from seglib.language.formats import (
    capital,
    decimals_of,
    is_percentage,
    number,
    percent,
    shown,
    span,
    value_text,
)
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import group_name, measure_name, people_of, phrase, reason_text
from seglib.result import ChangeEstimate

_DIRECTIONS = ("fell", "rose", "open", "unknown")


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
        It says when the sign hinges on a single area, and names none. A change that is withheld,
        since rounding leaves D too open, has no number.
    """
    about, where, when = (
        _about(change.symbol, change.groups, lang),
        _where(change.place, lang),
        _when(change, lang),
    )
    if _withheld(change):
        why = reason_text(_reason(change), lang)
        told = phrase("change.withheld", lang, about=about, where=where, when=when, why=why)
        return Sentence(told)
    told = phrase(
        "change.told",
        lang,
        about=about,
        where=where,
        when=when,
        start=value_text(change.symbol, change.before, lang),
        end=value_text(change.symbol, change.after, lang),
        move=_move(change, lang),
    )
    return together(
        [capital(told), _certainty(change, lang), _decade(change, lang), _single(change, lang)]
    )


def say_directions(
    changes: Mapping[str, ChangeEstimate], *, lang: str, brief: bool = False
) -> Sentence:
    """Say for which groups D fell, rose, or cannot be told from standing still.

    Parameters
    ----------
    changes : mapping of str to ChangeEstimate
        Change of D by group, all against the same reference.
    lang : str
        "nl" or "en".
    brief : bool
        Leave out the values at the start and the end.

    Returns
    -------
    Sentence
        A line for each direction that occurs, with the groups in their own order.

    Raises
    ------
    LanguageError
        There is no change, or they are about different references.
    """
    found = list(changes.values())
    references = {change.groups[1:] for change in found}
    if len(references) != 1:
        raise LanguageError(
            f"These changes need one reference together, they have {len(references)}. "
            "Say those against everyone else and those against one group apart."
        )
    about = {
        "where": _where(found[0].place, lang),
        "when": _when(found[0], lang),
        "against": people_of(next(iter(references))[0], lang),
    }
    by_direction = {
        name: [_beside(each, lang, brief) for each in found if direction(each) == name]
        for name in _DIRECTIONS
    }
    return bullets(
        phrase(f"directions.{name}", lang, told="; ".join(told), **about)
        for name, told in by_direction.items()
        if told
    )


def say_beside_published(
    changes: Mapping[str, ChangeEstimate], published: Mapping[str, float], *, lang: str
) -> Sentence:
    """Set changes per ten years beside numbers that others published for another area.

    Parameters
    ----------
    changes : mapping of str to ChangeEstimate
        Change of D by group.
    published : mapping of str to float
        Published change in percent by group.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence about the groups that stand in both, with the remark that it is no test.
    """
    told = [
        phrase(
            "published.one",
            lang,
            name=group_name(group, lang),
            own=_per_decade(changes[group], lang),
            other=percent(other, 0, lang, signed=True),
        )
        for group, other in published.items()
        if group in changes
    ]
    if not told:
        return Sentence(phrase("published.none", lang))
    place = next(iter(changes.values())).place
    return Sentence(phrase("published.told", lang, place=place, told="; ".join(told)))


def say_references(
    rest: Mapping[str, ChangeEstimate], other: Mapping[str, ChangeEstimate], *, lang: str
) -> Sentence:
    """Say for which groups the change points the same way against both references.

    Parameters
    ----------
    rest, other : mapping of str to ChangeEstimate
        Change of D by group, against everyone else and against one group.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        Which groups point the same way, and which do not.
    """
    both = [
        group
        for group in other
        if group in rest and not (_withheld(rest[group]) or _withheld(other[group]))
    ]
    same = [group for group in both if rest[group].percent * other[group].percent > 0]
    differ = [group for group in both if group not in same]
    reference = people_of(next(iter(other.values())).groups[1], lang) if both else ""
    return together(
        phrase(f"references.{form}", lang, told=_names(groups, lang), reference=reference)
        for form, groups in (("same", same), ("differ", differ))
        if groups
    )


def say_single_areas(changes: Mapping[str, ChangeEstimate], *, lang: str) -> Sentence:
    """Say for which groups the direction turns when one area is left out; no area is named.

    Parameters
    ----------
    changes : mapping of str to ChangeEstimate
        Change of D by group, with its range when each area is left out in turn.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence.
    """
    turning = [group for group, change in changes.items() if _hinges(change)]
    if not turning:
        return Sentence(phrase("single.none", lang))
    return Sentence(phrase("single.turning", lang, told=_names(turning, lang)))


def direction(change: ChangeEstimate) -> str:
    """Whether a measure "fell" or "rose" by more than chance, is "open", or "unknown"."""
    if change.percent_low is None or change.percent_high is None:
        return "unknown"
    if change.percent_low > 0:
        return "rose"
    return "fell" if change.percent_high < 0 else "open"


def _withheld(change: ChangeEstimate) -> bool:
    """Whether rounding leaves the measure too open for any number on its change."""
    return change.reason_code == WITHHELD


def _hinges(change: ChangeEstimate) -> bool:
    low, high = change.leave_one_low, change.leave_one_high
    return low is not None and high is not None and low < 0 < high


def _names(groups: Iterable[str], lang: str) -> str:
    return "; ".join(group_name(group, lang) for group in groups)


def _beside(change: ChangeEstimate, lang: str, brief: bool) -> str:
    """A group with its two values, the change in percent, and its margin; or why it has none."""
    if _withheld(change):
        return f"{group_name(change.groups[0], lang)} ({margin_of_change(change, lang=lang)})"
    return phrase(
        "directions.brief" if brief else "directions.one",
        lang,
        name=group_name(change.groups[0], lang),
        start=value_text(change.symbol, change.before, lang),
        end=value_text(change.symbol, change.after, lang),
        percent=percent(change.percent, 1, lang, signed=True),
        margin=margin_of_change(change, lang=lang),
    )


def _per_decade(change: ChangeEstimate, lang: str) -> str:
    if _withheld(change):
        return f"({margin_of_change(change, lang=lang)})"
    if change.percent_per_decade is None:
        return phrase("margins.not_asked", lang)
    low, high = change.percent_per_decade_low, change.percent_per_decade_high
    value = percent(change.percent_per_decade, 1, lang, signed=True)
    return f"{value} ({_margin(low, high, change, lang)})"


def margin_of_change(change: ChangeEstimate, *, lang: str) -> str:
    """The margin of a change in percent, or why there is none, to stand in brackets."""
    return _margin(change.percent_low, change.percent_high, change, lang)


def _margin(low: float | None, high: float | None, change: ChangeEstimate, lang: str) -> str:
    if low is None or high is None:
        return phrase("margins.none", lang, why=reason_text(_reason(change), lang))
    return phrase("margins.margin", lang, ends=_ends(low, high, lang))


def _about(symbol: str, groups: Sequence[str], lang: str) -> str:
    """What a measure is about: its name, the people and whom they are compared with."""
    text = "D"
    if symbol not in ("D", "D_rest"):
        text = phrase("about.all", lang, name=measure_name(symbol, lang))
    for form, group in zip(("about.whom", "about.against"), groups, strict=False):
        text += phrase(form, lang, people=people_of(group, lang))
    return text


def _where(place: str, lang: str) -> str:
    return phrase("about.where", lang, place=place) if place else ""


def _when(change: ChangeEstimate, lang: str) -> str:
    if change.first_year is None or change.last_year is None:
        return ""
    return phrase("about.when", lang, first=change.first_year, last=change.last_year)


def _reason(change: ChangeEstimate) -> str:
    return change.reason_code or change.reason


def _move(change: ChangeEstimate, lang: str) -> str:
    """The change in points and in percent: "−0,5 punt; −1,2 %"."""
    symbol = change.symbol
    gap = shown(symbol, change.after) - shown(symbol, change.before)
    unit = "change.percentage_points" if is_percentage(symbol) else "change.points"
    told = f"{number(gap, decimals_of(symbol), lang, signed=True)} {phrase(unit, lang)}"
    if change.before == 0:
        return told
    return f"{told}; {percent(change.percent, 1, lang, signed=True)}"


def _certainty(change: ChangeEstimate, lang: str) -> str:
    """The margin of a change, and whether it can be told from zero."""
    low, high = change.percent_low, change.percent_high
    if low is None or high is None:
        return phrase("change.none", lang, why=reason_text(_reason(change), lang))
    side = {"fell": "below", "rose": "above", "open": "zero"}[direction(change)]
    return phrase(f"change.{side}", lang, ends=_ends(low, high, lang))


def _ends(low: float, high: float, lang: str) -> str:
    return span(low, high, 1, lang, signed=True, unit="%")


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
    form = "change.hinges" if _hinges(change) else "change.single"
    return phrase(form, lang, ends=_ends(low, high, lang))
