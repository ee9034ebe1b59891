"""Whether a claim about a change can be tested at all, given how coarsely the source rounds."""

from __future__ import annotations

from collections.abc import Mapping

from seglib.claims.entries import register
from seglib.claims.quantity import quantities_of
from seglib.claims.rules import ContainsPublished, OtherArea
from seglib.inference import change_between, rounding_band
from seglib.measures import dissimilarity
from seglib.table import CountTable


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
        bands = [
            rounding_band(dissimilarity, table, group, **draws)
            for table in (first, last)
            for group in claimed
            if table.lower is not None
        ]
        for found in quantities_of([changes, bands]):
            if not found.name.startswith("change_"):
                continue
            group, band = found.groups[0], found.band or 0.0
            most = outer.rule.maximum_band * abs(claimed[group])
            can = "can" if band <= most else "cannot"
            lines.append(
                f"{one.id}, {group}, {claimed[group]:g}%: {can} be tested, since rounding leaves "
                f"the change of D {band:.1f} points either way and at most {most:.1f} is allowed."
            )
    return lines
