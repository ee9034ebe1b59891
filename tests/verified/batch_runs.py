"""Proof of the batch: outputs equal a kernel's, and a batch that is killed is completed.

``python3 -m seglib verify batch`` runs every notebook by a kernel and by our engine, warm and cold,
and kills a batch of twenty places at several moments. A word after it chooses: equal or resume.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from stamps import ROOT, Proof

from seglib.report import ledger, reach, worker
from seglib.report.normalise import write
from seglib.report.run import run

PARTS = ("equal", "resume")
COLD = ("01_herkomstsegregatie",)  # the notebooks that are run by spawn too, which imports anew
PLACES = 20
MOMENTS = (0, 1, 4, 9, 15)  # lines in the ledger at which a batch is killed
RUN = """
import json, sys
from seglib.report.batch import make_batch

if __name__ == "__main__":
    made = make_batch([sys.argv[1]], sys.argv[3].split(","), sys.argv[2], jobs=2)
    cells = sum(line.cell_seconds for line in made.made.values())
    peak = max((line.peak_mb for line in made.made.values()), default=0.0)
    print(json.dumps([len(made.made), len(made.kept), len(made.failed), made.seconds, cells, peak]))
"""


def proof(words: Sequence[str]) -> dict[str, Any]:
    """The fields of the stamp."""
    chosen = [part for part in PARTS if not words or part in words]
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="seglib-batch-") as folder:
        if "equal" in chosen:
            found["equal"] = equal(Path(folder))
        if "resume" in chosen:
            found["resume"] = resume(Path(folder))
    different = [name for name, same in found.get("equal", {}).items() if not same]
    resumed = found.get("resume", {"holds": True})
    return {
        "seeds": [],
        "counts": {"notebooks": len(found.get("equal", {})), "kills": len(MOMENTS)},
        "complete": chosen == list(PARTS),
        "holds": not different and resumed["holds"],
        **found,
    }


def equal(folder: Path) -> dict[str, bool]:
    """Whether the executed notebook has the same bytes, by notebook and way of starting."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        write(run(path, {"lang": "nl"}, id="proof"), folder / path.name)
        for start in ("forkserver", "spawn") if path.stem in COLD else ("forkserver",):
            outcome = worker.isolated(job(path, folder, start))
            name = next((name for name in outcome.files if name.endswith(".ipynb")), "")
            same = outcome.files.get(name) == (folder / path.name).read_bytes()
            found[f"{path.stem} by {start}"] = same
            print(f"{path.stem} by {start}: {'equal' if same else outcome.failed or 'DIFFERENT'}")
    return found


def job(path: Path, folder: Path, start: str) -> worker.Job:
    """The default run of a notebook in Dutch."""
    return worker.Job(
        notebook=path.stem,
        source=nbformat.writes(nbformat.read(path, as_version=4)),
        id="proof",
        parameters={},
        lang="nl",
        languages=("nl",),
        formats=("html",),
        bench=str(folder),
        start=start,
    )


def resume(folder: Path) -> dict[str, Any]:
    """Kill a batch time after time; what is there in the end, beside a batch that ran through."""
    sys.path.insert(0, str(ROOT / "tests"))
    from small_notebook import small_notebook

    (folder / "run.py").write_text(RUN, "utf-8")
    nbformat.write(small_notebook(), folder / "00_klein.ipynb")
    places = ",".join(reach.gemeenten()[:PLACES])

    def start(out: str) -> subprocess.Popen[str]:
        words = (folder / "run.py", folder / "00_klein.ipynb", folder / out, places)
        command = [sys.executable, *map(str, words)]
        ours = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ours)

    def told(process: subprocess.Popen[str]) -> list[Any]:
        return json.loads(process.communicate()[0].splitlines()[-1])

    through, log = told(start("through")), []
    for moment in MOMENTS:
        process, since = start("killed"), time.monotonic()
        while process.poll() is None and lines(folder / "killed") < moment:
            time.sleep(0.01)
        if moment == 0:
            time.sleep(2.0)  # while it sets up
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        pages = len(list((folder / "killed").glob("nl/*.html")))
        log.append({"killed_at": moment, "ledger": lines(folder / "killed"), "pages": pages})
        print(f"killed after {time.monotonic() - since:.1f} s: {log[-1]}")
    last = told(start("killed"))
    third = told(start("killed"))
    same = files_of(folder / "killed") == files_of(folder / "through")
    print(f"then {last[0]} made and {last[1]} kept; a third call made {third[0]}; same: {same}")
    return {
        "log": log,
        "made_last": last[0],
        "kept_last": last[1],
        "made_by_a_third_call": third[0],
        "same_bytes": same,
        "overhead_s": round((2 * through[3] - through[4]) / PLACES, 3),
        "peak_mb": through[5],
        "holds": same and last[0] + last[1] == PLACES and third[:2] == [0, PLACES],
    }


def lines(out: Path) -> int:
    """Reports in the ledger."""
    path = out / ledger.NAME
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def files_of(out: Path) -> dict[str, bytes]:
    """All files but the ledger, whose order is that of the day."""
    paths = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != ledger.NAME)
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


MODULES = ("engine", "worker", "warm", "ledger", "batch", "execute", "normalise")
PROOF = Proof(
    "batch",
    ("tests/verified/batch_runs.py", *(f"seglib/report/{name}.py" for name in MODULES)),
    proof,
)
