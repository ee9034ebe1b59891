"""Make a notebook the same bytes whenever its content is the same."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from seglib.errors import ParameterError, ReportError
from seglib.report.document import numbered_cells

_KEPT_IN_CELL = ("tags", "caption", "alt")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def normalise(nb: NotebookNode) -> NotebookNode:
    """A copy of a notebook without anything that depends on when or where it ran.

    Ids come from position and content, counts run from 1, one kernel name, no timestamps;
    the cell that a runner injected is gone.
    """
    metadata: dict[str, Any] = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    if "seglib" in nb.metadata:
        metadata["seglib"] = nb.metadata["seglib"]
    count = 0
    clean = []
    for position, cell in numbered_cells(nb):
        count += cell.cell_type == "code" and bool(cell.source.strip())
        clean.append(_clean_cell(cell, position, count))
    return nbformat.from_dict(
        {"cells": clean, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def write(nb: NotebookNode, path: str | Path) -> None:
    """Write a notebook whole or not at all, UTF-8 with LF."""
    path, text = Path(path), nbformat.writes(nb) + "\n"
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as bench:
        whole = Path(bench, path.name)
        whole.write_text(text, "utf-8", newline="\n")
        os.replace(whole, path)


def update(path: str | Path) -> None:
    """Run a committed notebook in Dutch with its own defaults and store it in normal form.

    It is replaced whole, or not at all when a cell fails.

    Raises
    ------
    ParameterError
        Its default language is not Dutch.
    """
    from seglib.report.execute import execute
    from seglib.report.parameters import default_parameters

    path = Path(path)
    nb = nbformat.read(path, as_version=4)
    lang = default_parameters(nb, path.stem).get("lang")
    if lang != "nl":
        raise ParameterError(
            f"Notebook {path.stem} has lang = {lang!r} by default; committed outputs are Dutch. "
            "Set lang = 'nl' in its parameters cell."
        )
    write(normalise(execute(nb, {}, name=path.stem, folder=path.parent)), path)


def first_figure(path: str | Path) -> str:
    """The SVG of the first figure that a stored notebook shows; the front door uses it."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            if "image/svg+xml" in output.get("data", {}):
                return output["data"]["image/svg+xml"]
    raise ReportError(f"{Path(path).name} shows no figure yet. Run `notebooks update` first.")


def _clean_cell(cell: NotebookNode, position: int, count: int) -> dict[str, Any]:
    source = cell.source.strip("\n")
    content = hashlib.sha256(f"{cell.cell_type}\n{source}".encode()).hexdigest()[:8]
    clean = {
        "id": f"{position:03d}-{content}",
        "cell_type": cell.cell_type,
        "metadata": {name: cell.metadata[name] for name in _KEPT_IN_CELL if name in cell.metadata},
        "source": source,
    }
    if cell.cell_type == "code":
        ran = bool(source.strip()) and cell.get("execution_count") is not None
        clean["execution_count"] = count if ran else None
        clean["outputs"] = _clean_outputs(cell.get("outputs", []), count)
    return clean


def _clean_outputs(outputs: list[NotebookNode], count: int) -> list[dict[str, Any]]:
    """One output per stream in a row: how often it was flushed depends on the machine."""
    clean: list[dict[str, Any]] = []
    for output in outputs:
        output = {name: value for name, value in output.items() if name != "transient"}
        if output["output_type"] == "execute_result":
            output["execution_count"] = count
        last = clean[-1] if clean else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            clean[-1] = {**last, "text": last["text"] + output["text"]}
        else:
            clean.append(output)
    return clean
