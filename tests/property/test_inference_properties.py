"""What holds of every rounding band and of every joint call, whatever the city."""

from __future__ import annotations

import numpy as np
import pytest
from cities import GROUPS, cities, table
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seglib.inference import estimate, estimate_together, rounding_band
from seglib.inference.bounded import Possible
from seglib.measures import dissimilarity, information_theory, interaction, isolation
from seglib.registry import REGISTRY

MEASURES = {"D": (dissimilarity, "b"), "xPx": (isolation,), "xPy": (interaction, "b")}


@st.composite
def uncertain(draw: st.DrawFn):
    """A city, and the same one with bounds at different distances around it."""
    city = draw(cities())
    gap = st.integers(0, 6)
    below, above = (
        np.array(draw(st.lists(gap, min_size=n, max_size=n))).reshape(city.counts.shape)
        for n in (city.counts.size, city.counts.size)
    )
    lower = (city.counts - below).clip(0)
    return table(city.counts, GROUPS, lower=lower, upper=city.counts + above)


@pytest.mark.parametrize("symbol", MEASURES)
@given(city=uncertain())
@settings(max_examples=40, deadline=None)
def test_floor_and_ceiling_hold_for_the_printed_and_every_drawn_table(symbol, city):
    measure, *other = MEASURES[symbol]
    band = rounding_band(measure, city, "a", *other, seed=1, replicates=40, level=0.99)
    assert band.floor <= band.value + 1e-12
    assert band.value <= band.ceiling + 1e-12
    if band.low is not None:
        assert band.floor - 1e-12 <= band.low <= band.median <= band.high <= band.ceiling + 1e-12


@given(city=uncertain())
@settings(max_examples=40, deadline=None)
def test_the_totals_of_a_possible_table_can_always_be_met_group_by_group(city):
    totals = dict(zip(GROUPS, city.upper.sum(axis=0).tolist(), strict=True))
    start = Possible.of(city, totals, None).start
    assert (start[:-1, :-1] == city.upper).all()
    assert (start.sum(axis=0) == 0).all()
    assert (start.sum(axis=1) == 0).all()


@given(full=cities(), emptied=st.sets(st.sampled_from(range(3))))
@settings(max_examples=40, deadline=None)
def test_a_measure_asked_of_any_city_is_a_number_or_is_listed_as_left_out(full, emptied):
    counts = full.counts.copy()
    counts[:, list(emptied)] = 0
    city = table(counts, GROUPS)
    asked = [(isolation, group) for group in GROUPS]
    asked += [(dissimilarity, "a", group) for group in GROUPS if group != "a"]
    wishes = {"seed": 1, "replicates": 40}
    found = estimate_together(
        [information_theory, *asked], city, where_undefined="leave out", **wishes
    )
    assert len(found) + len(found.left_out) == 1 + len(asked)
    present = set(np.array(GROUPS)[city.counts.any(axis=0)])
    for one in found.values():
        assert np.isfinite(one.value)
        assert one.certain
        assert set(one.groups) <= present
    for one in found.left_out:
        assert not set(one.groups) <= present or len(present) < 2
    if "H" in found:
        assert found["H"] == estimate(information_theory, city, **wishes)


def debiased(counts) -> float:
    """D of the first two columns less what chance adds to it."""
    out = np.empty(1)
    REGISTRY["D"].debiased(np.ascontiguousarray(counts)[None], out)
    return float(out[0])


@given(city=cities(), order=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_debiased_d_does_not_hang_on_names_order_or_empty_units(city, order):
    pair = city.counts[:, :2]
    assume(pair.any(axis=0).all())
    rows = order.sample(range(len(pair)), len(pair))
    padded = np.concatenate([pair[rows], np.zeros((2, 2), dtype=np.int64)])
    wanted = pytest.approx(debiased(pair), abs=1e-12)
    assert debiased(padded) == wanted
    assert debiased(pair[:, ::-1]) == wanted


@given(city=cities(), factor=st.integers(2, 400))
@settings(max_examples=40, deadline=None)
def test_debiased_d_is_below_d_and_nears_it_in_a_larger_city(city, factor):
    pair = city.counts[:, :2]
    assume(pair.any(axis=0).all())
    value = dissimilarity(city, "a", "b").value
    small, large = debiased(pair), debiased(pair * factor)
    assert small <= large + 1e-12
    assert large <= value + 1e-12
    # a gap adds at most E|e|, and half the sum of those shrinks as the root of the persons
    most = np.sqrt((pair / pair.sum(axis=0) ** 2).sum(axis=1) / factor).sum()
    assert value - large <= most * np.sqrt(2 / np.pi) / 2 + 1e-12
