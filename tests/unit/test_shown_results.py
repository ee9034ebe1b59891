"""What an analyst sees who types the name of a table or a result."""

from __future__ import annotations

from seglib.inference import estimate, estimate_profile, estimate_together
from seglib.measures import dissimilarity, information_theory, isolation, local_segregation
from seglib.result import ChangeDecomposition, Estimates
from seglib.table import CountTable

COUNTS = [[90, 30], [30, 90], [60, 45], [5, 20]]
CITY = CountTable.from_counts(
    COUNTS,
    groups=("a", "b"),
    units=("n", "o", "p", "q"),
    parts={"half": "NNSS"},
    level="wijk",
    place="Town",
    year=2015,
    source="here",
)


def test_a_table_tells_what_it_is_of_and_none_of_its_figures():
    assert repr(CITY) == (
        "CountTable(Town 2015 here: 370 persons in 4 units and 2 groups, "
        "the units are of level wijk; a, b)"
    )
    bare = CountTable.from_counts(COUNTS, upper=COUNTS)
    assert repr(bare) == (
        "CountTable(no place: 370 persons in 4 units and 2 groups, each number within bounds; 1, 2)"
    )
    assert "3 units left out" in repr(CITY.select_units(["n"], reason="too small"))


def test_an_estimate_tells_its_certainty_as_far_as_it_is_known():
    plain = dissimilarity(CITY, "a", "b")
    assert repr(plain) == f"D of a against b, Town 2015, 4 units: {plain.value:.6g}"
    found = estimate(dissimilarity, CITY, "a", "b", seed=1, replicates=200)
    assert repr(found) == (
        f"{plain!r}; 95% interval {found.low:.6g} to {found.high:.6g}; "
        f"less its bias {found.debiased:.6g}; by chance alone {found.null_mean:.6g}; "
        f"p {found.p_value:.6g}"
    )
    small = CountTable.from_counts([[2, 1], [1, 2]], groups=("a", "b"))
    refused = estimate(dissimilarity, small, "a", "b", seed=1, replicates=200)
    assert repr(refused).endswith(f"; no interval: {refused.reason}") and refused.reason


def test_several_numbers_stand_in_a_table_under_what_they_are_of():
    heading, columns, *rows = repr(local_segregation(CITY)).splitlines()
    assert heading == "ls, Town 2015, 4 units"
    assert columns.split() == ["unit", "unit_name", "persons", "value"]
    assert [row.split()[0] for row in rows] == ["n", "o", "p", "q"]
    wishes = {"levels": ["wijk", "half"], "seed": 1, "replicates": 200}
    lines = repr(estimate_profile(CITY, dissimilarity, "a", "b", **wishes)).splitlines()
    assert lines[0] == "D of a against b, Town 2015"
    assert [line.split()[0] for line in lines[1:]] == ["level", "wijk", "half"]


def test_a_change_tells_both_years():
    parts = {"structural": 0.1, "group_margin": 0.2}
    change = ChangeDecomposition("M", parts, 0.3, place="Town", n_units=4, years=(2005, 2017))
    assert repr(change).splitlines()[0] == "M, Town 2005 to 2017, 4 units"


def test_results_by_key_have_a_line_each_and_many_are_counted():
    asked = [information_theory, (isolation, "a")]
    together = estimate_together(asked, CITY, seed=1, replicates=200)
    lines = repr(together).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("H: H, Town 2015")
    assert "xPx of a, Town 2015" in lines[1]
    one = dissimilarity(CITY, "a", "b")
    assert repr(Estimates(dict.fromkeys(range(15), one))).splitlines()[-1] == "and 3 more"
    assert repr(Estimates()) == "no results"
