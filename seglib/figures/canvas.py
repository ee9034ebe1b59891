"""Canvas: paper, ink and letters of every figure, and its drawing as clean, repeatable SVG."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree import ElementTree

import matplotlib
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from seglib.figures.figure import Figure, Table

WIDTH = 7.0
MARGIN = 0.12
INK = "#1a1a1a"
MUTED = "#4d4d4d"
GRID = "#d9d9d9"
PAPER = "#ffffff"
COLOURS = ("#0066a6", "#b34700", "#00745a", "#8c3a7b", "#6b5200", "#3d3d8f", "#555555")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
SIZE, SMALL, TITLE = 9.5, 9.0, 12.0

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_FAMILY = "font-family: 'DejaVu Sans', Verdana, sans-serif"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PLACES = (
    "viewBox",
    "d",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "width",
    "height",
    "points",
    "transform",
)
_TURN = re.compile(r"\s*rotate\(-?0(?:\.0+)? [^)]*\)")
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


@cache
def _letters() -> TextToPath:
    return TextToPath()


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return _letters().get_text_width_height_descent(text, font, False)[0] / 72


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than so many inches."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass
class Canvas:
    """A sheet measured in inches from its top left corner, with a title and subtitle set."""

    title: str
    subtitle: str
    body_height: float
    picture: Picture = field(init=False)
    top: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Set title and subtitle, and make the sheet as high as they and the body need."""
        titles = wrapped(self.title, WIDTH - 2 * MARGIN, TITLE, bold=True)
        subtitles = wrapped(self.subtitle, WIDTH - 2 * MARGIN, SIZE)
        self.top = MARGIN + 0.22 * len(titles) + 0.18 * len(subtitles) + 0.08
        self.height = self.top + self.body_height
        self.picture = Picture(figsize=(WIDTH, self.height), facecolor=PAPER)
        at = MARGIN
        for line in titles:
            self.text(MARGIN, at, line, size=TITLE, weight="bold")
            at += 0.22
        for line in subtitles:
            self.text(MARGIN, at, line, color=MUTED)
            at += 0.18

    def text(self, x: float, y: float, text: str, **style: Any) -> None:
        """Set a line of text with its top left corner at a place on the sheet."""
        style = {"size": SIZE, "color": INK, "va": "top", "ha": "left", **style}
        self.picture.text(x / WIDTH, 1 - y / self.height, text, **style)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes at a place in the body, measured from the foot of the titles."""
        bottom = self.height - self.top - top - height
        box = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return self.picture.add_axes(box)

    def legend(
        self, left: float, top: float, entries: Sequence[tuple[dict[str, Any], str]], width: float
    ) -> float:
        """Set a legend in the body, one entry under the other; gives the place below it.

        An entry is the style of its sign (as for a line; `patch` for a filled box) and its words.
        """
        at = top
        sign = self.axes(left, top, 0.34, 0.01)
        sign.set_axis_off()
        sign.set(xlim=(0, 1), ylim=(0, 1))
        for style, words in entries:
            lines = wrapped(words, width - 0.44, SMALL)
            middle = -(at - top + 0.08) / 0.01 + 1
            _sign(sign, middle, style)
            for line in lines:
                self.text(left + 0.44, self.top + at, line, size=SMALL)
                at += 0.165
            at += 0.06
        return at


def _sign(axes: Axes, middle: float, style: dict[str, Any]) -> None:
    style = dict(style)
    if style.pop("patch", False):
        box = matplotlib.patches.Rectangle((0.1, middle - 7), 0.8, 14, clip_on=False, **style)
        axes.add_patch(box)
        return
    xs = [0.5] if style.get("ls") == "none" else [0.0, 0.5, 1.0]
    axes.plot(
        xs,
        [middle] * len(xs),
        markevery=[len(xs) // 2],
        clip_on=False,
        **style,
    )


@contextmanager
def style() -> Iterator[None]:
    """Draw with our letters and lines, whatever a notebook has set before."""
    rules = {
        **seaborn.axes_style("white"),
        "font.family": "DejaVu Sans",
        "font.size": SIZE,
        "svg.fonttype": "none",
        "svg.hashsalt": "seglib",
        "axes.unicode_minus": True,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "hatch.linewidth": 0.8,
        "hatch.color": MUTED,
        "path.simplify": False,
        "axes.xmargin": 0,
        "axes.ymargin": 0,
    }
    # the backend is the notebook's own, and rc_context would not give it back
    plain = {name: value for name, value in matplotlib.rcParamsDefault.items() if name != "backend"}
    with matplotlib.rc_context(rc={**plain, **rules}):
        yield


def quiet(axes: Axes, *, grid: str = "y") -> None:
    """Leave one thin line per tick along one axis, and no frame."""
    seaborn.despine(ax=axes, left=True, bottom=grid == "x")
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis=grid, color=GRID, lw=0.8, clip_on=False)
    axes.tick_params(length=0, labelsize=SMALL, pad=5)


def finished(canvas: Canvas, description: str, caption: str, source: str, table: Table) -> Figure:
    """Turn a drawn canvas into a figure."""
    text = io.StringIO()
    canvas.picture.savefig(
        text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    svg = clean_svg(text.getvalue(), canvas.title, description)
    return Figure(svg, canvas.title, description, caption, source, table, table.lang)


def clean_svg(svg: str, title: str, description: str) -> str:
    """Keep of a drawing what is seen, to a tenth of a pixel, and give it a title and description.

    Identifiers get a prefix of the drawing's own. Only places that hold coordinates are rounded and
    only places that refer to identifiers are renamed, so that colours stay as they are.
    """
    root = ElementTree.fromstring(svg)
    _drop_noise(root)
    for element in root.iter():
        for name in _PLACES:
            if name in element.attrib:
                element.set(name, _NUMBER.sub(_tenth, " ".join(element.get(name, "").split())))
        turned = _TURN.sub("", element.get("transform", ""))
        if turned != element.get("transform", ""):
            element.attrib.pop("transform")
            if turned.strip():
                element.set("transform", turned)
        if element.tag == f"{{{_SVG}}}text":
            style_text = element.get("style", "").replace("font-family: 'DejaVu Sans'", _FAMILY)
            element.set("style", style_text)
    _rename(root, f"s{hashlib.sha256(f'{title}{description}'.encode()).hexdigest()[:8]}")
    root.set("stroke-linejoin", "round")
    return _with_words(root, title, description)


def _tenth(match: re.Match[str]) -> str:
    rounded = f"{float(match[0]):.1f}"
    rounded = rounded.removesuffix(".0")
    return "0" if rounded == "-0" else rounded


def _drop_noise(root: ElementTree.Element) -> None:
    """Take away metadata and the style that would reach out of the drawing."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}defs" and not len(child):
                parent.remove(child)
            child.tail = None
        parent.text = parent.text.strip() if parent.text and parent.text.strip() else None


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Keep only identifiers that are referred to, under the drawing's own prefix."""
    used: dict[str, str] = {}
    for element in root.iter():
        found = [element.get(_XLINK, "").removeprefix("#")]
        for value in element.attrib.values():
            found += re.findall(r"url\(#([^)]+)\)", value)
        for name in filter(None, found):
            used.setdefault(name, f"{prefix}-{len(used) + 1}")
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in used:
            element.set("id", used[own])
        for name, value in list(element.attrib.items()):
            if name == _XLINK:
                element.set(name, f"#{used[value.removeprefix('#')]}")
            elif "url(#" in value:
                element.set(
                    name, re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{used[m[1]]})", value)
                )
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")


def _with_words(root: ElementTree.Element, title: str, description: str) -> str:
    names = root.get("aria-labelledby", "").split()
    for name, tag, words in zip(
        reversed(names), ("desc", "title"), (description, title), strict=True
    ):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": name})
        element.text = words
        root.insert(0, element)
    root.set("role", "img")
    root.attrib.pop("version", None)
    for side in ("width", "height"):
        root.set(side, root.get(side, "").removesuffix("pt"))
    text = ElementTree.tostring(root, encoding="unicode")
    flat = re.sub(r"(?:<g>)(<(?:use|path|text)\b[^>]*?/>)(?:</g>)", r"\1", text)
    return flat.replace("><g", ">\n<g")
