"""Are the numbers in English the numbers in Dutch?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from seglib.report.run import run

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SEGLIB = "application/vnd.seglib."
NUMBER = re.compile(r"\d(?:[\d.,\u00a0\u202f]*\d)?")


def leaves(value: object) -> Iterator[object]:
    """Every plain value in a nest of lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def numbers(cell: NotebookNode) -> Counter[str]:
    """The digits of each number that a cell shows or hands on, with how often."""
    found: Counter[str] = Counter()
    for output in cell.get("outputs", []):
        shown = [text for kind, text in output.get("data", {}).items() if "svg" not in kind]
        has_form = any(kind.startswith(SEGLIB) for kind in output.get("data", {}))
        if has_form:  # the values themselves; the drawing and the HTML repeat them
            shown = [v for kind, v in output["data"].items() if kind.startswith(SEGLIB)]
        for leaf in leaves([*shown, output.get("text", "")]):
            if isinstance(leaf, str):
                found.update(re.sub(r"\D", "", number) for number in NUMBER.findall(leaf))
            elif isinstance(leaf, int | float):
                found[repr(leaf)] += 1
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_run_in_english_gives_every_number_of_the_stored_dutch(path):
    dutch = nbformat.read(path, as_version=4)
    english = run(path, {"lang": "en"})
    cells = [
        (position, numbers(ours), numbers(theirs))
        for position, (ours, theirs) in enumerate(zip(dutch.cells, english.cells, strict=True), 1)
    ]
    assert sum(found.total() for _, found, _ in cells) > 50
    assert [(n, nl - en, en - nl) for n, nl, en in cells if nl != en] == []
