"""Statistics Netherlands (CBS), Nabijheid voorzieningen: how far amenities are, by area.

Distances (``AF_…``, kilometres over the road) and numbers within so many kilometres (``AV1_…``),
averages over the inhabitants of an area. They are figures about areas, not persons by group.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import cbs
from seglib.sources.schema import Line

SOURCE = "cbs-nabijheid"
_ITEM = re.compile(r"(AF|AV(\d+))_?[A-Z]|(Afstand tot|Aantal) ", re.IGNORECASE)
_NUMBER = re.compile(r"\d+([.,]\d+)?")


def read(path: str | Path, year: int | None = None) -> pd.DataFrame:
    """Read one workbook or StatLine export of Nabijheid voorzieningen.

    Parameters
    ----------
    path : str or Path
        The file as published.
    year : int, optional
        By default the four digits in the file name.

    Returns
    -------
    DataFrame
        A row for each unit and item: ``source``, ``level``, ``unit_code``, ``unit_name``,
        ``year``, ``item`` (the column as published), ``value`` (NaN where none is given), ``unit``
        ("km" or "number") and ``kind`` ("register").

    Raises
    ------
    SourceFormatError
        The file is not in this form, an area comes twice, or a cell is no number from 0.
    """
    path = Path(path)
    frame, areas = cbs.read_areas(path, year)
    items = [name for name in frame.columns if _ITEM.match(name)]
    if not items:
        raise SourceFormatError(
            f"{path.name} has no column of a distance or number (AF_…, AV1_…). "
            "Take the file of amenities."
        )
    values = frame[items].apply(lambda column: column.str.strip())
    wrong = ~(values.isin(cbs.missing()) | values.map(lambda cell: bool(_NUMBER.fullmatch(cell))))
    for name in values.columns[wrong.any()][:1]:
        at = int(wrong[name].to_numpy().argmax())
        line = Line(path, frame.index[at], {name: values[name].iloc[at]})
        raise line.bad(name, "A number from 0 is needed; correct the cell.")
    numbers = values.apply(lambda column: column.str.replace(",", "."))
    numbers = numbers.apply(pd.to_numeric, errors="coerce")
    long = areas.join(numbers).melt(list(areas), items, var_name="item", value_name="value")
    distance = long["item"].str.lower().str.startswith("af")
    return long.assign(
        source=SOURCE, unit=distance.map({True: "km", False: "number"}), kind="register"
    )[["source", *areas, "item", "value", "unit", "kind"]]
