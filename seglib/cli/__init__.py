"""The commands of ``seglib`` and ``python -m seglib``: a thin skin over the rooms below."""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from seglib import bootstrap
from seglib.cli.batch import add_batch_options, make_batch
from seglib.cli.data import add_data_commands, list_data
from seglib.cli.folders import call, checkout, find_notebook, notebooks_folder
from seglib.cli.reports import add_own_options, add_report_options, make_report, make_reports
from seglib.cli.size import LIMITS, package_size
from seglib.cli.training import add_training_options, make_training
from seglib.errors import SeglibError

LANGUAGES = ("nl", "en")
TEXTS = tomllib.loads(Path(__file__).with_name("commands.toml").read_text(encoding="utf-8"))
SUMMARIES = {name: told["summary"] for name, told in TEXTS["commands"].items()}

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors of seglib become one sentence and an exit code, as the help tells."""
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
    except (SeglibError, OSError) as error:  # a file that cannot be read or written
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
        epilog=TEXTS["exit_codes"],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=show_help, prepared=False, passes_on=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        name: str, run: Command, *, prepared: bool = True, passes_on: bool = False
    ) -> argparse.ArgumentParser:
        text, example = SUMMARIES[name], TEXTS["commands"][name]["example"]
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=f"example:\n  {example}\n\n{TEXTS['exit_codes']}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.set_defaults(run=run, prepared=prepared, passes_on=passes_on)
        return command

    add_commands(add)
    return parser


def add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Each command with its options."""
    add_report_options(add("reports", make_reports))
    one = add("report", make_report)
    add_own_options(one)
    add_report_options(one)
    add_batch_options(add("batch", make_batch))
    add_training_options(add("training", make_training))
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


def open_lab(chosen: argparse.Namespace) -> int:
    """``lab``: working copies in one language, outside git, in JupyterLab."""
    from seglib.lab import SERVER, make_working_copies

    folder = checkout() / ".lab" / chosen.lang
    for line in make_working_copies(
        notebooks_folder(), folder, lang=chosen.lang, fresh=chosen.fresh
    ):
        print(line)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return call([*command, *SERVER, *chosen.others])


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


def update_notebooks(chosen: argparse.Namespace) -> int:
    """``notebooks update``: run each notebook, store its outputs, and the README's figure."""
    from seglib.report.normalise import first_figure, update

    for path in chosen.paths or sorted(notebooks_folder().glob("*.ipynb")):
        update(path)
        print(path)
    front = checkout() / "docs" / "amsterdam.svg"
    front.write_text(first_figure(find_notebook("01")) + "\n", encoding="utf-8")
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
    size = package_size(Path(__file__).parents[1])
    sizes = ", ".join(f"{part} {size[part]:,} of {LIMITS[part]:,}" for part in LIMITS)
    print(f"\nLines of code in seglib: {sizes}.")
    return 0
