"""What a report was made of, and which reports are made: one line for each, safe at any moment."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import seglib
from seglib.sources import catalogue
from seglib.sources.cache import cache_folder

NAME = "batch.jsonl"
MEASURED = ("seconds", "cell_seconds", "cpu_seconds", "cell_cpu_seconds", "peak_mb")
CODE = {".py", ".toml", ".j2", ".css", ".typ", ".json", ".js"}
_opened: dict[Path, str] = {}  # data files that this process has read, with their checksums


@cache
def watch_data() -> None:
    """From now on remember each file of data that this process opens, and its copies too."""
    folders = tuple(f"{folder}{os.sep}" for folder in _folders().values())

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str):
            return
        if (name := os.path.realpath(arguments[0])).startswith(folders):
            _opened.setdefault(Path(name), "")

    sys.addaudithook(note)


def hash_opened() -> dict[str, str]:
    """Name and checksum of each file of data that was opened, as it is when first asked."""
    for path, known in list(_opened.items()):
        if not known and path.is_file():
            _opened[path] = _checksum(path)
    return {_name(path): known for path, known in _opened.items() if known}


def table_checksum(name: str) -> str:
    """The checksum that a file of data has now; empty where it is gone."""
    folder, _, file = name.partition("/")
    path = _folders()[folder] / file
    return _checksum(path) if path.is_file() else ""


def _folders() -> dict[str, Path]:
    """Where data lie: what comes with seglib, and what was fetched."""
    return {"data": catalogue.data_folder().resolve(), "cache": cache_folder().resolve()}


def _name(path: Path) -> str:
    name, folder = next(each for each in _folders().items() if path.is_relative_to(each[1]))
    return f"{name}/{path.relative_to(folder).as_posix()}"


def _checksum(path: Path) -> str:
    return catalogue.canonical_checksum(path.read_bytes())[:16]


@cache
def code_checksum() -> str:
    """Of the version of seglib and of all that its folder holds, as this process found it."""
    package, digest = Path(seglib.__file__).resolve().parent, hashlib.sha256()
    digest.update(seglib.__version__.encode())
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.suffix in CODE and "data" not in inside.parts[:1]:
            digest.update(f"\0{inside.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Line:
    """A report that was made: of which inputs and data, its files with their sizes, its entry."""

    report: str
    inputs: str
    tables: Mapping[str, str]
    files: Mapping[str, int]
    entry: Mapping[str, Any]
    seconds: float
    cell_seconds: float
    cpu_seconds: float
    cell_cpu_seconds: float
    peak_mb: float

    def holds(self, folder: Path, inputs: str, checksums: Mapping[str, str]) -> bool:
        """Whether it would come out the same again, and all its files are there."""
        return (
            self.inputs == inputs
            and all(checksums[name] == known for name, known in self.tables.items())
            and all(_size(folder / name) == size for name, size in self.files.items())
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def read_ledger(folder: Path) -> dict[str, Line]:
    """The last line of each report; one that a sudden end cut short is taken off the file."""
    path = folder / NAME
    if not path.is_file():
        return {}
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    found: dict[str, Line] = {}
    for line in map(json.loads, whole.decode("utf-8").splitlines()):
        found.pop(line["report"], None)
        if "failed" not in line:
            line["entry"]["formats"] = tuple(line["entry"]["formats"])
            found[line["report"]] = Line(**line)
    return found


def add_line(folder: Path, line: Mapping[str, Any]) -> None:
    """One line more, written in one go."""
    text = json.dumps(line, ensure_ascii=False) + "\n"
    with (folder / NAME).open("ab", buffering=0) as file:
        file.write(text.encode())


def checksums_now(lines: Iterable[Line]) -> dict[str, str]:
    """What each file of data that these reports were made of is now."""
    return {
        name: table_checksum(name) for name in sorted({n for each in lines for n in each.tables})
    }
