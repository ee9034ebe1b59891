"""A theme restyles a report, and everything in its file is checked with a sentence."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import matplotlib
import pytest
from small_notebook import with_output

from seglib.errors import ParameterError
from seglib.report.check import contrast_problems, problems
from seglib.report.render import html
from seglib.report.theme import THEMES, default_theme, font_families, read_theme

EXAMPLE = THEMES / "example" / "example.toml"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}</svg>'


def written(folder: Path, text: str, **files: bytes | str) -> Path:
    """A theme file with these files beside it."""
    for name, content in files.items():
        content = content.encode() if isinstance(content, str) else content
        (folder / name.replace("_", ".")).write_bytes(content)
    (folder / "own.toml").write_text(text, "utf-8")
    return folder / "own.toml"


def colours(css: str) -> list[dict[str, str]]:
    """The custom properties of each :root, in light and in dark."""
    roots = re.findall(r":root\s*{([^}]*)}", css)
    return [dict(re.findall(r"--([\w-]+):\s*([^;]+);", root)) for root in roots]


def test_the_default_theme_is_the_style_sheet_of_the_page():
    sheet = (THEMES.parent / "templates" / "seglib" / "style.css").read_text("utf-8")
    assert colours(default_theme().css()) == colours(sheet)
    assert read_theme() is default_theme()


def test_a_file_changes_what_it_says_and_nothing_else(tmp_path):
    theme = read_theme(written(tmp_path, '[light]\naccent = "#6a1b4d"\n'))
    assert theme.light == {**default_theme().light, "accent": "#6a1b4d"}
    assert (theme.dark, theme.fonts) == (default_theme().dark, default_theme().fonts)
    assert theme.digest != default_theme().digest
    assert theme.logo_uri == "" and theme.colophon == {"nl": "", "en": ""}


def test_the_example_theme_can_be_read_in_light_and_dark():
    theme = read_theme(EXAMPLE)
    assert theme.authors == ("A. Voorbeeld", "B. de Vries")
    assert (theme.date, theme.version) == ("2026-11-01", "1.0")
    head, content = theme.logo_uri.split(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(content) == (EXAMPLE.parent / "logo.svg").read_bytes()
    light, dark = theme.css().split("@media screen and (prefers-color-scheme: dark)")
    rule = "a { color: var(--link); background: var(--paper); }"
    assert "#6a1b4d" in light and "#e39cc8" in dark
    assert not list(contrast_problems(light + rule)) and not list(contrast_problems(dark + rule))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("autors = []", "unknown key autors. Did you mean authors?"),
        ('[light]\naksent = "#000000"', "unknown key light.aksent. Did you mean light.accent?"),
        ("zzz = 1", "unknown key zzz. Known: publisher, funder"),
        ('authors = "A"', "authors = 'A'.*Write it as in"),
        ("authors = [1]", r"authors = \[1\].*list of names"),
        ("face = [1]", r"face = 1.*\[\[face\]\]"),
        ("[colophon]\nnl = 3", "colophon.nl = 3.*between quotes"),
        ('[light]\nink = "red"', "light.ink = 'red'.*#rrggbb"),
        ('[light]\nink = "#12345g"', "light.ink = '#12345g'"),
        ('[dark]\nink = "#555555"', "dark.ink #555555 on paper #14191f has contrast 2.4"),
        ('[light]\npaper = "#777777"', "light.ink #1b2430 on paper #777777 has contrast"),
        ('date = "1-2-2026"', "date = '1-2-2026'.*year-month-day"),
        ("date = 2026-01-31T10:00:00", "year-month-day"),
        ('[fonts]\nserif = "a; } body { x: url(//x)"', "fonts.serif.*names of fonts"),
        ("[fonts]\nserif = 'a\"'", "fonts.serif.*names of fonts"),
        ('[fonts]\nsans = "a\'"', "fonts.sans.*names of fonts"),
        ('[fonts]\npdf_serif = "Libertinus Serie"', "Did you mean 'Libertinus Serif'"),
        ('[fonts]\npdf_sans = "Own"', "pdf_sans = 'Own'.*fonts.folder"),
        ('[fonts]\nfolder = ".."', "fonts.folder = '..'.*in the folder of the theme"),
        ('[logo]\nfile = "a.svg"\nnl = "A"', "logo.en.*Say in words"),
        ('[logo]\nfile = "../a.svg"\nnl = "A"\nen = "A"', "in the folder of the theme"),
        ('[logo]\nfile = "/etc/passwd"\nnl = "A"\nen = "A"', "in the folder of the theme"),
        ('[logo]\nfile = "a\\u0000"\nnl = "A"\nen = "A"', "in the folder of the theme"),
        ('[[face]]\nof = "mono"\nfile = "a.ttf"', "of of face 1 = 'mono'"),
        ('[[face]]\nof = "sans"\nfile = "own.toml"', "kind woff2, ttf, otf"),
        ("[light", "is not TOML"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key(tmp_path, text, message):
    with pytest.raises(ParameterError, match=f"own.toml.*{message}"):
        read_theme(written(tmp_path, text))


@pytest.mark.parametrize(
    ("drawing", "fault"),
    [
        (SVG.format("><script>x()</script>"), "an element 'script'"),
        (SVG.format("><foreignObject/>"), "an element 'foreignobject'"),
        (SVG.format(' onload="x()">'), "code in 'onload'"),
        (SVG.format('><image href="https://x.org/a.png"/>'), "a link to 'https://x.org/a.png'"),
        (SVG.format('><a xlink:href="javascript:x()"/>'), "a link to 'javascript"),
        (SVG.format('><rect fill="url(//x.org#a)"/>'), "a request in"),
        (SVG.format("><style>@import '//x.org'</style>"), "an element 'style'"),
        (SVG.format(r"><style>a{b:u\72l(//x)}</style>"), "an element 'style'"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + SVG.format(">"), "a document type"),
        (SVG.format(">").encode("utf-16-le"), "a document type"),
        (SVG.format(">é").encode("latin-1"), "no well-formed SVG"),
        ("<svg", "no well-formed SVG"),
        ("<html/>", "'html' where an svg should begin"),
        ("GIF89a", "is no svg"),
    ],
)
def test_a_logo_is_a_drawing_and_nothing_more(tmp_path, drawing, fault):
    logo = '[logo]\nfile = "a.svg"\nnl = "A"\nen = "A"'
    with pytest.raises(ParameterError, match=fault):
        read_theme(written(tmp_path, logo, a_svg=drawing))


def test_a_logo_may_use_its_own_gradient(tmp_path):
    logo = '[logo]\nfile = "a.svg"\nnl = "A"\nen = "A"'
    drawing = SVG.format('><g id="a"/><use xlink:href="#a"/><rect fill="url(#a)"/>')
    assert read_theme(written(tmp_path, logo, a_svg=drawing)).logo.decode() == drawing


def test_a_page_takes_the_theme_and_stays_readable():
    theme = read_theme(EXAMPLE)
    page = html(with_output({"text/markdown": "Een zin."}), "nl", theme=theme)
    assert problems(page) == []
    assert theme.css() in page and theme.logo_uri in page
    assert page.index(theme.css()) > page.index("--accent: #0f5c63")  # or it would change nothing
    for told in ("A. Voorbeeld", "Voorbeeldfonds", "Het Voorbeeldinstituut bestaat niet."):
        assert told in page
    assert 'alt="Voorbeeldinstituut"' in page


def test_own_fonts_reach_the_page_and_the_pdf(tmp_path):
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    (tmp_path / "fonts").mkdir()
    shutil.copy(fonts / "cmr10.ttf", tmp_path / "fonts")
    faces = "".join(
        f'[[face]]\nof = "serif"\nfile = "fonts/cmr10.ttf"\nweight = "{weight}"\n'
        for weight in ("400", "700")
    )
    theme = read_theme(
        written(tmp_path, faces + '[fonts]\nfolder = "fonts"\npdf_serif = "cmr10"\n')
    )
    css = theme.css()
    assert css.count("@font-face") == 2 and 'src: url("data:font/ttf;base64,' in css
    assert '--serif: "theme-serif", Charter' in css
    assert "cmr10" in font_families(theme.font_folder)
    with pytest.raises(ParameterError, match="no theme file"):
        read_theme(tmp_path / "other.toml")
