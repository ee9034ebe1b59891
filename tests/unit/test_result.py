"""Do results hold their meaning together?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import SeglibError
from seglib.result import (
    ChangeDecomposition,
    ChangeEstimate,
    Decomposition,
    Estimate,
    Estimates,
    LocalEstimates,
    Profile,
)


def test_an_estimate_is_certain_with_an_interval_or_a_reason():
    assert not Estimate("D", 0.5).certain
    assert Estimate("D", 0.5, low=0.4, high=0.6).certain
    assert Estimate("D", 0.5, reason="small cells").certain


def test_an_estimate_becomes_one_row_with_its_groups_as_columns():
    frame = Estimate("D", 0.5, ("a", "b"), 3, seed=1).to_frame()
    assert frame.loc[0, ["symbol", "group", "other", "n_units", "seed"]].tolist() == [
        "D",
        "a",
        "b",
        3,
        1,
    ]
    assert Estimate("M", 0.1).to_frame().loc[0, "group"] == ""


def test_results_cannot_be_changed():
    with pytest.raises(AttributeError):
        Estimate("D", 0.5).value = 0.6  # type: ignore[misc]


def test_local_estimates_need_a_number_for_each_unit():
    units, persons = ("U1", "U2"), np.array([10, 0])
    found = LocalEstimates("ls", units, units, np.array([0.2, np.nan]), persons)
    assert (found.n_units, found.n_empty, found.certain) == (2, 1, False)
    frame = found.to_frame()
    assert frame["unit"].tolist() == ["U1", "U2"]
    assert frame["low"].isna().all()
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 1.0
    with pytest.raises(SeglibError, match="ls needs values for each of 2 units"):
        LocalEstimates("ls", units, units, np.array([0.2]), persons)


def test_a_profile_has_a_row_for_each_scale():
    found = Profile("H", ("buurt", "wijk"), np.array([0.2, 0.1]), n_units=(4, 2), reason="r")
    assert found.certain
    assert found.to_frame()[["level", "n_units", "value"]].to_numpy().tolist() == [
        ["buurt", 4, 0.2],
        ["wijk", 2, 0.1],
    ]


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(SeglibError, match=r"The parts of M need to add up to 1, they give 0\.75"):
        Decomposition("M", {"between": 0.5, "within": 0.25}, 1.0)
    with pytest.raises(SeglibError, match="add up"):
        Decomposition("M", {"between": float("nan")}, 1.0)
    assert Decomposition("M", {"between": 0.5, "within": 0.5 + 1e-12}, 1.0)["within"] > 0.5


def test_an_unknown_part_names_those_there_are():
    found = Decomposition("M", {"between": 0.5, "within": 0.5}, 1.0, low={"total": 0.9})
    with pytest.raises(KeyError, match="the parts are between, within"):
        found["structural"]
    frame = found.to_frame()
    assert frame["share"].tolist() == [0.5, 0.5, 1.0]
    assert frame.loc[2, "low"] == 0.9


def test_a_change_names_its_five_parts():
    names = ("additions", "removals", "group_margin", "unit_margin", "structural")
    parts = dict(zip(names, (1.0, 2.0, 3.0, 4.0, 5.0), strict=True))
    found = ChangeDecomposition("M", parts, 15.0)
    assert [getattr(found, name) for name in names] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert found.total == 15.0


def test_a_change_estimate_is_certain_with_an_interval_or_a_reason():
    plain = ChangeEstimate("D", ("a", "rest"), 0.5, 0.4, -0.1, -20.0)
    assert not plain.certain
    assert ChangeEstimate("D", (), 0.5, 0.4, -0.1, -20.0, reason="near-null").certain
    assert plain.to_frame().loc[0, "percent"] == -20.0


def test_estimates_keep_their_keys_and_put_them_in_front():
    found = Estimates({2005: Estimate("D", 0.5, reason="r"), 2017: Estimate("D", 0.4)}, "year")
    assert list(found) == [2005, 2017]
    assert (len(found), found.certain) == (2, False)
    assert found.to_frame()["year"].tolist() == [2005, 2017]
    assert Estimates().to_frame().empty
    with pytest.raises(KeyError, match="There is no result for 2011; the keys are 2005, 2017"):
        found[2011]
