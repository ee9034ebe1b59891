"""Are maps of CBS read in each form, with cut units made one and slivers left out and counted?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

from seglib.errors import SourceFormatError
from seglib.sources import cbs, cbs_map

ORIGIN = ("P_WEST_AL", "P_N_W_AL", "P_MAROKKO", "P_ANT_ARU", "P_SURINAM", "P_TURKIJE", "P_OVER_NW")
SHARES = (10, 30, 10, 5, 5, 5, 5)


def feature(code, shape, inhabitants=1000, shares=SHARES):
    head = {"BU_CODE": code, "BU_NAAM": f"area {code}", "WK_CODE": f"WK{code[2:8]}"}
    head |= {"GM_CODE": f"GM{code[2:6]}", "GM_NAAM": "Almere", "AANT_INW": inhabitants}
    return head | dict(zip(ORIGIN, shares, strict=True)) | {"geometry": shape}


def frame(*features):
    return gpd.GeoDataFrame(list(features), geometry="geometry", crs="EPSG:28992")


TWO = (
    feature("BU00340101", box(0, 0, 100, 100)),
    feature("BU00340102", box(100, 0, 200, 100), 400, (12, *[-99999999] * 6)),
)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_each_form_gives_figures_and_shapes(tmp_path, ending):
    path = tmp_path / f"buurt_2012_v1.{ending}"
    frame(*TWO).to_file(path)
    found = cbs_map.read(path)
    assert found.printed["unit_code"].tolist() == ["BU00340101", "BU00340102"]
    assert set(found.printed["year"]) == {2012}
    assert found.printed["Antillen"].tolist()[0] == 5
    assert {code: shape.area for code, shape in found.shapes.items()} == dict.fromkeys(
        ("BU00340101", "BU00340102"), pytest.approx(10_000)
    )


def test_codes_for_secret_figures_are_never_numbers(tmp_path):
    codes = (-99997, -99995, -99999999, *[-99997] * 4)
    frame(feature("BU00340101", box(0, 0, 9, 9), 20, codes)).to_file(tmp_path / "buurt_2012.gpkg")
    printed = cbs_map.read(tmp_path / "buurt_2012.gpkg").printed
    names = printed.columns.difference(["unit_code", "unit_name", "year", "measure", "inhabitants"])
    assert len(names) == 7 and printed[names].isna().all(axis=None)


def test_a_geopackage_has_a_layer_for_each_level(tmp_path):
    path = tmp_path / "wijkbuurtkaart_2012_v3.gpkg"
    frame(*TWO).to_file(path, layer="buurten")
    wijk = {"WK_CODE": "WK003401", "WK_NAAM": "Haven", "GM_CODE": "GM0034", "AANT_INW": 1400}
    wijk |= dict(zip(ORIGIN, SHARES, strict=True)) | {"geometry": box(0, 0, 200, 100)}
    frame(wijk).to_file(path, layer="wijken")
    assert cbs_map.read(path).printed["unit_code"].tolist() == ["BU00340101", "BU00340102"]
    found = cbs_map.read(path, level="wijk").printed
    assert found[["unit_code", "unit_name"]].to_numpy().tolist() == [["WK003401", "Haven"]]


def test_the_classes_of_2022_in_whole_percentages(tmp_path):
    head = {"buurtcode": "BU00340101", "buurtnaam": "Haven", "wijkcode": "WK003401"}
    head |= {"gemeentecode": "GM0034", "gemeentenaam": "Almere", "aantal_inwoners": 1000}
    shares = {"nederland": 60, "uit_europa_excl_nl": 15, "buiten_europa": 25}
    shares = {f"percentage_met_herkomstland_{name}": share for name, share in shares.items()}
    frame(head | shares | {"geometry": box(0, 0, 9, 9)}).to_file(tmp_path / "wijkbuurt_2023.gpkg")
    rows = cbs.tidy(cbs_map.read(tmp_path / "wijkbuurt_2023.gpkg").printed, "map")
    assert rows["group"].tolist() == ["Nederland", "Europa", "buiten Europa"]
    assert rows["persons"].tolist() == [600, 150, 250]
    # 14.5 % of 996 is 144.42; 15.5 % of 1004 is 155.62.
    assert rows.loc[1, ["lower", "upper"]].tolist() == [145, 155]
    wrong = shares | {"percentage_met_herkomstland_nederland": 70}
    frame(head | wrong | {"geometry": box(0, 0, 9, 9)}).to_file(tmp_path / "wrong_2023.gpkg")
    with pytest.raises(SourceFormatError, match="classes of BU00340101 do not add up"):
        cbs_map.read(tmp_path / "wrong_2023.gpkg")


class TestCutUnits:
    def test_a_unit_over_two_files_is_one_and_slivers_are_counted(self, tmp_path):
        border = feature("BU00340103", box(200, 0, 250, 100))
        rest = feature("BU00340103", box(250, 0, 300, 100))
        sliver = feature("BU00340101", LineString([(0, 0), (9, 0)]))
        point = feature("BU00340102", Point(100, 0), 400, (12, *[-99999999] * 6))
        frame(*TWO, border).to_file(tmp_path / "a_2012.geojson")
        frame(rest, sliver, point).to_file(tmp_path / "b_2012.geojson")
        found = cbs_map.read([tmp_path / "a_2012.geojson", tmp_path / "b_2012.geojson"])
        assert (found.features, found.pieces, found.slivers) == (6, 3, 2)
        assert found.printed["inhabitants"].tolist() == [1000, 400, 1000]
        assert found.shapes["BU00340103"].equals(box(200, 0, 300, 100))
        assert found.shapes["BU00340101"].area == pytest.approx(10_000)

    def test_pieces_with_other_figures_are_refused(self, tmp_path):
        other = feature("BU00340101", box(5, 5, 9, 9), 999)
        frame(TWO[0], other).to_file(tmp_path / "a_2012.geojson")
        with pytest.raises(SourceFormatError, match=r"pieces of BU00340101 .* 'AANT_INW'"):
            cbs_map.read(tmp_path / "a_2012.geojson")


class TestBadMaps:
    def test_a_web_page_is_no_map(self, tmp_path):
        (tmp_path / "a_2012.geojson").write_text("<html>")
        with pytest.raises(SourceFormatError, match=r"a_2012.geojson is no map that can be read"):
            cbs_map.read(tmp_path / "a_2012.geojson")

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(SourceFormatError, match=r"no file a_2012\.gpkg"):
            cbs_map.read(tmp_path / "a_2012.gpkg")

    def test_a_map_of_another_level(self, tmp_path):
        frame(*TWO).drop(columns="BU_CODE").to_file(tmp_path / "a_2012.gpkg")
        with pytest.raises(SourceFormatError, match=r"no column 'BU_CODE'. Take the map of each"):
            cbs_map.read(tmp_path / "a_2012.gpkg")

    def test_a_lost_column_is_named(self, tmp_path):
        frame(*TWO).drop(columns="P_SURINAM").to_file(tmp_path / "a_2012.gpkg")
        with pytest.raises(SourceFormatError, match="no column 'percentage_uit_suriname'"):
            cbs_map.read(tmp_path / "a_2012.gpkg")

    def test_a_share_above_a_hundred(self, tmp_path):
        bad = feature("BU00340101", box(0, 0, 9, 9), shares=(10, 101, 10, 5, 5, 5, 76))
        frame(bad).to_file(tmp_path / "a_2012.gpkg")
        with pytest.raises(SourceFormatError, match=r"line 1, column 'P_N_W_AL': '101'"):
            cbs_map.read(tmp_path / "a_2012.gpkg")


def test_degrees_become_metres(tmp_path):
    frame(*TWO).set_crs("EPSG:28992").to_crs("EPSG:4326").to_file(tmp_path / "a_2012.geojson")
    areas = [shape.area for shape in cbs_map.read(tmp_path / "a_2012.geojson").shapes.values()]
    assert np.allclose(areas, 10_000, rtol=0.01)
