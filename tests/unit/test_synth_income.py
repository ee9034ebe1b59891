"""Are incomes spread as asked, and is the truth inside what brackets and print allow?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from seglib.errors import ParameterError
from seglib.measures.ordinal import (
    ordinal_information_theory,
    ordinal_square_root,
    ordinal_variance_ratio,
    rank_order,
    rank_order_bounds,
)
from seglib.synth.income import income, rank_order_of
from seglib.synth.privacy import privacy
from seglib.table import CountTable

MISSES = 4  # Monte-Carlo errors that a right answer may be off


def test_the_truth_lies_within_what_brackets_prove_in_each_of_500_worlds():
    for seed in range(500):
        world = income(
            seed=seed, n_areas=4 + seed % 9, households=20, between_share=seed % 11 / 10,
            cuts=((0.4, 0.8), (0.2, 0.4, 0.6, 0.8), (0.5,))[seed // 3 % 3],
        )  # fmt: skip
        index = "HRS"[seed % 3]
        bounds = rank_order_bounds(world.table("bracket"), index)
        assert bounds.low - 1e-6 <= world.truth[f"rank_order_{index}"] <= bounds.high + 1e-6


@pytest.mark.parametrize(
    ("index", "ordinal"),
    [
        ("H", ordinal_information_theory),
        ("R", ordinal_variance_ratio),
        ("S", ordinal_square_root),
    ],
)
def test_over_all_incomes_the_index_is_that_of_brackets_of_one_household(index, ordinal):
    homes = np.random.default_rng(4).integers(0, 3, 900)
    homes = np.concatenate([homes[:300] // 2, homes[300:]])
    counts = np.zeros((3, 900), dtype=np.int64)
    counts[homes, np.arange(900)] = 1
    found = ordinal(CountTable.from_counts(counts)).value
    assert rank_order_of(homes, index) == pytest.approx(found, abs=3 / 900)


def test_rank_order_of_two_areas_worked_by_hand():
    # the poor all in one area: its share x rises from 0 to 1 while the other's is 0, then stays
    # 1. Mean of f = x (1 - x) is 1 / 6 over each half for one of the areas, of weight a half.
    assert rank_order_of(np.array([0, 0, 0, 1, 1, 1]), "R") == pytest.approx(0.5, abs=1e-12)
    # poor and rich by turns: x0 and x1 go 0 > 1/2, then 1/2 > 1; each step has mean f of 1/6
    # over its own quarter (2 of 4 quarters), and 0, 1/4, 1/4, 0 while it stands still
    within = 0.5 * (2 * (1 / 4) * (1 / 6) + (1 / 4) * (0 + 1 / 4)) * 2
    assert rank_order_of(np.array([0, 1, 0, 1]), "R") == pytest.approx(1 - within * 6, abs=1e-12)


def test_areas_that_are_all_alike_or_all_one_are_not_segregated():
    assert rank_order_of(np.zeros(50, dtype=np.int64)) == pytest.approx(0.0, abs=1e-12)
    even = np.tile(np.arange(2), 4000)
    assert rank_order_of(even) < 1e-3


def test_half_of_an_even_number_of_households_is_poor():
    tables = [
        income(seed=s, n_areas=4, households=9, cuts=(0.5,)).table("bracket") for s in range(9)
    ]
    assert any(table.total % 2 == 0 for table in tables)
    for table in tables:
        assert table.group_totals[0] == math.ceil(table.total / 2)


def test_brackets_hold_the_shares_that_cuts_say():
    world = income(seed=1, n_areas=50)
    table = world.table("bracket")
    assert table.shares == pytest.approx([0.4, 0.4, 0.2], abs=1e-4)
    ends = world.persons.groupby("bracket", observed=True)["income"].agg(["min", "max"])
    assert (ends["max"].to_numpy()[:-1] < ends["min"].to_numpy()[1:]).all()
    assert table.unit_totals.tolist() == world.areas["households"].tolist()
    assert income(seed=1, n_areas=5, cuts=(0.5,)).table("bracket").groups == (
        "to 50 %",
        "from 50 %",
    )


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_variance_between_areas_is_as_asked(share):
    found = []
    for seed in range(40):
        persons = income(seed=seed, n_areas=60, households=50, between_share=share).persons
        logs = np.log(persons["income"])
        groups = logs.groupby(persons["area"])
        sizes, means, n = groups.size(), groups.mean(), len(logs)
        among = (sizes * (means - logs.mean()) ** 2).sum() / 59
        within = ((groups.size() - 1) * groups.var().fillna(0)).sum() / (n - 60)
        # analysis of variance with unequal sizes (Searle): unbiased for the variance of u
        found.append([(among - within) * 59 / (n - (sizes**2).sum() / n), within])
    error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    wanted = 0.36 * np.array([share, 1 - share])
    assert (np.abs(np.mean(found, axis=0) - wanted) < MISSES * error).all()


def test_truth_tells_the_share_between_these_very_areas():
    world = income(seed=7, n_areas=20, households=30, between_share=0.3)
    logs = np.log(world.persons["income"])
    fitted = logs.groupby(world.persons["area"]).transform("mean")
    told = world.truth["between_share"]
    assert told == pytest.approx(fitted.var(ddof=0) / logs.var(ddof=0), abs=1e-12)


def test_incomes_have_the_median_and_spread_of_a_lognormal():
    logs = np.log(income(seed=3, n_areas=400, households=200, between_share=0.0).persons["income"])
    error = 0.6 / math.sqrt(len(logs))
    assert logs.median() == pytest.approx(math.log(28_000), abs=MISSES * 1.2533 * error)
    assert logs.std() == pytest.approx(0.6, abs=MISSES * error / math.sqrt(2))


def test_what_is_published_agrees_with_the_rule_of_cbs():
    world = income(seed=2, n_areas=600, households=150)
    table, areas = world.table("bracket"), world.areas
    printed = privacy(table, "cbs percents", secret_below=100)
    secret = areas["low_income_pct"].isna().to_numpy()
    assert areas["households"].isin([98, 99]).any()  # printed as 100, so not secret
    assert (secret == (areas["households_printed"] < 100)).all() and 50 < secret.sum() < 550
    assert (areas["households_printed"] % 5 == 0).all()
    assert (
        printed.upper[secret] == (areas["households_printed"] + 2).to_numpy()[secret, None]
    ).all()
    exact = 100 * table.counts / table.unit_totals[:, None]
    for column, name in ((0, "low_income_pct"), (2, "high_income_pct")):
        gaps = (areas[name] - exact[:, column])[~secret]
        assert gaps.between(-0.5, 0.5).all() and (areas[name].dropna() % 1 == 0).all()


def test_from_many_brackets_the_curve_finds_the_truth():
    cuts = tuple(np.arange(1, 10) / 10)
    world = income(seed=5, n_areas=100, households=300, between_share=0.2, cuts=cuts)
    found = rank_order(world.table("bracket")).value
    assert found == pytest.approx(world.truth["rank_order_H"], abs=2e-3)


def test_segregation_rises_with_the_share_between_areas():
    told = [income(seed=1, between_share=b).truth["rank_order_H"] for b in (0, 0.1, 0.4, 1)]
    assert told == sorted(told) and told[0] < 0.01 and told[-1] > 0.8


def test_a_seed_gives_the_same_incomes_again_and_another_one_does_not():
    first, again, other = (income(seed=s, n_areas=5).areas for s in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cuts": (0.8, 0.4)}, "cuts needs rising percentiles"),
        ({"cuts": ()}, "cuts needs"),
        ({"cuts": (0.0, 0.5)}, "cuts needs"),
        ({"between_share": 1.2}, "between_share needs"),
        ({"median": 0}, "median needs"),
    ],
)
def test_what_makes_no_incomes_is_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        income(seed=1, **wrong)
