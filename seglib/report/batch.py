"""One notebook for every place: a folder of reports that a second call completes."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from seglib.errors import ParameterError, ReportError
from seglib.report import ledger, shelf, site
from seglib.report.document import words
from seglib.report.ledger import Line
from seglib.report.notes import read_notes
from seglib.report.parameters import default_parameters, digest, report_id
from seglib.report.reach import places_for
from seglib.report.run import FORMATS, Run, check_run
from seglib.report.theme import Theme
from seglib.report.worker import NOTHING, REHEARSE, START, Job, Outcome, isolated, stop_all
from seglib.sources import catalogue

BENCH = ".batch"  # where reports are made, and files become whole, before they take their place
EVERY_S = 15.0  # in a log, a line on how far it is


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """Reports to make, all of them checked, and the places left out with the reason."""

    out: Path
    jobs: tuple[Job, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    rehearse: str = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of a batch, by name of the report (``nl/<stem>``), and the page that lists it.

    ``failed`` and ``left_out`` give the reason; ``seconds`` is what all of it took.
    """

    index: Path
    made: Mapping[str, Line]
    kept: tuple[str, ...]
    failed: Mapping[str, str]
    left_out: Mapping[str, str]
    seconds: float

    def told(self) -> list[str]:
        """What became of it, a line for each failure and for each reason to leave places out."""
        lines = [f"{name} failed: {reason}" for name, reason in self.failed.items()]
        reasons: dict[str, list[str]] = {}
        for place, reason in self.left_out.items():
            reasons.setdefault(reason.replace(place.rpartition(", ")[2], "…"), []).append(place)
        for reason, places in reasons.items():
            lines.append(f"{len(places)} left out, {'; '.join(places)}: {reason}")
        counts = f"{len(self.made)} made, {len(self.kept)} there already, {len(self.failed)} failed"
        return [*lines, f"{counts}, {len(self.left_out)} left out, in {_clock(self.seconds)}."]


def plan_batch(
    notebooks: Iterable[str | Path],
    places: str | Sequence[str],
    out: str | Path,
    *,
    languages: Iterable[str] = ("nl",),
    formats: Iterable[str] = ("html",),
    parameters: Mapping[str, Any] | None = None,
    theme: Theme | None = None,
    start: str = START,
) -> BatchPlan:
    """Check all that can be wrong with a batch before anything runs.

    Parameters
    ----------
    notebooks : iterable of path
        Notebooks with the parameters ``place`` and ``lang``.
    places : "all" or list of str
        ``all`` are the places that a notebook has something to say of, by the rule in its
        metadata; the others come back with the reason.
    out : path
        The folder of the reports.
    languages, formats : iterable of str
        As for ``make_reports``.
    parameters : mapping, optional
        Other parameters of the notebooks.
    theme : Theme, optional
        An institute's own look.
    start : str
        How Python starts a process: ``forkserver`` (a copy of a warm one) or ``spawn``.

    Returns
    -------
    BatchPlan
        One job for each notebook, place and language.

    Raises
    ------
    SeglibError
        A notebook, place, parameter, text of an author, language or format is not as it must be,
        or the folder holds something else.
    """
    out, own = Path(out).resolve(), dict(parameters or {})
    common: dict[str, Any] = {"languages": tuple(languages), "formats": tuple(formats)}
    for lang in common["languages"]:
        words(lang)
    for name in common["formats"]:
        if name not in FORMATS:
            raise ParameterError(f"A report has no format {name!r}. Choose: {', '.join(FORMATS)}.")
    if not (out / ledger.NAME).is_file():
        shelf.refuse_other_files(out)
    common |= {"theme": theme, "start": start, "bench": str(out / BENCH)}
    common["code"] = ledger.code_checksum()
    jobs: dict[str, Job] = {}
    left_out: dict[str, str] = {}
    paths = [Path(notebook).resolve() for notebook in notebooks]
    for path in paths:
        check_run(Run(path, "batch", False, own))
        nb = nbformat.read(path, as_version=4)
        asked, silent = places_for(
            nb, places, {**default_parameters(nb, path.stem), **own}, path.stem
        )
        left_out |= {f"{path.stem}, {place}": reason for place, reason in silent.items()}
        common |= {"notebook": path.stem, "source": _source(nb)}
        for lang in common["languages"]:
            for place in asked:
                here = {**own, "place": place}
                job = Job(**common, id=report_id(here), parameters=here, lang=lang)
                jobs[job.report] = replace(job, notes=read_notes(path.parent, job.stem, lang))
    coming = json.dumps([list(map(str, paths)), common["languages"], common["bench"]])
    return BatchPlan(out=out, jobs=tuple(jobs.values()), left_out=left_out, rehearse=coming)


def _source(nb: nbformat.NotebookNode) -> str:
    """A notebook as text, without what it put out when it was stored."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(nb)


def make_batch(
    notebooks: Iterable[str | Path],
    places: str | Sequence[str],
    out: str | Path,
    *,
    jobs: int | None = None,
    scheduler: str = "",
    say: Callable[[str], None] = print,
    **options: Any,
) -> Batch:
    """Report on many places; what was made before of the same inputs is kept.

    A report goes into the folder whole, by renaming, and then into the ledger ``batch.jsonl``: a
    batch that ends at any moment is completed by the same call. A report is made anew when its
    notebook, a parameter, its author's text, the theme or a file of data that it read has changed,
    or seglib itself. A script that calls this needs ``if __name__ == "__main__":`` around it, since
    processes import the script they belong to.

    Parameters
    ----------
    notebooks, places, out, **options
        As for ``plan_batch``.
    jobs : int, optional
        Reports made at a time, by default one for each core.
    scheduler : str
        Address of a scheduler of dask.distributed, whose workers then make the reports.
    say : callable
        Told how far it is, and of each report that fails.

    Returns
    -------
    Batch
        What was made, kept, failed and left out.

    Raises
    ------
    SeglibError
        Something is not as it must be; nothing has run then.
    """
    plan = plan_batch(notebooks, places, out, **options)
    return carry_out_batch(plan, jobs=jobs, scheduler=scheduler, say=say)


def carry_out_batch(
    plan: BatchPlan,
    *,
    jobs: int | None = None,
    scheduler: str = "",
    say: Callable[[str], None] = print,
) -> Batch:
    """Make the reports of a plan that are not there yet; see ``make_batch``."""
    start, failed = time.perf_counter(), {}
    with _folder(plan.out) as out:
        lines, inputs = ledger.read_ledger(out), {job.report: inputs_of(job) for job in plan.jobs}
        checksums = ledger.checksums_now(lines.values())
        good = {
            name: lines[name]
            for name, asked in inputs.items()
            if name in lines and lines[name].holds(out, asked, checksums)
        }
        kept, made = tuple(good), {}
        todo = [job for job in plan.jobs if job.report not in good]
        coming = _outcomes(todo, plan, jobs or os.cpu_count() or 1, scheduler)
        try:
            with _Course(len(todo), len(kept), say) as course, closing(coming):
                for job, outcome in coming:
                    name = job.report
                    if outcome.failed:
                        failed[name] = outcome.failed
                        ledger.add_line(out, {"report": name, "failed": outcome.failed})
                    else:
                        made[name] = _put(out, name, inputs[name], outcome, lines.get(name))
                    course.tell(name, outcome.failed)
        finally:
            _list(out, good | made, plan)
    return Batch(
        index=out / "index.html",
        made=made,
        kept=kept,
        failed=failed,
        left_out=plan.left_out,
        seconds=time.perf_counter() - start,
    )


def inputs_of(job: Job) -> str:
    """A checksum of all that a report is made of, but for the data that it will read."""
    names = ("notebook", "source", "id", "lang", "languages", "formats", "code")
    asked = {name: getattr(job, name) for name in names}
    asked |= {"parameters": dict(job.parameters), "dress": [repr(job.theme), repr(job.notes)]}
    return digest(asked | {"sources": [one.key for one in catalogue.sources()]})[:16]


def _outcomes(
    todo: Sequence[Job], plan: BatchPlan, width: int, scheduler: str
) -> Generator[tuple[Job, Outcome]]:
    """Each report as it is ready, by processes here, which end with this, or by a cluster."""
    if scheduler:
        from seglib.report.cluster import outcomes

        yield from outcomes(todo, scheduler)
        return
    os.environ[REHEARSE] = plan.rehearse
    pool, ready = ThreadPoolExecutor(width), dict[Future[Outcome], Job]()
    try:
        for job in todo:
            ready[pool.submit(isolated, job)] = job
        for future in as_completed(ready):
            yield ready.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in ready):
            stop_all()
            time.sleep(0.05)


@contextmanager
def _folder(out: Path) -> Generator[Path]:
    """The folder for one batch at a time, without what an earlier one left half made."""
    out.mkdir(parents=True, exist_ok=True)
    (out / ledger.NAME).touch()
    with ExitStack() as held:
        try:
            held.enter_context(shelf.alone(out / ledger.NAME, patience_s=0.0))
        except ReportError as error:
            raise ReportError(
                f"Another batch is at work in folder {out.name!r}. Wait until it ends, or choose "
                "another folder with --out."
            ) from error
        shutil.rmtree(out / BENCH, ignore_errors=True)
        (out / BENCH).mkdir()
        held.callback(shutil.rmtree, out / BENCH, ignore_errors=True)
        yield out


def _put(out: Path, name: str, inputs: str, outcome: Outcome, before: Line | None) -> Line:
    """Give each file its place by renaming, and the ledger its line; drop what is made no more."""
    whole = out / BENCH / "whole"
    for file, content in outcome.files.items():
        whole.write_bytes(content)
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(whole, out / file)
    for file in set(before.files if before else ()) - set(outcome.files):
        (out / file).unlink(missing_ok=True)
    line = Line(
        report=name,
        inputs=inputs,
        tables=outcome.tables,
        files={file: len(content) for file, content in outcome.files.items()},
        entry=outcome.entry,
        **{each: round(getattr(outcome, each), 3) for each in ledger.MEASURED},
    )
    ledger.add_line(out, asdict(line))
    return line


def _list(out: Path, good: Mapping[str, Line], plan: BatchPlan) -> None:
    """The page that lists all reports of the folder: those of other calls first, then these."""
    told = [dict[str, Any](good[job.report].entry) for job in plan.jobs if job.report in good]
    mine = [site.Entry(**each) for each in told]
    theme = plan.jobs[0].theme if plan.jobs else None
    with shelf.alone(out), shelf.workbench(out / BENCH / "site") as fresh:
        own = {(entry.stem, entry.lang) for entry in mine}
        others = [each for each in site.read_entries(out) if (each.stem, each.lang) not in own]
        site.write_site(fresh, [*others, *mine], theme=theme)
        shelf.publish(fresh, out, (), replace=False)


class _Course:
    """How far a batch is: a bar for who watches, now and then a line for a log."""

    def __init__(self, total: int, kept: int, say: Callable[[str], None]) -> None:
        self.total, self.done, self.failed, self.say = total, 0, 0, say
        self.start = self.last = time.monotonic()
        self.bar: Any = None
        say(f"{total} reports to make, {kept} there already")

    def __enter__(self) -> _Course:
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=self.total, unit="report", dynamic_ncols=True)
            self.say = self.bar.write
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is KeyboardInterrupt:
            told = f"stopped after {self.done} of {self.total} reports"
            self.say(f"{told}; the same command or call makes what is missing")
        if self.bar is not None:
            self.bar.close()

    def tell(self, name: str, failed: str) -> None:
        """One report more is ready."""
        self.done += 1
        self.failed += bool(failed)
        if failed:
            self.say(f"{name} failed: {failed}")
        if self.bar is not None:
            self.bar.update()
            return
        now = time.monotonic()
        if now - self.last >= EVERY_S or self.done == self.total:
            gone, self.last = now - self.start, now
            left = gone / self.done * (self.total - self.done)
            self.say(
                f"{self.done} of {self.total} reports, {self.failed} failed, {_clock(gone)} gone"
                + (f", about {_clock(left)} left" if self.done < self.total else "")
            )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
