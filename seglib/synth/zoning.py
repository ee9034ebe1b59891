"""Random zonings: the same ground cut up in other ways, to see what borders do to an index."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seglib.errors import ParameterError, TableError
from seglib.registry import kernel
from seglib.synth.world import check_whole, generator

Whole = NDArray[np.int64]
MM = 1000
MOST_CELLS = 4_000_000  # of the grid around points


def zonings(
    ground: ArrayLike,
    n_zones: int,
    *,
    seed: int,
    replicates: int = 200,
    edges: ArrayLike | None = None,
) -> Whole:
    """Cut ground into zones that hang together, many times over, each time at random.

    Parameters
    ----------
    ground : array_like
        Rows and columns of a grid of squares, two whole numbers; or the points of cells in
        metres, shape (n_cells, 2), such as ``table.points_m``.
    n_zones : int
        Zones in each zoning, from 1 to the number of cells.
    seed : int
        From 0.
    replicates : int
        Zonings to make, from 1 to 100,000.
    edges : array_like, optional
        Which cells touch, rows from 0, shape (n_edges, 2), for cells that are no squares; by
        default squares touch along their sides. Points must then lie on a grid.

    Returns
    -------
    numpy.ndarray
        The zone of each cell, int64 from 0 to ``n_zones - 1``, shape (replicates, n_cells);
        cells of a grid row by row. Every zone has a cell at least.

    Raises
    ------
    TableError
        Points have another shape, do not lie on a grid of squares, or edges name no cells.
    ParameterError
        There are more zones than cells, or fewer than pieces of ground that do not touch.

    Notes
    -----
    Zones begin at cells drawn at random, one at least in each piece of the ground. Then time and
    again the smallest zone that has room takes a free cell beside it, each border with a free
    cell being equally likely. Sizes are alike, save where zones are walled in. The zonings are
    not equally likely among all that exist; no sampler of that kind is known.

    References
    ----------
    Openshaw (1977), Transactions of the Institute of British Geographers 2(4), 459-472.

    Examples
    --------
    >>> found = zonings((4, 4), 3, seed=1, replicates=2)
    >>> found.shape, sorted(set(found[0].tolist()))
    ((2, 16), [0, 1, 2])
    """
    check_whole(1, 100_000, replicates=replicates)
    n_cells, pairs = _touching(np.asarray(ground), edges)
    starts, beside = _by_cell(n_cells, pairs)
    pieces = np.empty(n_cells, dtype=np.int64)
    n_pieces = _pieces(starts, beside, pieces)
    if not n_pieces <= n_zones <= n_cells:
        raise ParameterError(
            f"n_zones needs a number from {n_pieces}, the pieces of ground that do not touch, to "
            f"{n_cells}, the cells; not {n_zones!r}. Choose one within that range."
        )
    random = generator(seed)
    zones = np.empty((replicates, n_cells), dtype=np.int64)
    for replicate in range(replicates):
        order, chances = random.permutation(n_cells), random.random(n_cells)
        _, first = np.unique(pieces[order], return_index=True)
        begins = np.concatenate([order[first], np.delete(order, first)])[:n_zones]
        _grow(starts, beside, begins, chances, zones[replicate])
    return zones


def _touching(ground: NDArray[Any], edges: ArrayLike | None) -> tuple[int, Whole]:
    """How many cells there are, and the pairs that touch, shape (n_pairs, 2)."""
    if ground.shape == (2,) and edges is None:
        check_whole(1, 10_000, rows=ground[0], columns=ground[1])
        numbers = np.arange(int(ground[0]) * int(ground[1])).reshape(int(ground[0]), -1)
        return numbers.size, _sides(numbers)
    n_cells = int(np.prod(ground)) if ground.shape == (2,) else len(ground)
    if edges is not None:
        pairs = np.asarray(edges, dtype=np.int64)
        if pairs.ndim != 2 or pairs.shape[1] != 2 or ((pairs < 0) | (pairs >= n_cells)).any():
            raise TableError(
                f"edges needs pairs of cells numbered from 0 to {n_cells - 1}, shape (n, 2); it "
                f"has shape {pairs.shape}. Number the cells in the order of the ground."
            )
        return n_cells, pairs
    if ground.ndim != 2 or ground.shape[1] != 2:
        raise TableError(
            f"ground needs two numbers of rows and columns, or points of shape (n_cells, 2), not "
            f"shape {ground.shape}. Give table.points_m, say."
        )
    return n_cells, _sides(_on_grid(ground))


def _on_grid(points_m: NDArray[Any]) -> Whole:
    """The cells' numbers on the grid that their points lie on, -1 where there is no cell."""
    at = np.rint((points_m - points_m.min(axis=0)) * MM).astype(np.int64)
    step = int(np.gcd.reduce(at, axis=None)) or 1
    column, row = (at // step).T
    shape = int(row.max()) + 1, int(column.max()) + 1
    if shape[0] * shape[1] > MOST_CELLS or len(set(zip(row, column, strict=True))) < len(at):
        raise TableError(
            f"The {len(at)} points lie on no grid of squares, or two share one. "
            "Give the pairs of cells that touch as edges."
        )
    numbers = np.full(shape, -1, dtype=np.int64)
    numbers[row, column] = np.arange(len(at))
    return numbers


def _sides(numbers: Whole) -> Whole:
    """Pairs of cells that share a side on a grid; -1 is no cell."""
    right = np.stack([numbers[:, :-1].ravel(), numbers[:, 1:].ravel()], axis=1)
    up = np.stack([numbers[:-1].ravel(), numbers[1:].ravel()], axis=1)
    pairs = np.concatenate([right, up])
    return pairs[(pairs >= 0).all(axis=1)]


def _by_cell(n_cells: int, pairs: Whole) -> tuple[Whole, Whole]:
    """Where the neighbours of each cell begin, and all neighbours in turn, each once."""
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    starts = np.zeros(n_cells + 1, dtype=np.int64)
    np.cumsum(np.bincount(both[:, 0], minlength=n_cells), out=starts[1:])
    return starts, np.ascontiguousarray(both[:, 1])


@kernel
def _pieces(starts: Any, beside: Any, out: Any) -> int:
    """Fill out with the piece of ground of each cell; returns the number of pieces."""
    out[:] = -1
    waiting = np.empty(out.size, np.int64)
    pieces = 0
    for cell in range(out.size):
        if out[cell] >= 0:
            continue
        out[cell], waiting[0], left = pieces, cell, 1
        while left > 0:
            left -= 1
            here = waiting[left]
            for place in range(starts[here], starts[here + 1]):
                if out[beside[place]] < 0:
                    out[beside[place]] = pieces
                    waiting[left] = beside[place]
                    left += 1
        pieces += 1
    return pieces


@kernel
def _border(starts: Any, beside: Any, zones: Any, chain: Any, head: int, wanted: int) -> Any:
    """How many borders with free cells the zone has whose members follow head, and one of them.

    That is the free cell behind border number ``wanted``, -1 where there are not so many.
    Members without a free neighbour leave the chain: they never have one again.
    """
    count, found, before = 0, -1, head
    while chain[before] >= 0:
        cell, earlier = chain[before], count
        for place in range(starts[cell], starts[cell + 1]):
            if zones[beside[place]] < 0:
                if count == wanted:
                    found = beside[place]
                count += 1
        if count == earlier:
            chain[before] = chain[cell]
        else:
            before = cell
    return count, found


@kernel
def _grow(starts: Any, beside: Any, begins: Any, chances: Any, zones: Any) -> None:
    """Fill zones from their first cells; every cell can be reached from one of them."""
    zones[:] = -1
    chain = np.full(zones.size + begins.size, -1, np.int64)  # next member; last, each zone's head
    sizes = np.ones(begins.size, np.int64)
    for zone in range(begins.size):
        zones[begins[zone]] = zone
        chain[zones.size + zone] = begins[zone]
    taken = begins.size
    while taken < zones.size:
        zone = np.argmin(sizes)
        head = zones.size + zone
        count, _ = _border(starts, beside, zones, chain, head, -1)
        if count == 0:  # walled in for good
            sizes[zone] = zones.size + 1
            continue
        wanted = min(int(chances[taken] * count), count - 1)
        _, cell = _border(starts, beside, zones, chain, head, wanted)
        zones[cell] = zone
        chain[cell], chain[head] = chain[head], cell
        sizes[zone] += 1
        taken += 1
