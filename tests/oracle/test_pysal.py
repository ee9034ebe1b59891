"""Do we give PySAL's numbers where PySAL is right? ``make_pysal.py`` asked for them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import seglib.measures  # noqa: F401  fills the registry
from seglib.registry import REGISTRY
from seglib.table import REST, CountTable

FOUND = json.loads((Path(__file__).parent / "pysal.json").read_text(encoding="utf-8"))
AGREEMENT = 1e-9  # both add up hundreds of shares in another order
CITIES = pytest.mark.parametrize("city", FOUND["cities"], ids=lambda city: len(city["counts"]))


def table(city: dict) -> CountTable:
    """All groups of a city."""
    counts = np.array(city["counts"])
    groups = [f"g{number + 1}" for number in range(counts.shape[1])]
    return CountTable.from_counts(counts, groups=groups)


def halves(city: dict) -> CountTable:
    """The first group and everyone else taken together."""
    counts = np.array(city["counts"])
    two = np.column_stack([counts[:, 0], counts[:, 1:].sum(axis=1)])
    return CountTable.from_counts(two, groups=("g1", "others"))


def agree(wanted: dict[str, float], measured: dict[str, float]) -> None:
    assert list(measured) == list(wanted)
    for symbol, value in wanted.items():
        assert measured[symbol] == pytest.approx(value, rel=AGREEMENT), symbol


@CITIES
def test_one_group_against_the_rest(city):
    measured = {
        symbol: REGISTRY[symbol].function(table(city), "g1", *((REST,) if symbol == "xPy" else ()))
        for symbol in city["g1 against the rest"]
        if symbol != "H"
    }
    measured["H"] = REGISTRY["H"].function(halves(city))
    assert all(found.symbol == symbol for symbol, found in measured.items())
    agree(city["g1 against the rest"], {s: found.value for s, found in measured.items()})


@CITIES
def test_one_group_against_another(city):
    wanted = city["g1 against g2"]
    agree(wanted, {s: REGISTRY[s].function(table(city), "g1", "g2").value for s in wanted})


@CITIES
def test_all_groups_at_once(city):
    wanted = city["all groups"]
    agree(wanted, {s: REGISTRY[s].function(table(city)).value for s in wanted})


def test_the_version_is_recorded():
    assert FOUND["segregation"] == "2.5.4"
    assert [len(city["counts"]) for city in FOUND["cities"]] == [5, 60, 200, 500]
