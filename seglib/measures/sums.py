"""Sums over units, vectorised, in an order that is the same on every machine."""

from __future__ import annotations

from typing import Any

from seglib.registry import kernel

LANES = 64  # partial sums side by side: unit u joins that of u modulo LANES


@kernel
def repeated_persons(persons: Any, times: Any) -> int:
    """Persons of a city in which unit u stands times[u] times; whole numbers, so exact."""
    total = 0
    for unit in range(persons.size):
        total += times[unit] * persons[unit]
    return total


@kernel
def repeated_sum(terms: Any, times: Any, lanes: Any) -> float:
    """The sum of times * terms; lanes is room for LANES partial sums."""
    whole = terms.size // LANES * LANES
    lanes[:] = 0.0
    for first in range(0, whole, LANES):
        ours, often = terms[first : first + LANES], times[first : first + LANES]
        for lane in range(LANES):
            lanes[lane] += often[lane] * ours[lane]
    total = 0.0
    for unit in range(whole, terms.size):
        total += times[unit] * terms[unit]
    for lane in range(LANES):
        total += lanes[lane]
    return total


@kernel
def repeated_gap(
    ours: Any, theirs: Any, times: Any, our_total: float, their_total: float, lanes: Any
) -> float:
    """The sum of times * |ours * their total - theirs * our total|, exact below 2**53."""
    whole = ours.size // LANES * LANES
    lanes[:] = 0.0
    for first in range(0, whole, LANES):
        last = first + LANES
        our, their, often = ours[first:last], theirs[first:last], times[first:last]
        for lane in range(LANES):
            lanes[lane] += often[lane] * abs(our[lane] * their_total - their[lane] * our_total)
    total = 0.0
    for unit in range(whole, ours.size):
        total += times[unit] * abs(ours[unit] * their_total - theirs[unit] * our_total)
    for lane in range(LANES):
        total += lanes[lane]
    return total
