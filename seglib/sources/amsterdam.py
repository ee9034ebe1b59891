"""Amsterdam: the Basisbestand Gebieden (BBGA) as csv, and the change of codes from 2015 to 2022.

The publisher's file is ``bbga_latest_and_greatest.csv``: text with ';', a decimal point and one
row for each year, area and variable, ``jaar;gebiedcode15;variabele;waarde`` (the form that the
municipality's own importer is tested with). Its API gives the same with ``indicatorDefinitieId``
for ``variabele``; that form is read too, as csv with ','. The wide workbook is not read.

Rounding. Since the edition on the division of 2022 some variables print 1, 2, 3 and 4 as 5 and
every percentage above 90 as 90. Which ones, only the metadata of that edition say; ``bounds``
therefore takes every 5 among counts for 1 to 5 and every 90 among percentages for 90 to 100.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import area_figures, catalogue, schema
from seglib.sources.raw_cells import check_header, read_lines
from seglib.table import SENTINELS

SOURCE = "amsterdam-bbga"
CODES = "tables/amsterdam-codes-2015-2022.csv"
_COLUMNS = ("year", "unit_code", "item", "value")


def read_items(path: str | Path) -> pd.DataFrame:
    """The variables of the BBGA from its metadata: label and definition as published.

    Parameters
    ----------
    path : str or Path
        The csv with metadata.

    Returns
    -------
    DataFrame
        ``area_figures.ITEM_COLUMNS``; ``about`` is the definition with the question that was
        asked, ``place`` the number format, which tells the rounding.

    Raises
    ------
    SourceFormatError
        The file is not in this form.
    """
    known = _known()
    rows = []
    for line in read_lines(path, known["metadata"], key=("Variabele",), extra=None):
        label, unit = line["Label"], line["Symbool"] or known["units"].get(line["Rekeneenheid"])
        if unit is None or line["format"] not in known["decimals"]:
            raise line.wrong(
                f"unit {line['Rekeneenheid']!r} and format {line['format']!r} of "
                f"{line['Variabele']!r} are not known. Add them to data/columns/figures.toml."
            )
        kind = "survey" if line["Bron"].startswith(tuple(known["answers"])) else "register"
        if any(word in label.lower() for word in known["estimates"]):
            kind = "model estimate"
        about = " ".join(line["Definitie"].split())
        rows.append((line["Variabele"], label, unit, kind, line["THEMA"], about, line["format"]))
    return pd.DataFrame(rows, columns=list(area_figures.ITEM_COLUMNS))


def read(
    path: str | Path, variables: Iterable[str] | None = None, items: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read the BBGA csv as tidy figures.

    Parameters
    ----------
    path : str or Path
        The publisher's csv, or csv of the API.
    variables : iterable of str, optional
        Variables to keep, such as ``("LTHUISVOELEN_R", "LSOCCOH_R")``; by default all.
    items : DataFrame, optional
        From ``read_items`` on the metadata of the same edition; by default the embedded ones.

    Returns
    -------
    DataFrame
        ``area_figures.COLUMNS``; areas carry their code as name, since the csv has no names.
        Rows without a value are kept and missing.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form, a variable is not known, or the classes of
        origin do not add up to the inhabitants.
    """
    path, known = Path(path), _known()
    items = area_figures.load_items(SOURCE) if items is None else items
    rows = _rows(path, known)
    wanted = set(variables or rows["item"])
    for name in sorted(wanted):
        if name not in set(items["item"]) or not (rows["item"] == name).any():
            where = "the metadata" if name not in set(items["item"]) else path.name
            raise SourceFormatError(
                f"{path.name}, column 'variabele': {name!r} is not in {where}. "
                "Use file and metadata of one edition."
            )
    rows = rows[rows["item"].isin(wanted)]
    rows = rows.assign(value=_values(rows, path, items, known), unit_name=rows["unit_code"])
    rows["year"] = rows["year"].astype("int64")
    levels = {code: _level(code, known["levels"]) for code in rows["unit_code"].unique()}
    rows["level"] = rows["unit_code"].map(levels)
    table = area_figures.tidy(rows, items, SOURCE)
    _check_total(table, path, known)
    return table


def bounds(figures: pd.DataFrame, items: pd.DataFrame | None = None) -> pd.DataFrame:
    """What the true figure behind each printed one may be: columns ``lower`` and ``upper``.

    Parameters
    ----------
    figures : DataFrame
        From ``read``.
    items : DataFrame, optional
        As for ``read``.

    Returns
    -------
    DataFrame
        ``lower`` and ``upper`` by row, in the unit of the figure. A count of 5 is 1 to 5, a
        percentage of 90 is 90 to 100; another percentage or mark is off by half its last
        decimal, another count is exact.
    """
    items = area_figures.load_items(SOURCE) if items is None else items
    decimals = items.set_index("item")["place"].map(_known()["decimals"])
    value, count, share = figures["value"], figures["unit"] == "aantal", figures["unit"] == "%"
    half = (0.5 * 10.0 ** -figures["item"].map(decimals)).where(~count, 0)
    ends = pd.DataFrame({"lower": value - half, "upper": value + half})
    ends.loc[count & (value == 5), "lower"] = 1
    ends.loc[share & (value == 90), ["lower", "upper"]] = (90, 100)
    return ends


def read_code_changes(path: str | Path, old: Iterable[str], new: Iterable[str]) -> pd.DataFrame:
    """The buurten of 2015 beside those of 2022, and what became of each.

    Parameters
    ----------
    path : str or Path
        The list of codes of 2015 and 2022.
    old, new : iterable of str
        Every CBS code of a buurt in either division.

    Returns
    -------
    DataFrame
        Codes, CBS codes and names of both years and ``change``: "same name", "renamed", and for
        a buurt that the list lacks "redrawn" (only in 2015) or "new" (only in 2022). The list
        pairs one old with one new buurt; it does not tell what was split or merged into what.

    Raises
    ------
    SourceFormatError
        The list is not in this form, pairs a code twice, or names one that neither division has.
    """
    names = _known()["codes"]
    lines = read_lines(path, names, key=("BUURTCODE_CBS_2015",), extra=None)
    rows, seen, later = [], set(), set(new)
    for line in lines:
        cells = [line[name] for name in names]
        if cells[4] in seen or cells[4] not in later:
            raise line.bad("BUURTCODE_CBS_2022", "One buurt of 2022 for each line is needed.")
        seen.add(cells[4])
        rows.append([*cells, "same name" if cells[2] == cells[5] else "renamed"])
    paired = {row[1] for row in rows}
    rows += [["", code, "", "", "", "", "redrawn"] for code in sorted(set(old) - paired)]
    rows += [["", "", "", "", code, "", "new"] for code in sorted(later - seen)]
    return pd.DataFrame(rows, columns=[*map(str.lower, names), "change"])


def load_code_changes() -> pd.DataFrame:
    """The buurten of Amsterdam in 2015 beside those of 2022, as ``read_code_changes`` found them.

    Examples
    --------
    >>> load_code_changes()["change"].value_counts().to_dict()
    {'same name': 228, 'renamed': 211, 'new': 78, 'redrawn': 40}
    """
    text = catalogue.read_verified(CODES)
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def tables(metadata: Path, codes: Path, editions: tuple[Path, Path]) -> dict[str, str]:
    """The compiled variables of the BBGA and the change of codes, as text by file."""
    old, new = (_buurten(path) for path in editions)
    return {
        f"tables/{SOURCE}-items.csv": area_figures.items_text(read_items(metadata)),
        CODES: schema.to_text(read_code_changes(codes, old, new)),
    }


def _known() -> Mapping[str, Any]:
    """What is known of the variables beforehand."""
    return catalogue.read_register("columns/figures.toml", catalogue.data_folder())[SOURCE]


def _buurten(path: Path) -> set[str]:
    """Every code of a buurt that stands in a file with key figures."""
    return set(re.findall(r"\bBU0363\w{4}\b", schema.text_of(path)))


def _rows(path: Path, known: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of the csv under our names, as text, with the line as index."""
    text = schema.text_of(path)
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    try:
        frame = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except pd.errors.ParserError as cause:
        raise SourceFormatError(
            f"{path.name} has a row that is longer than its header ({cause}). Correct that line."
        ) from cause
    for at, line in enumerate(text.splitlines(), start=1):
        if line.strip() and line.count(separator) < len(frame.columns) - 1:
            raise SourceFormatError(
                f"{path.name}, line {at}: {line!r} is cut off. Complete it or fetch the file again."
            )
    names = {column.lower(): column for column in frame.columns}
    wanted = [
        next((names[name.lower()] for name in spellings if name.lower() in names), spellings[0])
        for spellings in known["columns"]
    ]
    extra = [column for column in frame.columns if column.lower() in known["extra"]]
    check_header(path, list(frame.columns), wanted, extra)
    rows = frame[wanted].set_axis(list(_COLUMNS), axis=1).set_axis(frame.index + 2)
    if rows.empty:
        raise SourceFormatError(f"{path.name} has a header but no rows. Fetch the file again.")
    return rows.apply(lambda column: column.str.strip())


def _values(
    rows: pd.DataFrame, path: Path, items: pd.DataFrame, known: Mapping[str, Any]
) -> pd.Series:
    """The values as numbers, missing where none is given; the first wrong row is refused."""
    text = rows["value"].replace({"NA": "", ".": ""})
    value = pd.to_numeric(text.where(text != ""), errors="coerce")
    labels = rows["item"].map(items.set_index("item")["label"]).str.lower()
    signed = labels.str.contains("|".join(known["below_zero"]))
    coded = value.isin([float(code) for code in SENTINELS])
    again = rows.duplicated(["year", "unit_code", "item"])
    for wrong, column, cure in (
        (~rows["year"].str.fullmatch(r"(19|20)\d\d"), "jaar", "A year is needed"),
        (again, "gebiedcode15", "The same year, area and variable stand on an earlier line"),
        (text.str.contains(","), "waarde", "This file writes decimals with a point"),
        ((text != "") & value.isna(), "waarde", "A number is needed"),
        (coded, "waarde", "That is a code for a secret or missing figure; leave it empty"),
        ((value < 0) & ~signed, "waarde", "A figure below 0 cannot be"),
    ):
        if wrong.any():
            first = rows[wrong.astype(bool)].iloc[0]
            told = "; ".join(map(str, first[list(_COLUMNS)]))
            raise SourceFormatError(
                f"{path.name}, line {first.name}, column {column!r}: {told!r}. {cure}; correct it."
            )
    return value


def _level(code: str, levels: Mapping[str, str]) -> str:
    """The kind of area that a code names; postcodes and shopping areas are of no level here."""
    return next((name for name, form in levels.items() if re.fullmatch(form, code)), "overig")


def _check_total(table: pd.DataFrame, path: Path, known: Mapping[str, Any]) -> None:
    """Refuse classes of origin that do not add up to the inhabitants, but for the rounding to 5."""
    names = [*known["parts"], known["total"]]
    wide = table[table["item"].isin(names)].pivot_table(
        index=["unit_code", "year"], columns="item", values="value"
    )
    if not set(names) <= set(wide.columns):
        return
    parts = wide.dropna()[known["parts"]]
    gap = (parts.sum(axis=1) - wide.dropna()[known["total"]]).abs()
    odd = gap[gap > 4 * ((parts == 5).sum(axis=1) + 1)]
    if len(odd):
        unit, year = odd.index[0]
        raise SourceFormatError(
            f"{path.name}, column 'waarde': the classes of origin of {unit} in {year} are "
            f"{odd.iloc[0]:.0f} off {known['total']}. Correct the cell that is wrong."
        )
