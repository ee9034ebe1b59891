"""What a scan of one place is made of: its residents by buurt, and what they were asked."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seglib.disclosure import MINIMUM_BASE
from seglib.disclosure.groups import MINIMUM_UNITS
from seglib.errors import MissingDataError, ParameterError, SeglibError, UnknownPlaceError

if TYPE_CHECKING:
    import pandas as pd

    from seglib.table import CountTable

Fetch = Callable[..., dict[int, Path]]
LEVEL = "buurt"
_LIVEABILITY = "leefbarometer_score"


def load_place(
    place: str,
    *,
    wijk: str = "",
    year: int = 2015,
    newest: bool = False,
    fetch: Fetch | None = None,
) -> CountTable:
    """Residents by buurt and origin of one gemeente, or of one wijk of it.

    Parameters
    ----------
    place : str
        A gemeente, as for ``load_counts``.
    wijk : str
        Name or code of a wijk of that gemeente; empty takes the whole gemeente.
    year : int
        Reference year.
    newest : bool
        True first asks CBS for the newest Kerncijfers. Where there is no network, or they do not
        fit this gemeente, the reference year stays.
    fetch : callable, optional
        What fetches the files; by default ``sources.fetch.fetch_files``.

    Returns
    -------
    CountTable
        Units are buurten, nested in "wijk" and "gemeente"; ``place`` is the name to show.

    Raises
    ------
    ParameterError
        The place is more than one gemeente.
    UnknownPlaceError
        There is no such gemeente, or no such wijk in it; the message gives the nearest.
    UnknownYearError, MissingDataError
        As ``load_counts`` raises.

    Examples
    --------
    >>> table = load_place("Rotterdam", wijk="Feijenoord")
    >>> table.place, table.year, table.n_units
    ('Feijenoord (Rotterdam)', 2015, 9)
    """
    from seglib.sources.load import load_counts
    from seglib.sources.places import find_place

    where = find_place(place)
    if len(where.codes) != 1:
        raise ParameterError(
            f"A scan is of one gemeente, and {where.name} holds {len(where.codes)}. Name one of "
            "them, or take notebook 01 for a region."
        )
    year = _newest_year(where.name, fetch) or year if newest else year
    table = load_counts(where.name, year, level=LEVEL)
    table = _within(table, wijk, load_counts(where.name, year, level="wijk")) if wijk else table
    if table.total < MINIMUM_BASE:
        raise MissingDataError(
            f"{table.place} had fewer than {MINIMUM_BASE} residents in {year}, too few for a scan. "
            "Take a larger place."
        )
    return table


def _newest_year(place: str, fetch: Fetch | None) -> int | None:
    """Fetch the newest figures of a gemeente and give their year; None where that fails."""
    from seglib.sources import addresses, fetched
    from seglib.sources.fetch import MB, Fetcher, fetch_files

    one = addresses.fetchable("kwb")
    year = max(one.files)
    # nobody waits long for what may be out of reach
    once = Fetcher(hosts=addresses.hosts(), most_bytes=one.most_mb * MB, tries=1, patience=10.0)
    try:
        files = (fetch or partial(fetch_files, fetcher=once, say=lambda told: None))(one, [year])
        fetched.compile_source(one, files, place)
    except SeglibError:
        return None
    return year


def _within(table: CountTable, wijk: str, wijken: CountTable) -> CountTable:
    """The buurten of one wijk, by its code or its name with or without ``Wijk 07``."""
    names = dict(zip(wijken.units, map(_plain_name, wijken.unit_names), strict=True))
    asked = _plain_name(wijk).casefold()
    found = [code for code, name in names.items() if asked in (code.casefold(), name.casefold())]
    if not found:
        known = [name if name != code else code for code, name in names.items()]
        near = difflib.get_close_matches(wijk, known, n=3, cutoff=0.4) or known[:3]
        raise UnknownPlaceError(
            f"{table.place} has no wijk {wijk!r} in {table.year}. Nearest: {', '.join(near)}."
        )
    inside = np.array(table.part_of("wijk")) == found[0]
    name = f"{names[found[0]]} ({table.place})"
    return replace(table.select_units(inside), place=name, dropped=())


def _plain_name(name: str) -> str:
    """The name of a wijk without the number that CBS puts before it: ``Wijk 07 Feijenoord``."""
    head, _, rest = name.partition(" ")
    digits, _, bare = rest.partition(" ")
    return bare if head.casefold() == "wijk" and digits.isdigit() and bare else name


def load_voices(place: str) -> pd.DataFrame:
    """What residents of a gemeente answered, and what a model says of them, item by item.

    Parameters
    ----------
    place : str
        A gemeente, as for ``load_counts``.

    Returns
    -------
    DataFrame
        ``item``, ``label`` (the publisher's wording), ``kind`` ("survey" or "model estimate"),
        ``year`` (the last), ``unit``, ``value`` of the whole gemeente (missing where the publisher
        gives none), ``low`` and ``high`` (quartiles of its areas), ``areas`` (their number) and
        ``citation``. No row where nobody was asked, or where fewer than five areas have a value and
        the whole gemeente has none.

    Raises
    ------
    UnknownPlaceError
        The place is not known.

    Examples
    --------
    >>> load_voices("Rotterdam")["kind"].unique().tolist(), len(load_voices("Delft"))
    (['survey', 'model estimate'], 0)
    """
    import pandas as pd

    from seglib.sources import area_figures, catalogue
    from seglib.sources.places import find_place

    where = find_place(place)
    surveys = catalogue.read_register("columns/surveys.toml", catalogue.data_folder())
    known = surveys.get(where.name, {})
    asked = {known.get("source"): [*known.get("home", ()), *known.get("contact", ())]}
    asked |= {known.get("modelled"): known.get("estimates"), "leefbaarometer-utrecht": _LIVEABILITY}
    rows: list[dict[str, Any]] = []
    for one in area_figures.figure_sources():
        if one.key in asked and set(where.codes) <= set(one.gemeenten):
            try:
                found = area_figures.load_figures(one.key, items=asked[one.key])
            except MissingDataError:  # the publisher's file is the reader's own
                continue
            rows += _voices(found, where.codes[0], one.citation)
    return pd.DataFrame(rows)


def _voices(figures: pd.DataFrame, code: str, citation: Any) -> list[dict[str, Any]]:
    """A row for each item of one source, of its last year."""
    from seglib.sources.area_figures import load_items

    labels = load_items(figures.attrs["source"]).set_index("item")["label"]
    last, rows = figures.loc[figures["year"] == figures["year"].max()], []
    for item, found in last.groupby("item", sort=False):
        areas = found.loc[found["level"] == LEVEL]
        by_code = areas["unit_code"].str.startswith("BU")
        values = areas.loc[~by_code | areas["unit_code"].str.startswith(f"BU{code[2:]}"), "value"]
        whole = found.loc[found["level"] == "gemeente", "value"]
        if whole.empty and values.notna().sum() < MINIMUM_UNITS:
            continue
        head = found.iloc[0]
        rows.append(
            {name: head[name] for name in ("item", "kind", "year", "unit")}
            | {"label": labels[item], "value": float(whole.iloc[0]) if len(whole) else None}
            | {"low": values.quantile(0.25), "high": values.quantile(0.75)}
            | {"areas": int(values.notna().sum()), "citation": citation}
        )
    return rows
