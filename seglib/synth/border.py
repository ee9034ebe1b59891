"""Two sides of a street: a border at which the area changes and its people need not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator

REACH_M = 1_000.0
STRIPS = 20


def border(*, seed: int, **given: float) -> World:
    """Persons by their distance to a border at which poverty jumps.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``beta``, effect of a sd of poverty; ``step``, how much poorer the far side is at the
        border; ``gradient`` of poverty and ``slope`` by which ability falls, both a km;
        ``sorting``, how much abler the near side is at the border itself; ``gamma``, effect of
        ability; ``n_persons``. Defaults and ranges are in ``worlds.toml``.

    Returns
    -------
    World
        ``persons`` has area (a strip of 100 m), distance_m (below 0 on the near side, up to
        1,000 either way), side (1 far), z (poverty), ability and y. Truth: effect (beta).

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    d ~ U(-1, 1) km; z = step [d > 0] + gradient d + 0.2 N(0, 1); ability = -slope d - sorting
    [d > 0] + N(0, 1); y = beta z + gamma ability + N(0, 1).

    References
    ----------
    Black (1999), Quarterly Journal of Economics 114(2), 577-599; Bayer, Ferreira and McMillan
    (2007), Journal of Political Economy 115(4), 588-638, for sorting at the border.
    """
    asked = settled("border", given)
    rng = generator(seed)
    n_persons = int(asked["n_persons"])
    km = rng.uniform(-1.0, 1.0, n_persons)
    seen, own, other = rng.standard_normal((3, n_persons))
    side = (km > 0).astype(np.float64)
    z = asked["step"] * side + asked["gradient"] * km + 0.2 * seen
    ability = own - asked["slope"] * km - asked["sorting"] * side
    y = asked["beta"] * z + asked["gamma"] * ability + other
    area = np.floor((km + 1.0) * STRIPS / 2).astype(np.int64)
    columns = {"area": area, "distance_m": km * REACH_M, "side": side, "z": z}
    persons = pd.DataFrame(columns | {"ability": ability, "y": y})
    number = np.arange(STRIPS)
    areas = pd.DataFrame({"area": number, "poorer": number >= STRIPS // 2})
    return World("border", areas, persons, {"effect": asked["beta"]}, asked, arrows("border"), seed)
