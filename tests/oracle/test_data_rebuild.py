"""Does compiling again give the same bytes, and does a changed raw file stop the build?"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from seglib.errors import SourceFormatError
from seglib.sources import build, catalogue, places

ROOT = Path(__file__).resolve().parents[2]
RAW = Path(os.environ.get("SEGLIB_RAW", ROOT.parent / "shared" / "data" / "raw"))
COMPILED = ("tables", "boundaries", "checksums.toml")

pytestmark = pytest.mark.skipif(
    not RAW.is_dir(),
    reason="The rebuild of data/ was not compared: the publishers' files are not here. "
    "Set SEGLIB_RAW to their folder.",
)


def content(folder):
    """Every compiled file by name, as bytes."""
    files = [folder / "checksums.toml"]
    files += [path for kind in ("tables", "boundaries") for path in (folder / kind).iterdir()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return folder, build.build(RAW, folder)


def test_a_rebuild_gives_the_same_bytes(rebuilt):
    folder, said = rebuilt
    ours, theirs = content(catalogue.data_folder()), content(folder)
    assert set(ours) == set(theirs)
    # Line ends are the checkout's affair.
    differs = [name for name in ours if ours[name].replace(b"\r\n", b"\n") != theirs[name]]
    assert differs == []
    assert all(line.endswith(": new") for line in said)


def test_a_second_build_touches_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ENTRIES", (build._amsterdam_ois, build._rotterdam))
    build.build(RAW, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert "boundaries/cbs-kwb-rotterdam.buurt.csv" in {
        path.relative_to(tmp_path).as_posix() for path in before
    }
    assert all(line.endswith(": the same") for line in build.build(RAW, tmp_path))
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


@pytest.fixture
def raw_copy(tmp_path):
    """A copy of only those raw files that the build reads."""
    folder = tmp_path / "raw"
    for name in ("ois_amsterdam_panel", "ois_amsterdam_2016", "cbs_kwb_amsterdam"):
        shutil.copytree(RAW / name, folder / name)
    for name in ("denhaag_wijkpanel", "amsterdam_codes_2015_2022"):
        shutil.copytree(RAW / name, folder / name)
    (folder / "cbs_wijkbuurt_2015").mkdir()
    shutil.copy(RAW / build.HAAGLANDEN, folder / build.HAAGLANDEN)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def change(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


class TestStops:
    def test_no_folder(self, tmp_path):
        with pytest.raises(SourceFormatError, match=r"no folder .*Give the folder of raw files"):
            build.build(tmp_path / "nowhere", tmp_path)

    def test_a_unit_whose_population_jumps(self, raw_copy, tmp_path):
        change(raw_copy / build.RAW["ois-amsterdam-2016"], b",2016,4290,", b",2016,2145,")
        with pytest.raises(SourceFormatError, match=r"A00 in 2017 .* times the population of 2016"):
            build.build(raw_copy, tmp_path / "data")
        assert not (tmp_path / "data").exists()

    def test_a_city_total_that_units_do_not_make(self, raw_copy, tmp_path):
        path = raw_copy / build.RAW["cbs-kwb-amsterdam"].format(year=2017)
        change(path, b",147614,", b",187614,")
        with pytest.raises(SourceFormatError, match=r"figures of .* in 2017 are \d+ off the city"):
            build.build(raw_copy, tmp_path / "data")

    def test_a_new_copy_in_the_yearly_panel(self, raw_copy, tmp_path):
        path = raw_copy / build.RAW["elan-den-haag"]
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        figures = [line.partition(",")[2] for line in lines if line.startswith("WK051803")]
        kept = [line for line in lines if not line.startswith("WK051804")]
        kept += [f"WK051804,{line}" for line in figures]
        path.write_text("".join(kept), encoding="utf-8")
        with pytest.raises(SourceFormatError, match=r"repeats 4 wijken, 3 are declared"):
            build.build(raw_copy, tmp_path / "data")

    def test_a_shape_file_that_is_not_there(self, raw_copy, tmp_path):
        (raw_copy / build.BUURTCOMBINATIES).unlink()
        with pytest.raises(SourceFormatError, match=r"no file bc2015def_region.shp"):
            build.build(raw_copy, tmp_path / "data")


def test_every_gemeente_of_the_region_has_its_name_of_2015():
    found = {}
    for path in sorted((RAW / "cbs_wijkbuurt_2015").glob("*.geojson")):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            found[feature["properties"]["GM_CODE"]] = feature["properties"]["GM_NAAM"]
    region = {one.name: one for one in places.regions()}["Metropoolregio Amsterdam"]
    assert {code: places.gemeente_name(code) for code in region.codes} == {
        code: found[code] for code in region.codes
    }
    assert found["GM0518"] == "'s-Gravenhage"
    assert {found[code] for code in ("GM0603", "GM0629", "GM1916")} == {
        "Rijswijk",
        "Wassenaar",
        "Leidschendam-Voorburg",
    }
