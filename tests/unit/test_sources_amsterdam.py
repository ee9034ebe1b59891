"""Is the BBGA read in the publisher's form, with its rounding, and the change of codes told?"""

from __future__ import annotations

import pandas as pd
import pytest

from seglib.errors import SourceFormatError
from seglib.sources import amsterdam, area_figures

# Rows as the publisher's own importer is tried with, and one for each level of area.
PRINTED = """\
jaar;gebiedcode15;variabele;waarde
2005;STAD;BEV0_17;140615
2016;STAD;BEV0_17_P;17.8
2017;A;BEV0_17_P;90
2017;DX01;BEV0_17_P;12
2017;A00;LTHUISVOELEN_R;7.5
2017;A00a;LTHUISVOELEN_R;
2022;AE01;BEV0_17;5
2022;GA01;BEV0_17;340
2022;1011;BEV0_17;120
"""


def metadata(folder):
    path = folder / "metadata.csv"
    rows = [
        "Variabele,Label,Definitie,Bron,THEMA,Rekeneenheid,Symbool,format,Definition",
        "BEV0_17,0-17 jaar,Personen,Afd. Basisinformatie / OIS,Bevolking,2,,F8.,x",
        "BEV0_17_P,% 0-17 jaar,Aandeel,Afd. Basisinformatie / OIS,Bevolking,1,%,F5.1,x",
        '"LTHUISVOELEN_R","Buurt: Thuisvoelen (1-10)","Voelt u zich thuis in uw buurt?\n'
        '(1= helemaal niet, 10 = zeer)",Wonen in Amsterdam,Wonen,3,,F5.1,x',
        "BEV_PROG2018,Bevolkingsprognose 2018,Prognose,OIS,Bevolking,2,,F8.,x",
        "BEVGROEI_P,Groei bevolking,Groei,OIS,Bevolking,1,%,F5.1,x",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def items(tmp_path):
    return amsterdam.read_items(metadata(tmp_path))


@pytest.fixture
def printed(tmp_path):
    path = tmp_path / "bbga_latest_and_greatest.csv"
    path.write_text(PRINTED, encoding="utf-8-sig")
    return path


class TestItems:
    def test_the_question_is_kept_as_published(self, items):
        found = items.set_index("item").loc["LTHUISVOELEN_R"]
        assert found["about"] == "Voelt u zich thuis in uw buurt? (1= helemaal niet, 10 = zeer)"
        assert found["label"] == "Buurt: Thuisvoelen (1-10)"

    def test_a_survey_a_register_and_a_projection_are_told_apart(self, items):
        kinds = items.set_index("item")["kind"].to_dict()
        assert kinds["LTHUISVOELEN_R"] == "survey"
        assert kinds["BEV0_17"] == "register"
        assert kinds["BEV_PROG2018"] == "model estimate"

    def test_the_unit_comes_from_symbol_or_calculation_unit(self, items):
        units = items.set_index("item")["unit"].to_dict()
        assert units["BEV0_17"] == "aantal"
        assert units["BEV0_17_P"] == "%"
        assert units["LTHUISVOELEN_R"] == "rapportcijfer"


class TestFile:
    def test_the_publishers_form_is_read(self, printed, items):
        table = amsterdam.read(printed, items=items)
        assert tuple(table.columns) == area_figures.COLUMNS
        city = table[(table["unit_code"] == "STAD") & (table["item"] == "BEV0_17")].iloc[0]
        assert (city["year"], city["value"], city["level"]) == (2005, 140615, "gemeente")

    def test_each_code_names_its_level(self, printed, items):
        table = amsterdam.read(printed, items=items)
        levels = table.set_index("unit_code")["level"].to_dict()
        assert levels == {
            "STAD": "gemeente",
            "A": "stadsdeel",
            "DX01": "gebied",
            "A00": "wijk",
            "A00a": "buurt",
            "AE01": "buurt",
            "GA01": "gebied",
            "1011": "overig",
        }

    def test_an_empty_value_stays_a_row_without_figure(self, printed, items):
        table = amsterdam.read(printed, ["LTHUISVOELEN_R"], items).set_index("unit_code")
        assert table.loc["A00", "value"] == 7.5
        assert pd.isna(table.loc["A00a", "value"])

    def test_the_form_of_the_api_is_read_too(self, tmp_path, items):
        path = tmp_path / "kerncijfers.csv"
        rows = ["id,indicatorDefinitieId,jaar,gebiedcode15,waarde", "1,BEV0_17_P,2017,A00,17.8"]
        path.write_text("\n".join(rows))
        assert amsterdam.read(path, items=items)["value"].tolist() == [17.8]

    def test_a_variable_that_the_metadata_lack_is_named(self, tmp_path, items):
        path = tmp_path / "bbga.csv"
        path.write_text("jaar;gebiedcode15;variabele;waarde\n2017;A00;NIEUW;1\n")
        with pytest.raises(SourceFormatError, match=r"'NIEUW' is not in the metadata"):
            amsterdam.read(path, items=items)

    def test_a_variable_that_the_file_lacks_is_named(self, printed, items):
        with pytest.raises(SourceFormatError, match=r"'BEVGROEI_P' is not in bbga_latest"):
            amsterdam.read(printed, ["BEVGROEI_P"], items)

    def test_growth_may_be_negative(self, tmp_path, items):
        path = tmp_path / "bbga.csv"
        path.write_text("jaar;gebiedcode15;variabele;waarde\n2017;A00;BEVGROEI_P;-1.5\n")
        assert amsterdam.read(path, items=items)["value"].tolist() == [-1.5]


class TestBounds:
    @pytest.mark.parametrize(
        ("item", "value", "lower", "upper"),
        [
            ("BEV0_17", 5, 1, 5),
            ("BEV0_17", 6, 6, 6),
            ("BEV0_17_P", 90, 90, 100),
            ("BEV0_17_P", 17.8, 17.75, 17.85),
            ("LTHUISVOELEN_R", 7.5, 7.45, 7.55),
        ],
    )
    def test_a_printed_figure_tells_a_range(self, items, item, value, lower, upper):
        unit = items.set_index("item").loc[item, "unit"]
        figures = pd.DataFrame({"item": [item], "value": [float(value)], "unit": [unit]})
        ends = amsterdam.bounds(figures, items).iloc[0]
        assert ends.tolist() == pytest.approx([lower, upper], abs=1e-12)

    def test_no_figure_has_no_range(self, items):
        figures = pd.DataFrame({"item": ["BEV0_17"], "value": [float("nan")], "unit": ["aantal"]})
        assert amsterdam.bounds(figures, items).isna().all(axis=None)


class TestCodes:
    COLUMNS = (
        "BUURTCODE_2015,BUURTCODE_CBS_2015,BUURTNAAM_2015,BUURTCODE_2022,"
        "BUURTCODE_CBS_2022,BUURTNAAM_2022,WIJKCODE_2022"
    )

    def path(self, folder, *rows):
        path = folder / "buurten.csv"
        path.write_text("\n".join([self.COLUMNS, *rows]) + "\n", encoding="utf-8")
        return path

    def test_what_became_of_each_buurt_is_told(self, tmp_path):
        path = self.path(
            tmp_path,
            "A00a,BU03630000,Kop Zeedijk,AE01,BU0363AE01,Kop Zeedijk,AE",
            "N66d,BU03636603,Twiske West,NA04,BU0363NA04,Twiske-West,NA",
        )
        old = ["BU03630000", "BU03636603", "BU03630301"]
        new = ["BU0363AE01", "BU0363NA04", "BU0363SA02", "BU0363SB01"]
        table = amsterdam.read_code_changes(path, old, new)
        assert table["change"].tolist() == ["same name", "renamed", "redrawn", "new", "new"]
        redrawn = table[table["change"] == "redrawn"].iloc[0]
        assert (redrawn["buurtcode_cbs_2015"], redrawn["buurtcode_cbs_2022"]) == ("BU03630301", "")

    def test_one_new_buurt_for_two_old_ones_is_refused(self, tmp_path):
        path = self.path(
            tmp_path,
            "A00a,BU03630000,Kop Zeedijk,AE01,BU0363AE01,Kop Zeedijk,AE",
            "A00b,BU03630001,Oude Kerk,AE01,BU0363AE01,Oude Kerk,AE",
        )
        with pytest.raises(SourceFormatError, match=r"line 3, column 'BUURTCODE_CBS_2022'"):
            amsterdam.read_code_changes(path, ["BU03630000"], ["BU0363AE01"])
