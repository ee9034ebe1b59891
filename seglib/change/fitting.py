"""Scaling a table to other margins with its odds ratios kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import ConvergenceError, ParameterError
from seglib.registry import kernel

Floats = NDArray[np.float64]
Names = tuple[Sequence[str], Sequence[str]]
TOLERANCE = 1e-10


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
    names: Names | None = None,
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
    names : tuple of two sequences of str, optional
        What an error calls the rows and the columns; by default "row 1", "column 1" and so on.

    Returns
    -------
    numpy.ndarray
        float64, same shape; empty cells stay empty.

    Raises
    ------
    ParameterError
        The margins do not fit the table or each other.
    ConvergenceError
        The margins were not met, most often because empty cells make that impossible; the error
        names a row or column that falls short.

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
    _refuse_impossible(seed, (rows, columns), names)
    out = np.empty_like(seed)
    _fit(seed, rows, columns, tolerance, max_iterations, out)
    # measured on the answer itself: a factor that ran away would hide in the iteration
    gap = max(_gap(out.sum(axis=1), rows), _gap(out.sum(axis=0), columns))
    if not gap <= 10 * tolerance:
        short = int(np.argmin(out.sum(axis=1) / np.where(rows > 0, rows, np.inf) + (rows == 0)))
        raise ConvergenceError(
            f"Fitting {seed.shape[0]} rows and {seed.shape[1]} columns to their margins stopped "
            f"after {max_iterations} rounds at a relative gap of {gap:.3g}, wanted is "
            f"{tolerance:g}; {_name(names, 0, short)} needs {rows[short]:.6g} and gets "
            f"{out[short].sum():.6g}, with {int((seed == 0).sum())} cells of the table empty. "
            "Merge it with a neighbour, or merge small groups, and try again."
        )
    return out


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


def _refuse_impossible(seed: Floats, margins: tuple[Floats, Floats], names: Names | None) -> None:
    """A row or column that its filled cells cannot bring to its margin is a ConvergenceError."""
    most = (seed > 0) @ margins[1], margins[0] @ (seed > 0)
    short = [
        (wanted - room) / np.maximum(wanted, 1e-30)
        for wanted, room in zip(margins, most, strict=True)
    ]
    axis = int(short[1].max() > short[0].max())
    if short[axis].max() > 1e-9:
        place = int(short[axis].argmax())
        room = most[axis][place]
        state = f"can hold {room:.6g} at most" if room else "is empty"
        raise ConvergenceError(
            f"The {_name(names, axis, place)} {state} but should add up to "
            f"{margins[axis][place]:.6g}, since empty cells stay empty. "
            "Leave it out of both tables, or merge it with another."
        )


def _name(names: Names | None, axis: int, place: int) -> str:
    return names[axis][place] if names else f"{('row', 'column')[axis]} {place + 1}"


def _gap(found: Floats, wanted: Floats) -> float:
    filled = wanted > 0
    return float(np.abs(found[filled] / wanted[filled] - 1).max(initial=0.0))
