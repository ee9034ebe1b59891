"""Terms of the field, linked to their explanation where a report first uses them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from seglib.report.references import APART
from seglib.sources.catalogue import data_folder

# what is no place to explain a word: a heading, a row of a table, a link, a folded title
_SKIPPED = re.compile(
    r"^ {0,3}#.*$|^ *\|.*$|<summary>.*?</summary>|\[[^\]\n]*\](?=\(|\[|:)|\[\^[^\]]*\]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the glossary in one language: its key, its name and what it means."""

    key: str
    name: str
    text: str


@cache
def entries(lang: str) -> tuple[tuple[Term, re.Pattern[str]], ...]:
    """All terms of a language, each with the forms in which a text may use it."""
    glossary = tomllib.loads((data_folder() / "glossary.toml").read_text("utf-8"))
    entries = []
    for key, languages in glossary.items():
        own = languages[lang]
        forms = sorted({own["name"], *own.get("forms", ())}, key=len, reverse=True)
        either = "|".join(
            re.escape(form) if form.isupper() else f"(?i:{re.escape(form)})" for form in forms
        )
        pattern = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")
        entries.append((Term(key, own["name"], own["text"]), pattern))
    return tuple(entries)


def explained(texts: Sequence[str], lang: str) -> tuple[list[str], tuple[Term, ...]]:
    """Markdown texts whose first use of each term links to ``#term-KEY``, and those terms.

    Parameters
    ----------
    texts : sequence of str
        In reading order. Headings, tables, links, code and formulas are left alone.
    lang : str
        ``nl`` or ``en``.

    Returns
    -------
    list of str, tuple of Term
        The texts, and the terms in the order in which a reader meets them.
    """
    waiting, met = dict(entries(lang)), []
    changed = [_linked(text, waiting, met) for text in texts]
    return changed, tuple(met)


def _linked(text: str, waiting: dict[Term, re.Pattern[str]], met: list[Term]) -> str:
    """One text, each waiting term in it linked at its first use."""
    apart = [found.span() for each in (APART, _SKIPPED) for found in each.finditer(text)]
    uses: list[tuple[int, int, Term]] = []
    for term, pattern in waiting.items():
        for found in pattern.finditer(text):
            start, end = found.span()
            if not any(start < last and first < end for first, last in apart):
                uses.append((start, end, term))
                apart.append((start, end))
                break
    uses.sort(key=lambda use: use[0])
    met += [term for *_, term in uses]
    for start, end, term in reversed(uses):
        del waiting[term]
        text = f"{text[:start]}[{text[start:end]}](#term-{term.key}){text[end:]}"
    return text
