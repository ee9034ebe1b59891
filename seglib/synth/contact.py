"""Meeting others and thinking better of them: GEN-6, where contact carries the effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.synth.choice import choose_areas, standardised
from seglib.synth.settings import arrows, settled
from seglib.synth.world import World, generator


def contact(*, seed: int, **given: float) -> World:
    """Persons in more and less mixed areas, their contact with others and their prejudice.

    Parameters
    ----------
    seed : int
        Of the random numbers, from 0.
    **given : float
        ``direct``, effect of exposure on prejudice beside contact; ``casual``, how much a unit of
        contact takes away, and ``organised``, how much more where it is organised and on equal
        terms; ``opportunity``, contact that a sd of exposure gives where ``homophily``, 0..1, is
        none; ``visits``, contact from an invitation to a meeting place; ``openness``, its effect on
        contact, and ``gamma``, how much of prejudice it takes away; ``seen_error``, sd with which
        openness is seen; ``sorting``, weight of exposure in where the open live; ``n_persons``,
        ``n_areas``. Defaults and ranges are in ``worlds.toml``.

    Returns
    -------
    World
        ``persons`` has area, exposure (sd), contact, y (prejudice), organised, invited, openness
        and openness_seen. Truth: contact (effect of a unit, mean over persons), organised (by how
        much it differs), through_contact and direct (parts of exposure's effect), total.

    Raises
    ------
    ParameterError
        A parameter is unknown or outside its range.

    Notes
    -----
    contact = opportunity (1 - homophily) exposure + visits invited + openness o + N(0, 1);
    y = direct exposure - (casual + organised k) contact - gamma o + N(0, 1); k and invited are
    1 by chance in half of the persons. By default contact and y correlate at about -0.2.

    References
    ----------
    Allport (1954), The Nature of Prejudice; Pettigrew and Tropp (2006), Journal of Personality
    and Social Psychology 90(5), 751-783; Imai, Keele and Tingley (2010), Psychological Methods
    15(4), 309-334, for the parts.
    """
    asked = settled("contact", given)
    rng = generator(seed)
    n_persons, n_areas = int(asked["n_persons"]), int(asked["n_areas"])
    mixed = standardised(rng.standard_normal(n_areas))
    openness, seen, own, other = rng.standard_normal((4, n_persons))
    organised, invited = rng.random((2, n_persons)) < 0.5
    place = choose_areas(mixed, asked["sorting"] * openness, rng)
    exposure = mixed[place]
    pull = asked["opportunity"] * (1 - asked["homophily"])
    met = pull * exposure + asked["visits"] * invited + asked["openness"] * openness + own
    gain = asked["casual"] + asked["organised"] * organised
    y = asked["direct"] * exposure - gain * met - asked["gamma"] * openness + other
    persons = pd.DataFrame(
        {
            "area": place,
            "exposure": exposure,
            "contact": met,
            "y": y,
            "organised": organised,
            "invited": invited,
            "openness": openness,
            "openness_seen": openness + asked["seen_error"] * seen,
        }
    )
    effect = -(asked["casual"] + asked["organised"] / 2)
    truth = {
        "contact": effect,
        "organised": -asked["organised"],
        "through_contact": pull * effect,
        "direct": asked["direct"],
        "total": asked["direct"] + pull * effect,
    }
    areas = pd.DataFrame({"area": np.arange(n_areas), "exposure": mixed})
    return World("contact", areas, persons, truth, asked, arrows("contact"), seed)
