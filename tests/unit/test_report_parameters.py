"""Parameters: a value is of its default's kind, and never leaves its place."""

from __future__ import annotations

import re

import pytest
from papermill.translators import PythonTranslator

from seglib.errors import ParameterError
from seglib.report.parameters import check_id, check_parameters, plain, report_id

KNOWN = {
    "place": "Amsterdam",
    "years": [],
    "towns": ["Delft"],
    "pair": (1, 2.5),
    "seed": 1,
    "share": 0.5,
    "fast": True,
    "anything": None,
}
HOSTILE = (
    "../../x",
    "/etc/passwd",
    "a\\..\\b",
    "CON",
    "x" * 300,
    "🏙️",
    "",
    "'; import os #",
    '"""\nimport os\n"""',
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "\u202etxt.exe",
    "Den Haag\u0000",
    "a\nb",
)


@pytest.mark.parametrize(
    "given",
    [
        {"place": "Den Haag"},
        {"place": ["Delft", "Rijswijk"]},
        {"years": []},
        {"years": [2005, 2017]},
        {"years": (2005,)},
        {"years": ["a", 2.5]},
        {"towns": ("Delft", "Gouda")},
        {"pair": [3, 4]},
        {"seed": -1},
        {"share": 1},
        {"fast": False},
        {"anything": {"a": [None, True]}},
        {"place": "C:\\new\\table\\u0041"},
    ],
)
def test_a_value_of_the_kind_of_its_default_is_taken(given):
    check_parameters(given, KNOWN, "a")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"place": 3}, "'place' of notebook a must be text, and this is 3. Its default is 'Amst"),
        ({"place": []}, "'place' of notebook a must be a name or a list of names"),
        ({"place": ["Delft", 3]}, "must be a name or a list of names"),
        ({"place": None}, "must be text, and this is None"),
        ({"years": 2005}, r"must be a list, and this is 2005. Its default is \[\]"),
        ({"years": "2005"}, "must be a list"),
        ({"years": [True]}, "must be a list of a number or a whole number or text"),
        ({"years": [[2005]]}, "must be a list of"),
        ({"towns": [2005]}, "must be a list of text"),
        ({"pair": ["a"]}, "must be a list of a number or a whole number"),
        ({"seed": True}, "must be a whole number, and this is True"),
        ({"seed": 1.0}, "must be a whole number"),
        ({"share": "0,5"}, "must be a number"),
        ({"share": True}, "must be a number"),
        ({"share": float("nan")}, "must be plain text, numbers"),
        ({"fast": 1}, "must be True or False"),
        ({"fast": "ja"}, "must be True or False"),
        ({"anything": {1, 2}}, "must be plain text, numbers"),
        ({"anything": b"x"}, "must be plain text, numbers"),
        ({"anything": "\ud800"}, "must be plain text, numbers"),
        ({"place": "Den\u0000Haag"}, "without control characters or line ends"),
        ({"towns": ["a\nb"]}, "without control characters or line ends"),
        ({"place": "a\x85b"}, "without control characters or line ends"),
        ({"place": "a\\\tb"}, "without control characters or line ends"),
        ({"anything": {"a\r": 1}}, "without control characters or line ends"),
        ({"place": ["x" * 300, 1]}, r"this is \['x+\.\.\.\. Its"),
        ({"plaec": 1}, "no parameter 'plaec'. Did you mean 'place'"),
        ({"qqq": 1}, "no parameter 'qqq'. It has: place, years"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence(given, said):
    with pytest.raises(ParameterError, match=said):
        check_parameters(given, KNOWN, "a")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_papermill_writes_into_the_notebook_is_the_value_and_nothing_else(text):
    given = {"place": text, "towns": plain((text, (text,)))}
    found: dict[str, object] = {}
    exec(PythonTranslator.codify(given), {}, found)
    assert found == {"place": text, "towns": [text, [text]]}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_report_is_named_by_letters_and_hyphens_whatever_its_place_is_called(text):
    for place in (text, [text, "Delft"]):
        id = report_id({"place": place})
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) and len(id) <= 80
        check_id(f"eigen-{id}", "a")


def test_a_known_place_gives_its_own_name_in_any_spelling():
    for place in ("Den Haag", "den haag", "'s-Gravenhage", "GM0518"):
        assert report_id({"place": place}) == "den-haag"
    assert report_id({"place": "Súdwest-Fryslân"}) == "sudwest-fryslan"


def test_two_runs_that_differ_have_two_names():
    texts = (*HOSTILE, "Den Haag", "Nergens", "nergens", "Ner-gens", "x" * 301)
    runs = [{"place": text} for text in texts]
    runs += [
        {"place": ["Delft", "Gouda"]},
        {"place": ["Gouda", "Delft"]},
        {"place": "Delft, Gouda"},
    ]
    runs += [{"place": "Delft", "seed": 1}, {"place": "Delft", "seed": 2}, {"seed": 1}, {}]
    assert (
        len({report_id(each) for each in runs}) == len(runs) - 2
    )  # "" is no place, and what no parameter may hold is no other place


def test_a_tuple_and_a_list_are_one_run():
    assert report_id({"years": (2005, 2009)}) == report_id({"years": [2005, 2009]})


@pytest.mark.parametrize("id", ["../x", "", "a b", "a/b", "-a", "a--b", "x" * 101, "a.b", "a\n"])
def test_an_id_that_is_no_file_name_is_refused(id):
    with pytest.raises(ParameterError, match="letters, digits and hyphens"):
        check_id(id, "a")
