"""``data``: list, fetch, verify, clean and compile figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from seglib.cli.folders import checkout
from seglib.errors import SetupError

Command = Callable[[argparse.Namespace], int]


def add_data_commands(actions: Any) -> None:
    """The actions of ``data``, each with its options."""
    add = partial(_action, actions)
    build = add("build", build_data, "compile data/ from a folder of source files", "--raw raw")
    build.add_argument("--raw", type=Path, required=True, metavar="FOLDER")
    build.add_argument("--out", type=Path, default=None, metavar="FOLDER")
    add("list", list_data, "what is embedded, what was fetched, and what a fetch would add", "")
    fetch = add(
        "fetch",
        fetch_data,
        "fetch a publisher's files into the cache",
        "kwb --year 2015 --place Gouda",
    )
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
    add("verify", verify_data, "compare every fetched file with what came", "")
    clean = add("clean", clean_data, "remove what was fetched", "kwb")
    clean.add_argument("source", nargs="?", help="only of this one")
    clean.add_argument("--forget", action="store_true", help="forget the checksums as well")


def _action(
    actions: Any, name: str, run: Command, text: str, example: str
) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=f"example:\n  seglib data {name} {example}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    action.set_defaults(run=run)
    return action


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
