"""A cluster makes the same bytes, and a worker that is killed loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from small_notebook import small_notebook

from seglib.errors import ReportError
from seglib.report import batch, ledger

PLACES = ["Delft", "Gouda", "Zwolle", "Assen", "Breda", "Emmen"]


def quiet(line):
    return None


def started(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(tmp_path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler with two workers, all in processes of their own on this machine."""
    file = tmp_path / "scheduler.json"
    known = ("--scheduler-file", str(file))
    here = ("--host", "127.0.0.1", "--no-dashboard")
    processes = [started("scheduler", *known, *here, "--port", "0")]
    while not file.is_file():
        time.sleep(0.05)
    worker = ("worker", *known, *here, "--nthreads", "1", "--local-directory", str(tmp_path))
    processes += [started(*worker, "--no-nanny"), started(*worker)]  # the nanny's is a daemon

    try:
        yield json.loads(file.read_text("utf-8"))["address"], processes
    finally:
        processes[2].terminate()  # a nanny takes its worker along
        for process in reversed(processes):
            try:
                process.wait(10 if process is processes[2] else 0.1)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def notebook(folder: Path) -> Path:
    nb = small_notebook()
    nb.cells[6].source += "\nimport time\ntime.sleep(0.3)"
    nbformat.write(nb, folder / "00_klein.ipynb")
    return folder / "00_klein.ipynb"


def files_of(out: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(out.rglob("*")) if path.name != ledger.NAME)
    return {str(path.relative_to(out)): path.read_bytes() for path in paths if path.is_file()}


def test_a_killed_worker_loses_nothing_and_all_bytes_are_those_made_here(tmp_path, cluster):
    address, processes = cluster
    path, killed = notebook(tmp_path), []

    def kill_one(line: str) -> None:
        if " of 6 reports" in line and not killed:
            killed.append(line)
            os.kill(processes[1].pid, signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "EVERY_S", 0.0)
        far = batch.make_batch([path], PLACES, tmp_path / "far", scheduler=address, say=kill_one)
    assert killed and killed[0].startswith("1 of 6")
    assert (len(far.made), dict(far.failed)) == (6, {})
    batch.make_batch([path], PLACES, tmp_path / "near", say=quiet)
    assert files_of(tmp_path / "far") == files_of(tmp_path / "near")


def test_no_scheduler_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("seglib.report.cluster.PATIENCE_S", 1)
    path = notebook(tmp_path)
    with pytest.raises(ReportError, match=r"No scheduler answers at 'tcp://127.0.0.1:9'"):
        batch.make_batch(
            [path], ["Delft"], tmp_path / "out", scheduler="tcp://127.0.0.1:9", say=quiet
        )
