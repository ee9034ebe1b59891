"""Does each context count the right people, and say so when it cannot?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError, TableError, UndefinedMeasureError
from seglib.measures import (
    dissimilarity,
    entropy,
    information_theory,
    interaction,
    isolation,
    local_segregation,
    multigroup_dissimilarity,
    mutual_information,
)
from seglib.scale import contiguity, in_context, kernel, knn, nearest, nested, weighing
from seglib.table import CountTable

LINE = [[0, 0], [100, 0], [200, 0], [300, 0]]


def city(counts=((8, 0), (0, 4), (6, 2), (1, 9)), points=LINE, **fields) -> CountTable:
    return CountTable.from_counts(counts, groups=("a", "b"), points_m=points, **fields)


def random_city(seed: int, *, grid: bool) -> CountTable:
    draw = np.random.default_rng(seed)
    cells = draw.permutation(400)[:250]
    points = np.stack([cells % 20, cells // 20], axis=1) * 100.0
    if not grid:
        points += np.rint(draw.random(points.shape) * 5e4) / 1e3
    counts = draw.poisson([9.0, 4.0], (250, 2)) * (draw.random((250, 1)) < 0.8)
    return CountTable.from_counts(counts, groups=("a", "b"), points_m=points)


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize("k", [1, 7, 60, 1_000])
def test_exactly_k_persons_count(grid, k):
    around = knn(k).persons(random_city(2, grid=grid))[0]
    assert around.sum(axis=1) == pytest.approx(np.full(250, k), rel=1e-13)


def test_the_own_unit_comes_first_and_ties_are_shared():
    table = city()
    # 8 of its own, 4 at 100 m, then 4 of the 8 at 200 m in proportion 6 to 2
    assert knn(16).persons(table)[0, 0].tolist() == [8 + 3, 4 + 1]
    # unit 2 has 4 of its own; 8 people at both sides of it lie at 100 m, each counts for half
    assert knn(12).persons(table)[0, 1].tolist() == [0.5 * 8 + 0.5 * 6, 4 + 0.5 * 2]


def test_a_unit_of_more_persons_than_k_meets_its_own_only():
    table = city()
    assert knn(4).persons(table)[0, 2].tolist() == [3.0, 1.0]
    found = in_context(isolation, table, knn(1), "a").value
    assert found == pytest.approx(isolation(table, "a").value, abs=1e-15)


def test_others_at_the_same_point_come_after_the_own_unit():
    table = city(points=[[0, 0], [0, 0], [0, 0], [500, 0]])
    assert knn(8).composition(table)[0].tolist() == [1.0, 0.0]
    assert knn(14).persons(table)[0, 0].tolist() == [8 + 0.5 * 6, 0.5 * 4 + 0.5 * 2]


def test_an_empty_unit_has_surroundings_and_no_weight():
    counts, points = [(0, 0), (4, 0), (0, 4)], [[0, 0], [100, 0], [200, 0]]
    table = city(counts, points)
    assert knn(4).composition(table)[0].tolist() == [1.0, 0.0]
    without = city(counts[1:], points[1:])
    for context in (knn(6), kernel(150.0), kernel(150.0, "gaussian")):
        for measure in (information_theory, multigroup_dissimilarity):
            found = in_context(measure, table, context).value
            assert found == pytest.approx(in_context(measure, without, context).value, abs=1e-13)


def test_where_nobody_lives_around_a_unit_there_is_no_composition():
    table = city([(0, 0), (4, 2)], [[0, 0], [900, 0]])
    assert np.isnan(kernel(100.0).composition(table)[0]).all()
    assert np.isfinite(in_context(information_theory, table, kernel(100.0)).value)


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize(
    "context", [knn(10**9), kernel(10.0**12), kernel(1e9, "gaussian")], ids=str
)
def test_surroundings_of_everyone_are_not_segregated(grid, context):
    table = random_city(3, grid=grid)
    for measure, args in ((information_theory, ()), (dissimilarity, ("a",))):
        assert in_context(measure, table, context, *args).value == pytest.approx(0.0, abs=1e-12)
    share = table.shares[0]
    assert in_context(isolation, table, context, "a").value == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "args"),
    [
        (information_theory, ()),
        (multigroup_dissimilarity, ()),
        (dissimilarity, ("a",)),
        (dissimilarity, ("a", "b")),
        (isolation, ("a",)),
        (interaction, ("a", "b")),
    ],
)
def test_with_the_own_unit_as_context_a_measure_is_itself(measure, args):
    table = CountTable.from_counts(
        random_city(4, grid=True).counts.reshape(125, 4)[:, :3],
        groups=("a", "b", "c"),
        points_m=np.arange(250).reshape(125, 2),
    )
    alone = measure(table, *args)
    for context in (kernel(0.5), nested(""), contiguity([])):
        found = in_context(measure, table, context, *args)
        assert found.value == pytest.approx(alone.value, abs=1e-12)
        assert (found.symbol, found.groups, found.n_units) == (alone.symbol, alone.groups, 125)


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize(
    "context", [knn([5, 80, 900]), kernel([150.0, 700.0]), kernel(200.0, "gaussian")], ids=str
)
@pytest.mark.parametrize("most_pairs", [10**9, 0], ids=["pairs", "transform"])
def test_the_order_of_units_does_not_matter(grid, context, most_pairs, monkeypatch):
    monkeypatch.setattr(weighing, "MOST_PAIRS", most_pairs)
    table = random_city(5, grid=grid)
    order = np.random.default_rng(6).permutation(table.n_units)
    points = table.points_m
    assert points is not None
    shuffled = city(table.counts[order], points[order])
    assert (context.persons(shuffled) == context.persons(table)[:, order]).all()


def test_the_number_of_threads_does_not_matter():
    import numba

    table, contexts = random_city(7, grid=False), (knn([5, 90]), kernel([150.0, 900.0]))
    several = [context.persons(table) for context in contexts]
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = [context.persons(table) for context in contexts]
    finally:
        numba.set_num_threads(threads)
    assert all((a == b).all() for a, b in zip(one, several, strict=True))


def test_kernels_give_the_same_uncompiled():
    table = city()
    ks, weights = np.array([3, 12, 99]), kernel(250.0).persons(table)[0]
    places = nearest.Places.of(table, "knn")
    people, out = places.gathered(table.counts), np.empty((3, 4, 2))
    rings = nearest.Rings.up_to(9, places, people)
    crowd, shape = rings.crowd.reshape(-1), rings.crowd.shape[1:]
    homes, steps = np.array([[0, 1], [2, 3]]), (rings.jumps, rings.ends)
    starts = np.array([rings.margin[1], rings.margin[1] + 2])
    nearest._look.py_func(homes, starts, crowd, shape, steps, ks, out)
    assert (out[:2] == knn(ks.tolist()).persons(table)[:2]).all()
    assert np.isnan(out[2]).all()
    ground = np.stack([places.x, places.y], axis=1)
    bins = (*places.binned(150_000), 3, 150_000)
    gather = nearest._gather.py_func
    gather(np.arange(4), places.place_of, table.counts, people, ground, bins, ks, out)
    assert (out == knn(ks.tolist()).persons(table)).all()
    share = nearest._share.py_func
    assert share(np.array([6, 2]), np.array([8, 0]), ks, 1, out, 0) == 2
    assert out[1, 0].tolist() == [11.0, 1.0]
    summed, bins = np.zeros((4, 2)), (*places.binned(250_000), 2, 250_000)
    weigh = weighing._weigh.py_func
    weigh(np.arange(4), ground, people, bins, (250_000.0, 250_000.0), 0, summed)
    assert summed == pytest.approx(weights, rel=1e-14)


def test_a_nested_context_gives_what_merged_units_give():
    parts = {"wijk": ("A", "A", "B", "B")}
    table = city(parts=parts)
    merged = table.merge("wijk")
    assert nested("wijk").persons(table)[0].tolist() == merged.counts[[0, 0, 1, 1]].tolist()
    for measure, args in (
        (information_theory, ()),
        (dissimilarity, ("a",)),
        (isolation, ("a",)),
        (interaction, ("a", "b")),
    ):
        found = in_context(measure, table, nested("wijk"), *args).value
        assert found == pytest.approx(measure(merged, *args).value, abs=1e-14)


def test_neighbours_by_border_count_as_one_average_neighbour():
    table = city(units="ABCD")
    context = contiguity({("B", "A"): 100, ("B", "C"): 300})
    assert context.persons(table)[0, 1].tolist() == [0.25 * 8 + 0.75 * 6, 4 + 0.75 * 2]
    assert context.persons(table)[0, 3].tolist() == [1.0, 9.0]
    pairs = contiguity([("B", "A"), ("C", "B")])
    assert pairs.persons(table)[0, 1].tolist() == [14.0, 6.0]
    assert pairs == contiguity([("B", "C"), ("A", "B")])


def test_h_in_context_may_fall_below_0_and_is_not_cut_off():
    # one large unit of a with a few b, whose neighbourhood is more mixed than the city
    table = city([(90, 2), (0, 8), (2, 0)], LINE[:3])
    assert in_context(information_theory, table, contiguity([("1", "2"), ("2", "3")])).value < 0


def test_an_estimate_in_context_names_the_context_as_reason():
    found = in_context(isolation, city(), kernel(250), "a")
    assert found.certain
    assert found.reason == "measured in context (bandwidth_m 250.0); no interval was asked for"
    assert found.reason_code == "not-asked"


@pytest.mark.parametrize(
    ("measure", "args", "message"),
    [
        (mutual_information, (), "M has no form in context. Use one of H, D, D_multi, xPx, xPy"),
        (entropy, (), "E has no form in context"),
        (local_segregation, (), "ls has no form in context"),
        (len, (), "len is not a registered measure"),
    ],
)
def test_measures_without_a_form_in_context_are_refused(measure, args, message):
    with pytest.raises(ParameterError, match=message):
        in_context(measure, city(), knn(5), *args)


def test_a_measure_in_context_checks_its_groups_as_ever():
    with pytest.raises(UndefinedMeasureError, match="H needs members of two groups"):
        in_context(information_theory, city([(1, 0), (2, 0)], LINE[:2]), knn(5))
    with pytest.raises(ParameterError, match="D compares two groups, both are 'a'"):
        in_context(dissimilarity, city(), knn(5), "a", "a")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: knn(0), "k counts persons, a whole number from 1; it is 0"),
        (lambda: knn(2.5), "k counts persons, a whole number from 1; it is 2.5"),
        (lambda: knn([]), r"k is a number or several, not \[\]"),
        (lambda: knn("many"), "k is a number or several, not 'many'"),
        (lambda: knn([200, 100]), r"k needs to ascend, it is \[200, 100\]. Sort it"),
        (lambda: kernel(0), "bandwidth_m is a distance in metres above 0; it is 0"),
        (lambda: kernel(np.inf), "bandwidth_m is a distance in metres above 0; it is inf"),
        (lambda: kernel(float("nan")), "bandwidth_m is a distance in metres above 0; it is nan"),
        (lambda: kernel([500, 500]), "bandwidth_m needs to ascend"),
        (lambda: kernel(500, "round"), "no kernel shape 'round'. Use biweight, gaussian, uniform"),
        (lambda: contiguity(["AB"]), "A contiguity pairs two units, not 'AB'"),
        (lambda: contiguity([("A", "A")]), r"pairs two units, not \('A', 'A'\)"),
        (lambda: contiguity([("A", "B"), ("B", "A")]), r"pair \('B', 'A'\) comes more than once"),
        (lambda: contiguity({("A", "B"): 0}), r"border of \('A', 'B'\) needs a length above 0"),
        (lambda: nested([]), "A nested context needs a level, none came"),
        (
            lambda: in_context(isolation, city(), knn([5, 9]), "a"),
            "in_context needs a context of one scale, this one has 2: k 5, 9. Use profile",
        ),
        (
            lambda: kernel([5, 9]).composition(city()),
            "composition needs a context of one scale, this one has 2: bandwidth_m 5.0, 9.0",
        ),
    ],
)
def test_what_cannot_be_a_context_is_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (knn(5), "knn needs a point for each unit, this table of 4 units has none. Give points_m"),
        (kernel(5), "kernel needs a point for each unit"),
        (nested("wijk"), "do not nest in a level 'wijk'"),
        (contiguity([("1", "Z")]), "names a unit 'Z' that this table of 4 units lacks"),
    ],
)
def test_a_table_that_cannot_serve_a_context_is_refused(context, message):
    with pytest.raises(TableError, match=message):
        in_context(information_theory, city(points=None), context)
