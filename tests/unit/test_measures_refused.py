"""Do the wider measures refuse what has no value, and share no known fault of other programs?"""

from __future__ import annotations

import inspect
from fractions import Fraction

import numpy as np
import pytest

from seglib.change import margin_only
from seglib.errors import ParameterError, TableError, UndefinedMeasureError, UnknownGroupError
from seglib.inference import estimate
from seglib.measures import (
    atkinson,
    correlation_ratio,
    dissimilarity,
    effective_number,
    false_discovery,
    gini,
    group_segregation,
    hutchens,
    information_theory,
    inverse_simpson,
    local_entropy,
    location_quotient,
    multigroup_dissimilarity,
    multigroup_gini,
    normalised_exposure,
    relative_diversity,
    reynal_querol,
    shrunken_quotient,
)
from seglib.measures.evenness.roots import _overlap, _shaped_atkinson
from seglib.registry import PROPERTIES, REGISTRY, explain, measure_of
from seglib.scale import within_between
from seglib.table import REST, CountTable

PAIRED = [gini, atkinson, hutchens]
OF_A_GROUP = [correlation_ratio, location_quotient, shrunken_quotient]
OF_SEVERAL = [
    multigroup_dissimilarity,
    multigroup_gini,
    relative_diversity,
    normalised_exposure,
]
OF_ANY = [effective_number, inverse_simpson, reynal_querol, group_segregation, local_entropy]
COUNTS = ((30, 10, 5), (10, 30, 0), (0, 2, 8), (0, 0, 0))


def table(counts=COUNTS, groups=("a", "b", "c"), **meta) -> CountTable:
    return CountTable.from_counts(counts, groups=groups, **meta)


def two(counts, **meta) -> CountTable:
    return table(counts, ("a", "b"), **meta)


class TestReferences:
    @pytest.mark.parametrize("measure", PAIRED)
    def test_the_symbol_says_which_reference_was_used(self, measure):
        symbol = measure_of(measure).symbol
        apart, named = measure(table(), "a"), measure(table(), "a", "b")
        assert (apart.symbol, apart.groups) == (f"{symbol}_rest", ("a", REST))
        assert (named.symbol, named.groups, named.n_units) == (symbol, ("a", "b"), 4)
        summed = two([[30, 15], [10, 30], [0, 10]])
        assert apart.value == pytest.approx(measure(summed, "a", "b").value, abs=1e-15)

    def test_eta_squared_speaks_of_one_group(self):
        found = correlation_ratio(table(), "a")
        assert (found.symbol, found.groups) == ("eta2", ("a",))

    def test_local_numbers_know_their_units_and_groups(self):
        city = table(place="Ons Dorp", year=2017, source="toy", level="wijk")
        for found in (location_quotient(city, "a"), shrunken_quotient(city, "a")):
            assert (found.units, found.groups, found.unit) == (city.units, ("a",), "wijk")
            assert (found.place, found.year, found.source) == ("Ons Dorp", 2017, "toy")
            assert found.persons.tolist() == [45, 40, 10, 0]
            assert found.n_empty == 1
        found = group_segregation(city)
        assert (found.units, found.unit_names, found.unit) == (("a", "b", "c"),) * 2 + ("group",)
        assert (found.place, found.year, found.source) == ("Ons Dorp", 2017, "toy")
        assert found.persons.tolist() == [40, 42, 13]
        assert local_entropy(city).n_empty == 1

    def test_a_group_without_members_has_no_segregation_of_its_own(self):
        found = group_segregation(two([[3, 0], [4, 0]]))
        assert found.values[0] == 0.0
        assert found.n_empty == 1

    def test_units_that_differ_by_chance_alone_are_all_drawn_to_one(self):
        alike = two([[30, 70], [31, 69], [29, 71], [0, 0]])
        np.testing.assert_array_equal(shrunken_quotient(alike, "a").values, [1, 1, 1, np.nan])
        assert location_quotient(alike, "a").values[1] > 1

    def test_units_of_one_person_say_nothing_of_their_shares(self):
        lone = two([[1, 0], [0, 1], [1, 0]])
        assert shrunken_quotient(lone, "a").values.tolist() == [1.0, 1.0, 1.0]

    def test_units_without_a_mix_are_not_drawn_to_one(self):
        apart = two([[500, 0], [0, 500]])
        assert shrunken_quotient(apart, "a").values == pytest.approx([2.0, 0.0], abs=1e-14)

    def test_a_group_that_is_everyone_has_quotient_one_everywhere(self):
        for measure in (location_quotient, shrunken_quotient):
            assert measure(two([[5, 0], [9, 0]]), "a").values.tolist() == [1.0, 1.0]


class TestRefused:
    @pytest.mark.parametrize("measure", [*PAIRED, *OF_A_GROUP])
    def test_an_unknown_group_is_refused(self, measure):
        with pytest.raises(UnknownGroupError, match="There is no group 'x'"):
            measure(table(), "x")

    @pytest.mark.parametrize("measure", PAIRED)
    def test_a_group_is_not_compared_with_itself(self, measure):
        with pytest.raises(ParameterError, match="compares two groups, both are 'a'"):
            measure(table(), "a", "a")

    @pytest.mark.parametrize("shape", [0, 1, -0.5, 2, float("nan")])
    def test_a_shape_outside_its_range_is_refused(self, shape):
        with pytest.raises(ParameterError) as caught:
            atkinson(table(), "a", shape=shape)
        said = f"shape lies between 0 and 1, not at {shape!r}. Write shape=0.5."
        assert str(caught.value) == said

    def test_another_shape_is_refused_where_it_would_not_be_drawn(self):
        with pytest.raises(ParameterError) as caught:
            measure_of(atkinson).columns(table(), "a", shape=0.3)
        assert str(caught.value) == (
            "Atkinson is drawn with shape 0.5 here, not 0.3. "
            "Leave shape out, or ask estimate or change_between, which know other shapes."
        )

    @pytest.mark.parametrize("level", [0.0, 1.0, float("nan")])
    def test_a_level_outside_its_range_is_refused(self, level):
        with pytest.raises(ParameterError) as caught:
            false_discovery([0.1], level)
        said = f"level lies between 0 and 1, not at {level!r}. Write level=0.05."
        assert str(caught.value) == said

    @pytest.mark.parametrize("wrong", [-0.1, 1.2])
    def test_what_is_no_p_value_is_refused(self, wrong):
        with pytest.raises(ParameterError) as caught:
            false_discovery([0.1, wrong])
        assert str(caught.value) == (
            f"A p-value lies between 0 and 1, {wrong!r} is among them. "
            "Give the p-values of the tests, not their statistics."
        )

    def test_finds_keep_their_places_and_absent_tests_do_not_count(self):
        nan = float("nan")
        assert false_discovery([nan, nan]).tolist() == [False, False]
        assert false_discovery([]).tolist() == []
        assert false_discovery([0.2, 0.9]).tolist() == [False, False]
        found = false_discovery([[0.04, nan], [0.9, 0.02]])
        assert found.tolist() == [[False, False], [False, False]]
        found = false_discovery([[0.05, nan], [nan, 0.02]])
        assert found.tolist() == [[True, False], [False, True]]


class TestFaultsOfOthers:
    @pytest.mark.parametrize("measure", PAIRED)
    def test_p9_a_group_without_members_is_refused(self, measure):
        city = two([[3, 0], [4, 0]], year=2017)
        for names in (("b",), ("b", "a"), ("a", "b")):
            with pytest.raises(UndefinedMeasureError) as caught:
                measure(city, *names)
            assert str(caught.value).endswith(
                "needs members of 'b'; all 2 units count none in 2017. "
                "Drop the group or pick another year."
            )

    @pytest.mark.parametrize("measure", OF_A_GROUP)
    def test_p9_a_number_of_one_group_needs_its_members(self, measure):
        symbol = measure_of(measure).symbol
        with pytest.raises(UndefinedMeasureError, match=f"^{symbol} needs members of 'b'; all 2"):
            measure(two([[3, 0], [4, 0]]), "b")

    @pytest.mark.parametrize("measure", [*PAIRED, correlation_ratio])
    def test_p9_a_group_that_is_everyone_has_no_evenness(self, measure):
        with pytest.raises(UndefinedMeasureError, match="needs members of 'rest'; all 2 units"):
            measure(two([[3, 0], [4, 0]]), "a")

    @pytest.mark.parametrize("measure", OF_SEVERAL)
    def test_p9_several_groups_need_two_with_members(self, measure):
        symbol = measure_of(measure).symbol
        with pytest.raises(
            UndefinedMeasureError,
            match=f"^{symbol} needs members of two groups, only 'a' has any. Add a group, or leave",
        ):
            measure(two([[3, 0], [4, 0]]))

    @pytest.mark.parametrize("measure", [*OF_SEVERAL, *OF_ANY])
    def test_p9_an_empty_table_is_refused(self, measure):
        with pytest.raises(UndefinedMeasureError, match="needs persons, all 2 units of this table"):
            measure(two([[0, 0], [0, 0]]))

    @pytest.mark.parametrize("measure", [*OF_SEVERAL, *OF_ANY[:3]])
    def test_p9_an_empty_group_changes_nothing(self, measure):
        counts = np.array(COUNTS)
        wider = table(np.column_stack([counts, np.zeros(4, int)]), ("a", "b", "c", "d"))
        assert measure(wider).value == pytest.approx(measure(table()).value, abs=1e-15)

    @pytest.mark.parametrize("wrong", [-99997, -1, float("nan"), 2.5])
    def test_p10_no_sentinel_or_hole_reaches_a_measure(self, wrong):
        with pytest.raises(TableError):
            two([[30, 10], [wrong, 30]])

    @pytest.mark.parametrize("measure", [*OF_SEVERAL, information_theory])
    def test_p14_change_of_measures_of_all_groups_splits_without_a_fault(self, measure):
        before = table(COUNTS[:3])
        after = table(np.array(COUNTS[:3]) * [1, 1, 3])
        found = margin_only(measure, before, after)
        assert found == pytest.approx(measure(after).value, abs=1e-13)

    @pytest.mark.parametrize("measure", OF_SEVERAL)
    def test_p14_what_does_not_split_over_areas_says_so(self, measure):
        nested = table(parts={"wijk": ("W1", "W1", "W2", "W2")})
        with pytest.raises(ParameterError, match=measure_of(measure).symbol):
            within_between(nested, measure, by="wijk")

    def test_p15_gini_of_thousands_of_millions_is_exact(self):
        """Products of such totals pass 2^63; 2.1e9 persons are where others fail."""
        rows = [(900_000_001, 7), (3, 1_700_000_000), (800_000_000, 900_000_000)]
        a, b = (sum(column) for column in zip(*rows, strict=True))
        wanted = sum(abs(x * w - v * y) for x, y in rows for v, w in rows)
        wanted = Fraction(wanted, 2 * a * b)
        city = two(rows)
        assert city.total > 2.1e9
        assert gini(city, "a", "b").value == pytest.approx(float(wanted), abs=1e-14)
        assert multigroup_gini(city).value == pytest.approx(float(wanted), abs=1e-14)

    @pytest.mark.parametrize("symbol", [s for s in REGISTRY if REGISTRY[s].form == "local"])
    def test_p15_local_numbers_do_not_overflow(self, symbol):
        entry = REGISTRY[symbol]
        names = ("a", "b", "c")[: entry.arity]
        large = table().scaled(10_000_000_000_000)  # 1.0e15 persons, 1e30 when squared
        small = table() if "shrunken" not in entry.properties else table().scaled(10_000_000)
        found = [entry.function(city, *names).values for city in (small, large)]
        np.testing.assert_allclose(found[1], found[0], rtol=0, atol=1e-6)

    @pytest.mark.parametrize("symbol", [s for s in REGISTRY if REGISTRY[s].form != "local"])
    def test_p15_one_number_of_many_persons_does_not_overflow(self, symbol):
        entry = REGISTRY[symbol]
        names = ("a", "b", "c")[: entry.arity]
        found = [
            entry.function(city, *names).value
            for city in (table(), table().scaled(10_000_000_000_000))
        ]
        assert found[1] == pytest.approx(found[0], abs=1e-12)


class TestKernels:
    @pytest.mark.parametrize("symbol", REGISTRY)
    def test_an_empty_unit_passes_without_compilation_too(self, symbol):
        entry = REGISTRY[symbol]
        names = ("a", "b", "c")[: entry.arity]
        counts = entry.columns(table(), *names).take(table().counts)
        if entry.form == "local":
            compiled, plain = np.empty(len(counts)), np.empty(len(counts))
            entry.kernel(counts, compiled)
            with np.errstate(invalid="ignore"):
                entry.kernel.py_func(counts, plain)
            np.testing.assert_allclose(plain, compiled, rtol=0, atol=1e-15)
            return
        given = (counts[:, 0].copy(), counts[:, 1].copy()) if entry.form == "pair" else (counts,)
        assert entry.kernel.py_func(*given) == pytest.approx(entry.kernel(*given), abs=1e-15)

    @pytest.mark.parametrize("shape", [0.3, 0.5])
    def test_overlap_is_the_same_without_compilation(self, shape):
        ours, theirs = np.array([30, 10, 0]), np.array([10, 30, 2])
        for kernel in (_overlap, _shaped_atkinson):
            plain = kernel.py_func(ours, theirs, shape)
            assert plain == pytest.approx(kernel(ours, theirs, shape), abs=1e-15)

    @pytest.mark.parametrize("counts", [[[0, 4], [0, 5]], [[1, 0], [0, 1]], [[9, 0], [0, 9]]])
    def test_edges_of_the_shrunken_quotient_are_the_same_without_compilation(self, counts):
        kernel = REGISTRY["LQ_eb"].kernel
        given, out = np.array(counts)[:, ::-1].copy(), np.empty(2)
        kernel.py_func(given, out)
        wanted = np.empty(2)
        kernel(given, wanted)
        np.testing.assert_allclose(out, wanted, rtol=0, atol=1e-15)

    def test_draws_of_groups_keep_to_groups(self):
        city = table(np.array(COUNTS[:2]) * 30 + 90)
        found = estimate(group_segregation, city, seed=1, replicates=60)
        assert found.units == city.groups
        assert ((found.low <= found.values) & (found.values <= found.high)).all()
        assert (found.null_mean < found.values).all()


class TestExplained:
    @pytest.mark.parametrize("symbol", REGISTRY)
    def test_each_symbol_has_formula_bounds_properties_and_source(self, symbol):
        entry = REGISTRY[symbol]
        lines = explain(symbol).splitlines()
        assert lines[0].startswith(f"{symbol} ({entry.function.__name__}, {entry.dimension}): ")
        formula = [line for line in lines if line.startswith("Formula: ")]
        assert len(formula) == 1
        assert formula[0].count("``") in (2, 4) or "=" in formula[0]
        assert "Bounds: {:g} to {:g}.".format(*entry.bounds) in lines
        for name in entry.properties:
            assert f"- {name}: {PROPERTIES[name]}" in lines
        assert ("Properties: none declared." in lines) == (not entry.properties)
        assert "(" in lines[-1] and lines[lines.index("Source:") + 1].startswith("- ")
        if entry.rest:
            assert f"Against everyone else: {entry.rest}." in lines

    def test_h_reads_as_it_should(self):
        assert explain("H").splitlines() == [
            "H (information_theory, evenness): How much less varied the units are than the city, "
            "as a share of the city's variety.",
            "Formula: H = M / E, with E the entropy of the group shares; 0 log 0 = 0.",
            "Bounds: 0 to 1.",
            "Properties:",
            "- strong transfers: falls when an exchange of persons makes two units more alike",
            "Source:",
            "- Theil and Finizza (1971), Journal of Mathematical Sociology 1(2), 187-193.",
            "- Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67.",
        ]

    def test_a_function_without_notes_has_no_formula(self, monkeypatch):
        bare = inspect.cleandoc("One line.\n\nReferences\n----------\nSomeone (2000), Somewhere 1.")
        monkeypatch.setattr(dissimilarity, "__doc__", bare)
        assert "Formula" not in explain("D")
        assert explain("D").splitlines()[-1] == "- Someone (2000), Somewhere 1."

    def test_groups_that_must_be_named_are_counted(self):
        wanted = {"D": 1, "xPy": 2, "H": 0, "LQ": 1, "Gini_rest": 1, "eta2": 1}
        assert {symbol: REGISTRY[symbol].arity for symbol in wanted} == wanted
