"""Persons by unit and group: the one form in which measures meet data."""

from seglib.table.cells import REST, SENTINELS, Counts
from seglib.table.series import CountTables, refuse_other_groups
from seglib.table.single import CountTable, Dropped

__all__ = [
    "REST",
    "SENTINELS",
    "CountTable",
    "CountTables",
    "Counts",
    "Dropped",
    "refuse_other_groups",
]
