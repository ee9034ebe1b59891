"""Statistics Netherlands (CBS): Kerncijfers wijken en buurten in every form they are published in.

Excel under the names CBS gave the files (``kwb-2003-versie-2011-08-16.xls`` to ``kwb-2023.xlsx``),
StatLine exports and StatLine OData. What a column is called in which edition stands in
``data/columns/kwb.toml``; what a printed figure leaves open in :mod:`seglib.sources.cbs_rounding`.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import catalogue, cbs_rounding, schema
from seglib.sources.workbook import read_workbook

SOURCE = "cbs-kwb-amsterdam"
COLUMNS = "columns/kwb.toml"
AREA = ("unit_code", "unit_name", "year", "measure", "inhabitants")
_DIGITS = {"gemeente": ("GM", 4), "wijk": ("WK", 6), "buurt": ("BU", 8)}
_BY_PREFIX = {prefix: level for level, (prefix, _) in _DIGITS.items()}
_ABOVE = {"gemeente": (), "wijk": ("gemeente",), "buurt": ("wijk", "gemeente")}
_HEADER_WITHIN = 12
_MEASURES = ("persons", "percent", "persons-2022", "percent-2022")
_WORKBOOKS = (".xls", ".xlsx")


def read(path: str | Path, year: int | None = None, source: str = SOURCE) -> pd.DataFrame:
    """Read one file of Kerncijfers wijken en buurten as tidy rows.

    Parameters
    ----------
    path : str or Path
        A workbook (``.xls``, ``.xlsx``) or StatLine export (``.csv``) of one year, as published.
    year : int, optional
        Year of the figures; by default the four digits in the file name.
    source : str
        Key that the rows carry.

    Returns
    -------
    DataFrame
        Tidy rows of gemeenten, wijken and buurten with ``persons``, ``lower`` and ``upper``;
        ``denominator`` holds the inhabitants as printed. Units without inhabitants stay in. A unit
        whose figures are missing or secret has no persons, and bounds of 0 and its inhabitants.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form, a group is larger than its unit, or parts
        do not add up to their total.
    SetupError
        The file is a workbook and the extra ``sources`` is not installed.
    """
    return tidy(read_printed(path, year), source)


def read_printed(path: str | Path, year: int | None = None) -> pd.DataFrame:
    """The same file as printed: one row a unit, sorted by code, NaN where no figure is given.

    Parameters
    ----------
    path : str or Path
        As for ``read``.
    year : int, optional
        As for ``read``.

    Returns
    -------
    DataFrame
        ``unit_code``, ``unit_name``, ``year``, ``measure`` ("persons" or "percent"),
        ``inhabitants`` and a column for each printed class.

    Raises
    ------
    SourceFormatError, SetupError
        As for ``read``.
    """
    path = Path(path)
    year = year_of(path) if year is None else year
    return printed(_cells(path, "inhabitants"), path, year)


def read_areas(path: Path, year: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells of another file of CBS about areas as text, and the areas themselves.

    The second frame has ``level``, ``unit_code``, ``unit_name`` and ``year``; rows are the same.
    """
    year = year_of(path) if year is None else year
    frame = _cells(path, "code")
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    area = _areas(frame, path, year, told, without="inhabitants")
    codes, kept = _codes(frame, area, "", told["levels"], path)
    frame = frame[kept]
    names = frame[area["name"]].str.strip()
    areas = pd.DataFrame({"level": "", "unit_code": codes, "unit_name": names, "year": year})
    return frame, areas.assign(level=areas["unit_code"].str[:2].map(_BY_PREFIX))


def missing(*, on_map: bool = False) -> list[str]:
    """What stands in a cell without a figure, on a map with the publisher's codes."""
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    return told["missing"] + (told["missing_on_the_map"] if on_map else [])


def from_odata(
    records: Iterable[Mapping[str, object]], properties: Iterable[Mapping[str, object]], year: int
) -> pd.DataFrame:
    """The same as printed, from what ``cbsodata`` gives for one table.

    Parameters
    ----------
    records : iterable of mappings
        ``cbsodata.get_data(table)``: one record an area.
    properties : iterable of mappings
        ``cbsodata.get_meta(table, "DataProperties")``: what a column counts stands in ``Unit``.
    year : int
        Year of the figures.

    Returns
    -------
    DataFrame
        As for ``read_printed``.

    Raises
    ------
    SourceFormatError
        As for ``read``.
    """
    units = {str(one["Key"]): str(one.get("Unit") or "") for one in properties}
    frame = pd.DataFrame(list(records)).astype(object)
    frame = frame.where(frame.notna(), "").map(schema.plain_cell)
    named = {key: f"{re.sub(r'_[0-9]+$', '', key)} {units.get(key, '')}" for key in frame}
    frame = frame.rename(columns=named)
    # Classes come first as totals, then once more by place of birth.
    frame = frame.loc[:, ~frame.columns.duplicated()]
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return printed(frame, Path(f"StatLine OData {year}"), year)


def printed(
    frame: pd.DataFrame, path: Path, year: int, *, level: str = "", on_map: bool = False
) -> pd.DataFrame:
    """Figures as printed from cells as text; the index holds the line numbers of the file.

    Area names and codes, classes and their measure are found by ``data/columns/kwb.toml``.
    ``level`` is that of all rows where the file does not say; ``on_map`` takes the codes of the
    Wijk- en Buurtkaart for secret figures as missing.
    """
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    places = {_plain(name): name for name in reversed(frame.columns)}
    measure, classes = _classes(told, places)
    area = _areas(frame, path, year, told, without="level" if level else "")
    for idea, column in classes.items():
        if column is None:
            raise _no_column(path, told[measure][idea][-1], frame.columns)
    for column in (*area.values(), *classes.values()):
        if list(frame.columns).count(column) > 1:
            cure = "Keep one of the two."
            raise SourceFormatError(f"{path.name}: column {column!r} stands there twice. {cure}")
    codes, kept = _codes(frame, area, level, told["levels"], path)
    frame = frame[kept]
    out = pd.DataFrame({"unit_code": codes, "unit_name": frame[area["name"]].str.strip()})
    out = out.assign(year=year, measure=measure.removesuffix("-2022"))
    for idea, column in {"inhabitants": area["inhabitants"], **classes}.items():
        out[idea] = _numbers(frame, column, path, missing(on_map=on_map))
    _check(out, frame, classes, path)
    return out.sort_values("unit_code").reset_index(drop=True)


def is_known(name: str) -> bool:
    """Whether the table of columns has this name."""
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    tables = (told[kind] for kind in ("area", *_MEASURES))
    return _plain(name) in {
        _plain(one) for ideas in tables for some in ideas.values() for one in some
    }


def tidy(figures: pd.DataFrame, source: str) -> pd.DataFrame:
    """Tidy rows, one for each unit and group, of figures as printed."""
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    found = cbs_rounding.cells(figures, told["percentages_from_inhabitants"])
    new = "Nederland" in figures
    groups = schema.GROUPS_2022 if new else schema.GROUPS
    figures = figures.reset_index(drop=True)
    rows = figures.loc[figures.index.repeat(len(groups)), ["unit_code", "unit_name", "year"]]
    level = rows["unit_code"].str[:2].map(_BY_PREFIX)
    parents = [
        schema.parents_text(**parents_of(code, its))
        for code, its in zip(rows["unit_code"], level, strict=True)
    ]
    rows = rows.assign(
        source=source,
        classification=schema.FROM_2022 if new else schema.UNTIL_2022,
        level=level,
        parents=parents,
        group=list(groups) * len(figures),
        denominator=figures["inhabitants"].repeat(len(groups)).to_numpy(),
        **{name: cell.ravel() for name, cell in found.items()},
    )
    return schema.tidy(rows)


def parents_of(code: str, level: str) -> dict[str, str]:
    """What a unit nests in, read from its CBS code (GM 4, WK 4+2, BU 4+2+2)."""
    above = {"wijk": f"WK{code[2:8]}", "gemeente": f"GM{code[2:6]}"}
    return {name: above[name] for name in _ABOVE[level]}


def year_of(path: Path) -> int:
    """The year in a file name; the date of a version behind it does not count."""
    digits = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.sub(r"-versie-.*", "", path.stem))
    if len(digits) != 1:
        raise SourceFormatError(
            f"The name of {path.name} does not tell its year. Give it: read(path, year=2017)."
        )
    return int(digits[0])


def _areas(
    frame: pd.DataFrame, path: Path, year: int, told: Mapping[str, dict], without: str
) -> dict[str, str]:
    """The columns with code, name, level and inhabitants of an area, but for one of these."""
    places = {_plain(name): name for name in reversed(frame.columns)}
    area = {idea: _named(names, places) for idea, names in told["area"].items() if idea != without}
    old = path.suffix.lower() in _WORKBOOKS
    by_place = next(
        (its for last, its in told["by_place"].items() if old and year <= int(last)), {}
    )
    for idea, position in by_place.items():
        # GM_CODE may stand beside the code of the area; files of distances have their own order.
        area[idea] = (without and area[idea]) or frame.columns[position]
    for idea, column in area.items():
        if column is None:
            raise _no_column(path, told["area"][idea][-1], frame.columns)
    return area


def _plain(name: object) -> str:
    """A column name by its letters and digits in lower case; % counts as a word."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower().replace("%", "percent"))


def _named(names: Sequence[str], places: Mapping[str, str]) -> str | None:
    """The column of a file that has one of these names."""
    return next((places[_plain(name)] for name in names if _plain(name) in places), None)


def _classes(
    told: Mapping[str, dict], places: Mapping[str, str]
) -> tuple[str, dict[str, str | None]]:
    """How the classes are measured, and the column of each; the measure with most columns."""
    found = {
        measure: {idea: _named(names, places) for idea, names in told[measure].items()}
        for measure in _MEASURES
    }
    most = max(found, key=lambda one: sum(column is not None for column in found[one].values()))
    return most, found[most]


def _cells(path: Path, idea: str) -> pd.DataFrame:
    """The cells of a file as text, under the header that has a column for this idea."""
    if path.suffix.lower() in _WORKBOOKS:
        sheets = read_workbook(path)
    else:
        text = schema.text_of(path)
        comma = text.count(",") >= text.count(";")
        sheets = [list(csv.reader(io.StringIO(text), delimiter="," if comma else ";"))]
    told = catalogue.read_register(COLUMNS, catalogue.data_folder())
    names = {_plain(name) for name in told["area"][idea]}
    for rows in sheets:
        for at, row in enumerate(rows[:_HEADER_WITHIN]):
            if names & {_plain(cell) for cell in row}:
                return _under_header(path, rows, at)
    return _under_header(path, sheets[0], 0)


def _under_header(path: Path, rows: Sequence[Sequence[str]], first: int) -> pd.DataFrame:
    """The cells below the header, indexed by line; StatLine's row of units goes into the names."""
    names = [str(cell).strip() for cell in rows[first]] if rows else []
    below = [str(cell).strip() for cell in rows[first + 1]] if len(rows) > first + 1 else []
    if "aantal" in below and len(below) == len(names):
        names = [f"{name} {unit}".strip() for name, unit in zip(names, below, strict=True)]
        names = [f"{name} ({at})" * (name in names[:at]) or name for at, name in enumerate(names)]
        first += 1
    body = {at: row for at, row in enumerate(rows[first + 1 :], start=first + 2) if any(row)}
    if not body:
        raise SourceFormatError(f"{path.name} has a header but no rows. Fetch the file again.")
    for at, row in body.items():
        if len(row) != len(names):
            raise SourceFormatError(
                f"{path.name}, line {at}: it has {len(row)} cells under {len(names)} columns. "
                "Correct the line, or fetch the file again."
            )
    return pd.DataFrame.from_dict(body, orient="index", columns=names, dtype=str)


def _no_column(path: Path, name: str, columns: Iterable[str]) -> SourceFormatError:
    """The error for a column that no name of the table finds."""
    nearest = difflib.get_close_matches(name, list(columns), n=1, cutoff=0.3)
    hint = f"; nearest is {nearest[0]!r}" if nearest else ""
    return SourceFormatError(
        f"{path.name} has no column {name!r}{hint}. Rename the column, or add its name to "
        f"data/{COLUMNS}."
    )


def _codes(
    frame: pd.DataFrame, area: Mapping[str, str], level: str, levels: Mapping[str, list], path: Path
) -> tuple[list[str], list[bool]]:
    """Code of each gemeente, wijk and buurt with its prefix, and which rows these are."""
    known = {_plain(word): its for its, words in levels.items() for word in words}
    codes, kept = [], []
    for line, code, word in zip(
        frame.index,
        frame[area["code"]],
        frame[area["level"]] if "level" in area else [level] * len(frame),
        strict=True,
    ):
        its = known.get(_plain(word))
        if its is None:
            cure = "Land, Gemeente, Wijk or Buurt is needed; correct the cell."
            raise schema.Line(path, line, {area["level"]: word}).bad(area["level"], cure)
        kept.append(its != "nothing")
        if kept[-1]:
            prefix, digits = _DIGITS[its]
            codes.append(prefix + code.strip().upper().removeprefix(prefix).zfill(digits))
    twins = pd.Series(codes, dtype=str).duplicated()
    if twins.any():
        at = int(np.argmax(twins))
        line = schema.Line(path, frame.index[np.flatnonzero(kept)[at]], {})
        cure = "The same key stands on an earlier line; keep one of the two."
        raise line.bad(area["code"], cure, codes[at])
    return codes, kept


def _numbers(frame: pd.DataFrame, column: str, path: Path, without: Sequence[str]) -> pd.Series:
    """A column as whole numbers from 0, NaN where the publisher gives none."""
    cells = frame[column].str.strip()
    absent = cells.isin(without)
    values = pd.to_numeric(cells.where(~absent), errors="coerce").astype("float64")
    for at in np.flatnonzero(~(absent | ((values >= 0) & (values % 1 == 0)))):
        schema.Line(path, frame.index[at], {column: cells.iloc[at]}).whole(column)
    return values


def _check(out: pd.DataFrame, frame: pd.DataFrame, classes: Mapping[str, str], path: Path) -> None:
    """No class above its unit, and parts that add up to their total, but for rounding."""
    above = cbs_rounding.too_large(out, out[list(classes)].to_numpy(dtype=np.float64))
    for at, of in np.argwhere(above)[:1]:
        column, code = list(classes.values())[of], out["unit_code"].iloc[at]
        line = schema.Line(path, frame.index[at], dict(frame.iloc[at]))
        raise line.bad(
            column,
            f"That is more than the {out['inhabitants'].iloc[at]:.0f} inhabitants of {code} and "
            f"rounding explains at most {2 * cbs_rounding.SLACK}; correct one of the two.",
        )
    for at in np.flatnonzero(cbs_rounding.parts_astray(out))[:1]:
        told = f"the classes of {out['unit_code'].iloc[at]} do not add up to their total. "
        raise schema.Line(path, frame.index[at], {}).wrong(told + "Correct one of them.")
