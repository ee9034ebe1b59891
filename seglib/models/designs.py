"""Designs that look for an effect of the area on persons: what each compares, and how surely.

Columns may be products of two, written ``"first:second"``. A column of truths counts as 0 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from seglib.models.solving import (
    codes,
    column,
    solve,
    solve_random_intercepts,
    summed,
    table,
    ties,
    told,
)
from seglib.result import Estimate, Estimates


def slope(
    frame: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    controls: Sequence[str] = (),
    clusters: str | None = None,
) -> Estimate:
    """Slope of an outcome on a predictor, the controls held equal: who differs, not what follows.

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome, predictor : str
        Columns of numbers.
    controls : sequence of str
        Columns of numbers.
    clusters : str, optional
        Column of areas or families within which errors may go together.

    Returns
    -------
    Estimate
        In the unit of the outcome for a unit of the predictor.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        The predictor follows from the controls, or there are too few rows.
    """
    x = table(frame, [predictor, *controls])
    found = solve(column(frame, outcome), x, clusters=ties(frame, clusters))
    how = f"least squares, errors by {clusters}" if clusters else "least squares, HC1"
    return told(found, 1, (outcome, predictor), how, len(x))


def random_intercepts(
    frame: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    areas: str,
    controls: Sequence[str] = (),
) -> Estimate:
    """Slope in a multilevel model: each area has a level of its own, drawn from a normal.

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome, predictor : str
        Columns of numbers.
    areas : str
        Column of the areas.
    controls : sequence of str
        Columns of numbers.

    Returns
    -------
    Estimate
        Fitted by restricted maximum likelihood; interval from t with areas less 1 degrees.

    Raises
    ------
    ParameterError
        A column is not in the frame.

    References
    ----------
    Snijders and Bosker (2012), Multilevel Analysis, 2nd edition, section 4.7.
    """
    x = table(frame, [predictor, *controls])
    found = solve_random_intercepts(column(frame, outcome), x, codes(frame, areas))
    how = f"random intercepts by {areas}, restricted maximum likelihood"
    return told(found.solution, 1, (outcome, predictor), how, len(x))


def share_between(
    frame: pd.DataFrame, outcome: str, *, areas: str, controls: Sequence[str] = ()
) -> Estimate:
    """Share of the variance of an outcome that lies between areas (intraclass correlation).

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome : str
        Column of numbers.
    areas : str
        Column of the areas.
    controls : sequence of str
        Columns of numbers: what they tell is taken off before the rest is shared out.

    Returns
    -------
    Estimate
        0 where areas are alike but for chance, 1 where all of an area are alike.

    Raises
    ------
    ParameterError
        A column is not in the frame.

    References
    ----------
    Snijders and Bosker (2012), Multilevel Analysis, 2nd edition, section 3.3.
    """
    x = table(frame, controls)
    found = solve_random_intercepts(column(frame, outcome), x, codes(frame, areas))
    value, low, high = (ratio / (1 + ratio) for ratio in found[1:])
    return Estimate(
        "ICC",
        value,
        (outcome, areas),
        len(x),
        low=low,
        high=high,
        method="restricted maximum likelihood, profile",
        estimand="model",
    )


def fixed_effects(
    frame: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    controls: Sequence[str] = (),
    clusters: str = "area",
) -> Estimate:
    """Slope of the change of an outcome on the change of a predictor: what stays is lost.

    Parameters
    ----------
    frame : DataFrame
        A row for each person; the wave before is in columns of the same name with ``_before``.
    outcome, predictor : str
        Columns of numbers.
    controls : sequence of str
        Columns of numbers, of which the change is held equal.
    clusters : str
        Column of areas; errors of persons who share one in either wave may go together.

    Returns
    -------
    Estimate
        For two waves the same as fixed effects of person and wave.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        Nobody's predictor changes, or it follows from the controls.
    """
    names = [outcome, predictor, *controls]
    change = table(frame, names) - table(frame, [f"{name}_before" for name in names])
    x = np.column_stack([np.ones(len(change)), change[:, 2:]])
    areas = np.stack([column(frame, f"{clusters}{wave}") for wave in ("", "_before")], axis=1)
    numbered = np.unique(areas, return_inverse=True)[1].reshape(areas.shape)
    found = solve(change[:, 1], x, clusters=numbered)
    return told(found, 1, (outcome, predictor), "fixed effects of person and wave", len(x))


def siblings(
    frame: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    family: str = "family",
    controls: Sequence[str] = (),
) -> Estimate:
    """Slope among the children of one family: what siblings share is lost.

    Parameters
    ----------
    frame : DataFrame
        A row for each child.
    outcome, predictor : str
        Columns of numbers.
    family : str
        Column of the family.
    controls : sequence of str
        Columns of numbers.

    Returns
    -------
    Estimate
        Within families; errors may go together in a family.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        Siblings do not differ in the predictor.
    """
    families = codes(frame, family)
    both = table(frame, [outcome, predictor, *controls])[:, 1:]
    within = both - (summed(both, families) / np.bincount(families)[:, None])[families]
    found = solve(within[:, 0], within[:, 1:], clusters=families)
    return told(found, 0, (outcome, predictor), f"within {family}", len(within))


def instrumented(
    frame: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    instruments: Sequence[str],
    *,
    controls: Sequence[str] = (),
    clusters: str | None = None,
) -> Estimate:
    """Slope on the first predictor, moved by instruments alone (two-stage least squares).

    Parameters
    ----------
    frame : DataFrame
        A row for each person.
    outcome : str
        Column of numbers.
    predictors, instruments : sequence of str
        Columns of numbers; at least as many instruments as predictors.
    controls : sequence of str
        Columns of numbers.
    clusters : str, optional
        Column within which errors may go together.

    Returns
    -------
    Estimate
        In the unit of the outcome for a unit of the first predictor.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        The instruments do not move the predictors.
    """
    x, z = (table(frame, [*names, *controls]) for names in (predictors, instruments))
    found = solve(column(frame, outcome), x, instruments=z, clusters=ties(frame, clusters))
    how = f"two-stage least squares on {', '.join(instruments)}"
    return told(found, 1, (outcome, predictors[0]), how, len(x))


def lottery(
    frame: pd.DataFrame, outcome: str, *, won: str, moved: str, clusters: str | None = None
) -> Estimates:
    """What winning does (ITT), how many winners it moves, and what the move does to them (LATE).

    Parameters
    ----------
    frame : DataFrame
        A row for each person who took part.
    outcome : str
        Column of numbers.
    won, moved : str
        Columns of truths.
    clusters : str, optional
        Column within which errors may go together, the family's say.

    Returns
    -------
    Estimates
        Under "ITT", "compliance" and "LATE", the last being the first over the second.

    Raises
    ------
    ParameterError
        A column is not in the frame.
    UndefinedMeasureError
        Winning moves nobody, or all or none have won.

    References
    ----------
    Imbens and Angrist (1994), Econometrica 62(2), 467-475.

    Examples
    --------
    >>> frame = pd.DataFrame({"won": [1, 1, 0, 0, 0], "moved": [1, 0, 0, 0, 0]})
    >>> found = lottery(frame.assign(y=[9, 5, 5, 3, 4]), "y", won="won", moved="moved")
    >>> {name: round(one.value, 3) for name, one in found.items()}
    {'ITT': 3.0, 'compliance': 0.5, 'LATE': 6.0}
    """
    itt, compliance = (slope(frame, y, won, clusters=clusters) for y in (outcome, moved))
    x, z = table(frame, [moved]), table(frame, [won])
    found = solve(column(frame, outcome), x, instruments=z, clusters=ties(frame, clusters))
    found.coefficients[1] = itt.value / compliance.value  # the same, to the last bit
    late = told(found, 1, (outcome, moved), "intention to treat over compliance", len(x))
    return Estimates({"ITT": itt, "compliance": compliance, "LATE": late}, "effect")
