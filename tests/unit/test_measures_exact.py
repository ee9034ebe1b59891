"""Measures of small cities by hand: values in exact fractions, and between which bounds."""

from __future__ import annotations

import math

import pytest

import seglib.measures  # noqa: F401 (fills the registry)
from seglib.registry import REGISTRY

SHARE = (0.0, 1.0)
OPEN = (0.0, math.inf)


@pytest.mark.parametrize(
    ("bounds", "symbols"),
    [
        (SHARE, "D D_rest Gini Gini_rest D_multi Gini_multi Atkinson Atkinson_rest Hutchens"),
        (SHARE, "Hutchens_rest eta2 R H xPx xPy P Simpson RQ H^O R^O S^O"),
        (OPEN, "M E ls ls_g E_u LQ LQ_eb"),
        ((1.0, math.inf), "N1 N2"),
    ],
)
def test_a_measure_declares_the_bounds_of_the_literature(bounds, symbols):
    assert {symbol: REGISTRY[symbol].bounds for symbol in symbols.split()} == dict.fromkeys(
        symbols.split(), bounds
    )


def test_every_measure_has_its_bounds_tested():
    marks = test_a_measure_declares_the_bounds_of_the_literature.pytestmark[0].args[1]
    assert set(REGISTRY) <= {symbol for _, symbols in marks for symbol in symbols.split()}
