"""Can a person find a report? The search of the site, by keyboard and without scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files

import pytest
from until import until

from seglib.report.site import Entry, write_site

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the search of the site was not tested."
)
TITLES = {"nl": "Herkomstsegregatie", "en": "Segregation by origin"}
PLACES = ("Súdwest-Fryslân", "'s-Hertogenbosch", "Den Haag", *(f"Plaats {n}" for n in range(397)))
SHOWN = "[...document.querySelectorAll('[data-find]')].filter(e => e.offsetParent).length"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of 402 reports of two notebooks."""
    folder = tmp_path_factory.mktemp("site")
    made = [_entry("nl", number, place) for number, place in enumerate(PLACES)]
    write_site(folder, [*made, _entry("en", 900, "Den Haag"), _entry("nl", 901, "Ede", "02")])
    return folder


def _entry(lang, key, place, number="01"):
    title = TITLES[lang] if number == "01" else "Thuis"
    texts = (title, place, f"{title}: {place}, 2015", "Waarover.", number)
    return Entry(f"{number}-{key}", lang, *texts, formats=("html", "pdf"))


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One Chromium for all tests here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, site) -> Iterator[object]:
    """The list in a Dutch browser; a console message or a script that is refused fails the test."""
    page, faults = browser.new_page(locale="nl-NL"), []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((site / "index.html").as_uri())
    yield page
    page.close()
    assert faults == []


def _told(page, text):
    until(page, "text => document.getElementById('told').textContent === text", text)


def test_by_keyboard_a_place_is_typed_without_accents_and_opened(page):
    _told(page, "402 van 402 rapporten.")
    page.focus("#words")
    page.keyboard.type("SUDWEST fry")
    _told(page, "1 van 402 rapporten.")
    assert page.evaluate(SHOWN) == 1
    page.keyboard.press("Enter")  # sends nothing anywhere
    assert page.url.endswith("index.html")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Súdwest-Fryslân, 2015":
            break
    assert page.evaluate("document.activeElement.getAttribute('href')") == "nl/01-0.html"


@pytest.mark.parametrize(
    "words", ["'s-hert", "s hertogenbosch", "hertogen", "’s-Hertogenbosch 2015"]
)
def test_an_apostrophe_or_hyphen_does_not_matter(page, words):
    page.fill("#words", words)
    _told(page, "1 van 402 rapporten.")


def test_language_and_notebook_filter_and_all_comes_back(page):
    page.select_option("#tongue", "en")
    _told(page, "1 of 402 reports.")
    assert page.inner_text("label[for=words]") == "Search by place or subject"
    assert not page.is_visible("main > section[lang=nl]")
    page.select_option("#tongue", "")
    page.select_option("#book", "02")
    _told(page, "1 van 402 rapporten.")
    page.fill("#words", "zzz")
    _told(page, "Geen rapport gevonden. Zoek op een andere naam.")
    page.click("button[type=reset]")
    _told(page, "402 van 402 rapporten.")
    assert page.evaluate("document.activeElement.id") == "words"


def test_the_number_found_is_announced_and_axe_finds_nothing(page):
    assert page.get_attribute("#told", "role") == "status"
    page.fill("#words", "den haag")
    _told(page, "2 van 402 rapporten.")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    assert page.evaluate("axe.run(document).then(found => found.violations.map(v => v.id))") == []


def test_without_scripts_the_whole_list_is_there_and_no_form(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    assert page.locator(".places li").count() == 402
    assert page.locator(".places li").last.is_visible() and not page.is_visible("form")
    context.close()
