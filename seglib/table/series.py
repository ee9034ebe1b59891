"""Several tables of the same groups under one roof: years of a place, places of a country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seglib.errors import ParameterError, TableError
from seglib.table.cells import Counts, locked
from seglib.table.single import CountTable

if TYPE_CHECKING:
    import pandas as pd


def refuse_other_groups(before: CountTable, after: CountTable) -> None:
    """Two tables of different groups cannot be compared."""
    if before.groups != after.groups:
        raise TableError(
            f"Both tables need the same groups in the same order; the earlier has "
            f"{', '.join(before.groups)}, the later {', '.join(after.groups)}. "
            "Use select_groups on each first."
        )


class CountTables(Mapping[Any, CountTable]):
    """An ordered mapping from a key to a CountTable, over one contiguous array.

    Make one with :meth:`from_tables`. ``counts`` holds the units of all tables under each other,
    int64, shape (all units, n_groups), read-only; table number k has the rows from ``offsets[k]``
    up to ``offsets[k + 1]``. The tables look into that array, so nothing is kept twice.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> years = CountTables.from_tables({2005: table, 2017: table.scaled(2)})
    >>> years[2017].total, years.same_ground, years.offsets.tolist()
    (160, True, [0, 2, 4])
    """

    __slots__ = ("_tables", "counts", "groups", "offsets")

    def __init__(self, tables: Mapping[Any, CountTable]) -> None:
        if not tables:
            raise TableError("CountTables needs at least one table, none came. Give key and table.")
        first_key = next(iter(tables))
        self.groups: tuple[str, ...] = tables[first_key].groups
        for key, table in tables.items():
            if table.groups != self.groups:
                raise TableError(
                    f"All tables need the same groups in the same order: {first_key!r} has "
                    f"{', '.join(self.groups)}, {key!r} has {', '.join(table.groups)}. "
                    "Use select_groups on each first."
                )
        self.counts: Counts = locked(np.concatenate([t.counts for t in tables.values()]))
        sizes = [table.n_units for table in tables.values()]
        self.offsets: Counts = locked(np.cumsum([0, *sizes], dtype=np.int64))
        self._tables: dict[Any, CountTable] = {
            key: table.over(self.counts[self.offsets[k] : self.offsets[k + 1]])
            for k, (key, table) in enumerate(tables.items())
        }

    @classmethod
    def from_tables(cls, tables: Mapping[Any, CountTable]) -> CountTables:
        """Put tables of the same groups together, in the order of the mapping.

        Parameters
        ----------
        tables : mapping
            From any key (a year, a place code) to a CountTable.

        Returns
        -------
        CountTables
            The same figures over one array.

        Raises
        ------
        TableError
            There is no table, or the groups differ.

        Examples
        --------
        >>> one = CountTable.from_counts([[3, 1]])
        >>> list(CountTables.from_tables({"here": one, "there": one}))
        ['here', 'there']
        """
        return cls(tables)

    def __getitem__(self, key: Any) -> CountTable:
        if key not in self._tables:
            known = ", ".join(map(str, self._tables))
            raise KeyError(f"There is no table for {key!r}; the keys are {known}.")
        return self._tables[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"CountTables({', '.join(map(repr, self._tables))})"

    def chosen_groups(self, names: Sequence[str] = ()) -> tuple[str, ...]:
        """These groups, each of which must be there; all of them where none is named.

        Raises
        ------
        ParameterError
            A single text came instead of a list.
        UnknownGroupError
            A name is not among the groups.
        """
        if isinstance(names, str):
            raise ParameterError(
                f"groups is a list of names, not {names!r}. Write groups=[{names!r}]."
            )
        first = next(iter(self._tables.values()))
        for name in names:
            first.group_index(name)
        return tuple(names) or self.groups

    def large_groups(
        self, members: int = 500, units: int = 5, *, beside: str = ""
    ) -> tuple[str, ...]:
        """The groups of which there is something to say: enough persons, in enough units.

        Parameters
        ----------
        members : int
            Fewest persons of the group, in each of the tables.
        units : int
            Fewest units in which they live, in each of the tables.
        beside : str
            A group that is not enough by itself: the reference of the others.

        Returns
        -------
        tuple of str
            In the order of the groups.

        Raises
        ------
        TableError
            No group is large enough, or ``beside`` alone is.

        Examples
        --------
        >>> small = CountTable.from_counts([[400, 20], [300, 0]], groups=("a", "b"))
        >>> CountTables.from_tables({2015: small}).large_groups(members=500, units=2)
        ('a',)
        """
        found = tuple(
            group
            for place, group in enumerate(self.groups)
            if all(
                table.counts[:, place].sum() >= members
                and np.count_nonzero(table.counts[:, place]) >= units
                for table in self.values()
            )
        )
        if not set(found) - {beside}:
            other = f" besides {beside}" if beside else ""
            raise TableError(
                f"No group{other} has {members} persons in {units} units in each of the years. "
                "Take a larger place, or name the groups."
            )
        return found

    def shares_of(self, group: str) -> dict[Any, float]:
        """A group's share of all persons by key, 0 to 1; an unknown group is UnknownGroupError."""
        return {
            key: float(table.shares[table.group_index(group)])
            for key, table in self._tables.items()
        }

    @property
    def same_ground(self) -> bool:
        """Whether all tables have the same units in the same order."""
        tables = list(self.values())
        return all(table.units == tables[0].units for table in tables[1:])

    def to_frame(self) -> pd.DataFrame:
        """The long frames of all tables under each other, with a first column ``key``."""
        import pandas as pd

        frames: list[pd.DataFrame] = []
        for key, table in self.items():
            frame = table.to_frame()
            frame.insert(0, "key", key)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)
