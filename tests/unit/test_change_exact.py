"""Fits and changes of small tables by hand."""

from __future__ import annotations

from seglib.change import ipf


def test_margins_met_to_the_last_bit_need_no_tolerance():
    fitted = ipf([[1, 1], [1, 1]], [2, 2], [2, 2], tolerance=0.0, max_iterations=3)
    assert fitted.tolist() == [[1.0, 1.0], [1.0, 1.0]]
