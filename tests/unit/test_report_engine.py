"""Cells run in a process of ours give what a kernel gives, output by output."""

from __future__ import annotations

import json
import subprocess
import sys

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from small_notebook import small_notebook

from seglib.errors import ReportError
from seglib.report import engine
from seglib.report.execute import execute
from seglib.report.normalise import normalise

ALONE = """
import json, sys
import nbformat, papermill
from seglib.report import engine
from seglib.report.normalise import normalise

path, parameters = sys.argv[1], json.loads(sys.argv[2])
engine.use()
from papermill import execute
execute.raise_for_execution_errors = lambda nb, path: None  # an error is an output too
told = []
engine.course.begin = told.append
nb = papermill.execute_notebook(
    path, None, parameters, kernel_name="python3", language="python", progress_bar=False,
    resources={"metadata": {"path": sys.argv[3]}},
)
counts = [cell.get("execution_count") for cell in nb.cells]
print(json.dumps([nbformat.writes(normalise(nb)), counts, told, engine.course.seconds]))
"""
ODD = [
    "a = 1  # a parameter",
    "import sys, os\nprint('out')\nprint('err', file=sys.stderr)\nprint('more')\na",
    "import warnings\nfrom IPython.display import display, update_display, clear_output\n"
    "warnings.showwarning = lambda m, c, f, l, *x: print(c.__name__, m, file=sys.stderr)\n"
    "warnings.warn('careful')",
    "shown = display({'a': (1, 2)}, display_id='x', metadata={'text/plain': {'b': 1}})",
    "update_display('later', display_id='x')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "import pandas\npandas.DataFrame({'a': [1.5, float('nan')], 'b': ['x', '<y>']})",
    "In[2][:6], Out[1], _, __name__, sys.stdout.isatty(), os.path.basename(os.getcwd())",
    "os.write(1, b'past Python\\n')\nos.system('echo a program; echo its error >&2');",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "%precision 3\n3.14159265",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])[0].axes.get_title()",
    "class Own(ValueError): pass\ndef inner(): raise Own('no é')\ninner()",
    "'never reached'",
]


def in_own_process(nb, folder, **parameters):
    """The normalised notebook as text, raw counts, the cells told and seconds, by our engine."""
    path = folder / "notebook.ipynb"
    nbformat.write(nb, path)
    command = [sys.executable, "-c", ALONE, str(path), json.dumps(parameters), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def by_kernel(nb, folder, monkeypatch, **parameters):
    """The same by a kernel: what ``execute`` gives, or leaves when a cell stops."""
    from papermill import execute as execution

    monkeypatch.setattr(execution, "raise_for_execution_errors", lambda nb, path: None)
    return execute(nbformat.from_dict(nb), parameters, name="odd", folder=folder)


def outputs(nb):
    """Text of all outputs, without the number of the process in the name of a cell's file."""
    import re

    text = nbformat.writes(nb) if not isinstance(nb, str) else nb
    return [
        re.sub(r"ipykernel_\d+", "ipykernel", json.dumps(cell.get("outputs"), sort_keys=True))
        for cell in nbformat.reads(text, 4).cells
    ]


def odd_notebook():
    cells = [new_code_cell(source) for source in ODD]
    cells[0].metadata["tags"] = ["parameters"]
    return new_notebook(cells=cells)


@pytest.mark.parametrize("make", [small_notebook, odd_notebook])
def test_every_output_equals_that_of_a_kernel(tmp_path, monkeypatch, make):
    parameters = {"a": 2} if make is odd_notebook else {"place": "Delft", "lang": "en"}
    ours, counts, told, seconds = in_own_process(make(), tmp_path, **parameters)
    theirs = by_kernel(make(), tmp_path, monkeypatch, **parameters)
    assert outputs(ours) == outputs(normalise(theirs))
    assert counts == [cell.get("execution_count") for cell in theirs.cells]
    assert told == sorted(told) and told[0] == 1
    assert seconds > 0


def test_a_process_runs_one_notebook_only(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "course", engine.Course(cell=3))
    with pytest.raises(ReportError, match="Give each notebook a process of its own"):
        papermill.execute_notebook(
            odd_notebook(), None, engine_name=engine.NAME, kernel_name="python3", progress_bar=False
        )
