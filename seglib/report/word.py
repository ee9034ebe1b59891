"""An executed notebook as a Word document, written by pandoc from its own document tree."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from nbformat import NotebookNode

from seglib.report.document import document
from seglib.report.parts import drawings_to_png, packed
from seglib.report.pdf import PARTS, laid_out
from seglib.report.theme import Theme, read_theme
from seglib.report.tree import Node, nodes, pandoc, printable, string, words_of
from seglib.report.view import frame

if TYPE_CHECKING:
    from seglib.report.notes import Notes

LOCALES = {"nl": "nl-NL", "en": "en-GB"}
_PLAIN: list[Any] = ["", [], []]
_FIGURE, _LOGO = ("width", "160mm"), ("height", "13mm")
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_WRAPS, _FULL = (60, 26), 100  # characters in a column before it wraps, and in a row of a page
_END = _FIELD.format("end")
_CONTENTS = ' TOC \\o "1-1" \\h \\z \\u '


def word(
    nb: NotebookNode,
    lang: str,
    path: str | Path,
    *,
    theme: Theme | None = None,
    notes: Notes | None = None,
) -> None:
    """Write an executed notebook as a Word document: A4, in its language, with text alternatives.

    Figures are pictures of 300 dots to the inch; captions count themselves, and references to
    them, to works and to terms are links. The same inputs give the same bytes.

    Parameters
    ----------
    nb : NotebookNode
        Executed.
    lang : str
        ``nl`` or ``en``.
    path : str or Path
        The file to write.
    theme : Theme, optional
        An institute's own look; by default that of ``themes/default.toml``.
    notes : Notes, optional
        An author's foreword and interpretation.

    Raises
    ------
    ReportError
        A cell cannot be shown accessibly; names the cell.
    """
    from seglib.report.word_styles import finish

    theme = theme or read_theme()
    doc = document(nb, lang, notes=notes)
    parts, lists = laid_out(doc)
    view = printable({**frame(doc, theme), **parts, **lists})
    figures = doc.blocks("figure")
    alts = [theme.logo_alt[lang]] if theme.logo else []
    alts += [block.data["alt"] for block in figures]
    with tempfile.TemporaryDirectory(prefix="seglib-word-") as name:
        folder = Path(name)
        _write_pictures(folder, [block.text for block in figures], theme)
        tree = {
            "pandoc-api-version": [1, 23, 1],
            "meta": {"lang": {"t": "MetaInlines", "c": [string(LOCALES[lang])]}},
            "blocks": _blocks(view, folder, bool(theme.logo)),
        }
        pandoc(json.dumps(tree), "json", "docx", out=str(folder / "made.docx"))
        finish(folder / "made.docx", view, theme, printable(alts), LOCALES[lang])
        made = packed((folder / "made.docx").read_bytes())
    Path(path).write_bytes(made)


def _write_pictures(folder: Path, drawings: Sequence[str], theme: Theme) -> None:
    """Figures and logo as PNG, in one call of Typst."""
    own = [theme.logo.decode("utf-8")] if theme.logo_kind == "svg" else []
    names = [f"figure-{number}.png" for number in range(1, len(drawings) + 1)] + ["logo.png"]
    if theme.logo_kind == "png":
        (folder / "logo.png").write_bytes(theme.logo)
    for name, picture in zip(names, drawings_to_png([*drawings, *own]), strict=False):
        (folder / name).write_bytes(picture)


def _blocks(view: Mapping[str, Any], folder: Path, has_logo: bool) -> list[Node]:
    """Everything, in reading order, as nodes of pandoc's tree."""
    own = view["words"]
    number = f" · {own['workbook']} {view['number']}" if view["number"] else ""
    head = [_styled("Kicker", [_picture(folder / "logo.png", *_LOGO)])] if has_logo else []
    head.append(_styled("Kicker", [string(own["series"] + number)]))
    under = {"Title": "full_title", "Subtitle": "description", "Byline": "by"}
    head += [_styled(style, [string(view[name])]) for style, name in under.items() if view[name]]
    parts = {
        name: [node for block in view[name] for node in _block(block, own, folder)]
        for name in PARTS
    }
    for name in ("foreword", "interpretation"):
        if parts[name]:
            parts[name][:0] = [_heading(name, own), _styled("Byline", [string(own["authors_own"])])]
    rest = [node for name in PARTS if name != "summary" for node in parts[name]]
    rest += [*_lists(view), *_colophon(view), *_record(view)]
    return [*head, *parts["summary"], *_contents([*parts["summary"], *rest], own), *rest]


def _block(block: Mapping[str, Any], own: Mapping[str, str], folder: Path) -> list[Node]:
    """One block of the report."""
    kind = block["kind"]
    if kind in ("prose", "sentence"):
        return list(block["text"])
    source = f"{own['source']}: {block['source']}" if block["source"] else ""
    under = [_styled("Source Line", [string(source)])] if source else []
    if kind == "figure":
        picture = _styled("Captioned Figure", [_picture(folder / f"{block['id']}.png", *_FIGURE)])
        return [picture, _caption("Image Caption", block, own), *under]
    if kind == "table":
        return [_caption("Table Caption", block, own), _table(block["table"]), *under]
    if kind == "certainty":
        title = _styled("Certain Title", [string(own["certainty"])])
        return [title, *_boxed("Certain", block["text"])]
    if kind == "evidence":
        about = f"{own['claim']} {block['claim_id']}".strip()
        title = " · ".join(filter(None, (about, block["section"])))
        return [
            _styled("Box Title", [string(title)]),
            *_boxed("Box", block["claim"]),
            *_boxed("Box Outcome", block["outcome"]),
            *_boxed("Box", [*block["reasons"], *block["caveat"]]),
            *_boxed("Box Small", block["numbers"]),
        ]
    label = own["warning" if kind == "warning" else "output"]
    text = {"t": "Code", "c": [_PLAIN, block["text"]]}
    said = [string(f"{label} {block['cell']}: "), text]
    return [_styled("Output", said)] if block["text"] else []


def _lists(view: Mapping[str, Any]) -> Iterator[Node]:
    """The works that the report cites and the terms that it explains."""
    own = view["words"]
    if view["references"]:
        yield _heading("references", own)
    for each in view["references"]:
        name = _target(each["id"], _inlines(each["text"]), lang=LOCALES[each["lang"]])
        yield _styled("Bibliography", [name])
    if view["terms"]:
        yield _heading("terms", own)
    for each in view["terms"]:
        name = _target(each["id"], [_strong(f"{each['name']}.")])
        yield _paragraph(name, string(" "), *_inlines(each["text"]))


def _colophon(view: Mapping[str, Any]) -> Iterator[Node]:
    own = view["words"]
    yield _heading("colophon", own)
    if view["colophon"]:
        yield _paragraph(string(view["colophon"]))
    if view["funder"]:
        yield _paragraph(string(f"{own['funder']} {view['funder']}."))
    yield _paragraph(_strong(f"{own['cite']}:"), string(f" {view['citation']}"))
    if view["data"]:
        yield _paragraph(_strong(own["data_used"]))
        yield {"t": "BulletList", "c": [[_plain(each)] for each in view["data"]]}


def _record(view: Mapping[str, Any]) -> Iterator[Node]:
    own = view["words"]
    yield _heading("record", own)
    yield _paragraph(string(own["canonical" if view["canonical"] else "other_run"]))
    if view["parameters"]:
        yield _styled("Table Caption", [string(own["record_caption"])])
        yield _table(view["parameters"])
    yield from (_paragraph(string(text)) for text in (view["made"], own["licence"]) if text)


def _contents(blocks: Iterable[Node], own: Mapping[str, str]) -> Iterator[Node]:
    """The sections as links, in a field that Word fills with page numbers when asked."""
    headings = [node for node in nodes(list(blocks), "Header") if node["c"][0] == 1]
    yield _styled("Contents Title", [string(own["contents"])])
    for number, heading in enumerate(headings, 1):
        name, text = heading["c"][1][0], words_of(heading["c"][2])
        entry = {"t": "Link", "c": [_PLAIN, [string(text)], [f"#{name}", ""]]}
        before = [_raw(_field(_CONTENTS))] if number == 1 else []
        after = [_raw(_END)] if number == len(headings) else []
        yield _styled("toc 1", [*before, entry, *after])


def _field(instruction: str) -> str:
    """The beginning of a field, up to what it shows until Word fills it anew."""
    told = f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
    return f"{_FIELD.format('begin')}{told}{_FIELD.format('separate')}"


def _caption(style: str, block: Mapping[str, Any], own: Mapping[str, str]) -> Node:
    """A caption whose number Word counts itself, and to which a link can lead."""
    word_for, number = own[block["kind"]], int(block["number"])
    shown = f"<w:r><w:rPr><w:b/></w:rPr><w:t>{number}</w:t></w:r>"
    counted = _raw(_field(f" SEQ {word_for} \\* ARABIC ") + shown + _END)
    name = _target(block["id"], [_strong(f"{word_for} "), counted, _strong(".")])
    return _styled(style, [name, string(f" {block['caption']}")])


def _boxed(style: str, blocks: Iterable[Node], mark: str = "") -> Iterator[Node]:
    """Blocks in the style of a box: its bar is one line if each paragraph is set the same."""
    for node in blocks:
        kind, content = node["t"], node.get("c", [])
        if kind == "BulletList":
            for item in content:
                yield from _boxed(style, item, "•\u00a0")
        elif kind in ("Para", "Plain"):
            yield _styled(style, [string(mark), *content])
        else:
            yield node


def _heading(name: str, own: Mapping[str, str]) -> Node:
    return {"t": "Header", "c": [1, [f"part-{name}", [], []], [string(own[name])]]}


def _styled(style: str, inlines: Sequence[Node]) -> Node:
    """One paragraph in a style of its own."""
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], [_paragraph(*inlines)]]}


def _paragraph(*inlines: Node) -> Node:
    return {"t": "Para", "c": list(inlines)}


def _plain(text: str) -> Node:
    return {"t": "Plain", "c": [string(text)]}


def _strong(text: str) -> Node:
    return {"t": "Strong", "c": [string(text)]}


def _target(name: str, inlines: Sequence[Node], **about: str) -> Node:
    """What a link ``#name`` leads to."""
    return {"t": "Span", "c": [[name, [], list(about.items())], list(inlines)]}


def _inlines(blocks: Iterable[Node]) -> list[Node]:
    """The running text of blocks, as one paragraph."""
    return [each for node in blocks if node["t"] in ("Para", "Plain") for each in node["c"]]


def _raw(xml: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _picture(path: Path, side: str, size: str) -> Node:
    return {"t": "Image", "c": [["", [], [[side, size]]], [], [str(path), ""]]}


def _shares(shown: Mapping[str, Any]) -> list[float]:
    """The part of the page's width that each column gets, by how much it holds."""
    asked: list[float] = []
    for wrapped_at in _WRAPS:
        asked = [_asked(shown, n, wrapped_at) for n in range(len(shown["columns"]))]
        if sum(asked) <= _FULL:
            break
    return [round(each / max(sum(asked), _FULL), 4) for each in asked]


def _asked(shown: Mapping[str, Any], n: int, wrapped_at: int) -> float:
    """How many characters wide a column would be."""
    longest = max((len(row[n]) for row in shown["rows"]), default=1)
    word_length = max(map(len, shown["columns"][n].split()), default=1)
    return max(min(longest, wrapped_at), 1.2 * word_length) + 2


def _table(shown: Mapping[str, Any]) -> Node:
    """A table with a row of headings and numbers set to the right."""
    sides = [{"t": "AlignRight" if right else "AlignLeft"} for right in shown["right"]]

    def row(values: Sequence[str]) -> list[Any]:
        cells = [[_PLAIN, {"t": "AlignDefault"}, 1, 1, [_plain(value)]] for value in values]
        return [_PLAIN, cells]

    head, rows = [_PLAIN, [row(shown["columns"])]], [row(values) for values in shown["rows"]]
    widths = [
        [side, {"t": "ColWidth", "c": share}]
        for side, share in zip(sides, _shares(shown), strict=True)
    ]
    return {
        "t": "Table",
        "c": [_PLAIN, [None, []], widths, head, [[_PLAIN, 0, [], rows]], [_PLAIN, []]],
    }
