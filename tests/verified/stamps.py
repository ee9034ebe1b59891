"""Stamps: what a heavy proof found, from which seeds, about which state of which modules.

A proof is a module of this folder with ``PROOF``. Its stamp says what was run, never when; it is
stale once the code of a module it is about has changed. Docstrings and comments are not code.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NO_PROOFS = {"__init__", "__main__", "stamps"}
FIELDS = {"proof", "command", "modules", "modules_hash", "seeds", "counts", "complete", "holds"}


@dataclass(frozen=True)
class Proof:
    """A heavy proof.

    ``modules`` are files and folders from the checkout on, the proof's own included. ``run`` takes
    the words after the name on the command line and gives the fields of the stamp: seeds, counts,
    complete (all that was declared has been run), holds (nothing that was run contradicts it) and
    whatever else a reader needs. ``publish`` makes a page for readers from the stamp.
    """

    name: str
    modules: tuple[str, ...]
    run: Callable[[Sequence[str]], dict[str, Any]]
    publish: Callable[[dict[str, Any]], None] | None = None

    @property
    def stamp_path(self) -> Path:
        """Where its stamp lies."""
        return HERE / f"{self.name}.json"


def proofs() -> dict[str, Proof]:
    """Every proof of this folder by name."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        if path.stem not in NO_PROOFS and not path.stem.startswith("test_"):
            proof = getattr(import_module(path.stem), "PROOF", None)
            if proof is not None:
                found[proof.name] = proof
    return found


def modules_hash(modules: Sequence[str], root: Path = ROOT) -> str:
    """Of the names and the code of these files and of all Python files in these folders."""
    digest = hashlib.sha256()
    for name in modules:
        path = root / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in files:
            digest.update(f"{file.relative_to(root).as_posix()}\0{code_hash(file)}\0".encode())
    return digest.hexdigest()


def code_hash(file: Path) -> str:
    """Of what a Python module does, whatever its words and layout; of another file's bytes."""
    content = file.read_bytes()
    if file.suffix == ".py":
        content = repr(_plain(without_docstrings(ast.parse(content)))).encode()
    return hashlib.sha256(content).hexdigest()


def without_docstrings(tree: ast.AST) -> ast.AST:
    """The tree itself, docstrings taken out."""
    for node in ast.walk(tree):
        told = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, told) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return tree


def _plain(node: Any) -> Any:
    """A syntax tree as nested tuples, the same in each version of Python: no empty fields."""
    if isinstance(node, ast.AST):
        fields = [(name, _plain(value)) for name, value in ast.iter_fields(node)]
        return type(node).__name__, *(pair for pair in fields if pair[1] not in (None, ()))
    return tuple(map(_plain, node)) if isinstance(node, list) else node


def write_stamp(proof: Proof, words: Sequence[str], found: dict[str, Any], hashed: str) -> None:
    """Keep what was found; the hash is that of the modules before the run began."""
    command = " ".join(["python3 -m seglib verify", proof.name, *words])
    stamp = {
        "proof": proof.name,
        "command": command,
        "modules": {name: modules_hash([name])[:12] for name in proof.modules},
        "modules_hash": hashed,
        **found,
    }
    text = json.dumps(stamp, indent=1, ensure_ascii=False) + "\n"
    proof.stamp_path.write_text(text, encoding="utf-8")
    if proof.publish is not None:
        proof.publish(stamp)


def read_stamp(path: Path) -> dict[str, Any]:
    """A stamp with all its fields; anything else is a ValueError."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is no JSON: {error}") from error
    if not isinstance(stamp, dict):
        raise ValueError(f"{path.name} holds no object")
    if lacking := FIELDS - set(stamp):
        raise ValueError(f"{path.name} lacks {', '.join(sorted(lacking))}")
    if stamp["proof"] != path.stem:
        raise ValueError(f"{path.name} is the stamp of {stamp['proof']!r}")
    if not (isinstance(stamp["complete"], bool) and isinstance(stamp["holds"], bool)):
        raise ValueError(f"{path.name}: complete and holds are true or false")
    return stamp


def changed_modules(
    stamped: dict[str, str], modules: Sequence[str], root: Path = ROOT
) -> list[str]:
    """Those that are not as they were, that came, or that went."""
    now = {name: modules_hash([name], root)[:12] for name in modules if (root / name).exists()}
    return [name for name in {**stamped, **now} if stamped.get(name) != now.get(name)]


def remarks(proof: Proof) -> str:
    """Why a proof's stamp does not vouch for the code as it is now, or nothing."""
    again = f"run `python3 -m seglib verify {proof.name}`"
    if not proof.stamp_path.is_file():
        return f"no stamp of {proof.name} yet: {again}"
    stamp = read_stamp(proof.stamp_path)
    if stamp["modules_hash"] != modules_hash(proof.modules):
        changed = ", ".join(changed_modules(stamp["modules"], proof.modules))
        return f"the stamp of {proof.name} is stale, for {changed} changed: {again}"
    if not stamp["complete"]:
        return f"the stamp of {proof.name} is of a part: {again}"
    if not stamp["holds"]:
        return f"{proof.name} found something that does not hold: read {proof.stamp_path.name}"
    return ""
