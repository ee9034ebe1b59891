"""Parameters of a notebook: its own names and kinds, checked before anything runs."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from seglib.errors import ParameterError, UnknownPlaceError
from seglib.report.document import numbered_cells
from seglib.sources.places import find_place

_KINDS = {
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "names with values",
    type(None): "None",
}
_LONGEST_ID = 60


def default_parameters(nb: NotebookNode, name: str) -> dict[str, Any]:
    """What the one cell tagged ``parameters`` declares: names with the literals of the author.

    Raises
    ------
    ParameterError
        There is no such cell, or more than one, or it holds more than literals; says where.
    """
    tagged = parameter_cells(nb)
    if len(tagged) != 1:
        found = "none" if not tagged else "cells " + ", ".join(str(each) for each, _ in tagged)
        raise ParameterError(
            f"Notebook {name} needs one code cell tagged 'parameters' and has {found}. "
            "Tag the cell with the reader's defaults, and no other."
        )
    position, cell = tagged[0]
    place = f"of the parameters cell ({position}) of {name} is not"
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError as error:
        raise ParameterError(
            f"Line {error.lineno} {place} Python. Write each parameter as 'name = literal'."
        ) from error
    defaults = {}
    for statement in statements:
        try:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=target)], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
                ):
                    defaults[target] = ast.literal_eval(value)
                case _:
                    raise ValueError
        except (ValueError, TypeError):
            raise ParameterError(
                f"Line {statement.lineno} {place} 'name = literal'. "
                "Move what computes to the cell after it."
            ) from None
    return defaults


def parameter_cells(nb: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """The cells tagged ``parameters``, with their place in the notebook."""
    return [each for each in numbered_cells(nb) if "parameters" in each[1].metadata.get("tags", [])]


def check_parameters(given: Mapping[str, Any], known: Mapping[str, Any], name: str) -> None:
    """Refuse what papermill would let pass: a name or a kind of value that a notebook has not.

    A value is of the kind of its default. A list may be written as a tuple, a whole number may
    stand for a number, ``place`` may be a list of texts, and where the default is None anything
    that JSON can hold will do.

    Raises
    ------
    ParameterError
        Names the parameter, the value and what is expected.
    """
    for parameter, value in given.items():
        if parameter not in known:
            near = difflib.get_close_matches(parameter, known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"It has: {', '.join(known)}."
            raise ParameterError(f"Notebook {name} has no parameter {parameter!r}. {hint}")
        if fault := _fault(parameter, plain(value), plain(known[parameter])):
            shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
            raise ParameterError(
                f"Parameter {parameter!r} of notebook {name} {fault}, and this is {shown}. "
                f"Its default is {known[parameter]!r}."
            )


def plain(value: Any) -> Any:
    """A value as JSON would hold it: tuples are lists, since papermill knows no tuples."""
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return value


def _fault(parameter: str, value: Any, default: Any) -> str:
    """What is wrong with a value, as the middle of a sentence; empty where it fits."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError):  # a surrogate, which no file can hold, is a ValueError too
        return "must be plain text, numbers, True, False or lists of these"
    if re.search(r"\\[bfnrtu]|[\x7f-\x9f]", text.replace(r"\\", "")):  # as JSON escapes them
        return "must be text without control characters or line ends"
    if default is None:
        return ""
    if parameter == "place" and isinstance(value, list):
        fits = bool(value) and all(isinstance(each, str) for each in value)
        return "" if fits else "must be a name or a list of names"
    if not _is_of(value, type(default)):
        return f"must be {_KINDS[type(default)]}"
    if isinstance(default, list):
        kinds = {type(each) for each in default} or {str, int, float}
        if not all(any(_is_of(each, kind) for kind in kinds) for each in value):
            return "must be a list of " + " or ".join(sorted(_KINDS[kind] for kind in kinds))
    return ""


def _is_of(value: Any, kind: type) -> bool:
    """Whether a value may stand where one of this kind is the default; True is no number."""
    return type(value) is kind or (kind is float and type(value) is int)


def report_id(parameters: Mapping[str, Any]) -> str:
    """A name for the files of a run, made of its parameters: small letters, digits and hyphens.

    A known place gives its own name in any spelling. Any other text is cut down to what every file
    system takes and gets a digest of the whole, as do the other parameters, so that two runs that
    differ have different names.
    """
    rest = {name: value for name, value in parameters.items() if name != "place"}
    place = plain(parameters.get("place", ""))
    try:
        name = find_place(place).name if place else ""
        slug, exact = slug_of(name), isinstance(place, str)
    except (UnknownPlaceError, TypeError):
        slug, exact = slug_of(str(place)), False
    if len(slug) > _LONGEST_ID:
        slug, exact = slug[:_LONGEST_ID].strip("-"), False
    told = [slug]
    if place and not exact:
        told.append(digest(place)[:8])
    if rest or not any(told):
        told.append(digest(plain(rest))[:6])
    return "-".join(filter(None, told))


def slug_of(text: str) -> str:
    """Text as small letters without accents, digits and single hyphens."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.replace("'", "")).strip("-")


def check_id(id: str, name: str) -> None:
    """Refuse a name of a run that could lead out of its folder, or that is no file name.

    Raises
    ------
    ParameterError
        It is not made of letters, digits and single hyphens, or longer than 100 of these.
    """
    if not re.fullmatch(r"[^\W_]+(-[^\W_]+)*", id) or len(id) > 100:
        raise ParameterError(
            f"The id of a run of {name} names its files, so it has letters, digits and hyphens, "
            f"100 at most, and this is {id[:40]!r}. For example 'den-haag'."
        )


def digest(content: Any) -> str:
    """SHA-256 of plain values, whatever the order of their names."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
