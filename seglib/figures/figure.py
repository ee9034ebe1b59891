"""Figure and table: what a reader sees, with the words and numbers for who cannot see it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from seglib.errors import ReportError
from seglib.language import language_of

FIGURE_MIME = "application/vnd.seglib.figure+json"
TABLE_MIME = "application/vnd.seglib.table+json"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of finished texts, ready to be read aloud: a caption, and headers on both sides.

    Parameters
    ----------
    columns : tuple of str
        Headings; the first is that of the row headers.
    rows : tuple of tuple of str
        Finished texts, as many in each row as there are columns.
    caption : str
        What the table holds.
    lang : str
        "nl" or "en".
    align : tuple of str
        "left" or "right" per column; by default the first left and the others right.
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
        if not self.align:
            sides = ("left", *("right" for _ in self.columns[1:]))
            object.__setattr__(self, "align", sides)

    def as_json(self) -> dict[str, object]:
        """Columns, rows and alignment as plain values."""
        return {
            "caption": self.caption,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "align": list(self.align),
            "lang": self.lang,
        }

    def as_html(self) -> str:
        """An accessible table: caption, column headers and row headers with their scope."""
        head = "".join(
            f'<th scope="col" class="{side}">{html.escape(name)}</th>'
            for name, side in zip(self.columns, self.align, strict=True)
        )
        body = "\n".join(self._row(row) for row in self.rows)
        return (
            f'<table lang="{self.lang}"><caption>{html.escape(self.caption)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
        )

    def _row(self, row: Sequence[str]) -> str:
        first, *others = row
        cells = "".join(
            f'<td class="{side}">{html.escape(text)}</td>'
            for text, side in zip(others, self.align[1:], strict=True)
        )
        return f'<tr><th scope="row" class="{self.align[0]}">{html.escape(first)}</th>{cells}</tr>'

    def as_text(self) -> str:
        """Caption, headings and rows as plain lines."""
        lines = [self.caption, *(" | ".join(row) for row in (self.columns, *self.rows))]
        return "\n".join(lines)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        return {
            "text/html": self.as_html(),
            TABLE_MIME: self.as_json(),
            "text/plain": self.as_text(),
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, its description in words, its caption, source and numbers.

    Parameters
    ----------
    svg : str
        The drawing; the same bytes for the same results.
    title : str
        What it is about, also drawn.
    description : str
        What can be seen, in words, made from the same numbers.
    caption : str
        How to read it.
    source : str
        Where the figures come from.
    table : Table
        The numbers that are drawn.
    lang : str
        "nl" or "en".
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

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        about = {
            "title": self.title,
            "alt": self.description,
            "caption": self.caption,
            "source": self.source,
            "lang": self.lang,
            "table": self.table.as_json(),
        }
        return {
            "image/svg+xml": self.svg,
            FIGURE_MIME: about,
            "text/plain": self.description,
        }
