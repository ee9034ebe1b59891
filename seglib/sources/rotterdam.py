"""Rotterdam, Wijkprofiel: a survey and registers by buurt, its context, and the codes of CBS.

The wording of an item is the header of its column; its short code stands only in the workbook
"Datastructuur", which also holds the waves of 2014 and 2016 with all decimals. The files as found
have one trap: "gemeente 2016 si.csv" is, byte for byte, "gemeente 2018 si.csv", and it is the
wave of 2018: its city index is the one published in January 2018, and its share of overcrowded
dwellings is that of the physical file of 2018 in all 86 units. So each file is held against the
city index of its wave, and the social wave of 2016 comes from the workbook. How many residents
answered in a buurt is not published.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import area_figures, catalogue, schema
from seglib.sources.raw_cells import as_lines, check_header, number, read_cells, read_lines
from seglib.sources.schema import Line

PROFILE = "rotterdam-wijkprofiel"
CONTEXT = "rotterdam-context"
# Sheets of the workbook by instrument: those of 2014, and five further on those of 2016.
SHEETS = {"si": 0, "fi_subj": 1, "fi_obj": 2, "vi": 3}
_LATER = {2014: 0, 2016: 5}
_HEAD = ("naam gebied (voormalig deelgemeente)", "wijknr", "BUURT")


def read_items(path: str | Path) -> pd.DataFrame:
    """The items of the profile from its workbook: code, wording, unit and kind.

    Parameters
    ----------
    path : str or Path
        The workbook "Datastructuur wijkprofiel".

    Returns
    -------
    DataFrame
        ``area_figures.ITEM_COLUMNS``; ``place`` names the columns of the files that hold the
        item, as ``si:30``. Scores of a theme are called after their index, as ``SI_Bs``.

    Raises
    ------
    SourceFormatError
        The workbook is not in this form.
    """
    found: dict[str, dict[str, str]] = {}
    for instrument, sheet in SHEETS.items():
        themes, codes, labels = read_cells(path, sheet=sheet)[:3]
        check_header(Path(path), codes[1:3], ("wijknr", "BUURT85"))
        for place in range(len(_HEAD), len(codes)):
            index, code, theme = instrument[:2].upper(), codes[place], themes[place]
            score = theme == "1"
            item = f"{index}_{code}" if score and not code.startswith(index) else code
            entry = {"item": item, "label": labels[place], "theme": theme, "about": "", "place": ""}
            kept = found.setdefault(item, entry | _meaning(item, labels[place], theme))
            kept["place"] = f"{kept['place']}+{instrument}:{place}".lstrip("+")
    return pd.DataFrame(found.values(), columns=list(area_figures.ITEM_COLUMNS))


def read(
    path: str | Path,
    year: int | None = None,
    instrument: str | None = None,
    items: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Read one file of the profile, one instrument in one year, as tidy figures.

    Parameters
    ----------
    path : str or Path
        A file as "gemeente 2014 si.csv": ';', decimal comma, the literal question as header.
    year : int, optional
        By default the one in the file name.
    instrument : {"si", "vi", "fi_subj", "fi_obj"}, optional
        By default the one in the file name.
    items : DataFrame, optional
        From ``read_items``; by default the embedded ones.

    Returns
    -------
    DataFrame
        ``area_figures.COLUMNS`` for buurten, gebieden and the city; percentages from 0 to 100.

    Raises
    ------
    SourceFormatError
        The file, a row or a cell is not in this form, or the file holds another wave.
    """
    path = Path(path)
    told = re.search(r"(\d{4}) (si|vi|fi_subj|fi_obj)$", path.stem)
    if not told and not (year and instrument):
        raise SourceFormatError(
            f"The name of {path.name} does not tell its year and instrument. "
            "Give them: read(path, 2014, 'si')."
        )
    wave, tool = int(year or told[1]), str(instrument or told[2])  # type: ignore[index]
    items = area_figures.load_items(PROFILE) if items is None else items
    places = _places(items, tool)
    header, *rows = read_cells(path, encoding="latin-1", separator=";")
    _check_wording(path, header, [*_HEAD, *(items["label"][row] for row in places.values())])
    names = [*_HEAD, *(f"{place} {header[place]}" for place in places)]
    lines = as_lines(path, names, rows, ("wijknr",))
    table = _figures(lines, names, places, items, wave, _printed)
    _check_wave(table, path.name, tool[:2], wave)
    area_figures.check_totals(table, items, path.name, "gemeente", "buurt", slack=1)
    return table


def read_workbook_wave(path: str | Path, year: int, items: pd.DataFrame) -> pd.DataFrame:
    """The wave of 2014 or 2016 from the workbook, all instruments, rounded to two decimals."""
    tables = []
    for instrument, sheet in SHEETS.items():
        _, codes, _, *rows = read_cells(path, sheet=sheet + _LATER[year])
        names = [*_HEAD, *(f"{at} {code}" for at, code in enumerate(codes[3:], start=3))]
        lines = as_lines(Path(path), names, rows, ("wijknr",), first=4)
        places = _places(items, instrument)
        tables.append(_figures(lines, names, places, items, year, _computed))
        _check_wave(tables[-1], Path(path).name, instrument[:2], year)
    return pd.concat(tables).drop_duplicates([*area_figures.UNIT, "item"], ignore_index=True)


def check_same_wave(figures: pd.DataFrame) -> None:
    """Refuse social and physical figures of different waves: both print overcrowded dwellings."""
    beside = figures.pivot_table(index=["year", "unit_code"], columns="item", values="value")
    gap = (beside["overbezetting_p"] - beside["p_overbezet"]).abs()
    # Of one wave they lie at most 0.4 point apart; of two waves 22 (2014, 2016) or 57 (2016, 2018)
    # of the 86 units lie further than a point apart.
    for year, apart in gap.groupby("year"):
        if (apart > 1).mean() > 0.1:
            raise SourceFormatError(
                f"The social and physical figures of {year} differ by more than a point in "
                f"{(apart > 1).sum()} of {len(apart)} units on overcrowded dwellings: they are of "
                "different waves. Take both of one wave."
            )


def context_items() -> pd.DataFrame:
    """The items of the context table: column and heading as printed, unit and kind."""
    names = ("label", "item", "unit", "kind", "about")
    frame = pd.DataFrame(_known(CONTEXT)["items"], columns=names)
    return frame.assign(theme="", place=frame["label"])[list(area_figures.ITEM_COLUMNS)]


def read_context(path: str | Path) -> pd.DataFrame:
    """Read the context table of 2015 (age, origin, income, tenure) as tidy figures.

    Parameters
    ----------
    path : str or Path
        The workbook "Context2015".

    Returns
    -------
    DataFrame
        ``area_figures.COLUMNS``; shares as percentages. Income is of 1 January 2014 and life
        style of 2012: ``about`` of the item says so.

    Raises
    ------
    SourceFormatError
        The workbook is not in this form, or its buurten do not add up to the city.
    """
    path, items, known = Path(path), context_items(), _known(CONTEXT)
    _, header, *rows = read_cells(path)
    check_header(path, [name for name in header if name], items["label"].tolist(), known["other"])
    lines = as_lines(path, header, [row for row in rows if row[0]], ("wijknr",), first=3)
    figures = [
        _unit(line["wijknr"], line["BUURT85"], known["year"])
        | {"item": item.item, "value": _computed(line, item.label, item.unit)}
        for line in lines
        for item in items.itertuples()
    ]
    table = area_figures.tidy(figures, items, CONTEXT)
    persons = table[table["item"] == "aantal_inwoners"].groupby("level")["value"].sum()
    for level in ("buurt", "gebied"):
        # 163 of the 623,967 inhabitants of 2015 live in harbours that are no unit of the profile.
        if not 0.999 <= persons[level] / persons["gemeente"] <= 1:
            raise SourceFormatError(
                f"{path.name}, column 'Aantal inwoners': the {level}en hold {persons[level]:.0f}, "
                f"the city {persons['gemeente']:.0f}. Correct the cell that is wrong."
            )
    return table


def read_units(path: str | Path) -> dict[str, tuple[str, ...]]:
    """The buurten of CBS in 2015 that each unit of the profile holds, by number of the unit.

    Groot IJsselmonde is one buurt for CBS and two for the profile (1009 and 1010), so those two
    share a code and cannot be told apart in the figures of CBS.
    """
    found: dict[str, list[str]] = {}
    needed = ("cbs_buurtnummer", "wijknummer")
    for line in read_lines(path, needed, key=needed, extra=None):
        found.setdefault(line["wijknummer"], []).append(line["cbs_buurtnummer"])
    return {unit: tuple(codes) for unit, codes in (found | _known(PROFILE)["cbs_2015"]).items()}


def load_units() -> pd.DataFrame:
    """The buurten of the profile and the codes of CBS that each of them holds in 2015.

    Returns
    -------
    DataFrame
        ``unit_code``, ``unit_name`` and ``cbs_2015``, a tuple of codes of buurten.

    Examples
    --------
    >>> load_units().set_index("unit_code").loc["3003", "cbs_2015"]
    ('BU05990118', 'BU05990119')
    """
    text = catalogue.read_verified(f"tables/{PROFILE}-units.csv")
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    return frame.assign(cbs_2015=[tuple(cell.split("+")) for cell in frame["cbs_2015"]])


def tables(folder: Path) -> dict[str, str]:
    """The compiled tables of the profile, its context and its units, as text by file."""
    workbook = next(folder.glob("Datastructuur wijkprofiel*.xls"), folder / "Datastructuur.xls")
    items, about = read_items(workbook), context_items()
    waves = [read_workbook_wave(workbook, year, items) for year in _LATER]
    waves += [read(folder / f"gemeente 2018 {tool}.csv", items=items) for tool in SHEETS]
    figures = pd.concat(waves).drop_duplicates([*area_figures.UNIT, "item"])
    check_same_wave(figures)
    context = read_context(folder / "Context2015 voor website_totaal 25012016.xls")
    units = read_units(folder / "all_data_buurten_2016.csv")
    named = context[context["level"] == "buurt"].drop_duplicates("unit_code")
    codes = named[["unit_code", "unit_name"]].assign(
        cbs_2015=["+".join(units[unit]) for unit in named["unit_code"]]
    )
    return (
        area_figures.compiled(figures, items)
        | area_figures.compiled(context, about)
        | {f"tables/{PROFILE}-units.csv": schema.to_text(codes)}
    )


def _known(key: str) -> Mapping[str, Any]:
    """What is known of the items of a source beforehand."""
    return catalogue.read_register("columns/figures.toml", catalogue.data_folder())[key]


def _meaning(item: str, label: str, theme: str) -> dict[str, str]:
    """Unit and kind of an item: a score, or the theme of an item, is of answers if it ends in s."""
    known, score = _known(PROFILE), theme == "1"
    subject = (item if score else theme).removesuffix("_ALG").rstrip("0123456789")
    answers = subject.endswith("s") or (not score and label.startswith(tuple(known["answers"])))
    kind = "survey" if answers else "register"
    if score:
        kind = "survey and register" if item in known["mixed"] else kind
        return {"unit": "index (Rotterdam 2014 = 100)", "kind": kind}
    units = (one["unit"] for one in known["units"] if label.startswith(tuple(one["starts"])))
    return {"unit": next(units, "%"), "kind": kind}


def _places(items: pd.DataFrame, instrument: str) -> dict[int, int]:
    """Row in the table of items by column of the files of one instrument."""
    parts = [(part, row) for row, cell in enumerate(items["place"]) for part in cell.split("+")]
    mine = [(part, row) for part, row in parts if part.startswith(f"{instrument}:")]
    return dict(sorted((int(part.rpartition(":")[2]), row) for part, row in mine))


def _check_wording(path: Path, header: list[str], expected: list[str]) -> None:
    """Refuse a header whose wording is not, column by column, the known one."""
    came, known = ([" ".join(name.split()) for name in names] for names in (header, expected))
    if came == known:
        return
    # Nine inspections of public space share one wording; the others name a column.
    single = [name for name in known if known.count(name) == 1]
    check_header(path, [name for name in came if known.count(name) < 2], single)
    pairs = enumerate(zip(came, known, strict=False))
    place = next((at for at, (ours, theirs) in pairs if ours != theirs), len(known))
    raise SourceFormatError(
        f"{path.name}, line 1: from column {place + 1} on, the {len(came)} columns are not the "
        f"{len(known)} known ones in their order. Use the edition that this reader knows."
    )


def _figures(
    lines: list[Line],
    names: list[str],
    places: dict[int, int],
    items: pd.DataFrame,
    year: int,
    value: Callable[[Line, str, str], float | None],
) -> pd.DataFrame:
    """Tidy figures of lines; an item that stands twice counts once and says the same."""
    rows = [
        _unit(line["wijknr"], line["BUURT"], year)
        | {"item": items["item"][row], "value": value(line, names[at], items["unit"][row])}
        for line in lines
        for at, row in places.items()
    ]
    table = area_figures.tidy(rows, items, PROFILE).drop_duplicates(ignore_index=True)
    twice = table[table.duplicated([*area_figures.UNIT, "item"])]
    if len(twice):
        unit, item = twice.iloc[0][["unit_name", "item"]]
        raise SourceFormatError(
            f"{lines[0].path.name}: {item!r} stands twice for {unit}, with other figures. "
            "Correct one of the two."
        )
    return table


def _unit(code: str, name: str, year: int) -> dict[str, object]:
    """The cells of one unit in one year; numbers from 4000 are gebieden and 5000 is the city."""
    level = {"4": "gebied", "5": "gemeente"}.get(code[0] if len(code) == 4 else "", "buurt")
    return {"level": level, "unit_code": code, "unit_name": name, "year": year}


def _printed(line: Line, column: str, unit: str) -> float | None:
    """A cell of a csv; a percentage carries its sign, but for a bare 0."""
    value = number(line, column, decimal=",", high=100 if unit == "%" else None)
    if value and line[column].endswith("%") != unit.startswith("%"):
        raise line.bad(column, f"A figure in the unit {unit!r} is needed; correct the cell.")
    return None if value is None else float(value)


def _computed(line: Line, column: str, unit: str) -> float | None:
    """A cell of a workbook, which holds a percentage as a fraction, to two decimals."""
    value = number(line, column, missing=("", "x"), low=-1e9)
    return None if value is None else round(float(value) * (100 if unit[0] == "%" else 1), 2)


def _check_wave(table: pd.DataFrame, file: str, tool: str, year: int) -> None:
    """Refuse a file whose city index is not that of its wave."""
    index = tool.upper()
    city = table[table["level"] == "gemeente"].set_index("item")["value"]
    came = [round(city[name]) for name in (index, f"{index}s", f"{index}o") if name in city]
    waves = {int(wave): said for wave, said in _known(PROFILE)["waves"][tool].items()}
    if came != waves.get(year):
        other = next((wave for wave, said in waves.items() if said == came), None)
        told = f"the wave of {other}" if other else "of no wave that is known here"
        raise SourceFormatError(
            f"{file} is {told} and not of {year}: its city index {index} with its two halves is "
            f"{came}, where {year} has {waves.get(year, 'none')}. Take the file of {year} itself."
        )
