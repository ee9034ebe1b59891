"""Does the race count bias, error and coverage right, and do designs err the tabled way?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from seglib.errors import MissingDataError, ParameterError
from seglib.models import race
from seglib.models.race import PLANS, Plan, run, score, scoreboard, seed_of
from seglib.result import Estimate
from seglib.synth.expected import expected
from seglib.synth.recipes import make_world

FOUND = np.array(
    [[1.0, 0.0, 2.0, 0.5], [2.0, 1.0, 3.0, 0.5], [3.0, 2.0, 4.0, 0.5], [6.0, 5.0, 7.0, 0.7]]
)


def test_a_score_by_hand():
    """Errors -1, 0, 1 and 4 about a truth of 2: their mean is 1, their mean square 4.5."""
    one = score("world", "design", "effect", 2.0, FOUND)
    assert (one.bias, one.rmse) == pytest.approx((1.0, sqrt(4.5)))
    assert one.bias_error == pytest.approx(sqrt(14 / 3) / 2)
    # the squares 1, 0, 1 and 16 have a variance of 177 / 3
    assert one.rmse_error == pytest.approx(sqrt(59) / 2 / (2 * sqrt(4.5)))
    assert (one.coverage, one.rejection) == (0.75, 0.75)
    assert one.coverage_error == pytest.approx(sqrt(0.75 * 0.25 / 4))
    assert (one.spread, one.reported_error) == pytest.approx((sqrt(14 / 3), 0.55))
    assert one.replications == 4 and one.direction == "none"


@pytest.mark.parametrize(
    ("truth", "shift", "direction"),
    [
        (2.0, 0.5, "away from zero"),
        (2.0, -0.5, "towards zero"),
        (2.0, -9.0, "towards zero"),
        (-2.0, -0.5, "away from zero"),
        (-2.0, 0.5, "towards zero"),
        (0.0, 0.5, "away from zero"),
        (0.0, -0.5, "away from zero"),
        (2.0, 0.0, "none"),
    ],
)
def test_the_direction_of_a_bias_goes_by_the_sign_of_the_truth(truth, shift, direction):
    value = truth + shift + np.array([-0.1, 0.1, -0.1, 0.1])
    found = np.column_stack([value, value - 1, value + 1, np.ones(4)])
    assert score("world", "design", "effect", truth, found).direction == direction


@dataclass
class Tiny:
    """A world of one number."""

    persons: pd.DataFrame | None
    areas: pd.DataFrame
    truth: dict[str, float]


def tiny(name, *, seed):
    """A draw that shows its seed."""
    frame = pd.DataFrame({"x": [seed, -seed], "kept": [True, False]})
    return Tiny(frame, pd.DataFrame({"x": [0.5]}), {"effect": 0.0})


def total(frame, column):
    """The sum of a column, as an estimate."""
    value = float(frame[column].sum())
    return Estimate("slope", value, low=value - 1, high=value + 1, standard_error=0.5)


TINY = {
    "kept": Plan(total, {"column": "x"}, {"kept": True}),
    "all": Plan(total, {"column": "x"}, {"nowhere": True}),
    "picked": Plan(lambda frame: {"one": total(frame, "x")}, {}, {"kept": False}, "one"),
}


def test_designs_of_one_world_see_the_same_draw_and_the_rows_they_ask_for():
    entries = [("a", "kept"), ("a", "picked"), ("a", "all"), ("b", "kept")]
    found = run(tiny, entries, replications=range(3), seed=1, plans=TINY)
    seeds = [seed_of("a", number, 1) for number in range(3)]
    assert found["a", "kept"].tolist() == [[s, s - 1, s + 1, 0.5] for s in seeds]
    assert found["a", "picked"][:, 0].tolist() == [-s for s in seeds]
    assert not found["a", "all"][:, 0].any()
    assert not set(found["b", "kept"][:, 0]) & set(seeds)


def test_a_race_in_parts_is_the_race_in_one_go():
    entries = [("a", "kept"), ("b", "kept")]
    whole = run(tiny, entries, replications=range(6), seed=2, plans=TINY)
    parts = [
        run(tiny, entries, replications=r, seed=2, plans=TINY) for r in (range(2), range(2, 6))
    ]
    for entry in entries:
        assert np.concatenate([part[entry] for part in parts]).tolist() == whole[entry].tolist()


def test_every_design_of_the_table_is_in_the_race_and_the_other_way_round():
    assert {row.design for row in expected().values()} == set(PLANS)


def test_a_race_scores_each_entry_against_the_truth_of_its_world():
    found = run(make_world, [("border", "naive")], replications=range(3), seed=5)
    entry = expected()["border", "naive"]
    alone = score("border", "naive", "effect", -0.2, found["border", "naive"])
    assert race.race(make_world, [entry], replications=3, seed=5) == (alone,)
    changed = partial(make_world, beta=0.7)
    assert race.race(changed, [entry], replications=2, seed=5)[0].truth == 0.7


def test_a_design_that_does_not_exist_is_refused():
    with pytest.raises(ParameterError, match="no design 'wish'"):
        run(tiny, [("a", "wish")], replications=range(1), seed=1)


REPLICATIONS = 12
# with few draws six errors: of a hundred pairs none should be off by chance
FEW = 6.0


@pytest.fixture(scope="module")
def small_race():
    """A dozen draws of every world, scored by world and design."""
    scores = race.race(make_world, expected().values(), replications=REPLICATIONS, seed=11)
    return dict(zip(expected(), scores, strict=True))


@pytest.mark.parametrize("entry", expected())
def test_a_design_is_not_biased_against_the_table(small_race, entry):
    one, row = small_race[entry], expected()[entry]
    off = one.bias / one.bias_error
    if row.direction == "none":
        assert abs(off) < FEW
        error = sqrt(0.95 * 0.05 / REPLICATIONS)
        assert one.coverage >= 0.95 - FEW * error
    elif row.direction != "sign unknown" and abs(off) > FEW:
        assert one.direction == row.direction


def test_sorting_alone_makes_false_discoveries_and_a_lottery_none(small_race):
    assert small_race["no effect", "naive"].rejection == 1.0
    assert small_race["childhood, no effect", "exposure alone"].rejection == 1.0
    assert small_race["no effect", "lottery ITT"].rejection < 0.3


def test_the_scoreboard_has_a_row_for_each_score(small_race):
    frame = scoreboard(small_race.values())
    assert len(frame) == len(expected())
    assert {"world", "design", "bias", "bias_error", "rmse_error", "direction"} <= set(frame)
    assert frame["replications"].eq(REPLICATIONS).all()


def test_a_stored_scoreboard_comes_back_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(race, "STORED", tmp_path / "scoreboard.json")
    with pytest.raises(MissingDataError, match="Run `python3 -m seglib verify effects`"):
        race.proven()
    kept = race.Proven((score("world", "design", "effect", 2.0, FOUND),), 4, 39, "abc", "def")
    race.store(kept)
    assert race.proven() == kept
    assert race.proven().scores[0].direction == "none"


def test_the_stored_scoreboard_has_every_pair_of_the_table():
    stored = race.proven()
    assert {(one.world, one.design) for one in stored.scores} == set(expected())
    assert {one.replications for one in stored.scores} == {stored.replications}
