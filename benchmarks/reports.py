"""Many reports: our batch beside a loop over papermill and a pool of processes with kernels.

``python -m benchmarks.reports`` measures with the project's own packages and writes ``reports.md``
and ``reports.json``; ``make bench`` calls it last. Peers run few reports, since each takes long;
theirs stop at the executed notebook, ours are pages that were checked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORKERS = 2
LARGE = ROOT / "notebooks" / "01_herkomstsegregatie.ipynb"
COUNTS = {  # of each way, in their order
    "small notebook": (3, 6, 60, 20, 20),
    "notebook 01": (2, 4, 30, 12, 12),
}
HEAD = """# Many reports

{workers} at a time on {cores} cores; seconds of the clock for each report, the start of everything
included. A loop over `papermill` and a pool of processes that each call `execute_notebook` run few
reports and stop at the executed notebook (`~`); ours make a page of each, check it and keep the
ledger. A cluster here is a scheduler and workers on this machine, warm before the clock starts.
Overhead is what our batch takes beside the cells: workers times the clock, less the seconds
of all cells, for each report. Load of the machine when a row began: above {cores}, others worked
beside, and all times are high.

`make bench` writes this page, or `python -m benchmarks.reports`.

| notebook | way | reports | seconds each | ours is faster | overhead | processor seconds | load |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def loop(notebook: Path, places: list[str], folder: Path) -> dict[str, float]:
    """``papermill`` on the command line, one after another."""
    for number, place in enumerate(places):
        command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-k", "python3"]
        source = fit_copy(notebook, place, folder)
        command += ["-r", "place", place, str(source), str(folder / f"{number}.ipynb")]
        subprocess.run(command, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
    return {}


def pool(notebook: Path, places: list[str], folder: Path) -> dict[str, float]:
    """Processes that live on, each with a kernel for every report."""
    with ProcessPoolExecutor(WORKERS) as processes:
        copies = [fit_copy(notebook, place, folder) for place in places]
        for done in list(map(processes.submit, repeat(executed), copies, places)):
            done.result()
    return {}


def fit_copy(notebook: Path, place: str, folder: Path) -> Path:
    """The notebook with the cells that suit the years of a place: papermill does not choose."""
    import nbformat

    from seglib.report.span import for_its_years

    fit, _ = for_its_years(nbformat.read(notebook, as_version=4), {"place": place})
    nbformat.write(fit, copy := folder / f"{place} {notebook.name}")
    return copy


def executed(notebook: Path, place: str) -> None:
    """One report as papermill's own function gives it."""
    import papermill

    papermill.execute_notebook(
        notebook, None, {"place": place}, kernel_name="python3", progress_bar=False
    )


def ours(notebook: Path, places: list[str], folder: Path) -> dict[str, float]:
    """The batch."""
    return batch(notebook, places, folder, WORKERS)


def batch(
    notebook: Path, places: list[str], folder: Path, workers: int, scheduler: str = ""
) -> dict[str, float]:
    """Our batch, by processes of its own or by workers of a cluster."""
    from seglib.report.batch import make_batch

    options: dict[str, Any] = {"jobs": workers, "scheduler": scheduler, "say": lambda line: None}
    done = make_batch([notebook], places, folder / "out", **options)
    made = done.made.values()
    beside = workers * done.seconds - sum(line.cell_seconds for line in made)
    processor = sum(line.cpu_seconds for line in made)
    return {"overhead": beside / len(made), "processor": processor / len(made)}


def on_cluster(notebook: Path, places: list[str], folder: Path, workers: int) -> dict[str, float]:
    """The batch on a scheduler of this machine, its workers warm after one report each."""
    file, known = folder / "scheduler.json", ("--scheduler-file", str(folder / "scheduler.json"))
    here = (*known, "--host", "127.0.0.1", "--no-dashboard")
    words = [("scheduler", *here, "--port", "0")]
    words += [("worker", *here, "--nthreads", "1", "--no-nanny")] * workers
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for each in words:
            processes.append(subprocess.Popen([sys.executable, "-m", "dask", *each], **quiet))
            while not file.is_file():
                time.sleep(0.05)
        address = json.loads(file.read_text("utf-8"))["address"]
        batch(notebook, places[-2 * workers :], folder / "warm", workers, address)
        start = time.perf_counter()
        found = batch(notebook, places, folder, workers, address)
        return {**found, "each": (time.perf_counter() - start) / len(places)}
    finally:
        for process in processes:
            process.kill()
            process.wait()


WAYS: dict[str, Callable[[Path, list[str], Path], dict[str, float]]] = {
    "papermill in a loop": loop,
    "pool of processes": pool,
    "seglib batch": ours,
    "cluster of one worker": partial(on_cluster, workers=1),
    "cluster of two workers": partial(on_cluster, workers=2),
}


def main() -> int:
    """Measure every way for both notebooks and write the page."""
    import nbformat

    from seglib.report.reach import places_for

    sys.path.insert(0, str(ROOT / "tests"))
    from small_notebook import small_notebook

    known = {"place": "", "years": [], "level": "", "groups": []}
    places, _ = places_for(nbformat.read(LARGE, as_version=4), "all", known, LARGE.stem)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="seglib-bench-") as name:
        small = Path(name, "00_klein.ipynb")
        nb = small_notebook()
        nb.metadata["language_info"] = {"name": "python"}  # papermill asks for it
        nbformat.write(nb, small)
        for title, notebook in zip(COUNTS, (small, LARGE), strict=True):
            for (way, measure), count in zip(WAYS.items(), COUNTS[title], strict=True):
                folder = Path(name, f"{title} {way}")
                folder.mkdir()
                load, start = os.getloadavg()[0], time.perf_counter()
                found = measure(notebook, places[::5][:count], folder)
                each = (time.perf_counter() - start) / count
                rows.append({"notebook": title, "way": way, "n": count, "each": each, **found})
                rows[-1]["load"] = round(load, 1)
                print(f"{title}, {way}: {each:.2f} s each of {count}", flush=True)
    (HERE / "reports.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    (HERE / "reports.md").write_text(as_markdown(rows), "utf-8")
    return 0


def as_markdown(rows: list[dict[str, Any]]) -> str:
    """The page."""
    text = HEAD.format(workers=WORKERS, cores=os.cpu_count())
    best = {row["notebook"]: row["each"] for row in rows if row["way"] == "seglib batch"}
    for row in rows:
        mine = "overhead" in row
        cells = [
            row["notebook"],
            row["way"],
            f"{row['n']}",
            f"{'' if mine else '~'}{row['each']:.2f}",
        ]
        cells.append(
            "" if row["way"] == "seglib batch" else f"{row['each'] / best[row['notebook']]:.1f}×"
        )
        cells += [f"{row['overhead']:.2f}", f"{row['processor']:.2f}"] if mine else ["", ""]
        text += f"| {' | '.join([*cells, str(row['load'])])} |\n"
    return text


if __name__ == "__main__":
    sys.exit(main())
