"""Associations: a slope over areas as a number for a claim, with its leave-one-out range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglib.claims.quantity import Quantity
from seglib.result import Estimate


def association(
    name: str, slope: Estimate | Mapping[Any, Estimate], *, year: int | None = None, place: str = ""
) -> Quantity:
    """Make a slope a quantity of evidence.

    Parameters
    ----------
    name : str
        What the rule calls it, such as ``raw_slope``.
    slope : Estimate or Estimates
        A slope with its interval, or what ``leave_one_out`` gave: then its range counts too.
    year : int, optional
        The wave of the survey.
    place : str
        The town.

    Returns
    -------
    Quantity
        Of the outcome and the predictor of the slope.

    Examples
    --------
    >>> slope = Estimate("slope_sd", -0.6, ("home", "diversity"), low=-0.8, high=-0.4)
    >>> association("raw_slope", slope, year=2016).groups
    ('home', 'diversity')
    """
    facts: dict[str, Any] = {"years": (year,) if year else (), "place": place}
    if isinstance(slope, Mapping):
        facts |= {"leave_low": slope["lowest"].value, "leave_high": slope["highest"].value}
        slope = slope["whole"]
    return Quantity(
        name, slope.value, slope.low, slope.high, groups=slope.groups, reason=slope.reason, **facts
    )
