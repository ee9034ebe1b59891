"""A table of finished texts as columns of numbers and texts, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from seglib.report.document import words
from seglib.report.parameters import slug_of

Value = Decimal | str | None
_MISSING = re.compile(r"[–—-]?")
_SIGNS = {"nl": (r"\.", ","), "en": (",", r"\.")}  # of thousands and decimals
_FORMULA = "=+\\-@＝＋－＠"
_RISKY = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=[\s\"']*[{_FORMULA}])|^(?=[\t\r\n])")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its heading, and what its cells hold."""

    name: str
    titles: str
    datatype: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns and rows; a cell is a number, a text, or None where there is none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    lang: str

    def csv(self) -> str:
        """Comma-separated, with a decimal point; no text that a spreadsheet would run."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([_harmless(column.titles) for column in self.columns])
        for row in self.rows:
            writer.writerow([_harmless(each) if isinstance(each, str) else each for each in row])
        return text.getvalue()

    def xlsx(self, about: Mapping[str, str]) -> bytes:
        """A workbook: the table under a frozen heading, and a sheet that says what it is."""
        import openpyxl

        own, book = words(self.lang)["grid"], openpyxl.Workbook()
        book.properties.title, book.properties.language = about["title"], self.lang
        book.properties.creator = "seglib"
        table = book.active
        table.title = own["table"]
        heading = tuple(column.titles for column in self.columns)
        _fill(table, [heading, *self.rows])
        table.freeze_panes = "B2"
        sheet = book.create_sheet(own["about"])
        facts = [(own[name], text) for name, text in about.items() if text]
        _fill(sheet, [(own["property"], own["value"]), *facts])
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()


class _Cell(NamedTuple):
    """The parts of a cell: a number, an interval, a number with its interval, or a remark."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    remark: str | None = None
    unit: str = ""


def grid_of(table: Mapping[str, Any], lang: str) -> Grid:
    """Take a table apart: a column of numbers becomes numbers, one of intervals their two ends.

    What stands among these in words gets a column of remarks; a column that is mostly words stays
    as it is shown. A percent sign goes to the heading.
    """
    rows = [[str(cell) for cell in row] for row in table["rows"]]
    columns: list[Column] = []
    filled: list[Sequence[Value]] = []
    for place, heading in enumerate(map(str, table["columns"])):
        texts = [row[place] for row in rows]
        for column, cells in _columns(heading, texts, lang, is_first=not place):
            columns.append(column)
            filled.append(cells)
    return Grid(tuple(_with_names(columns)), tuple(zip(*filled, strict=True)), lang)


def _columns(
    heading: str, texts: Sequence[str], lang: str, *, is_first: bool
) -> list[tuple[Column, Sequence[Value]]]:
    """The columns that one column of finished texts holds; without names yet."""
    cells = [_parsed(text.strip(), lang) for text in texts]
    units = {each.unit for each in cells if any(part is not None for part in each[:3])}
    remarks = sum(each.remark is not None for each in cells)
    if len(units) != 1 or 2 * remarks > len(cells) or (is_first and remarks):
        return [(Column("", heading, "string"), texts)]
    own, unit = words(lang)["grid"], f" ({units.pop()})".replace(" ()", "")
    found: list[tuple[Column, Sequence[Value]]] = []
    for part in ("value", "low", "high", "remark"):
        values = [getattr(each, part) for each in cells]
        if known := [value for value in values if value is not None]:
            kind = "string" if part == "remark" else _kind(known)
            title = heading if part == "value" else f"{heading}: {own[part]}"
            title += "" if part == "remark" else unit
            found.append((Column("", title, kind), values))
    return found


def _kind(numbers: Iterable[Decimal]) -> str:
    return "decimal" if any(decimals_of(value) for value in numbers) else "integer"


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    """A number, an interval, or a number with its interval between brackets."""
    thousands, decimal = _SIGNS[lang]
    number = rf"[+−-]?(?:0|[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+|[1-9]\d*)(?:{decimal}\d+)?"
    unit, between = r"(?:\s?(%))?", r"(?:\s+(?:tot|to)\s+|\s?–\s?)"
    span = rf"({number}){unit}{between}({number}){unit}"
    return re.compile(rf"({number}){unit}(?: \({span}\))?|{span}")


def _parsed(text: str, lang: str) -> _Cell:
    """What a cell holds; a dash holds nothing."""
    if _MISSING.fullmatch(text):
        return _Cell()
    found = _pattern(lang).fullmatch(text)
    if not found:
        return _Cell(remark=text)
    value, _, low, _, high, _, low_alone, _, high_alone, _ = found.groups()
    thousands, decimal = _SIGNS[lang]

    def read(digits: str | None) -> Decimal | None:
        if digits is None:
            return None
        return Decimal(re.sub(decimal, ".", re.sub(thousands, "", digits)).replace("−", "-"))

    ends = (read(low or low_alone), read(high or high_alone))
    return _Cell(read(value), *ends, None, "%" if "%" in text else "")


def decimals_of(value: Decimal) -> int:
    """How many figures a number shows behind the decimal sign."""
    return max(-int(value.as_tuple().exponent), 0)


def _with_names(columns: Sequence[Column]) -> Iterator[Column]:
    """Give each column a name of its own that every program can read."""
    seen: Counter[str] = Counter()
    for column in columns:
        name = slug_of(column.titles).replace("-", "_") or "column"
        seen[name] += 1
        yield replace(column, name=name if seen[name] == 1 else f"{name}_{seen[name]}")


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, whichever sign it splits cells at."""
    return _RISKY.sub("'", _UNPRINTED.sub("", text))


def _fill(sheet: Any, rows: Iterable[Sequence[Value]]) -> None:
    """Write rows under a bold heading; a text stays text, whatever it begins with."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            if isinstance(value, Decimal):
                cell.value = float(value) if decimals_of(value) else int(value)
                cell.number_format = "0" + "." * bool(decimals_of(value)) + "0" * decimals_of(value)
            elif value is not None:
                cell.value = _UNPRINTED.sub("", value)
                cell.data_type, cell.quotePrefix = "s", bool(_RISKY.search(value))
            if number == 1:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    for place, column in enumerate(sheet.iter_cols(values_only=True), 1):
        longest = max(len(str(each)) for each in column if each is not None)
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 2, _WIDEST)
