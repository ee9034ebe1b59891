"""An assumption in words: what a slope would be if so many residents had answered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from seglib.language.associations import margin, value
from seglib.language.formats import number, percent
from seglib.language.sentence import Sentence, together
from seglib.language.words import group_name, phrase
from seglib.result import Estimate, Estimates


def say_survey_error(
    found: Mapping[int, Estimates], at: int, plain: Estimate, *, lang: str
) -> Sentence:
    """Say what a slope would be without survey error, under an assumed number of answers.

    Parameters
    ----------
    found : mapping of int to Estimates
        By assumed number of answers in each area, from ``survey_error``.
    at : int
        The number that is told first.
    plain : Estimate
        The slope as it was measured.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph, which says that this is an assumption.
    """
    slopes = {n: one["slope_sd"] for n, one in sorted(found.items())}
    fitted = [n for n, one in slopes.items() if np.isfinite(one.value)]
    facts = {"n": number(at, 0, lang), "name": group_name(plain.groups[0], lang)}
    facts |= {"value": value(slopes[at], lang), "margin": margin(slopes[at], lang)}
    facts |= {"plain": value(plain, lang)}
    facts |= {"part": percent(100 - 100 * found[at]["reliability"].value, 0, lang)}
    told = phrase(f"association.error_{'at' if at in fitted else 'all'}", lang, **facts)
    if len(fitted) < 2:
        return Sentence(told)
    few, many = fitted[0], fitted[-1]
    ends = {"few": number(few, 0, lang), "many": number(many, 0, lang)}
    ends |= {"first": value(slopes[few], lang), "last": value(slopes[many], lang)}
    return together([told, phrase("association.error_range", lang, **ends)])
