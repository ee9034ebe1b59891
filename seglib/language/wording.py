"""Wording: what generated and written prose may not say."""

from __future__ import annotations

import re

from seglib.language.words import language_of

_CAUSAL = {
    "nl": (
        r"leid(?:t|en|de|den) tot",
        r"zorg(?:t|en|de|den) voor",
        r"veroorza(?:akt|ken|akte|akten)",
        r"ko(?:mt|men) door",
        r"kwam(?:en)? door",
        r"doordat",
        r"dankzij",
        r"(?:als|ten) gevolge? van",
        r"result(?:eert|eren|eerde|eerden) in",
        r"heeft (?:een )?effect op",
        r"beïnvloed(?:t|en|de|den)?",
        r"verklaart",
    ),
    "en": (
        r"leads? to",
        r"led to",
        r"caus(?:es|ed|ing)",
        r"results? in",
        r"resulted in",
        r"due to",
        r"because of",
        r"thanks to",
        r"drives?",
        r"driven by",
        r"explains",
    ),
}
_BANNED = {
    "nl": (
        r"allochto(?:on|ne|nen)",
        r"autochto(?:on|ne|nen)",
        r"niet-westerse?",
        r"westerse?",
        r"getto'?s?",
        r"achterstandswijk(?:en)?",
        r"(?:zwarte|witte) scho(?:ol|len)",
        r"probleemgroep(?:en)?",
        r"besmetting",
        r"tipping",
        r"geïsoleerd",
        r"bewezen",
        r"slechtste",
        r"(?:Marokkaanse|Turkse|Surinaamse|Antilliaanse|zwarte|witte) (?:buurt|wijk)(?:en)?",
        r"(?:Marokkanen|Turken|Surinamers|Antillianen)",
    ),
    "en": (
        r"allochthon(?:s|ous)?",
        r"autochthon(?:s|ous)?",
        r"non-western",
        r"western (?:origin|background)",
        r"ghettos?",
        r"(?:black|white) schools?",
        r"problem groups?",
        r"contagion",
        r"tipping",
        r"proven",
        r"worst",
        r"(?:Moroccan|Turkish|Surinamese|Antillean|black|white) (?:district|neighbourhood)s?",
        r"(?:Moroccans|Turks|Antilleans)",
    ),
}
_NAME_OF_COLUMN = re.compile(r"`[^`]*`|<code>.*?</code>", re.DOTALL)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


def check_wording(text: str, lang: str) -> list[str]:
    """Find causal verbs and words that prose may not use.

    Parameters
    ----------
    text : str
        Prose. Words marked as names of columns (`` `westers` `` or ``<code>``) are free.
    lang : str
        "nl" or "en".

    Returns
    -------
    list of str
        One line per word found, in order; empty when all is well.

    Examples
    --------
    >>> check_wording("Groei leidt tot daling.", "nl")
    ["'leidt tot' claims a cause; say what goes together with what."]
    >>> check_wording("De kolom heet `niet-westers`.", "nl")
    []
    """
    language_of(lang)
    prose = _NAME_OF_COLUMN.sub(" ", text)
    found = [
        (match.start(), f"{match[0]!r} claims a cause; say what goes together with what.")
        for match in _pattern(_CAUSAL[lang]).finditer(prose)
    ]
    found += [
        (match.start(), f"{match[0]!r} is not used here; put people first or name the column.")
        for match in _pattern(_BANNED[lang]).finditer(prose)
    ]
    return [line for _, line in sorted(found)]
