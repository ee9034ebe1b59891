"""Canonical runs: with which parameters a notebook gives outcomes rather than explorations."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from seglib.errors import ClaimError

_NAMES = {"notebook", "id", "canonical"}


def is_canonical(notebook: str, **parameters: Any) -> bool:
    """Tell whether these are the parameters of a canonical run in ``notebooks/runs.toml``.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without its ending.
    **parameters
        Every parameter that the register spells out for this notebook; the language does not
        count, and replications do through ``fast``.

    Returns
    -------
    bool
        Whether a canonical run of this notebook has exactly these values.

    Raises
    ------
    ClaimError
        The register names a parameter that was not given.
    """
    for run in _runs():
        if run["notebook"] != notebook or not run.get("canonical", False):
            continue
        fixed = {name: value for name, value in run.items() if name not in _NAMES}
        absent = sorted(fixed.keys() - parameters.keys())
        if absent:
            raise ClaimError(
                f"Run {run['id']!r} fixes the parameter {absent[0]!r}, which was not given. "
                "Pass every parameter that runs.toml spells out."
            )
        if all(parameters[name] == value for name, value in fixed.items()):
            return True
    return False


@lru_cache(maxsize=1)
def _runs() -> tuple[dict[str, Any], ...]:
    """The register of runs: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "notebooks"
    folder = inside if inside.is_dir() else package.parent / "notebooks"
    return tuple(tomllib.loads((folder / "runs.toml").read_text("utf-8")).get("run", []))
