"""Are the files of CBS read in each form, and does each printed figure keep what it leaves open?"""

from __future__ import annotations

import csv

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from seglib.errors import SourceFormatError
from seglib.sources import cbs, cbs_rounding, schema
from seglib.sources.workbook import read_workbook

PARTS = cbs_rounding.PARTS
# By area: inhabitants, western, non-western, and the five parts of that.
WHOLE_PERCENTS = {
    "GM0034": (175_000, 10, 28, 4, 1, 13, 2, 8),
    "WK003401": (1_000, 10, 30, 10, 5, 5, 5, 5),
    "BU00340101": (600, 10, 0, 0, 0, 0, 0, 0),
    "BU00340102": (400, 9, 30, 10, 5, 5, 5, 5),
    "BU00340103": (25, 0, 0, 0, 0, 0, 0, 0),
}
LEVELS = {"GM": "Gemeente", "WK": "Wijk", "BU": "Buurt"}


def old_rows(figures, *, header_at=0):
    """Rows as in an old workbook: code and name have no fixed name, codes are numbers."""
    names = ["p_w_al", "p_n_w_al", "p_marokko", "p_turkije", "p_surinam", "p_ant_aru", "p_over_nw"]
    rows = [[""] * 11] * header_at
    rows.append(["Regioaanduiding", "GWB", "Omschrijving", "Aantal inwoners", *names])
    rows.append(["Land", 0, "Nederland", 16_334_210, *["."] * 7])
    for code, cells in figures.items():
        rows.append([LEVELS[code[:2]], int(code[2:]), f"area {code}", *cells])
    return rows


def xls(path, rows):
    book = xlwt.Workbook()
    sheet = book.add_sheet("kwb")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell)
    book.save(str(path))
    return path


def xlsx(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, rows in enumerate(sheets):
        sheet = book.create_sheet(f"s{at}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


class TestOldWorkbooks:
    def test_an_xls_of_2006_under_its_own_name(self, tmp_path):
        path = xls(tmp_path / "kwb-2006-versie-2011-08-16.xls", old_rows(WHOLE_PERCENTS))
        printed = cbs.read_printed(path).set_index("unit_code")
        assert set(printed["year"]) == {2006} and set(printed["measure"]) == {"percent"}
        assert set(printed.index) == set(WHOLE_PERCENTS)
        columns = ["inhabitants", "westers", "niet-westers", *PARTS]
        order = ["Marokko", "Turkije", "Suriname", "Antillen", "overig niet-westers"]
        assert order == list(PARTS)
        assert tuple(printed.loc["WK003401", columns]) == WHOLE_PERCENTS["WK003401"]
        assert printed.loc["BU00340102", "unit_name"] == "area BU00340102"

    def test_tidy_rows_carry_bounds_and_parents(self, tmp_path):
        path = xls(tmp_path / "kwb-2006-versie-2011-08-16.xls", old_rows(WHOLE_PERCENTS))
        rows = cbs.read(path, source="kwb").set_index(["unit_code", "group"])
        morocco = rows.loc["BU00340102", "Marokko"]
        # 9.5 % of 396 is 37.62; 10.5 % of 404 is 42.42.
        assert (morocco["lower"], morocco["persons"], morocco["upper"]) == (38, 40, 42)
        assert morocco["parents"] == "wijk=WK003401;gemeente=GM0034"
        assert morocco["source"] == "kwb" and morocco["share"] == ""

    def test_the_header_may_stand_lower_before_2003(self, tmp_path):
        rows = [row[1:] + row[:1] for row in old_rows(WHOLE_PERCENTS, header_at=2)]
        printed = cbs.read_printed(xls(tmp_path / "kwb-1999.xls", rows))
        assert "BU00340101" in set(printed["unit_code"]) and len(printed) == 5

    def test_the_first_sheet_with_a_header_counts(self, tmp_path):
        notes = [["Toelichting"], ["Zie de bijlage"]]
        path = xlsx(tmp_path / "kwb-2012.xlsx", notes, old_rows(WHOLE_PERCENTS))
        assert len(cbs.read_printed(path)) == 5

    def test_content_counts_and_not_the_ending(self, tmp_path):
        path = xlsx(tmp_path / "a.xlsx", old_rows(WHOLE_PERCENTS))
        assert read_workbook(path.rename(tmp_path / "a.xls"))[0][1][3] == "16334210"

    def test_a_web_page_under_that_name_is_refused(self, tmp_path):
        (tmp_path / "kwb-2012.xls").write_text("<html>Not found</html>")
        with pytest.raises(SourceFormatError, match=r"kwb-2012.xls is no Excel workbook"):
            cbs.read(tmp_path / "kwb-2012.xls")
        (tmp_path / "kwb-2011.xls").write_bytes(b"")
        with pytest.raises(SourceFormatError, match=r"kwb-2011.xls is empty"):
            cbs.read(tmp_path / "kwb-2011.xls")
        with pytest.raises(SourceFormatError, match=r"no file kwb-2010.xls"):
            cbs.read(tmp_path / "kwb-2010.xls")


NEW_HEAD = ["gwb_code_10", "gwb_code_8", "regio", "gm_naam", "recs", "gwb_code", "ind_wbi"]


class TestNewWorkbooks:
    COUNTS = ("a_inw", "a_w_all", "a_nw_all", "a_marok", "a_antaru", "a_suri", "a_tur", "a_ov_nw ")

    def row(self, code, *figures):
        name = f"area {code}"
        return [code, code[2:], name, "Almere", LEVELS[code[:2]], code, 1, *figures, "26,4", "  ."]

    def test_counts_with_a_space_behind_a_name(self, tmp_path):
        head = [*NEW_HEAD, *self.COUNTS, "g_hhgro", "g_gas"]
        row = self.row("BU00340101", 1000, 100, 300, 100, 60, 50, 40, 50)
        rows = cbs.read(xlsx(tmp_path / "kwb-2019.xlsx", [head, row])).set_index("group")
        assert rows["persons"].to_dict() == {
            "Nederland": 600,
            "Marokko": 100,
            "Turkije": 40,
            "Suriname": 50,
            "Antillen": 60,
            "overig niet-westers": 50,
            "westers": 100,
        }
        assert (rows.loc["Nederland", "lower"], rows.loc["Marokko", "upper"]) == (588, 104)

    def test_the_classes_of_2022_are_another_classification(self, tmp_path):
        head = [*NEW_HEAD, "a_inw", "a_nl_all", "a_eur_al", "a_neu_al", "g_hhgro", "g_gas"]
        path = xlsx(tmp_path / "kwb-2023.xlsx", [head, self.row("BU00340101", 100, 60, 15, 25)])
        rows = cbs.read(path)
        assert rows["group"].tolist() == ["Nederland", "Europa", "buiten Europa"]
        assert set(rows["classification"]) == {"herkomst-vanaf-2022"}
        assert rows["lower"].tolist() == [56, 11, 21]

    def test_parts_that_do_not_make_their_total_are_refused(self, tmp_path):
        head = [*NEW_HEAD, *self.COUNTS, "g_hhgro", "g_gas"]
        good = self.row("BU00340101", 1000, 100, 324, 100, 60, 50, 40, 50)
        assert len(cbs.read(xlsx(tmp_path / "kwb-2019.xlsx", [head, good]))) == 7
        bad = self.row("BU00340101", 1000, 100, 325, 100, 60, 50, 40, 50)
        with pytest.raises(
            SourceFormatError, match=r"line 2: the classes of BU00340101 do not add"
        ):
            cbs.read(xlsx(tmp_path / "kwb-2019.xlsx", [head, bad]))


class TestStatLine:
    NAMES = ("", "||Gemeentenaam", "Soort regio", "Codering", "Jaar", "||Aantal inwoners")
    GROUPS = (
        *("|||Westers totaal", "||||Niet-westers totaal", "|||Marokko"),
        *("|||Nederlandse Antillen en Aruba", "|||Suriname", "|||Turkije"),
        *("|||Overig niet-westers", "||Gemiddelde huishoudensgrootte"),
    )

    def file(self, path, unit, *rows):
        units = ["Wijken en buurten", "naam", "omschrijving", "code", "", "aantal", *[unit] * 7, ""]
        wide = len(units)
        lines = [
            ["Kerncijfers"] + [""] * (wide - 1),
            [""] * wide,
            ["", "Onderwerp"] + [""] * (wide - 2),
        ]
        lines += [[*self.NAMES, *self.GROUPS], units, *rows]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(lines)
        return path

    def test_percentages_with_a_point_for_what_is_secret(self, tmp_path):
        known = ["Cool", "Rotterdam", "Buurt", "BU05990112", "2014", "4860", 18, 34, 6, 2, 7, 4, 15]
        secret = ["Haven", "Rotterdam", "Buurt", "BU05990113", "2014", "15", *["."] * 7]
        empty = ["Wei", "Rotterdam", "Buurt", "BU05990114", "2014", "0", *["."] * 7]
        path = self.file(
            tmp_path / "a_2014.csv", "%", *([*r, "1,6"] for r in (known, secret, empty))
        )
        rows = cbs.read(path).set_index(["unit_code", "group"])
        assert rows.loc["BU05990112", "persons"]["Turkije"] == round(0.04 * 4860)
        assert rows.loc["BU05990113", "persons"].isna().all()
        assert set(rows.loc["BU05990113", "upper"]) == {15 + 4}
        assert set(rows.loc["BU05990114", "persons"]) == {0}

    def test_counts_under_the_same_names(self, tmp_path):
        row = [
            "Cool",
            "R",
            "Buurt",
            "BU05990112",
            "2015",
            "5075",
            895,
            1785,
            285,
            130,
            365,
            200,
            800,
        ]
        rows = cbs.read(self.file(tmp_path / "a_2015.csv", "aantal", [*row, "1,5"]))
        assert rows["persons"].tolist() == [5075 - 895 - 1785, 285, 200, 365, 130, 800, 895]

    def test_a_class_that_comes_again_by_place_of_birth_is_no_total(self, tmp_path):
        head = [*self.NAMES, "||Nederland", "||Europa (exclusief Nederland)", "||Buiten Europa"]
        head += ["|||Nederland", "|||Europa (exclusief Nederland)"]
        units = ["Wijken en buurten", "naam", "omschrijving", "code", "", *["aantal"] * 6]
        row = ["Cool", "R", "Buurt", "BU05990112", "2023", "100", 60, 15, 25, 55, 4]
        with (tmp_path / "a_2023.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([["Kerncijfers"], head, units, row])
        found = cbs.read_printed(tmp_path / "a_2023.csv")
        assert found[["Nederland", "Europa", "buiten Europa"]].to_numpy().tolist() == [[60, 15, 25]]

    def test_an_export_of_an_old_year_goes_by_its_names(self, tmp_path):
        row = ["Cool", "R", "Buurt", "BU05990112", "2010", "5075", 18, 34, 6, 2, 7, 4, 15, "1,5"]
        found = cbs.read_printed(self.file(tmp_path / "a_2010.csv", "%", row))
        assert found[["unit_code", "unit_name"]].to_numpy().tolist() == [["BU05990112", "Cool"]]

    def test_a_line_that_is_cut_off_is_named(self, tmp_path):
        path = self.file(tmp_path / "a_2015.csv", "aantal", ["Cool", "R", "Buurt"])
        with pytest.raises(SourceFormatError, match=r"line 6: it has 3 cells under 14 columns"):
            cbs.read(path)

    def test_an_error_page_saved_as_csv_is_refused(self, tmp_path):
        (tmp_path / "a_2015.csv").write_text("<!DOCTYPE html><html></html>")
        with pytest.raises(SourceFormatError, match=r"a_2015.csv is a web page"):
            cbs.read(tmp_path / "a_2015.csv")


def test_odata_tells_the_measure_by_its_unit():
    keys = {"WestersTotaal_17": 18, "NietWestersTotaal_18": 34, "Marokko_19": 6, "Suriname_21": 7}
    keys |= {"NederlandseAntillenEnAruba_20": 2, "Turkije_22": 4, "OverigNietWesters_23": None}
    area = {"WijkenEnBuurten": "Cool", "Gemeentenaam_1": "R  ", "SoortRegio_2": "Buurt     "}
    record = area | {"Codering_3": "BU05990112", "AantalInwoners_5": 4860} | keys
    units = [{"Key": key, "Unit": "%"} for key in keys]
    units += [{"Key": "AantalInwoners_5", "Unit": "aantal"}, {"Key": "Codering_3", "Unit": None}]
    printed = cbs.from_odata([record], units, 2014)
    assert printed["measure"].tolist() == ["percent"]
    assert printed.loc[0, ["inhabitants", "Marokko"]].tolist() == [4860, 6]
    assert np.isnan(printed.loc[0, "overig niet-westers"])
    counts = [one | {"Unit": (one["Unit"] or "").replace("%", "aantal")} for one in units]
    assert cbs.from_odata([record], counts, 2015)["measure"].tolist() == ["persons"]


def test_odata_of_2023_takes_the_totals_in_front_of_the_places_of_birth():
    counts = {"Nederland_17": 60, "EuropaExclusiefNederland_18": 15, "BuitenEuropa_19": 25}
    counts |= {"Nederland_20": 60, "EuropaExclusiefNederland_21": 5, "BuitenEuropa_22": 9}
    area = {"WijkenEnBuurten": "Cool", "SoortRegio_2": "Buurt", "Codering_3": "BU05990112"}
    units = [{"Key": key, "Unit": "aantal"} for key in (*counts, "AantalInwoners_5")]
    printed = cbs.from_odata([area | {"AantalInwoners_5": 100} | counts], units, 2023)
    assert printed.loc[0, ["Nederland", "Europa", "buiten Europa"]].tolist() == [60, 15, 25]


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("kwb-2003-versie-2011-08-16.xls", 2003),
        ("kwb-2010-versie-2013-12.xls", 2010),
        ("kerncijfers-wijken-en-buurten-2014.xls", 2014),
        ("kwb-2023.xlsx", 2023),
        ("buurt_2006_gn2.shp", 2006),
    ],
)
def test_the_year_of_a_file_is_that_of_its_figures(tmp_path, name, year):
    assert cbs.year_of(tmp_path / name) == year


def one_unit(measure, inhabitants, *figures, year=2015):
    names = ("westers", "niet-westers", *PARTS)
    given_ = dict(zip(names, map(float, figures), strict=True))
    row = {"unit_code": "BU00340101", "year": year, "measure": measure}
    row |= {"inhabitants": float(inhabitants)} | given_
    return pd.DataFrame([row])


class TestWhatAZeroMeans:
    def test_it_is_a_share_under_half_a_per_cent(self):
        found = cbs_rounding.cells(one_unit("percent", 2000, 0, 0, *[0] * 5), 50)
        # 0.5 % of 2004 is 10.02, and exactly half a per cent would be printed as 1.
        assert found["upper"][0, 1:].tolist() == [10] * 6
        assert found["persons"][0].tolist() == [2000, 0, 0, 0, 0, 0, 0]
        assert found["lower"][0, 0] == 1996 - 20

    def test_under_the_threshold_a_unit_of_zeros_is_secret_and_not_dutch(self):
        found = cbs_rounding.cells(one_unit("percent", 45, *[0] * 7), 50)
        assert np.isnan(found["persons"]).all()
        assert found["lower"].tolist() == [[0] * 7] and found["upper"].tolist() == [[49] * 7]
        assert cbs_rounding.cells(one_unit("percent", 50, *[0] * 7), 50)["persons"][0, 0] == 50
        assert cbs_rounding.cells(one_unit("percent", 45, 4, *[0] * 6), 50)["persons"][0, 0] == 43

    def test_a_zero_among_counts_is_up_to_four(self):
        found = cbs_rounding.cells(one_unit("persons", 100, 20, 30, 0, 10, 10, 10, 0), 50)
        assert (found["persons"][0, 1], found["lower"][0, 1], found["upper"][0, 1]) == (0, 0, 4)

    def test_until_2003_counts_were_rounded_to_five_before_they_became_percentages(self):
        found = cbs_rounding.cells(one_unit("percent", 100, 5, *[0] * 6, year=2003), 50)
        # 3 to 7 persons become 5, which is 5 %.
        assert found["lower"][0, -1] <= 3 and found["upper"][0, -1] >= 7
        assert cbs_rounding.cells(one_unit("percent", 100, 5, *[0] * 6), 50)["lower"][0, -1] == 5

    def test_an_empty_unit_is_known_to_be_empty(self):
        found = cbs_rounding.cells(one_unit("percent", 0, *["nan"] * 7), 50)
        assert found["persons"].tolist() == [[0] * 7]

    def test_without_inhabitants_nothing_is_known(self):
        found = cbs_rounding.cells(one_unit("percent", "nan", *[5] * 7), 50)
        assert all(np.isnan(cell).all() for cell in found.values())


@given(
    people=st.lists(st.integers(0, 3000), min_size=7, max_size=7),
    shift=st.integers(0, 4),
    secret=st.sets(st.integers(0, 4)),
)
def test_the_truth_lies_within_the_bounds_of_its_percentages(people, shift, secret):
    """A world is made, printed as CBS prints it, and read back."""
    dutch, western, *parts = people
    total = sum(people)
    printed_total = max(total - total % 5 if shift < 3 else 5 * round(total / 5), 0)
    if not total or not printed_total:
        return
    share = [int(100 * n / total + 0.5) for n in (western, sum(parts), *parts)]
    cells = [*share[:2], *(np.nan if k in secret else share[2 + k] for k in range(5))]
    found = cbs_rounding.cells(one_unit("percent", printed_total, *cells), 50)
    if printed_total < 50 and not any(share):
        assert np.isnan(found["persons"]).all()
    else:
        assert (found["lower"] <= found["persons"]).all()
        assert (found["persons"] <= found["upper"]).all()
    truth = [dutch, *parts, western]
    assert (found["lower"][0] <= truth).all() and (truth <= found["upper"][0]).all()


@given(people=st.lists(st.integers(0, 500), min_size=7, max_size=7))
def test_the_truth_lies_within_the_bounds_of_its_counts(people):
    dutch, western, *parts = people
    five = [5 * round(n / 5) for n in (western, sum(parts), *parts)]
    found = cbs_rounding.cells(one_unit("persons", 5 * (sum(people) // 5), *five), 50)
    truth = [dutch, *parts, western]
    assert (found["lower"][0] <= truth).all() and (truth <= found["upper"][0]).all()


def test_the_one_form_is_checked_by_its_keys_and_bounds(tmp_path):
    path = xls(tmp_path / "kwb-2006-versie-2011-08-16.xls", old_rows(WHOLE_PERCENTS))
    rows = cbs.read(path, source="kwb")
    assert schema.checked(rows) is not None
    for bad in (
        pd.concat([rows, rows.iloc[:1]], ignore_index=True),
        rows.assign(lower=rows["upper"] + 1),
        rows.assign(group="Mars"),
    ):
        with pytest.raises(SourceFormatError, match="table of kwb is not in the one form"):
            schema.checked(bad)
