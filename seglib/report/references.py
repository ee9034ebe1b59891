"""Citations, cross-references and footnotes in an author's prose, as plain Markdown links."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NoReturn

import pypandoc

from seglib.errors import ReportError
from seglib.sources.catalogue import data_folder

# what is no running text: code, formulas, addresses, tags and what has a backslash before it
APART = re.compile(
    r"^```.*?^```|^~~~.*?^~~~|`[^`\n]+`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)\n]*\)|<[^>\n]*>|\\.",
    re.MULTILINE | re.DOTALL,
)
_CITATION = re.compile(r"\[(?:[^\[\]\n@]*[\s(-])?@[^\[\]\n]+\]")
_NAME = re.compile(r"(?<![\w@/.])@([A-Za-z][\w-]*)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_MARKED = re.compile("\ue000(\\d+)\ue001")  # characters that no text has


@dataclass(frozen=True, slots=True)
class Reference:
    """One work in the list of references: its key, how it is listed in Markdown, its language."""

    key: str
    text: str
    lang: str


@dataclass
class Linker:
    """Turns what an author writes short into links, over the whole of one document.

    ``targets`` gives a cross-reference by label: its words and its id, which is empty where this
    run made no such figure or table. ``[@key]`` becomes a link to ``#ref-key``.
    """

    lang: str
    targets: Mapping[str, tuple[str, str]]
    groups: list[str] = field(default_factory=list)
    footnotes: dict[tuple[str, str], int] = field(default_factory=dict)

    def prepare(self, text: str, place: str) -> str:
        """A text with its cross-references linked and its citations marked, to be filled in."""
        defined = set(re.findall(r"^\[\^([^\]\s]+)\]:", text, re.MULTILINE))

        def change(part: str) -> str:
            if image := re.search(r"!\[.*", part):
                raise ReportError(
                    f"{place} holds an image, {image[0][:40]!r}. A report holds everything itself: "
                    "draw it with seglib.figures."
                )
            part = _FOOTNOTE.sub(lambda found: self._footnote(found[1], defined, place), part)
            part = _CITATION.sub(lambda found: self._citation(found[0], place), part)
            return _NAME.sub(lambda found: self._reference(found, place), part)

        return outside_code(text, change)

    def finish(self, texts: list[str]) -> tuple[list[str], tuple[Reference, ...]]:
        """The prepared texts with their citations filled in, and the list of references."""
        if not self.groups:
            return texts, ()
        said, references = _cited(tuple(self.groups), self.lang)
        return [_MARKED.sub(lambda found: said[int(found[1])], each) for each in texts], references

    def _footnote(self, name: str, defined: set[str], place: str) -> str:
        if name not in defined:
            raise ReportError(
                f"{place} has a footnote [^{name}] without a text. "
                f"Write '[^{name}]: ...' in the same cell."
            )
        number = self.footnotes.setdefault((place, name), len(self.footnotes) + 1)
        return f"[^{number}]"

    def _citation(self, group: str, place: str) -> str:
        for key in re.findall(r"@([\w-]+)", group):
            if key not in _keys():
                self._unknown(key, place)
        self.groups.append(group)
        return f"\ue000{len(self.groups) - 1}\ue001"

    def _reference(self, found: re.Match[str], place: str) -> str:
        name = found[1]
        if name in self.targets:
            shown, target = self.targets[name]
            if re.search(r"(^|\n|[.!?:]\s)\W*$", found.string[: found.start()]):
                shown = shown[:1].upper() + shown[1:]
            return f"[{shown}](#{target})" if target else shown
        if name in _keys():
            return self._citation(found[0], place)
        self._unknown(name, place)

    def _unknown(self, name: str, place: str) -> NoReturn:
        known = [*self.targets, *_keys()]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean @{near[0]}?" if near else "Write \\@ where no reference is meant."
        raise ReportError(
            f"{place} refers to @{name}, which is no label of a cell and not in references.bib. "
            f"{hint}"
        )


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """A Markdown text with its running text changed; code, formulas and addresses stay."""
    pieces, at = [], 0
    for found in APART.finditer(text):
        pieces += [change(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*pieces, change(text[at:])])


@cache
def _keys() -> dict[str, str]:
    """The keys of all works in ``references.bib``, each with the language that it is in."""
    text = (data_folder() / "references.bib").read_text("utf-8")
    works = re.findall(r"^@\w+\{([^,\s]+),(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    return {key: "nl" if "langid = {dutch}" in fields else "en" for key, fields in works}


@cache
def _cited(groups: tuple[str, ...], lang: str) -> tuple[list[str], tuple[Reference, ...]]:
    """How pandoc's citeproc words each citation, and the works they name, in one call."""
    about = {"lang": {"nl": "nl-NL", "en": "en-GB"}[lang], "link-citations": True}
    made = pypandoc.convert_text(
        "\n\n".join([f"---\n{json.dumps(about)}\n---", *groups]),
        "commonmark_x-smart",
        "markdown-raw_html-raw_attribute-raw_tex-tex_math_dollars",
        extra_args=[
            "--citeproc",
            f"--bibliography={data_folder() / 'references.bib'}",
            "--wrap=none",
            "--quiet",
        ],
    )
    said, _, listed = made.partition("\n:::")
    entries = re.findall(r"^::: \{#ref-(\S+) \.csl-entry\}\n(.*?)\n:::$", listed, re.M | re.S)
    return said.strip().split("\n\n"), tuple(
        Reference(
            key,
            outside_code(text, lambda part: re.sub(r"(?<=\d)-(?=\d)", "–", part)),
            _keys()[key],
        )
        for key, text in entries
    )
