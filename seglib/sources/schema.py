"""The one form that every table of figures has, and how a cell of a raw file is read."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.table import SENTINELS

UNTIL_2022 = "herkomst-tot-2022"
GROUPS = (
    "Nederland",
    "Marokko",
    "Turkije",
    "Suriname",
    "Antillen",
    "overig niet-westers",
    "westers",
)
COLUMNS = (
    "source",
    "classification",
    "level",
    "unit_code",
    "unit_name",
    "parents",
    "year",
    "group",
    "persons",
    "share",
    "denominator",
    "lower",
    "upper",
)
WHOLE = ("persons", "denominator", "lower", "upper")


def bad_cell(path: Path, line: int, column: str, came: object, cure: str) -> SourceFormatError:
    """The error for one cell: file, line (the header is line 1), column, value and cure."""
    return SourceFormatError(f"{path.name}, line {line}, column {column!r}: {came!r}. {cure}")


def read_raw(
    path: str | Path, needed: Iterable[str], *, key: Iterable[str], encoding: str = "utf-8"
) -> pd.DataFrame:
    """Read a comma-separated raw file as text, with every needed column and unique keys.

    A column ``line`` holds the line of the file (the header is line 1).
    """
    path = Path(path)
    if not path.is_file():
        raise SourceFormatError(f"There is no file {path.name} in {path.parent}. Check the folder.")
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    except pd.errors.EmptyDataError as cause:
        raise SourceFormatError(f"{path.name} is empty. Fetch the file again.") from cause
    except (UnicodeDecodeError, pd.errors.ParserError) as cause:
        raise SourceFormatError(
            f"{path.name} is not comma-separated text in {encoding} ({cause}). "
            "Fetch the file again or save it in that form."
        ) from cause
    for name in needed:
        if name not in frame.columns:
            nearest = difflib.get_close_matches(name, list(frame.columns), n=1, cutoff=0.3)
            hint = f"; nearest is {nearest[0]!r}" if nearest else ""
            raise SourceFormatError(
                f"{path.name} has no column {name!r}{hint}. Rename the column or use the edition "
                "that this reader knows."
            )
    if frame.empty:
        raise SourceFormatError(f"{path.name} has a header but no rows. Fetch the file again.")
    frame = frame[list(needed)].apply(lambda column: column.str.strip())
    frame["line"] = range(2, len(frame) + 2)
    double = frame.duplicated(list(key))
    if double.any():
        row = frame[double].iloc[0]
        raise bad_cell(
            path,
            int(row["line"]),
            " + ".join(key),
            " + ".join(row[name] for name in key),
            "The same key stands on an earlier line; keep one of the two.",
        )
    return frame


def number(cell: str, *, path: Path, line: int, column: str, missing=("", ".")) -> Decimal | None:
    """One cell as an exact number of 0 or more; None where the publisher gives none."""
    if cell in missing:
        return None
    try:
        value = Decimal(cell)
    except InvalidOperation as cause:
        raise bad_cell(
            path, line, column, cell, "A number with a decimal point is needed; correct the cell."
        ) from cause
    if not value.is_finite():
        raise bad_cell(path, line, column, cell, "Leave the cell empty where no figure is known.")
    if value in SENTINELS:
        raise bad_cell(
            path,
            line,
            column,
            cell,
            "That is the publisher's code for a secret or missing figure; leave the cell empty.",
        )
    if value < 0:
        raise bad_cell(path, line, column, cell, "A figure below 0 cannot be; correct the cell.")
    return value


def whole(cell: str, *, path: Path, line: int, column: str, missing=("", ".")) -> int | None:
    """One cell as a whole number of persons; None where the publisher gives none."""
    value = number(cell, path=path, line=line, column=column, missing=missing)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise bad_cell(path, line, column, cell, "Whole persons are needed; correct the cell.")
    return int(value)


def tidy(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a frame in the one form: columns, types and order."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    for name in WHOLE:
        frame[name] = frame[name].astype("Int64")
    frame["year"] = frame["year"].astype("int64")
    frame["share"] = [cell if isinstance(cell, str) else "" for cell in frame["share"]]
    order = frame["group"].map({group: place for place, group in enumerate(GROUPS)})
    frame = frame.assign(order=order).sort_values(["source", "level", "year", "unit_code", "order"])
    return frame.drop(columns="order").reset_index(drop=True)


def to_text(frame: pd.DataFrame) -> str:
    """A frame as canonical CSV: UTF-8 text, line ends LF, no figure where none is known."""
    return frame.to_csv(index=False, lineterminator="\n", na_rep="")


def from_text(text: str) -> pd.DataFrame:
    """The tidy table that ``to_text`` wrote, with ``share`` as a float."""
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    for name in WHOLE:
        frame[name] = pd.to_numeric(frame[name].where(frame[name] != "")).astype("float64")
    # Python reads a decimal to the nearest float; pandas may be off in the last digit.
    frame["share"] = [float(cell) if cell else float("nan") for cell in frame["share"]]
    frame["year"] = frame["year"].astype("int64")
    return frame[list(COLUMNS)]


def parents_text(**parents: str) -> str:
    """Levels that a unit nests in, nearest first, as one cell: ``wijk=…;gemeente=…``."""
    return ";".join(f"{level}={code}" for level, code in parents.items())


def parents_of(cell: str) -> dict[str, str]:
    """The levels that a unit nests in, from the cell that ``parents_text`` wrote."""
    return dict(part.split("=", 1) for part in cell.split(";") if part)
