"""Do threads and processor leave every output as it is? For all notebooks: `verify notebooks`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from shown_numbers import shown_otherwise

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "notebooks" / "01_herkomstsegregatie.ipynb"
RUN = "import sys; from seglib.report.run import run; run(sys.argv[1], {}, sys.argv[2])"
PLAIN = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def test_one_thread_and_a_generic_processor_give_the_stored_outputs(tmp_path):
    plain = tmp_path / PATH.name
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), **PLAIN}
    command = [sys.executable, "-c", RUN, str(PATH), str(plain)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    stored, found = (nbformat.read(path, as_version=4) for path in (PATH, plain))
    assert shown_otherwise(stored, found) == []
