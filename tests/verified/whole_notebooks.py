"""Every notebook in full, in English, and on a plain processor: time, outcomes, equal numbers."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from stamps import HERE, ROOT, Proof

sys.path.append(str(HERE.parent))
from shown_numbers import differing, numbers, shown_otherwise

LIMIT_S = 300
EVIDENCE = "application/vnd.seglib.evidence+json"
FOLDER = ROOT / "notebooks"
RUN = "import sys; from seglib.report.run import run; run(sys.argv[1], {}, sys.argv[2])"
PLAIN = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    **dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
}
MODULES = (
    *("notebooks/" + path.name for path in sorted(FOLDER.glob("*.ipynb"))),
    *(f"seglib/{room}" for room in ("measures", "scale", "inference", "change", "models")),
    *(f"seglib/{room}" for room in ("sources", "synth", "claims", "figures", "language")),
    "data/claims.toml",
    "tests/shown_numbers.py",
    "tests/verified/whole_notebooks.py",
)


def outcomes(nb: NotebookNode) -> dict[str, str]:
    """What the notebook's evidence says of each claim."""
    found = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            told = output.get("data", {}).get(EVIDENCE)
            if told:
                found.setdefault(told["claim"], told["outcome"])
    return found


def on_a_plain_processor(path: Path) -> NotebookNode:
    """A run with one thread and without any special instruction."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, path.name)
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(Path(folder, "cache")), **PLAIN}
        command = [sys.executable, "-c", RUN, str(path), str(plain)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return nbformat.read(plain, as_version=4)


def check(path: Path) -> dict[str, Any]:
    """One notebook: seconds in full, and whether its numbers stay."""
    from seglib.report.run import run as run_notebook

    stored = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    full = run_notebook(path, {"fast": False})
    seconds = time.perf_counter() - start
    english, plain = run_notebook(path, {"lang": "en"}), on_a_plain_processor(path)
    return {
        "numbers shown": sum(numbers(cell).total() for cell in stored.cells),
        "in full under 300 s": seconds < LIMIT_S,
        "claims": len(outcomes(full)),
        "cells with other numbers in English": [row[0] for row in differing(stored, english)],
        "cells that are other on a plain processor": shown_otherwise(stored, plain),
    }


def run(words: Sequence[str]) -> dict[str, Any]:
    """Check the notebooks, all or those whose names begin so."""
    parser = argparse.ArgumentParser(prog="seglib verify notebooks")
    parser.add_argument("names", nargs="*")
    names = tuple(parser.parse_args(words).names)
    paths = [path for path in sorted(FOLDER.glob("*.ipynb")) if path.stem.startswith(names or "")]
    counts = {}
    for path in paths:
        counts[path.stem] = check(path)
        print(f"{path.stem}: {counts[path.stem]}", flush=True)
    sound = [
        each["in full under 300 s"]
        and not each["cells with other numbers in English"]
        and not each["cells that are other on a plain processor"]
        for each in counts.values()
    ]
    return {"seeds": {}, "counts": counts, "complete": not names, "holds": all(sound)}


PROOF = Proof("notebooks", MODULES, run)
