"""Mistakes that other packages made and that no room here may share; the others have a room.

Each is named after its row in the list of pitfalls: P of PySAL, O of OasisR, U of what users of
any package complained about.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from seglib.inference import estimate
from seglib.measures import (
    dissimilarity,
    gini,
    information_theory,
    isolation,
    local_segregation,
    multigroup_dissimilarity,
    mutual_information,
)
from seglib.registry import REGISTRY
from seglib.scale import in_context, kernel
from seglib.table import CountTable

COUNTS = np.array([[900, 300, 60], [300, 900, 90], [450, 420, 200], [80, 20, 300]])
EVENNESS = sorted({entry.symbol for entry in REGISTRY.values() if entry.dimension == "evenness"})


def table(counts=COUNTS, **meta) -> CountTable:
    return CountTable.from_counts(counts, groups=("a", "b", "c"), **meta)


@pytest.mark.parametrize("symbol", EVENNESS)
def test_p11_a_null_of_evenness_needs_no_geometry(symbol):
    """A plain frame of unit, group and persons is all there is, and the null comes all the same."""
    rows = [(f"u{u}", "abc"[g], n) for (u, g), n in np.ndenumerate(COUNTS)]
    frame = pd.DataFrame(rows, columns=["unit", "group", "persons"])
    city = CountTable.from_frame(frame, unit="unit", group="group", persons="persons")
    assert city.points_m is None
    entry = REGISTRY[symbol]
    found = estimate(entry.function, city, *"ab"[: entry.arity], seed=1, replicates=60)
    assert found.null_mean is not None and 0 <= found.null_mean < found.value
    assert found.p_value == pytest.approx(1 / 61)


def test_p12_persons_from_fractions_can_be_allotted_at_random():
    """Fractions are refused unless their rounding is declared; then draws are of whole persons."""
    fractions = COUNTS + 0.4
    rounded = table(fractions, round_fractions=True)
    assert (rounded.counts == COUNTS).all()
    wishes = {"seed": 1, "replicates": 60}
    assert estimate(mutual_information, rounded, **wishes) == estimate(
        mutual_information, table(), **wishes
    )


def test_o1_no_number_is_rounded_to_four_decimals():
    """One person of a million moves D by half a millionth, and that is what comes out."""
    before, after = (
        table([[500_000, 250_000 + moved, 1], [500_000, 250_000 - moved, 1]]) for moved in (0, 1)
    )
    step = dissimilarity(after, "a", "b").value - dissimilarity(before, "a", "b").value
    assert step == pytest.approx(float(Fraction(1, 500_000)), rel=1e-9)
    for measure, names in ((gini, "ab"), (isolation, "a"), (information_theory, "")):
        few, more = (measure(city, *names).value for city in (before, after))
        assert few != more
        assert abs(few - more) < 5e-5


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (dissimilarity, "ab"),
        (information_theory, ""),
        (multigroup_dissimilarity, ""),
        (isolation, "a"),
    ],
)
def test_u6_u22_a_unit_without_people_changes_no_value_interval_or_null(measure, names):
    padded = table(np.insert(COUNTS, 2, 0, axis=0))
    plain, with_empty = (
        estimate(measure, city, *names, seed=1, replicates=60) for city in (table(), padded)
    )
    for field in ("value", "low", "high", "bias", "null_mean", "p_value"):
        assert getattr(with_empty, field) == pytest.approx(getattr(plain, field), abs=1e-14)


def test_u7_a_country_in_metres_leaves_far_units_without_weight_and_without_nan():
    """exp(-d) of hundreds of kilometres is 0; a unit alone is then its own surroundings."""
    corners = [[10_000.0, 306_000.0], [10_050.0, 306_000.0], [276_000.0, 613_000.0], [1.0, 6e5]]
    city = table(points_m=corners)
    for shape in ("gaussian", "biweight"):
        composition = kernel(100.0, shape).composition(city)
        assert np.isfinite(composition).all()
        shares = COUNTS / COUNTS.sum(axis=1, keepdims=True)
        assert composition[2:] == pytest.approx(shares[2:], abs=1e-15)
        mixed = in_context(information_theory, city, kernel(100.0, shape)).value
        assert 0 < mixed < information_theory(city).value


def test_u18_local_segregation_is_never_negative_whatever_the_order_of_groups():
    random = np.random.default_rng(8)
    for _ in range(50):
        counts = random.integers(0, 50, (6, 3)) + 1
        found = local_segregation(table(counts)).values
        assert (found >= 0).all()
        turned = local_segregation(table(counts[:, ::-1])).values
        assert turned == pytest.approx(found, abs=1e-13)
