"""Contexts: whose surroundings count for a unit, and who lives in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError, TableError
from seglib.scale.nearest import nearest_persons
from seglib.scale.places import Places
from seglib.scale.weighing import SHAPES, weigher
from seglib.table import CountTable

Values = NDArray[np.float64]
Whole = NDArray[np.int64]
Around = Callable[[Whole], Values]
Shape = Literal["biweight", "gaussian", "uniform"]


@dataclass(frozen=True, slots=True)
class Context:
    """Whose surroundings count for a unit, at one scale or at several.

    Make one with ``knn``, ``kernel``, ``contiguity`` or ``nested``. The own unit always counts.

    Parameters
    ----------
    scale_name : str
        What ``scales`` are: "k", "bandwidth_m", "contiguity" or "level".
    scales : tuple
        The scales, smallest first.
    shape : str
        How weight falls with distance, for a kernel.
    edges : tuple of (str, str, float)
        Pairs of neighbours and the metres of border that they share, or 0 where not given.
    """

    scale_name: str
    scales: tuple[Any, ...]
    shape: str = ""
    edges: tuple[tuple[str, str, float], ...] = ()

    def persons(self, table: CountTable) -> Values:
        """Persons in the surroundings of each unit, weighed, shape (n_scales, n_units, n_groups).

        Nothing is rounded. An empty unit has surroundings too.
        """
        return self.around(table)(table.counts)

    def around(self, table: CountTable) -> Around:
        """What gives ``persons`` for any persons of these units, the ground being known already.

        It takes counts, int64, shape (n_units, n_columns). Only for ``knn`` do the columns need to
        hold everyone together.
        """
        if self.scale_name == "k":
            ks = np.array(self.scales, dtype=np.int64)
            return partial(nearest_persons, Places.of(table, "knn"), ks)
        if self.scale_name == "bandwidth_m":
            return weigher(Places.of(table, "kernel"), self.scales, self.shape)
        if self.scale_name == "level":
            levels = [part_rows(table, level) for level in self.scales]
            return lambda counts: np.stack([_in_parts(counts, rows) for rows in levels])
        return partial(_beside, *_ends(table, self.edges))

    def composition(self, table: CountTable) -> Values:
        """Shares of the groups around each unit, float64, shape (n_units, n_groups).

        Each row sums to 1; NaN where nobody lives around a unit. A context of several scales is a
        ParameterError.
        """
        self.single("composition")
        around = self.persons(table)[0]
        totals = around.sum(axis=1, keepdims=True)
        return np.divide(around, totals, out=np.full_like(around, np.nan), where=totals > 0)

    def single(self, asker: str) -> None:
        """Refuse several scales."""
        if len(self.scales) > 1:
            raise ParameterError(
                f"{asker} needs a context of one scale, this one has {len(self.scales)}: "
                f"{self.scale_name} {', '.join(map(str, self.scales))}. Use profile, or pick one."
            )


def knn(k: int | Sequence[int]) -> Context:
    """The k persons who live nearest, the own unit first.

    Parameters
    ----------
    k : int or sequence of int
        Persons; several make a context for a profile.

    Returns
    -------
    Context
        Needs ``points_m`` in the table.

    Raises
    ------
    ParameterError
        A k is no whole number from 1, or they do not ascend.

    Notes
    -----
    Units come in order of distance from the unit's point. Of units at one distance, and of the
    last one, everyone counts for the same part, so that exactly k persons count: k persons of
    the own unit where it has more. Distances are compared in whole millimetres.

    References
    ----------
    Östh, Malmberg and Andersson (2014), in Lloyd, Shuttleworth and Wong (eds), Social-Spatial
    Segregation, chapter on individualised neighbourhoods.

    Examples
    --------
    >>> table = CountTable.from_counts([[8, 0], [0, 8]], points_m=[[0, 0], [100, 0]])
    >>> knn(10).composition(table).tolist()
    [[0.8, 0.2], [0.2, 0.8]]
    """
    found = _ascending("k", k)
    for one in found:
        if one != int(one) or one < 1:
            raise ParameterError(
                f"k counts persons, a whole number from 1; it is {one!r}. Give one."
            )
    return Context("k", tuple(map(int, found)))


def kernel(bandwidth_m: float | Sequence[float], shape: Shape = "biweight") -> Context:
    """Everyone around, counting for less the further away they live.

    Parameters
    ----------
    bandwidth_m : float or sequence of float
        Metres; several make a context for a profile.
    shape : {"biweight", "gaussian", "uniform"}
        The weight at distance d: (1 - d**2 / b**2)**2 up to b, exp(-d**2 / (2 b**2)) up to 6 b,
        or 1 up to b.

    Returns
    -------
    Context
        Needs ``points_m`` in the table.

    Raises
    ------
    ParameterError
        A bandwidth is not above 0, they do not ascend, or the shape is unknown.

    Notes
    -----
    The own unit has weight 1. On a grid of many units the sums come from a Fourier transform,
    right to about 1e-12 of the persons on the grid.

    References
    ----------
    Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162.

    Examples
    --------
    >>> table = CountTable.from_counts([[16, 0], [0, 16]], points_m=[[0, 0], [500, 0]])
    >>> kernel(1000).composition(table).tolist()
    [[0.64, 0.36], [0.36, 0.64]]
    """
    found = _ascending("bandwidth_m", bandwidth_m)
    for one in found:
        if not 0 < one < math.inf:
            raise ParameterError(
                f"bandwidth_m is a distance in metres above 0; it is {one!r}. Give one."
            )
    if shape not in SHAPES:
        raise ParameterError(f"There is no kernel shape {shape!r}. Use {', '.join(SHAPES)}.")
    return Context("bandwidth_m", tuple(map(float, found)), shape=shape)


def contiguity(edges: Iterable[tuple[str, str]] | Mapping[tuple[str, str], float]) -> Context:
    """The own unit and those that border on it.

    Parameters
    ----------
    edges : iterable of pairs, or mapping from pairs to metres
        Codes of two units that touch, each pair once in either order, and by choice the length of
        the border that they share.

    Returns
    -------
    Context
        At one scale.

    Raises
    ------
    ParameterError
        A pair comes twice or holds one unit twice, or a border has no length above 0.

    Notes
    -----
    Without lengths everyone in the own unit and in its neighbours counts for 1. With lengths a
    neighbour's persons count for its part of all border that the unit shares, so that the
    neighbours together count as one average neighbour, in metres and in kilometres.

    References
    ----------
    Wong (1993), Urban Studies 30(3), 559-572, for the length of borders.

    Examples
    --------
    >>> table = CountTable.from_counts([[4, 0], [0, 4], [2, 2]], units="ABC")
    >>> contiguity([("A", "B")]).composition(table).tolist()
    [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
    """
    lengths = edges if isinstance(edges, Mapping) else {}
    found: dict[tuple[str, str], float] = {}
    for pair in edges:
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            raise ParameterError(f"A contiguity pairs two units, not {pair!r}. Give two codes.")
        ordered = (min(pair), max(pair))
        if ordered in found:
            raise ParameterError(f"The pair {pair!r} comes more than once. Give it once.")
        found[ordered] = float(lengths.get(pair, 0.0))
        if lengths and not 0 < found[ordered] < math.inf:
            raise ParameterError(
                f"The border of {pair!r} needs a length above 0, it has {lengths[pair]!r}. "
                "Leave out units that do not touch."
            )
    ends = tuple((*pair, length) for pair, length in sorted(found.items()))
    return Context("contiguity", ("lengths" if lengths else "pairs",), edges=ends)


def nested(level: str | Sequence[str]) -> Context:
    """The larger area in which a unit lies.

    Parameters
    ----------
    level : str or sequence of str
        Levels in ``table.parts``, or the table's own; several make a context for a profile.

    Returns
    -------
    Context
        Without need of points.

    Raises
    ------
    ParameterError
        No level came.

    Examples
    --------
    >>> table = CountTable.from_counts([[4, 0], [0, 4]], parts={"wijk": ("A", "A")})
    >>> nested("wijk").composition(table).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    levels = (level,) if isinstance(level, str) else tuple(level)
    if not levels:
        raise ParameterError("A nested context needs a level, none came. Name one.")
    return Context("level", levels)


def _ascending(name: str, given: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = (given,) if np.isscalar(given) else tuple(given)
    if not found or any(not isinstance(one, int | float | np.number) for one in found):
        raise ParameterError(f"{name} is a number or several, not {given!r}. Give at least one.")
    if any(not low < high for low, high in pairwise(found)):
        raise ParameterError(f"{name} needs to ascend, it is {list(found)}. Sort it, each once.")
    return found


def part_rows(table: CountTable, level: str) -> Whole | None:
    """The number of each unit's part, None where units are the level."""
    if level in (table.level, "") and level not in table.parts:
        return None
    return np.unique(np.array(table.part_of(level)), return_inverse=True)[1]


def _in_parts(counts: Whole, rows: Whole | None) -> Values:
    return (counts if rows is None else summed_by(counts, rows)[rows]).astype(np.float64)


def summed_by(counts: NDArray[Any], rows: Whole, axis: int = 0) -> NDArray[Any]:
    """Rows along an axis added up by number; each number from 0 occurs."""
    order = np.argsort(rows, kind="stable")
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    return np.add.reduceat(np.take(counts, order, axis), starts, axis)


def _ends(table: CountTable, edges: tuple[tuple[str, str, float], ...]) -> tuple[Whole, Values]:
    """Rows of a unit and of one beside it, each pair both ways in order, and their weights."""
    row_of = {code: row for row, code in enumerate(table.units)}
    for code in (code for one, other, _ in edges for code in (one, other)):
        if code not in row_of:
            raise TableError(
                f"The contiguity names a unit {code!r} that this table of {table.n_units} "
                "units lacks. Leave its pairs out."
            )
    ends = np.array([[row_of[one], row_of[other]] for one, other, _ in edges], dtype=np.int64)
    ends = np.concatenate([ends.reshape(-1, 2), ends.reshape(-1, 2)[:, ::-1]])
    lengths = np.array([length for _, _, length in edges] * 2)
    border = np.bincount(ends[:, 0], lengths, table.n_units)
    weights = lengths / border[ends[:, 0]] if lengths.all() else np.ones(len(ends))
    return ends, weights


def _beside(ends: Whole, weights: Values, counts: Whole) -> Values:
    around = counts.astype(np.float64)
    if len(ends):
        homes, rows = np.unique(ends[:, 0], return_inverse=True)
        around[homes] += summed_by(weights[:, None] * counts[ends[:, 1]], rows)
    return around[None]
