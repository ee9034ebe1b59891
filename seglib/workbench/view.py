"""One place or table from all sides: numbers, then figures, tables, sentences and code of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from seglib import figures, language
from seglib.disclosure import hide_small_bases, mask_names
from seglib.errors import MissingDataError, SeglibError
from seglib.figures import Figure, Table
from seglib.inference import estimate, estimate_profile
from seglib.language import Sentence
from seglib.result import Estimate, Estimates, LocalEstimates, Profile
from seglib.scale.contexts import knn
from seglib.sources.boundaries import load_boundaries
from seglib.table import REST, CountTable, CountTables
from seglib.workbench.choice import (
    ENOUGH,
    FEW_DRAWS,
    INDICES,
    QUICK_UNITS,
    Choice,
    Index,
    draws_of,
    settled,
    table_of,
    tables_of,
)
from seglib.workbench.ground import MAPPED_UNITS
from seglib.workbench.own_table import OwnTable
from seglib.workbench.replay import code_of
from seglib.workbench.words import say

NEAREST = (500, 1_000, 2_000, 5_000, 10_000, 20_000)


@lru_cache(maxsize=48)
def look(choice: Choice, *, show_names: bool = False) -> View:
    """Look at one choice; what was looked at before is kept, with all that was computed of it.

    Parameters
    ----------
    choice : Choice
        Empty fields take the best there is.
    show_names : bool
        The reader's own choice to see names of areas below the wijk.

    Returns
    -------
    View
        Computes each part when it is asked for.

    Raises
    ------
    SeglibError
        What is chosen is not there.

    Examples
    --------
    >>> view = look(Choice("Urk"))
    >>> view.choice.year, view.choice.level, view.choice.groups
    (2015, 'buurt', ('Marokko', 'overig niet-westers'))
    """
    return View(settled(choice), show_names)


@dataclass(frozen=True)
class View:
    """A settled choice and, each computed at first use, its numbers."""

    choice: Choice
    show_names: bool = False

    @property
    def index(self) -> Index:
        """The measure and its local one."""
        return INDICES[self.choice.index]

    @cached_property
    def table(self) -> CountTable:
        """The year chosen."""
        return table_of(self.choice)

    @cached_property
    def tables(self) -> CountTables:
        """All years, on the same ground."""
        return tables_of(self.choice)

    @property
    def draws(self) -> dict[str, Any]:
        """Seed and number of the draws."""
        return {"seed": self.choice.seed, "replicates": draws_of(self.choice, self.table)}

    def _by_key(self, run: Callable[..., Any]) -> dict[str, Any]:
        """What run finds for each group, or for the one index of all groups."""
        other = {"pair": (self.choice.reference,), "group": (), "all": ()}[self.index.takes]
        whole = self.index.takes == "all"
        return {key: run(*(() if whole else (key, *other))) for key in self.choice.keys}

    @cached_property
    def found(self) -> dict[str, Estimate]:
        """The index with its interval and what a lottery gives, by group."""
        return self._by_key(
            lambda *names: estimate(self._measure, self.table, *names, **self.draws)
        )

    @property
    def _measure(self) -> Callable[..., Any]:
        return self.index.measure

    @cached_property
    def over_years(self) -> dict[str, Estimates]:
        """The same over the years."""
        return self._by_key(
            lambda *names: estimate(self._measure, self.tables, *names, **self.draws)
        )

    @cached_property
    def over_scales(self) -> dict[str, Profile]:
        """The same among the nearest persons, ever more of them, by group."""
        how: dict[str, Any] = {"contexts": knn(self.nearest), **self.profile_draws}
        return self._by_key(
            lambda *names: estimate_profile(self.table, self._measure, *names, **how)
        )

    @property
    def nearest(self) -> list[int]:
        """Numbers of nearest persons, fewer than live here."""
        return [size for size in NEAREST if size < self.table.total]

    @property
    def profile_draws(self) -> dict[str, Any]:
        """Seed and draws over scales; with many units no interval, to answer within a second."""
        few = FEW_DRAWS if self.choice.fast else ENOUGH // 2
        draws: dict[str, Any] = {"seed": self.choice.seed, "replicates": few}
        many = self.table.n_units * len(self.choice.keys) > QUICK_UNITS
        return draws | ({"interval": None, "null": None} if many else {})

    @property
    def mapped(self) -> bool:
        """Whether there may be a map: not too many areas, and somebody's own have boundaries."""
        few = self.table.n_units <= MAPPED_UNITS
        return few and (
            not self.choice.own or self.choice.own.ground(self.choice.level) is not None
        )

    @property
    def profiled(self) -> bool:
        """Whether there is a profile: the measure has a form for it, and areas have a point."""
        return bool(self.index.in_context and self.table.points_m is not None and self.nearest)

    @property
    def around(self) -> View:
        """The view that holds values by area: these do not depend on index and reference."""
        if self.index.takes == "all":
            return look(replace(self.choice, index="M"), show_names=self.show_names)
        plain = replace(self.choice, index="xPx", reference=REST)
        return look(plain, show_names=self.show_names)

    @cached_property
    def by_area(self) -> dict[str, LocalEstimates]:
        """A value for each area, by group."""
        whole = self.index.takes == "all"
        return {
            key: estimate(self.index.local, self.table, *(() if whole else (key,)), **self.draws)
            for key in self.choice.keys
        }

    @property
    def source(self) -> str:
        """The line under a figure: whose figures these are."""
        if self.choice.own:
            return self._say("own", file=self.choice.own.name)
        return language.source_line(self.tables, lang=self.choice.lang)

    def _say(self, key: str, **facts: object) -> str:
        return say(f"view.{key}", self.choice.lang, **facts)

    def _caption(self, key: str, symbol: str) -> str:
        table, lang = self.table, self.choice.lang
        against = ""
        if key != "areas" and self.index.takes == "pair":
            other = language.group_name(self.choice.reference, lang)
            against = self._say("against", other=other)
        level = language.level_name(table.level, lang, number=1)
        facts = {"measure": language.measure_name(symbol, lang), "place": table.place}
        facts |= {"year": f" {table.year}" if table.year else "", "level": level}
        told = self._say(key, **facts, against=against, draws=self.draws["replicates"])
        return told[:1].upper() + told[1:]

    def certainty(self) -> Table:
        """Value, interval and lottery together, a row for each group."""
        lang, rows = self.choice.lang, []
        for key, one in self.found.items():
            margin = language.reason_text(one.reason_code or one.reason, lang)
            if one.low is not None and one.high is not None:
                margin = language.span_text(one.symbol, one.low, one.high, lang)
            numbers = [
                "–" if value is None else language.value_text(one.symbol, value, lang)
                for value in (one.value, one.null_mean, one.null_adjusted)
            ]
            name = (
                self._say("every") if key == self.choice.index else language.group_name(key, lang)
            )
            rows.append((name, numbers[0], margin, *numbers[1:]))
        heads = [self._say(name) for name in ("group", "value", "margin", "chance", "free")]
        caption = self._caption("certainty", self.choice.index)
        return figures.table(rows, columns=heads, caption=caption, lang=lang)

    def sentences(self) -> Sentence:
        """The same in words: each group's value, its margin, and what a lottery gives."""
        dated = {key: replace(one, year=one.year or 0) for key, one in self.found.items()}
        about = self._caption("about", self.choice.index)
        return Sentence(f"{about}\n\n{language.say_one_year(dated, lang=self.choice.lang)}")

    def reading(self) -> Sentence:
        """How to read the index, for who meets it for the first time."""
        return Sentence(say(f"reads.{self.choice.index}", self.choice.lang))

    def map_reading(self) -> Sentence | None:
        """How to read the map, where there is one."""
        key = "departure" if self.index.takes == "all" else "quotient"
        return Sentence(say(f"reads.{key}", self.choice.lang)) if self.mapped else None

    def caution(self) -> Sentence | None:
        """What the figures suit and what they do not, where their source is a secondary one."""
        return None if self.choice.own else language.say_caution(self.tables, lang=self.choice.lang)

    def account(self) -> Sentence:
        """Publisher, route, licence and classification, or whose own table it is."""
        if self.choice.own:
            return Sentence(self.source)
        return language.say_colophon(self.tables, lang=self.choice.lang)

    def draws_told(self) -> Sentence:
        """How many draws lie behind margins and lotteries here."""
        few = self.profile_draws["replicates"]
        return Sentence(self._say("draws", draws=self.draws["replicates"], few=few))

    def map(self) -> Figure | Sentence:
        """A map for each group, or why there is none."""
        return self.around._map

    @cached_property
    def _map(self) -> Figure | Sentence:
        choice, table, lang = self.choice, self.table, self.choice.lang
        if table.n_units > MAPPED_UNITS:
            units = language.number(table.n_units, 0, lang)
            return Sentence(self._say("many", units=units))
        source = self.source
        try:
            if choice.own:
                shapes, source = self._own_ground(choice.own)
            else:
                where = (choice.place, choice.level, choice.year)
                shapes = load_boundaries(*where, source=choice.source)
        except MissingDataError:
            return Sentence(self._say("no_map" if choice.own else "no_shapes"))
        named = {
            language.group_name(key, lang, short=True) * (self.index.takes != "all"): one
            for key, one in self.by_area.items()
        }
        options: Any = {"lang": lang, "level": table.level, "show_names": self.show_names}
        return self._tried(lambda: figures.area_map(shapes, named, **options, source=source))

    def _own_ground(self, own: OwnTable) -> tuple[Any, str]:
        """Shapes for a table of one's own, and whose table and boundaries these are."""
        ground = own.ground(self.choice.level)
        if ground is None:
            raise MissingDataError(own.name)
        return ground.shapes, f"{self.source} {self._say('bounds', drawn_by=ground.drawn_by)}"

    def trend(self) -> Figure | Sentence:
        """The index by year, or why there is no trend."""
        if len(self.tables) < 2:
            year = self.choice.year
            return Sentence(self._say("one_year", year=year) if year else self._say("undated"))
        options = {"lang": self.choice.lang, "source": self.source}
        return self._tried(lambda: figures.series(self.over_years, **options))

    def profile(self) -> Figure | Sentence:
        """The index as ever more of the nearest residents count, or why there is none."""
        if not self.index.in_context:
            known = ", ".join(symbol for symbol, one in INDICES.items() if one.in_context)
            return Sentence(self._say("no_form", known=known))
        if self.table.points_m is None:
            return Sentence(self._say("no_xy" if self.choice.own else "no_points"))
        if not self.nearest:
            return Sentence(self._say("few_people", fewest=NEAREST[0]))
        options: dict[str, Any] = {"lang": self.choice.lang, "source": self.source}
        return self._tried(lambda: figures.profiles(self.over_scales, **options))

    def _tried(self, make: Callable[[], Figure]) -> Figure | Sentence:
        """A figure, or the sentence of what stands in its way."""
        try:
            return make()
        except SeglibError as error:
            return Sentence(self._say("cannot", why=error))

    def areas(self) -> Table:
        """A row for each area, in the order of the source: value and margin by group."""
        by_area = self.around.by_area
        lang, first = self.choice.lang, next(iter(by_area.values()))
        names = mask_names(first.unit_names, self.table.level, show_names=self.show_names)
        heads, columns = [self._say("area")], [list(names)]
        for key, one in by_area.items():
            symbol, whole = one.symbol, self.index.takes == "all"
            values = hide_small_bases(one.values, one.persons)[0]
            nothing = np.full(len(values), np.nan)
            low, high = (nothing if end is None else end for end in (one.low, one.high))
            hidden = np.isnan(values)
            shown = [language.value_text(symbol, value, lang) for value in values]
            ends = zip(low, high, strict=True)
            spans = [language.span_text(symbol, *pair, lang) for pair in ends]
            columns.append(_covered(shown, hidden, self._say("hidden")))
            columns.append(_covered(spans, hidden | np.isnan(low), "–"))
            name = "" if whole else f"{language.group_name(key, lang, short=True)}: "
            heads += [name + self._say(head).lower() for head in ("value", "margin")]
        heads = [head[:1].upper() + head[1:] for head in heads]
        caption = self._caption("areas", first.symbol)
        rows = list(zip(*columns, strict=True))
        align = ("left", *("right" for _ in heads[1:]))
        return figures.table(rows, columns=heads, caption=caption, lang=lang, align=align)

    def code(self) -> str:
        """A cell of code that gives these numbers and the map anew."""
        return code_of(self)


def _covered(texts: list[str], hidden: Any, word: str) -> list[str]:
    return [word if unseen else text for text, unseen in zip(texts, hidden, strict=True)]
