"""What publishers do to small numbers, done to exact ones, to see how far an index moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import ParameterError, TableError
from seglib.synth.world import check_within
from seglib.table import Counts, CountTable

RULES = {
    "cbs counts": "persons to the nearest multiple of 5",
    "cbs percents": "whole percents of inhabitants to the nearest 5, secret below a threshold",
    "bbga counts": "1 to 4 persons printed as 5",
    "bbga percents": "whole percents of exact inhabitants, above 90 printed as 90",
}
STEP, HALF, CAP = 5, 2, 90
SECRET_BELOW = 50


def privacy(table: CountTable, rule: str, *, secret_below: int = SECRET_BELOW) -> CountTable:
    """A table as a publisher would print it, with the bounds that a reader can then give.

    Parameters
    ----------
    table : CountTable
        Exact persons.
    rule : str
        A name in RULES.
    secret_below : int
        Inhabitants below which "cbs percents" prints nothing of a unit, from 0 to 10,000.

    Returns
    -------
    CountTable
        ``counts`` as read from print, ``lower`` and ``upper`` around the exact persons; the rest
        as in ``table``. A secret unit holds the city's printed shares of its inhabitants, and
        each of its groups is between nobody and everyone.

    Raises
    ------
    TableError
        The table has bounds already.
    ParameterError
        There is no such rule, or the threshold is outside its range.

    Notes
    -----
    Halves are rounded up. A percentage p of N inhabitants is read as persons in
    ``[(p - 0.5) N, (p + 0.5) N) / 100``; with "cbs percents" N itself is up to 2 persons off.
    A printed 90 of BBGA may be any share from 89.5 %. Bounds hold for each cell by itself.

    Examples
    --------
    >>> exact = CountTable.from_counts([[3, 96], [40, 160]], groups=("a", "b"))
    >>> printed = privacy(exact, "bbga counts")
    >>> printed.counts.tolist(), printed.lower.tolist()
    ([[5, 96], [40, 160]], [[1, 96], [40, 160]])
    >>> privacy(exact, "bbga percents").counts.tolist()
    [[3, 89], [40, 160]]
    """
    if table.lower is not None or table.upper is not None:
        raise TableError(
            f"A rule needs exact persons, the table of {table.place or 'this place'} has bounds "
            "already. Take one without lower and upper."
        )
    if rule not in RULES:
        raise ParameterError(f"There is no rule {rule!r}. Choose one of {', '.join(RULES)}.")
    check_within(0, 10_000, secret_below=secret_below)
    exact, people = table.counts, table.unit_totals[:, None]
    if rule == "cbs counts":
        printed = to_step(exact)
        found = printed, (printed - HALF).clip(0), printed + HALF
    elif rule == "bbga counts":
        few = (exact > 0) & (exact <= STEP)
        printed = np.where(few, STEP, exact)
        found = printed, np.where(few, 1, exact), printed
    elif rule == "bbga percents":
        found = _as_read(whole_percents(exact, people), people, 0, CAP)
    else:
        about = to_step(people)
        found = _as_read(whole_percents(exact, people), about, HALF, 100)
        found = _with_secrets(found, about, (about < secret_below)[:, 0])
    return replace(table, counts=found[0], lower=found[1], upper=found[2])


def under_each_rule(
    measure: Callable[..., Any],
    table: CountTable,
    *args: Any,
    rules: Iterable[str] = tuple(RULES),
    secret_below: int = SECRET_BELOW,
) -> pd.DataFrame:
    """How far each rule moves a measure of one city.

    Parameters
    ----------
    measure : callable
        A registered measure with one number.
    table : CountTable
        Exact persons.
    *args
        For the measure: groups and the like.
    rules : iterable of str
        Names in RULES, by default all.
    secret_below : int
        As for :func:`privacy`.

    Returns
    -------
    pandas.DataFrame
        A row for each rule: rule, exact, printed, change (printed less exact, in the measure's
        unit) and cells_changed, the share of cells that read otherwise. All rows are marked as
        synthetic: no publisher printed these figures.

    Raises
    ------
    TableError, ParameterError
        As :func:`privacy`.
    UndefinedMeasureError
        A rule leaves a group without members.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> exact = CountTable.from_counts([[3, 97], [40, 160]], groups=("a", "b"))
    >>> frame = under_each_rule(dissimilarity, exact, "a", rules=["bbga counts"])
    >>> frame[["exact", "printed"]].round(4).values.tolist()
    [[0.3077, 0.2663]]
    """
    exact = measure(table, *args).value
    rows: list[dict[str, Any]] = []
    for rule in rules:
        printed = privacy(table, rule, secret_below=secret_below)
        value = measure(printed, *args).value
        row = {"rule": rule, "exact": exact, "printed": value, "change": value - exact}
        off = float((printed.counts != table.counts).mean())
        rows.append(row | {"cells_changed": off, "synthetic": True})
    return pd.DataFrame(rows)


def to_step(persons: Counts) -> Counts:
    """The nearest multiple of 5."""
    return (persons + HALF) // STEP * STEP


def whole_percents(exact: Counts, people: Counts) -> Counts:
    """Whole percents, half up; 0 where nobody lives."""
    return (200 * exact + people) // (2 * people).clip(1)


def _as_read(percents: Counts, about: Counts, slack: int, cap: int) -> tuple[Counts, ...]:
    """Persons, least and most, from percents of inhabitants that are up to ``slack`` off."""
    printed = np.minimum(percents, cap)
    fewest, most = (about - slack).clip(0), about + slack
    lower = -((1 - 2 * printed) * fewest // 200)
    upper = np.minimum(-(-(2 * printed + 1) * most // 200) - 1, most)
    lower = lower.clip(0)
    upper = np.where(printed == cap, most, upper.clip(lower))
    return ((printed * about + 50) // 100).clip(lower, upper), lower, upper


def _with_secrets(found: tuple[Counts, ...], about: Counts, secret: Any) -> tuple[Counts, ...]:
    """The same with nothing known of the secret units but their inhabitants."""
    counts, lower, upper = found
    city = counts[~secret].sum(axis=0)
    shares = city / city.sum() if city.any() else np.full(city.shape, 1 / city.size)
    counts, lower, upper = counts.copy(), lower.copy(), upper.copy()
    counts[secret] = np.rint(about[secret] * shares)
    lower[secret], upper[secret] = 0, about[secret] + HALF
    return counts, lower, upper
