"""From a place and a year to a CountTable: which source, which units, what was left out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from seglib.errors import (
    MissingDataError,
    ParameterError,
    SourceTieError,
    UnknownGroupError,
    UnknownYearError,
)
from seglib.sources import catalogue, schema, sheets
from seglib.sources.addresses import would_add
from seglib.sources.catalogue import Source
from seglib.sources.places import Place, codes_in, find_place, gemeente_name
from seglib.table import CountTable, CountTables, Dropped

_NO_FIGURES = "the source gives no figures"
_OTHER_GROUND = "no figures in every year of the series"


def load_counts(
    place: str | Iterable[str],
    year: int,
    *,
    level: str | None = None,
    source: str | None = None,
) -> CountTable:
    """Persons by unit and group of one place in one year.

    Parameters
    ----------
    place : str or list of str
        A gemeente in any usual spelling or by code, a region, or a list of these.
    year : int
        Reference year of the figures.
    level : str, optional
        Kind of unit; by default the first level of the source.
    source : str, optional
        Key of the source; by default the first of the preference list that has the figures.

    Returns
    -------
    CountTable
        One source and one classification. Units without figures stand in ``dropped``.

    Raises
    ------
    UnknownPlaceError
        The place is not known; the message gives the nearest names.
    UnknownYearError
        The place has figures, but not for this year; the message gives the years there are.
    MissingDataError
        The place is known and has no figures here, or not at this level.
    SourceTieError
        Two sources outside the preference list offer the same.

    Examples
    --------
    >>> table = load_counts("Amsterdam", 2017)
    >>> table.source, table.level, table.n_units
    ('cbs-kwb-amsterdam', 'wijk', 99)
    """
    where, year = find_place(place), whole_year(year)
    offered = _settled(_offers(where, level, source), [year])
    fitting = [one for one in offered if year in one.years]
    if not fitting:
        years = sorted({known for one in offered for known in one.years})
        raise UnknownYearError(
            f"There are no figures of {_asked(where, level, source)} for {year}. There are for "
            f"{', '.join(map(str, years))}; take one of these.{would_add(where.name, [year])}"
        )
    chosen = _first(fitting, where, f"for {year}")
    return _table(chosen, where, level or chosen.default_level, year)


def load_series(
    place: str | Iterable[str],
    years: Sequence[int] | None = None,
    *,
    level: str | None = None,
    source: str | None = None,
    groups: Sequence[str] | None = None,
) -> CountTables:
    """Persons by unit and group of one place over the years, on the same ground.

    Parameters
    ----------
    place : str or list of str
        As for ``load_counts``.
    years : sequence of int, optional
        Empty takes every year of the source.
    level, source : str, optional
        As for ``load_counts``. By default the source that has most of the years; where that is
        equal the preference list decides.
    groups : sequence of str, optional
        Groups to keep. Others then no longer count as persons, also not in "the rest".

    Returns
    -------
    CountTables
        One table for each year. A unit without figures in some year is left out of all of them
        and stands, with its persons of that year, in ``dropped``.

    Raises
    ------
    UnknownPlaceError, UnknownYearError, MissingDataError, SourceTieError
        As for ``load_counts``; one source must have every year that is asked.

    Examples
    --------
    >>> series = load_series("Amsterdam")
    >>> list(series), series[2017].n_units
    ([2005, 2009, 2013, 2017], 82)
    """
    where = find_place(place)
    asked = _whole_years(years)
    offered = _settled(_offers(where, level, source), asked)
    most = max(_overlap(one, asked) for one in offered)
    chosen = _first([one for one in offered if _overlap(one, asked) == most], where, "as a series")
    if asked and most < len(asked):
        known = (f"{one.key} has {', '.join(map(str, one.years))}" for one in offered)
        raise UnknownYearError(
            f"No one source has figures of {_asked(where, level, source)} for "
            f"{', '.join(map(str, asked))}, and sources are never mixed. "
            f"Ask years of one: {'; '.join(known)}.{would_add(where.name, asked)}"
            + (f" {schema.WALL}" if len({one.classification for one in offered}) > 1 else "")
        )
    taken = level or chosen.default_level
    tables = {year: _table(chosen, where, taken, year) for year in asked or chosen.years}
    tables = _same_ground(tables)
    if groups:
        _refuse_across_the_wall(groups, next(iter(tables.values())))
        tables = {year: table.select_groups(groups) for year, table in tables.items()}
    return CountTables.from_tables(tables)


def available(place: str | Iterable[str]) -> pd.DataFrame:
    """What there is for a place.

    Parameters
    ----------
    place : str or list of str
        As for ``load_counts``.

    Returns
    -------
    DataFrame
        ``source``, ``level`` and ``years``: one row for each source and level, in the order of
        the preference list; no row where there are no figures.

    Raises
    ------
    UnknownPlaceError
        The place is not known.

    Examples
    --------
    >>> available("Den Haag")["source"].unique().tolist()
    ['cbs-wijkbuurt-2015', 'elan-den-haag']
    """
    where = find_place(place)
    rows = [
        {"source": one.key, "level": level, "years": one.years}
        for one in catalogue.sources()
        if one.covers(where.codes)
        for level in one.levels
    ]
    return pd.DataFrame(rows, columns=["source", "level", "years"])


def load_comparison(source: str) -> pd.DataFrame:
    """A secondary source beside an official one: totals and shares by unit, and a remark."""
    one = catalogue.source(source)
    if not one.comparison:
        raise MissingDataError(
            f"There is no comparison table of {source}; it is no secondary source. "
            "What it was checked against stands in its checked_against."
        )
    return pd.read_csv(io.StringIO(catalogue.read_verified(one.comparison)))


def load_rows(source: str) -> pd.DataFrame:
    """The whole tidy table of one source, as it stands on disk."""
    one = catalogue.source(source)
    if one.form == "printed":
        return schema.in_order(sheets.tidy_of(one))
    return sheets.rows(one.folder, one.table_file).copy()


def _offers(where: Place, level: str | None, source: str | None) -> list[Source]:
    """Sources that have figures of every gemeente of a place at a level."""
    named = catalogue.sources(source)
    holding = [one for one in named if one.covers(where.codes)]
    if not holding:
        raise MissingDataError(_why_missing(where, named, source))
    fitting = [one for one in holding if not level or level in one.levels]
    if not fitting:
        levels = sorted({known for one in holding for known in one.levels})
        raise MissingDataError(
            f"There are no figures of {_asked(where, level, source)}. There are by "
            f"{', '.join(levels)}; take one of these or leave the level empty."
        )
    return fitting


def _settled(offered: list[Source], asked: Sequence[int]) -> list[Source]:
    """Embedded sources alone where one has all that is asked: what was fetched only adds."""
    embedded = [one for one in offered if not one.fetched]
    return embedded if any(set(asked) <= set(one.years) for one in embedded) else offered


def whole_year(year: object) -> int:
    """A year as a whole number; anything else is a ParameterError."""
    if isinstance(year, bool) or not isinstance(year, int | np.integer):
        raise ParameterError(
            f"A year is a whole number, not {year!r}. Write 2017, without quotes or decimals."
        )
    return int(year)


def _whole_years(years: Sequence[int] | None) -> list[int]:
    if isinstance(years, str) or not isinstance(years, Iterable | None):
        raise ParameterError(f"years is a list of years, not {years!r}. Write years=[2005, 2017].")
    return sorted({whole_year(year) for year in ([] if years is None else years)})


def _asked(where: Place, level: str | None, source: str | None) -> str:
    """A place as it was asked for, in words."""
    by, inside = f" by {level!r}" if level else "", f" in {source}" if source else ""
    return where.name + by + inside


def _why_missing(where: Place, named: Sequence[Source], source: str | None) -> str:
    """The sentence for a known place without figures."""
    held = {code for one in named for code in one.gemeenten}
    without = [gemeente_name(code) for code in where.codes if code not in held]
    if not without:
        return (
            f"No one source has figures of all of {where.name}, and sources are never mixed. "
            "Take the places one by one."
        )
    told = _some(without, 3)
    several = len(where.codes) > 1
    detail = f" for {len(without)} of its {len(where.codes)} gemeenten ({told})" if several else ""
    whom = f"{source} has" if source else "There are"
    return (
        f"{whom} no figures of {where.name}{detail}. Take a place that has figures: "
        f"{_some(sorted(gemeente_name(code) for code in held))}."
    )


def _some(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (" and others" if len(names) > most else "")


def _first(offered: list[Source], where: Place, when: str) -> Source:
    """The source that the preference list puts first; equals outside the list are a tie."""
    by_key = {one.key: one for one in offered}
    listed = [by_key[key] for key in catalogue.preference() if key in by_key]
    if listed:
        return listed[0]
    if len(offered) > 1:
        names = " and ".join(one.key for one in offered[:2])
        raise SourceTieError(
            f"{names} both have figures of {where.name} {when} and neither is in the preference "
            "list. Name one as source, or add it to the list in data/sources.toml."
        )
    return offered[0]


def _overlap(one: Source, asked: Sequence[int]) -> int:
    return len(set(one.years) & set(asked)) if asked else len(one.years)


def _table(one: Source, where: Place, level: str, year: int) -> CountTable:
    """The units of a place at one level and year, as a CountTable."""
    codes = codes_in(where, one.ground or year)
    sheet = sheets.sheet(one, level, year, codes)
    if (
        sheet is None
        or not (keep := sheet.known & ~np.isin(sheet.table.units, list(one.copies))).any()
    ):
        raise MissingDataError(
            f"{one.key} names {where.name} for {year} but has no unit with figures. "
            "Take another year or source."
        )
    dropped = tuple(_dropped(sheet, row, one) for row in np.flatnonzero(~keep))
    table = replace(sheet.table, place=where.name, dropped=dropped)
    table = table if keep.all() else table.select_units(keep)
    return sheets.on_its_ground(table if table.level == level else table.merge(level), one)


def _dropped(sheet: sheets.Sheet, row: int, one: Source) -> Dropped:
    """Why one unit of a sheet is left out, and with how many persons."""
    unit, name = sheet.table.units[row], sheet.table.unit_names[row]
    if not sheet.known[row]:
        return Dropped(unit, name, sheet.inhabitants.get(unit), _NO_FIGURES)
    reason = f"the source repeats the figures of {one.copies[unit]} here"
    return Dropped(unit, name, int(sheet.table.counts[row].sum()), reason)


def _refuse_across_the_wall(groups: Sequence[str], table: CountTable) -> None:
    """Groups of the other classification do not exist in this one."""
    for name in groups:
        if name not in table.groups and name in (*schema.GROUPS, *schema.GROUPS_2022):
            raise UnknownGroupError(
                f"There is no group {name!r} in {table.place} {table.year}, which has "
                f"{', '.join(table.groups)}. {schema.WALL}"
            )


def _same_ground(tables: dict[int, CountTable]) -> dict[int, CountTable]:
    """The same tables with only those units that have figures in every year."""
    shared = set.intersection(*(set(table.units) for table in tables.values()))
    return {
        year: table.select_units(np.isin(table.units, list(shared)), reason=_OTHER_GROUND)
        for year, table in tables.items()
    }
