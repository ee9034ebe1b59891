"""The public face: names, signatures, documentation that runs, a registry without holes.

After a change that was meant, write the list of names anew with
``python tests/architecture/test_interface.py > tests/architecture/interface.txt``.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import seglib

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOCTESTS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def module_names() -> list[str]:
    """Every module of seglib except the two that act when they are imported."""
    files = sorted((ROOT / "seglib").rglob("*.py"))
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in files]
    names = [".".join(part).removesuffix(".__init__") for part in parts]
    return [name for name in names if name != "seglib.__main__"]


def public() -> dict[str, object]:
    return {name: getattr(seglib, name) for name in seglib.__all__}


def functions() -> list[str]:
    """Public functions by name."""
    return [name for name, found in public().items() if inspect.isroutine(inspect.unwrap(found))]


def interface() -> str:
    """Public names, one a line, functions and classes with their parameters."""
    lines = []
    for name, found in sorted(public().items()):
        lines += described(name, found)
        if isinstance(found, ModuleType):
            for member in sorted(members(found)):
                lines += described(f"{name}.{member}", getattr(found, member))
    return re.sub(r"<function (\w+) at 0x\w+>", r"\1", "\n".join(lines)) + "\n"


def members(module: ModuleType) -> list[str]:
    """What a module offers: its ``__all__``, or all that is written in it without underscore."""
    own = [
        name
        for name, member in vars(module).items()
        if getattr(member, "__module__", None) == module.__name__ and not name.startswith("_")
    ]
    return list(getattr(module, "__all__", own))


def described(name: str, found: object) -> list[str]:
    """One line for a name, and for a class a second one with what it holds."""
    if isinstance(found, ModuleType):
        return [f"{name}: module"]
    if isinstance(found, type) and issubclass(found, Exception | str):
        return [f"{name}: {'text' if issubclass(found, str) else 'error'}"]
    if not callable(found):
        return [f"{name}: {type(found).__name__}"]
    signature = inspect.signature(found)
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    lines = [f"{name}{inspect.Signature(bare)}"]
    if isinstance(found, type):
        lines.append(f"    {' '.join(sorted(n for n in vars(found) if not n.startswith('_')))}")
    return lines


def test_the_interface_is_the_one_that_was_written_down():
    assert interface() == (HERE / "interface.txt").read_text(encoding="utf-8")


def test_the_three_lists_of_public_names_agree():
    tree = ast.parse((ROOT / "seglib" / "__init__.py").read_text(encoding="utf-8"))
    checking = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name
        for node in ast.walk(checking)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == set(seglib.__all__)
    assert set(dir(seglib)) == {*seglib.__all__, "__version__"}
    assert len(set(seglib.__all__)) == len(seglib.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'dissimilarty'"):
        seglib.dissimilarty  # noqa: B018


def test_public_functions_are_documented_in_numpydoc_form():
    from numpydoc.validate import validate

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checks = set(settings["tool"]["numpydoc_validation"]["checks"])
    wrong = []
    for name in functions():
        found = inspect.unwrap(getattr(seglib, name))
        for code, message in validate(f"{found.__module__}.{found.__qualname__}")["errors"]:
            if code in checks:
                wrong.append(f"{name} {code}: {message}")
    assert wrong == []


def test_everything_public_says_what_it_is():
    silent = []
    for module in map(importlib.import_module, module_names()):
        found = [module.__doc__] if module.__doc__ else []
        if not found:
            silent.append(module.__name__)
        for name, member in vars(module).items():
            ours = getattr(member, "__module__", None) == module.__name__
            if ours and not name.startswith("_") and callable(member) and not member.__doc__:
                silent.append(f"{module.__name__}.{name}")
    assert silent == []


@pytest.mark.parametrize("name", module_names())
def test_every_example_gives_what_it_shows(name):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=DOCTESTS)
    assert failed == 0


def test_the_example_in_the_readme_gives_what_it_shows():
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert (failed, tried) == (0, 4)


def test_every_measure_has_symbol_bounds_source_example_and_batch_kernel():
    importlib.import_module("seglib.measures")
    from seglib.registry import REGISTRY

    assert len(REGISTRY) >= 8
    holes = []
    for symbol, measure in REGISTRY.items():
        text = inspect.getdoc(measure.function) or ""
        held = {
            "symbol": bool(symbol),
            "bounds": len(measure.bounds) == 2 and measure.bounds[0] <= measure.bounds[1],
            "properties": isinstance(measure.properties, tuple),
            "source": "References\n" in text,
            "example": ">>> " in text,
            "batch kernel": callable(measure.batch),
        }
        holes += [f"{symbol}: {what}" for what, there in held.items() if not there]
    assert holes == []


if __name__ == "__main__":
    print(interface(), end="")
