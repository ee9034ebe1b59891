"""``batch``: a notebook, or several, for every place."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from seglib.cli.folders import find_notebook, reports_folder
from seglib.cli.reports import FORMATS, LANGUAGES, names, positive, read_parameter
from seglib.errors import ParameterError

FOLDER = "places"  # beside what `reports` makes, which it lets be
EXAMPLE_ADDRESS = "tcp://127.0.0.1:8786"


def add_batch_options(command: argparse.ArgumentParser) -> None:
    """Its options, with defaults that suit many reports."""

    def add(flag: str, metavar: str, text: str, **options: Any) -> None:
        command.add_argument(flag, metavar=metavar, help=text, **options)

    add("notebooks", "NOTEBOOK", "a notebook of notebooks/, by path or by name", nargs="+")
    everywhere = "all: where the notebook has something to say; or a file with a place on each line"
    add("--place", "all|FILE", everywhere, required=True)
    add("--lang", "LANG,…", f"of {LANGUAGES}. Default: nl", type=names, default=("nl",))
    told = f"of {FORMATS}; parts are figures and tables as files. Default: html"
    add("--formats", "FORMAT,…", told, type=names, default=("html",))
    add("--jobs", "N", "reports made at a time. Default: one for each core", type=positive)
    add("--out", "FOLDER", f"where reports go. Default: reports/{FOLDER}/", type=Path)
    add("--theme", "FILE", "an institute's logo, colours and fonts", type=Path)
    told = "a parameter of the notebooks; may be repeated"
    add("-p", "NAME=VALUE", told, dest="parameters", action="append", default=[])
    told = f"of dask.distributed, such as {EXAMPLE_ADDRESS}, whose workers then make the reports"
    add("--scheduler", "ADDRESS", told, default="")


def make_batch(chosen: argparse.Namespace) -> int:
    """``batch``: what is not there yet or has changed; 1 where a report failed."""
    from seglib.report.batch import carry_out_batch, plan_batch
    from seglib.report.theme import read_theme

    plan = plan_batch(
        [find_notebook(name) for name in chosen.notebooks],
        "all" if chosen.place == "all" else read_places(chosen.place),
        chosen.out or reports_folder() / FOLDER,
        languages=chosen.lang,
        formats=chosen.formats,
        parameters=dict(read_parameter(text) for text in chosen.parameters),
        theme=read_theme(chosen.theme) if chosen.theme else None,
    )
    say = partial(print, flush=True)  # a log is read while it grows
    done = carry_out_batch(plan, jobs=chosen.jobs, scheduler=chosen.scheduler, say=say)
    for line in done.told():
        print(line)
    print(f"Open {done.index} in a browser.")
    return 1 if done.failed else 0


def read_places(name: str) -> list[str]:
    """The places in a file: one on each line; what follows a # is a remark."""
    path = Path(name)
    if not path.is_file():
        raise ParameterError(
            f"--place takes 'all' or a file with a place on each line, and {name!r} is no file. "
            f"For one place: seglib report NOTEBOOK --place {name!r}."
        )
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8-sig").splitlines())
    places = [line for line in lines if line]
    if not places:
        raise ParameterError(f"File {path.name} names no place. Write one on each line.")
    return places
