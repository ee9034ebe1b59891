"""The loose parts of a report: figures, tables, results and all of them in one archive."""

from __future__ import annotations

import io
import json
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seglib.report.document import Block, Document, words
from seglib.report.grid import Grid, grid_of
from seglib.report.render import Files
from seglib.report.view import shown, sources_used

PRINT_DPI, PRINT_WIDTH_MM = 300, 160
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can hold
_INCH_M = 0.0254
_DATES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def write_parts(doc: Document, home: Path, stem: str) -> Files:
    """Write all parts of a report to ``home/stem`` and, packed, to ``home/stem.zip``.

    Each figure as SVG and as PNG for print, each table, and what each figure plots, as CSV with
    its description (CSVW) and as XLSX, and ``results.json``. Returns the files of each figure and
    table, by kind of block and number.
    """
    folder, own = home / stem, words(doc.lang)
    folder.mkdir(parents=True, exist_ok=True)
    told = own["grid"]["readme"].format(title=doc.full_title, licence=LICENCE)
    made = {own["grid"]["readme_name"]: told.encode(), "results.json": _json(results(doc))}
    files: dict[tuple[str, int], list[dict[str, str]]] = {}
    figures = doc.blocks("figure")
    pictures = drawings_to_png([each.text for each in figures])
    for block in (*figures, *doc.blocks("table")):
        name, parts = f"{own[block.kind].lower()}-{block.number:02d}", {}
        if block.kind == "figure":
            parts = {"svg": block.text.encode(), "png": pictures[block.number - 1]}
        if table := block.data.get("table") if block.kind == "figure" else block.data:
            grid = grid_of(table, doc.lang)
            about = _about(block, doc)
            parts |= {"csv": grid.csv().encode(), "xlsx": packed(grid.xlsx(about))}
            description = _description(grid, about, f"{name}.csv", doc.lang)
            made[f"{name}.csv-metadata.json"] = _json(description)
        made |= {f"{name}.{kind}": content for kind, content in parts.items()}
        files[block.kind, block.number] = [
            {"href": f"{stem}/{name}.{kind}", "kind": kind.upper()} for kind in parts
        ]
    for name, content in made.items():
        (folder / name).write_bytes(content)
    (home / f"{stem}.zip").write_bytes(packed(made))
    return files


def results(doc: Document) -> dict[str, Any]:
    """What a report found, for programs: evidence, its numbers, the run and the data beneath it."""
    evidence = [dict(block.data) for block in doc.blocks("evidence")]
    numbers = [
        {"claim": each.get("claim"), "outcome": each.get("outcome"), **quantity}
        for each in evidence
        for quantity in each.get("quantities", ())
    ]
    names = ("lang", "title", "place", "description", "number")
    return {
        "report": {name: getattr(doc, name) for name in names},
        "run": dict(doc.record),
        "numbers": numbers,
        "evidence": evidence,
        "data": {
            each.key: {name: sum for name, sum in each.checksums.items() if "tables/" in name}
            for each in sources_used(doc)
        },
        "licence": LICENCE,
    }


def drawings_to_png(drawings: Sequence[str]) -> list[bytes]:
    """SVG drawings as PNG for print: 160 mm wide at 300 dots to the inch, which they record."""
    import matplotlib
    import typst

    if not drawings:
        return []
    with tempfile.TemporaryDirectory(prefix="seglib-png-") as name:
        folder = Path(name)
        pages = [f"#set page(width: {PRINT_WIDTH_MM}mm, height: auto, margin: 0mm)"]
        for number, drawing in enumerate(drawings):
            (folder / f"{number}.svg").write_text(drawing, "utf-8")
            pages.append(f'#page(image("{number}.svg", width: 100%))')
        (folder / "pages.typ").write_text("\n".join(pages), "utf-8")
        made = typst.compile(
            str(folder / "pages.typ"),
            root=name,
            font_paths=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=True,
            format="png",
            ppi=PRINT_DPI,
        )
    return [_with_resolution(each) for each in ([made] if isinstance(made, bytes) else made)]


def _with_resolution(png: bytes) -> bytes:
    """A PNG that says how large it is on paper, after its first chunk."""
    dots_m, first = round(PRINT_DPI / _INCH_M), 33
    content = b"pHYs" + struct.pack(">IIB", dots_m, dots_m, 1)
    chunk = struct.pack(">I", 9) + content + struct.pack(">I", zlib.crc32(content))
    return png[:first] + chunk + png[first:]


def packed(files: Mapping[str, bytes] | bytes) -> bytes:
    """An archive of these files, or an archive packed anew, that is the same whenever it is made.

    An office document is an archive too, and its own dates go as well.
    """
    if isinstance(files, bytes):
        with zipfile.ZipFile(io.BytesIO(files)) as archive:
            files = {name: _DATES.sub(b"", archive.read(name)) for name in archive.namelist()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _about(block: Block, doc: Document) -> dict[str, str]:
    """What a table must say of itself when it lies loose."""
    own, view = words(doc.lang), shown(block)
    title = f"{own[block.kind]} {block.number}"
    return {
        "title": f"{title}: {view['title']}" if view["title"] else title,
        "caption": view["caption"],
        "alt": view["alt"],
        "source": view["source"],
        "report": doc.full_title,
        "licence": LICENCE,
        "language": doc.lang,
    }


def _description(grid: Grid, about: Mapping[str, str], name: str, lang: str) -> dict[str, Any]:
    """A table as CSV on the Web describes it (W3C, Metadata Vocabulary for Tabular Data, 2015)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang}],
        "url": name,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "dc:title": about["title"],
        "dc:description": about["caption"],
        "dc:abstract": about["alt"],
        "dc:source": about["source"],
        "dc:isPartOf": about["report"],
        "dc:license": {"@id": about["licence"]},
        "dc:language": lang,
        "tableSchema": {"columns": [asdict(column) for column in grid.columns]},
    }


def _json(content: Mapping[str, Any] | Iterable[Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
