"""Are the years of childhood counted as the equations say?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.synth.childhood import childhood


def test_exposure_is_the_change_times_the_years_up_to_eighteen():
    persons = childhood(seed=1, n_families=50).persons
    assert np.abs(persons["exposure"] - (18 - persons["age"]) * persons["change"]).max() < 1e-12
    assert persons["age"].between(0, 18).all()
    assert persons.groupby("family").size().tolist() == [2] * 50


def test_a_year_is_worth_what_was_asked_and_a_late_move_costs():
    before, after = (childhood(seed=2, per_year=worth).persons for worth in (0.0, 0.05))
    assert np.abs(after["y"] - before["y"] - 0.05 * before["exposure"]).max() < 1e-12
    calm, upset = (childhood(seed=2, disruption=loss).persons for loss in (0.0, 0.3))
    assert np.abs(upset["y"] - calm["y"] + 0.3 * calm["late"]).max() < 1e-12
    stayed = calm["entered"] & ~calm["used"]
    assert not calm["late"][stayed].any()
    assert (calm["late"] == (calm["age"] > 13))[~stayed].all()


def test_the_truth_by_age_is_the_mean_gain_of_the_children_who_move():
    world = childhood(seed=3, n_families=40_000)
    moved = world.persons[world.persons["used"]]
    gain = 0.02 * moved["exposure"] - 0.1 * moved["late"]
    for young, name in ((True, "late_young"), (False, "late_older")):
        gains = gain[moved["young"] == young]
        error = gains.std() / np.sqrt(len(gains))
        assert abs(gains.mean() - world.truth[name]) < 4 * error
        assert world.truth[name.replace("late", "itt")] == pytest.approx(0.47 * world.truth[name])
    assert world.truth["late_older"] < 0 < world.truth["late_young"]


def test_winners_move_as_often_as_asked_and_winning_is_chance():
    persons = childhood(seed=4, n_families=40_000).persons
    drawn = persons[persons["entered"]]
    winners = drawn[drawn["won"]]
    assert winners["used"].mean() == pytest.approx(0.47, abs=4 * 0.5 / np.sqrt(len(winners) / 2))
    assert set(drawn["change"][~drawn["used"]]) == {0.0}
    assert set(drawn["change"][drawn["used"]]) == {1.0}


@pytest.mark.parametrize(("early", "grows"), [(0.0, False), (1.0, True)])
def test_sorting_is_as_strong_at_every_age_unless_asked_otherwise(early, grows):
    """gamma = 2 without effects makes y twice the family and the child, with noise."""
    world = childhood(seed=5, n_families=40_000, lottery=0.0, per_year=0.0, disruption=0.0)
    world = childhood(**{"seed": 5, "early": early, "gamma": 2.0} | quiet(world))
    persons = world.persons
    age = persons.groupby("family")["age"].transform("mean")
    young, old = (
        np.corrcoef(persons["change"][some], persons["y"][some])[0, 1]
        for some in (age < 7, age > 11)
    )
    assert bool(young - old > 0.1) is grows


def quiet(world):
    """The parameters of a world that it does not take from its defaults here."""
    names = ("n_families", "lottery", "per_year", "disruption")
    return {name: world.parameters[name] for name in names}


def test_a_favoured_youngest_goes_with_a_better_area_and_the_eldest_does_not():
    """gamma = 2 without effects makes y twice the family and the child, with noise."""
    plain = {"lottery": 0.0, "per_year": 0.0, "disruption": 0.0, "gamma": 2.0, "sorting": 0.0}
    persons = childhood(seed=6, n_families=20_000, favoured=1.0, **plain).persons
    is_youngest = persons["age"] == persons.groupby("family")["age"].transform("min")
    youngest, eldest = (
        np.corrcoef(persons["change"][some], persons["y"][some])[0, 1]
        for some in (is_youngest, ~is_youngest)
    )
    assert youngest > 0.4
    assert abs(eldest) < 4 / np.sqrt(20_000)
