"""Do the three worlds share their slope among areas, and differ among persons as they say?"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from seglib.errors import ParameterError
from seglib.synth.same_means import ARROWS, same_means

KINDS = list(ARROWS)
SEEDS = range(50)
MISSES = 4  # Monte-Carlo errors that a right answer may be off


def line(predictor, outcome) -> tuple[float, float]:
    """Slope and R2 of a least-squares line."""
    spread = np.cov(predictor, outcome)
    slope = spread[0, 1] / spread[0, 0]
    return slope, slope * spread[0, 1] / spread[1, 1]


def given_group(persons) -> float:
    """Slope of persons' scores on diversity with a dummy for all groups but the first."""
    outside = persons["group"].cat.codes.to_numpy() > 0
    design = np.column_stack([np.ones(len(persons)), persons["diversity"], outside])
    return np.linalg.lstsq(design, persons["feeling_at_home"].to_numpy(), rcond=None)[0][1]


@cache
def found(kind: str) -> dict[str, np.ndarray]:
    """What regressions say of one world in many draws."""
    rows = []
    for seed in SEEDS:
        world = same_means(seed=seed, kind=kind)
        slope, r2 = line(world.areas["diversity"], world.areas["feeling_at_home"])
        persons = world.persons
        stayers, newcomers = persons[~persons["newcomer"]], persons[persons["newcomer"]]
        rows.append(
            {
                "area_slope": slope,
                "r2": r2,
                "slope_given_group": given_group(persons),
                "slope_given_group_stayers": given_group(stayers),
                "slope_given_group_newcomers": given_group(newcomers),
                "stayers": line(stayers["diversity"], stayers["feeling_at_home"])[0],
            }
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def monte_carlo_error(draws: np.ndarray) -> float:
    return draws.std(ddof=1) / np.sqrt(len(draws))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name",
    [
        "area_slope",
        "slope_given_group",
        "slope_given_group_stayers",
        "slope_given_group_newcomers",
    ],
)
def test_regressions_find_the_slopes_that_a_world_tells(kind, name):
    draws, truth = found(kind)[name], same_means(seed=1, kind=kind).truth[name]
    assert draws.mean() == pytest.approx(truth, abs=MISSES * monte_carlo_error(draws))


@pytest.mark.parametrize("other", KINDS[1:])
def test_areas_cannot_tell_the_kinds_apart(other):
    ours, theirs = found("contextual"), found(other)
    for name in ("area_slope", "r2"):
        error = np.hypot(monte_carlo_error(ours[name]), monte_carlo_error(theirs[name]))
        assert ours[name].mean() == pytest.approx(theirs[name].mean(), abs=MISSES * error)
    low, high = np.quantile(ours["r2"], [0.25, 0.75])
    assert low < np.median(theirs["r2"]) < high


RECIPE = {"contextual": -1.2, "compositional": -1.12, "newcomers": -3.12}  # its constants b


@pytest.mark.parametrize(
    ("kind", "name", "anchor"),
    [
        ("contextual", "area_slope", -1.194),
        ("compositional", "area_slope", -1.237),
        ("newcomers", "area_slope", -1.192),
        ("contextual", "slope_given_group", -1.187),
        ("compositional", "slope_given_group", -0.018),
        ("newcomers", "slope_given_group", -1.183),
        ("contextual", "slope_given_group_stayers", -1.202),
        ("newcomers", "slope_given_group_stayers", -0.033),
        ("newcomers", "slope_given_group_newcomers", -3.093),
    ],
)
def test_an_independent_program_of_the_same_recipe_agrees(kind, name, anchor):
    slope = -1.2 * RECIPE[kind] / same_means(seed=1, kind=kind).truth["effect"]
    truth = same_means(seed=1, kind=kind, slope=slope).truth
    assert truth["effect"] == pytest.approx(RECIPE[kind], abs=2e-3)
    error = found(kind)[name].std(ddof=1) / np.sqrt(40)  # of the mean of its 40 draws
    assert truth[name] == pytest.approx(anchor, abs=MISSES * error)


def test_among_stayers_composition_looks_like_context_to_who_does_not_ask_for_groups():
    draws = found("compositional")["stayers"]
    error = draws.std(ddof=1) * np.sqrt(1 / len(draws) + 1 / 40)
    assert draws.mean() == pytest.approx(-1.240, abs=MISSES * error)


def test_persons_differ_between_the_kinds_by_far_more_than_chance():
    truths = {kind: same_means(seed=1, kind=kind).truth for kind in KINDS}
    assert truths["contextual"]["slope_given_group"] < -1.1
    assert abs(truths["compositional"]["slope_given_group"]) < 1e-9
    assert abs(truths["newcomers"]["slope_given_group_stayers"]) < 1e-9
    assert truths["newcomers"]["slope_given_group_newcomers"] < -2.5
    assert truths["compositional"]["gap_given_diversity"] < -1.0
    assert abs(truths["contextual"]["gap_given_diversity"]) < 0.01


def test_the_slope_is_right_where_the_scale_cuts_off_a_fifth_of_all_scores():
    worlds = [same_means(seed=seed, mean=9.6, n_areas=200) for seed in range(25)]
    slopes = np.array([line(w.areas["diversity"], w.areas["feeling_at_home"])[0] for w in worlds])
    assert (worlds[0].persons["feeling_at_home"] == 10).mean() > 0.2
    assert slopes.mean() == pytest.approx(-1.2, abs=MISSES * monte_carlo_error(slopes))


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_slope_nobody_feels_less_at_home(kind):
    truth = same_means(seed=1, kind=kind, slope=0.0).truth
    assert {name: abs(value) < 1e-9 for name, value in truth.items()} == dict.fromkeys(truth, True)


def test_groups_follow_the_margins_of_a_real_place():
    margins = {"Nederland": 48, "Marokko": 9, "Turkije": 5, "overig": 38}
    worlds = [
        same_means(seed=seed, kind="compositional", margins=margins, area_sd=0.4)
        for seed in range(25)
    ]
    table = worlds[0].table()
    assert table.groups == tuple(margins)
    assert table.unit_totals.tolist() == [80] * 300
    shares = np.array([world.table().shares for world in worlds])
    for group, share in enumerate(margins.values()):
        error = MISSES * monte_carlo_error(shares[:, group])
        assert shares[:, group].mean() == pytest.approx(share / 100, abs=error)
    slopes = np.array([line(w.areas["diversity"], w.areas["feeling_at_home"])[0] for w in worlds])
    assert slopes.mean() == pytest.approx(-1.2, abs=MISSES * monte_carlo_error(slopes))


def test_an_area_scores_the_mean_of_its_respondents():
    world = same_means(seed=5, n_areas=12, n_respondents=30)
    means = world.persons.groupby("area")["feeling_at_home"].mean()
    assert means.to_numpy() == pytest.approx(world.areas["feeling_at_home"].to_numpy(), abs=1e-12)
    assert world.persons["feeling_at_home"].between(1, 10).all()
    assert (world.persons["newcomer"] == (world.persons["years_lived"] < 5)).all()
    assert world.areas["outgroup_share"].between(0, 1).all()


def test_a_seed_gives_the_same_world_again_and_another_one_does_not():
    first, again, other = (same_means(seed=seed, n_areas=5).areas for seed in (3, 3, 4))
    assert first.equals(again) and not first.equals(other)


def test_areas_that_differ_by_composition_beyond_their_spread_are_refused():
    with pytest.raises(ParameterError, match=r"above area_sd=0\.05"):
        same_means(seed=1, kind="compositional", area_sd=0.05)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "other"}, "no kind 'other'. Choose one of contextual"),
        ({"slope": -5.0}, "slope needs a number from -3 to 3"),
        ({"n_areas": 2}, "n_areas needs"),
        ({"n_areas": 9.5}, "n_areas needs a whole number, not 9.5"),
        ({"person_sd": 0.0}, "person_sd needs"),
        ({"margins": {"a": 1}}, "two groups at least"),
        ({"seed": -1}, "seed needs"),
    ],
)
def test_what_makes_no_world_is_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        same_means(**({"seed": 1} | wrong))
