"""Race: how far designs land from the truth of made-up worlds, and the whole scoreboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from seglib import language
from seglib.errors import ReportError
from seglib.figures import canvas, rows
from seglib.figures.figure import Figure, Table

_WORDS = language.word_list("figure_race")
_BAND = {"lw": 4, "alpha": 0.4, "solid_capstyle": "butt"}
_REACH = {"lw": 1, "marker": "|", "ms": 5, "zorder": 2}
_NORMAL = 1.959964
SMALL = 0.01


class Score(Protocol):
    """How a design did in a world, as ``seglib.models.race`` has it."""

    world: str
    design: str
    truth: float
    bias: float
    bias_error: float
    rmse: float
    rmse_error: float
    coverage: float
    coverage_error: float
    rejection: float
    rejection_error: float
    spread: float

    @property
    def direction(self) -> str: ...


class _Kind(NamedTuple):
    """What of a score is drawn, times how much, beside which line, with how many decimals."""

    name: str
    factor: float
    line: float
    decimals: int


_KINDS = {
    "bias": _Kind("bias", 1.0, 0.0, 3),
    "coverage": _Kind("coverage", 100.0, 95.0, 0),
    "rejection": _Kind("rejection", 100.0, 5.0, 0),
}


def race(
    scores: Sequence[Score],
    *,
    lang: str,
    title: str,
    what: str = "bias",
    source: str = "",
    caption: str = "",
) -> Figure:
    """Draw scores of designs: a row for each design, a sign for each world.

    Parameters
    ----------
    scores : sequence of Score
        Of designs in made-up worlds.
    lang, title, source, caption : str
        As for ``series``.
    what : {"bias", "coverage", "rejection"}
        Mean distance to the truth; how many intervals hold the truth; how many leave out 0, of
        worlds without an effect alone.

    Returns
    -------
    Figure
        Signs with their Monte-Carlo margin and, for the bias, the reach of single estimates.

    Raises
    ------
    ReportError
        There is nothing to draw, or no such kind.
    """
    kind, words = _KINDS.get(what), _WORDS[lang]
    shown = [one for one in scores if what != "rejection" or one.truth == 0]
    if kind is None or not shown:
        raise ReportError(
            f"There are no scores to draw of {what!r}. Give scores, for 'rejection' of a world "
            f"without an effect, and one of {', '.join(_KINDS)}."
        )
    worlds, designs = language.word_list("worlds")[lang], language.word_list("designs")[lang]
    looks = {
        name: {"color": canvas.COLOURS[place % 7], "marker": canvas.MARKERS[place % 7], "ms": 6}
        for place, name in enumerate(dict.fromkeys(one.world for one in shown))
    }
    legend: list[canvas.Entry] = [
        ({**look, "ls": "none"}, worlds.get(name, name)) for name, look in looks.items()
    ]
    legend.append(({"color": canvas.MUTED, **_BAND}, words["margin"]))
    if what == "bias":
        legend.append(({"color": canvas.MUTED, **_REACH}, words["reach"]))
    table = _table(shown, kind, title, lang)
    names = list(dict.fromkeys(one.design for one in shown))
    ends = [end for one in shown for pair in _ends(one, kind) for end in pair]
    digits = 0 if kind.line else 2 + (max(ends) - min(ends) < 10 * SMALL)
    write = partial(language.number, decimals=digits, lang=lang)
    with canvas.style():
        texts = (title, f"{words['simulated']} {words[what]}")
        told = [designs.get(name, name) for name in names]
        most = max(sum(one.design == name for one in shown) for name in names)
        room: dict[str, Any] = {"legend": legend, "least": max(0.29, 0.16 * most)}
        sheet, axes = rows.row_sheet(texts, told, [kind.line, *ends], write, **room)
        axes.axvline(kind.line, color=canvas.INK, lw=1, ls=":" if kind.line else "-", zorder=1)
        _draw(axes, shown, kind, names, looks)
        head = f"{words['simulated']} {words['head']} {words[what]}."
        said = "; ".join(", ".join(row) for row in table.rows)
        below = f"{words['simulated']} {caption or words[f'read_{what}']}"
        return canvas.finished(sheet, f"{head} {said}.", below, source or words["source"], table)


def _ends(one: Score, kind: _Kind) -> list[tuple[float, float]]:
    """The Monte-Carlo margin and, for the bias, where 95 percent of the estimates lie."""
    value, error = (getattr(one, kind.name + end) for end in ("", "_error"))
    halves = [error, one.spread] if kind.name == "bias" else [error]
    found = [(value - _NORMAL * half, value + _NORMAL * half) for half in halves]
    if kind.name != "bias":
        found = [(max(0.0, low), min(1.0, high)) for low, high in found]
    return [(kind.factor * low, kind.factor * high) for low, high in found]


def _draw(
    axes: Any,
    shown: Sequence[Score],
    kind: _Kind,
    names: Sequence[str],
    looks: Mapping[str, Mapping[str, Any]],
) -> None:
    """A sign for each score, those of one design a little below each other."""
    alike = {name: [one for one in shown if one.design == name] for name in names}
    step = 0.7 / max(map(len, alike.values()))
    for place, name in enumerate(names):
        for row, one in enumerate(alike[name]):
            at = place + (row - (len(alike[name]) - 1) / 2) * step
            look = looks[one.world]
            margin, *reach = _ends(one, kind)
            for ends in reach:
                axes.plot(ends, [at, at], color=look["color"], **_REACH)
            axes.plot(margin, [at, at], color=look["color"], zorder=3, **_BAND)
            value = kind.factor * getattr(one, kind.name)
            axes.plot([value], [at], ls="none", zorder=4, clip_on=False, **look)


def _decimals(one: Score, kind: _Kind) -> int:
    """One more where estimates lie close together, as those of a year of childhood."""
    return kind.decimals and kind.decimals + (one.spread < SMALL)


def _with_error(one: Score, kind: _Kind, lang: str) -> str:
    """A number of a score with its Monte-Carlo error: "−0,289 (0,002)"."""
    value, error = (kind.factor * getattr(one, kind.name + end) for end in ("", "_error"))
    signed, decimals = kind.name == "bias", _decimals(one, kind)
    told = language.number(value, decimals, lang, signed=signed)
    digits = decimals or 1
    return f"{told} ({language.number(error, digits, lang)})"


def _table(shown: Sequence[Score], kind: _Kind, title: str, lang: str) -> Table:
    words = _WORDS[lang]
    worlds, designs = language.word_list("worlds")[lang], language.word_list("designs")[lang]
    body = []
    for one in shown:
        row = [designs.get(one.design, one.design), worlds.get(one.world, one.world)]
        if kind.name == "bias":
            pair, digits = (one.truth, one.truth + one.bias), _decimals(one, kind)
            row += [language.number(each, digits, lang) for each in pair]
        body.append((*row, _with_error(one, kind, lang)))
    heads = ["design", "world", *(("truth", "mean") if kind.name == "bias" else ())]
    columns = (*(words[name] for name in heads), words[f"column_{kind.name}"])
    align = ("left", "left", *("right" for _ in columns[2:]))
    return Table(columns, tuple(body), title, lang, align)


def scoreboard(
    scores: Iterable[Score],
    expected: Mapping[tuple[str, str], Any],
    *,
    lang: str,
    caption: str,
    what: str = "error",
) -> Table:
    """A table of all scores: their errors beside what was written down before, or their margins.

    Parameters
    ----------
    scores : iterable of Score
        Of designs in made-up worlds.
    expected : mapping of (str, str) to Expectation
        By world and design, as ``seglib.synth.expected.expected`` gives it.
    lang, caption : str
        "nl" or "en", and what the table holds.
    what : {"error", "margin"}
        Truth, bias, RMSE and the direction of the bias; or coverage and how often 0 is left out.

    Returns
    -------
    Table
        Each number with its Monte-Carlo error.
    """
    words, body = _WORDS[lang], []
    worlds, designs = language.word_list("worlds")[lang], language.word_list("designs")[lang]
    directions = language.word_list("bias_directions")[lang]
    rmse = _Kind("rmse", 1.0, 0.0, 3)
    heads, kinds = "both truth column_bias column_rmse direction", [_KINDS["bias"], rmse]
    if what == "margin":
        heads, kinds = "both column_coverage column_rejection", list(_KINDS.values())[1:]
    for one in scores:
        name = f"{worlds.get(one.world, one.world)}: {designs.get(one.design, one.design)}"
        row = [name, *(_with_error(one, kind, lang) for kind in kinds)]
        if what == "error":
            row.insert(1, language.number(one.truth, 3, lang))
            before = directions[expected[one.world, one.design].direction]
            found = directions[one.direction]
            alike = found == before
            row.append(found if alike else words["other"].format(before=before, found=found))
        body.append(tuple(row))
    columns = tuple(words[name] for name in heads.split())
    align = ("left", *("right" for _ in columns[1:]))
    align = (*align[:-1], "left") if what == "error" else align
    return Table(columns, tuple(body), caption, lang, align)
