"""What a reader may call a place: gemeenten in any usual spelling, regions and lists of them."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from seglib.errors import UnknownPlaceError
from seglib.sources import catalogue

FROZEN = 2015  # the year whose gemeenten data/regions.toml names
_SAFETY = "Veiligheidsregio "


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its display name, the codes of its gemeenten and, for a region, a note."""

    name: str
    codes: tuple[str, ...]
    region: bool = False
    note: Mapping[str, str] | None = None


def find_place(place: str | Iterable[str]) -> Place:
    """The place that a name, a GM code, a region or a list of these means.

    Parameters
    ----------
    place : str or list of str
        Spelling, capitals, accents, apostrophes and hyphens do not matter.

    Returns
    -------
    Place
        With gemeente codes sorted and each one once.

    Raises
    ------
    UnknownPlaceError
        A name is not known; the message gives the nearest ones.

    Examples
    --------
    >>> find_place("'s-Gravenhage").name
    'Den Haag'
    >>> find_place(["Rijswijk", "GM0629"]).codes
    ('GM0603', 'GM0629')
    """
    if isinstance(place, str) or not isinstance(place, Iterable):
        return _find_one(place)
    found = [_find_one(name) for name in place]
    if not found:
        raise UnknownPlaceError(
            "The list of places is empty. Name one gemeente or region at least."
        )
    if len(found) == 1:
        return found[0]
    codes = sorted({code for one in found for code in one.codes})
    return Place(", ".join(dict.fromkeys(one.name for one in found)), tuple(codes))


def gemeente_name(code: str) -> str:
    """The display name of a gemeente; its code where it has none here."""
    return _gazetteer(catalogue.data_folder())[0].get(code, code)


def codes_in(place: Place, year: int) -> tuple[str, ...]:
    """Codes of the gemeenten of a place in a year, which mergers may have changed.

    Gemeenten that merged count as the new one only where all of them are in the place; before
    the merger, those that later became one are taken back.
    """
    codes, frozen = set(place.codes), FROZEN
    for one in sorted(_mergers(catalogue.data_folder()), key=lambda one: one["year"]):
        if frozen < one["year"] <= year and set(one["of"]) <= codes:
            codes = codes - set(one["of"]) | {one["into"]}
    for one in sorted(_mergers(catalogue.data_folder()), key=lambda one: -one["year"]):
        if year < one["year"] <= frozen and one["into"] in codes:
            codes = codes - {one["into"]} | set(one["of"])
    return tuple(sorted(codes))


def safety_regions(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The veiligheidsregio of each gemeente, as a part that units lie in."""
    found = _gazetteer(catalogue.data_folder())[1].values()
    of = {code: one.name for one in found if one.name.startswith(_SAFETY) for code in one.codes}
    return {"veiligheidsregio": tuple(of.get(code, "") for code in codes)}


def regions() -> tuple[Place, ...]:
    """All named regions."""
    found = _gazetteer(catalogue.data_folder())[1]
    return tuple({one.name: one for one in found.values() if one.region}.values())


def _mergers(folder: Path) -> list[dict]:
    return catalogue.read_register("regions.toml", folder).get("merger", [])


def _find_one(name: str) -> Place:
    known = _gazetteer(catalogue.data_folder())[1]
    found = known.get(_plain(name))
    if found is not None:
        return found
    nearest = difflib.get_close_matches(_plain(name), list(known), n=6, cutoff=0.5)
    names = list(dict.fromkeys(known[key].name for key in nearest))[:3]
    told = f"Nearest: {', '.join(names)}. " if names else ""
    raise UnknownPlaceError(
        f"No place here is called {name!r}. {told}Use the name or code of a gemeente, "
        "or a region of data/regions.toml."
    )


def _plain(name: str) -> str:
    """A name without capitals, accents, apostrophes, hyphens and doubled spaces."""
    bare = unicodedata.normalize("NFKD", str(name).casefold())
    letters = "".join(letter if letter.isalnum() else " " for letter in bare if letter.isascii())
    return " ".join(letters.split())


@lru_cache(maxsize=8)
def _gazetteer(folder: Path) -> tuple[dict[str, str], dict[str, Place]]:
    """Names by code, and places by every spelling of theirs."""
    register = catalogue.read_register("regions.toml", folder)
    names: dict[str, str] = {}
    known: dict[str, Place] = {}
    for entry in [*register["gemeente"], *register["region"]]:
        code, codes = entry.get("code"), entry.get("codes")
        if code:
            names[code] = entry["name"]
        one = Place(entry["name"], tuple(sorted(codes or [code])), bool(codes), entry.get("note"))
        for spelling in filter(None, (entry["name"], code, *entry.get("also", ()))):
            known[_plain(spelling)] = one
    for one in _mergers(folder):
        if one["into"] not in names:
            names[one["into"]] = one["name"]
            known[_plain(one["name"])] = Place(one["name"], tuple(one["of"]))
    return names, known
