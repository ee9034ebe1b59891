"""Parameters and causal diagram of a world, from the table ``worlds.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from seglib.errors import ParameterError
from seglib.synth.world import check_within

TABLE = Path(__file__).with_name("worlds.toml")


@cache
def worlds() -> dict[str, Any]:
    """Each world's parameters and arrows, and the recipes of the table of directions."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def arrows(world: str) -> tuple[tuple[str, str], ...]:
    """The causal diagram of a world, from cause to effect."""
    pairs = (arrow.split(" -> ") for arrow in worlds()[world]["arrows"])
    return tuple((cause, effect) for cause, effect in pairs)


def settled(world: str, given: Mapping[str, float]) -> dict[str, float]:
    """Each parameter's value, its default where none is given.

    Parameters
    ----------
    world : str
        A generator of ``worlds.toml``, where a parameter has its default, least and most.
    given : mapping of str to float
        Values that differ from the default.

    Returns
    -------
    dict of str to float
        Every parameter, in the order of the table.

    Raises
    ------
    ParameterError
        A name is not known, or a value is outside its range.
    """
    known = worlds()[world]["parameters"]
    if unknown := sorted(set(given) - set(known)):
        raise ParameterError(
            f"The world {world!r} has no parameter {unknown[0]!r}. It has {', '.join(known)}."
        )
    values = {name: default for name, (default, _, _) in known.items()} | dict(given)
    for name, (_, low, high) in known.items():
        check_within(low, high, **{name: values[name]})
    return values
