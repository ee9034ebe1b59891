"""Sentences about what designs find in made-up worlds; all are about worlds, none about places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from seglib.language.associations import margin_text
from seglib.language.formats import listing, number, percent, span
from seglib.language.sentence import Sentence, bullets
from seglib.language.words import phrase, word_list
from seglib.result import Estimate

DIGITS = 3
KEPT = 12


class Score(Protocol):
    """How a design did in a world, as ``seglib.models.race`` has it."""

    world: str
    design: str
    truth: float
    replications: int
    bias: float
    rejection: float

    @property
    def direction(self) -> str: ...


def diagram_rows(diagram: Sequence[tuple[str, str]], lang: str) -> list[tuple[str, str]]:
    """Arrows of a causal diagram as rows: what an arrow starts from, and where its arrows end."""
    names = word_list("nodes")[lang]
    ends: dict[str, list[str]] = {}
    for start, end in diagram:
        ends.setdefault(names[start], []).append(names[end])
    return [(start, ", ".join(found)) for start, found in ends.items()]


def design_name(design: str, lang: str) -> str:
    """Name of a design of the race: "lottery LATE" becomes "lot, verhuisd (LATE)"."""
    return word_list("designs")[lang].get(design, design)


def say_draw(found: Mapping[str, Estimate], truth: float, between: Estimate, *, lang: str) -> str:
    """Say what designs find in one draw of a world, and how much lies between its areas.

    Parameters
    ----------
    found : mapping of str to Estimate
        By name of the design.
    truth : float
        What they are after.
    between : Estimate
        Share of the variance of the outcome between areas.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    held = [
        design_name(name, lang)
        for name, one in found.items()
        if one.low is not None and one.high is not None and one.low <= truth <= one.high
    ]
    missed = [name for name in (design_name(each, lang) for each in found) if name not in held]
    told = [
        phrase(f"race.draw_{kind}", lang, truth=number(truth, 2, lang), names=listing(names, lang))
        for kind, names in (("held", held), ("missed", missed))
        if names
    ]
    low, high = (100 * (end or 0.0) for end in (between.low, between.high))
    facts = {"share": percent(100 * between.value, 1, lang)}
    facts["margin"] = phrase("margins.margin", lang, ends=span(low, high, 1, lang))
    return bullets([*told, phrase("race.between", lang, **facts)])


def say_sorting(choice: Estimate, leave: Estimate, *, lang: str) -> Sentence:
    """Say who lives where in a made-up world, and which winners of a lottery move.

    Parameters
    ----------
    choice : Estimate
        Slope of the poverty of the area on resources.
    leave : Estimate
        Difference in ability between winners who move and winners who stay.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    return bullets(
        phrase(
            f"race.{key}",
            lang,
            value=number(one.value, 2, lang, signed=True),
            margin=margin_text(one, lang=lang),
        )
        for key, one in (("choice", choice), ("leave", leave))
    )


def say_race(scores: Sequence[Score], *, lang: str) -> Sentence:
    """Say for each world which designs err, which way, and which do not.

    Parameters
    ----------
    scores : sequence of Score
        Of designs in made-up worlds.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line for each world, with mean and truth of each design that errs.
    """
    worlds, told = word_list("worlds")[lang], []
    for world in dict.fromkeys(one.world for one in scores):
        own = [one for one in scores if one.world == world]
        parts = []
        for way in ("away from zero", "towards zero", "none"):
            names = [
                _item(one, lang) if way != "none" else design_name(one.design, lang)
                for one in own
                if one.direction == way
            ]
            if names:
                key = f"race.{way.replace(' ', '_')}"
                parts.append(phrase(key, lang, names=listing(names, lang)))
        told.append(phrase("race.world", lang, world=worlds[world], told="; ".join(parts)))
    return bullets(told)


def _item(one: Score, lang: str) -> str:
    """A design with its mean estimate and the truth."""
    mean, truth = (number(each, DIGITS, lang) for each in (one.truth + one.bias, one.truth))
    name = design_name(one.design, lang)
    return phrase("race.item", lang, name=name, mean=mean, truth=truth)


def say_false_discoveries(scores: Sequence[Score], *, lang: str) -> Sentence:
    """Say how often designs find an effect where there is none.

    Parameters
    ----------
    scores : sequence of Score
        Only those with a truth of 0 are told.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A line for each world without an effect.
    """
    worlds, told = word_list("worlds")[lang], []
    empty = [one for one in scores if one.truth == 0]
    for world in dict.fromkeys(one.world for one in empty):
        own = [one for one in empty if one.world == world]
        names = [
            phrase(
                "race.share",
                lang,
                name=design_name(one.design, lang),
                share=percent(100 * one.rejection, 0, lang),
            )
            for one in own
        ]
        facts = {"world": worlds[world], "draws": number(own[0].replications, 0, lang)}
        told.append(phrase("race.false", lang, told=listing(names, lang), **facts))
    return bullets(told)


def say_board(board: Any, *, draws: int, seed: int, lang: str) -> Sentence:
    """Say where a scoreboard comes from: the heavy proof, or only the race of this report.

    Parameters
    ----------
    board : Proven or None
        What the heavy proof stored, if it was run.
    draws, seed : int
        Draws of each world in the race of the report, and where they start.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One paragraph.
    """
    live = {"draws": number(draws, 0, lang), "seed": str(seed)}
    if board is None:
        return Sentence(phrase("race.no_board", lang, **live))
    facts = {"code": board.modules_hash[:KEPT], "estimates": board.estimates_hash[:KEPT]}
    facts |= {"many": number(board.replications, 0, lang), "start": str(board.seed)}
    return Sentence(phrase("race.board", lang, **facts, **live))


def say_agreement(
    scores: Sequence[Score], expected: Mapping[tuple[str, str], Any], *, lang: str
) -> Sentence:
    """Count the pairs that err the way that was written down before, and name the others.

    Parameters
    ----------
    scores : sequence of Score
        Of designs in made-up worlds.
    expected : mapping of (str, str) to Expectation
        By world and design the direction that was written down.
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        One sentence.
    """
    worlds = word_list("worlds")[lang]
    tabled = {(one.world, one.design): expected[one.world, one.design].direction for one in scores}
    off = [
        f"‘{worlds.get(one.world, one.world)}’: {design_name(one.design, lang)}"
        for one in scores
        if tabled[one.world, one.design] not in (one.direction, "sign unknown")
    ]
    rest = phrase("race.agreement_rest", lang, names="; ".join(off)) if off else ""
    facts = {"alike": number(len(scores) - len(off), 0, lang), "all": number(len(scores), 0, lang)}
    return Sentence(phrase("race.agreement", lang, rest=rest, **facts))


def say_effects_summary(scores: Sequence[Score], *, lang: str) -> Sentence:
    """Say in a few lines what can be known, and what worlds with a known truth show.

    Parameters
    ----------
    scores : sequence of Score
        With the worlds "selection" and "no effect".
    lang : str
        "nl" or "en".

    Returns
    -------
    Sentence
        A list.
    """
    by_name = {(one.world, one.design): one for one in scores}
    told = [phrase("race.brief_open", lang)]
    said: dict[str, str] = {}
    for design, mean, truth in (("naive", "naive", "truth"), ("lottery LATE", "drawn", "late")):
        one = by_name["selection", design]
        said |= {mean: number(one.truth + one.bias, 2, lang), truth: number(one.truth, 2, lang)}
    told.append(phrase("race.brief_sorted", lang, **said))
    empty = by_name["no effect", "naive"]
    facts = {"share": percent(100 * empty.rejection, 0, lang)}
    facts["draws"] = number(empty.replications, 0, lang)
    told.append(phrase("race.brief_false", lang, **facts))
    return bullets([*told, phrase("race.brief_others", lang)])
