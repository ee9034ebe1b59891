"""Groups: which of them are large enough in a place for a report to say something of each."""

from __future__ import annotations

from seglib.errors import TableError
from seglib.table import CountTable, CountTables

MINIMUM_MEMBERS = 500
MINIMUM_UNITS = 5


def groups_to_show(
    table: CountTable, members: int = MINIMUM_MEMBERS, units: int = MINIMUM_UNITS
) -> tuple[str, ...]:
    """The groups with enough members, in enough units, to appear by themselves.

    Parameters
    ----------
    table : CountTable
        Persons of one place.
    members : int
        Fewest persons of the group in the place.
    units : int
        Fewest units in which they live.

    Returns
    -------
    tuple of str
        In the order of the table; empty where no group is large enough, as in a small village.

    Examples
    --------
    >>> small = CountTable.from_counts([[400, 20], [300, 0]], groups=("a", "b"))
    >>> groups_to_show(small, units=2)
    ('a',)
    """
    try:
        return CountTables.from_tables({table.place: table}).large_groups(members, units)
    except TableError:  # no group is large enough
        return ()
