"""What every report needs, loaded once: the process that workers are copied from imports this.

Nothing here may draw by pyplot (the first notebook of a process sets its figures up) or leave a
thread behind (a copy of the process has none of them). What goes wrong in a rehearsal is logged; it
costs time and no report.
"""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from seglib.errors import SeglibError
from seglib.report import check, engine, ledger
from seglib.report.normalise import normalise
from seglib.report.run import write_report
from seglib.report.span import ONE_YEAR, SEVERAL_YEARS
from seglib.report.worker import NOTHING, REHEARSE, end_in_silence

ROOMS = ("claims", "disclosure", "figures", "inference", "language", "models", "scale", "synth")
FAULTS = (SeglibError, ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
MODULES = (
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "matplotlib.backends.backend_svg",
    "seglib.sources.boundaries",
)


def rehearse_estimates() -> None:
    """Load the machine code of the usual estimates, and the figures of the whole country."""
    from seglib import measures
    from seglib.change import estimate_difference
    from seglib.inference import estimate
    from seglib.sources.load import load_counts
    from seglib.table import CountTable

    toy = CountTable.from_counts([[30, 10, 5], [10, 30, 9], [20, 7, 40]], groups=("a", "b", "c"))
    other = CountTable.from_counts([[28, 12, 7], [12, 30, 9], [18, 9, 40]], groups=("a", "b", "c"))
    drawn: dict[str, Any] = {"seed": 1, "replicates": 40}
    estimate(measures.dissimilarity, toy, "a", **drawn)
    estimate(measures.dissimilarity, toy, "a", "b", **drawn)
    estimate(measures.isolation, toy, "a", **drawn)
    for measure in (measures.information_theory, measures.mutual_information, measures.entropy):
        estimate(measure, toy, **drawn)
    estimate_difference(toy, other, **drawn)
    load_counts("Utrecht", 2015, source="cbs-wijkbuurt-2015")


def rehearse_pages() -> None:
    """Write the stored outputs of the notebooks that are coming as pages, and check these."""
    paths, languages, bench = json.loads(os.environ.get(REHEARSE, NOTHING))
    for path, lang, unfit in itertools.product(paths, languages, (SEVERAL_YEARS, ONE_YEAR)):
        nb = nbformat.read(path, as_version=4)
        nb.cells = [cell for cell in nb.cells if unfit not in cell.metadata.get("tags", [])]
        with tempfile.TemporaryDirectory(dir=bench) as folder:
            write_report(Path(folder), normalise(nb), "page", lang, (), formats=("html",))
            check.problems(Path(folder, lang, "page.html").read_text("utf-8"))


def rehearse(part: Callable[[], None]) -> None:
    """Go through a part; where it fails, say so and go on."""
    try:
        part()
    except FAULTS as error:
        told = "%s stopped with %s: %s. Reports are made all the same, each a little slower."
        logging.getLogger(__name__).warning(told, part.__name__, type(error).__name__, error)


end_in_silence()
os.environ.setdefault("MPLBACKEND", engine.FIGURES)
ledger.watch_data()
for module in (*MODULES, *(f"seglib.{room}" for room in ROOMS)):
    importlib.import_module(module)
for part in (rehearse_estimates, rehearse_pages):
    rehearse(part)
ledger.hash_opened()
