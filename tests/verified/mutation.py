"""Do the tests notice when somebody makes a mistake?

``python3 -m seglib verify mutation [--only PATH] [--mutants N] [--workers N]`` makes the mistakes
of ``mutants.toml`` one at a time in a copy of the tree and runs the tests that bear on the module.
Outcomes are kept in ``build/verify``: one is run again once its module, or the tests that decided
it, have changed; that a change elsewhere could decide otherwise is left to a run without them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mutants import Mutant, chosen
from stamps import HERE, ROOT, Proof, code_hash, modules_hash
from trials import Trial, copy_tree, load_libraries, put_mistake, run_tests

PLAN = HERE / "mutants.toml"
SURVIVORS = HERE / "survivors.toml"
KEPT = ROOT / "build" / "verify" / "mutation"
DEAD = ("failed", "crashed", "timeout")


def read_plan(path: Path = PLAN) -> dict[str, Any]:
    """What to mutate and which tests have to notice."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def mutated(plan: Mapping[str, Any], root: Path = ROOT) -> list[Path]:
    """The modules that mistakes are made in."""
    rooms = [root / "seglib" / room for room in plan["rooms"]]
    return sorted(
        [root / name for name in plan["modules"]]
        + [p for room in rooms for p in room.rglob("*.py")]
    )


def tests_of(path: str, plan: Mapping[str, Any], root: Path = ROOT) -> list[str]:
    """The files of tests that bear on a module, in the order of the plan."""
    room = max((name for name in plan["tests"] if path.startswith(name)), key=len)
    found = [file for name in plan["tests"][room] for file in sorted(root.glob(f"tests/{name}.py"))]
    return [*dict.fromkeys(file.relative_to(root).as_posix() for file in found)]


def all_tests(plan: Mapping[str, Any], root: Path = ROOT) -> list[str]:
    """Every file of tests that the plan names."""
    return sorted({file for room in plan["tests"] for file in tests_of(room, plan, root)})


def modules() -> tuple[str, ...]:
    """What the stamp is about."""
    plan = read_plan()
    own = ("mutants.py", "mutants.toml", "mutation.py", "trials.py")
    rooms = [f"seglib/{room}" for room in plan["rooms"]]
    proof = [f"tests/verified/{name}" for name in own]
    return (*plan["modules"], "seglib/table", "seglib/result", *rooms, *all_tests(plan), *proof)


@dataclass(frozen=True)
class Base:
    """A copy of the tree without mistakes, and the seconds of each test that passes on it."""

    tree: Path
    seconds: dict[str, float]
    failing: tuple[str, ...]

    def known(self, files: Sequence[str], left_out: Sequence[str]) -> dict[str, float]:
        """The seconds of these files' tests in the order to run them: the first file's before."""
        found = [
            (_file(name) != files[0], seconds, name)
            for name, seconds in self.seconds.items()
            if _file(name) in files
            and not any(word in name for word in left_out)
            and name not in self.failing
        ]
        return {name: seconds for _, seconds, name in sorted(found)}


def make_base(files: list[str]) -> Base:
    """Copy the tree and run these tests on it, where that was not done for the code as it is."""
    code = [name for name in modules() if name.startswith("seglib")]
    code += ["tests/conftest.py", "tests/verified/trials.py"]
    of_code = modules_hash(code)
    state = {name: f"{of_code[:12]} {modules_hash([name])[:12]}" for name in files}
    tree, told = KEPT / "base", KEPT / "base.json"
    kept = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else {}
    stale = [name for name in files if kept.get(name, {}).get("state") != state[name]]
    if stale or not tree.is_dir():
        copy_tree(ROOT, tree)
        with _workers(1) as pool:
            trial = pool.submit(_all_on, tree, stale or files).result()
        if trial.outcome not in ("alive", "failed"):
            raise RuntimeError(
                f"the tests do not pass without mistakes: {trial.outcome} {trial.by}"
            )
        for name in stale or files:
            own = {test: spent for test, spent in trial.spent.items() if _file(test) == name}
            failing = [test for test in trial.failed if _file(test) == name]
            kept[name] = {"state": state[name], "seconds": own, "failing": failing}
        told.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    seconds = {test: spent for name in files for test, spent in kept[name]["seconds"].items()}
    return Base(tree, seconds, tuple(test for name in files for test in kept[name]["failing"]))


def attempt(mutant: Mutant, base: Path, files: list[str], known: dict[str, float]) -> Trial:
    """Run the tests on a tree with one mistake, in a worker's own copy: the most telling first."""
    tree = base.parent / f"tree-{os.getpid()}"
    if not tree.is_dir():
        copy_tree(base, tree)
    source = (base / mutant.path).read_bytes()
    put_mistake(base, tree, mutant.path, mutant.applied(source))
    telling = {files[0], *map(_file, islice(known, 1))}
    trial = run_tests(tree, sorted(telling), _of(known, telling))
    others = [name for name in files if name not in telling]
    if trial.outcome != "alive" or not others:
        return trial
    again = run_tests(tree, others, _of(known, others))
    return replace(again, spent={**trial.spent, **again.spent})


def run(words: Sequence[str]) -> dict[str, Any]:
    """Make the mistakes that are asked and count which of them tests notice."""
    plan = read_plan()
    parser = argparse.ArgumentParser(prog="seglib verify mutation")
    parser.add_argument("--mutants", type=int, default=plan["count"])
    parser.add_argument("--only", default="", help="modules whose path begins like this")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", action="store_true", help="try none, count what has been tried")
    asked = parser.parse_args(words)
    paths = [path for path in mutated(plan) if str(path.relative_to(ROOT)).startswith(asked.only)]
    files = sorted({f for path in paths for f in tests_of(str(path.relative_to(ROOT)), plan)})
    base = Base(KEPT / "base", {}, ()) if asked.kept else make_base(files)
    for name in base.failing:
        print(f"fails without a mistake, so left out: {name}", flush=True)
    picked = chosen(mutated(plan, base.tree), base.tree, asked.mutants, plan["seed"])
    picked = [mutant for mutant in picked if mutant.path.startswith(asked.only)]
    outcomes = dict(try_all(picked, base, plan, 0 if asked.kept else asked.workers))
    picked = [mutant for mutant in picked if mutant.name in outcomes]
    for tree in KEPT.glob("tree-*"):
        shutil.rmtree(tree, ignore_errors=True)
    whole = not asked.only and len(outcomes) >= plan["count"] and not base.failing
    return counted(picked, outcomes, plan) | {"complete": whole}


def try_all(
    picked: Sequence[Mutant], base: Base, plan: Mapping[str, Any], workers: int
) -> Iterator[tuple[str, str]]:
    """Name and outcome of each mutant, kept ones first."""
    told = KEPT / "outcomes.json"
    kept = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else {}
    files = {mutant.path: tests_of(mutant.path, plan, base.tree) for mutant in picked}
    todo: list[Mutant] = []
    for mutant in picked:
        if mutant.name in argued():
            yield mutant.name, "alive"
        elif still_holds(kept.get(mutant.name, {}), mutant.path, files[mutant.path], base.tree):
            yield mutant.name, kept[mutant.name]["outcome"]
        else:
            todo.append(mutant)
    if not workers:
        return
    started, running = iter(todo), dict[Any, Mutant]()
    with _workers(workers) as pool:
        for number in range(1, len(todo) + 1):
            for mutant in islice(started, workers - len(running)):
                known = base.known(files[mutant.path], plan["left_out"]["tests"])
                known = telling_first(known, kept, mutant.path)
                job = pool.submit(attempt, mutant, base.tree, files[mutant.path], known)
                running[job] = mutant
            done = wait(running, return_when=FIRST_COMPLETED).done.pop()
            mutant, trial = running.pop(done), done.result()
            kept[mutant.name] = as_kept(trial, mutant.path, files[mutant.path], base.tree)
            told.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            took = sum(trial.spent.values())
            print(f"{number}/{len(todo)} {trial.outcome} {took:.0f} s: {mutant.name}", flush=True)
            yield mutant.name, trial.outcome


def telling_first(
    known: Mapping[str, float], kept: Mapping[str, Mapping[str, str]], path: str
) -> dict[str, float]:
    """The tests in their order, but first those that other mistakes in a module fell over."""
    fell = Counter(one["by"] for name, one in kept.items() if name.startswith(f"{path} "))
    return {name: known[name] for name in sorted(known, key=lambda name: -fell[name])}


def as_kept(trial: Trial, path: str, files: Sequence[str], tree: Path) -> dict[str, str]:
    """An outcome with the state of what decided it."""
    deciding = [_file(trial.by)] if "::" in trial.by else list(files)
    return {
        "outcome": trial.outcome,
        "by": trial.by,
        "module": _state([path], tree),
        "tests": " ".join(deciding),
        "state": _state(deciding, tree),
    }


def still_holds(kept: Mapping[str, str], path: str, files: Sequence[str], tree: Path) -> bool:
    """Whether an outcome is of the module as it is, and what decided it is as it was."""
    if not kept or kept["module"] != _state([path], tree):
        return False
    deciding = kept["tests"].split()
    if kept["outcome"] == "alive" and deciding != list(files):
        return False
    there = all((tree / name).is_file() for name in deciding)
    return there and kept["state"] == _state(deciding, tree)


def counted(
    picked: Sequence[Mutant], outcomes: Mapping[str, str], plan: Mapping[str, Any]
) -> dict[str, Any]:
    """The stamp: how many died, by what and where, and each survivor with why it survives."""
    why = argued()
    alive = sorted(name for name, outcome in outcomes.items() if outcome not in DEAD)
    by_kind: dict[str, Counter[str]] = {}
    by_module: dict[str, Counter[str]] = {}
    for mutant in picked:
        end = "alive" if mutant.name in alive else "dead"
        by_kind.setdefault(mutant.kind, Counter())[end] += 1
        by_module.setdefault(mutant.path, Counter())[end] += 1
    counts = Counter(outcomes.values())
    died = 1.0 - len(alive) / max(1, len(outcomes))
    return {
        "seeds": {"choice": plan["seed"], "hashes of names": 0},
        "counts": {"mutants": len(outcomes), **{name: counts[name] for name in (*DEAD, "alive")}},
        "died": round(died, 4),
        "holds": died >= plan["least"] and all(why.get(name) for name in alive),
        "by_kind": {name: dict(by_kind[name]) for name in sorted(by_kind)},
        "by_module": {name: dict(by_module[name]) for name in sorted(by_module)},
        "survivors": [{"mutant": name, "why": why.get(name, "")} for name in alive],
    }


def _of(known: Mapping[str, float], files: Collection[str]) -> dict[str, float]:
    return {test: seconds for test, seconds in known.items() if _file(test) in files}


def _file(test: str) -> str:
    return test.partition("::")[0]


def argued() -> dict[str, str]:
    """Why mutants survive, by their names; these count as alive and need not be tried."""
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get("survivor", [])
    return {one["mutant"]: " ".join(one["why"].split()) for one in listed}


def _state(files: Sequence[str], tree: Path) -> str:
    text = " ".join(_code(tree / name, (tree / name).stat().st_mtime_ns) for name in files)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _code(file: Path, _: int) -> str:
    return code_hash(file)


def _all_on(tree: Path, files: list[str]) -> Trial:
    return run_tests(tree, files, all_on=True)


def _workers(number: int) -> ProcessPoolExecutor:
    """Processes that have loaded the libraries, and nothing of seglib."""
    return ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=load_libraries)


PROOF = Proof("mutation", modules(), run)
