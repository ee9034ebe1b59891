"""Do exercises answer back, and are lessons that depart from the form refused with a cure?"""

from __future__ import annotations

import tomllib

import nbformat
import pytest

from seglib.errors import LanguageError, ParameterError
from seglib.training import exercise, lessons
from seglib.training.cells import notebook
from seglib.training.exercises import Exercise, read_number
from seglib.training.lessons import Facts, in_language

LESSON = """
minutes = 15
title = {nl = "Titel", en = "Title"}
aim = [{nl = "doel", en = "aim"}]
[[step]]
title = {nl = "Stap", en = "Step"}
exercises = ["a"]
[[exercise]]
id = "a"
kind = "choice"
ask = {nl = "Vraag?", en = "Question?"}
[[exercise.option]]
nl = "ja"
en = "yes"
right = true
why = {nl = "Klopt.", en = "Right."}
"""


def made(kind: str, **about) -> Exercise:
    return Exercise("x", kind, "nl", "Vraag?", ("eerst", "dan"), "Slot.", about)


NUMBER = made(
    "number", low=0, high=10, step=0.5, answer=4, close=1, right="R", below="B", above="A"
)
CHOICE = made(
    "choice", option=[{"text": "p", "why": "nee"}, {"text": "q", "why": "ja", "right": True}]
)
ORDER = made("order", item=[{"text": t, "why": f"w{t}."} for t in "123"], right="R")
SORT = made(
    "sort",
    pile=[{"id": "l", "text": "L"}, {"id": "r", "text": "R"}],
    card=[
        {"text": "een.", "why": "om l", "pile": ["l"]},
        {"text": "twee", "why": "om lr", "pile": ["l", "r"]},
    ],
    right="R",
)
LINE = made(
    "line",
    point=[{"text": "p"}, {"text": "q"}],
    low=0,
    high=9,
    answer=[2, 8],
    close=1,
    right="R",
    wrong="W",
)


@pytest.mark.parametrize(
    ("given", "number"),
    [("0,4", 0.4), (" 12.5 ", 12.5), ("40 %", 40), ("7 huizen", 7), ("-3", -3), (5, 5)],
)
def test_a_number_is_read_as_people_type_it(given, number):
    assert read_number(given) == number


@pytest.mark.parametrize("given", ["", "banaan", "1e3", "1.2.3", "٣", None, "4-5", "nan", "½"])
def test_what_is_no_number_is_met_kindly(given):
    assert read_number(given) is None
    found = NUMBER.check(given)
    assert found.verdict == "nonsense"
    assert found.told == ("Dat lees ik niet als een getal. Typ bijvoorbeeld 25 of 0,4.",)


def test_a_number_is_right_within_what_counts_as_close_and_else_told_which_way():
    assert NUMBER.check("5").told == ("R", "Slot.")
    assert NUMBER.check("3").verdict == "right"
    assert NUMBER.check("2,5").told == ("Jij koos 2,5. Het is 4,0.", "B", "Slot.")
    assert NUMBER.check("5,5").told[1] == "A"
    assert NUMBER.check("11").told == ("Dat kan hier niet. Kies een getal van 0,0 tot 10,0.",)


def test_each_choice_has_its_own_answer_and_none_is_met_kindly():
    assert CHOICE.check("A").told == ("nee", "Slot.")
    assert CHOICE.check("b") == CHOICE.check(" B ")
    assert CHOICE.check("b").verdict == "right"
    for nothing in ("", "c", "ab", None, "é"):
        assert CHOICE.check(nothing).told == ("Kies eerst een antwoord: a tot en met b.",)


def test_an_order_tells_which_lines_stand_wrong_and_why():
    places = ORDER.places("item")
    assert sorted(places) == [0, 1, 2] and places != [0, 1, 2]
    right = "".join("abc"[places.index(n)] for n in range(3))
    assert ORDER.check(right).verdict == "right"
    assert ORDER.check(list(right)).verdict == "right"
    swapped = right[1] + right[0] + right[2]
    assert ORDER.check(swapped).told == (
        "Er staan er 1 van de 3 goed.",
        "1: w1.",
        "2: w2.",
        "Slot.",
    )
    for nonsense in ("", "aab", "abcd", "xyz", 7):
        assert ORDER.check(nonsense).verdict == "nonsense"


def test_a_card_may_lie_on_any_pile_that_is_right_for_it():
    letters = {SORT.about["card"][n]["text"]: "ab"[at] for at, n in enumerate(SORT.places("card"))}
    one, two = letters["een."], letters["twee"]
    for pile in ("l", "r"):
        assert SORT.check({one: "l", two: pile}).verdict == "right"
    assert SORT.check({one: "r", two: "l"}).told[1] == "een: om l"
    assert SORT.check({one: "l"}).told == (
        "Nog 1 van de 2 kaarten liggen niet op een stapel. Leg ze eerst neer.",
    )
    for nonsense in ({}, "l", None, {one: "q", two: "l"}):
        assert SORT.check(nonsense).verdict == "nonsense"


def test_a_line_tells_at_which_points_it_is_off():
    assert LINE.check([3, 7]).verdict == "right"
    assert LINE.check(["0,5", 9]).told == ("p: hier zit je te laag.", "W", "Slot.")
    assert LINE.check([0, 0]).told == (
        "Je lijn is nog plat. Versleep de punten, of gebruik de pijltjes.",
    )
    for nonsense in ([], [1], [1, 99], "12", None, ["x", 2], [1, 2, 3]):
        assert LINE.check(nonsense).verdict == "nonsense"


def test_own_words_are_kept_and_a_mash_of_keys_is_not():
    one = made("open")
    assert one.check("ons plein is van iedereen").verdict == "kept"
    for mash in ("", "x", "aaaa", "123 456", "..."):
        assert one.check(mash).verdict == "nonsense"


def test_hints_come_in_steps_and_stop_at_the_last():
    assert [CHOICE.hint(step).told[0] for step in (1, 2, 3, 0)] == ["eerst", "dan", "dan", "eerst"]
    bare = Exercise("x", "open", "nl", "Vraag?")
    assert bare.hint().told == ("Bij deze vraag is er geen hint.",)


def test_an_exercise_shows_itself_and_how_to_answer():
    shown = exercise("drie-vormen", "en")._repr_markdown_()
    assert "- **ruimte** spatial" in shown and "- **a** " in shown
    assert '`exercise("drie-vormen", "en").check({"a": "..."})`' in shown


def test_an_unknown_exercise_or_language_is_refused_with_the_nearest():
    with pytest.raises(ParameterError, match="drie-vormen"):
        exercise("drie-vorm")
    with pytest.raises(LanguageError):
        exercise("drie-vormen", "fr")


def test_every_exercise_has_an_answer_that_is_right_and_kind_words_for_nonsense():
    for lesson in lessons():
        for lang in ("nl", "en"):
            for one in lesson.exercises(lang).values():
                assert one.check("").verdict == "nonsense", one.id
                if one.kind in ("number", "line"):
                    assert one.check(one.about["answer"]).verdict == "right", one.id


def write(tmp_path, text: str):
    (tmp_path / "09_proef.toml").write_text(text, "utf-8")
    return lessons(tmp_path)


def test_a_lesson_in_good_form_is_read(tmp_path):
    (one,) = write(tmp_path, LESSON)
    assert (one.number, one.slug) == (9, "09-proef")
    assert one.exercises("en")["a"].check("a").told == ("Right.",)
    assert one.told("nl")["step"][0]["title"] == "Stap"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minutes = 15", "minuts = 15", "lacks minutes"),
        ("minutes = 15", "minutes = 15\nfact = []", "'fact', which is not known. Try facts"),
        ('title = {nl = "Stap", en = "Step"}', 'title = {nl = "Stap"}', "'title' has one language"),
        ('kind = "choice"', 'kind = "choise"', "'choise' is no kind of exercise"),
        ("right = true\n", "", "has no right option"),
        ('exercises = ["a"]', 'exercises = ["b"]', "asks for exercise 'b'"),
        ('exercises = ["a"]', "", "no step asks exercise a"),
        ('en = "yes"\n', "", "'option' has one language"),
        ("minutes = 15", "minutes =", "is no TOML"),
    ],
)
def test_a_lesson_that_departs_from_the_form_is_refused_with_its_place(tmp_path, old, new, told):
    assert old in LESSON
    with pytest.raises(ParameterError, match=told) as caught:
        write(tmp_path, LESSON.replace(old, new, 1))
    assert "09_proef.toml" in str(caught.value)


def test_an_id_used_twice_and_a_card_on_no_pile_are_refused(tmp_path):
    twice = LESSON + LESSON[LESSON.index("[[exercise]]") :]
    with pytest.raises(ParameterError, match="twice"):
        write(tmp_path, twice)
    sort = LESSON.replace('kind = "choice"', 'kind = "sort"').partition("[[exercise.option]]")[0]
    sort += 'right = {nl = "ja", en = "yes"}\n[[exercise.pile]]\nid = "l"\nnl = "l"\nen = "l"\n'
    sort += '[[exercise.card]]\nnl = "k"\nen = "k"\nwhy = {nl = "w", en = "w"}\npile = ["q"]\n'
    tomllib.loads(sort)
    with pytest.raises(ParameterError, match=r"card 'k' lies on \['q'\]"):
        write(tmp_path, sort)


def test_facts_are_written_as_the_language_does_and_an_unknown_one_is_refused():
    facts = Facts(["town"])
    text = {"nl": "D {half_meet:1}, {half_meet:%}", "en": "D {half_meet:1}"}
    assert in_language(text, "nl", facts) == "D 37,5, 3.750\u202f%"
    assert in_language(text, "en", facts) == "D 37.5"
    assert in_language("{split_d_block}", "nl", facts) == pytest.approx(100)
    with pytest.raises(ParameterError, match="split_d_block"):
        in_language("{split_d_blok}", "nl", facts)
    with pytest.raises(ParameterError, match="no topic 'nowhere'"):
        Facts(["nowhere"])["x"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_notebook_of_exercises_runs_from_top_to_bottom(lang):
    nb = notebook(lang)
    nbformat.validate(nb)
    names: dict = {}
    shown = 0
    for cell in nb.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), names)
            if not cell.source.startswith("from"):
                shown += bool(eval(cell.source, names)._repr_markdown_())
    assert shown == 2 * sum(len(lesson.exercises(lang)) for lesson in lessons())
