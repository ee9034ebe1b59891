"""Is every measure known once, and does it compile so that a later process can find it again?"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

import seglib.change
import seglib.inference
import seglib.measures
import seglib.scale  # noqa: F401 (its kernels are looked at)
from seglib import registry
from seglib.errors import ParameterError, SeglibError
from seglib.measures.columns import every_group
from seglib.registry import REGISTRY, batch_kernel, explain, kernel, measure, measure_of
from seglib.table import CountTable


@pytest.fixture
def no_entry_left():
    """The registry as it was, whatever a test enters."""
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def test_in_a_new_process_a_measure_is_explained_before_any_is_used(root):
    code = "import seglib; print(seglib.explain('H'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("H (information_theory, evenness): ")


def test_a_batch_kernel_lives_in_the_file_of_its_measure():
    for entry in REGISTRY.values():
        code, own = entry.batch.py_func.__code__, entry.kernel.py_func.__code__
        assert code.co_filename == own.co_filename
        assert code.co_name == f"{own.co_name}_batch"
        assert entry.batch.py_func.__closure__ is None


def test_machine_code_on_disk_stems_from_one_file():
    # numba keeps it until the file of the outer kernel changes, and would serve it stale
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("seglib.")]
    kernels = [item for module in modules for item in vars(module).values()]
    abroad = {
        other.py_func.__qualname__
        for item in kernels
        if isinstance(item, Dispatcher)
        for name in item.py_func.__code__.co_names
        if isinstance(other := item.py_func.__globals__.get(name), Dispatcher)
        and other.py_func.__code__.co_filename != item.py_func.__code__.co_filename
    }
    assert abroad == {"variation"}  # a formula of three lines, which stays as it is


def test_batch_kernels_have_names_of_their_own():
    names = {entry.batch.py_func.__qualname__ for entry in REGISTRY.values()}
    assert len(names) == len({id(entry.kernel) for entry in REGISTRY.values()})


@pytest.mark.parametrize("symbol", REGISTRY)
def test_a_batch_kernel_measures_each_table_as_the_kernel_does(symbol):
    entry = REGISTRY[symbol]
    draws = np.random.default_rng(5).integers(1, 90, (6, 4, 3))
    for batch, own in ((entry.batch, entry.kernel), (entry.batch.py_func, entry.kernel.py_func)):
        if entry.form == "local":
            out, wanted = np.empty((6, 4)), np.empty((6, 4))
            for draw, row in zip(draws, wanted, strict=True):
                own(draw, row)
        else:
            out = np.empty(6)
            wanted = np.array(
                [
                    own(*np.ascontiguousarray(draw.T[:2])) if entry.form == "pair" else own(draw)
                    for draw in draws
                ]
            )
        batch(draws, out)
        np.testing.assert_allclose(out, wanted, rtol=0, atol=1e-15)


def arguments_of(symbol: str) -> tuple[str, ...]:
    """The groups to name, with a reference where the symbol is that of a pair."""
    entry = REGISTRY[symbol]
    return ("a", "b")[: entry.arity + (entry.rest is not None and symbol == entry.symbol)]


@pytest.mark.parametrize("symbol", [name for name, entry in REGISTRY.items() if entry.weighted])
def test_a_weighted_kernel_measures_the_city_with_its_units_repeated(symbol):
    entry = REGISTRY[symbol]
    rng = np.random.default_rng(7)
    for n_units in (3, 150):
        counts = rng.integers(0, 90, (n_units, 3))
        counts[0], counts[1] = 0, (4, 0, 0)  # an empty unit, and one where a group lives alone
        city = CountTable.from_counts(counts, groups=("a", "b", "c"))
        columns = entry.columns(city, *arguments_of(symbol))
        taken = columns.take(city.counts)
        times = rng.poisson(1.0, (5, n_units)).astype(np.int32)
        times[:, 2] += 1
        wanted = [entry.evaluate(columns, np.repeat(counts, often, axis=0)) for often in times]
        for weighted in (entry.weighted, entry.weighted.py_func):
            out = np.empty(5)
            weighted(taken, times, out)
            np.testing.assert_allclose(out, wanted, rtol=1e-12, atol=1e-14)


def test_a_kernel_divides_by_zero_without_raising():
    @kernel
    def _ratio(over, under):
        return over / under

    assert _ratio(1.0, 0.0) == np.inf
    assert np.isnan(_ratio(0.0, 0.0))


def test_every_symbol_has_bounds_and_known_properties():
    for symbol, entry in REGISTRY.items():
        assert symbol in (entry.symbol, entry.rest)
        assert entry.bounds[0] < entry.bounds[1]
        assert set(entry.properties) <= set(registry.PROPERTIES)
        assert measure_of(entry.function) is entry


def test_a_symbol_is_taken_once(no_entry_left):
    enter = measure("M", kernel=_first, columns=every_group, form="table", bounds=(0.0, 1.0))
    with pytest.raises(SeglibError, match="The symbol 'M' of other belongs to mutual_information"):
        enter(other)


def test_a_measure_needs_bounds_and_known_properties():
    settings = {"kernel": _first, "columns": every_group, "form": "table"}
    for bounds in (None, (1.0, 0.0)):
        with pytest.raises(SeglibError, match="Measure 'N' needs bounds, it has"):
            measure("N", bounds=bounds, **settings)
    with pytest.raises(SeglibError, match="declares a property 'fair' that is not known"):
        measure("N", bounds=(0.0, 1.0), properties=("fair",), **settings)


def test_a_new_measure_joins_the_registry(no_entry_left):
    entered = measure("N", kernel=_first, columns=every_group, form="table", bounds=(0.0, 9.0))
    assert entered(other) is other
    assert REGISTRY["N"].dimension == "test_registry"
    assert not REGISTRY["N"].adjustable


def test_a_function_that_is_not_registered_names_those_that_are():
    with pytest.raises(ParameterError, match=r"^len is not a registered measure\. Use one of atki"):
        measure_of(len)


def test_a_symbol_is_explained_with_its_literature():
    text = explain("D_rest")
    assert text.startswith("D_rest (dissimilarity, evenness): Share of one group")
    assert "Bounds: 0 to 1." in text
    assert "Duncan and Duncan (1955)" in text
    with pytest.raises(ParameterError, match=r"There is no measure with symbol 'Q'\. Known are"):
        explain("Q")


def test_a_batch_kernel_can_be_made_for_each_form():
    draws = np.ones((2, 3, 2), dtype=np.int64)
    out = np.empty(2)
    batch_kernel(_first, "table").py_func(draws, out)
    assert out.tolist() == [1.0, 1.0]


@kernel
def _first(counts):
    """The first cell."""
    return float(counts[0, 0])


def other(table):
    """A measure that is not one."""
    return table
