"""Write ``pysal.json``: what PySAL's segregation gives for a few seeded cities.

It runs in the environment of the benchmarks, which has the peer::

    python3 -m benchmarks.set_up --sizes 0   # makes benchmarks/.venv where it is missing
    benchmarks/.venv/bin/python tests/oracle/make_pysal.py

Only indices that PySAL has right are in it: no empty unit or group, no persons missing, no space.
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import numpy as np
import pandas as pd
from segregation import multigroup, singlegroup

HERE = Path(__file__).resolve().parent
CITIES = {  # seed: units, groups, largest number of persons in a cell
    1: (5, 3, 40),
    2: (60, 4, 900),
    3: (200, 3, 30),
    4: (500, 6, 5_000),
}
AGAINST_REST = {
    "D_rest": singlegroup.Dissim,
    "Gini_rest": singlegroup.Gini,
    "Atkinson_rest": singlegroup.Atkinson,
    "xPx": singlegroup.Isolation,
    "xPy": singlegroup.Interaction,
    "eta2": singlegroup.CorrelationR,
    "H": singlegroup.Entropy,
}
OF_A_PAIR = {"D": singlegroup.Dissim, "Gini": singlegroup.Gini, "Atkinson": singlegroup.Atkinson}
OF_ALL = {
    "D_multi": multigroup.MultiDissim,
    "Gini_multi": multigroup.MultiGini,
    "H": multigroup.MultiInfoTheory,
    "M": multigroup.MultiDivergence,
    "E": multigroup.MultiDiversity,
    "P": multigroup.MultiNormExposure,
    "R": multigroup.MultiRelativeDiversity,
    "Simpson": multigroup.SimpsonsInteraction,
}


def main() -> None:
    """Draw each city and let PySAL measure it."""
    cities = [measured(seed, *shape) for seed, shape in CITIES.items()]
    version = json.dumps(importlib.metadata.version("segregation"))
    lines = ",\n".join(json.dumps(city, separators=(",", ":")) for city in cities)
    text = f'{{"segregation": {version}, "cities": [\n{lines}\n]}}\n'
    (HERE / "pysal.json").write_text(text, encoding="utf-8")


def measured(seed: int, n_units: int, n_groups: int, largest: int) -> dict[str, object]:
    """The counts and the numbers of one city, whose groups differ in size and in spread."""
    rng = np.random.default_rng(seed)
    most = rng.integers(largest // 4, largest, (n_units, n_groups)) // np.arange(1, n_groups + 1)
    counts = rng.integers(0, most + 1) + 1
    groups = [f"g{number}" for number in range(1, n_groups + 1)]
    frame = pd.DataFrame(counts, columns=groups)
    frame["all"], frame["both"] = counts.sum(axis=1), frame["g1"] + frame["g2"]
    return {
        "counts": counts.tolist(),
        "g1 against the rest": _of(AGAINST_REST, frame, "g1", "all"),
        "g1 against g2": _of(OF_A_PAIR, frame, "g1", "both"),
        "all groups": {s: float(index(frame, groups).statistic) for s, index in OF_ALL.items()},
    }


def _of(indices: dict[str, type], frame: pd.DataFrame, group: str, total: str) -> dict[str, float]:
    return {s: float(index(frame, group, total).statistic) for s, index in indices.items()}


if __name__ == "__main__":
    main()
