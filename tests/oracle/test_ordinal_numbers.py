"""Is the right number given for ordered brackets? Closed forms, slow twins, whole worlds."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from seglib.measures import information_theory
from seglib.measures.ordinal import (
    ordinal_information_theory,
    ordinal_profile,
    ordinal_square_root,
    ordinal_variance_ratio,
    published_bounds,
    rank_order,
    rank_order_bounds,
)
from seglib.measures.ordinal.variation import variation_of
from seglib.table import CountTable

INDICES = ("H", "R", "S")
LADDER = [
    [10, 10, 10, 20, 30, 40, 50],
    [0, 20, 10, 10, 10, 20, 20],
    [10, 20, 10, 10, 10, 0, 0],
    [30, 30, 20, 10, 10, 0, 0],
]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)


def table(counts, **meta) -> CountTable:
    return CountTable.from_counts(counts, **meta)


def mixed(share, index: str) -> np.ndarray:
    """The variation of each share, written as in the literature."""
    share = np.asarray(share, dtype=float)
    inner = np.clip(share, 1e-300, 1 - 1e-16)
    entropy = -inner * np.log2(inner) - (1 - inner) * np.log2(1 - inner)
    variance = 4 * share * (1 - share)
    return {"H": entropy, "R": variance, "S": np.sqrt(np.abs(variance))}[index]


WHOLE = {"H": 1 / (2 * math.log(2)), "R": 2 / 3, "S": math.pi / 4}


def along(paths: np.ndarray, sizes: np.ndarray, index: str) -> float:
    """The rank-order index of a world: paths[step, unit] are persons at or below each step.

    Between two steps every unit moves in a straight line. Twelve Gauss points are taken, crowded
    at both ends, where a root or logarithm may start from nobody.
    """
    paths, sizes = np.asarray(paths, dtype=float), np.asarray(sizes, dtype=float)
    total = sizes.sum()
    width = np.diff(paths.sum(axis=1)) / total
    within = np.zeros(len(width))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        place = (node + 1) / 2
        part, crowd = place**2 * (3 - 2 * place), 6 * place * (1 - place)
        persons = paths[:-1] * (1 - part) + paths[1:] * part
        within += crowd * weight / 2 * (mixed(persons / sizes, index) @ (sizes / total))
    return 1 - float(within @ width) / WHOLE[index]


def of_ranks(units: np.ndarray, n_units: int, index: str) -> float:
    """The index of persons in rank order, each named by the unit that he lives in."""
    each = np.eye(n_units)[units]
    paths = np.vstack([np.zeros(n_units), each.cumsum(axis=0)])
    return along(paths, each.sum(axis=0), index)


@pytest.mark.parametrize("degree", range(12))
def test_the_delta_of_h_is_the_one_in_the_literature(degree):
    m = degree
    alternating = sum(
        Fraction((-1) ** (m - n) * math.comb(m, n), (m - n + 2) ** 2) for n in range(m + 1)
    )
    delta = Fraction(2, (m + 2) ** 2) + 2 * alternating
    assert variation_of("H").moments(m)[m] == pytest.approx(float(delta), abs=1e-15)


@pytest.mark.parametrize("index", INDICES)
def test_areas_and_moments_are_those_of_numerical_integration(index):
    behind = variation_of(index)
    middle = (np.arange(400_000) + 0.5) / 400_000
    height = mixed(middle, index)
    assert height.mean() == pytest.approx(WHOLE[index], abs=1e-7)
    for m, moment in enumerate(behind.moments(6)):
        assert (height * middle**m).mean() / WHOLE[index] == pytest.approx(moment, abs=1e-7)
    for end in (0.0, 0.1, 0.35, 0.5, 0.9, 1.0):
        by_hand = (height[middle < end].sum() / 400_000) / WHOLE[index]
        area = behind.area(np.array([end]))[0] / behind.whole
        assert area == pytest.approx(by_hand, abs=1e-7)


def test_the_ordinal_variance_ratio_is_that_of_exact_fractions():
    total = sum(map(sum, LADDER))
    city, between = Fraction(0), Fraction(0)
    for cut in range(1, 7):
        share = Fraction(sum(sum(row[:cut]) for row in LADDER), total)
        city += share * (1 - share)
        for row in LADDER:
            between += Fraction(sum(row), total) * (Fraction(sum(row[:cut]), sum(row)) - share) ** 2
    assert ordinal_variance_ratio(table(LADDER)).value == pytest.approx(
        float(between / city), abs=1e-14
    )


def test_with_one_cut_the_ordinal_h_is_the_h_of_two_groups():
    city = table([[80, 20], [30, 40], [5, 60]])
    plain = information_theory(city).value
    assert ordinal_information_theory(city).value == pytest.approx(plain, abs=1e-14)
    assert ordinal_profile(city).values == pytest.approx([plain], abs=1e-14)


@pytest.mark.parametrize(
    ("measure", "index"),
    [
        (ordinal_information_theory, "H"),
        (ordinal_variance_ratio, "R"),
        (ordinal_square_root, "S"),
    ],
)
def test_an_ordinal_measure_is_the_weighted_mean_over_its_cuts(measure, index):
    """Reardon (2009): v is the mean variation over the cuts, the measure 1 less units over city."""
    rows = np.array(LADDER)
    sizes = rows.sum(axis=1)
    below = rows.cumsum(axis=1)[:, :-1]
    units = (sizes @ mixed(below / sizes[:, None], index)) / sizes.sum()
    city = mixed(below.sum(axis=0) / sizes.sum(), index)
    assert measure(table(LADDER)).value == pytest.approx(1 - units.sum() / city.sum(), abs=1e-12)
    values = ordinal_profile(table(LADDER), index).values
    assert measure(table(LADDER)).value == pytest.approx(values @ city / city.sum(), abs=1e-12)


@pytest.mark.parametrize("degree", [2, 3, 4, 8])
def test_a_city_whose_r_is_a_polynomial_gives_that_polynomial(degree):
    """Two equal units at p +- p (1 - p) / 2 have R(p) = p (1 - p) / 4, so R^R = 1 / 20."""
    steps = np.arange(11)
    above = np.diff(20 * steps + steps * (10 - steps))
    beneath = np.diff(20 * steps - steps * (10 - steps))
    found = rank_order(table([above, beneath]), "R", degree=degree)
    wanted = [0, 0.25, -0.25] + [0] * (degree - 2)
    assert found.coefficients == pytest.approx(wanted, abs=1e-8)
    assert found.value == pytest.approx(0.05, abs=1e-13)
    if found.standard_error is not None:
        assert found.standard_error == pytest.approx(0, abs=1e-12)
    assert found.curve([0.0, 0.5, 1.0]) == pytest.approx([0, 0.0625, 0], abs=1e-9)


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("degree", [0, 1, 2, 3, 4])
def test_value_and_error_are_those_of_a_general_fit_integrated_numerically(index, degree):
    cuts = ordinal_profile(table(LADDER), index)
    at = np.array(cuts.scales)
    best, spread = np.polyfit(at, cuts.values, degree, w=mixed(at, index), cov=True)
    middle = (np.arange(400_000) + 0.5) / 400_000
    height = mixed(middle, index) / WHOLE[index]
    powers = np.vander(middle, degree + 1)
    delta = height @ powers / 400_000
    found = rank_order(table(LADDER), index, degree=degree)
    assert found.value == pytest.approx(float(delta @ best), abs=1e-7)
    assert found.standard_error == pytest.approx(float(np.sqrt(delta @ spread @ delta)), abs=1e-7)


def test_o2_cuts_weigh_by_the_variation_there_and_not_alike():
    """OasisR fits without weights; on this ladder that is a difference in the third decimal."""
    cuts = ordinal_profile(table(LADDER), "H")
    at = np.array(cuts.scales)
    delta = np.array(variation_of("H").moments(1))
    alike = delta @ np.polyfit(at, cuts.values, 1)[::-1]
    weighed = delta @ np.polyfit(at, cuts.values, 1, w=mixed(at, "H"))[::-1]
    found = rank_order(table(LADDER), "H", degree=1).value
    assert found == pytest.approx(weighed, abs=1e-12)
    assert abs(found - alike) > 0.003


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("spread", [0.2, 0.5, 0.9])
def test_a_world_of_incomes_is_recovered_from_its_brackets(index, spread):
    """Sixteen brackets and degree 4 against the ranks of all 60,000 persons."""
    draws = np.random.default_rng(int(spread * 10))
    centre = draws.normal(0, spread, 40)
    incomes = np.exp(centre[:, None] + draws.normal(0, 1, (40, 1500)))
    units = np.repeat(np.arange(40), 1500)[np.argsort(incomes.ravel(), kind="stable")]
    persons = np.vstack([np.zeros(40), np.eye(40)[units].cumsum(axis=0)[29::30]])
    truth = along(persons, np.full(40, 1500), index)
    edges = np.quantile(incomes, np.linspace(0, 1, 17)[1:-1])
    counts = [np.bincount(np.searchsorted(edges, row), minlength=16) for row in incomes]
    found = rank_order(table(counts), index)
    assert found.value == pytest.approx(truth, abs=0.003)
    assert 0 < found.standard_error < 0.003
    proven = rank_order_bounds(table(counts), index)
    assert proven.low - 1e-6 < truth < proven.high + 1e-6


def test_two_like_units_with_one_cut_have_bounds_by_hand():
    """R, two units half below: one fills first; A = 2 (1/24 + 1/32) = 7/48, F = 1/6."""
    found = rank_order_bounds(table([[5, 5], [5, 5]]), "R")
    assert (found.low, found.high) == (0.0, pytest.approx(1 - 7 / 8, abs=1e-15))


@pytest.mark.parametrize("index", INDICES)
def test_units_of_one_bracket_each_leave_open_only_their_own_order(index):
    """Unmixed units: nothing moves but a unit by itself, and 1 - index is the sum of t**2."""
    found = rank_order_bounds(table(np.diag([2, 3, 5])), index)
    exact = 1 - (0.2**2 + 0.3**2 + 0.5**2)
    assert (found.low, found.high) == pytest.approx((exact, exact), abs=1e-12)


@pytest.mark.parametrize("index", INDICES)
def test_the_upper_bound_is_the_best_of_all_orders(index):
    """Every order of three units, the turn of each cut in halves that need not be adjacent."""
    draws = np.random.default_rng(7)
    for _ in range(5):
        counts = 2 * draws.integers(0, 15, (3, 2)) * draws.integers(0, 2, (3, 2))
        counts += [[2, 0], [2, 0], [2, 2]]
        sizes = counts.sum(axis=1)
        least = 0.0
        for bracket in range(2):
            start = counts[:, :bracket].sum(axis=1)
            least += min(
                1 - along(start + turns(order, counts[:, bracket]), sizes, index)
                for order in set(itertools.permutations([0, 0, 1, 1, 2, 2]))
            )
        assert rank_order_bounds(table(counts), index).high == pytest.approx(1 - least, abs=1e-7)


def turns(order: tuple[int, ...], persons: np.ndarray) -> np.ndarray:
    """Persons added when each unit named receives half of its persons."""
    halves = np.eye(len(persons))[list(order)] * (persons / 2)
    return np.vstack([np.zeros(len(persons)), halves.cumsum(axis=0)])


@pytest.mark.parametrize("index", INDICES)
def test_the_lower_bound_is_that_of_a_common_level_found_by_halving(index):
    counts = np.array([[30, 40, 30], [10, 20, 70], [50, 50, 0], [0, 9, 1]])
    sizes = counts.sum(axis=1)
    share = sizes / sizes.sum()
    path = [np.zeros(4)]
    for bracket in range(3):
        start, end = (counts[:, :b].sum(axis=1) / sizes for b in (bracket, bracket + 1))
        for wanted in np.linspace(share @ start, share @ end, 401)[1:]:
            low, high = 0.0, 1.0
            for _ in range(60):
                level = (low + high) / 2
                reached = share @ np.clip(level, start, end) >= wanted
                low, high = (low, level) if reached else (level, high)
            path.append(np.clip(high, start, end) * sizes)
    # the path bends between two of its 1,200 steps, hence five decimals
    found = rank_order_bounds(table(counts), index).low
    assert found == pytest.approx(along(np.array(path), sizes, index), abs=1e-5)


def random_world(draws: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Units of all persons in rank order, and the incomes that they rank by."""
    n_units = draws.integers(2, 9)
    sizes = draws.integers(1, 60, n_units)
    units = np.repeat(np.arange(n_units), sizes)
    centre, width = draws.normal(0, draws.uniform(0, 2), n_units), draws.uniform(0.05, 2, n_units)
    incomes = centre[units] + width[units] * draws.normal(0, 1, len(units))
    order = np.argsort(incomes, kind="stable")
    return units[order], incomes[order]


def test_the_truth_of_500_worlds_lies_within_bounds_from_two_national_cuts():
    """The cuts are at 40 and 80 per cent of a nation, not of the city."""
    draws = np.random.default_rng(2009)
    low_cut, high_cut = np.quantile(draws.normal(0, 1.5, 100_000), [0.4, 0.8])
    beside, tried = [], 0
    while tried < 500:
        units, incomes = random_world(draws)
        bracket = np.searchsorted([low_cut, high_cut], incomes)
        if len(set(bracket)) < 2:
            continue
        tried += 1
        n_units = units.max() + 1
        counts = np.zeros((n_units, 3), dtype=int)
        np.add.at(counts, (units, bracket), 1)
        for index in INDICES:
            truth = of_ranks(units, n_units, index)
            found = rank_order_bounds(table(counts), index)
            # eight decimals are what the numerical integral is good for
            assert found.low - 1e-8 <= truth <= found.high + 1e-8
            beside.append((truth - found.low) / max(found.width, 1e-9))
    # they are bounds of many worlds, not loose ones of a few: truths lie all over
    assert np.quantile(beside, 0.05) < 0.25
    assert np.quantile(beside, 0.95) > 0.7


def test_one_published_cut_without_mixing_is_worked_by_hand():
    """g is 0 at one half; R: g stays below p (1 - 2 p) on the left, mirrored on the right."""
    found = published_bounds({0.5: 1.0}, "R")
    # twice 1/24 of the whole 1/6
    assert found.low == pytest.approx(1 - Fraction(1, 12) / Fraction(1, 6), abs=1e-6)
    assert found.high == 1.0


def test_one_published_cut_without_segregation_is_worked_by_hand():
    """g is 1/4 at one half; R: g stays above p / (4 (1 - p)) on the left, mirrored on the right."""
    found = published_bounds({0.5: 0.0}, "R")
    assert found.low == 0.0
    # the integral from 0 to 1/2 is ln 2 / 4 - 1/8
    assert found.high == pytest.approx(1 - 6 * (math.log(2) / 2 - 0.25), abs=1e-6)


@pytest.mark.parametrize("index", INDICES)
def test_a_city_that_is_wholly_apart_at_two_cuts_is_mixed_within_brackets_at_most(index):
    """H is 1 at .2 and .8: each unit lies in one bracket, as wide as its share of the city."""
    found = published_bounds({0.2: 1.0, 0.8: 1.0}, index)
    apart = rank_order_bounds(table([[20, 0, 0], [0, 60, 0], [0, 0, 20]]), index)
    wanted = 1 - (0.2**2 + 0.6**2 + 0.2**2)  # a bracket of width w adds w**2 of the whole
    assert apart.low == pytest.approx(wanted, abs=1e-12)
    assert found.low == pytest.approx(wanted, abs=1e-6)
    assert found.high == 1.0


def test_the_truth_of_worlds_lies_within_bounds_from_two_published_numbers():
    draws = np.random.default_rng(2011)
    widths = []
    for _ in range(60):
        units, _ = random_world(draws)
        n_units, cuts = units.max() + 1, [round(0.4 * len(units)), round(0.8 * len(units))]
        counts = np.array([np.bincount(part, minlength=n_units) for part in np.split(units, cuts)])
        for index in INDICES:
            profile = ordinal_profile(table(counts.T), index)
            published = dict(zip(profile.scales, profile.values.tolist(), strict=True))
            found = published_bounds(published, index)
            assert found.low - 1e-6 <= of_ranks(units, n_units, index) <= found.high + 1e-6
            widths.append(found.width)
    assert np.median(widths) < 0.7  # it says something
