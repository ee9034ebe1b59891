"""Estimates of a model that look like answers: RIVM health by wijk and buurt, and Leefbaarometer.

Nobody was asked in most of these buurten. RIVM relates the answers of its health survey to
background characteristics, origin among them, and to neighbouring areas, and then computes every
buurt from those. Leefbaarometer predicts how people would judge a place from its features. Set
against composition such a score partly returns what went into it, so every figure of theirs is
of the kind "model estimate" and serves one lesson only, on circular outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import area_figures, catalogue
from seglib.sources.raw_cells import number, read_cells, read_lines

HEALTH = "rivm-gezondheid"
LIVEABILITY = "leefbaarometer-utrecht"
_ESTIMATE = "model estimate"


def read_health(
    path: str | Path, place: str | None = None, items: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read RIVM, Gezondheid per wijk en buurt (a StatLine export, 18 years and over).

    Parameters
    ----------
    path : str or Path
        The workbook or csv, with the columns of 50090NED.
    place : str, optional
        Name of one gemeente; by default the whole country.
    items : DataFrame, optional
        From ``read_health_items``; by default the embedded ones.

    Returns
    -------
    DataFrame
        ``area_figures.COLUMNS``, percentages from 0 to 100, all of the kind "model estimate".

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form; the place is not in it; or a gemeente lies
        outside its wijken.
    """
    path, known = Path(path), _known(HEALTH)
    items = area_figures.load_items(HEALTH) if items is None else items
    columns = [*known["columns"], *items["item"]]
    key = ("Codering_3", "Leeftijd", "Marges", "Perioden")
    lines = [
        line
        for line in read_lines(path, columns, key=key)
        if (line["Leeftijd"], line["Marges"]) == (known["age"], known["value"])
        and place in (None, line["Gemeentenaam_1"])
    ]
    if not lines:
        raise SourceFormatError(
            f"{path.name} has no estimates (Marges {known['value']}) of people of 18 and over "
            f"(Leeftijd {known['age']}) in {place or 'the country'}. Use the edition that has them."
        )
    figures = []
    for line in lines:
        level, code = line["SoortRegio_2"].lower(), line["Codering_3"]
        if level not in ("land", "gemeente", "wijk", "buurt"):
            raise line.bad("SoortRegio_2", "Land, Gemeente, Wijk or Buurt is needed.")
        name = line["Gemeentenaam_1"] if level in ("land", "gemeente") else code
        year = line["Perioden"][:4]
        if not year.isdigit():
            raise line.bad("Perioden", "A year as 2016JJ00 is needed; correct the cell.")
        unit = dict(zip(area_figures.UNIT, (level, code, name, int(year)), strict=True))
        for item in items["item"]:
            value = number(line, item, missing=("", "."), high=100)
            figures.append(unit | {"item": item, "value": value})
    table = area_figures.tidy(figures, items, HEALTH)
    if place is not None:
        area_figures.check_totals(table, items, path.name, "gemeente", "wijk", slack=0.1)
    return table


def read_health_items(path: str | Path) -> pd.DataFrame:
    """The items of the health estimates: their columns, which are all the wording the file has."""
    known = set(_known(HEALTH)["columns"])
    names = [name for name in read_cells(path)[0] if name not in known]
    return _items((name, "%", _ESTIMATE) for name in names)


def read_liveability(path: str | Path) -> pd.DataFrame:
    """Read a table of Leefbaarometer 3.0 scores with figures of CBS beside them.

    Parameters
    ----------
    path : str or Path
        The csv with the buurten of the province of Utrecht.

    Returns
    -------
    DataFrame
        ``area_figures.COLUMNS`` by buurt. Scores are of the kind "model estimate"; the figures of
        CBS beside them are of the kind "register", and missing where the file prints a 0 that may
        stand for no figure.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form.
    """
    known, items = _known(LIVEABILITY), read_liveability_items()
    columns = [*known["columns"], *items["item"]]
    figures = []
    for line in read_lines(path, columns, key=("buurt_code",), extra=known["not_read"]):
        code = line["buurt_code"]
        if len(code) != len("BU03070100") or not code.startswith("BU"):
            raise line.bad("buurt_code", "A code as BU03070100 is needed; correct the cell.")
        unit = ("buurt", code, f"{line['regio']} ({line['gm_naam']})", known["year"])
        head = dict(zip(area_figures.UNIT, unit, strict=True))
        for item in items.itertuples():
            signed = item.unit.startswith(("afwijking", "score"))
            high = 100 if item.unit == "%" else None
            value = number(line, item.item, low=-10 if signed else 0, high=high)
            if value == 0 and item.item in known["zero_tells_nothing"]:
                value = None
            figures.append(head | {"item": item.item, "value": value})
    return area_figures.tidy(figures, items, LIVEABILITY)


def read_liveability_items() -> pd.DataFrame:
    """The items of the liveability table; a score of the model is no register."""
    units = _known(LIVEABILITY)["units"].items()
    return _items(
        (name, unit, _ESTIMATE if name.startswith("leefbarometer_") else "register")
        for name, unit in units
    )


def tables(health: Path, liveability: Path) -> dict[str, str]:
    """The compiled extracts, as text by file: health of one place, liveability of one province."""
    items = read_health_items(health)
    estimates = read_health(health, _known(HEALTH)["place"], items)
    scores = area_figures.compiled(read_liveability(liveability), read_liveability_items())
    return area_figures.compiled(estimates, items) | scores


def _items(rows: Any) -> pd.DataFrame:
    """Items whose wording is the name of their column."""
    cells = [(name, name, unit, kind, "", "", name) for name, unit, kind in rows]
    return pd.DataFrame(cells, columns=list(area_figures.ITEM_COLUMNS))


def _known(key: str) -> Mapping[str, Any]:
    """What is known of the columns of a source beforehand."""
    return catalogue.read_register("columns/figures.toml", catalogue.data_folder())[key]
