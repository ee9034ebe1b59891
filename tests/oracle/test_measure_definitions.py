"""Are Gini, roots, variances, diversities and local numbers what their definitions say?"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib.measures import (
    atkinson,
    correlation_ratio,
    dissimilarity,
    effective_number,
    entropy,
    false_discovery,
    gini,
    group_segregation,
    hutchens,
    information_theory,
    inverse_simpson,
    isolation,
    local_entropy,
    local_segregation,
    location_quotient,
    multigroup_dissimilarity,
    multigroup_gini,
    mutual_information,
    normalised_exposure,
    relative_diversity,
    reynal_querol,
    shrunken_quotient,
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
ROUNDING = 1e-12  # sums of some thirty terms of size 1

cells = st.integers(0, 300)
pairs = st.lists(st.tuples(cells, cells), min_size=1, max_size=8).map(
    lambda rows: CountTable.from_counts([*rows, (1, 2), (3, 1), (0, 0)], groups=("a", "b"))
)
triples = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6).map(
    lambda rows: CountTable.from_counts([*rows, (1, 2, 0), (3, 1, 4)], groups=("a", "b", "c"))
)


def textbook(name: str) -> CountTable:
    return CountTable.from_counts(np.column_stack(TEXTBOOK[name]), groups=("x", "y"))


def exact(table: CountTable) -> tuple[list[list[Fraction]], list[int], list[Fraction], int]:
    """Each filled unit's shares and persons, the city's shares and persons."""
    rows = [row for row in table.counts.tolist() if sum(row)]
    total = sum(map(sum, rows))
    inside = [[Fraction(n, sum(row)) for n in row] for row in rows]
    city = [Fraction(sum(column), total) for column in zip(*rows, strict=True)]
    return inside, [sum(row) for row in rows], city, total


def exact_gini(table: CountTable) -> Fraction:
    """Every pair of units, group by group: slow, and obviously right."""
    inside, persons, city, total = exact(table)
    units = range(len(persons))
    gap = sum(
        persons[u] * persons[v] * abs(inside[u][g] - inside[v][g])
        for g, u, v in product(range(len(city)), units, units)
    )
    return gap / (2 * total**2 * sum(p * (1 - p) for p in city))


def exact_gap(table: CountTable) -> Fraction:
    """D of all groups: persons out of place over their maximum."""
    inside, persons, city, total = exact(table)
    gap = sum(
        n * abs(share - p)
        for n, shares in zip(persons, inside, strict=True)
        for share, p in zip(shares, city, strict=True)
    )
    return gap / (2 * total * sum(p * (1 - p) for p in city))


def exact_variances(table: CountTable) -> list[Fraction]:
    """For each group the variance of its share over persons."""
    inside, persons, city, total = exact(table)
    return [
        sum(n * (shares[g] - p) ** 2 for n, shares in zip(persons, inside, strict=True)) / total
        for g, p in enumerate(city)
    ]


class TestTextbookTables:
    @pytest.mark.parametrize(
        ("name", "wanted", "eta"),
        [
            ("O1", Fraction(4, 5), Fraction(13, 25)),
            ("O2", Fraction(3, 5), Fraction(9, 25)),
            ("O3", Fraction(1, 4), Fraction(7, 160)),
        ],
    )
    def test_ratios_are_exact(self, name, wanted, eta):
        table = textbook(name)
        assert exact_gini(table) == wanted
        assert gini(table, "x", "y").value == pytest.approx(float(wanted), abs=1e-15)
        assert multigroup_gini(table).value == pytest.approx(float(wanted), abs=1e-15)
        found = (correlation_ratio(table, "x"), relative_diversity(table))
        for estimate in (*found, normalised_exposure(table)):
            assert estimate.value == pytest.approx(float(eta), abs=1e-15)

    @pytest.mark.parametrize(
        ("name", "root", "atk"),
        [
            ("O1", 0.51010205, 0.76),
            ("O2", 0.2, 0.36),
            ("O3", 0.03717207, 0.07296237),
        ],
    )
    def test_roots_have_the_printed_digits(self, name, root, atk):
        table = textbook(name)
        assert hutchens(table, "x", "y").value == pytest.approx(root, abs=EIGHT_DECIMALS)
        assert atkinson(table, "x", "y").value == pytest.approx(atk, abs=EIGHT_DECIMALS)

    def test_the_first_table_has_a_closed_form(self):
        """The two mixed units hold 0.3 and 0.2 of the groups: overlap is twice root 0.06."""
        overlap = 2 * math.sqrt(0.06)
        table = textbook("O1")
        assert hutchens(table, "x", "y").value == pytest.approx(1 - overlap, abs=1e-15)
        assert atkinson(table, "x", "y").value == pytest.approx(0.76, abs=1e-15)
        # S of shape 1/4 by hand, and its power 1 / (1 - 1/4)
        mean = 0.3**0.25 * 0.2**0.75 + 0.2**0.25 * 0.3**0.75
        found = atkinson(table, "x", "y", shape=0.25).value
        assert found == pytest.approx(1 - mean ** (4 / 3), abs=1e-15)

    def test_o4_perfect_separation(self):
        table = CountTable.from_counts([[50, 0], [50, 0], [0, 70], [0, 30]], groups=("x", "y"))
        for measure in (gini, hutchens, atkinson):
            assert measure(table, "x", "y").value == 1.0
        assert correlation_ratio(table, "x").value == pytest.approx(1.0, abs=1e-15)
        found = (multigroup_dissimilarity, multigroup_gini, relative_diversity, normalised_exposure)
        for measure in found:
            assert measure(table).value == pytest.approx(1.0, abs=1e-15)
        # an exponent multiplies the rounding of sums near 200 ln 200
        assert effective_number(table).value == pytest.approx(2.0, abs=1e-14)
        assert inverse_simpson(table).value == reynal_querol(table).value + 1.0 == 2.0

    @pytest.mark.parametrize(
        ("rows", "m"),
        [
            ([[40, 30, 20, 10], [5, 10, 15, 20]], 0.09526044),
            ([[20, 20, 20, 15], [5, 10, 10, 15]], 0.02439202),
        ],
    )
    def test_o5_groups_and_units_both_add_up_to_m(self, rows, m):
        table = CountTable.from_counts(rows)
        for found in (group_segregation(table), local_segregation(table)):
            summed = np.sum(found.values * found.persons) / table.total
            assert summed == pytest.approx(m, abs=EIGHT_DECIMALS)

    def test_o5_local_entropies_by_hand(self):
        found = local_entropy(CountTable.from_counts([[40, 30, 20, 10], [5, 5, 5, 5]])).values
        bits = [-(share * math.log2(share)) for share in (0.4, 0.3, 0.2, 0.1)]
        assert found == pytest.approx([sum(bits) * math.log(2), math.log(4)], abs=1e-14)


class TestReferenceGroup:
    """O7: B grows where it lives."""

    counts = np.array([(900, 50, 50), (700, 200, 100), (400, 400, 200), (200, 500, 300)])

    def grown(self, factor: int) -> CountTable:
        return CountTable.from_counts(self.counts * [1, 1, factor], groups=("NL", "A", "B"))

    def test_pairs_without_b_stay_while_a_against_the_rest_falls(self):
        first, last = self.grown(1), self.grown(3)
        for measure in (gini, hutchens, atkinson):
            alone = [measure(table, "A", "NL").value for table in (first, last)]
            assert alone[0] == pytest.approx(alone[1], abs=1e-14)
            apart = [measure(table, "A").value for table in (first, last)]
            assert apart[1] < apart[0] - 0.03

    @pytest.mark.parametrize(("factor", "iso", "varied"), [(1, 0.2192, 0.588), (3, 0.4404, 0.645)])
    def test_what_follows_from_the_printed_numbers(self, factor, iso, varied):
        table = self.grown(factor)
        share = 650 * factor / (3350 + 650 * factor)
        found = correlation_ratio(table, "B").value
        assert found == pytest.approx((iso - share) / (1 - share), abs=1e-4)
        assert inverse_simpson(table).value == pytest.approx(1 / (1 - varied), abs=5e-3)

    def test_all_groups_together_are_the_weighted_mean_of_each(self):
        table = self.grown(1)
        weights = [p * (1 - p) for p in table.shares]
        for each, together in (
            (dissimilarity, multigroup_dissimilarity),
            (gini, multigroup_gini),
            (correlation_ratio, relative_diversity),
        ):
            mean = np.average([each(table, name).value for name in table.groups], weights=weights)
            assert together(table).value == pytest.approx(mean, abs=1e-14)
        mean = np.average(
            [correlation_ratio(table, name).value for name in table.groups], weights=table.shares
        )
        assert normalised_exposure(table).value == pytest.approx(mean, abs=1e-14)


class TestTwinsInPlainPython:
    @given(pairs)
    def test_gini_of_two_groups_is_that_of_all_pairs_of_units(self, table):
        assert gini(table, "a", "b").value == pytest.approx(float(exact_gini(table)), abs=ROUNDING)

    @given(triples)
    def test_measures_of_all_groups_are_the_exact_fractions(self, table):
        variances, (_, _, city, _) = exact_variances(table), exact(table)
        variety = sum(p * (1 - p) for p in city)
        exposure = sum(v / (1 - p) for v, p in zip(variances, city, strict=True))
        for measure, wanted in (
            (multigroup_gini, exact_gini(table)),
            (multigroup_dissimilarity, exact_gap(table)),
            (relative_diversity, sum(variances) / variety),
            (normalised_exposure, exposure),
        ):
            assert measure(table).value == pytest.approx(float(wanted), abs=ROUNDING)
        eta = variances[0] / (city[0] * (1 - city[0]))
        assert correlation_ratio(table, "a").value == pytest.approx(float(eta), abs=ROUNDING)

    @given(pairs, st.sampled_from([0.1, 0.25, 0.5, 0.8]))
    def test_roots_are_their_defining_sums(self, table, shape):
        """Massey and Denton's form, with p the share in the unit and P in the city."""
        inside, persons, (city, _), total = exact(table)
        mean = math.fsum(
            float(1 - p) ** (1 - shape) * float(p) ** shape * n / (float(city) * total)
            for n, (p, _) in zip(persons, inside, strict=True)
        )
        wanted = 1 - float(city / (1 - city)) * mean ** (1 / (1 - shape))
        found = atkinson(table, "a", "b", shape=shape).value
        assert found == pytest.approx(wanted, abs=1e-11)  # the power multiplies rounding by 1.2/0.2
        a, b = table.group_totals.tolist()
        overlap = math.fsum(math.sqrt(Fraction(x, a) * Fraction(y, b)) for x, y in table.counts)
        assert hutchens(table, "a", "b").value == pytest.approx(1 - overlap, abs=ROUNDING)

    @given(triples)
    def test_diversities_are_the_exact_fractions(self, table):
        _, _, city, _ = exact(table)
        squares = sum(p * p for p in city)
        assert inverse_simpson(table).value == pytest.approx(float(1 / squares), abs=ROUNDING)
        wanted = float(4 * sum(p * p * (1 - p) for p in city))
        assert reynal_querol(table).value == pytest.approx(wanted, abs=ROUNDING)
        wanted = math.prod(float(p) ** -float(p) for p in city)
        assert effective_number(table).value == pytest.approx(wanted, abs=ROUNDING)

    @given(triples)
    def test_quotients_are_the_exact_fractions(self, table):
        """The shrunken one in its other form: kappa persons of the city added to each unit."""
        inside, persons, (city, *_), total = exact(table)
        keep = table.unit_totals > 0
        wanted = [float(shares[0] / city) for shares in inside]
        found = location_quotient(table, "a").values[keep]
        assert found == pytest.approx(wanted, abs=ROUNDING)
        free = len(persons) - 1
        gaps = sum(n * (shares[0] - city) ** 2 for n, shares in zip(persons, inside, strict=True))
        chance = city * (1 - city)
        above = gaps - free * chance
        freedom = total - Fraction(sum(n * n for n in persons), total) - free
        found = shrunken_quotient(table, "a").values[keep]
        if freedom <= 0 or above <= 0:
            wanted = [1.0] * len(persons)
        else:
            between = min(above / freedom, chance)
            kappa = (chance - between) / between
            wanted = [
                float((shares[0] * n + kappa * city) / (n + kappa) / city)
                for n, shares in zip(persons, inside, strict=True)
            ]
        assert found == pytest.approx(wanted, abs=1e-9)  # `above` may be a difference near 0


class TestHowMeasuresHangTogether:
    @given(pairs)
    def test_gini_lies_between_d_and_twice_d_less_its_square(self, table):
        d, g = dissimilarity(table, "a", "b").value, gini(table, "a", "b").value
        assert d - ROUNDING <= g <= 2 * d - d * d + ROUNDING

    @given(pairs)
    def test_with_two_groups_those_of_all_groups_are_those_of_a_pair(self, table):
        d, g = dissimilarity(table, "a", "b").value, gini(table, "a", "b").value
        assert multigroup_dissimilarity(table).value == pytest.approx(d, abs=ROUNDING)
        assert multigroup_gini(table).value == pytest.approx(g, abs=ROUNDING)
        eta = correlation_ratio(table, "a").value
        for found in (
            correlation_ratio(table, "b"),
            relative_diversity(table),
            normalised_exposure(table),
        ):
            assert found.value == pytest.approx(eta, abs=ROUNDING)
        assert reynal_querol(table).value == pytest.approx(2 * simpson(table).value, abs=ROUNDING)

    @given(pairs)
    def test_eta_squared_is_isolation_above_the_share(self, table):
        share = table.shares[0]
        wanted = (isolation(table, "a").value - share) / (1 - share)
        assert correlation_ratio(table, "a").value == pytest.approx(wanted, abs=1e-11)

    @given(pairs, st.sampled_from([0.2, 0.5, 0.7]))
    def test_a_shape_from_one_side_is_the_other_shape_from_the_other(self, table, shape):
        """Equal but for the outer power: both come from one overlap S."""
        # to the higher of both powers, as a root would blow up the rounding of 1 - A near 0
        power = max(1 / shape, 1 / (1 - shape))
        ours = (1 - atkinson(table, "a", "b", shape=shape).value) ** ((1 - shape) * power)
        theirs = (1 - atkinson(table, "b", "a", shape=1 - shape).value) ** (shape * power)
        assert ours == pytest.approx(theirs, abs=1e-11)

    @given(pairs)
    def test_atkinson_of_the_drawn_shape_follows_from_hutchens(self, table):
        root = hutchens(table, "a", "b").value
        wanted = 1 - (1 - root) ** 2
        assert atkinson(table, "a", "b").value == pytest.approx(wanted, abs=ROUNDING)

    @given(triples)
    def test_local_numbers_add_up(self, table):
        m, e = mutual_information(table).value, entropy(table).value
        weights = table.unit_totals / table.total
        varied = np.nansum(local_entropy(table).values * weights)
        assert varied == pytest.approx(e - m, abs=ROUNDING)
        by_group = group_segregation(table)
        summed = np.nansum(by_group.values * by_group.persons) / table.total
        assert summed == pytest.approx(m, abs=ROUNDING)
        quotients = np.nansum(location_quotient(table, "a").values * weights)
        assert quotients == pytest.approx(1.0, abs=ROUNDING)

    def test_shrunken_quotients_lie_nearer_to_the_truth(self):
        """Shares drawn from a beta distribution: its variance is found, and errors shrink."""
        random = np.random.default_rng(3)
        persons = random.integers(5, 400, 3000)
        truth = random.beta(2.0, 18.0, persons.size)
        ours = random.binomial(persons, truth)
        table = CountTable.from_counts(np.column_stack([ours, persons - ours]), groups=("a", "b"))
        raw = location_quotient(table, "a").values
        found = shrunken_quotient(table, "a").values
        wanted = truth / table.shares[0]
        assert np.mean((found - wanted) ** 2) < 0.8 * np.mean((raw - wanted) ** 2)
        # what is kept of a gap tells the persons that the prior is worth: 2 + 18
        kept = (found - 1) / (raw - 1)
        assert np.median(persons / kept - persons) == pytest.approx(20, rel=0.1)


def test_the_fifteen_tests_of_benjamini_and_hochberg_leave_four():
    """Their example, section 4: thrombolysis in myocardial infarction, level 0.05."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p_values += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert np.flatnonzero(false_discovery(p_values, 0.05)).tolist() == [0, 1, 2, 3]
    shuffled = np.random.default_rng(1).permutation(15)
    found = false_discovery(np.array(p_values)[shuffled], 0.05)
    assert sorted(shuffled[found]) == [0, 1, 2, 3]


def exact_mutual_information(table: CountTable) -> Decimal:
    """M by its definition, in forty digits."""
    inside, persons, city, total = exact(table)
    with localcontext(prec=40):
        logarithms = [
            Decimal(n) * decimal(share) * (decimal(share) / decimal(p)).ln()
            for n, shares in zip(persons, inside, strict=True)
            for share, p in zip(shares, city, strict=True)
            if share
        ]
        return sum(logarithms) / total


def decimal(fraction: Fraction) -> Decimal:
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


@pytest.mark.parametrize("largest", [40, 900, 10**7])
@pytest.mark.parametrize("n_units", [63, 64, 150])
def test_cities_of_many_units_are_summed_to_the_last_digits(n_units, largest):
    counts = np.random.default_rng([n_units, largest]).integers(0, largest, (n_units, 3))
    counts[5] = 0
    table = CountTable.from_counts(counts, groups=("a", "b", "c"))
    rows, (a, b, _) = counts.tolist(), counts.sum(axis=0).tolist()
    gaps = sum(abs(Fraction(x, a) - Fraction(y, b)) for x, y, _ in rows) / 2
    met = sum(Fraction(row[0] ** 2, a * sum(row)) for row in rows if sum(row))
    assert dissimilarity(table, "a", "b").value == pytest.approx(float(gaps), rel=1e-15)
    assert isolation(table, "a").value == pytest.approx(float(met), rel=1e-14)
    wanted = float(exact_mutual_information(table))
    assert mutual_information(table).value == pytest.approx(wanted, rel=ROUNDING)
    share = wanted / entropy(table).value
    assert information_theory(table).value == pytest.approx(share, rel=ROUNDING)
