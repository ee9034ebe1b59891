"""Do people sort themselves as the equations say, and does the lottery stay chance?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from seglib.errors import ParameterError
from seglib.synth.border import border
from seglib.synth.choice import choose_areas, take_up
from seglib.synth.expected import DIRECTIONS, expected
from seglib.synth.feedback import feedback
from seglib.synth.recipes import make_world, recipes
from seglib.synth.selection import selection

SMALL = {"n_persons": 4_000, "n_areas": 100}


def slopes(y, *predictors):
    """Of ordinary least squares, the constant left out."""
    columns = np.column_stack([np.ones(len(y)), *predictors])
    return np.linalg.lstsq(columns, y, rcond=None)[0][1:]


def test_areas_are_chosen_with_the_shares_of_a_logit():
    traits = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 0.5]])
    pulls = np.tile([0.7, -0.4], (40_000, 1))
    chosen = choose_areas(traits, pulls, np.random.default_rng(1))
    weights = np.exp(traits @ pulls[0])
    shares = weights / weights.sum()
    error = np.sqrt(shares * (1 - shares) / len(pulls))
    assert np.abs(np.bincount(chosen) / len(pulls) - shares).max() < 4 * error.max()


def test_without_pulls_every_area_is_as_likely():
    chosen = choose_areas(np.array([-3.0, 0.0, 9.0, 1.0]), np.zeros(4), np.random.default_rng(2))
    draws = np.random.default_rng(2).random(4)
    assert chosen.tolist() == (draws * 4).astype(int).tolist()


@pytest.mark.parametrize("pull", [0.0, 0.8])
def test_an_offer_is_used_by_the_share_asked_for(pull):
    trait = np.random.default_rng(3).standard_normal(40_000)
    used = take_up(trait, 0.3, pull, np.random.default_rng(4))
    assert used.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 40_000))
    assert bool(trait[used].mean() > trait[~used].mean() + 0.1) is (pull > 0)
    assert take_up(trait, 1.0, pull, np.random.default_rng(4)).all()


def test_the_recipe_gives_the_slopes_of_another_trial_of_it():
    """Found apart from this code: naive, given resources, given both, LATE and as treated."""
    trial = np.array([-0.4917, -0.2839, -0.1997, 0.1946, 0.361])
    runs = []
    for seed in range(16):
        persons = selection(seed=seed, n_persons=10_000).persons
        lived = persons[~persons["entered"]]
        drawn = persons[persons["entered"]]
        won = drawn["won"].to_numpy()
        y, used = drawn["y"].to_numpy(), drawn["used"].to_numpy(dtype=float)
        late = (y[won].mean() - y[~won].mean()) / used[won].mean()
        given = [lived[name].to_numpy() for name in ("z", "resources", "ability")]
        runs.append([slopes(lived["y"], *given[:n])[0] for n in (1, 2, 3)])
        runs[-1] += [late, slopes(y, used)[0]]
    found, error = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / np.sqrt(len(runs))
    assert (np.abs(found - trial) < 4 * error).all()
    assert error.max() < 0.05


def test_ability_and_resources_have_the_variance_and_correlation_of_the_equations():
    persons = selection(seed=5, **SMALL).persons
    spread = np.cov(persons["ability"], persons["resources"])
    assert spread == pytest.approx(np.array([[1.0, 0.5], [0.5, 1.0]]), abs=4 * np.sqrt(2 / 4_000))


def test_what_neighbours_give_back_is_their_mean_times_its_share():
    alone = selection(seed=6, **SMALL).persons
    shared = selection(seed=6, reflection=0.4, **SMALL).persons
    mean = shared.groupby("area")["y"].transform("mean")
    assert np.abs(shared["y"] - 0.4 * mean - alone["y"]).max() < 1e-12
    others = shared[shared["area"] == 3]["y"].to_numpy()
    row = shared[shared["area"] == 3].iloc[0]
    assert row["peers"] == pytest.approx(others[1:].mean(), abs=1e-12)


def test_what_runs_through_the_school_moves_from_the_area_to_the_school():
    plain = selection(seed=7, **SMALL).persons
    through = selection(seed=7, mediated=0.5, **SMALL).persons
    expected_change = -0.2 * 0.5 * (plain["mediator"] - plain["poverty"])
    assert np.abs(through["y"] - plain["y"] - expected_change).max() < 1e-12


def test_a_used_voucher_lowers_poverty_by_one_and_losers_have_none():
    world = selection(seed=8, **SMALL)
    persons = world.persons
    poverty = world.areas["poverty"].to_numpy()[persons["area"]]
    assert np.abs(poverty - persons["used"] - persons["poverty"]).max() < 1e-12
    assert not (persons["used"] & ~persons["won"]).any()
    assert not (persons["won"] & ~persons["entered"]).any()
    assert world.truth["itt"] == pytest.approx(0.47 * 0.2)


def test_a_district_or_a_block_is_seen_with_the_variance_asked_for():
    block = selection(seed=9, unit_noise=0.7, price=0.0, psi=0.0, lottery=0.0).persons
    assert (block["z"] - block["poverty"]).var() == pytest.approx(0.49, rel=4 * np.sqrt(2 / 1_000))
    district = selection(seed=9, within_district=0.5, lottery=0.0, n_areas=1_000).areas
    assert district.groupby(district["area"] // 5)["seen"].nunique().max() == 1
    rest = district["poverty"] - district["seen"]
    assert rest.var() == pytest.approx(0.5, rel=4 * np.sqrt(2 / 1_000))


def test_without_sorting_ability_does_not_differ_between_areas():
    persons = selection(seed=10, psi=0.0, price=0.0, **SMALL).persons
    means = persons.groupby("area")["ability"].agg(["mean", "size"])
    spread = (means["mean"] ** 2 * means["size"]).sum()  # chi-square with 100 degrees of freedom
    assert abs(spread - 100) < 4 * np.sqrt(200)


def test_later_resources_answer_to_the_first_area_by_what_runs_through_them():
    persons = feedback(seed=11, n_persons=40_000).persons
    carried, taken = slopes(persons["mediator"], persons["resources"], persons["first"])
    assert carried == pytest.approx(0.7, abs=0.02)
    assert taken == pytest.approx(-0.12 / 0.4, abs=4 * 0.5 * 2.2 / 200)
    poor = persons["resources"] < -1
    likely = expit(-0.8 * persons["resources"][poor]).mean()
    assert persons["first"][poor].mean() == pytest.approx(likely, abs=4 * 0.5 / np.sqrt(poor.sum()))


def test_both_waves_are_worth_half_of_the_effect():
    persons = feedback(seed=12, n_persons=40_000).persons
    held = slopes(persons["y"], persons["first"], persons["second"], persons["mediator"])
    assert held[0] - 0.12 == pytest.approx(-0.2, abs=4 * 0.012)
    assert held[1] == pytest.approx(-0.2, abs=4 * 0.012)


def test_poverty_jumps_at_the_border_and_ability_only_where_people_sort():
    for sorting in (0.0, 0.5):
        persons = border(seed=13, sorting=sorting, n_persons=40_000).persons
        km = persons["distance_m"] / 1_000
        jump = slopes(persons["z"], persons["side"], km)[0]
        assert jump == pytest.approx(1.0, abs=4 * 0.004)
        assert slopes(persons["ability"], persons["side"], km)[0] == pytest.approx(
            -sorting, abs=4 * 0.02
        )


@pytest.mark.parametrize("name", recipes())
def test_a_world_is_the_same_for_the_same_seed_and_marked_on_each_row(name):
    one, again, other = (make_world(name, seed=seed) for seed in (14, 14, 15))
    frames = [world.areas if world.persons is None else world.persons for world in (one, again)]
    assert frames[0].equals(frames[1])
    assert frames[0]["synthetic"].all() and one.areas["synthetic"].all()
    different = other.areas if other.persons is None else other.persons
    assert not frames[0]["y"].equals(different["y"])


def test_the_table_of_directions_speaks_of_worlds_and_truths_that_exist():
    rows = expected().values()
    assert {row.world for row in rows} == set(recipes())
    assert {row.direction for row in rows} == set(DIRECTIONS)
    assert [row for row in rows if row.target not in make_world(row.world, seed=0).truth] == []
    assert all(row.why for row in rows)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bta": 1.0}, "no parameter 'bta'.*It has beta, psi"),
        ({"compliance": 1.5}, r"compliance needs a number from 0.05 to 1, not 1.5"),
        ({"seed": -1}, "seed needs a whole number from 0"),
    ],
)
def test_parameters_that_make_no_world_are_refused(given, said):
    with pytest.raises(ParameterError, match=said):
        selection(**{"seed": 1} | given)


def test_a_world_that_is_not_in_the_table_is_refused():
    with pytest.raises(ParameterError, match="no world 'paradise'"):
        make_world("paradise", seed=1)
