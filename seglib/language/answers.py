"""Answers of residents: which survey, what was asked letter by letter, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import pandas as pd

from seglib.language.associations import margin, value
from seglib.language.formats import listing, number
from seglib.language.provenance import colophon
from seglib.language.sentence import Sentence, bullets, together
from seglib.language.words import group_name, phrase, word_list
from seglib.result import Estimate
from seglib.sources.area_figures import figure_sources
from seglib.sources.catalogue import sources

MOST_WORDINGS = 4  # that a caption holds and is still read


class Areas(Protocol):
    """Areas with answers and composition, as ``load_survey_areas`` gives them."""

    place: str
    frame: pd.DataFrame
    themes: Mapping[str, tuple[str, ...]]
    wording: Mapping[str, str]
    lost: Mapping[str, str]
    sources: tuple[str, ...]


def say_areas(areas: Areas, *, lang: str) -> Sentence:
    """Say which survey and persons stand beside each other, and which areas were lost.

    Parameters
    ----------
    areas : SurveyAreas
        Of one place.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    waves = sorted(map(int, areas.frame["year"].unique()))
    kept, lost = areas.frame["unit_code"].nunique(), list(areas.lost)
    facts = {"kept": kept, "all": kept + len(lost), "lost": listing(lost, lang)}
    if len(lost) > 2:
        facts["lost"] = number(len(lost), 0, lang)
    key = "lost_many" if len(lost) > 2 else "kept" if lost else "no_loss"
    cited = _cited(lang)
    years = listing([wave + 1 for wave in waves], lang)
    asked = {"citation": cited[areas.sources[0]], "waves": listing(waves, lang), "years": years}
    return together(
        [phrase("association.asked", lang, **asked), phrase(f"association.{key}", lang, **facts)]
    )


def areas_source(areas: Areas, *, lang: str) -> str:
    """The line under a figure: whose answers and whose persons these are."""
    cited = _cited(lang)
    return " ".join(cited[key] for key in areas.sources[:3])


def modelled_source(areas: Areas, *more: str, lang: str) -> str:
    """The line under a figure of answers beside estimates of a model."""
    cited = _cited(lang)
    return " ".join(cited[key] for key in (*areas.sources, *more))


def say_areas_colophon(keys: Iterable[str], *, lang: str) -> Sentence:
    """Say publisher, route and licence of sources of figures and of persons.

    Parameters
    ----------
    keys : iterable of str
        Of sources.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    known = {one.key: one for one in (*figure_sources(), *sources())}
    return bullets(line for key in keys for line in colophon(known[key], lang))


def _cited(lang: str) -> dict[str, str]:
    """How each source is cited."""
    return {one.key: one.citation[lang] for one in (*figure_sources(), *sources())}


def say_wording(areas: Areas, items: Iterable[str], *, lang: str) -> Sentence:
    """Print the literal wording of items, letter by letter.

    Parameters
    ----------
    areas : SurveyAreas
        With the wording of its items.
    items : iterable of str
        Items of the survey.
    lang : str
        "nl" or "en"; the wording itself stays Dutch.

    Returns
    -------
    Sentence
        A list.
    """
    return bullets(
        phrase(
            "association.wording",
            lang,
            name=group_name(item, lang),
            label=" ".join(areas.wording[item].split()),
        )
        for item in items
    )


def axis_name(areas: Areas, item: str, *, lang: str) -> str:
    """What stands along an axis: in Dutch the literal wording, in English what it means."""
    if lang == "nl" and item in areas.wording:
        return " ".join(areas.wording[item].split()).removeprefix("% bewoners ")
    return group_name(item, lang)


def wordings(areas: Areas, items: Iterable[str], caption: str, *, lang: str) -> str:
    """A caption with the literal wording of the items of a figure, or where many of them stand."""
    items = list(items)
    if len(items) > MOST_WORDINGS:
        return f"{caption} {phrase('association.literally_above', lang)}"
    told = "; ".join(f"‘{' '.join(areas.wording[item].split())}’" for item in items)
    return f"{caption} {phrase('association.literally', lang, told=told)}"


def say_home_summary(
    areas: Areas,
    raw: Mapping[tuple[str, int], Estimate],
    held: Mapping[tuple[str, int], Estimate],
    sides: str,
    *,
    lang: str,
) -> Sentence:
    """Say in a few lines what goes together with diversity, and what cannot be said.

    Parameters
    ----------
    areas : SurveyAreas
        Of one place.
    raw, held : mapping of (str, int) to Estimate
        By item and wave the plain slope, and that at equal income and tenure.
    sides : str
        From ``say_sides``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    count = areas.frame["unit_code"].nunique()
    told = [phrase("association.summary_what", lang, count=count, place=areas.place)]
    item, year = list(raw)[-1]
    plain, equal = raw[item, year], held[item, year]
    facts = {"label": " ".join(areas.wording[item].split()), "year": year}
    facts |= {"value": value(plain, lang), "margin": margin(plain, lang)}
    facts |= {"held": value(equal, lang), "held_margin": margin(equal, lang)}
    told.append(phrase("association.summary_raw", lang, **facts))
    lines = " ".join(line.removeprefix("- ") for line in sides.split("\n"))
    told.append(phrase("association.summary_sides", lang, told=lines))
    return bullets([*told, phrase("association.summary_not", lang)])


def own_row(
    areas: Areas, raw: Mapping[Any, Estimate], held: Mapping[Any, Estimate], *, lang: str
) -> tuple[str, ...]:
    """Our own row below those of others: where, and the slopes of one answer by wave."""
    item = next(iter(raw.values())).groups[0]
    waves = listing(sorted(map(int, areas.frame["year"].unique())), lang)
    facts = {"place": areas.place, "count": areas.frame["unit_code"].nunique(), "waves": waves}
    facts["label"] = " ".join(areas.wording[item].split())
    for name, own in (("raw", raw), ("held", held)):
        facts[name] = listing([value(one, lang) for one in own.values()], lang)
    ends = ("study", "design", "finding")
    return tuple(phrase(f"association.own_{end}", lang, **facts) for end in ends)


def rows_of(section: str, columns: Iterable[str], lang: str) -> list[tuple[str, ...]]:
    """Rows of a table of texts: every name of a section that has all columns, as name_column.

    An empty column is the name's own text.
    """
    texts, ends = word_list(section)[lang], list(columns)
    names = dict.fromkeys(name.rpartition("_")[0] for name in texts if "_" in name)
    return [tuple(texts[f"{name}_{end}".rstrip("_")] for end in ends) for name in names]
