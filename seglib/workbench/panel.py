"""The workbench as widgets in JupyterLab: what is chosen, what is seen, and one line of status."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from seglib import language
from seglib.errors import SeglibError, SetupError, SourceFormatError, UnknownPlaceError
from seglib.figures import Figure, Table
from seglib.sources import catalogue
from seglib.table import REST
from seglib.workbench import choice as choices
from seglib.workbench.choice import INDICES, Choice
from seglib.workbench.ground import MAP_FILES
from seglib.workbench.own_table import read_table
from seglib.workbench.view import View, look
from seglib.workbench.words import beside, say

TABLE_FILES = (".csv", ".txt", ".tsv", ".xlsx")
UPLOAD_MB = 8  # what a connection to a kernel takes at once
ROWS = 200
PARTS = ("certainty", "map", "trend", "profile", "by_area")
OWN_KEYS = 'data-lm-suppress-shortcuts="true"'


def show(choice: Choice, *, interactive: bool = True, show_names: bool = False) -> None:
    """Show the workbench in JupyterLab, or nothing where no one can use it.

    Parameters
    ----------
    choice : Choice
        Where to begin.
    interactive : bool
        False shows nothing: a stored notebook or a report has no kernel behind it.
    show_names : bool
        The reader's own choice to see names of areas below the wijk.

    Raises
    ------
    SetupError
        ipywidgets is not installed.
    """
    if not interactive:
        return
    from IPython.display import Javascript, display

    panel = Panel(choice, show_names=show_names)
    display(panel.box, Javascript(beside("panel.js")))


class Panel:
    """Widgets around one state, ``choice``; each change of a widget makes a new state."""

    def __init__(self, choice: Choice, *, show_names: bool = False) -> None:
        """Build the widgets and show the first view."""
        try:
            import ipywidgets
        except ImportError as cause:
            told = "The workbench needs ipywidgets. Install the extra 'workbench'."
            raise SetupError(told) from cause
        self.made, self.lang, self.show_names = ipywidgets, choice.lang, show_names
        self.choice, self.quiet = choice, False
        self.view: View | None = None
        self.kept: dict[tuple[Choice, str], str] = {}
        self._build()
        self._go(choice)

    def say(self, key: str, **facts: object) -> str:
        """A text of the panel."""
        return say(f"panel.{key}", self.lang, **facts)

    def _build(self) -> None:
        """Make the fields, each under its label."""
        w, most = self.made, choices.MOST_GROUPS

        def field(kind: Callable[..., Any], key: str, **facts: Any) -> Any:
            made = kind(description=self.say(key, most=most), **facts)
            return made.add_class("seglib-field")

        later: dict[str, Any] = {"continuous_update": False}
        told = [(language.measure_name(symbol, self.lang), symbol) for symbol in INDICES]
        self.place = field(w.Combobox, "place", options=choices.places_offered(), **later)
        self.areas, self.year, self.reference = (
            field(w.Dropdown, key) for key in ("areas", "year", "reference")
        )
        self.groups = field(w.SelectMultiple, "groups", rows=7)
        self.index = field(w.Dropdown, "index", options=told)
        self.upload = w.FileUpload(
            description=self.say("upload"), accept=",".join(TABLE_FILES + MAP_FILES)
        )
        self.path = field(w.Text, "path", **later)
        self.bar = w.FloatProgress(max=1.0, description=self.say("reading"))
        self.bar.layout.display = "none"
        self.status, self.links = w.HTML().add_class("seglib-status"), w.HTML()
        self.parts = {key: w.HTML() for key in PARTS}
        self.code = field(w.Textarea, "copy", rows=14)
        self.button = w.Button(description=self.say("files"))
        self._place()
        self._listen()

    def _place(self) -> None:
        """Set fields at the left, and what is seen beside or, on a narrow screen, below them."""
        w = self.made
        hint = w.HTML(f"<small>{self.say('hint', most=UPLOAD_MB)}</small>")
        fields = [self.place, self.areas, self.year, self.groups, self.reference, self.index]
        left = w.VBox([*fields, self.upload, hint, self.path, self.bar]).add_class("seglib-left")
        parts = w.Box([*self.parts.values()]).add_class("seglib-parts")
        code = w.HTML(f"<h3>{self.say('code')}</h3>")
        seen = [self.status, parts, code, self.code, self.button, self.links]
        rows = w.HBox([left, w.VBox(seen).add_class("seglib-seen")]).add_class("seglib-rows")
        head = f"<style>{beside('panel.css')}</style><h2>{self.say('heading')}</h2>"
        self.box = w.VBox([w.HTML(head), rows]).add_class("seglib-workbench")

    def _listen(self) -> None:
        """Each widget that changes makes a new choice."""
        fresh = {"source": "", "level": "", "year": None}
        for widget, change in (
            (self.place, lambda new: {"place": new.strip(), "own": None, **fresh}),
            (self.areas, lambda new: {"source": new[0], "level": new[1], "year": None}),
            (self.year, lambda new: {"year": new}),
            (self.groups, lambda new: {"groups": new}),
            (self.reference, lambda new: {"reference": new}),
            (self.index, lambda new: {"index": new}),
        ):
            widget.observe(self._changed(change), "value")
        self.button.on_click(lambda _: self._export())
        self.upload.observe(lambda event: self._uploaded(event["new"]), "value")
        self.path.observe(lambda event: self._open(event["new"].strip()), "value")

    def _changed(self, change: Callable[[Any], dict[str, Any]]) -> Callable[[Any], None]:
        def heard(event: Any) -> None:
            if not self.quiet and event["new"]:
                self._go(replace(self.choice, **change(event["new"])))

        return heard

    def _uploaded(self, files: Any) -> None:
        if files:
            self._open(bytes(files[0]["content"]), files[0]["name"])

    def _open(self, file: str | bytes, name: str = "") -> None:
        """Read a table of one's own, its progress in the bar, and look at it."""
        if not file:
            return
        name = name or Path(str(file)).name
        if name.lower().endswith(MAP_FILES):
            self._open_boundaries(file, name)
            return
        self.bar.value, self.bar.layout.display = 0.0, ""
        try:
            own = read_table(file, name=name, lang=self.lang, progress=self._progress)
        except SeglibError as error:
            self._wrong(error)
            return
        finally:
            self.bar.layout.display = "none"
        self._go(Choice(own=own, index=self.choice.index, lang=self.lang, place=own.name))

    def _open_boundaries(self, file: str | bytes, name: str) -> None:
        """Lay boundaries under the table of one's own that is seen."""
        if not self.choice.own:
            self._wrong(SourceFormatError(self.say("no_table", file=name)))
            return
        self.status.value = html.escape(self.say("busy"))
        try:
            own = self.choice.own.with_boundaries(file, name=name, lang=self.lang)
        except SeglibError as error:
            self._wrong(error)
            return
        self._go(replace(self.choice, own=own))

    def _progress(self, part: float) -> None:
        self.bar.value = part

    def _wrong(self, error: SeglibError) -> None:
        if isinstance(error, UnknownPlaceError):
            near = get_close_matches(self.place.value, self.place.options, n=3)
            names = ", ".join(near or self.place.options[:3])
            error = UnknownPlaceError(self.say("unknown", place=self.place.value, near=names))
        self.status.value = f"<b>{html.escape(self.say('wrong', why=error))}</b>"

    def _go(self, choice: Choice) -> None:
        """Show a choice part by part; one that cannot be leaves what is seen as it is."""
        began = time.perf_counter()
        self.status.value = html.escape(self.say("busy"))
        try:
            view = look(self._fitting(choice), show_names=self.show_names)
            self._offer(view)
            self._show(view)
        except SeglibError as error:
            self._wrong(error)
            self._restore()
            return
        self.view, self.choice = view, view.choice
        self.code.value, self.links.value = view.code(), ""
        seconds = language.number(time.perf_counter() - began, 1, self.lang)
        table = view.table
        facts = {"place": table.place, "year": f" {table.year}" if table.year else ""}
        index = language.measure_name(view.choice.index, self.lang)
        units = language.number(table.n_units, 0, self.lang)
        told = self.say("done", **facts, units=units, index=index, seconds=seconds)
        self.status.value = html.escape(told)

    def _show(self, view: View) -> None:
        """Show each part as soon as it is there: numbers first, and the map, the slowest, last."""
        made: dict[str, tuple[Callable[[], Figure | Table | str | None], ...]] = {
            "certainty": (
                view.certainty,
                view.reading,
                view.sentences,
                view.draws_told,
                view.caution,
            ),
            "by_area": (view.areas,),
            "trend": (view.trend,),
            "profile": (view.profile,),
            "map": (view.map_reading, view.map),
        }
        unmade = [key for key in made if (view.choice, key) not in self.kept]
        for key in unmade:  # what is seen there is of another choice
            self.parts[key].add_class("seglib-waiting")
        for key in sorted(made, key=unmade.__contains__):
            if key in unmade:
                self.kept[view.choice, key] = "".join(self._html(one()) for one in made[key])
            self._put(view, key)
            if key == "certainty" and "map" in unmade:
                self.status.value = html.escape(self.say("first_answer"))

    def _put(self, view: View, key: str) -> None:
        """Put a part that is made where it belongs."""
        self.parts[key].value = f"<h3>{self.say(key)}</h3>{self.kept[view.choice, key]}"
        self.parts[key].remove_class("seglib-waiting")

    def _fitting(self, choice: Choice) -> Choice:
        """Without groups and a reference that another place or year does not have."""
        filled = choices.settled(replace(choice, groups=(), reference=""))
        large = choices.groups_offered(choices.table_of(filled))
        reference = choice.reference if choice.reference in (*large, REST) else ""
        taken = reference or filled.reference
        groups = tuple(group for group in choice.groups if group in large and group != taken)
        return replace(choice, groups=groups, reference=reference)

    def _offer(self, view: View) -> None:
        """Fill the widgets with what this place has, and set them to what is seen."""
        choice, lang, self.quiet = view.choice, self.lang, True
        large = choices.groups_offered(view.table)
        pairs = [(language.group_name(group, lang, short=True), group) for group in large]
        self.place.value = "" if choice.own else str(choice.place)
        self.place.placeholder = choice.own.name if choice.own else ""
        self.year.layout.display = "" if choice.year else "none"
        offered = choices.areas_offered(choice).items()
        others = [(self._areas_told(*one, years), one) for one, years in offered]
        _fill(self.areas, others, (choice.source, choice.level))
        _fill(self.year, [(str(year or "–"), year) for year in view.tables], choice.year)
        if list(self.groups.options) != pairs:
            self.groups.value = ()  # first, or the screen looks for a mark that is gone
        _fill(self.groups, pairs, choice.groups)
        everyone = (language.group_name(REST, lang), REST)
        _fill(self.reference, [everyone, *pairs], choice.reference)
        self.index.value = choice.index
        self.groups.disabled = view.index.takes == "all"
        self.reference.disabled = view.index.takes != "pair"
        self.quiet = False

    def _restore(self) -> None:
        """Set the widgets back to what is seen."""
        self.quiet = False
        if self.view:
            self._offer(self.view)
            for key in PARTS:
                self._put(self.view, key)

    def _areas_told(self, source: str, level: str, years: tuple[int, ...]) -> str:
        publisher = _briefly(catalogue.source(source).publisher) if source else self.say("own")
        when = "–".join(dict.fromkeys(map(str, (years[0], years[-1])))) if years else ""
        kind = language.level_name(level, self.lang).partition(" (")[0]
        return " · ".join(filter(None, (when, kind, publisher)))

    def _html(self, one: Figure | Table | str | None) -> str:
        """What is shown, as HTML: a figure with its caption and its numbers, a table, a text."""
        if one is None or isinstance(one, str):
            told = filter(None, (one or "").splitlines())
            lines = [html.escape(line.removeprefix("- ")) for line in told]
            return "".join(f"<p>{line}</p>" for line in lines)
        if isinstance(one, Table):
            rows, more = one.rows[:ROWS], ""
            if len(one.rows) > ROWS:
                number = language.number(len(one.rows), 0, self.lang)
                more = f"<p>{self.say('first', most=ROWS, number=number)}</p>"
            short = replace(one, rows=rows).as_html()
            label = f'role="region" aria-label="{html.escape(one.caption)}"'
            return f'<div class="scroll" tabindex="0" {OWN_KEYS} {label}>{short}</div>{more}'
        own = re.search(r's[0-9a-f]{8}(?=-title")', one.svg)  # the page may hold it already
        svg = one.svg.replace(own[0], f"w{own[0]}") if own else one.svg
        below = f"{html.escape(one.caption)} {html.escape(one.source)}"
        head = f"<summary {OWN_KEYS}>{self.say('numbers')}</summary>"
        table = f"<details>{head}{self._html(one.table)}</details>"
        return f"<figure>{svg}<figcaption>{below}</figcaption></figure>{table}"

    def _export(self) -> None:
        from seglib.workbench.exports import files_of, links_to  # not before someone keeps files

        if self.view:
            self.links.value = links_to(files_of(self.view))
            self.status.value = html.escape(self.say("ready"))


def _briefly(publisher: str) -> str:
    """Letters in brackets, or what stands before a comma; figures give the whole name."""
    letters = re.search(r"\((\w+)\)", publisher)
    return letters[1] if letters else publisher.partition(",")[0]


def _fill(widget: Any, options: list[tuple[str, Any]], value: Any) -> None:
    """Give a widget other options, where they are others, and its value."""
    if list(widget.options) != options:
        widget.options = options
    widget.value = value
