"""Can people read the lessons? Flesch-Douma, length of sentences, and words to avoid."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pyphen
import pytest

from seglib.language import LANGUAGES, check_wording
from seglib.training.lessons import LESSONS, Lesson, lessons
from seglib.training.pages import TEMPLATES

FLESCH_DOUMA, MEAN_WORDS, MOST_WORDS = 60, 15, 25
ALL = {lesson.slug: lesson for lesson in lessons()}
AVOID = tomllib.loads((LESSONS / "avoid.toml").read_text("utf-8"))["words"]
HYPHENS = pyphen.Pyphen(lang="nl_NL", left=1, right=1)
NO_PROSE = {"id", "kind", "verdict", "slug", "pile", "topic", "lang"}


def strings(value: Any) -> Iterator[str]:
    """Every text in a value that a reader sees."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in NO_PROSE:
                yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def texts_of(lesson: Lesson, lang: str) -> list[str]:
    told = {key: value for key, value in lesson.told(lang).items() if key != "facts"}
    told["step"] = [
        {key: one[key] for key in ("title", "text", "after") if key in one} for one in told["step"]
    ]
    asked = lesson.exercises(lang).values()
    exercises = [[one.ask, one.hints, one.reveal, dict(one.about)] for one in asked]
    return [*strings(told), *strings(exercises)]


def texts_of_topics(lang: str) -> list[str]:
    """The words that scripts and pages bring."""
    found = []
    for path in (TEMPLATES / "words.toml", *sorted((TEMPLATES / "topics").glob("*.toml"))):
        own = tomllib.loads(path.read_text("utf-8"))[lang]
        found += strings({key: value for key, value in own.items() if key != "how"})
    return found


def sentences(text: str) -> list[str]:
    """Sentences, each line of a list by itself; marks of Markdown are taken off."""
    plain = re.sub(r"[*`_#|]|\]\([^)]*\)|\[", " ", text)
    lines = re.split(r"\n\s*(?:[-+]|\d+\.)\s+|\n\s*\n|^\s*(?:[-+]|\d+\.)\s+", plain)
    parts = [part for line in lines for part in re.split(r"(?<=[.!?…])[”\"’)]*\s+", line)]
    return [part.strip() for part in parts if words(part)]


def words(text: str) -> list[str]:
    return re.findall(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)*|\d+(?:[.,]\d+)*", text.lower())


def syllables(word: str) -> int:
    return 1 if word[0].isdigit() else len(HYPHENS.positions(word)) + 1


def flesch_douma(texts: list[str]) -> float:
    """206.84 - 0.77 syllables per 100 words - 0.93 words per sentence (Douma 1960)."""
    spoken = [words(sentence) for text in texts for sentence in sentences(text)]
    count = sum(map(len, spoken))
    parts = sum(syllables(word) for sentence in spoken for word in sentence)
    return 206.84 - 77 * parts / count - 0.93 * count / len(spoken)


def test_the_measure_tells_plain_from_official_dutch():
    plain = ["De kat zit op de mat. Zij slaapt. Buiten regent het."]
    official = [
        "Ten aanzien van de sociaaleconomische segregatieproblematiek worden door verschillende "
        "gemeentelijke beleidsafdelingen uiteenlopende interventiestrategieën geïmplementeerd."
    ]
    assert flesch_douma(plain) > 90
    assert flesch_douma(official) < 20
    assert syllables("segregatie") == 4 or syllables("segregatie") == 5
    assert len(sentences("Eerst dit. Dan dat!\n\n- een punt\n- nog een punt")) == 4


@pytest.mark.parametrize("slug", ALL)
def test_a_lesson_reads_as_easily_as_plain_dutch(slug):
    assert flesch_douma(texts_of(ALL[slug], "nl")) >= FLESCH_DOUMA


@pytest.mark.parametrize("slug", ALL)
def test_sentences_of_a_lesson_are_short(slug):
    spoken = [each for text in texts_of(ALL[slug], "nl") for each in sentences(text)]
    lengths = [len(words(sentence)) for sentence in spoken]
    assert [each for each in spoken if len(words(each)) > MOST_WORDS] == []
    assert sum(lengths) / len(lengths) <= MEAN_WORDS


def avoided(text: str) -> list[str]:
    """Words of the list that a text uses, with what to say instead."""
    found = []
    for word, instead in AVOID.items():
        pattern = re.escape(word).replace(r"\*", r"\w*")
        if re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
            found.append(f"{word}: say {instead}, in {text[:60]!r}")
    return found


def test_the_list_of_words_finds_what_it_should():
    assert avoided("Dit is significante winst.") and avoided("Ten aanzien van de wijk")
    assert avoided("De echtere vriend dient niet meer")[0].startswith("dient")
    assert avoided("Een gewone zin over een wijk.") == []


@pytest.mark.parametrize("slug", ALL)
def test_a_lesson_uses_no_word_to_avoid(slug):
    assert [hit for text in texts_of(ALL[slug], "nl") for hit in avoided(text)] == []


def test_the_words_of_pages_and_topics_are_short_and_plain():
    texts = texts_of_topics("nl")
    assert [hit for text in texts for hit in avoided(text)] == []
    spoken = [each for text in texts for each in sentences(text)]
    assert [each for each in spoken if len(words(each)) > MOST_WORDS] == []
    assert flesch_douma(texts) >= FLESCH_DOUMA


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", ALL)
def test_a_lesson_names_no_cause_and_puts_people_first(slug, lang):
    assert [hit for text in texts_of(ALL[slug], lang) for hit in check_wording(text, lang)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_of_pages_name_no_cause_and_put_people_first(lang):
    assert [hit for text in texts_of_topics(lang) for hit in check_wording(text, lang)] == []
