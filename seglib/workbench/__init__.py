"""Workbench: look at one place or table from all sides, in numbers, figures and widgets."""

from seglib.workbench.assumption import SurveyError
from seglib.workbench.choice import Choice
from seglib.workbench.own_table import OwnTable, read_table
from seglib.workbench.panel import Panel, show
from seglib.workbench.view import View, look

__all__ = ["Choice", "OwnTable", "Panel", "SurveyError", "View", "look", "read_table", "show"]
