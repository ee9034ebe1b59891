"""Sentences about one year: how evenly groups lived, where nothing can be said of change."""

from __future__ import annotations

from seglib.language.formats import span_text, value_text
from seglib.language.sentence import Sentence, bullets
from seglib.language.series import Series, gather
from seglib.language.words import group_name, measure_name, phrase, reason_text
from seglib.result import Estimate


def say_one_year(results: object, *, lang: str) -> Sentence:
    """Say each group's value, its margin of chance, and what a lottery of homes would give.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        Of one measure, by group and year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line for each group, in their own order.
    """
    lines = [
        phrase(
            "one_year.level" if one.null_mean is None else "one_year.beside_chance",
            lang,
            name=_name(series, lang),
            value=value_text(one.symbol, one.value, lang),
            margin=_margin(one, lang),
            chance="" if one.null_mean is None else value_text(one.symbol, one.null_mean, lang),
        )
        for series in gather(results)
        for one in series.estimates[-1:]
    ]
    return bullets(lines)


def say_year_summary(against_rest: object, multigroup: object, *, lang: str) -> Sentence:
    """Say in a few lines how evenly the groups lived in the one year there is.

    Parameters
    ----------
    against_rest : Estimate, or mappings and lists of these
        D against everyone else, by group.
    multigroup : Estimate, or mappings and lists of these
        H.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list: what D is, its range over the groups, those without a margin, H, and that one
        year says nothing of change.
    """
    found = [series.estimates[-1] for series in gather(against_rest)]
    vouched = sorted((one for one in found if one.low is not None), key=lambda one: one.value)
    open_ones = [group_name(one.groups[0], lang) for one in found if one.low is None]
    of_all = gather(multigroup)[0].estimates[-1]
    about = {"place": of_all.place, "year": of_all.year or ""}
    lines = [phrase("summary.what", lang)]
    if len(vouched) > 1:
        ends = {"low": vouched[0], "high": vouched[-1]}
        told = {
            f"{end}_{part}": text
            for end, one in ends.items()
            for part, text in (
                ("value", f"{value_text(one.symbol, one.value, lang)} ({_margin(one, lang)})"),
                ("group", group_name(one.groups[0], lang)),
            )
        }
        lines.append(phrase("one_year.range", lang, **told, **about))
    if open_ones:
        lines.append(phrase("one_year.no_margin", lang, told="; ".join(open_ones)))
    value = value_text(of_all.symbol, of_all.value, lang)
    lines.append(phrase("one_year.all_groups", lang, value=value, margin=_margin(of_all, lang)))
    return bullets([*lines, phrase("one_year.no_change", lang, **about)])


def _name(series: Series, lang: str) -> str:
    """The group, or the measure where it is about all groups together."""
    if series.group:
        return group_name(series.group, lang)
    return f"{series.symbol} ({measure_name(series.symbol, lang)})"


def _margin(one: Estimate, lang: str) -> str:
    if one.low is None or one.high is None:
        return phrase("margins.none", lang, why=reason_text(one.reason_code or one.reason, lang))
    ends = span_text(one.symbol, one.low, one.high, lang)
    return phrase("margins.margin", lang, ends=ends)
