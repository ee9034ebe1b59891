"""Overlap: how much of two groups' spreads do they share, by a mean of their unit shares?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from seglib.errors import ParameterError
from seglib.measures.columns import against
from seglib.registry import Columns, Measure, kernel, measure
from seglib.result import Estimate
from seglib.table import REST, CountTable

DRAWN_SHAPE = 0.5  # the shape that the registered kernel has, and so every draw


@kernel
def _overlap(ours: Any, theirs: Any, shape: float) -> float:
    """Summed geometric mean of two unit shares; totals are positive, shape between 0 and 1."""
    ours_total, theirs_total = ours.sum(), theirs.sum()
    shared = 0.0
    for unit in range(ours.size):
        our_share, their_share = ours[unit] / ours_total, theirs[unit] / theirs_total
        if our_share > 0.0 and their_share > 0.0:
            if shape == 0.5:
                shared += math.sqrt(our_share * their_share)
            else:
                shared += our_share**shape * their_share ** (1.0 - shape)
    return min(1.0, shared)  # rounding may leave 1 + 1e-16


@kernel
def _shaped_atkinson(ours: Any, theirs: Any, shape: float) -> float:
    """Atkinson's index of any shape between 0 and 1; both totals are positive."""
    return 1.0 - _overlap(ours, theirs, shape) ** (1.0 / (1.0 - shape))


@kernel
def _atkinson(ours: Any, theirs: Any) -> float:
    """Atkinson's index of shape 0.5; both totals are positive."""
    return _shaped_atkinson(ours, theirs, 0.5)


@kernel
def _hutchens(ours: Any, theirs: Any) -> float:
    """What two groups lack of full overlap by square roots; both totals are positive."""
    return 1.0 - _overlap(ours, theirs, 0.5)


@kernel
def _many_shaped(counts: Any, shape: float, out: Any) -> None:
    """Fill out with Atkinson's index of any shape, of the first two columns of each replicate."""
    for replicate in range(counts.shape[0]):
        out[replicate] = _shaped_atkinson(counts[replicate, :, 0], counts[replicate, :, 1], shape)


def _at_drawn_shape(
    symbols: tuple[str, str],
    table: CountTable,
    group: str,
    other: str = REST,
    *,
    shape: float = DRAWN_SHAPE,
) -> Columns:
    if shape != DRAWN_SHAPE:
        raise ParameterError(
            f"{symbols[0]} is drawn with shape {DRAWN_SHAPE:g} here, not {shape!r}. "
            "Leave shape out, or ask estimate or change_between, which know other shapes."
        )
    return against(symbols, table, group, other)


def _of_shape(entry: Measure, *, shape: float = DRAWN_SHAPE, **_: Any) -> Measure:
    """The entry with kernels of this shape; whether there is one, the measure itself says."""

    def alone(ours: Any, theirs: Any) -> float:
        return _shaped_atkinson(ours, theirs, float(shape))

    def many(counts: Any, out: Any) -> None:
        _many_shaped(counts, float(shape), out)

    def layout(
        symbols: tuple[str, str], table: CountTable, group: str, other: str = REST, **_: Any
    ) -> Columns:
        return against(symbols, table, group, other)

    return replace(entry, kernel=alone, batch=many, layout=layout)


@measure(
    "Atkinson",
    rest="Atkinson_rest",
    kernel=_atkinson,
    columns=_at_drawn_shape,
    variant=_of_shape,
    form="pair",
    bounds=(0.0, 1.0),
    properties=("composition invariant", "strong transfers"),
)
def atkinson(
    table: CountTable, group: str, other: str = REST, *, shape: float = DRAWN_SHAPE
) -> Estimate:
    """How uneven a group is spread, by a weight for where it is over- or underrepresented.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group, other : str
        Names in ``table.groups``; by default everyone else, and then the symbol is
        Atkinson_rest.
    shape : float
        Between 0 and 1: below 0.5 units with few of the group weigh more, above it those with
        many.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 even, 1 no shared unit.

    Raises
    ------
    UnknownGroupError
        A name is not in the table.
    UndefinedMeasureError
        A group has no members.
    ParameterError
        Both names are the same, or shape is not between 0 and 1.

    Notes
    -----
    ``1 - S^(1 / (1 - b))``, with S the sum over units of ``(x_u / X)^b (y_u / Y)^(1 - b)`` and b
    the shape. With shape 0.5 it is ``1 - (1 - O)^2``, O being Hutchens's index.

    References
    ----------
    Atkinson (1970), Journal of Economic Theory 2(3), 244-263.
    James and Taeuber (1985), Sociological Methodology 15, 1-32.
    Massey and Denton (1988), Social Forces 67(2), 281-315.

    Examples
    --------
    >>> table = CountTable.from_counts([[90, 10], [10, 90]], groups=("a", "b"))
    >>> round(atkinson(table, "a", "b").value, 12)
    0.64
    """
    columns = against(("Atkinson", "Atkinson_rest"), table, group, other)
    if not 0.0 < shape < 1.0:
        raise ParameterError(f"shape lies between 0 and 1, not at {shape!r}. Write shape=0.5.")
    value = _shaped_atkinson(*columns.pair_of(table), float(shape))
    return columns.estimate(table, value)


@measure(
    "Hutchens",
    rest="Hutchens_rest",
    kernel=_hutchens,
    columns=against,
    form="pair",
    bounds=(0.0, 1.0),
    properties=("composition invariant", "strong transfers"),
)
def hutchens(table: CountTable, group: str, other: str = REST) -> Estimate:
    """Share by which two groups fall short of full overlap.

    Parameters
    ----------
    table : CountTable
        Persons, shape (n_units, n_groups). An empty unit adds nothing.
    group, other : str
        Names in ``table.groups``; by default everyone else, and then the symbol is
        Hutchens_rest.

    Returns
    -------
    Estimate
        ``value`` in [0, 1], no unit: 0 even, 1 no shared unit.

    Raises
    ------
    UnknownGroupError
        A name is not in the table.
    UndefinedMeasureError
        A group has no members.
    ParameterError
        Both names are the same.

    Notes
    -----
    One less the sum over units of ``sqrt((x_u / X) (y_u / Y))``. It is called the square root
    index.

    References
    ----------
    Hutchens (2001), Mathematical Social Sciences 42(1), 13-29.
    Hutchens (2004), International Economic Review 45(2), 555-578.

    Examples
    --------
    >>> table = CountTable.from_counts([[90, 10], [10, 90]], groups=("a", "b"))
    >>> round(hutchens(table, "a", "b").value, 12)
    0.4
    """
    columns = against(("Hutchens", "Hutchens_rest"), table, group, other)
    return columns.estimate(table, _hutchens(*columns.pair_of(table)))
