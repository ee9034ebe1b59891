"""Is prose kept from claiming causes and from words that hurt?"""

import pytest

from seglib.errors import LanguageError
from seglib.language import check_wording


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
