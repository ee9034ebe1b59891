"""Prose: reasons and numbers as a reader sees them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seglib import language
from seglib.claims.quantity import Quantity
from seglib.claims.rules import Reason


def place_name(place: str, lang: str) -> str:
    """Name of a place within a sentence: "de Metropoolregio Amsterdam"."""
    return language.word_list("places")[lang].get(place, place)


def explain(reasons: Iterable[Reason], lang: str) -> tuple[str, ...]:
    """Say reasons as sentences, one for all that say the same of several groups.

    Examples
    --------
    >>> explain([Reason("zero", "change_D", (group, "Nederland")) for group in ("a", "b")], "en")
    ('Zero lies in the margin of chance for a and b (D against Dutch origin).',)
    """
    alike: dict[tuple[str, str], list[Reason]] = {}
    for reason in reasons:
        alike.setdefault((reason.key, str(reason.facts)), []).append(reason)
    return tuple(_sentence(same, lang) for same in alike.values())


def _sentence(same: Sequence[Reason], lang: str) -> str:
    key, name, groups, facts = same[0]
    if key in ("own", "literature"):
        said = (facts or {})[lang]
        return said if key == "own" else language.phrase("rule.literature", lang, said=said)
    said = {
        fact: _amount(name, value, lang) if name else place_name(value, lang)
        for fact, value in (facts or {}).items()
    }
    clauses: dict[tuple[str, ...], list[str]] = {}
    for reason in same:
        named = clauses.setdefault((reason.name, *reason.groups[1:]), [])
        named += [group for group in reason.groups[:1] if group not in named]
    about = [_clause(index, named, lang) for index, named in clauses.items()]
    said |= {"about": language.listing(about, lang), "label": _label(name, groups, lang)}
    key = "other_slope" if key == "other_way" and name.endswith("_slope") else key
    return language.phrase(f"rule.{key}", lang, **said)


def _clause(index: tuple[str, ...], groups: list[str], lang: str) -> str:
    """Of whom a reason speaks: "voor mensen van Turkse herkomst (D tegenover alle anderen)"."""
    if not groups:
        return language.phrase("claim.of", lang, index=_index(index[0], (), lang))
    whom, named = people_named(groups, lang), _index(index[0], index, lang)
    return language.phrase("claim.whom", lang, whom=whom, index=named)


def people_named(groups: Iterable[str], lang: str) -> str:
    """Name the people of several groups at once, without saying the same words again.

    Examples
    --------
    >>> people_named(["Marokko", "Suriname"], "en")
    'people of Moroccan and Surinamese origin'
    """
    people = [language.people_of(group, lang).split() for group in groups]
    if any(len(words) != 4 for words in people):
        return language.listing(map(" ".join, people), lang)
    origins = language.listing([words[2] for words in people], lang)
    return " ".join([*people[0][:2], origins, people[0][3]])


def _split(name: str) -> tuple[str, str]:
    part, _, symbol = name.removesuffix("_rest").rpartition("_")
    return part, symbol


def _index(name: str, groups: Sequence[str], lang: str) -> str:
    """The index of which a quantity speaks, and against whom: "D tegenover alle anderen"."""
    own = language.word_list("quantity")[lang].get(name, "{")
    if "{" not in own:
        mixes = [language.group_name(other, lang) for other in groups[1:2] if other[-4:] == "_mix"]
        return ", ".join([own[0].lower() + own[1:], *mixes])
    symbol = _split(name)[1]
    named = symbol if symbol == "D" else language.measure_name(symbol, lang)
    for other in groups[1:2] or (("rest",) if name.endswith("_rest") else ()):
        named += language.phrase("claim.against", lang, other=language.group_name(other, lang))
    return named


def _label(name: str, groups: Sequence[str], lang: str) -> str:
    own, (part, symbol) = language.word_list("quantity")[lang], _split(name)
    key = name if name in own else {"change": "change", "total": "change", "": "plain"}.get(part)
    facts = {"index": _index(name, groups, lang), "symbol": symbol}
    facts["part"] = language.part_name(part, lang)
    return language.phrase(f"quantity.{key or 'part'}", lang, **facts)


def _scale(name: str) -> tuple[float, int, bool, bool]:
    """Factor, decimals, whether in percent and whether signed."""
    part, symbol = _split(name)
    if part == "change":
        return 1, 1, True, True
    if "share" in name:
        return 100, 0, True, False
    known = language.shown(symbol, 1.0), language.decimals_of(symbol)
    return *known, language.is_percentage(symbol), bool(part)


def _amount(name: str, value: float, lang: str) -> str:
    factor, decimals, in_percent, signed = _scale(name)
    write = language.percent if in_percent else language.number
    return write(factor * value, decimals if value else 0, lang, signed=signed)


def number_lines(quantities: Iterable[Quantity], lang: str) -> str:
    """One line for all groups of an index; its first number says what the margins beside it are."""
    lines: dict[str, list[str]] = {}
    shapes: dict[str, tuple[bool, bool]] = {}
    for found in quantities:
        label = _label(found.name, found.groups, lang)
        shape = (found.has_interval, found.leave_low is not None)
        if found.unit.endswith("ten years"):
            label += language.phrase("claim.decade", lang)
        brief = found.has_interval and shapes.get(label) == shape
        lines.setdefault(label, []).append(_item(found, lang, brief))
        shapes[label] = shape
    return "\n".join(f"- {label}: {', '.join(items)}" for label, items in lines.items())


def _item(found: Quantity, lang: str, brief: bool) -> str:
    factor, decimals, _, signed = _scale(found.name)
    why = language.reason_text(found.reason, lang)
    margins = [] if found.has_interval else [language.phrase("margins.none", lang, why=why)]
    interval = ("margins.margin", found.low, found.high)
    for key, low, high in (interval, ("claim.single", found.leave_low, found.leave_high)):
        if low is not None and high is not None:
            ends = language.span(factor * low, factor * high, decimals, lang, signed=signed)
            margins.append(ends if brief else language.phrase(key, lang, ends=ends))
    named = [language.group_name(group, lang, short=True) for group in found.groups[:1]]
    if found.name.endswith("_slope"):
        mixes = [name for name in found.groups[1:2] if name.endswith("_mix")]
        named += [f"({language.group_name(name, lang, short=True)})" for name in mixes]
        named += [f"{year}:" for year in found.years[:1]]
    return f"{' '.join([*named, _amount(found.name, found.value, lang)])} ({'; '.join(margins)})"
