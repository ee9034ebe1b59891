"""Are the quantities of national claims the ones that a reader would count by hand?"""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from seglib import claims
from seglib.claims import national
from seglib.inference import RoundingBand
from seglib.result import Estimate

GROUPS = ("Nederland", "Marokko", "Turkije", "Suriname", "Antillen", "overig niet-westers")


def level(value, low=None, high=None, reason="", group="Turkije"):
    margin = {"low": low, "high": high, "reason": reason, "year": 2015}
    return {group: Estimate("D", value, (group, "Nederland"), 90, **margin)}


def band(low, high, group="Turkije"):
    own = {"low": low, "high": high, "estimand": "measurement"}
    return {group: RoundingBand("D", 0.5, (group, "Nederland"), **own)}


def test_the_town_that_reaches_highest_stands_with_margin_and_rounding():
    levels = {"A": level(0.5, 0.49, 0.51), "B": level(0.48, 0.47, 0.49)}
    (found,) = claims.highest_of(levels, {"A": band(0.49, 0.515), "B": band(0.46, 0.53)})
    assert (found.value, found.low, found.high) == (0.48, 0.47, 0.49)
    assert found.band == pytest.approx(0.05)
    assert found.widest == pytest.approx((0.43, 0.53))
    assert (found.groups, found.years) == (("Turkije", "Nederland"), (2015,))


def test_a_town_known_too_coarsely_withholds_the_group():
    levels = {"A": level(0.5, 0.49, 0.51), "B": level(0.2, reason="small-cells")}
    (found,) = claims.highest_of(levels, {"A": band(0.49, 0.51), "B": band(0.1, 0.3)})
    assert found.withheld and not found.has_interval


def test_a_level_without_a_margin_keeps_its_reason():
    (found,) = claims.highest_of({"A": level(0.5, reason="small-cells")}, {"A": band(0.49, 0.51)})
    assert found.reason == "small-cells" and found.low is None
    assert found.widest == pytest.approx((0.49, 0.51))


@pytest.mark.parametrize(
    ("turkish", "outcome"),
    [(0.55, "steunt"), (0.63, "steunt deels"), (0.7, "spreekt tegen")],
)
def test_c01_is_decided_by_the_published_ends(turkish, outcome):
    groups = ("Marokko", "Turkije", "Suriname", "Antillen")
    names = dict.fromkeys(groups, turkish)
    one = {}
    for group, value in names.items():
        one |= level(value, value - 0.01, value + 0.01, group=group)
    rounded = {}
    for group, value in names.items():
        rounded |= band(value - 0.01, value + 0.01, group)
    found = claims.highest_of({"A": one}, {"A": rounded})
    shown = claims.evidence("C01", found, place="Nederland", towns=4, lang="nl", canonical=True)
    assert claims.decide(shown).outcome == outcome


def rows_of(areas):
    """Tidy rows of areas, each persons by group, or None where figures are secret."""
    rows = []
    for number, (people, persons) in enumerate(areas):
        for place, group in enumerate(GROUPS):
            known = None if persons is None else persons[place]
            top = people if known is None else known + 1
            facts = {"unit_code": f"BU{number}", "group": group, "persons": known, "upper": top}
            rows.append(facts | {"denominator": people, "year": 2015})
    return pd.DataFrame(rows)


AREAS = [
    (200, (80, 100, 0, 10, 10, 0)),  # half of one origin
    (100, (90, 0, 10, 0, 0, 0)),
    (100, (5, 0, 5, 0, 0, 90)),  # a collective column
    (40, (0, 40, 0, 0, 0, 0)),  # too small
    (60, None),  # secret
    (20, None),  # secret as well, however small
    (0, (0, 0, 0, 0, 0, 0)),
]


def test_areas_are_counted_by_share_with_those_left_out_apart(monkeypatch):
    monkeypatch.setattr(national, "load_rows", lambda source: rows_of(AREAS))
    found = claims.one_group("any")
    assert (found.n_units, found.left_out) == (3, {"empty": 1, "secret": 2, "small": 1})
    one, every = found.quantities
    assert (one.name, one.value, one.years) == ("largest_one_origin_share", 0.5, (2015,))
    assert (every.name, every.value) == ("largest_any_column_share", 0.9)
    assert every.band == pytest.approx(0.01)  # 91 of 100 at most
    steps = found.steps.set_index("step")
    assert steps.loc[50, ["one_origin", "any_column", "dutch"]].tolist() == [1, 2, 1]
    assert steps.loc[60, ["one_origin", "any_column", "dutch"]].tolist() == [0, 1, 1]
    # 100 of the 135 people of four origins live where their own one is half
    assert steps.loc[50, "within"] == pytest.approx(float(Fraction(100, 135)))


def test_c12_needs_every_column_to_stay_below_its_bound(monkeypatch):
    for areas, outcome in ((AREAS, "gemengd of gevoelig voor keuzes"), (AREAS[:2], "steunt")):
        monkeypatch.setattr(national, "load_rows", lambda source, areas=areas: rows_of(areas))
        found = claims.one_group("any").quantities
        shown = claims.evidence("C12", found, place="Nederland", lang="nl", canonical=True)
        assert claims.decide(shown).outcome == outcome


def test_the_national_table_has_the_areas_that_its_source_tells_of():
    found = claims.one_group("cbs-wijkbuurt-2015")
    assert found.n_units + sum(found.left_out.values()) == 12_229
    assert found.left_out["secret"] == 226
