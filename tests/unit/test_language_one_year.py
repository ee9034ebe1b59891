"""Sentences for a place with one year: every number is that of its estimate."""

from __future__ import annotations

from seglib import CountTable, CountTables, dissimilarity, estimate, information_theory
from seglib.language import say_one_year, say_year_summary

COUNTS = [[900, 300, 20], [300, 900, 20], [600, 600, 20]]
SERIES = CountTables.from_tables(
    {
        2015: CountTable.from_counts(
            COUNTS, groups=("Nederland", "Marokko", "Suriname"), place="Stad", year=2015
        )
    }
)
DRAWS = {"seed": 3, "replicates": 100}
AGAINST_REST = {group: estimate(dissimilarity, SERIES, group, **DRAWS) for group in SERIES.groups}
ALL_GROUPS = estimate(information_theory, SERIES, **DRAWS)


def test_a_line_for_each_group_with_value_margin_and_lottery():
    lines = say_one_year(AGAINST_REST, lang="nl").splitlines()
    assert len(lines) == 3
    # Dutch origin: 900, 300 and 600 of 1,800 against 320, 920 and 620 of the 1,860 others
    assert lines[0].startswith("- Nederlandse herkomst: 32,8 (toevalsmarge ")
    assert "bij loting van woningen zou dit" in lines[0]


def test_a_measure_of_all_groups_goes_by_its_own_name():
    assert say_one_year([ALL_GROUPS], lang="nl").startswith("H (informatie-index H): ")


def test_the_summary_gives_the_range_and_the_groups_without_a_margin():
    told = say_year_summary(AGAINST_REST, ALL_GROUPS, lang="nl")
    assert "In Stad liep D in 2015 van 32," in told
    assert "Geen toevalsmarge" in told
    assert "Surinaamse herkomst" in told
    assert told.endswith(
        "Er is voor Stad één peiljaar, 2015. Dit rapport zegt dus niets over verandering."
    )


def test_english_tells_the_same_numbers():
    dutch = say_year_summary(AGAINST_REST, ALL_GROUPS, lang="nl")
    english = say_year_summary(AGAINST_REST, ALL_GROUPS, lang="en")
    assert [c for c in dutch if c.isdigit()] == [c for c in english if c.isdigit()]
