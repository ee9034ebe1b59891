"""Compile data/ from the publishers' files: tables, boundaries and their checksums."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from seglib.errors import SourceFormatError
from seglib.sources import (
    amsterdam,
    boundaries,
    catalogue,
    cbs,
    cbs_map,
    cbs_rounding,
    elan,
    model_estimates,
    ois,
    ois_changes,
    rotterdam,
    schema,
)
from seglib.sources.raw_cells import read_lines

Files = dict[str, str]
Shapes = dict[str, BaseGeometry]
RAW = {
    "ois-amsterdam-panel": "ois_amsterdam_panel/data_sub_merged_long 2.csv",
    "ois-amsterdam-2016": "ois_amsterdam_2016/data_buurtanalyse.csv",
    "cbs-kwb-amsterdam": "cbs_kwb_amsterdam/Kerncijfers_wijken_en_buurten_{year}.csv",
    "elan-den-haag": "denhaag_wijkpanel/df_count_ver_2.csv",
    "cbs-kwb-rotterdam": "cbs_kwb_rotterdam/Kerncijfers_wijken_en_buurten_{year}.csv",
    "cbs-kwb-utrecht": "cbs_kwb_utrecht/CBS-Utrecht-kwb-{year}.xlsx",
}
CBS_YEARS = (2017, 2019)
ROTTERDAM_YEARS = (2014, 2015, 2017, 2018)
UTRECHT_YEARS = (2023,)
NATIONAL, NATIONAL_YEAR = "cbs-wijkbuurt-2015", 2015
NATIONAL_FILES, NATIONAL_REGIONS = "cbs_wijkbuurt_2015", 25
CHANGES = "ois_amsterdam_panel/2015_overgang 2005 2010 2015.xlsx"
BUURTCOMBINATIES = "ois_amsterdam_panel/bc2015def_region.shp"
BUURTEN = "amsterdam_codes_2015_2022/buurten.csv"
HAAGLANDEN = "cbs_wijkbuurt_2015/haaglanden__buurt.geojson"
RIJNMOND = "cbs_wijkbuurt_2015/rotterdam-rijnmond__buurt.geojson"
UTRECHT = "cbs_wijkbuurt_2015/utrecht__buurt.geojson"
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
    files: Files = {}
    for entry in ENTRIES:
        files |= entry(raw)
    checksums = {name: catalogue.canonical_checksum(text.encode()) for name, text in files.items()}
    lines = [f'"{name}" = "{value}"\n' for name, value in sorted(checksums.items())]
    files[catalogue.CHECKSUMS] = (
        "# SHA-256 of each compiled file (UTF-8 text, line ends LF), written by the same build.\n\n"
        "[sha256]\n" + "".join(lines)
    )
    return [f"{name}: {_write(out / name, text)}" for name, text in sorted(files.items())]


def _amsterdam_ois(raw: Path) -> Files:
    """The panel of Amsterdam and its wijken of 2016, set beside each other."""
    panel = ois.read_panel(raw / RAW[ois.PANEL])
    wijken = ois.read_2016(raw / RAW[ois.WIJKEN_2016])
    _check_panel(panel, wijken)
    by_letter = _read_shapes(raw / BUURTCOMBINATIES, "BC2015")
    merged = {
        unit: shapely.union_all([by_letter[part] for part in unit.split("+") if part in by_letter])
        for unit in panel["unit_code"].unique()
    }
    files = _shapes(panel, "buurtcombinatie", merged) | _shapes(wijken, "wijk", by_letter)
    changes = "".join(f"{old},{new}\n" for old, new in ois_changes.read(raw / CHANGES))
    files |= {f"tables/{ois.PANEL}-changes.csv": "before,after\n" + changes}
    return files | _table(panel) | _table(wijken)


def _amsterdam_cbs(raw: Path) -> Files:
    """Kerncijfers of Amsterdam, with the shapes that the city gives them."""
    path = RAW["cbs-kwb-amsterdam"]
    editions = [cbs.read(raw / path.format(year=year), year) for year in CBS_YEARS]
    counts = schema.in_order(pd.concat(editions))
    _check_city_totals(counts)
    by_letter = _read_shapes(raw / BUURTCOMBINATIES, "BC2015")
    by_number = {f"WK0363{code[1:]}": shape for code, shape in by_letter.items()}
    buurten = _buurten(raw / BUURTEN, counts, by_number)
    shapes = _shapes(counts, "wijk", by_number) | _shapes(counts, "buurt", buurten)
    return shapes | _table(counts)


def _the_hague(raw: Path) -> Files:
    """The yearly panel of The Hague, and it beside CBS, for it is a secondary source."""
    yearly = elan.read(raw / RAW[elan.SOURCE])
    found = {frozenset(pair) for pair in elan.find_copies(yearly).items()}
    if found != {frozenset(pair) for pair in COPIES.items()}:
        raise SourceFormatError(
            f"The yearly panel repeats {len(found)} wijken, {len(COPIES)} are declared. "
            "Compare the new ones with CBS and declare them in build.py and sources.toml."
        )
    official = cbs_map.read(raw / HAAGLANDEN, NATIONAL_YEAR)
    wijken = elan.wijken_2015(official.printed, ELAN_GEMEENTEN)
    beside = elan.compare_with_cbs_2015(yearly, wijken, COPIES, OLDER_DIVISION)
    compared = {"tables/elan-den-haag-vs-cbs-2015.csv": schema.to_text(beside)}
    newer = {
        code: shape
        for code, shape in official.shapes.items()
        if f"GM{code[2:6]}" not in OLDER_DIVISION
    }
    shapes = boundaries.dissolved([f"WK{code[2:8]}" for code in newer], newer.values())
    return compared | _table(yearly) | _shapes(yearly, "wijk", shapes)


def _national(raw: Path) -> Files:
    """All buurten of 2015 as printed, their shapes, and points of buurten and wijken."""
    paths = sorted((raw / NATIONAL_FILES).glob("*.geojson"))
    if len(paths) != NATIONAL_REGIONS:
        raise SourceFormatError(
            f"{NATIONAL_FILES} holds {len(paths)} maps, a country needs {NATIONAL_REGIONS}. "
            "Add the others."
        )
    found = cbs_map.read(paths, NATIONAL_YEAR)
    shapes = boundaries.keep_shared_edges(found.shapes)
    wijken = boundaries.dissolved([f"WK{code[2:8]}" for code in shapes], shapes.values())
    files = {
        f"boundaries/{NATIONAL}.buurt.csv": boundaries.to_ground(shapes),
        f"boundaries/{NATIONAL}.wijk.csv": boundaries.to_ground(wijken),
    }
    for piece in sorted({code[2:4] for code in shapes}):
        mine = {code: shape for code, shape in shapes.items() if code[2:4] == piece}
        files[f"boundaries/{NATIONAL}.buurt.{piece}.geojson"] = _geojson(mine, found.printed)
    return files | _printed(NATIONAL, found.printed)


def _rotterdam(raw: Path) -> Files:
    """Kerncijfers of Rotterdam as printed."""
    return _kerncijfers(raw, "cbs-kwb-rotterdam", ROTTERDAM_YEARS, RIJNMOND)


def _utrecht(raw: Path) -> Files:
    """Kerncijfers of Utrecht by the classes of 2022, as printed."""
    return _kerncijfers(raw, "cbs-kwb-utrecht", UTRECHT_YEARS, UTRECHT)


def _kerncijfers(raw: Path, key: str, years: tuple[int, ...], shapes: str) -> Files:
    """Editions of one city as printed, on the shapes of the official map of 2015."""
    editions = [cbs.read_printed(raw / RAW[key].format(year=year), year) for year in years]
    table = pd.concat(editions)
    _check_city_totals(cbs.tidy(table, key))
    found = cbs_map.read(raw / shapes, NATIONAL_YEAR).shapes
    here = {code: found[code] for code in table["unit_code"].unique() if code in found}
    buurten = boundaries.keep_shared_edges(here)
    wijken = boundaries.dissolved([f"WK{code[2:8]}" for code in buurten], buurten.values())
    drawn = _drawn(key, "buurt", buurten, table) | _drawn(key, "wijk", wijken, table)
    return drawn | _printed(key, table)


def _figures(raw: Path) -> Files:
    """Figures about areas: a survey, estimates of models, and the variables of the BBGA."""
    files = rotterdam.tables(raw / "rotterdam_wijkprofiel")
    health, scores = "rivm_gezondheid/2016_18+.xlsx", "leefbaarometer_utrecht/buurten.csv"
    files |= model_estimates.tables(raw / health, raw / scores)
    old = raw / RAW["cbs-kwb-amsterdam"].format(year=CBS_YEARS[-1])
    new = raw / "amsterdam_codes_2015_2022/Kerncijfers_wijken_en_buurten_2024.csv"
    metadata = raw / "bbga_metadata/metadata_utf8.csv"
    return files | amsterdam.tables(metadata, raw / BUURTEN, (old, new))


# One entry a source or pair of sources: from the raw folder to text by file.
ENTRIES: tuple[Callable[[Path], Files], ...] = (
    _amsterdam_ois,
    _amsterdam_cbs,
    _the_hague,
    _national,
    _rotterdam,
    _utrecht,
    _figures,
)


def _table(table: pd.DataFrame) -> Files:
    """A tidy table under the key of its source."""
    return {f"tables/{table['source'].iloc[0]}.csv": schema.to_text(schema.checked(table))}


def _printed(key: str, figures: pd.DataFrame) -> Files:
    """A table as printed, one row a unit, whose tidy form is checked."""
    schema.checked(cbs.tidy(figures, key))
    whole = figures.columns.difference(["unit_code", "unit_name", "measure"])
    figures = figures.astype(dict.fromkeys(whole, "Int64")).sort_values(["year", "unit_code"])
    return {f"tables/{key}.csv": schema.to_text(figures)}


def _shapes(table: pd.DataFrame, level: str, shapes: Shapes) -> Files:
    """The shapes of the units in a tidy table, simplified, with the names of its last year."""
    units = table[table["level"] == level]
    known = {code: shape for code, shape in shapes.items() if code in set(units["unit_code"])}
    simple = boundaries.keep_shared_edges(known)
    gemeenten = units["parents"].map(lambda cell: schema.parents_of(cell)["gemeente"])
    key = table["source"].iloc[0]
    return _drawn(key, level, simple, units.assign(gemeente=gemeenten))


def _drawn(key: str, level: str, shapes: Shapes, units: pd.DataFrame) -> Files:
    """Boundaries, and a point and area for each unit."""
    stem = f"boundaries/{key}.{level}"
    return {f"{stem}.geojson": _geojson(shapes, units), f"{stem}.csv": boundaries.to_ground(shapes)}


def _geojson(shapes: Shapes, units: pd.DataFrame) -> str:
    """Boundaries with the last name of each unit, and its gemeente."""
    units = units.drop_duplicates("unit_code", keep="last").set_index("unit_code")
    if "gemeente" not in units:
        units["gemeente"] = "GM" + units.index.str[2:6]
    names, gemeenten = units["unit_name"].to_dict(), units["gemeente"].to_dict()
    return boundaries.to_geojson(shapes, names, gemeenten)


def _buurten(path: Path, counts: pd.DataFrame, wijken: dict[str, BaseGeometry]) -> Shapes:
    """Shapes of the buurten of 2017 and 2019 from the list of codes of 2015 and 2022.

    The list lacks buurten that were redrawn. Where a wijk lacks one only, that one is what the
    others leave of the wijk; where it lacks more, they stay without a shape. (The official map of
    2015 is no help: its buurt codes mean wijken of the city.)
    """
    code, shape = "BUURTCODE_CBS_2015", "geometrie"
    lines = read_lines(path, (code, shape), key=(code,), extra=None)
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


def _read_shapes(path: Path, key: str) -> Shapes:
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

    A wijk or buurt is less than 5 off for each figure, a percentage half a point, and a few hundred
    inhabitants have none.
    """
    counts = counts.fillna({"persons": 0})
    sums = counts.pivot_table(
        index=["year", "group"], columns="level", values="persons", aggfunc="sum"
    ).astype(float)
    units = counts.groupby("level")["unit_code"].nunique()
    width = (counts["upper"] - counts["lower"]).astype(float) / 2
    widths = width.groupby([counts["year"], counts["group"], counts["level"]]).sum().unstack()
    for level in ("wijk", "buurt"):
        gap = (sums[level] - sums["gemeente"]).abs()
        rounding = widths[level] + widths["gemeente"]
        allowed = rounding.clip(lower=3 * cbs_rounding.SLACK * units[level])
        if (gap > allowed).any():
            year, group = (gap - allowed).idxmax()
            raise SourceFormatError(
                f"The {level} figures of {group} in {year} are {gap[year, group]:.0f} off the "
                f"city's own total; rounding explains {allowed[year, group]:.0f}. Check that every "
                f"{level} is in the file."
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
