"""Is the Wijkprofiel read with its own wording, wave by wave, and a copied wave refused?"""

from __future__ import annotations

import pandas as pd
import pytest
import xlwt

from seglib.errors import SourceFormatError
from seglib.sources import area_figures, rotterdam

HEAD = ["naam gebied (voormalig deelgemeente)", "wijknr", "BUURT"]
HOME = "% bewoners dat zegt zich thuis te voelen bij buurtbewoners"
# By sheet: theme, code and wording of each column; the neighbours stand twice, as in the workbook.
SHEETS = {
    "SI": [
        ("1", "SI", "Sociale Index"),
        ("1", "SIs", "Sociale Index subjectief"),
        ("1", "SIo", "Sociale Index objectief"),
        ("1", "Ms", "Meedoen-subjectief"),
        ("Ls", "ThuisVoelen_p", HOME),
        ("Lo", "Burencontact_p", "% bewoners met wekelijkse burencontacten"),
        ("Lo", "overbezetting_p", "% woningen met overbewoning"),
        ("Mo", "Burencontact_p", "% bewoners met wekelijkse burencontacten"),
    ],
    "FI-subj": [
        ("1", "FI", "Fysieke Index"),
        ("1", "FIs", "Fysieke Index -subjectief"),
        ("1", "FIo", "Fysieke Index -objectief"),
        ("1", "Ms", "Milieu subjectief"),
    ],
    "FI-obj": [
        ("1", "FI", "Fysieke Index"),
        ("1", "FIs", "Fysieke Index -subjectief"),
        ("1", "FIo", "Fysieke Index -objectief"),
        ("VGo", "p_overbezet", "% woningen met overbezetting"),
        ("VGo", "gemwoz", "gemiddelde WOZ per m2 woningoppervlakte"),
        ("VGo", "OnderhoudWoning_p", "% tevreden over onderhoud eigen woning"),
        ("Mo", "no2", "gemiddelde NO2-concentratie 2009 irt grenswaarde 40 µg/m3"),
    ],
    "VI": [
        ("1", "VI", "Veiligheidsindex"),
        ("1", "VIs", "Veiligheidsindex -subjectief"),
        ("1", "VIo", "Veiligheidsindex -objectief"),
        ("1", "VIs6", "Veiligheidsbeleving"),
        ("VIs1", "fietsdfs", "Fietsendiefstal komt vaak voor als buurtprobleem"),
        ("VIo1", "mis121norm", "Aantal misdrijven van Diefstal per duizend inwoners"),
    ],
}
CITY_2016 = {"SI": 100.4, "SIs": 104.7, "SIo": 96.1, "FI": 103.8, "FIs": 103.2, "FIo": 104.3}
CITY_2016 |= {"VI": 101.7, "VIs": 98.8, "VIo": 104.7}


def workbook(folder, name, sheets):
    """An old Excel file with these sheets, each a list of rows."""
    book = xlwt.Workbook()
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell != "":
                    sheet.write(at, place, cell)
    path = folder / name
    book.save(str(path))
    return path


@pytest.fixture
def structure(tmp_path):
    """The workbook with the waves of 2014 and 2016: one buurt and the city."""
    sheets: dict[str, list[list]] = {}
    for year in (2014, 2016):
        for title, columns in SHEETS.items():
            themes, codes, labels = zip(*columns, strict=True)
            rows = [["", year, "in hoefijzer = 1"], [HEAD[0], "wijknr", "BUURT85"], ["", "", ""]]
            for row, cells in zip(rows, (themes, codes, labels), strict=True):
                row += [float(cell) if cell == "1" else cell for cell in cells]
            city = [CITY_2016.get(code, 0.5) if year == 2016 else 100.0 for code in codes]
            rows.append(["Charlois", 71.0, "Tarwewijk", *([0.4151535] * len(codes))])
            sheets[f"{title} {year}"] = [*rows, ["Rotterdam", 5000.0, "Rotterdam", *city]]
        if year == 2014:
            sheets["Labels"] = [["x", "y"]]
    return workbook(tmp_path, "structuur.xls", sheets)


@pytest.fixture
def items(structure):
    return rotterdam.read_items(structure)


def csv(folder, name, columns, *rows):
    """A file of the profile: latin-1, ';' and the wording as header."""
    path = folder / name
    labels = [label for _, _, label in columns]
    text = "\r\n".join(";".join(map(str, row)) for row in ([*HEAD, *labels], *rows))
    path.write_bytes((text + "\r\n").encode("latin-1"))
    return path


def social(folder, name, *, city=(100, 100, 100), neighbours=("48%", "48%")):
    first, second = neighbours
    buurt = ["Charlois", 71, "Oud-Mathenesse/é", 70, 65, 74, 48, "42%", first, "2,40%", second]
    gebied = ["Charlois", 4009, "Charlois", 70, 65, 74, 48, "0", "48%", "2,40%", "48%"]
    other = ["Noord", 3011, "Blijdorp", 130, 130, 130, 130, "60%", "70%", "2,40%", "70%"]
    total = ["Rotterdam", 5000, "Rotterdam", *city, 100, "50%", "50%", "2,40%", "50%"]
    return csv(folder, name, SHEETS["SI"], buurt, gebied, other, total)


class TestItems:
    def test_the_wording_is_the_publishers(self, items):
        assert items.set_index("item").loc["ThuisVoelen_p", "label"] == HOME

    @pytest.mark.parametrize(
        ("item", "kind", "unit"),
        [
            ("SI", "survey and register", "index (Rotterdam 2014 = 100)"),
            ("SIs", "survey", "index (Rotterdam 2014 = 100)"),
            ("ThuisVoelen_p", "survey", "%"),
            ("Burencontact_p", "survey", "%"),
            ("overbezetting_p", "register", "%"),
            ("OnderhoudWoning_p", "survey", "%"),
            ("gemwoz", "register", "euro per m2"),
            ("no2", "register", "% van de grenswaarde"),
            ("VIs6", "survey", "index (Rotterdam 2014 = 100)"),
            ("fietsdfs", "survey", "%"),
            ("mis121norm", "register", "per 1.000"),
        ],
    )
    def test_an_item_is_an_answer_or_a_register(self, items, item, kind, unit):
        found = items.set_index("item").loc[item]
        assert (found["kind"], found["unit"]) == (kind, unit)

    def test_one_code_for_two_themes_gets_the_name_of_its_index(self, items):
        found = items.set_index("item")["label"]
        assert found["SI_Ms"] == "Meedoen-subjectief"
        assert found["FI_Ms"] == "Milieu subjectief"

    def test_a_column_that_stands_twice_is_one_item(self, items):
        assert items.set_index("item").loc["Burencontact_p", "place"] == "si:8+si:10"
        assert items.set_index("item").loc["FI", "place"] == "fi_subj:3+fi_obj:3"


class TestFile:
    def test_answers_become_percentages_by_item(self, tmp_path, items):
        table = rotterdam.read(social(tmp_path, "gemeente 2014 si.csv"), items=items)
        home = table[table["item"] == "ThuisVoelen_p"].set_index("unit_code")
        assert home["value"].to_dict() == {"71": 42, "4009": 0, "3011": 60, "5000": 50}
        levels = ["buurt", "gebied", "buurt", "gemeente"]
        assert home["level"].tolist() == levels
        assert home.loc["71", "unit_name"] == "Oud-Mathenesse/é"
        assert set(table["year"]) == {2014}
        assert tuple(table.columns) == area_figures.COLUMNS

    def test_a_decimal_comma_is_read(self, tmp_path, items):
        table = rotterdam.read(social(tmp_path, "gemeente 2014 si.csv"), items=items)
        assert set(table.loc[table["item"] == "overbezetting_p", "value"]) == {2.4}

    def test_a_column_that_stands_twice_counts_once(self, tmp_path, items):
        table = rotterdam.read(social(tmp_path, "gemeente 2014 si.csv"), items=items)
        assert len(table[table["item"] == "Burencontact_p"]) == 4

    def test_a_column_that_says_two_things_is_refused(self, tmp_path, items):
        path = social(tmp_path, "gemeente 2014 si.csv", neighbours=("48%", "49%"))
        with pytest.raises(SourceFormatError, match=r"Burencontact_p.*stands twice.*other figures"):
            rotterdam.read(path, items=items)

    def test_a_copy_of_another_wave_is_refused_by_its_content(self, tmp_path, items):
        path = social(tmp_path, "gemeente 2016 si.csv", city=(105, 112, 98))
        with pytest.raises(SourceFormatError, match=r"2016 si.csv is the wave of 2018 and not of"):
            rotterdam.read(path, items=items)

    def test_the_same_content_is_read_under_its_own_year(self, tmp_path, items):
        path = social(tmp_path, "gemeente 2018 si.csv", city=(105, 112, 98))
        assert set(rotterdam.read(path, items=items)["year"]) == {2018}

    def test_a_wave_that_nobody_knows_is_refused(self, tmp_path, items):
        path = social(tmp_path, "gemeente 2016 si.csv", city=(77, 77, 77))
        with pytest.raises(SourceFormatError, match="of no wave that is known here"):
            rotterdam.read(path, items=items)

    def test_columns_in_another_order_are_refused(self, tmp_path, items):
        columns = list(SHEETS["SI"])
        columns[3], columns[4] = columns[4], columns[3]
        row = ["Rotterdam", 5000, "Rotterdam", 100, 100, 100, "50%", 100, "5%", "2%", "5%"]
        path = csv(tmp_path, "gemeente 2014 si.csv", columns, row)
        with pytest.raises(SourceFormatError, match=r"from column 7 on.*in their order"):
            rotterdam.read(path, items=items)

    def test_a_percentage_without_its_sign_is_refused(self, tmp_path, items):
        path = social(tmp_path, "gemeente 2014 si.csv", neighbours=("48", "48"))
        with pytest.raises(SourceFormatError, match=r"line 2, column .*'48'.*unit '%'"):
            rotterdam.read(path, items=items)

    def test_a_name_without_year_needs_one(self, tmp_path, items):
        path = social(tmp_path, "profiel.csv")
        with pytest.raises(SourceFormatError, match="does not tell its year and instrument"):
            rotterdam.read(path, items=items)
        assert set(rotterdam.read(path, 2014, "si", items)["year"]) == {2014}


class TestWorkbook:
    def test_fractions_become_percentages_to_two_decimals(self, structure, items):
        table = rotterdam.read_workbook_wave(structure, 2016, items)
        tarwewijk = table[table["unit_code"] == "71"].set_index("item")["value"]
        assert tarwewijk["ThuisVoelen_p"] == 41.52
        assert tarwewijk["SI"] == 0.42
        assert tarwewijk["no2"] == 41.52

    def test_both_waves_are_told_apart_by_the_city(self, structure, items):
        assert set(rotterdam.read_workbook_wave(structure, 2014, items)["year"]) == {2014}
        swapped = items.assign(place=items["place"].replace({"si:4": "si:5", "si:5": "si:4"}))
        with pytest.raises(SourceFormatError, match=r"\[100, 96, 105\]"):
            rotterdam.read_workbook_wave(structure, 2016, swapped)


def overcrowded(gap):
    """Ten units, of which three have a gap between the social and the physical file."""
    rows = []
    for unit in range(10):
        rows.append((2016, str(unit), "overbezetting_p", 10.0))
        rows.append((2016, str(unit), "p_overbezet", 10.0 + (gap if unit < 3 else 0)))
    return pd.DataFrame(rows, columns=["year", "unit_code", "item", "value"])


def test_rounding_apart_is_one_wave():
    rotterdam.check_same_wave(overcrowded(0.5))


def test_social_and_physical_files_of_two_waves_are_refused():
    with pytest.raises(SourceFormatError, match=r"2016 differ .* 3 of 10 units .* different waves"):
        rotterdam.check_same_wave(overcrowded(3))


class TestContext:
    def path(self, folder, *, city=3000):
        """The context workbook: every share is a half but for those that a test looks at."""
        labels = rotterdam.context_items()["label"].tolist()
        header = ["wijknr", "BUURT85", "Gebied", *labels, "dominante kleur", "hoogste %"]
        rows = [["1-1-2015"] * len(header), header]
        for code, name, persons, owned, red in (
            (71.0, "Tarwewijk", 1000.0, 0.809, 0.6),
            (72.0, "Carnisse", 2000.0, 0.2, "x"),
            (4009.0, "Charlois", 3000.0, 0.4, 0.5),
            (5000.0, "Rotterdam", float(city), 0.4, 0.5),
        ):
            cells = dict.fromkeys(labels, 0.5)
            cells |= {"Aantal inwoners": persons, "koop": owned, "Rood": red, "wijktype": 2.0}
            rows.append([code, name, "gebied", *cells.values(), "Rood", 0.6])
        return workbook(folder, "context.xls", {"x": [*rows, [""] * len(header)]})

    def test_shares_become_percentages_and_x_is_missing(self, tmp_path):
        table = rotterdam.read_context(self.path(tmp_path)).set_index(["unit_code", "item"])
        value = table["value"]
        assert value["71", "koop"] == 80.9
        assert value["71", "aantal_inwoners"] == 1000
        assert value["71", "wijktype"] == 2
        assert pd.isna(value["72", "rood"])

    def test_what_a_column_is_about_stands_in_its_heading(self):
        items = rotterdam.context_items().set_index("item")
        assert items.loc["koop", "about"] == "Eigendom 1-1-2015"
        assert items.loc["rood", "kind"] == "survey"
        assert items.loc["koop", "kind"] == "register"

    def test_buurten_that_do_not_add_up_to_the_city_are_refused(self, tmp_path):
        with pytest.raises(SourceFormatError, match=r"'Aantal inwoners': the buurten hold 3000"):
            rotterdam.read_context(self.path(tmp_path, city=4000))


def test_codes_of_cbs_stand_by_unit_and_known_gaps_are_filled(tmp_path):
    path = tmp_path / "codes.csv"
    rows = [
        "BU05990110,10,Stadsdriehoek",
        "BU05990118,3003,Nieuwe Werk",
        "BU05990119,3003,Dijkzigt",
    ]
    rows.append("BU05990117,17,Kop van Zuid")  # its number before the wijken were renumbered
    path.write_text("cbs_buurtnummer,wijknummer,buurtnaam\n" + "\n".join(rows))
    units = rotterdam.read_units(path)
    assert units["10"] == ("BU05990110",)
    assert units["3003"] == ("BU05990118", "BU05990119")
    assert units["17"] == ("BU05991017",)
    assert units["1009"] == units["1010"] == ("BU05991289",)
