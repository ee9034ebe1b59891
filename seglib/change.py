"""Change between two years: how much is the city's make-up, and how much is segregation?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import ConvergenceError, ParameterError, TableError, UndefinedMeasureError
from seglib.measures import isolation, mutual_information
from seglib.registry import kernel, measure_of
from seglib.result import ChangeDecomposition, Decomposition
from seglib.table import CountTable

Floats = NDArray[np.float64]
TOLERANCE = 1e-10
ARITHMETIC = "an exact breakdown of two counted tables; no interval was asked for"


@kernel
def _fit(seed: Any, rows: Any, columns: Any, tolerance: float, limit: int, out: Any) -> float:
    """Fill out with seed scaled to both margins; the largest relative gap of rows.

    Dual scaling: only a factor per row and per column is iterated. Every row and column with a
    positive margin holds something; rows and columns with margin 0 become 0.
    """
    n_rows, n_columns = seed.shape
    by_row, by_column = np.ones(n_rows), np.ones(n_columns)
    gap = np.inf
    for iteration in range(limit):
        gap = 0.0
        for row in range(n_rows):
            summed = 0.0
            for column in range(n_columns):
                summed += seed[row, column] * by_column[column]
            if rows[row] > 0.0:
                gap = max(gap, abs(by_row[row] * summed / rows[row] - 1.0))
                by_row[row] = rows[row] / summed
            else:
                by_row[row] = 0.0
        if iteration > 0 and gap < tolerance:  # columns were not yet fitted in the first round
            break
        for column in range(n_columns):
            summed = 0.0
            for row in range(n_rows):
                summed += seed[row, column] * by_row[row]
            by_column[column] = columns[column] / summed if columns[column] > 0.0 else 0.0
    for row in range(n_rows):
        for column in range(n_columns):
            out[row, column] = by_row[row] * seed[row, column] * by_column[column]
    return gap


def ipf(
    counts: ArrayLike,
    row_totals: ArrayLike,
    column_totals: ArrayLike,
    *,
    tolerance: float = TOLERANCE,
    max_iterations: int = 100_000,
) -> Floats:
    """Scale a table to other margins, keeping its odds ratios.

    Parameters
    ----------
    counts : array_like
        Persons or fractions of them, not negative, shape (n_rows, n_columns).
    row_totals, column_totals : array_like
        Wanted margins, shapes (n_rows,) and (n_columns,), with the same sum.
    tolerance : float
        Largest gap between a margin and what was wanted, as a share of the latter.
    max_iterations : int
        Rounds before giving up.

    Returns
    -------
    numpy.ndarray
        float64, same shape; empty cells stay empty.

    Raises
    ------
    ParameterError
        The margins do not fit the table or each other.
    ConvergenceError
        The margins were not met, most often because empty cells make that impossible.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444.

    Examples
    --------
    >>> ipf([[1, 1], [1, 3]], [10, 10], [10, 10]).sum(axis=0).round(6).tolist()
    [10.0, 10.0]
    """
    seed = np.array(counts, dtype=np.float64, order="C")
    rows = np.array(row_totals, dtype=np.float64)
    columns = np.array(column_totals, dtype=np.float64)
    _check_margins(seed, rows, columns)
    out = np.empty_like(seed)
    _fit(seed, rows, columns, tolerance, max_iterations, out)
    # measured on the answer itself: a factor that ran away would hide in the iteration
    gap = max(_gap(out.sum(axis=1), rows), _gap(out.sum(axis=0), columns))
    if not gap <= 10 * tolerance:
        n_empty = int((seed == 0).sum())
        raise ConvergenceError(
            f"Fitting a table of {seed.shape[0]} rows and {seed.shape[1]} columns to its margins "
            f"stopped after {max_iterations} rounds at a relative gap of {gap:.3g}, wanted is "
            f"{tolerance:g}; {n_empty} cells are empty. Merge small units or groups and try again."
        )
    return out


def difference(
    before: CountTable, after: CountTable, *, tolerance: float = TOLERANCE
) -> ChangeDecomposition:
    """Split the change of M into new and vanished units, both margins, and segregation proper.

    Parameters
    ----------
    before, after : CountTable
        Two years with the same groups; units are matched by code.
    tolerance : float
        Relative tolerance of the fit to margins.

    Returns
    -------
    ChangeDecomposition
        ``additions``, ``removals``, ``group_margin``, ``unit_margin``, ``structural`` and
        ``total`` in nats; the five add up to M after less M before.

    Raises
    ------
    TableError
        The groups differ.
    UndefinedMeasureError
        No unit has people in both years, or a table is empty.
    ConvergenceError
        The fit did not reach its tolerance.

    Notes
    -----
    Units and groups with people in one year only make up additions and removals. On what is
    left, each year's odds ratios are fitted to the other's margins; every part is the mean over
    both directions (Shapley), the two margins sharing theirs over both orders. An empty cell
    stays empty in the fit, and 0 log 0 = 0. Boundaries that changed must be made one first,
    else they show up as additions and removals.

    References
    ----------
    Elbers (2021), Sociological Methods and Research 52(1), doi 10.1177/0049124121986204.

    Examples
    --------
    >>> first = CountTable.from_counts([[40, 10], [10, 40]])
    >>> parts = difference(first, first.scaled(3))
    >>> abs(parts.total) < 1e-12, abs(parts.structural) < 1e-12
    (True, True)
    """
    m = measure_of(mutual_information).kernel
    values = mutual_information(before).value, mutual_information(after).value
    ours, theirs = common_ground(before, after)
    parts = margin_parts(ours, theirs, m, tolerance)
    shares = {
        "additions": values[1] - m(theirs),
        "removals": m(ours) - values[0],
        **parts,
    }
    return ChangeDecomposition(
        "M",
        shares,
        values[1] - values[0],
        n_units=len(ours),
        before=values[0],
        after=values[1],
        reason=ARITHMETIC,
        reason_code="arithmetic",
        place=before.place,
        years=(before.year, after.year),
        source=before.source,
    )


def common_ground(before: CountTable, after: CountTable) -> tuple[Floats, Floats]:
    """The units and groups that have people in both years, as float64 of one shape."""
    refuse_other_groups(before, after)
    row_of = {code: row for row, code in enumerate(after.units)}
    shared = [(row, row_of[code]) for row, code in enumerate(before.units) if code in row_of]
    first = before.counts[[row for row, _ in shared]].astype(np.float64)
    last = after.counts[[row for _, row in shared]].astype(np.float64)
    while True:
        rows = (first.sum(axis=1) > 0) & (last.sum(axis=1) > 0)
        columns = (first.sum(axis=0) > 0) & (last.sum(axis=0) > 0)
        if not rows.any() or not columns.any():
            raise UndefinedMeasureError(
                f"A change needs units with people in both years; of {before.n_units} and "
                f"{after.n_units} units none has. Bring both years on the same ground first."
            )
        if rows.all() and columns.all():
            return np.ascontiguousarray(first), np.ascontiguousarray(last)
        first, last = first[rows][:, columns], last[rows][:, columns]


def margin_parts(
    first: Floats, last: Floats, measure_kernel: Callable[[Floats], float], tolerance: float
) -> dict[str, float]:
    """Shapley shares of group margin, unit margin and structure, all cells on common ground."""
    tables = (first / first.sum(), last / last.sum())
    value: dict[tuple[int, int, int], float] = {}
    for odds in (0, 1):
        for unit in (0, 1):
            for group in (0, 1):
                rows, columns = tables[unit].sum(axis=1), tables[group].sum(axis=0)
                fitted = tables[odds]
                if (unit, group) != (odds, odds):
                    fitted = ipf(fitted, rows, columns, tolerance=tolerance)
                value[odds, unit, group] = measure_kernel(fitted)
    at = value.__getitem__
    both = [(a, b) for a in (0, 1) for b in (0, 1)]
    return {
        "group_margin": sum(at((odds, unit, 1)) - at((odds, unit, 0)) for odds, unit in both) / 4,
        "unit_margin": sum(at((odds, 1, group)) - at((odds, 0, group)) for odds, group in both) / 4,
        "structural": sum(at((1, side, side)) - at((0, side, side)) for side in (0, 1)) / 2,
    }


def margin_only(
    measure: Callable[..., Any], before: CountTable, after: CountTable, *args: Any, **options: Any
) -> float:
    """What a measure would have become had only the groups' sizes changed.

    Parameters
    ----------
    measure : callable
        A registered measure that gives one number.
    before, after : CountTable
        Every group keeps its spread over the units of ``before`` and gets its total of ``after``.
    *args, **options
        For the measure.

    Returns
    -------
    float
        The measure of that imagined table; compare it with the measure of ``before``.

    Raises
    ------
    TableError
        The groups differ.
    UndefinedMeasureError
        A group has people in ``after`` but none in ``before``, so it has no spread to keep.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> margin_only(dissimilarity, table, table.scaled(2), "a", "b")
    0.5
    """
    refuse_other_groups(before, after)
    entry = measure_of(measure)
    if entry.form == "local":
        raise ParameterError(
            f"margin_only needs a measure with one number, {entry.symbol} has one for each unit. "
            "Use mutual_information for the whole city."
        )
    columns = entry.columns(before, *args, **options)
    newcomers = (before.group_totals == 0) & (after.group_totals > 0)
    if newcomers.any():
        name = before.groups[int(newcomers.argmax())]
        raise UndefinedMeasureError(
            f"Group {name!r} has no people in the earlier table, so its spread over units is not "
            "known. Merge it with another group, or start at a later year."
        )
    growth = after.group_totals / np.maximum(before.group_totals, 1)
    return entry.evaluate(columns, before.counts * growth)


def isolation_change(before: CountTable, after: CountTable, group: str) -> Decomposition:
    """Split the change of a group's isolation into its share of the city and its unevenness.

    Parameters
    ----------
    before, after : CountTable
        Two years.
    group : str
        A name in both.

    Returns
    -------
    Decomposition
        ``share`` and ``evenness``, which add up to the change of xPx.

    Raises
    ------
    UnknownGroupError, UndefinedMeasureError
        The group is not there, has no members, or is the whole city.

    Notes
    -----
    With p the group's share, xPx = p + (1 - p) eta2, so eta2 = (xPx - p) / (1 - p). Each part is
    the mean over both orders (Shapley), which is exact for two factors.

    References
    ----------
    Shorrocks (2013), Journal of Economic Inequality 11(1), 99-126.

    Examples
    --------
    >>> table = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
    >>> isolation_change(table, table.scaled(2), "a").total
    0.0
    """
    (value_0, share_0, eta_0), (value_1, share_1, eta_1) = (
        _eta_squared(table, group) for table in (before, after)
    )
    parts = {
        "share": (share_1 - share_0) * (1 - (eta_0 + eta_1) / 2),
        "evenness": (eta_1 - eta_0) * (1 - (share_0 + share_1) / 2),
    }
    return Decomposition(
        "xPx",
        parts,
        value_1 - value_0,
        (group,),
        before.n_units,
        before=value_0,
        after=value_1,
        reason=ARITHMETIC,
        reason_code="arithmetic",
        place=before.place,
        years=(before.year, after.year),
        source=before.source,
    )


def refuse_other_groups(before: CountTable, after: CountTable) -> None:
    """Two tables of different groups cannot be compared."""
    if before.groups != after.groups:
        raise TableError(
            f"Both tables need the same groups in the same order; the earlier has "
            f"{', '.join(before.groups)}, the later {', '.join(after.groups)}. "
            "Use select_groups on each first."
        )


def _eta_squared(table: CountTable, group: str) -> tuple[float, float, float]:
    value = isolation(table, group).value
    share = float(table.shares[table.group_index(group)])
    if share == 1.0:
        raise UndefinedMeasureError(
            f"Isolation splits only where there are others; {group!r} is the whole table. "
            "Take a table with all groups."
        )
    return value, share, (value - share) / (1.0 - share)


def _check_margins(seed: Floats, rows: Floats, columns: Floats) -> None:
    if seed.ndim != 2 or (len(rows), len(columns)) != seed.shape:
        raise ParameterError(
            f"Margins need a total for each row and column of a table of shape {seed.shape}; "
            f"{len(rows)} and {len(columns)} came. Give them in the table's order."
        )
    for array in (seed, rows, columns):
        if not (np.isfinite(array).all() and (array >= 0).all()):
            raise ParameterError(
                f"Fitting needs numbers from 0, {array.min():g} came. Mend the table or margins."
            )
    if not abs(rows.sum() - columns.sum()) <= 1e-9 * rows.sum():
        raise ParameterError(
            f"Both margins need the same sum; rows add up to {rows.sum():.12g}, columns to "
            f"{columns.sum():.12g}. Give both as shares, or scale one."
        )
    for summed, wanted, what in ((seed.sum(1), rows, "row"), (seed.sum(0), columns, "column")):
        empty = (summed == 0) & (wanted > 0)
        if empty.any():
            place = int(empty.argmax())
            raise ConvergenceError(
                f"The {what} {place + 1} is empty but should add up to {wanted[place]:g}. "
                "Leave it out of both tables."
            )


def _gap(found: Floats, wanted: Floats) -> float:
    filled = wanted > 0
    return float(np.abs(found[filled] / wanted[filled] - 1).max(initial=0.0))
