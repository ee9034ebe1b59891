"""Does the rounding band hold what the bounds allow, and nothing else?"""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import seglib.inference
from seglib.errors import ParameterError, TableError, UnknownGroupError
from seglib.inference import RoundingBand, draws, estimate, rounding_band, too_wide
from seglib.inference.bounded import SWEEPS, Possible
from seglib.measures import (
    dissimilarity,
    information_theory,
    interaction,
    isolation,
    local_segregation,
    mutual_information,
)
from seglib.registry import measure_of
from seglib.result import Estimate
from seglib.sources.load import load_counts
from seglib.table import CountTable, CountTables

GROUPS = ("a", "b", "c")
PROBABLE = 1e-3  # fixed seeds; a right sampler fails a test of fit once in a thousand


def rounded(counts, step: int = 2, **meta) -> CountTable:
    """A table whose cells may each be up to a step away, and never below 0."""
    cells = np.asarray(counts)
    meta = {"groups": GROUPS[: cells.shape[1]], **meta}
    return CountTable.from_counts(cells, lower=(cells - step).clip(0), upper=cells + step, **meta)


def all_tables(table: CountTable):
    """Every table of whole numbers inside the bounds: the brute-force twin."""
    sides = [
        range(low, high + 1)
        for low, high in zip(table.lower.ravel(), table.upper.ravel(), strict=True)
    ]
    for cells in itertools.product(*sides):
        yield np.array(cells).reshape(table.counts.shape)


def drawn_tables(table, totals=None, unit_totals=None, *, replicates=6000, seed=5, sweeps=SWEEPS):
    possible = Possible.of(table, totals, unit_totals)
    found = np.empty((replicates, *table.counts.shape), dtype=np.int64)
    for row in range(replicates):
        draws._draw_within(
            possible.start, possible.bounds, sweeps, seed, 3, row, found[row : row + 1]
        )
    return found


def fits_evenly(found: np.ndarray, possible: list[np.ndarray]) -> bool:
    """Whether all possible tables were drawn equally often (chi-square, normal by its root)."""
    names = {table.tobytes(): 0 for table in possible}
    for table in found:
        names[np.ascontiguousarray(table).tobytes()] += 1  # a table outside is a KeyError
    seen, wanted = np.array(list(names.values())), len(found) / len(names)
    assert wanted > 5
    free = len(names) - 1
    statistic = ((seen - wanted) ** 2 / wanted).sum() / free
    normal = (statistic ** (1 / 3) - (1 - 2 / (9 * free))) / math.sqrt(2 / (9 * free))
    return 0.5 * math.erfc(normal / math.sqrt(2)) > PROBABLE


class TestDrawsWithinBounds:
    SMALL = rounded([[3, 1], [0, 4], [2, 2]], step=1)

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_free_tables_are_all_equally_likely_after_one_sweep(self, seed):
        possible = list(all_tables(self.SMALL))
        found = drawn_tables(self.SMALL, seed=seed, sweeps=1)
        assert fits_evenly(found, possible)

    @pytest.mark.parametrize("seed", [1, 2, 3])
    @pytest.mark.parametrize(
        ("totals", "unit_totals"),
        [
            ({"a": 6}, None),
            ({"a": 3, "b": 9}, None),
            ({"b": (6, 7)}, None),
            (None, [4, 4, 5]),
            ({"a": 5, "b": 7}, [[3, 3, 3], [5, 5, 5]]),
            ({"a": 5, "b": 7}, [4, 4, 4]),
        ],
    )
    def test_tables_that_meet_the_totals_are_all_equally_likely(self, totals, unit_totals, seed):
        least, most = (0, 99) if unit_totals is None else np.broadcast_to(unit_totals, (2, 3))
        possible = [
            counts
            for counts in all_tables(self.SMALL)
            if (least <= counts.sum(axis=1)).all()
            and (counts.sum(axis=1) <= most).all()
            and all(
                np.min(total) <= counts[:, "ab".index(name)].sum() <= np.max(total)
                for name, total in (totals or {}).items()
            )
        ]
        found = drawn_tables(self.SMALL, totals, unit_totals, seed=seed)
        assert fits_evenly(found, possible)

    def test_a_kernel_without_compilation_draws_the_same(self):
        possible = Possible.of(self.SMALL, {"a": 6}, None)
        compiled = np.empty((3, 3, 2), np.int64)
        plain = np.empty_like(compiled)
        with np.errstate(over="ignore"):
            draws._draw_within(possible.start, possible.bounds, 3, 8, 3, 0, compiled)
            draws._draw_within.py_func(possible.start, possible.bounds, 3, 8, 3, 0, plain)
        assert (compiled == plain).all()

    def test_totals_far_from_the_printed_ones_are_met_at_many_units(self):
        counts = np.random.default_rng(4).integers(0, 90, (300, 3))
        table = rounded(counts, step=4)
        totals = {"a": int(table.group_totals[0]) + 700, "c": int(table.group_totals[2]) - 600}
        units = [table.unit_totals - 3, table.unit_totals + 3]
        found = drawn_tables(table, totals, units, replicates=20)
        assert (found.sum(axis=1)[:, [0, 2]] == [totals["a"], totals["c"]]).all()
        assert (np.abs(found.sum(axis=2) - table.unit_totals) <= 3).all()
        assert (found >= table.lower).all()
        assert (found <= table.upper).all()
        # the shift is spread over all units alike, however the first table was made
        moved = (found[:, :, 0] - table.counts[:, 0]).mean(axis=0)
        assert abs(moved[:150].mean() - moved[150:].mean()) < 0.4

    def test_more_sweeps_do_not_move_the_band(self):
        counts = np.random.default_rng(5).integers(5, 90, (80, 3))
        table = rounded(counts, step=4)
        totals = {"a": int(table.group_totals[0]) + 150}
        means = []
        for sweeps in (SWEEPS, 8 * SWEEPS):
            found = drawn_tables(table, totals, replicates=400, sweeps=sweeps)
            values = np.empty(400)
            columns = measure_of(dissimilarity).columns(table, "a", "b")
            taken = np.stack([columns.take(one) for one in found])
            measure_of(dissimilarity).batch(taken, values)
            means.append((values.mean(), values.std()))
        assert means[0][0] == pytest.approx(means[1][0], abs=5 * means[1][1] / math.sqrt(200))
        assert means[0][1] == pytest.approx(means[1][1], rel=0.2)


class TestRoundingBand:
    @pytest.mark.parametrize(
        ("measure", "names"),
        [
            (dissimilarity, ("a", "b")),
            (dissimilarity, ("a",)),
            (isolation, ("a",)),
            (interaction, ("a", "b")),
            (mutual_information, ()),
        ],
    )
    @pytest.mark.parametrize("totals", [None, {"a": 13}])
    def test_no_possible_table_lies_outside_floor_and_ceiling(self, measure, names, totals):
        table = rounded([[9, 2, 5], [4, 7, 3]], step=1)
        band = rounding_band(measure, table, *names, seed=1, replicates=300, totals=totals)
        values = [
            measure(CountTable.from_counts(counts, groups=GROUPS), *names).value
            for counts in all_tables(table)
            if totals is None or counts[:, 0].sum() == 13
        ]
        assert isinstance(band, RoundingBand)
        assert min(values) <= band.low <= band.median <= band.high <= max(values)
        if measure is mutual_information:
            assert band.floor is band.ceiling is None
            return
        assert 0.0 <= band.floor <= min(values) + 1e-12
        assert 1.0 >= band.ceiling >= max(values) - 1e-12
        # a proof that says little is no use: at most twice as wide as what is possible
        assert band.ceiling - band.floor < 2.0 * (max(values) - min(values))

    def test_published_totals_narrow_the_proof(self):
        table = rounded(np.random.default_rng(1).integers(5, 60, (40, 3)), step=4)
        free = rounding_band(dissimilarity, table, "a", "b", seed=1)
        exact = dict(zip(GROUPS, table.group_totals.tolist(), strict=True))
        held = rounding_band(dissimilarity, table, "a", "b", seed=1, totals=exact)
        assert held.ceiling - held.floor < free.ceiling - free.floor
        assert held.held == ("total of a", "total of b", "total of c")
        assert held.method == (
            "random tables within the bounds, total of a held, total of b held, total of c held"
        )
        assert free.held == ()
        shares = rounding_band(
            isolation, table, "a", seed=1, unit_totals=table.unit_totals, totals=exact
        )
        loose = rounding_band(isolation, table, "a", seed=1)
        assert shares.ceiling - shares.floor < loose.ceiling - loose.floor
        assert shares.held[-1] == "unit totals"

    def test_totals_can_come_as_the_table_of_a_higher_level(self):
        table = rounded([[30, 20], [10, 40], [25, 25]], step=2)
        above = CountTable.from_counts([[66, 84]], groups=("a", "b"))
        by_table = rounding_band(dissimilarity, table, "a", "b", seed=3, totals=above)
        by_name = rounding_band(dissimilarity, table, "a", "b", seed=3, totals={"a": 66, "b": 84})
        assert by_table == by_name
        loose = rounded([[66, 84]], step=1)
        bounded = rounding_band(dissimilarity, table, "a", "b", seed=3, totals=loose)
        pairs = {"a": (65, 67), "b": (83, 85)}
        assert bounded == rounding_band(dissimilarity, table, "a", "b", seed=3, totals=pairs)

    def test_the_band_says_what_it_is_of(self):
        table = rounded([[300, 200], [100, 400]], place="Ons Dorp", year=2019)
        band = rounding_band(dissimilarity, table, "a", "b", seed=9, replicates=80, level=0.9)
        assert (band.estimand, band.seed, band.replicates, band.level) == (
            "measurement",
            9,
            80,
            0.9,
        )
        assert (band.place, band.year, band.stream, band.reason) == ("Ons Dorp", 2019, "1", "")
        assert band.value == dissimilarity(table, "a", "b").value
        assert band.certain
        assert {"low", "median", "high", "floor", "ceiling"} <= set(band.to_frame().columns)

    def test_a_table_that_is_known_exactly_has_a_band_of_no_width(self):
        table = rounded([[30, 20], [10, 40]], step=0)
        band = rounding_band(dissimilarity, table, "a", "b", seed=1)
        assert band.low == band.median == band.high == band.value
        assert band.floor == pytest.approx(band.value, abs=1e-15)
        assert band.ceiling == pytest.approx(band.value, abs=1e-15)

    def test_estimate_gives_the_same_band_and_the_null(self):
        table = rounded([[300, 200, 40], [100, 400, 50]])
        band = rounding_band(dissimilarity, table, "a", "b", seed=4)
        found = estimate(dissimilarity, table, "a", "b", seed=4, interval="measurement")
        assert (found.low, found.median, found.high) == (band.low, band.median, band.high)
        assert found.null_mean is not None
        assert found.p_value < 0.05
        assert found.reason == ""
        years = CountTables.from_tables({2018: table, 2019: table.scaled(2)})
        series = estimate(information_theory, years, seed=4, interval="measurement", null=None)
        assert all(one.certain and one.null_mean is None for one in series.values())

    def test_local_measures_get_a_band_for_each_unit(self):
        table = rounded([[300, 200], [100, 400], [0, 0]])
        found = rounding_band(local_segregation, table, seed=1)
        assert found.estimand == "measurement"
        assert (found.low[:2] < found.high[:2]).all()
        through = estimate(local_segregation, table, seed=1, interval="measurement", null=None)
        np.testing.assert_array_equal(found.low, through.low)

    def test_a_wide_band_on_d_is_a_reason_and_is_no_ground_for_a_trend(self):
        table = rounded([[2, 300], [4, 500], [0, 400], [3, 200]], step=4)
        band = rounding_band(dissimilarity, table, "a", "b", seed=1)
        assert band.high - band.low > 0.10
        assert band.reason_code == "band-too-wide"
        assert band.reason == (
            f"rounding leaves D between {band.low:.3f} and {band.high:.3f}, wider than 0.10"
        )
        assert too_wide(band)
        narrow = rounding_band(dissimilarity, rounded([[300, 200], [90, 500]]), "a", "b", seed=1)
        assert not too_wide(narrow)
        wide_h = rounding_band(information_theory, table, seed=1)
        assert not too_wide(wide_h)
        by_chance = Estimate("D", 0.3, ("a", "b"), low=0.1, high=0.5, estimand="process")
        assert not too_wide(by_chance)

    def test_a_group_that_may_be_empty_has_no_band(self):
        table = rounded([[1, 300], [0, 500]], step=1)
        band = rounding_band(dissimilarity, table, "a", "b", seed=1)
        assert band.low is band.median is None
        assert band.reason_code == "small-cells"
        assert "undefined in" in band.reason
        assert too_wide(band)

    def test_bounds_are_needed(self):
        bare = CountTable.from_counts([[3, 1], [1, 3]], place="Ons Dorp", year=2019)
        for call in (
            lambda: rounding_band(mutual_information, bare, seed=1),
            lambda: estimate(mutual_information, bare, seed=1, interval="measurement"),
        ):
            with pytest.raises(TableError, match=r"A rounding band needs bounds, Ons Dorp 2019 ha"):
                call()

    def test_totals_out_of_reach_are_refused(self):
        table = rounded([[30, 20], [10, 40]])
        for settings, message in (
            ({"totals": {"a": 45}}, "total of group 'a' is 45, its cells allow 36 to 44"),
            ({"totals": {"a": (10, 20)}}, "total of group 'a' is 10 to 20, its cells allow 36 to"),
            ({"unit_totals": [50, 60]}, "total of unit '2' is 60, its cells allow 46 to 54"),
            ({"totals": {"a": 40.5}}, "total of 'a' is a whole number from 0, or two that bound"),
            ({"totals": {"a": (5, 2)}}, "or two that bound it, not"),
            ({"totals": {"a": (1, 2, 3)}}, "or two that bound it, not"),
            ({"totals": {"a": -1}}, "or two that bound it, not -1"),
            ({"unit_totals": [50]}, r"whole number for each of 2 units, .* of shape \(1,\)"),
            ({"unit_totals": [50.0, 50.0]}, "it is float64 of shape"),
            (
                {"totals": {"a": 36, "b": 56}, "unit_totals": [54, 50]},
                "No table of this table within the cells' bounds was found",
            ),
            ({"seed": -1}, "seed needs a whole number from 0"),
            ({"replicates": 3}, "replicates is a whole number from 40"),
        ):
            with pytest.raises(ParameterError, match=message):
                rounding_band(dissimilarity, table, "a", "b", **{"seed": 1, **settings})
        with pytest.raises(UnknownGroupError, match="no group 'z'"):
            rounding_band(dissimilarity, table, "a", "b", seed=1, totals={"z": 40})

    def test_the_band_covers_the_truth_of_rounded_cities(self):
        """120 cities rounded to 5: 95 percent plus or minus three Monte Carlo errors (6 points)."""
        hit = inside = 0
        for seed in range(120):
            rng = np.random.default_rng(seed)
            truth = rng.negative_binomial(4, 0.06, (30, 3)) + 5
            printed = 5 * ((truth + 2) // 5)
            band = rounding_band(
                dissimilarity, rounded(printed), "a", "b", seed=seed, replicates=200
            )
            value = dissimilarity(CountTable.from_counts(truth, groups=GROUPS), "a", "b").value
            hit += band.low <= value <= band.high
            inside += band.floor <= value <= band.ceiling
        assert inside == 120
        assert hit >= 0.89 * 120

    @pytest.mark.parametrize(
        ("group", "low", "high"),
        [
            ("Suriname", 0.337, 0.347),
            ("Antillen", 0.270, 0.314),
            ("Turkije", 0.435, 0.451),
            ("Marokko", 0.419, 0.428),
        ],
    )
    def test_whole_percentages_of_amsterdam_leave_the_band_computed_before(self, group, low, high):
        """A band made by other code on the same 98 units, to the 0.003 that its draws leave."""
        table = load_counts("Amsterdam", 2016, source="ois-amsterdam-2016")
        persons = table.unit_totals[:, None]
        percent = np.rint(100 * table.counts / persons)
        lower = np.ceil((percent - 0.5).clip(0) / 100 * persons)
        upper = np.floor((percent + 0.5) / 100 * persons)
        printed = np.rint(percent / 100 * persons).clip(lower, upper)
        rounded_table = CountTable.from_counts(
            printed, groups=table.groups, lower=lower, upper=upper
        )
        band = rounding_band(dissimilarity, rounded_table, group, seed=1)
        assert band.low == pytest.approx(low, abs=0.003)
        assert band.high == pytest.approx(high, abs=0.003)
        assert band.low < dissimilarity(table, group).value < band.high
        assert not too_wide(band)

    def test_p8_one_seed_gives_the_same_numbers_on_any_number_of_threads(self):
        code = (
            "import numpy as np\n"
            "from dataclasses import asdict\n"
            "from seglib.inference import draws, estimate, rounding_band\n"
            "from seglib.measures import dissimilarity\n"
            "from seglib.table import CountTable\n"
            "draws.FEWEST_CELLS = 0; draws.CHUNK_BYTES = 5000\n"
            "c = np.random.default_rng(1).integers(20, 90, (120, 3))\n"
            "t = CountTable.from_counts(c, groups='abc', lower=c - 2, upper=c + 2,"
            " parts={'wijk': ['x', 'y', 'z'] * 40})\n"
            "f = [estimate(dissimilarity, t, 'a', seed=3, replicates=90),"
            " estimate(dissimilarity, t, 'a', seed=3, replicates=90, interval='units'),"
            " estimate(dissimilarity, t, 'a', seed=3, replicates=90, blocks_in='wijk'),"
            " rounding_band(dissimilarity, t, 'a', seed=3, totals={'a': int(c[:, 0].sum())})]\n"
            "print([(type(one).__name__, asdict(one)) for one in f])"
        )
        found = [
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "NUMBA_NUM_THREADS": threads},
                cwd=Path(seglib.inference.__file__).parents[2],
                capture_output=True,
                text=True,
                check=False,
            )
            for threads in ("1", "2")
        ]
        assert found[0].stdout == found[1].stdout, found[0].stderr + found[1].stderr
        assert found[0].stdout.count("('Estimate', ") == 3
        assert found[0].stdout.count("('RoundingBand', ") == 1
