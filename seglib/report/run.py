"""From the register of runs to a folder of reports, all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import seglib
from seglib.errors import ParameterError, ReportError
from seglib.report import check, pdf, render, site
from seglib.report.dictionary import PAGES
from seglib.report.document import LANGUAGES, Document, document, words
from seglib.report.execute import check_parameters, default_parameters, execute
from seglib.report.normalise import normalise, write
from seglib.report.span import for_its_years


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
    in the register, ``canonical`` whether it gives outcomes), and is written to ``out_path`` where
    one is given, unless a cell fails.

    Raises
    ------
    ParameterError
        A parameter is unknown, or the parameters cell is missing or double.
    SeglibError
        A cell stopped; names notebook and cell.
    """
    notebook = Path(notebook)
    nb, known = _read(notebook)
    if "canonical" in known:  # a notebook may ask, and the register alone decides
        parameters = {**parameters, "canonical": canonical}
    digest = _digest([(cell.cell_type, cell.source.strip("\n")) for cell in nb.cells])
    nb, years = for_its_years(nb, {**known, **parameters})
    nb.metadata["seglib"] = {
        **nb.metadata.get("seglib", {}),
        "run": {
            "notebook": notebook.stem,
            "id": id,
            "canonical": canonical,
            "parameters": {**known, **parameters},
            "years": years,
            "sha256": digest,
            "version": seglib.__version__,
        },
    }
    executed = normalise(execute(nb, parameters, name=notebook.stem, folder=notebook.parent))
    if out_path is not None:
        write(executed, out_path)
    return executed


def make_reports(
    notebooks: str | Path = "notebooks",
    out: str | Path = "reports",
    *,
    runs: Sequence[Run] | None = None,
    languages: Iterable[str] = LANGUAGES,
    say: Callable[[str], None] = print,
) -> Path:
    """Make every report of the register, in each language, as page and PDF.

    The register is ``runs.toml`` in the folder of notebooks. The folder ``out`` is replaced once
    all reports are made; with ``runs``, only these are made and added to those that are there.
    ``say`` is told one line for each report. Returns the page that lists them.

    Raises
    ------
    SeglibError
        A run failed; the folder is then as it was.
    """
    out, languages = Path(out), tuple(languages)
    for lang in languages:
        words(lang)
    chosen = read_runs(Path(notebooks) / "runs.toml") if runs is None else runs
    jobs = [(each, lang) for each in chosen for lang in languages]
    for each, _ in jobs:
        _check_run(each)
    with _replacing(out, keep=runs is not None) as folder:
        with ThreadPoolExecutor(max_workers=2) as pool:
            executed = list(pool.map(lambda job: _execute(*job), jobs))
        made = [
            _write_report(folder, nb, each.stem, lang, languages)
            for (each, lang), nb in zip(jobs, executed, strict=True)
        ]
        stems = {entry.stem for entry in made}
        kept = [entry for entry in site.read_entries(folder) if entry.stem not in stems]
        site.write_site(folder, [*kept, *made])
        for name in ("index.html", *PAGES.values(), *(entry.file("html") for entry in made)):
            check.require((folder / name).read_text("utf-8"), name, folder=folder)
    for entry in made:
        say(f"{out.name}/{entry.file('html')}")
    return out / "index.html"


def make_report(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out: str | Path = "reports",
    *,
    id: str = "",
    languages: Iterable[str] = LANGUAGES,
) -> list[Path]:
    """Make one report of your own, add it to those that are there, and return its pages.

    ``lang`` among the parameters makes it one language; ``id`` names its files, which by default
    are named after the parameters.
    """
    own = dict(parameters)
    languages = (own.pop("lang"),) if "lang" in own else tuple(languages)
    each = Run(Path(notebook), id or f"eigen-{_name_of(own)}", False, own)
    make_reports(out=out, runs=[each], languages=languages, say=lambda line: None)
    return [Path(out) / lang / f"{each.stem}.html" for lang in languages]


def _name_of(parameters: Mapping[str, Any]) -> str:
    """A file name from parameters: the place in letters, the rest as a short digest."""
    place = str(parameters.get("place", ""))
    slug = re.sub(r"[\W_]+", "-", place.lower()).strip("-")
    rest = {name: value for name, value in parameters.items() if name != "place"}
    return "-".join(filter(None, (slug, _digest(rest)[:6] if rest or not slug else "")))


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(notebook: Path) -> tuple[NotebookNode, dict[str, Any]]:
    """A notebook as its author wrote it, and the defaults of its parameters."""
    if not notebook.is_file():
        raise ReportError(f"There is no notebook {notebook.name!r} in {notebook.parent.name!r}.")
    nb = nbformat.read(notebook, as_version=4)
    return nb, default_parameters(nb, notebook.stem)


def _check_run(run: Run) -> None:
    """Find a misspelt parameter before the first notebook runs."""
    _, known = _read(run.notebook)
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


def _execute(each: Run, lang: str) -> NotebookNode:
    parameters = {**each.parameters, "lang": lang}
    return run(each.notebook, parameters, id=each.id, canonical=each.canonical)


def _write_report(
    folder: Path, nb: NotebookNode, stem: str, lang: str, languages: Sequence[str]
) -> site.Entry:
    """Notebook, figures, tables, PDF and page of one report."""
    doc, home, own = document(nb, lang), folder / lang, words(lang)
    (home / stem).mkdir(parents=True, exist_ok=True)
    write(nb, home / f"{stem}.ipynb")
    pdf.pdf(nb, lang, home / f"{stem}.pdf")
    links = [{"href": "../index.html", "text": own["all_reports"]}]
    for other in languages:
        if other != lang:
            twin = {"href": f"../{other}/{stem}.html", "text": own["other_language"]}
            links.append({**twin, "lang": other})
    links.append({"href": f"{stem}.pdf", "text": own["pdf"]})
    links.append({"href": f"{stem}.ipynb", "text": own["notebook"]})
    page = render.html(nb, lang, links=links, files=_write_parts(doc, home, stem))
    (home / f"{stem}.html").write_text(page, "utf-8")
    texts = (doc.title, doc.place, doc.full_title, doc.description, doc.number)
    return site.Entry(stem, lang, *texts)


def _write_parts(doc: Document, home: Path, stem: str) -> render.Files:
    """Figures as SVG, what they plot and the tables as CSV, evidence as JSON."""
    files: dict[tuple[str, int], list[dict[str, str]]] = {}
    for block in (*doc.blocks("figure"), *doc.blocks("table")):
        name = f"{stem}/{words(doc.lang)[block.kind].lower()}-{block.number:02d}"
        table = block.data.get("table") if block.kind == "figure" else block.data
        parts = {"SVG": block.text, "CSV": _csv(table) if table else ""}
        for kind, text in parts.items():
            if text:
                href = f"{name}.{kind.lower()}"
                (home / href).write_text(text, "utf-8")
                files.setdefault((block.kind, block.number), []).append(
                    {"href": href, "kind": kind}
                )
    evidence = [dict(block.data) for block in doc.blocks("evidence")]
    text = json.dumps(evidence, ensure_ascii=False, indent=1, sort_keys=True)
    (home / stem / "evidence.json").write_text(text + "\n", "utf-8")
    return files


def _csv(table: Mapping[str, Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([table["columns"], *table["rows"]])
    return text.getvalue()


@contextmanager
def _replacing(out: Path, *, keep: bool) -> Any:
    """A new folder that takes the place of ``out`` at the end, unless something fails."""
    if out.exists() and not (out / site.REGISTER).is_file() and any(out.iterdir()):
        raise ReportError(
            f"Folder {out.name!r} holds files that are no reports, and would be replaced. "
            "Move them, or choose another folder."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as bench:
        fresh, old = Path(bench) / "new", Path(bench) / "old"
        if keep and out.exists():
            shutil.copytree(out, fresh)
        fresh.mkdir(exist_ok=True)
        yield fresh
        if out.exists():
            os.replace(out, old)
        os.replace(fresh, out)
