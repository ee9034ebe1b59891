"""Synthetic cities to measure speed on: seeded, of any size, never about a real place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

SEED = 20_261_124
PERSONS = {480: 720_000, 14_500: 17_400_000, 400_000: 17_200_000}
SHARES = (0.50, 0.17, 0.12, 0.09, 0.07, 0.05, 0.03)
PLACES, PLACE_UNITS = 393, 12_229


@dataclass(frozen=True)
class World:
    """One synthetic city: as a table for seglib, as a frame for the peers."""

    n_units: int
    n_groups: int = 6
    n_places: int = 0

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Persons by unit and group; some units are nearly empty, each group has its own hills."""
        rng = np.random.default_rng([SEED, self.n_units, self.n_groups])
        mean = PERSONS.get(self.n_units, 1_200 * self.n_units) / self.n_units
        sizes = mean * rng.gamma(2.0, 0.5, self.n_units)
        shares = np.array(SHARES[: self.n_groups]) / sum(SHARES[: self.n_groups])
        pull = shares * rng.lognormal(0.0, 0.6, (self.n_units, self.n_groups))
        pull /= pull.sum(axis=1, keepdims=True)
        return rng.poisson(sizes[:, None] * pull).astype(np.int64)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, the largest first."""
        return tuple(f"g{number}" for number in range(1, self.n_groups + 1))

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """Midpoints of cells in metres: 100 m apart in the largest world, 250 m in the others."""
        side = math.isqrt(self.n_units - 1) + 1
        column, row = np.arange(self.n_units) % side, np.arange(self.n_units) // side
        spacing = 100 if self.n_units >= 400_000 else 250
        return (np.column_stack([column, row]) + 0.5) * spacing

    @cached_property
    def table(self) -> Any:
        """As seglib's CountTable, marked synthetic."""
        from seglib import CountTable

        parts: dict[str, tuple[str, ...]] = {}
        if self.n_places:
            numbers = np.arange(self.n_units) * self.n_places // self.n_units
            parts["place"] = tuple(f"P{number:03d}" for number in numbers)
        return CountTable.from_counts(
            self.counts,
            groups=self.groups,
            parts=parts,
            points_m=self.points,
            place="synthetic",
            source="synthetic",
        )

    @cached_property
    def frame(self) -> pd.DataFrame:
        """As a data frame with the total of g1 and g2 and that of everyone."""
        import pandas as pd

        frame = pd.DataFrame(self.counts, columns=list(self.groups))
        frame["both"] = frame["g1"] + frame["g2"]
        frame["everyone"] = self.counts.sum(axis=1)
        return frame

    @cached_property
    def geography(self) -> Any:
        """The frame with points, in the coordinates of the Netherlands."""
        import geopandas as gpd

        points = gpd.points_from_xy(self.points[:, 0], self.points[:, 1], crs=28992)
        return gpd.GeoDataFrame(self.frame, geometry=points)
