"""ELAN (LUMC, The Hague): origin shares per wijk, summed by them from CBS microdata.

A secondary source. Rounding as found: totals are multiples of 10; shares times total are multiples
of 5; the smallest that is shown is 15. Numbers under 10 stand as 0 according to the source, and no
10 is ever shown, so 10 to 12 may stand as 0 or as 15. Bounds: 0 is 0 to 12, 15 is 10 to 17, any
other number 2 up or down. The three main classes of a wijk need not sum to its total.

``Nederland`` is their "Native Dutch", ``westers`` their "Western", ``overig niet-westers`` their
"Non-Western" less the four groups named. The old classes are kept through 2022.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import schema

SOURCE = "elan-den-haag"
COLUMN_OF_GROUP = {
    "Nederland": "%_MajorEthnicity_Native Dutch",
    "Marokko": "%_MinorEthnicity_Marokko",
    "Turkije": "%_MinorEthnicity_Turkije",
    "Suriname": "%_MinorEthnicity_Suriname",
    "Antillen": "%_MinorEthnicity_Voormalige Nederlandse Antillen en Aruba",
    "westers": "%_MajorEthnicity_Western",
}
NON_WESTERN = "%_MajorEthnicity_Non-Western"
NAMED = ("Marokko", "Turkije", "Suriname", "Antillen")
# Three classes, each 12 off at most, and a total that is 5 off.
SUM_SLACK = 41


def read(path: str | Path) -> pd.DataFrame:
    """Read the yearly wijk panel as tidy rows.

    Parameters
    ----------
    path : str or Path
        The file with columns WKC, GMN, Wijknaam, YEAR, Total_Population and the origin shares.

    Returns
    -------
    DataFrame
        Tidy rows: ``share`` as printed (for ``overig niet-westers`` the remainder),
        ``denominator`` the total as printed, ``lower`` and ``upper`` by the rule of this module.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form.
    """
    path = Path(path)
    shares = (*COLUMN_OF_GROUP.values(), NON_WESTERN)
    needed = ("WKC", "GMN", "Wijknaam", "YEAR", "Total_Population", *shares)
    raw = schema.read_raw(path, needed, key=("WKC", "YEAR"))
    rows = []
    for record in raw.to_dict("records"):
        rows += _unit_rows(record, path)
    return schema.tidy(rows)


def _unit_rows(record: dict, path: Path) -> list[dict]:
    """The seven tidy rows of one wijk in one year."""
    line = int(record["line"])
    year, total = (
        schema.whole(record[column], path=path, line=line, column=column, missing=())
        for column in ("YEAR", "Total_Population")
    )
    counts = {
        column: _count(record, column, total, path)
        for column in (*COLUMN_OF_GROUP.values(), NON_WESTERN)
    }
    main = counts[COLUMN_OF_GROUP["Nederland"]], counts["%_MajorEthnicity_Western"]
    gap = total - sum(main) - counts[NON_WESTERN]
    if abs(gap) > SUM_SLACK:
        raise SourceFormatError(
            f"{path.name}, line {line}: the three main classes of {record['WKC']} in {year} are "
            f"{gap} persons off its total of {total}; rounding explains {SUM_SLACK}. Correct them."
        )
    ranges = {group: _range(counts[column]) for group, column in COLUMN_OF_GROUP.items()}
    others = counts[NON_WESTERN] - sum(counts[COLUMN_OF_GROUP[group]] for group in NAMED)
    if others < -(12 * len(NAMED) + 2):
        raise schema.bad_cell(
            path,
            line,
            NON_WESTERN,
            record[NON_WESTERN],
            "It is smaller than the four groups in it; correct one of them.",
        )
    others = max(others, 0)
    low, high = _range(counts[NON_WESTERN])
    ranges["overig niet-westers"] = (
        max(low - sum(ranges[group][1] for group in NAMED), 0),
        max(high - sum(ranges[group][0] for group in NAMED), 0),
    )
    printed = {group: record[column] for group, column in COLUMN_OF_GROUP.items()}
    printed["overig niet-westers"] = repr(others / total) if total else "0.0"
    return [
        {
            "source": SOURCE,
            "classification": schema.UNTIL_2022,
            "level": "wijk",
            "unit_code": record["WKC"],
            "unit_name": _name(record),
            "parents": schema.parents_text(gemeente=f"GM{record['WKC'][2:6]}"),
            "year": year,
            "group": group,
            "share": printed[group],
            "denominator": total,
            "lower": ranges[group][0],
            "upper": ranges[group][1],
        }
        for group in schema.GROUPS
    ]


def _count(record: dict, column: str, total: int, path: Path) -> int:
    """The multiple of 5 that a printed share stands for."""
    line = int(record["line"])
    share = schema.number(record[column], path=path, line=line, column=column, missing=())
    if share > 1:
        raise schema.bad_cell(
            path, line, column, record[column], "A share of 0 to 1 is needed; divide it by 100."
        )
    count = round(float(share) * total)
    if abs(float(share) * total - count) > 1e-6 or count % 5:
        raise schema.bad_cell(
            path,
            line,
            column,
            record[column],
            f"Times the total of {total} it is no multiple of 5; use the file with all decimals.",
        )
    return count


def _range(count: int) -> tuple[int, int]:
    """What a printed number may stand for (the rule of this module)."""
    if count == 0:
        return 0, 12
    return (10, 17) if count == 15 else (max(count - 2, 0), count + 2)


def _name(record: dict) -> str:
    """The name without its number; where there is only a number, the gemeente goes before it."""
    found = re.fullmatch(r"(Wijk \d\d)\s*(.*)", record["Wijknaam"])
    if not found:
        return record["Wijknaam"]
    return found[2] or f"{record['GMN']} {found[1].lower()}"
