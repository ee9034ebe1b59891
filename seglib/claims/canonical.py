"""Canonical runs: with which parameters a notebook gives outcomes rather than explorations."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from seglib.errors import ClaimError

PACKAGE = Path(__file__).resolve().parents[1]
_NAMES = {"notebook", "id", "canonical"}


def is_canonical(notebook: str, **parameters: Any) -> bool:
    """Tell whether these are the parameters of a canonical run in ``notebooks/runs.toml``.

    The register is read inside the installed package, or beside it in a checkout. Where there is
    none, no run is canonical, and evidence shows its numbers without an outcome.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without its ending.
    **parameters
        Every parameter that the register spells out for this notebook; the language is not one.

    Raises
    ------
    ClaimError
        The register cannot be read, or names a parameter that was not given.
    """
    for run in _runs():
        if run.get("notebook") != notebook or not run.get("canonical", False):
            continue
        fixed = {name: value for name, value in run.items() if name not in _NAMES}
        for name in sorted(fixed.keys() - parameters.keys()):
            raise ClaimError(
                f"Run {run.get('id')!r} fixes the parameter {name!r}, which was not given. "
                "Pass every parameter that runs.toml spells out."
            )
        if all(parameters[name] == value for name, value in fixed.items()):
            return True
    return False


def _runs() -> list[dict[str, Any]]:
    for folder in (PACKAGE, PACKAGE.parent):
        file = folder / "notebooks" / "runs.toml"
        if file.is_file():
            try:
                return tomllib.loads(file.read_text("utf-8")).get("run", [])
            except tomllib.TOMLDecodeError as cause:
                raise ClaimError(f"runs.toml cannot be read: {cause}. Mend that line.") from cause
    return []
