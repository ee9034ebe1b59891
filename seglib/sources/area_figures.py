"""Figures about areas in one tidy form: answers, counts and estimates by unit and item.

Persons by group belong in a ``CountTable``. What else a publisher prints about an area (who feels
at home, incomes, scores) stands here, one row for each unit, year and item, with its literal
wording kept in a table of items. On disk a source is wide, one row for each unit and year.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

import pandas as pd

from seglib.errors import MissingDataError, ParameterError, SourceFormatError, UnknownYearError
from seglib.sources import catalogue, schema
from seglib.sources.catalogue import Source
from seglib.sources.load import whole_year

COLUMNS = (
    "source",
    "level",
    "unit_code",
    "unit_name",
    "year",
    "item",
    "value",
    "unit",
    "kind",
)
UNIT = ("level", "unit_code", "unit_name", "year")
# A score that mixes answers with a register is neither of the two.
KINDS = ("survey", "register", "survey and register", "model estimate")
_PROVENANCE = ("publisher", "route", "licence", "citation", "checked_against", "note")
_NO_PERSONS = {"classification": "", "recovery": "none", "kind": "figures"}
ITEM_COLUMNS = ("item", "label", "unit", "kind", "theme", "about", "place")


def load_figures(
    source: str, year: int | None = None, items: str | Iterable[str] | None = None
) -> pd.DataFrame:
    """Figures about areas of one source: one row for each unit, year and item.

    Parameters
    ----------
    source : str
        Key of a source of figures, such as ``"rotterdam-wijkprofiel"``.
    year : int, optional
        By default all years of the source.
    items : str or iterable of str, optional
        Items of ``load_items``; by default all.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``; ``value`` is a float in the unit of ``unit`` (a percentage runs from 0
        to 100) and is missing where the publisher gives no figure; ``kind`` is one of ``KINDS``.
        ``attrs`` hold the source: its key, publisher, route, licence, citation and what it was
        checked against.

    Raises
    ------
    MissingDataError
        There is no such source or item; the message gives the nearest.
    UnknownYearError
        The source has no figures for this year.

    Examples
    --------
    >>> home = load_figures("rotterdam-wijkprofiel", 2016, "ThuisVoelen_p")
    >>> home.attrs["publisher"], home["unit"].iloc[0], home["kind"].iloc[0]
    ('Gemeente Rotterdam', '%', 'survey')
    """
    one, folder = figure_source(source), catalogue.data_folder()
    if not one.years:
        raise MissingDataError(f"Figures of {source} are not in the data folder. {one.note['en']}")
    if year is not None and whole_year(year) not in one.years:
        raise UnknownYearError(
            f"{source} has no figures for {year}; it has them for "
            f"{', '.join(map(str, one.years))}. Take one of these."
        )
    wide, known = _wide(folder, one.table_file), _items(folder, source)
    wanted = [items] if isinstance(items, str) else list(items or known["item"])
    for name in wanted:
        if name not in set(known["item"]):
            raise MissingDataError(
                f"{source} has no item {name!r}. {_nearest(name, known['item'])}"
            )
    rows = wide if year is None else wide[wide["year"] == year]
    frame = rows.melt(list(UNIT), wanted, var_name="item", value_name="value")
    frame = _described(frame, known, source)
    frame.attrs = {"source": source} | {name: deepcopy(getattr(one, name)) for name in _PROVENANCE}
    return frame


def load_items(source: str) -> pd.DataFrame:
    """The items of one source of figures, with the wording as published.

    Parameters
    ----------
    source : str
        Key of a source of figures.

    Returns
    -------
    DataFrame
        ``item``, ``label`` (the publisher's Dutch text, letter by letter), ``unit``, ``kind``,
        ``theme``, ``about`` (definition or reference date) and ``place`` (columns in the raw file).

    Raises
    ------
    MissingDataError
        There is no such source.

    Examples
    --------
    >>> items = load_items("rotterdam-wijkprofiel").set_index("item")
    >>> items.loc["ThuisVoelen_p", "label"]
    '% bewoners dat zegt zich thuis te voelen bij buurtbewoners'
    """
    return _items(catalogue.data_folder(), figure_source(source).key).copy()


def figure_sources() -> tuple[Source, ...]:
    """All sources of figures about areas."""
    return _sources(catalogue.data_folder())


def figure_source(key: str) -> Source:
    """The source of figures with this key; an unknown one is a MissingDataError."""
    found = {one.key: one for one in figure_sources()}
    if key not in found:
        raise MissingDataError(f"There is no source of figures {key!r}. {_nearest(key, found)}")
    return found[key]


def tidy(rows: pd.DataFrame | Iterable[dict], items: pd.DataFrame, source: str) -> pd.DataFrame:
    """Rows with ``UNIT``, ``item`` and ``value`` in the one form; unit and kind from the items."""
    frame = pd.DataFrame(rows if isinstance(rows, pd.DataFrame) else list(rows))
    frame["value"] = pd.to_numeric(frame["value"]).astype("float64")
    return _described(frame, items, source)


def compiled(figures: pd.DataFrame, items: pd.DataFrame) -> dict[str, str]:
    """Figures and items of one source as text by file."""
    source = figures["source"].iloc[0]
    wide = to_wide(figures, items["item"].tolist())
    return {f"tables/{source}.csv": wide, f"tables/{source}-items.csv": items_text(items)}


def to_wide(figures: pd.DataFrame, items: Sequence[str]) -> str:
    """Tidy figures as canonical CSV: a row for each unit and year, a column for each item."""
    wide = figures.pivot(index=list(UNIT), columns="item", values="value")[list(items)]
    wide = wide.sort_index(level=["level", "year", "unit_code"])
    text = [[_short(value) for value in row] for row in wide.to_numpy()]
    frame = pd.DataFrame(text, columns=list(items))
    return schema.to_text(pd.concat([wide.index.to_frame(index=False), frame], axis=1))


def items_text(items: pd.DataFrame) -> str:
    """A table of items as canonical CSV; no unknown kind and no item twice."""
    if not items["item"].is_unique or not set(items["kind"]) <= set(KINDS):
        raise ParameterError(
            f"Items are unique and of a kind among {', '.join(KINDS)}; look at "
            f"{sorted(set(items['kind']) - set(KINDS)) or items['item'].mode().iloc[0]!r}."
        )
    return schema.to_text(items.reindex(columns=list(ITEM_COLUMNS), fill_value=""))


def check_totals(
    figures: pd.DataFrame, items: pd.DataFrame, file: str, whole: str, part: str, slack: float
) -> None:
    """Refuse a whole outside its parts: a mean or share of all lies between those of each."""
    labels = items.set_index("item")["label"]
    for item, rows in figures.groupby("item", sort=False):
        parts = rows.loc[rows["level"] == part, "value"].dropna()
        for row in rows[(rows["level"] == whole) & rows["value"].notna()].itertuples():
            if len(parts) and not parts.min() - slack <= row.value <= parts.max() + slack:
                raise SourceFormatError(
                    f"{file}, column {labels[item]!r}: {row.value:g} for {row.unit_name}, whose "
                    f"{part}en run from {parts.min():g} to {parts.max():g}. Correct one of them."
                )


def item_rows(text: str) -> pd.DataFrame:
    """The table of items that ``items_text`` wrote."""
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def _described(frame: pd.DataFrame, items: pd.DataFrame, source: str) -> pd.DataFrame:
    """The frame with source, unit and kind, in the order of the columns."""
    known = items.set_index("item")
    frame = frame.assign(
        source=source, unit=frame["item"].map(known["unit"]), kind=frame["item"].map(known["kind"])
    )
    return frame[list(COLUMNS)].reset_index(drop=True)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.4)
    return f"Nearest: {', '.join(near)}." if near else f"There are {', '.join(list(known)[:5])} …"


def _short(value: float) -> str:
    """A float as its shortest text; a whole number without decimals, a missing one empty."""
    return "" if value != value else repr(round(float(value), 4)).removesuffix(".0")


@lru_cache(maxsize=16)
def _wide(folder: Path, file: str) -> pd.DataFrame:
    text = catalogue.read_verified(file, folder)
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    for name in frame.columns.difference(UNIT):
        # Python reads a decimal to the nearest float; pandas may be off in the last digit.
        frame[name] = [float(cell) if cell else float("nan") for cell in frame[name]]
    frame["year"] = frame["year"].astype("int64")
    return frame


@lru_cache(maxsize=16)
def _items(folder: Path, source: str) -> pd.DataFrame:
    return item_rows(catalogue.read_verified(f"tables/{source}-items.csv", folder))


@lru_cache(maxsize=8)
def _sources(folder: Path) -> tuple[Source, ...]:
    promised = catalogue.read_register(catalogue.CHECKSUMS, folder)["sha256"]
    found = []
    for entry in catalogue.read_register("sources.toml", folder).get("figures", ()):
        values = {
            name: tuple(cell) if isinstance(cell, list) else cell for name, cell in entry.items()
        }
        mine = {file: value for file, value in promised.items() if entry["key"] in file}
        found.append(Source(**_NO_PERSONS | values, checksums=mine, folder=folder))
    return tuple(found)
