"""Is the programme given to the worst areas, and is its trap the one that is described?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.synth.policy import policy


def panel(world, column="y"):
    """Areas by years."""
    return world.areas.pivot(index="area", columns="since", values=column)


def test_the_areas_that_do_worst_in_the_year_of_choice_are_treated():
    world = policy(seed=1)
    treated = world.areas[world.areas["treated"]]["area"].unique()
    assert sorted(treated) == sorted(panel(world)[0].nsmallest(8).index)
    assert panel(world).shape == (60, 16)


def test_the_effect_starts_after_the_choice_and_spills_over_beside_it_only():
    plain, spilt = (
        panel(policy(seed=2, effect=e, spillover=s)) for e, s in ((0, 0), (0.05, -0.02))
    )
    frame = policy(seed=2).areas.drop_duplicates("area").set_index("area")
    after = spilt.columns.to_numpy() > 0
    gain = 0.05 * frame["treated"].to_numpy() - 0.02 * frame["ring"].to_numpy()
    assert np.abs((spilt - plain).to_numpy() - np.outer(gain, after)).max() < 1e-12


@pytest.mark.parametrize("n_areas", [60, 47])
def test_the_ring_is_every_untreated_area_that_shares_a_side(n_areas):
    frame = policy(seed=3, n_areas=n_areas).areas.drop_duplicates("area")
    points = frame[["x_m", "y_m"]].to_numpy()
    far = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    treated = frame["treated"].to_numpy()
    beside = (np.isclose(far, 500.0) & treated[None]).any(axis=1) & ~treated
    assert frame["ring"].tolist() == beside.tolist()


def test_shocks_are_stationary_and_fade_as_asked():
    world = policy(seed=4, n_areas=4_000, area_sd=0.0, trend=0.0, effect=0.0, n_treated=1)
    shocks = panel(world).to_numpy() - 0.65
    assert shocks.std(axis=0) == pytest.approx(0.02, rel=4 / np.sqrt(8_000))
    lag = [np.corrcoef(shocks[:, 7], shocks[:, 7 + k])[0, 1] for k in (1, 2, 3)]
    assert lag == pytest.approx([0.6, 0.36, 0.216], abs=4 / np.sqrt(4_000))


def test_chosen_areas_recover_by_themselves_as_far_after_as_before():
    gaps = []
    for seed in range(100):
        world = policy(seed=seed, effect=0.0, trend=0.0, area_sd=0.0)
        chosen = panel(world)[world.areas.groupby("area")["treated"].first()].mean()
        gaps.append([chosen[-3], chosen[0], chosen[3]])
    before, at, after = np.mean(gaps, axis=0)
    error = np.std(gaps, axis=0).max() / 10
    assert at < before - 10 * error
    assert after == pytest.approx(before, abs=4 * 1.5 * error)


def test_safety_goes_along_with_employment_and_has_no_effect():
    plain, helped = (policy(seed=5, effect=effect) for effect in (0.0, 0.1))
    assert panel(plain, "safety").equals(panel(helped, "safety"))
    assert helped.truth["safety"] == 0.0
    inside = panel(plain, "safety").sub(panel(plain, "safety").mean(axis=1), axis=0)
    shock = panel(plain).sub(panel(plain).mean(axis=1), axis=0)
    assert np.corrcoef(inside.to_numpy().ravel(), shock.to_numpy().ravel())[0, 1] > 0.2
