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

from seglib.sources import schema
from seglib.sources.raw_cells import read_lines

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
    columns = tuple(COLUMN_OF_GROUP.values())
    needed = ("bc_code", "bc_name", "year_BCvars", *columns)
    smallest: dict[str, dict[int, int]] = {}
    rows = []
    for line in read_lines(path, needed, key=("bc_code", "year_BCvars"), extra=None):
        year, code = line.whole("year_BCvars"), unit_code(line["bc_code"])
        printed = _seven_shares(line)
        if None not in printed.values():
            denominator = smallest_denominator([line[column] for column in columns])
            if denominator is None:
                raise line.wrong(
                    f"the seven shares of {code} in {year} are not whole parts of one number up "
                    f"to {LARGEST_UNIT}. Use the file with all decimals."
                )
            smallest.setdefault(code, {})[year] = denominator
        rows += _rows(PANEL, "buurtcombinatie", code, line["bc_name"], year, printed)
    for row in rows:
        if row["share"]:
            years, year = smallest[row["unit_code"]], row["year"]
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
    needed = ("bc_code", "bc_name", "year", "population", *COLUMN_OF_GROUP.values())
    lines = read_lines(path, needed, key=("bc_code", "year"), extra=None, encoding="mac_roman")
    rows = []
    for line in lines:
        code, year, population = line["bc_code"], line.whole("year"), line.whole("population")
        shares = {group: line.exact(column) for group, column in COLUMN_OF_GROUP.items()}
        summed = sum(shares.values())
        if abs(summed - 100) > 1:
            raise line.wrong(
                f"the seven shares of {code} sum to {summed} %, more than 1 point from 100. "
                "Correct the row."
            )
        made = _rows(WIJKEN_2016, "wijk", code, line["bc_name"], year, shares)
        rows += [row | {"denominator": population} for row in made]
    return schema.tidy(rows)


def _seven_shares(line: schema.Line) -> dict[str, Decimal | None]:
    """The printed percentages of one row by group: all seven or none."""
    printed = {
        group: line.exact(column, missing=("", "NA")) for group, column in COLUMN_OF_GROUP.items()
    }
    gaps = [group for group, value in printed.items() if value is None]
    if 0 < len(gaps) < len(printed):
        cure = "The other groups have a figure; give all seven or none."
        raise line.bad(COLUMN_OF_GROUP[gaps[0]], cure)
    return printed


def _rows(
    source: str, level: str, code: str, name: str, year: int, printed: Mapping[str, Decimal | None]
) -> list[dict]:
    """Seven tidy rows; a printed percentage becomes a share by moving its decimal point."""
    head = schema.row(source, level, code, name, year, stadsdeel=code[0], gemeente="GM0363")
    shares = {
        group: "" if value is None else format(value.scaleb(-2), "f")
        for group, value in printed.items()
    }
    return [head | {"group": group, "share": share} for group, share in shares.items()]
