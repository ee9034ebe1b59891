"""The line of C05: two editions fetched for the region, and the change of a world comes out."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import loopback
import numpy as np
import pytest
import xlwt

from seglib import cli, language
from seglib.claims import decide, evidence, quantities_of
from seglib.errors import (
    DataDamagedError,
    FetchError,
    MissingDataError,
    ParameterError,
    SourceFormatError,
    UnknownYearError,
)
from seglib.inference import change_between, rounding_band
from seglib.measures import dissimilarity
from seglib.sources import addresses, cache, catalogue, places
from seglib.sources.boundaries import load_boundaries
from seglib.sources.fetch import Fetcher, fetch_files
from seglib.sources.fetched import compile_source
from seglib.sources.load import load_counts, load_series
from seglib.table import CountTable

REGION = "Metropoolregio Amsterdam"
FALLS = {"Marokko": 0.06, "Turkije": 0.04, "Suriname": 0.07}
PRINTED = ("westers", "Marokko", "Antillen", "Suriname", "Turkije", "overig niet-westers")
# The names of the columns in the two editions, in the order in which they stand there.
IN_2006 = ("P_WEST_AL", "P_MAROKKO", "P_ANT_ARU", "P_SURINAM", "P_TURKIJE", "P_OVER_NW", "P_N_W_AL")
IN_2016 = ("p_w_all", "p_marok", "p_antaru", "p_suri", "p_tur", "p_ov_nw", "p_nw_all")
ODATA = ("WestersTotaal_17", "Marokko_19", "NederlandseAntillenEnAruba_20", "Suriname_21")
ODATA += ("Turkije_22", "OverigNietWesters_23", "NietWestersTotaal_18")
COUNTS_2016 = tuple(f"a{name[1:]}" for name in IN_2016)


class World:
    """Persons by wijk and group in 2006 and 2016, of which the change is known.

    It begins as the wijken of the region are in 2015. Each wijk keeps its inhabitants and each
    group its size; the share of a group in a wijk moves towards its share in the region by a part
    t. D against everyone else, which is the sum of N|p - P| over 2TP(1 - P), then falls by that
    part exactly, on any ground.
    """

    def __init__(self) -> None:
        real = load_counts(REGION, 2015, level="wijk", source="cbs-wijkbuurt-2015")
        real = real.select_units(real.unit_totals > 0)
        self.people = real.unit_totals.copy()
        self.before = np.stack([real.column(group) for group in PRINTED], axis=1)
        codes = [("GM" + code[2:6], code) for code in real.units]
        # Bennebroek, which became part of Bloemendaal in 2009, gets one of its wijken back.
        last = max(at for at, (code, _) in enumerate(codes) if code == "GM0377")
        codes[last] = ("GM0372", "WK037200")
        self.wijken = codes
        regional = self.before.sum(axis=0) / self.people.sum()
        part = np.array([FALLS.get(group, 0.0) for group in PRINTED])
        shares = self.before / self.people[:, None]
        moved = regional + (1 - part) * (shares - regional)
        self.after = np.rint(moved * self.people[:, None]).astype(int)

    def true_fall(self, group: str) -> float:
        """The change of D in percent, from the persons themselves."""
        at = PRINTED.index(group)

        def d(persons: np.ndarray) -> float:
            ours, theirs = persons[:, at], self.people - persons[:, at]
            return float(abs(ours / ours.sum() - theirs / theirs.sum()).sum() / 2)

        return 100 * (d(self.after) / d(self.before) - 1)

    def areas(self, year: int):
        """Level, code and row of each gemeente and wijk of a year, as that year's file has them."""
        region = places.find_place(REGION)
        persons = self.before if year == 2006 else self.after
        into = {old: new["into"] for new in MERGERS if new["year"] <= year for old in new["of"]}
        own = np.array([into.get(code, code) for code, _ in self.wijken])
        for code in places.codes_in(region, year):
            here = np.flatnonzero(own == code)
            yield "Gemeente", code, self.people[here].sum(), persons[here].sum(axis=0)
            for at, unit in enumerate(here):
                old, wijk = self.wijken[unit]
                wijk = wijk if old == code else f"WK{code[2:]}{50 + at:02d}"
                yield "Wijk", wijk, self.people[unit], persons[unit]


MERGERS = (
    {"into": "GM0377", "of": ("GM0372",), "year": 2009},
    {"into": "GM0385", "of": ("GM0478",), "year": 2016},
    {"into": "GM1942", "of": ("GM0381", "GM0424", "GM0425"), "year": 2016},
)


def workbook(path, world, year, *, counts=False):
    """A file in the form of the official one of that year."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("KWB")
    if year == 2006:
        names = ("POS06", "GWB_CODE06", "GWB_NAAM06", "GM_CODE", "RECS", "AANT_INW", *IN_2006)
    else:
        names = ("gwb_code_8", "gwb_code", "regio", "gm_naam", "recs", "a_inw")
        names += COUNTS_2016 if counts else IN_2016
    rows = [names, *(_printed(year, counts, *area) for area in world.areas(year))]
    rows.insert(1, ["00", "NL00", "Nederland", "", "L" if year == 2006 else "Land", 16_000_000])
    rows[1] += [10] * 7
    if year != 2006:
        rows[1][1:3] = ["NL00", "Nederland"]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell if isinstance(cell, str) else int(cell))
    book.save(str(path))


def _printed(year, counts, level, code, people, persons):
    whole = level == "Gemeente"
    inhabitants = people if whole else 5 * ((people + 2) // 5)
    cells = [*persons, persons[1:].sum()]
    if counts:
        figures = [cell if whole else 5 * (cell // 5) for cell in cells]
    else:
        figures = [0 if people < 50 else int(100 * cell / people + 0.5) for cell in cells]
    if year == 2006:
        return [code[2:], code[2:], f"Naam {code}", code[2:6], level[0], inhabitants, *figures]
    return [code[2:], code, f"Naam {code}", "", level, inhabitants, *figures]


def statline(server, world, table, year):
    """The routes of a StatLine table as OData serves it: an index, properties, two pages."""
    root, form = f"/ODataFeed/odata/{table}/", "?%24format=json"
    units = {"SoortRegio_2": None, "Codering_3": None, "AantalInwoners_5": "aantal"}
    units |= dict.fromkeys(ODATA, "aantal")
    regions, records = [], []
    for level, code, people, persons in world.areas(year):
        cells = [int(cell) for cell in _printed(year, True, level, code, people, persons)[5:]]
        names = dict(zip(("AantalInwoners_5", *ODATA), cells, strict=True))
        area = {"WijkenEnBuurten": f"{code}  ", "SoortRegio_2": f"{level}  ", "Codering_3": code}
        records.append(area | names)
        regions.append({"Key": f"{code}  ", "Title": f"Naam {code}"})
    names = ("TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "WijkenEnBuurten")
    half = len(records) // 2
    answers = {
        form: {"value": [{"name": name} for name in names]},
        f"TableInfos{form}": {"value": [{"ID": 0}]},
        f"DataProperties{form}": {"value": [{"Key": k, "Unit": u} for k, u in units.items()]},
        f"WijkenEnBuurten{form}": {"value": regions},
        f"TypedDataSet{form}": {
            "value": records[:half],
            "odata.nextLink": server.url(f"{root}TypedDataSet?$format=json&$skip={half}"),
        },
        f"TypedDataSet?$format=json&$skip={half}": {"value": records[half:]},
    }
    for path, answer in answers.items():
        server.routes[root + path] = loopback.chunked(json.dumps(answer).encode())


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module", params=["percent", "counts", "statline"])
def fetched(world, request, tmp_path_factory):
    """Both editions fetched over HTTPS and made into a source; the cache, and what was said."""
    folder, said = tmp_path_factory.mktemp("region"), []
    with pytest.MonkeyPatch.context() as patch, loopback.serving(folder) as server:
        patch.setenv("SEGLIB_CACHE", str(folder / "cache"))
        patch.setenv("NO_PROXY", "localhost")
        kwb = addresses.fetchable("kwb")
        for year in (2006, 2016):
            counts = year == 2016 and request.param == "counts"
            workbook(folder / kwb.name(year), world, year, counts=counts)
            content = (folder / kwb.name(year)).read_bytes()
            server.routes[f"/{kwb.name(year)}"] = loopback.file(content)
        statline(server, world, kwb.statline[2016], 2016)
        here = replace(kwb, folder=server.url("/"), statline_host=server.host)
        fetcher = Fetcher(hosts=(server.host,), certificate=server.certificate)
        for year in (2006, 2016):  # the second adds to the first
            table = year == 2016 and request.param == "statline"
            ask = {"statline": table, "fetcher": fetcher, "say": said.append}
            compile_source(kwb, fetch_files(here, [year], **ask), REGION)
        yield folder / "cache"


@pytest.fixture(scope="module")
def series(fetched):
    return load_series(REGION, [2006, 2016])


class TestTheRegion:
    def test_it_is_served_from_the_cache_on_the_same_ground(self, series):
        assert series[2016].source == "kwb-metropoolregio-amsterdam"
        assert series[2006].units == series[2016].units
        assert {"GM1942", "GM0385", "GM0377"} < set(series[2006].units)

    def test_the_true_persons_of_every_unit_lie_within_the_bounds(self, series, world):
        into = {old: one["into"] for one in MERGERS for old in (*one["of"], one["into"])}
        for year, persons in ((2006, world.before), (2016, world.after)):
            table = series[year]
            true = {unit: np.zeros(len(PRINTED), int) for unit in table.units}
            for (gemeente, wijk), row in zip(world.wijken, persons, strict=True):
                unit = into.get(gemeente, wijk)
                if unit in true:
                    true[unit] += row
            for at, group in enumerate(PRINTED):
                column = table.groups.index(group)
                cells = np.array([true[unit][at] for unit in table.units])
                assert (table.lower[:, column] <= cells).all()
                assert (cells <= table.upper[:, column]).all()

    def test_what_has_no_figures_is_left_out_and_told(self, series, world):
        small = {
            wijk
            for (code, wijk), people in zip(world.wijken, world.people, strict=True)
            if people < 50 and code not in {old for one in MERGERS for old in one["of"]}
        }
        left = {one.unit: one.persons for one in series[2006].dropped}
        assert left
        assert set(left) <= small
        people = {wijk: int(one) for (_, wijk), one in zip(world.wijken, world.people, strict=True)}
        assert all(abs(persons - people[unit]) < 5 for unit, persons in left.items())

    def test_its_entry_says_what_it_was_checked_against(self, series):
        told = catalogue.source(series[2016].source).checked_against["en"]
        assert "gemeenten in the same file: 2006: 100 %; 2016: 100 %" in told
        assert "with the same code 0 have more than twice" in told

    def test_a_report_says_that_it_was_fetched_and_from_which_files(self, series):
        told = language.say_colophon(series, lang="nl")
        assert "Opgehaald bij de uitgever: kwb-2006-versie-2011-08-16.xls, " in told
        assert "kwb-2016.xls (sha256 " in told or "83487NED.json (sha256 " in told

    @pytest.mark.parametrize("group", FALLS)
    def test_the_known_change_comes_out_within_its_rounding_band(self, series, world, group):
        assert world.true_fall(group) == pytest.approx(-100 * FALLS[group], abs=0.02)
        first, last = series[2006], series[2016]
        change = change_between(dissimilarity, first, last, group, seed=1, replicates=40)
        draws = {"seed": 1, "replicates": 100}
        bands = [rounding_band(dissimilarity, table, group, **draws) for table in (first, last)]
        found, *levels = quantities_of([change, bands])
        assert [level.name for level in levels] == ["D_rest", "D_rest"]
        assert found.value == pytest.approx(change.percent)
        assert abs(found.value - world.true_fall(group)) <= found.band < 6

    def test_its_band_decides_whether_the_claim_can_be_tested(self, series):
        verdict = decide(self.evidence(series[2006], series[2016]))
        assert verdict.outcome == "niet toetsbaar met deze data"
        assert "too coarse for people of Moroccan and Turkish origin" in verdict.reasons[0]

    def test_persons_without_rounding_support_it(self, world):
        tables = [
            CountTable.from_counts(
                np.column_stack([persons, world.people - persons.sum(axis=1)]),
                groups=(*PRINTED, "Nederland"),
                units=[wijk for _, wijk in world.wijken],
                place=REGION,
                year=year,
            )
            for year, persons in ((2006, world.before), (2016, world.after))
        ]
        assert decide(self.evidence(*tables)).outcome == "steunt"

    def evidence(self, first, last):
        draws = {"seed": 1, "replicates": 100}
        changes = {
            group: change_between(dissimilarity, first, last, group, **draws) for group in FALLS
        }
        bands = [
            rounding_band(dissimilarity, table, group, **draws)
            for table in (first, last)
            for group in FALLS
            if table.lower is not None
        ]
        run = {"place": REGION, "lang": "en", "canonical": True, "period": (2006, 2016)}
        return evidence("C05", changes, bands, **run)

    def test_the_map_knows_the_units_and_those_that_merged(self, series):
        ground = load_boundaries(REGION, "wijk", source=series[2016].source)
        shapes = ground.set_index("unit_code")["geometry"]
        assert set(series[2016].units) - set(shapes.index) <= {"WK037200"}
        parts = load_boundaries(["Bussum", "Naarden", "Muiden"], "wijk", 2015).geometry
        assert shapes["GM1942"].area == pytest.approx(parts.area.sum())


def test_the_line_itself(world, tmp_path, monkeypatch, capsys):
    """As a user types it, with both files fetched by hand before."""
    monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path / "cache"))
    for year in (2006, 2016):
        workbook(tmp_path / f"{year}.xls", world, year)
        by_hand = ["--year", str(year), "--from", str(tmp_path / f"{year}.xls")]
        assert cli.main(["data", "fetch", "kwb", *by_hand]) == 0
    for years in (["2006"], ["2016"], ["2006", "2016"]):  # years that were made before stay
        assert cli.main(["data", "fetch", "kwb", "--year", *years, "--place", REGION]) == 0
        assert list(load_series(REGION, [2006]))[:1] == [2006]
    told = capsys.readouterr()
    assert "kwb-2006-versie-2011-08-16.xls: in the cache, intact" in told.err
    assert (
        "C05, Turkije, -4%: cannot be tested, since rounding leaves the change of D 4." in told.out
    )
    assert "C05, Suriname, -7%: can be tested" in told.out
    assert f'seglib report 01 --place "{REGION}" -p years=[2006,2016]' in told.out
    assert load_series(REGION, [2006, 2016]).same_ground
    assert cli.main(["data", "list"]) == 0
    assert "kwb-metropoolregio-amsterdam: 2006, 2016, wijk, buurt, gemeente, 36 gemeenten" in (
        capsys.readouterr().out
    )
    assert cli.main(["data", "verify"]) == 0
    assert "kwb-metropoolregio-amsterdam: intact" in capsys.readouterr().out


class TestWhatWasFetchedOnlyAdds:
    def test_embedded_data_answer_as_before(self, fetched):
        assert load_counts("Amsterdam", 2016).source == "ois-amsterdam-2016"
        assert load_series("Amsterdam")[2005].source == "ois-amsterdam-panel"
        assert load_counts(REGION, 2015).source == "cbs-wijkbuurt-2015"
        assert list(load_series(REGION)) == [2015]  # though the fetched one has more years

    def test_a_gemeente_of_the_region_is_served_too(self, fetched, world):
        table = load_counts("Almere", 2006)
        inside = [at for at, (code, _) in enumerate(world.wijken) if code == "GM0034"]
        assert table.source == "kwb-metropoolregio-amsterdam"
        assert table.total == pytest.approx(world.people[inside].sum(), rel=0.01)

    def test_part_of_what_merged_has_no_figures_of_its_own(self, fetched):
        with pytest.raises(MissingDataError, match="names Bussum for 2016 but has no unit"):
            load_counts("Bussum", 2016)
        table = load_counts(["Bussum", "Muiden", "Naarden"], 2006)
        assert table.units == ("GM1942",)

    def test_a_year_that_was_not_fetched_names_the_command(self, fetched):
        told = 'seglib data fetch kwb --year 2012 --place "Metropoolregio Amsterdam"` would add'
        with pytest.raises(UnknownYearError, match=told):
            load_counts(REGION, 2012)
        with pytest.raises(UnknownYearError, match="--year 2006 2012"):
            load_series(REGION, [2006, 2012])

    def test_a_table_that_was_changed_is_refused(self, fetched, monkeypatch, tmp_path):
        shutil.copytree(fetched, tmp_path / "cache")
        monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path / "cache"))
        (table,) = (tmp_path / "cache").glob("compiled/*/tables/*.csv")
        table.write_text(table.read_text(encoding="utf-8").replace(",2006,", ",2007,", 1))
        with pytest.raises(DataDamagedError, match="is damaged"):
            load_counts(REGION, 2006)

    def test_where_nothing_was_fetched_the_region_has_one_year(self, monkeypatch, tmp_path):
        monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path))
        with pytest.raises(UnknownYearError, match="--year 2006 2016"):
            load_series(REGION, [2006, 2016])


class TestStatLine:
    @pytest.fixture
    def ask(self, world, tmp_path, monkeypatch):
        """A function that fetches the table of 2016, after one of its routes was bent."""
        monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("NO_PROXY", "localhost")
        kwb = addresses.fetchable("kwb")
        with loopback.serving(tmp_path) as server:
            statline(server, world, kwb.statline[2016], 2016)

            def fetch(part="", behaviour=None, **settings):
                for path in [path for path in server.routes if part and part in path]:
                    server.routes[path] = behaviour
                quick = {"tries": 2, "pause": 0.01, "certificate": server.certificate}
                fetcher = Fetcher(hosts=(server.host,), **(quick | settings))
                here = replace(kwb, statline_host=server.host)
                return fetch_files(
                    here, [2016], statline=True, fetcher=fetcher, say=lambda _: None
                )[2016]

            yield fetch

    def test_a_table_comes_with_all_its_pages(self, ask, world):
        found = json.loads(ask().read_text(encoding="utf-8"))
        assert [one["Codering_3"] for one in found["records"]] == [
            code for _, code, _, _ in world.areas(2016)
        ]
        assert found["records"][0]["WijkenEnBuurten"] == "Naam GM0034"

    @pytest.mark.parametrize(
        ("part", "answer", "told"),
        [
            ("skip", b"<html>", "not in the form of OData"),
            ("DataProperties", b'{"error": 1}', "not in the form of OData"),
            (
                "TypedDataSet?%24",
                b'{"value": [], "odata.nextLink": "https://example.org/x"}',
                "outside localhost",
            ),
            (
                "TypedDataSet?%24",
                b'{"value": [], "odata.nextLink": "http://localhost/x"}',
                "outside localhost",
            ),
        ],
    )
    def test_an_answer_that_is_none_leaves_nothing(self, ask, tmp_path, part, answer, told):
        with pytest.raises(FetchError, match=told):
            ask(part, loopback.chunked(answer))
        assert not list((tmp_path / "cache").rglob("*.json"))

    def test_its_pages_are_bounded_and_tried_again(self, ask):
        with pytest.raises(FetchError, match=r"more than 0\.1 MB"):
            ask("skip", loopback.endless(b"{"), most_bytes=100_000)
        with pytest.raises(FetchError, match="in 2 tries: the server answers 503"):
            ask("skip", loopback.status(503))


class TestWhatCannotBeMade:
    def test_a_long_list_of_places_has_a_short_name(self, made):
        folder = made(
            ["Almere", "Amstelveen", "Aalsmeer", "Amsterdam", "Beverwijk", "Blaricum"], 2006
        )
        assert len(folder.name) < 80
        assert load_counts(["Almere", "Blaricum"], 2006).source == folder.name.rpartition("-")[0]

    @pytest.fixture
    def made(self, world, tmp_path, monkeypatch):
        """A function that makes a source of files which a test wrote or bent."""
        monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path / "cache"))

        def make(place, *years, bend=None, key="kwb"):
            one, editions = addresses.fetchable("kwb"), {}
            for year in years:
                editions[year] = tmp_path / one.name(year)
                workbook(editions[year], world, year)
                if bend:
                    bend(editions[year])
            return compile_source(addresses.fetchable(key), editions, place)

        return make

    def test_making_it_again_replaces_it_and_changes_no_byte(self, made, tmp_path):
        first = made("Almere", 2006)
        content = {path.name: path.read_bytes() for path in first.rglob("*.*") if path.is_file()}
        assert made("Almere", 2006) == first
        assert content == {
            path.name: path.read_bytes() for path in first.rglob("*.*") if path.is_file()
        }
        assert made("Almere", 2006, 2016) != first
        assert [path.name for path in cache.compiled_folders()] != [first.name]
        assert len(cache.compiled_folders()) == 1

    def test_a_place_that_the_file_lacks(self, made, tmp_path):
        with pytest.raises(
            MissingDataError, match=r"2006.*has no row of GM0193, which Zwolle held"
        ):
            made("Zwolle", 2006)
        assert cache.compiled_folders() == ()
        assert not list((tmp_path / "cache").rglob("*.csv"))

    def test_a_file_that_is_no_workbook_leaves_nothing(self, made, tmp_path):
        with pytest.raises(SourceFormatError, match=r"kwb-2016\.xls is no Excel workbook"):
            made("Almere", 2016, bend=lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0 broken"))
        assert cache.compiled_folders() == ()

    def test_a_gemeente_that_took_in_another_which_is_not_asked(self, made):
        told = r"Edam-Volendam took in Zeevang in 2016; name these as places too"
        with pytest.raises(MissingDataError, match=told):
            made("Edam-Volendam", 2006, 2016)
        assert made(["Edam-Volendam", "Zeevang"], 2006, 2016)
        assert load_series(["Edam-Volendam", "Zeevang"], [2006, 2016])[2016].units == ("GM0385",)

    def test_another_source_than_kwb(self, made):
        with pytest.raises(ParameterError, match="made of kwb only"):
            made("Almere", 2016, key="kaart")
