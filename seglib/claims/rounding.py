"""Whether a claim about a change can be tested at all, given how coarsely the source rounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import hypot
from typing import Any

from seglib.claims.entries import register
from seglib.claims.quantity import Quantity, quantities_of
from seglib.claims.rules import ContainsPublished, OtherArea
from seglib.inference import change_between, rounding_band
from seglib.measures import dissimilarity
from seglib.result import ChangeEstimate
from seglib.table import CountTable


def with_rounding(
    measure: Callable[..., Any],
    before: CountTable,
    after: CountTable,
    changes: Mapping[str, ChangeEstimate],
    *,
    seed: int,
    replicates: int = 500,
) -> tuple[Quantity, ...]:
    """Changes as evidence, each with the half-width that rounding of the source leaves it.

    Parameters
    ----------
    measure : callable
        The registered measure of the changes.
    before, after : CountTable
        The tables of the first and the last year.
    changes : mapping of str to ChangeEstimate
        What ``change_between`` gave for them.
    seed, replicates : int
        As for ``rounding_band``.

    Returns
    -------
    tuple of Quantity
        Without ``band`` where a table is printed exactly. The two years are rounded
        independently, so their relative half-widths add up in squares.

    Raises
    ------
    ClaimError
        A change has neither interval nor reason.
    """
    found = quantities_of([dict(changes)])
    if before.lower is None or after.lower is None:
        return found
    banded = []
    for quantity, change in zip(found, changes.values(), strict=True):
        parts = []
        for table in (before, after):
            groups = [group for group in change.groups if group in table.groups]
            band = rounding_band(measure, table, *groups, seed=seed, replicates=replicates)
            parts.append((band.high - band.low) / 2 / band.value)
        stretch = quantity.value / change.percent if change.percent else 1.0
        half = hypot(*parts) * (100 + change.percent) * stretch
        banded.append(replace(quantity, band=half))
    return tuple(banded)


def testable(tables: Mapping[int, CountTable], *, seed: int, replicates: int = 500) -> list[str]:
    """What rounding leaves open of the claims about one place, before anything is decided.

    Parameters
    ----------
    tables : mapping of int to CountTable
        A series of one place; claims about its place whose two years it has are looked at.
    seed, replicates : int
        As for ``rounding_band``.

    Returns
    -------
    list of str
        A line for each claim and group: how far rounding alone leaves the change of D, how far it
        may for the claim to be tested, and whether it can be.
    """
    lines = []
    place = {table.place for table in tables.values()}
    draws: dict[str, int] = {"seed": seed, "replicates": replicates}
    for one in register().values():
        outer = one.rule
        if not (isinstance(outer, OtherArea) and isinstance(outer.rule, ContainsPublished)):
            continue
        if {outer.place} != place or not outer.period or not set(outer.period) <= set(tables):
            continue
        claimed, (first, last) = outer.rule.published, (tables[year] for year in outer.period)
        changes = {
            group: change_between(dissimilarity, first, last, group, **draws) for group in claimed
        }
        for found in with_rounding(dissimilarity, first, last, changes, **draws):
            group, band = found.groups[0], found.band or 0.0
            most = outer.rule.maximum_band * abs(claimed[group])
            can = "can" if band <= most else "cannot"
            lines.append(
                f"{one.id}, {group}, {claimed[group]:g}%: {can} be tested, since rounding leaves "
                f"the change of D {band:.1f} points either way and at most {most:.1f} is allowed."
            )
    return lines
