"""The one form that every table of figures has, and how a cell of a raw file is read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from seglib.errors import SetupError, SourceFormatError
from seglib.table import SENTINELS

UNTIL_2022 = "herkomst-tot-2022"
FROM_2022 = "herkomst-vanaf-2022"
WALL = (
    "The classes of origin of 2022 are others: born abroad counts by the own country, western and "
    "non-western are no more, and the old western group holds people from outside Europe. No "
    "bridge between them is documented; compare years of one classification."
)
GROUPS_2022 = ("Nederland", "Europa", "buiten Europa")
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
MARKS = {".": "point", ",": "comma"}
WHOLE = ("persons", "denominator", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a raw file as text by column; the header is line 1."""

    path: Path
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def bad(self, column: str, cure: str, came: object = None) -> SourceFormatError:
        """The error for one cell: file, line, column, value and cure."""
        value = self.cells[column] if came is None else came
        told = f"{self.path.name}, line {self.number}, column {column!r}: {value!r}. {cure}"
        return SourceFormatError(told)

    def wrong(self, told: str) -> SourceFormatError:
        """The error for the line as a whole."""
        return SourceFormatError(f"{self.path.name}, line {self.number}: {told}")

    def exact(self, column: str, missing: Iterable[str] = ()) -> Decimal | None:
        """A cell as an exact number of 0 or more; None where the publisher gives none."""
        cell = self.cells[column]
        return None if cell in missing else self.within(column, cell)

    def within(
        self, column: str, text: str, low: float = 0, high: float | None = None, mark: str = "."
    ) -> Decimal:
        """The text of a cell as an exact number of the bounds, with this decimal mark."""
        try:
            value = Decimal(text.replace(mark, "."))
        except InvalidOperation as cause:
            cure = f"A number with a decimal {MARKS[mark]} is needed; correct the cell."
            raise self.bad(column, cure) from cause
        if not value.is_finite():
            raise self.bad(column, "Leave the cell empty where no figure is known.")
        if value in SENTINELS:
            cure = "That is the publisher's code for a secret or missing figure; leave it empty."
            raise self.bad(column, cure)
        if value < low or (high is not None and value > high):
            bounds = f"{low} or more" if high is None else f"{low} to {high}"
            raise self.bad(column, f"A figure of {bounds} is needed; correct the cell.")
        return value

    def whole(self, column: str, missing: Iterable[str] = ()) -> int | None:
        """A cell as a whole number of persons; None where the publisher gives none."""
        value = self.exact(column, missing)
        if value is not None and value != value.to_integral_value():
            raise self.bad(column, "Whole persons are needed; correct the cell.")
        return None if value is None else int(value)


def text_of(path: Path, encoding: str = "utf-8") -> str:
    """The text of a raw file, in UTF-8 or else in its own encoding; a web page is refused."""
    if not path.is_file():
        raise SourceFormatError(f"There is no file {path.name} in {path.parent}. Check the folder.")
    content = path.read_bytes()
    bad = text = None
    for name in dict.fromkeys(("utf-8-sig", encoding)):
        try:
            text = content.decode(name)
            break
        except UnicodeDecodeError as cause:
            bad = cause
    if text is None or "\0" in text:
        at = content.count(b"\n", 0, bad.start if bad else content.index(b"\0")) + 1
        known = encoding if encoding.startswith("utf-8") else f"utf-8 or {encoding}"
        raise SourceFormatError(
            f"{path.name}, line {at}: not comma-separated text in {known}. "
            "Fetch the file again or save it in that form."
        ) from bad
    if not text.strip():
        raise SourceFormatError(f"{path.name} is empty. Fetch the file again.")
    if text.lstrip()[:1] == "<":
        raise SourceFormatError(
            f"{path.name} is a web page or XML, not figures. Fetch the file again."
        )
    return text


def plain_cell(cell: object) -> str:
    """A cell of a workbook or record as text; a whole number has no decimals."""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()


def groups_of(classification: str) -> tuple[str, ...]:
    """The groups of a classification, in their order."""
    return GROUPS_2022 if classification == FROM_2022 else GROUPS


def row(source: str, level: str, code: str, name: str, year: int, **parents: str) -> dict:
    """The cells that all groups of a unit share in one year; parents go nearest first."""
    return {
        "source": source,
        "classification": UNTIL_2022,
        "level": level,
        "unit_code": code,
        "unit_name": name,
        "parents": parents_text(**parents),
        "year": year,
    }


def tidy(rows: pd.DataFrame | Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a frame in the one form: columns, types and order."""
    rows = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    frame = rows.reindex(columns=list(COLUMNS))
    for name in WHOLE:
        frame[name] = frame[name].astype("Int64")
    frame["year"] = frame["year"].astype("int64")
    frame["share"] = [cell if isinstance(cell, str) else "" for cell in frame["share"]]
    return in_order(frame)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Tidy rows by source, level, year and unit, within it in the order of GROUPS."""
    every = dict.fromkeys((*GROUPS, *GROUPS_2022))
    order = frame["group"].map({group: place for place, group in enumerate(every)})
    frame = frame.assign(order=order).sort_values(["source", "level", "year", "unit_code", "order"])
    return frame.drop(columns="order").reset_index(drop=True)


def checked(frame: pd.DataFrame) -> pd.DataFrame:
    """The same tidy table, whose types, keys and bounds pandera has checked."""
    try:
        import pandera.pandas as pa
    except ImportError as cause:
        raise SetupError("Compiling needs pandera. Install the extra 'sources'.") from cause
    text = {name: pa.Column(str) for name in COLUMNS[:6] if name != "unit_name"}
    whole = {name: pa.Column("Int64", pa.Check.ge(0), nullable=True) for name in WHOLE}
    groups = pa.Column(str, pa.Check.isin([*GROUPS, *GROUPS_2022]))
    bounds = pa.Check(
        lambda rows: (
            (rows["lower"] <= rows["persons"]) & (rows["persons"] <= rows["upper"])
        ).fillna(value=True),
        name="lower <= persons <= upper",
    )
    key = ["source", "level", "unit_code", "year", "group"]
    columns = text | whole | {"group": groups, "year": pa.Column(int)}
    try:
        return pa.DataFrameSchema(columns, checks=bounds, unique=key).validate(frame)
    except pa.errors.SchemaError as cause:
        raise SourceFormatError(
            f"The table of {frame['source'].iloc[0]} is not in the one form: {cause.args[0]}. "
            "Mend its reader."
        ) from cause


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
