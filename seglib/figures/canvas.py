"""Canvas: paper, ink and letters of every figure, and its drawing as clean, repeatable SVG."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextToPath

from seglib.figures.figure import Figure, Table
from seglib.language.formats import capital as capital  # a figure's words begin with one

WIDTH, MARGIN = 7.0, 0.12
FULL = WIDTH - 2 * MARGIN
INK = "#1a1a1a"
MUTED = "#4d4d4d"
PAPER = "#ffffff"
COLOURS = ("#0066a6", "#b34700", "#00745a", "#8c3a7b", "#6b5200", "#3d3d8f", "#555555")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
SIZE, SMALL, TITLE = 9.5, 9.0, 12.0
LINE = 0.165

Entry = tuple[dict[str, Any], str]
"""Of a legend: the look of a sign (as for a line, or `patch` for a filled box) and its words."""

_RULES = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "svg.hashsalt": "seglib",
    **dict.fromkeys(("text.color", "xtick.color", "ytick.color"), INK),
    **dict.fromkeys(("axes.edgecolor", "hatch.color"), MUTED),
}
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_FAMILY = "font-family: 'DejaVu Sans', Verdana, sans-serif"
_LETTERS = TextToPath()
_SIGN = 0.44
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PLACES = set("viewBox d x x1 x2 y y1 y2 width height points transform".split())
_REFERENCE = re.compile(r"(^#|url\(#)([^)]+)")
_TURN = re.compile(r"\s*rotate\(-?0(?:\.0+)? [^)]*\)")
ElementTree.register_namespace("", _SVG.strip("{}"))
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return _LETTERS.get_text_width_height_descent(text, font, False)[0] / 72


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


class Canvas:
    """A sheet measured in inches from its top left corner, with a title and subtitle set."""

    def __init__(self, title: str, subtitle: str, body_height: float) -> None:
        """Set title and subtitle, and make the sheet as high as they and the body need."""
        titles, subtitles = wrapped(title, FULL, TITLE, bold=True), wrapped(subtitle, FULL, SIZE)
        below = MARGIN + 0.22 * len(titles)
        self.title, self.body_height = title, body_height
        self.top = below + 0.18 * len(subtitles) + 0.08
        self.height = self.top + body_height
        self.picture = Picture(figsize=(WIDTH, self.height), facecolor=PAPER)
        for place, line in enumerate(titles):
            self._line(MARGIN, MARGIN + 0.22 * place, line, size=TITLE, weight="bold")
        for place, line in enumerate(subtitles):
            self._line(MARGIN, below + 0.18 * place, line, size=SIZE, color=MUTED)

    def _line(self, x: float, y: float, text: str, **look: Any) -> None:
        look = {"color": INK, "va": "top", "ha": "left", **look}
        self.picture.text(x / WIDTH, 1 - y / self.height, text, **look)

    def text(self, left: float, top: float, text: str, width: float, **look: Any) -> None:
        """Set text in the body, broken to a width; `va` says what of it stands at `top`."""
        lines = wrapped(text, width, SMALL, bold=look.get("weight") == "bold")
        above = {"center": 0.5, "bottom": 1.0}.get(look.pop("va", ""), 0.0)
        top -= above * (LINE * len(lines) - 0.03)
        for place, line in enumerate(lines):
            self._line(left, self.top + top + place * LINE, line, size=SMALL, **look)

    def axes(self, left: float, top: float, width: float, height: float, **own: Any) -> Axes:
        """Axes at a place in the body, measured from the foot of the titles."""
        bottom = self.height - self.top - top - height
        box = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return self.picture.add_axes(box, **own)

    def legend(
        self, left: float, top: float, width: float, entries: Sequence[Entry], *, columns: int = 1
    ) -> None:
        """Set a legend in the body, row by row."""
        signs = self.axes(left, top, width, 1.0)
        signs.set_axis_off()
        signs.set(xlim=(0, width), ylim=(1, 0))
        at, wide = 0.0, width / columns
        for first in range(0, len(entries), columns):
            row = entries[first : first + columns]
            for place, (look, words) in enumerate(row):
                start, middle, look = place * wide, at + 0.08, {"clip_on": False, **look}
                self.text(left + start + _SIGN, top + at, words, wide - _SIGN - 0.05)
                if look.pop("patch", False):
                    signs.add_patch(Rectangle((start + 0.03, middle - 0.07), 0.28, 0.14, **look))
                    continue
                steps = [1] if look.get("ls") == "none" else [0, 1, 2]
                xs = [start + 0.17 * step for step in steps]
                signs.plot(xs, [middle] * len(xs), markevery=[len(xs) // 2], **look)
            at += legend_height(row, width, columns=columns)


def legend_height(entries: Sequence[Entry], width: float, *, columns: int = 1) -> float:
    """Height in inches of a legend, as `Canvas.legend` sets it."""
    room = width / columns - _SIGN - 0.05
    lines = [len(wrapped(words, room, SMALL)) for _, words in entries]
    rows = [max(lines[first : first + columns]) for first in range(0, len(lines), columns)]
    return sum(LINE * deepest + 0.06 for deepest in rows)


def style() -> AbstractContextManager[None]:
    """Draw with our letters and lines, whatever a notebook has set before."""
    # the backend is the notebook's own, and rc_context would not give it back
    plain = {name: value for name, value in matplotlib.rcParamsDefault.items() if name != "backend"}
    return matplotlib.rc_context(rc={**plain, **_RULES})


def quiet(axes: Axes, *, grid: str = "y") -> None:
    """Leave one thin line per tick along one axis, and no frame."""
    axes.spines[["left", "right", "top", *["bottom"] * (grid == "x")]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis=grid, color="#d9d9d9", lw=0.8, clip_on=False)
    axes.tick_params(length=0, labelsize=SMALL, pad=5)


def finished(canvas: Canvas, description: str, caption: str, source: str, table: Table) -> Figure:
    """Turn a drawn canvas into a figure."""
    text = io.StringIO()
    unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    canvas.picture.savefig(text, format="svg", metadata=unsaid)
    svg = clean_svg(text.getvalue(), canvas.title, description)
    return Figure(svg, canvas.title, description, caption, source, table, table.lang)


def clean_svg(svg: str, title: str, description: str) -> str:
    """Keep of a drawing what is seen, to a tenth of a pixel, and give it a title and description.

    Identifiers get a prefix of the drawing's own. Only places that hold coordinates are rounded and
    only places that refer to identifiers are renamed, so that colours stay as they are.
    """

    def tenth(number: re.Match[str]) -> str:
        return f"{round(float(number[0]), 1) + 0:.9g}"

    root = ElementTree.fromstring(svg)
    _drop_noise(root)
    for element in root.iter():
        for name in _PLACES & element.attrib.keys():
            element.set(name, _NUMBER.sub(tenth, " ".join(element.get(name, "").split())))
        if kept := _TURN.sub("", element.attrib.pop("transform", "")).strip():
            element.set("transform", kept)
        if element.tag == f"{_SVG}text":
            own = element.get("style", "").replace("font-family: 'DejaVu Sans'", _FAMILY)
            element.set("style", own)
    prefix = f"s{hashlib.sha256(f'{title}{description}'.encode()).hexdigest()[:8]}"
    _rename(root, prefix)
    for tag, words in (("desc", description), ("title", title)):
        element = ElementTree.Element(f"{_SVG}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = words
        root.insert(0, element)
    root.attrib.pop("version", None)
    named = {"role": "img", "aria-labelledby": f"{prefix}-title {prefix}-desc"}
    sides = {side: root.get(side, "").removesuffix("pt") for side in ("width", "height")}
    root.attrib.update(named | sides | {"stroke-linejoin": "round"})
    text = ElementTree.tostring(root, encoding="unicode")
    flat = re.sub(r"(?:<g>)(<(?:use|path|text)\b[^>]*?/>)(?:</g>)", r"\1", text)
    return flat.replace("><g", ">\n<g")


def _drop_noise(root: ElementTree.Element) -> None:
    """Take away metadata and the style that would reach out of the drawing."""
    for parent in reversed(list(root.iter())):
        for child in list(parent):
            child.tail = None
            empty = child.tag == f"{_SVG}defs" and not len(child)
            if empty or child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
        parent.text = parent.text if parent.text and parent.text.strip() else None


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Keep only identifiers that are referred to, under the drawing's own prefix."""
    used: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return match[1] + used.setdefault(match[2], f"{prefix}-{len(used) + 1}")

    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == _XLINK or "url(#" in value:
                element.set(name, _REFERENCE.sub(renamed, value))
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in used:
            element.set("id", used[own])
