"""Sums over units, vectorised, in an order that is the same on every machine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

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
def gap(ours: Any, theirs: Any, our_total: float, their_total: float) -> float:
    """The sum of |ours * their total - theirs * our total|, exact below 2**53."""
    whole = ours.size // LANES * LANES
    lanes = np.zeros(LANES)
    for first in range(0, whole, LANES):
        our, their = ours[first : first + LANES], theirs[first : first + LANES]
        for lane in range(LANES):
            lanes[lane] += abs(our[lane] * their_total - their[lane] * our_total)
    total = 0.0
    for unit in range(whole, ours.size):
        total += abs(ours[unit] * their_total - theirs[unit] * our_total)
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


@kernel
def share_met(ours: Any, theirs: Any) -> float:
    """The sum of ours**2 / (ours + theirs): the own share that each of ours meets, added up."""
    whole = ours.size // LANES * LANES
    lanes = np.zeros(LANES)
    for first in range(0, whole, LANES):
        our, their = ours[first : first + LANES], theirs[first : first + LANES]
        for lane in range(LANES):
            persons = float(our[lane])
            met = persons * (persons / (persons + their[lane]))
            lanes[lane] += met if persons > 0.0 else 0.0
    total = 0.0
    for unit in range(whole, ours.size):
        persons = float(ours[unit])
        if persons > 0.0:
            total += persons * (persons / (persons + theirs[unit]))
    for lane in range(LANES):
        total += lanes[lane]
    return total


@kernel
def products(largest: Any) -> Any:
    """v ln v of the whole numbers up to a largest, at most of the first 4,096."""
    known = np.zeros(min(largest + 1, 4096))
    for number in range(2, known.size):
        known[number] = number * math.log(number)
    return known


@kernel
def product(persons: Any, known: Any) -> float:
    """v ln v of any number of persons, looked up where it is known; 0 ln 0 is 0."""
    if persons < known.size:
        whole = int(persons)
        if whole == persons:
            return known[whole]
    return persons * math.log(persons) if persons > 0 else 0.0
