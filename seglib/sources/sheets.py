"""One level, year and place of a source as a CountTable: from rows on disk to arrays."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.sources import catalogue, cbs, cbs_rounding, schema
from seglib.sources.catalogue import Source
from seglib.sources.places import safety_regions
from seglib.table import CountTable

_PREFIX = {"gemeente": "GM", "wijk": "WK", "buurt": "BU"}


@dataclass(frozen=True)
class Sheet:
    """All units of a place, which of them have figures, and the inhabitants of those without."""

    table: CountTable
    known: NDArray[np.bool_]
    inhabitants: Mapping[str, int] = field(default_factory=dict)


def sheet(one: Source, level: str, year: int, codes: tuple[str, ...]) -> Sheet | None:
    """The units of these gemeenten, or None where there are none.

    Where a table holds buurten only, these come for a higher level too: the table of the sheet
    then has another level than was asked.
    """
    if one.form == "printed":
        return _printed_sheet(one.folder, one.key, level, year, codes)
    whole = _sheets(one.folder, one.key).get((level, year))
    here = None if whole is None else np.isin(whole.table.parts["gemeente"], codes)
    if here is None or not here.any():
        return None
    return Sheet(whole.table.select_units(here), whole.known[here], whole.inhabitants)


def on_its_ground(table: CountTable, one: Source) -> CountTable:
    """The same table with a point and an area for each unit, where the source has them for all."""
    if one.ground_file(table.level) not in one.checksums:
        return table
    ground = _ground(one.folder, one.ground_file(table.level)).reindex(list(table.units))
    if ground.isna().to_numpy().any():
        return table
    points, areas = ground[["x_m", "y_m"]].to_numpy(), ground["area_m2"].to_numpy()
    return replace(table, points_m=points, areas_m2=areas)


@lru_cache(maxsize=32)
def rows(folder: Path, file: str) -> pd.DataFrame:
    """A tidy table as it stands on disk."""
    return schema.from_text(catalogue.read_verified(file, folder))


def tidy_of(one: Source) -> pd.DataFrame:
    """The tidy rows of a table that is kept as printed."""
    years = _printed(one.folder, one.table_file)
    frame = pd.concat([cbs.tidy(part, one.key) for part in years.values()], ignore_index=True)
    return frame.astype(dict.fromkeys(schema.WHOLE, "float64")).assign(share=np.nan)


@lru_cache(maxsize=32)
def _printed(folder: Path, file: str) -> dict[int, pd.DataFrame]:
    """A table as printed by year, with the code of the gemeente."""
    text = catalogue.read_verified(file, folder)
    names = dict.fromkeys(("unit_code", "unit_name", "measure"), str)
    frame = pd.read_csv(io.StringIO(text), dtype=names, keep_default_na=False, na_values=[""])
    frame["gemeente"] = "GM" + frame["unit_code"].str[2:6]
    return {int(year): part.reset_index(drop=True) for year, part in frame.groupby("year")}


@lru_cache(maxsize=64)
def _printed_sheet(
    folder: Path, key: str, level: str, year: int, codes: tuple[str, ...]
) -> Sheet | None:
    one = next(one for one in catalogue.sources() if one.key == key and one.folder == folder)
    frame = _printed(folder, one.table_file).get(year)
    frame = None if frame is None else frame[frame["gemeente"].isin(codes)]
    if frame is None or frame.empty:
        return None
    at = frame["unit_code"].str[:2]
    finest = level if (at == _PREFIX[level]).any() else "buurt"
    frame = frame[at == _PREFIX[finest]]
    told = catalogue.read_register(cbs.COLUMNS, catalogue.data_folder())
    found = cbs_rounding.cells(frame, told["percentages_from_inhabitants"])
    parents = [cbs.parents_of(code, finest) for code in frame["unit_code"]]
    parts = {name: tuple(one[name] for one in parents) for name in parents[0]}
    parts |= {"gemeente": tuple(frame["gemeente"]), **safety_regions(frame["gemeente"])}
    cells = (found["persons"], found["lower"], found["upper"])
    return _made(cells, one, finest, year, frame, parts, "inhabitants")


@lru_cache(maxsize=64)
def _ground(folder: Path, file: str) -> pd.DataFrame:
    """Point and area by unit."""
    text = catalogue.read_verified(file, folder)
    return pd.read_csv(io.StringIO(text), dtype={"unit_code": str}).set_index("unit_code")


@lru_cache(maxsize=32)
def _sheets(folder: Path, key: str) -> dict[tuple[str, int], Sheet]:
    """Every level and year of a source whose table is tidy: all its units."""
    one = next(one for one in catalogue.sources() if one.key == key and one.folder == folder)
    return {
        (str(level), int(year)): _sheet(part, one, str(level), int(year))
        for (level, year), part in rows(folder, one.table_file).groupby(
            ["level", "year"], sort=False
        )
        if level in one.levels
    }


def _sheet(part: pd.DataFrame, one: Source, level: str, year: int) -> Sheet:
    """One sheet from its rows, which stand by unit and within it in the order of the groups."""
    groups = schema.groups_of(one.classification)
    first = part.iloc[:: len(groups)]
    shape = (len(first), len(groups))
    cells = {name: part[name].to_numpy().reshape(shape) for name in (*schema.WHOLE, "share")}
    persons, lower, upper = cells["persons"], cells["lower"], cells["upper"]
    if one.kind == "shares":
        persons = np.round(cells["share"] * cells["denominator"])
        if one.share_step:
            half = one.share_step / 2
            # 1e-9: a bound that is whole but for floating point is that whole number.
            lower = np.ceil((cells["share"] - half) * cells["denominator"] - 1e-9).clip(min=0)
            upper = np.floor((cells["share"] + half) * cells["denominator"] + 1e-9)
    parents = pd.DataFrame(list(map(schema.parents_of, first["parents"]))).fillna("")
    parts = {name: tuple(parents[name]) for name in parents}
    return _made((persons, lower, upper), one, level, year, first, parts, "denominator")


def _made(
    cells: tuple[NDArray[np.float64], ...],
    one: Source,
    level: str,
    year: int,
    units: pd.DataFrame,
    parts: Mapping[str, tuple[str, ...]],
    people: str,
) -> Sheet:
    """The sheet of persons, lower and upper bounds; ``people`` names the column of inhabitants."""
    known = ~np.isnan(cells[0]).any(axis=1)
    bounded = not np.isnan(cells[1][known]).any()
    persons, lower, upper = (np.where(known[:, None], cell, 0) for cell in cells)
    table = CountTable.from_counts(
        persons,
        groups=schema.groups_of(one.classification),
        units=units["unit_code"],
        lower=lower if bounded else None,
        upper=upper if bounded else None,
        unit_names=tuple(units["unit_name"].fillna("")),
        parts=parts,
        year=year,
        source=one.key,
        classification=one.classification,
        level=level,
    )
    counted = units.loc[~known & units[people].notna().to_numpy(), ["unit_code", people]]
    return Sheet(table, known, dict(counted.astype({people: int}).to_numpy().tolist()))
