"""A table of one's own, CSV or Excel: read whole and checked, or refused in a helpful sentence."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import SetupError, SourceFormatError
from seglib.sources.schema import plain_cell
from seglib.table import SENTINELS, CountTable, CountTables
from seglib.table.cells import LARGEST_TOTAL
from seglib.workbench.ground import Ground, GroundFile, known_ground
from seglib.workbench.words import say, table_of_words

LARGEST_MB = 400  # takes about 20 seconds and 2 GB
CHUNK = 100_000
_THOUSANDS = r"^\d{1,3}(?:[.,]\d{3})+$"
_UNNAMED = "Unnamed: "  # what pandas calls a column without a heading
_FRACTION = re.compile(r"^(-?\d+),(\d+)$")
_BROKEN = (zipfile.BadZipFile, OSError, KeyError, IndexError, ValueError, TypeError, SyntaxError)

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False, slots=True)
class OwnTable:
    """A table that somebody brought: the name of its file, and persons by year.

    ``tables`` has one key, None, where the file names no years. ``boundaries`` are a file's, read;
    without them those are taken that are kept here for codes of CBS or Amsterdam.
    """

    name: str
    tables: CountTables
    boundaries: GroundFile | None = None

    def with_boundaries(
        self, file: str | Path | bytes, *, name: str = "", lang: str = "nl"
    ) -> OwnTable:
        """The same table with a file of boundaries: GeoPackage, GeoJSON or shapefile (zip).

        A column of it holds the codes of the areas; it is found out which. A SourceFormatError
        says why it cannot be used.
        """
        file = file if isinstance(file, bytes) else Path(file)
        ground = GroundFile(file, name or getattr(file, "name", ""), lang)
        found = replace(self, boundaries=ground)
        found.ground()
        return found

    def at(self, level: str = "") -> CountTables:
        """The tables at a level, with a point for each area where boundaries are known."""
        return _at(self, level)

    def ground(self, level: str = "") -> Ground | None:
        """The boundaries of the areas of a level, or None where none are known."""
        return _ground(self, level)


@lru_cache(maxsize=32)
def _at(own: OwnTable, level: str) -> CountTables:
    tables = dict(own.tables.items())
    if level not in ("", next(iter(tables.values())).level):
        tables = {year: one.merge(level) for year, one in tables.items()}
    ground = own.ground(level)
    if ground and all(one.points_m is None for one in tables.values()):
        points = {year: ground.points(one.units) for year, one in tables.items()}
        if all(one is not None for one in points.values()):
            tables = {year: replace(one, points_m=points[year]) for year, one in tables.items()}
    return CountTables.from_tables(tables)


@lru_cache(maxsize=32)
def _ground(own: OwnTable, level: str) -> Ground | None:
    """Shapes of all units of all years; those of larger areas are put together of their parts."""
    tables = list(own.tables.values())
    finest = level in ("", tables[0].level)
    codes = [one.units if finest else one.part_of(level) for one in tables]
    units = tuple(dict.fromkeys(code for some in codes for code in some))
    if own.boundaries is None:
        return known_ground(units, level or tables[0].level)
    if finest:
        return own.boundaries.ground(units)
    whole: Any = own.ground()
    into: dict[str, str] = {}
    for one, some in zip(tables, codes, strict=True):
        into |= dict(zip(one.units, some, strict=True))
    return whole.merged(into)


def read_table(
    file: str | Path | bytes,
    *,
    boundaries: str | Path | None = None,
    name: str = "",
    lang: str = "nl",
    progress: Progress | None = None,
) -> OwnTable:
    """Read persons by area and group from a CSV or Excel file.

    Parameters
    ----------
    file : str, Path or bytes
        A path, or the content itself. Either a row for each area with a column for each group,
        or a row for each area and group with the columns ``groep`` and ``personen``. Further
        columns that are known: name, year, a larger area, a total, and x and y in metres
        (EPSG:28992). Separator, decimal sign and encoding are found out.
    boundaries : str or Path, optional
        A GeoPackage, GeoJSON or shapefile with the codes of the areas in one of its columns.
    name : str
        What to call content that came without a path.
    lang : str
        "nl" or "en": the language of what may be wrong.
    progress : callable, optional
        Called with the part that was read, 0 to 1.

    Returns
    -------
    OwnTable
        Areas and groups in order of first appearance. Where a column of totals leaves people
        over they become a group of their own.

    Raises
    ------
    SourceFormatError
        The file cannot be such a table: names the row, the column, the value and the cure.
    SetupError
        It is an Excel file and openpyxl is not installed.

    Examples
    --------
    >>> own = read_table("buurt;a;b\\n1;30;10\\n2;10;30\\n".encode(), name="klein.csv")
    >>> own.tables[None].counts.tolist()
    [[30, 10], [10, 30]]
    """
    content, name = (file, name) if isinstance(file, bytes) else _content(Path(file), lang)
    reader = _Reader(name or "CSV", lang, progress or (lambda part: None))
    reader.refuse_size(len(content))
    frame, roles = reader.read(content)
    own = OwnTable(reader.name, reader.tables(frame, roles))
    return own.with_boundaries(boundaries, lang=lang) if boundaries else own


def _content(path: Path, lang: str) -> tuple[bytes, str]:
    reader = _Reader(path.name, lang, lambda part: None)
    if not path.is_file():
        raise reader.fault("none", folder=path.parent)
    reader.refuse_size(path.stat().st_size)
    return path.read_bytes(), path.name


@dataclass(frozen=True, slots=True)
class _Roles:
    """Which column is what; ``counts`` are groups, or the one column of persons."""

    known: dict[str, str]
    parts: tuple[str, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """One file being read: its name for messages, their language, and who hears of progress."""

    name: str
    lang: str
    progress: Progress

    def fault(self, key: str, **facts: object) -> SourceFormatError:
        return SourceFormatError(say(f"file.{key}", self.lang, file=self.name, **facts))

    def refuse_size(self, size: int) -> None:
        if size > LARGEST_MB * 1_000_000:
            raise self.fault("large", size=round(size / 1e6), most=LARGEST_MB)

    def read(self, content: bytes) -> tuple[pd.DataFrame, _Roles]:
        """All rows with whole persons, indexed by their line in the file, and the roles."""
        if not content.strip():
            raise self.fault("void")
        if content[:4] == b"\xd0\xcf\x11\xe0":
            raise self.fault("old")
        pieces = self._excel(content) if content[:2] == b"PK" else self._csv(content)
        found, roles, line, names = [], None, 2, table_of_words()["columns"]
        for piece in pieces:
            named = [not str(head).startswith(_UNNAMED) for head in piece]
            piece = piece.loc[:, named].set_axis(pd.RangeIndex(line, line + len(piece)))
            line += len(piece)
            roles = roles or self._roles(piece)
            piece = piece[(piece != "").any(axis=1)]
            units = piece[roles.known["unit"]]
            self._refuse("empty", units, units == "")
            self._refuse("total_row", units, units.str.lower().isin(names["total"]))
            for column in (*roles.counts, roles.known["total"], roles.known["year"]):
                if column:
                    piece = piece.assign(**{column: self._whole(piece[column])})
            for column in filter(None, (roles.known["x"], roles.known["y"])):
                piece = piece.assign(**{column: self._metres(piece[column])})
            found.append(piece)
        if roles is None or not sum(map(len, found)):
            raise self.fault("void")
        return pd.concat(found), roles

    def _csv(self, content: bytes) -> Iterator[pd.DataFrame]:
        """Pieces of a file of separated values, all as text."""
        encoding = self._encoding(content)
        head = content[:65536].decode(encoding, errors="ignore").lstrip()
        if head.startswith("<"):
            raise self.fault("web")
        head = "\n".join(head.splitlines()[:2])
        separator = max(";\t,", key=head.partition("\n")[0].count)
        heads, *body = csv.reader(head.splitlines(), delimiter=separator)
        if len(heads) < 2:
            below = any(mark in line for line in head.splitlines()[1:] for mark in ";\t,")
            raise self.fault("title" if below else "separator", value=repr(heads[0][:40]))
        self._refuse_twins(heads)
        if body and len(body[0]) > len(heads):  # pandas would take the first column for an index
            raise self.fault("ragged", wanted=len(heads), row=2, came=len(body[0]))
        stream = io.BytesIO(content)
        options: Any = {"sep": separator, "encoding": encoding, "dtype": str, "chunksize": CHUNK}
        try:
            for piece in pd.read_csv(stream, keep_default_na=False, **options):
                self.progress(stream.tell() / len(content))
                yield piece.fillna("").apply(lambda cells: cells.str.strip())
        except pd.errors.ParserError as cause:
            numbers = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(cause))
            if not numbers:
                raise self.fault("quotes") from cause
            wanted, row, came = numbers.groups()
            raise self.fault("ragged", wanted=wanted, row=row, came=came) from cause

    def _encoding(self, content: bytes) -> str:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if b"\0" not in content:
                return encoding
        raise self.fault("binary")

    def _excel(self, content: bytes) -> Iterator[pd.DataFrame]:
        """The first sheet of a workbook that holds anything, all as text."""
        try:
            from openpyxl import load_workbook
        except ImportError as cause:
            raise SetupError(say("file.extra", self.lang)) from cause
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", module="openpyxl")
                book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
                sheets = (list(one.iter_rows(values_only=True)) for one in book.worksheets)
                rows = next((rows for rows in sheets if any(map(any, rows))), [])
        except _BROKEN as cause:
            raise self.fault("damaged") from cause
        told = [["" if cell is None else plain_cell(cell) for cell in row] for row in rows]
        if not told:
            raise self.fault("void")
        if len(heads := list(filter(None, told[0]))) < 2:
            raise self.fault("title", value=repr("".join(heads)[:40]))
        wide = max(place for place, head in enumerate(told[0], start=1) if head)
        self._refuse_twins(told[0][:wide])
        self.progress(1.0)
        heads = [head or f"{_UNNAMED}{place}" for place, head in enumerate(told[0][:wide])]
        yield pd.DataFrame([row[:wide] for row in told[1:]], columns=heads, dtype=object)

    def _refuse_twins(self, heads: Sequence[str]) -> None:
        twin = next((head for place, head in enumerate(heads) if head in heads[:place]), "")
        if twin:
            raise self.fault("twins", column=repr(twin))

    def _roles(self, frame: pd.DataFrame) -> _Roles:
        plain = {re.sub(r"\W+", "_", str(head).strip().lower()): head for head in frame}
        names, taken = table_of_words()["columns"], {}
        for role in ("unit", "name", "group", "persons", "year", "x", "y", "total"):
            free = (plain[one] for one in names[role] if one in plain)
            taken[role] = next((head for head in free if head not in taken.values()), "")
        if not taken["unit"]:
            raise self.fault("unit", columns=", ".join(map(str, frame)))
        used = set(taken.values())
        parts = tuple(plain[p] for p in names["part"] if p in plain and plain[p] not in used)
        if taken["group"] and taken["persons"]:
            return _Roles(taken | {"total": ""}, parts, (taken["persons"],))
        taken["total"], taken["persons"] = taken["total"] or taken["persons"], ""
        others = {*taken.values(), *parts, ""}
        counts = tuple(str(head) for head in frame if head not in others)
        if len(counts) < 2 and not (counts and taken["total"]):
            raise self.fault("groups", number=len(counts))
        return _Roles(taken, parts, counts)

    def _refuse(self, key: str, cells: pd.Series, wrong: Any) -> None:
        """Name the first wrong cell of a column, if there is one."""
        if not wrong.any():
            return
        row = wrong.idxmax()
        facts = {"row": row, "column": repr(cells.name), "value": repr(str(cells[row])[:40])}
        raise self.fault(key, **facts, number=int(wrong.sum()))

    def _whole(self, cells: pd.Series) -> pd.Series:
        """Persons as whole numbers; each spelling is looked at once."""
        codes, spellings = pd.factorize(cells)
        seen: Any = pd.Series(spellings, dtype=object)
        plain = seen.str.replace(r"\s", "", regex=True).str.replace(_FRACTION, r"\1.\2", regex=True)
        numbers: Any = pd.to_numeric(plain, errors="coerce")
        numbers = numbers.astype(float)
        words = (seen != "") & numbers.isna()
        secret = seen.str.lower().isin(table_of_words()["columns"]["secret"])
        for key, wrong in (
            ("text", words & numbers.isna().all()),  # a column of remarks
            ("empty", seen == ""),
            ("secret", secret | numbers.isin(SENTINELS)),
            ("text", ~(numbers.abs() <= LARGEST_TOTAL)),
            ("thousands", seen.str.contains(_THOUSANDS)),
            ("negative", numbers < 0),
            ("decimals", numbers % 1 != 0),
        ):
            self._refuse(key, cells, pd.Series(wrong.to_numpy()[codes], cells.index))
        return pd.Series(numbers.to_numpy(dtype=np.int64)[codes], cells.index)

    def tables(self, frame: pd.DataFrame, roles: _Roles) -> CountTables:
        """A table for each year, or one under None."""
        known, long = roles.known, bool(roles.known["group"] and roles.known["persons"])
        key = [known[role] for role in ("year", "unit", "group")[: 3 if long else 2] if known[role]]
        twice = frame.duplicated(key)
        if twice.any():
            row = twice.idxmax()
            raise self.fault("twice", row=row, value=", ".join(map(str, frame.loc[row, key])))
        groups = list(frame[known["group"]].unique()) if long else list(roles.counts)
        if not long and known["total"]:
            groups = self._with_rest(frame, roles, groups)
        parts: Any = frame.groupby(known["year"], sort=True) if known["year"] else [(None, frame)]
        years = [(year if year is None else int(year), part) for year, part in parts]
        made = {year: self._one(part, roles, groups, year) for year, part in years}
        return CountTables.from_tables(made)

    def _with_rest(self, frame: pd.DataFrame, roles: _Roles, groups: list[str]) -> list[str]:
        """Add those whom the groups leave over of the total as a group; returns all groups."""
        added, total = frame[groups].sum(axis=1), frame[roles.known["total"]]
        wrong = added > total
        if wrong.any():
            row, column = wrong.idxmax(), repr(total.name)
            raise self.fault("over", row=row, came=added[row], column=column, value=total[row])
        if (added == total).all():
            return groups
        rest = say("file.rest", self.lang)
        rest += " (+)" * (rest in frame)  # a group of that name may be there already
        frame[rest] = total - added
        return [*groups, rest]

    def _one(self, part: pd.DataFrame, roles: _Roles, groups: list[str], year: Any) -> CountTable:
        """The table of one year."""
        unit, persons = roles.known["unit"], roles.known["persons"]
        rows = part.drop_duplicates(unit).set_index(unit)
        cells = rows.reindex(columns=groups)
        if persons and roles.known["group"]:
            grid: Any = part.set_index([unit, roles.known["group"]])[persons].unstack()
            cells = grid.reindex(index=rows.index, columns=groups)
        if cells.isna().to_numpy().any():
            row, column = np.argwhere(cells.isna().to_numpy())[0]
            when = "" if year is None else f" ({year})"
            facts = {"unit": repr(rows.index[row]), "group": repr(groups[column]), "year": when}
            raise self.fault("absent", **facts)
        if min(cells.shape) < 2:
            raise self.fault("few", units=len(cells), groups=len(groups))
        levels = table_of_words()["columns"]["level"]
        points = [rows[roles.known[axis]].to_numpy() for axis in "xy" if roles.known[axis]]
        return CountTable.from_counts(
            cells.to_numpy(dtype=np.int64),
            groups=groups,
            units=rows.index,
            unit_names=tuple(rows[roles.known["name"]]) if roles.known["name"] else (),
            parts={levels.get(head.lower(), head): tuple(rows[head]) for head in roles.parts},
            place=Path(self.name).stem,
            year=year,
            level=levels.get(unit.lower(), ""),
            points_m=np.column_stack(points) if len(points) == 2 else None,
        )

    def _metres(self, cells: pd.Series) -> pd.Series:
        numbers: Any = pd.to_numeric(cells.str.replace(",", "."), errors="coerce")
        self._refuse("text", cells, numbers.isna())
        return numbers.astype("float64")
