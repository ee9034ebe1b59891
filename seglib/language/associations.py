"""What goes together across areas, in words: slopes, ladders, bends, bounds, and their limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from seglib.language.formats import capital, listing, number, percent, span
from seglib.language.sentence import Sentence, bullets
from seglib.language.words import group_name, phrase, reason_text
from seglib.result import Estimate, Estimates


def slope_text(slope: Estimate, lang: str, *, decimals: int = 2) -> str:
    """A slope with its margin: "−0,59 (toevalsmarge −0,87 tot −0,31)"."""
    return f"{value(slope, lang, decimals)} ({margin(slope, lang, decimals)})"


def margin_text(slope: Estimate, *, lang: str, decimals: int = 2) -> str:
    """The two ends of the margin of a slope, or why there is none."""
    if slope.low is None or slope.high is None:
        return reason_text(slope.reason_code or slope.reason, lang)
    return span(slope.low, slope.high, decimals, lang, signed=True)


def value(slope: Estimate, lang: str, decimals: int = 2, factor: float = 1.0) -> str:
    """A slope times a factor, with its sign."""
    return number(factor * slope.value, decimals, lang, signed=True)


def margin(slope: Estimate, lang: str, decimals: int = 2, factor: float = 1.0) -> str:
    """The margin of a slope times a factor, by its name."""
    if slope.low is None or slope.high is None:
        return phrase("margins.none", lang, why=margin_text(slope, lang=lang))
    ends = span(factor * slope.low, factor * slope.high, decimals, lang, signed=True)
    return phrase("margins.margin", lang, ends=ends)


def say_slopes(found: Mapping[int, Estimates], *, lang: str) -> Sentence:
    """Say the plain slope of each wave, in standard deviations and per tenth of the scale.

    Parameters
    ----------
    found : mapping of int to Estimates
        By year the results of ``fit_areas``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    told = []
    for year, fit in found.items():
        own, raw = fit["slope_sd"], fit["slope"]
        outcome, predictor = (group_name(name, lang) for name in own.groups)
        facts = {"name": outcome, "measure": predictor, "year": year}
        facts |= {"value": value(own, lang), "margin": margin(own, lang)}
        facts |= {"raw": value(raw, lang, 1, 0.1), "raw_margin": margin(raw, lang, 1, 0.1)}
        sentence = phrase("association.slope", lang, **facts)
        told.append(sentence)
    return bullets(told)


def say_ladder(rungs: Mapping[str, Mapping[str, Estimate]], *, lang: str) -> Sentence:
    """Say where a slope starts and ends as more is held equal, and on how many rungs it is sure.

    Parameters
    ----------
    rungs : mapping of str to mapping of str to Estimate
        By rung and then by wave, as ``figures.slopes`` draws them.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    told = []
    for year in next(iter(rungs.values())):
        own = [rung[year] for rung in rungs.values() if year in rung]
        facts = {"first": slope_text(own[0], lang), "last": slope_text(own[-1], lang)}
        facts |= {"count": len(own), "below": sum(map(_below, own)), "above": sum(map(_above, own))}
        told.append(phrase("association.ladder", lang, year=year, **facts))
    return bullets(told)


def _below(slope: Estimate) -> bool:
    return slope.high is not None and slope.high < 0


def _above(slope: Estimate) -> bool:
    return slope.low is not None and slope.low > 0


def say_sides(found: Mapping[str, Mapping[str, Estimate]], *, lang: str) -> Sentence:
    """Sort answers by what they do where diversity is larger: lower, higher, or not to be told.

    Parameters
    ----------
    found : mapping of str to mapping of str to Estimate
        By answer and then by wave; an answer goes one way if all its waves surely do.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    sides: dict[str, list[str]] = {"lower": [], "higher": [], "open": []}
    for name, own in found.items():
        lower, higher = (all(map(test, own.values())) for test in (_below, _above))
        side = "lower" if lower else "higher" if higher else "open"
        sides[side].append(group_name(name, lang))
    return bullets(
        phrase(
            "association.side",
            lang,
            label=phrase(f"association.{side}", lang),
            told=listing(names, lang),
        )
        for side, names in sides.items()
        if names
    )


def say_joint(region: Any, *, lang: str) -> Sentence:
    """Say whether two slopes can be told apart.

    Parameters
    ----------
    region : JointRegion
        Of a predictor and its rival.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    first, second = (group_name(slope.groups[1], lang) for slope in region.slopes)
    alone = {(True, True): "both", (True, False): "first", (False, True): "second"}
    verdict = alone.get((region.first_alone, region.second_alone), "neither")
    said = phrase(f"association.joint_{verdict}", lang, first=first, second=second)
    facts = {"first": capital(first), "second": second, "verdict": said}
    facts |= {"shared": percent(100 * region.shared, 0, lang)}
    facts |= {"wider": number(region.vif[0] ** 0.5, 1, lang)}
    return Sentence(phrase("association.joint", lang, **facts))


def say_bends(found: Mapping[Any, Any], *, lang: str) -> Sentence:
    """Count the pairs of lines that turn.

    Parameters
    ----------
    found : mapping to TwoLines
        Each relation.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence.
    """
    facts: dict[str, int] = {"all": len(found)}
    for shape, name in (("inverted u", "hump"), ("u", "dip")):
        facts[name] = sum(lines.turned and lines.shape == shape for lines in found.values())
    return Sentence(phrase("association.bends", lang, **facts))


def say_within(found: Mapping[str, Any], *, lang: str, decimals: int = 1) -> Sentence:
    """Say what change in the same area goes with, or why that cannot be estimated.

    Parameters
    ----------
    found : mapping of str to Within
        By item.
    lang : str
        "nl" or "en".
    decimals : int
        Figures behind the decimal sign of a change per tenth.

    Returns
    -------
    Sentence
        A list.
    """
    told = []
    for item, within in found.items():
        name = group_name(item, lang)
        facts: dict[str, Any] = {"name": capital(name)}
        facts |= {"moved": within.n_moved, "all": within.n_units}
        if within.estimate is not None:
            facts["value"] = value(within.estimate, lang, decimals, 0.1)
            facts["margin"] = margin(within.estimate, lang, decimals, 0.1)
        key = "not_within" if within.estimate is None else "within"
        told.append(phrase(f"association.{key}", lang, **facts))
    return bullets(told)


def say_curve(curve: Estimates, *, lang: str) -> Sentence:
    """Count the models of a specification curve, and say between which slopes they lie.

    Parameters
    ----------
    curve : Estimates
        From ``specification_curve``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    values = np.array([one.value for one in curve.values()])
    fitted = values[np.isfinite(values)]
    counts = {"asked": len(values), "fitted": len(fitted), "left": len(values) - len(fitted)}
    counts |= {"below": int((fitted < 0).sum()), "surely": sum(map(_below, curve.values()))}
    facts = {name: number(count, 0, lang) for name, count in counts.items()}
    left = phrase("association.unfitted", lang, left=facts["left"])
    facts["left"] = left if counts["left"] else ""
    marks = {"low": fitted.min(), "middle": np.median(fitted), "high": fitted.max()}
    facts |= {name: number(float(v), 2, lang, signed=True) for name, v in marks.items()}
    return Sentence(phrase("association.curve", lang, **facts))


def say_leave_one_out(found: Mapping[tuple[str, int], Estimates], *, lang: str) -> Sentence:
    """Say between which ends slopes lie when each area is left out in turn.

    Parameters
    ----------
    found : mapping of (str, int) to Estimates
        By item and wave, from ``leave_one_out``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    return _by_item(
        "leave",
        found,
        lambda own: {
            "low": value(own["lowest"], lang),
            "high": value(own["highest"], lang),
            "whole": f"{value(own['whole'], lang)}; {margin(own['whole'], lang)}",
        },
        lang,
    )


def say_detectable(found: Mapping[tuple[str, int], Estimate], *, lang: str) -> Sentence:
    """Say which slopes would have been noticed.

    Parameters
    ----------
    found : mapping of (str, int) to Estimate
        By item and wave, from ``minimum_detectable``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    return _by_item("detect", found, lambda one: {"value": number(one.value, 2, lang)}, lang)


def _by_item(
    key: str,
    found: Mapping[tuple[str, int], Any],
    facts: Callable[[Any], Mapping[str, str]],
    lang: str,
) -> Sentence:
    """A list with one sentence for each item and wave."""
    return bullets(
        phrase(
            f"association.{key}",
            lang,
            name=capital(group_name(item, lang)),
            year=year,
            **facts(own),
        )
        for (item, year), own in found.items()
    )


def say_bounds(item: str, year: int, bounds: Estimates, *, lang: str) -> Sentence:
    """Say what figures of areas leave open about persons.

    Parameters
    ----------
    item : str
        The answer, a percentage.
    year : int
        The wave.
    bounds : Estimates
        From ``individual_bounds``.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    among, apart = bounds["among"], bounds["difference"]
    facts = {"low": number(among.low, 0, lang), "high": percent(among.high, 0, lang)}
    facts |= {"less": number(apart.low, 0, lang, signed=True)}
    facts |= {"more": number(apart.high, 0, lang, signed=True)}
    name = capital(group_name(item, lang))
    return Sentence(phrase("association.bounds", lang, name=name, year=year, **facts))


def say_circular(
    survey: Mapping[str, Estimate], modelled: Mapping[str, Estimate], *, lang: str
) -> Sentence:
    """Set what diversity tells of answers beside what it tells of a model's estimates.

    Parameters
    ----------
    survey, modelled : mapping of str to Estimate
        By name the ``r_squared`` of a plain model.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    said = {}
    for kind, own in (("survey", survey), ("model", modelled)):
        items = [
            phrase(
                "association.circular_item",
                lang,
                name=name,
                share=percent(100 * one.value, 0, lang),
            )
            for name, one in own.items()
        ]
        said[kind] = listing(items, lang)
    return Sentence(phrase("association.circular", lang, **said))


def say_worlds(slopes: Mapping[str, Estimate], *, lang: str) -> Sentence:
    """Say the slope across areas of each made-up world.

    Parameters
    ----------
    slopes : mapping of str to Estimate
        By name of the world.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    told = [
        phrase("synthetic.world", lang, name=name, value=value(one, lang), margin=margin(one, lang))
        for name, one in slopes.items()
    ]
    return Sentence(phrase("synthetic.worlds", lang, told=listing(told, lang)))


def say_truth(kinds: Mapping[str, str], *, lang: str) -> Sentence:
    """Reveal what holds in each made-up world.

    Parameters
    ----------
    kinds : mapping of str to str
        By name of the world its kind, as ``same_means`` has them.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    return bullets(
        phrase("synthetic.revealed", lang, name=name, what=phrase(f"synthetic.{kind}", lang))
        for name, kind in kinds.items()
    )
