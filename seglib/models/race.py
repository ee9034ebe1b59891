"""Designs race over worlds whose truth is known: bias, error, coverage and false discoveries."""

from __future__ import annotations

import json
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


LIVED, DRAWN = {"entered": False}, {"entered": True}
EFFECT = {"outcome": "y", "predictor": "z"}
AREA, FAMILY = {"clusters": "area"}, {"clusters": "family"}
BOTH = ["employed", "total"]
SYMMETRIC = {"outcome": "y", "before": (-7, -1), "after": (1, 7)}
PRODUCT = {"outcome": "y", "predictor": "exposure", "mediator": "contact"}


def _held(*controls: str, **columns: Any) -> dict[str, Any]:
    """Columns of the slope of y on z with controls."""
    return EFFECT | {"controls": controls} | columns


def _of(predictor: str, *controls: str, **columns: Any) -> dict[str, Any]:
    """Columns of the slope of y on another predictor."""
    return {"outcome": "y", "predictor": predictor, "controls": controls} | columns


def _by_age(label: str, young: bool) -> dict[str, Plan]:
    """The lottery among children of 13 at most, or above."""
    drawn = DRAWN | {"young": young}
    voucher = {"outcome": "y", "won": "won", "moved": "used"} | FAMILY
    return {
        f"lottery ITT, {label}": Plan(designs.slope, _of("won", **FAMILY), drawn),
        f"lottery LATE, {label}": Plan(designs.lottery, voucher, drawn, "LATE"),
    }


def _newcomers(first: str, second: str) -> dict[str, Plan]:
    """Designs for the effect of one of the two shares."""
    placed = [f"{first}_placed", f"{second}_placed"]
    moved = {"outcome": "y", "predictors": [first, second], "instruments": placed}
    return {
        f"naive, {first}": Plan(designs.slope, _of(first, second)),
        f"placed, {first}": Plan(designs.slope, _of(*placed)),
        f"instrument, {first}": Plan(designs.instrumented, moved),
    }


PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        "naive": Plan(designs.slope, _held(**AREA), LIVED),
        "controls": Plan(designs.slope, _held("resources", **AREA), LIVED),
        "controls and mediator": Plan(designs.slope, _held("resources", "mediator", **AREA), LIVED),
        "multilevel": Plan(designs.random_intercepts, _held("resources", areas="area"), LIVED),
        "fixed effects": Plan(designs.fixed_effects, _held(**AREA), LIVED),
        "fixed effects and controls": Plan(
            designs.fixed_effects, _held("resources", **AREA), LIVED
        ),
        "peer mean": Plan(designs.slope, _of("peers", **AREA), LIVED),
        "as treated": Plan(designs.slope, _of("used"), DRAWN),
        "lottery ITT": Plan(designs.slope, _of("won"), DRAWN),
        "lottery LATE": Plan(
            designs.lottery, {"outcome": "y", "won": "won", "moved": "used"}, DRAWN, "LATE"
        ),
        "exposure alone": Plan(designs.slope, _of("exposure", **FAMILY), LIVED),
        "movers' exposure": Plan(
            designs.slope, _of("exposure", "change", "age", "late", **FAMILY), LIVED
        ),
        "siblings": Plan(designs.siblings, _of("exposure", "age", "late"), LIVED),
        **_by_age("young", True),
        **_by_age("older", False),
        "weighted": Plan(
            contrasts.weighted_exposures,
            {
                "outcome": "y",
                "first": "first",
                "second": "second",
                "before": ["resources"],
                "between": ["mediator"],
            },
        ),
        "boundary": Plan(
            contrasts.boundary,
            EFFECT | {"side": "side", "distance": "distance_m", "bandwidth": 500.0},
        ),
        "after only": Plan(contrasts.differences, {"outcome": "y", "after": (1, 8)}),
        "before and after": Plan(
            contrasts.differences,
            {"outcome": "y", "before": (-7, 0), "after": (1, 8), "alone": True},
        ),
        "differences in differences": Plan(
            contrasts.differences, {"outcome": "y", "before": (-7, 0), "after": (1, 8)}
        ),
        "symmetric differences": Plan(contrasts.differences, SYMMETRIC),
        "symmetric, outside the ring": Plan(contrasts.differences, SYMMETRIC | {"without": "ring"}),
        "ring": Plan(contrasts.differences, SYMMETRIC | {"treated": "ring", "without": "treated"}),
        "contact, naive": Plan(designs.slope, _of("contact", "exposure")),
        "contact, controls": Plan(designs.slope, _of("contact", "exposure", "openness_seen")),
        "contact, invited": Plan(
            designs.instrumented,
            {
                "outcome": "y",
                "predictors": ["contact"],
                "instruments": ["invited"],
                "controls": ["exposure"],
            },
        ),
        "organised contact": Plan(
            designs.slope, _of("contact:organised", "contact", "organised", "exposure")
        ),
        "mediation": Plan(contrasts.through, PRODUCT),
        "mediation, openness known": Plan(contrasts.through, PRODUCT | {"controls": ["openness"]}),
        "total effect": Plan(designs.slope, _of("exposure")),
        **_newcomers("employed", "total"),
        **_newcomers("total", "employed"),
    }
)


@dataclass(frozen=True, slots=True)
class Score:
    """How a design did in a world; each number with its Monte-Carlo error.

    ``bias`` and ``rmse`` are in the unit of the outcome. ``coverage`` is the share of intervals
    that hold the truth, ``rejection`` the share that leave out 0; ``reported_error`` the mean
    standard error that the design gives itself, beside ``spread``, the one it has.
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


class Proven(NamedTuple):
    """The race that the heavy proof ran last: its scores, and what they were drawn and made from.

    ``modules_hash`` is of the code of worlds and designs, ``estimates_hash`` of all estimates.
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
