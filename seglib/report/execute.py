"""Run a notebook with papermill: strict parameters, our own Python, errors in one sentence."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets import default

import seglib
from seglib import errors
from seglib.errors import ReportError, SeglibError
from seglib.report.parameters import (
    check_parameters,
    default_parameters,
    parameter_cells,
    plain,
)

TIMEOUT_S = 900


class OwnKernelManager(AsyncKernelManager):
    """Starts this very Python, whatever kernels and profiles the machine has."""

    @default("transport_encryption")
    def _encrypt_where_both_sides_can(self) -> str:
        return "auto"

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel of the running interpreter that imports the running seglib."""
        if self._kernel_spec is None:
            profile = tempfile.TemporaryDirectory(prefix="seglib-ipython-")
            self._profile = profile  # lives as long as the kernel
            self._kernel_spec = KernelSpec(**get_kernel_dict())
            self._kernel_spec.env = {"IPYTHONDIR": profile.name}
            home = str(Path(seglib.__file__).resolve().parents[1])
            if "site-packages" not in home:
                path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
                self._kernel_spec.env["PYTHONPATH"] = path
        return self._kernel_spec


def execute(
    nb: NotebookNode, parameters: Mapping[str, Any], *, name: str, folder: str | Path
) -> NotebookNode:
    """Run all cells in a fresh kernel of this Python, in a folder; not yet normalised.

    Raises
    ------
    ParameterError
        A parameter is unknown, or the parameters cell is missing or double.
    SeglibError
        A cell stopped with it: the same class, the same message, and the cell.
    ReportError
        A cell stopped with anything else, or the kernel died.
    """
    known = default_parameters(nb, name)
    check_parameters(parameters, known, name)
    try:
        return papermill.execute_notebook(
            nb,
            None,
            plain({**known, **parameters}),  # never empty, so papermill always adds its cell
            kernel_name="python3",
            language="python",
            progress_bar=False,
            kernel_manager_class=OwnKernelManager,
            resources={"metadata": {"path": str(folder)}},
            execution_timeout=TIMEOUT_S,
            shutdown_kernel="immediate",
        )
    except PapermillExecutionError as error:
        raise _in_one_sentence(error, nb, name) from error
    except (DeadKernelError, CellTimeoutError) as error:
        late = isinstance(error, CellTimeoutError)
        why = f"had a cell run over {TIMEOUT_S} seconds" if late else "died, most often of memory"
        raise ReportError(
            f"The kernel of notebook {name} {why}. Run it fast, or for a smaller place."
        ) from error


def _in_one_sentence(error: PapermillExecutionError, nb: NotebookNode, name: str) -> SeglibError:
    (parameters, _), *_ = parameter_cells(nb)
    position = error.cell_index + (error.cell_index < parameters)  # its own cell comes after it
    kind = getattr(errors, error.ename, None)
    message = " ".join(error.evalue.split())
    if isinstance(kind, type) and issubclass(kind, SeglibError):
        return kind(f"{message} (Notebook {name}, cell {position}.)")
    return ReportError(f"Notebook {name}, cell {position} stopped with {error.ename}: {message}")
