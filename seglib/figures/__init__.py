"""Figures: finished results as accessible, repeatable drawings and tables."""

from seglib.figures.curves import chance, profiles
from seglib.figures.figure import Figure, Table, table
from seglib.figures.levels import levels
from seglib.figures.maps import area_map
from seglib.figures.measured import measured
from seglib.figures.provenance import beside_another, provenance
from seglib.figures.race import race, scoreboard
from seglib.figures.rows import changes, counterfactual, decomposition
from seglib.figures.spread import spread
from seglib.figures.towns import towns
from seglib.figures.trends import isolation, series

__all__ = [
    "Figure",
    "Table",
    "area_map",
    "beside_another",
    "chance",
    "changes",
    "counterfactual",
    "decomposition",
    "isolation",
    "levels",
    "measured",
    "profiles",
    "provenance",
    "race",
    "scoreboard",
    "series",
    "spread",
    "table",
    "towns",
]
