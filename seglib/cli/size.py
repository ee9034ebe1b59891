"""How large the package is, in lines of code, against the limits that it keeps."""

from __future__ import annotations

import ast
from pathlib import Path

CORE = (
    "errors",
    "table",
    "result",
    "registry",
    "measures",
    "scale",
    "inference",
    "change",
)
LIMITS = {"core": 6_000, "sources": 3_500, "whole": 27_000}


def package_size(package: Path) -> dict[str, int]:
    """Lines of code in the core rooms, in the data layer and in the whole package."""
    lines = dict.fromkeys(LIMITS, 0)
    for path in sorted(package.rglob("*.py")):
        count = lines_of_code(path.read_text(encoding="utf-8"))
        lines["whole"] += count
        room = path.relative_to(package).parts[0].removesuffix(".py")
        if room in CORE:
            lines["core"] += count
        elif room in lines:
            lines[room] += count
    return lines


def lines_of_code(text: str) -> int:
    """Lines that hold code: no blank lines, comments or docstrings, which are there to help."""
    tree = ast.parse(text)
    told: set[int] = set()
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node, clean=False) is not None:
            told.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in told
        for number, line in enumerate(text.splitlines(), 1)
    )
