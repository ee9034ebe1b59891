"""Run tests on a copy of the tree, each time in a process that has the libraries loaded already.

The copy has numba's machine code beside it; what a mistake reaches is thrown out of it, so that
no kernel goes on with code from before.
"""

from __future__ import annotations

import ast
import contextlib
import faulthandler
import json
import os
import resource
import shutil
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "pandas", "scipy.special", "scipy.sparse", "numba", "hypothesis", "pytest")
MEMORY = 6 * 2**30
EXAMPLES = 8
COLLECTING_S = 150.0
FAILED, USAGE = 1, 4


@dataclass(frozen=True)
class Trial:
    """What came of the tests: "alive", "failed", "crashed" or "timeout", and by which test."""

    outcome: str
    by: str = ""
    spent: Mapping[str, float] = field(default_factory=dict)
    failed: tuple[str, ...] = ()


def load_libraries() -> None:
    """Load what all tests need, once: what is forked from here starts with it."""
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    for name in LIBRARIES:
        import_module(name)
    import_module("numba").njit(lambda x: x + 1.0)(1.0)  # the compiler too
    assert not any(name.partition(".")[0] == "seglib" for name in sys.modules)


def copy_tree(root: Path, to: Path) -> None:
    """The package and its tests as files of their own, all else of the checkout as links.

    A copy that is there already is brought up to date, and keeps its compiled code.
    """
    to.mkdir(parents=True, exist_ok=True)
    compiled = shutil.ignore_patterns("__pycache__") if (to / "seglib").is_dir() else None
    for entry in root.iterdir():
        if entry.name in ("seglib", "tests"):
            for gone in (to / entry.name).rglob("*.py"):
                if not (root / gone.relative_to(to)).is_file():
                    gone.unlink()
            shutil.copytree(entry, to / entry.name, ignore=compiled, dirs_exist_ok=True)
        elif entry.name not in ("build", ".git", ".venv", ".tools", ".hypothesis"):
            (to / entry.name).unlink(missing_ok=True)
            (to / entry.name).symlink_to(entry.resolve())


def put_mistake(base: Path, tree: Path, path: str, content: bytes) -> None:
    """Make a tree again like base, with another content of one module."""
    shutil.rmtree(tree / "seglib", ignore_errors=True)
    # links will do: Python and numba replace what they compile, and write into no file
    shutil.copytree(base / "seglib", tree / "seglib", copy_function=os.link)
    (tree / path).unlink()
    (tree / path).write_bytes(content)
    kept = list((tree / "seglib").rglob("*.nb[ic]"))
    functions = {_function(file) for file in kept}
    stale = reached(base, ast.parse((base / path).read_bytes()), ast.parse(content), functions)
    for file in kept:
        if _function(file) in stale:
            file.unlink()


def reached(base: Path, before: ast.Module, after: ast.Module, kernels: set[str]) -> set[str]:
    """Names of the kernels in which a change of a module ends up, by what calls what."""
    names = {
        name
        for old, new in zip(before.body, after.body, strict=True)
        if ast.dump(old) != ast.dump(new)
        for name in _names_made(old)
    }
    uses = {name: words for name, words in _uses(base).items() if name in kernels}
    if any(name.startswith("_measure_") for name in names):  # the templates of batch kernels
        names |= {name.removesuffix("_batch") for name in kernels if name.endswith("_batch")}
    while more := {name for name, words in uses.items() if words & names} - names:
        names |= more
    return names | {f"{name}_batch" for name in names}


@cache
def _uses(base: Path) -> dict[str, set[str]]:
    """The names that each function of the package uses."""
    uses: dict[str, set[str]] = {}
    for file in (base / "seglib").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.FunctionDef):
                words = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                uses.setdefault(node.name, set()).update(words)
    return uses


def _names_made(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _function(file: Path) -> str:
    """``gaps._gini_batch-25.py311.1.nbc`` is of ``_gini_batch``."""
    return file.name.partition("-")[0].rpartition(".")[2]


def run_tests(
    tree: Path, files: Sequence[str], known: Mapping[str, float] | None = None, all_on: bool = False
) -> Trial:
    """Run tests of these files on a tree, up to the first that fails.

    ``known`` has the seconds of the tests to run, in their order; by default all, in any.
    ``all_on`` runs on after one that fails.
    """
    told = tree.parent / f"{tree.name}.events"
    told.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = _in_child(tree, files, _Watch(told, known, all_on))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return _judged(os.waitstatus_to_exitcode(status), told, tree)


def _judged(code: int, told: Path, tree: Path) -> Trial:
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    events = [json.loads(line) for line in lines]
    spent = {name: seconds for kind, name, seconds in events if kind == "spent"}
    failed = tuple(name for kind, name, _ in events if kind == "failed")
    running = [name for kind, name, _ in events if kind == "start"]
    by = failed[0] if failed else (running or ["collecting"])[-1]
    if code in (USAGE, 5, 70):
        log = Path(f"{tree}.log").read_text(encoding="utf-8")
        raise RuntimeError(f"the tests could not be run in {tree}: {log[-2000:]}")
    if code == 0:
        return Trial("alive", "", spent)
    if code < 0:
        return Trial("crashed", by, spent, failed)
    if failed or code > FAILED:
        return Trial("failed", by if failed else "collecting", spent, failed)
    return Trial("timeout", by, spent)


def _in_child(tree: Path, files: Sequence[str], watch: _Watch) -> int:
    with Path(f"{tree}.log").open("w", encoding="utf-8") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    sys.dont_write_bytecode = False  # what base has compiled is read, not compiled, by all after it
    os.chdir(tree)
    os.environ.update(PYTHONPATH=str(tree), PYTHONHASHSEED="0", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    sys.path[:] = [str(tree), *(path for path in sys.path if "verified" not in path)]
    import pytest

    words = ["-q", "--no-header", "--tb=short", "-o", "addopts=", "-p", "no:cacheprovider"]
    words += ["-p", "no:faulthandler", "-p", "no:unraisableexception"]
    words += [] if watch.all_on else ["-x"]
    faulthandler.dump_traceback_later(COLLECTING_S, exit=True)
    return int(pytest.main([*words, *files], plugins=[watch]))


class _Watch:
    """Sorts the tests, tells what runs and fails, and ends a test that goes on for too long."""

    def __init__(self, told: Path, known: Mapping[str, float] | None, all_on: bool) -> None:
        self.told, self.known, self.all_on = told, known, all_on
        self.spent = 0.0

    def pytest_collection(self) -> None:
        """A property is tried on fewer examples, and one that fails needs no smaller one."""
        from hypothesis import Phase, settings

        parent, phases = settings.get_profile("seglib"), [Phase.explicit, Phase.generate]
        settings.register_profile("quick", parent, phases=phases, max_examples=EXAMPLES)
        settings.load_profile("quick")

    def pytest_collection_finish(self, session: Any) -> None:
        """After every other hook has sorted: those that are known, in that order."""
        seglib = sys.modules.get("seglib")
        assert seglib is None or Path(str(seglib.__file__)).is_relative_to(Path.cwd())
        if self.known is not None:
            items = {item.nodeid: item for item in session.items}
            session.items[:] = [items[name] for name in self.known if name in items]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Start the clock of a test."""
        self.spent = 0.0
        limit = 40.0 + 10.0 * (self.known or {}).get(nodeid, 26.0)
        faulthandler.dump_traceback_later(limit, exit=True)
        self._tell("start", nodeid, 0.0)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Add up the seconds, and note a failure."""
        self.spent += report.duration
        if report.failed:
            self._tell("failed", report.nodeid, self.spent)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Keep the seconds."""
        self._tell("spent", nodeid, self.spent)

    def pytest_collectreport(self, report: Any) -> None:
        """A module that cannot be read is a failure."""
        if report.failed:
            self._tell("failed", f"collecting {report.nodeid}", 0.0)

    def _tell(self, kind: str, name: str, seconds: float) -> None:
        with self.told.open("a", encoding="utf-8") as events:
            events.write(json.dumps([kind, name, round(seconds, 4)]) + "\n")
