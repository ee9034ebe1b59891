"""Do figures about areas say what they are, where they come from and in whose words?"""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from seglib.errors import MissingDataError, ParameterError, SourceFormatError, UnknownYearError
from seglib.language import check_wording
from seglib.sources import area_figures, catalogue, holdings, model_estimates, rotterdam
from seglib.sources.load import load_counts

PROFILE = "rotterdam-wijkprofiel"
ESTIMATED = ("rivm-gezondheid", "leefbaarometer-utrecht")


def items(*rows):
    cells = [(item, item, unit, kind, "", "", "") for item, unit, kind in rows]
    return pd.DataFrame(cells, columns=list(area_figures.ITEM_COLUMNS))


TWO = items(("home", "%", "survey"), ("rent", "%", "register"))


def rows(*cells):
    names = (*area_figures.UNIT, "item", "value")
    return area_figures.tidy([dict(zip(names, cell, strict=True)) for cell in cells], TWO, "town")


class TestForm:
    def test_unit_and_kind_come_from_the_item(self):
        table = rows(("buurt", "1", "A", 2016, "home", 40), ("buurt", "1", "A", 2016, "rent", None))
        assert tuple(table.columns) == area_figures.COLUMNS
        assert table["kind"].tolist() == ["survey", "register"]
        assert table["value"].tolist()[0] == 40.0
        assert pd.isna(table["value"].tolist()[1])

    def test_on_disk_a_unit_and_year_is_one_line(self):
        table = rows(
            ("buurt", "10", "B", 2016, "home", 12.5),
            ("buurt", "10", "B", 2016, "rent", None),
            ("buurt", "09", "A", 2014, "home", 40.0),
            ("buurt", "09", "A", 2014, "rent", 7.25),
        )
        assert area_figures.to_wide(table, ["home", "rent"]) == (
            "level,unit_code,unit_name,year,home,rent\nbuurt,09,A,2014,40,7.25\n"
            "buurt,10,B,2016,12.5,\n"
        )

    def test_a_kind_that_is_none_is_refused(self):
        with pytest.raises(ParameterError, match="opinion"):
            area_figures.items_text(items(("home", "%", "opinion")))

    def test_an_item_that_stands_twice_is_refused(self):
        with pytest.raises(ParameterError, match="home"):
            area_figures.items_text(items(("home", "%", "survey"), ("home", "%", "survey")))

    @pytest.mark.parametrize(
        ("city", "fits"), [(20, True), (41, True), (42, False), (9, True), (8, False)]
    )
    def test_a_city_lies_between_its_buurten(self, city, fits):
        table = rows(
            ("buurt", "1", "A", 2016, "home", 10),
            ("buurt", "2", "B", 2016, "home", 40),
            ("gemeente", "3", "C", 2016, "home", city),
        )
        if fits:
            area_figures.check_totals(table, TWO, "a.csv", "gemeente", "buurt", slack=1)
        else:
            with pytest.raises(SourceFormatError, match=r"a\.csv, column 'home': .* from 10 to 40"):
                area_figures.check_totals(table, TWO, "a.csv", "gemeente", "buurt", slack=1)


class TestLoaded:
    def test_the_survey_has_71_buurten_14_areas_and_the_city_in_three_waves(self):
        home = area_figures.load_figures(PROFILE, items="ThuisVoelen_p")
        counted = home.groupby(["year", "level"]).size().unstack()
        assert counted.to_dict("index") == {
            year: {"buurt": 71, "gebied": 14, "gemeente": 1} for year in (2014, 2016, 2018)
        }
        assert home["value"].notna().all()

    def test_the_question_is_about_neighbours_and_stands_with_the_item(self):
        found = area_figures.load_items(PROFILE).set_index("item").loc["ThuisVoelen_p"]
        assert found["label"] == "% bewoners dat zegt zich thuis te voelen bij buurtbewoners"
        assert found["kind"] == "survey"

    @pytest.mark.parametrize(
        ("item", "year", "unit", "published"),
        [
            # Published 12 January 2018: the three indices of the city, and two buurten.
            ("SI", 2018, "5000", 105),
            ("FI", 2018, "5000", 107),
            ("VI", 2018, "5000", 108),
            ("VI", 2016, "21", 80),
            ("VI", 2018, "21", 94),
            ("VI", 2016, "22", 76),
            ("VI", 2018, "22", 92),
            # Published with the first wave: 79 and 76 per cent of the city.
            ("TevredenheidLevenskwaliteit_p", 2014, "5000", 79),
            ("tevreden", 2014, "5000", 76),
        ],
    )
    def test_published_figures_come_back(self, item, year, unit, published):
        table = area_figures.load_figures(PROFILE, year, item).set_index("unit_code")
        assert round(table.loc[unit, "value"]) == published

    def test_social_and_physical_figures_are_of_one_wave_in_each_year(self):
        pair = area_figures.load_figures(PROFILE, items=["overbezetting_p", "p_overbezet"])
        beside = pair.pivot_table(index=["year", "unit_code"], columns="item", values="value")
        gap = (beside["overbezetting_p"] - beside["p_overbezet"]).abs()
        # Two decimals of a percentage; the files of 2014 count a few dwellings differently.
        largest = gap.groupby("year").max().round(2).to_dict()
        assert largest == {2014: 0.38, 2016: 0.0, 2018: 0.0}

    def test_units_of_the_profile_hold_the_inhabitants_that_cbs_counts(self):
        context = area_figures.load_figures("rotterdam-context", 2015)
        ours = context.pivot_table(index="unit_code", columns="item", values="value")
        table = load_counts("Rotterdam", 2015, level="buurt", source="cbs-kwb-rotterdam")
        theirs = pd.DataFrame(table.counts, index=list(table.units), columns=list(table.groups))
        units = rotterdam.load_units().set_index("unit_code")["cbs_2015"]
        assert len(units) == 71
        shared = [unit for unit in units.index if unit not in ("1009", "1010")]
        counted = pd.DataFrame({unit: theirs.loc[list(units[unit])].sum() for unit in shared}).T
        persons = counted.sum(axis=1)
        # Each of seven classes of CBS is a multiple of 5, rounded down: up to 28 persons a buurt.
        slack = persons * 0.005 + 28 * units[shared].map(len)
        assert ((ours.loc[shared, "aantal_inwoners"] - persons).abs() <= slack).all()
        western = counted[["Nederland", "westers"]].sum(axis=1) / persons * 100
        gap = (ours.loc[shared, "niet_westers_allochtoon"] - (100 - western)).abs()
        assert (gap <= 0.3 + 100 * 5 * 4 / persons).all()
        halves = ours.loc[["1009", "1010"], "aantal_inwoners"].sum()
        assert halves / theirs.loc["BU05991289"].sum() == pytest.approx(1, abs=0.01)

    def test_what_is_not_embedded_says_how_to_read_a_file_of_ones_own(self):
        with pytest.raises(MissingDataError, match=r"amsterdam\.read"):
            area_figures.load_figures("amsterdam-bbga", 2017, "LTHUISVOELEN_R")
        questions = area_figures.load_items("amsterdam-bbga").set_index("item")
        assert len(questions) == 792
        assert "Voelt u zich thuis in uw buurt?" in questions.loc["LTHUISVOELEN_R", "about"]

    def test_what_a_reader_changes_stays_with_the_reader(self):
        area_figures.load_figures("rivm-gezondheid").attrs["note"].clear()
        assert area_figures.load_figures("rivm-gezondheid").attrs["note"]["nl"]

    @pytest.mark.parametrize("source", ESTIMATED)
    def test_a_score_of_a_model_says_so_in_every_row(self, source):
        table = area_figures.load_figures(source)
        scores = table[~table["item"].isin(LIVEABILITY_REGISTERS)]
        assert len(scores) > 0
        assert set(scores["kind"]) == {"model estimate"}
        assert "model" in area_figures.figure_source(source).note["en"]

    def test_where_figures_come_from_travels_with_them(self):
        table = area_figures.load_figures("rivm-gezondheid", 2016, "Eenzaam_28")
        assert table.attrs["publisher"] == "RIVM"
        assert table.attrs["route"] == "ImkeDekkers/Buurtvergelijker, commit df3b857"
        assert {"nl", "en"} == set(table.attrs["citation"]) == set(table.attrs["note"])

    def test_an_unknown_source_item_or_year_names_what_there_is(self):
        with pytest.raises(MissingDataError, match="Nearest: rotterdam-wijkprofiel"):
            area_figures.load_figures("rotterdam-wijkprofil")
        with pytest.raises(MissingDataError, match=r"no item 'ThuisVoelen'.*ThuisVoelen_p"):
            area_figures.load_figures(PROFILE, 2016, "ThuisVoelen")
        with pytest.raises(UnknownYearError, match="2014, 2016, 2018"):
            area_figures.load_figures(PROFILE, 2015)

    def test_they_are_never_offered_as_persons_by_group(self):
        keys = {one.key for one in area_figures.figure_sources()}
        assert keys.isdisjoint(one.key for one in catalogue.sources())
        with pytest.raises(MissingDataError):
            load_counts("Rotterdam", 2016, source=PROFILE)

    def test_they_are_listed_and_verified_with_the_others(self):
        listed, verified = "\n".join(holdings.holdings()), list(holdings.verify())
        for one in area_figures.figure_sources():
            assert f"  {one.key}: " in listed
            assert f"{one.key}: intact" in verified
            assert one.checksums

    def test_every_source_is_described_in_both_languages(self):
        for one in area_figures.figure_sources():
            for text in (
                one.licence_seen,
                one.checked_against,
                one.rounding,
                one.citation,
                one.note,
            ):
                assert set(text) == {"nl", "en"}
                assert all(text.values())
                assert [check_wording(told, lang) for lang, told in text.items()] == [[], []]


def correlation(*columns):
    """Pearson's r over the units that have both, and how many these are."""
    pair = pd.concat(columns, axis=1, join="inner").dropna()
    return round(pair.corr().iloc[0, 1], 2), len(pair)


class TestCircular:
    """A model returns what went into it: the figures that the notes of the sources name."""

    def test_loneliness_of_the_model_and_home_of_the_survey_against_origin(self):
        units = rotterdam.load_units().set_index("unit_code")["cbs_2015"]
        single = units[units.map(len) == 1].drop(["1009", "1010"])
        lonely = area_figures.load_figures("rivm-gezondheid", 2016, "Eenzaam_28")
        lonely = lonely.set_index("unit_code")["value"]
        found = single.map(lambda codes: lonely.get(codes[0])).astype(float).dropna()
        column = area_figures.load_figures("rotterdam-context", 2015, "niet_westers_allochtoon")
        column = column.set_index("unit_code")["value"]
        home = area_figures.load_figures(PROFILE, 2016, "ThuisVoelen_p").set_index("unit_code")
        assert correlation(found, column) == (0.85, 62)
        assert correlation(home.loc[found.index, "value"], column) == (-0.65, 62)

    def test_the_liveability_score_against_origin(self):
        score = area_figures.load_figures("leefbaarometer-utrecht", 2020, "leefbarometer_score")
        printed = pd.read_csv(catalogue.data_folder() / "tables" / "cbs-wijkbuurt-2015.csv")
        printed = printed[printed["inhabitants"] >= 200].set_index("unit_code")
        found = correlation(score.set_index("unit_code")["value"], printed["niet-westers"])
        assert found == (-0.61, 564)


LIVEABILITY_REGISTERS = set(
    model_estimates.read_liveability_items().query("kind == 'register'")["item"]
)


class TestModels:
    def test_health_is_read_from_a_workbook_for_one_place(self, tmp_path):
        book = openpyxl.Workbook()
        sheet = book.active
        head = ("ID", "Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Gemeentenaam_1")
        sheet.append([*head, "SoortRegio_2", "Codering_3", "Eenzaam_28"])
        for code, kind, gemeente, value in (
            ("NL01      ", "Land      ", "Nederland ", "    43.4"),
            ("GM0599    ", "Gemeente  ", "Rotterdam ", "    51.4"),
            ("WK059901  ", "Wijk      ", "Rotterdam ", "    52.0"),
            ("BU05990110", "Buurt     ", "Rotterdam ", "       ."),
        ):
            sheet.append([1, 20300, "MW00000", code, "2016JJ00", gemeente, kind, code, value])
        path = tmp_path / "2016_18+.xlsx"
        book.save(path)
        lonely = model_estimates.read_health_items(path)
        assert lonely["kind"].tolist() == ["model estimate"]
        table = model_estimates.read_health(path, None, lonely).set_index("unit_code")
        assert table["level"].tolist() == ["land", "gemeente", "wijk", "buurt"]
        assert table.loc["GM0599", "value"] == 51.4
        assert pd.isna(table.loc["BU05990110", "value"])
        assert set(table["year"]) == {2016}
        with pytest.raises(SourceFormatError, match=r"outside|run from|Correct"):
            model_estimates.read_health(path, "Rotterdam", lonely)

    def test_other_ages_and_the_ends_of_the_margin_are_left_out(self, tmp_path):
        head = ["ID,Leeftijd,Marges,WijkenEnBuurten,Perioden,Gemeentenaam_1,SoortRegio_2"]
        head[0] += ",Codering_3,Eenzaam_28"
        cells = "WK1,2016JJ00,Rotterdam,Wijk,WK059901"
        rows = [
            f"1,20300,MW00000,{cells},52.0",
            f"2,20300,MOG0095,{cells},47.0",
            f"3,53115,MW00000,{cells},60.0",
        ]
        path = tmp_path / "gezondheid.csv"
        path.write_text("\n".join(head + rows))
        lonely = model_estimates.read_health_items(path)
        assert model_estimates.read_health(path, None, lonely)["value"].tolist() == [52.0]

    def test_a_zero_that_may_be_no_figure_is_no_figure(self, tmp_path):
        names = list(model_estimates.read_liveability_items()["item"])
        cells = {name: "0.0" for name in names} | {"leefbarometer_score": "4.22"}
        path = tmp_path / "buurten.csv"
        header = ["", "buurt_code", "gm_naam", "regio", *names]
        row = ["0", "BU03070100", "Amersfoort", "Hof", *(cells[name] for name in names)]
        path.write_text(",".join(header) + "\n" + ",".join(row) + "\n")
        found = model_estimates.read_liveability(path).set_index("item")["value"]
        assert pd.isna(found["gemiddelde_woningwaarde"])
        assert pd.isna(found["koopwoning_percentage"])
        assert found["leefbarometer_sociale_samenhang"] == 0
        assert found["social_economische_score_gemiddeld"] == 0
