"""Does the street of lesson 1 show each form of segregation by itself, by keyboard, and keep it?"""

from __future__ import annotations

import itertools

import pytest
from test_training import CHROMIUM, browser, built, open_page  # noqa: F401
from training_walk import Participant

from seglib.training.pages import topic_words

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the street was not seen.")
FORMS = ("living", "contact", "belonging")
PLACES = """street => [...street.querySelectorAll('.mover')].map(mover => {
    const box = mover.getBoundingClientRect();
    return [mover.classList.contains('kind-0'), box.x + box.width / 2];
})"""


def apart(street, first: int) -> bool:
    """Whether the eight homes (from 0) or persons (from 8) stand left and right by kind."""
    places = street.evaluate(PLACES)[first : first + 8]
    return max(x for ours, x in places if ours) < min(x for ours, x in places if not ours)


def test_each_switch_moves_its_own_form_and_all_eight_streets_are_told(open_page):  # noqa: F811
    page = open_page("nl/01-wat-is-segregatie.html", reduced_motion="reduce")
    somebody, street = Participant(page, keyboard=True), page.locator("[data-step='1'] .street")
    told, now, seen = topic_words("street", "nl")["told"], [0, 0, 0], set()
    for wanted in itertools.product((0, 1), repeat=3):
        for place, form in enumerate(FORMS):
            if now[place] != wanted[place]:
                somebody.press(f"[data-step='1'] [data-switch={form}]")
        now = list(wanted)
        pressed = street.locator("[aria-pressed]").evaluate_all(
            "all => all.map(e => Number(e.getAttribute('aria-pressed') === 'true'))"
        )
        assert pressed == now
        assert [apart(street, 0), apart(street, 8)] == [bool(one) for one in wanted[:2]]
        clouds = street.locator("svg > g:not(.mover):not(.gone) .cloud").count()
        assert clouds == (2 if wanted[2] else 1)
        seen.add(street.locator(".caption").inner_text())
        assert street.locator(".caption").inner_text() == told["".join(map(str, wanted))]
    assert len(seen) == 8
    assert "8 van de 8" in street.locator(".told").inner_text()
    page.reload()
    assert street.locator(".caption").inner_text() == told["111"]
    assert "8 van de 8" in street.locator(".told").inner_text()


def test_the_streets_of_the_stories_are_those_that_the_figure_tells_of(open_page):  # noqa: F811
    page = open_page("en/01-wat-is-segregatie.html", reduced_motion="reduce")
    page.evaluate("Training.go(2)")
    street = page.locator("[data-step='2'] .street")
    page.click("[data-step='2'] [data-switch=bram]")
    assert not apart(street, 0) and apart(street, 8)
    page.click("[data-step='2'] [data-switch=amina]")
    assert apart(street, 0) and not apart(street, 8)


@pytest.mark.parametrize("kept", ['"0__proto__"', '"9"', "[1]", '{"a":1}'])
def test_what_an_odd_store_holds_leaves_the_street_as_it_begins(open_page, kept):  # noqa: F811
    stored = f'{{"step":1,"seen":1,"answers":{{}},"notes":{{}},"kept":{{"topic-1":{kept}}}}}'
    name = "seglib-training-01-wat-is-segregatie"
    before = f"localStorage.setItem('{name}', {stored!r})"
    page = open_page("nl/01-wat-is-segregatie.html", before=before)
    assert page.locator("[data-step='1'] [data-switch][aria-pressed=true]").count() == 0
