"""Does what is shown together give no small number away, however it is subtracted?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import CountTable
from seglib.disclosure import protected_counts, round_to
from seglib.disclosure.subtraction import TOTAL
from seglib.errors import DisclosureError, ParameterError, TableError


def could_be(shown: float) -> range:
    """The true numbers that a reader thinks possible behind one printed number."""
    if np.isnan(shown):
        return range(0, 10_000)
    return range(max(10, int(shown) - 2), int(shown) + 3)


def possible(frame, largest=14):
    """What each cell of two units and two groups can be, given a sheet: by brute force.

    Cells that are shown are tried over their rounding, hidden ones up to ``largest``.
    """
    grid = np.asarray(frame, dtype=float)
    cells = [
        could_be(value) if not np.isnan(value) else range(largest + 1)
        for value in grid[:2, :2].ravel()
    ]
    a, b, c, d = np.meshgrid(*map(np.array, cells), indexing="ij", sparse=True)
    agrees = np.ones([len(cell) for cell in cells], dtype=bool)
    sums = {(0, 2): a + b, (1, 2): c + d, (2, 0): a + c, (2, 1): b + d, (2, 2): a + b + c + d}
    for place, total in sums.items():
        thought = could_be(grid[place])
        agrees &= (total >= thought.start) & (total < thought.stop)
    return [np.array(cell)[np.unique(at)] for cell, at in zip(cells, agrees.nonzero(), strict=True)]


@pytest.mark.parametrize(
    "persons", [[[31, 4], [40, 30]], [[3, 30], [25, 40]], [[12, 9], [11, 33]], [[0, 25], [31, 18]]]
)
def test_every_number_from_0_to_9_stays_possible_for_a_hidden_one(persons):
    frame = protected_counts(CountTable.from_counts(persons))[""].frame
    worlds = possible(frame, largest=max(map(max, persons)) + 12)
    for place, true in enumerate(np.ravel(persons)):
        if true < 10:
            assert set(range(10)) <= set(worlds[place].tolist())


def test_without_the_second_hiding_subtraction_gives_a_small_number_away():
    persons = np.array([[31, 4], [40, 30]])
    with_sums = np.block(
        [[persons, persons.sum(1, keepdims=True)], [persons.sum(0), persons.sum()]]
    )
    assert possible(round_to(with_sums))[1].min() > 0
    sheet = protected_counts(CountTable.from_counts(persons))[""]
    assert sheet.hidden_beside > 0


def test_what_is_large_enough_is_shown_rounded_with_its_totals():
    table = CountTable.from_counts([[41, 33], [62, 30]], groups=("a", "b"), units=("u", "v"))
    sheet = protected_counts(table)[""]
    assert sheet.frame.loc["u"].to_list() == [40, 35, 75]
    assert sheet.frame.loc[TOTAL].to_list() == [105, 65, 165]
    assert (sheet.hidden_small, sheet.hidden_beside) == (0, 0)


def test_a_coarser_level_does_not_give_away_what_a_finer_one_hides():
    table = CountTable.from_counts(
        [[30, 80], [7, 90], [55, 60]], level="buurt", parts={"wijk": "AAB"}, groups=("a", "b")
    )
    alone = protected_counts(table)
    both = protected_counts(table, ["wijk"])
    assert list(both) == ["buurt", "wijk"]
    assert np.isnan(both["buurt"].frame.loc["2", "a"])
    # 37 in wijk A less 30 in buurt 1 would leave 7
    told = both["wijk"].frame.loc["A", "a"], both["buurt"].frame.loc["1", "a"]
    assert any(np.isnan(number) for number in told)
    hidden = alone["buurt"].hidden_beside
    assert both["buurt"].hidden_beside + both["wijk"].hidden_beside >= hidden


def test_a_wijk_of_one_buurt_hides_what_the_buurt_hides():
    table = CountTable.from_counts(
        [[30, 80], [7, 90]], level="buurt", parts={"wijk": "AB"}, groups=("a", "b")
    )
    sheets = protected_counts(table, ["wijk"])
    assert np.array_equal(
        sheets["buurt"].frame.isna().to_numpy(), sheets["wijk"].frame.isna().to_numpy()
    )


def test_empty_units_and_groups_are_hidden_too():
    sheet = protected_counts(CountTable.from_counts([[0, 0, 60], [0, 0, 80], [0, 0, 0]]))[""]
    assert sheet.frame.iloc[:, :2].isna().all(axis=None)
    assert np.isnan(sheet.frame.loc["3", TOTAL])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=4))
def test_the_counts_of_what_is_hidden_are_right(persons):
    table = CountTable.from_counts(persons)
    if table.total < 10:
        return
    sheet = protected_counts(table)[""]
    true = np.block(
        [
            [table.counts, table.unit_totals[:, None]],
            [table.group_totals, np.array([table.total])],
        ]
    )
    hidden = sheet.frame.isna().to_numpy()
    assert hidden[true < 10].all()
    assert sheet.hidden_small == (true < 10).sum()
    assert sheet.hidden_beside == hidden.sum() - (true < 10).sum()
    assert (np.abs(sheet.frame.to_numpy() - true)[~hidden] <= 2).all()


def test_what_cannot_be_shown_is_refused():
    with pytest.raises(DisclosureError, match="fewer than 10 persons in all"):
        protected_counts(CountTable.from_counts([[3, 4]], place="Nergens"))
    table = CountTable.from_counts([[30, 40], [10, 20]], level="buurt", parts={"wijk": "AA"})
    with pytest.raises(DisclosureError, match="names one twice"):
        protected_counts(table, ["wijk", "wijk"])
    with pytest.raises((TableError, ParameterError), match="stadsdeel"):
        protected_counts(table, ["stadsdeel"])
