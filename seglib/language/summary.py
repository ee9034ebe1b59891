"""In brief: the few lines that a hurried reader takes away, made from the same results."""

from __future__ import annotations

from collections.abc import Mapping

from seglib.language.accounts import say_shares
from seglib.language.formats import percent, value_text
from seglib.language.sentence import Sentence, bullets
from seglib.language.trends import margin_of_change, say_directions, say_single_areas
from seglib.language.words import phrase
from seglib.result import ChangeEstimate, Decomposition


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
        A list: what D is, the groups by direction, those that hang on one area, H, the parts of
        M, and that the claim about the metropolitan area is another matter.
    """
    all_groups = phrase(
        "summary.all_groups",
        lang,
        start=value_text(multigroup.symbol, multigroup.before, lang),
        end=value_text(multigroup.symbol, multigroup.after, lang),
        percent=percent(multigroup.percent, 1, lang, signed=True),
        margin=margin_of_change(multigroup, lang=lang),
    )
    directions = say_directions(changes, lang=lang, brief=True).removeprefix("- ").split("\n- ")
    return bullets(
        [
            phrase("summary.what", lang),
            *directions,
            say_single_areas(changes, lang=lang),
            all_groups,
            say_shares(parts, lang=lang),
            phrase("summary.region", lang),
        ]
    )
