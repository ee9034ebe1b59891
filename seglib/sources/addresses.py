"""What can be fetched: the ``fetch`` section of sources.toml, read without any network."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from seglib.errors import MissingDataError, UnknownYearError
from seglib.sources import catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetchable:
    """A source that has one file for each year at its publisher's.

    ``seen`` lists the years whose address was seen in use; ``most_mb`` bounds a file, and
    ``unpacked_mb`` what an archive may hold. ``statline`` names tables by year. ``about`` says
    what sources.toml says of a source that is made of its files.
    """

    key: str
    title: str
    publisher: str
    licence: str
    folder: str
    files: Mapping[int, str]
    seen: Sequence[int]
    most_mb: int
    unpacked_mb: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)
    statline_host: str = ""
    statline: Mapping[int, str] = field(default_factory=dict)

    def address(self, year: int, statline: bool = False) -> str:
        """The address of one year's file or table; without one it is an UnknownYearError."""
        found = self.statline if statline else self.files
        if year not in found:
            told, what = ", ".join(map(str, sorted(found))), "table" if statline else "file"
            raise UnknownYearError(
                f"{self.key} has no {what} for {year} that can be fetched. There is one for {told}."
            )
        odata = f"https://{self.statline_host}/ODataFeed/odata/"
        return urljoin(odata if statline else self.folder, found[year])

    def name(self, year: int, statline: bool = False) -> str:
        """The name that the publisher gave one year's file; a table of StatLine is JSON."""
        name = urlsplit(self.address(year, statline)).path.rsplit("/", 1)[-1]
        return f"{name}.json" if statline else name


def hosts() -> tuple[str, ...]:
    """The only hosts that a fetch may call."""
    return tuple(_section().get("hosts", ()))


def fetchables() -> dict[str, Fetchable]:
    """Everything that can be fetched, by key."""
    return {
        key: Fetchable(
            key=key,
            **(entry | {name: _by_year(entry.get(name, {})) for name in ("files", "statline")}),
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


def _by_year(names: Mapping[str, str]) -> dict[int, str]:
    return {int(year): name for year, name in names.items()}


def _section() -> Mapping[str, Any]:
    return catalogue.read_register("sources.toml", catalogue.data_folder()).get("fetch", {})
