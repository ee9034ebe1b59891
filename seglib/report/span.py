"""What a notebook says of change is left out where its place has one year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from seglib.errors import SeglibError
from seglib.sources.load import load_series

SEVERAL_YEARS, ONE_YEAR = "series", "one-year"  # tags of cells


def for_its_years(
    nb: NotebookNode, parameters: Mapping[str, Any]
) -> tuple[NotebookNode, list[int]]:
    """A copy of a notebook with the cells that suit the years of its place, and those years.

    A notebook asks for it by ``seglib.years = "series"`` in its metadata; it then loads what
    ``load_series`` gives for its parameters place, years and level. With one year its cells tagged
    ``series`` are emptied, with several those tagged ``one-year``. An emptied cell keeps its place,
    so that a cell has the number that its author sees; a description ``seglib.one-year`` takes the
    place of the other. With ``seglib.years = "year"`` the year is its parameter of that name,
    unless newer figures are asked for. Years are empty where the notebook does not ask, or where
    its place cannot be loaded: then it says so itself when it runs.
    """
    nb = nbformat.from_dict(nb)
    asked = nb.metadata.get("seglib", {}).get("years")
    if asked == "year" and not parameters.get("newest"):
        return nb, [parameters["year"]]
    if asked != "series":
        return nb, []
    place, years, level = (parameters.get(name) or None for name in ("place", "years", "level"))
    try:
        found = sorted(load_series(place, years, level=level))
    except SeglibError:
        return nb, []
    unfit = ONE_YEAR if len(found) > 1 else SEVERAL_YEARS
    about = nb.metadata["seglib"]
    if unfit == SEVERAL_YEARS and ONE_YEAR in about:
        about["description"] = about[ONE_YEAR]
    for number, cell in enumerate(nb.cells):
        if unfit in cell.metadata.get("tags", []):
            nb.cells[number] = nbformat.v4.new_raw_cell(metadata={"tags": cell.metadata["tags"]})
    return nb, found
