"""Worlds in which a reader's own truths hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from seglib.errors import ParameterError
from seglib.synth.recipes import make_world
from seglib.synth.settings import worlds
from seglib.synth.world import World


def with_truths(truths: Mapping[str, Mapping[str, float]]) -> Callable[..., World]:
    """A maker of the worlds of the table in which other truths hold.

    Parameters
    ----------
    truths : mapping of str to mapping of str to float
        By generator its parameters. One reaches each world of that generator where it is at work:
        a world that has 0 there, as one without selection, keeps its 0.

    Returns
    -------
    callable
        Takes the name of a world and ``seed``, as ``make_world`` does.

    Raises
    ------
    ParameterError
        There is no such generator; while making a world, a parameter is unknown or out of range.

    Examples
    --------
    >>> make = with_truths({"selection": {"beta": -0.5}})
    >>> [make(name, seed=1).truth["effect"] for name in ("selection", "no effect")]
    [-0.5, 0.0]
    """
    known = worlds()
    if unknown := [name for name in truths if name not in known or name == "recipes"]:
        there = ", ".join(name for name in known if name != "recipes")
        raise ParameterError(f"There is no generator {unknown[0]!r}. There are {there}.")

    def make(name: str, *, seed: int) -> World:
        recipe = known["recipes"].get(name, {"world": ""})
        defaults = known.get(recipe["world"], {}).get("parameters", {})
        own = {each: default for each, (default, _, _) in defaults.items()} | recipe
        asked = truths.get(recipe["world"], {})
        return make_world(name, seed=seed, **{k: v for k, v in asked.items() if own.get(k, 1) != 0})

    return make
