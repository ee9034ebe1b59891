"""Designs race over worlds whose truth is known: bias, error, coverage and false discoveries."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import sqrt
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import MissingDataError, ParameterError
from seglib.models import contrasts, designs
from seglib.result import Estimate

Values = NDArray[np.float64]
MONTE_CARLO_ERRORS = 3.0
TABLE = Path(__file__).with_name("plans.toml")
STORED = Path(__file__).with_name("scoreboard.json")


class World(Protocol):
    """What a design and its judge need of a world."""

    @property
    def areas(self) -> pd.DataFrame: ...
    @property
    def persons(self) -> pd.DataFrame | None: ...
    @property
    def truth(self) -> Mapping[str, float]: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """A design with the columns that it reads, and which rows: those with ``keep``'s values."""

    fit: Callable[..., Any]
    columns: Mapping[str, Any]
    keep: Mapping[str, bool] = field(default_factory=dict[str, bool])
    pick: str = ""

    def estimate(self, world: World) -> Estimate:
        """What the design finds in a world, or an error where it does not apply."""
        frame = world.areas if world.persons is None else world.persons
        for name, value in self.keep.items():
            if name in frame:
                frame = frame.loc[np.asarray(frame[name]) == value]
        found = self.fit(frame, **self.columns)
        return found[self.pick] if self.pick else found


def read_plans() -> dict[str, Plan]:
    """The designs of ``plans.toml`` by name."""
    plans: dict[str, Plan] = {}
    for name, row in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        fit, keep, pick = row.pop("fit"), row.pop("keep", {}), row.pop("pick", "")
        plans[name] = Plan(getattr(designs, fit, None) or getattr(contrasts, fit), row, keep, pick)
    return plans


PLANS: Mapping[str, Plan] = MappingProxyType(read_plans())


@dataclass(frozen=True, slots=True)
class Score:
    """How a design did in a world; each number with its Monte-Carlo error.

    Parameters
    ----------
    world, design, target : str
        Names, the last a key of the world's truth.
    truth : float
        What the design is after.
    replications : int
        Draws of the world.
    bias, rmse : float
        Mean of the errors and root of their mean square, in the unit of the outcome.
    coverage, rejection : float
        Share of intervals that hold the truth, and that leave out 0.
    bias_error, rmse_error, coverage_error, rejection_error : float
        Monte-Carlo errors of these.
    spread, reported_error : float
        Standard deviation of the estimates, and the mean of the one that they give themselves.
    """

    world: str
    design: str
    target: str
    truth: float
    replications: int
    bias: float
    bias_error: float
    rmse: float
    rmse_error: float
    coverage: float
    coverage_error: float
    rejection: float
    rejection_error: float
    spread: float
    reported_error: float

    @property
    def direction(self) -> str:
        """Of the bias: "none" within three Monte-Carlo errors, or by the sign of the truth."""
        if abs(self.bias) <= MONTE_CARLO_ERRORS * self.bias_error:
            return "none"
        return "towards zero" if self.bias * self.truth < 0 else "away from zero"


def run(
    make: Callable[..., World],
    entries: Iterable[tuple[str, str]],
    *,
    replications: range,
    seed: int,
    plans: Mapping[str, Plan] = PLANS,
) -> dict[tuple[str, str], Values]:
    """Estimates of each design in each draw of its world.

    Parameters
    ----------
    make : callable
        Takes the name of a world and ``seed`` and gives a draw of it.
    entries : iterable of (str, str)
        World and design; designs of one world see the same draws.
    replications : range
        Numbers of the draws; the same number is the same draw in every run.
    seed : int
        With world and number, what decides a draw.
    plans : mapping of str to Plan
        The designs by name.

    Returns
    -------
    dict of (str, str) to ndarray of float64, shape (len(replications), 4)
        Value, low, high and standard error.

    Raises
    ------
    ParameterError
        A design is not known.
    """
    worlds: dict[str, list[str]] = {}
    for world, design in entries:
        if design not in plans:
            raise ParameterError(f"There is no design {design!r}. There are {', '.join(plans)}.")
        worlds.setdefault(world, []).append(design)
    found = {(w, d): np.empty((len(replications), 4)) for w, ds in worlds.items() for d in ds}
    for world, entered in worlds.items():
        for row, number in enumerate(replications):
            drawn = make(world, seed=seed_of(world, number, seed))
            for design in entered:
                one = plans[design].estimate(drawn)
                found[world, design][row] = one.value, one.low, one.high, one.standard_error
    return found


def seed_of(world: str, number: int, seed: int) -> int:
    """The seed of one draw of a world."""
    return int(np.random.SeedSequence([seed, crc32(world.encode()), number]).generate_state(1)[0])


def score(world: str, design: str, target: str, truth: float, found: Values) -> Score:
    """Sum up a design's estimates in one world.

    Parameters
    ----------
    world, design, target : str
        Names, for the score.
    truth : float
        What the design is after.
    found : ndarray of float64, shape (replications, 4)
        Value, low, high and standard error, as ``run`` gives them.

    Returns
    -------
    Score
        With Monte-Carlo errors.

    References
    ----------
    Morris, White and Crowther (2019), Statistics in Medicine 38(11), 2074-2102, table 6; the error
    of the RMSE is that of the mean square over twice the RMSE.
    """
    value, low, high, reported = found.T
    n, off = len(value), value - truth
    squares = off**2
    rmse = sqrt(squares.mean())
    covered, rejected = ((low <= truth) & (truth <= high)).mean(), ((low > 0) | (high < 0)).mean()
    return Score(
        world,
        design,
        target,
        truth,
        n,
        bias=float(off.mean()),
        bias_error=float(value.std(ddof=1) / sqrt(n)),
        rmse=rmse,
        rmse_error=float(squares.std(ddof=1) / sqrt(n) / (2 * rmse)),
        coverage=float(covered),
        coverage_error=sqrt(covered * (1 - covered) / n),
        rejection=float(rejected),
        rejection_error=sqrt(rejected * (1 - rejected) / n),
        spread=float(value.std(ddof=1)),
        reported_error=float(reported.mean()),
    )


class Entry(Protocol):
    """A world, a design and what the design is after there, a key of the world's truth."""

    @property
    def world(self) -> str: ...
    @property
    def design(self) -> str: ...
    @property
    def target(self) -> str: ...


def race(
    make: Callable[..., World],
    entries: Iterable[Entry],
    *,
    replications: int,
    seed: int,
    plans: Mapping[str, Plan] = PLANS,
) -> tuple[Score, ...]:
    """Score designs in worlds whose truth is known.

    Parameters
    ----------
    make : callable
        Takes the name of a world and ``seed`` and gives a draw of it.
    entries : iterable of Entry
        Rows of the table of expected directions, say.
    replications : int
        Draws of each world.
    seed : int
        Decides all draws.
    plans : mapping of str to Plan
        The designs by name.

    Returns
    -------
    tuple of Score
        One for each entry, in their order.

    Raises
    ------
    ParameterError
        A design is not known.
    """
    rows = list(entries)
    pairs = [(row.world, row.design) for row in rows]
    found = run(make, pairs, replications=range(replications), seed=seed, plans=plans)
    truths = {world: make(world, seed=0).truth for world in dict(pairs)}
    return tuple(
        score(*pair, row.target, truths[row.world][row.target], found[pair])
        for pair, row in zip(pairs, rows, strict=True)
    )


class Proven(NamedTuple):
    """The race that the heavy proof ran last.

    Parameters
    ----------
    scores : tuple of Score
        One for each row of the table of expected directions.
    replications, seed : int
        Draws of each world, and what decides them.
    modules_hash, estimates_hash : str
        Of the code of worlds and designs, and of all estimates.
    """

    scores: tuple[Score, ...]
    replications: int
    seed: int
    modules_hash: str
    estimates_hash: str


def proven() -> Proven:
    """The scoreboard of ``python3 -m seglib verify effects``, as it was stored.

    Returns
    -------
    Proven
        A score for each pair of the table of expected directions.

    Raises
    ------
    MissingDataError
        The proof has not been run.
    """
    if not STORED.is_file():
        raise MissingDataError(
            f"There is no {STORED.name} yet. Run `python3 -m seglib verify effects`."
        )
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    scores = tuple(Score(**row) for row in stored.pop("scores"))
    return Proven(scores, **stored)


def store(found: Proven) -> None:
    """Keep a scoreboard where ``proven`` finds it."""
    rows = [asdict(one) for one in found.scores]
    text = json.dumps(found._asdict() | {"scores": rows}, indent=1)
    STORED.write_text(text + "\n", encoding="utf-8")


def scoreboard(scores: Iterable[Score]) -> pd.DataFrame:
    """A row for each score, with the direction of its bias."""
    return pd.DataFrame([asdict(one) | {"direction": one.direction} for one in scores])
