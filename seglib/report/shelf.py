"""The folder of reports: new ones take their place whole, also where several processes add some."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from seglib.errors import ReportError
from seglib.report.document import LANGUAGES
from seglib.report.site import REGISTER, Entry

NEIGHBOURS = ("training", "looked", "places")  # what other commands keep in the folder
PATIENCE_S = 600.0
YOUNG_S = 60.0


def refuse_other_files(out: Path) -> None:
    """Refuse a folder that holds anything but reports.

    Raises
    ------
    ReportError
        It has files, and no register of reports among them.
    """
    if not out.exists() or (out / REGISTER).is_file():
        return
    if not out.is_dir() or any(path.name not in NEIGHBOURS for path in out.iterdir()):
        raise ReportError(
            f"Folder {out.name!r} holds files that are no reports, and would be replaced. "
            "Move them, or choose another folder."
        )


@contextmanager
def workbench(out: Path) -> Iterator[Path]:
    """A new folder beside ``out``, gone at the end, in which reports are made.

    What a process that was killed left there goes as well.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as name:
        bench = Path(name)
        handle = _locked(bench / "lock")
        for stray in out.parent.glob(f".{out.name}-*"):
            _sweep(stray)
        (bench / "new").mkdir()
        yield bench / "new"
        if handle is not None:
            os.close(handle)


def _sweep(stray: Path) -> None:
    """Remove a workbench that nobody holds; one that was just made may not be held yet."""
    if time.time() - stray.stat().st_mtime < YOUNG_S:
        return
    if (handle := _locked(stray / "lock")) is not None:
        os.close(handle)
        shutil.rmtree(stray, ignore_errors=True)


@contextmanager
def alone(out: Path, *, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Hold the folder while its list of reports changes; others wait for their turn.

    Raises
    ------
    ReportError
        Another process has held it for longer than the patience in seconds.
    """
    path = out.parent / f".{out.name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience_s
    while (handle := _locked(path)) is None:
        if time.monotonic() > until:
            raise ReportError(
                f"Another process has been writing to folder {out.name!r} for {patience_s:.0f} "
                "seconds. Wait until it ends, or choose another folder with --out."
            )
        time.sleep(0.05)
    try:
        yield
    finally:
        if sys.platform != "win32":  # where a file that is open cannot go
            path.unlink(missing_ok=True)
        os.close(handle)


def _locked(path: Path) -> int | None:
    """The open lock file where the lock is ours; it goes with the process, however that ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), os.stat(path)):  # or its holder has removed it
            return handle
    except OSError:
        pass
    os.close(handle)
    return None


def publish(fresh: Path, out: Path, made: Sequence[Entry], *, replace: bool) -> None:
    """Move new reports and the site into ``out``; only by renaming, so no file is ever half.

    With ``replace`` all reports that were there go; without, only those that were made anew.
    """
    old = fresh.parent / "old"
    old.mkdir()
    out.mkdir(exist_ok=True)
    for lang in LANGUAGES:
        stems = {entry.stem for entry in made if entry.lang == lang}
        for path in sorted((out / lang).glob("*")):
            if replace or path.name.split(".")[0] in stems:
                os.replace(path, old / f"{lang}-{path.name}")
    for path in sorted(fresh.glob("*/*")) + sorted(fresh.glob("*.*")):
        target = out / path.relative_to(fresh)
        target.parent.mkdir(exist_ok=True)
        os.replace(path, target)
