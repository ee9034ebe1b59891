"""Figures: finished results as accessible, repeatable drawings and tables."""

from seglib.figures.comparisons import changes, counterfactual
from seglib.figures.exposure import isolation
from seglib.figures.figure import Figure, Table
from seglib.figures.maps import area_map
from seglib.figures.parts import decomposition
from seglib.figures.provenance import beside_another, provenance
from seglib.figures.tables import table
from seglib.figures.trends import series

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
