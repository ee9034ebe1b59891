"""One door to all sentence templates: the kind of result chooses the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from seglib.errors import LanguageError
from seglib.language.accounts import (
    say_decomposition,
    say_isolation,
    say_map,
    say_provenance,
)
from seglib.language.sentence import Sentence, bullets
from seglib.language.series import flatten
from seglib.language.trends import (
    say_change,
    say_changes,
    say_estimate,
    say_references,
    say_series,
)
from seglib.language.words import language_of
from seglib.result import ChangeEstimate, Decomposition, Estimate, LocalEstimates
from seglib.table import CountTable, CountTables

_BY_KIND: tuple[tuple[type | tuple[type, ...], Callable[..., Sentence]], ...] = (
    (Estimate, say_estimate),
    (ChangeEstimate, say_change),
    (LocalEstimates, say_map),
    ((CountTable, CountTables), say_provenance),
)
_BY_ABOUT: Mapping[str, Callable[..., Sentence]] = {
    "series": say_series,
    "changes": say_changes,
    "references": say_references,
    "decomposition": say_decomposition,
    "isolation": say_isolation,
    "provenance": say_provenance,
    "map": say_map,
}


def say(result: Any, *, lang: str, about: str = "", **context: Any) -> Sentence:
    """Say what results show, in a sentence that their numbers allow.

    Parameters
    ----------
    result : Estimate, ChangeEstimate, Decomposition, LocalEstimates, CountTable or CountTables
        A finished result, or mappings and lists of results of one kind.
    lang : str
        "nl" or "en".
    about : str
        Template to use instead of the one that the kind of result chooses: "series", "changes",
        "references", "decomposition", "isolation", "provenance" or "map".
    **context
        Keywords of that template, such as ``changes=`` for a series.

    Returns
    -------
    Sentence
        Text that a notebook shows as markdown.

    Raises
    ------
    LanguageError
        There is no template for the result, or the language is not known.

    Examples
    --------
    >>> say(Decomposition("M", {"between": 0.25, "within": 0.5}, 0.75), lang="en")[:8]
    'M change'
    """
    language_of(lang)
    if about:
        if about not in _BY_ABOUT:
            raise LanguageError(
                f"There is no template {about!r}; there are {', '.join(_BY_ABOUT)}."
            )
        return _BY_ABOUT[about](result, lang=lang, **context)
    if isinstance(result, Decomposition):
        template = say_isolation if result.symbol == "xPx" else say_decomposition
        return template(result, lang=lang, **context)
    for kind, template in _BY_KIND:
        if isinstance(result, kind):
            return template(result, lang=lang, **context)
    return _many(result, lang, context)


def _many(results: Any, lang: str, context: Mapping[str, Any]) -> Sentence:
    """Several results of one kind: estimates make series, other kinds make a list."""
    kinds = (Estimate, ChangeEstimate, Decomposition, LocalEstimates)
    found = [result for _, result in flatten(results, kinds)]  # type: ignore[type-var]
    if not found:
        raise LanguageError("There is nothing to say: no result was given.")
    kind = type(found[0])
    if any(type(result) is not kind for result in found):
        raise LanguageError(
            f"say(...) takes results of one kind at a time, and met {kind.__name__} and others."
        )
    if kind is Estimate:
        return say_series(results, lang=lang, **context)
    return bullets(say(result, lang=lang, **context) for result in found)
