"""Figures: finished results as accessible, repeatable drawings and tables."""

from seglib.figures.figure import Figure, Table, table
from seglib.figures.maps import area_map
from seglib.figures.provenance import beside_another, provenance
from seglib.figures.rows import changes, counterfactual, decomposition
from seglib.figures.trends import isolation, series

__all__ = [
    "Figure",
    "Table",
    "area_map",
    "beside_another",
    "changes",
    "counterfactual",
    "decomposition",
    "isolation",
    "provenance",
    "series",
    "table",
]
