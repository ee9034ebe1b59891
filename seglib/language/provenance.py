"""Where the figures come from, in words: the choice made, the source, what to know of it."""

from __future__ import annotations

from collections.abc import Iterable

from seglib.language.formats import listing, number
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import group_name, language_of, level_name, phrase
from seglib.sources.catalogue import Source, source
from seglib.table import CountTables

MANY_YEARS = 6


def source_line(tables: CountTables, *, lang: str) -> str:
    """The line under a figure: whose figures these are and which years they hold.

    Examples
    --------
    >>> from seglib.sources.load import load_series
    >>> source_line(load_series("Amsterdam"), lang="en").startswith("City of Amsterdam")
    True
    """
    return " ".join(one.citation[language_of(lang)] for one in _sources(tables))


def say_choice(
    tables: CountTables, groups: Iterable[str], *, lang: str, seed: int, replicates: int
) -> Sentence:
    """Say what a run is about: place, years, level, groups, and how chance was drawn.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    groups : iterable of str
        The groups that are shown.
    lang : str
        "nl" or "en".
    seed, replicates : int
        Start and number of the draws.

    Returns
    -------
    Sentence
        One paragraph.
    """
    table = next(iter(tables.values()))
    return Sentence(
        phrase(
            "provenance.choice",
            lang,
            place=table.place,
            years=_years(list(tables), lang),
            level=level_name(table.level, lang, number=1),
            groups="; ".join(group_name(group, lang) for group in groups),
            draws=number(replicates, 0, lang),
            seed=seed,
        )
    )


def _years(years: list[int], lang: str) -> str:
    """All years, or the first and the last of a long series."""
    if len(years) < MANY_YEARS:
        return listing(years, lang)
    return phrase("provenance.years", lang, first=years[0], last=years[-1], number=len(years))


def say_caution(tables: CountTables, *, lang: str) -> Sentence | None:
    """Warn where a source is secondary; None, and so nothing to show, where it is not.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence or None
        What the figures suit and what they do not.
    """
    if any(one.secondary for one in _sources(tables)):
        return Sentence(phrase("provenance.caution", language_of(lang)))
    return None


def say_source(tables: CountTables, *, lang: str) -> Sentence:
    """Say what a reader should know of the sources before using their figures.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        The source's own note, its rounding, and what it was checked against.
    """
    return together(
        text
        for one in _sources(tables)
        for text in (
            one.note[lang],
            one.rounding[lang],
            phrase("provenance.checked", lang, what=one.checked_against[lang]),
        )
    )


def say_colophon(tables: CountTables, *, lang: str) -> Sentence:
    """Say publisher, route, licence and classification of each source.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    language_of(lang)
    return bullets(line for one in _sources(tables) for line in colophon(one, lang))


def colophon(one: Source, lang: str) -> list[str]:
    """Publisher, route, area, licence and, of persons, the classification of one source."""
    facts = {
        "publisher": {"publisher": one.publisher, "address": one.address},
        "fetched" if one.fetched else "source": {
            "citation": one.citation[lang],
            "route": one.route,
        },
        "area": {"area": one.geography_in(lang)},
        "licence": {"licence": one.licence, "seen": one.licence_seen[lang]},
        "classification": {"name": one.classification},
    }
    if not one.classification:
        facts.pop("classification")
    return [phrase(f"provenance.{name}", lang, **values) for name, values in facts.items()]


def _sources(tables: CountTables) -> list[Source]:
    return [source(key) for key in dict.fromkeys(table.source for table in tables.values())]
