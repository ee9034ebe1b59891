"""SVG drawings made safe to stand together on one page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from seglib.errors import ReportError
from seglib.report.document import Block

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def inline(block: Block, *, prefix: str) -> str:
    """A figure's SVG as part of a page: unique ids, a role, a title and a description.

    Raises
    ------
    ReportError
        It is not well-formed, or asks for something outside itself; names the cell.
    """
    try:
        root = ElementTree.fromstring(block.text)
    except ElementTree.ParseError as error:
        raise ReportError(
            f"The figure of cell {block.cell} is not well-formed SVG ({error}). Draw it anew."
        ) from error
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    _keep_style_inside(root)
    _prefix_ids(root, prefix, block.cell)
    for name, text in (("desc", block.data["alt"]), ("title", block.data["title"])):
        for old in root.findall(f"{{{SVG}}}{name}"):
            root.remove(old)
        element = ElementTree.Element(f"{{{SVG}}}{name}", {"id": f"{prefix}-{name}"})
        element.text = text
        root.insert(0, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    root.attrib.pop("aria-label", None)
    return ElementTree.tostring(root, encoding="unicode")


def _keep_style_inside(root: ElementTree.Element) -> None:
    """matplotlib's ``<style>*{...}</style>`` would style the whole page: put it on the root."""
    for parent in list(root.iter()):
        for style in parent.findall(f"{{{SVG}}}style"):
            rule = re.fullmatch(r"\s*\*\s*\{([^}]*)\}\s*", style.text or "")
            if rule:
                own = root.get("style", "")
                root.set("style", "; ".join(filter(None, (own.strip("; "), rule[1].strip("; ")))))
                parent.remove(style)


def _prefix_ids(root: ElementTree.Element, prefix: str, cell: int) -> None:
    """Only names that are ids are renamed: ``#ffffff`` is a colour."""
    names = {name for element in root.iter() if (name := element.get("id"))}
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.set(attribute, f"{prefix}-{value}")
            elif attribute in ("href", f"{{{XLINK}}}href"):
                if value[:1] != "#" and not value.startswith("data:"):
                    raise ReportError(
                        f"The figure of cell {cell} asks for {value!r}. "
                        "A report holds everything itself: draw it in the figure."
                    )
                element.set(attribute, f"#{prefix}-{value[1:]}" if value[1:] in names else value)
            elif "url(#" in value:
                renamed = re.sub(
                    r"url\(#([^)]+)\)",
                    lambda m: f"url(#{prefix}-{m[1]})" if m[1] in names else m[0],
                    value,
                )
                element.set(attribute, renamed)
