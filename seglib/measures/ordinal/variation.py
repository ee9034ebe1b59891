"""How mixed a unit is on both sides of a cut: the function that each ordinal index rests on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import ParameterError
from seglib.registry import kernel

Values = NDArray[np.float64]

ENTROPY, VARIANCE, ROOT = 0, 1, 2  # what a kernel is told as form


@kernel
def variation(share: float, form: int) -> float:
    """f of the share below a cut: 0 where all lie on one side, largest at one half."""
    if share <= 0.0 or share >= 1.0:
        return 0.0
    if form == 0:
        return -share * math.log(share) - (1.0 - share) * math.log(1.0 - share)
    if form == 1:
        return share * (1.0 - share)
    return math.sqrt(share * (1.0 - share))


@kernel
def vary(shares: Any, form: int, out: Any) -> None:
    """Fill out with the variation of each share; both are flat and of one length."""
    for index in range(shares.size):
        out[index] = variation(shares[index], form)


@dataclass(frozen=True, slots=True)
class Variation:
    """A variation f, its integral from 0 to p, and its mean over all percentiles times p**m."""

    index: str
    form: int
    area: Callable[[Values], Values]
    moments: Callable[[int], list[float]]

    def of(self, shares: Values) -> Values:
        """f of each share, same shape."""
        flat = np.ascontiguousarray(shares, dtype=np.float64).ravel()
        out = np.empty(flat.size)
        vary(flat, self.form, out)
        return out.reshape(np.shape(shares))

    @property
    def whole(self) -> float:
        """The integral of f from 0 to 1."""
        return float(self.area(np.ones(1))[0])


def variation_of(index: str) -> Variation:
    """The variation behind an index; an unknown index is a ParameterError."""
    if index not in _VARIATIONS:
        raise ParameterError(
            f"There is no rank-order index {index!r}. Choose one of {', '.join(_VARIATIONS)}."
        )
    return _VARIATIONS[index]


def _entropy_area(share: Values) -> Values:
    return (_half_square_log(share) - _half_square_log(1.0 - share)) + 0.25


def _half_square_log(share: Values) -> Values:
    """The integral of -x ln x from 0 to share."""
    logs = np.log(np.where(share > 0.0, share, 1.0))
    return share**2 * (0.25 - 0.5 * logs)


def _variance_area(share: Values) -> Values:
    return share**2 / 2.0 - share**3 / 3.0


def _root_area(share: Values) -> Values:
    off = 2.0 * share - 1.0
    height = 2.0 * np.sqrt(np.clip(share * (1.0 - share), 0.0, None))
    return (off * height + np.arcsin(np.clip(off, -1.0, 1.0)) + math.pi / 2.0) / 8.0


def _entropy_moments(degree: int) -> list[float]:
    """Reardon's delta, its alternating sum written as a harmonic number."""
    found: list[float] = []
    harmonic = 1.0
    for m in range(degree + 1):
        harmonic += 1.0 / (m + 2)
        found.append(2.0 / (m + 2) ** 2 + 2.0 * (harmonic - 1.0) / ((m + 1) * (m + 2)))
    return found


def _variance_moments(degree: int) -> list[float]:
    return [6.0 / ((m + 2) * (m + 3)) for m in range(degree + 1)]


def _root_moments(degree: int) -> list[float]:
    found = [1.0]
    for m in range(degree):
        found.append(found[-1] * (m + 1.5) / (m + 3.0))
    return found


_VARIATIONS = {
    "H": Variation("H", ENTROPY, _entropy_area, _entropy_moments),
    "R": Variation("R", VARIANCE, _variance_area, _variance_moments),
    "S": Variation("S", ROOT, _root_area, _root_moments),
}
