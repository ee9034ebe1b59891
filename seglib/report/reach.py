"""For which places a notebook has something to say, by the rule in its own metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from seglib.errors import MissingDataError, ParameterError, SeglibError, TableError
from seglib.sources import catalogue
from seglib.sources.load import load_series
from seglib.sources.places import find_place, gemeente_name

ALL = "all"
RULES = ("groups", "every gemeente")


def places_for(
    nb: NotebookNode, places: str | Sequence[str], known: Mapping[str, Any], name: str
) -> tuple[list[str], dict[str, str]]:
    """The places to report on, and those that are left out with the reason.

    ``places`` are names, or ``all``: then the notebook's metadata hold the rule, such as
    ``seglib.batch = {"rule": "groups", "members": 500, "units": 5}``. Rule ``every gemeente`` asks
    that there are figures (of ``source``, where the rule names one); ``groups`` asks besides that
    some group other than the one of Dutch origin has as many members in as many units.

    Raises
    ------
    ParameterError
        The notebook has no parameter ``place``, or no rule where all are asked.
    UnknownPlaceError
        A place is not known.
    """
    if "place" not in known:
        raise ParameterError(
            f"Notebook {name} has no parameter 'place', so there is one report of it. "
            "Make that with `seglib report`."
        )
    if places != ALL:
        asked = [places] if isinstance(places, str) else places
        return list(dict.fromkeys(find_place(place).name for place in asked)), {}
    rule = nb.metadata.get("seglib", {}).get("batch", {})
    if rule.get("rule") not in RULES:
        raise ParameterError(
            f"Notebook {name} does not say for which places it has something to say. Name them in "
            f"a file, or give its metadata seglib.batch.rule: {' or '.join(RULES)}."
        )
    reasons = {place: _reason(place, rule, known) for place in gemeenten()}
    silent = {place: reason for place, reason in reasons.items() if reason}
    return [place for place in reasons if place not in silent], silent


def gemeenten() -> list[str]:
    """Every gemeente that a source which comes with seglib has figures of, by name."""
    codes = {code for one in catalogue.sources() if not one.fetched for code in one.gemeenten}
    return sorted(filter(_stands_alone, {gemeente_name(code) for code in codes}))


def _stands_alone(name: str) -> bool:
    try:
        return not name.startswith("GM") and not find_place(name).region
    except SeglibError:
        return False


def _reason(place: str, rule: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Why a notebook has nothing to say of a place; empty where it has."""
    try:
        series = load_series(
            place, known.get("years"), level=known.get("level") or None, source=rule.get("source")
        )
        if rule["rule"] == "groups" and not known.get("groups"):
            series.large_groups(rule["members"], rule["units"], beside="Nederland")
    except (MissingDataError, TableError) as error:
        return str(error)
    return ""
