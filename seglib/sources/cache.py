"""Where fetched files are kept, what is there, and whether it is still what came."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from seglib.errors import FetchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of one fetched file: it came from an address with this content."""

    source: str
    name: str
    address: str
    sha256: str
    bytes: int

    @property
    def path(self) -> Path:
        """Where the file stands, if it is still there."""
        return place_of(self.source, self.name)

    @property
    def intact(self) -> bool:
        """Whether the file is there with the content that came."""
        return self.path.is_file() and sha256_of(self.path) == self.sha256


def cache_folder() -> Path:
    """The folder of what was fetched: ``SEGLIB_CACHE``, else the user's cache of the platform.

    ``files/`` holds publishers' files, ``known/`` their checksums, ``compiled/`` the tables made of
    them; ``partial/`` what is not whole yet, which nothing reads but the next fetch.
    """
    named = os.environ.get("SEGLIB_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("seglib")


def place_of(source: str, name: str) -> Path:
    """Where a fetched file of this name stands."""
    return cache_folder() / "files" / source / name


def compiled_folders() -> tuple[Path, ...]:
    """Folders in the form of ``data/``, one for each source that was made of fetched files."""
    return tuple(
        sorted(path.parent for path in (cache_folder() / "compiled").glob("*/sources.toml"))
    )


def known(source: str, name: str) -> Held | None:
    """What came under this name before, also when the file itself was cleaned away."""
    path = _record(source, name)
    return Held(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def held() -> Iterator[Held]:
    """Every fetched file that is there, by source and name."""
    for path in sorted((cache_folder() / "known").glob("*/*.json")):
        one = Held(**json.loads(path.read_text(encoding="utf-8")))
        if one.path.is_file():
            yield one


def keep(whole: Path, source: str, name: str, address: str) -> Held:
    """Take a whole file into the cache; its checksum is written down before it appears there."""
    size = whole.stat().st_size
    one = Held(source=source, name=name, address=address, sha256=sha256_of(whole), bytes=size)
    write_whole(_record(source, name), json.dumps(asdict(one), indent=1) + "\n")
    one.path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(whole, one.path)
    return one


def clean(source: str | None = None, *, forget: bool = False) -> int:
    """Remove fetched files and what was made of them; gives the bytes that came free.

    The checksums stay, so that a later fetch must bring the same, unless they are to be forgotten.
    """
    parts = ("files", "partial", "compiled", *(("known",) if forget else ()))
    freed = 0
    for part in parts:
        for path in (cache_folder() / part).glob("*"):
            if source is None or path.name == source or path.name.startswith(f"{source}-"):
                files = [path, *path.rglob("*")]
                freed += sum(file.stat().st_size for file in files if file.is_file())
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    return freed


@contextmanager
def alone(path: Path) -> Generator[None, None, None]:
    """Hold a file for one process; a second is a FetchError. The system lets go of the dead."""
    with path.with_name(f"{path.name}.lock").open("wb") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            raise FetchError(f"{path.name} is being fetched already. Wait for that.") from cause
        yield


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


def sha256_of(path: Path) -> str:
    """The checksum of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(source: str, name: str) -> Path:
    return cache_folder() / "known" / source / f"{name}.json"
