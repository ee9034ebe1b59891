"""Onderzoek en Statistiek Amsterdam: origin shares per buurtcombinatie and per wijk.

The panel prints shares with all decimals and no population. Each share is a whole number of
persons over one whole number, so that number is known up to a whole factor. The smallest one is
kept as ``denominator``; nothing on disk says how many persons a group has.

Rule for the factor: where the smallest denominator of a year between two others is below 0.6 of
both its neighbours, it is multiplied by the whole number that brings it nearest to their
geometric mean. At the first and last year of a unit a low number cannot be told from growth,
so the factor there is 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import schema

PANEL = "ois-amsterdam-panel"
WIJKEN_2016 = "ois-amsterdam-2016"
COLUMN_OF_GROUP = {
    "Nederland": "imm_autoch",
    "Marokko": "imm_Mar",
    "Turkije": "imm_Tur",
    "Suriname": "imm_Sur",
    "Antillen": "imm_Ant",
    "overig niet-westers": "imm_otherNW",
    "westers": "imm_W",
}
# No buurtcombinatie, merged or not, has ever had this many inhabitants.
LARGEST_UNIT = 60_000
IMPLAUSIBLE = 0.6
# Percentages are printed with 13 decimals or 15 digits: as shares they are good to 1e-15.
PRINTED_TO = 1e-13


def unit_code(printed: str) -> str:
    """A merged code with every part written out: the panel prints E13+E12 as ``E13+12``."""
    first, *others = printed.split("+")
    return "+".join([first, *(part if part[0].isalpha() else first[0] + part for part in others)])


def smallest_denominator(percentages: list[str]) -> int | None:
    """Smallest whole number of which all percentages are whole parts; None where there is none.

    Two different fractions with denominators up to 60,000 lie more than 2.7e-10 apart, and a
    share must lie within 1e-13 of its own, so the fraction found is the only one.

    Examples
    --------
    >>> smallest_denominator(["25", "33.3333333333333", "41.6666666666667"])
    12
    >>> smallest_denominator(["25", "33.3", "41.6"]) is None
    True
    """
    shares = [float(cell) / 100 for cell in percentages]
    parts = [Fraction(share).limit_denominator(LARGEST_UNIT) for share in shares]
    found = math.lcm(*(part.denominator for part in parts))
    if found > LARGEST_UNIT or sum(parts) != 1:
        return None
    gaps = [abs(share - part) for share, part in zip(shares, parts, strict=True)]
    return found if max(gaps) < PRINTED_TO else None


def whole_factor(by_year: Mapping[int, int], year: int) -> int:
    """Factor that the rule of this module gives to the smallest denominator of one year.

    Examples
    --------
    >>> whole_factor({2009: 9218, 2013: 4459, 2017: 9413}, 2013)
    2
    >>> whole_factor({2005: 12930, 2009: 21043, 2013: 24858}, 2005)
    1
    """
    years = sorted(by_year)
    place = years.index(year)
    if place in (0, len(years) - 1):
        return 1
    before, after = by_year[years[place - 1]], by_year[years[place + 1]]
    if by_year[year] >= IMPLAUSIBLE * min(before, after):
        return 1
    return max(1, round(math.sqrt(before * after) / by_year[year]))


def read_panel(path: str | Path) -> pd.DataFrame:
    """Read the panel of 2005, 2009, 2013 and 2017 as tidy rows.

    Parameters
    ----------
    path : str or Path
        The file with columns bc_code, bc_name, year_BCvars and the seven ``imm_`` percentages.

    Returns
    -------
    DataFrame
        Tidy rows: ``share`` as printed, ``denominator`` by the rule of this module, no persons.
        A unit without figures keeps empty cells.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form.
    """
    path = Path(path)
    groups = COLUMN_OF_GROUP.values()
    raw = schema.read_raw(
        path, ("bc_code", "bc_name", "year_BCvars", *groups), key=("bc_code", "year_BCvars")
    )
    smallest: dict[str, dict[int, int]] = {}
    rows = []
    for record in raw.to_dict("records"):
        line = int(record["line"])
        year = schema.whole(record["year_BCvars"], path=path, line=line, column="year_BCvars")
        code = unit_code(record["bc_code"])
        printed = _seven_shares(record, path)
        if None not in printed.values():
            denominator = smallest_denominator([record[column] for column in groups])
            if denominator is None:
                raise SourceFormatError(
                    f"{path.name}, line {line}: the seven shares of {code} in {year} are not whole "
                    f"parts of one number up to {LARGEST_UNIT}. Use the file with all decimals."
                )
            smallest.setdefault(code, {})[year] = denominator
        rows += [
            _row(PANEL, "buurtcombinatie", code, record["bc_name"], year, group, value)
            for group, value in printed.items()
        ]
    for row in rows:
        years = smallest.get(row["unit_code"], {})
        if row["share"]:
            year = row["year"]
            row["denominator"] = years[year] * whole_factor(years, year)
    return schema.tidy(rows)


def read_2016(path: str | Path) -> pd.DataFrame:
    """Read the wijken of 2016 as tidy rows: shares to 0.1 %, population as denominator.

    Parameters
    ----------
    path : str or Path
        The file with columns bc_code, bc_name, year, population and the seven ``imm_``
        percentages, in the Mac Roman encoding that it came in.

    Returns
    -------
    DataFrame
        Tidy rows without persons.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form.
    """
    path = Path(path)
    needed = ("bc_code", "bc_name", "year", "population", *COLUMN_OF_GROUP.values())
    raw = schema.read_raw(path, needed, key=("bc_code", "year"), encoding="mac_roman")
    rows = []
    for record in raw.to_dict("records"):
        line = int(record["line"])
        population = schema.whole(
            record["population"], path=path, line=line, column="population", missing=()
        )
        year = schema.whole(record["year"], path=path, line=line, column="year", missing=())
        shares = {
            group: schema.number(record[column], path=path, line=line, column=column, missing=())
            for group, column in COLUMN_OF_GROUP.items()
        }
        if abs(sum(shares.values()) - 100) > 1:
            raise SourceFormatError(
                f"{path.name}, line {line}: the seven shares of {record['bc_code']} sum to "
                f"{sum(shares.values())} %, more than 1 point from 100. Correct the row."
            )
        rows += [
            _row(WIJKEN_2016, "wijk", record["bc_code"], record["bc_name"], year, group, share)
            | {"denominator": population}
            for group, share in shares.items()
        ]
    return schema.tidy(rows)


def _seven_shares(record: dict, path: Path) -> dict[str, Decimal | None]:
    """The printed percentages of one row by group: all seven or none."""
    line = int(record["line"])
    printed = {
        group: schema.number(
            record[column], path=path, line=line, column=column, missing=("", "NA")
        )
        for group, column in COLUMN_OF_GROUP.items()
    }
    gaps = [group for group, value in printed.items() if value is None]
    if 0 < len(gaps) < len(printed):
        column = COLUMN_OF_GROUP[gaps[0]]
        cure = "The other groups have a figure; give all seven or none."
        raise schema.bad_cell(path, line, column, record[column], cure)
    return printed


def _row(source, level, code, name, year, group, percentage) -> dict[str, object]:
    """One tidy row; the printed percentage becomes a share by moving its decimal point."""
    share = "" if percentage is None else format(percentage.scaleb(-2), "f")
    return {
        "source": source,
        "classification": schema.UNTIL_2022,
        "level": level,
        "unit_code": code,
        "unit_name": name,
        "parents": schema.parents_text(stadsdeel=code[0], gemeente="GM0363"),
        "year": year,
        "group": group,
        "share": share,
    }
