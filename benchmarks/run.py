"""Measure seglib and its peers side by side, and write ``results.md`` and ``results.json``.

``python -m benchmarks.run --sizes 480 14500 --tasks D isolation`` measures a part; rows measured
earlier on the same machine and versions stay, and those of earlier code are marked.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import as_markdown
from benchmarks.tasks import TASKS, Task

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MEASURED = ("seglib/registry.py", "seglib/table", "seglib/measures", "seglib/scale")
MEASURED += ("seglib/inference", "seglib/change")
NAMED = ("numpy", "numba", "pandas", "segregation", "equipop")
AGREEMENT = 1e-9
START = """
import json, time
times = {}
start = time.perf_counter()
import seglib
times["import_seglib"] = time.perf_counter() - start
from seglib import CountTable, dissimilarity
times["import_measures"] = time.perf_counter() - start
table = CountTable.from_counts([[3, 1], [1, 3]], groups=("a", "b"))
start = time.perf_counter()
dissimilarity(table, "a", "b")
times["first_call"] = time.perf_counter() - start
print(json.dumps(times))
"""


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked, size by size, each task on both sides before the next."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[], help="default: all")
    parser.add_argument("--tasks", nargs="*", default=[], help="start of their names")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the results")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    found = earlier(chosen.out / "results.json")
    found["start"] = start_times()
    found["skipped"] = {task.name: lack for task in TASKS if (lack := task.lacks())}
    for task in TASKS:
        if task.name in found["skipped"]:
            print(f"{task.name}: skipped, seglib has no {found['skipped'][task.name]} yet")
    for size in sorted({size for task in TASKS for size in task.sizes}):
        if not chosen.sizes or size in chosen.sizes:
            measure_size(size, chosen.tasks, found, chosen.out)
    write(found, chosen.out)
    return 1 if any(row.get("error") for row in found["rows"].values()) else 0


def measure_size(size: int, names: list[str], found: dict[str, Any], out: Path) -> None:
    """Every asked task at one size; results are written after each row."""
    tasks = [
        task
        for task in TASKS
        if size in task.sizes
        and task.name not in found["skipped"]
        and (not names or any(task.name.startswith(name) for name in names))
    ]
    sides = {side: Side(side) for side in ("ours", "peer")}
    try:
        for task in tasks:
            row = side_by_side(task, size, sides)
            found["rows"][f"{task.name} @ {size}"] = row
            print(f"{task.name} @ {size:,}: {_told(row)}", flush=True)
            write(found, out)
    finally:
        for side in sides.values():
            side.close()


class Side:
    """A worker process, started at the first question."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process: subprocess.Popen[str] | None = None

    def ask(self, task: Task, size: int) -> dict[str, Any]:
        """What the worker measured."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.worker", self.name],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # progress bars of the peers
                text=True,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"task": task.name, "size": size}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            self.process = None
            return {"error": "the process ended, for want of memory perhaps"}
        return json.loads(answer)

    def close(self) -> None:
        """End the worker by ending its input."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()


def side_by_side(task: Task, size: int, sides: dict[str, Side]) -> dict[str, Any]:
    """Ours, then the peer's; no time where the values differ."""
    row: dict[str, Any] = {"task": task.name, "n_units": size, "code": code_hash()}
    row["note"] = task.note
    row["load"] = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    row["target_ratio"] = task.ratio.get(size)
    row["target_seconds"] = task.seconds.get(size)
    ours = sides["ours"].ask(task, size)
    if "error" in ours:
        return row | {"error": f"ours: {ours['error']}"}
    row["ours"] = ours
    if task.peer is not None and size in task.peer_sizes:
        peer = sides["peer"].ask(task, size)
        if "error" in peer:
            return row | {"peer_failed": peer["error"]}
        if apart := disagreement(ours, peer):
            del row["ours"]
            return row | {"error": apart}
        row["peer"] = peer | {"name": task.peer_name}
        row["ratio"] = peer["seconds"] / ours["seconds"]
    elif size in task.recorded:
        seconds, name = task.recorded[size]
        row["recorded"] = {"seconds": seconds, "name": name}
    return row


def disagreement(ours: dict[str, Any], peer: dict[str, Any]) -> str:
    """Where the two differ: values by more than 1e-9, means of draws by over 5 standard errors."""
    for name, value in ours["values"].items():
        if name in peer["values"] and not abs(value - peer["values"][name]) <= AGREEMENT:
            return f"{name} is {value!r} with us and {peer['values'][name]!r} with the peer"
    if ours["draws"] and peer["draws"] and peer["draws"][2] >= 100:
        mean, spread, n = peer["draws"]
        error = spread * math.sqrt(1 / n + 1 / ours["draws"][2])
        if abs(mean - ours["draws"][0]) > 5 * error:
            return f"draws average {ours['draws'][0]:.6g} with us and {mean:.6g} with the peer"
    return ""


def start_times() -> dict[str, float]:
    """Seconds to import seglib and for a first call in a new process; the kernel is on disk.

    numba loads scipy.linalg at the first call, where scipy is installed: once more without that.
    """

    def told(code: str) -> dict[str, float]:
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    told(START)
    return told(START) | {"without_scipy": told(f"import scipy.linalg\n{START}")["first_call"]}


def earlier(path: Path) -> dict[str, Any]:
    """Results of this machine and these versions, or none."""
    fresh: dict[str, Any] = {"machine": machine(), "versions": versions(), "rows": {}}
    if path.is_file():
        stored = json.loads(path.read_text(encoding="utf-8"))
        if all(stored.get(name) == fresh[name] for name in ("machine", "versions")):
            known = {f"{task.name} @ {size}" for task in TASKS for size in task.sizes}
            fresh["rows"] = {key: row for key, row in stored["rows"].items() if key in known}
    return fresh


def machine() -> dict[str, Any]:
    """What a reader needs to weigh the times."""
    kind = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        kind = next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (OSError, StopIteration, ValueError, AttributeError):
        memory = 0.0
    return {"processor": kind, "cores": os.cpu_count(), "memory_gb": round(memory)}


def versions() -> dict[str, str]:
    """Python and the packages that the times depend on."""
    return {"Python": platform.python_version()} | {
        name: importlib.metadata.version(name) for name in NAMED
    }


def code_hash() -> str:
    """Of the modules that are measured, so that a row tells which code it saw."""
    digest = hashlib.sha256()
    for name in MEASURED:
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def write(found: dict[str, Any], out: Path) -> None:
    """Both files, rows in the order of the tasks."""
    order = [f"{task.name} @ {size}" for task in TASKS for size in task.sizes]
    found["rows"] = {key: found["rows"][key] for key in order if key in found["rows"]}
    found["not_run"] = [key for key in order if key not in found["rows"]]
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (out / "results.json").write_text(text, encoding="utf-8")
    (out / "results.md").write_text(as_markdown(found, code_hash()), encoding="utf-8")


def _told(row: dict[str, Any]) -> str:
    if "error" in row:
        return row["error"]
    told = f"{row['ours']['seconds']:.4g} s"
    return told + (f", {row['ratio']:.0f}x {row['peer']['name']}" if "ratio" in row else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
