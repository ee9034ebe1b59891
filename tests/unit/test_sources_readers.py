"""Do the readers take the publishers' files, and refuse a bad one with file, line, column, cure?"""

from __future__ import annotations

import math

import pandas as pd
import pytest

from seglib.errors import SourceFormatError
from seglib.sources import cbs, cbs_rounding, elan, ois, schema

PANEL_COLUMNS = ["bc_code", "bc_name", "year_BCvars", *ois.COLUMN_OF_GROUP.values()]
COLUMNS_2016 = ["bc_code", "bc_name", "year", "population", *ois.COLUMN_OF_GROUP.values()]
CBS_ORIGIN = "Bevolking.Personen.met.een.migratieachtergrond."
CBS_COLUMNS = [
    "Wijken.en.buurten",
    "Regioaanduiding.Soort.regio..omschrijving.",
    "Regioaanduiding.Codering..code.",
    "Bevolking.Aantal.inwoners..aantal.",
    CBS_ORIGIN + "Niet.westers.Niet.westers.totaal..aantal.",
    CBS_ORIGIN + "Niet.westers.Marokko..aantal.",
    CBS_ORIGIN + "Niet.westers.Turkije..aantal.",
    CBS_ORIGIN + "Niet.westers.Suriname..aantal.",
    CBS_ORIGIN + "Niet.westers.Nederlandse.Antillen.en.Aruba..aantal.",
    CBS_ORIGIN + "Niet.westers.Overig.niet.westers..aantal.",
    CBS_ORIGIN + "Westers.totaal..aantal.",
]
ELAN_COLUMNS = [
    "WKC",
    "GMN",
    "Wijknaam",
    "YEAR",
    "Total_Population",
    elan.NON_WESTERN,
    *elan.COLUMN_OF_GROUP.values(),
]


def written(folder, name, columns, *rows, encoding="utf-8"):
    """A comma-separated file of these rows; without rows only the header."""
    path = folder / name
    lines = [",".join(f'"{cell}"' for cell in row) for row in (columns, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def shares_of(*persons):
    """Percentages with all decimals, in the order of the reader's columns."""
    return [repr(100 * number / sum(persons)) for number in persons]


def panel_file(folder, *rows):
    return written(folder, "panel.csv", PANEL_COLUMNS, *rows)


def by_group(table, column, unit=None):
    rows = table if unit is None else table[table["unit_code"] == unit]
    return dict(zip(rows["group"], rows[column], strict=True))


class TestPanel:
    def test_shares_stay_as_printed_and_persons_stay_empty(self, tmp_path):
        shares = shares_of(1, 2, 3, 4, 5, 6, 2)
        table = ois.read_panel(panel_file(tmp_path, ["A00", "Oud", "2005", *shares]))
        printed = by_group(table, "share")
        moved = [float(printed[group]) * 100 for group in ois.COLUMN_OF_GROUP]
        assert moved == pytest.approx([float(cell) for cell in shares], rel=1e-15)
        assert table["persons"].isna().all()
        assert table["denominator"].tolist() == [23] * 7

    def test_rows_stand_in_the_order_of_the_groups(self, tmp_path):
        table = ois.read_panel(panel_file(tmp_path, ["A00", "Oud", "2005", *shares_of(*[1] * 7)]))
        assert tuple(table["group"]) == schema.GROUPS
        assert tuple(table.columns) == schema.COLUMNS

    @pytest.mark.parametrize("persons", [(1, 1, 1, 1, 1, 1, 3), (4999, 7, 11, 0, 0, 0, 3)])
    def test_the_smallest_denominator_is_what_the_shares_have_in_common(self, persons):
        whole = sum(persons) // math.gcd(*persons)
        assert ois.smallest_denominator(shares_of(*persons)) == whole

    def test_a_year_at_half_of_both_neighbours_is_doubled(self, tmp_path):
        rows = [
            ["M30", "Transvaal", "2009", *shares_of(8000, 1, 2, 3, 4, 5, 985)],
            ["M30", "Transvaal", "2013", *shares_of(8000, 2, 2, 4, 4, 6, 982)],
            ["M30", "Transvaal", "2017", *shares_of(8000, 1, 1, 1, 1, 1, 995)],
        ]
        table = ois.read_panel(panel_file(tmp_path, *rows))
        assert table.groupby("year")["denominator"].first().tolist() == [9000, 9000, 9000]

    def test_a_low_first_year_may_be_growth_and_is_left_alone(self):
        assert ois.whole_factor({2005: 1000, 2009: 5000, 2013: 6000}, 2005) == 1

    def test_a_year_between_growing_ones_is_left_alone(self):
        assert ois.whole_factor({2005: 1000, 2009: 2500, 2013: 6000}, 2009) == 1

    def test_a_year_that_is_low_beside_one_neighbour_only_is_left_alone(self):
        assert ois.whole_factor({2005: 1000, 2009: 900, 2013: 5000}, 2009) == 1

    def test_a_merged_code_is_written_out(self, tmp_path):
        row = ["E13+12", "Spaarndammerbuurt + Houthavens", "2005", *shares_of(*[1] * 7)]
        table = ois.read_panel(panel_file(tmp_path, row))
        assert set(table["unit_code"]) == {"E13+E12"}

    def test_a_unit_without_figures_keeps_empty_cells(self, tmp_path):
        table = ois.read_panel(panel_file(tmp_path, ["M51", "IJburg Zuid", "2005", *["NA"] * 7]))
        assert set(table["share"]) == {""}
        assert table["denominator"].isna().all()

    def test_rounded_shares_are_refused(self, tmp_path):
        row = ["A00", "Oud", "2005", *(f"{float(cell):.5f}" for cell in shares_of(*[1] * 7))]
        with pytest.raises(SourceFormatError, match=r"panel.csv, line 2: .*A00 in 2005"):
            ois.read_panel(panel_file(tmp_path, row))

    def test_a_single_missing_share_is_refused(self, tmp_path):
        row = ["A00", "Oud", "2005", *shares_of(*[1] * 7)]
        row[4] = "NA"
        with pytest.raises(SourceFormatError, match=r"line 2, column 'imm_Mar'.*all seven or none"):
            ois.read_panel(panel_file(tmp_path, row))


class Test2016:
    def test_shares_and_population(self, tmp_path):
        row = ["A00", "Oud", "2016", "1000", "50.1", "9.9", "10", "10", "10", "5", "5"]
        table = ois.read_2016(written(tmp_path, "a.csv", COLUMNS_2016, row))
        assert by_group(table, "share")["Nederland"] == "0.501"
        assert by_group(table, "share")["Marokko"] == "0.099"
        assert set(table["denominator"]) == {1000}

    def test_mac_roman_names_are_read(self, tmp_path):
        row = ["E75", "Chassébuurt", "2016", "1000", "50", "10", "10", "10", "10", "5", "5"]
        path = written(tmp_path, "a.csv", COLUMNS_2016, row, encoding="mac_roman")
        assert set(ois.read_2016(path)["unit_name"]) == {"Chassébuurt"}

    def test_shares_that_do_not_make_a_hundred_are_refused(self, tmp_path):
        row = ["A00", "Oud", "2016", "1000", "50", "10", "10", "10", "10", "5", "2"]
        with pytest.raises(SourceFormatError, match=r"line 2: .*A00 sum to 97 %"):
            ois.read_2016(written(tmp_path, "a.csv", COLUMNS_2016, row))


def cbs_row(code="BU03630000", level="Buurt", inhabitants=100, western=20, dutch_rest=(), **given):
    """One row: non-western 30 of which 10, 5, 5, 5, 5 by group."""
    groups = {"mar": 10, "tur": 5, "sur": 5, "ant": 5, "other": 5, "nonwestern": 30} | given
    return [
        "Kop Zeedijk",
        level,
        code,
        f"  {inhabitants}",
        groups["nonwestern"],
        *(groups[name] for name in ("mar", "tur", "sur", "ant", "other")),
        western,
    ]


def cbs_file(folder, *rows, name="kwb_2017.csv"):
    return written(folder, name, CBS_COLUMNS, *rows)


class TestCbs:
    def test_the_dutch_group_is_what_the_others_leave(self, tmp_path):
        table = cbs.read(cbs_file(tmp_path, cbs_row()))
        assert by_group(table, "persons")["Nederland"] == 50
        assert by_group(table, "lower")["Nederland"] == 50 - 12
        assert by_group(table, "upper")["Nederland"] == 50 + 12

    def test_a_count_is_less_than_one_step_off_and_0_may_be_up_to_4(self, tmp_path):
        table = cbs.read(cbs_file(tmp_path, cbs_row(mar=0, other=15)))
        assert (by_group(table, "lower")["Marokko"], by_group(table, "upper")["Marokko"]) == (0, 4)
        assert by_group(table, "lower")["overig niet-westers"] == 11
        assert by_group(table, "upper")["overig niet-westers"] == 19

    def test_a_difference_below_0_counts_as_0(self, tmp_path):
        table = cbs.read(cbs_file(tmp_path, cbs_row(inhabitants=45, western=20)))
        assert by_group(table, "persons")["Nederland"] == 0
        assert by_group(table, "upper")["Nederland"] == 7

    def test_parents_follow_from_the_code(self, tmp_path):
        rows = [
            cbs_row(),
            cbs_row("WK036300", "Wijk"),
            cbs_row("GM0363", "Gemeente"),
            cbs_row("NL00", "Land"),
        ]
        table = cbs.read(cbs_file(tmp_path, *rows)).drop_duplicates("unit_code")
        parents = dict(zip(table["unit_code"], table["parents"], strict=True))
        assert parents == {
            "BU03630000": "wijk=WK036300;gemeente=GM0363",
            "WK036300": "gemeente=GM0363",
            "GM0363": "",
        }

    def test_a_unit_without_inhabitants_stays_in(self, tmp_path):
        empty = cbs_row(inhabitants=0, western=0, mar=0, tur=0, sur=0, ant=0, other=0, nonwestern=0)
        assert set(cbs.read(cbs_file(tmp_path, empty))["persons"]) == {0}

    @pytest.mark.parametrize("cell", [".", ""])
    def test_without_a_total_a_unit_has_no_persons_and_the_widest_bounds(self, tmp_path, cell):
        table = cbs.read(cbs_file(tmp_path, cbs_row(nonwestern=cell)))
        assert table["persons"].isna().all()
        assert set(table["lower"]) == {0} and set(table["upper"]) == {104}
        assert set(table["denominator"]) == {100}

    def test_a_secret_group_is_what_its_total_leaves(self, tmp_path):
        table = cbs.read(cbs_file(tmp_path, cbs_row(mar=".")))
        assert by_group(table, "persons")["Marokko"] == 30 - 20
        assert by_group(table, "lower")["Marokko"] == 0
        # At most 34 non-westerners, of which the four others are at least 1 each.
        assert by_group(table, "upper")["Marokko"] == 34 - 4

    def test_secret_groups_share_evenly_what_their_total_leaves(self, tmp_path):
        row = cbs_row(mar=".", tur=".", sur=".", ant=".", other=".", nonwestern=8)
        table = cbs.read(cbs_file(tmp_path, row))
        found = by_group(table, "persons")
        assert [found[name] for name in cbs_rounding.PARTS] == [1, 1, 1, 1, 4]
        assert {by_group(table, "upper")[name] for name in cbs_rounding.PARTS} == {12}
        assert found["Nederland"] == 72

    def test_a_group_larger_than_its_unit_is_refused_beyond_rounding(self, tmp_path):
        assert len(cbs.read(cbs_file(tmp_path, cbs_row(inhabitants=30, western=35))))
        with pytest.raises(SourceFormatError, match=r"line 2.*40.*more than the 30 inhabitants"):
            cbs.read(cbs_file(tmp_path, cbs_row(inhabitants=30, western=40)))

    def test_the_year_stands_in_the_name_or_is_given(self, tmp_path):
        assert set(cbs.read(cbs_file(tmp_path, cbs_row(), name="kwb.csv"), 2019)["year"]) == {2019}
        with pytest.raises(SourceFormatError, match="does not tell its year"):
            cbs.read(tmp_path / "kwb.csv")

    def test_an_unknown_kind_of_region_is_refused(self, tmp_path):
        with pytest.raises(SourceFormatError, match=r"'Straat'.*Land, Gemeente, Wijk or Buurt"):
            cbs.read(cbs_file(tmp_path, cbs_row(level="Straat")))


def elan_row(total=1000, dutch=600, western=100, non_western=300, named=(100, 50, 50, 25)):
    """One row with counts as shares; named is Marokko, Turkije, Suriname, Antillen."""
    head = ["WK051801", "'s-Gravenhage", "Wijk 01 Oostduinen", "2009", total]
    return [*head, *(repr(n / total) for n in (non_western, dutch, *named, western))]


def elan_file(folder, *rows):
    return written(folder, "elan.csv", ELAN_COLUMNS, *rows)


class TestElan:
    def test_the_other_non_western_are_what_four_groups_leave(self, tmp_path):
        table = elan.read(elan_file(tmp_path, elan_row()))
        assert float(by_group(table, "share")["overig niet-westers"]) == 0.075
        assert by_group(table, "lower")["overig niet-westers"] == 298 - (102 + 52 + 52 + 27)
        assert by_group(table, "upper")["overig niet-westers"] == 302 - (98 + 48 + 48 + 23)

    @pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 12), (15, 10, 17), (20, 18, 22)])
    def test_what_a_printed_number_may_stand_for(self, tmp_path, count, low, high):
        table = elan.read(elan_file(tmp_path, elan_row(named=(count, 50, 50, 25))))
        assert by_group(table, "lower")["Marokko"] == low
        assert by_group(table, "upper")["Marokko"] == high

    def test_the_name_loses_its_number(self, tmp_path):
        rows = [elan_row(), elan_row()]
        rows[1][:3] = ["WK060301", "Rijswijk", "Wijk 01"]
        names = set(elan.read(elan_file(tmp_path, *rows))["unit_name"])
        assert names == {"Oostduinen", "Rijswijk wijk 01"}

    def test_classes_far_from_the_total_are_refused(self, tmp_path):
        with pytest.raises(SourceFormatError, match=r"line 2: .*WK051801 are 50 persons off"):
            elan.read(elan_file(tmp_path, elan_row(dutch=550)))

    def test_groups_larger_than_their_class_are_refused(self, tmp_path):
        with pytest.raises(SourceFormatError, match="smaller than the four groups"):
            elan.read(elan_file(tmp_path, elan_row(named=(200, 100, 50, 25))))

    def test_a_percentage_where_a_share_is_needed_is_refused(self, tmp_path):
        row = elan_row()
        row[6] = "60"
        with pytest.raises(SourceFormatError, match=r"share of 0 to 1 .*divide it by 100"):
            elan.read(elan_file(tmp_path, row))

    def test_a_rounded_share_is_refused(self, tmp_path):
        row = elan_row()
        row[6] = "0.6012345"
        with pytest.raises(SourceFormatError, match="multiple of 5"):
            elan.read(elan_file(tmp_path, row))

    def test_a_wijk_that_repeats_another_is_found(self, tmp_path):
        rows = [elan_row(), elan_row(), elan_row(dutch=605)]
        for row, code in zip(rows, ("WK051801", "WK051802", "WK051803"), strict=True):
            row[0] = code
        table = elan.read(elan_file(tmp_path, *rows))
        assert elan.find_copies(table) == {"WK051802": "WK051801"}

    def test_wijken_of_the_official_map_are_sums_of_buurten(self):
        figures = {"unit_code": ["BU05180101", "BU05180102", "BU03630000"], "inhabitants": 200.0}
        printed = pd.DataFrame(figures | {group: [10.0, 20.0, 30.0] for group in elan.CBS_2015})
        official = elan.wijken_2015(printed, ("GM0518",))
        assert official.index.tolist() == ["WK051801"]
        assert official.loc["WK051801", ["total", "Marokko"]].tolist() == [400, 20 + 40]


def every_reader(folder):
    """Each reader with a good file of two rows: (read, path, row to spoil, its last column)."""
    year = ["A00", "Oud", "2005", *shares_of(*[1] * 7)]
    wijk = ["A00", "Oud", "2016", "1000", "50", "10", "10", "10", "10", "5", "5"]
    return {
        "panel": (ois.read_panel, PANEL_COLUMNS, year),
        "2016": (ois.read_2016, COLUMNS_2016, wijk),
        "cbs": (lambda path: cbs.read(path, 2017), CBS_COLUMNS, cbs_row()),
        "elan": (elan.read, ELAN_COLUMNS, elan_row()),
    }


@pytest.mark.parametrize("which", ["panel", "2016", "cbs", "elan"])
class TestBadFiles:
    def test_a_good_row_is_read(self, tmp_path, which):
        read, columns, row = every_reader(tmp_path)[which]
        assert len(read(written(tmp_path, "x.csv", columns, row))) == 7

    def test_a_file_that_is_not_there(self, tmp_path, which):
        read, _, _ = every_reader(tmp_path)[which]
        with pytest.raises(SourceFormatError, match=r"no file x.csv .*Check the folder"):
            read(tmp_path / "x.csv")

    def test_an_empty_file(self, tmp_path, which):
        read, _, _ = every_reader(tmp_path)[which]
        (tmp_path / "x.csv").write_bytes(b"")
        with pytest.raises(SourceFormatError, match=r"x.csv is empty. Fetch"):
            read(tmp_path / "x.csv")

    def test_a_header_alone(self, tmp_path, which):
        read, columns, _ = every_reader(tmp_path)[which]
        with pytest.raises(SourceFormatError, match="header but no rows"):
            read(written(tmp_path, "x.csv", columns))

    def test_a_missing_column_names_the_nearest(self, tmp_path, which):
        read, columns, row = every_reader(tmp_path)[which]
        renamed = [*columns[:-1], columns[-1] + "x"]
        with pytest.raises(SourceFormatError, match=r"no column .*nearest is .*x'"):
            read(written(tmp_path, "x.csv", renamed, row))

    def test_a_key_that_comes_twice(self, tmp_path, which):
        read, columns, row = every_reader(tmp_path)[which]
        with pytest.raises(SourceFormatError, match=r"line 3.*same key.*keep one"):
            read(written(tmp_path, "x.csv", columns, row, row))

    @pytest.mark.parametrize(
        ("cell", "told"),
        [
            ("-3", "A figure of 0 or more is needed"),
            ("-99997", "code for a secret or missing figure"),
            ("-99995", "code for a secret or missing figure"),
            ("-99999999", "code for a secret or missing figure"),
            ("veel", "A number with a decimal point is needed"),
            ("1,5", "A number with a decimal point is needed"),
            ("nan", "Leave the cell empty"),
        ],
    )
    def test_a_bad_cell_is_named(self, tmp_path, which, cell, told):
        read, columns, row = every_reader(tmp_path)[which]
        row = [*row[:-1], cell]
        with pytest.raises(SourceFormatError) as caught:
            read(written(tmp_path, "x.csv", columns, row))
        message = str(caught.value)
        assert told in message
        assert f"x.csv, line 2, column {columns[-1]!r}: {cell!r}" in message


def test_fractional_persons_are_refused(tmp_path):
    with pytest.raises(SourceFormatError, match=r"'2.5'. Whole persons are needed"):
        cbs.read(cbs_file(tmp_path, cbs_row(mar="2.5")))


def test_text_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "kwb_2017.csv"
    path.write_bytes("naïef".encode("latin-1"))
    with pytest.raises(SourceFormatError, match=r"not comma-separated text in utf-8"):
        cbs.read(path)


def test_a_table_survives_the_way_to_disk_and_back(tmp_path):
    table = cbs.read(cbs_file(tmp_path, cbs_row(western="."), cbs_row("BU03630001")))
    text = schema.to_text(table)
    back = schema.from_text(text)
    assert back["persons"].isna().sum() == 7
    assert back["persons"].dropna().tolist() == table["persons"].dropna().tolist()
    assert "\r" not in text and text.endswith("\n")


def test_parents_go_into_a_cell_and_out_again():
    parents = {"wijk": "WK036300", "gemeente": "GM0363"}
    assert schema.parents_of(schema.parents_text(**parents)) == parents
    assert schema.parents_of("") == {}
