"""Exercises that answer back: one definition, checked the same way in a notebook and on a page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeGuard

from seglib import language
from seglib.errors import ParameterError

KEYS: dict[str, tuple[str, str]] = {
    "number": ("low high answer right below above", "step unit close slider"),
    "choice": ("option", ""),
    "order": ("item right", ""),
    "sort": ("pile card right", ""),
    "line": ("point low high answer right wrong", "step unit close start"),
    "open": ("", ""),
}
"""What each kind needs beside ``id``, ``kind`` and ``ask``, and what it may have beside ``hint``
(a list) and ``reveal`` (told after every answer that makes sense)."""
PARTS = {
    "option": ("nl en why", "right"),
    "item": ("nl en why", ""),
    "pile": ("id nl en", ""),
    "card": ("nl en why pile", ""),
    "point": ("nl en", ""),
}
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to an answer: right, wrong, kept (no right or wrong) or nonsense, and why."""

    verdict: str
    told: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        return "\n\n".join(self.told)


@dataclass(frozen=True, slots=True, repr=False)
class Exercise:
    """One exercise in one language, with its numbers filled in.

    Parameters
    ----------
    id, kind, lang, ask : str
        Its name, one of the kinds of ``KEYS``, "nl" or "en", and the question in Markdown.
    hints : tuple of str
        Each a step further.
    reveal : str
        What is told after every answer that makes sense.
    about : mapping
        What the kind needs, as ``KEYS`` names it.
    """

    id: str
    kind: str
    lang: str
    ask: str
    hints: tuple[str, ...] = ()
    reveal: str = ""
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def check(self, answer: object) -> Answer:
        """Say whether an answer is right, and why.

        Parameters
        ----------
        answer : object
            number: a number, also as text; choice: a letter; order: letters in order ("cab");
            sort: a mapping of letters to piles; line: a list of numbers; open: a text.

        Returns
        -------
        Answer
            ``verdict`` and what is told; nonsense is met with what would make sense.
        """
        found = _CHECKS[self.kind](self, answer)
        if found.verdict == "nonsense" or not self.reveal:
            return found
        return Answer(found.verdict, (*found.told, self.reveal))

    def hint(self, step: int = 1) -> Answer:
        """Give a hint, the first by default; past the last one the last is given again."""
        if not self.hints:
            return Answer("hint", (words(self.lang)["no_hint"],))
        return Answer("hint", (self.hints[min(max(step, 1), len(self.hints)) - 1],))

    def parts(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Options, items, piles, cards or points, in the order in which they are shown."""
        given = self.about[name]
        return [given[place] for place in self.places(name)]

    def places(self, name: str) -> list[int]:
        """For each part as shown, its place in the definition; items and cards are shuffled."""
        count = len(self.about[name])
        if name not in ("item", "card"):
            return list(range(count))
        mixed = sorted(range(count), key=lambda place: (place * 37 + 11) % 101)
        return mixed if mixed != sorted(mixed) else mixed[::-1]

    def said(self, key: str, **values: object) -> str:
        """One of our own words to the reader, with its braces filled in."""
        return words(self.lang)["said"][key].format(**values)

    def number(self, value: float) -> str:
        """A number with its unit, no more exact than a step."""
        step = str(self.about.get("step", 1))
        decimals = len(step.partition(".")[2])
        unit = self.about.get("unit", "")
        return f"{language.number(value, decimals, self.lang)} {unit}".strip()

    def ends(self) -> dict[str, str]:
        """The lowest and the highest number that makes sense."""
        return {end: self.number(self.about[end]) for end in ("low", "high")}

    def __repr__(self) -> str:
        return f"exercise({self.id!r}, {self.lang!r})"

    def _repr_markdown_(self) -> str:
        lines = [self.ask]
        for name in ("pile", "option", "item", "card", "point"):
            if name not in self.about:
                continue
            marks = [p["id"] for p in self.parts(name)] if name == "pile" else _LETTERS
            shown = zip(marks, self.parts(name), strict=False)
            lines.append("\n".join(f"- **{mark}** {part['text']}" for mark, part in shown))
        own = words(self.lang)
        lines.append(own["how"][self.kind].format(id=self.id))
        return "\n\n".join(lines)


@cache
def words(lang: str) -> Mapping[str, Any]:
    """The training's own words in one language."""
    language.language_of(lang)
    text = files("seglib.training").joinpath("templates", "words.toml").read_text("utf-8")
    return tomllib.loads(text)[lang]


def read_number(answer: object) -> float | None:
    """A number as somebody types it, with comma or point, sign and unit; None where it is none."""
    text = re.sub(r"(?:%|procent|percent|[a-zA-Zë ]+)$", "", str(answer).strip()).strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _check_number(one: Exercise, answer: object) -> Answer:
    about, value = one.about, read_number(answer)
    if value is None:
        return Answer("nonsense", (one.said("no_number"),))
    if not about["low"] <= value <= about["high"]:
        return Answer("nonsense", (one.said("outside", **one.ends()),))
    gap = value - about["answer"]
    if abs(gap) <= about.get("close", 0) + 1e-9:
        return Answer("right", (about["right"],))
    given = one.said("given", given=one.number(value), answer=one.number(about["answer"]))
    return Answer("wrong", (given, about["below" if gap < 0 else "above"]))


def _check_choice(one: Exercise, answer: object) -> Answer:
    options, letter = one.parts("option"), str(answer).strip().lower()
    if letter not in _LETTERS[: len(options)] or len(letter) != 1:
        return Answer("nonsense", (one.said("no_choice", last=_LETTERS[len(options) - 1]),))
    option = options[_LETTERS.index(letter)]
    return Answer("right" if option.get("right") else "wrong", (option["why"],))


def _check_order(one: Exercise, answer: object) -> Answer:
    letters = re.sub(r"[\W_]", "", "".join(map(str, answer)) if _listed(answer) else str(answer))
    places = one.places("item")
    if sorted(letters.lower()) != list(_LETTERS[: len(places)]):
        last = _LETTERS[len(places) - 1]
        return Answer("nonsense", (one.said("no_order", last=last),))
    given = [places[_LETTERS.index(letter)] for letter in letters.lower()]
    astray = [place for spot, place in enumerate(given) if place != spot]
    if not astray:
        return Answer("right", (one.about["right"],))
    count = one.said("in_place", right=len(given) - len(astray), all=len(given))
    items = [one.about["item"][place] for place in sorted(astray)]
    return Answer("wrong", (count, *(_because(item) for item in items)))


def _check_sort(one: Exercise, answer: object) -> Answer:
    cards, piles = one.parts("card"), [pile["id"] for pile in one.parts("pile")]
    given: dict[str, str] = {}
    if isinstance(answer, Mapping):
        given = {str(key).strip().lower(): str(pile).strip() for key, pile in answer.items()}
    placed = [given.get(letter, "") for letter in _LETTERS[: len(cards)]]
    if any(pile not in piles for pile in placed):
        left = sum(pile not in piles for pile in placed)
        return Answer("nonsense", (one.said("unplaced", left=left, all=len(cards)),))
    astray = [card for card, pile in zip(cards, placed, strict=True) if pile not in card["pile"]]
    if not astray:
        return Answer("right", (one.about["right"],))
    count = one.said("in_place", right=len(cards) - len(astray), all=len(cards))
    return Answer("wrong", (count, *(_because(card) for card in astray)))


def _check_line(one: Exercise, answer: object) -> Answer:
    about, points = one.about, one.parts("point")
    values = [read_number(each) for each in answer] if _listed(answer) else []
    inside = [v for v in values if v is not None and about["low"] <= v <= about["high"]]
    if len(inside) != len(points) or len(values) != len(points):
        return Answer("nonsense", (one.said("no_line", all=len(points), **one.ends()),))
    if all(value == about.get("start", about["low"]) for value in inside):
        return Answer("nonsense", (one.said("untouched"),))
    gaps = [value - wanted for value, wanted in zip(inside, about["answer"], strict=True)]
    astray = [
        one.said("too_low" if gap < 0 else "too_high", point=point["text"])
        for point, gap in zip(points, gaps, strict=True)
        if abs(gap) > about.get("close", 0) + 1e-9
    ]
    if not astray:
        return Answer("right", (about["right"],))
    return Answer("wrong", (" ".join(astray), about["wrong"]))


def _check_open(one: Exercise, answer: object) -> Answer:
    if len(set(re.sub(r"[^a-zà-ÿ]", "", str(answer).lower()))) < 4:
        return Answer("nonsense", (one.said("too_short"),))
    return Answer("kept", (one.said("kept"),))


def _because(part: Mapping[str, Any]) -> str:
    return f"{part['text'].rstrip('.')}: {part['why']}"


def _listed(answer: object) -> TypeGuard[Sequence[object]]:
    return isinstance(answer, Sequence) and not isinstance(answer, str)


_CHECKS = {
    "number": _check_number,
    "choice": _check_choice,
    "order": _check_order,
    "sort": _check_sort,
    "line": _check_line,
    "open": _check_open,
}


def known_kind(kind: object, where: str) -> str:
    """The kind of an exercise when it is one of ours."""
    if kind not in KEYS:
        raise ParameterError(f"{where}: {kind!r} is no kind of exercise; take {', '.join(KEYS)}.")
    return str(kind)
