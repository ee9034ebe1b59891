"""A result in a line of words, in a row, or in a column of numbers."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def heading(result: Any) -> str:
    """What was measured, of whom, where, when and in how many units."""
    years: Any = getattr(result, "years", None)
    if not isinstance(years, tuple):  # elsewhere it is how many years lie between
        years = [getattr(result, name, None) for name in ("first_year", "last_year", "year")]
    when = " to ".join(str(year) for year in years if year is not None)
    of = " of " + " against ".join(result.groups) if result.groups else ""
    units = "" if isinstance(result.n_units, tuple) else f"{result.n_units} units"
    told = (result.symbol + of, f"{result.place} {when}".strip(), units)
    return ", ".join(part for part in told if part)


def row_frame(result: Any) -> pd.DataFrame:
    """One row with a column for each field."""
    import pandas as pd

    return pd.DataFrame([row_of(result)])


def row_of(result: Any) -> dict[str, Any]:
    """The fields of a result by name."""
    row: dict[str, Any] = {}
    # what it is before what is known of it
    for item in sorted(fields(result), key=lambda item: bool(item.kw_only)):
        value = getattr(result, item.name)
        if item.name == "groups":
            row["group"], row["other"] = [*value[:2], "", ""][:2]
        else:
            row[item.name] = value
    return row


def column_frame(result: Any, index: dict[str, Any], sizes: str) -> pd.DataFrame:
    """A row for each entry of values, NaN where a column was not asked for."""
    import pandas as pd

    columns: dict[str, Any] = {"symbol": result.symbol, **index, sizes: getattr(result, sizes)}
    columns["value"] = result.values
    for name in ("low", "high", "null_mean"):
        array = getattr(result, name)
        columns[name] = np.full(len(result.values), np.nan) if array is None else array
    return pd.DataFrame(columns)
