"""Statistics Netherlands (CBS), Vierkantstatistieken: persons by origin in squares of 100 or 500 m.

Shares are whole or coarser per cents of inhabitants in fives; fewer than five are secret. What the
columns are called stands in ``data/columns/grid.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import catalogue, cbs, cbs_rounding
from seglib.sources.cbs_map import features
from seglib.table import SENTINELS, CountTable, Dropped

COLUMNS = "columns/grid.toml"
SOURCE = "cbs-vierkanten"


def read(path: str | Path, year: int | None = None, *, step: int | None = None) -> CountTable:
    """Read one file of squares (GeoPackage, shapefile or GeoJSON) as a table with points.

    Parameters
    ----------
    path : str or Path
        The file as published.
    year : int, optional
        By default the four digits in the file name.
    step : int, optional
        Per cents to which shares are rounded; by default as the table of columns says.

    Returns
    -------
    CountTable
        A unit for each square with figures: its centre as point, its area, and bounds that hold
        what rounding leaves open. Secret squares stand in ``dropped``, with their inhabitants
        where these are given.

    Raises
    ------
    SourceFormatError
        The file is no such map, a column is lacking, or a square has no code or comes twice.
    """
    path = Path(path)
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    frame = pd.DataFrame(features(path, "").drop(columns="geometry")).rename(columns=str.lower)
    squares, people_in = (_held(told[idea], frame)[:1] for idea in ("square", "inhabitants"))
    kind, classes = _classes(told["classes"], frame)
    if not (squares and people_in and all(classes.values())):
        raise SourceFormatError(
            f"{path.name} lacks a column for the square, its inhabitants or an origin. Add the "
            f"name that this edition has to data/{COLUMNS}."
        )
    size = int(re.findall(r"(\d+)m$", squares[0])[0])
    added = [_known(frame[names]).sum(axis=1, skipna=False) for names in classes.values()]
    shares = np.stack(added, axis=1)
    people = _known(frame[people_in]).to_numpy()
    half = (step or told["step"][str(size)]) / 2
    found = cbs_rounding.ranges(shares, people, half, cbs_rounding.SLACK)
    known = ~np.isnan(found[0]).any(axis=1)
    codes = frame[squares[0]].astype(str)
    centres = _centres(codes, size, path)
    dropped = [
        Dropped(code, code, None if np.isnan(n) else int(n), "the publisher keeps it secret")
        for code, n in zip(codes[~known], people[~known, 0], strict=True)
    ]
    return CountTable.from_counts(
        found[0][known],
        groups=list(classes),
        units=codes[known],
        lower=found[1][known],
        upper=found[2][known],
        points_m=centres[known],
        areas_m2=np.full(known.sum(), float(size**2)),
        dropped=tuple(dropped),
        year=cbs.year_of(path) if year is None else year,
        source=SOURCE,
        classification=kind,
        level=f"vierkant van {size} m",
    )


def _classes(told: Mapping[str, dict], frame: pd.DataFrame) -> tuple[str, dict[str, list[str]]]:
    """The classification of which a file has most columns, and these by group."""
    held = {
        kind: {group: _held(names, frame) for group, names in of.items()}
        for kind, of in told.items()
    }
    return max(held.items(), key=lambda one: sum(map(len, one[1].values())))


def _held(names: list[str], frame: pd.DataFrame) -> list[str]:
    """Those of these names that a file has."""
    return [name.lower() for name in names if name.lower() in frame]


def _known(cells: pd.DataFrame) -> pd.DataFrame:
    """Numbers, NaN where the publisher gives none."""
    numbers = cells.apply(pd.to_numeric, errors="coerce")
    return numbers.mask(numbers.isin(SENTINELS))


def _centres(codes: pd.Series, size: int, path: Path) -> np.ndarray:
    """Centres of squares in metres, from the corner in their codes."""
    parts = [codes.str.extract(f"{way}(\\d+)", expand=False) for way in "EN"]
    corners = pd.concat(parts, axis=1)
    wrong = corners.isna().any(axis=1).to_numpy()
    if wrong.any():
        at = int(np.argmax(wrong))
        raise SourceFormatError(
            f"{path.name}, line {at + 1}: {codes.iloc[at]!r} is no square. Codes are like "
            "E1208N4870."
        )
    return corners.astype(float).to_numpy() * 100 + size / 2
