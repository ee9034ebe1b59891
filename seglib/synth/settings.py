"""Parameters of a world: their defaults and ranges in one table each."""

from __future__ import annotations

from collections.abc import Mapping

from seglib.errors import ParameterError
from seglib.synth.world import check_within

Known = Mapping[str, tuple[float, float, float]]


def settled(world: str, known: Known, given: Mapping[str, float]) -> dict[str, float]:
    """Each parameter's value, its default where none is given.

    Parameters
    ----------
    world : str
        The generator's name, for the message.
    known : mapping of str to (float, float, float)
        Default, smallest and largest value by name.
    given : mapping of str to float
        Values that differ from the default.

    Returns
    -------
    dict of str to float
        Every known parameter, in the order of ``known``.

    Raises
    ------
    ParameterError
        A name is not known, or a value is outside its range.
    """
    if unknown := sorted(set(given) - set(known)):
        raise ParameterError(
            f"The world {world!r} has no parameter {unknown[0]!r}. It has {', '.join(known)}."
        )
    values = {name: default for name, (default, _, _) in known.items()} | dict(given)
    for name, (_, low, high) in known.items():
        check_within(low, high, **{name: values[name]})
    return values
