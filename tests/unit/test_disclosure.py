"""Is everything hidden that is too small to be shown?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seglib.disclosure import (
    MINIMUM_BASE,
    MINIMUM_PERSONS,
    hide_small_bases,
    mask_names,
    round_to,
    suppress,
)
from seglib.errors import DisclosureError

counts = st.lists(st.integers(0, 60) | st.integers(0, 5000), min_size=1, max_size=30)


@given(counts, st.integers(1, 25))
@example([9, 10, 11], 5)
@example([9, 10, 11], 7)
def test_rounding_never_shows_fewer_than_ten_persons(persons, base):
    shown = round_to(persons, base)
    hidden = np.array(persons) < MINIMUM_PERSONS
    assert np.isnan(shown[hidden]).all()
    assert (shown[~hidden] >= MINIMUM_PERSONS).all()
    assert (shown[~hidden] % base == 0).all()


@given(counts)
def test_rounding_moves_no_shown_count_by_more_than_half_the_base(persons):
    shown = round_to(persons)
    kept = ~np.isnan(shown)
    assert (np.abs(shown[kept] - np.array(persons)[kept]) <= 2.5).all()


@given(counts)
@example([49, 50])
def test_no_percentage_stands_on_fewer_than_fifty(bases):
    values, hidden = hide_small_bases([0.5] * len(bases), bases)
    assert np.isnan(values).tolist() == [base < MINIMUM_BASE for base in bases]
    assert hidden == sum(base < MINIMUM_BASE for base in bases)


def test_names_below_the_wijk_become_numbers_unless_asked_for():
    assert mask_names(["A", "B"], "buurt") == ("1", "2")
    assert mask_names(["A", "B"], "") == ("1", "2")
    assert mask_names(["A", "B"], "buurtcombinatie") == ("A", "B")
    assert mask_names(["A", "B"], "buurt", show_names=True) == ("A", "B")


def test_a_table_is_masked_and_says_how_much():
    frame = pd.DataFrame(
        {"name": ["A", "B", "C"], "persons": [7, 52, 400], "own": [3, 12, 103], "share": 0.3}
    )
    masked = suppress(
        frame,
        persons=["persons", "own"],
        shares=["share"],
        base="persons",
        names="name",
        level="buurt",
    )
    assert (masked.hidden_cells, masked.hidden_shares, masked.hidden_names) == (2, 1, 3)
    assert masked.hidden == 6
    assert masked.frame["own"].tolist()[1:] == [10.0, 105.0]
    assert frame["persons"].tolist() == [7, 52, 400]


def test_the_base_of_a_share_is_hidden_and_rounded_like_other_persons():
    frame = pd.DataFrame({"all": [7, 52, 103], "share": 0.3})
    shown = suppress(frame, shares=["share"], base="all").frame
    assert np.isnan(shown["all"][0]) and shown["all"].tolist()[1:] == [50.0, 105.0]


def test_a_share_on_an_unknown_base_is_hidden():
    values, hidden = hide_small_bases([0.2, np.nan], [np.nan, np.nan])
    assert np.isnan(values).all() and hidden == 1


def test_missing_cells_stay_missing_and_are_not_counted_as_hidden():
    frame = pd.DataFrame({"persons": [np.nan, 5.0, 40.0]})
    assert suppress(frame, persons=["persons"]).hidden_cells == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: round_to([-99997]), "-99997"),
        (lambda: round_to([5], 0), "not of 0"),
        (lambda: hide_small_bases([0.1], [1, 2]), "1 values came with 2"),
        (lambda: suppress(pd.DataFrame({"a": [1]}), persons=["b"]), "'b'"),
        (lambda: suppress(pd.DataFrame({"a": [1]}), shares=["a"]), "base="),
    ],
)
def test_each_mistake_is_named(call, words):
    with pytest.raises(DisclosureError, match=words):
        call()
