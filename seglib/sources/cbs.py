"""Statistics Netherlands (CBS), Kerncijfers wijken en buurten: a StatLine export with counts.

Rounding as found. Counts of wijken and buurten are printed as multiples of 5, and a printed 0 may
be a small or secret number. Rounding to the nearest cannot explain the two editions: in 2017 the
inhabitants are rounded down (inhabitants less men less women is never below 0), and the five
non-western groups differ from their own total by up to 15, where the nearest multiples allow 12.
So the bounds take a whole step: the true number is less than 5 away from what is printed. The
Dutch group is not printed; it is inhabitants less western less non-western, hence three steps.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import schema

SOURCE = "cbs-kwb-amsterdam"
STEP = 5
SLACK = STEP - 1

_PERSONS = "Bevolking.Personen.met.een.migratieachtergrond."
CODE = "Regioaanduiding.Codering..code."
NAME = "Wijken.en.buurten"
LEVEL = "Regioaanduiding.Soort.regio..omschrijving."
INHABITANTS = "Bevolking.Aantal.inwoners..aantal."
WESTERN = _PERSONS + "Westers.totaal..aantal."
NON_WESTERN = _PERSONS + "Niet.westers.Niet.westers.totaal..aantal."
COLUMN_OF_GROUP = {
    "Marokko": _PERSONS + "Niet.westers.Marokko..aantal.",
    "Turkije": _PERSONS + "Niet.westers.Turkije..aantal.",
    "Suriname": _PERSONS + "Niet.westers.Suriname..aantal.",
    "Antillen": _PERSONS + "Niet.westers.Nederlandse.Antillen.en.Aruba..aantal.",
    "overig niet-westers": _PERSONS + "Niet.westers.Overig.niet.westers..aantal.",
    "westers": WESTERN,
}
_LEVELS = {"Gemeente": "gemeente", "Wijk": "wijk", "Buurt": "buurt"}
_ABOVE = {"gemeente": (), "wijk": ("gemeente",), "buurt": ("wijk", "gemeente")}


def read(path: str | Path, year: int | None = None) -> pd.DataFrame:
    """Read one StatLine export as tidy rows for gemeente, wijken and buurten.

    Parameters
    ----------
    path : str or Path
        The export of one year.
    year : int, optional
        Year of the figures; by default the four digits in the file name.

    Returns
    -------
    DataFrame
        Tidy rows with ``persons``, ``lower`` and ``upper``; ``denominator`` holds the inhabitants
        as printed. Units without inhabitants stay in. A unit with a missing figure keeps
        empty cells. The gemeente is printed unrounded.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form, or a group is larger than its unit.
    """
    path = Path(path)
    if year is None:
        digits = re.findall(r"(?:19|20)\d\d", path.stem)
        if len(digits) != 1:
            raise SourceFormatError(
                f"The name of {path.name} does not tell its year. Give it: read(path, year=2017)."
            )
        year = int(digits[0])
    needed = (CODE, NAME, LEVEL, INHABITANTS, NON_WESTERN, *COLUMN_OF_GROUP.values())
    lines = schema.read_raw(path, needed, key=(CODE,))
    rows = []
    for line in lines:
        if line[LEVEL] in _LEVELS:
            rows += _unit_rows(line, year)
        elif line[LEVEL] != "Land":
            raise line.bad(LEVEL, "Land, Gemeente, Wijk or Buurt is needed; correct the cell.")
    return schema.tidy(rows)


def _unit_rows(line: schema.Line, year: int) -> list[dict]:
    """The seven tidy rows of one unit."""
    level, code = _LEVELS[line[LEVEL]], line[CODE]
    columns = (INHABITANTS, NON_WESTERN, *COLUMN_OF_GROUP.values())
    printed = {column: line.whole(column, missing=("", ".")) for column in columns}
    head = schema.row(SOURCE, level, code, line[NAME], year, **_parents(code, level))
    if None in printed.values():
        return [head | {"group": group} for group in schema.GROUPS]
    head["denominator"] = printed[INHABITANTS]
    slack = 0 if level == "gemeente" else SLACK
    for column, persons in printed.items():
        if persons > printed[INHABITANTS] + 2 * slack:
            cure = (
                f"That is more than the {printed[INHABITANTS]} inhabitants of {code} and "
                f"rounding explains at most {2 * slack}; correct one of the two."
            )
            raise line.bad(column, cure, persons)
    rows = [
        head | {"group": group} | _bounded(printed[column], slack)
        for group, column in COLUMN_OF_GROUP.items()
    ]
    dutch = printed[INHABITANTS] - printed[WESTERN] - printed[NON_WESTERN]
    return [head | {"group": "Nederland"} | _bounded(dutch, 3 * slack), *rows]


def _bounded(persons: int, slack: int) -> dict[str, int]:
    """Persons with the range that rounding leaves; a difference below 0 counts as 0."""
    low, printed, high = (max(persons + gap, 0) for gap in (-slack, 0, slack))
    return {"persons": printed, "lower": low, "upper": high}


def _parents(code: str, level: str) -> dict[str, str]:
    """What a unit nests in, read from its CBS code (GM 4, WK 4+2, BU 4+2+2)."""
    above = {"wijk": f"WK{code[2:8]}", "gemeente": f"GM{code[2:6]}"}
    return {name: above[name] for name in _ABOVE[level]}
