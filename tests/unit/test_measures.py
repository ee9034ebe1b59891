"""Does each measure speak of the right groups, and refuse where it has no value?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError, UndefinedMeasureError, UnknownGroupError
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
from seglib.registry import REGISTRY, measure_of
from seglib.table import REST, CountTable

GROUPS = ("a", "b", "c")


def table(counts=((30, 10, 5), (10, 30, 0), (0, 2, 8), (0, 0, 0)), **meta) -> CountTable:
    return CountTable.from_counts(counts, groups=GROUPS, **meta)


def test_the_symbol_says_which_reference_was_used():
    city = table(place="Ons Dorp", year=2017, source="toy", level="wijk")
    against_rest, named = dissimilarity(city, "a"), dissimilarity(city, "a", "b")
    assert (against_rest.symbol, against_rest.groups) == ("D_rest", ("a", REST))
    assert (named.symbol, named.groups) == ("D", ("a", "b"))
    assert (named.place, named.year, named.source, named.unit) == ("Ons Dorp", 2017, "toy", "wijk")
    assert named.n_units == 4


def test_the_rest_is_everyone_else():
    summed = CountTable.from_counts([[30, 15], [10, 30], [0, 10], [0, 0]], groups=("a", "not a"))
    assert dissimilarity(table(), "a").value == dissimilarity(summed, "a", "not a").value


def test_a_group_may_itself_be_called_rest():
    city = CountTable.from_counts([[3, 1, 6], [1, 3, 6]], groups=("a", "b", REST))
    assert dissimilarity(city, "a").symbol == "D"
    assert dissimilarity(city, "a").value == pytest.approx(0.25, abs=1e-15)


def test_exposure_to_the_own_group_and_the_others_adds_up_to_one():
    city = table()
    met = [isolation(city, "a").value] + [interaction(city, "a", g).value for g in ("b", "c")]
    assert sum(met) == pytest.approx(1.0, abs=1e-14)
    assert interaction(city, "a", REST).value == pytest.approx(sum(met[1:]), abs=1e-14)


def test_isolation_of_a_whole_city_is_one():
    assert isolation(CountTable.from_counts([[3], [4]], groups=("a",)), "a").value == 1.0


def test_an_empty_unit_is_nan_locally_and_counted():
    found = local_segregation(table())
    assert found.n_empty == 1
    assert np.isnan(found.values[3])
    assert found.persons.tolist() == [45, 40, 10, 0]


def test_local_segregation_weighted_by_persons_is_m():
    city = table()
    found = local_segregation(city)
    weighted = np.nansum(found.values * found.persons) / city.total
    assert weighted == pytest.approx(mutual_information(city).value, abs=1e-14)


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (dissimilarity, ("x",)),
        (dissimilarity, ("a", "x")),
        (isolation, ("x",)),
        (interaction, ("a", "x")),
    ],
)
def test_an_unknown_group_is_refused(measure, names):
    with pytest.raises(UnknownGroupError, match="There is no group 'x'"):
        measure(table(), *names)


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (dissimilarity, ("b",)),
        (dissimilarity, ("a", "b")),
        (isolation, ("b",)),
        (interaction, ("b", "a")),
    ],
)
def test_p9_a_group_without_members_is_refused(measure, names):
    city = CountTable.from_counts([[3, 0], [4, 0]], groups=("a", "b"), year=2017)
    with pytest.raises(UndefinedMeasureError) as caught:
        measure(city, *names)
    assert str(caught.value).endswith(
        "needs members of 'b'; all 2 units count none in 2017. Drop the group or pick another year."
    )


def test_p9_a_group_that_is_the_whole_city_has_no_d_against_the_rest():
    city = CountTable.from_counts([[3, 0], [4, 0]], groups=("a", "b"))
    with pytest.raises(UndefinedMeasureError, match="D_rest needs members of 'rest'"):
        dissimilarity(city, "a")


@pytest.mark.parametrize("measure", [mutual_information, entropy, simpson, local_segregation])
def test_p9_an_empty_table_is_refused(measure):
    with pytest.raises(UndefinedMeasureError, match="needs persons, all 2 units of this table"):
        measure(CountTable.from_counts([[0, 0], [0, 0]]))


def test_p9_h_needs_two_groups_with_members():
    city = CountTable.from_counts([[3, 0], [4, 0]], groups=("a", "b"))
    with pytest.raises(UndefinedMeasureError, match="H needs members of two groups, only 'a' has"):
        information_theory(city)
    assert mutual_information(city).value == 0.0


@pytest.mark.parametrize("measure", [dissimilarity, interaction])
def test_a_group_is_not_compared_with_itself(measure):
    with pytest.raises(ParameterError, match="compares two groups, both are 'a'"):
        measure(table(), "a", "a")


def test_p15_a_country_of_two_thousand_million_does_not_overflow():
    city = table().scaled(25_000_000)
    assert city.total > 2.1e9
    for entry in REGISTRY.values():
        if entry.form == "local":
            continue
        arguments = GROUPS[: entry.arity]
        small, large = (entry.function(t, *arguments).value for t in (table(), city))
        assert large == pytest.approx(small, abs=1e-12)


@pytest.mark.parametrize("symbol", REGISTRY)
def test_a_kernel_without_compilation_gives_the_same(symbol):
    entry = REGISTRY[symbol]
    counts = table().counts[:3].copy()
    if entry.form == "local":
        with_code, without = np.empty(3), np.empty(3)  # as many units as groups
        entry.kernel(counts, with_code)
        entry.kernel.py_func(counts, without)
        np.testing.assert_allclose(with_code, without, rtol=0, atol=1e-15)
        return
    given = (counts[:, 0].copy(), counts[:, 1].copy()) if entry.form == "pair" else (counts,)
    assert entry.kernel(*given) == pytest.approx(entry.kernel.py_func(*given), abs=1e-15)


def test_columns_share_out_everyone():
    city = table()
    for names in (("a",), ("a", "b")):
        columns = measure_of(dissimilarity).columns(city, *names)
        assert columns.take(city.counts).sum() == city.total
        assert columns.n_used == 2


def test_a_table_of_fractions_is_measured_as_one_of_persons():
    city = table()
    entry = measure_of(mutual_information)
    value = entry.evaluate(entry.columns(city), city.counts / 7.0)
    assert value == pytest.approx(mutual_information(city).value, abs=1e-14)
