"""The worlds of the table of expected directions, by name."""

from __future__ import annotations

from importlib import import_module

from seglib.errors import ParameterError
from seglib.synth.settings import worlds
from seglib.synth.world import World


def recipes() -> tuple[str, ...]:
    """The names of the worlds of the table."""
    return tuple(worlds()["recipes"])


def make_world(name: str, *, seed: int, **changes: float) -> World:
    """One draw of a world of the table.

    Parameters
    ----------
    name : str
        One of ``recipes()``.
    seed : int
        Of the random numbers, from 0.
    **changes : float
        Parameters that are to differ from the recipe.

    Returns
    -------
    World
        As its generator gives it, with the parameters of the recipe.

    Raises
    ------
    ParameterError
        There is no recipe of that name, or a parameter is unknown or outside its range.
    """
    if name not in recipes():
        raise ParameterError(f"There is no world {name!r}. There are {', '.join(recipes())}.")
    parameters = worlds()["recipes"][name] | changes
    world = parameters.pop("world")
    return getattr(import_module(f"seglib.synth.{world}"), world)(seed=seed, **parameters)
