"""Fetched editions made into one source of their own, on the same ground in all its years."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.errors import MissingDataError, ParameterError
from seglib.sources import cache, catalogue, cbs, schema
from seglib.sources.addresses import Fetchable
from seglib.sources.places import FROZEN, Place, codes_in, find_place, gemeente_name

_LEVELS = ("wijk", "buurt", "gemeente")
_SHAPES = "cbs-wijkbuurt-2015"


def compile_source(
    one: Fetchable, editions: Mapping[int, Path], place: str | Sequence[str]
) -> Path:
    """Make a source of the editions of some years, which ``load_counts`` then serves.

    Parameters
    ----------
    one : Fetchable
        What was fetched.
    editions : mapping of int to Path
        A file of Kerncijfers wijken en buurten by year.
    place : str or list of str
        As for ``load_counts``: the gemeenten that are taken from the files.

    Returns
    -------
    Path
        A folder of the cache in the form of ``data/``.

    Raises
    ------
    SourceFormatError
        A file is not in the form that its reader knows.
    MissingDataError
        A year lacks gemeenten of the place.
    ParameterError
        The years have different classifications of origin.

    Notes
    -----
    Gemeenten that became one between the first and the last year are one unit in all years, made
    of their own printed figures with the bounds added up. Within other gemeenten a wijk or buurt
    is taken by its code; ``load_series`` leaves out those that do not have figures in every year.
    Years of the same place that were made before stay, where their files are still there.
    """
    if one.key != "kwb":
        raise ParameterError(f"Figures are made of kwb only; fetch {one.key} without a place.")
    where = find_place(place)
    key = f"{one.key}-{_short(where)}"
    editions = dict(sorted((_made_before(one, key) | dict(editions)).items()))
    last = max(editions)
    _refuse_parts(where, min(editions), last)
    parts = [
        _edition(path, year, where, last, min(editions), key) for year, path in editions.items()
    ]
    if len({part["classification"].iloc[0] for part in parts}) > 1:
        raise ParameterError(
            f"{', '.join(map(str, editions))} have two classifications of origin, and "
            "nothing is spliced across 2022. Fetch the years of one classification together."
        )
    table = schema.in_order(pd.concat(parts, ignore_index=True))
    files = {f"tables/{key}.csv": schema.to_text(table)}
    shapes = _boundaries(table, where, last, key)
    files |= {f"boundaries/{key}.{level}.geojson": text for level, text in shapes.items()}
    sums = {name: catalogue.canonical_checksum(text.encode()) for name, text in files.items()}
    files[catalogue.CHECKSUMS] = "[sha256]\n" + _toml({f'"{name}"': sums[name] for name in sums})
    entry = _entry(one, editions, table, where, key)
    entry["boundaries"] = dict.fromkeys(shapes, _shape_origin())
    files["sources.toml"] = "preference = []\n\n[[source]]\n" + _toml(entry)
    return _write(key, files)


def _edition(path: Path, year: int, where: Place, last: int, first: int, key: str) -> pd.DataFrame:
    """The tidy rows of one year, with gemeenten as they are in the last."""
    if path.suffix == ".json":
        figures = cbs.from_odata(**json.loads(path.read_text(encoding="utf-8")), year=year)
    else:
        figures = cbs.read_printed(path, year)
    codes = codes_in(where, year)
    figures = figures.loc[("GM" + figures["unit_code"].str[2:6]).isin(codes)]
    lacking = sorted(set(codes) - set(figures["unit_code"]))
    if lacking:
        raise MissingDataError(
            f"{path.name} has no row of {', '.join(lacking[:3])}, which {where.name} held in "
            f"{year}. Look at the file, or at the mergers in data/regions.toml."
        )
    rows = cbs.tidy(figures, key)
    into = _became(codes, year, last)
    own = pd.Series(["GM" + code[2:6] for code in rows["unit_code"]], rows.index).replace(into)
    names = _merged_since(first, last)
    merged, whole = own.isin(list(names)), rows["level"] == "gemeente"
    united = _united(rows[merged & whole].assign(unit_code=own), names) if merged.any() else []
    rows, own = rows[~merged], own[~merged]
    above = [
        schema.parents_of(cell) | {"gemeente": code}
        for cell, code in zip(rows["parents"], own, strict=True)
    ]
    rows = rows.assign(parents=[schema.parents_text(**its) for its in above])
    return pd.concat([rows, *united], ignore_index=True)


def _united(rows: pd.DataFrame, names: dict[str, str]) -> list[pd.DataFrame]:
    """Gemeenten that became one, added up with their bounds, as a unit of every level."""
    added = {name: lambda cells: cells.sum(skipna=False) for name in schema.WHOLE}
    kept = {name: "first" for name in schema.COLUMNS if name not in (*added, "unit_code", "group")}
    sums = rows.groupby(["unit_code", "group"], as_index=False).agg(kept | added)
    sums = sums.assign(unit_name=sums["unit_code"].replace(names))
    above = {"wijk": "", "gemeente": "", "buurt": "wijk=" + sums["unit_code"] + ";"}
    return [
        sums.assign(level=level, parents=above[level] + "gemeente=" + sums["unit_code"])
        for level in _LEVELS
    ]


def _short(where: Place) -> str:
    """The name of a place as part of a key; a long list of places goes by a checksum."""
    name = "-".join(where.name.casefold().replace(",", "").split())
    mark = hashlib.sha256(" ".join(where.codes).encode()).hexdigest()[:8]
    return name if len(name) <= 60 else f"{name[:50]}-{mark}"


def _made_before(one: Fetchable, key: str) -> dict[int, Path]:
    """Files of the years that the source has now."""
    made = next((source for source in catalogue.sources() if source.key == key), None)
    names = dict(zip(made.years, made.through.split(", "), strict=True)) if made else {}
    files = {year: cache.place_of(one.key, name) for year, name in names.items()}
    return {year: path for year, path in files.items() if path.is_file()}


def _refuse_parts(where: Place, first: int, last: int) -> None:
    """A gemeente that took in another which the place lacks has no ground of its own."""
    for one in _mergers():
        lacking = set(one["of"]) - set(codes_in(where, one["year"] - 1))
        if first < one["year"] <= last and one["into"] in codes_in(where, last) and lacking:
            raise MissingDataError(
                f"{one['name']} took in {', '.join(map(gemeente_name, sorted(lacking)))} in "
                f"{one['year']}; name these as places too, or take years on one side of it."
            )


def _became(codes: Sequence[str], year: int, last: int) -> dict[str, str]:
    """The code that each gemeente of a year has in the last one."""
    into = {code: code for code in codes}
    for one in sorted(_mergers(), key=lambda one: one["year"]):
        if year < one["year"] <= last:
            into = {code: one["into"] if now in one["of"] else now for code, now in into.items()}
    return into


def _merged_since(first: int, last: int) -> dict[str, str]:
    """Names of the gemeenten that others became in these years, by code."""
    return {one["into"]: one["name"] for one in _mergers() if first < one["year"] <= last}


def _mergers() -> list[dict[str, Any]]:
    return catalogue.read_register("regions.toml", catalogue.data_folder()).get("merger", [])


def _boundaries(table: pd.DataFrame, where: Place, last: int, key: str) -> dict[str, str]:
    """Shapes of 2015 for the units that have their code, by level; the map tells who has none."""
    import shapely

    from seglib.sources.boundaries import load_boundaries, to_geojson

    if not catalogue.source(_SHAPES).covers(where.codes):
        return {}
    found = {}
    for level in ("wijk", "buurt"):
        units = table.loc[table["level"] == level].drop_duplicates("unit_code", keep="last")
        units = units.set_index("unit_code")
        frame = load_boundaries(where.codes, level, source=_SHAPES).set_index("unit_code")
        shapes = frame["geometry"].to_dict()
        into = _became(where.codes, FROZEN, last)
        own = pd.Series([into["GM" + code[2:6]] for code in frame.index], frame.index)
        for code in set(own) & set(units.index):
            shapes[code] = shapely.union_all(list(frame.loc[own == code, "geometry"]))
        shapes = {code: shape for code, shape in shapes.items() if code in units.index}
        gemeenten = units["parents"].map(lambda cell: schema.parents_of(cell)["gemeente"])
        found[level] = to_geojson(shapes, units["unit_name"].to_dict(), gemeenten.to_dict())
    return found


def _entry(
    one: Fetchable, editions: Mapping[int, Path], table: pd.DataFrame, where: Place, key: str
) -> dict[str, object]:
    """What sources.toml says of this source, in the words of any other."""
    years = sorted(editions)
    people = table[table["group"] == table["group"].iloc[0]].pivot_table(
        index=["level", "unit_code"], columns="year", values="denominator"
    )
    share = 100 * people.loc["wijk"].sum() / people.loc["gemeente"].sum()
    growth = people.loc["wijk"][years[-1]] / people.loc["wijk"][years[0]]
    told = {
        "years": " + ".join(map(str, years)),
        "last": years[-1],
        "place": where.name,
        "jumps": int(((growth > 2) | (growth < 0.5)).sum()),
        "wijken": "; ".join(f"{year}: {share[year]:.0f} %" for year in years),
    }
    facts = {
        "key": key,
        "publisher": one.publisher,
        "licence": one.licence,
        "through": ", ".join(editions[year].name for year in years),
        "commit": ", ".join(cache.sha256_of(editions[year])[:12] for year in years),
        "years": years,
        "gemeenten": list(where.codes),
        "ground": years[-1],
        "classification": table["classification"].iloc[0],
        "levels": list(_LEVELS),
    }
    return facts | _filled(one.about, told)


def _filled(text: Any, told: Mapping[str, object]) -> Any:
    """What sources.toml says, with what is known of these editions filled in."""
    if isinstance(text, dict):
        return {name: _filled(part, told) for name, part in text.items()}
    return text.format(**told) if isinstance(text, str) else text


def _shape_origin() -> dict[str, str]:
    one = catalogue.source(_SHAPES)
    return {
        "publisher": f"{one.publisher}, {one.title}",
        "through": one.through,
        "commit": one.commit,
    }


def _toml(values: Mapping[str, object]) -> str:
    """Keys and values as TOML; JSON writes its strings, lists, numbers and truths alike."""

    def written(value: object) -> str:
        if isinstance(value, dict):
            inside = ", ".join(f"{name} = {written(part)}" for name, part in value.items())
            return f"{{ {inside} }}"
        return json.dumps(value, ensure_ascii=False)

    return "".join(f"{name} = {written(value)}\n" for name, value in values.items())


def _write(key: str, files: Mapping[str, str]) -> Path:
    """Put the files in a folder named by their content, whole, in place of an older one."""
    content = "".join(f"{name}\0{files[name]}\0" for name in sorted(files))
    compiled = cache.cache_folder() / "compiled"
    folder = compiled / f"{key}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    draft = cache.cache_folder() / "partial" / f"{folder.name}.{os.getpid()}"
    for name, text in files.items():
        cache.write_whole(draft / name, text)
    older = [path for path in compiled.glob(f"{key}-*") if len(path.name) == len(folder.name)]
    compiled.mkdir(parents=True, exist_ok=True)
    for path in older:
        shutil.rmtree(path)
    os.replace(draft, folder)
    return folder
