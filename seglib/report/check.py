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
_NO_TEXT = "No description has been provided for this image"
_LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


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
    """All that a static reading finds wrong with a page; empty when it is right.

    Parameters
    ----------
    page : str
        HTML.
    base : Path, optional
        The folder it stands in; then its links to other files are followed too.

    Returns
    -------
    list of str
        One phrase for each problem.
    """
    soup = BeautifulSoup(page, "html.parser")
    checks = (_head, _headings, _landmarks, _ids, _images, _tables, _requests)
    found = [problem for check in checks for problem in check(soup)]
    found += _links(soup, base)
    if _NO_TEXT in page:
        found.append("an image says that it has no description")
    sheet = "\n".join(style.get_text() for style in soup.select("head style"))
    return found + list(contrast_problems(sheet))


def _head(soup: BeautifulSoup) -> Iterator[str]:
    html = soup.find("html")
    lang = html.get("lang") if html else None
    if lang not in LANGUAGES:
        yield f"the page is in language {lang!r}"
    title = soup.select_one("head > title")  # an SVG has a title too
    if not title or not title.get_text(strip=True):
        yield "the page has no title"
    if not soup.select_one("meta[name=viewport]"):
        yield "the page has no viewport"


def _headings(soup: BeautifulSoup) -> Iterator[str]:
    headings = soup.find_all(re.compile("^h[1-6]$"))
    levels = [int(heading.name[1]) for heading in headings]
    if levels.count(1) != 1:
        yield f"the page has {levels.count(1)} headings of the first level"
    for heading, before, level in zip(headings[1:], levels, levels[1:], strict=False):
        if level > before + 1:
            yield f"heading {heading.get_text(strip=True)!r} skips a level (h{before} to h{level})"
    for heading in headings:
        if not heading.get_text(strip=True):
            yield "a heading is empty"


def _landmarks(soup: BeautifulSoup) -> Iterator[str]:
    for name in ("header", "main", "footer"):
        count = len(soup.find_all(name))
        if count != 1:
            yield f"the page has {count} {name} landmarks"
    for nav in soup.find_all("nav"):
        if not (nav.get("aria-label") or nav.get("aria-labelledby")):
            yield "a nav has no name"
    first = soup.body.find("a") if soup.body else None
    main = soup.find("main")
    if not first or not main or first.get("href") != f"#{main.get('id')}":
        yield "the first link does not skip to main"
    for region in soup.select("[role=region]"):
        if not (region.get("aria-label") or region.get("aria-labelledby")):
            yield "a region has no name"


def _ids(soup: BeautifulSoup) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    for name, count in ids.items():
        if count > 1:
            yield f"id {name!r} is used {count} times"
    for attribute in ("aria-labelledby", "aria-describedby"):
        for tag in soup.find_all(attrs={attribute: True}):
            for name in str(tag[attribute]).split():
                if name not in ids:
                    yield f"{attribute} points to {name!r}, which is not there"


def _images(soup: BeautifulSoup) -> Iterator[str]:
    for image in soup.find_all("img"):
        if not str(image.get("alt") or "").strip():
            yield "an img has no alt"
    for number, svg in enumerate(soup.find_all("svg"), 1):
        if svg.get("role") != "img":
            yield f"svg {number} has no role=img"
        for name in ("title", "desc"):
            child = svg.find(name, recursive=False)
            if not isinstance(child, Tag) or not child.get_text(strip=True):
                yield f"svg {number} has no {name}"
    for figure in soup.find_all("figure"):
        caption = figure.find("figcaption")
        if not caption or not caption.get_text(strip=True):
            yield "a figure has no caption"


def _tables(soup: BeautifulSoup) -> Iterator[str]:
    for number, table in enumerate(soup.find_all("table"), 1):
        caption = table.find("caption")
        named = table.get("aria-labelledby") or table.get("aria-label")
        if not named and not (caption and caption.get_text(strip=True)):
            yield f"table {number} has no caption"
        heads = table.find_all("th")
        if not heads:
            yield f"table {number} has no headings"
        if any(not head.get_text(strip=True) for head in heads):
            yield f"table {number} has an empty heading"
        if any(head.get("scope") not in ("col", "row", "colgroup", "rowgroup") for head in heads):
            yield f"table {number} has a heading without scope"


def _requests(soup: BeautifulSoup) -> Iterator[str]:
    """A page that loads nothing but itself: whatever is loaded is data or a fragment."""
    for name, attribute in _LOADS.items():
        for tag in soup.find_all(name):
            address = str(tag.get(attribute) or "")
            if address and not address.startswith(("data:", "#")):
                yield f"{name} loads {address!r}"
    for use in soup.select("svg use, svg image"):
        address = str(use.get("href") or use.get("xlink:href") or "")
        if not address.startswith(("data:", "#")):
            yield f"svg {use.name} loads {address!r}"
    styles = [tag.get_text() for tag in soup.find_all("style")]
    styles += [str(tag["style"]) for tag in soup.find_all(style=True)]
    for style in styles:
        for address in re.findall(r"(?:url\(\s*|@import\s+)[\"']?([^\"')\s]+)", style):
            if not address.startswith(("data:", "#", "url(")):
                yield f"a style loads {address!r}"


def _links(soup: BeautifulSoup, base: Path | None) -> Iterator[str]:
    ids = {str(tag["id"]) for tag in soup.find_all(id=True)}
    for link in soup.find_all("a"):
        address = str(link.get("href") or "")
        if not link.get_text(strip=True) and not link.get("aria-label"):
            yield f"the link to {address!r} has no text"
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
    """Colour pairs of a style sheet that are too weak to read.

    A rule that sets both colours is a pair of its own; every other text colour must be
    readable on every other background, since any may stand on any.
    """
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    names = dict(re.findall(r"--([\w-]+)\s*:\s*(#[0-9a-fA-F]{3,6})\b", sheet))
    texts, grounds, pairs = set(), {"#ffffff"}, set()
    for body in re.findall(r"\{([^{}]*)\}", sheet):
        text = _colour(body, r"(?<![\w-])color", names)
        ground = _colour(body, r"(?<![\w-])background(?:-color)?", names)
        if text and ground:
            pairs.add((text, ground))
        elif text:
            texts.add(text)
        elif ground:
            grounds.add(ground)
    for text, ground in sorted(pairs | set(product(texts, grounds))):
        ratio = contrast(text, ground)
        if ratio < MINIMUM_CONTRAST:
            yield f"{text} on {ground} has contrast {ratio:.1f}, below {MINIMUM_CONTRAST}"


def _colour(body: str, name: str, names: dict[str, str]) -> str | None:
    found = re.search(name + r"\s*:\s*(#[0-9a-fA-F]{3,6}\b|var\(--([\w-]+)\))", body)
    if not found:
        return None
    return names.get(found[2], "") or None if found[2] else found[1]
