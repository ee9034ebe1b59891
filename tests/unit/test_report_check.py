"""The static check finds each fault that it is there for."""

from __future__ import annotations

import pytest

from seglib.errors import ReportError
from seglib.report.check import contrast, contrast_problems, problems, require

PAGE = """<!DOCTYPE html><html lang="nl"><head><title>T</title>
<meta name="viewport" content="width=device-width"><style>body { color: #222222; }</style></head>
<body><a href="#m">Naar de inhoud</a><header><h1>T</h1></header>
<nav aria-label="Inhoud"><a href="#een">Een</a></nav>
<main id="m"><h2 id="een">Een</h2>
<figure><svg role="img"><title>T</title><desc>D</desc></svg><figcaption>C</figcaption></figure>
<table><caption>C</caption><thead><tr><th scope="col">a</th></tr></thead></table></main>
<footer>Colofon</footer></body></html>"""


def test_a_good_page_has_no_problems():
    assert problems(PAGE) == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('<html lang="nl">', "<html>", "language None"),
        ("<title>T</title>\n", "<title></title>\n", "no title"),
        ('<meta name="viewport" content="width=device-width">', "", "0 of meta[name=viewport]"),
        ("<h1>T</h1>", "<h1>T</h1><h1>U</h1>", "2 of h1, where it needs 1"),
        ('<h2 id="een">Een</h2>', '<h3 id="een">Een</h3>', "skips a level (h1 to h3)"),
        ("<h1>T</h1>", "<h1>T</h1><h2></h2>", "h2 2 has no text"),
        ("<footer>Colofon</footer>", "", "0 of footer"),
        ('<nav aria-label="Inhoud">', "<nav>", "a nav has no name"),
        ('href="#m"', 'href="#een"', "does not skip to main"),
        ("<figure>", '<div role="region"></div><figure>', "a region has no name"),
        ("<header>", '<header id="een">', "id 'een' is used 2 times"),
        ("<header>", '<header aria-labelledby="x">', "points to 'x'"),
        ("<header>", '<button popovertarget="x">b</button><header>', "popovertarget points to 'x'"),
        ("<figure>", '<figure><img src="data:," alt="">', "img has no alt"),
        ('<svg role="img">', "<svg>", "svg has no role=img"),
        ("<desc>D</desc>", "<desc> </desc>", "svg 1 has no desc"),
        ('<svg role="img"><title>T</title>', '<svg role="img">', "svg 1 has no title"),
        ("<figcaption>C</figcaption>", "", "figure 1 has no figcaption"),
        ("<caption>C</caption>", "", "table 1 has no caption"),
        ('<th scope="col">a</th>', "<td>a</td>", "table has no headings"),
        ('<th scope="col">a</th>', '<th scope="col"></th>', "th 1 has no text"),
        ('<th scope="col">a</th>', "<th>a</th>", "a heading without scope"),
        ("<header>", '<script src="https://a.org/x.js"></script><header>', "script loads"),
        ("<header>", '<link href="https://a.org/x.css"><header>', "link loads"),
        ("color: #222222", "background: url(https://a.org/x.png)", "a style loads"),
        ("<desc>D</desc>", '<desc>D</desc><use href="b.svg#x"/>', "use loads 'b.svg#x'"),
        ('href="#een"', 'href="#twee"', "'#twee' has no target"),
        (">Een</a>", "></a>", "a 2 has no text"),
        ("Colofon", '<a href="">Leeg</a>', "leads nowhere"),
        ("Colofon", "No description has been provided for this image", "has no description"),
        ("color: #222222", "color: #888888", "#888888 on #ffffff has contrast 3.5"),
    ],
)
def test_a_fault_is_named(good, bad, said):
    assert good in PAGE
    found = problems(PAGE.replace(good, bad))
    assert any(said in problem for problem in found), found


def test_links_to_files_are_followed_where_the_page_stands(tmp_path):
    page = PAGE.replace("Colofon", '<a href="twin.html">Twin</a>')
    assert problems(page) == []
    assert problems(page, base=tmp_path) == ["link 'twin.html' leads to no file"]
    (tmp_path / "twin.html").touch()
    assert problems(page, base=tmp_path) == []


def test_a_page_with_problems_is_refused_by_name():
    with pytest.raises(
        ReportError, match=r"Page nl/a\.html is not accessible: the page has no title"
    ):
        require(PAGE.replace("<title>T</title>\n", ""), "nl/a.html")


def test_contrast_is_that_of_the_guideline():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.005)


def test_every_text_colour_must_be_readable_on_every_background():
    sheet = ":root { --soft: #cccccc; } p { color: #666666; } aside { background: var(--soft); }"
    assert list(contrast_problems(sheet)) == [
        "#666666 on #cccccc has contrast 3.6, below 4.5",
    ]
    pair = ".skip { color: #ffffff; background: #0f5c63; }"
    assert list(contrast_problems(pair)) == []


def test_a_dark_scheme_is_checked_with_its_own_colours():
    sheet = """:root { --ink: #111111; --paper: #ffffff; }
    body { color: var(--ink); background: var(--paper); } a { color: var(--ink); }
    @media screen and (prefers-color-scheme: dark) {
      :root { --ink: #dddddd; --paper: #111111; }
      .card { color: #111111; background: #ffffff; }
    }"""
    assert list(contrast_problems(sheet)) == []
    assert list(contrast_problems(sheet.replace("--ink: #dddddd", "--ink: #444444"))) == [
        "#444444 on #111111 has contrast 1.9, below 4.5 in dark",
    ]
    assert list(contrast_problems(sheet.replace("--ink: #111111", "--ink: #999999", 1))) == [
        "#999999 on #ffffff has contrast 2.8, below 4.5",
    ]
