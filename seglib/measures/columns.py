"""From group names to the columns that a kernel takes, with the checks of meaning."""

from __future__ import annotations

from dataclasses import replace

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.registry import Columns
from seglib.table import REST, CountTable


def against(symbols: tuple[str, str], table: CountTable, group: str, other: str = REST) -> Columns:
    """One group, its reference (everyone else by default) and, with a reference, the others."""
    ours = table.group_index(group)
    if other == REST and REST not in table.groups:
        rest = tuple(index for index in range(table.n_groups) if index != ours)
        columns = Columns(symbols[1], (group, REST), ((ours,), rest), 2)
    else:
        columns = _named(symbols[0], table, group, other)
    return _with_members(columns, table)


def exposed_to(symbols: tuple[str, str], table: CountTable, group: str, other: str) -> Columns:
    """One group and another, named one, or everyone else."""
    return against((symbols[0], symbols[0]), table, group, other)


def own(symbols: tuple[str, str], table: CountTable, group: str) -> Columns:
    """One group and everyone else; the rest may be empty."""
    ours = table.group_index(group)
    rest = tuple(index for index in range(table.n_groups) if index != ours)
    return _with_members(Columns(symbols[0], (group,), ((ours,), rest), 2), table)


def beside_others(symbols: tuple[str, str], table: CountTable, group: str) -> Columns:
    """One group and everyone else, both with members."""
    columns = own(symbols, table, group)
    _with_members(replace(columns, groups=(group, REST)), table)
    return columns


def every_group(symbols: tuple[str, str], table: CountTable) -> Columns:
    """All groups, each in its column; there is at least one person."""
    if table.total == 0:
        raise UndefinedMeasureError(
            f"{symbols[0]} needs persons, all {table.n_units} units of this table are empty. "
            "Pick another year or place."
        )
    indices = tuple((index,) for index in range(table.n_groups))
    return Columns(symbols[0], (), indices, table.n_groups)


def several_groups(symbols: tuple[str, str], table: CountTable) -> Columns:
    """All groups, at least two of which have members."""
    columns = every_group(symbols, table)
    if (table.group_totals > 0).sum() < 2:
        present = table.groups[int(table.group_totals.argmax())]
        raise UndefinedMeasureError(
            f"{symbols[0]} needs members of two groups, only {present!r} has any. "
            "Add a group, or leave this table out."
        )
    return columns


def turned(symbols: tuple[str, str], table: CountTable) -> Columns:
    """Groups as rows and units as columns; there is at least one person."""
    every_group(symbols, table)
    indices = tuple((index,) for index in range(table.n_units))
    return Columns(symbols[0], (), indices, table.n_units, turned=True)


def _named(symbol: str, table: CountTable, group: str, other: str) -> Columns:
    ours, theirs = table.group_index(group), table.group_index(other)
    if ours == theirs:
        raise ParameterError(
            f"{symbol} compares two groups, both are {group!r}. Name another reference."
        )
    others = tuple(index for index in range(table.n_groups) if index not in (ours, theirs))
    indices = ((ours,), (theirs,), others) if others else ((ours,), (theirs,))
    return Columns(symbol, (group, other), indices, 2)


def _with_members(columns: Columns, table: CountTable) -> Columns:
    totals = table.group_totals
    for name, chosen in zip(columns.groups, columns.indices, strict=False):
        if not totals[list(chosen)].any():
            year = "" if table.year is None else f" in {table.year}"
            raise UndefinedMeasureError(
                f"{columns.symbol} needs members of {name!r}; all {table.n_units} units count "
                f"none{year}. Drop the group or pick another year."
            )
    return columns
