"""Is prose kept from claiming causes and from words that hurt?"""

import string
import tomllib
from importlib.resources import files

import pytest

from seglib.errors import LanguageError
from seglib.language import check_wording, phrase


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Meer groei leidt tot minder spreiding.", "nl"),
        ("Dit komt door verhuizingen.", "nl"),
        ("De daling is bewezen.", "nl"),
        ("Dit is een Marokkaanse wijk.", "nl"),
        ("Het aandeel niet-westerse bewoners.", "nl"),
        ("Een getto.", "nl"),
        ("Growth leads to mixing.", "en"),
        ("The worst areas.", "en"),
        ("People of non-western origin.", "en"),
    ],
)
def test_a_banned_word_is_named(text, lang):
    (problem,) = check_wording(text, lang)
    assert problem.startswith("'")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("De kolom heet `niet-westers`, of <code>westers</code>.", "nl"),
        ("Dit hoort bij een andere spreiding.", "nl"),
        ("Het noordwesten van de stad.", "nl"),
        ("Western Europe is large.", "en"),
        ("Buurten waar veel mensen van Turkse herkomst wonen.", "nl"),
    ],
)
def test_plain_prose_and_names_of_columns_are_free(text, lang):
    assert check_wording(text, lang) == []


def test_problems_come_in_the_order_of_the_text():
    found = check_wording("Het getto is veroorzaakt door niets.", "nl")
    assert [line.split("'")[1] for line in found] == ["getto", "veroorzaakt"]


def test_an_unknown_language_is_refused():
    with pytest.raises(LanguageError):
        check_wording("tekst", "de")


def pairs(texts, path=""):
    """Every text of the file with its path, in both languages."""
    for name, own in texts.items():
        if name == "outcomes":
            continue
        if isinstance(own, dict) and set(own) == {"nl", "en"}:
            yield f"{path}{name}", own
        elif isinstance(own, dict):
            yield from pairs(own, f"{path}{name}.")
        else:
            raise AssertionError(f"{path}{name} is not a pair of languages")


TEXTS = dict(pairs(tomllib.loads(files("seglib.language").joinpath("texts.toml").read_text())))


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_has_the_same_braces_in_both_languages_and_no_banned_word(name):
    own = TEXTS[name]
    fields = {
        lang: sorted(field for _, field, _, _ in string.Formatter().parse(str(text)) if field)
        for lang, text in own.items()
    }
    assert fields["nl"] == fields["en"]
    for lang, text in own.items():
        assert check_wording(str(text), lang) == []


def test_a_text_that_is_not_there_is_named():
    with pytest.raises(LanguageError, match=r"'change\.poem'"):
        phrase("change.poem", "nl")
