"""Does a profile say how far segregation reaches?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError, SeglibError
from seglib.measures import dissimilarity, information_theory, isolation, mutual_information
from seglib.result import Profile
from seglib.scale import in_context, kernel, knn, nested, profile
from seglib.table import CountTable


def test_the_macro_micro_ratio_is_that_of_two_values():
    found = Profile("H", (500, 1000, 4000), np.array([0.4, 0.3, 0.1]), "bandwidth_m")
    assert found.at(1000) == 0.3
    assert found.ratio(4000, 500) == 0.1 / 0.4


def test_a_ratio_needs_scales_of_the_profile_and_a_value_above_0():
    found = Profile("H", (500, 4000), np.array([0.0, 0.1]), "bandwidth_m")
    with pytest.raises(SeglibError, match=r"no bandwidth_m 700\. It has 500, 4000"):
        found.ratio(4000, 700)
    with pytest.raises(SeglibError, match="needs H above 0 at bandwidth_m 500, it is 0"):
        found.ratio(4000, 500)


def board_and_split(side: int = 12) -> tuple[CountTable, CountTable]:
    """The same units of one group each as a checkerboard and as a city split in two."""
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    points = np.stack([x.ravel(), y.ravel()], axis=1) * 100.0
    tables = []
    for own in ((x + y).ravel() % 2 == 0, (x < side // 2).ravel()):
        counts = np.stack([10 * own, 10 * ~own], axis=1)
        tables.append(CountTable.from_counts(counts, groups=("a", "b"), points_m=points))
    return tables[0], tables[1]


@pytest.mark.parametrize("contexts", [knn([10, 50, 130]), kernel([90, 200, 300])], ids=str)
def test_a_checkerboard_evens_out_with_scale_and_a_split_city_does_not(contexts):
    board, split = board_and_split()
    fine = profile(board, dissimilarity, "a", contexts=contexts)
    coarse = profile(split, dissimilarity, "a", contexts=contexts)
    assert fine.values[0] == coarse.values[0] == 1.0
    assert (np.diff(fine.values) < 0).all()
    assert fine.values[-1] < 0.3
    assert (coarse.values[1:] > 0.75).all()
    last, first = contexts.scales[-1], contexts.scales[0]
    assert coarse.ratio(last, first) > fine.ratio(last, first) + 0.5


def test_a_profile_holds_what_each_context_gives_alone():
    table, ks = board_and_split()[1], (10, 40, 300)
    found = profile(table, isolation, "a", contexts=knn(ks))
    alone = [in_context(isolation, table, knn(k), "a").value for k in ks]
    assert found.values.tolist() == alone
    several = profile(table, isolation, "a", contexts=[knn(k) for k in ks])
    assert several.values.tolist() == alone
    assert (found.symbol, found.groups, found.scale_name) == ("xPx", ("a",), "k")
    assert (found.scales, found.n_units) == (ks, (144,) * 3)
    assert found.certain and found.reason_code == "not-asked"
    assert found.to_frame()["k"].tolist() == list(ks)


def test_a_profile_over_nested_contexts_equals_one_over_levels():
    table = CountTable.from_counts(
        [[9, 1], [7, 3], [2, 8], [0, 8]], groups=("a", "b"), parts={"wijk": "AABB"}
    )
    over = profile(table, information_theory, contexts=nested(["", "wijk"]))
    levels = profile(table, information_theory, levels=["", "wijk"])
    assert over.values == pytest.approx(levels.values, abs=1e-14)
    assert over.scales == levels.scales
    assert over.scale_name == levels.scale_name


def test_a_null_is_the_mean_over_tables_of_chance():
    board, split = board_and_split()
    found = profile(
        board, dissimilarity, "a", contexts=knn([10, 50]), null=lambda _: [split, board]
    )
    alone = [profile(t, dissimilarity, "a", contexts=knn([10, 50])).values for t in (split, board)]
    assert found.null_mean is not None
    assert found.null_mean == pytest.approx(np.mean(alone, axis=0), abs=1e-15)
    assert found.replicates == 2
    assert profile(board, dissimilarity, "a", contexts=knn(10)).null_mean is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "over levels or over contexts, neither came. Give one"),
        ({"levels": [""], "contexts": knn(5)}, "over levels or over contexts, both came"),
        ({"levels": [""], "null": list}, "takes its null from the measure, not from null="),
        ({"contexts": [knn(5), kernel(5)]}, "contexts of one kind, it got bandwidth_m biweight, k"),
        ({"contexts": [kernel(5), kernel(9, "gaussian")]}, "bandwidth_m biweight, bandwidth_m ga"),
        ({"contexts": []}, "contexts of one kind, it got none"),
        ({"contexts": [knn(5), knn([5, 9])]}, r"each scale once, it got \[5, 5, 9\]"),
    ],
)
def test_what_cannot_be_a_profile_is_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        profile(board_and_split()[0], information_theory, **options)


def test_only_measures_with_a_form_in_context_have_such_a_profile():
    with pytest.raises(ParameterError, match="M has no form in context"):
        profile(board_and_split()[0], mutual_information, contexts=knn(5))


def scattered(seed: int) -> CountTable:
    """Persons of three groups on part of a grid, some units empty."""
    draw = np.random.default_rng(seed)
    cells = draw.permutation(400)[:200]
    counts = draw.poisson([9.0, 4.0, 2.0], (200, 3)) * (draw.random((200, 1)) < 0.8)
    points = np.stack([cells % 20, cells // 20], axis=1) * 100.0
    return CountTable.from_counts(counts, groups="abc", points_m=points)


@pytest.mark.parametrize("contexts", [knn([20, 150, 900]), kernel([150.0, 700.0])], ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_order_and_empty_units_do_not_matter(contexts, seed):
    table = scattered(seed)
    points, draw = table.points_m, np.random.default_rng(seed)
    assert points is not None
    wanted = profile(table, information_theory, contexts=contexts).values
    order = draw.permutation(table.n_units)
    turned = CountTable.from_counts(
        table.counts[order][:, [2, 0, 1]], groups=("x", "y", "z"), points_m=points[order]
    )
    assert profile(turned, information_theory, contexts=contexts).values == pytest.approx(
        wanted, abs=1e-13
    )
    lived_in = table.unit_totals > 0
    assert 0 < lived_in.sum() < table.n_units
    without = table.select_units(lived_in)
    assert profile(without, information_theory, contexts=contexts).values == pytest.approx(
        wanted, abs=1e-12
    )


def test_from_everyone_on_a_profile_is_0_and_before_that_it_is_not():
    table = scattered(4)
    total = table.total
    found = profile(table, dissimilarity, "a", contexts=knn([total - 1, total, total + 1]))
    assert found.values[0] > 0
    assert found.values[1:].tolist() == [0.0, 0.0]
    found = profile(table, information_theory, contexts=knn([total - 1, total, 10**12]))
    assert 0 < abs(found.values[0]) < 1e-4
    assert found.values[1:].tolist() == [0.0, 0.0]


def test_more_persons_than_32_bits_hold_are_found_as_well():
    table, many = scattered(5), 10**7
    assert table.total * many > 2**33
    large = CountTable.from_counts(table.counts * many, groups="abc", points_m=table.points_m)
    found = knn([30 * many, 500 * many]).persons(large)
    assert found == pytest.approx(knn([30, 500]).persons(table) * many, rel=1e-12)
