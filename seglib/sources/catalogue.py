"""Which sources there are, what is known of each, and whether their files are intact."""

from __future__ import annotations

import difflib
import hashlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from seglib.errors import DataDamagedError, MissingDataError
from seglib.sources import cache

CHECKSUMS = "checksums.toml"
_CURE = "Restore it (git checkout, or install seglib again) or run 'seglib data build'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of figures: who publishes it and what may be said of it.

    Texts for readers (``licence_seen``, ``checked_against``, ``rounding``, ``citation``, ``note``)
    are mappings with the keys ``nl`` and ``en``. ``copies`` names units that only repeat another.
    ``form`` is that of its table: "tidy" (one row a unit and group) or "printed" (one row a unit,
    as CBS prints it). ``folder`` holds its files; ``fetched`` ones lie outside the data folder.
    ``ground`` is the year whose gemeenten all its years have, where these are not each year's own.
    """

    key: str
    title: str
    publisher: str
    address: str
    through: str
    commit: str
    licence: str
    licence_seen: Mapping[str, str]
    checked_against: Mapping[str, str]
    years: tuple[int, ...]
    gemeenten: tuple[str, ...]
    geography: str
    geography_en: str
    classification: str
    levels: tuple[str, ...]
    kind: str
    recovery: str
    secondary: bool
    rounding: Mapping[str, str]
    citation: Mapping[str, str]
    note: Mapping[str, str]
    share_step: float | None = None
    form: str = "tidy"
    comparison: str = ""
    copies: Mapping[str, str] = field(default_factory=dict)
    boundaries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    fetched: bool = False
    ground: int | None = None

    @property
    def default_level(self) -> str:
        """The level that is taken when none is asked."""
        return self.levels[0]

    def geography_in(self, lang: str) -> str:
        """The units and their edition, in Dutch (``nl``) or English (``en``)."""
        return self.geography_en if lang == "en" else self.geography

    def covers(self, codes: Iterable[str]) -> bool:
        """Whether every one of these gemeenten is in it."""
        return set(codes) <= set(self.gemeenten)

    @property
    def route(self) -> str:
        """The public repository and commit, or the fetched files, that the figures came through."""
        if self.fetched:
            return f"{self.through} (sha256 {self.commit})"
        return f"{self.through}, commit {self.commit}"

    @property
    def table_file(self) -> str:
        """The table of this source, as a path inside the data folder."""
        return f"tables/{self.key}.csv"

    def boundary_file(self, level: str) -> str:
        """The boundaries of one level, as a path inside the data folder."""
        return f"boundaries/{self.key}.{level}.geojson"

    def boundary_files(self, level: str, codes: Iterable[str]) -> list[str]:
        """The files that hold the boundaries of these gemeenten; large ones are split by code."""
        if not self.boundaries[level].get("split"):
            return [self.boundary_file(level)]
        return sorted({self.boundary_file(f"{level}.{code[2:4]}") for code in codes})

    def ground_file(self, level: str) -> str:
        """Point and area of the units of one level, as a path inside the data folder."""
        return f"boundaries/{self.key}.{level}.csv"


def data_folder() -> Path:
    """The folder with tables, boundaries and registers.

    ``SEGLIB_DATA`` in the environment names another one; else it is the one inside the installed
    package, or ``data`` beside the package in a checkout.
    """
    named = os.environ.get("SEGLIB_DATA")
    return Path(named) if named else _shipped()


@lru_cache
def _shipped() -> Path:
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


def sources(key: str | None = None) -> tuple[Source, ...]:
    """All sources: the preference list in its order, the other embedded ones, what was fetched.

    Or only the one with a key.
    """
    if key:
        return (source(key),)
    folders = (data_folder(), *cache.compiled_folders())
    return tuple(one for folder in folders for one in _sources(folder))


def source(key: str) -> Source:
    """The source with this key; an unknown one is a MissingDataError with the nearest."""
    found = {one.key: one for one in sources()}
    if key not in found:
        nearest = difflib.get_close_matches(str(key), list(found), n=1)
        hint = f"Did you mean {nearest[0]!r}? " if nearest else ""
        raise MissingDataError(
            f"There is no source {key!r}. {hint}Sources are: {', '.join(found)}; leave it empty to "
            "let the preference list decide."
        )
    return found[key]


def preference() -> tuple[str, ...]:
    """Keys of the sources, the one to take first in front."""
    return tuple(read_register("sources.toml", data_folder())["preference"])


def canonical_checksum(content: bytes) -> str:
    """Checksum (SHA-256) of text with line ends as LF, so that a checkout may change those."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def read_verified(file: str, folder: Path | None = None) -> str:
    """The text of one data file, or a DataDamagedError where its checksum is another."""
    folder = folder or data_folder()
    path = folder / file
    if not path.is_file():
        raise MissingDataError(f"There is no {file} in the data folder. {_CURE}")
    content = path.read_bytes()
    promised = read_register(CHECKSUMS, folder)["sha256"].get(file)
    came = canonical_checksum(content)
    if came != promised:
        told = f"not {promised[:12]}… as promised" if promised else "and none is promised"
        raise DataDamagedError(f"{file} is damaged: its checksum is {came[:12]}…, {told}. {_CURE}")
    return content.decode("utf-8").replace("\r\n", "\n")


@lru_cache(maxsize=32)
def read_register(file: str, folder: Path) -> dict:
    """One of the registers of the data folder; nobody changes what comes back."""
    path = folder / file
    if not path.is_file():
        raise MissingDataError(f"There is no {file} in the data folder. {_CURE}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _sources(folder: Path) -> tuple[Source, ...]:
    register = read_register("sources.toml", folder)
    order = {key: place for place, key in enumerate(register["preference"])}
    promised = read_register(CHECKSUMS, folder)["sha256"]
    found = []
    for entry in register["source"]:
        values = {name: _frozen(value) for name, value in entry.items()}
        mine = {file: value for file, value in promised.items() if entry["key"] in file}
        where = {"folder": folder, "fetched": folder != data_folder()}
        found.append(Source(**values, checksums=MappingProxyType(mine), **where))
    return tuple(sorted(found, key=lambda one: order.get(one.key, len(order))))


def _frozen(value: object) -> object:
    """A register value that nobody can change by accident."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(part) for name, part in value.items()})
    return value
