"""Do two years stand on the same ground, exactly, and is nothing spliced across the wall?"""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib import CountTable
from seglib.errors import (
    MissingDataError,
    SourceFormatError,
    TableError,
    UnknownGroupError,
    UnknownYearError,
)
from seglib.sources import harmonise, ois_changes
from seglib.sources.harmonise import common_ground, supersets
from seglib.sources.load import load_counts, load_series

CODES = st.sampled_from("ABCDEF")


def table(year, **units):
    return CountTable.from_counts(
        list(units.values()), groups=("a", "b"), units=list(units), year=year
    )


@given(st.lists(st.tuples(CODES, CODES), max_size=12))
def test_supersets_are_the_smallest_that_no_pair_leaves(pairs):
    found = supersets(pairs)
    for old, new in pairs:
        assert sum(old in before and new in after for before, after in found) == 1
    # Smallest: from one code of a set, pairs lead to every other code of it.
    for before, after in found:
        reached = {(0, before[0])}
        for _ in range(12):
            for old, new in pairs:
                if {(0, old), (1, new)} & reached:
                    reached |= {(0, old), (1, new)}
        assert reached == {(0, code) for code in before} | {(1, code) for code in after}


class TestCommonGround:
    OLD = table(2005, A=[8, 2], B=[1, 9], C=[5, 5], X=[3, 3])
    NEW = table(2017, C=[6, 4], D=[9, 9], E=[2, 8], Y=[1, 1])

    def test_a_split_and_a_merger_become_one_unit_each(self):
        found = common_ground(self.OLD, self.NEW, [("A", "D"), ("B", "D"), ("B", "E")])
        assert found.tables.same_ground
        assert found.tables[2005].units == ("C", "D+E")
        assert found.tables[2005].counts.tolist() == [[5, 5], [9, 11]]
        assert found.tables[2017].counts.tolist() == [[6, 4], [11, 17]]
        what = found.merged.set_index("unit")["what"].to_dict()
        assert what == {"C": "same", "D+E": "merged", "X": "before only", "Y": "after only"}

    def test_what_one_year_alone_has_is_dropped_and_counted(self):
        found = common_ground(self.OLD, self.NEW, [("A", "D"), ("B", "E")])
        assert [(one.unit, one.persons) for one in found.tables[2005].dropped] == [("X", 6)]
        assert [(one.unit, one.persons) for one in found.tables[2017].dropped] == [("Y", 2)]
        assert found.merged.set_index("unit").loc["D", "what"] == "renamed"

    @given(st.sets(st.tuples(st.sampled_from("ABCX"), st.sampled_from("CDEY"))))
    def test_persons_are_conserved(self, changes):
        found = common_ground(self.OLD, self.NEW, changes)
        for year, whole in ((2005, self.OLD), (2017, self.NEW)):
            kept = found.tables[year]
            assert kept.total + sum(one.persons for one in kept.dropped) == whole.total
        assert found.merged["persons_before"].sum() == self.OLD.total
        assert found.merged["persons_after"].sum() == self.NEW.total
        assert found.tables.same_ground

    def test_the_difference_it_makes_to_d_is_told(self):
        found = common_ground(self.OLD, self.NEW, [("A", "D"), ("B", "D"), ("B", "E")])
        row = found.differences.set_index("group").loc["a"]
        # Before: 17 of a in 8, 1, 5, 3 and 19 of b in 2, 9, 5, 3.
        own = 0.5 * sum(abs(a / 17 - b / 19) for a, b in ((8, 2), (1, 9), (5, 5), (3, 3)))
        common = 0.5 * sum(abs(a / 14 - b / 16) for a, b in ((5, 5), (9, 11)))
        assert row["before"] == pytest.approx(own)
        assert row["before_common"] == pytest.approx(common)

    def test_bounds_are_added_up_too(self):
        bounded = CountTable.from_counts(
            [[5, 5], [6, 6]], units="AB", lower=[[3, 4], [5, 6]], upper=[[7, 8], [9, 9]], year=2005
        )
        after = CountTable.from_counts([[1, 2]], units="D", year=2017)
        found = common_ground(bounded, after, [("A", "D"), ("B", "D")])
        assert found.tables[2005].lower.tolist() == [[8, 10]]
        assert found.tables[2005].upper.tolist() == [[16, 17]]

    def test_no_common_ground_is_refused(self):
        with pytest.raises(TableError, match="2005 and 2017 have no unit in common"):
            common_ground(table(2005, A=[1, 1]), table(2017, B=[1, 1]))


class TestTheWall:
    def test_nothing_is_put_together_across_it(self):
        old, new = load_counts("Utrecht", 2015), load_counts("Utrecht", 2023)
        assert (old.classification, new.classification) == (
            "herkomst-tot-2022",
            "herkomst-vanaf-2022",
        )
        with pytest.raises(TableError, match=r"2015 has origin by .* No bridge between them"):
            common_ground(old, new)

    def test_a_series_across_it_is_refused_with_the_reason(self):
        with pytest.raises(UnknownYearError, match=r"sources are never mixed.* No bridge"):
            load_series("Utrecht", [2015, 2023])

    def test_groups_of_the_other_side_are_refused_with_the_reason(self):
        with pytest.raises(UnknownGroupError, match=r"no group 'Marokko' in Utrecht 2023.*bridge"):
            load_series("Utrecht", [2023], groups=["Marokko"])
        with pytest.raises(UnknownGroupError, match=r"no group 'Europa' in Utrecht 2015.*bridge"):
            load_series("Utrecht", [2015], groups=["Europa"])


class TestAmsterdam:
    def test_the_merge_report_of_2005_to_2017(self):
        series = load_series("Amsterdam", [2005, 2017])
        found = common_ground(
            series[2005], series[2017], harmonise.load_changes("ois-amsterdam-panel")
        )
        merged = found.merged[found.merged["what"] == "merged"]
        assert set(merged["unit"]) == {
            "A01+A02+A03",
            "A08+A09",
            "E37+E36+F76+F75+B10+F11",
            "F84+F88",
            "K52+K59+K90+K91",
            "N68+N69+N74+N73",
        }
        assert found.tables[2005].n_units == 72
        assert found.tables[2005].total == series[2005].total
        # D on fewer units is never above D on more, for adding up can only hide differences.
        rows = found.differences
        assert (rows["before_common"] <= rows["before"] + 1e-12).all()
        assert (rows["after_common"] <= rows["after"] + 1e-12).all()

    def test_a_source_without_a_list_says_so(self):
        with pytest.raises(MissingDataError, match="no list of changes of ois-amsterdam-2016"):
            harmonise.load_changes("ois-amsterdam-2016")


HEAD = ["stadsdeel", "brtk2005", "brtk2010", "brtk2015", "naam (buurtindeling 2015)", "wijziging"]


def workbook(path, *rows, head=HEAD):
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


class TestChangesOfAmsterdam:
    def test_a_new_code_is_tied_by_name_by_code_or_by_former_name(self, tmp_path):
        rows = [
            ["E", "J40a", "E40a", "E40a", "Same", ""],
            ["A", "A01i", "A01i", "", "Reguliersbuurt", ""],
            ["A", "", "", "A03f", "Reguliersbuurt", ""],
            ["A", "C05e", "A05e", "", "Planciusbuurt", ""],
            ["A", "", "", "A06f", "Noord", "noordelijk deel A05e"],
            ["N", "N68g", "N68g", "", "De Weeren", ""],
            ["N", "", "", "N73j", "Strook", "naam was de Weeren"],
        ]
        assert ois_changes.read(workbook(tmp_path / "a.xlsx", *rows)) == [
            ("A01", "A03"),
            ("C05", "A06"),
            ("J40", "E40"),
            ("N68", "N73"),
        ]

    def test_a_code_that_nothing_ties_is_refused(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx", ["A", "", "", "A03f", "Nieuw", ""])
        with pytest.raises(SourceFormatError, match="line 2: nothing ties A03f"):
            ois_changes.read(path)

    def test_another_workbook_is_refused(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx", ["A"] * 6, head=["x"] * 6)
        with pytest.raises(SourceFormatError, match="needs the columns stadsdeel"):
            ois_changes.read(path)
