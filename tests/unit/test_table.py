"""Does a table hold what it was given, and refuse what cannot be a count?"""

from __future__ import annotations

import pickle
import re

import numpy as np
import pandas as pd
import pytest

from seglib.errors import ParameterError, TableError, UnknownGroupError
from seglib.table import REST, SENTINELS, CountTable, CountTables, Dropped, refuse_other_groups

COUNTS = [[30, 10, 5], [10, 30, 0], [0, 2, 8]]
GROUPS = ("a", "b", "c")
UNITS = ("U1", "U2", "U3")


def table(**meta) -> CountTable:
    meta.setdefault("parts", {"wijk": ("W1", "W1", "W2"), "stad": ("S", "S", "S")})
    return CountTable.from_counts(COUNTS, groups=GROUPS, units=UNITS, **meta)


def refusal(counts, **options) -> str:
    with pytest.raises(TableError) as caught:
        CountTable.from_counts(counts, groups=("a", "b"), units=("U1", "U2"), **options)
    return str(caught.value)


def test_counts_are_read_only_contiguous_whole_numbers():
    counts = table().counts
    assert counts.dtype == np.int64
    assert counts.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        counts[0, 0] = 1


def test_the_table_keeps_no_tie_to_the_array_it_came_from():
    source = np.array([[1, 2], [3, 4]])
    held = CountTable.from_counts(source)
    source[0, 0] = 99
    assert held.counts[0, 0] == 1


def test_sums_and_shares_follow_from_the_cells():
    held = table()
    assert (held.n_units, held.n_groups, held.total) == (3, 3, 95)
    assert held.unit_totals.tolist() == [45, 40, 10]
    assert held.group_totals.tolist() == [40, 42, 13]
    assert held.shares.sum() == pytest.approx(1.0, abs=1e-15)
    assert held.complement("a").tolist() == [15, 30, 10]


def test_an_empty_table_has_shares_of_zero():
    assert CountTable.from_counts([[0, 0]]).shares.tolist() == [0.0, 0.0]


def test_whole_numbers_of_any_dtype_are_taken():
    for kind in (np.int32, np.uint8, np.float32, object):
        assert CountTable.from_counts(np.array([[3, 1]], dtype=kind)).counts.tolist() == [[3, 1]]


def test_units_without_names_are_called_by_their_code():
    assert table().unit_names == UNITS
    assert table(unit_names=("een", "twee", "drie")).unit_names == ("een", "twee", "drie")


def test_a_negative_count_is_refused():
    assert refusal([[3, 1], [2, -4]]) == (
        "Unit 'U2' (row 2), group 'b': persons -4 is negative. "
        "Persons count from 0; mend the source."
    )


@pytest.mark.parametrize("missing", [np.nan, None, np.inf])
def test_p9_a_missing_count_is_refused(missing):
    message = refusal(np.array([[3, missing], [2, 4]], dtype=object))
    assert message.startswith("Unit 'U1' (row 1), group 'b': persons ")
    assert "is missing. Fill it from the source" in message


@pytest.mark.parametrize("mark", SENTINELS)
@pytest.mark.parametrize("kind", [int, float])
def test_p10_a_publishers_mark_for_not_given_is_refused(mark, kind):
    message = refusal(np.array([[3, 1], [mark, 4]], dtype=kind))
    assert message == (
        f"Unit 'U2' (row 2), group 'a': persons {mark} is the publisher's mark for "
        '"not given". Leave the unit out and record it in dropped, or give bounds.'
    )


def test_p12_a_fraction_is_refused_unless_its_rounding_is_declared():
    assert refusal([[3, 1.25], [2, 4]]) == (
        "Unit 'U1' (row 1), group 'b': persons 1.25 is not a whole number. "
        "Give whole persons, or declare the rounding with round_fractions=True."
    )
    declared = CountTable.from_counts([[2.5, 1.25], [3.5, 4]], round_fractions=True)
    assert declared.counts.tolist() == [[2, 1], [4, 4]]


def test_text_is_refused_where_a_number_should_stand():
    message = refusal([["3", "veel"], [2, 4]])
    assert message == (
        "Unit 'U1' (row 1), group 'b': persons veel is not a number. Give persons as numbers."
    )


def test_text_that_is_a_number_counts():
    assert CountTable.from_counts([["3", "1"]]).counts.tolist() == [[3, 1]]


def test_several_wrong_cells_are_counted():
    assert "(3 such cells)" in refusal([[-1, -1], [-1, 4]])


def test_twin_units_and_groups_are_refused():
    with pytest.raises(TableError, match=r"The unit 'U1' comes more than once, at unit 1 and 3\."):
        CountTable.from_counts(COUNTS, units=("U1", "U2", "U1"))
    with pytest.raises(TableError, match=r"The group 'a' comes more than once, at group 1 and 2\."):
        CountTable.from_counts(COUNTS, groups=("a", "a", "c"))


def test_a_group_above_its_units_total_is_refused_beyond_the_declared_rounding():
    assert refusal([[3, 1], [12, 4]], unit_totals=[4, 10]) == (
        "Unit 'U2' (row 2), group 'a': persons 12 is above its unit's total of 10 by more "
        "than the declared 0. Mend one of the two, or declare the rounding as tolerance."
    )
    message = refusal([[3, 1], [2, 4]], unit_totals=[4, np.nan])
    assert message.startswith("Unit 'U2' (row 2), group 'unit total': total nan is missing")
    held = CountTable.from_counts([[3, 1], [12, 4]], unit_totals=[4, 10], tolerance=2.5)
    assert held.total == 20


def test_totals_need_one_number_per_unit():
    message = refusal([[3, 1], [2, 4]], unit_totals=[4])
    assert message.startswith("unit_totals needs one total for each of 2 units, it has shape (1,)")


def test_a_shape_that_is_no_grid_is_refused():
    for shape in ((3,), (0, 2), (2, 0)):
        with pytest.raises(TableError, match="Counts need a row per unit"):
            CountTable.from_counts(np.zeros(shape))


def test_names_need_the_number_of_rows_and_columns():
    with pytest.raises(TableError, match=r"The counts have 3 groups, 2 names came\."):
        CountTable.from_counts(COUNTS, groups=("a", "b"))
    with pytest.raises(TableError, match=r"The counts have 3 units, 1 names came\."):
        CountTable.from_counts(COUNTS, units=["U1"])
    with pytest.raises(TableError, match=r"The counts have 3 units, 2 names came\."):
        table(parts={"wijk": ("W1", "W2")})


def test_bounds_enclose_their_count():
    held = table(lower=np.array(COUNTS) // 2, upper=np.array(COUNTS) + 5)
    assert held.lower is not None
    assert held.upper is not None
    assert held.upper.tolist()[0] == [35, 15, 10]
    assert "lower 4 is above its count of 3" in refusal([[3, 1], [2, 4]], lower=[[4, 1], [2, 4]])
    assert "upper 0 is below its count of 1" in refusal([[3, 1], [2, 4]], upper=[[3, 0], [2, 4]])
    assert "lower needs shape (2, 2)" in refusal([[3, 1], [2, 4]], lower=[[3, 1]])


def test_more_persons_than_a_float_can_count_are_refused():
    with pytest.raises(TableError, match=r"A table holds at most 2\*\*53 persons"):
        CountTable.from_counts([[2**53, 2**10]])


def test_an_unknown_group_names_the_nearest_one():
    with pytest.raises(UnknownGroupError) as caught:
        CountTable.from_counts(
            [[1, 2]], groups=("Marokko", "Turkije"), place="X", year=2017
        ).column("Maroko")
    assert str(caught.value) == (
        "There is no group 'Maroko' in X 2017. Did you mean 'Marokko'? It has Marokko, Turkije."
    )
    with pytest.raises(UnknownGroupError, match=f"There is no group {REST!r} in this table"):
        table().column(REST)


def test_groups_are_selected_in_the_asked_order():
    assert table().select_groups(["c", "a"]).counts.tolist() == [[5, 30], [0, 10], [8, 0]]


def test_units_are_selected_by_code_or_mask_and_the_others_recorded():
    by_code = table().select_units(["U3", "U1"], reason="asylum centre")
    by_mask = table().select_units(np.array([True, False, True]))
    assert by_code.units == by_mask.units == ("U1", "U3")
    assert by_code.parts["wijk"] == ("W1", "W2")
    assert by_code.dropped == (Dropped("U2", "U2", 40, "asylum centre"),)
    assert by_mask.dropped == ()
    with pytest.raises(TableError, match="There is no unit 'U9' among the 3 units"):
        table().select_units(["U9"])


def test_units_merge_into_parts_with_their_bounds():
    held = table(level="buurt", lower=np.zeros((3, 3), int), upper=np.array(COUNTS) + 1)
    merged = held.merge("wijk")
    assert merged.counts.tolist() == [[40, 40, 5], [0, 2, 8]]
    assert (merged.units, merged.level) == (("W1", "W2"), "wijk")
    assert merged.parts == {"stad": ("S", "S")}
    assert merged.upper is not None
    assert merged.upper.tolist() == [[42, 42, 7], [1, 3, 9]]


def test_units_merge_by_a_mapping_and_lose_the_levels_they_straddle():
    merged = table().merge({"U3": "U2"})
    assert merged.units == ("U1", "U2")
    assert merged.counts.tolist() == [[30, 10, 5], [10, 32, 8]]
    assert set(merged.parts) == {"stad"}


def test_an_unknown_level_names_those_there_are():
    with pytest.raises(TableError, match=r"do not nest in a level 'buurt'; known levels: wijk, st"):
        table().merge("buurt")


def test_a_table_scales_by_whole_numbers_only():
    assert table().scaled(3).total == 3 * 95
    for factor in (0, 1.5, -2):
        with pytest.raises(TableError, match="scales by a whole number"):
            table().scaled(factor)


def test_a_frame_gives_back_the_table_it_came_from():
    held = table(lower=np.zeros((3, 3), int), upper=np.array(COUNTS) + 1)
    frame = held.to_frame()
    assert list(frame) == ["unit", "unit_name", "group", "persons", "lower", "upper"]
    again = CountTable.from_frame(
        frame.sample(frac=1, random_state=3).sort_values("unit", kind="stable"),
        unit="unit",
        group="group",
        persons="persons",
        lower="lower",
        upper="upper",
    )
    assert again.select_groups(GROUPS).counts.tolist() == COUNTS
    assert held.to_frame()["lower"].notna().all()
    assert table().to_frame()["lower"].isna().all()


def test_a_frame_with_a_hole_or_a_twin_is_refused():
    frame = table().to_frame()
    names = {"unit": "unit", "group": "group", "persons": "persons"}
    with pytest.raises(TableError, match=r"Unit 'U2' \(row 2\), group 'a': persons nan is missing"):
        CountTable.from_frame(frame.drop(index=3), **names)
    with pytest.raises(TableError, match="Unit 'U1' has group 'a' in more than one row"):
        CountTable.from_frame(pd.concat([frame, frame.head(1)]), **names)
    with pytest.raises(TableError, match="The frame has no column 'people'; it has unit, "):
        CountTable.from_frame(frame, unit="unit", group="group", persons="people")
    blank = frame.assign(unit=[None, *frame["unit"][1:]])
    with pytest.raises(TableError, match="Row 1 of the frame has nothing in column 'unit'"):
        CountTable.from_frame(blank, **names)
    marked = frame.assign(persons=[".", *frame["persons"][1:]])
    with pytest.raises(
        TableError, match=r"Unit 'U1' \(row 1\), group 'a': persons . is not a numb"
    ):
        CountTable.from_frame(marked, **names)
    holes = frame["persons"].where(frame["persons"] != frame["persons"].max())
    for kind in ("float64", "Int64"):
        with pytest.raises(TableError, match=r"persons nan is missing"):
            CountTable.from_frame(frame.assign(persons=holes.astype(kind)), **names)


def test_rows_of_two_lengths_are_refused():
    with pytest.raises(TableError, match="need rows of one length"):
        CountTable.from_counts([[3, 1], [2]])


def test_a_table_keeps_a_unit_and_a_group():
    with pytest.raises(TableError, match="a unit and a group at least, it has 0 and 3"):
        table().select_units([])
    with pytest.raises(TableError, match=r"a unit and a group at least, it has \d and 0"):
        table().select_groups([])
    with pytest.raises(TableError, match=r"Groups come as a list, not 'a'. Write \['a'\]"):
        table().select_groups("a")


def test_several_tables_share_one_array():
    first, last = table(year=2005), table(year=2017).scaled(2)
    tables = CountTables.from_tables({2005: first, 2017: last})
    assert list(tables) == [2005, 2017]
    assert len(tables) == 2
    assert tables.counts.shape == (6, 3)
    assert np.shares_memory(tables[2017].counts, tables.counts)
    assert tables[2017].counts.tolist() == last.counts.tolist()
    assert not tables[2005].counts.flags.writeable
    assert tables.same_ground
    assert tables.to_frame()["key"].tolist() == [2005] * 9 + [2017] * 9
    assert repr(tables) == "CountTables(2005, 2017)"
    with pytest.raises(KeyError, match="There is no table for 2011; the keys are 2005, 2017"):
        tables[2011]


def test_several_tables_need_the_same_groups():
    other = table().select_groups(["a", "b"])
    message = "All tables need the same groups in the same order: 1 has a, b, c, 2 has a, b."
    with pytest.raises(TableError, match=re.escape(message)):
        CountTables.from_tables({1: table(), 2: other})
    with pytest.raises(TableError, match="needs at least one table"):
        CountTables.from_tables({})
    with pytest.raises(TableError, match="Both tables need the same groups"):
        refuse_other_groups(table(), other)


def test_tables_of_other_units_are_not_on_the_same_ground():
    other = table().select_units(["U1", "U2"])
    assert not CountTables.from_tables({1: table(), 2: other}).same_ground


def test_groups_are_chosen_by_a_list_of_names_that_exist():
    years = CountTables.from_tables({2017: CountTable.from_counts([[3, 1]], groups=("a", "b"))})
    assert years.chosen_groups() == ("a", "b")
    assert years.chosen_groups(["b"]) == ("b",)
    with pytest.raises(ParameterError, match=r"groups=\['a'\]"):
        years.chosen_groups("a")
    with pytest.raises(UnknownGroupError, match="'c'"):
        years.chosen_groups(["a", "c"])


def test_a_group_is_large_with_enough_persons_in_enough_units_of_every_year():
    counts = {2015: [[300, 600, 0], [200, 9, 0], [1, 1, 900]], 2017: [[300, 600, 9], [199, 0, 9]]}
    years = {
        year: CountTable.from_counts(rows, groups=("a", "b", "c")) for year, rows in counts.items()
    }
    assert CountTables.from_tables({2015: years[2015]}).large_groups(500, 3) == ("a", "b")
    assert CountTables.from_tables({2015: years[2015]}).large_groups(602, 1) == ("b", "c")
    assert CountTables.from_tables(years).large_groups(499, 2) == ("a",)
    assert CountTables.from_tables(years).large_groups(499, 1) == ("a", "b")
    with pytest.raises(TableError, match="No group has 500 persons in 5 units"):
        CountTables.from_tables(years).large_groups()
    with pytest.raises(TableError, match="No group besides a has 499 persons in 2 units"):
        CountTables.from_tables(years).large_groups(499, 2, beside="a")


def test_totals_and_columns_are_worked_out_once_and_never_pickled():
    city = table()
    fresh = len(pickle.dumps(city))
    assert city.unit_totals is city.unit_totals
    assert (city.unit_totals.tolist(), city.group_totals.tolist()) == ([45, 40, 10], [40, 42, 13])
    assert city.by_group.tolist() == [list(row) for row in zip(*COUNTS, strict=True)]
    for array in (city.unit_totals, city.group_totals, city.by_group, city.column("a")):
        assert not array.flags.writeable
        assert array.flags.c_contiguous
    assert len(pickle.dumps(city)) == fresh
    assert "by group" not in repr(city)
    again = pickle.loads(pickle.dumps(city))
    assert again.by_group.tolist() == city.by_group.tolist()
    assert city.scaled(2).unit_totals.tolist() == [90, 80, 20]
