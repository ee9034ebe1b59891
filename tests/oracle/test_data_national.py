"""Is the whole country of 2015 there, does it agree with other files, and is it quick?"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import shapely

from seglib.measures import dissimilarity
from seglib.scale import in_context, kernel, knn
from seglib.sources import boundaries, catalogue, places, sheets
from seglib.sources.boundaries import load_boundaries
from seglib.sources.load import load_counts, load_rows

SOURCE = "cbs-wijkbuurt-2015"


@pytest.fixture(scope="module")
def rows():
    return load_rows(SOURCE)


@pytest.fixture(scope="module")
def country():
    return load_counts("Nederland", 2015)


class TestWhole:
    def test_every_buurt_and_inhabitant_is_there(self, rows):
        units = rows.drop_duplicates("unit_code")
        assert len(units) == 12_229
        assert units["denominator"].sum() == 16_877_160
        assert units["unit_code"].str[2:6].nunique() == 393

    def test_secret_units_are_left_out_and_counted(self, rows, country):
        assert len(country.dropped) == 226
        assert sum(one.persons for one in country.dropped) == 3_645
        assert all(0 < one.persons < 50 for one in country.dropped)
        assert country.n_units == 12_229 - 226
        secret = rows[rows["persons"].isna()]
        assert (secret["lower"] == 0).all()
        assert (secret["upper"] >= secret["denominator"]).all()

    def test_no_zero_is_a_plain_zero(self, rows):
        inhabited = rows[(rows["persons"] == 0) & (rows["denominator"] >= 1000)]
        assert len(inhabited) > 9_000
        assert (inhabited["upper"] >= np.floor(0.005 * inhabited["denominator"])).all()

    def test_units_nest_in_wijken_gemeenten_and_safety_regions(self, country):
        assert len(set(country.parts["gemeente"])) == 393
        assert len(set(country.parts["veiligheidsregio"])) == 25
        merged = country.merge("gemeente")
        assert merged.total == country.total
        at = merged.units.index("GM0599")
        assert merged.counts[at].sum() == load_counts("Rotterdam", 2015, source=SOURCE).total

    def test_every_unit_has_a_point_inside_its_shape_and_an_area(self, country):
        drawn = load_boundaries("Nederland", "buurt", 2015).set_index("unit_code")
        here = drawn.loc[list(country.units)]
        around = shapely.buffer(here.geometry.to_numpy(), 1)
        inside = shapely.contains(around, shapely.points(country.points_m))
        assert inside.all()
        assert np.allclose(here.geometry.area, country.areas_m2, atol=0.51)
        # The country is 41,500 square kilometres with its inland water.
        assert 33e9 < drawn.geometry.area.sum() < 42e9


class TestBesideOthers:
    """Kerncijfers of Rotterdam 2015 came through another repository, and give counts."""

    @pytest.fixture
    def both(self, rows):
        theirs = load_rows("cbs-kwb-rotterdam")
        theirs = theirs[(theirs["year"] == 2015) & (theirs["level"] == "buurt")]
        ours = rows[rows["unit_code"].str.startswith("BU0599")]
        key = ["unit_code", "group"]
        return ours.merge(theirs, on=key, suffixes=("", "_counts"), how="outer")

    def test_all_buurten_have_the_same_inhabitants(self, both):
        assert both["unit_code"].nunique() == 92
        assert (both["denominator"] == both["denominator_counts"]).all()

    def test_every_cell_lies_within_the_bounds_of_the_other(self, both):
        known = both.dropna(subset=["persons", "persons_counts"])
        assert len(known) == 91 * 7
        assert (known["lower"] <= known["upper_counts"]).all()
        assert (known["lower_counts"] <= known["upper"]).all()

    def test_rotterdam_of_2014_in_per_cents_is_near_2015_in_counts(self):
        rows = load_rows("cbs-kwb-rotterdam")
        city = rows[rows["level"] == "gemeente"].pivot(
            index="group", columns="year", values="persons"
        )
        assert np.abs(city[2014] / city[2015] - 1).max() < 0.08

    @pytest.mark.parametrize(
        ("year", "inhabitants"), [(2015, 623_652), (2017, 634_660), (2018, 638_712)]
    )
    def test_rotterdam_adds_up_to_its_unrounded_total(self, year, inhabitants):
        rows = load_rows("cbs-kwb-rotterdam")
        city = rows[(rows["level"] == "gemeente") & (rows["year"] == year)]
        assert city["persons"].sum() == inhabitants
        for level in ("buurt", "wijk"):
            units = load_counts("Rotterdam", year, level=level)
            gap = units.group_totals - city["persons"].to_numpy()
            assert np.abs(gap).max() <= 174

    def test_utrecht_adds_up_to_its_unrounded_total(self):
        rows = load_rows("cbs-kwb-utrecht")
        city = rows[rows["level"] == "gemeente"]["persons"].to_numpy()
        assert city.sum() == 367_947
        assert np.abs(load_counts("Utrecht", 2023).group_totals - city).max() <= 64

    def test_the_hague_agrees_with_the_table_made_for_the_panel(self):
        ours = load_counts("Den Haag", 2015, level="gemeente")
        assert ours.source == SOURCE
        assert ours.total + sum(one.persons for one in ours.dropped) == pytest.approx(
            514_580, rel=1e-3
        )


class TestEveryGemeente:
    def test_each_loads_by_its_name_and_by_its_code(self):
        register = catalogue.read_register("regions.toml", catalogue.data_folder())
        assert len(register["gemeente"]) == 393
        total = 0
        for entry in register["gemeente"]:
            table = load_counts(entry["name"], 2015, source=SOURCE)
            assert set(table.parts["gemeente"]) == {entry["code"]}
            assert table.points_m is not None
            total += table.total
            for spelling in entry.get("also", ()):
                assert places.find_place(spelling).codes == (entry["code"],)
        assert total == load_counts("Nederland", 2015).total

    @pytest.mark.parametrize(
        ("spelling", "name"),
        [
            ("den bosch", "'s-Hertogenbosch"),
            ("s hertogenbosch", "'s-Hertogenbosch"),
            ("Sudwest Fryslan", "Súdwest-Fryslân"),
            ("bergen nh", "Bergen (NH.)"),
            ("Bergen (Limburg)", "Bergen (L.)"),
            ("GM0193", "Zwolle"),
            ("De Fryske Marren", "De Friese Meren"),
            ("nuenen", "Nuenen, Gerwen en Nederwetten"),
        ],
    )
    def test_usual_spellings(self, spelling, name):
        assert places.find_place(spelling).name == name

    def test_the_region_has_36_gemeenten_and_figures(self):
        table = load_counts("Metropoolregio Amsterdam", 2015)
        assert len(set(table.parts["gemeente"])) == 36
        assert 2.3e6 < table.total < 2.5e6

    def test_places_have_points_for_nearest_persons(self):
        table = load_counts("Zwolle", 2015)
        for context in (knn(1000), kernel(500)):
            around = in_context(dissimilarity, table, context, "westers").value
            assert 0 < around < dissimilarity(table, "westers").value


class TestMergers:
    REGION = places.find_place("Metropoolregio Amsterdam")

    def test_gemeenten_of_the_region_by_year(self):
        sizes = {year: len(places.codes_in(self.REGION, year)) for year in (2006, 2009, 2015)}
        assert sizes == {2006: 37, 2009: 36, 2015: 36}
        sizes = {year: len(places.codes_in(self.REGION, year)) for year in (2016, 2019, 2022, 2023)}
        assert sizes == {2016: 33, 2019: 32, 2022: 31, 2023: 30}

    def test_a_merged_gemeente_counts_only_where_all_of_it_is_in_the_place(self):
        assert places.codes_in(places.find_place("Bussum"), 2016) == ("GM0381",)
        three = places.find_place(["Bussum", "Muiden", "Naarden"])
        assert places.codes_in(three, 2016) == ("GM1942",)
        assert places.codes_in(places.find_place("Bloemendaal"), 2006) == ("GM0372", "GM0377")

    def test_a_gemeente_that_came_later_is_its_ground_of_2015(self):
        assert places.find_place("Gooise Meren").codes == ("GM0381", "GM0424", "GM0425")
        assert places.gemeente_name("GM1942") == "Gooise Meren"

    def test_every_merger_names_known_gemeenten(self):
        register = catalogue.read_register("regions.toml", catalogue.data_folder())
        codes = {entry["code"] for entry in register["gemeente"]}
        for one in register["merger"]:
            known = one["of"] if one["year"] > places.FROZEN else [one["into"]]
            assert set(known) <= codes


class TestQuick:
    def test_a_gemeente_loads_within_50_ms(self):
        load_counts("Zwolle", 2015)
        took = []
        for name in ("Ede", "Almelo", "Breda", "Delft"):
            start = time.perf_counter()
            load_counts(name, 2015, source=SOURCE)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.05

    def test_the_country_loads_within_half_a_second(self):
        took = []
        for _ in range(3):
            sheets._printed_sheet.cache_clear()
            start = time.perf_counter()
            load_counts("Nederland", 2015)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.5

    def test_all_boundaries_load_within_two_seconds(self):
        took = []
        for _ in range(2):
            boundaries._boundaries.cache_clear()
            start = time.perf_counter()
            assert len(load_boundaries("Nederland", "buurt", 2015)) == 12_229
            took.append(time.perf_counter() - start)
        assert min(took) < 2


def test_data_is_small():
    files = [path for path in catalogue.data_folder().rglob("*") if path.is_file()]
    sizes = pd.Series({path.name: path.stat().st_size for path in files})
    assert sizes.sum() < 15e6
    assert sizes.max() < 2e6
