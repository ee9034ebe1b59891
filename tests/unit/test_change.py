"""Do the parts of a change add up, converge, and mean what they are called?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.change import (
    chance,
    common_ground,
    counterfactual,
    difference,
    estimate_difference,
    estimate_isolation_change,
    estimate_margin_only,
    estimate_structural_share,
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

    def test_two_rows_that_share_too_little_do_not_converge_and_one_is_named(self):
        """West and Oost need 12 and live in two columns of 10 together; each by itself fits."""
        message = (
            r"relative gap of .*, wanted is 1e-10; unit '(West|Oost)' needs (5|7) and gets "
            r"(4\.16|5\.83).*, with 4 cells of the table empty\. Merge it"
        )
        seed = [[3, 3, 0, 0], [1, 3, 0, 0], [2, 1, 4, 1], [1, 1, 1, 3]]
        names = ["unit 'West'", "unit 'Oost'", "unit 'Zuid'", "unit 'Noord'"], list("abcd")
        with pytest.raises(ConvergenceError, match=message):
            ipf(seed, [5, 7, 4, 4], [4, 6, 5, 5], max_iterations=2000, names=names)
        with pytest.raises(ConvergenceError, match=r"stopped after 2 rounds .* row \d needs"):
            ipf(BEFORE, [50, 30, 20], [10, 20, 30, 40], max_iterations=2)

    def test_a_row_or_column_that_alone_holds_too_little_is_named_at_once(self):
        """Row 1 lives in column 2 alone, which has 5; nobody may enter an empty cell."""
        with pytest.raises(
            ConvergenceError, match="row 1 can hold 5 at most but should add up to 6"
        ):
            ipf([[0, 3, 0], [5, 1, 2]], [6, 4], [2, 5, 3])
        with pytest.raises(ConvergenceError, match="column 2 can hold 4 at most but should add"):
            ipf([[2, 3], [5, 0], [1, 0]], [4, 3, 3], [3, 7])

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
        assert "additions" not in found.low
        assert partial.low["additions"] < partial.additions < partial.high["additions"]
        assert "removals" not in partial.low
        assert partial.low["total"] < partial.total < partial.high["total"]

    def test_the_interval_of_the_total_is_that_of_the_change_of_m_with_new_units_or_without(self):
        """M of whole cities, drawn cell by cell by hand, also where a unit is of one year only."""
        before = city(BEFORE, "123").scaled(20)
        after = city([*AFTER, [0, 0, 0, 9]], "1234").scaled(20)
        found = estimate_difference(before, after, seed=1, replicates=200)
        change = found.total
        random = np.random.default_rng(5)
        drawn = [
            mutual_information(
                city(
                    random.multinomial(t.total, t.counts.ravel() / t.total).reshape(t.counts.shape)
                )
            ).value
            for t in (before, after)
            for _ in range(400)
        ]
        gaps = np.array(drawn[400:]) - np.array(drawn[:400])
        wanted = 2 * change - np.quantile(gaps, [0.975, 0.025])
        # quantiles of 200 and of 400 draws: a tenth of the width is three errors of both
        slack = 0.15 * (wanted[1] - wanted[0])
        assert [found.low["total"], found.high["total"]] == pytest.approx(wanted, abs=slack)

    def test_a_draw_that_cannot_be_fitted_leaves_a_reason_and_no_interval(self, monkeypatch):
        def refuse(*_):
            raise ConvergenceError("no fit")

        monkeypatch.setattr(chance, "margin_parts", refuse)
        before, after = city(BEFORE).scaled(20), city(AFTER).scaled(20)
        found = estimate_difference(before, after, seed=1, replicates=40)
        assert (found.low, found.reason_code) == (None, "small-cells")
        assert found.reason == "undefined in 40 of 40 draws"


class TestGround:
    def test_units_of_one_year_are_listed_with_their_persons_and_why(self):
        before = city(
            [[4, 1, 0, 0], [2, 2, 0, 0], [7, 0, 0, 0], [0, 0, 5, 0], [0, 0, 0, 0]],
            units=("A", "B", "gone", "lost", "never"),
        )
        after = city(
            [[3, 3, 0, 0], [0, 0, 0, 0], [6, 5, 0, 0], [1, 0, 0, 3], [0, 4, 0, 0]],
            units=("A", "B", "new", "lost", "never"),
        )
        ground = difference(before, after).ground
        assert [(one.unit, one.persons, one.reason) for one in ground.removals] == [
            ("B", 4, "empty in the later year"),
            ("gone", 7, "not in the later year"),
            ("lost", 5, "no group in both years"),
        ]
        assert [(one.unit, one.persons, one.reason) for one in ground.additions] == [
            ("new", 11, "not in the earlier year"),
            ("lost", 4, "no group in both years"),
            ("never", 4, "empty in the earlier year"),
        ]
        assert (ground.units, ground.groups) == (("A",), ("a", "b"))
        assert (ground.removed_groups, ground.added_groups) == ({"c": 5}, {"d": 3})
        assert ground.without == []
        frame = ground.to_frame()
        assert frame["persons"].tolist() == [4, 7, 5, 5, 11, 4, 4, 3]
        assert frame.loc[frame["group"] == "d", "part"].tolist() == ["additions"]

    def test_r3_what_vanished_is_told_however_many_units_are_new(self):
        """A warning about units that left must not hang on how many the first year has."""
        many = city([*BEFORE, *BEFORE], units="123456")
        few = city(BEFORE[:1], units="1")
        for before, after in ((many, few), (few, many)):
            ground = difference(before, after).ground
            gone = {unit.unit: unit.persons for unit in (*ground.removals, *ground.additions)}
            assert gone == {"2": 50, "3": 56, "4": 100, "5": 50, "6": 56}
            assert bool(ground.removals) == (before is many)

    def test_years_on_the_same_ground_lack_nothing(self):
        ground = common_ground(city(BEFORE), city(AFTER))
        assert ground.without == ["removals", "additions"]
        assert ground.to_frame().empty
        np.testing.assert_array_equal(ground.after, AFTER)


class TestCounterfactual:
    def test_odds_ratios_are_of_the_first_year_and_sizes_of_the_other(self):
        found = counterfactual(city(BEFORE), city(AFTER))
        np.testing.assert_allclose(odds_ratios(found.counts), odds_ratios(BEFORE), atol=1e-9)
        np.testing.assert_allclose(found.counts.sum(axis=1), np.sum(AFTER, axis=1), rtol=1e-9)
        np.testing.assert_allclose(found.counts.sum(axis=0), np.sum(AFTER, axis=0), rtol=1e-9)

    @pytest.mark.parametrize(("take", "taken", "kept"), [("units", 1, 0), ("groups", 0, 1)])
    def test_one_kind_of_size_can_be_taken_alone(self, take, taken, kept):
        found = counterfactual(city(BEFORE), city(AFTER), take=take).counts
        np.testing.assert_allclose(found.sum(axis=taken), np.sum(AFTER, axis=taken), rtol=1e-9)
        shares = np.sum(BEFORE, axis=kept) / np.sum(BEFORE)
        np.testing.assert_allclose(found.sum(axis=kept) / found.sum(), shares, rtol=1e-9)
        np.testing.assert_allclose(odds_ratios(found), odds_ratios(BEFORE), atol=1e-9)

    def test_the_structural_part_is_the_gap_to_both_counterfactuals(self):
        """Elbers: the mean of what the odds ratios do at the sizes of either year."""
        before, after = city(BEFORE), city(AFTER)
        at_last, at_first = counterfactual(before, after), counterfactual(after, before)
        gaps = (
            mutual_information(after).value - at_last.value_of(mutual_information),
            at_first.value_of(mutual_information) - mutual_information(before).value,
        )
        assert difference(before, after).structural == pytest.approx(sum(gaps) / 2, abs=1e-12)

    def test_units_are_matched_by_code_and_those_of_one_year_are_listed(self):
        before = city([*BEFORE, [9, 9, 9, 9]], units="123x")
        turned = city([[5, 5, 5, 5], *AFTER[::-1]], units="y321")
        found = counterfactual(before, turned)
        same = counterfactual(city(BEFORE, "123"), city(AFTER, "123"))
        np.testing.assert_allclose(found.counts, same.counts, rtol=1e-12)
        assert (found.units, found.ground.removals[0].unit) == (("1", "2", "3"), "x")
        assert (found.take, found.ground.additions[0].persons) == ("both", 20)

    def test_an_empty_cell_stays_empty_and_its_unit_is_named_where_that_cannot_be(self):
        """In unit B only group b lives; later B has more people than group b has anywhere."""
        before = CountTable.from_counts([[6, 1], [0, 3]], groups=("a", "b"), units=("A", "B"))
        after = CountTable.from_counts([[2, 2], [4, 2]], groups=("a", "b"), units=("A", "B"))
        with pytest.raises(ConvergenceError, match=r"The unit 'B' can hold 4 .* to 6"):
            counterfactual(before, after)
        with pytest.raises(ConvergenceError, match="unit 'B'"):
            difference(before, after)
        small = CountTable.from_counts([[4, 4], [1, 1]], groups=("a", "b"), units=("A", "B"))
        np.testing.assert_allclose(
            counterfactual(before, small).counts, [[5, 3], [0, 2]], rtol=1e-8, atol=0
        )

    def test_d_between_two_groups_does_not_move_with_the_sizes_of_groups_in_margin_only(self):
        found = counterfactual(city(BEFORE), city(AFTER), take="groups")
        assert found.value_of(dissimilarity, "a", other="b") != pytest.approx(
            margin_only(dissimilarity, city(BEFORE), city(AFTER), "a", other="b"), abs=1e-4
        )

    def test_what_to_take_is_one_of_three(self):
        with pytest.raises(ParameterError, match="'both', 'units' or 'groups', not 'rows'"):
            counterfactual(city(BEFORE), city(AFTER), take="rows")


class TestStructuralShare:
    def test_its_value_and_interval_are_of_the_ratio_in_each_draw(self):
        before, after = city(BEFORE).scaled(50), city(AFTER).scaled(50)
        parts = estimate_difference(before, after, seed=1, replicates=200)
        found = estimate_structural_share(before, after, seed=1, replicates=200)
        assert found.value == pytest.approx(parts.structural / parts.total, abs=1e-14)
        random = np.random.default_rng(5)
        shares = []
        for _ in range(300):
            drawn = [
                city(random.multinomial(t.total, t.counts.ravel() / t.total).reshape(3, 4))
                for t in (before, after)
            ]
            one = difference(*drawn)
            shares.append(one.structural / one.total)
        assert found.standard_error == pytest.approx(np.std(shares), rel=0.2)
        assert found.low < found.value < found.high
        assert found.low == pytest.approx(
            2 * found.value - np.quantile(shares, 0.975), abs=0.25 * (found.high - found.low)
        )
        assert (found.estimand, found.replicates, found.certain) == ("process", 200, True)

    def test_a_change_near_zero_has_no_share_with_an_interval(self):
        moved = np.array(BEFORE) * 100
        moved[0, 0] += 20
        found = estimate_structural_share(city(BEFORE).scaled(100), city(moved), seed=1)
        assert (found.low, found.reason_code) == (None, "near-null")
        assert "times its standard error, too near 0" in found.reason
        with pytest.raises(UndefinedMeasureError, match="M is the same in both tables"):
            estimate_structural_share(city(BEFORE), city(BEFORE), seed=1)
        small = estimate_structural_share(city(BEFORE), city(AFTER), seed=1, replicates=40)
        assert small.low is None and small.reason_code in ("small-cells", "near-null")

    def test_the_whole_change_of_spread_is_a_share_of_one(self):
        after = np.array(BEFORE) * 40
        after[:2, :2] += [[160, -160], [-160, 160]]
        found = estimate_structural_share(city(BEFORE).scaled(40), city(after), seed=1)
        assert found.value == pytest.approx(1.0, abs=1e-9)
        assert found.low < 1.0 < found.high


class TestMarginOnlyByChance:
    def test_both_parts_are_differences_of_values_with_an_interval_each(self):
        before, after = city(BEFORE, year=2005).scaled(20), city(AFTER, year=2017).scaled(20)
        found = estimate_margin_only(dissimilarity, before, after, "a", seed=1, replicates=100)
        imagined = margin_only(dissimilarity, before, after, "a")
        first, last = (dissimilarity(table, "a").value for table in (before, after))
        assert found["group_margin"] == pytest.approx(imagined - first, abs=1e-14)
        assert found["spread"] == pytest.approx(last - imagined, abs=1e-14)
        assert (found.symbol, found.years) == ("D_rest", (2005, 2017))
        for name in ("group_margin", "spread", "total"):
            value = found.total if name == "total" else found[name]
            assert found.low[name] < value < found.high[name]
        change = change_between(dissimilarity, before, after, "a", seed=3, replicates=400)
        width = change.points_high - change.points_low
        assert found.low["total"] == pytest.approx(change.points_low, abs=0.2 * width)
        assert found.high["total"] == pytest.approx(change.points_high, abs=0.2 * width)

    def test_its_ends_are_those_of_the_draws_and_not_reflected(self):
        """Five units lie at D's kink, so that shaking a city brings the effect nearer to 0."""
        kink = [[200, 200 + step, 500 - 10 * step] for step in (-6, -3, 0, 3, 6)]
        before = CountTable.from_counts([[500, 100, 500], [100, 500, 400], *kink], groups="abc")
        after = CountTable.from_counts(
            [[500, 100, 900], [100, 500, 500], *[[200, 200, 700]] * 5], groups="abc"
        )
        found = estimate_margin_only(dissimilarity, before, after, "a", seed=1, replicates=400)
        random = np.random.default_rng(2)
        effects = []
        for _ in range(400):
            first, last = (
                CountTable.from_counts(
                    random.multinomial(t.total, t.counts.ravel() / t.total).reshape(-1, 3),
                    groups="abc",
                )
                for t in (before, after)
            )
            effect = margin_only(dissimilarity, first, last, "a")
            effects.append(effect - dissimilarity(first, "a").value)
        wanted = np.quantile(effects, [0.025, 0.975])
        ends = found.low["group_margin"], found.high["group_margin"]
        # a tenth of the width is three errors of such quantiles; reflection moves ends by 0.25
        assert ends == pytest.approx(wanted, abs=0.12 * (wanted[1] - wanted[0]))
        assert found.method.startswith("percentile bootstrap of persons")

    def test_d_of_two_groups_has_no_part_of_the_margins_in_any_draw(self):
        before, after = city(BEFORE).scaled(20), city(AFTER).scaled(20)
        found = estimate_margin_only(
            dissimilarity, before, after, "a", other="b", seed=1, replicates=40
        )
        assert abs(found.low["group_margin"]) < 1e-12
        assert abs(found.high["group_margin"]) < 1e-12

    def test_what_cannot_be_vouched_for_has_a_reason(self):
        found = estimate_margin_only(
            dissimilarity, city(BEFORE), city(AFTER), "a", seed=1, replicates=40
        )
        assert found.low is None and found.reason_code in ("small-cells", "near-null")


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
