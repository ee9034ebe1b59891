"""A made-up world: areas and persons, the truth behind them, and a mark on every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import ParameterError, SeglibError
from seglib.table import CountTable

SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One draw of a world that a generator made; each of its frames says that it is synthetic.

    Parameters
    ----------
    name : str
        The generator's name.
    areas : pandas.DataFrame
        A row for each area (or area and year), with its code in ``area``. Columns of text are
        levels that areas nest in; ``x_m`` and ``y_m``, where given, are its point in metres.
    persons : pandas.DataFrame or None
        A row for each person, or for as many alike as its column ``persons`` says.
    truth : mapping of str to float
        What an estimator should find.
    parameters : mapping of str to float
        What the generator was asked for.
    diagram : tuple of (str, str)
        Arrows of the causal diagram, from cause to effect.
    seed : int
        Where the random numbers came from.

    Raises
    ------
    SeglibError
        The diagram runs in a circle, a truth is not a finite number, or a person lives nowhere.

    Examples
    --------
    >>> areas = pd.DataFrame({"area": ["a", "b"]})
    >>> persons = pd.DataFrame({"area": ["a", "a", "b"], "group": ["x", "y", "y"]})
    >>> world = World("tiny", areas, persons, {}, {}, (("group", "area"),), seed=1)
    >>> world.arrows(), world.table().counts.tolist()
    ('group -> area', [[1, 1], [0, 1]])
    """

    name: str
    areas: pd.DataFrame
    persons: pd.DataFrame | None
    truth: Mapping[str, float]
    parameters: Mapping[str, float]
    diagram: tuple[tuple[str, str], ...]
    seed: int

    def __post_init__(self) -> None:
        for name in ("truth", "parameters"):
            numbers = {key: float(value) for key, value in getattr(self, name).items()}
            object.__setattr__(self, name, numbers)
        untold = [key for key, value in self.truth.items() if not isfinite(value)]
        if untold:
            raise SeglibError(
                f"The world {self.name!r} has {self.truth[untold[0]]} for {untold[0]!r} in its "
                "truth. Give a finite number, or leave it out."
            )
        before: dict[str, set[str]] = {}
        for cause, effect in self.diagram:
            before.setdefault(effect, set()).add(cause)
        try:
            TopologicalSorter(before).prepare()
        except CycleError as cycle:
            circle = " -> ".join(cycle.args[1])
            raise SeglibError(
                f"The diagram of {self.name!r} runs in a circle: {circle}. "
                "Give the parts that come later a name of their own."
            ) from cycle
        object.__setattr__(self, "areas", self.areas.assign(synthetic=True))
        if self.persons is not None:
            self._refuse_homeless(self.persons)
            object.__setattr__(self, "persons", self.persons.assign(synthetic=True))

    def arrows(self) -> str:
        """The causal diagram as text: ``selection -> area, area -> outcome``."""
        return ", ".join(f"{cause} -> {effect}" for cause, effect in self.diagram)

    def table(self, group: str = "group", **meta: Any) -> CountTable:
        """Persons by area and group, with areas in which nobody lives.

        Parameters
        ----------
        group : str
            A column of ``persons``. Its values become the groups, in their sorted order or, if
            it is categorical, in its own.
        **meta
            Any other field of CountTable.

        Returns
        -------
        CountTable
            Its ``source`` is "synthetic", its ``place`` the world's name.

        Raises
        ------
        ParameterError
            The persons have no such column, or the world has no persons.
        """
        if self.persons is None or group not in self.persons:
            known = ", ".join([] if self.persons is None else map(str, self.persons)) or "none"
            raise ParameterError(
                f"The persons of {self.name!r} have no column {group!r}; columns are {known}. "
                "Choose one of these."
            )
        areas = self.areas.drop_duplicates("area")
        units = pd.Categorical(self.persons["area"], categories=areas["area"])
        groups = pd.Categorical(self.persons[group])
        shape = len(areas), len(groups.categories)
        cells = units.codes.astype(np.int64) * shape[1] + groups.codes
        alike = self.persons.get("persons")
        counts = np.bincount(cells, alike, minlength=shape[0] * shape[1]).reshape(shape)
        texts = [c for c in areas if c != "area" and not pd.api.types.is_numeric_dtype(areas[c])]
        given: dict[str, Any] = {
            "parts": {str(column): tuple(map(str, areas[column])) for column in texts},
            "place": self.name,
            "source": SYNTHETIC,
            "level": "area",
        }
        if {"x_m", "y_m"} <= set(areas):
            given["points_m"] = areas[["x_m", "y_m"]].to_numpy(dtype=np.float64)
        names = {"groups": map(str, groups.categories), "units": map(str, areas["area"])}
        return CountTable.from_counts(counts, **names, **(given | meta))

    def _refuse_homeless(self, persons: pd.DataFrame) -> None:
        """A person in an area that the world does not have is an error."""
        if "area" not in persons:
            return
        known = persons["area"].isin(list(self.areas["area"].unique())).to_numpy()
        if not known.all():
            row = int(np.flatnonzero(~known)[0])
            raise SeglibError(
                f"Person {row} of {self.name!r} lives in {persons['area'].iloc[row]!r}, which is "
                "no area of this world. Add the area, or move the person."
            )


def generator(seed: Any) -> np.random.Generator:
    """The random numbers of a world; a seed that is not a whole number from 0 is refused."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ParameterError(f"seed needs a whole number from 0, not {seed!r}. Choose one.")
    return np.random.default_rng(seed)


def check_within(low: float, high: float, **given: float) -> None:
    """Refuse a parameter outside [low, high], by its name."""
    for name, value in given.items():
        if not low <= value <= high:
            raise ParameterError(
                f"{name} needs a number from {low:g} to {high:g}, not {value!r}. "
                "Choose one within that range."
            )


def check_whole(low: int, high: int, **given: Any) -> None:
    """Refuse a number that is not whole, or outside [low, high], by its name."""
    check_within(low, high, **given)
    for name, value in given.items():
        if int(value) != value:
            raise ParameterError(f"{name} needs a whole number, not {value!r}. Round it.")


def shares_of(margins: Mapping[str, float]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Names and shares of groups, float64, adding to 1; margins may be shares or persons."""
    shares = np.array([float(share) for share in margins.values()])
    if len(shares) < 2 or not (shares > 0).all() or not np.isfinite(shares).all():
        raise ParameterError(
            f"margins needs two groups at least, each with a share above 0, not {dict(margins)}. "
            "Leave empty groups out."
        )
    return tuple(map(str, margins)), shares / shares.sum()
