"""Does a warning of ours stop a test, and one from elsewhere not?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_warning_raised_in_seglib_fails_a_test_and_one_from_elsewhere_does_not(tmp_path):
    test = tmp_path / "test_warning.py"
    test.write_text(
        "import warnings\n"
        "def raise_in(module):\n"
        "    code = compile('import warnings; warnings.warn(\"w\")', 'x.py', 'exec')\n"
        "    exec(code, {'__name__': module})\n"
        "def test_ours(): raise_in('seglib.sources.load')\n"
        "def test_the_root(): raise_in('seglib')\n"
        "def test_theirs(): raise_in('seglibrary')\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml")]
    command += ["--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-rf", str(test)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 failed, 1 passed" in done.stdout
    assert "FAILED test_warning.py::test_theirs" not in done.stdout
