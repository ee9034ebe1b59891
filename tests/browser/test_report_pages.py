"""Can a person read the pages? axe-core, keyboard, a narrow screen and paper, in Chromium."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image
from small_notebook import executed, reports  # noqa: F401
from until import until

from seglib.report.parameters import default_parameters
from seglib.report.render import html
from seglib.report.site import pages
from seglib.report.span import for_its_years
from seglib.report.theme import THEMES, read_theme

# ruff: noqa: F811

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="NO CHROMIUM: axe-core, keyboard, narrow screen and print were not tested.",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REAL = "01_herkomstsegregatie"
THEMED = "nl/00-klein-themed.html"
PAGES = ("index.html", "nl/00-klein-stad.html", "en/00-klein-stad.html", REAL)
ALL = (*PAGES, THEMED, *pages()[1:])
# rows after the fifth are as those before; what a figure draws is tested with the figures
REST = "{exclude: [['tbody tr:nth-child(n+6)'], ['.plot svg g']]}"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One Chromium for all tests here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def real(root, tmp_path_factory) -> Path:
    """The page of notebook 01 as it is committed: Amsterdam, in Dutch."""
    nb = nbformat.read(root / "notebooks" / f"{REAL}.ipynb", as_version=4)
    parameters = default_parameters(nb, REAL)
    nb, years = for_its_years(nb, parameters)
    nb.metadata["seglib"]["run"] = {"notebook": REAL, "parameters": parameters, "years": years}
    path = tmp_path_factory.mktemp("real") / "01.html"
    path.write_text(html(nb, "nl"), "utf-8")
    return path


@pytest.fixture(scope="module")
def themed(executed, reports) -> Path:
    """The small report in the look of the example institute."""
    path = reports / THEMED
    path.write_text(
        html(executed, "nl", theme=read_theme(THEMES / "example/example.toml")), "utf-8"
    )
    yield path
    path.unlink()


@pytest.fixture
def open_page(browser, reports, real, themed) -> Iterator[object]:
    """Opens a page at a width; fails the test on a console message or a request elsewhere."""
    opened, faults = [], []

    def open_at(name: str, width: int = 1280, scheme: str = "light"):
        size = {"width": width, "height": 900}
        page = browser.new_page(viewport=size, color_scheme=scheme)
        opened.append(page)
        page.on("console", lambda message: faults.append(f"{name} console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"{name} error: {error}"))
        page.on("request", lambda request: _own(request.url) or faults.append(request.url))
        page.goto((real if name == REAL else reports / name).as_uri())
        return page

    yield open_at
    for page in opened:
        page.close()
    assert faults == []


def _own(address: str) -> bool:
    return address.startswith(("file:", "data:"))


def _axe(page) -> list[str]:
    """Violations of axe-core, from the copy that a Python package carries."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate(f"axe.run({REST}, {{rules: {{'target-size': {{enabled: true}}}}}})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


SMALL = (*PAGES[1:3], THEMED)
SCREENS = ((1280, "light"), (360, "dark"))
FOLDED = [(name, *screen) for name in ("index.html", *SMALL) for screen in SCREENS]
FOLDED += [(name, *SCREENS[n % 2]) for n, name in enumerate((*pages()[1:], REAL))]
UNFOLDED = [(name, *screen) for name in SMALL for screen in SCREENS] + [(REAL, *SCREENS[1])]


@pytest.mark.parametrize(("name", "width", "scheme"), FOLDED)
def test_axe_finds_nothing(open_page, name, width, scheme):
    page = open_page(name, width, scheme)
    assert _axe(page) == []


@pytest.mark.parametrize(("name", "width", "scheme"), UNFOLDED)
def test_axe_finds_nothing_when_all_is_unfolded(open_page, name, width, scheme):
    page = open_page(name, width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert _axe(page) == []


@pytest.mark.parametrize("name", ALL)
def test_a_narrow_screen_needs_no_sideways_scrolling(open_page, name):
    page = open_page(name, 768)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    for width in (768, 360, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) == 0, width


def test_the_keyboard_goes_first_to_the_skip_link_then_in_reading_order(open_page):
    page = open_page(PAGES[1])
    focused = "document.activeElement.getAttribute('href')"
    links = "[...document.querySelectorAll('.links a')].map(link => link.getAttribute('href'))"
    expected = ["#content", *page.evaluate(links), "#in-het-kort"]
    assert len(expected) > 5
    for href in expected:
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == href


def test_the_skip_link_is_seen_when_focused_and_leads_to_the_content(open_page):
    page = open_page(PAGES[1])
    left = "document.querySelector('.skip').getBoundingClientRect().left"
    assert page.evaluate(left) < 0
    page.keyboard.press("Tab")
    assert page.evaluate(left) == 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_focus_is_visible(open_page):
    page = open_page(PAGES[1])
    style = "getComputedStyle(document.activeElement).outlineStyle"
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(style) != "none", page.evaluate("document.activeElement.outerHTML")


def test_folded_code_opens_with_the_keyboard(open_page):
    page = open_page(PAGES[1])
    page.locator("details.code > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details.code').open")


def test_the_contents_lead_by_keyboard_to_a_heading(open_page):
    page = open_page(REAL)
    page.locator(".contents a").nth(3).focus()
    page.keyboard.press("Enter")
    top = page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top")
    assert 0 <= top < 100 and page.evaluate("scrollY") > 500


def test_what_is_too_wide_is_moved_by_keyboard(open_page):
    page = open_page(REAL, 360)
    wide = ".plot, .scroll"
    moved = page.evaluate(
        f"[...document.querySelectorAll('{wide}')].findIndex(e => e.scrollWidth > e.clientWidth)"
    )
    assert moved >= 0
    page.locator(wide).nth(moved).focus()
    page.keyboard.press("ArrowRight")
    until(page, f"document.querySelectorAll('{wide}')[{moved}].scrollLeft > 0")


def test_a_link_from_a_figure_unfolds_the_code_that_made_it(open_page):
    page = open_page(PAGES[1])
    page.click("figcaption a[href^='#cell-']")
    assert page.evaluate("document.querySelector(location.hash).closest('details').open")


def test_a_term_is_explained_where_it_stands_with_the_keyboard(open_page):
    page = open_page(REAL, 360)
    term = page.locator("button.term").first
    about = page.locator(f"#{term.get_attribute('popovertarget')}")
    assert not about.is_visible()
    term.focus()
    page.keyboard.press("Enter")
    assert about.is_visible() and len(about.inner_text()) > 40
    box = about.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert _axe(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#term-")
    page.keyboard.press("Escape")
    assert not about.is_visible()


def test_a_note_leads_to_its_text_and_back(open_page):
    page = open_page(REAL)
    page.click("a[role=doc-noteref]")
    assert page.evaluate("location.hash") == "#note-1"
    page.click("#note-1 a[role=doc-backlink]")
    assert page.evaluate("document.querySelector(location.hash).textContent") == "1"


def test_in_the_dark_a_figure_stands_on_paper(open_page):
    page = open_page(REAL, 1280, "dark")
    ground = "getComputedStyle(document.querySelector('{}')).backgroundColor".format
    assert page.evaluate(ground(".plot")) == "rgb(255, 255, 255)"
    assert page.evaluate(ground("body")) != "rgb(255, 255, 255)"


def test_in_the_dark_the_figures_show_ink_on_light_paper(open_page):
    page = open_page(REAL, 1280, "dark")
    figures = page.locator(".plot > svg")
    assert figures.count() > 5
    for number in range(figures.count()):
        taken = figures.nth(number).screenshot()
        grey = np.asarray(Image.open(io.BytesIO(taken)).convert("L"))
        assert np.median(grey) > 240 and 0.005 < (grey < 128).mean() < 0.5, number


def test_on_paper_no_figure_is_cut(open_page):
    page = open_page(REAL, 642)  # what A4 leaves between its margins, in pixels
    page.emulate_media(media="print")
    assert page.evaluate(OVERFLOW) == 0
    sizes = page.evaluate("[...document.querySelectorAll('figure')].map(f => f.offsetHeight)")
    assert len(sizes) > 5 and max(sizes) < 950


def test_on_paper_the_numbers_of_a_claim_are_unfolded(open_page):
    page = open_page(REAL)
    shown = "document.querySelector('.basis li').checkVisibility()"
    assert not page.evaluate(shown)
    page.emulate_media(media="print")
    assert page.evaluate(shown)


def test_a_large_letter_keeps_everything_on_the_page(open_page):
    page = open_page(PAGES[1], 1280)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(OVERFLOW) == 0


def test_on_paper_only_what_is_read_remains(open_page):
    page = open_page(PAGES[1])
    page.emulate_media(media="print")
    hidden = "[...document.querySelectorAll('nav, .skip, .links, details.code')]"
    assert page.evaluate(f"{hidden}.every(e => getComputedStyle(e).display === 'none')")
    avoid = "[...document.querySelectorAll('figure')]"
    assert page.evaluate(f"{avoid}.every(e => getComputedStyle(e).breakInside === 'avoid')")
    assert len(page.pdf(format="A4")) > 10_000


def test_the_pages_link_to_each_other(open_page, reports):
    page = open_page("index.html")
    page.click("a[href='nl/00-klein-stad.html']")
    page.click("a[hreflang=en]")
    assert Path(page.url).name == "00-klein-stad.html" and "/en/" in page.url
    assert page.evaluate("document.documentElement.lang") == "en"
