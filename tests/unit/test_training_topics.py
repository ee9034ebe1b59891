"""Do lessons 3, 4 and 6 show what the models, the stored race and the counts of CBS give?"""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from seglib.models import Question, fit_areas
from seglib.sources.load import load_counts
from seglib.training.topics import designs, home, scan, worlds

SAMPLE = ("GM0088", "GM0599", "GM0034", "GM0059", "GM1651", "GM0518")
"""An island, cities, a growth town, a village and the north."""


@pytest.fixture(scope="module")
def country():
    table = load_counts("Nederland", 2015, level="buurt", source="cbs-wijkbuurt-2015")
    return table, np.array(table.part_of("gemeente"))


def test_a_stored_scan_is_what_scanning_gives_today():
    """Where this fails: ``python -m seglib.training.topics.scan``, and look what changed."""
    for code in SAMPLE:
        assert json.loads(json.dumps(scan.scanned(code))) == scan.stored()[code], code


def test_every_gemeente_is_there_and_no_small_group_is_told(country):
    table, gemeenten = country
    assert set(scan.stored()) == set(gemeenten.tolist()) and len(scan.stored()) == 393
    for code, told in scan.stored().items():
        counts = table.counts[gemeenten == code]
        large = (counts.sum(axis=0) >= 500) & ((counts > 0).sum(axis=0) >= 5)
        allowed = set(np.array(table.groups)[large])
        if set(told["groups"]) != allowed:  # a larger city has a file of its own
            own = load_counts(scan.gemeente_name(code), 2015, level="buurt")
            assert own.source != table.source, code
            large = (own.group_totals >= 500) & ((own.counts > 0).sum(axis=0) >= 5)
            allowed = set(np.array(own.groups)[large])
        assert set(told["groups"]) == allowed, code
        assert set(told["d"]) <= allowed, code
        assert told["people"] % (100 if told["people"] > 1000 else 5) == 0
        assert (told["mixing"] is None) == (len(allowed) < 2)
        for value, low, high in [*told["d"].values(), *filter(None, [told["mixing"]])]:
            assert (low is None) == (high is None)
            assert low is None or low <= value <= high, code
        names = [scan.gemeente_name(one).casefold() for one in told["alike"]]
        assert names == sorted(names)


def test_the_lottery_by_hand_and_the_cards_that_can_be_trusted():
    facts = designs.facts()
    by_hand = {"itt": 2.0, "late": 3.0, "treated": 3.75}
    assert {name: facts[name] for name in by_hand} == pytest.approx(by_hand)
    sound = {
        (one["id"], name): designs.card(one["world"], one["empty"], name)["sound"]
        for one in designs.ROUNDS
        for name in one["cards"]
    }
    assert not sound["area", "naive"] and not sound["area", "controls"]
    assert sound["area", "fixed effects"] and sound["area", "lottery LATE"]
    assert not sound["programme", "before and after"]
    for _, cards in itertools.groupby(sound, key=lambda one: one[0]):
        assert {sound[one] for one in cards} == {True, False}
    assert designs.card("no selection", "", "naive")["sound"]  # where nobody chooses, it is fair
    assert designs.card("no selection", "", "siblings") is None


def test_a_card_tells_bias_coverage_and_false_alarm_of_the_race():
    one, none = (
        designs.scores()["border", "boundary"],
        designs.scores()["border, no effect", "boundary"],
    )
    told = designs.card("border", "border, no effect", "boundary")
    assert told["found"] == pytest.approx(one.truth + one.bias, abs=1e-4)
    assert told["holds"][0] == round(100 * one.coverage)
    assert told["alarm"][0] == round(100 * none.rejection)
    assert told["low"] < told["found"] < told["high"]


def test_the_line_of_each_choice_is_that_of_the_model():
    told, held = home.shown("nl", mode="choose"), home.areas().held
    for item, year, key in (
        ("ThuisVoelen_p", 2014, "0000"),
        ("ThuisVoelen_p", 2016, "1111"),
        ("GoedeOmgangEtnischeGroepen_p", 2014, "1010"),
    ):
        names = [name for name, on in zip(held, key, strict=True) if on == "1"]
        frame = home.areas().waves[year]
        found = fit_areas(Question(frame, item, "diversity", names))["slope"]
        wanted = [one / 10 for one in (found.value, found.low, found.high)]
        assert told["lines"][item][str(year)][key] == pytest.approx(wanted, abs=0.006)
    assert told["questions"][0][0] == "ThuisVoelen_p"
    assert home.facts()["below"] == home.facts()["lines"] == 32
    other = [one for one in home.curve() if one.outcome == home.outcomes()[-1]]
    assert not any(home.curve()[one].high < 0 for one in other)  # as the lesson says
    assert "unit_name" not in json.dumps(told) and "BU0599" not in json.dumps(told)


def test_the_three_worlds_are_alike_among_areas_and_not_among_persons():
    lines = {name: worlds.among_areas(name) for name in worlds.KINDS}
    for one, other in itertools.combinations(lines.values(), 2):
        assert one.low < other.high and other.low < one.high and one.high < 0
    holds_zero = {
        (name, part): (found := worlds.within(name, part)).low < 0 < found.high
        for name in worlds.KINDS
        for part in worlds.PARTS
    }
    assert [part for name, part in holds_zero if holds_zero[name, part] and name == "A"] == [
        "stayers"
    ]
    assert not any(zero for (name, _), zero in holds_zero.items() if name == "B")
    assert all(zero for (name, _), zero in holds_zero.items() if name == "C")
