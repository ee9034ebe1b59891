"""Have cities made at random, and towns drawn by hand, the segregation that they tell?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import ParameterError
from seglib.measures import dissimilarity, gini, information_theory
from seglib.scale import in_context, knn
from seglib.synth.city import PATTERNS, city, toy_town

TWO = {"a": 1, "b": 1}
FULL = 100_000  # persons in a block, so that chance no longer shows
MISSES = 4  # Monte-Carlo errors that a right answer may be off


def log_odds(world, shape: tuple[int, ...]) -> np.ndarray:
    """ln of a over b, by block, in the shape of the city."""
    counts = world.table().counts
    return np.log(counts[:, 0] / counts[:, 1]).reshape(shape)


class TestCity:
    def test_levels_nest_and_blocks_stand_on_a_grid(self):
        world = city(seed=1, sides=(2, 3, 2), persons=7)
        table = world.table()
        assert table.n_units == 144 and table.unit_totals.tolist() == [7] * 144
        assert world.areas.groupby("buurt")["wijk"].nunique().eq(1).all()
        assert world.areas.groupby("buurt").size().tolist() == [4] * 36
        assert world.areas.groupby("wijk").size().tolist() == [36] * 4
        assert sorted(set(table.points_m[:, 0])) == [50.0 + 100 * step for step in range(12)]
        # the blocks of a buurt are neighbours
        spans = world.areas.groupby("buurt")[["x_m", "y_m"]].agg(np.ptp)
        assert (spans == 100).all(axis=None)

    def test_truth_is_what_measures_show_when_chance_is_small(self):
        world = city(seed=2, sides=(3, 2, 2), persons=FULL)
        blocks = world.table()
        for level in ("block", "buurt", "wijk"):
            table = blocks if level == "block" else blocks.merge(level)
            assert information_theory(table).value == pytest.approx(
                world.truth[f"H {level}"], abs=1e-3
            )
            for group in table.groups:
                told = world.truth[f"D_rest {group} {level}"]
                assert dissimilarity(table, group).value == pytest.approx(told, abs=2e-3)

    def test_each_level_adds_the_spread_that_was_asked_for(self):
        sides, shape = (6, 4, 4), (6, 4, 4, 6, 4, 4)
        found = []
        for seed in range(12):
            world = city(seed=seed, margins=TWO, sides=sides, spreads=(0.5, 0.3, 0.2), persons=FULL)
            logs = log_odds(world, shape)
            buurten = logs.mean(axis=(2, 5))
            wijken = buurten.mean(axis=(1, 3))
            within = ((logs - buurten[:, :, None, :, :, None]) ** 2).sum() / (24**2 * 15)
            among = ((buurten - wijken[:, None, :, None]) ** 2).sum() / (36 * 15)
            found.append([within, among - within / 16, wijken.var(ddof=1) - among / 16])
        # log odds of two groups differ by two independent draws
        wanted = 2 * np.array([0.2, 0.3, 0.5]) ** 2
        error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
        assert (np.abs(np.mean(found, axis=0) - wanted) < MISSES * error + 2e-3).all()

    def test_without_spread_nobody_is_segregated_but_by_chance(self):
        world = city(seed=3, spreads=(0, 0, 0), persons=50)
        assert max(world.truth.values()) < 1e-12
        # 6 % in units of 50: D of about 0.24 though there is no segregation at all
        assert dissimilarity(world.table(), "Marokko").value > 0.2

    def test_a_level_without_spread_adds_nothing(self):
        truth = city(seed=4, spreads=(0.8, 0, 0)).truth
        assert truth["H wijk"] == pytest.approx(truth["H block"], abs=1e-12)
        truth = city(seed=4, spreads=(0.4, 0.4, 0.4)).truth
        assert truth["H wijk"] < truth["H buurt"] < truth["H block"]

    def test_the_margins_of_a_real_place_are_kept(self):
        margins = {"Nederland": 480_000, "Marokko": 76_000, "Turkije": 44_000, "overig": 400_000}
        worlds = [city(seed=seed, margins=margins, sides=(2, 2, 2)).table() for seed in range(30)]
        assert worlds[0].groups == tuple(margins)
        shares = np.array([table.shares for table in worlds])
        error = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
        wanted = np.array(list(margins.values())) / 1e6
        assert (np.abs(shares.mean(axis=0) - wanted) < MISSES * error).all()

    def test_a_field_is_as_smooth_and_as_strong_as_asked(self):
        found = []
        for seed in range(8):
            world = city(
                seed=seed, margins=TWO, sides=(24, 2, 2), spreads=(0, 0, 0), persons=FULL,
                field_spread=0.6, field_m=200,
            )  # fmt: skip
            logs = log_odds(world, (96, 96))
            found.append([(logs**2).mean(), (logs * np.roll(logs, 3, axis=0)).mean()])
        # noise smoothed by a Gaussian of s is alike over d by exp(-d^2 / 4 s^2)
        wanted = 2 * 0.6**2 * np.array([1.0, np.exp(-(300**2) / (4 * 200**2))])
        error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
        assert (np.abs(np.mean(found, axis=0) - wanted) < MISSES * error).all()

    def test_a_seed_gives_the_same_city_again_and_another_one_does_not(self):
        first, again, other = (city(seed=s, sides=(2, 2, 2)).table().counts for s in (5, 5, 6))
        assert (first == again).all() and (first != other).any()

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"sides": (2, 2)}, "sides needs a number for each of"),
            ({"sides": (2, 0, 2)}, "side of buurt needs a number from 1 to 50"),
            ({"sides": (2, 1.5, 2)}, "side of buurt needs a whole number"),
            ({"spreads": (1, 1, -1)}, "spread of block needs"),
            ({"persons": 0}, "persons needs"),
            ({"field_m": 1}, "field_m needs"),
            ({"margins": {"a": 1}}, "two groups at least"),
        ],
    )
    def test_what_makes_no_city_is_refused(self, wrong, message):
        with pytest.raises(ParameterError, match=message):
            city(seed=1, **wrong)


class TestToyTown:
    @pytest.mark.parametrize("pattern", PATTERNS)
    @pytest.mark.parametrize(("side", "purity"), [(8, 1.0), (8, 0.9), (16, 0.2), (8, 0.5)])
    def test_d_is_what_the_formula_by_hand_says(self, pattern, side, purity):
        town = toy_town(pattern, side=side, persons=10 * (side - 1), purity=purity)
        table = town.table()
        assert dissimilarity(table, "a", "b").value == pytest.approx(town.truth["D"], abs=1e-12)
        quarters = dissimilarity(table.merge("quarter"), "a", "b").value
        assert quarters == pytest.approx(town.truth["D quarter"], abs=1e-12)

    def test_towns_look_as_they_are_called(self):
        rows = {name: toy_town(name).table().column("a").reshape(8, 8)[3] for name in PATTERNS}
        assert rows["checkerboard"].tolist() == [0, 70] * 4
        assert rows["split"].tolist() == [70] * 4 + [0] * 4
        assert rows["enclave"].tolist() == [0, 0, 70, 70, 70, 70, 0, 0]
        assert rows["gradient"].tolist() == [0, 10, 20, 30, 40, 50, 60, 70]
        enclave = toy_town("enclave").table().column("a").reshape(8, 8)
        assert (enclave == enclave.T).all() and enclave[0].sum() == 0

    def test_indices_on_squares_cannot_tell_a_checkerboard_from_a_split(self):
        board, split = toy_town("checkerboard").table(), toy_town("split").table()
        for measure in (dissimilarity, gini):
            assert measure(board, "a", "b").value == measure(split, "a", "b").value

    def test_wider_surroundings_mix_a_checkerboard_and_not_a_split(self):
        board, split = (toy_town(name).table() for name in ("checkerboard", "split"))
        own, near, far = (
            [in_context(dissimilarity, town, knn(k), "a", "b").value for town in (board, split)]
            for k in (70, 700, 2000)
        )
        assert own == pytest.approx([1.0, 1.0], abs=1e-12)
        assert near[0] < 0.2 and far[0] < 0.1
        assert near[1] > 0.8 and far[1] > 0.4

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"pattern": "spiral"}, "no town 'spiral'. Choose one of checkerboard"),
            ({"side": 12}, "multiple of 8"),
            ({"purity": 1.5}, "purity needs"),
            ({"pattern": "gradient", "persons": 60}, "would hold 8.571 of group a"),
        ],
    )
    def test_what_makes_no_town_is_refused(self, wrong, message):
        with pytest.raises(ParameterError, match=message):
            toy_town(**({"pattern": "split"} | wrong))
