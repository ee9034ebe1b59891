"""Does the proof of looking see what a person sees at once: a black map, a blank figure?"""

from __future__ import annotations

import io
import re
import shutil

import looked
import nbformat
import numpy as np
import pytest
from PIL import Image

from seglib.report.document import document

CHROMIUM = next(filter(None, map(shutil.which, looked.CHROMIUM)), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: no figure was drawn.")


@pytest.fixture(scope="module")
def drawings(root) -> dict[str, str]:
    """The first figure of notebook 01 and its map, as they are stored."""
    nb = nbformat.read(root / "notebooks" / "01_herkomstsegregatie.ipynb", as_version=4)
    figures = document(nb, "nl").blocks("figure")
    return {"lines": figures[0].text, "map": figures[-1].text}


@pytest.fixture(scope="module")
def seen_of():
    """Draws an SVG in Chromium and gives the small picture."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 704, "height": 800})

        def seen(svg: str) -> str:
            page.set_content(f"<style>svg {{ width: 660px; height: auto }}</style>{svg}")
            taken = page.locator("svg").first.screenshot()
            return looked.small(Image.open(io.BytesIO(taken)), looked.FIGURE)

        yield seen
        browser.close()


def blackened(svg: str) -> str:
    """Every fill but white made black, as a lost style sheet does."""
    return re.sub(r"fill: ?#(?!ffffff)[0-9a-f]{6}", "fill: #000000", svg)


def blank(svg: str) -> str:
    """Paper alone."""
    return re.sub(r"(<svg[^>]*>).*(</svg>)", r"\1\2", svg, flags=re.DOTALL)


@needs_chromium
@pytest.mark.parametrize(("name", "spoil"), [("map", blackened), ("map", blank), ("lines", blank)])
def test_a_spoilt_figure_is_seen_and_a_whole_one_is_not(drawings, seen_of, name, spoil):
    before = seen_of(drawings[name])
    assert looked.differs(seen_of(drawings[name]), before) == ""
    spoilt = spoil(drawings[name])
    assert spoilt != drawings[name]
    assert looked.differs(seen_of(spoilt), before) != ""


def test_a_little_other_is_let_pass_and_another_size_is_not():
    grey = np.full((140, 240), 255, np.uint8)
    grey[29] = 0
    moved = np.roll(grey, 1, axis=0)
    one, other = (looked.small(Image.fromarray(each), looked.FIGURE) for each in (grey, moved))
    assert one != other and looked.differs(one, other) == ""
    assert looked.differs(one[:-1], one) == "other size"


def test_what_went_and_what_came_is_named():
    found = looked.compared({"a": "00zz", "b": "00zz"}, {"a": "00zz", "c": "00zz"})
    assert sorted(found) == ["b is new", "c went"]
