"""Do boundaries fit each other and the tables?"""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from seglib.errors import MissingDataError, SourceFormatError, UnknownPlaceError
from seglib.sources import boundaries, catalogue
from seglib.sources.boundaries import keep_shared_edges, load_boundaries
from seglib.sources.load import load_rows

FILES = [(one.key, level) for one in catalogue.sources() for level in one.boundaries]
PLACE = {
    "elan-den-haag": "Den Haag en buurgemeenten",
    "cbs-kwb-rotterdam": "Rotterdam",
    "cbs-kwb-utrecht": "Utrecht",
    "cbs-wijkbuurt-2015": "Nederland",
}


def frame_of(source, level):
    return load_boundaries(PLACE.get(source, "Amsterdam"), level, source=source)


def units_of(source, level):
    """Codes of a level in the table, or, where it holds buurten only, in their codes."""
    rows = load_rows(source)
    units = set(rows.loc[rows["level"] == level, "unit_code"])
    buurten = rows.loc[rows["level"] == "buurt", "unit_code"]
    return units or set({"wijk": "WK", "gemeente": "GM"}[level] + buurten.str[2 : CUT[level]])


CUT = {"wijk": 8, "gemeente": 6}


class TestShipped:
    @pytest.mark.parametrize(("source", "level"), FILES)
    def test_neighbours_share_every_edge(self, source, level):
        shapes = frame_of(source, level).geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        overlap = shapely.area(shapes).sum() - shapely.union_all(shapes).area
        assert abs(overlap) < 1

    @pytest.mark.parametrize(("source", "level"), FILES)
    def test_corners_lie_on_whole_metres(self, source, level):
        frame = frame_of(source, level)
        assert frame.crs.to_epsg() == 28992
        corners = shapely.get_coordinates(frame.geometry.to_numpy())
        assert (corners == np.round(corners)).all()

    @pytest.mark.parametrize(("source", "level"), FILES)
    def test_codes_are_those_of_the_table(self, source, level):
        units = units_of(source, level)
        drawn = frame_of(source, level)["unit_code"]
        assert drawn.is_unique and drawn.is_monotonic_increasing
        assert set(drawn) <= units

    @pytest.mark.parametrize(
        ("source", "level", "lacking"),
        [
            ("ois-amsterdam-panel", "buurtcombinatie", 0),
            ("ois-amsterdam-2016", "wijk", 0),
            ("cbs-kwb-amsterdam", "wijk", 0),
            ("cbs-kwb-amsterdam", "buurt", 33),
            ("elan-den-haag", "wijk", 18),
            ("cbs-kwb-rotterdam", "buurt", 0),
            ("cbs-kwb-rotterdam", "wijk", 0),
            ("cbs-kwb-utrecht", "buurt", 0),
            ("cbs-kwb-utrecht", "wijk", 0),
            ("cbs-wijkbuurt-2015", "buurt", 0),
            ("cbs-wijkbuurt-2015", "gemeente", 0),
        ],
    )
    def test_how_many_units_have_no_shape(self, source, level, lacking):
        units = units_of(source, level)
        assert len(units - set(frame_of(source, level)["unit_code"])) == lacking

    def test_files_are_small(self):
        for path in (catalogue.data_folder() / "boundaries").glob("*.geojson"):
            assert path.stat().st_size < (700_000 if "wijkbuurt-2015" in path.name else 400_000)

    def test_a_gemeente_gets_its_own_wijken(self):
        codes = load_boundaries("Rijswijk", source="elan-den-haag")["unit_code"]
        assert len(codes) == 9 and codes.str.startswith("WK0603").all()

    def test_an_unknown_place_is_told(self):
        with pytest.raises(UnknownPlaceError):
            load_boundaries("Amsterdm", "wijk")

    @pytest.mark.parametrize(
        ("place", "level", "year"),
        [("Zaanstad", "straat", None), ("Amsterdam", "straat", None), ("Amsterdam", "wijk", 1900)],
    )
    def test_boundaries_that_are_not_there_are_told(self, place, level, year):
        with pytest.raises(MissingDataError, match=f"no boundaries of {place} by '{level}'"):
            load_boundaries(place, level, year)

    def test_a_year_chooses_the_source(self):
        assert load_boundaries("Amsterdam", "wijk", 2016)["unit_code"][0] == "A00"
        assert load_boundaries("Amsterdam", "wijk", 2017)["unit_code"][0] == "WK036300"


class TestSharedEdges:
    def test_neighbours_stay_neighbours_when_rounded(self):
        left = Polygon([(0, 0), (100.4, 0), (103.6, 50.2), (100.4, 100), (0, 100)])
        right = Polygon([(100.4, 0), (200, 0), (200, 100), (100.4, 100), (103.6, 50.2)])
        shapes = keep_shared_edges({"a": left, "b": right}, 1)
        assert shapely.coverage_is_valid(list(shapes.values()))
        assert sum(shape.area for shape in shapes.values()) == 200 * 100
        assert shapes["a"].touches(shapes["b"])

    def test_area_is_kept(self):
        grid = {
            f"{column}{row}": box(
                column * 1000, row * 1000, column * 1000 + 1000, row * 1000 + 1000
            )
            for column in range(3)
            for row in range(3)
        }
        shapes = keep_shared_edges(grid)
        assert {code: shape.area for code, shape in shapes.items()} == dict.fromkeys(grid, 1e6)
        assert list(shapes) == sorted(grid)

    def test_a_corner_less_than_the_tolerance_goes_on_both_sides(self):
        left = Polygon([(0, 0), (1000, 0), (1005, 500), (1000, 1000), (0, 1000)])
        right = Polygon([(1000, 0), (2000, 0), (2000, 1000), (1000, 1000), (1005, 500)])
        shapes = keep_shared_edges({"a": left, "b": right}, 100)
        assert [shapely.get_num_coordinates(shape) for shape in shapes.values()] == [5, 5]

    def test_a_hole_that_is_another_unit_stays_one(self):
        outer = box(0, 0, 3000, 3000).difference(box(1000, 1000, 2000, 2000))
        shapes = keep_shared_edges({"ring": outer, "core": box(1000, 1000, 2000, 2000)})
        assert shapes["ring"].area == 8e6 and len(shapes["ring"].interiors) == 1

    def test_a_shape_smaller_than_a_metre_is_refused(self):
        with pytest.raises(SourceFormatError, match="shape of b is smaller than a metre"):
            keep_shared_edges({"a": box(0, 0, 100, 100), "b": box(200.1, 200.1, 200.3, 200.3)})


def test_the_national_grid_is_reached_by_formula():
    amersfoort = gpd.GeoDataFrame(geometry=[shapely.Point(5.38763888889, 52.156160556)])
    found = boundaries.to_rd(amersfoort.set_crs("EPSG:4326")).geometry[0]
    # The spire at the origin of the grid lies at (155000, 463000) on the old datum, which differs
    # from the one of the map by about a hundred metres.
    assert found.distance(shapely.Point(155000, 463000)) < 200
    assert boundaries.to_rd(amersfoort.set_crs("EPSG:28992")).geometry[0].x < 10


def test_geojson_is_one_line_for_each_unit():
    text = boundaries.to_geojson(
        {"b": box(0, 0, 10, 10), "a": box(10, 0, 20, 10)},
        {"a": "Één", "b": "Twee"},
        {"a": "GM0363", "b": "GM0363"},
    )
    found = json.loads(text)
    assert [one["properties"]["unit_code"] for one in found["features"]] == ["a", "b"]
    assert "Één" in text and ".0" not in text
    assert len(text.splitlines()) == 2 + 2
