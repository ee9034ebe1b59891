"""Figures: finished results as accessible, repeatable drawings and tables."""

from seglib.figures.curves import chance, profiles
from seglib.figures.diagram import diagram
from seglib.figures.figure import Figure, Table, table
from seglib.figures.ladder import assumed, breaks, choices, slopes, specifications
from seglib.figures.levels import levels
from seglib.figures.maps import area_map
from seglib.figures.measured import measured
from seglib.figures.provenance import beside_another, provenance
from seglib.figures.race import race, scoreboard
from seglib.figures.rows import changes, counterfactual, decomposition
from seglib.figures.scan import composition, unevenness, voices
from seglib.figures.scatter import Axis, relation, together
from seglib.figures.spread import spread
from seglib.figures.towns import towns
from seglib.figures.trends import isolation, series

__all__ = [
    "Axis",
    "Figure",
    "Table",
    "area_map",
    "assumed",
    "beside_another",
    "breaks",
    "chance",
    "changes",
    "choices",
    "composition",
    "counterfactual",
    "decomposition",
    "diagram",
    "isolation",
    "levels",
    "measured",
    "profiles",
    "provenance",
    "race",
    "relation",
    "scoreboard",
    "series",
    "slopes",
    "specifications",
    "spread",
    "table",
    "together",
    "towns",
    "unevenness",
    "voices",
]
