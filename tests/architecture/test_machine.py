"""Do threads and processor leave the numbers as they are? And do warnings of ours stop a test?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = """
import seglib
before, after = (
    seglib.CountTable.from_counts(counts, groups=("a", "b", "c"), units=("u", "v", "w", "x"))
    for counts in (
        [[310, 120, 80], [90, 260, 70], [150, 140, 160], [220, 60, 110]],
        [[280, 150, 90], [120, 230, 80], [160, 150, 150], [200, 90, 120]],
    )
)
for measure, groups in (
    (seglib.dissimilarity, ("a",)),
    (seglib.dissimilarity, ("a", "b")),
    (seglib.isolation, ("a",)),
    (seglib.information_theory, ()),
    (seglib.mutual_information, ()),
):
    found = seglib.estimate(measure, before, *groups, seed=2017, replicates=200)
    numbers = (found.value, found.low, found.high, found.null_mean, found.standard_error)
    print(found.symbol, *("-" if number is None else f"{number:.4f}" for number in numbers))
for part, value in seglib.difference(before, after).parts.items():
    print(part, f"{value:.6f}")
"""


def printed(folder: Path, **variables: str) -> str:
    """What the numbers look like in a fresh process with these variables."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder), **variables}
    done = subprocess.run(
        [sys.executable, "-c", NUMBERS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_thread_and_a_generic_processor_print_the_same_numbers(tmp_path):
    usual = printed(tmp_path / "usual")
    one = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    plain = printed(tmp_path / "plain", NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="", **one)
    assert len(usual.splitlines()) >= 8
    assert plain == usual


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
