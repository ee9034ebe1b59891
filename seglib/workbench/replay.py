"""A view as a cell of code that gives its numbers anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seglib.workbench.words import say

if TYPE_CHECKING:
    from seglib.workbench.view import View

_TAKES = {"pair": "name, other", "group": "name", "all": ""}


def code_of(view: View) -> str:
    """Code with public names only: ``found``, ``over_years``, ``by_area``, ``over_scales``."""
    choice, index = view.choice, view.index
    measure, local = index.measure.__name__, index.local.__name__
    names = _TAKES[index.takes]

    def each(call: str, *given: str) -> str:
        told = ", ".join(filter(None, given))
        return f"{{name: {call}({told}) for name in names}}"

    found = each("estimate", measure, "table", names, "**draws")
    area = names and "name"
    lines = [
        *_tables(view),
        f"names, other = {list(choice.keys)!r}, {choice.reference!r}",
        f"draws = {view.draws!r}",
        f"found = {found}",
        f"by_area = {each('estimate', local, 'table', area, '**draws')}",
    ]
    used = {measure, local, "estimate"}
    if len(view.tables) > 1:
        lines.append(f"over_years = {found.replace('table', 'tables')}")
    if view.profiled:
        used |= {"estimate_profile", "knn"}
        how = [f"{name}={value!r}" for name, value in view.profile_draws.items()]
        asked = each("estimate_profile", "table", measure, names, "contexts=near", *how)
        lines.append(f"near = knn({view.nearest!r})")
        lines.append(f"over_scales = {asked}")
    if view.mapped:
        used |= {"figures"}
        loaded = f"load_boundaries({_where(view, choice.year)})"
        ground = f"own.ground({choice.level!r}).shapes" if choice.own else loaded
        lines.append(f"ground = {ground}")
        lines.append(f"figures.area_map(ground, by_area, lang={choice.lang!r}, level=table.level)")
    loaders = ("load_boundaries", "load_counts", "load_series", "workbench")
    used |= {
        name for name in loaders if any(f"{name}." in line or f"{name}(" in line for line in lines)
    }
    return "\n".join([f"from seglib import {', '.join(sorted(used))}", "", *lines])


def _where(view: View, year: int | None = None) -> str:
    """The arguments that load these figures; of one year or of all."""
    choice = view.choice
    when = "" if year is None else f", year={year}"
    return f"{choice.place!r}{when}, level={choice.level!r}, source={choice.source!r}"


def _tables(view: View) -> list[str]:
    choice = view.choice
    if not choice.own:
        loaded = f"table = load_counts({_where(view, choice.year)})"
        return [f"tables = load_series({_where(view)})", loaded]
    given, beside = repr(choice.own.name), say("view.beside", choice.lang)
    if choice.own.boundaries:
        given += f", boundaries={choice.own.boundaries.name!r}"
    lines = [f"own = workbench.read_table({given})  # {beside}"]
    return [*lines, f"tables = own.at({choice.level!r})", f"table = tables[{choice.year!r}]"]
