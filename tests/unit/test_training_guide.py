"""Does the trainer's kit add up, read plainly, and stay true to the lessons?"""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf
import pytest
from markupsafe import escape
from test_training_reading import (
    FLESCH_DOUMA,
    MEAN_WORDS,
    MOST_WORDS,
    avoided,
    flesch_douma,
    sentences,
    strings,
    words,
)

from seglib.language import LANGUAGES, check_wording
from seglib.training import cards, count, exercise, kit, lessons, slides, trainer

TEXTS = ("kit", "guide", "trial", "slides", "decks", "words")
both_languages = pytest.mark.parametrize("lang", LANGUAGES)


def texts_of(name: str, lang: str) -> list[str]:
    """What a reader meets of one file; each cell of a table is read by itself."""
    told: Any = kit.stored(name)[lang] if name == "words" else kit.told(name, lang)
    return [re.sub(r"\|[-|\s]*", "\n\n", text) for text in strings(told)]


@pytest.mark.parametrize("name", TEXTS)
def test_the_kit_reads_as_easily_as_the_lessons(name):
    texts = texts_of(name, "nl")
    spoken = [each for text in texts for each in sentences(text)]
    assert [each for each in spoken if len(words(each)) > MOST_WORDS] == []
    assert sum(len(words(each)) for each in spoken) / len(spoken) <= MEAN_WORDS
    assert flesch_douma(texts) >= FLESCH_DOUMA


@pytest.mark.parametrize("name", TEXTS)
@both_languages
def test_the_kit_names_no_cause_and_uses_no_word_to_avoid(name, lang):
    texts = texts_of(name, lang)
    assert [hit for text in texts for hit in check_wording(text, lang)] == []
    assert lang == "en" or [hit for text in texts for hit in avoided(text)] == []


@both_languages
def test_the_programmes_last_as_long_as_they_say_and_no_lesson_is_cut_short(lang):
    minutes = {lesson.number: lesson.about["minutes"] for lesson in lessons()}
    two_hours, half_a_day = kit.told("guide", lang)["programme"]
    assert sum(row["minutes"] for row in two_hours["row"]) == 120
    assert 180 <= sum(row["minutes"] for row in half_a_day["row"]) <= 240
    for row in (*two_hours["row"], *half_a_day["row"]):
        if row.get("lesson", 6) != 6:  # of the last one only the scan is read in the room
            assert row["minutes"] >= minutes.get(row["lesson"], 0), row
    text = trainer.written("guide", lang)
    assert f"({sum(row['minutes'] for row in half_a_day['row'])} " in text
    assert "| 0:00–0:10 |" in text and "| 1:55–2:00 |" in text


@both_languages
def test_the_guide_tells_of_every_lesson_its_aims_time_and_questions(lang):
    text = trainer.written("guide", lang)
    for lesson in lessons():
        about = lesson.told(lang)
        part = text.partition(f"{lesson.number}: {about['title']} ({about['minutes']} ")[2]
        part = part.partition("\n### ")[0]
        assert all(aim in part for aim in about["aim"])
        assert part.count("**") >= 8
    assert not re.search(r"\{\w+(:[^}]*)?\}", text)


@both_languages
def test_who_has_not_tried_it_says_so_on_guide_and_index(lang):
    line = {"nl": "Nog niet met deelnemers beproefd", "en": "Not yet tried with participants"}[lang]
    for name in trainer.DOCUMENTS:
        assert line in trainer.page_of(name, lang).partition("<footer")[0]
        assert line in "".join(page.extract_text() for page in read(name, lang).pages)


def read(name: str, lang: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(trainer.pdf_of(name, lang)))


@both_languages
def test_the_pdfs_are_tagged_and_titled_and_a_trial_fits_one_page(lang):
    for name in trainer.DOCUMENTS:
        made = read(name, lang)
        assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert made.trailer["/Root"]["/Lang"] == lang
        assert made.metadata.title == kit.told(name, lang)["title"]
        assert b"pdfuaid:part" in made.trailer["/Root"]["/Metadata"].get_data()
    assert len(read("trial", lang).pages) == 1


@both_languages
def test_a_card_asks_on_its_front_and_answers_on_its_back_as_its_exercise_does(lang):
    made = {card["front"]: card for deck in cards.decks(lang) for card in deck["cards"]}
    for deck in kit.stored("decks")["deck"]:
        for name in deck.get("exercises", ()):
            one = exercise(name, lang)
            letters = dict(zip("abcdefghijklmnopqrstuvwxyz", one.parts("card"), strict=False))
            piles = {pile["text"]: pile["id"] for pile in one.parts("pile")}
            on_backs = {key: made[c["text"]]["answer"] for key, c in letters.items()}
            given = {key: piles[back.split(" / ")[0]] for key, back in on_backs.items()}
            assert one.check(given).verdict == "right"
            assert all(made[card["text"]]["why"] == card["why"] for card in letters.values())
    page = cards.page(lang)
    assert all(page.count(str(escape(front))) >= 1 for front in made)


@both_languages
def test_a_room_votes_on_options_of_which_the_right_one_is_right_in_the_exercise(lang):
    asked = {each["ask"]: each for each in count.presets(lang)}
    known = [one for lesson in lessons() for one in lesson.exercises(lang).values()]
    known = [one for one in known if one.kind in ("choice", "number")]
    assert len(known) >= 10
    for one in known:
        told = asked[one.ask.replace("*", "")]
        assert 0 < len(told["right"]) < len(told["options"])
        if one.kind == "choice":
            for place in range(len(told["options"])):
                verdict = one.check("abcdefghij"[place]).verdict
                assert (verdict == "right") is (place in told["right"])
        else:
            (place,) = told["right"]
            width = (one.about["high"] - one.about["low"]) / count.BINS
            low = one.about["low"] + place * width
            assert low <= one.about["answer"] <= low + width


@both_languages
def test_every_figure_of_the_slides_has_its_words_and_says_when_it_is_simulated(lang):
    drawn = {name: draw(lang) for name, draw in slides.DRAWN.items()}
    asked = [each["figure"] for each in kit.stored("slides")["slide"] if "figure" in each]
    assert sorted(asked) == sorted(drawn)
    for name, figure in drawn.items():
        assert figure.alt and figure.table.rows and figure.lang == lang
        said = f"{figure.caption} {figure.source} {figure.svg}".lower()
        assert ("gesimuleerd" in said or "simulated" in said) is (name != "series")
