"""Tables of what was used: figures by year, what was left out, and the source beside another."""

from __future__ import annotations

from seglib.disclosure import MINIMUM_PERSONS, NAMED_LEVELS
from seglib.errors import ReportError
from seglib.figures.figure import Table, table
from seglib.language import level_name, listing, number, word_list
from seglib.sources.catalogue import source, sources
from seglib.sources.load import load_comparison
from seglib.table import CountTable, CountTables

_WORDS = word_list("figure_provenance")
_REASONS = word_list("left_out")


def provenance(tables: CountTables, *, lang: str) -> Table:
    """Show for each year how much was used, and what was left out and why.

    Parameters
    ----------
    tables : CountTables
        A table for each year.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table
        A row for each year. Persons are shown where the source prints them, not where they were
        only computed from shares; below the wijk units left out are counted, not named.
    """
    words, first = _WORDS[lang], next(iter(tables.values()))
    printed = _prints_persons(first)
    level = level_name(first.level, lang, number=1)
    caption = words["caption"].format(place=first.place, level=level)
    rows: list[list[str]] = []
    before = ""
    for year, one in tables.items():
        left = _left_out(one, lang)
        persons = [number(one.total, 0, lang), _persons_left_out(one, lang)] if printed else []
        told = words["same"] if before == left and one.dropped else left
        rows.append([str(year), number(one.n_units, 0, lang), *persons, told])
        before = left
    names = ("year", "areas", *(("persons", "inside") if printed else ()), "left")
    return table(
        rows,
        caption=caption if printed else f"{caption}; {words['only_shares']}",
        lang=lang,
        columns=[words[name] for name in names],
        align=("left", *("right",) * (len(names) - 2), "left"),
    )


def _prints_persons(one: CountTable) -> bool:
    return all(known.key != one.source or known.recovery == "none" for known in sources())


def _persons_left_out(one: CountTable, lang: str) -> str:
    persons = [left.persons for left in one.dropped]
    if any(count is None for count in persons):
        return _WORDS[lang]["unknown"]
    together = sum(count or 0 for count in persons)
    if 0 < together < MINIMUM_PERSONS:
        return _WORDS[lang]["few"].format(limit=MINIMUM_PERSONS)
    return number(together, 0, lang)


def _left_out(one: CountTable, lang: str) -> str:
    """Units left out, by reason."""
    words, by_reason = _WORDS[lang], dict[str, list[str]]()
    names = dict(zip(one.units, one.unit_names, strict=True))
    for left in one.dropped:
        code = left.reason.partition("figures of ")[2].partition(" ")[0]
        marks = (text for mark, text in _REASONS[lang].items() if mark in left.reason)
        reason = next(marks, left.reason).replace("{name}", names.get(code, code))
        by_reason.setdefault(reason, []).append(left.name)
    told = []
    for reason, units in by_reason.items():
        who = listing(units, lang)
        if one.level and one.level not in NAMED_LEVELS:
            who = f"{number(len(units), 0, lang)} {level_name(one.level, lang, number=len(units))}"
        told.append(f"{who}: {reason}")
    return "; ".join(told) or words["nothing"]


def beside_another(tables: CountTables, *, lang: str) -> Table | None:
    """Show a secondary source beside the official figures of one year.

    Parameters
    ----------
    tables : CountTables
        Tables of one source.
    lang : str
        "nl" or "en".

    Returns
    -------
    Table or None
        Number of residents in both, their ratio, and what was left out, for every unit that is
        used or dropped; None where the source is not secondary, so that nothing is shown.

    Raises
    ------
    ReportError
        The tables are of several sources.
    """
    keys = {one.source for one in tables.values()}
    if len(keys) != 1:
        raise ReportError(f"One source at a time can be compared, these are {sorted(keys)}.")
    about, words = source(keys.pop()), _WORDS[lang]
    if not about.comparison:
        return None
    frame = load_comparison(about.key)
    used = {code for one in tables.values() for code in one.units}
    used |= {left.unit for one in tables.values() for left in one.dropped}
    names = dict(zip(frame["unit_code"], frame["unit_name"], strict=True))
    rows = []
    for row in frame[frame["unit_code"].isin(used)].itertuples():
        copied = names.get(about.copies.get(row.unit_code, ""))
        remark = words["copy"].format(name=copied) if copied else words.get(row.remark, "")
        rows.append((row.unit_name, row.elan, row.cbs, row.ratio, remark))
    return table(
        rows,
        caption=words["beside_caption"].format(title=about.title),
        lang=lang,
        columns=[words[name] for name in ("unit", "here", "cbs", "ratio", "remark")],
        decimals={words["here"]: 0, words["cbs"]: 0, words["ratio"]: 2},
        align=("left", "right", "right", "right", "left"),
    )
