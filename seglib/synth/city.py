"""Cities with a known spread of groups: drawn at random over three levels, or drawn by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.change import ipf
from seglib.errors import ParameterError
from seglib.measures import dissimilarity, information_theory
from seglib.registry import measure_of
from seglib.synth.world import World, check_whole, check_within, generator, shares_of
from seglib.table import CountTable

Values = NDArray[Any]

LEVELS = ("wijk", "buurt", "block")
BLOCK_M = 100
PATTERNS = ("checkerboard", "split", "enclave", "gradient")
MARGINS = {"Nederland": 70, "Marokko": 6, "Turkije": 6, "Suriname": 6, "overig": 12}
ARROWS = (
    ("wijk", "odds of a group"),
    ("buurt", "odds of a group"),
    ("block", "odds of a group"),
    ("field", "odds of a group"),
    ("odds of a group", "group"),
)


def city(
    *,
    seed: int,
    margins: Mapping[str, float] | None = None,
    sides: tuple[int, int, int] = (4, 3, 3),
    spreads: tuple[float, float, float] = (0.6, 0.4, 0.4),
    persons: int = 60,
    field_spread: float = 0.0,
    field_m: float = 800.0,
) -> World:
    """A square city of blocks in buurten in wijken, in which each level has its own segregation.

    Parameters
    ----------
    seed : int
        From 0.
    margins : mapping of str to float, optional
        Share or persons of each group in the whole city, of a real gemeente say.
    sides : tuple of int
        Wijken along a side of the city, buurten along a side of a wijk, and blocks along a side
        of a buurt; from 1 to 50. A block is 100 m wide.
    spreads : tuple of float
        Standard deviation of the log odds of a group over wijken, over buurten within a wijk and
        over blocks within a buurt; from 0 to 5.
    persons : int
        Persons in each block, from 1 to 100,000.
    field_spread : float
        Standard deviation of a smooth field that takes no notice of levels, from 0 to 5.
    field_m : float
        How far the field reaches: standard deviation of its Gaussian, 50 to 10,000 m.

    Returns
    -------
    World
        ``areas``: area (the block), buurt, wijk, x_m, y_m, persons. ``persons``: area, group and
        how many. ``truth``: for each level H of all groups ("H block", "H buurt", "H wijk") and
        D of each group against the rest ("D_rest Marokko block"), of expected persons: what a
        measure shows when nobody's group is left to chance.

    Raises
    ------
    ParameterError
        A parameter is outside its range.

    Notes
    -----
    ``odds[block, group] = exp(u[wijk] + u[buurt] + u[block] + field)``, each u normal; iterative
    proportional fitting makes them expected persons with ``margins`` and equal blocks, and each
    block's persons are multinomial. The field is white noise smoothed on a torus: the opposite
    ends of the city are alike.

    Examples
    --------
    >>> world = city(seed=1, sides=(2, 2, 2), spreads=(1.0, 0.0, 0.0))
    >>> bool(abs(world.truth["H wijk"] - world.truth["H block"]) < 1e-12)
    True
    """
    for name, values in (("sides", sides), ("spreads", spreads)):
        if len(values) != len(LEVELS):
            raise ParameterError(
                f"{name} needs a number for each of {', '.join(LEVELS)}, not {values!r}. Give 3."
            )
    side_of = {f"side of {level}": value for level, value in zip(LEVELS, sides, strict=True)}
    spread_of = {f"spread of {level}": value for level, value in zip(LEVELS, spreads, strict=True)}
    check_whole(1, 50, **side_of)
    check_within(0, 5, **spread_of)
    check_whole(1, 100_000, persons=persons)
    check_within(0, 5, field_spread=field_spread)
    check_within(50, 10_000, field_m=field_m)
    names, shares = shares_of(margins or MARGINS)
    areas, rows = _ground(sides, persons)
    random, size = generator(seed), (len(areas), len(names))
    logs = np.zeros(size)
    for level, spread in zip(LEVELS, spreads, strict=True):
        logs += spread * random.normal(size=(rows[level].max() + 1, len(names)))[rows[level]]
    side = int(np.prod(sides))
    logs += field_spread * _field(random, side, len(names), field_m / BLOCK_M)
    expected = ipf(np.exp(logs), np.full(size[0], persons), shares * persons * size[0])
    counts = random.multinomial(persons, expected / expected.sum(axis=1, keepdims=True))
    found = pd.DataFrame({"area": np.repeat(areas["area"], size[1]), "persons": counts.ravel()})
    found["group"] = pd.Categorical.from_codes(np.tile(np.arange(size[1]), size[0]), list(names))
    asked = {"persons": persons, "field_spread": field_spread, "field_m": field_m}
    asked |= side_of | spread_of
    asked |= {f"margin of {name}": share for name, share in zip(names, shares, strict=True)}
    return World("city", areas, found, _truth(expected, rows, names), asked, ARROWS, seed)


def _ground(sides: tuple[int, int, int], persons: int) -> tuple[pd.DataFrame, dict[str, Values]]:
    """The blocks, and the number of the wijk, buurt and block that each lies in."""
    side = int(np.prod(sides))
    row, column = np.divmod(np.arange(side * side), side)
    numbers: dict[str, Values] = {}
    for level, step in zip(LEVELS, (sides[1] * sides[2], sides[2], 1), strict=True):
        numbers[level] = row // step * (side // step) + column // step
    frame = {"area": _codes("", numbers["block"])}
    frame |= {level: _codes(level[0].upper(), numbers[level]) for level in ("buurt", "wijk")}
    points = {"x_m": (column + 0.5) * BLOCK_M, "y_m": (row + 0.5) * BLOCK_M}
    return pd.DataFrame({**frame, **points, "persons": persons}), numbers


def _field(random: np.random.Generator, side: int, n_groups: int, reach: float) -> Values:
    """Smooth noise of mean 0 and variance 1, shape (side * side, n_groups)."""
    steps = np.minimum(np.arange(side), side - np.arange(side))
    line = np.exp(-0.5 * (steps / reach) ** 2)
    weights = np.outer(line, line)
    weights /= np.sqrt((weights**2).sum())
    noise = random.normal(size=(n_groups, side, side))
    smooth = np.fft.irfft2(np.fft.rfft2(noise) * np.fft.rfft2(weights), (side, side))
    return smooth.reshape(n_groups, -1).T


def _truth(expected: Values, rows: dict[str, Values], names: tuple[str, ...]) -> dict[str, float]:
    """H and each D of expected persons, by level."""
    found: dict[str, float] = {}
    for level, numbers in rows.items():
        summed = np.zeros((numbers.max() + 1, len(names)))
        np.add.at(summed, numbers, expected)
        shape = CountTable.from_counts(np.ones(summed.shape, np.int64), groups=names)
        h = measure_of(information_theory)
        found[f"H {level}"] = h.evaluate(h.columns(shape), summed)
        for name in names:
            d = measure_of(dissimilarity)
            found[f"D_rest {name} {level}"] = d.evaluate(d.columns(shape, name), summed)
    return found


def toy_town(pattern: str, *, side: int = 8, persons: int = 70, purity: float = 1.0) -> World:
    """A town of two groups drawn by hand, to see what an index sees.

    Parameters
    ----------
    pattern : {"checkerboard", "split", "enclave", "gradient"}
        Squares of a and b by turns; a in the west and b in the east; a in the middle, on half
        the width and height; a's share rising evenly from west to east.
    side : int
        Squares along a side, a multiple of 8 from 8 to 96; each is 100 m wide.
    persons : int
        Persons in each square.
    purity : float
        Share of its own group in a square of one kind, from 0 to 1; 0.5 is an even town.

    Returns
    -------
    World
        ``areas``: area, quarter (two by two squares), x_m, y_m. ``persons``: area, group and how
        many. ``truth``: "D" of the squares and "D quarter" of the quarters, by hand. Nothing is
        drawn at random; ``seed`` is 0.

    Raises
    ------
    ParameterError
        There is no such pattern, or a square would hold a fraction of a person.

    Notes
    -----
    With p the purity and s the side. checkerboard and split: ``D = |2p - 1|``; enclave:
    ``D = |p / (3 - 2p) - (1 - p) / (1 + 2p)|``; gradient: ``D = |2p - 1| s / (2 (s - 1))``.
    The quarters of a checkerboard are all alike, so their D is 0; elsewhere D does not change.

    Examples
    --------
    >>> for pattern in PATTERNS:
    ...     print(pattern, {name: round(d, 3) for name, d in toy_town(pattern).truth.items()})
    checkerboard {'D': 1.0, 'D quarter': 0.0}
    split {'D': 1.0, 'D quarter': 1.0}
    enclave {'D': 1.0, 'D quarter': 1.0}
    gradient {'D': 0.571, 'D quarter': 0.571}
    """
    if pattern not in PATTERNS:
        raise ParameterError(f"There is no town {pattern!r}. Choose one of {', '.join(PATTERNS)}.")
    check_within(0, 1, purity=purity)
    check_whole(1, 100_000, persons=persons)
    if side % 8 or not 8 <= side <= 96:
        raise ParameterError(f"side needs a multiple of 8 from 8 to 96, not {side!r}. Take 8.")
    areas, (row, column) = _squares(side)
    whole = persons * (purity + (1.0 - 2.0 * purity) * _others(pattern, side, row, column))
    ours = np.rint(whole)
    broken = np.abs(whole - ours) > 1e-9 * persons
    if broken.any():
        raise ParameterError(
            f"A square of {persons} persons would hold {whole[broken.argmax()]:.4g} of group a. "
            f"Take a number that gives whole persons, {10 * (side - 1)} say."
        )
    p = purity
    d = {"enclave": abs(p / (3 - 2 * p) - (1 - p) / (1 + 2 * p))}.get(pattern, abs(2 * p - 1))
    d *= side / (2 * (side - 1)) if pattern == "gradient" else 1.0
    counts = np.stack([ours, persons - ours], axis=1).astype(np.int64)
    people = {"area": np.repeat(areas["area"], 2), "group": ["a", "b"] * len(areas)}
    found = pd.DataFrame({**people, "persons": counts.ravel()})
    truth = {"D": d, "D quarter": 0.0 if pattern == "checkerboard" else d}
    asked = {"side": side, "persons": persons, "purity": purity}
    return World(pattern, areas, found, truth, asked, (("place", "group"),), 0)


def _others(pattern: str, side: int, row: Values, column: Values) -> Values:
    """Where b's places are: 1 in b's squares, 0 in a's."""
    off = np.maximum(np.abs(2 * row - side + 1), np.abs(2 * column - side + 1))
    found = {
        "checkerboard": (row + column) % 2,
        "split": column >= side // 2,
        "enclave": off > side // 2,
        "gradient": 1.0 - column / (side - 1),
    }
    return found[pattern].astype(np.float64)


def _squares(side: int) -> tuple[pd.DataFrame, tuple[Values, Values]]:
    """The squares of a town, in rows from the south, with their quarters and points."""
    row, column = np.divmod(np.arange(side * side), side)
    quarter = row // 2 * (side // 2) + column // 2
    points = {"x_m": (column + 0.5) * BLOCK_M, "y_m": (row + 0.5) * BLOCK_M}
    codes = {"area": _codes("S", np.arange(side * side)), "quarter": _codes("Q", quarter)}
    return pd.DataFrame({**codes, **points}), (row, column)


def _codes(letter: str, numbers: Values) -> Values:
    """Codes such as S0001 of numbers from 0."""
    return np.char.mod(letter + "%04d", numbers + 1)
