"""A file in the form of the BBGA of Amsterdam, made up, for whoever has not the real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

GROUPS = ("BEVAUTOCH", "BEVMAROK", "BEVTURK", "BEVSUR", "BEVANTIL", "BEVOVNW", "BEVWEST")


def bbga(folder: Path) -> Path:
    """A file in the form of the BBGA: 30 wijken in two years, made up."""
    random = np.random.default_rng(5)
    lines = ["jaar;gebiedcode15;variabele;waarde"]
    for year in (2015, 2017):
        for place in range(30):
            code = f"{'ABCDE'[place // 10]}{place % 10:02d}"
            persons = random.integers(50, 900, 7)
            cells = dict(zip(GROUPS, persons, strict=True)) | {"BEVTOTAAL": persons.sum()}
            cells |= {"LTHUISVOELEN_R": round(random.uniform(6, 8.5), 1)}
            cells |= {"LSOCCOH_R": round(random.uniform(4, 7), 1)}
            cells |= {"IHHINK_GEM": random.integers(20, 60), "WCORHUUR_P": random.integers(5, 80)}
            lines += [f"{year};{code};{name};{value}" for name, value in cells.items()]
    path = folder / "bbga.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
