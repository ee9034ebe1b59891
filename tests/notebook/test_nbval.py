"""nbval runs over the committed notebooks with the tests; here: that it would see a change.

``testpaths`` and ``--nbval`` in pyproject.toml let `make test` run each cell of notebooks/ in this
Python and compare it with what is stored.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
SHOW = "from IPython.display import display\ndisplay({data!r}, raw=True)"
EVIDENCE = "application/vnd.seglib.evidence+json"
STORED = {
    "text": {"text/plain": "D = 43,2"},
    "table": {"text/plain": "t", "text/html": "<td>43,2</td>"},
    "drawing": {"text/plain": "f", "image/svg+xml": "<svg><text>43,2</text></svg>"},
    "evidence": {"text/plain": "e", EVIDENCE: {"value": 0.432, "low": [0.42]}},
}


def cell(shown: dict, stored: dict) -> nbformat.NotebookNode:
    output = new_output("display_data", data=stored)
    return new_code_cell(SHOW.format(data=shown), execution_count=1, outputs=[output])


def changed(value: object) -> object:
    """The same output with another number in it."""
    if isinstance(value, dict):
        return {key: changed(held) for key, held in value.items()}
    return value.replace("43,2", "43,3") if isinstance(value, str) else [0.43]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> str:
    """What nbval says of true cells and of cells whose stored number was changed."""
    folder = tmp_path_factory.mktemp("nbval")
    cells = [cell(data, data) for data in STORED.values()]
    cells += [cell(data, changed(data)) for data in STORED.values()]
    cells.append(new_code_cell("print('shown')", execution_count=1, outputs=[]))
    nbformat.write(new_notebook(cells=cells), folder / "seen.ipynb")
    options = settings()["addopts"].split()
    command = [sys.executable, "-m", "pytest", "-c", "none.ini", "--rootdir", ".", *options, "-v"]
    (folder / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


def settings() -> dict:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["tool"]["pytest"]["ini_options"]


def test_make_test_runs_nbval_strictly_over_the_notebooks():
    assert "notebooks" in settings()["testpaths"]
    assert "--nbval" in settings()["addopts"].split()
    assert "lax" not in settings()["addopts"]


@pytest.mark.parametrize("number", range(len(STORED)), ids=STORED)
def test_what_is_the_same_passes(verdicts, number):
    assert f"Cell {number} PASSED" in verdicts


@pytest.mark.parametrize("number", range(len(STORED)), ids=STORED)
def test_another_number_fails(verdicts, number):
    assert f"Cell {number + len(STORED)} FAILED" in verdicts


def test_an_output_that_was_not_stored_fails(verdicts):
    assert f"Cell {2 * len(STORED)} FAILED" in verdicts
