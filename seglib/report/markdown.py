"""Markdown of a notebook as accessible HTML, and its formulas as MathML."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import mistune
import pypandoc

from seglib.errors import ReportError


@dataclass
class Headings:
    """The headings of one page so far: their ids are unique, the second level is its contents."""

    taken: set[str] = field(default_factory=lambda: {"top", "content", "contents"})
    contents: list[tuple[str, str]] = field(default_factory=list)
    last: str = "content"

    def add(self, level: int, text: str) -> str:
        """A free id for a heading; remembers it as the one that what follows stands under."""
        plain = html.unescape(re.sub(r"<[^>]+>", "", text))
        ascii_text = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
        base = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-") or "section"
        slug, count = base, 1
        while slug in self.taken:
            count += 1
            slug = f"{base}-{count}"
        self.taken.add(slug)
        self.last = slug
        if level == 2:
            self.contents.append((slug, plain))
        return slug


class _Renderer(mistune.HTMLRenderer):
    """mistune's HTML with ids for headings and headed, focusable tables."""

    def __init__(self, headings: Headings, cell: int) -> None:
        super().__init__(escape=False, allow_harmful_protocols=False)
        self.headings, self.cell = headings, cell

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        return f'<h{level} id="{self.headings.add(level, text)}">{text}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre tabindex="0"><code>{html.escape(code)}</code></pre>\n'

    def table(self, text: str) -> str:
        name = f'aria-labelledby="{self.headings.last}"'
        return (
            f'<div class="scroll" role="region" tabindex="0" {name}>'
            f"<table {name}>{text}</table></div>\n"
        )

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        side = ' class="number"' if align == "right" else ""
        if not head:
            return f"<td{side}>{text}</td>\n"
        if not text.strip():
            raise ReportError(
                f"A table in the text of cell {self.cell} has a column without a heading. "
                "Give it one."
            )
        return f'<th scope="col"{side}>{text}</th>\n'

    def inline_math(self, text: str) -> str:
        return mathml(text, False, self.cell)

    def block_math(self, text: str) -> str:
        return f'<div class="formula" tabindex="0">{mathml(text, True, self.cell)}</div>\n'


def to_html(text: str, headings: Headings, cell: int) -> str:
    """Markdown as HTML; ``headings`` collects the headings of the page.

    Raises
    ------
    ReportError
        A formula or a table cannot be made accessible; names the cell.
    """
    renderer = _Renderer(headings, cell)
    convert: Callable[[str], Any] = mistune.create_markdown(
        renderer=renderer, plugins=["table", "math", "footnotes", "strikethrough"]
    )
    return str(convert(text))


@cache
def mathml(formula: str, display: bool, cell: int) -> str:
    """A TeX formula as MathML, which browsers show without any script."""
    marks = "$$" if display else "$"
    made = pypandoc.convert_text(
        f"{marks}{formula.strip()}{marks}", "html", format="markdown", extra_args=["--mathml"]
    )
    found = re.search(r"<math.*</math>", made, re.DOTALL)
    if not found:
        raise ReportError(
            f"The formula {formula!r} of cell {cell} cannot be shown as MathML. "
            "Write it with plainer TeX, or in words."
        )
    return found[0]
