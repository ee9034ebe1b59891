"""Working copies of the notebooks in one language, for exploring without touching what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

from seglib.errors import ParameterError

LARGEST_MESSAGE = 512 * 2**20  # bytes; a file comes from the browser in one, and 10 MB are usual
SETTINGS = Path(__file__).with_name("lab_settings")  # no question about news over a corner
SERVER = (
    f"--ServerApp.tornado_settings={{'websocket_max_message_size': {LARGEST_MESSAGE}}}",
    f"--LabApp.app_settings_dir={SETTINGS}",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def make_working_copies(source: Path, folder: Path, *, lang: str, fresh: bool) -> Iterator[str]:
    """Copy each notebook of ``source`` in one language; one line of report for each.

    A copy that is there is somebody's work: it stays, unless ``fresh``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.ipynb")):
        copy = folder / path.name
        if copy.exists() and not fresh:
            newer = path.stat().st_mtime > copy.stat().st_mtime
            yield f"kept {copy.name}" + (" (older than its source; --fresh renews)" * newer)
            continue
        notebook = nbformat.read(path, as_version=4)
        nbformat.write(in_one_language(notebook, lang), copy)
        yield f"copied {copy.name} ({lang})"


def in_one_language(notebook: nbformat.NotebookNode, lang: str) -> nbformat.NotebookNode:
    """The notebook without the other language's prose and outputs, its ``lang`` and names set."""
    cells = []
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & {"nl", "en"} and lang not in tags:
            continue
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "parameters" in tags:
            cell.source = set_language(cell.source, lang)
            for wanted in ("show_names", "interactive"):  # a reader's own screen, and live
                cell.source = cell.source.replace(f"{wanted} = False", f"{wanted} = True", 1)
        cells.append(cell)
    notebook.cells = cells
    return notebook


def set_language(source: str, lang: str) -> str:
    """A parameters cell with another ``lang``."""
    changed, found = re.subn(
        r"""^(lang\s*=\s*)(["'])\w+\2""", rf'\g<1>"{lang}"', source, flags=re.MULTILINE
    )
    if not found:
        raise ParameterError(
            'A parameters cell needs the line `lang = "nl"`, and this one has none: '
            f"{source.splitlines()[0]!r}… Add it."
        )
    return changed
