"""The interval of each part of a change, from its draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from seglib.inference.certainty import tails
from seglib.inference.estimating import ANYWHERE, basic_interval
from seglib.inference.vouching import Reason, vanished
from seglib.result import Decomposition, Estimate

Draws = NDArray[np.float64]
Parts = TypeVar("Parts", bound=Decomposition)
METHOD = "basic bootstrap of persons over all cells, both years independently"


def with_origin(parts: Parts, last: Estimate, reason: Reason) -> Parts:
    """The parts with the origin of their chance, and why they can have no interval if so."""
    return replace(
        parts,
        level=last.level,
        seed=last.seed,
        replicates=last.replicates,
        stream=last.stream,
        reason=reason[0],
        reason_code=reason[1],
    )


def bounded(parts: Parts, draws: dict[str, Draws], *, reflected: bool = True) -> Parts:
    """The parts with an interval for each that was drawn, or the reason why there is none."""
    reason = vanished(draws["total"])
    if reason[0]:
        return replace(parts, reason=reason[0], reason_code=reason[1])
    drawn = np.column_stack(list(draws.values()))
    sides: Any = tails(drawn, parts.level)
    if reflected:
        values = {**parts.parts, "total": parts.total}
        centre = np.array([values[name] for name in draws])
        sides = basic_interval(centre, drawn, parts.level, ANYWHERE)
    low, high = (dict(zip(draws, map(float, side), strict=True)) for side in sides)
    method = METHOD if reflected else METHOD.replace("basic", "percentile")
    return replace(parts, low=low, high=high, estimand="process", method=method)
