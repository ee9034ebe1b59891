"""Sentences about neighbours that are alike."""

from __future__ import annotations

from seglib.language import say_dependence
from seglib.result import Estimate, Estimates

NAMES = ("moran_res", "lm_error", "lm_lag", "rlm_error", "rlm_lag")


def with_p(**p_values):
    found = {name: Estimate(name, 0.21, (), 60, p_value=p_values.get(name, 0.4)) for name in NAMES}
    return Estimates(found, "number")


def test_neighbours_are_alike_when_moran_says_so():
    told = say_dependence({2014: with_p(moran_res=0.0004), 2016: with_p()}, lang="nl")
    first, second = told.splitlines()
    assert (
        "lijkt bij buren meer op elkaar dan toeval geeft (Moran's I +0,21, p\u00a0<\u00a00,001)"
        in first
    )
    assert "niet duidelijk meer op elkaar" in second
    assert "p\u00a0=\u00a00,400" in second


def test_each_test_stands_at_its_own_place():
    p_values = {"lm_error": 0.011, "lm_lag": 0.022, "rlm_error": 0.033, "rlm_lag": 0.044}
    told = say_dependence({2016: with_p(**p_values)}, lang="en")
    assert (
        "give p = 0.011 and p = 0.022; each allowing for the other p = 0.033 and p = 0.044"
        in told.replace("\u00a0", " ")
    )
