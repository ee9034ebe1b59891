"""Are newcomers placed by chance, and do they move on as the equations say?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.synth.arrival import arrival


def test_those_who_stay_live_where_they_were_placed():
    world = arrival(seed=1)
    persons = world.persons
    stayed = persons[persons["stayed"]]
    assert (stayed["area"] == stayed["area_placed"]).all()
    assert persons["stayed"].mean() == pytest.approx(0.65, abs=4 * 0.5 / np.sqrt(4_000))
    shares = world.areas.set_index("area").loc[persons["area"], ["employed", "total"]]
    assert np.abs(shares.to_numpy() - persons[["employed", "total"]].to_numpy()).max() < 1e-12


def test_shares_are_in_standard_deviations_and_work_is_part_of_the_whole():
    areas = arrival(seed=2).areas
    assert areas[["employed", "total"]].mean().abs().max() < 1e-12
    assert areas[["employed", "total"]].std(ddof=0).to_numpy() == pytest.approx([1.0, 1.0])
    assert ((areas["working"] / areas["share"]).between(0.2, 0.8)).all()


def test_effects_are_those_asked_for():
    plain, other = (arrival(seed=3, employed=e, total=t).persons for e, t in ((0, 0), (0.3, -0.2)))
    expected = 0.3 * plain["employed"] - 0.2 * plain["total"]
    assert np.abs(other["y"] - plain["y"] - expected).max() < 1e-12
    truth = arrival(seed=3, compliance=0.5).truth
    assert (truth["itt_employed"], truth["itt_total"]) == pytest.approx((0.15, -0.1))


@pytest.mark.parametrize(("officer", "chance"), [(0.0, True), (0.5, False)])
def test_placement_is_chance_unless_the_officer_looks_at_skill(officer, chance):
    persons = arrival(seed=4, officer=officer, n_persons=20_000).persons
    found = np.corrcoef(persons["skill"], persons["employed_placed"])[0, 1]
    assert bool(abs(found) < 4 / np.sqrt(20_000)) is chance


def test_who_moves_on_goes_to_work_with_skill_and_to_kin_without():
    persons = arrival(seed=5, n_persons=40_000).persons
    moved = persons[~persons["stayed"]]
    work, kin = (np.corrcoef(moved["skill"], moved[name])[0, 1] for name in ("employed", "total"))
    assert work > 0.03 > -0.03 > kin
