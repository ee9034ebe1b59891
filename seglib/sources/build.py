"""Compile data/ from the publishers' files: tables, boundaries and their checksums."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from seglib.errors import SourceFormatError
from seglib.sources import boundaries, catalogue, cbs, elan, ois, schema

RAW = {
    "ois-amsterdam-panel": "ois_amsterdam_panel/data_sub_merged_long 2.csv",
    "ois-amsterdam-2016": "ois_amsterdam_2016/data_buurtanalyse.csv",
    "cbs-kwb-amsterdam": "cbs_kwb_amsterdam/Kerncijfers_wijken_en_buurten_{year}.csv",
    "elan-den-haag": "denhaag_wijkpanel/df_count_ver_2.csv",
}
CBS_YEARS = (2017, 2019)
BUURTCOMBINATIES = "ois_amsterdam_panel/bc2015def_region.shp"
BUURTEN = "amsterdam_codes_2015_2022/buurten.csv"
HAAGLANDEN = "cbs_wijkbuurt_2015/haaglanden__buurt.geojson"
ELAN_GEMEENTEN = ("GM0518", "GM0603", "GM0629", "GM1916")
# Its wijken follow an older division: the same codes mean other areas on the map of 2015.
OLDER_DIVISION = ("GM1916",)
# Which of two equal wijken is the copy: CBS counts 0 and 160 inhabitants in the first two in 2015,
# and the ages of the third are those of Duivenvoorde, not of Damsigt.
COPIES = {"WK051801": "WK051802", "WK051835": "WK051836", "WK191607": "WK191603"}


def build(raw_folder: str | Path, data_folder: str | Path) -> list[str]:
    """Compile every table and boundary from the raw files and write their checksums.

    Parameters
    ----------
    raw_folder : str or Path
        Folder with one folder for each publisher's files.
    data_folder : str or Path
        Where ``tables/``, ``boundaries/`` and ``checksums.toml`` are written. Files whose content
        stays the same are not touched.

    Returns
    -------
    list of str
        One line for each file: its path, and whether it is new, changed or the same.

    Raises
    ------
    SourceFormatError
        A raw file is missing, is not in its form, or fails a check against another source.
    """
    raw, out = Path(raw_folder), Path(data_folder)
    if not raw.is_dir():
        raise SourceFormatError(f"There is no folder {raw_folder}. Give the folder of raw files.")
    tables = _tables(raw)
    files = {f"tables/{key}.csv": schema.to_text(table) for key, table in tables.items()}
    files |= _comparison(raw, tables[elan.SOURCE])
    files |= _boundaries(raw, tables)
    checksums = {name: catalogue.canonical_checksum(text.encode()) for name, text in files.items()}
    lines = [f'"{name}" = "{value}"\n' for name, value in sorted(checksums.items())]
    files[catalogue.CHECKSUMS] = (
        "# SHA-256 of each compiled file (UTF-8 text, line ends LF), written by the same build.\n\n"
        "[sha256]\n" + "".join(lines)
    )
    return [f"{name}: {_write(out / name, text)}" for name, text in sorted(files.items())]


def _tables(raw: Path) -> dict[str, pd.DataFrame]:
    """The tables of all sources, checked against each other, by key."""
    panel = ois.read_panel(raw / RAW["ois-amsterdam-panel"])
    wijken = ois.read_2016(raw / RAW["ois-amsterdam-2016"])
    kerncijfers = RAW["cbs-kwb-amsterdam"]
    editions = [cbs.read(raw / kerncijfers.format(year=year), year) for year in CBS_YEARS]
    counts = schema.in_order(pd.concat(editions))
    yearly = elan.read(raw / RAW["elan-den-haag"])
    _check_panel(panel, wijken)
    _check_city_totals(counts)
    tables = (panel, wijken, counts, yearly)
    return {table["source"].iloc[0]: table for table in tables}


def _comparison(raw: Path, yearly: pd.DataFrame) -> dict[str, str]:
    """The secondary source beside CBS, as text by file."""
    found = {frozenset(pair) for pair in elan.find_copies(yearly).items()}
    if found != {frozenset(pair) for pair in COPIES.items()}:
        raise SourceFormatError(
            f"The yearly panel repeats {len(found)} wijken, {len(COPIES)} are declared. "
            "Compare the new ones with CBS and declare them in build.py and sources.toml."
        )
    official = elan.read_cbs_2015(raw / HAAGLANDEN, ELAN_GEMEENTEN)
    beside = elan.compare_with_cbs_2015(yearly, official, COPIES, OLDER_DIVISION)
    return {"tables/elan-den-haag-vs-cbs-2015.csv": schema.to_text(beside)}


def _boundaries(raw: Path, tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Boundaries of every source and level, as text by file."""
    by_letter = _read_shapes(raw / BUURTCOMBINATIES, "BC2015")
    by_number = {f"WK0363{code[1:]}": shape for code, shape in by_letter.items()}
    panel = {
        unit: shapely.union_all([by_letter[part] for part in unit.split("+") if part in by_letter])
        for unit in tables[ois.PANEL]["unit_code"].unique()
    }
    wanted = (
        (ois.PANEL, "buurtcombinatie", panel),
        (ois.WIJKEN_2016, "wijk", by_letter),
        (cbs.SOURCE, "wijk", by_number),
        (cbs.SOURCE, "buurt", _buurten(raw / BUURTEN, tables[cbs.SOURCE], by_number)),
        (elan.SOURCE, "wijk", _wijken(raw / HAAGLANDEN)),
    )
    return {
        f"boundaries/{key}.{level}.geojson": _geojson(tables[key], level, shapes)
        for key, level, shapes in wanted
    }


def _geojson(table: pd.DataFrame, level: str, shapes: dict[str, BaseGeometry]) -> str:
    """The shapes of the units in a table, simplified, with the names of its last year."""
    units = table[table["level"] == level].drop_duplicates("unit_code", keep="last")
    units = units.set_index("unit_code")
    known = {code: shape for code, shape in shapes.items() if code in units.index}
    gemeenten = units["parents"].map(lambda cell: schema.parents_of(cell)["gemeente"])
    return boundaries.to_geojson(
        boundaries.keep_shared_edges(known), units["unit_name"].to_dict(), gemeenten.to_dict()
    )


def _buurten(
    path: Path, counts: pd.DataFrame, wijken: dict[str, BaseGeometry]
) -> dict[str, BaseGeometry]:
    """Shapes of the buurten of 2017 and 2019 from the list of codes of 2015 and 2022.

    The list lacks buurten that were redrawn. Where a wijk lacks one only, that one is what the
    others leave of the wijk; where it lacks more, they stay without a shape. (The official map of
    2015 is no help: its buurt codes mean wijken of the city.)
    """
    code, shape = "BUURTCODE_CBS_2015", "geometrie"
    lines = schema.read_raw(path, (code, shape), key=(code,))
    shapes = {line[code]: shapely.from_wkt(line[shape].split(";")[-1]) for line in lines}
    units = counts.loc[counts["level"] == "buurt", "unit_code"].unique()
    for wijk, whole in wijken.items():
        inside = [code for code in units if code[2:8] == wijk[2:]]
        lacking = [code for code in inside if code not in shapes]
        if len(lacking) == 1 and len(inside) > 1:
            others = shapely.union_all([shapes[code] for code in inside if code in shapes])
            shapes[lacking[0]] = _largest(shapely.difference(whole, others))
        elif len(inside) == 1 == len(lacking):
            shapes[lacking[0]] = whole
    return shapes


def _wijken(path: Path) -> dict[str, BaseGeometry]:
    """Shapes of wijken, put together from the buurten of the official map; no points or lines."""
    frame = gpd.read_file(path)
    older = frame["GM_CODE"].isin(OLDER_DIVISION)
    frame = frame[frame["GM_CODE"].isin(ELAN_GEMEENTEN) & ~older]
    frame = boundaries.to_rd(frame[frame.geom_type.isin(("Polygon", "MultiPolygon"))])
    return {
        str(code): shapely.union_all(list(part.geometry))
        for code, part in frame.groupby("WK_CODE", sort=True)
    }


def _read_shapes(path: Path, key: str) -> dict[str, BaseGeometry]:
    """Shapes by code from a file with one shape for each code."""
    if not path.is_file():
        raise SourceFormatError(f"There is no file {path.name} in {path.parent}. Check the folder.")
    frame = boundaries.to_rd(gpd.read_file(path))
    return dict(zip(frame[key].astype(str), frame.geometry, strict=True))


def _largest(shape: BaseGeometry) -> BaseGeometry:
    """The largest piece; what else is left are slivers along the edges."""
    return max(shapely.get_parts(shape), key=shapely.area)


def _check_panel(panel: pd.DataFrame, wijken: pd.DataFrame) -> None:
    """The panel's denominators in 2017 lie near the population of 2016, unit by unit.

    A unit of the panel may hold several wijken; parts that no longer exist in 2016 add nothing.
    """
    ours = panel[panel["year"] == 2017].groupby("unit_code")["denominator"].first()
    theirs = wijken.groupby("unit_code")["denominator"].first()
    then = [sum(theirs.get(part, 0) for part in unit.split("+")) for unit in ours.index]
    ratio = ours.astype(float) / then
    odd = ratio[(ratio < 0.97) | (ratio > 1.12)]
    if len(odd):
        raise SourceFormatError(
            f"The panel gives {odd.index[0]} in 2017 {odd.iloc[0]:.2f} times the population of "
            "2016, where 0.97 to 1.12 is expected. Check its denominator and its merged codes."
        )


def _check_city_totals(counts: pd.DataFrame) -> None:
    """Wijken and buurten each add up to the gemeente's own printed figures, but for rounding.

    A wijk or buurt is less than 5 off for each figure, and a few hundred inhabitants have none.
    """
    sums = counts.pivot_table(
        index=["year", "group"], columns="level", values="persons", aggfunc="sum"
    ).astype(float)
    units = counts.groupby("level")["unit_code"].nunique()
    for level in ("wijk", "buurt"):
        gap = (sums[level] - sums["gemeente"]).abs()
        allowed = 3 * cbs.SLACK * units[level]
        if (gap > allowed).any():
            year, group = gap.idxmax()
            raise SourceFormatError(
                f"The {level} figures of {group} in {year} are {gap.max():.0f} off the city's own "
                f"total; rounding explains {allowed}. Check that every {level} is in the file."
            )


def _write(path: Path, text: str) -> str:
    """Write a file only when its content changes."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return "the same"
    said = "changed" if path.exists() else "new"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return said
