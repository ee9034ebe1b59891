"""Tables: rows or frames of finished texts, with caption and headers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from seglib.figures.figure import Table
from seglib.language import number


def table(
    rows: pd.DataFrame | Iterable[Mapping[str, Any] | Sequence[Any]],
    *,
    caption: str,
    lang: str,
    columns: Sequence[str] = (),
    decimals: int | Mapping[str, int] = 1,
    align: Sequence[str] = (),
) -> Table:
    """Make a table for readers of a frame or of rows.

    Parameters
    ----------
    rows : pandas.DataFrame or iterable of mapping or sequence
        The index of a frame is not shown.
    caption : str
        What the table holds.
    lang : str
        "nl" or "en".
    columns : sequence of str, optional
        Headings; by default those of the frame or of the first mapping.
    decimals : int or mapping of str to int
        Figures behind the decimal sign, for all columns or by heading; whole numbers and texts stay
        as they are. A missing value is an en dash.
    align : sequence of str, optional
        "left" or "right" per column.

    Returns
    -------
    Table
        With row headers in the first column.

    Raises
    ------
    ReportError
        There is no caption, or a row is too short.

    Examples
    --------
    >>> table([("2017", 0.25)], caption="D", columns=("year", "D"), lang="nl", decimals=2).rows
    (('2017', '0,25'),)
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), dtype=object)
    names = [str(name) for name in (columns or frame.columns)]
    places = decimals if isinstance(decimals, Mapping) else dict.fromkeys(names, decimals)
    body = tuple(
        tuple(
            _text(value, places.get(name, 1), lang)
            for name, value in zip(names, row, strict=len(row) <= len(names))
        )
        for row in frame.itertuples(index=False, name=None)
    )
    sides = tuple(align) or tuple(
        "left" if not place or _is_text(frame.iloc[:, place]) else "right"
        for place in range(frame.shape[1])
    )
    return Table(tuple(names), body, caption, lang, sides)


def _is_text(column: pd.Series) -> bool:
    first = column.dropna().head(1).tolist()
    return bool(first) and isinstance(first[0], str) and not any(map(str.isdigit, first[0]))


def _text(value: Any, decimals: int, lang: str) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("ja" if lang == "nl" else "yes") if value else ("nee" if lang == "nl" else "no")
    if hasattr(value, "dtype"):
        value = value.item()
    if isinstance(value, int):
        return number(value, 0, lang)
    return number(value, decimals, lang) if isinstance(value, float) else str(value)
