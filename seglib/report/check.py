"""A static check of a page: structure, text alternatives, links, contrast, no other host."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from seglib.errors import ReportError
from seglib.report.document import LANGUAGES

MINIMUM_CONTRAST = 4.5
_DARK = re.compile(  # the rules for a reader who asked for dark, with one level of rules in them
    r"@media[^{]*prefers-color-scheme:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}"
)
_NO_TEXT = "No description has been provided for this image"
_ONCE = {"h1": 1, "header": 1, "main": 1, "footer": 1, "meta[name=viewport]": 1}
_UNNAMED = ":not([aria-label], [aria-labelledby])"
_FAULTS = {
    f"nav{_UNNAMED}": "a nav has no name",
    f"[role=region]{_UNNAMED}": "a region has no name",
    "img:not([alt]), img[alt='']": "an img has no alt",
    "svg:not([role=img])": "an svg has no role=img",
    "table:not(:has(th))": "a table has no headings",
    "th:not([scope])": "a table has a heading without scope",
}
_TEXTS = {  # what must hold text, itself or in each of these children
    "h1, h2, h3, h4, h5, h6": ("",),
    "th": ("",),
    "a": ("",),
    "svg": ("title", "desc"),
    "figure": ("figcaption",),
    f"table{_UNNAMED}": ("caption",),
}


def require(page: str, name: str, *, folder: str | Path | None = None) -> None:
    """Refuse a page that has problems.

    Raises
    ------
    ReportError
        Names the page and its first problems.
    """
    found = problems(page, base=Path(folder, name).parent if folder is not None else None)
    if found:
        more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
        raise ReportError(f"Page {name} is not accessible: {'; '.join(found[:3])}{more}.")


def problems(page: str, *, base: Path | None = None) -> list[str]:
    """All that a static reading finds wrong with a page, one phrase for each problem.

    Where the folder that it stands in is given, its links to other files are followed too.
    """
    soup = BeautifulSoup(page, "html.parser")
    found = [problem for check in (_whole, _parts, _names, _requests) for problem in check(soup)]
    found += _links(soup, base)
    if _NO_TEXT in page:
        found.append("an image says that it has no description")
    sheet = "\n".join(style.get_text() for style in soup.select("head style"))
    return found + list(contrast_problems(sheet))


def _whole(soup: BeautifulSoup) -> Iterator[str]:
    lang = soup.html.get("lang") if soup.html else None
    if lang not in LANGUAGES:
        yield f"the page is in language {lang!r}"
    if not _says(soup.select_one("head > title")):  # an SVG has a title too
        yield "the page has no title"
    for selector, count in _ONCE.items():
        if (seen := len(soup.select(selector))) != count:
            yield f"the page has {seen} of {selector}, where it needs {count}"
    first, main = soup.select_one("body a"), soup.find("main")
    if not first or not main or first.get("href") != f"#{main.get('id')}":
        yield "the first link does not skip to main"
    before = 1
    for heading in soup.find_all(re.compile("^h[1-6]$")):
        level = int(heading.name[1])
        if level > before + 1:
            yield f"heading {heading.get_text(strip=True)!r} skips a level (h{before} to h{level})"
        before = level


def _parts(soup: BeautifulSoup) -> Iterator[str]:
    for selector, problem in _FAULTS.items():
        if soup.select(selector):
            yield problem
    for selector, parts in _TEXTS.items():
        for number, tag in enumerate(soup.select(selector), 1):
            for part in parts:
                if not _says(tag.select_one(f":scope > {part}") if part else tag):
                    yield f"{tag.name} {number} has no {part or 'text'}"


def _says(tag: Tag | None) -> bool:
    return tag is not None and bool(tag.get_text(strip=True) or tag.get("aria-label"))


def _names(soup: BeautifulSoup) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    yield from (f"id {name!r} is used {count} times" for name, count in ids.items() if count > 1)
    for attribute in ("aria-labelledby", "aria-describedby", "popovertarget"):
        for tag in soup.select(f"[{attribute}]"):
            for name in str(tag[attribute]).split():
                if name not in ids:
                    yield f"{attribute} points to {name!r}, which is not there"


def _requests(soup: BeautifulSoup) -> Iterator[str]:
    """A page that loads nothing but itself: whatever is loaded is data or a fragment."""
    for tag in soup.select("script, img, link, iframe, source, svg use, svg image"):
        address = str(tag.get("src") or tag.get("href") or tag.get("xlink:href") or "")
        if address and not address.startswith(("data:", "#")):
            yield f"{tag.name} loads {address!r}"
    styles = [tag.get_text() for tag in soup.find_all("style")]
    styles += [str(tag["style"]) for tag in soup.find_all(style=True)]
    for address in re.findall(r"(?:url\(\s*|@import\s+)[\"']?([^\"')\s]+)", "\n".join(styles)):
        if not address.startswith(("data:", "#", "url(")):
            yield f"a style loads {address!r}"


def _links(soup: BeautifulSoup, base: Path | None) -> Iterator[str]:
    ids = {str(tag["id"]) for tag in soup.find_all(id=True)}
    for link in soup.find_all("a"):
        address = str(link.get("href") or "")
        parts = urlsplit(address)
        if not address:
            yield f"link {link.get_text(strip=True)!r} leads nowhere"
        elif not parts.scheme and not parts.path and unquote(parts.fragment) not in ids:
            yield f"link {address!r} has no target on the page"
        elif base and not parts.scheme and parts.path and not (base / unquote(parts.path)).exists():
            yield f"link {address!r} leads to no file"


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours written as ``#rrggbb``."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    channels = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)
    ]
    return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast_problems(sheet: str) -> Iterator[str]:
    """Colour pairs of a style sheet that are too weak to read, in light and in dark.

    A rule that sets both colours is a pair of its own; every other text colour must be
    readable on every other background and on that of the page, since any may stand on any.
    """
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    dark = "\n".join(_DARK.findall(sheet))
    light = _DARK.sub("", sheet)
    yield from _weak_pairs(light, "")
    if dark:
        yield from _weak_pairs(f"{light}\n{dark}", " in dark")


def _weak_pairs(sheet: str, where: str) -> Iterator[str]:
    names = dict(re.findall(r"--([\w-]+)\s*:\s*(#[0-9a-fA-F]{3,6})\b", sheet))
    sheet = re.sub(r"var\(--([\w-]+)\)", lambda use: names.get(use[1], use[0]), sheet)
    rules = [
        (_colour(body, r"(?<![\w-])color"), _colour(body, r"(?<![\w-])background(?:-color)?"))
        for body in re.findall(r"\{([^{}]*)\}", sheet)
    ]
    page = re.search(r"(?<![\w-])body\s*\{([^{}]*)\}", sheet)
    paper = _colour(page[1] if page else "", r"(?<![\w-])background(?:-color)?") or "#ffffff"
    pairs = {(text, ground) for text, ground in rules if text and ground}
    texts = {text for text, ground in rules if not ground}
    grounds = {ground for text, ground in rules if not text} | {paper}
    for text, ground in sorted(pairs | set(product(texts - {""}, grounds - {""}))):
        ratio = contrast(text, ground)
        if ratio < MINIMUM_CONTRAST:
            yield f"{text} on {ground} has contrast {ratio:.1f}, below {MINIMUM_CONTRAST}{where}"


def _colour(body: str, name: str) -> str:
    found = re.search(name + r"\s*:\s*(#[0-9a-fA-F]{3,6})\b", body)
    return found[1] if found else ""
