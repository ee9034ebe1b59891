"""In brief: the few sentences that a hurried reader takes away, made from the same results."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from seglib.language.accounts import say_decomposition
from seglib.language.formats import listing, percent, span
from seglib.language.sentence import Sentence, bullets
from seglib.language.trends import say_change
from seglib.language.words import language_of, people_of
from seglib.result import ChangeEstimate, Decomposition

_DIRECTIONS = {
    "nl": {
        "fell": "Aantoonbaar gelijkmatiger gaan wonen",
        "rose": "Aantoonbaar minder gelijkmatig gaan wonen",
        "open": "Niet van nul te onderscheiden",
        "unknown": "Zonder toevalsmarge, dus zonder uitspraak",
    },
    "en": {
        "fell": "Demonstrably more evenly spread",
        "rose": "Demonstrably less evenly spread",
        "open": "Not distinguishable from zero",
        "unknown": "Without a margin of chance, so without a verdict",
    },
}


def say_summary(
    changes: Mapping[str, ChangeEstimate],
    multigroup: ChangeEstimate,
    parts: Decomposition,
    *,
    lang: str,
) -> Sentence:
    """Say in a few lines what happened to the spread of the groups, and how sure that is.

    Parameters
    ----------
    changes : mapping of str to ChangeEstimate
        Change of D against everyone else, by group.
    multigroup : ChangeEstimate
        Change of H.
    parts : Decomposition
        Change of M, in parts.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list: the groups by direction, those that hang on one area, H, the parts of M.
    """
    language_of(lang)
    found: dict[str, list[ChangeEstimate]] = {}
    for change in changes.values():
        found.setdefault(_direction(change), []).append(change)
    lines = [
        f"{_DIRECTIONS[lang][name]}: {listing(map(_told(lang), found[name]), lang)}."
        for name in _DIRECTIONS[lang]
        if name in found
    ]
    return bullets(
        [
            _about(next(iter(changes.values())), lang),
            *lines,
            say_single_areas(changes, lang=lang),
            say_change(multigroup, lang=lang),
            say_decomposition(parts, lang=lang),
        ]
    )


def _direction(change: ChangeEstimate) -> str:
    if change.percent_low is None or change.percent_high is None:
        return "unknown"
    if change.percent_low > 0:
        return "rose"
    return "fell" if change.percent_high < 0 else "open"


def _told(lang: str) -> Callable[[ChangeEstimate], str]:
    def told(change: ChangeEstimate) -> str:
        value = percent(change.percent, 1, lang, signed=True)
        ends = ""
        if change.percent_low is not None and change.percent_high is not None:
            ends = f"; {span(change.percent_low, change.percent_high, 1, lang, signed=True)}"
        return f"{people_of(change.groups[0], lang)} ({value}{ends})"

    return told


def _about(change: ChangeEstimate, lang: str) -> str:
    if lang == "nl":
        return (
            f"Dit gaat over {change.place}, van {change.first_year} tot {change.last_year}. Tussen "
            "haakjes staat hoeveel D tegenover alle anderen veranderde, met de toevalsmarge."
        )
    return (
        f"This is about {change.place}, from {change.first_year} to {change.last_year}. In "
        "brackets stands how much D against everyone else changed, with the margin of chance."
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
    turning = [
        people_of(group, lang)
        for group, change in changes.items()
        if change.leave_one_low is not None
        and change.leave_one_high is not None
        and change.leave_one_low < 0 < change.leave_one_high
    ]
    if not turning:
        return Sentence(
            "Voor geen enkele groep keert de richting om als één gebied wordt weggelaten."
            if lang == "nl"
            else "For no group does the direction turn when one area is left out."
        )
    named = listing(turning, lang)
    if lang == "nl":
        text = f"Voor {named} hangt de richting aan één gebied: zonder dat gebied keert zij om."
    else:
        text = f"For {named} the direction hangs on one area: without that area it turns."
    return Sentence(text)
