"""Compile data/ from the publishers' files: tables, boundaries and their checksums."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from seglib.errors import SourceFormatError
from seglib.sources import catalogue, cbs, elan, ois, schema

RAW = {
    "ois-amsterdam-panel": "ois_amsterdam_panel/data_sub_merged_long 2.csv",
    "ois-amsterdam-2016": "ois_amsterdam_2016/data_buurtanalyse.csv",
    "cbs-kwb-amsterdam": "cbs_kwb_amsterdam/Kerncijfers_wijken_en_buurten_{year}.csv",
    "elan-den-haag": "denhaag_wijkpanel/df_count_ver_2.csv",
}
CBS_YEARS = (2017, 2019)


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
    files = _tables(raw)
    checksums = {name: catalogue.canonical_checksum(text.encode()) for name, text in files.items()}
    lines = [f'"{name}" = "{value}"\n' for name, value in sorted(checksums.items())]
    files[catalogue.CHECKSUMS] = (
        "# SHA-256 of each compiled file (UTF-8 text, line ends LF), written by the same build.\n\n"
        "[sha256]\n" + "".join(lines)
    )
    return [f"{name}: {_write(out / name, text)}" for name, text in sorted(files.items())]


def _tables(raw: Path) -> dict[str, str]:
    """The tables of all sources, checked against each other, as text by file."""
    panel = ois.read_panel(raw / RAW["ois-amsterdam-panel"])
    wijken = ois.read_2016(raw / RAW["ois-amsterdam-2016"])
    counts = pd.concat(
        [cbs.read(raw / RAW["cbs-kwb-amsterdam"].format(year=year), year) for year in CBS_YEARS],
        ignore_index=True,
    )
    counts = schema.tidy(counts.to_dict("records"))
    yearly = elan.read(raw / RAW["elan-den-haag"])
    check_panel(panel, wijken)
    check_city_totals(counts)
    tables = (panel, wijken, counts, yearly)
    return {f"tables/{table['source'].iloc[0]}.csv": schema.to_text(table) for table in tables}


def check_panel(panel: pd.DataFrame, wijken: pd.DataFrame) -> pd.Series:
    """Ratio of the panel's denominators in 2017 to the population of 2016, unit by unit.

    A unit of the panel may hold several wijken; parts that no longer exist in 2016 add nothing.
    """
    ours = panel[panel["year"] == 2017].groupby("unit_code")["denominator"].first()
    theirs = wijken.groupby("unit_code")["denominator"].first()
    then = pd.Series(
        {unit: sum(theirs.get(part, 0) for part in unit.split("+")) for unit in ours.index}
    )
    ratio = ours.astype(float) / then.astype(float)
    odd = ratio[(ratio < 0.97) | (ratio > 1.12)]
    if len(odd):
        raise SourceFormatError(
            f"The panel gives {odd.index[0]} in 2017 {odd.iloc[0]:.2f} times the population of "
            "2016, where 0.97 to 1.12 is expected. Check its denominator and its merged codes."
        )
    return ratio


def check_city_totals(counts: pd.DataFrame) -> pd.DataFrame:
    """Sum of wijken and of buurten as a share of the gemeente's own printed figures.

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
    return sums


def _write(path: Path, text: str) -> str:
    """Write a file only when its content changes."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return "the same"
    said = "changed" if path.exists() else "new"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return said
