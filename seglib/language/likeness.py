"""Sentences about places that are alike, and questions that begin a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seglib.language.formats import number
from seglib.language.scan import between_reach
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import level_name, phrase
from seglib.measures.resemblance import Nearest
from seglib.result import Decomposition
from seglib.sources.places import gemeente_name

HALF = 0.5


def area_names(codes: Iterable[str], *, lang: str) -> list[str]:
    """Names of gemeenten, or of wijken by number with their gemeente, by alphabet.

    Examples
    --------
    >>> area_names(["GM0599", "GM0034"], lang="nl"), area_names(["WK003402"], lang="nl")
    (['Almere', 'Rotterdam'], ['Almere, wijk 02'])
    """
    told = []
    for code in codes:
        name = gemeente_name(f"GM{code[2:6]}")
        wijk = phrase("scan.wijk", lang, code=code[6:]) if code[6:] else ""
        told.append(", ".join(filter(None, (name, wijk))))
    return sorted(told, key=str.casefold)


def say_alike(
    names: Sequence[str], found: Nearest | None, *, place: str, level: str, lang: str
) -> Sentence:
    """Say which places were most like one in composition, by alphabet, with how much they differ.

    Parameters
    ----------
    names : sequence of str
        From ``area_names``; empty where there is no figure of the place in 2015.
    found : Nearest or None
        With their gaps; None where there is none.
    place, level : str
        As they are shown; the level of the places.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    if found is None or not names:
        return Sentence(phrase("scan.no_alike", lang, place=place))
    known = {"place": place, "names": "; ".join(names), "level": level_name(level, lang)}
    told = [phrase("scan.alike", lang, gap=number(100 * found.widest, 1, lang), **known)]
    if found.as_near:
        one = level_name(level, lang, number=found.as_near)
        many = number(found.as_near, 0, lang)
        told.append(phrase("scan.as_near", lang, number=many, level=one))
    return together(told)


def say_questions(
    place: str, names: Sequence[str], parts: Decomposition | None, *, lang: str
) -> Sentence:
    """Questions for a conversation, which begin at what is good and end at what is missing.

    Parameters
    ----------
    place : str
        As it is shown.
    names : sequence of str
        Places like it.
    parts : Decomposition or None
        As for ``say_spread``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    keys = ["proud", "meet", "missing", "since"]
    keys[2:2] = [_of_wijken(parts)] if parts is not None and parts.total else []
    keys += ["elsewhere"] if names else []
    others = names[0] if names else ""
    return bullets(phrase(f"scan.ask_{key}", lang, place=place, other=others) for key in keys)


def _of_wijken(parts: Decomposition) -> str:
    """The question about wijken that fits: what is clear is said before it is asked about."""
    least, most = between_reach(parts) or (0.0, 1.0)
    return "between" if least > HALF else "within" if most < HALF else "wijken"
