"""Long frames, a row for each unit and group: the form in which tables come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seglib.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

    from seglib.table.single import CountTable


def grids(
    frame: pd.DataFrame, unit: str, group: str, *columns: str | None
) -> tuple[tuple[str, ...], tuple[str, ...], list[Any]]:
    """Codes, groups and for each column a grid, NaN where a row is missing; None stays None."""
    wanted = [name for name in (unit, group, *columns) if name is not None]
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise TableError(
            f"The frame has no column {absent[0]!r}; it has {', '.join(map(str, frame))}. "
            "Name the columns that hold unit, group and persons."
        )
    blank = np.argwhere(frame[[unit, group]].isna().to_numpy())
    if len(blank):
        row, column = blank[0]
        raise TableError(
            f"Row {row + 1} of the frame has nothing in column {(unit, group)[column]!r}. "
            "Fill it from the source, or leave the row out."
        )
    twice = frame.duplicated([unit, group])
    if twice.any():
        code, name = frame.loc[twice, [unit, group]].iloc[0]
        raise TableError(
            f"Unit {code!r} has group {name!r} in more than one row. "
            "Add the rows up first, or keep one of them."
        )
    codes, names = frame[unit].unique(), frame[group].unique()
    wide = frame.set_index([unit, group])

    def grid(column: str | None) -> Any:
        if column is None:
            return None
        square = wide[column].unstack(group).loc[codes, names].astype(object)
        return square.where(square.notna(), np.nan).to_numpy()

    return tuple(map(str, codes)), tuple(map(str, names)), [grid(name) for name in columns]


def long_frame(table: Any) -> pd.DataFrame:
    """A table's cells: unit, unit_name, group, persons, lower, upper (empty without bounds)."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.array(table.units, dtype=object), table.n_groups),
            "unit_name": np.repeat(np.array(table.unit_names, dtype=object), table.n_groups),
            "group": np.tile(np.array(table.groups, dtype=object), table.n_units),
            "persons": table.counts.ravel(),
        }
    )
    for name, bound in (("lower", table.lower), ("upper", table.upper)):
        values = [pd.NA] * len(frame) if bound is None else bound.ravel()
        frame[name] = pd.array(values, dtype="Int64")
    return frame


def in_a_line(table: CountTable) -> str:
    """Of what and how large a table is; its long form has the figures."""
    what = " ".join(str(part) for part in (table.place, table.year, table.source) if part)
    told = [f"{table.total:,} persons in {table.n_units:,} units and {table.n_groups} groups"]
    told += [f"the units are of level {table.level}"] if table.level else []
    told += ["each number within bounds"] if table.upper is not None else []
    told += [f"{len(table.dropped):,} units left out"] if table.dropped else []
    return f"CountTable({what or 'no place'}: {', '.join(told)}; {', '.join(table.groups)})"
