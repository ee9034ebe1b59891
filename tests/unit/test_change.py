"""Do the parts of a change add up, converge, and mean what they are called?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.change import (
    difference,
    estimate_difference,
    estimate_isolation_change,
    fitting,
    ipf,
    isolation_change,
    margin_only,
)
from seglib.errors import (
    ConvergenceError,
    ParameterError,
    TableError,
    UndefinedMeasureError,
    UnknownGroupError,
)
from seglib.inference import change_between
from seglib.measures import (
    dissimilarity,
    information_theory,
    isolation,
    local_segregation,
    mutual_information,
)
from seglib.table import CountTable

BEFORE = [[40, 30, 20, 10], [5, 10, 15, 20], [30, 5, 9, 12]]
AFTER = [[20, 20, 20, 15], [5, 10, 10, 15], [25, 9, 9, 20]]


def city(counts, units=None, **meta) -> CountTable:
    return CountTable.from_counts(counts, groups="abcd"[: len(counts[0])], units=units, **meta)


def odds_ratios(table) -> np.ndarray:
    logs = np.log(np.asarray(table))
    return logs - logs[:1] - logs[:, :1] + logs[0, 0]


class TestFit:
    def test_margins_are_met_and_odds_ratios_kept(self):
        rows, columns = [50.0, 30.0, 20.0], [10.0, 20.0, 30.0, 40.0]
        fitted = ipf(BEFORE, rows, columns)
        np.testing.assert_allclose(fitted.sum(axis=1), rows, rtol=1e-10)
        np.testing.assert_allclose(fitted.sum(axis=0), columns, rtol=1e-10)
        np.testing.assert_allclose(odds_ratios(fitted), odds_ratios(BEFORE), atol=1e-9)

    def test_r1_small_margins_are_met_in_proportion_not_in_shares(self):
        """A tolerance on shares of a city never fits the margins of 1,710 small units."""
        random = np.random.default_rng(3)
        seed = random.integers(1, 60, (1710, 5)).astype(float)
        rows, columns = random.integers(20, 400, 1710) / 1.0, random.integers(1, 9, 5) / 1.0
        rows, columns = rows / rows.sum(), columns / columns.sum()
        fitted = ipf(seed, rows, columns)
        assert np.abs(fitted.sum(axis=1) / rows - 1).max() < 1e-9
        assert np.abs(fitted.sum(axis=0) / columns - 1).max() < 1e-9

    def test_r2_there_is_no_chance_in_a_fit(self):
        first, again = (ipf(BEFORE, [1, 1, 2], [1, 1, 1, 1]) for _ in range(2))
        assert first.tobytes() == again.tobytes()

    def test_a_table_that_fits_already_stays(self):
        table = np.array(BEFORE, dtype=float)
        fitted = ipf(table, table.sum(axis=1), table.sum(axis=0))
        np.testing.assert_allclose(fitted, table, rtol=1e-12)

    def test_rows_that_fit_do_not_hide_columns_that_do_not(self):
        table = np.array(BEFORE, dtype=float)
        columns = table.sum(axis=0)[::-1]
        fitted = ipf(table, table.sum(axis=1), columns)
        np.testing.assert_allclose(fitted.sum(axis=0), columns, rtol=1e-9)

    def test_empty_cells_stay_empty(self):
        fitted = ipf([[0, 3], [5, 1]], [4, 6], [5, 5])
        assert fitted[0, 0] == 0.0
        np.testing.assert_allclose(fitted, [[0, 4], [5, 1]], rtol=1e-9)

    def test_a_margin_of_zero_empties_its_row(self):
        fitted = ipf([[1, 3], [5, 1]], [0, 6], [2, 4])
        np.testing.assert_allclose(fitted, [[0, 0], [2, 4]], rtol=1e-9)

    def test_a_kernel_without_compilation_fits_the_same(self):
        seed = np.array(BEFORE, dtype=float)
        rows, columns = np.array([50.0, 30.0, 20.0]), np.array([10.0, 20.0, 30.0, 40.0])
        both = []
        for kernel in (fitting._fit, fitting._fit.py_func):
            out = np.empty_like(seed)
            kernel(seed, rows, columns, 1e-10, 1000, out)
            both.append(out)
        np.testing.assert_allclose(*both, rtol=1e-13)

    def test_margins_that_empty_cells_forbid_do_not_converge(self):
        message = r"relative gap of .*, wanted is 1e-10; 1 cells are empty\. Merge small units"
        with pytest.raises(ConvergenceError, match=message):
            ipf([[0, 3], [5, 1]], [6, 4], [5, 5], max_iterations=500)
        with pytest.raises(ConvergenceError, match="stopped after 2 rounds"):
            ipf(BEFORE, [50, 30, 20], [10, 20, 30, 40], max_iterations=2)

    def test_an_empty_row_cannot_be_filled(self):
        with pytest.raises(ConvergenceError, match="The row 2 is empty but should add up to 4"):
            ipf([[1, 3], [0, 0]], [6, 4], [5, 5])
        with pytest.raises(ConvergenceError, match="The column 1 is empty"):
            ipf([[0, 3], [0, 2]], [6, 4], [5, 5])

    def test_margins_have_to_fit_the_table_and_each_other(self):
        with pytest.raises(ParameterError, match=r"a table of shape \(2, 2\); 3 and 2 came"):
            ipf([[1, 3], [5, 1]], [6, 4, 1], [5, 5])
        with pytest.raises(ParameterError, match="rows add up to 10, columns to 11"):
            ipf([[1, 3], [5, 1]], [6, 4], [5, 6])
        with pytest.raises(ParameterError, match="needs numbers from 0, -1 came"):
            ipf([[1, -1], [5, 1]], [6, 4], [5, 5])


class TestDifference:
    def test_the_parts_add_up_to_the_change_of_m(self):
        before, after = city(BEFORE, year=2005), city(AFTER, year=2017)
        found = difference(before, after)
        wanted = mutual_information(after).value - mutual_information(before).value
        assert found.total == pytest.approx(wanted, abs=1e-15)
        assert sum(found.parts.values()) == pytest.approx(wanted, abs=1e-13)
        assert (found.before, found.years) == (mutual_information(before).value, (2005, 2017))
        assert found.certain

    def test_a_city_that_only_grew_did_not_change(self):
        found = difference(city(BEFORE), city(BEFORE).scaled(7))
        assert max(map(abs, found.parts.values())) < 1e-12

    def test_margins_alone_leave_no_structural_part(self):
        """Rows and columns times whole numbers: other margins, the same odds ratios."""
        after = np.array(BEFORE) * np.array([[1], [3], [2]]) * np.array([1, 4, 2, 1])
        found = difference(city(BEFORE), city(after))
        assert abs(found.structural) < 1e-11
        assert found.group_margin + found.unit_margin == pytest.approx(found.total, abs=1e-11)

    def test_same_margins_leave_only_the_structural_part(self):
        after = np.array(BEFORE)
        after[:2, :2] += [[4, -4], [-4, 4]]
        found = difference(city(BEFORE), city(after))
        assert abs(found.group_margin) < 1e-12
        assert abs(found.unit_margin) < 1e-12
        assert found.structural == pytest.approx(found.total, abs=1e-12)

    def test_turning_time_round_turns_the_signs(self):
        there, back = (
            difference(city(one), city(other)) for one, other in ((BEFORE, AFTER), (AFTER, BEFORE))
        )
        for name in ("group_margin", "unit_margin", "structural", "total"):
            value = there.total if name == "total" else there[name]
            turned = back.total if name == "total" else back[name]
            assert turned == pytest.approx(-value, abs=1e-11)

    def test_units_of_one_year_only_are_additions_or_removals(self):
        before = city([*BEFORE, [0, 0, 0, 60]], units=("A", "B", "C", "old"))
        after = city([[70, 0, 0, 0], *BEFORE], units=("new", "A", "B", "C"))
        found = difference(before, after)
        common = mutual_information(city(BEFORE)).value
        wanted = common - mutual_information(before).value
        assert found.removals == pytest.approx(wanted, abs=1e-14)
        wanted = mutual_information(after).value - common
        assert found.additions == pytest.approx(wanted, abs=1e-14)
        assert max(abs(found[name]) for name in ("group_margin", "structural")) < 1e-12
        assert found.n_units == 3

    def test_a_unit_or_group_that_is_empty_in_one_year_is_no_common_ground(self):
        emptied, grouped = np.array(BEFORE), np.array(BEFORE)
        emptied[2], grouped[:, 3] = 0, 0
        without_unit = difference(city(BEFORE), city(emptied))
        assert without_unit.removals == pytest.approx(without_unit.total, abs=1e-12)
        with_group = difference(city(grouped), city(BEFORE))
        assert with_group.additions == pytest.approx(with_group.total, abs=1e-12)

    def test_a_unit_that_is_empty_in_some_draws_costs_no_interval(self):
        first = city([*(20 * np.array(BEFORE)).tolist(), [1, 0, 0, 0]])
        last = city([*(20 * np.array(AFTER)).tolist(), [1, 0, 0, 0]])
        found = estimate_difference(first, last, seed=1, replicates=100)
        without = estimate_difference(
            city(first.counts[:3]), city(last.counts[:3]), seed=1, replicates=100
        )
        assert found.low["structural"] == pytest.approx(without.low["structural"], abs=2e-3)
        assert found.low["structural"] < found.structural < found.high["structural"]

    def test_empty_cells_on_both_sides_converge(self):
        found = difference(
            city([[40, 0, 9], [0, 30, 8], [9, 7, 6]]), city([[35, 6, 9], [4, 30, 0], [9, 7, 9]])
        )
        assert sum(found.parts.values()) == pytest.approx(found.total, abs=1e-12)

    def test_the_parts_do_not_depend_on_the_order_of_the_units(self):
        turned = city(AFTER[::-1], units="321")
        first, again = (difference(city(BEFORE, "123"), after) for after in (city(AFTER), turned))
        for name, part in first.parts.items():
            assert again[name] == pytest.approx(part, abs=1e-13)

    def test_what_cannot_be_compared_is_refused(self):
        other = CountTable.from_counts(AFTER, groups=("a", "b", "c", "x"))
        with pytest.raises(TableError, match="Both tables need the same groups"):
            difference(city(BEFORE), other)
        with pytest.raises(UndefinedMeasureError, match="of 3 and 3 units none has"):
            difference(city(BEFORE), city(AFTER, units="789"))

    def test_intervals_enclose_the_parts(self):
        before, after = city(BEFORE).scaled(20), city(AFTER).scaled(20)
        found = estimate_difference(before, after, seed=1, replicates=100)
        assert found.low is not None
        assert found.high is not None
        for name in ("group_margin", "unit_margin", "structural"):
            assert found.low[name] < found[name] < found.high[name]
        assert found.low["total"] < found.total < found.high["total"]
        assert found.certain
        assert found == estimate_difference(before, after, seed=1, replicates=100)
        grown = city([*AFTER, [0, 0, 0, 9]])
        partial = estimate_difference(before, grown.scaled(20), seed=1, replicates=40)
        assert partial.low is not None
        assert "total" not in partial.low


class TestMarginOnly:
    def test_each_group_keeps_its_spread(self):
        after = city(AFTER)
        growth = after.group_totals / city(BEFORE).group_totals
        scaled = np.array(BEFORE) * growth
        rest = scaled[:, 1:].sum(axis=1)
        wanted = np.abs(scaled[:, 0] / scaled[:, 0].sum() - rest / rest.sum()).sum() / 2
        assert margin_only(dissimilarity, city(BEFORE), after, "a") == pytest.approx(wanted)

    def test_d_against_a_named_group_does_not_move(self):
        value = margin_only(dissimilarity, city(BEFORE), city(AFTER), "a", other="b")
        assert value == pytest.approx(dissimilarity(city(BEFORE), "a", "b").value, abs=1e-15)

    def test_units_may_differ(self):
        moved = city(AFTER, units="789")
        same = margin_only(information_theory, city(BEFORE), city(AFTER))
        assert margin_only(information_theory, city(BEFORE), moved) == same

    def test_a_group_without_a_spread_is_refused(self):
        before = city([[3, 0, 2, 1], [4, 0, 1, 2]])
        with pytest.raises(UndefinedMeasureError, match="Group 'b' has no people in the earlier"):
            margin_only(information_theory, before, city(AFTER))
        with pytest.raises(ParameterError, match="ls has one for each unit"):
            margin_only(local_segregation, before, city(AFTER))
        assert margin_only(mutual_information, before, before) == pytest.approx(
            mutual_information(before).value, abs=1e-15
        )


class TestIsolationChange:
    def test_both_effects_add_up(self):
        before, after = city(BEFORE, year=2005), city(AFTER, year=2017)
        found = isolation_change(before, after, "a")
        wanted = isolation(after, "a").value - isolation(before, "a").value
        assert sum(found.parts.values()) == pytest.approx(wanted, abs=1e-14)
        assert found.groups == ("a",)

    def test_growth_with_the_same_unevenness_is_all_share(self):
        # eta squared 0.25 twice: shares 1/4 and 3/4 in the first city, moved up in the second
        before = city([[75, 25], [25, 75]])
        after = city([[90, 10], [50, 50]])
        etas = []
        for table in (before, after):
            share = table.shares[0]
            etas.append((isolation(table, "a").value - share) / (1 - share))
        found = isolation_change(before, after, "a")
        share_effect = (after.shares[0] - before.shares[0]) * (1 - np.mean(etas))
        assert found["share"] == pytest.approx(share_effect, abs=1e-14)
        assert found["evenness"] == pytest.approx(found.total - share_effect, abs=1e-14)

    def test_the_whole_city_and_unknown_groups_are_refused(self):
        alone = CountTable.from_counts([[3, 0], [4, 0]], groups=("a", "b"))
        with pytest.raises(UndefinedMeasureError, match="'a' is the whole table"):
            isolation_change(alone, alone, "a")
        with pytest.raises(UnknownGroupError):
            isolation_change(city(BEFORE), city(AFTER), "z")

    def test_the_interval_of_the_total_is_that_of_the_change_in_points(self):
        before, after = city(BEFORE).scaled(20), city(AFTER).scaled(20)
        wishes = {"seed": 1, "replicates": 100}
        found = estimate_isolation_change(before, after, "a", **wishes)
        change = change_between(isolation, before, after, "a", **wishes)
        assert found.parts == isolation_change(before, after, "a").parts
        assert found.low["total"] == pytest.approx(change.points_low, abs=1e-14)
        assert found.high["total"] == pytest.approx(change.points_high, abs=1e-14)
        for name, part in found.parts.items():
            assert found.low[name] < part < found.high[name]
        assert found.certain and not found.reason
        assert (found.seed, found.replicates, found.estimand) == (1, 100, "process")

    def test_what_cannot_be_vouched_for_has_a_reason_instead(self):
        wishes = {"seed": 1, "replicates": 40}
        for found in (
            estimate_isolation_change(city(BEFORE), city(AFTER), "a", **wishes),
            estimate_difference(city(BEFORE), city(AFTER), **wishes),
        ):
            assert found.low is None and found.certain
            assert found.reason_code in ("small-cells", "near-null")
