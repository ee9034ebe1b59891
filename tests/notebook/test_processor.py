"""Machine code: found again by a later process, and with equal outputs on a plain processor.

The outputs of all notebooks on such a processor: the proof `notebooks`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from shown_numbers import shown_otherwise

import seglib.measures  # noqa: F401 (enters its measures)
from seglib.registry import REGISTRY

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
# Measures, draws and fits once; tells per compiled function how often the disk served it.
USE_EVERYTHING = """
import json
from numba.core.dispatcher import Dispatcher
import seglib.measures, seglib.inference, seglib.change, sys
from seglib.inference import estimate, change_between
from seglib.registry import REGISTRY
from seglib.table import CountTable
table = CountTable.from_counts([[80, 20, 9], [80, 20, 30], [20, 80, 14]], groups=("a", "b", "c"))
for symbol, entry in REGISTRY.items():
    found = estimate(entry.function, table, *table.groups[:entry.arity], seed=1, replicates=40)
seglib.change.difference(table, table.scaled(2))
counts = {}
modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("seglib")]
kernels = [item for module in modules for item in vars(module).values()]
kernels += [entry.batch for entry in REGISTRY.values()]
for item in kernels:
    if isinstance(item, Dispatcher):
        stats = item.stats
        name = f"{item.py_func.__module__}.{item.py_func.__qualname__}"
        counts[name] = [sum(stats.cache_hits.values()), sum(stats.cache_misses.values())]
print(json.dumps(counts))
"""


def on_a_plain_processor(cache: Path, code: str, *words: str) -> str:
    """What this code prints in a new process: one thread and no special instruction."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), **PLAIN},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kept(cache: Path) -> list[str]:
    """The machine code that lies on disk."""
    return sorted(str(path.relative_to(cache)) for path in cache.rglob("*.nb*"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """A folder with every kernel, as the first process that uses them leaves it."""
    folder = tmp_path_factory.mktemp("kernels")
    first = json.loads(on_a_plain_processor(folder, USE_EVERYTHING))
    assert sum(misses for _, misses in first.values()) > 0
    return folder


def test_a_second_process_finds_every_kernel_on_disk(cache):
    files = kept(cache)
    second = json.loads(on_a_plain_processor(cache, USE_EVERYTHING))
    assert {name: misses for name, (_, misses) in second.items() if misses} == {}
    batches = {name: hits for name, (hits, _) in second.items() if name.endswith("_batch")}
    assert len(batches) == len({id(entry.batch) for entry in REGISTRY.values()})
    assert all(hits > 0 for hits in batches.values())
    assert kept(cache) == files


def test_one_thread_and_a_generic_processor_give_the_stored_outputs(cache, tmp_path):
    plain = tmp_path / PATH.name
    on_a_plain_processor(cache, RUN, str(PATH), str(plain))
    stored, found = (nbformat.read(path, as_version=4) for path in (PATH, plain))
    assert shown_otherwise(stored, found) == []
