"""Measures of cities in which each unit stands several times, once or never."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from seglib.registry import kernel

LANES = 64  # partial sums side by side: unit u joins that of u modulo LANES
BLOCK = 4096  # units that stay close to the processor while every city takes them


@kernel
def _repeated_persons(persons: Any, times: Any) -> int:
    """Persons of a city in which unit u stands times[u] times; whole numbers, so exact."""
    total = 0
    for unit in range(persons.size):
        total += times[unit] * persons[unit]
    return total


@kernel
def _repeated_sum(terms: Any, times: Any, lanes: Any) -> float:
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
def _repeated_gap(
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
def repeated_dissimilarity(counts: Any, times: Any, out: Any) -> None:
    """Fill out with D of the city in which unit u stands times[replicate, u] times."""
    ours, theirs = counts[:, 0].astype(np.float64), counts[:, 1].astype(np.float64)
    our_totals, their_totals, lanes = np.zeros(out.size), np.zeros(out.size), np.empty(LANES)
    for first in range(0, ours.size, BLOCK):
        our, their = ours[first : first + BLOCK], theirs[first : first + BLOCK]
        for replicate in range(out.size):
            often = times[replicate, first : first + BLOCK]
            our_totals[replicate] += _repeated_sum(our, often, lanes)
            their_totals[replicate] += _repeated_sum(their, often, lanes)
    out[:] = 0.0
    for first in range(0, ours.size, BLOCK):
        our, their = ours[first : first + BLOCK], theirs[first : first + BLOCK]
        for replicate in range(out.size):
            often = times[replicate, first : first + BLOCK]
            totals = our_totals[replicate], their_totals[replicate]
            out[replicate] += _repeated_gap(our, their, often, totals[0], totals[1], lanes)
    for replicate in range(out.size):
        out[replicate] /= 2.0 * our_totals[replicate] * their_totals[replicate]


@kernel
def repeated_gini(counts: Any, times: Any, out: Any) -> None:
    """Fill out with Gini of the city in which unit u stands times[replicate, u] times."""
    persons = np.maximum(counts[:, 0] + counts[:, 1], 1)
    order = np.argsort(counts[:, 0] / persons)
    ours, theirs = counts[order, 0], counts[order, 1].astype(np.float64)
    for replicate in range(out.size):
        often = times[replicate]
        below, below_theirs, covered = 0, 0.0, 0.0
        for place in range(order.size):
            units = often[order[place]]
            persons_here = units * ours[place]
            others_here = units * theirs[place]
            covered += others_here * float(below + below + persons_here)
            below += persons_here
            below_theirs += others_here
        out[replicate] = min(1.0, max(0.0, 1.0 - covered / below / below_theirs))


@kernel
def _repeated_exposure(counts: Any, times: Any, out: Any, met_column: int) -> None:
    """Fill out with the first column's exposure to one where unit u stands times[., u] times."""
    ours, met, lanes = counts[:, 0].copy(), np.zeros(counts.shape[0]), np.empty(LANES)
    for unit in range(ours.size):
        if ours[unit] > 0:
            met[unit] = ours[unit] * (counts[unit, met_column] / counts[unit].sum())
    for replicate in range(out.size):
        often = times[replicate]
        out[replicate] = _repeated_sum(met, often, lanes) / _repeated_persons(ours, often)


@kernel
def repeated_isolation(counts: Any, times: Any, out: Any) -> None:
    """Fill out with xPx of the city in which unit u stands times[replicate, u] times."""
    _repeated_exposure(counts, times, out, 0)


@kernel
def repeated_interaction(counts: Any, times: Any, out: Any) -> None:
    """Fill out with xPy of the city in which unit u stands times[replicate, u] times."""
    _repeated_exposure(counts, times, out, 1)


@kernel
def _repeated_information(counts: Any, times: Any, out: Any, as_share: bool) -> None:
    """Fill out with M, or its share of the entropy, where unit u stands times[., u] times."""
    n_units, n_groups = counts.shape
    columns = np.empty((n_groups, n_units), np.int64)
    terms, lanes = np.zeros(n_units), np.empty(LANES)
    for unit in range(n_units):
        unit_total = 0.0
        for group in range(n_groups):
            columns[group, unit] = counts[unit, group]
            persons = float(counts[unit, group])
            if persons > 0.0:
                terms[unit] += persons * math.log(persons)
                unit_total += persons
        if unit_total > 0.0:
            terms[unit] -= unit_total * math.log(unit_total)
    for replicate in range(out.size):
        total, by_group = 0.0, 0.0
        for group in range(n_groups):
            group_total = float(_repeated_persons(columns[group], times[replicate]))
            if group_total > 0.0:
                by_group += group_total * math.log(group_total)
            total += group_total
        cells = _repeated_sum(terms, times[replicate], lanes)
        value = max(0.0, (cells - by_group) / total + math.log(total))
        out[replicate] = (
            min(1.0, value / (math.log(total) - by_group / total)) if as_share else value
        )


@kernel
def repeated_mutual_information(counts: Any, times: Any, out: Any) -> None:
    """Fill out with M of the city in which unit u stands times[replicate, u] times."""
    _repeated_information(counts, times, out, False)


@kernel
def repeated_information_theory(counts: Any, times: Any, out: Any) -> None:
    """Fill out with H of the city in which unit u stands times[replicate, u] times."""
    _repeated_information(counts, times, out, True)
