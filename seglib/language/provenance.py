"""Where the figures come from, in words: the choice made, the source, what to know of it."""

from __future__ import annotations

from collections.abc import Iterable

from seglib.language.formats import listing, number
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import group_name, language_of, level_name
from seglib.sources.catalogue import Source, source
from seglib.table import CountTables


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
    years = listing(tables, language_of(lang))
    named = listing((group_name(group, lang, short=True) for group in groups), lang)
    level = level_name(table.level, lang, number=1)
    draws = number(replicates, 0, lang)
    if lang == "nl":
        return Sentence(
            f"Dit rapport gaat over {table.place} in {years}, per {level}. "
            f"Getoonde groepen: {named}; toeval is nagebootst met {draws} trekkingen vanaf "
            f"startgetal {seed}."
        )
    return Sentence(
        f"This report is about {table.place} in {years}, by {level}. "
        f"Groups shown: {named}; chance was imitated with {draws} draws from seed {seed}."
    )


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
    checked = "Vergeleken met" if lang == "nl" else "Checked against"
    return together(
        f"{one.note[lang]} {one.rounding[lang]} {checked}: {one.checked_against[lang]}"
        for one in _sources(tables)
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
    return bullets(line for one in _sources(tables) for line in _colophon(one, lang))


def _colophon(one: Source, lang: str) -> tuple[str, ...]:
    dutch = lang == "nl"
    way = "Gevonden via de openbare verzameling" if dutch else "Found through the public repository"
    parts = "Gebied" if dutch else "Area"
    licence = "Licentie" if dutch else "Licence"
    classes = "Indeling naar herkomst" if dutch else "Classification of origin"
    return (
        f"{'Uitgever' if dutch else 'Publisher'}: {one.publisher} ({one.address}).",
        f"{'Bron' if dutch else 'Source'}: {one.citation[lang]} {way} {one.route}.",
        f"{parts}: {one.geography_in(lang)}.",
        f"{licence}: {one.licence}. {one.licence_seen[lang]}",
        f"{classes}: {one.classification}.",
    )


def _sources(tables: CountTables) -> list[Source]:
    return [source(key) for key in dict.fromkeys(table.source for table in tables.values())]
