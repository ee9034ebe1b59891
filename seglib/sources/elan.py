"""ELAN (LUMC, The Hague): origin shares per wijk, summed by them from CBS microdata.

A secondary source. Rounding as found: totals are multiples of 10; shares times total are multiples
of 5; the smallest that is shown is 15. Numbers under 10 stand as 0 according to the source, and no
10 is ever shown, so 10 to 12 may stand as 0 or as 15. Bounds: 0 is 0 to 12, 15 is 10 to 17, any
other number 2 up or down. The three main classes of a wijk need not sum to its total.

``Nederland`` is their "Native Dutch", ``westers`` their "Western", ``overig niet-westers`` their
"Non-Western" less the four groups named. The old classes are kept through 2022.

Some wijken repeat another wijk in every column and year (``find_copies``); the persons in them
would count twice. The compiled table holds them as they came, the loader leaves them out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from seglib.sources import schema
from seglib.sources.places import gemeente_name
from seglib.sources.raw_cells import read_lines

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
CBS_2015 = ("Marokko", "Turkije", "Suriname", "Antillen", "westers")
NAMED = ("Marokko", "Turkije", "Suriname", "Antillen")
# Three classes, each 12 off at most, and a total that is 5 off.
SUM_SLACK = 41
# Four groups 2 off at most where they are shown, and their total 12 where it is not.
GROUPS_SLACK = 20
OTHERS = "overig niet-westers"


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
    shares = (*COLUMN_OF_GROUP.values(), NON_WESTERN)
    needed = ("WKC", "GMN", "Wijknaam", "YEAR", "Total_Population", *shares)
    lines = read_lines(path, needed, key=("WKC", "YEAR"), extra=None)
    return schema.tidy([row for line in lines for row in _unit_rows(line)])


def find_copies(table: pd.DataFrame) -> dict[str, str]:
    """Wijken with the figures of another one in every year: code to the other code.

    Which of the two is the copy, the figures cannot tell; it is declared in ``sources.toml``.
    Here the later code is called the copy of the earlier one.
    """
    figures = ["year", "group", "share", "denominator"]
    seen: dict[tuple, str] = {}
    copies = {}
    for unit, rows in table.sort_values(["unit_code", "year", "group"]).groupby("unit_code"):
        mark = tuple(rows[figures].itertuples(index=False, name=None))
        if mark in seen:
            copies[str(unit)] = seen[mark]
        seen.setdefault(mark, str(unit))
    return copies


def wijken_2015(printed: pd.DataFrame, gemeenten: tuple[str, ...]) -> pd.DataFrame:
    """Inhabitants and persons by group in 2015 by wijk, from the buurten of the official map.

    ``printed`` is as ``cbs_map.read`` gives it. Percentages are whole, so persons are known to
    about half a percent of each buurt.
    """
    here = printed[("GM" + printed["unit_code"].str[2:6]).isin(gemeenten)]
    found = here[list(CBS_2015)].mul(here["inhabitants"], axis=0) / 100
    found.insert(0, "total", here["inhabitants"])
    return found.groupby("WK" + here["unit_code"].str[2:8]).sum()


def compare_with_cbs_2015(
    table: pd.DataFrame, official: pd.DataFrame, copies: dict[str, str], unmatched: tuple[str, ...]
) -> pd.DataFrame:
    """This source beside CBS in 2015: one row for each wijk, then one for each gemeente.

    ``official`` is what ``wijken_2015`` gives. Wijken in ``copies`` repeat another and do not
    count in their gemeente; the wijk codes of gemeenten in ``unmatched`` mean other areas on the
    map of 2015, so these are compared as a whole only. ``remark``: copy, older division, other
    people (total more than 15 % off or a share more than 3 points), or empty.
    """
    ours = table[table["year"] == 2015]
    persons = ours["share"].astype(float) * ours["denominator"].astype(float)
    wide = persons.groupby([ours["unit_code"], ours["group"]]).sum().unstack("group")
    wide["total"] = ours.groupby("unit_code")["denominator"].first().astype(float)
    names = ours.groupby("unit_code")["unit_name"].first()
    rows = []
    for unit in wide.index:
        theirs = None if f"GM{unit[2:6]}" in unmatched else official.loc[unit]
        remark = "older division" if theirs is None else ""
        remark = f"copy of {copies[unit]}" if unit in copies else remark
        rows.append(_beside("wijk", unit, names[unit], wide.loc[unit], theirs, remark))
    once = wide.drop(index=list(copies))
    for code in sorted({f"GM{unit[2:6]}" for unit in wide.index}):
        mine = once[once.index.str[2:6] == code[2:]].sum()
        theirs = official[official.index.str[2:6] == code[2:]].sum()
        rows.append(_beside("gemeente", code, gemeente_name(code), mine, theirs, ""))
    return pd.DataFrame(rows)


def _beside(level, code, name, ours, theirs, remark) -> dict[str, object]:
    """One row of the comparison."""
    counted = theirs is not None and theirs["total"] > 0
    row = {"level": level, "unit_code": code, "unit_name": name, "elan": int(ours["total"])}
    row["cbs"] = "" if theirs is None else int(theirs["total"])
    row["ratio"] = f"{ours['total'] / theirs['total']:.2f}" if counted else ""
    gaps = [0.0]
    for group in CBS_2015:
        mine = 100 * ours[group] / ours["total"]
        row[f"{group} elan"] = f"{mine:.1f}"
        row[f"{group} cbs"] = ""
        if counted:
            official = 100 * theirs[group] / theirs["total"]
            row[f"{group} cbs"] = f"{official:.1f}"
            gaps.append(abs(mine - official))
    if counted and not remark:
        far = not 0.85 <= ours["total"] / theirs["total"] <= 1.15
        remark = "other people" if far or max(gaps) > 3 else ""
    return row | {"remark": remark}


def _unit_rows(line: schema.Line) -> list[dict]:
    """The seven tidy rows of one wijk in one year."""
    code, year, total = line["WKC"], line.whole("YEAR"), line.whole("Total_Population")
    columns = (*COLUMN_OF_GROUP.values(), NON_WESTERN)
    counts = {column: _count(line, column, total) for column in columns}
    _check_sums(line, counts, total)
    ranges = {group: _range(counts[column]) for group, column in COLUMN_OF_GROUP.items()}
    ranges[OTHERS] = _range_of_others(_range(counts[NON_WESTERN]), ranges)
    printed = {group: line[column] for group, column in COLUMN_OF_GROUP.items()}
    printed[OTHERS] = repr(max(_others(counts), 0) / total) if total else "0.0"
    head = schema.row(SOURCE, "wijk", code, _name(line), year, gemeente=f"GM{code[2:6]}")
    head["denominator"] = total
    return [
        head
        | {"group": group, "share": printed[group]}
        | dict(zip(("lower", "upper"), ranges[group], strict=True))
        for group in schema.GROUPS
    ]


def _check_sums(line: schema.Line, counts: dict[str, int], total: int) -> None:
    """The three main classes make the total, and four groups fit in theirs, but for rounding."""
    main = (COLUMN_OF_GROUP["Nederland"], COLUMN_OF_GROUP["westers"], NON_WESTERN)
    gap = total - sum(counts[column] for column in main)
    if abs(gap) > SUM_SLACK:
        raise line.wrong(
            f"the three main classes of {line['WKC']} are {gap} persons off its total of {total}; "
            f"rounding explains {SUM_SLACK}. Correct them."
        )
    if _others(counts) < -GROUPS_SLACK:
        cure = "It is smaller than the four groups in it; correct one of them."
        raise line.bad(NON_WESTERN, cure)


def _others(counts: dict[str, int]) -> int:
    """Non-western persons outside the four groups that have a name."""
    return counts[NON_WESTERN] - sum(counts[COLUMN_OF_GROUP[group]] for group in NAMED)


def _range_of_others(
    non_western: tuple[int, int], ranges: dict[str, tuple[int, int]]
) -> tuple[int, int]:
    """What the remainder may be: each bound less the opposite bounds of the four groups."""
    lower = non_western[0] - sum(ranges[group][1] for group in NAMED)
    upper = non_western[1] - sum(ranges[group][0] for group in NAMED)
    return max(lower, 0), max(upper, 0)


def _count(line: schema.Line, column: str, total: int) -> int:
    """The multiple of 5 that a printed share stands for."""
    share = line.exact(column)
    if share > 1:
        raise line.bad(column, "A share of 0 to 1 is needed; divide it by 100.")
    count = round(float(share) * total)
    if abs(float(share) * total - count) > 1e-6 or count % 5:
        cure = f"Times the total of {total} it is no multiple of 5; use the file with all decimals."
        raise line.bad(column, cure)
    return count


def _range(count: int) -> tuple[int, int]:
    """What a printed number may stand for (the rule of this module)."""
    if count == 0:
        return 0, 12
    return (10, 17) if count == 15 else (max(count - 2, 0), count + 2)


def _name(line: schema.Line) -> str:
    """The name without its number; where there is only a number, the gemeente goes before it."""
    found = re.fullmatch(r"(Wijk \d\d)\s*(.*)", line["Wijknaam"])
    if not found:
        return line["Wijknaam"]
    return found[2] or f"{line['GMN']} {found[1].lower()}"
