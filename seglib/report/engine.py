"""Cells run in this very process, with the outputs that a kernel of its own would give.

IPython's shell for kernels sends its messages over a wire; here they are handed at once to the
client that otherwise receives them, so both keep the same code. Nothing is started and nothing is
imported anew. A process runs one notebook: a second would find the names, settings and figures of
the first, so whoever makes many takes a fresh process for each, as ``worker`` does.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from seglib.errors import ReportError
from seglib.report.document import INJECTED

NAME = "seglib"
FIGURES = "module://matplotlib_inline.backend_inline"  # what a kernel draws with


@dataclass(slots=True)
class Course:
    """How far the notebook of this process is: the cell that runs and the seconds of all so far.

    ``begin`` is told the number of each cell as its author counts, before it runs. ``bench`` is a
    folder for what is made on the way, by default the machine's own.
    """

    begin: Callable[[int], None] = lambda cell: None
    cell: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    bench: str | None = None


course = Course()


def use() -> None:
    """Make this the engine of every ``papermill`` call of this process that names none."""
    papermill_engines.register(None, OwnProcessEngine)


class OwnProcessEngine(Engine):
    """Papermill's engine ``seglib``: the cells of one notebook in the process that asks."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, resources: Any = None, **options: Any
    ) -> None:
        """Run cell after cell until one stops.

        Raises
        ------
        ReportError
            The process has run a notebook before.
        """
        if course.cell:
            raise ReportError(
                "This process has run a notebook already, and a second would see what the first "
                "left. Give each notebook a process of its own."
            )
        os.environ.setdefault("MPLBACKEND", FIGURES)
        folder = (resources or {}).get("metadata", {}).get("path") or os.getcwd()
        client = PapermillNotebookClient(nb_man)
        client.reset_execution_trackers()
        bench = tempfile.TemporaryDirectory(prefix="seglib-ipython-", dir=course.bench)
        with bench as profile, chdir(folder):
            wire = _Wire(client)
            shell = _shell(wire, profile)
            with _streams(wire):
                for index, cell in enumerate(nb_man.nb.cells):
                    course.cell += INJECTED not in cell.metadata.get("tags", [])
                    course.begin(course.cell)
                    start, worked = time.perf_counter(), time.process_time()
                    nb_man.cell_start(cell, index)
                    failed = wire.run(shell, cell, index)
                    if failed:
                        nb_man.cell_exception(cell, cell_index=index)
                    nb_man.cell_complete(cell, cell_index=index)
                    course.seconds += time.perf_counter() - start
                    course.cpu_seconds += time.process_time() - worked
                    if failed:
                        break


class _Wire(Session):
    """A kernel's end of the connection: what is sent arrives in the cell that runs."""

    def __init__(self, client: PapermillNotebookClient) -> None:
        super().__init__(key=b"")
        self.client = client
        self.cell = NotebookNode()
        self.index = 0
        self.past: list[tuple[str, int, int]] = []  # what went past Python, and how far it is read

    def send(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **options: Any
    ) -> None:
        """Deliver a message, its content as it would have come out of JSON."""
        whole = isinstance(msg_or_type, dict)
        message = msg_or_type if whole else self.msg(msg_or_type, content)
        packed: Any = self.pack(message["content"])
        message["content"] = self.unpack(packed)
        self.client.process_message(message, self.cell, self.index)

    def run(self, shell: ZMQInteractiveShell, cell: NotebookNode, index: int) -> bool:
        """Run one cell as a client asks a kernel to; whether it failed."""
        self.cell, self.index = cell, index
        if cell.cell_type != "code" or not cell.source.strip():
            return False
        cell.outputs, self.client.clear_before_next_output = [], False
        done = shell.run_cell(cell.source, store_history=True)
        cell.execution_count = done.execution_count
        sys.stdout.flush()
        sys.stderr.flush()
        for place, (name, number, seen) in enumerate(self.past):
            if printed := os.pread(number, os.fstat(number).st_size - seen, seen):
                self.past[place] = name, number, seen + len(printed)
                text = printed.decode("utf-8", "replace")
                self.send(None, "stream", {"name": name, "text": text})
        return not done.success


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a cell, which keeps its text until it is flushed."""

    def __init__(self, wire: _Wire, name: str) -> None:
        self._wire, self.name, self._kept = wire, name, ""

    encoding = "UTF-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Keep text; as in a kernel, each stream is by itself until something else is shown."""
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._kept += text
        return len(text)

    def flush(self) -> None:
        """Send what was kept."""
        text, self._kept = self._kept, ""
        if text:
            self._wire.send(None, "stream", {"name": self.name, "text": text})


def _shell(wire: _Wire, profile: str) -> ZMQInteractiveShell:
    """A shell without history on disk, start-up files or settings of whoever runs it."""
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = _QuietShell.instance(
        config=settings,
        ipython_dir=profile,
        profile_dir=ProfileDir.create_profile_dir(str(Path(profile, "profile"))),
        kernel=SimpleNamespace(eventloop=None),
        compiler_class=XCachingCompiler,
    )
    shell.displayhook.session = shell.display_pub.session = wire  # type: ignore[attr-defined]
    shell.displayhook.get_execution_count = lambda: shell.execution_count  # type: ignore[attr-defined]
    return shell


class _QuietShell(ZMQInteractiveShell):
    """There is no loop of events to hook a window into."""

    def enable_gui(self, gui: Any = None) -> None:
        """Nothing to do."""


@contextmanager
def _streams(wire: _Wire) -> Generator[None]:
    """Both streams to the wire, and what goes past Python to files that are read after a cell."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept, numbers = (sys.stdout, sys.stderr), (os.dup(1), os.dup(2))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        for number, (name, file) in enumerate((("stdout", out), ("stderr", err)), 1):
            os.dup2(file.fileno(), number)
            wire.past.append((name, file.fileno(), 0))
        sys.stdout, sys.stderr = _Stream(wire, "stdout"), _Stream(wire, "stderr")
        try:
            yield
        finally:
            sys.stdout, sys.stderr = kept
            for number, own in enumerate(numbers, 1):
                os.dup2(own, number)
                os.close(own)


papermill_engines.register(NAME, OwnProcessEngine)
