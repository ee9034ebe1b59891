"""Raw files as lines of text by column, from separated text or a workbook; nothing half read."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from seglib.errors import SourceFormatError
from seglib.sources.schema import MARKS, Line, text_of
from seglib.sources.workbook import read_workbook

_WORKBOOKS = {".xls", ".xlsx"}
_AGAIN = "Fetch the file again."


def read_cells(
    path: str | Path, *, encoding: str = "utf-8", separator: str = ",", sheet: int = 0
) -> list[list[str]]:
    """The cells of a raw file as stripped text, row by row.

    Parameters
    ----------
    path : str or Path
        Separated text, or a workbook (xls, xlsx).
    encoding : str
        Of text that is not UTF-8.
    separator : str
        Between the cells of text.
    sheet : int
        Place of the sheet in a workbook, from 0.

    Returns
    -------
    list of list of str
        One list for each row, the header included; a whole number has no decimals.

    Raises
    ------
    SourceFormatError
        The file is missing, empty, a web page, in another encoding or not of its form.
    """
    path = Path(path)
    if path.suffix.lower() in _WORKBOOKS:
        return read_workbook(path)[sheet]
    try:
        rows = csv.reader(io.StringIO(text_of(path, encoding)), delimiter=separator)
        return [[cell.strip() for cell in row] for row in rows]
    except csv.Error as cause:
        raise SourceFormatError(f"{path.name} is not separated text ({cause}). {_AGAIN}") from cause


def read_lines(
    path: str | Path,
    columns: Sequence[str],
    *,
    key: Sequence[str],
    extra: Collection[str] | None = (),
    **form: str | int,
) -> list[Line]:
    """The lines of a raw file that has exactly these columns, in any order, and unique keys.

    Parameters
    ----------
    path : str or Path
        The raw file; its header is line 1.
    columns : sequence of str
        Columns that must be there.
    key : sequence of str
        Columns that together name a line; no two lines share them.
    extra : collection of str, optional
        Columns that may be there and are not read; None takes any.
    **form
        ``encoding``, ``separator`` and ``sheet`` as for ``read_cells``.

    Returns
    -------
    list of Line
        Lines with text by column.

    Raises
    ------
    SourceFormatError
        The file, its header, a line or a key is not in this form.
    """
    path = Path(path)
    header, *rows = read_cells(path, **form)  # type: ignore[arg-type]
    check_header(path, header, columns, header if extra is None else extra)
    return as_lines(path, header, rows, key)


def as_lines(
    path: Path, header: Sequence[str], rows: list[list[str]], key: Sequence[str], first: int = 2
) -> list[Line]:
    """Rows as lines by column, each as long as the header and of another key."""
    lines: list[Line] = []
    seen: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(rows, start=first):
        if not any(row):
            continue
        if len(row) != len(header):
            raise SourceFormatError(
                f"{path.name}, line {at}: {len(row)} cells, where the header has {len(header)}. "
                "Look for a missing cell or a separator inside a text."
            )
        line = Line(path, at, dict(zip(header, row, strict=True)))
        mark = tuple(line[name] for name in key)
        if seen.setdefault(mark, at) != at:
            cure = f"The same key stands on line {seen[mark]}; keep one of the two."
            raise line.bad(" + ".join(key), cure, " + ".join(mark))
        lines.append(line)
    if not lines:
        raise SourceFormatError(f"{path.name} has a header but no rows. {_AGAIN}")
    return lines


def check_header(
    path: Path, header: Sequence[str], columns: Collection[str], extra: Collection[str] = ()
) -> None:
    """Refuse a header that lacks a column, repeats one or has one that nobody knows."""
    known = {*columns, *extra}
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise SourceFormatError(
            f"{path.name}, line 1: column {twice[0]!r} stands there twice. Keep one of the two."
        )
    strange = [name for name in header if name not in known]
    for name in columns:
        if name not in header:
            others = [other for other in header if other not in columns]
            nearest = difflib.get_close_matches(name, others, n=1, cutoff=0.3)
            hint = f"; nearest is {nearest[0]!r}" if nearest else ""
            raise SourceFormatError(
                f"{path.name}, line 1: there is no column {name!r}{hint}. Rename the column or use "
                "the edition that this reader knows."
            )
    if strange:
        raise SourceFormatError(
            f"{path.name}, line 1: column {strange[0]!r} is not in the edition that this reader "
            "knows. Take the column away or use that edition."
        )


def number(
    line: Line,
    column: str,
    *,
    decimal: str = ".",
    missing: Iterable[str] = ("",),
    low: float = 0,
    high: float | None = None,
) -> Decimal | None:
    """A cell as an exact number, with or without a percent sign; None where none is given."""
    cell = line[column]
    if cell in missing:
        return None
    (other,) = MARKS.keys() - {decimal}
    if other in cell:
        cure = (
            f"This file writes decimals with a {MARKS[decimal]}; a {MARKS[other]} may mean either."
        )
        raise line.bad(column, f"{cure} Correct the cell.")
    return line.within(column, cell.removesuffix("%").strip(), low, high, decimal)
