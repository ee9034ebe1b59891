"""Are squares of CBS read with their place, their bounds and what is secret?"""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from seglib.errors import SourceFormatError
from seglib.sources import cbs_grid

OLD = ("nederlandse_achtergrond", "westerse_migr_achtergr", "niet_westerse_migr_achtergr")


def squares(path, *rows, size=100, names=OLD):
    head = [f"crs28992res{size}m", "aantal_inwoners", *(f"percentage_{name}" for name in names)]
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    shapes = [box(0, 0, size, size)] * len(rows)
    gpd.GeoDataFrame(cells, geometry=shapes, crs="EPSG:28992").to_file(path)
    return path


class TestSquares:
    def test_a_square_has_its_centre_area_and_bounds(self, tmp_path):
        table = cbs_grid.read(
            squares(tmp_path / "cbs_vk100_2019_v1.gpkg", ("E1208N4870", 50, 60, 10, 30))
        )
        assert table.points_m.tolist() == [[120_850, 487_050]]
        assert table.areas_m2.tolist() == [10_000]
        assert table.groups == ("Nederland", "westers", "niet-westers")
        assert table.counts.tolist() == [[30, 5, 15]]
        # Steps of 10 %: [55, 65) % of 46 to 54 persons is 25.3 to 35.1.
        assert (table.lower[0, 0], table.upper[0, 0]) == (26, 35)
        assert (table.year, table.level) == (2019, "vierkant van 100 m")

    def test_shares_of_larger_squares_are_whole_per_cents(self, tmp_path):
        path = squares(tmp_path / "cbs_vk500_2019.gpkg", ("E1205N4870", 500, 60, 10, 30), size=500)
        table = cbs_grid.read(path)
        assert table.points_m.tolist() == [[120_750, 487_250]]
        # [59.5, 60.5) % of 496 to 504 is 295.12 to 304.92.
        assert (table.lower[0, 0], table.upper[0, 0]) == (296, 304)
        coarse = cbs_grid.read(path, step=10)
        assert coarse.lower[0, 0] < 296 < 304 < coarse.upper[0, 0]

    def test_secret_squares_are_counted_and_no_number(self, tmp_path):
        rows = [
            ("E1208N4870", 50, 60, 10, 30),
            ("E1209N4870", -99997, -99997, -99997, -99997),
            ("E1210N4870", 15, 90, -99997, -99997),
        ]
        table = cbs_grid.read(squares(tmp_path / "vk100_2019.gpkg", *rows))
        assert table.units == ("E1208N4870",)
        assert [(one.unit, one.persons) for one in table.dropped] == [
            ("E1209N4870", None),
            ("E1210N4870", 15),
        ]

    def test_the_classes_of_2022_are_added_up_from_places_of_birth(self, tmp_path):
        names = (
            "geb_nederland_herkomst_nederland",
            "geb_nederland_herkomst_overig_europa",
            "geb_buiten_nederland_herkomst_europa",
            "geb_nederland_herkomst_buiten_europa",
            "geb_buiten_nederland_herkmst_buiten_euro",
        )
        row = ("N4870E1208", 100, 50, 10, 10, 20, 10)
        table = cbs_grid.read(squares(tmp_path / "vk100_2023.gpkg", row, names=names))
        assert table.groups == ("Nederland", "Europa", "buiten Europa")
        assert table.counts.tolist() == [[50, 20, 30]]
        assert table.classification == "herkomst-vanaf-2022"


class TestRefused:
    def test_a_lost_column(self, tmp_path):
        path = squares(tmp_path / "vk100_2019.gpkg", ("E1208N4870", 50, 60, 10), names=OLD[:2])
        with pytest.raises(SourceFormatError, match=r"vk100_2019.gpkg lacks a column"):
            cbs_grid.read(path)

    def test_a_code_without_a_corner(self, tmp_path):
        path = squares(tmp_path / "vk100_2019.gpkg", ("1208", 50, 60, 10, 30))
        with pytest.raises(SourceFormatError, match=r"line 1: '1208' is no square"):
            cbs_grid.read(path)
