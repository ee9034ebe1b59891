"""Small mistakes that somebody might make in a module, each at one place of its syntax tree.

One for each place and kind of mistake: outside docstrings, annotations, texts of errors, and
names that a module exports. A mutant is named by what it changes, not by its line, so that it
stays the same one when other code moves.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitXor: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
COMPARISON: dict[type, type] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
BOUNDARY: dict[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
LIMITING = {"abs", "max", "min", "maximum", "minimum", "clip"}
TYPING = {"TypeVar", "ParamSpec", "cast", "isinstance"}
TYPES = {"int", "float", "str", "bool", "bytes", "list", "dict", "set", "tuple", "slice", "type"}


@dataclass(frozen=True)
class Mutant:
    """One mistake: the bytes from ``start`` to ``end`` of a module become ``new``."""

    path: str
    where: str
    kind: str
    old: str
    new: str
    nth: int
    start: int
    end: int

    @property
    def name(self) -> str:
        """What it changes and where; ``#2`` for the second of the same kind in one function."""
        again = f" #{self.nth}" if self.nth > 1 else ""
        return f"{self.path} {self.where}: {self.kind}{again}: {self.old} -> {self.new}"

    def applied(self, source: bytes) -> bytes:
        """The module with the mistake in it."""
        return source[: self.start] + self.new.encode() + source[self.end :]


def chosen(paths: Sequence[Path], root: Path, count: int, seed: int) -> list[Mutant]:
    """As many mutants as asked, each as likely as another; a seed chooses the same ones again.

    The choice goes by the mutants' names: code that comes or goes leaves the others chosen.
    """
    found = [mutant for path in paths for mutant in mutants(path, root)]
    found.sort(key=lambda mutant: _digest(f"{seed} {mutant.name}"))
    return sorted(found[:count], key=lambda mutant: mutant.name)


def mutants(path: Path, root: Path) -> Iterator[Mutant]:
    """Every mutant of a module."""
    source = path.read_bytes()
    name = path.relative_to(root).as_posix()
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    seen: Counter[tuple[str, ...]] = Counter()
    for where, node, kind, new in _mistakes(ast.parse(source), "module"):
        start = lines[node.lineno - 1] + node.col_offset
        end = lines[node.end_lineno - 1] + node.end_col_offset
        words = " ".join(source[start:end].decode().split())
        old = words if len(words) <= 90 else f"{words[:87]}..."
        same = where, kind, old, new
        seen[same] += 1
        yield Mutant(name, where, kind, old, new, seen[same], start, end)


def _mistakes(node: ast.AST, where: str) -> Iterator[tuple[str, Any, str, str]]:
    """Function, node, kind of mistake and the text instead, of a tree."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        if any(ast.unparse(one) == "overload" for one in node.decorator_list):
            return
        where = node.name if where == "module" else f"{where}.{node.name}"
    if isinstance(node, ast.expr):
        for kind, new in _wrong(node):
            if ast.dump(new) != ast.dump(node):
                yield where, node, kind, f"({ast.unparse(new)})"
    elif isinstance(node, ast.stmt):
        yield from ((where, node, kind, text) for kind, text in _wrong_statement(node))
    for child in _children(node):
        yield from _mistakes(child, where)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What can be mistaken below a node: no types, no texts, no names for others."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise | ast.JoinedStr | ast.arg):
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_type(child) and not _is_text(child):
                yield child


def _is_type(node: ast.AST) -> bool:
    """Whether an expression joins types, names one with its content, or makes one."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and all(map(_is_type, (node.left, node.right)))
    if isinstance(node, ast.Subscript):
        return _is_type(node.value)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in TYPING
    if isinstance(node, ast.Constant):
        return node.value is None
    name = getattr(node, "id", "")
    return name in TYPES or (name[:1].isupper() and not name.isupper())


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _wrong(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Each kind of mistake in one expression, and the expression instead."""
    match node:
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield "arithmetic", _with(node, op=ARITHMETIC[type(op)]())
        case ast.UnaryOp(op=ast.USub() | ast.Not() as op):
            yield "arithmetic" if isinstance(op, ast.USub) else "negation", node.operand
        case ast.BoolOp(op=op):
            yield "and or", _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            yield "constant", ast.Constant(value + (1, -1)[_pick(2, node)])
        case ast.IfExp(test=test):
            yield "negation", _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Compare():
            yield from _wrong_comparison(node)
        case ast.Subscript():
            yield from _wrong_index(node)
        case ast.Call():
            yield from _wrong_call(node)


def _wrong_comparison(node: ast.Compare) -> Iterator[tuple[str, ast.expr]]:
    at = _pick(len(node.ops), node)
    for kind, table in (("comparison", COMPARISON), ("boundary", BOUNDARY)):
        if type(node.ops[at]) in table:
            ops = [table[type(op)]() if at == place else op for place, op in enumerate(node.ops)]
            yield kind, _with(node, ops=ops)


def _wrong_index(node: ast.Subscript) -> Iterator[tuple[str, ast.expr]]:
    match node.slice:
        case ast.Tuple(elts=[first, second, *rest]) if ast.dump(first) != ast.dump(second):
            yield "index", _with(node, slice=ast.Tuple([second, first, *rest], ast.Load()))
        case ast.Name() | ast.Attribute() | ast.BinOp():
            yield "index", _with(node, slice=ast.BinOp(node.slice, ast.Add(), ast.Constant(1)))


def _wrong_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    plain = not any(isinstance(one, ast.Starred) for one in node.args)
    if name == "clip" and isinstance(node.func, ast.Attribute):
        yield "limit", node.func.value
    elif name in LIMITING and node.args and plain:
        yield "limit", node.args[_pick(len(node.args), node)]
    elif len(node.args) > 1 and plain:
        at, args = _pick(len(node.args) - 1, node), list(node.args)
        args[at], args[at + 1] = args[at + 1], args[at]
        yield "arguments", _with(node, args=args)


def _wrong_statement(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Each kind of mistake that is a whole statement, and the text instead."""
    match node:
        case ast.AugAssign(op=op) if type(op) in ARITHMETIC:
            yield "arithmetic", ast.unparse(_with(node, op=ARITHMETIC[type(op)]()))
            yield "statement", "pass"
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.Break():
            yield "statement", "pass"
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "statement", "pass"
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "result", "return None"


def _with(node: Any, **fields: Any) -> Any:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _pick(choices: int, node: ast.AST) -> int:
    """Which of several, by the text of the node."""
    return int(_digest(ast.unparse(node)), 16) % choices


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
