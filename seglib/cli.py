"""The commands of ``seglib`` and ``python -m seglib``: a thin skin over the rooms below."""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from seglib import bootstrap
from seglib.errors import ParameterError, SeglibError, SetupError

LANGUAGES = ("nl", "en")
CORE = (
    "errors",
    "table",
    "result",
    "registry",
    "measures",
    "scale",
    "inference",
    "change",
)
LIMITS = {"core": 6_000, "sources": 3_500, "whole": 20_000}
SUMMARIES = {
    "reports": "make every report of notebooks/runs.toml in reports/",
    "report": "make one report of your own, in reports/",
    "lab": "open JupyterLab on a working copy in one language",
    "test": "run all tests; what follows goes to pytest",
    "check": "check style and types (ruff, pyright)",
    "bench": "measure speed beside other packages (benchmarks/results.md)",
    "verify": "run the heavy proofs of tests/verified and stamp them",
    "data": "list, fetch, verify and clean figures; data build compiles data/ from source files",
    "notebooks": "run the notebooks and store their outputs anew (notebooks update)",
    "setup": "set up what the other commands need, and nothing more",
    "lock": "write requirements.lock anew from pyproject.toml",
    "help": "list the commands and the size of the package",
}

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors of seglib become one sentence and exit code 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = command_parser()
    chosen, others = parser.parse_known_args(given)
    if others and not chosen.passes_on:
        parser.error(f"unknown argument {others[0]!r}; see `{parser.prog} help`")
    chosen.others = [word for word in others if word != "--"]
    command: Command = chosen.run
    try:
        if chosen.prepared:
            bootstrap.continue_when_ready(given)
        return command(chosen)
    except SeglibError as error:
        print(f"seglib: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("seglib: stopped", file=sys.stderr)
        return 130


def command_parser() -> argparse.ArgumentParser:
    """The commands, each with the function that carries it out."""
    parser = argparse.ArgumentParser(
        prog="seglib",
        description="Measure and report residential segregation in the Netherlands.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=show_help, prepared=False, passes_on=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        name: str, run: Command, *, prepared: bool = True, passes_on: bool = False
    ) -> argparse.ArgumentParser:
        text = SUMMARIES[name]
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.set_defaults(run=run, prepared=prepared, passes_on=passes_on)
        return command

    add("reports", make_reports)
    one = add("report", make_report)
    one.add_argument("notebook", help="a notebook of notebooks/, by path or by name")
    one.add_argument("--place", help="gemeente or region, for example 'Den Haag'")
    one.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE")
    lab = add("lab", open_lab, passes_on=True)
    lab.add_argument("--lang", choices=LANGUAGES, default="nl")
    lab.add_argument("--fresh", action="store_true", help="replace the working copies there are")
    add("test", run_tests, passes_on=True)
    add("check", run_checks)
    add("bench", run_benchmarks, passes_on=True)
    add("verify", run_proofs, passes_on=True)
    add_data_commands(add("data", list_data).add_subparsers(title="actions", metavar="ACTION"))
    notebooks = add("notebooks", update_notebooks)
    notebooks.add_argument("action", choices=("update",))
    notebooks.add_argument("paths", type=Path, nargs="*", help="default: all of notebooks/")
    add("setup", say_ready)
    add("lock", make_lock, passes_on=True)
    add("help", show_help, prepared=False)
    return parser


def make_reports(_: argparse.Namespace) -> int:
    """``reports``: every run of the register."""
    from seglib.report.run import make_reports as make

    index = make(notebooks_folder(), reports_folder())
    print(f"Open {index} in a browser.")
    return 0


def make_report(chosen: argparse.Namespace) -> int:
    """``report``: one notebook with parameters of the caller's choice."""
    from seglib.report.run import make_report as make

    parameters = dict(read_parameter(text) for text in chosen.parameters)
    if chosen.place is not None:
        parameters["place"] = chosen.place
    for page in make(find_notebook(chosen.notebook), parameters, reports_folder()):
        print(page)
    return 0


def open_lab(chosen: argparse.Namespace) -> int:
    """``lab``: working copies in one language, outside git, in JupyterLab."""
    from seglib.lab import make_working_copies

    folder = checkout() / ".lab" / chosen.lang
    for line in make_working_copies(
        notebooks_folder(), folder, lang=chosen.lang, fresh=chosen.fresh
    ):
        print(line)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return call([*command, *chosen.others])


def run_tests(chosen: argparse.Namespace) -> int:
    """``test``: pytest over tests/ and nbval over notebooks/ (see pyproject.toml)."""
    return call([sys.executable, "-m", "pytest", *chosen.others])


def run_checks(_: argparse.Namespace) -> int:
    """``check``: ruff and pyright; the first that finds something decides the exit code."""
    types = ["pyright", "--pythonpath", sys.executable]
    for command in (["ruff", "check"], ["ruff", "format", "--check"], types):
        if code := call([sys.executable, "-m", *command]):
            return code
    return 0


def run_benchmarks(chosen: argparse.Namespace) -> int:
    """``bench``: the tasks of benchmarks/, in an environment of their own."""
    return call([sys.executable, "-m", "benchmarks.set_up", *chosen.others])


def run_proofs(chosen: argparse.Namespace) -> int:
    """``verify``: what is too heavy for each test run; names choose among the proofs."""
    return call([sys.executable, "tests/verified", *chosen.others])


def add_data_commands(actions: Any) -> None:
    """The actions of ``data``, each with its options."""

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        action.set_defaults(run=run)
        return action

    build = add("build", build_data, "compile data/ from a folder of source files")
    build.add_argument("--raw", type=Path, required=True, metavar="FOLDER")
    build.add_argument("--out", type=Path, default=None, metavar="FOLDER")
    add("list", list_data, "what is embedded, what was fetched, and what a fetch would add")
    fetch = add("fetch", fetch_data, "fetch a publisher's files into the cache")
    fetch.add_argument("source", help="kwb or another key that `data list` shows")
    fetch.add_argument("--year", type=int, nargs="+", help="default: every year there is")
    fetch.add_argument("--place", nargs="+", help="make figures of these gemeenten or this region")
    fetch.add_argument(
        "--from",
        dest="by_hand",
        type=Path,
        metavar="FILE",
        help="a file that you fetched yourself, instead of the publisher's address",
    )
    fetch.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="the authorities to trust, where your network has its own",
    )
    fetch.add_argument(
        "--statline", action="store_true", help="from StatLine over OData instead of as files"
    )
    add("verify", verify_data, "compare every fetched file with what came")
    clean = add("clean", clean_data, "remove what was fetched")
    clean.add_argument("source", nargs="?", help="only of this one")
    clean.add_argument("--forget", action="store_true", help="forget the checksums as well")


def list_data(_: argparse.Namespace) -> int:
    """``data list``: one line for each source, fetched file and file that can be fetched."""
    from seglib.sources.holdings import holdings

    print("\n".join(holdings()))
    return 0


def fetch_data(chosen: argparse.Namespace) -> int:
    """``data fetch``: files into the cache and, for a place, a source made of them."""
    from seglib.claims import testable
    from seglib.sources.addresses import fetchable
    from seglib.sources.fetch import fetch_files
    from seglib.sources.fetched import compile_source
    from seglib.sources.load import load_series

    one = fetchable(chosen.source)
    years = sorted(chosen.year or (one.statline if chosen.statline else one.files))
    options = {name: getattr(chosen, name) for name in ("by_hand", "certificate", "statline")}
    editions = fetch_files(one, years, **options)
    if chosen.place:
        source = compile_source(one, editions, chosen.place).name.rpartition("-")[0]
        told = testable(load_series(chosen.place, source=source), seed=2022)
        print("\n".join([*told, f"Made of them: {source}. For a report:"]))
        told = f"years={years}".replace(" ", "")
        print(f'  seglib report 01 --place "{chosen.place[0]}" -p {told}')
    return 0


def verify_data(_: argparse.Namespace) -> int:
    """``data verify``: every fetched file, and every table made of them."""
    from seglib.sources.holdings import verify

    print("\n".join(verify()))
    return 0


def clean_data(chosen: argparse.Namespace) -> int:
    """``data clean``: the cache, or one source of it."""
    from seglib.sources.cache import cache_folder, clean

    freed = clean(chosen.source, forget=chosen.forget)
    print(f"{freed / 1e6:,.1f} MB removed from {cache_folder()}")
    return 0


def build_data(chosen: argparse.Namespace) -> int:
    """``data build``: source files to the tidy tables and boundaries of data/."""
    if not chosen.raw.is_dir():
        raise SetupError(
            f"`data build` needs the folder of source files, and {str(chosen.raw)!r} is none. "
            "Name it with --raw FOLDER (make data RAW=FOLDER)."
        )
    from seglib.sources.build import build

    build(chosen.raw, chosen.out or checkout() / "data")
    return 0


def update_notebooks(chosen: argparse.Namespace) -> int:
    """``notebooks update``: run each notebook, store its outputs, and the README's figure."""
    from seglib.report.normalise import first_figure, update

    stored = sorted(notebooks_folder().glob("*.ipynb"))
    for path in chosen.paths or stored:
        update(path)
        print(path)
    front = checkout() / "docs" / "amsterdam.svg"
    front.write_text(first_figure(stored[0]) + "\n", encoding="utf-8")
    return 0


def say_ready(_: argparse.Namespace) -> int:
    """``setup``: getting here is all there was to do."""
    print(f"Ready: Python {sys.version.split()[0]} in {sys.prefix}")
    return 0


def make_lock(chosen: argparse.Namespace) -> int:
    """``lock``: one hashed lock for all platforms, without addresses; `--upgrade` renews pins."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    command += ["--no-header", "--all-extras", "pyproject.toml", "-o", "requirements.lock"]
    return call([*command, *chosen.others])


def show_help(_: argparse.Namespace) -> int:
    """``help``: one line for each command, and the size of the package against its limits."""
    print("make COMMAND, or: python3 -m seglib COMMAND (there: --help for its options)")
    for name, summary in SUMMARIES.items():
        print(f"  {name:{max(map(len, SUMMARIES))}}  {summary}")
    size = package_size(Path(__file__).parent)
    sizes = ", ".join(f"{part} {size[part]:,} of {LIMITS[part]:,}" for part in LIMITS)
    print(f"\nLines of code in seglib: {sizes}.")
    return 0


def package_size(package: Path) -> dict[str, int]:
    """Lines of code in the core rooms, in the data layer and in the whole package."""
    lines = dict.fromkeys(LIMITS, 0)
    for path in sorted(package.rglob("*.py")):
        count = lines_of_code(path.read_text(encoding="utf-8"))
        lines["whole"] += count
        room = path.relative_to(package).parts[0].removesuffix(".py")
        if room in CORE:
            lines["core"] += count
        elif room in lines:
            lines[room] += count
    return lines


def lines_of_code(text: str) -> int:
    """Lines that hold code: no blank lines, comments or docstrings, which are there to help."""
    tree = ast.parse(text)
    told: set[int] = set()
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node, clean=False) is not None:
            told.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in told
        for number, line in enumerate(text.splitlines(), 1)
    )


def read_parameter(text: str) -> tuple[str, object]:
    """Name and value of ``NAME=VALUE``; a value that is no Python literal is taken as text."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise ParameterError(
            f"A parameter is written NAME=VALUE, and this is {text!r}. "
            "For example -p years=[2009,2013] or -p fast=True."
        )
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def find_notebook(name: str) -> Path:
    """The notebook with this path, or the one of notebooks/ that starts with this name."""
    if Path(name).is_file():
        return Path(name)
    stems = sorted(path for path in notebooks_folder().glob("*.ipynb"))
    found = [path for path in stems if path.stem.startswith(name.removesuffix(".ipynb"))]
    if len(found) != 1:
        those = ", ".join(path.stem for path in found or stems) or "none"
        raise ParameterError(
            f"{name!r} names {len(found) or 'no'} notebooks; choose from: {those}."
        )
    return found[0]


def checkout() -> Path:
    """The checkout; commands that read notebooks or write data work only there."""
    root = bootstrap.checkout_folder()
    if root is None:
        raise SetupError(
            "This command needs a checkout of the project, and seglib is installed as a package "
            f"in {Path(__file__).parent}. Clone the project and run it there."
        )
    return root


def notebooks_folder() -> Path:
    """The committed notebooks."""
    return checkout() / "notebooks"


def reports_folder() -> Path:
    """Where reports are written; git ignores it."""
    return checkout() / "reports"


def call(command: Sequence[str]) -> int:
    """Run a program in the checkout and give its exit code."""
    return subprocess.run(command, cwd=checkout(), check=False).returncode
