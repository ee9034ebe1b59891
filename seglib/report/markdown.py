"""Markdown of a notebook as accessible HTML, and its formulas as MathML."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import mistune
import pypandoc

from seglib.errors import ReportError
from seglib.report.glossary import Term

_OWN_TAGS = re.compile(r"</?(?:details|summary)>|<br ?/?>")  # all that a text may bring itself


@dataclass
class Headings:
    """One page so far: unique ids, the second level as contents, terms and footnotes.

    ``said`` are the page's own words; ``terms`` those that may be explained where they are used.
    """

    said: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: {"top", "content", "contents"})
    contents: list[tuple[str, str]] = field(default_factory=list)
    last: str = "content"
    notes: dict[str, str] = field(default_factory=dict)
    cited: Counter[str] = field(default_factory=Counter)

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
    """mistune's HTML with ids for headings, headed and focusable tables, and no tags but ours."""

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

    def inline_html(self, html: str) -> str:
        return _without_foreign_tags(html)

    def block_html(self, html: str) -> str:
        safe = _without_foreign_tags(html)
        return safe if "<" in safe else f"<p>{safe}</p>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return html.escape(f"![{text}]({url})")

    def link(self, text: str, url: str, title: str | None = None) -> str:
        scheme, inside, _ = url.partition(":")
        if inside and scheme.lower() not in ("https", "http", "mailto"):
            return html.escape(f"{url} ") + text
        term = self.headings.terms.get(url.removeprefix("#term-"))
        if not term or not url.startswith("#term-"):
            return f'<a href="{html.escape(url)}">{text}</a>'
        told, said = html.escape(term.text), self.headings.said["all_terms"]
        return (
            f'<dfn><button type="button" class="term" popovertarget="about-{term.key}">'
            f'{text}</button></dfn><span popover class="about" id="about-{term.key}">'
            f'<span class="name">{html.escape(term.name)}</span> {told} '
            f'<a href="{url}">{said}</a></span>'
        )

    def footnote_ref(self, key: str, index: int) -> str:
        cited, said = self.headings.cited, self.headings.said["note"]
        cited[key] += 1
        own = f"noteref-{key}" if cited[key] == 1 else f"noteref-{key}-{cited[key]}"
        return (
            f'<sup><a href="#note-{key}" id="{own}" role="doc-noteref" '
            f'aria-label="{said} {key}">{key}</a></sup>'
        )

    def footnote_item(self, text: str, key: str, index: int) -> str:
        self.headings.notes[key] = re.sub(r"^<p>(.*)</p>\s*$", r"\1", text, flags=re.DOTALL)
        return ""

    def footnotes(self, text: str) -> str:
        return ""

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
    # a button may stand at the start of a line: keep an opening bracket with it
    return re.sub(r"([(“‘])(<dfn>.*?</dfn>)", r'<span class="keep">\1\2</span>', str(convert(text)))


def _without_foreign_tags(text: str) -> str:
    """HTML as text to read, but for the few tags with which a notebook folds an answer."""
    pieces, at = [], 0
    for found in _OWN_TAGS.finditer(text):
        pieces += [html.escape(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*pieces, html.escape(text[at:])])


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
