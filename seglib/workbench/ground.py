"""Where the areas of a table of one's own lie: by a file with boundaries, or by known codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from seglib.errors import SourceFormatError
from seglib.sources import catalogue
from seglib.sources.boundaries import RD, load_boundaries, to_rd
from seglib.sources.schema import plain_cell
from seglib.workbench.words import say

MAP_FILES = (".gpkg", ".geojson", ".json", ".zip", ".shp", ".gml", ".fgb")
MAPPED_UNITS = 3_000  # above this a map takes more than a second
_KIND = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}
_CODE = re.compile(r"BU\d{8}|WK\d{6}|GM\d{4}")
_DIGITS = {"buurt": ("BU", 8), "wijk": ("WK", 6), "gemeente": ("GM", 4)}
_FEW_GEMEENTEN = 4  # a source of one town, whose codes may be of its own making
_NETHERLANDS = (3.0, 50.5, 7.5, 53.8)  # west, south, east, north in degrees
_UNREAD = (OSError, ValueError, RuntimeError)  # of GDAL, by kind of file
_FINE = 1_000  # corners closer than the extent over this are not seen in a picture


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """Shapes by ``unit_code`` in metres (EPSG:28992), and the name of whoever drew them."""

    shapes: gpd.GeoDataFrame
    drawn_by: str

    def points(self, units: Sequence[str]) -> NDArray[np.float64] | None:
        """A point inside each unit, or None where the shape of one is not known."""
        known = self.shapes.set_index("unit_code").geometry.reindex(list(units))
        if known.isna().any():
            return None
        return shapely.get_coordinates(shapely.point_on_surface(known.to_numpy()))

    def merged(self, into: Mapping[str, str]) -> Ground:
        """Shapes put together into larger areas."""
        codes = [into[code] for code in self.shapes["unit_code"]]
        return Ground(_thinned(self.shapes.assign(unit_code=codes)), self.drawn_by)


def known_ground(units: Sequence[str], level: str) -> Ground | None:
    """Boundaries that are kept here for these codes, of CBS or of a town; None below half."""
    asked, best, found = _spelled(units, level), len(units) / 2, None
    frame: Any
    if len(units) > MAPPED_UNITS:
        return None
    for one, kind, gemeenten in _candidates(list(asked)):
        frame = load_boundaries(gemeenten, kind, source=one.key)
        frame = frame[frame["unit_code"].isin(asked)]
        if len(frame) >= best and (found is None or len(frame) > best):
            told = [asked[code] for code in frame["unit_code"]]
            found = Ground(frame.assign(unit_code=told), one.boundaries[kind]["publisher"])
            best = len(frame)
        if best == len(asked):
            break
    return found


def _spelled(units: Sequence[str], level: str) -> dict[str, str]:
    """Codes as CBS writes them, with what the table has: it may lack letters and zeros."""
    if level in _DIGITS and all(unit.isdigit() for unit in units):
        letters, wide = _DIGITS[level]
        if max(map(len, units)) > wide - 2:  # else they are numbers of lines
            return {letters + unit.zfill(wide): unit for unit in units}
    return {unit.upper(): unit for unit in units}


def _candidates(codes: list[str]) -> Iterator[tuple[catalogue.Source, str, list[str]]]:
    """Sources, levels and gemeenten that may hold these codes."""
    fitting = [code for code in codes if _CODE.fullmatch(code)]
    of_cbs = 2 * len(fitting) >= len(codes)
    gemeenten = {f"GM{code[2:6]}" for code in fitting}
    for one in catalogue.sources():
        if of_cbs and (mine := sorted(gemeenten & set(one.gemeenten))):
            kind = _KIND[fitting[0][:2]]
            yield from [(one, kind, mine)] * (kind in one.boundaries)
        elif not of_cbs and len(one.gemeenten) <= _FEW_GEMEENTEN:
            yield from ((one, kind, list(one.gemeenten)) for kind in one.boundaries)


@dataclass(frozen=True, slots=True)
class GroundFile:
    """A file with boundaries: a path or its content, its name, and the language of faults."""

    file: Path | bytes
    name: str
    lang: str

    def fault(self, key: str, **facts: object) -> SourceFormatError:
        return SourceFormatError(say(f"ground.{key}", self.lang, file=self.name, **facts))

    def ground(self, units: Sequence[str]) -> Ground:
        """Shapes of the units, from the layer and the column that hold most of their codes.

        Half of the units have one, or it is a SourceFormatError. Rows of one unit become one shape.
        """
        with TemporaryDirectory() as folder:
            path = self._path(Path(folder))
            try:
                columns = list(_columns(path))
            except _UNREAD as cause:
                raise self.fault("unread") from cause
            wanted = {unit.casefold(): unit for unit in units}
            matches = [
                sum(key in wanted for key in set(map(str.casefold, told))) for *_, told in columns
            ]
            if not matches or 2 * max(matches) < len(units):
                shown = ", ".join(f"{head} ({told[0]})" for _, head, told in columns if told)
                raise self.fault("codes", code=repr(units[0]), columns=shown[:300] or "–")
            layer, _, told = columns[int(np.argmax(matches))]
            frame: Any = pyogrio.read_dataframe(path, layer=layer)
        if not isinstance(frame, gpd.GeoDataFrame):
            raise self.fault("flat")
        frame = frame.assign(unit_code=[wanted.get(one.casefold()) for one in told])
        return Ground(_thinned(self._flat(frame.dropna(subset="unit_code"))), self.name)

    def _path(self, folder: Path) -> Path:
        """Where the file lies; content is laid in a folder first, under the ending it came with."""
        if isinstance(self.file, bytes):
            laid = (folder / "map").with_suffix(Path(self.name).suffix)
            laid.write_bytes(self.file)
            return laid
        if not self.file.is_file():
            told = say("file.none", self.lang, file=self.name, folder=self.file.parent)
            raise SourceFormatError(told)
        return self.file

    def _flat(self, frame: Any) -> gpd.GeoDataFrame:
        """The areas among the shapes, without height, in the national grid."""
        frame = frame[frame.geom_type.isin(("Polygon", "MultiPolygon"))]
        if frame.empty:
            raise self.fault("flat")
        if frame.crs is None:
            west, south, east, north = frame.total_bounds
            left, bottom, right, top = _NETHERLANDS
            degrees = left < west < east < right and bottom < south < north < top
            if not degrees and min(west, south) < 1_000:
                raise self.fault("grid")
            frame = frame.set_crs("EPSG:4326" if degrees else RD)
        return to_rd(frame.set_geometry(shapely.make_valid(shapely.force_2d(frame.geometry))))


def _columns(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Each column of each layer: layer, heading, and its cells as text."""
    for layer in pyogrio.list_layers(path)[:, 0]:
        cells = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
        for head in cells:
            told = [plain_cell(cell).strip() for cell in cells[head]]
            yield str(layer), str(head), told


def _thinned(frame: Any) -> gpd.GeoDataFrame:
    """One shape for each unit, with no more corners than a picture shows."""
    parts = frame.geometry.groupby(frame["unit_code"], sort=True)
    shapes = {str(code): shapely.union_all(mine.to_numpy()) for code, mine in parts}
    west, south, east, north = frame.total_bounds
    thin = shapely.coverage_simplify(list(shapes.values()), max(east - west, north - south) / _FINE)
    told = {"unit_code": list(shapes), "unit_name": list(shapes)}
    return gpd.GeoDataFrame(told, geometry=thin, crs=RD)
