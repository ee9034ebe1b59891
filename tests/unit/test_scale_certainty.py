"""Is a profile as certain as its draws say, and does it say so where it is not?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError
from seglib.inference import estimate
from seglib.inference.draws import ALLOCATION, PROCESS, each_chunk
from seglib.inference.nesting import estimate_within_between
from seglib.inference.scales import estimate_in_context, estimate_profile, estimate_ratio
from seglib.measures import (
    dissimilarity,
    gini,
    information_theory,
    interaction,
    isolation,
    mutual_information,
)
from seglib.measures.local import local_segregation
from seglib.scale import contiguity, in_context, kernel, knn, nested, profile, within_between
from seglib.table import CountTable

KNOWN = ("low", "high", "standard_error", "bias", "debiased", "null_mean", "p_value")
WISHES = {"seed": 5, "replicates": 60}


def town(side: int = 6, mean: float = 200.0, **ground) -> CountTable:
    """A grid of units 100 m apart, each its own, in which group c grows from west to east."""
    draw = np.random.default_rng(7)
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    east = (x.ravel() + 1.0) / side
    rates = mean * np.stack([np.ones(side**2), 1.5 - east, 2.0 * east], axis=1)
    rates *= draw.lognormal(0.0, 0.3, rates.shape)
    points = np.stack([x.ravel(), y.ravel()], axis=1) * 100.0
    parts = {
        "wijk": tuple(f"{a}{b}" for a, b in zip(x.ravel() // 2, y.ravel() // 2, strict=True)),
        "stad": tuple(f"{a}" for a in x.ravel() // 4),
    }
    ground = {"points_m": points, "parts": parts} | ground
    return CountTable.from_counts(draw.poisson(rates), groups="abc", level="buurt", **ground)


def ends(draws: np.ndarray) -> np.ndarray:
    """Where 0.975 and 0.025 of the chance lie below, k / (n + 1) of it below the k-th of n."""
    below = np.arange(1, len(draws) + 1) / (len(draws) + 1)
    return np.apply_along_axis(lambda one: np.interp([0.975, 0.025], below, np.sort(one)), 0, draws)


def drawn(table: CountTable, counts: np.ndarray) -> CountTable:
    names = {"groups": table.groups, "units": table.units, "parts": table.parts}
    return CountTable.from_counts(counts, points_m=table.points_m, **names)


BESIDE = contiguity([(str(unit), str(unit + 1)) for unit in range(1, 36)])


@pytest.mark.parametrize(
    "context", [knn([300, 3_000]), kernel([120.0, 260.0]), nested(["", "wijk"]), BESIDE], ids=str
)
def test_each_draw_is_a_city_measured_in_its_own_surroundings(context):
    table = town()
    found = estimate_profile(table, information_theory, contexts=context, **WISHES)
    by_kind = {}
    for purpose in (PROCESS, ALLOCATION):
        cities = np.concatenate([c.copy() for _, c in each_chunk(table.counts, purpose, 5, 60)])
        by_kind[purpose] = np.array(
            [
                profile(drawn(table, city), information_theory, contexts=context).values
                for city in cities
            ]
        )
    assert found.draws == pytest.approx(by_kind[PROCESS], abs=1e-12)
    assert found.bias == pytest.approx(by_kind[PROCESS].mean(axis=0) - found.values, abs=1e-12)
    assert found.debiased == pytest.approx(found.values - found.bias)
    assert found.null_mean == pytest.approx(by_kind[ALLOCATION].mean(axis=0), abs=1e-12)
    above = (by_kind[ALLOCATION] >= found.values).sum(axis=0)
    assert found.p_value == pytest.approx((above + 1) / 61)
    wanted = 2 * found.values - ends(by_kind[PROCESS])
    assert found.reasons == ("",) * len(found.scales)
    assert np.stack([found.low, found.high]) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "args"),
    [
        (information_theory, ()),
        (mutual_information, ()),
        (gini, ("a", "c")),
        (dissimilarity, ("c",)),
    ],
)
def test_at_the_level_of_units_a_profile_is_what_estimate_gives(measure, args):
    table = town()
    found = estimate_profile(table, measure, *args, levels=["buurt", "wijk"], **WISHES)
    alone = estimate(measure, table, *args, **WISHES)
    above = estimate(measure, table.merge("wijk"), *args, **WISHES)
    for name in KNOWN:
        assert getattr(found, name)[0] == getattr(alone, name)
    assert found.values[1] == pytest.approx(above.value, abs=1e-14)
    # other draws of the same merged persons
    assert found.standard_error[1] == pytest.approx(above.standard_error, rel=0.4)
    origin = ("symbol", "seed", "replicates", "stream", "level", "estimand", "method")
    for name in origin:
        assert getattr(found, name) == getattr(alone, name)


@pytest.mark.parametrize(
    ("measure", "args"),
    [
        (information_theory, ()),
        (dissimilarity, ("c",)),
        (dissimilarity, ("a", "c")),
        (isolation, ("b",)),
        (interaction, ("b", "c")),
    ],
)
def test_in_its_own_surroundings_a_unit_is_as_certain_as_without(measure, args):
    table = town()
    found = estimate_in_context(measure, table, nested(""), *args, **WISHES)
    alone = estimate(measure, table, *args, **WISHES)
    # D among surroundings has no debiasing of its own
    same = KNOWN if measure is not dissimilarity else ("null_mean", "p_value")
    for name in ("value", *same):
        assert getattr(found, name) == pytest.approx(getattr(alone, name), abs=1e-12)
    assert (found.symbol, found.groups, found.reason) == (alone.symbol, alone.groups, "")


def test_among_surroundings_the_interval_of_h_may_end_below_0():
    """Surroundings may be more mixed than the city, which no draw of units can be."""
    x, y = np.meshgrid(np.arange(6), np.arange(6))
    ours = np.random.default_rng(1).binomial(200, 0.5 + 0.02 * (x.ravel() - 2.5))
    points = np.stack([x.ravel(), y.ravel()], axis=1) * 100.0
    even = CountTable.from_counts(np.stack([ours, 200 - ours], axis=1), points_m=points)
    found = estimate_profile(even, information_theory, contexts=kernel(400.0), **WISHES)
    wanted = 2 * found.values[0] - ends(found.draws[:, 0])
    assert found.reasons == ("",)
    assert [found.low[0], found.high[0]] == pytest.approx(wanted.tolist(), abs=1e-15)
    assert found.low[0] < -1e-4


@pytest.mark.parametrize(("measure", "args"), [(information_theory, ()), (dissimilarity, ("c",))])
def test_where_everyone_meets_everyone_a_profile_is_0_and_says_why_it_ends_there(measure, args):
    table = town(3)
    ks = knn([100, table.total, 10**9])
    found = estimate_profile(table, measure, *args, contexts=ks, **WISHES)
    assert found.values[1:].tolist() == [0.0, 0.0]
    assert found.null_mean[1:].tolist() == [0.0, 0.0]
    assert found.reasons[1:] == ("not distinct from random allotment (p 1.00)",) * 2
    assert found.reason_codes == ("", "near-null", "near-null")
    assert found.reason.startswith(f"k {table.total}: not distinct from random allotment (p 1.00);")
    assert np.isfinite(found.low[0]) and np.isnan(found.low[1:]).all()
    assert (np.diff(found.values) < 0).tolist() == [True, False]


def test_what_chance_gives_falls_towards_0_as_surroundings_widen():
    table = town(10)
    found = estimate_profile(
        table, information_theory, contexts=knn([300, 1_200, 4_800, 19_200]), **WISHES
    )
    assert (found.null_mean > 0).all()
    # a surrounding of four times as many persons is left four times as even by chance
    assert found.null_mean[:-1] / found.null_mean[1:] == pytest.approx([4.0] * 3, rel=0.5)
    assert (found.p_value == 1 / 61).all()


def test_metres_and_kilometres_give_the_same_certainty():
    table = town()
    far = town(points_m=table.points_m * 1000)
    for near, wide in ((kernel(150.0), kernel(150_000.0)), (knn(2_000), knn(2_000))):
        both = [
            estimate_profile(t, isolation, "c", contexts=c, **WISHES)
            for t, c in ((table, near), (far, wide))
        ]
        for name in KNOWN:
            one, other = (getattr(found, name) for found in both)
            assert one == pytest.approx(other, abs=1e-12)


def test_the_number_of_threads_does_not_matter():
    import numba

    table, over = town(24), {"contexts": knn([90, 700])}
    several = estimate_profile(table, information_theory, **over, seed=1, replicates=40)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = estimate_profile(table, information_theory, **over, seed=1, replicates=40)
    finally:
        numba.set_num_threads(threads)
    assert (one.draws == several.draws).all()
    assert (one.null_mean == several.null_mean).all()


def test_few_persons_around_too_many_is_a_reason_at_that_scale_only():
    sparse = town(12, mean=3.0)
    rates = np.where(sparse.points_m[:, :1] < 600, [[9, 1]], [[1, 9]])
    halves = CountTable.from_counts(rates, groups="ab", points_m=sparse.points_m)
    found = estimate_profile(halves, dissimilarity, "a", "b", contexts=knn([9, 100]), **WISHES)
    # half of the 10 persons in a unit are expected to be of one group, and of 100 around
    assert found.reason_codes[1] == ""
    few = CountTable.from_counts(rates * 4 // 5, groups="ab", points_m=sparse.points_m)
    found = estimate_profile(few, dissimilarity, "a", "b", contexts=knn([5, 100]), **WISHES)
    assert found.reason_codes == ("small-cells", "")
    assert found.reasons[0] == (
        "smallest expected cell of surroundings 3.5; units whose surroundings expect fewer than 5 "
        "hold 100% of persons (limit 5%)"
    )
    assert np.isnan(found.low[0]) and found.low[1] < found.values[1] < found.high[1]
    assert np.isfinite(found.bias).all()


def test_a_group_that_vanishes_from_draws_is_a_reason_not_an_error():
    counts = [[40, 1], [40, 0]]
    table = CountTable.from_counts(counts, groups="ab", points_m=[[0, 0], [100, 0]])
    for measure, args in ((isolation, ("b",)), (dissimilarity, ("b",)), (information_theory, ())):
        found = estimate_in_context(measure, table, knn(50), *args, **WISHES)
        assert found.reason.startswith("undefined in ")
        assert (found.low, found.bias, found.reason_code) == (None, None, "small-cells")


def test_a_ratio_has_the_interval_of_the_ratios_in_the_drawn_cities():
    table = town()
    found = estimate_profile(table, dissimilarity, "c", contexts=kernel([120.0, 260.0]), **WISHES)
    ratio = estimate_ratio(found, 260.0, 120.0)
    draws = found.draws[:, 1] / found.draws[:, 0]
    assert ratio.value == found.values[1] / found.values[0] == found.ratio(260.0, 120.0)
    wanted = 2 * ratio.value - ends(draws)
    assert [ratio.low, ratio.high] == pytest.approx(wanted.tolist())
    assert ratio.bias == pytest.approx(draws.mean() - ratio.value)
    assert (ratio.symbol, ratio.seed, ratio.estimand) == ("ratio of D_rest", 5, "process")
    # what both scales share cancels out: narrower than two independent numbers would be
    apart = np.hypot(*(found.standard_error / found.values)) * ratio.value
    assert ratio.standard_error < 0.8 * apart


def test_a_ratio_without_interval_has_the_reason_of_its_scales():
    table = town(3)
    ks = (400, 900, table.total)
    found = estimate_profile(table, information_theory, contexts=knn(ks), **WISHES)
    ratio = estimate_ratio(found, table.total, 900)
    assert (ratio.low, ratio.reason_code) == (None, "near-null")
    assert ratio.reason == f"k {table.total}: not distinct from random allotment (p 1.00)"
    bare = profile(table, information_theory, contexts=knn(ks))
    assert estimate_ratio(bare, 900, 400).reason == "measured in context; no interval was asked for"


def test_what_was_not_asked_for_is_not_there():
    table = town(3)
    null = estimate_profile(
        table, isolation, "c", contexts=knn([250, 900]), interval=None, **WISHES
    )
    assert null.low is None and null.draws is None and null.null_mean is not None
    assert (null.reason, null.reason_code) == ("no interval was asked for", "not-asked")
    assert estimate_ratio(null, 900, 250).reason_code == "not-asked"
    band = estimate_profile(table, isolation, "c", contexts=knn([250, 900]), null=None, **WISHES)
    assert band.null_mean is None and band.p_value is None and band.low is not None
    frame = band.to_frame()
    assert frame["k"].tolist() == [250, 900]
    assert frame["low"].tolist() == band.low.tolist()
    assert frame["p_value"].isna().all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": "units"}, "interval over scales is 'process' or None, not 'units'. Write"),
        ({"null": "units"}, "null is 'allocation' or None, not 'units'"),
        ({"seed": -1}, "seed needs a whole number from 0"),
        ({"replicates": 3}, "replicates is a whole number from 40"),
        ({"contexts": knn(3)}, "over levels or over contexts, both came"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, message):
    asked = {"levels": ["", "wijk"], **WISHES} | options
    with pytest.raises(ParameterError, match=message):
        estimate_profile(town(3), information_theory, **asked)


def test_a_measure_of_units_has_no_profile():
    with pytest.raises(ParameterError, match="one number"):
        estimate_profile(town(3), local_segregation, levels=["", "wijk"], **WISHES)


def test_in_context_alone_and_in_a_profile_are_the_same():
    table = town()
    found = estimate_profile(table, isolation, "c", contexts=knn([300, 2_000]), **WISHES)
    alone = estimate_in_context(isolation, table, knn(2_000), "c", **WISHES)
    assert alone.value == in_context(isolation, table, knn(2_000), "c").value == found.values[1]
    for name in KNOWN:
        assert getattr(alone, name) == getattr(found, name)[1]


def test_the_parts_of_a_breakdown_come_from_the_same_draws_as_its_whole():
    table = town()
    found = estimate_within_between(table, by=["stad", "wijk"], **WISHES)
    exact = within_between(table, by=["stad", "wijk"])
    assert (found.parts, found.total) == (exact.parts, exact.total)
    whole = estimate(mutual_information, table, **WISHES)
    assert (found.low["total"], found.high["total"]) == (whole.low, whole.high)
    levels = estimate_profile(table, mutual_information, levels=["stad", "wijk", "buurt"], **WISHES)
    assert (found.low["stad"], found.high["stad"]) == (levels.low[0], levels.high[0])
    assert found.reason == ""
    for part, above, below in (("wijk", 0, 1), ("within", 1, 2)):
        draws = levels.draws[:, below] - levels.draws[:, above]
        wanted = 2 * found[part] - ends(draws)
        assert [found.low[part], found.high[part]] == pytest.approx(wanted.tolist(), abs=1e-13)
    frame = found.to_frame().set_index("part")
    assert frame.loc["within", "low"] == found.low["within"]


def test_a_part_that_chance_could_give_is_named_with_its_reason():
    counts = np.repeat([[300, 100], [100, 300]], 4, axis=0)
    table = CountTable.from_counts(counts, parts={"wijk": "AAAABBBB"})
    found = estimate_within_between(table, by="wijk", **WISHES)
    assert found.parts["within"] == pytest.approx(0.0, abs=1e-14)
    assert found.reason == "part within: not distinct from random allotment (p 1.00)"
    assert found.reason_code == "near-null"
    assert "within" not in found.low and "within" not in found.high
    assert found.low["between"] < found["between"] < found.high["between"]
    assert found.seed == 5 and found.certain


def test_a_breakdown_of_chance_alone_has_reasons_for_all_its_parts():
    draw = np.random.default_rng(3)
    table = CountTable.from_counts(draw.poisson([4.0, 2.0], (60, 2)), parts={"wijk": "ABCDEF" * 10})
    found = estimate_within_between(table, by="wijk", **WISHES)
    assert (found.low, found.high) == (None, None)
    assert found.reason_code == "near-null"
    told = found.reason.split("; ")
    assert [one.split(":")[0] for one in told] == ["part between", "part within", "part total"]
    assert all("not distinct from random allotment" in one for one in told)
    assert found.certain
    assert found.to_frame()["low"].isna().all()
