"""Do the stamps of the heavy proofs still speak of the code as it is? Malformed ones fail."""

from __future__ import annotations

import json
from collections import Counter

import interval_coverage as study
import numpy as np
import pytest
import stamps

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


def test_a_city_of_the_grid_has_the_declared_shares_and_sizes():
    grid = study.read_grid()
    cell = study.Cell("D", 0.05, 200, "strong")
    persons = study.city(cell, grid)
    assert np.allclose(persons.sum(axis=1), 200)
    assert np.allclose(persons.sum(axis=0) / persons.sum(), [0.05, 0.25, 0.70])


def test_counting_goes_on_where_it_stopped(tmp_path):
    grid = study.read_grid() | {"replicates": 40, "units": 10}
    cell = study.Cell("D", 0.30, 200, "strong")
    once = study.count(cell, grid, range(6))
    kept = tmp_path / "kept.json"
    counted: dict[str, dict[str, int]] = {}
    study.go_on(cell, grid, 4, counted, kept)
    again = json.loads(kept.read_text(encoding="utf-8"))
    assert study.go_on(cell, grid, 6, again, kept) == once


def test_a_row_inside_the_grid_holds_only_at_nominal_coverage():
    grid = study.read_grid()
    cell = study.Cell("D", 0.30, 1000, "strong")
    good = study.summary(cell, grid, Counter(covered=1900, below=50, above=50))
    bad = study.summary(cell, grid, Counter(covered=1800, below=100, above=100))
    none = study.summary(cell, grid, Counter({"reason near-null": 2000}))
    assert (good["inside"], good["holds"], bad["holds"], none["holds"]) == (
        True,
        True,
        False,
        False,
    )
