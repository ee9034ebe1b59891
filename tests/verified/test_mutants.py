"""Are mistakes made where they are meant, and are outcomes kept no longer than they hold?"""

from __future__ import annotations

import ast

import mutation
import pytest
from mutants import chosen, mutants
from trials import Trial, reached

MODULE = '''"""A module with 1 or 2 things."""

__all__ = ["most"]
LIMIT: int = 3
Pair = tuple[int, int] | None


def most(values: list[int], low: int = 0) -> int:
    """The largest of values, at least 4 + 4."""
    if not values:
        raise ValueError(f"no {1 + 1} values, {len(values)} came" + "!")
    for value in values:
        if low < value:
            low += value * 2
    return max(low, values[low], pair(values, low))
'''


def written(tmp_path, text=MODULE):
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_place_of_the_code_has_its_mistakes_and_words_have_none(tmp_path):
    found = {(m.where, m.kind, m.old, m.new) for m in mutants(written(tmp_path), tmp_path)}
    assert {one for one in found if one[1] not in ("constant", "limit", "arguments")} == {
        ("most", "negation", "not values", "(values)"),
        (
            "most",
            "statement",
            'raise ValueError(f"no {1 + 1} values, {len(values)} came" + "!")',
            "pass",
        ),
        ("most", "comparison", "low < value", "(low > value)"),
        ("most", "boundary", "low < value", "(low <= value)"),
        ("most", "arithmetic", "low += value * 2", "low -= value * 2"),
        ("most", "statement", "low += value * 2", "pass"),
        ("most", "arithmetic", "value * 2", "(value / 2)"),
        ("most", "index", "values[low]", "(values[low + 1])"),
        ("most", "result", "return max(low, values[low], pair(values, low))", "return None"),
    }
    others = sorted(one[:3] for one in found if one[1] in ("constant", "limit", "arguments"))
    assert others == [
        ("module", "constant", "3"),
        ("most", "arguments", "pair(values, low)"),
        ("most", "constant", "0"),
        ("most", "constant", "2"),
        ("most", "limit", "max(low, values[low], pair(values, low))"),
    ]


def test_a_mutant_differs_from_its_module_in_one_place_and_can_be_read(tmp_path):
    path = written(tmp_path)
    for mutant in mutants(path, tmp_path):
        changed = mutant.applied(path.read_bytes()).decode()
        ast.parse(changed)
        assert len(changed.splitlines()) >= len(MODULE.splitlines()) - 1
        assert changed.startswith(MODULE[: mutant.start])
        assert changed.endswith(MODULE[mutant.end :])


def test_the_same_mutants_are_chosen_when_other_code_moves_or_comes(tmp_path):
    path = written(tmp_path)
    before = {mutant.name for mutant in chosen([path], tmp_path, 8, seed=5)}
    path.write_text(MODULE.replace('"""\n\n__all__', '"""\n\n# more\n\n__all__'), encoding="utf-8")
    assert {mutant.name for mutant in chosen([path], tmp_path, 8, seed=5)} == before
    assert {mutant.name for mutant in chosen([path], tmp_path, 8, seed=6)} != before
    assert len({mutant.name for mutant in mutants(path, tmp_path)}) == len(
        list(mutants(path, tmp_path))
    )


KERNELS = """
SCALE = 2.0
def _ground(x): return x * SCALE
def _above(x): return _ground(x) + 1
def _apart(x): return x
"""


def test_a_mistake_reaches_the_kernels_that_call_what_it_is_in(tmp_path):
    (tmp_path / "seglib").mkdir()
    written(tmp_path / "seglib", KERNELS)
    kernels = {"_ground", "_above", "_apart", "_apart_batch", "_above_batch"}

    def stale(old, new):
        changed = ast.parse(KERNELS.replace(old, new))
        return reached(tmp_path, ast.parse(KERNELS), changed, kernels) & kernels

    assert stale("SCALE = 2.0", "SCALE = 3.0") == {"_ground", "_above", "_above_batch"}
    assert stale("x * SCALE", "x / SCALE") == {"_ground", "_above", "_above_batch"}
    assert stale("return x\n", "return None\n") == {"_apart", "_apart_batch"}


@pytest.mark.parametrize(
    ("outcome", "by", "changed", "holds"),
    [
        ("failed", "one.py::test_a", "", True),
        ("failed", "one.py::test_a", "two.py", True),
        ("failed", "one.py::test_a", "one.py", False),
        ("failed", "collecting", "two.py", False),
        ("alive", "", "", True),
        ("alive", "", "two.py", False),
        ("failed", "one.py::test_a", "module.py", False),
    ],
)
def test_an_outcome_is_kept_as_long_as_what_decided_it(tmp_path, outcome, by, changed, holds):
    files = ["one.py", "two.py"]
    for name in ("module.py", *files):
        (tmp_path / name).write_text("a = 1\n", encoding="utf-8")
    kept = mutation.as_kept(Trial(outcome, by), "module.py", files, tmp_path)
    if changed:
        (tmp_path / changed).write_text("a = 2\n", encoding="utf-8")
    assert mutation.still_holds(kept, "module.py", files, tmp_path) is holds


def test_tests_that_other_mistakes_in_the_module_fell_over_come_first():
    kept = {"a.py one": {"by": "slow"}, "a.py two": {"by": "slow"}, "b.py one": {"by": "other"}}
    known = {"quick": 0.1, "other": 0.2, "slow": 3.0}
    assert list(mutation.telling_first(known, kept, "a.py")) == ["slow", "quick", "other"]


def test_survivors_count_against_the_proof_and_need_a_reason():
    plan = mutation.read_plan() | {"least": 0.5}
    outcomes = {"a": "failed", "b": "timeout", "c": "alive"}
    found = mutation.counted([], outcomes, plan)
    assert found["counts"] == {"mutants": 3, "failed": 1, "crashed": 0, "timeout": 1, "alive": 1}
    assert found["died"] == 0.6667
    assert found["holds"] is False
    assert found["survivors"] == [{"mutant": "c", "why": ""}]
    assert mutation.counted([], {"a": "failed"}, plan)["holds"] is True


def test_each_mutated_module_has_tests_that_exist():
    plan = mutation.read_plan()
    for path in mutation.mutated(plan):
        name = path.relative_to(mutation.ROOT).as_posix()
        assert mutation.tests_of(name, plan) != []
