"""What can be chosen in the workbench, and a choice made whole: every empty field filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from seglib import measures
from seglib.errors import ParameterError, UndefinedMeasureError, UnknownYearError
from seglib.sources import catalogue
from seglib.sources.load import available, load_counts, load_series
from seglib.sources.places import find_place, gemeente_name, regions
from seglib.table import REST, CountTable, CountTables
from seglib.workbench.own_table import OwnTable
from seglib.workbench.words import say

FEWEST = 50  # members, for a group to be shown
MOST_GROUPS = 4
QUICK_UNITS = 1_500  # above this fewer draws, to answer within a second
DRAWS, FEW_DRAWS, ENOUGH = 100, 40, 500
DUTCH = "Nederland"


@dataclass(frozen=True, slots=True)
class Index:
    """A measure of the workbench, and the local one that its map shows.

    ``takes`` says what it is given beside a table: "pair", a group and a reference; "group"; or
    "all", nothing.
    """

    measure: Callable[..., Any]
    takes: str
    local: Callable[..., Any] = measures.shrunken_quotient
    in_context: bool = False


INDICES = {
    "D": Index(measures.dissimilarity, "pair", in_context=True),
    "Gini": Index(measures.gini, "pair"),
    "Hutchens": Index(measures.hutchens, "pair"),
    "xPx": Index(measures.isolation, "group", in_context=True),
    "xPy": Index(measures.interaction, "pair", in_context=True),
    "H": Index(measures.information_theory, "all", measures.local_segregation, in_context=True),
    "M": Index(measures.mutual_information, "all", measures.local_segregation),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One state of the workbench: of what, when, for whom, against whom, and with which index.

    An empty field takes the best there is: the source with most years, its last year, the first
    two groups, people of Dutch origin as the reference. ``own`` stands in for ``place``.
    """

    place: str = "Amsterdam"
    source: str = ""
    level: str = ""
    year: int | None = None
    groups: tuple[str, ...] = ()
    reference: str = ""
    index: str = "D"
    own: OwnTable | None = None
    seed: int = 2022
    fast: bool = True
    lang: str = "nl"

    @property
    def keys(self) -> tuple[str, ...]:
        """What results are kept by: the groups, or the index where it is of all of them."""
        return (self.index,) if INDICES[self.index].takes == "all" else self.groups


def places_offered() -> tuple[str, ...]:
    """Names of all gemeenten and regions that have figures."""
    codes = {code for one in catalogue.sources() for code in one.gemeenten}
    return (*sorted(map(gemeente_name, codes)), *(region.name for region in regions()))


def areas_offered(choice: Choice) -> dict[tuple[str, str], tuple[int, ...]]:
    """Years by source and level; one gemeente is no unit of itself."""
    if choice.own:
        first = next(iter(choice.own.tables.values()))
        years = tuple(filter(None, choice.own.tables))
        return {("", level): years for level in (first.level, *first.parts)}
    alone = len(find_place(choice.place).codes) == 1
    rows: Any = available(choice.place).itertuples(index=False)
    return {(r.source, r.level): r.years for r in rows if not (alone and r.level == "gemeente")}


def tables_of(choice: Choice) -> CountTables:
    """All years at the level chosen."""
    if not choice.own:
        return load_series(choice.place, level=choice.level or None, source=choice.source or None)
    return choice.own.at(choice.level)


def table_of(choice: Choice) -> CountTable:
    """The one year chosen, with all its units; a series drops those without figures in a year."""
    if choice.own:
        return tables_of(choice)[choice.year]
    where = {"level": choice.level or None, "source": choice.source or None}
    return load_counts(choice.place, choice.year or 0, **where)


def groups_offered(table: CountTable) -> tuple[str, ...]:
    """Groups with enough members to be shown, in the order of the table."""
    sizes = zip(table.groups, table.group_totals, strict=True)
    return tuple(group for group, size in sizes if size >= FEWEST)


def draws_of(choice: Choice, table: CountTable) -> int:
    """Draws for interval and lottery: enough for a publication, or fewer for a first look."""
    if not choice.fast:
        return ENOUGH
    return DRAWS if table.n_units <= QUICK_UNITS else FEW_DRAWS


def settled(choice: Choice) -> Choice:
    """The same choice with its empty fields filled in.

    Raises
    ------
    ParameterError, UnknownYearError, UndefinedMeasureError
        What is chosen is not there: a sentence in the language of the choice.
    SeglibError
        As the loading of figures raises.
    """
    lang = choice.lang
    if choice.index not in INDICES:
        told = say("view.index", lang, index=repr(choice.index), known=", ".join(INDICES))
        raise ParameterError(told)
    if not (choice.source or choice.level):
        source, level = _best_areas(choice)
        choice = replace(choice, source=source, level=level)
    tables = tables_of(choice)
    first = next(iter(tables.values()))
    place = first.place
    if not choice.own:
        choice = replace(choice, source=first.source, level=first.level)
    year = max(tables, default=None) if choice.year is None else choice.year
    if year not in tables:
        known = ", ".join(map(str, tables))
        raise UnknownYearError(say("view.year", lang, place=place, year=year, known=known))
    choice = replace(choice, year=year)
    table = table_of(choice)
    if table.n_units < 2:
        raise UndefinedMeasureError(say("view.one_unit", lang, place=place))
    return _with_groups(choice, table)


def _best_areas(choice: Choice) -> tuple[str, str]:
    """Source and level: most years first, and not more units than are quick."""
    offered = areas_offered(choice)
    for source, level in sorted(offered, key=lambda one: -len(offered[one])):
        asked = replace(choice, source=source, level=level)
        if next(iter(tables_of(asked).values())).n_units <= QUICK_UNITS:
            return source, level
    return "", ""


def _with_groups(choice: Choice, table: CountTable) -> Choice:
    lang, facts = choice.lang, {"place": table.place, "fewest": FEWEST}
    large = groups_offered(table)
    for group in choice.groups:
        if table.group_index(group) >= 0 and group not in large:
            raise UndefinedMeasureError(say("view.too_few", lang, group=group, **facts))
    if len(choice.groups) > MOST_GROUPS:
        told = say("view.most", lang, most=MOST_GROUPS, number=len(choice.groups))
        raise ParameterError(told)
    reference = choice.reference or (DUTCH if DUTCH in large else REST)
    if reference != REST:
        table.group_index(reference)
    if reference in choice.groups and INDICES[choice.index].takes == "pair":
        raise ParameterError(say("view.itself", lang, group=reference))
    others = [group for group in large if group not in (reference, DUTCH)]
    if not others:
        raise UndefinedMeasureError(say("view.no_group", lang, **facts))
    groups = choice.groups or tuple(others[:2])
    return replace(choice, groups=groups, reference=reference)
