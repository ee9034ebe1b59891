"""Run a notebook with papermill: strict parameters, our own Python, errors in one sentence."""

from __future__ import annotations

import ast
import difflib
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
from seglib.errors import ParameterError, ReportError, SeglibError
from seglib.report.document import numbered_cells

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


def default_parameters(nb: NotebookNode, name: str) -> dict[str, Any]:
    """What the one cell tagged ``parameters`` declares: names with the literals of the author.

    Raises
    ------
    ParameterError
        There is no such cell, or more than one, or it holds more than literals; says where.
    """
    tagged = _tagged(nb)
    if len(tagged) != 1:
        found = "none" if not tagged else "cells " + ", ".join(str(each) for each, _ in tagged)
        raise ParameterError(
            f"Notebook {name} needs one code cell tagged 'parameters' and has {found}. "
            "Tag the cell with the reader's defaults, and no other."
        )
    position, cell = tagged[0]
    place = f"of the parameters cell ({position}) of {name} is not"
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError as error:
        raise ParameterError(
            f"Line {error.lineno} {place} Python. Write each parameter as 'name = literal'."
        ) from error
    defaults = {}
    for statement in statements:
        try:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=target)], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
                ):
                    defaults[target] = ast.literal_eval(value)
                case _:
                    raise ValueError
        except (ValueError, TypeError):
            raise ParameterError(
                f"Line {statement.lineno} {place} 'name = literal'. "
                "Move what computes to the cell after it."
            ) from None
    return defaults


def _tagged(nb: NotebookNode) -> list[tuple[int, NotebookNode]]:
    return [each for each in numbered_cells(nb) if "parameters" in each[1].metadata.get("tags", [])]


def check_parameters(given: Mapping[str, Any], known: Mapping[str, Any], name: str) -> None:
    """Refuse a parameter that the notebook does not have; papermill would only warn."""
    for parameter in given:
        if parameter in known:
            continue
        near = difflib.get_close_matches(parameter, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"It has: {', '.join(known)}."
        raise ParameterError(f"Notebook {name} has no parameter {parameter!r}. {hint}")


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
            {**known, **parameters},  # never empty, so papermill always adds its cell
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
    (parameters, _), *_ = _tagged(nb)
    position = error.cell_index + (error.cell_index < parameters)  # its own cell comes after it
    kind = getattr(errors, error.ename, None)
    message = " ".join(error.evalue.split())
    if isinstance(kind, type) and issubclass(kind, SeglibError):
        return kind(f"{message} (Notebook {name}, cell {position}.)")
    return ReportError(f"Notebook {name}, cell {position} stopped with {error.ename}: {message}")
