"""The arrival city: GEN-7, refugees who are placed by chance among more or fewer of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.synth.choice import choose_areas, standardised
from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator


def arrival(*, seed: int, **given: float) -> World:
    """Newcomers in areas with more or fewer of their origin, at work or not.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``employed`` and ``total``, effects of a sd of the share of one's origin that works and of
        its whole share; ``gamma``, effect of skill; ``compliance``, share that stays where it was
        placed; ``kin``, weight of the whole share for those who move on; ``psi``, weight that the
        skilled give to work and take from kin; ``officer``, weight of skill in a placement where
        many work (0 is chance); ``n_persons``, ``n_areas``. Defaults and ranges are in
        ``worlds.toml``.

    Returns
    -------
    World
        ``persons`` has area, area_placed, employed and total of where they live,
        employed_placed and total_placed, stayed, skill and y. Truth: employed, total, and
        itt_employed and itt_total, the same times compliance.

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    Share s ~ Beta(2, 20) of an area is of one's origin and r ~ U(0.2, 0.8) of these work; total
    and employed are s and s r in sd over areas. y = employed e + total t + gamma skill + N(0, 1).
    Who moves on is chance; where to is a logit choice.

    References
    ----------
    Edin, Fredriksson and Åslund (2003), Quarterly Journal of Economics 118(1), 329-357; Damm
    (2009), Journal of Labor Economics 27(2), 281-314.
    """
    asked = settled("arrival", given)
    rng = generator(seed)
    n_persons, n_areas = int(asked["n_persons"]), int(asked["n_areas"])
    share = rng.beta(2.0, 20.0, n_areas)
    working = share * rng.uniform(0.2, 0.8, n_areas)
    areas = np.column_stack([standardised(working), standardised(share)])
    skill, other = rng.standard_normal((2, n_persons))
    placed = choose_areas(areas[:, 0], asked["officer"] * skill, rng)
    pull = asked["psi"] * skill
    moved_to = choose_areas(areas, np.column_stack([pull, asked["kin"] - pull]), rng)
    stayed = rng.random(n_persons) < asked["compliance"]
    place = np.where(stayed, placed, moved_to)
    employed, total = areas[place].T
    persons = pd.DataFrame(
        {
            "area": place,
            "area_placed": placed,
            "employed": employed,
            "total": total,
            "employed_placed": areas[placed, 0],
            "total_placed": areas[placed, 1],
            "stayed": stayed,
            "skill": skill,
            "y": asked["employed"] * employed + asked["total"] * total + asked["gamma"] * skill,
        }
    )
    persons["y"] += other
    truth = {name: asked[name] for name in ("employed", "total")}
    truth |= {f"itt_{name}": asked["compliance"] * truth[name] for name in ("employed", "total")}
    known = {"area": np.arange(n_areas), "share": share, "working": working}
    frame = pd.DataFrame(known | {"employed": areas[:, 0], "total": areas[:, 1]})
    return World("arrival", frame, persons, truth, asked, arrows("arrival"), seed)
