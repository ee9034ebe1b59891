"""Do contexts and spatial measures agree with slow code that is obviously right?

P1 to P5 are faults of another package, each with a test that we do not share it.
"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.measures import (
    dissimilarity,
    information_theory,
    interaction,
    isolation,
    multigroup_dissimilarity,
)
from seglib.scale import contiguity, in_context, kernel, knn, profile, weighing
from seglib.table import CountTable

KS = (1, 5, 40, 300, 2_000, 10**6)
BANDWIDTHS_M = (30.0, 100.0, 190.0, 500.0, 1_000.0, 40_000.0)
GROUNDS = ("grid", "free", "shared points", "line", "one point")


def city(ground: str, seed: int = 1, n_units: int = 150) -> CountTable:
    """A city of three groups with empty units; points are whole millimetres."""
    draw = np.random.default_rng(seed)
    counts = draw.poisson([9.0, 5.0, 2.0], (n_units, 3)) * (draw.random((n_units, 1)) < 0.8)
    cells = draw.permutation(225)[:n_units]
    points = {
        "grid": np.stack([cells % 15, cells // 15], axis=1) * 100.0,
        "free": np.rint(draw.random((n_units, 2)) * 4e6) / 1e3,
        "shared points": np.floor(draw.random((n_units, 2)) * 7) * 250.5,
        "line": np.stack([cells * 10.0, cells * 0.0], axis=1),
        "one point": np.zeros((n_units, 2)),
    }[ground]
    return CountTable.from_counts(
        counts, groups="abc", points_m=points + np.array([120_000, 487_000])
    )


def squared_distances(table: CountTable) -> np.ndarray:
    points = np.rint(table.points_m * 1000).astype(np.int64)
    return ((points[:, None] - points[None]) ** 2).sum(axis=2)


def nearest_twin(table: CountTable, k: int) -> np.ndarray:
    """Own unit, then distance after distance; the last is shared in proportion."""
    out = np.zeros(table.counts.shape)
    for unit, row in enumerate(squared_distances(table)):
        row[unit] = -1
        left = float(k)
        for distance in np.unique(row):
            ring = table.counts[row == distance].sum(axis=0).astype(float)
            if ring.sum() > 0:
                taken = min(1.0, left / ring.sum())
                out[unit] += taken * ring
                left -= taken * ring.sum()
            if left <= 0:
                break
    return out


def weighed_twin(table: CountTable, bandwidth_m: float, shape: str) -> np.ndarray:
    ratio = squared_distances(table) / (bandwidth_m * 1000.0) ** 2
    if shape == "gaussian":
        weights = np.where(ratio <= 36.0, np.exp(-ratio / 2), 0.0)
    else:
        weights = np.where(ratio <= 1.0, (1 - ratio) ** 2 if shape == "biweight" else 1.0, 0.0)
    return weights @ table.counts


def entropy(shares) -> float:
    return -sum(p * np.log(p) for p in shares if p > 0)


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_k_nearest_persons_are_those_of_a_full_sort(ground):
    table = city(ground)
    found = knn(KS).persons(table)
    for turn, k in enumerate(KS):
        wanted = nearest_twin(table, k)
        assert found[turn] == pytest.approx(wanted, abs=1e-9)
        # alone it stops looking where it has enough
        assert knn(k).persons(table)[0] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("shape", ["biweight", "gaussian", "uniform"])
@pytest.mark.parametrize("most_pairs", [10**9, 0], ids=["pairs", "transform"])
def test_kernel_sums_are_those_of_all_pairs(ground, shape, most_pairs, monkeypatch):
    monkeypatch.setattr(weighing, "MOST_PAIRS", most_pairs)
    table = city(ground)
    found = kernel(BANDWIDTHS_M, shape).persons(table)
    for turn, bandwidth in enumerate(BANDWIDTHS_M):
        wanted = weighed_twin(table, bandwidth, shape)
        assert found[turn] == pytest.approx(wanted, abs=1e-9)  # transforms carry 1e-12 of 2,400


def test_contiguity_is_a_matrix_of_neighbours():
    table = city("grid", n_units=40)
    draw = np.random.default_rng(3)
    lengths, matrix = {}, np.zeros((40, 40))
    for one, other in zip(*np.nonzero(np.triu(draw.random((40, 40)) < 0.1, 1)), strict=True):
        length = float(draw.integers(10, 900))
        lengths[table.units[one], table.units[other]] = length
        matrix[one, other] = matrix[other, one] = length
    wanted = table.counts + (matrix > 0) @ table.counts
    assert contiguity(list(lengths)).persons(table)[0].tolist() == wanted.tolist()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-300)
    found = contiguity(lengths).persons(table)[0]
    assert found == pytest.approx(table.counts + shares @ table.counts, rel=1e-13)


@pytest.mark.parametrize("context", [knn(60), kernel(400.0), kernel(150.0, "gaussian")], ids=str)
def test_spatial_measures_follow_the_formulas_of_reardon_and_osullivan(context):
    table = city("grid")
    around = context.composition(table)
    persons, total = table.unit_totals, table.total
    lived_in = persons > 0
    mean_entropy = sum(
        n / total * entropy(p) for n, p in zip(persons[lived_in], around[lived_in], strict=True)
    )
    wanted_h = 1 - mean_entropy / entropy(table.shares)
    assert in_context(information_theory, table, context).value == pytest.approx(
        wanted_h, abs=1e-12
    )

    mixed = 2 * total * sum(p * (1 - p) for p in table.shares)
    gaps = np.abs(around - table.shares).sum(axis=1)
    wanted_d = float((persons * gaps)[lived_in].sum()) / mixed
    found = in_context(multigroup_dissimilarity, table, context).value
    assert found == pytest.approx(wanted_d, abs=1e-12)

    ours, theirs = table.counts[:, 0], table.counts[:, 1]
    met = around[:, 0] / (around[:, 0] + around[:, 1])
    pair, share = ours + theirs, ours.sum() / (ours.sum() + theirs.sum())
    both = pair > 0
    wanted = (pair * np.abs(met - share))[both].sum() / (2 * pair.sum() * share * (1 - share))
    found = in_context(dissimilarity, table, context, "a", "b").value
    assert found == pytest.approx(float(wanted), abs=1e-12)

    wanted = float((ours * np.nan_to_num(around[:, 2])).sum() / ours.sum())
    found = in_context(interaction, table, context, "a", "c").value
    assert found == pytest.approx(wanted, abs=1e-12)


def halves_and_board(side: int = 10) -> tuple[CountTable, CountTable]:
    """A city of two halves, and a checkerboard, of the same one-group units."""
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    points = np.stack([x.ravel(), y.ravel()], axis=1) * 100.0
    left, even = (x < side // 2).ravel(), ((x + y) % 2 == 0).ravel()
    tables = [
        CountTable.from_counts(
            np.stack([12 * own, 12 * ~own], axis=1), groups=("a", "b"), points_m=points
        )
        for own in (left, even)
    ]
    return tables[0], tables[1]


def test_p1_the_nearest_weighs_most_and_a_checkerboard_is_less_clustered_than_two_halves():
    points = np.stack([np.arange(10) * 100.0, np.zeros(10)], axis=1)
    line = CountTable.from_counts(np.eye(10, dtype=int), points_m=points)
    for context in (kernel(950.0), kernel(400.0, "gaussian"), knn(4)):
        weights = context.composition(line)[0]
        assert (np.diff(weights) <= 0).all()
        assert weights[1] > weights[9]
    halves, board = halves_and_board()
    for context in (kernel(250.0), kernel(250.0, "gaussian"), knn(60)):
        apart, mixed = (in_context(isolation, t, context, "a").value for t in (halves, board))
        assert apart > mixed + 0.1


@pytest.mark.parametrize("ground", ["grid", "free"])
@pytest.mark.parametrize("context", [knn(60), kernel(300.0), kernel(300.0, "gaussian")], ids=str)
def test_p2_isolation_and_interaction_add_up_to_one(ground, context):
    table = city(ground)
    for group in "abc":
        met = in_context(isolation, table, context, group).value
        met += sum(
            in_context(interaction, table, context, group, other).value
            for other in "abc"
            if other != group
        )
        assert met == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("ground", ["grid", "free"])
def test_p3_metres_and_kilometres_give_the_same(ground):
    table, atol = city(ground), 1e-12
    if ground == "free":
        atol = 1e-3  # points are whole millimetres: the smaller city's are right to 1e-5 of 30 m
    small = CountTable.from_counts(table.counts, points_m=table.points_m / 10)
    large = CountTable.from_counts(table.counts, points_m=table.points_m / 10 * 1000)
    for near, far in (
        (knn(60), knn(60)),
        (kernel(30.0), kernel(30_000.0)),
        (kernel(30.0, "gaussian"), kernel(30_000.0, "gaussian")),
    ):
        found = near.composition(small)
        assert np.allclose(found, far.composition(large), rtol=0, atol=atol, equal_nan=True)
    lengths = {("1", "2"): 300.0, ("2", "3"): 100.0}
    km = {pair: length / 1000 for pair, length in lengths.items()}
    found = contiguity(km).composition(table)
    assert np.allclose(found, contiguity(lengths).composition(table), atol=1e-14, equal_nan=True)


def test_p4_nothing_is_rounded_and_persons_of_the_unit_are_the_weights():
    table = CountTable.from_counts(
        [[3, 0], [0, 1]], groups=("a", "b"), points_m=[[0.0, 0.0], [500.0, 0.0]]
    )
    weight = (1 - 0.25) ** 2  # a biweight of 1 km at 500 m
    ours = 3 / (3 + weight)
    theirs = 1 / (1 + 3 * weight)
    composition = kernel(1000.0).composition(table)
    assert composition.ravel().tolist() == pytest.approx([ours, 1 - ours, 1 - theirs, theirs])
    mean = (3 * entropy((ours, 1 - ours)) + entropy((theirs, 1 - theirs))) / 4
    found = in_context(information_theory, table, kernel(1000.0)).value
    assert found == pytest.approx(1 - mean / entropy((0.75, 0.25)), abs=1e-14)


def test_p5_a_null_is_measured_in_the_same_context_as_the_value():
    table = city("grid")
    by_chance = CountTable.from_counts(
        table.counts[::-1], groups=table.groups, points_m=table.points_m
    )
    contexts = kernel([150.0, 600.0])
    found = profile(table, information_theory, contexts=contexts, null=lambda _: [by_chance])
    wanted = [in_context(information_theory, by_chance, kernel(b)).value for b in (150.0, 600.0)]
    assert found.null_mean is not None
    assert found.null_mean.tolist() == wanted
    assert wanted[0] < information_theory(by_chance).value / 2
