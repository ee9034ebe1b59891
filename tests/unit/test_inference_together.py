"""Do many measures from the same draws tell what each tells alone, and is nothing lost?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.inference import estimate, estimate_together
from seglib.inference.draws import fill_times
from seglib.measures import (
    dissimilarity,
    gini,
    information_theory,
    interaction,
    isolation,
    local_segregation,
    multigroup_gini,
    mutual_information,
    relative_diversity,
)
from seglib.registry import measure_of
from seglib.table import CountTable, CountTables

COUNTS = [[900, 300, 90], [800, 400, 50], [300, 900, 150], [200, 1000, 60]]
ONE_BY_ONE = [information_theory, mutual_information, relative_diversity, multigroup_gini]
OF_GROUPS = [
    (dissimilarity, "a"),
    (dissimilarity, "a", "b"),
    (isolation, "b"),
    (interaction, "a", "c"),
    (gini, "c"),
]


def city(counts=COUNTS, **meta) -> CountTable:
    half = (len(counts) + 1) // 2
    meta.setdefault("parts", {"wijk": ["W1" if u < half else "W2" for u in range(len(counts))]})
    return CountTable.from_counts(counts, groups=("a", "b", "c"), **meta)


def many_units() -> CountTable:
    rng = np.random.default_rng(3)
    return city(rng.poisson(rng.uniform(20, 200, (150, 3))))


class TestTheSameAsAlone:
    @pytest.mark.parametrize("null", ["allocation", None])
    @pytest.mark.parametrize("interval", ["process", "units", None])
    def test_measures_of_all_groups_have_the_numbers_of_estimate(self, interval, null):
        wishes = {"seed": 4, "replicates": 60, "interval": interval, "null": null}
        table = many_units()
        found = estimate_together([*ONE_BY_ONE, *OF_GROUPS], table, **wishes)
        for measure in ONE_BY_ONE:
            assert found[measure_of(measure).symbol] == estimate(measure, table, **wishes)

    def test_draws_of_units_are_the_same_for_every_measure(self):
        wishes = {"seed": 4, "replicates": 60, "interval": "units", "null": None}
        table = many_units()
        found = estimate_together(OF_GROUPS, table, **wishes)
        alone = [estimate(measure, table, *args, **wishes) for measure, *args in OF_GROUPS]
        assert [*found.values()] == alone

    def test_a_city_of_units_is_measured_as_its_units_one_after_the_other(self):
        """By a kernel that weighs units by how often they come (D, H), and without one (R, xPy)."""
        pairs = [(dissimilarity, "a"), (interaction, "a", "b")]
        asked = [*pairs, information_theory, relative_diversity]
        table = many_units()
        found = estimate_together(asked, table, seed=4, replicates=40, interval="units")
        times = np.empty((40, 150), np.int16)
        fill_times(4, 0, times)
        cities = [
            CountTable.from_counts(np.repeat(table.counts, often, axis=0), groups=table.groups)
            for often in times
        ]
        assert measure_of(information_theory).weighted
        assert not measure_of(relative_diversity).weighted
        for one, each in zip(found.values(), asked, strict=True):
            measure, *args = each if isinstance(each, tuple) else (each,)
            values = [measure(city, *args).value for city in cities]
            assert one.bias == pytest.approx(np.mean(values) - one.value, abs=1e-12)
            assert one.standard_error == pytest.approx(np.std(values, ddof=1), abs=1e-12)

    def test_a_rounding_band_is_that_of_estimate(self):
        counts = np.array(COUNTS)
        table = city(counts, lower=counts - 4, upper=counts + 4)
        wishes = {"seed": 1, "replicates": 40, "interval": "measurement", "null": None}
        found = estimate_together([(dissimilarity, "a", "b"), information_theory], table, **wishes)
        assert found["D", "a", "b"] == estimate(dissimilarity, table, "a", "b", **wishes)
        assert found["H"] == estimate(information_theory, table, **wishes)

    def test_measures_of_some_groups_lie_as_those_of_estimate(self):
        """Other draws of one distribution: spreads of 4,000 agree to four standard errors."""
        found = estimate_together(OF_GROUPS, city(), seed=5, replicates=4000)
        for one, (measure, *args) in zip(found.values(), OF_GROUPS, strict=True):
            alone = estimate(measure, city(), *args, seed=6, replicates=4000)
            assert (one.symbol, one.groups, one.value) == (alone.symbol, alone.groups, alone.value)
            error = 4 * math.sqrt(2 / 4000)
            assert abs(one.bias - alone.bias) < error * one.standard_error
            assert one.standard_error == pytest.approx(alone.standard_error, rel=error)
            assert one.null_mean == pytest.approx(alone.null_mean, abs=0.1 * one.standard_error)
            assert one.p_value == alone.p_value == 1 / 4001

    def test_measures_share_their_draws(self):
        """Exposure to every group adds up to 1 in each draw, so its biases add up to 0."""
        exposures = [(isolation, "a"), (interaction, "a", "b"), (interaction, "a", "c")]
        found = estimate_together(exposures, city(), seed=1, replicates=40)
        assert sum(one.bias for one in found.values()) == pytest.approx(0.0, abs=1e-12)
        assert sum(one.null_mean for one in found.values()) == pytest.approx(1.0, abs=1e-12)
        assert abs(found["xPx", "a"].bias) > 1e-6


class TestKeys:
    def test_parts_and_series_keep_their_keys_and_equal_the_table_alone(self):
        series = CountTables.from_tables({2005: city(), 2017: city().scaled(2)})
        asked = [information_theory, (dissimilarity, "a")]
        found = estimate_together(asked, series, seed=1, replicates=40)
        assert list(found) == [2005, 2017]
        assert found[2005]["H"].key == 2005
        alone = estimate_together(asked, city(), seed=1, replicates=40)
        assert list(alone) == ["H", ("D_rest", "a")]
        assert alone["H"].key is None
        assert found[2005]["D_rest", "a"].low == alone["D_rest", "a"].low
        both = estimate_together(asked, series, seed=1, replicates=40, by="wijk")
        assert list(both) == [(2005, "W1"), (2005, "W2"), (2017, "W1"), (2017, "W2")]
        part = city().select_units(["1", "2"])
        assert (
            both[2005, "W1"]["H"].low
            == estimate_together(asked, part, seed=1, replicates=40)["H"].low
        )

    def test_a_frame_has_a_row_for_each_place_and_measure(self):
        asked = [information_theory, (dissimilarity, "a"), (dissimilarity, "a", "b")]
        found = estimate_together(asked, city(), seed=1, replicates=40, by="wijk")
        frame = found.to_frame()
        assert frame.columns[0] == "wijk"
        assert frame["wijk"].tolist() == ["W1"] * 3 + ["W2"] * 3
        assert frame["symbol"].tolist() == ["H", "D_rest", "D"] * 2
        assert frame["other"].tolist() == ["", "rest", "b"] * 2
        assert frame["value"].tolist() == [
            one.value for each in found.values() for one in each.values()
        ]

    @pytest.mark.parametrize("interval", ["process", "units"])
    def test_neither_threads_nor_chunks_change_anything(self, interval, monkeypatch):
        wishes = {"seed": 1, "replicates": 40, "interval": interval, "by": "wijk"}
        asked = [*ONE_BY_ONE, *OF_GROUPS]
        first = estimate_together(asked, many_units(), **wishes)
        monkeypatch.setattr("seglib.inference.draws.FEWEST_CELLS", 0)
        assert estimate_together(asked, many_units(), **wishes) == first
        for name in ("CHUNK_BYTES", "TIMES_BYTES"):
            monkeypatch.setattr(f"seglib.inference.measuring.{name}", 1)
        assert estimate_together(asked, many_units(), **wishes) == first


class TestUndefined:
    HOLE = (*COUNTS[:2], [0, 900, 150], [0, 1000, 60])

    def test_what_has_no_meaning_is_raised_with_its_place(self):
        asked = [information_theory, (dissimilarity, "a", "b")]
        with pytest.raises(UndefinedMeasureError, match=r"^wijk 'W2': D needs members of 'a'"):
            estimate_together(asked, city(self.HOLE), seed=1, replicates=40, by="wijk")

    def test_or_left_out_with_its_reason_and_never_a_number(self):
        asked = [
            (isolation, "a"),
            information_theory,
            (dissimilarity, "a"),
            (dissimilarity, "a", "b"),
        ]
        wishes = {"seed": 1, "replicates": 40, "where_undefined": "leave out"}
        found = estimate_together(asked, city(self.HOLE), by="wijk", **wishes)
        assert list(found["W2"]) == ["H"]
        assert len(found["W1"]) == 4
        assert found["W1"].left_out == ()
        assert [(one.key, one.symbol, one.groups) for one in found.left_out] == [
            ("W2", "xPx", ("a",)),
            ("W2", "D_rest", ("a",)),
            ("W2", "D", ("a", "b")),
        ]
        assert found["W2"].left_out == found.left_out
        assert found.left_out[0].reason.startswith("xPx needs members of 'a'; all 2 units")
        assert len(found.to_frame()) == 5
        empty = estimate_together([information_theory], city([[0, 0, 0]]), **wishes)
        assert (len(empty), len(empty.left_out), len(empty.to_frame())) == (0, 1, 0)


def test_what_cannot_be_asked_is_refused():
    wishes = {"seed": 1, "replicates": 40}
    for asked, settings, message in (
        ([], {}, "needs a measure at least, none came"),
        ([information_theory, information_theory], {}, "asked for 'H' twice"),
        ([local_segregation], {}, "ls has one for each unit"),
        ([max], {}, "is not a registered measure"),
        (
            [information_theory],
            {"where_undefined": "skip"},
            "is 'raise' or 'leave out', not 'skip'",
        ),
        ([information_theory], {"interval": "survey"}, "interval is 'process'"),
        ([information_theory], {"replicates": 1}, "replicates is a whole number from 40"),
    ):
        with pytest.raises(ParameterError, match=message):
            estimate_together(asked, city(), **(wishes | settings))
    with pytest.raises(ParameterError, match=r"measures a CountTable or .*, not ndarray"):
        estimate_together([information_theory], city().counts, **wishes)
