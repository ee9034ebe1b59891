"""Statistics Netherlands (CBS), Wijk- en Buurtkaart: figures and shapes of one level and year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from seglib.errors import SourceFormatError
from seglib.sources import boundaries, cbs, schema

_CODE = {"buurt": ("BU_CODE", "BUURTCODE"), "wijk": ("WK_CODE", "WIJKCODE")}
_CODE["gemeente"] = ("GM_CODE", "GEMEENTECODE")


@dataclass(frozen=True)
class BuurtMap:
    """A Wijk- en Buurtkaart: figures as printed, shapes, and what was put together or left out.

    ``printed`` is as ``cbs.read_printed`` gives it; ``shapes`` (EPSG:28992) by code; ``pieces`` are
    features put to another of the same unit, ``slivers`` points and lines that were left out.
    """

    printed: pd.DataFrame
    shapes: dict[str, BaseGeometry]
    features: int
    pieces: int
    slivers: int


def read(
    paths: str | Path | Sequence[str | Path], year: int | None = None, *, level: str = "buurt"
) -> BuurtMap:
    """Read a Wijk- en Buurtkaart (GeoJSON, GeoPackage or shapefile), in one file or several.

    Parameters
    ----------
    paths : str, Path or sequence of these
        Files that together hold each unit; a unit may be cut over several.
    year : int, optional
        Year of the figures; by default the four digits in the name of the first file.
    level : str
        "buurt", "wijk" or "gemeente"; a GeoPackage has a layer for each.

    Returns
    -------
    BuurtMap
        One row and at most one shape for each unit. The publisher's codes for secret and missing
        figures (-99997, -99995, -99999999) stand as NaN.

    Raises
    ------
    SourceFormatError
        A file is not there or is no map, the level has no layer, a column is lacking, or two
        pieces of one unit have other figures.
    """
    files = [Path(one) for one in ([paths] if isinstance(paths, str | Path) else paths)]
    frame = pd.concat([features(path, level) for path in files], ignore_index=True)
    known = [name for name in frame.columns if cbs.is_known(name)]
    code = next((name for name in known if name.upper() in _CODE[level]), None)
    if code is None:
        raise SourceFormatError(
            f"{files[0].name} has no column {_CODE[level][0]!r}. Take the map of each {level}."
        )
    frame.index += 1
    cells = pd.DataFrame(frame[known]).astype(object)
    cells = cells.where(cells.notna(), "").map(schema.plain_cell)
    first = ~cells[code].duplicated()
    year = cbs.year_of(files[0]) if year is None else year
    other = cells.groupby(code).nunique().gt(1)
    if other.to_numpy().any():
        unit, column = other.stack()[lambda found: found].index[0]
        raise SourceFormatError(
            f"{files[0].name}: the pieces of {unit} have other figures in {column!r}. "
            "Take all files from one edition."
        )
    printed = cbs.printed(cells[first], files[0], year, level=level, on_map=True)
    flat = boundaries.to_rd(frame[frame.geom_type.isin(("Polygon", "MultiPolygon"))])
    return BuurtMap(
        printed,
        _united(flat[code].astype(str).str.strip(), flat.geometry.to_numpy()),
        len(frame),
        int((~first).sum()),
        len(frame) - len(flat),
    )


def features(path: Path, level: str) -> gpd.GeoDataFrame:
    """The features of one level in a file; of its first layer where none is named so."""
    if not path.exists():
        raise SourceFormatError(f"There is no file {path.name} in {path.parent}. Check the folder.")
    try:
        layers = gpd.list_layers(path)["name"]
        named = [name for name in layers if level and level in str(name).lower()]
        return gpd.read_file(path, layer=(named or list(layers))[0])
    except (OSError, ValueError, RuntimeError, IndexError) as cause:
        raise SourceFormatError(
            f"{path.name} is no map that can be read ({cause}). Fetch the file again."
        ) from cause


def _united(codes: Iterable[str], shapes: np.ndarray) -> dict[str, BaseGeometry]:
    """One shape for each code, sorted by code."""
    codes = np.array(list(codes), dtype=object)
    order = np.argsort(codes, kind="stable")
    found, first = np.unique(codes[order].astype(str), return_index=True)
    parts = np.split(shapes[order], first[1:])
    return {
        str(code): mine[0] if len(mine) == 1 else shapely.union_all(mine)
        for code, mine in zip(found, parts, strict=True)
    }
