"""Words: what groups, measures, levels and outcomes are called in Dutch and in English."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from seglib.errors import LanguageError

LANGUAGES = ("nl", "en")

_TEXTS: dict[str, Any] = tomllib.loads(
    files("seglib.language").joinpath("texts.toml").read_text(encoding="utf-8")
)
OUTCOMES: tuple[str, ...] = tuple(_TEXTS["outcomes"])


def language_of(lang: str) -> str:
    """Give the language back when it is one of ours, and refuse it otherwise.

    Raises
    ------
    LanguageError
        `lang` is not "nl" or "en".
    """
    if lang not in LANGUAGES:
        raise LanguageError(f"lang must be 'nl' or 'en', not {lang!r}; pass lang=\"nl\".")
    return lang


def phrase(key: str, lang: str, **values: object) -> str:
    """Look up a sentence in ``texts.toml`` and fill in its braces.

    Parameters
    ----------
    key : str
        Section and name, with a dot between.
    lang : str
        "nl" or "en".
    **values
        What stands between braces.

    Returns
    -------
    str
        The sentence in that language.

    Raises
    ------
    LanguageError
        There is no such sentence.

    Examples
    --------
    >>> phrase("margins.none", "en", why="not computed")
    'no margin of chance: not computed'
    """
    section, _, name = key.partition(".")
    texts = _TEXTS.get(section, {}).get(name)
    if texts is None:
        raise LanguageError(f"There is no text {key!r}; write it in texts.toml, in nl and en.")
    return texts[language_of(lang)].format(**values)


def word_list(section: str) -> MappingProxyType[str, dict[str, str]]:
    """All texts of a section of ``texts.toml``, by language and name.

    Examples
    --------
    >>> word_list("parts")["en"]["structural"]
    'a different spread'
    """
    found = _TEXTS[section].items()
    return MappingProxyType({lang: {name: own[lang] for name, own in found} for lang in LANGUAGES})


def _group(group: str, form: str, lang: str) -> str:
    language_of(lang)
    forms = _TEXTS["groups"].get(group) or _TEXTS["items"].get(group)
    return forms[form][lang] if forms else group


def group_name(group: str, lang: str, *, short: bool = False) -> str:
    """Display name of a group: "Marokko" becomes "Marokkaanse herkomst".

    Parameters
    ----------
    group : str
        The exact name in a count table; an unknown name (of one's own table) stays as it is.
    lang : str
        "nl" or "en".
    short : bool
        The form for axes and legends.

    Returns
    -------
    str
        The words a reader sees.

    Examples
    --------
    >>> group_name("Marokko", "nl")
    'Marokkaanse herkomst'
    >>> group_name("Marokko", "en", short=True)
    'Moroccan'
    """
    return _group(group, "short" if short else "name", lang)


def people_of(group: str, lang: str) -> str:
    """Name of the persons in a group, person first, for use within a sentence.

    Examples
    --------
    >>> people_of("Turkije", "en")
    'people of Turkish origin'
    """
    return _group(group, "people", lang)


def measure_name(symbol: str, lang: str) -> str:
    """Name of a measure for readers; an unknown symbol stays as it is.

    Examples
    --------
    >>> measure_name("xPy", "nl")
    'ontmoetingskans'
    """
    return _TEXTS["measures"].get(symbol, {}).get(language_of(lang), symbol)


def outcome_name(outcome: str, lang: str) -> str:
    """Name of an outcome of the closed list, which is kept in Dutch.

    Raises
    ------
    LanguageError
        The outcome is not on the list.

    Examples
    --------
    >>> outcome_name("steunt deels", "en")
    'partly supports'
    """
    if outcome not in OUTCOMES:
        raise LanguageError(f"Outcome {outcome!r} is not on the list: {', '.join(OUTCOMES)}.")
    return outcome if language_of(lang) == "nl" else _TEXTS["outcomes"][outcome]


def level_name(level: str, lang: str, *, number: int = 2) -> str:
    """Name of an area level, in the singular for a `number` of 1.

    Examples
    --------
    >>> level_name("buurtcombinatie", "nl")
    'wijken (buurtcombinaties)'
    """
    forms = _TEXTS["levels"].get(level, {}).get(language_of(lang), (level, level))
    return forms[0] if number == 1 else forms[1]


def part_name(part: str, lang: str) -> str:
    """Name of a part of a decomposition; an unknown part stays as it is.

    Examples
    --------
    >>> part_name("structural", "nl")
    'een andere spreiding'
    """
    return _TEXTS["parts"].get(part, {}).get(language_of(lang), part.replace("_", " "))


def reason_text(reason: str, lang: str) -> str:
    """Say in the reader's language why a number has no interval.

    Parameters
    ----------
    reason : str
        The reason that a result carries; empty when nobody asked for an interval.
    lang : str
        "nl" or "en".

    Returns
    -------
    str
        A short clause without a full stop.

    Examples
    --------
    >>> reason_text("smallest expected cell is 3.2, below 5", "nl")
    'te weinig personen per gebied'
    """
    for mark, texts in _TEXTS["reasons"].items():
        if mark in reason.lower():
            return texts[language_of(lang)]
    return reason or phrase("margins.not_asked", lang)
