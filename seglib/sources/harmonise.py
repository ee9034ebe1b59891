"""Two years on the same ground: units put together until both years have them, exactly.

Where a border moved, the units on both its sides are added up, in each year by that year's own
borders. That loses detail and no person. Across the wall of 2022 nothing is put together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seglib.errors import MissingDataError, TableError
from seglib.measures import dissimilarity
from seglib.sources import catalogue, schema
from seglib.sources.load import load_rows
from seglib.table import CountTable, CountTables, refuse_other_groups

Sets = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class CommonGround:
    """Two tables on the same units, and what that took.

    Parameters
    ----------
    tables : CountTables
        By year; units that one year alone has stand in ``dropped`` with their persons.
    merged : DataFrame
        A row for each unit of the common ground and each that one year alone has: ``unit``,
        ``before`` and ``after`` (its codes), ``persons_before``, ``persons_after`` and ``what``
        ("same", "renamed", "merged", "before only" or "after only").
    differences : DataFrame
        By ``group``: D against the rest on each year's own units (``before``, ``after``) and on
        the common ground (``before_common``, ``after_common``).
    """

    tables: CountTables
    merged: pd.DataFrame
    differences: pd.DataFrame


def supersets(changes: Iterable[tuple[str, str]]) -> list[Sets]:
    """The smallest sets of units that keep their ground, from pairs that share some of it.

    Parameters
    ----------
    changes : iterable of (str, str)
        Code before and code after, for each pair of units that have ground in common.

    Returns
    -------
    list of (tuple of str, tuple of str)
        Codes before and codes after of each set, sorted.

    Examples
    --------
    >>> supersets([("A", "A"), ("A", "B"), ("C", "B"), ("D", "E")])
    [(('A', 'C'), ('A', 'B')), (('D',), ('E',))]
    """
    above: dict[tuple[int, str], tuple[int, str]] = {}

    def top(one: tuple[int, str]) -> tuple[int, str]:
        while above.setdefault(one, one) != one:
            above[one] = one = above[above[one]]
        return one

    for old, new in changes:
        above[top((0, old))] = top((1, new))
    sets: dict[tuple[int, str], tuple[set[str], set[str]]] = {}
    for side, code in list(above):
        sets.setdefault(top((side, code)), (set(), set()))[side].add(code)
    return sorted((tuple(sorted(old)), tuple(sorted(new))) for old, new in sets.values())


def common_ground(
    before: CountTable, after: CountTable, changes: Iterable[tuple[str, str]] = ()
) -> CommonGround:
    """Add units of two years up until both have the same ground.

    Parameters
    ----------
    before, after : CountTable
        One place in two years, same groups and classification.
    changes : iterable of (str, str)
        Pairs of codes (before, after) that have ground in common. A unit that no pair names keeps
        its ground under its own code.

    Returns
    -------
    CommonGround
        Persons are conserved: those of the tables and of what was dropped add up to the years.

    Raises
    ------
    TableError
        The classifications or groups differ, or there is no ground in common.

    Examples
    --------
    >>> old = CountTable.from_counts([[8, 2], [1, 9], [5, 5]], units="ABC", year=2005)
    >>> new = CountTable.from_counts([[9, 9], [6, 4]], units="DC", year=2017)
    >>> common_ground(old, new, [("A", "D"), ("B", "D")]).merged["what"].tolist()
    ['merged', 'same']
    """
    if before.classification != after.classification:
        raise TableError(
            f"{before.year} has origin by {before.classification!r}, {after.year} by "
            f"{after.classification!r}. {schema.WALL}"
        )
    refuse_other_groups(before, after)
    pairs = {pair for pair in changes if pair[0] in before.units and pair[1] in after.units}
    told = [{pair[side] for pair in pairs} for side in (0, 1)]
    same = {code for code in before.units if code in after.units}
    sets = supersets(pairs | {(code, code) for code in same - told[0] - told[1]})
    if not sets:
        raise TableError(
            f"{before.year} and {after.year} have no unit in common. Give the pairs of codes that "
            "share ground as changes."
        )
    tables = {
        table.year: _merged(table, {code: "+".join(one[1]) for one in sets for code in one[side]})
        for side, table in enumerate((before, after))
    }
    series = CountTables.from_tables(tables)
    return CommonGround(series, _report(before, after, sets), _differences(before, after, series))


def load_changes(source: str) -> list[tuple[str, str]]:
    """Pairs of a source's units that share ground between its first and last borders.

    Parameters
    ----------
    source : str
        Key of a source with a list of changes, such as ``"ois-amsterdam-panel"``.

    Returns
    -------
    list of (str, str)
        Pairs for ``common_ground``; units made of several codes are tied by each of these.

    Raises
    ------
    MissingDataError
        There is no such source, or no list of its changes.

    Examples
    --------
    >>> [pair for pair in load_changes("ois-amsterdam-panel") if "A08" in pair]
    [('A08', 'A08'), ('A08', 'A09'), ('A09', 'A08')]
    """
    one = catalogue.source(source)
    file = f"tables/{source}-changes.csv"
    if file not in one.checksums:
        raise MissingDataError(f"There is no list of changes of {source}. Give the pairs yourself.")
    lines = catalogue.read_verified(file, one.folder).splitlines()[1:]
    unit_of = {
        code: unit for unit in load_rows(source)["unit_code"].unique() for code in unit.split("+")
    }
    pairs: set[tuple[str, str]] = set()
    for _, new in supersets(tuple(line.split(",")) for line in lines):
        units = sorted({unit_of[code] for code in new if code in unit_of})
        pairs |= {pair for unit in units[1:] for pair in ((units[0], unit), (unit, units[0]))}
        pairs |= {(unit, unit) for unit in units[:1] if len(units) > 1}
    return sorted(pairs)


def _report(before: CountTable, after: CountTable, sets: list[Sets]) -> pd.DataFrame:
    """A row for each unit of the common ground, and for each that one year alone has."""
    persons = [
        dict(zip(table.units, table.unit_totals.tolist(), strict=True)) for table in (before, after)
    ]
    rows = []
    for old, new in sets:
        what = "merged" if len(old) + len(new) > 2 else "same" if old == new else "renamed"
        counts = [
            sum(persons[side].pop(code) for code in one) for side, one in enumerate((old, new))
        ]
        rows.append(("+".join(new), "+".join(old), "+".join(new), *counts, what))
    rows += [(code, code, "", left, 0, "before only") for code, left in persons[0].items()]
    rows += [(code, "", code, 0, left, "after only") for code, left in persons[1].items()]
    return pd.DataFrame(
        rows, columns=["unit", "before", "after", "persons_before", "persons_after", "what"]
    )


def _differences(before: CountTable, after: CountTable, series: CountTables) -> pd.DataFrame:
    """D against the rest by group, on each year's own units and on the common ground."""
    common = series[before.year], series[after.year]
    tables = dict(
        zip(
            ("before", "after", "before_common", "after_common"),
            (before, after, *common),
            strict=True,
        )
    )
    return pd.DataFrame(
        [
            {"group": group}
            | {name: dissimilarity(one, group).value for name, one in tables.items()}
            for group in before.groups
        ]
    )


def _merged(table: CountTable, into: dict[str, str]) -> CountTable:
    """The table on the common ground, sorted, with what is left out in dropped."""
    kept = table.select_units([code in into for code in table.units], reason="no ground in common")
    units = sorted(set(into.values()))
    merged = kept.merge(into)
    order = np.array([merged.units.index(unit) for unit in units])
    cells = {
        name: None if cell is None else cell[order]
        for name, cell in (("lower", merged.lower), ("upper", merged.upper))
    }
    parts = {level: tuple(np.array(codes)[order]) for level, codes in merged.parts.items()}
    names = tuple(merged.unit_names[row] for row in order)
    counts = merged.counts[order]
    return replace(merged, counts=counts, units=units, unit_names=names, parts=parts, **cells)
