"""One report in a process of its own: the task that a batch hands out, here or on a cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from seglib.errors import SeglibError
from seglib.report.ledger import code_checksum, hash_opened, watch_data
from seglib.report.notes import Notes
from seglib.report.theme import Theme

PATIENCE_S = 900.0  # for one cell, as with a kernel
REHEARSE = "SEGLIB_REHEARSE"  # notebooks that are coming, languages, and a folder, as JSON
NOTHING = "[[], [], null]"
WARM = ["seglib.report.warm"]
NAMED = "seglib report"  # how the names of our processes begin
START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One report to make, with all it is made of: it needs no file of whoever asks.

    ``source`` is the notebook as text and ``code`` the checksum of the seglib that must run it.
    ``bench`` is a folder for what is made on the way, by default the machine's own; ``start`` how
    Python starts the process: a copy of a warm one (forkserver), or a cold one (spawn).
    """

    notebook: str
    source: str
    id: str
    parameters: Mapping[str, Any]
    lang: str
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    theme: Theme | None = None
    notes: Notes | None = None
    code: str = ""
    bench: str | None = None
    start: str = START

    @property
    def stem(self) -> str:
        """The name of the report's files."""
        return f"{self.notebook.replace('_', '-')}-{self.id}"

    @property
    def report(self) -> str:
        """The name of the report among all of a batch."""
        return f"{self.lang}/{self.stem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The files of a report and what it took, or why there is none."""

    failed: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    entry: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cell_seconds: float = 0.0
    cpu_seconds: float = 0.0
    cell_cpu_seconds: float = 0.0
    peak_mb: float = 0.0


def isolated(job: Job) -> Outcome:
    """Make a report in a fresh process and wait for it; whatever goes wrong is its outcome."""
    if job.code and job.code != code_checksum():
        return Outcome(
            failed="This worker runs another seglib than the one that asks. Install the same "
            "version on every machine of the cluster, then start again."
        )
    here = multiprocessing.current_process()
    if here.daemon:  # a worker of dask's nanny, which may not start processes while it is one
        here.daemon = False
    context = multiprocessing.get_context(job.start)
    if job.start == "forkserver":
        context.set_forkserver_preload(WARM)
    ours, theirs = context.Pipe(duplex=False)
    start = time.perf_counter()
    process = context.Process(  # pyright: ignore
        target=answer, args=(theirs, job), name=f"{NAMED} {job.report}", daemon=True
    )
    with _undisturbed():
        process.start()
    theirs.close()
    try:
        outcome = _heard(ours, job)
    finally:
        process.kill()
        process.join()
        ours.close()
    return replace(outcome, seconds=time.perf_counter() - start)


def stop_all() -> None:
    """End the process of each report that is being made here; that report then has failed."""
    for process in multiprocessing.active_children():
        if process.name.startswith(NAMED):
            process.kill()


@contextmanager
def _undisturbed() -> Generator[None]:
    """Hold Ctrl-C back from a process that starts, which has much to say of it until it is up."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_in_silence() -> None:
    """Let Ctrl-C end this process at once: whoever asked for its report tells of it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _heard(ours: Connection, job: Job) -> Outcome:
    """What comes of a process that tells each cell it begins, and at last its outcome."""
    cell = 0
    try:
        while ours.poll(PATIENCE_S):
            heard = ours.recv()
            if isinstance(heard, Outcome):
                return heard
            cell = heard
        why = f"ran over {PATIENCE_S:.0f} seconds"
    except (EOFError, OSError):
        why = "took its process with it, most often of memory"
    if not cell:
        return Outcome(failed=f"The process for {job.report} ended before its first cell.")
    return Outcome(
        failed=f"Notebook {job.notebook}, cell {cell} {why}. Run it fast, or for a smaller place."
    )


def answer(theirs: Connection, job: Job) -> None:
    """In the fresh process: make the report, tell what became of it, and end with who asked."""
    end_in_silence()
    parent = multiprocessing.parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        theirs.send(_made(job, theirs))
    except SeglibError as error:
        theirs.send(Outcome(failed=str(error)))
    except Exception as error:  # not foreseen: in the list, and whole on the screen
        told = f"stopped with {type(error).__name__}: {error}"
        theirs.send(Outcome(failed=f"Report {job.stem} {told}"))
        raise


def _made(job: Job, theirs: Connection) -> Outcome:
    watch_data()
    import numpy as np

    from seglib.report import engine
    from seglib.report.check import require
    from seglib.report.run import run, write_report

    engine.use()
    engine.course.begin = theirs.send
    np.random.seed()  # noqa: NPY002 - a copy of a process would draw what its twins draw
    with tempfile.TemporaryDirectory(prefix="seglib-report-", dir=job.bench) as bench:
        engine.course.bench = bench
        notebook, site = Path(bench, f"{job.notebook}.ipynb"), Path(bench, "site")
        notebook.write_text(job.source, "utf-8")
        nb = run(notebook, {**job.parameters, "lang": job.lang}, id=job.id)
        dress: dict[str, Any] = {"theme": job.theme, "notes": job.notes, "formats": job.formats}
        entry = write_report(site, nb, job.stem, job.lang, job.languages, **dress)
        files = {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in sorted(site.rglob("*"))
            if path.is_file()
        }
    if (page := entry.file("html")) in files:
        require(files[page].decode("utf-8"), page)
    return Outcome(
        files=files,
        entry=asdict(entry),
        tables=hash_opened(),
        cell_seconds=engine.course.seconds,
        cpu_seconds=time.process_time(),
        cell_cpu_seconds=engine.course.cpu_seconds,
        peak_mb=_peak_mb(),
    )


def _peak_mb() -> float:
    """The most memory that this process held; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)
