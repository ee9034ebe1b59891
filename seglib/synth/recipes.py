"""The worlds of the table of expected directions, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from seglib.errors import ParameterError
from seglib.synth.arrival import arrival
from seglib.synth.border import border
from seglib.synth.childhood import childhood
from seglib.synth.contact import contact
from seglib.synth.feedback import feedback
from seglib.synth.policy import policy
from seglib.synth.selection import selection
from seglib.synth.world import World

SMALL = {"n_persons": 4_000, "n_areas": 100}
CHANCE = SMALL | {"psi": 0.0, "price": 0.0}
RECIPES: Mapping[str, tuple[Callable[..., World], Mapping[str, float]]] = MappingProxyType(
    {
        "selection": (selection, SMALL),
        "no selection": (selection, CHANCE),
        "no effect": (selection, SMALL | {"beta": 0.0}),
        "mediator": (selection, SMALL | {"psi": 0.0, "mediated": 0.5}),
        "reflection": (selection, CHANCE | {"reflection": 0.4, "lottery": 0.0}),
        "small unit": (selection, CHANCE | {"unit_noise": 0.7}),
        "large unit": (selection, CHANCE | {"within_district": 0.5}),
        "shocks": (selection, SMALL | {"shock": 0.7}),
        "childhood": (childhood, {}),
        "childhood, no effect": (childhood, {"per_year": 0.0, "disruption": 0.0}),
        "childhood, early movers": (childhood, {"early": 0.5}),
        "childhood, one child": (childhood, {"favoured": 0.5}),
        "feedback": (feedback, {}),
        "feedback, no effect": (feedback, {"beta": 0.0, "mediated": 0.0}),
        "border": (border, {}),
        "border, no effect": (border, {"beta": 0.0}),
        "border, sorted": (border, {"sorting": 0.3}),
        "policy": (policy, {}),
        "policy, no effect": (policy, {"effect": 0.0}),
        "policy, spillover": (policy, {"spillover": -0.02}),
        "contact": (contact, {}),
        "contact, sorted": (contact, {"sorting": 0.4}),
        "contact, no effect": (contact, {"casual": 0.0, "organised": 0.0}),
        "arrival": (arrival, {}),
        "arrival, no effect": (arrival, {"employed": 0.0, "total": 0.0}),
        "arrival, by skill": (arrival, {"officer": 0.5}),
    }
)


def make_world(name: str, *, seed: int) -> World:
    """One draw of a world of the table.

    Parameters
    ----------
    name : str
        A key of ``RECIPES``.
    seed : int
        Of the random numbers, from 0.

    Returns
    -------
    World
        As its generator gives it, with the parameters of the recipe.

    Raises
    ------
    ParameterError
        There is no recipe of that name.
    """
    if name not in RECIPES:
        raise ParameterError(f"There is no world {name!r}. There are {', '.join(RECIPES)}.")
    make, parameters = RECIPES[name]
    return make(seed=seed, **parameters)
