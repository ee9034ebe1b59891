"""A world's arrows: causes stand to the left of their effects, and every arrow is drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from seglib.figures import diagram
from seglib.figures.diagram import places_of

ARROWS = (
    ("ability", "area"),
    ("area", "exposure"),
    ("ability", "outcome"),
    ("exposure", "outcome"),
)


def test_causes_stand_left_of_their_effects():
    places = places_of(ARROWS)
    assert all(places[cause][0] < places[effect][0] for cause, effect in ARROWS)
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize(("lang", "mark"), [("nl", "Gesimuleerd"), ("en", "Simulated")])
def test_the_drawing_says_that_it_is_simulated_and_lists_its_arrows(lang, mark):
    figure = diagram(ARROWS, lang=lang)
    text = " ".join(ElementTree.fromstring(figure.svg).itertext())
    assert mark in text
    assert mark in figure.caption
    assert figure.alt != figure.caption
    assert len(figure.table.rows) == 3  # ability, area and exposure start arrows
