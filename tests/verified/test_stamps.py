"""Do the stamps of the heavy proofs still speak of the code as it is? Malformed ones fail."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import interval_coverage as study
import numpy as np
import pytest
import stamps
from coverage_page import PAGE, text

from seglib.inference import estimate

PROOFS = stamps.proofs()


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_the_stamp_vouches_for_the_code_as_it_is(name):
    if remark := stamps.remarks(PROOFS[name]):
        pytest.skip(remark)


def test_every_stamp_is_of_a_proof_and_well_formed():
    for path in stamps.HERE.glob("*.json"):
        assert stamps.read_stamp(path)["proof"] in PROOFS


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_a_proof_names_modules_that_exist(name):
    assert [path for path in PROOFS[name].modules if not (stamps.ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seeds": None}, "lacks seeds"),
        ({"proof": "other"}, "is the stamp of 'other'"),
        ({"holds": "yes"}, "true or false"),
    ],
)
def test_a_malformed_stamp_is_refused(tmp_path, change, said):
    fields = dict.fromkeys(stamps.FIELDS, "") | {"proof": "one", "complete": True, "holds": True}
    fields = {name: value for name, value in (fields | change).items() if value is not None}
    path = tmp_path / "one.json"
    path.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        stamps.read_stamp(path)


CODE = "def half(x):\n    return x / 2\n"


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        (CODE, False),
        ('def half(x):\n    """Half of it."""\n\n    # by two\n    return (x / 2)\n', False),
        ('"""Of halves."""\n' + CODE, False),
        ("def half(x):\n    return x / 2.0\n", True),
        ("def half(x):\n    return None\n", True),
        ("def half(x):\n    return 'x'\n", True),
        (CODE + "'no docstring'\n", True),
    ],
)
def test_a_stamp_goes_stale_when_code_changes_and_not_when_words_do(tmp_path, text, stale):
    (tmp_path / "room").mkdir()
    module = tmp_path / "room" / "module.py"
    module.write_text(CODE, encoding="utf-8")
    before = stamps.modules_hash(["room"], tmp_path)
    module.write_text(text, encoding="utf-8")
    assert (stamps.modules_hash(["room"], tmp_path) != before) is stale


def test_a_stamp_goes_stale_when_a_module_is_renamed_or_a_table_changes(tmp_path):
    (tmp_path / "a.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "b.py").write_text(CODE, encoding="utf-8")
    table = tmp_path / "grid.toml"
    table.write_text("a = 1\n", encoding="utf-8")
    hashes = [stamps.modules_hash([name], tmp_path) for name in ("a.py", "b.py", "grid.toml")]
    table.write_text("a = 1  # one\n", encoding="utf-8")
    hashes.append(stamps.modules_hash(["grid.toml"], tmp_path))
    assert len(set(hashes)) == 4


def test_a_stale_stamp_names_what_changed_came_and_went(tmp_path):
    for name in ("same.py", "other.py", "new.py"):
        (tmp_path / name).write_text(CODE, encoding="utf-8")
    same = stamps.modules_hash(["same.py"], tmp_path)[:12]
    stamped = {"same.py": same, "other.py": "0" * 12, "gone.py": "1" * 12}
    asked = ["same.py", "other.py", "new.py"]
    assert stamps.changed_modules(stamped, asked, tmp_path) == ["other.py", "gone.py", "new.py"]


def test_a_city_of_the_grid_has_the_declared_shares_and_sizes():
    grid = study.read_grid()
    cell = study.Cell("D", 0.05, 200, "strong")
    persons = study.city(cell, grid)
    assert np.allclose(persons.sum(axis=1), 200)
    assert np.allclose(persons.sum(axis=0) / persons.sum(), [0.05, 0.25, 0.70])


def small_grid() -> dict[str, Any]:
    return study.read_grid() | {
        "replicates": 40,
        "units": 10,
        "group_shares": [0.30],
        "unit_sizes": [200],
        "spreads": {"strong": 1.5},
    }


def test_counting_goes_on_where_it_stopped(tmp_path):
    grid, kept = small_grid(), tmp_path / "kept.json"
    asked = [*study.cells(grid)]
    once = study.count(asked, grid, range(6))
    study.count_all(asked[:2], grid, range(4), kept, workers=1)
    assert study.count_all(asked, grid, range(6), kept, workers=1) == once
    assert json.loads(kept.read_text(encoding="utf-8")) == once
    later = study.count_all(asked, grid, range(4, 6), tmp_path / "later.json", workers=1)
    assert later == study.count(asked, grid, range(4, 6))


def test_a_cell_inside_that_is_off_is_counted_in_other_worlds_and_no_other_is(tmp_path):
    grid = small_grid() | {"unit_sizes": [1000]}
    rows = study.rows_of(grid, 5, tmp_path / "kept.json", workers=1)
    off = [row for row in rows if not row["holds_without_others"]]
    assert [row for row in rows if "others" in row] == off
    others = json.loads((tmp_path / "kept-others.json").read_text(encoding="utf-8")) if off else {}
    assert len(others) == len(off)
    for row in off:
        cell = study.Cell(row["measure"], 0.3, 1000, "strong")
        assert others[cell.key] == study.count([cell], grid, range(5, 10))[cell.key]


@pytest.mark.parametrize("measure", ["D", "H", "M"])
def test_an_interval_of_the_study_is_the_one_that_estimate_gives(measure):
    grid = small_grid()
    cell = study.Cell(measure, 0.30, 200, "strong")
    expected = study.city(cell, grid)
    world = np.random.default_rng([grid["seed"], 3, 200])
    drawn = world.multinomial(2000, (expected / expected.sum()).ravel()).reshape(expected.shape)
    table = study.CountTable.from_counts(drawn, groups=study.GROUPS)
    entry = study.REGISTRY[measure]
    alone = estimate(entry.function, table, *study.ARGUMENTS[measure], seed=3, replicates=40)
    place = study.place_of(study.truth(measure, table, expected), alone)
    assert study.count([cell], grid, range(3, 4))[cell.key] == {place: 1}


def test_a_cell_is_inside_where_chance_moves_the_measure_little_and_units_are_not_at_the_limit():
    grid = study.read_grid()
    near, at_limit, away = (
        study.summary(study.Cell("D", share, 50, spread), grid, Counter({"covered": 2000}))
        for share, spread in ((0.3, "middling"), (0.1, "strong"), (0.3, "strong"))
    )
    assert [row["inside_at_first"] for row in (near, at_limit, away)] == [True] * 3
    assert [row["inside"] for row in (near, at_limit, away)] == [False, False, True]
    assert near["bias_share"] > 0.2 > 0.1 > at_limit["bias_share"]
    assert near["small_share"] == away["small_share"] == 0.0
    assert 0.3 < at_limit["small_share"] < 0.6


def test_other_worlds_decide_on_a_cell_that_is_off_alone():
    cell, grid = study.Cell("D", 0.30, 1000, "strong"), study.read_grid()
    low, fair = (Counter({"covered": n, "below": 2000 - n}) for n in (1850, 1890))
    for found, others, verdict in (
        (low, None, "off"),
        (low, low, "off"),
        (low, fair, "again"),
        (fair, low, "nominal"),
    ):
        row = study.summary(cell, grid, found, others)
        assert (row["verdict"], row["holds"]) == (verdict, verdict != "off")
        assert row["holds_without_others"] is (found is fair)


@pytest.mark.parametrize(
    ("spread", "found", "first", "verdict"),
    [
        ("strong", {"covered": 1900, "below": 50, "above": 50}, True, "nominal"),
        ("strong", {"covered": 1800, "below": 100, "above": 100}, False, "off"),
        ("strong", {"covered": 1990, "below": 5, "above": 5}, False, "off"),
        ("strong", {"reason near-null": 2000}, False, "off"),
        ("strong", {"covered": 26, "below": 4, "reason near-null": 1970}, True, "few"),
        ("strong", {"covered": 95, "below": 5, "reason near-null": 0}, True, "few"),
        ("strong", {"covered": 94, "below": 6, "reason near-null": 0}, True, "off"),
        ("none", {"covered": 20, "below": 80, "reason near-null": 1900}, True, "few"),
        ("none", {"covered": 50, "below": 50, "reason near-null": 1899}, False, "off"),
        ("none", {"covered": 950, "below": 50, "reason near-null": 1000}, True, "nominal"),
    ],
)
def test_what_a_row_comes_to(spread, found, first, verdict):
    cell = study.Cell("D", 0.30, 1000, spread)
    row = study.summary(cell, study.read_grid(), Counter(found))
    assert row["inside"] is (spread == "strong")
    assert (row["holds_as_first_written"], row["verdict"]) == (first, verdict)
    assert row["holds"] is (verdict != "off")


def test_the_published_table_is_made_from_the_stamp():
    stamp = study.PROOF.stamp_path
    if not stamp.is_file() or not stamps.read_stamp(stamp)["complete"]:
        pytest.skip("no stamp of the whole coverage study yet, so no table")
    if stamps.read_stamp(stamp)["modules_hash"] != stamps.modules_hash(study.MODULES):
        pytest.skip("the stamp is stale, and so is the table")
    assert PAGE.read_text(encoding="utf-8") == text(stamps.read_stamp(stamp))
