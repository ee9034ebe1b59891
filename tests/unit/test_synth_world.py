"""Does a made-up world say that it is made up, and count its own people?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib.errors import ParameterError, SeglibError
from seglib.measures import dissimilarity
from seglib.synth.world import World, check_whole, check_within, generator, shares_of

AREAS = pd.DataFrame(
    {"area": ["b", "a", "c"], "wijk": ["W1", "W1", "W2"], "x_m": [0, 100, 0], "y_m": [0, 0, 100.0]}
)
PERSONS = pd.DataFrame({"area": ["a", "a", "b", "a"], "group": ["y", "x", "x", "y"]})


def world(areas=AREAS, persons=PERSONS, truth=None, diagram=(("group", "area"),)) -> World:
    return World("tiny", areas, persons, truth or {}, {"n": 4}, diagram, seed=3)


def test_every_row_of_every_frame_is_marked():
    made = world()
    for frame in (made.areas, made.persons):
        assert frame["synthetic"].tolist() == [True] * len(frame)
    assert "synthetic" not in AREAS and "synthetic" not in PERSONS


def test_the_table_counts_persons_in_the_order_of_the_areas_and_keeps_empty_ones():
    table = world().table(year=2016)
    assert (table.units, table.groups) == (("b", "a", "c"), ("x", "y"))
    assert table.counts.tolist() == [[1, 0], [1, 2], [0, 0]]
    assert (table.source, table.place, table.year) == ("synthetic", "tiny", 2016)
    assert table.parts == {"wijk": ("W1", "W1", "W2")}
    assert table.points_m.tolist() == [[0, 0], [100, 0], [0, 100]]


def test_the_mark_follows_into_an_estimate():
    assert dissimilarity(world().table(), "x", "y").source == "synthetic"


def test_a_row_may_stand_for_several_persons():
    alike = PERSONS.assign(persons=[5, 1, 2, 7])
    assert world(persons=alike).table().counts.tolist() == [[2, 0], [1, 12], [0, 0]]


def test_categorical_groups_keep_their_own_order_and_absent_ones():
    kinds = pd.Categorical(PERSONS["group"], categories=["z", "y", "x"])
    table = world(persons=PERSONS.assign(group=kinds)).table()
    assert table.groups == ("z", "y", "x")
    assert table.counts[1].tolist() == [0, 2, 1]


def test_a_panel_of_areas_counts_each_area_once():
    panel = pd.concat([AREAS.assign(year=2010), AREAS.assign(year=2011)])
    assert world(areas=panel).table().n_units == 3


def test_the_diagram_is_told_arrow_by_arrow():
    made = world(diagram=(("taste", "area"), ("area", "outcome")))
    assert made.arrows() == "taste -> area, area -> outcome"


def test_a_diagram_in_a_circle_is_refused():
    with pytest.raises(SeglibError, match=r"circle: (a -> b -> c -> a|b -> c -> a|c -> a -> b)"):
        world(diagram=(("a", "b"), ("b", "c"), ("c", "a")))


def test_a_truth_that_is_not_a_number_is_refused():
    with pytest.raises(SeglibError, match="has nan for 'slope'"):
        world(truth={"slope": np.nan})


def test_a_person_who_lives_nowhere_is_refused():
    with pytest.raises(SeglibError, match="Person 3 of 'tiny' lives in 'q'"):
        world(persons=PERSONS.assign(area=["a", "a", "b", "q"]))


@pytest.mark.parametrize(("persons", "known"), [(None, "none"), (PERSONS, "area, group")])
def test_a_table_of_groups_that_are_not_there_is_refused(persons, known):
    with pytest.raises(ParameterError, match=f"no column 'origin'; columns are {known}"):
        world(persons=persons).table("origin")


@pytest.mark.parametrize("seed", [-1, 1.5, True, None])
def test_a_seed_is_a_whole_number_from_0(seed):
    with pytest.raises(ParameterError, match="whole number from 0"):
        generator(seed)


def test_the_same_seed_gives_the_same_numbers():
    assert generator(7).random(3).tolist() == generator(np.int64(7)).random(3).tolist()


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan])
def test_a_parameter_outside_its_range_is_refused_by_name(value):
    check_within(0, 1, share=0.0, other=1.0)
    with pytest.raises(ParameterError, match="selection needs a number from 0 to 1"):
        check_within(0, 1, share=0.5, selection=value)


def test_a_number_of_things_is_whole():
    check_whole(1, 9, persons=4.0, areas=9)
    with pytest.raises(ParameterError, match=r"areas needs a whole number, not 2\.5\. Round it"):
        check_whole(1, 9, areas=2.5)
    with pytest.raises(ParameterError, match="areas needs a number from 1 to 9"):
        check_whole(1, 9, areas=10)


def test_margins_in_persons_become_shares():
    names, shares = shares_of({"Nederland": 300, "Marokko": 100})
    assert names == ("Nederland", "Marokko")
    assert shares.tolist() == [0.75, 0.25]


@pytest.mark.parametrize("margins", [{}, {"a": 1}, {"a": 1, "b": 0}, {"a": 1, "b": np.inf}])
def test_margins_that_leave_no_two_groups_are_refused(margins):
    with pytest.raises(ParameterError, match="two groups at least"):
        shares_of(margins)
