"""Does contact carry the effect that the equations give it?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.synth.contact import contact


def test_exposure_opens_the_door_that_homophily_leaves():
    open_door, half = (contact(seed=1, homophily=h).persons for h in (0.0, 0.5))
    assert np.abs(open_door["contact"] - half["contact"] - 0.3 * half["exposure"]).max() < 1e-12


def test_organised_contact_takes_away_more_prejudice():
    plain, better = (contact(seed=2, organised=b).persons for b in (0.0, 0.4))
    expected = -0.4 * plain["contact"] * plain["organised"]
    assert np.abs(better["y"] - plain["y"] - expected).max() < 1e-12


def test_the_parts_of_the_effect_add_up_to_its_total():
    truth = contact(seed=3, direct=0.1, casual=0.2, organised=0.1).truth
    assert truth["contact"] == pytest.approx(-0.25)
    assert truth["through_contact"] == pytest.approx(-0.25 * 0.6 * 0.7)
    assert truth["total"] == pytest.approx(0.1 - 0.105)


def test_contact_and_prejudice_correlate_as_in_the_published_mean():
    """Pettigrew and Tropp (2006): mean r of -.21 over 515 studies."""
    persons = contact(seed=4, n_persons=100_000).persons
    assert np.corrcoef(persons["contact"], persons["y"])[0, 1] == pytest.approx(-0.21, abs=0.02)


@pytest.mark.parametrize("sorting", [0.0, 0.5])
def test_the_open_live_in_mixed_areas_only_where_asked(sorting):
    persons = contact(seed=5, sorting=sorting, n_persons=20_000).persons
    found = np.corrcoef(persons["openness"], persons["exposure"])[0, 1]
    assert bool(found > 0.2) is (sorting > 0)
    assert sorting > 0 or abs(found) < 4 / np.sqrt(20_000)


def test_who_is_invited_is_chance_and_openness_is_seen_with_the_error_asked_for():
    persons = contact(seed=6, seen_error=0.5, n_persons=40_000).persons
    for name in ("openness", "exposure", "organised"):
        found = np.corrcoef(persons["invited"], persons[name])[0, 1]
        assert abs(found) < 4 / np.sqrt(40_000)
    error = (persons["openness_seen"] - persons["openness"]).std()
    assert error == pytest.approx(0.5, rel=4 / np.sqrt(80_000))
