"""Do larger areas and what lies within them add up to the whole?"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from seglib.errors import ParameterError, TableError
from seglib.inference import estimate
from seglib.measures import dissimilarity, information_theory, mutual_information
from seglib.scale import profile, within_between
from seglib.table import CountTable

COUNTS = [[90, 10, 5], [70, 30, 9], [20, 80, 4], [25, 75, 60], [0, 0, 0], [40, 5, 40]]
PARTS = {"wijk": tuple("AABBCC"), "stad": ("S",) * 6}


def city() -> CountTable:
    return CountTable.from_counts(COUNTS, groups=("a", "b", "c"), parts=PARTS, level="buurt")


def test_between_and_within_add_up_to_m():
    found = within_between(city(), by="wijk")
    assert found.total == mutual_information(city()).value
    assert sum(found.parts.values()) == pytest.approx(found.total, abs=1e-14)
    assert found["between"] == mutual_information(city().merge("wijk")).value
    assert found.certain


def test_within_is_the_mean_m_of_the_parts_by_persons():
    table, within = city(), 0.0
    for first in (0, 2, 4):
        piece = CountTable.from_counts(COUNTS[first : first + 2])
        within += piece.total / table.total * mutual_information(piece).value
    assert within_between(table, by="wijk")["within"] == pytest.approx(within, abs=1e-14)


def test_a_level_of_one_part_holds_everything_within():
    found = within_between(city(), by="stad")
    assert found["between"] == pytest.approx(0.0, abs=1e-14)


def test_a_part_without_people_adds_nothing():
    table = CountTable.from_counts(
        [[9, 1], [1, 9], [0, 0]], groups=("a", "b"), parts={"wijk": ("A", "B", "C")}
    )
    found = within_between(table, by="wijk")
    assert found["within"] == 0.0


def test_any_number_of_levels_adds_up_to_m():
    draw = np.random.default_rng(8)
    rows = np.arange(240)
    parts = {
        level: tuple(map(str, rows // size))
        for level, size in (("land", 80), ("gemeente", 40), ("wijk", 10), ("buurt", 5))
    }
    counts = draw.poisson(draw.gamma(0.5, 8.0, (240, 4))) * (draw.random((240, 1)) < 0.9)
    table = CountTable.from_counts(counts, parts=parts)
    whole = mutual_information(table).value
    for levels in (["wijk"], ["gemeente", "wijk"], ["land", "gemeente", "wijk", "buurt"]):
        found = within_between(table, by=levels)
        assert list(found.parts) == [*levels, "within"]
        assert sum(found.parts.values()) == pytest.approx(whole, abs=1e-12)
        steps = [0.0, *(mutual_information(table.merge(level)).value for level in levels), whole]
        assert list(found.parts.values()) == pytest.approx(np.diff(steps).tolist(), abs=1e-12)


def test_one_level_is_the_same_as_a_list_of_one():
    one, listed = within_between(city(), by="wijk"), within_between(city(), by=["wijk"])
    assert list(one.parts.values()) == list(listed.parts.values())


def test_levels_need_to_nest_the_largest_first():
    with pytest.raises(TableError, match="'S' of level 'stad' lies in 'A' and in 'B' of level 'wi"):
        within_between(city(), by=["wijk", "stad"])
    with pytest.raises(ParameterError, match="A breakdown needs a level at least, none came"):
        within_between(city(), by=[])


def test_only_additive_measures_split():
    with pytest.raises(ParameterError, match="H does not add up over larger areas"):
        within_between(city(), information_theory, by="wijk")
    with pytest.raises(TableError, match="do not nest in a level 'gemeente'"):
        within_between(city(), by="gemeente")


def test_a_profile_measures_each_level():
    found = profile(city(), dissimilarity, "a", "b", levels=("buurt", "wijk"))
    table = city()
    wanted = [dissimilarity(t, "a", "b").value for t in (table, table.merge("wijk"))]
    assert found.values.tolist() == wanted
    assert (found.symbol, found.groups, found.n_units) == ("D", ("a", "b"), (6, 3))
    assert (found.reason, found.reason_code) == ("no interval was asked for", "not-asked")
    assert found.to_frame()["level"].tolist() == ["buurt", "wijk"]


def test_a_profile_takes_intervals_from_an_estimate():
    found = profile(city(), partial(estimate, dissimilarity), "a", "b", levels=("", "wijk"), seed=1)
    alone = estimate(dissimilarity, city().merge("wijk"), "a", "b", seed=1)
    assert found.low is not None
    assert found.null_mean is not None
    assert np.isfinite(found.values).all()
    assert found.low[1] == alone.low
    assert found.null_mean[1] == alone.null_mean
    assert found.seed == 1
    assert found.certain


def test_a_profile_needs_a_level():
    with pytest.raises(TableError, match="A profile needs at least one level"):
        profile(city(), dissimilarity, "a", levels=())
