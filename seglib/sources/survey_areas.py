"""What residents answered beside who lives there: one row for each area and wave of a survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.errors import MissingDataError, UnknownPlaceError
from seglib.measures.local import local_segregation
from seglib.sources import amsterdam, area_figures, catalogue, rotterdam
from seglib.sources.boundaries import load_boundaries
from seglib.sources.load import load_counts
from seglib.table import CountTable

if TYPE_CHECKING:
    import geopandas as gpd

Values = NDArray[np.float64]
KEYS = ("unit_code", "unit_name", "year")
DIVERSITIES = ("diversity", "entropy", "outgroup")


@dataclass(frozen=True, slots=True, eq=False)
class SurveyAreas:
    """Areas with answers, composition and features.

    ``frame`` has a row for each area and wave: ``KEYS``, the answers by item, ``persons``,
    ``diversity`` (Simpson, with ``diversity_lower`` and ``diversity_upper``), ``entropy``,
    ``outgroup`` (percentage of another than Dutch origin), ``ls`` (local segregation), and what
    is ``held`` equal. ``themes`` name the items by subject; ``wording`` is what was asked, letter
    by letter; ``lost`` are areas of the survey that have no persons of their own, with the reason.
    """

    place: str
    frame: pd.DataFrame
    themes: Mapping[str, tuple[str, ...]]
    held: tuple[str, ...]
    wording: Mapping[str, str]
    units: Mapping[str, str]
    lost: Mapping[str, str]
    sources: tuple[str, ...]
    shapes: gpd.GeoDataFrame | None = None

    @property
    def waves(self) -> dict[int, pd.DataFrame]:
        """The frame of each wave."""
        return {int(str(year)): rows for year, rows in self.frame.groupby("year")}


def load_survey_areas(place: str, file: str | Path | None = None) -> SurveyAreas:
    """Answers of residents by area beside the diversity of origins there.

    Parameters
    ----------
    place : {"Rotterdam", "Amsterdam"}
        Rotterdam is embedded.
    file : str or Path, optional
        For Amsterdam the publisher's csv of the BBGA.

    Returns
    -------
    SurveyAreas
        Percentages run from 0 to 100, density is in persons per hectare, distance in km.

    Raises
    ------
    UnknownPlaceError
        There is no survey of this place.
    MissingDataError
        The survey of this place is not embedded and no file is given.
    SourceFormatError
        The file is not in the known form.
    """
    known = catalogue.read_register("columns/surveys.toml", catalogue.data_folder())
    if place not in known:
        raise UnknownPlaceError(
            f"There is no survey of residents of {place!r}; there is one of {', '.join(known)}."
        )
    facts = known[place]
    if "context" in facts:
        return _embedded(place, facts)
    if not file:
        raise MissingDataError(
            f"The survey of {place} is not embedded. Give the publisher's csv as file=."
        )
    return _from_bbga(place, facts, file)


def _embedded(place: str, facts: Mapping[str, Any]) -> SurveyAreas:
    holds = rotterdam.load_units().set_index("unit_code")["cbs_2015"]
    shared = holds.explode().value_counts()
    alone = holds[[all(shared[code] == 1 for code in codes) for codes in holds]]
    home = {code: unit for unit, codes in alone.items() for code in codes}
    themes = _themes(facts)
    features = {*facts["held"].values(), *(c for own in facts["mixes"].values() for c in own)}
    context = _wide(facts["context"], None, sorted(features)).droplevel("year")
    asked = [item for items in themes.values() for item in items]
    rows, tables = [], {}
    for wave, year in facts["years"].items():
        table = load_counts(place, year, level="buurt", source=facts["counts"])
        tables[wave] = table.select_units([c for c in table.units if c in home]).merge(home)
        answers = _wide(facts["source"], int(wave), [*asked, *facts["also"]]).droplevel("year")
        rows.append(answers.join(composition(tables[wave]), how="inner").assign(year=int(wave)))
    frame = pd.concat(rows).join(context)
    renamed = {column: name for name, column in facts["held"].items()}
    frame = frame.rename(columns=renamed)
    named = {name: [renamed.get(c, c) for c in columns] for name, columns in facts["mixes"].items()}
    frame = frame.assign(**{name: mix(frame[columns]) for name, columns in named.items()})
    shapes, centre = _shapes(place, facts, home)
    frame["centre_km"] = frame.index.map(shapes.set_index("unit_code").centroid.distance(centre))
    frame["centre_km"] /= 1000
    modelled = _wide(facts["modelled"], None, facts["estimates"]).droplevel("year")
    people = load_counts(place, 2015, level="buurt", source=facts["counts"])
    frame = frame.join(_averaged(modelled, people, home))
    names = rotterdam.load_units().set_index("unit_code")["unit_name"]
    frame = frame.rename_axis("unit_code").reset_index()
    frame["unit_name"] = frame["unit_code"].map(names)
    missing = {names[unit]: "shares a buurt of CBS" for unit in holds.index.difference(alone.index)}
    keys = (facts["source"], facts["context"], facts["counts"], facts["modelled"])
    themes["modelled"] = tuple(facts["estimates"])
    held = (*facts["held"], "centre_km")
    return SurveyAreas(place, frame, themes, held, *_asked(keys), missing, keys, shapes)


def _from_bbga(place: str, facts: Mapping[str, Any], file: str | Path) -> SurveyAreas:
    themes, groups = _themes(facts), facts["groups"]
    asked = [item for items in themes.values() for item in items]
    figures = amsterdam.read(file)
    figures = figures[figures["level"] == facts["level"]]
    wide = figures.pivot(index=["unit_code", "year"], columns="item", values="value")
    wide = wide.rename(columns={column: name for name, column in facts["held"].items()})
    themes = {theme: tuple(i for i in items if i in wide) for theme, items in themes.items()}
    counted = wide.dropna(subset=list(groups.values())).loc[:, list(groups.values())]
    answered = wide[[item for item in asked if item in wide]].dropna(how="all").index
    rows = []
    for year, cells in counted[counted.index.isin(answered)].groupby("year"):
        units = cells.index.get_level_values("unit_code")
        table = CountTable.from_counts(cells, groups=groups, units=units, place=place)
        rows.append(composition(table).assign(year=year))
    if not rows:
        raise MissingDataError(
            f"{Path(file).name} has no {facts['level']} with both answers and persons by origin. "
            f"Take an edition with {', '.join(asked[:2])} and {', '.join(groups.values())}."
        )
    frame = pd.concat(rows).rename_axis("unit_code").reset_index()
    frame = frame.join(wide, on=["unit_code", "year"])
    lost = {code: "no persons by origin" for code in answered.get_level_values(0).difference(units)}
    held = tuple(name for name in facts["held"] if name in frame)
    frame["unit_name"] = frame["unit_code"]
    sources = (facts["source"],)
    return SurveyAreas(place, frame, themes, held, *_asked(sources), lost, sources)


def composition(table: CountTable) -> pd.DataFrame:
    """Persons, diversity with its bounds, entropy, out-group and local segregation by unit.

    Examples
    --------
    >>> table = CountTable.from_counts([[50, 50], [100, 0]], groups=("Nederland", "Turkije"))
    >>> composition(table)["diversity"].tolist(), composition(table)["outgroup"].tolist()
    ([0.5, 0.0], [50.0, 0.0])
    """
    table = table.select_units(
        [u for u, n in zip(table.units, table.unit_totals, strict=True) if n]
    )
    shares = table.counts / table.unit_totals[:, None]
    lower = table.counts if table.lower is None else table.lower
    upper = table.counts if table.upper is None else table.upper
    rest = partial(np.sum, axis=1, keepdims=True)
    least = lower / np.maximum(lower + rest(upper) - upper, 1)
    most = np.minimum(upper / np.maximum(upper + rest(lower) - lower, 1), 1)
    logs = np.log(np.where(shares > 0, shares, 1))
    columns = {
        "persons": table.unit_totals.astype(np.float64),
        "diversity": 1 - (shares**2).sum(axis=1),
        "diversity_lower": 1 - (most**2).sum(axis=1),
        "diversity_upper": 1 - (least**2).sum(axis=1),
        "entropy": -(shares * logs).sum(axis=1),
        "outgroup": 100 * (1 - shares[:, table.group_index("Nederland")]),
        "ls": local_segregation(table).values,
    }
    return pd.DataFrame(columns, index=pd.Index(table.units, name="unit_code"))


def mix(shares: pd.DataFrame) -> Values:
    """How mixed rows of percentages are: 1 minus the summed squares of their shares of the row.

    Examples
    --------
    >>> mix(pd.DataFrame({"rent": [50, 100], "owned": [50, 0]})).tolist()
    [0.5, 0.0]
    """
    parts = shares.to_numpy(np.float64)
    return 1 - ((parts / parts.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)


def _themes(facts: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(facts[name]) for name in ("home", "cohesion", "contact", "safety")}


def _wide(source: str, year: int | None, items: Iterable[str] | None = None) -> pd.DataFrame:
    """Figures of buurten, a row for each unit and year."""
    figures = area_figures.load_figures(source, year, items)
    figures = figures[figures["level"] == "buurt"]
    return figures.pivot(index=["unit_code", "year"], columns="item", values="value")


def _asked(sources: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The wording and the unit of the items of all sources of figures among these."""
    known = {one.key for one in area_figures.figure_sources()}
    items = pd.concat([area_figures.load_items(key) for key in sources if key in known])
    items = items.drop_duplicates("item").set_index("item")
    return items["label"].to_dict(), items["unit"].to_dict()


def _shapes(place: str, facts: Mapping[str, Any], home: Mapping[str, str]) -> tuple[Any, Any]:
    """The shape of each unit of the survey, and the middle of the centre."""
    ground = load_boundaries(place, "buurt", source=facts["counts"])
    centre = ground.set_index("unit_code").geometry[facts["centre"]].centroid
    ground = ground.assign(unit_code=ground["unit_code"].map(home)).dropna(subset=["unit_code"])
    return ground.dissolve("unit_code", as_index=False)[["unit_code", "geometry"]], centre


def _averaged(figures: pd.DataFrame, table: CountTable, home: Mapping[str, str]) -> pd.DataFrame:
    """Figures of buurten of CBS averaged over the units that hold them, persons as weights."""
    persons = pd.Series(table.unit_totals, index=table.units, dtype=np.float64)
    units = pd.Series(home)
    kept = figures.loc[figures.index.intersection(units.index)]
    weights = kept.notna().mul(persons.reindex(kept.index), axis=0)
    sums = (kept * weights).groupby(units.reindex(kept.index)).sum(min_count=1)
    return sums / weights.groupby(units.reindex(kept.index)).sum()


def load_modelled_areas(source: str, place: str, year: int, items: Iterable[str]) -> pd.DataFrame:
    """Estimates of a model by area beside the diversity of origins there.

    Parameters
    ----------
    source : str
        A source of figures by the codes of CBS, such as ``"leefbaarometer-utrecht"``.
    place : str
        Gemeente.
    year : int
        Of the persons by origin.
    items : iterable of str
        Items of the source.

    Returns
    -------
    DataFrame
        A row for each buurt of both: what ``composition`` gives, and the items.

    Raises
    ------
    MissingDataError
        There is no such source or item.
    """
    scores = _wide(source, None, items).groupby("unit_code").last()
    return composition(load_counts(place, year, level="buurt")).join(scores, how="inner").dropna()
