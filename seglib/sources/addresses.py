"""What can be fetched: the ``fetch`` section of sources.toml, read without any network."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from seglib.errors import MissingDataError, UnknownYearError
from seglib.sources import catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetchable:
    """A source that has one file for each year at its publisher's.

    ``seen`` lists the years whose address was seen in use; ``most_mb`` bounds a file, and
    ``unpacked_mb`` what an archive may hold. ``about`` says what sources.toml says of a source
    that is made of its files.
    """

    key: str
    title: str
    publisher: str
    licence: str
    folder: str
    files: Mapping[int, str]
    seen: tuple[int, ...]
    most_mb: int
    unpacked_mb: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)

    def address(self, year: int) -> str:
        """The address of one year's file; a year without one is an UnknownYearError."""
        if year not in self.files:
            told = ", ".join(map(str, sorted(self.files)))
            raise UnknownYearError(
                f"{self.key} has no file for {year} that can be fetched. There is one for {told}."
            )
        return urljoin(self.folder, self.files[year])

    def name(self, year: int) -> str:
        """The name that the publisher gave one year's file."""
        return urlsplit(self.address(year)).path.rsplit("/", 1)[-1]


def hosts() -> tuple[str, ...]:
    """The only hosts that a fetch may call."""
    return tuple(_section().get("hosts", ()))


def fetchables() -> dict[str, Fetchable]:
    """Everything that can be fetched, by key."""
    return {
        key: Fetchable(
            key=key,
            **{name: value for name, value in entry.items() if name not in ("files", "seen")},
            files={int(year): name for year, name in entry["files"].items()},
            seen=tuple(entry["seen"]),
        )
        for key, entry in _section().items()
        if key != "hosts"
    }


def fetchable(key: str) -> Fetchable:
    """The one with this key; an unknown one is a MissingDataError with the nearest."""
    found = fetchables()
    if key not in found:
        nearest = difflib.get_close_matches(key, list(found), n=1)
        hint = f"Did you mean {nearest[0]!r}? " if nearest else ""
        raise MissingDataError(
            f"{key!r} cannot be fetched. {hint}What can: {', '.join(found) or 'nothing'}."
        )
    return found[key]


def would_add(place: str, years: Iterable[int]) -> str:
    """The sentence that names the command which adds figures of these years, or nothing."""
    asked = sorted(set(years))
    one = fetchables().get("kwb")
    if one is None or not asked or not set(asked) <= set(one.files):
        return ""
    told = " ".join(map(str, asked))
    places = " ".join(f'"{name}"' for name in place.split(", "))
    return f" `seglib data fetch kwb --year {told} --place {places}` would add them."


def _section() -> Mapping[str, Any]:
    return catalogue.read_register("sources.toml", catalogue.data_folder()).get("fetch", {})
