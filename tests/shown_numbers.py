"""What numbers do the outputs of an executed notebook show?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

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


def shown_otherwise(one: NotebookNode, other: NotebookNode) -> list[int]:
    """The cells whose outputs differ in anything but how many cells ran before them."""
    plain = [
        [
            [
                {name: part for name, part in output.items() if name != "execution_count"}
                for output in cell.get("outputs", [])
            ]
            for cell in nb.cells
        ]
        for nb in (one, other)
    ]
    left_out = [cell.cell_type == "raw" for cell in other.cells]
    rows = enumerate(zip(*plain, left_out, strict=True), 1)
    return [position for position, (ours, theirs, out) in rows if not out and ours != theirs]


def differing(one: NotebookNode, other: NotebookNode) -> list[tuple[int, Counter, Counter]]:
    """The cells that do not show the same numbers, and what each has more than its twin.

    Cells that either run has left out, since its place has one year or several, do not count.
    """
    found = []
    for position, pair in enumerate(zip(one.cells, other.cells, strict=True), 1):
        if "raw" not in {cell.cell_type for cell in pair}:
            ours, theirs = map(numbers, pair)
            if ours != theirs:
                found.append((position, ours - theirs, theirs - ours))
    return found
