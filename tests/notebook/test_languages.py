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
        data = output.get("data", {})
        ours = [kind for kind in data if kind.startswith(SEGLIB)]  # others repeat its values
        kinds = ours or [kind for kind in data if kind != "text/plain"] or list(data)
        for leaf in leaves([*(data[kind] for kind in kinds), output.get("text", "")]):
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
