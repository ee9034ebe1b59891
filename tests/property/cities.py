"""Small random cities, and the arguments that each registered measure takes in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import seglib.measures  # noqa: F401  fills the registry
from seglib.registry import REGISTRY, Measure
from seglib.table import CountTable

GROUPS = ("a", "b", "c")
SYMBOLS = list(REGISTRY)


def arguments(symbol: str) -> tuple[str, ...]:
    """The groups that must be named, and the reference where the symbol is that of a pair."""
    entry = REGISTRY[symbol]
    return GROUPS[: entry.arity + (entry.rest is not None and symbol == entry.symbol)]


ARGUMENTS = {symbol: arguments(symbol) for symbol in SYMBOLS}
PER_GROUP = ("ls_g",)  # of the local ones, those with a number for each group, not unit
SCALARS = [symbol for symbol in REGISTRY if REGISTRY[symbol].form != "local"]


def having(name: str) -> list[str]:
    """Symbols of the measures that declare a property."""
    return [symbol for symbol in REGISTRY if name in REGISTRY[symbol].properties]


def lacking(name: str) -> list[str]:
    """Symbols of the measures with one number that do not declare it."""
    return [symbol for symbol in SCALARS if name not in REGISTRY[symbol].properties]


def value(symbol: str, city: CountTable) -> Any:
    """The measure of a city: a number, or an array with one per unit."""
    entry: Measure = REGISTRY[symbol]
    found = entry.function(city, *ARGUMENTS[symbol])
    return found.values if entry.form == "local" else found.value


def table(counts: Any, groups: tuple[str, ...] = GROUPS, **meta: Any) -> CountTable:
    """A city of these counts."""
    return CountTable.from_counts(counts, groups=groups, **meta)


@st.composite
def cities(draw: st.DrawFn, largest: int = 200, fewest_units: int = 2) -> CountTable:
    """2 to 7 units and three groups, each with members, some units empty."""
    n_units = draw(st.integers(fewest_units, 7))
    persons = st.one_of(st.just(0), st.integers(0, largest))
    rows = draw(st.lists(st.tuples(persons, persons, persons), min_size=n_units, max_size=n_units))
    counts = np.array(rows)
    for group in range(3):  # a member here or there, so that every measure is defined
        counts[draw(st.integers(0, n_units - 1)), group] += draw(st.integers(1, largest))
    return table(counts)
