"""An institute's own look: colours, fonts, logo, colophon and names, from one checked file."""

from __future__ import annotations

import base64
import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from seglib.errors import ParameterError
from seglib.report.check import MINIMUM_CONTRAST, contrast
from seglib.report.document import LANGUAGES

THEMES = Path(__file__).parent / "themes"
_WORDS = ("publisher", "funder", "version")
_KINDS: dict[str, Any] = {
    **dict.fromkeys(_WORDS, str),
    "authors": list,
    "date": (date, str),
    "face": list,
}
_COLOURS = ("ink", "muted", "link", "accent", "paper", "soft", "line")
_FONTS = ("serif", "sans", "pdf_serif", "pdf_sans", "word_serif", "word_sans", "folder")
_KEYS = {
    "logo": ("file", *LANGUAGES),
    "colophon": LANGUAGES,
    "light": _COLOURS,
    "dark": _COLOURS,
    "fonts": _FONTS,
    "face": ("of", "file", "weight", "style"),
}
_FACE = {"of": r"serif|sans", "weight": r"[1-9]\d\d( [1-9]\d\d)?", "style": r"normal|italic"}
_FAMILIES = r"""[\w .,'"-]+"""
_STARTS = {  # the first bytes of each kind of file, and the media type that a page calls it
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "svg": (b"<", "image/svg+xml"),
    "woff2": (b"wOF2", "font/woff2"),
    "ttf": (b"\x00\x01\x00\x00", "font/ttf"),
    "otf": (b"OTTO", "font/otf"),
}
_ACTIVE = ("script", "foreignobject", "iframe", "handler", "audio", "video")
_ELSEWHERE = re.compile(r"url\((?!\s*[\"']?#)|@import|javascript:|\\", re.IGNORECASE)
_LARGEST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Theme:
    """All that an institute may change of a report; ``read_theme`` checks it.

    ``light`` and ``dark`` give a colour ``#rrggbb`` to each of ink, muted, link, accent, paper,
    soft and line. Texts are plain: whoever shows them escapes them.
    """

    light: Mapping[str, str]
    dark: Mapping[str, str]
    fonts: Mapping[str, str]
    faces: tuple[Mapping[str, str], ...] = ()
    font_folder: Path | None = None
    logo: bytes = b""
    logo_kind: str = ""
    logo_alt: Mapping[str, str] = field(default_factory=dict)
    colophon: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, ""))
    authors: tuple[str, ...] = ()
    publisher: str = ""
    funder: str = ""
    version: str = ""
    date: str = ""
    digest: str = ""

    @property
    def logo_uri(self) -> str:
        """The logo as an address that holds the picture itself; empty where there is none."""
        return _uri(self.logo, self.logo_kind) if self.logo else ""

    def css(self) -> str:
        """Colours and fonts as custom properties, for a page in light and in dark."""
        own = {face["of"] for face in self.faces}
        stacks = {
            name: f'"theme-{name}", {self.fonts[name]}' if name in own else self.fonts[name]
            for name in ("serif", "sans")
        }
        faces = [
            f'@font-face {{ font-family: "theme-{face["of"]}"; src: url("{face["uri"]}"); '
            f"font-weight: {face['weight']}; font-style: {face['style']}; font-display: swap; }}"
            for face in self.faces
        ]
        light, dark = (
            " ".join(f"--{name}: {value};" for name, value in values.items())
            for values in ({**self.light, **stacks}, self.dark)
        )
        scheme = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
        return "\n".join([*faces, f":root {{ {light} }}", scheme])


@cache
def default_theme() -> Theme:
    """The look of a report for which nobody chose one."""
    return _read(THEMES / "default.toml", None)


def read_theme(path: str | Path | None = None) -> Theme:
    """Read an institute's theme from its TOML file; without one, the default theme.

    The file says only what differs from ``themes/default.toml``, which explains every key. Logo and
    fonts stand in the folder of the file and become part of the theme: nothing is ever fetched.

    Parameters
    ----------
    path : str or Path, optional
        The theme file.

    Returns
    -------
    Theme
        Checked: every text colour has a contrast of at least 4.5 with paper and soft.

    Raises
    ------
    ParameterError
        A key, colour, date, font, logo or file that cannot be used; names file and key.
    """
    if path is None:
        return default_theme()
    path = Path(path)
    if not path.is_file():
        raise ParameterError(f"There is no theme file {str(path)!r}. Give the path of a TOML file.")
    return _read(path, default_theme())


def _read(path: Path, base: Theme | None) -> Theme:
    text = path.read_bytes()
    try:
        given = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(f"Theme {path.name} is not TOML: {error}. Mend that line.") from error
    _check_keys(path, given)
    light, dark, fonts = (
        {**(getattr(base, name) if base else {}), **given.get(name, {})}
        for name in ("light", "dark", "fonts")
    )
    _check_colours(path, "light", light)
    _check_colours(path, "dark", dark)
    folder = _inside(path, "fonts.folder", fonts.pop("folder")) if "folder" in fonts else None
    _check_fonts(path, fonts, folder)
    faces = tuple(_face(path, number, face) for number, face in enumerate(given.get("face", []), 1))
    logo = given.get("logo", {})
    content, kind = _logo(path, logo) if logo else (b"", "")
    held = [text, content, *(face["uri"].encode() for face in faces)]
    held += (
        [each.read_bytes() for each in sorted(folder.iterdir()) if each.is_file()] if folder else []
    )
    colophon = {lang: given.get("colophon", {}).get(lang, "").strip() for lang in LANGUAGES}
    return Theme(
        light=light,
        dark=dark,
        fonts=fonts,
        faces=faces,
        font_folder=folder,
        logo=content,
        logo_kind=kind,
        logo_alt={lang: logo[lang].strip() for lang in LANGUAGES} if logo else {},
        colophon=colophon,
        authors=tuple(given.get("authors", ())),
        date=_iso(path, given["date"]) if "date" in given else "",
        digest=hashlib.sha256(b"\0".join(held)).hexdigest(),
        **{name: given.get(name, "").strip() for name in _WORDS},
    )


def _check_keys(path: Path, given: Mapping[str, Any]) -> None:
    """Every key is known, at its place, and holds the kind of value that it should."""
    _known(path, "", given, {**_KINDS, **_KEYS})
    for name, value in given.items():
        if not isinstance(value, _KINDS.get(name, dict)):
            _refuse(path, name, value, "Write it as in themes/default.toml")
        if name == "authors" and not all(isinstance(each, str) and each.strip() for each in value):
            _refuse(path, name, value, 'Write a list of names: ["A. Author"]')
        for table in value if name == "face" else [value] if name in _KEYS else []:
            if not isinstance(table, dict):
                _refuse(path, name, table, "Begin each font file with a line [[face]]")
            _known(path, f"{name}.", table, _KEYS[name])
            for key, text in table.items():
                if not isinstance(text, str):
                    _refuse(path, f"{name}.{key}", text, "Write it between quotes")


def _known(path: Path, prefix: str, given: Mapping[str, Any], keys: Any) -> None:
    for key in given:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
            advice = f"Did you mean {prefix}{near[0]}?" if near else f"Known: {', '.join(keys)}."
            raise ParameterError(f"Theme {path.name} has an unknown key {prefix}{key}. {advice}")


def _refuse(path: Path, key: str, value: Any, advice: str) -> None:
    raise ParameterError(f"Theme {path.name} has {key} = {value!r}, which cannot be. {advice}.")


def _check_colours(path: Path, scheme: str, colours: Mapping[str, str]) -> None:
    for name, colour in colours.items():
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            _refuse(path, f"{scheme}.{name}", colour, "Write a colour as #rrggbb")
    for text, ground in product(("ink", "muted", "link", "accent"), ("paper", "soft")):
        ratio = contrast(colours[text], colours[ground])
        if ratio < MINIMUM_CONTRAST:
            raise ParameterError(
                f"In theme {path.name}, {scheme}.{text} {colours[text]} on {ground} "
                f"{colours[ground]} has contrast {ratio:.1f}, where reading needs "
                f"{MINIMUM_CONTRAST}. Make one of the two lighter or darker."
            )


def _check_fonts(path: Path, fonts: Mapping[str, str], folder: Path | None) -> None:
    for name, families in fonts.items():
        if not re.fullmatch(_FAMILIES, families) or any(families.count(mark) % 2 for mark in "'\""):
            _refuse(path, f"fonts.{name}", families, "Write names of fonts, with commas between")
    known = font_families(folder)
    for name in ("pdf_serif", "pdf_sans"):
        if fonts[name] not in known:
            near = difflib.get_close_matches(fonts[name], known, n=1)
            advice = f"Did you mean {near[0]!r}" if near else "Put its TTF or OTF in fonts.folder"
            _refuse(path, f"fonts.{name}", fonts[name], advice)


def font_paths(folder: Path | None) -> list[str]:
    """Where Typst looks for fonts: what comes with the packages, and a theme's own folder."""
    import matplotlib

    own = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return [str(each) for each in (own, folder) if each is not None]


@cache
def font_families(folder: Path | None) -> list[str]:
    """The families that a PDF can be set in."""
    import typst

    found = typst.Fonts(include_system_fonts=False, font_paths=font_paths(folder))
    return list(found.families())


def _face(path: Path, number: int, given: Mapping[str, str]) -> Mapping[str, str]:
    face = {"weight": "400", "style": "normal", **given}
    for key, pattern in _FACE.items():
        if not re.fullmatch(pattern, face.get(key, "")):
            _refuse(path, f"{key} of face {number}", face.get(key), f"It must match {pattern}")
    content, kind = _file(path, f"file of face {number}", face.get("file", ""), "woff2 ttf otf")
    return {key: face[key] for key in _FACE} | {"uri": _uri(content, kind)}


def _logo(path: Path, given: Mapping[str, str]) -> tuple[bytes, str]:
    for lang in LANGUAGES:
        if not given.get(lang, "").strip():
            _refuse(path, f"logo.{lang}", given.get(lang), "Say in words what the logo says")
    content, kind = _file(path, "logo.file", given.get("file", ""), "svg png")
    if kind == "svg":
        for fault in _svg_faults(content):
            raise ParameterError(
                f"The logo of theme {path.name} holds {fault}. Save it as plain SVG: "
                "shapes alone, text as outlines."
            )
    return content, kind


def _svg_faults(content: bytes) -> Iterator[str]:
    """What makes a drawing more than a drawing: code, or a request to elsewhere."""
    if re.search(rb"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet|\0", content, re.IGNORECASE):
        yield "a document type, an entity or a style sheet"
        return
    try:
        root = ElementTree.fromstring(content.decode("utf-8"))
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        yield f"no well-formed SVG ({error})"
        return
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        yield f"{root.tag!r} where an svg should begin"
    for element in root.iter():
        tag, asks = _local(element.tag), _ELSEWHERE.search(element.text or "")
        if tag in _ACTIVE or (tag == "style" and asks):
            yield f"an element {tag!r}"
        for name, value in ((_local(name), value) for name, value in element.items()):
            if name.startswith("on"):
                yield f"code in {name!r}"
            elif name in ("href", "src") and not value.startswith(("#", "data:image/png;base64,")):
                yield f"a link to {value[:60]!r}"
            elif _ELSEWHERE.search(value):
                yield f"a request in {value[:60]!r}"


def _local(name: str) -> str:
    """A name in SVG without its namespace."""
    return str(name).rpartition("}")[2].lower()


def _file(path: Path, key: str, name: str, kinds: str) -> tuple[bytes, str]:
    """The content of a file beside the theme, and its kind as its first bytes say."""
    file = _inside(path, key, name)
    kind = file.suffix.lower().lstrip(".")
    if kind not in kinds.split() or not file.is_file():
        _refuse(path, key, name, f"Name a file beside it of kind {kinds.replace(' ', ', ')}")
    if file.stat().st_size > _LARGEST_BYTES:
        _refuse(path, key, name, "Every page carries it: keep it under 2 MB")
    content = file.read_bytes().removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content.startswith(_STARTS[kind][0]):
        _refuse(path, key, name, f"Its content is no {kind}: save it anew")
    return content, kind


def _inside(path: Path, key: str, name: str) -> Path:
    home = path.parent.resolve()
    file = (home / name).resolve() if "\0" not in name else home
    if file == home or not file.is_relative_to(home) or not file.exists():
        _refuse(path, key, name, "Name what stands in the folder of the theme")
    return file


def _iso(path: Path, given: date | str) -> str:
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        _refuse(path, "date", str(given), "Write it as year-month-day: 2026-01-31")
        raise


def _uri(content: bytes, kind: str) -> str:
    return f"data:{_STARTS[kind][1]};base64,{base64.b64encode(content).decode('ascii')}"
