"""Words: what groups, measures, levels and outcomes are called in Dutch and in English."""

from __future__ import annotations

from typing import NamedTuple

from seglib.errors import LanguageError

LANGUAGES = ("nl", "en")
REST = "rest"


class _Group(NamedTuple):
    """One group in one language: in a table, on an axis, and as people in a sentence."""

    name: str
    short: str
    people: str


def _origin(nl: str, en: str) -> dict[str, _Group]:
    return {
        "nl": _Group(f"{nl}e herkomst", f"{nl}", f"mensen van {nl}e herkomst"),
        "en": _Group(f"{en} origin", en, f"people of {en} origin"),
    }


_GROUPS: dict[str, dict[str, _Group]] = {
    "Nederland": _origin("Nederlands", "Dutch"),
    "Marokko": _origin("Marokkaans", "Moroccan"),
    "Turkije": _origin("Turks", "Turkish"),
    "Suriname": _origin("Surinaams", "Surinamese"),
    "Antillen": _origin("Antilliaans", "Antillean"),
    "overig niet-westers": {
        "nl": _Group(
            "herkomst elders in Afrika, Azië of Latijns-Amerika",
            "elders Afrika, Azië, Latijns-Amerika",
            "mensen met een herkomst elders in Afrika, Azië of Latijns-Amerika",
        ),
        "en": _Group(
            "origin elsewhere in Africa, Asia or Latin America",
            "elsewhere Africa, Asia, Latin America",
            "people with an origin elsewhere in Africa, Asia or Latin America",
        ),
    },
    "westers": {
        "nl": _Group(
            "herkomst elders in Europa, of in Noord-Amerika, Oceanië, Indonesië of Japan",
            "elders Europa, Noord-Amerika e.a.",
            "mensen met een herkomst elders in Europa, of in Noord-Amerika, Oceanië, "
            "Indonesië of Japan",
        ),
        "en": _Group(
            "origin elsewhere in Europe, or in North America, Oceania, Indonesia or Japan",
            "elsewhere Europe, North America etc.",
            "people with an origin elsewhere in Europe, or in North America, Oceania, "
            "Indonesia or Japan",
        ),
    },
    "Europa": {
        "nl": _Group(
            "herkomst elders in Europa", "elders Europa", "mensen met een herkomst elders in Europa"
        ),
        "en": _Group(
            "origin elsewhere in Europe",
            "elsewhere Europe",
            "people with an origin elsewhere in Europe",
        ),
    },
    "buiten Europa": {
        "nl": _Group(
            "herkomst buiten Europa", "buiten Europa", "mensen met een herkomst buiten Europa"
        ),
        "en": _Group(
            "origin outside Europe", "outside Europe", "people with an origin outside Europe"
        ),
    },
    REST: {
        "nl": _Group("alle anderen", "alle anderen", "alle anderen"),
        "en": _Group("everyone else", "everyone else", "everyone else"),
    },
}

_MEASURES: dict[str, dict[str, str]] = {
    "D": {"nl": "dissimilariteitsindex D", "en": "dissimilarity index D"},
    "D_rest": {"nl": "segregatie-index D", "en": "segregation index D"},
    "H": {"nl": "informatie-index H", "en": "information theory index H"},
    "M": {"nl": "wederzijdse informatie M", "en": "mutual information M"},
    "xPx": {"nl": "aandeel eigen groep in de buurt", "en": "share of own group in the area"},
    "xPy": {"nl": "ontmoetingskans", "en": "chance of meeting"},
    "E": {"nl": "verscheidenheid E (entropie)", "en": "diversity E (entropy)"},
    "ls": {"nl": "lokale segregatie", "en": "local segregation"},
    "eta2": {"nl": "eta²", "en": "eta²"},
    "share": {"nl": "aandeel van de bewoners", "en": "share of residents"},
    "Simpson": {"nl": "verscheidenheid (Simpson)", "en": "diversity (Simpson)"},
}

OUTCOMES = (
    "steunt",
    "steunt deels",
    "gemengd of gevoelig voor keuzes",
    "niet te onderscheiden van nul",
    "spreekt tegen",
    "alleen als mechanisme getoond",
    "niet toetsbaar met deze data",
    "ander gebied, geen toets",
    "geen toetsbare stelling",
)
_OUTCOMES_EN = (
    "supports",
    "partly supports",
    "mixed or sensitive to choices",
    "not distinguishable from zero",
    "contradicts",
    "shown as a mechanism only",
    "not testable with these data",
    "another area, no test",
    "not a testable statement",
)

_LEVELS: dict[str, dict[str, tuple[str, str]]] = {
    "buurt": {"nl": ("buurt", "buurten"), "en": ("neighbourhood", "neighbourhoods")},
    "wijk": {"nl": ("wijk", "wijken"), "en": ("district", "districts")},
    "buurtcombinatie": {
        "nl": ("wijk (buurtcombinatie)", "wijken (buurtcombinaties)"),
        "en": ("district (buurtcombinatie)", "districts (buurtcombinaties)"),
    },
    "stadsdeel": {"nl": ("stadsdeel", "stadsdelen"), "en": ("borough", "boroughs")},
    "gemeente": {"nl": ("gemeente", "gemeenten"), "en": ("municipality", "municipalities")},
    "": {"nl": ("gebied", "gebieden"), "en": ("area", "areas")},
}

_PARTS: dict[str, dict[str, str]] = {
    "structural": {"nl": "een andere spreiding", "en": "a different spread"},
    "group_margin": {
        "nl": "groei of krimp van groepen",
        "en": "growth or decline of groups",
    },
    "unit_margin": {
        "nl": "groei of krimp van gebieden",
        "en": "growth or decline of areas",
    },
    "additions": {"nl": "nieuwe gebieden", "en": "new areas"},
    "removals": {"nl": "vervallen gebieden", "en": "areas that disappeared"},
    "between": {"nl": "verschillen tussen de grotere gebieden", "en": "between the larger areas"},
    "within": {"nl": "verschillen binnen de grotere gebieden", "en": "within the larger areas"},
    "share": {"nl": "een groter of kleiner groepsaandeel", "en": "a larger or smaller group share"},
    "evenness": {"nl": "een andere spreiding", "en": "a different spread"},
}

_REASONS: tuple[tuple[str, str, str], ...] = (
    (
        "arithmetic",
        "het is een exacte verdeling van getelde personen",
        "it is an exact breakdown of counted persons",
    ),
    (
        "exact breakdown",
        "het is een exacte verdeling van getelde personen",
        "it is an exact breakdown of counted persons",
    ),
    ("all persons are counted", "alle personen zijn geteld", "all persons are counted"),
    ("expected", "te weinig personen per gebied", "too few persons per area"),
    ("cell", "te weinig personen per gebied", "too few persons per area"),
    ("boundary", "te dicht bij wat toeval alleen al geeft", "too close to what chance alone gives"),
    ("null", "te dicht bij wat toeval alleen al geeft", "too close to what chance alone gives"),
    ("not asked", "niet berekend", "not computed"),
    ("toy", "rekenvoorbeeld", "worked example"),
)


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


def _group(group: str, lang: str) -> _Group:
    names = _GROUPS.get(group)
    language_of(lang)
    return names[lang] if names else _Group(group, group, group)


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
    words = _group(group, lang)
    return words.short if short else words.name


def people_of(group: str, lang: str) -> str:
    """Name of the persons in a group, person first, for use within a sentence.

    Examples
    --------
    >>> people_of("Turkije", "en")
    'people of Turkish origin'
    """
    return _group(group, lang).people


def measure_name(symbol: str, lang: str) -> str:
    """Name of a measure for readers; an unknown symbol stays as it is.

    Examples
    --------
    >>> measure_name("xPy", "nl")
    'ontmoetingskans'
    """
    return _MEASURES.get(symbol, {}).get(language_of(lang), symbol)


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
    return outcome if language_of(lang) == "nl" else _OUTCOMES_EN[OUTCOMES.index(outcome)]


def level_name(level: str, lang: str, *, number: int = 2) -> str:
    """Name of an area level, in the singular for a `number` of 1.

    Examples
    --------
    >>> level_name("buurtcombinatie", "nl")
    'wijken (buurtcombinaties)'
    """
    forms = _LEVELS.get(level, {}).get(language_of(lang), (level, level))
    return forms[0] if number == 1 else forms[1]


def part_name(part: str, lang: str) -> str:
    """Name of a part of a decomposition; an unknown part stays as it is.

    Examples
    --------
    >>> part_name("structural", "nl")
    'een andere spreiding'
    """
    return _PARTS.get(part, {}).get(language_of(lang), part.replace("_", " "))


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
    language_of(lang)
    for mark, nl, en in _REASONS:
        if mark in reason.lower():
            return nl if lang == "nl" else en
    if not reason:
        return "niet berekend" if lang == "nl" else "not computed"
    return reason
