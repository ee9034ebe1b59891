"""The checkout that commands work in: its notebooks, its reports and the programs it starts."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from seglib import bootstrap
from seglib.errors import ParameterError, SetupError


def find_notebook(name: str) -> Path:
    """The notebook with this path, or the one of notebooks/ that starts with this name."""
    if Path(name).is_file():
        return Path(name)
    stems = sorted(path for path in notebooks_folder().glob("*.ipynb"))
    found = [path for path in stems if path.stem.startswith(name.removesuffix(".ipynb"))]
    if len(found) != 1:
        those = ", ".join(path.stem for path in found or stems) or "none"
        raise ParameterError(
            f"{name!r} names {len(found) or 'no'} notebooks; choose from: {those}."
        )
    return found[0]


def checkout() -> Path:
    """The checkout; commands that read notebooks or write data work only there."""
    root = bootstrap.checkout_folder()
    if root is None:
        raise SetupError(
            "This command needs a checkout of the project, and seglib is installed as a package "
            f"in {Path(__file__).parents[1]}. Clone the project and run it there."
        )
    return root


def notebooks_folder() -> Path:
    """The committed notebooks."""
    return checkout() / "notebooks"


def reports_folder() -> Path:
    """Where reports are written; git ignores it."""
    return checkout() / "reports"


def call(command: Sequence[str]) -> int:
    """Run a program in the checkout and give its exit code."""
    return subprocess.run(command, cwd=checkout(), check=False).returncode
