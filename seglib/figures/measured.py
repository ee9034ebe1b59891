"""Measured: a table of several measures beside each other, each on the scale that readers see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seglib.errors import ReportError
from seglib.figures.figure import Table, table
from seglib.inference import RoundingBand
from seglib.language import reason_text, span_text, value_text
from seglib.result import Estimate


def measured(
    rows: Mapping[str, Sequence[Estimate | str | float]],
    *,
    columns: Sequence[str],
    caption: str,
    lang: str,
    decimals: int = 1,
) -> Table:
    """Set measures of several places beside each other.

    Parameters
    ----------
    rows : mapping of str to sequence
        For each place its cells: an Estimate shows its value, a RoundingBand its two ends,
        anything else itself.
    columns : sequence of str
        Headings, that of the places first.
    caption : str
        What the table holds.
    lang : str
        "nl" or "en".
    decimals : int
        Figures behind the decimal sign of plain numbers.

    Returns
    -------
    Table
        Numbers stand right.

    Raises
    ------
    ReportError
        A row has another number of cells than there are headings.
    """
    for place, cells in rows.items():
        if len(cells) != len(columns) - 1:
            raise ReportError(
                f"Row {place!r} has {len(cells)} cells for {len(columns) - 1} headings; give one "
                "cell for each."
            )
    body = [(place, *(_cell(one, lang) for one in cells)) for place, cells in rows.items()]
    align = ("left", *("right" for _ in columns[1:]))
    plain = {"caption": caption, "lang": lang}
    return table(body, columns=columns, decimals=decimals, align=align, **plain)


def _cell(one: Estimate | str | float, lang: str) -> str | float:
    if not isinstance(one, Estimate):
        return one
    if not isinstance(one, RoundingBand):
        return value_text(one.symbol, one.value, lang)
    if one.low is None or one.high is None:
        return reason_text(one.reason_code or one.reason, lang)
    return span_text(one.symbol, one.low, one.high, lang)
