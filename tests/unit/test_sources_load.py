"""Does a place and a year give the right table, and a wrong one the right sentence?"""

from __future__ import annotations

import shutil
import time

import numpy as np
import pandas as pd
import pytest

from seglib.errors import (
    DataDamagedError,
    MissingDataError,
    ParameterError,
    SourceTieError,
    TableError,
    UnknownGroupError,
    UnknownPlaceError,
    UnknownYearError,
)
from seglib.sources import catalogue, places, schema
from seglib.sources.boundaries import load_boundaries
from seglib.sources.load import available, load_comparison, load_counts, load_rows, load_series

THE_HAGUE = (
    "Den Haag",
    "den haag",
    " Den  Haag ",
    "'s-Gravenhage",
    "’s-Gravenhage",
    "s Gravenhage",
    "The Hague",
    "GM0518",
    "gm0518",
)


@pytest.fixture
def city_only(copied):
    """The data folder without the source that has every gemeente."""
    register = copied / "sources.toml"
    head, *entries = register.read_text(encoding="utf-8").split("[[source]]")
    kept = [entry for entry in entries if 'key = "cbs-wijkbuurt-2015"' not in entry]
    register.write_text("[[source]]".join([head, *kept]), encoding="utf-8")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the data folder that a test may damage."""
    folder = tmp_path / "data"
    shutil.copytree(catalogue.data_folder(), folder)
    monkeypatch.setenv("SEGLIB_DATA", str(folder))
    return folder


class TestPlaces:
    @pytest.mark.parametrize("name", THE_HAGUE)
    def test_the_hague_goes_by_many_names(self, name):
        assert places.find_place(name) == places.Place("Den Haag", ("GM0518",))

    def test_a_list_is_one_place_with_each_gemeente_once(self):
        place = places.find_place(["Rijswijk", "Den Haag", "GM0603"])
        assert (place.name, place.codes) == ("Rijswijk, Den Haag", ("GM0518", "GM0603"))

    def test_a_list_of_one_is_that_one(self):
        assert places.find_place(["Amsterdam"]).name == "Amsterdam"

    def test_an_unknown_name_gets_the_nearest(self):
        with pytest.raises(UnknownPlaceError, match=r"'Amsterdm'. Nearest: Amsterdam"):
            places.find_place("Amsterdm")

    def test_a_name_like_no_other_gets_none(self):
        with pytest.raises(UnknownPlaceError, match=r"called 'Xyzzy'. Use the name or code"):
            places.find_place("Xyzzy")

    @pytest.mark.parametrize("name", ["", "東京", None, 363, [363]])
    def test_a_name_without_letters_is_unknown(self, name):
        with pytest.raises(UnknownPlaceError):
            places.find_place(name)

    def test_an_empty_list_is_unknown(self):
        with pytest.raises(UnknownPlaceError, match="list of places is empty"):
            places.find_place([])

    def test_the_regions_are_frozen_lists(self):
        region = {one.name: one for one in places.regions()}["Metropoolregio Amsterdam"]
        assert len(region.codes) == 36
        merged_since = {"GM0478", "GM0381", "GM0424", "GM0425", "GM0393", "GM0370", "GM0457"}
        assert merged_since <= set(region.codes)

    def test_a_gemeente_without_a_name_here_keeps_its_code(self):
        assert places.gemeente_name("GM0363") == "Amsterdam"
        assert places.gemeente_name("GM9999") == "GM9999"


class TestCounts:
    def test_preference_decides_where_two_sources_have_the_year(self):
        table = load_counts("Amsterdam", 2017)
        assert (table.source, table.level) == ("cbs-kwb-amsterdam", "wijk")
        assert load_counts("Amsterdam", 2017, source="ois-amsterdam-panel").n_units == 83

    def test_the_table_says_where_it_comes_from(self):
        table = load_counts("amsterdam", 2019, level="buurt")
        assert (table.place, table.year, table.level) == ("Amsterdam", 2019, "buurt")
        assert table.classification == "herkomst-tot-2022"
        assert table.groups == schema.GROUPS
        assert table.n_units == 479
        assert len(set(table.parts["wijk"])) == 99
        assert set(table.parts["gemeente"]) == {"GM0363"}

    def test_empty_level_and_source_mean_what_there_is(self):
        table = load_counts("Amsterdam", 2017, level="", source="")
        assert (table.source, table.level) == ("cbs-kwb-amsterdam", "wijk")

    def test_units_without_inhabitants_stay_in(self):
        table = load_counts("Amsterdam", 2017)
        assert table.unit_totals[table.units.index("WK036350")] == 0

    def test_bounds_hold_the_count(self):
        for where in ("Amsterdam", "Den Haag en buurgemeenten"):
            for row in available(where).itertuples():
                for year in row.years:
                    table = load_counts(where, year, level=row.level, source=row.source)
                    if row.source == "ois-amsterdam-panel":
                        assert table.lower is None and table.upper is None
                    else:
                        assert (table.lower <= table.counts).all()
                        assert (table.counts <= table.upper).all()

    def test_persons_of_shares_are_computed_when_loading(self):
        rows = load_rows("ois-amsterdam-2016")
        assert rows["persons"].isna().all() and rows["lower"].isna().all()
        table = load_counts("Amsterdam", 2016)
        first = rows[rows["unit_code"] == table.units[0]]
        expected = np.round(first["share"] * first["denominator"])
        assert table.counts[0].tolist() == expected.tolist()

    def test_rounding_of_a_share_leaves_half_a_step_of_the_population(self):
        table = load_counts("Amsterdam", 2016)
        row = table.units.index("A00")
        at = table.group_index("Nederland")
        assert table.lower[row, at] == np.ceil((0.553 - 0.0005) * 4290)
        assert table.upper[row, at] == np.floor((0.553 + 0.0005) * 4290)

    def test_a_unit_without_figures_is_dropped_with_the_reason(self):
        table = load_counts("Amsterdam", 2005)
        assert [(one.unit, one.persons) for one in table.dropped] == [("M51", None)]
        assert "no figures" in table.dropped[0].reason

    def test_a_copied_unit_is_dropped_so_that_nobody_counts_twice(self):
        table = load_counts("Den Haag", 2015, source="elan-den-haag")
        assert table.n_units == 42
        dropped = {one.unit: one for one in table.dropped}
        assert set(dropped) == {"WK051801", "WK051835"}
        assert dropped["WK051835"].persons > 20_000
        assert "repeats the figures of WK051836" in dropped["WK051835"].reason

    def test_a_year_that_is_not_there_lists_those_that_are(self):
        with pytest.raises(UnknownYearError, match=r"2018. There are for 2005, .*2017, 2019"):
            load_counts("Amsterdam", 2018)

    @pytest.mark.parametrize("year", ["2017", 2017.0, None, True])
    def test_a_year_is_a_whole_number(self, year):
        with pytest.raises(ParameterError, match=f"A year is a whole number, not {year!r}"):
            load_counts("Amsterdam", year)
        with pytest.raises(ParameterError, match="A year is a whole number"):
            load_series("Amsterdam", [year])
        assert load_counts("Amsterdam", np.int64(2017)).year == 2017

    @pytest.mark.parametrize("years", ["2017", 2017])
    def test_years_are_a_list(self, years):
        with pytest.raises(ParameterError, match=f"years is a list of years, not {years!r}"):
            load_series("Amsterdam", years)

    def test_what_was_asked_beside_the_place_is_repeated(self):
        told = "no figures of Amsterdam by 'buurt' for 2016. There are for 2015, 2017, 2019"
        with pytest.raises(UnknownYearError, match=told):
            load_counts("Amsterdam", 2016, level="buurt")
        told = "no figures of Amsterdam by 'wijk' in ois-amsterdam-panel"
        with pytest.raises(MissingDataError, match=told):
            load_series("Amsterdam", level="wijk", source="ois-amsterdam-panel")

    def test_a_misspelt_group_gets_the_nearest(self):
        with pytest.raises(UnknownGroupError, match=r"'Maroko' .*Did you mean 'Marokko'"):
            load_series("Amsterdam", groups=["Maroko"])
        with pytest.raises(TableError, match="Groups come as a list, not 'Marokko'"):
            load_series("Amsterdam", groups="Marokko")

    def test_a_region_has_figures_of_the_year_of_the_national_map(self):
        with pytest.raises(UnknownYearError, match=r"Amsterdam for 2016. There are for 2015"):
            load_counts("Metropoolregio Amsterdam", 2016)
        table = load_counts("Metropoolregio Amsterdam", 2015)
        assert len(set(table.parts["gemeente"])) == 36

    @pytest.mark.usefixtures("city_only")
    def test_a_region_without_figures_says_so(self):
        told = r"no figures of Metropoolregio Amsterdam for 35 of its 36 gemeenten"
        with pytest.raises(MissingDataError, match=told):
            load_counts("Metropoolregio Amsterdam", 2016)

    @pytest.mark.usefixtures("city_only")
    def test_a_known_gemeente_without_figures_says_so(self):
        with pytest.raises(MissingDataError, match=r"no figures of Zaanstad. Take a place"):
            load_counts("Zaanstad", 2017)

    @pytest.mark.usefixtures("city_only")
    def test_places_of_two_sources_are_never_mixed(self):
        with pytest.raises(MissingDataError, match="sources are never mixed"):
            load_counts(["Amsterdam", "Den Haag"], 2017)

    def test_a_source_without_the_place_says_so(self):
        with pytest.raises(MissingDataError, match="cbs-kwb-amsterdam has no figures of Den Haag"):
            load_counts("Den Haag", 2017, source="cbs-kwb-amsterdam")

    def test_an_unknown_level_lists_the_known(self):
        with pytest.raises(MissingDataError, match=r"by 'straat'. There are by buurt, "):
            load_counts("Amsterdam", 2017, level="straat")

    def test_an_unknown_source_lists_the_known(self):
        with pytest.raises(MissingDataError, match=r"no source 'cbs'. Sources are: cbs-kwb"):
            load_counts("Amsterdam", 2017, source="cbs")
        with pytest.raises(MissingDataError, match="Did you mean 'ois-amsterdam-panel'"):
            load_counts("Amsterdam", 2017, source="ois-amsterdam-panl")

    def test_two_sources_outside_the_preference_list_tie(self, copied):
        register = copied / "sources.toml"
        text = register.read_text(encoding="utf-8")
        start = text.index("preference = [")
        end = text.index("]", start) + 1
        listed = 'preference = ["ois-amsterdam-2016", "elan-den-haag"]'
        register.write_text(text[:start] + listed + text[end:], encoding="utf-8")
        told = "cbs-kwb-amsterdam and ois-amsterdam-panel both have figures of Amsterdam for 2017"
        with pytest.raises(SourceTieError, match=told):
            load_counts("Amsterdam", 2017)
        assert load_counts("Amsterdam", 2019).source == "cbs-kwb-amsterdam"

    def test_a_second_call_takes_under_50_ms(self):
        took = []
        for _ in range(4):
            start = time.perf_counter()
            load_counts("Amsterdam", 2017, level="buurt")
            took.append(time.perf_counter() - start)
        assert min(took) < 0.05

    def test_a_source_that_names_a_place_without_figures_says_so(self, copied):
        register = copied / "sources.toml"
        text = register.read_text(encoding="utf-8")
        changed = text.replace('gemeenten = ["GM0363"]', 'gemeenten = ["GM0363", "GM0362"]')
        register.write_text(changed, encoding="utf-8")
        with pytest.raises(MissingDataError, match="names Amstelveen for 2017 but has no unit"):
            load_counts("Amstelveen", 2017)

    def test_a_loaded_table_cannot_change_what_the_next_one_gets(self):
        first = load_counts("Amsterdam", 2017)
        with pytest.raises(ValueError, match="read-only"):
            first.counts[0, 0] = 0
        rows = load_rows("cbs-kwb-amsterdam")
        rows["persons"] = 0
        assert load_counts("Amsterdam", 2017).total == first.total


class TestSeries:
    def test_the_source_with_most_years_is_taken(self):
        assert list(load_series("Amsterdam")) == [2005, 2009, 2013, 2017]
        assert list(load_series("Den Haag")) == list(range(2009, 2023))

    def test_asked_years_decide_the_source(self):
        series = load_series("Amsterdam", [2019, 2017])
        assert list(series) == [2017, 2019]
        assert series[2017].source == "cbs-kwb-amsterdam"

    def test_years_that_no_one_source_has_are_refused(self):
        told = r"No one source has .* for 2005, 2009, 2019, .*ois-amsterdam-panel has 2005, "
        with pytest.raises(UnknownYearError, match=told):
            load_series("Amsterdam", [2005, 2009, 2019])
        with pytest.raises(UnknownYearError, match=r"No one source has .* Amsterdam for 2008"):
            load_series("Amsterdam", [2008])

    def test_all_years_stand_on_the_same_ground(self):
        series = load_series("Amsterdam")
        assert series.same_ground
        assert series[2005].n_units == 82
        dropped = {year: table.dropped for year, table in series.items()}
        assert [one.persons for one in dropped[2005]] == [None]
        assert [one.persons for one in dropped[2017]] == [7666]
        assert all(one.unit == "M51" for some in dropped.values() for one in some)

    def test_years_with_every_unit_keep_every_unit(self):
        assert load_series("Amsterdam", [2009, 2017])[2009].n_units == 83

    def test_chosen_groups_alone_are_kept(self):
        series = load_series("Amsterdam", groups=["Marokko", "Nederland"])
        assert series.groups == ("Marokko", "Nederland")

    def test_a_level_is_kept(self):
        series = load_series("Amsterdam", level="buurt")
        assert list(series) == [2017, 2019] and series[2017].n_units == 479

    def test_a_region_is_its_gemeenten_together(self):
        series = load_series("Den Haag en buurgemeenten", [2009, 2022])
        assert series.same_ground and series[2009].n_units == 70
        assert set(series[2009].parts["gemeente"]) == {"GM0518", "GM0603", "GM0629", "GM1916"}


class TestIntact:
    def test_every_file_is_what_its_checksum_promises(self):
        folder = catalogue.data_folder()
        files = [
            path.relative_to(folder).as_posix()
            for kind in ("tables", "boundaries")
            for path in folder.glob(f"{kind}/*")
        ]
        assert set(files) == set(catalogue.read_register("checksums.toml", folder)["sha256"])
        for file in files:
            assert catalogue.read_verified(file)

    def test_a_damaged_table_names_the_file_and_the_cure(self, copied):
        table = copied / "tables" / "cbs-kwb-amsterdam.csv"
        table.write_bytes(table.read_bytes().replace(b",545,", b",546,", 1))
        with pytest.raises(DataDamagedError, match=r"cbs-kwb-amsterdam.csv is damaged.*Restore it"):
            load_counts("Amsterdam", 2017)
        assert load_counts("Amsterdam", 2016).n_units == 98

    def test_a_damaged_boundary_names_the_file(self, copied):
        shapes = copied / "boundaries" / "cbs-kwb-amsterdam.wijk.geojson"
        shapes.write_bytes(shapes.read_bytes()[:-20])
        with pytest.raises(DataDamagedError, match=r"cbs-kwb-amsterdam.wijk.geojson is damaged"):
            load_boundaries("Amsterdam", "wijk")

    def test_other_line_ends_are_no_damage(self, copied):
        table = copied / "tables" / "ois-amsterdam-2016.csv"
        table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
        assert load_counts("Amsterdam", 2016).n_units == 98

    def test_a_file_without_a_promise_is_refused(self, copied):
        (copied / "tables" / "extra.csv").write_text("a\n")
        with pytest.raises(DataDamagedError, match="none is promised"):
            catalogue.read_verified("tables/extra.csv")

    def test_a_missing_file_is_told(self, copied):
        (copied / "tables" / "ois-amsterdam-2016.csv").unlink()
        with pytest.raises(MissingDataError, match=r"no tables/ois-amsterdam-2016.csv"):
            load_counts("Amsterdam", 2016)

    @pytest.mark.parametrize("file", ["sources.toml", "checksums.toml"])
    def test_a_missing_register_is_told(self, copied, file):
        (copied / file).unlink()
        with pytest.raises(MissingDataError, match=file):
            load_counts("Amsterdam", 2016)


class TestCatalogue:
    def test_sources_stand_in_the_order_of_preference(self):
        assert tuple(one.key for one in catalogue.sources()) == catalogue.preference()

    def test_each_source_says_all_that_a_report_prints(self):
        for one in catalogue.sources():
            texts = (one.licence_seen, one.checked_against, one.rounding, one.citation, one.note)
            for text in texts:
                assert set(text) == {"nl", "en"} and all(text.values())
            assert one.publisher and one.licence and one.address.startswith("https://")
            assert one.commit in one.route
            assert one.geography_in("nl") != one.geography_in("en")
            assert one.levels[0] == one.default_level
            assert one.table_file in one.checksums
            assert set(one.boundaries) == set(one.levels)

    def test_each_table_holds_what_its_entry_says(self):
        for one in catalogue.sources():
            rows = load_rows(one.key)
            assert set(rows["source"]) == {one.key}
            assert set(rows["classification"]) == {one.classification}
            assert set(rows["year"]) == set(one.years)
            added_up = {"wijk", "gemeente"} if one.key == "cbs-wijkbuurt-2015" else set()
            assert set(one.levels) - added_up <= set(rows["level"])
            found = {schema.parents_of(cell).get("gemeente") for cell in rows["parents"]}
            assert found - {None} == set(one.gemeenten)

    def test_each_table_is_whole_and_sorted(self):
        for one in catalogue.sources():
            rows = load_rows(one.key)
            assert tuple(rows.columns) == schema.COLUMNS
            groups = schema.groups_of(one.classification)
            order = pd.Series(range(len(groups)), index=groups)
            keys = rows.assign(order=rows["group"].map(order))[
                ["level", "year", "unit_code", "order"]
            ]
            assert keys.equals(keys.sort_values(list(keys), kind="stable"))
            assert not keys.duplicated().any()
            sizes = rows.groupby(["level", "year", "unit_code"]).size()
            assert (sizes == len(groups)).all()

    def test_a_published_share_never_stands_beside_a_number_of_persons(self):
        for one in catalogue.sources():
            rows = load_rows(one.key)
            empty = rows["persons"] if one.kind == "shares" else rows["share"]
            assert empty.isna().all()

    def test_one_source_is_secondary_and_has_a_comparison(self):
        secondary = [one.key for one in catalogue.sources() if one.secondary]
        assert secondary == ["elan-den-haag"]
        assert len(load_comparison("elan-den-haag")) == 73 + 4
        with pytest.raises(MissingDataError, match="no comparison table of cbs-kwb-amsterdam"):
            load_comparison("cbs-kwb-amsterdam")

    def test_what_is_available_stands_per_source_and_level(self):
        found = available("GM0363")
        assert found[["source", "level"]].to_numpy().tolist() == [
            ["cbs-kwb-amsterdam", "wijk"],
            ["cbs-kwb-amsterdam", "buurt"],
            ["ois-amsterdam-2016", "wijk"],
            ["ois-amsterdam-panel", "buurtcombinatie"],
            ["cbs-wijkbuurt-2015", "buurt"],
            ["cbs-wijkbuurt-2015", "wijk"],
            ["cbs-wijkbuurt-2015", "gemeente"],
        ]
        assert set(available("Metropoolregio Amsterdam")["source"]) == {"cbs-wijkbuurt-2015"}

    def test_the_data_folder_lies_in_the_package_or_beside_it(self, monkeypatch, tmp_path):
        monkeypatch.delenv("SEGLIB_DATA", raising=False)
        assert (catalogue.data_folder() / "sources.toml").is_file()
        package = tmp_path / "seglib"
        (package / "data").mkdir(parents=True)
        monkeypatch.setattr(catalogue, "__file__", str(package / "sources" / "catalogue.py"))
        monkeypatch.setattr(catalogue, "_shipped", catalogue._shipped.__wrapped__)  # remembers
        assert catalogue.data_folder() == package / "data"
