"""Is it the right number? Exact fractions, closed forms and published tables."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib.change import counterfactual, difference, margin_only
from seglib.inference import estimate
from seglib.measures import (
    dissimilarity,
    entropy,
    information_theory,
    interaction,
    isolation,
    local_segregation,
    mutual_information,
    simpson,
)
from seglib.table import CountTable

# Two groups in four units, x over y.
TEXTBOOK = {
    "O1": ((100, 60, 40, 0), (0, 40, 60, 100)),
    "O2": ((80, 80, 20, 20), (20, 20, 80, 80)),
    "O3": ((10, 30, 5, 55), (90, 70, 45, 145)),
}
EIGHT_DECIMALS = 5e-9  # the tables are printed to eight decimals


def city(x, y) -> CountTable:
    return CountTable.from_counts(np.column_stack([x, y]), groups=("x", "y"))


def exact_dissimilarity(table: CountTable) -> Fraction:
    """The textbook formula in exact fractions: slow, and obviously right."""
    rows = [tuple(map(int, row)) for row in table.counts]
    a_total, b_total = (sum(column) for column in zip(*rows, strict=True))
    return sum(abs(Fraction(a, a_total) - Fraction(b, b_total)) for a, b in rows) / 2


def exact_exposure(table: CountTable, group: int, other: int) -> Fraction:
    """Persons of the other group met in the own unit, by counting."""
    rows = [tuple(map(int, row)) for row in table.counts]
    members = sum(row[group] for row in rows)
    return sum(
        Fraction(row[group], members) * Fraction(row[other], sum(row)) for row in rows if sum(row)
    )


def plain_mutual_information(table: CountTable) -> float:
    """The defining sum, one logarithm of a ratio for each cell."""
    total = table.total
    units, groups = table.unit_totals.tolist(), table.group_totals.tolist()
    return math.fsum(
        n / total * math.log(Fraction(n * total, units[unit] * groups[group]))
        for unit, row in enumerate(table.counts.tolist())
        for group, n in enumerate(row)
        if n
    )


def plain_entropy(table: CountTable) -> float:
    shares = [Fraction(n, table.total) for n in table.group_totals.tolist() if n]
    return -math.fsum(share * math.log(share) for share in shares)


cells = st.integers(0, 300)
tables = st.lists(st.tuples(cells, cells), min_size=2, max_size=8).map(
    lambda rows: CountTable.from_counts([*rows, (1, 2), (3, 1)], groups=("a", "b"))
)


class TestTwinsInPlainPython:
    @given(tables)
    def test_dissimilarity_is_the_exact_fraction(self, table):
        found = dissimilarity(table, "a", "b").value
        assert found == pytest.approx(float(exact_dissimilarity(table)), abs=1e-13)

    @given(tables)
    def test_exposure_is_the_exact_fraction(self, table):
        found = isolation(table, "a").value, interaction(table, "a", "b").value
        wanted = [float(exact_exposure(table, 0, other)) for other in (0, 1)]
        assert found == pytest.approx(wanted, abs=1e-13)

    @given(tables)
    def test_m_h_and_e_are_their_defining_sums(self, table):
        m, e = plain_mutual_information(table), plain_entropy(table)
        assert mutual_information(table).value == pytest.approx(m, abs=1e-13)
        assert entropy(table).value == pytest.approx(e, abs=1e-13)
        assert information_theory(table).value == pytest.approx(m / e, abs=1e-12)

    @given(tables)
    def test_simpson_is_the_chance_that_two_persons_differ(self, table):
        shares = [Fraction(n, table.total) for n in table.group_totals.tolist()]
        wanted = float(1 - sum(share * share for share in shares))
        assert simpson(table).value == pytest.approx(wanted, abs=1e-14)


class TestTextbookTables:
    @pytest.mark.parametrize(
        ("name", "d", "iso", "eta"),
        [
            ("O1", Fraction(3, 5), Fraction(19, 25), Fraction(13, 25)),
            ("O2", Fraction(3, 5), Fraction(17, 25), Fraction(9, 25)),
            ("O3", Fraction(33, 140), Fraction(41, 160), Fraction(7, 160)),
        ],
    )
    def test_ratios_are_exact(self, name, d, iso, eta):
        table = city(*TEXTBOOK[name])
        assert exact_dissimilarity(table) == d
        assert exact_exposure(table, 0, 0) == iso
        assert dissimilarity(table, "x", "y").value == pytest.approx(float(d), abs=1e-15)
        found = isolation(table, "x").value
        assert found == pytest.approx(float(iso), abs=1e-15)
        share = table.shares[0]
        assert (found - share) / (1 - share) == pytest.approx(float(eta), abs=1e-14)

    @pytest.mark.parametrize(
        ("name", "m", "h"),
        [
            ("O1", 0.35664135, 0.51452470),
            ("O2", 0.19274476, 0.27807191),
            ("O3", 0.02418924, 0.04566539),
        ],
    )
    def test_information_has_the_printed_digits(self, name, m, h):
        table = city(*TEXTBOOK[name])
        assert mutual_information(table).value == pytest.approx(m, abs=EIGHT_DECIMALS)
        assert information_theory(table).value == pytest.approx(h, abs=EIGHT_DECIMALS)

    def test_the_second_table_has_a_closed_form(self):
        """Every unit 80 to 20: H is one less the entropy of 0.2 in bits."""
        bits = -(0.8 * math.log2(0.8) + 0.2 * math.log2(0.2))
        found = information_theory(city(*TEXTBOOK["O2"])).value
        assert found == pytest.approx(1 - bits, abs=1e-14)

    def test_equal_d_may_go_with_very_different_h(self):
        first, second = city(*TEXTBOOK["O1"]), city(*TEXTBOOK["O2"])
        assert dissimilarity(first, "x").value == pytest.approx(dissimilarity(second, "x").value)
        ratio = information_theory(first).value / information_theory(second).value
        assert ratio == pytest.approx(1.85, abs=0.01)

    def test_o4_perfect_separation(self):
        table = city((50, 50, 0, 0), (0, 0, 70, 30))
        assert dissimilarity(table, "x", "y").value == 1.0
        assert information_theory(table).value == pytest.approx(1.0, abs=1e-15)
        assert isolation(table, "x").value == 1.0
        assert mutual_information(table).value == pytest.approx(math.log(2), abs=1e-15)
        np.testing.assert_allclose(local_segregation(table).values, math.log(2), rtol=1e-14)


class TestElbersDecomposition:
    """O5: the toy table of Elbers's appendix, fitted to 1e-12 by an independent program."""

    def test_the_toy_table_splits_as_computed(self):
        before = CountTable.from_counts([[40, 30, 20, 10], [5, 10, 15, 20]])
        after = CountTable.from_counts([[20, 20, 20, 15], [5, 10, 10, 15]])
        found = difference(before, after)
        assert found.before == pytest.approx(0.09526044, abs=EIGHT_DECIMALS)
        assert found.after == pytest.approx(0.02439202, abs=EIGHT_DECIMALS)
        assert found.group_margin == pytest.approx(-0.00338877, abs=EIGHT_DECIMALS)
        assert found.unit_margin == pytest.approx(0.00120036, abs=EIGHT_DECIMALS)
        assert found.structural == pytest.approx(-0.06868001, abs=EIGHT_DECIMALS)
        assert found.additions == found.removals == 0.0

    def test_counterfactual_tables_give_the_same_split(self):
        """Structural: the gap to the table of the other year's odds ratios, at either sizes."""
        before = CountTable.from_counts([[40, 30, 20, 10], [5, 10, 15, 20]])
        after = CountTable.from_counts([[20, 20, 20, 15], [5, 10, 10, 15]])
        old_in_new, new_in_old = counterfactual(before, after), counterfactual(after, before)
        gaps = (
            0.02439202 - old_in_new.value_of(mutual_information),
            new_in_old.value_of(mutual_information) - 0.09526044,
        )
        assert sum(gaps) / 2 == pytest.approx(-0.06868001, abs=2 * EIGHT_DECIMALS)
        margins = old_in_new.value_of(mutual_information) - 0.09526044
        margins += 0.02439202 - new_in_old.value_of(mutual_information)
        assert margins / 2 == pytest.approx(-0.00338877 + 0.00120036, abs=2 * EIGHT_DECIMALS)


class TestReferenceGroup:
    """O7: B grows where it lives; D of A against the rest falls though nobody of A moved."""

    counts = np.array([(900, 50, 50), (700, 200, 100), (400, 400, 200), (200, 500, 300)])

    def grown(self, factor: float) -> CountTable:
        table = self.counts.copy()
        table[:, 2] = np.rint(table[:, 2] * factor)
        return CountTable.from_counts(table, groups=("NL", "A", "B"))

    @pytest.mark.parametrize(
        ("factor", "d_rest", "h", "m", "iso", "diversity"),
        [
            (1, 0.3966, 0.1652, 0.16227, 0.2192, 0.588),
            (1.5, 0.3574, 0.1577, 0.16273, 0.2921, None),
            (2, 0.3255, 0.1530, 0.16156, 0.3509, None),
            (3, 0.2766, 0.1471, 0.15657, 0.4404, 0.645),
        ],
    )
    def test_what_moves_and_what_stays(self, factor, d_rest, h, m, iso, diversity):
        table, four = self.grown(factor), 5e-5
        assert dissimilarity(table, "A").value == pytest.approx(d_rest, abs=four)
        assert information_theory(table).value == pytest.approx(h, abs=four)
        assert mutual_information(table).value == pytest.approx(m, abs=four / 10)
        assert isolation(table, "B").value == pytest.approx(iso, abs=four)
        assert dissimilarity(table, "A", "NL").value == pytest.approx(0.5099, abs=four)
        assert dissimilarity(table, "B", "NL").value == pytest.approx(0.4965, abs=four)
        assert dissimilarity(table, "B").value == pytest.approx(0.3215, abs=four)
        if diversity:
            assert simpson(table).value == pytest.approx(diversity, abs=5e-4)

    def test_margins_alone_explain_all_of_it(self):
        first, last = self.grown(1), self.grown(3)
        for measure, names in ((dissimilarity, ("A",)), (information_theory, ())):
            value = margin_only(measure, first, last, *names)
            assert value == pytest.approx(measure(last, *names).value, abs=1e-14)


class TestChanceAlone:
    """O6: 400 units without segregation are uneven by chance, the more the smaller the cells."""

    @pytest.mark.parametrize(
        ("persons", "share", "mean"),
        [
            (20, 0.02, 0.680),
            (20, 0.10, 0.290),
            (50, 0.02, 0.379),
            (100, 0.05, 0.182),
            (100, 0.02, 0.276),
            (500, 0.30, 0.039),
            (1500, 0.10, 0.034),
        ],
    )
    def test_binomial_worlds_have_the_recorded_mean(self, persons, share, mean):
        """200 draws of another program, given to 0.005: everyone draws a group at random."""
        random = np.random.default_rng(1)
        worlds = random.binomial(persons, share, (60, 400))
        found = [dissimilarity(city(ours, persons - ours), "x", "y").value for ours in worlds]
        assert np.mean(found) == pytest.approx(mean, abs=0.005)

    @pytest.mark.parametrize(("persons", "ours"), [(20, 2), (50, 1), (100, 5), (500, 150)])
    def test_the_null_has_its_closed_form(self, persons, ours):
        """With units alike, D is a sum of mean absolute deviations of a hypergeometric."""
        n_units, others = 400, persons - ours
        whole, members = n_units * persons, n_units * ours
        ways = [
            math.comb(members, x) * math.comb(whole - members, persons - x)
            for x in range(min(61, persons + 1))
        ]
        chances = [way / math.comb(whole, persons) for way in ways] if ours < 100 else None
        table = CountTable.from_counts([[ours, others]] * n_units, groups=("x", "y"))
        found = estimate(dissimilarity, table, "x", "y", seed=1, replicates=100)
        assert found.reason_code == "near-null"
        if chances is None:  # near normal: the mean absolute deviation is sqrt(2 / pi) sigma
            share = ours / persons
            deviation = math.sqrt(2 / math.pi * persons * share * (1 - share))
        else:
            deviation = sum(chance * abs(x - ours) for x, chance in enumerate(chances))
        wanted = n_units * deviation * whole / (2 * members * (whole - members))
        # 100 draws: four standard errors of their mean stay below 0.6 percent
        assert found.null_mean == pytest.approx(wanted, rel=0.006)
