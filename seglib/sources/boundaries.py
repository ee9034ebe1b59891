"""Boundaries of units: simplified once, in whole metres, so that neighbours share every edge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from seglib.errors import MissingDataError, SourceFormatError
from seglib.sources import catalogue, cbs
from seglib.sources.load import whole_year
from seglib.sources.places import codes_in, find_place, gemeente_name

RD = "EPSG:28992"
# From longitude and latitude to RD without a grid file, so that every machine finds the same metre.
_RD_BY_FORMULA = (
    "+proj=sterea +lat_0=52.1561605555556 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 "
    "+y_0=463000 +ellps=bessel +towgs84=565.2369,50.0087,465.658,-0.406857330322398,"
    "0.350732676542563,-1.8703473836068,4.0812 +units=m +no_defs"
)
TOLERANCE_M = 25


def load_boundaries(
    place: str | Iterable[str],
    level: str | None = None,
    year: int | None = None,
    *,
    source: str | None = None,
) -> gpd.GeoDataFrame:
    """Boundaries whose codes are those of the units that a source counts.

    Parameters
    ----------
    place : str or list of str
        As for ``load_counts``.
    level : str, optional
        Kind of unit; by default the first level of the source.
    year : int, optional
        A year that the source must have.
    source : str, optional
        Key of the source; by default the first of the preference list that fits.

    Returns
    -------
    GeoDataFrame
        ``unit_code``, ``unit_name`` and ``geometry`` in EPSG:28992, sorted by code. A unit
        of which no shape is known has no row.

    Raises
    ------
    UnknownPlaceError
        The place is not known.
    MissingDataError
        No source has boundaries of this place, level and year.

    Examples
    --------
    >>> len(load_boundaries("Amsterdam", "buurtcombinatie"))
    83
    """
    where, year = find_place(place), None if year is None else whole_year(year)
    named = catalogue.sources(source)
    for one in named:
        taken = level or one.default_level
        fits = year is None or year in one.years
        if fits and taken in one.boundaries and one.covers(where.codes):
            finest = one.boundaries[taken].get("dissolved_from", taken)
            codes = codes_in(where, one.ground or year or one.years[-1])
            files = one.boundary_files(finest, codes)
            frame = pd.concat([_boundaries(one.folder, file) for file in files])
            here = frame[frame["gemeente"].isin(codes)]
            here = here.drop(columns="gemeente").reset_index(drop=True)
            return here if finest == taken else _dissolved(here, taken)
    of_what = f" by {level!r}" if level else ""
    when = f" for {year}" if year is not None else ""
    here = [one for one in named if one.covers(where.codes)] or named
    raise MissingDataError(
        f"There are no boundaries of {where.name}{of_what}{when}. There are of "
        f"{', '.join(f'{one.key} ({known})' for one in here for known in one.boundaries)}."
    )


def to_rd(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same shapes in the national grid (EPSG:28992)."""
    if frame.crs is not None and frame.crs.to_epsg() == 28992:
        return frame
    return frame.to_crs(_RD_BY_FORMULA).set_crs(RD, allow_override=True)


def keep_shared_edges(
    shapes: Mapping[str, BaseGeometry], tolerance_m: float = TOLERANCE_M
) -> dict[str, BaseGeometry]:
    """Shapes in whole metres and with fewer corners, without a gap or overlap between neighbours.

    All edges are snapped to whole metres together, cut into faces and given back to their units;
    then corners are taken away from edges, each edge once for both its sides, where that moves
    an edge by about the tolerance. Gives shapes by code, sorted; one that lost all its area, or
    overlaps after all, is a SourceFormatError.
    """
    codes = sorted(shapes)
    given = np.array([shapes[code] for code in codes])
    edges = shapely.union_all(shapely.boundary(given), grid_size=1)
    faces = shapely.get_parts(shapely.polygonize([edges]))
    inside = shapely.STRtree(given).query(shapely.point_on_surface(faces), predicate="within")
    owner = dict(zip(*inside, strict=True))
    mine: list[list[BaseGeometry]] = [[] for _ in codes]
    for face, unit in owner.items():
        mine[unit].append(faces[face])
    if [] in mine:
        code = codes[mine.index([])]
        raise SourceFormatError(f"The shape of {code} is smaller than a metre. Leave it out.")
    units = [shapely.union_all(some) for some in mine]
    simple = shapely.normalize(shapely.coverage_simplify(units, tolerance_m))
    if not (shapely.coverage_is_valid(simple) and shapely.is_valid(simple).all()):
        bad = ~shapely.is_empty(shapely.coverage_invalid_edges(simple)) | ~shapely.is_valid(simple)
        raise SourceFormatError(
            f"The shape of {codes[int(np.argmax(bad))]} does not fit its neighbours after "
            f"simplifying by {tolerance_m} m. Take a smaller tolerance."
        )
    return dict(zip(codes, simple, strict=True))


def to_geojson(
    shapes: Mapping[str, BaseGeometry], names: Mapping[str, str], gemeenten: Mapping[str, str]
) -> str:
    """Shapes as canonical GeoJSON: one unit a line, sorted by code, whole metres in EPSG:28992."""
    lines = []
    for code in sorted(shapes):
        geometry = json.loads(shapely.to_geojson(shapes[code]))
        geometry = {
            "type": geometry["type"],
            "coordinates": _whole_metres(geometry["coordinates"]),
        }
        told = {"unit_code": code, "unit_name": names[code], "gemeente": gemeenten[code]}
        feature = {"type": "Feature", "properties": told, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    crs = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::28992"}}'
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","crs":{crs},"features":[\n{body}\n]}}\n'


def _whole_metres(part: list) -> list:
    """Nested coordinates as whole numbers."""
    return [_whole_metres(one) if isinstance(one, list) else round(one) for one in part]


def to_ground(shapes: Mapping[str, BaseGeometry]) -> str:
    """A point inside each shape and its area as canonical CSV: whole metres in EPSG:28992."""
    codes = sorted(shapes)
    given = np.array([shapes[code] for code in codes])
    points = np.rint(shapely.get_coordinates(shapely.point_on_surface(given))).astype(int)
    areas = np.rint(shapely.area(given)).astype(int)
    lines = [f"{code},{x},{y},{a}\n" for code, (x, y), a in zip(codes, points, areas, strict=True)]
    return "unit_code,x_m,y_m,area_m2\n" + "".join(lines)


def dissolved(codes: Iterable[str], shapes: Iterable[BaseGeometry]) -> dict[str, BaseGeometry]:
    """Shapes that share every edge put together by code, sorted by code."""
    groups = pd.Series(list(shapes)).groupby(list(codes), sort=True)
    return {str(code): shapely.coverage_union_all(list(part)) for code, part in groups}


def _dissolved(frame: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """Buurten put together into the wijken or gemeenten of their CBS codes."""
    codes = [cbs.parents_of(code, "buurt")[level] for code in frame["unit_code"]]
    found = dissolved(codes, frame.geometry)
    names = [gemeente_name(code) for code in found]
    told = {"unit_code": list(found), "unit_name": names}
    return gpd.GeoDataFrame(told, geometry=list(found.values()), crs=RD)


@lru_cache(maxsize=64)
def _boundaries(folder: Path, file: str) -> gpd.GeoDataFrame:
    text = catalogue.read_verified(file, folder)
    # One unit a line, as to_geojson writes it: its properties need no second look at the corners.
    heads = [line.partition(',"geometry":')[0] for line in text.splitlines()[1:-1]]
    told = [json.loads(head + "}")["properties"] for head in heads]
    frame = pd.DataFrame(told, columns=["unit_code", "unit_name", "gemeente"])
    shapes = shapely.get_parts(shapely.from_geojson(text))
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=RD)
