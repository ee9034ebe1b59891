"""Can a trainer use guide, cards, slides and counting page: by key, on paper, without network?"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pypdf
import pytest
from training_walk import HOSTILE, Participant
from until import until

from seglib.training import cards, count, kit, slides, trainer

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: the pages for the trainer were not opened."
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = [
    f"{kit.path_of(name, lang)}.html" for name in kit.stored("kit")["part"] for lang in ("nl", "en")
]
SLIDES = kit.stored("slides")["slide"]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """The pages for the trainer, as they stand in the training."""
    folder = tmp_path_factory.mktemp("kit")
    for name, text in (cards.pages() | count.pages() | slides.pages()).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    for lang in ("nl", "en"):
        for name in trainer.DOCUMENTS:
            path = folder / f"{kit.path_of(name, lang)}.html"
            path.write_text(trainer.page_of(name, lang), "utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One Chromium for all tests here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, built) -> Iterator[object]:
    """Opens a page from its file, without network; a console message or request is a fault."""
    contexts, faults = [], []

    def open_at(name: str, *, width: int = 1280, **options):
        size = {"width": width, "height": 720}
        contexts.append(browser.new_context(viewport=size, offline=True, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("request", lambda asked: asked.url.startswith("file:") or faults.append(asked.url))
        page.goto((built / name).as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def _axe(page) -> list[str]:
    """Violations of axe-core, from the copy that a Python package carries."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


def _paper(page) -> list[pypdf.PageObject]:
    made = page.pdf(prefer_css_page_size=True, print_background=False)
    return list(pypdf.PdfReader(io.BytesIO(made)).pages)


def test_no_page_has_a_violation_in_light_or_dark_or_is_wider_than_a_phone(open_page):
    for place, name in enumerate(PAGES):
        page = open_page(name, color_scheme=("light", "dark")[place % 2])
        assert _axe(page) == [], name
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate(OVERFLOW) == 0, name


def test_slides_are_walked_by_key_and_button_and_each_has_no_violation(open_page):
    page = open_page(PAGES[PAGES.index("nl/dias.html")])
    shown = page.locator(".slide:visible")
    for place, slide in enumerate(SLIDES, 1):
        assert shown.count() == 1
        assert slide["title"]["nl"] == shown.locator("h2").inner_text()
        assert _axe(page) == [], place
        page.keyboard.press(("ArrowRight", "PageDown")[place % 2])
    assert shown.get_attribute("id") == str(len(SLIDES))
    until(page, f"document.querySelector('[data-live]').textContent.includes('{len(SLIDES)}')")
    page.keyboard.press("Home")
    assert shown.get_attribute("id") == "1"
    Participant(page, keyboard=True).press("[data-next]")
    page.reload()
    assert shown.get_attribute("id") == "2"


def test_slides_print_one_a_page_and_read_below_each_other_without_scripts(open_page):
    paper = _paper(open_page("en/slides.html"))
    assert len(paper) == len(SLIDES)
    assert all(each.mediabox.width > each.mediabox.height for each in paper)
    plain = open_page("en/slides.html", java_script_enabled=False)
    assert plain.locator(".slide:visible").count() == len(SLIDES)
    assert not plain.locator(".turn").is_visible()


def test_cards_print_four_on_a_sheet_with_the_answer_behind_its_question(open_page):
    page = open_page("nl/kaarten.html")
    decks = [len(deck["cards"]) for deck in cards.decks("nl")]
    paper = _paper(page)
    assert len(paper) == sum(2 * -(-many // cards.A_SHEET) for many in decks)
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in paper} == {(595, 842)}
    page.emulate_media(media="print")
    where = "all => all.map(e => [e.getBoundingClientRect().x, e.getBoundingClientRect().y])"
    places = [page.locator(f".{side} li").evaluate_all(where) for side in ("fronts", "backs")]
    a6, a4 = 105 / 25.4 * 96, 210 / 25.4 * 96
    for (front, _), (back, _) in zip(*places, strict=True):
        assert front + back + a6 == pytest.approx(a4, abs=1)  # over the long side, left is right
    fits = "all => all.every(e => e.scrollHeight <= e.clientHeight + 1)"
    assert page.locator(".printed, .printed li").evaluate_all(fits)


def test_hands_are_counted_by_keyboard_alone_and_the_answer_waits(open_page):
    page = open_page("nl/tellen.html")
    trainer_ = Participant(page, keyboard=True)
    preset = next(n for n, one in enumerate(count.presets("nl")) if len(one["options"]) == 3)
    trainer_.tab_to("#preset")
    for _ in range(preset + 1):
        page.keyboard.press("ArrowDown")
    assert page.input_value("#question") == count.presets("nl")[preset]["ask"]
    for place, hands in enumerate(("4", "12", "2"), 1):
        trainer_.write(f"#hands-{place}", hands)
    sizes = "all => all.map(e => Math.round(100 * e.offsetWidth / e.parentElement.clientWidth))"
    drawn = page.locator(".fill").evaluate_all(sizes)
    assert drawn[0] == pytest.approx(drawn[1] / 3, abs=2) and drawn[2] < drawn[0]
    assert page.locator("[data-right]").count() == 0
    trainer_.press("[data-show]")
    right = page.locator("tr[data-right] th").inner_text()
    assert count.presets("nl")[preset]["options"][count.presets("nl")[preset]["right"][0]] in right
    assert _axe(page) == []
    until(page, "document.querySelector('[data-live]').textContent.includes('18')")
    trainer_.press("[data-clear]")
    assert page.locator(".fill").count() == 0
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("nonsense", ["banaan", "-3", "1e9", "2,5", HOSTILE])
def test_nonsense_for_hands_is_met_and_hostile_words_are_words(open_page, nonsense):
    page = open_page("en/count.html")
    page.fill("#question", HOSTILE)
    page.fill("#option-2", HOSTILE)
    page.fill("#hands-1", nonsense)
    page.fill("#hands-2", "7")
    page.click("[data-add]")
    assert page.evaluate("document.activeElement.id") == "option-4"
    assert "answer 1" in page.locator("[data-nonsense]").inner_text()
    assert page.get_attribute("#hands-1", "aria-invalid") == "true"
    assert page.locator("main img, main script").count() == 0
    assert page.locator("caption").inner_text() == HOSTILE
    assert HOSTILE in page.locator("tbody").inner_text()
    assert "7 hands" in page.locator("[data-picture]").inner_text()
    assert _axe(page) == []


def test_printed_empty_it_is_a_sheet_to_tally_on(open_page):
    page = open_page("nl/tellen.html")
    page.select_option("#preset", index=2)
    page.emulate_media(media="print")
    assert not page.locator("form").is_visible()
    boxes = page.locator("tbody td.size")
    assert boxes.count() == len(count.presets("nl")[1]["options"])
    assert all(box.bounding_box()["height"] > 70 for box in boxes.all())
    assert len(_paper(page)) == 1
    plain = open_page("nl/tellen.html", java_script_enabled=False)
    assert "script" in plain.locator("noscript").inner_text()
    assert not plain.locator("form").is_visible()
