"""Archives that come from elsewhere: unpacked inside their folder and within a limit, or not."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from seglib.errors import SourceFormatError

MOST_FILES = 10_000
_PIECE = 1 << 20


def unpack(path: Path, folder: Path, *, most_bytes: int) -> Path:
    """Unpack a zip archive as one folder: all of it or nothing.

    Parameters
    ----------
    path : Path
        The archive.
    folder : Path
        Where its files will be; one that is there is replaced.
    most_bytes : int
        What it may hold unpacked, counted while unpacking: what it says of itself is not trusted.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SourceFormatError
        It is no archive or damaged, a name leads outside the folder, a file is a link or locked,
        two names are one, or it holds too much.
    """
    draft = folder.with_name(f"{folder.name}.draft-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        with zipfile.ZipFile(path) as opened:
            members = [one for one in opened.infolist() if not one.is_dir()]
            _refuse_members(path, opened.infolist())
            left = most_bytes
            for member in members:
                left = _unpack_one(opened, member, draft / member.filename, left, path)
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        zlib.error,
    ) as cause:
        shutil.rmtree(draft, ignore_errors=True)
        raise SourceFormatError(
            f"{path.name} cannot be unpacked ({cause}). Fetch it again."
        ) from cause
    except SourceFormatError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)
    return folder


def _refuse_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Names and kinds that have no place in an archive of figures."""
    if len(members) > MOST_FILES:
        _refuse(path, f"holds {len(members):,} files, and {MOST_FILES:,} is the most")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        kind = stat.S_IFMT(member.external_attr >> 16)
        outside = ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute()
        if outside or "\\" in name or ":" in name or PureWindowsPath(name).is_absolute():
            _refuse(path, f"holds {name!r}, which leads outside its folder")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            _refuse(path, f"holds {name!r}, which is a link or no plain file")
        if member.flag_bits & 0x1:
            _refuse(path, f"holds {name!r}, which is locked with a password")
        if name.casefold() in seen:
            _refuse(path, f"holds {name!r} twice")
        seen.add(name.casefold())


def _unpack_one(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, path: Path
) -> int:
    """Unpack one file piece by piece; gives the bytes that others may still take."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as packed, target.open("xb") as file:
        while piece := packed.read(_PIECE):
            left -= len(piece)
            if left < 0:
                _refuse(path, "holds more than the limit when unpacked")
            file.write(piece)
    return left


def _refuse(path: Path, told: str) -> None:
    raise SourceFormatError(f"{path.name} {told}; nothing of it was unpacked.")
