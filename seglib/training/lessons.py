"""Lessons as data: read, checked word by word, and given back in one language."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from seglib import language
from seglib.errors import ParameterError
from seglib.training import exercises
from seglib.training.exercises import Exercise

KEYS = {
    "lesson": ("minutes title aim step", "facts exercise sources"),
    "step": ("title", "text topic options exercises after after_topic after_options"),
    "exercise": ("id kind ask", "hint reveal"),
}
"""What a lesson, a step and every exercise need, and what they may have beside it."""
LESSONS = Path(str(files("seglib.training").joinpath("lessons")))
_FACT = re.compile(r"\{(\w+)(?::([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson in two languages, as its file gives it.

    Parameters
    ----------
    number : int
        Its place among the lessons.
    slug : str
        Number and name, as its file is called.
    about : mapping
        The file, checked.
    """

    number: int
    slug: str
    about: Mapping[str, Any]

    def told(self, lang: str) -> dict[str, Any]:
        """Title, aim, minutes, sources and steps in one language, with their numbers filled in."""
        own = {key: value for key, value in self.about.items() if key != "exercise"}
        return in_language(own, lang, Facts(self.about.get("facts", ())))

    def exercises(self, lang: str) -> dict[str, Exercise]:
        """Its exercises in one language, by id."""
        facts = Facts(self.about.get("facts", ()))
        found = [in_language(one, lang, facts) for one in self.about.get("exercise", ())]
        return {one["id"]: _exercise(one, lang) for one in found}


class Facts:
    """Numbers by name, computed by topics when one is first asked for."""

    def __init__(self, topics: Sequence[str]) -> None:
        """Remember which topics to ask."""
        self.topics = tuple(topics)

    def __getitem__(self, name: str) -> float:
        """The number of this name."""
        known = {key: value for topic in self.topics for key, value in facts_of(topic).items()}
        if name not in known:
            near = difflib.get_close_matches(name, known, 1) or sorted(known)[:5]
            raise ParameterError(
                f"No topic of this lesson ({', '.join(self.topics) or 'it names none'}) knows the "
                f"fact {name!r}; nearest: {', '.join(near) or 'none'}. Mend it or add its topic."
            )
        return known[name]


@cache
def facts_of(topic: str) -> Mapping[str, float]:
    """The numbers that a topic computes, by name; none where it has no ``facts``."""
    module = topic_module(topic)
    return module.facts() if hasattr(module, "facts") else {}


def topic_module(topic: str) -> Any:
    """The module of a topic."""
    try:
        return import_module(f"seglib.training.topics.{topic}")
    except ModuleNotFoundError as error:
        if error.name != f"seglib.training.topics.{topic}":
            raise
        raise ParameterError(
            f"There is no topic {topic!r}; add seglib/training/topics/{topic}.py or mend its name."
        ) from error


def lessons(folder: Path | None = None) -> list[Lesson]:
    """Read and check all lessons of a folder, in order.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files ``NN_slug.toml`` stand; by default those that seglib brings.

    Returns
    -------
    list of Lesson
        By number.

    Raises
    ------
    ParameterError
        A file departs from ``KEYS``; names the file, the place and the cure.
    """
    found, seen = [], set[str]()
    for path in sorted((folder or LESSONS).glob("[0-9][0-9]_*.toml")):
        try:
            about = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ParameterError(f"{path.name} is no TOML: {error}. Mend that line.") from error
        _check_lesson(about, path.name, seen)
        found.append(Lesson(int(path.stem[:2]), path.stem.replace("_", "-"), about))
    return found


@cache
def _stored() -> tuple[Lesson, ...]:
    return tuple(lessons())


def exercise(id: str, lang: str = "nl") -> Exercise:
    """Give an exercise of the lessons, to be shown and checked in a notebook.

    Parameters
    ----------
    id : str
        Its name in a lesson.
    lang : str
        "nl" or "en".

    Returns
    -------
    Exercise
        Shows its question; ``check(answer)`` answers back, ``hint(step)`` helps.

    Raises
    ------
    ParameterError
        No lesson has an exercise of this name; the message gives the nearest.

    Examples
    --------
    >>> exercise("drie-vormen", "en").kind
    'sort'
    """
    language.language_of(lang)
    known = {one["id"]: lesson for lesson in _stored() for one in lesson.about.get("exercise", ())}
    if id not in known:
        near = ", ".join(difflib.get_close_matches(id, known, 3) or sorted(known)[:3])
        raise ParameterError(f"No lesson has an exercise {id!r}; take for example {near}.")
    return known[id].exercises(lang)[id]


def in_language(value: Any, lang: str, facts: Facts) -> Any:
    """A value of a lesson file in one language; text in two languages becomes text in one."""
    if isinstance(value, Mapping):
        if set(value) == set(language.LANGUAGES):
            return in_language(value[lang], lang, facts)
        told = {key: each for key, each in value.items() if key not in language.LANGUAGES}
        own = {key: in_language(each, lang, facts) for key, each in told.items()}
        if lang in value:
            own["text"] = in_language(value[lang], lang, facts)
        return own
    if isinstance(value, list):
        return [in_language(each, lang, facts) for each in value]
    if not isinstance(value, str):
        return value
    alone = _FACT.fullmatch(value)
    if alone and alone[2] is None:
        return facts[alone[1]]
    return _FACT.sub(lambda found: _written(facts[found[1]], found[2] or "0", lang), value)


def _written(value: float, how: str, lang: str) -> str:
    if "%" in how:
        return language.percent(100 * value, int(how.strip("%") or 0), lang)
    return language.number(value, int(how), lang)


def _exercise(told: dict[str, Any], lang: str) -> Exercise:
    about = dict(told)
    for part in set(exercises.PARTS) & set(about):
        about[part] = [{"text": one} if isinstance(one, str) else one for one in about[part]]
    own = {key: about.pop(key) for key in ("id", "kind", "ask")}
    hints, reveal = tuple(about.pop("hint", ())), about.pop("reveal", "")
    return Exercise(**own, lang=lang, hints=hints, reveal=reveal, about=about)


def _check_lesson(about: Mapping[str, Any], name: str, seen: set[str]) -> None:
    """Refuse unknown keys, an id used twice, and a step that asks what is not there."""
    _check_keys(about, *KEYS["lesson"], name)
    asked = []
    for place, step in enumerate(about["step"], 1):
        where = f"{name}, step {place}"
        _check_keys(step, *KEYS["step"], where)
        asked += [(one, where) for one in step.get("exercises", ())]
    own: set[str] = set()
    for place, one in enumerate(about.get("exercise", ()), 1):
        where = f"{name}, exercise {one.get('id', place)!r}"
        if one.get("id") in seen:
            raise ParameterError(f"{where} stands in the lessons twice. Give one another id.")
        _check_exercise(one, where)
        own.add(one["id"])
        seen.add(one["id"])
    for one, where in asked:
        if one not in own:
            raise ParameterError(f"{where} asks for exercise {one!r}, which is not there. Add it.")
    if unused := own - {one for one, _ in asked}:
        raise ParameterError(f"{name}: no step asks exercise {', '.join(sorted(unused))}. Use it.")


def _check_exercise(one: Mapping[str, Any], where: str) -> None:
    needed, allowed = exercises.KEYS[exercises.known_kind(one.get("kind"), where)]
    always, maybe = KEYS["exercise"]
    _check_keys(one, f"{always} {needed}", f"{maybe} {allowed}", where)
    for part, keys in exercises.PARTS.items():
        for place, each in enumerate(one.get(part, ()), 1):
            _check_keys(each, *keys, f"{where}, {part} {place}")
    if one["kind"] == "choice" and not any(each.get("right") for each in one["option"]):
        raise ParameterError(f"{where} has no right option. Say right = true at one.")
    piles = {pile["id"] for pile in one.get("pile", ())}
    for card in one.get("card", ()):
        if not piles.issuperset(card["pile"]) or isinstance(card["pile"], str):
            raise ParameterError(
                f"{where}: card {card['nl']!r} lies on {card['pile']!r}. "
                f'Give a list of piles, as pile = ["{min(piles)}"].'
            )


def _check_keys(given: Mapping[str, Any], needed: str, allowed: str, where: str) -> None:
    """Every key is known, what is needed is there, and words come in both languages."""
    wanted, known = set(needed.split()), {*needed.split(), *allowed.split()}
    if lacking := sorted(wanted - set(given)):
        raise ParameterError(f"{where} lacks {', '.join(lacking)}. Add it.")
    for key, value in given.items():
        if key not in known:
            near = ", ".join(difflib.get_close_matches(key, known, 1) or sorted(known))
            raise ParameterError(f"{where} has the key {key!r}, which is not known. Try {near}.")
        for each in value if isinstance(value, list) else [value]:
            half = isinstance(each, Mapping) and len({"nl", "en"} & set(each)) == 1
            if half and key not in ("options", "after_options"):
                raise ParameterError(f"{where}: {key!r} has one language. Give nl and en.")
