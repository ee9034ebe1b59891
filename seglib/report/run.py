"""From the register of runs to a folder of reports, all of it or nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import seglib
from seglib.claims.canonical import is_canonical
from seglib.errors import ParameterError, ReportError
from seglib.report import check, pdf, render, shelf, site, word
from seglib.report.document import LANGUAGES, document, words
from seglib.report.execute import execute
from seglib.report.normalise import normalise, write
from seglib.report.notes import Notes, read_notes
from seglib.report.parameters import (
    check_id,
    check_parameters,
    default_parameters,
    digest,
    plain,
    report_id,
)
from seglib.report.parts import write_parts
from seglib.report.span import for_its_years
from seglib.report.theme import Theme

FORMATS = ("html", "pdf", "docx", "parts")


@dataclass(frozen=True, slots=True)
class Run:
    """A notebook with the parameters that make one report of it."""

    notebook: Path
    id: str
    canonical: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The name of the report's files."""
        return f"{self.notebook.stem.replace('_', '-')}-{self.id}"


def read_runs(path: str | Path) -> list[Run]:
    """The register: notebook, id, canonical; every other key is a parameter of the notebook.

    Raises
    ------
    ReportError
        There is no register, an entry lacks a name, or two runs have the same name.
    """
    path = Path(path)
    if not path.is_file():
        raise ReportError(f"There is no register of runs at {path.name!r}. Run from a checkout.")
    runs: list[Run] = []
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("run", [])
    except tomllib.TOMLDecodeError as error:
        raise ReportError(f"{path.name} is not TOML: {error}. Mend that line.") from error
    for number, entry in enumerate(entries, 1):
        for key in ("notebook", "id"):
            if key not in entry:
                raise ReportError(f"Run {number} of {path.name} has no {key!r}. Give it one.")
        notebook, id = path.parent / f"{entry.pop('notebook')}.ipynb", entry.pop("id")
        run = Run(notebook, id, bool(entry.pop("canonical", False)), entry)
        if run.stem in [other.stem for other in runs]:
            raise ReportError(f"{path.name} has two runs {run.stem!r}. Change one id.")
        runs.append(run)
    return runs


def run(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out_path: str | Path | None = None,
    *,
    id: str = "",
    canonical: bool = False,
) -> NotebookNode:
    """Execute one notebook, which is not changed, with parameters in place of its defaults.

    The result is normalised, records in ``metadata.seglib.run`` what was run (``id`` is its name
    in the register, ``canonical`` whether it gives outcomes, as a run with the parameters of a
    canonical one does too), and is written to ``out_path`` where one is given, unless a cell fails.

    Raises
    ------
    ParameterError
        A parameter is unknown, or the parameters cell is missing or double.
    SeglibError
        A cell stopped; names notebook and cell.
    """
    notebook = Path(notebook)
    nb, known = _read(notebook)
    canonical = canonical or is_canonical(notebook.stem, **plain({**known, **parameters}))
    if "canonical" in known:  # a notebook may ask, and the register alone decides
        parameters = {**parameters, "canonical": canonical}
    sources = [(cell.cell_type, cell.source.strip("\n")) for cell in nb.cells]
    nb, years = for_its_years(nb, {**known, **parameters})
    nb.metadata["seglib"] = {
        **nb.metadata.get("seglib", {}),
        "run": {
            "notebook": notebook.stem,
            "id": id,
            "canonical": canonical,
            "parameters": plain({**known, **parameters}),
            "years": years,
            "sha256": digest(sources),
            "version": seglib.__version__,
        },
    }
    executed = normalise(execute(nb, parameters, name=notebook.stem, folder=notebook.parent))
    if out_path is not None:
        write(executed, out_path)
    return executed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Reports to make, all of them checked: nothing in it can be misspelt any more."""

    out: Path
    runs: Sequence[Run]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    theme: Theme | None
    texts: Mapping[tuple[str, str], Notes | None]
    replace: bool
    jobs: int

    @property
    def reports(self) -> list[tuple[Run, str]]:
        """Each run in each language."""
        return [(each, lang) for each in self.runs for lang in self.languages]


def plan_reports(
    notebooks: str | Path = "notebooks",
    out: str | Path = "reports",
    *,
    runs: Sequence[Run] | None = None,
    languages: Iterable[str] = LANGUAGES,
    theme: Theme | None = None,
    formats: Iterable[str] = FORMATS,
    jobs: int = 2,
) -> Plan:
    """Check all that can be wrong with reports before anything runs; see ``make_reports``.

    Raises
    ------
    SeglibError
        A notebook, parameter, language, format, id or text of an author is not as it must be, or
        the folder holds something else.
    """
    out, languages, formats = Path(out), tuple(languages), tuple(formats)
    for lang in languages:
        words(lang)
    for name in formats:
        if name not in FORMATS:
            raise ParameterError(f"A report has no format {name!r}. Choose: {', '.join(FORMATS)}.")
    chosen = read_runs(Path(notebooks) / "runs.toml") if runs is None else list(runs)
    for each in chosen:
        check_run(each)
    shelf.refuse_other_files(out)
    if runs is not None:  # these are added to what the register of the folder lists
        site.read_entries(out)
    texts = {
        (each.stem, lang): read_notes(each.notebook.parent, each.stem, lang)
        for each in chosen
        for lang in languages
    }
    return Plan(
        out=out,
        runs=chosen,
        languages=languages,
        formats=formats,
        theme=theme,
        texts=texts,
        replace=runs is None,
        jobs=jobs,
    )


def make_reports(
    notebooks: str | Path = "notebooks",
    out: str | Path = "reports",
    *,
    runs: Sequence[Run] | None = None,
    languages: Iterable[str] = LANGUAGES,
    theme: Theme | None = None,
    formats: Iterable[str] = FORMATS,
    jobs: int = 2,
    say: Callable[[str], None] = print,
) -> Path:
    """Make every report of the register, in each language and format.

    The register is ``runs.toml`` in the folder of notebooks. The folder ``out`` is replaced once
    all reports are made; with ``runs``, only these are made and added to those that are there,
    also when another process adds to the same folder meanwhile. What authors wrote beside the
    notebooks (``texts/<stem>.<lang>.md``) goes into their reports. ``jobs`` notebooks run at a
    time; ``say`` is told one line for each report. Returns the page that lists them.

    Raises
    ------
    SeglibError
        Something is not as it must be, or a run failed; the folder is then as it was.
    """
    plan = plan_reports(
        notebooks, out, runs=runs, languages=languages, theme=theme, formats=formats, jobs=jobs
    )
    return carry_out(plan, say=say)


def carry_out(plan: Plan, *, say: Callable[[str], None] = print) -> Path:
    """Make the reports of a plan: all of them or, when a run fails, none."""

    def make(job: tuple[Run, str]) -> site.Entry:
        each, lang = job
        nb = run(
            each.notebook, {**each.parameters, "lang": lang}, id=each.id, canonical=each.canonical
        )
        return write_report(
            fresh,
            nb,
            each.stem,
            lang,
            plan.languages,
            theme=plan.theme,
            notes=plan.texts[each.stem, lang],
            formats=plan.formats,
        )

    with shelf.workbench(plan.out) as fresh, ThreadPoolExecutor(plan.jobs) as pool:
        made = list(pool.map(make, plan.reports))
        with shelf.alone(plan.out):
            kept = [] if plan.replace else site.read_entries(plan.out)
            own = {(entry.stem, entry.lang) for entry in made}
            kept = [entry for entry in kept if (entry.stem, entry.lang) not in own]
            beside = [name for name in site.BESIDE if (plan.out / name / "index.html").is_file()]
            site.write_site(fresh, [*kept, *made], theme=plan.theme, beside=beside)
            for name in (*site.pages(), *(each.file("html") for each in made if each.has("html"))):
                whole = plan.replace and not beside
                base = fresh if whole or name != "index.html" else None
                check.require((fresh / name).read_text("utf-8"), name, folder=base)
            shelf.publish(fresh, plan.out, made, replace=plan.replace)
    for entry in made:
        say(f"{plan.out.name}/{entry.file('html')}")
    return plan.out / "index.html"


def own_run(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    *,
    id: str = "",
    languages: Iterable[str] = LANGUAGES,
) -> tuple[Run, tuple[str, ...]]:
    """A run of one's own choice; ``lang`` among its parameters makes it one language."""
    own = dict(parameters)
    asked = (str(own.pop("lang")),) if "lang" in own else tuple(languages)
    return Run(Path(notebook), id or f"eigen-{report_id(own)}", False, own), asked


def make_report(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out: str | Path = "reports",
    *,
    id: str = "",
    languages: Iterable[str] = LANGUAGES,
    theme: Theme | None = None,
    formats: Iterable[str] = FORMATS,
) -> list[Path]:
    """Make one report of your own, add it to those that are there, and return its pages.

    ``lang`` among the parameters makes it one language; ``id`` names its files, which by default
    are named after the parameters.
    """
    each, asked = own_run(notebook, parameters, id=id, languages=languages)
    plan = plan_reports(out=out, runs=[each], languages=asked, theme=theme, formats=formats)
    carry_out(plan, say=lambda line: None)
    return [plan.out / lang / f"{each.stem}.html" for lang in asked]


def _read(notebook: Path) -> tuple[NotebookNode, dict[str, Any]]:
    """A notebook as its author wrote it, and the defaults of its parameters."""
    if not notebook.is_file():
        raise ReportError(f"There is no notebook {notebook.name!r} in {notebook.parent.name!r}.")
    nb = nbformat.read(notebook, as_version=4)
    return nb, default_parameters(nb, notebook.stem)


def check_run(run: Run) -> None:
    """Find what is wrong with a run before its notebook is executed.

    Raises
    ------
    ParameterError
        A parameter is unknown or of another kind, the id is no file name, the run asks for
        what reports do not do, or its notebook knows no languages.
    ReportError
        There is no such notebook.
    """
    _, known = _read(run.notebook)
    check_id(run.id, run.notebook.stem)
    check_parameters(run.parameters, known, run.notebook.stem)
    if "canonical" in run.parameters:
        raise ParameterError(
            "Whether a run is canonical is not a parameter: notebooks/runs.toml says it. "
            "Leave 'canonical' out."
        )
    if run.parameters.get("show_names"):
        raise ParameterError(
            "A report names no areas below the wijk. Leave 'show_names' out, or open the notebook "
            "with `make lab`, where it is True."
        )
    if "lang" not in known:
        raise ParameterError(
            f"Notebook {run.notebook.stem} has no parameter 'lang', so it cannot be made in "
            "two languages. Add lang = 'nl' to its parameters cell."
        )


def write_report(
    folder: Path,
    nb: NotebookNode,
    stem: str,
    lang: str,
    languages: Sequence[str],
    *,
    theme: Theme | None = None,
    notes: Notes | None = None,
    formats: Sequence[str] = FORMATS,
) -> site.Entry:
    """Write one report of an executed notebook to ``folder/lang`` and say what it is.

    Parameters
    ----------
    folder : Path
        The site; two reports of it may be written at the same time.
    nb : NotebookNode
        Executed by ``run``.
    stem, lang : str
        The name of its files, and its language.
    languages : sequence of str
        Languages that it is made in; its page links to the other.
    theme, notes
        An institute's look and an author's texts, where there are any.
    formats : sequence of str
        Of ``FORMATS``; the notebook is always there. ``parts`` are figures and tables as files.

    Raises
    ------
    ReportError
        A cell cannot be shown; names it.
    """
    doc, home, own = document(nb, lang, notes=notes), folder / lang, words(lang)
    home.mkdir(parents=True, exist_ok=True)
    write(nb, home / f"{stem}.ipynb")
    links = [{"href": "../index.html", "text": own["all_reports"]}]
    for other in languages:
        if other != lang:
            twin = {"href": f"../{other}/{stem}.html", "text": own["other_language"]}
            links.append({**twin, "lang": other})
    if "pdf" in formats:
        pdf.pdf(nb, lang, home / f"{stem}.pdf", theme=theme, notes=notes)
    if "docx" in formats:
        word.word(nb, lang, home / f"{stem}.docx", theme=theme, notes=notes)
    files = write_parts(doc, home, stem) if "parts" in formats else {}
    made = {name: suffix for name, suffix in site.SUFFIXES.items() if name in formats}
    links += [{"href": f"{stem}.{suffix}", "text": own[name]} for name, suffix in made.items()]
    links.append({"href": f"{stem}.ipynb", "text": own["notebook"]})
    links += [{**link, "foot": "yes"} for link in site.about(lang, "../")]
    if "html" in formats:
        page = render.html(nb, lang, links=links, files=files, theme=theme, notes=notes)
        (home / f"{stem}.html").write_text(page, "utf-8")
    texts = (doc.title, doc.place, doc.full_title, doc.description, doc.number)
    return site.Entry(stem, lang, *texts, formats=tuple(formats))
