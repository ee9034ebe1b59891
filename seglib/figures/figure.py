"""Figure and table: what a reader sees, with the words and numbers for who cannot see it."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seglib.errors import ReportError
from seglib.language import language_of, number, phrase

FIGURE_MIME = "application/vnd.seglib.figure+json"
TABLE_MIME = "application/vnd.seglib.table+json"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of finished texts, ready to be read aloud: a caption, and headers on both sides.

    The first column holds the headers of the rows. `align` is "left" or "right" for each column; by
    default the first stands left and the others right.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    lang: str
    align: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table that cannot be read: a row too short, or a heading or caption empty."""
        language_of(self.lang)
        if not self.caption.strip() or not all(name.strip() for name in self.columns):
            raise ReportError(
                f"A table needs a caption and a heading for each column; got {self.caption!r} "
                f"and {self.columns}."
            )
        for place, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ReportError(
                    f"Row {place} of table {self.caption!r} has {len(row)} cells for "
                    f"{len(self.columns)} columns; give one text per column."
                )
        sides = self.align or ("left", *("right" for _ in self.columns[1:]))
        object.__setattr__(self, "align", sides)

    def as_json(self) -> dict[str, object]:
        """Columns, rows and alignment as plain values."""
        rows = [list(row) for row in self.rows]
        lists = {"columns": list(self.columns), "rows": rows, "align": list(self.align)}
        return {"caption": self.caption, "lang": self.lang, **lists}

    def as_html(self) -> str:
        """An accessible table: caption, column headers and row headers with their scope."""
        body = "\n".join(self._cells(row, "row", "td") for row in self.rows)
        return (
            f'<table lang="{self.lang}"><caption>{html.escape(self.caption)}</caption>\n'
            f"<thead>{self._cells(self.columns, 'col', 'th')}</thead>\n"
            f"<tbody>\n{body}\n</tbody></table>"
        )

    def _cells(self, texts: Sequence[str], first: str, other: str) -> str:
        """A row of cells, of which the first is a header, and in the head all are."""
        told = []
        for place, (text, side) in enumerate(zip(texts, self.align, strict=True)):
            tag = "th" if place == 0 else other
            scope = f' scope="{first}"' if tag == "th" else ""
            told.append(f'<{tag}{scope} class="{side}">{html.escape(text)}</{tag}>')
        return f"<tr>{''.join(told)}</tr>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        lines = [self.caption, *(" | ".join(row) for row in (self.columns, *self.rows))]
        return {
            "text/html": self.as_html(),
            TABLE_MIME: self.as_json(),
            "text/plain": "\n".join(lines),
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, its description in words, its caption, source and numbers.

    The description says what can be seen, the caption how to read it, and the table holds the
    numbers that are drawn; the drawing is the same bytes for the same results.
    """

    svg: str
    title: str
    description: str
    caption: str
    source: str
    table: Table
    lang: str

    @property
    def alt(self) -> str:
        """The description, under the name that pages use for it."""
        return self.description

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        said = ("title", "alt", "caption", "source", "lang")
        about = {name: getattr(self, name) for name in said}
        return {
            "image/svg+xml": self.svg,
            FIGURE_MIME: {**about, "table": self.table.as_json()},
            "text/plain": self.description,
        }


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
    body = []
    for row in frame.itertuples(index=False, name=None):
        pairs = zip(names, row, strict=len(row) <= len(names))
        body.append(tuple(_text(value, places.get(name, 1), lang) for name, value in pairs))
    plain = [not re.search(r"\d", "".join(column)) for column in zip(*body, strict=True)]
    sides = ("left" if not place or text else "right" for place, text in enumerate(plain))
    return Table(tuple(names), tuple(body), caption, lang, tuple(align or sides))


def _text(value: Any, decimals: int, lang: str) -> str:
    value = value.item() if hasattr(value, "dtype") else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return phrase(f"figure_tables.{'yes' if value else 'no'}", lang)
    if isinstance(value, int | float):
        return number(value, 0 if isinstance(value, int) else decimals, lang)
    return str(value)
