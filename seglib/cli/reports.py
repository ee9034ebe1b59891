"""``reports`` and ``report``: notebooks to a folder of reports."""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seglib.cli.folders import find_notebook, notebooks_folder, reports_folder
from seglib.errors import ParameterError, SeglibError

if TYPE_CHECKING:
    from seglib.report.run import Plan

LANGUAGES, FORMATS = "nl,en", "html,pdf,docx,parts"
_FORMATS_TOLD = f"of {FORMATS}; parts are figures and tables as files. Default: all"


def add_report_options(command: argparse.ArgumentParser) -> None:
    """The options of every command that makes the reports of a few runs."""
    options: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("--lang", "LANG,…", f"of {LANGUAGES}", {"type": names, "default": names(LANGUAGES)}),
        ("--formats", "FORMAT,…", _FORMATS_TOLD, {"type": names, "default": names(FORMATS)}),
        ("--theme", "FILE", "an institute's logo, colours and fonts", {"type": Path}),
        ("--out", "FOLDER", "where reports go. Default: reports/", {"type": Path}),
        ("--jobs", "N", "notebooks that run at a time", {"type": positive, "default": 2}),
    )
    for flag, metavar, text, more in options:
        command.add_argument(flag, metavar=metavar, help=text, **more)


def add_own_options(command: argparse.ArgumentParser) -> None:
    """What says which report of one's own is made."""
    told = "a parameter of the notebook; may be repeated"
    assigned: dict[str, Any] = {"dest": "parameters", "action": "append", "default": []}
    command.add_argument("notebook", help="a notebook of notebooks/, by path or by name")
    command.add_argument("--place", help="gemeente or region, for example 'Den Haag'")
    command.add_argument("-p", metavar="NAME=VALUE", help=told, **assigned)
    command.add_argument("--id", default="", help="names the files. Default: after the parameters")


def make_reports(chosen: argparse.Namespace) -> int:
    """``reports``: every run of the register."""
    from seglib.report.run import plan_reports

    return _made(plan_reports(notebooks_folder(), **_options(chosen)))


def make_report(chosen: argparse.Namespace) -> int:
    """``report``: one notebook with parameters of the caller's choice."""
    from seglib.report.run import own_run, plan_reports

    parameters = dict(read_parameter(text) for text in chosen.parameters)
    if chosen.place is not None:
        parameters["place"] = chosen.place
    options = _options(chosen)
    one, options["languages"] = own_run(
        find_notebook(chosen.notebook), parameters, id=chosen.id, languages=chosen.lang
    )
    return _made(plan_reports(runs=[one], **options))


def _options(chosen: argparse.Namespace) -> dict[str, Any]:
    from seglib.report.theme import read_theme

    return {
        "out": chosen.out or reports_folder(),
        "languages": chosen.lang,
        "formats": chosen.formats,
        "theme": read_theme(chosen.theme) if chosen.theme else None,
        "jobs": chosen.jobs,
    }


def _made(plan: Plan) -> int:
    """Carry out a plan; what fails from here on is a report, not what was asked."""
    from seglib.report.run import carry_out

    try:
        index = carry_out(plan)
    except (SeglibError, OSError) as error:
        print(f"seglib: {error}", file=sys.stderr)
        return 1
    print(f"Open {index} in a browser.")
    return 0


def names(text: str) -> tuple[str, ...]:
    """The names in ``a,b``; at least one."""
    found = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not found:
        raise argparse.ArgumentTypeError("name one at least")
    return found


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


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
