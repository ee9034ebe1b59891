"""The one door to the network: files of named hosts, by https, within limits, whole or not."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from seglib.errors import (
    DataDamagedError,
    FetchError,
    ParameterError,
    SeglibError,
    SetupError,
    SourceFormatError,
)
from seglib.sources import addresses, archive, cache
from seglib.sources.addresses import Fetchable

MB = 1_000_000
# How files of these kinds begin; an error page saved under their name does not.
BEGINS = {
    ".xls": (b"\xd0\xcf\x11\xe0", b"PK\x03\x04"),  # some editions are .xlsx under the name .xls
    ".xlsx": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".json": (b"{",),
}
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_PIECE = 1 << 16
_REDIRECTS = 5
_LATER = "Try again later; what came so far is kept and gone on from."
_BY_HAND = "fetch it with a browser and hand it over with --from FILE."

Say = Callable[[str], None]


class _AgainError(Exception):
    """This try failed in a way that a next one may cure, after a wait where one was asked."""

    def __init__(self, told: str, wait: float = 0.0) -> None:
        super().__init__(told)
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Downloads within bounds.

    Parameters
    ----------
    hosts : tuple of str
        The only hosts that are called, also after a redirect; with the port where it is not 443.
    certificate : Path, optional
        File of the certificates to trust; by default those of the common authorities.
    most_bytes : int
        A larger file is refused.
    most_seconds : float
        Time for one file with all its tries.
    patience : float
        Seconds of silence after which a try is given up.
    tries : int
        Tries for one file; each goes on where the last one broke off.
    pause : float
        Seconds before the second try; each later one waits twice as long.
    """

    hosts: tuple[str, ...]
    certificate: Path | None = None
    most_bytes: int = 100 * MB
    most_seconds: float = 1800.0
    patience: float = 30.0
    tries: int = 5
    pause: float = 1.0

    def fetch(self, address: str, path: Path, *, sha256: str | None = None) -> Path:
        """Bring one file to a path, whole and with the checksum that is asked, or raise.

        What came before a failure stays beside it as ``.part``; the next fetch goes on from there
        where the server says that the file is still the same.

        Raises
        ------
        FetchError
            A host, size or time out of bounds, or a server that keeps failing.
        DataDamagedError
            The file is not the one with this checksum.
        """
        pooch = library("pooch")
        pooch.get_logger().setLevel("ERROR")

        def bring(url: str, output_file: str, _: object) -> None:
            os.replace(self._bring(url, path.with_name(path.name + ".part")), output_file)

        try:
            with cache.alone(path):
                pooch.retrieve(address, sha256, path.name, path.parent, downloader=bring)
        except FetchError:
            raise
        except OSError as cause:
            raise FetchError(f"{path} cannot be written ({cause}). Make room for it.") from cause
        except ValueError as cause:
            raise _another(path.name, str(sha256)) from cause
        return path

    def _bring(self, address: str, part: Path) -> Path:
        """Try until the file is whole; gives the part that has become so."""
        import requests
        import urllib3

        broken = (_AgainError, requests.RequestException, urllib3.exceptions.HTTPError)
        deadline = time.monotonic() + self.most_seconds
        with self._session() as session:
            for attempt in range(1, self.tries + 1):
                try:
                    self._try(session, address, part, deadline)
                    return part
                except SeglibError:
                    raise
                except ValueError as cause:  # an address that is none, or that no adapter takes
                    raise FetchError(
                        f"{address} leads to an address outside {', '.join(self.hosts)} or not by "
                        f"https ({_told(cause)}); nothing was taken from there."
                    ) from cause
                except requests.exceptions.SSLError as cause:
                    raise FetchError(
                        f"{address} does not prove that it is who it says ({_told(cause)}); "
                        "nothing was fetched. Name the certificate of your network if it has one."
                    ) from cause
                except broken as cause:
                    wait = max(getattr(cause, "wait", 0.0), self.pause * 2 ** (attempt - 1))
                    if attempt == self.tries or time.monotonic() + wait > deadline:
                        told = f"{address} could not be fetched in {attempt} tries: {_told(cause)}"
                        raise FetchError(f"{told}. {_LATER}") from cause
                    time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _session(self) -> Any:
        """A session that can reach the named hosts by https and nothing else."""
        from requests import Session
        from requests.adapters import HTTPAdapter

        session = Session()
        session.trust_env = False  # no password or certificate comes from the environment
        session.adapters.clear()
        for host in self.hosts:
            session.mount(f"https://{host}/", HTTPAdapter())
        session.headers.update({"User-Agent": "seglib", "Accept-Encoding": "identity"})
        session.verify = str(self.certificate) if self.certificate else True
        return session

    def _try(self, session: Any, address: str, part: Path, deadline: float) -> None:
        """Go on with the part there is, or begin one, until it is whole."""
        tag = part.with_name(part.name + ".tag")
        begun, mark = 0, ""
        if part.is_file() and tag.is_file():
            begun, mark = part.stat().st_size, tag.read_text(encoding="utf-8")
        ranged = {"Range": f"bytes={begun}-", "If-Range": mark} if begun and mark else {}
        with self._answer(session, address, ranged) as response:
            begun = self._begun(response, part, begun)
            whole = self._length(response, begun)
            if not begun:
                part.unlink(missing_ok=True)
                cache.write_whole(tag, _mark(response))
            self._write(response, part, begun, whole, deadline)
        came = part.stat().st_size
        if whole is not None and came != whole:
            raise _AgainError(f"it broke off after {came:,} of {whole:,} bytes")
        tag.unlink()

    def _answer(self, session: Any, address: str, headers: dict[str, str]) -> Any:
        """The answer after redirects, each to a named host; its body is still to be read."""
        from requests.utils import get_environ_proxies

        for _ in range(_REDIRECTS + 1):
            via = {"timeout": self.patience, "proxies": get_environ_proxies(address)}
            response = session.get(
                address, headers=headers, stream=True, allow_redirects=False, **via
            )
            if not response.is_redirect:
                return response
            response.close()
            address = urljoin(address, response.headers["location"])
        raise FetchError(f"{address} sends on more than {_REDIRECTS} times; nothing was fetched.")

    def _begun(self, response: Any, part: Path, begun: int) -> int:
        """From which byte the answer goes on; 0 where it is the whole file."""
        from urllib3.util import Retry

        status = response.status_code
        if status in _BUSY:
            wait = Retry().get_retry_after(response.raw) or 0.0
            raise _AgainError(f"the server answers {status} {response.reason}", wait)
        span = response.headers.get("Content-Range", "")
        if status == 416 or (status == 206 and not span.startswith(f"bytes {begun}-")):
            part.unlink(missing_ok=True)
            raise _AgainError("the server does not go on where the last try broke off")
        if status not in (200, 206):
            told = f"{response.url} answers {status} {response.reason}"
            raise FetchError(f"{told}. The publisher may have moved the file; {_BY_HAND}")
        return begun if status == 206 else 0

    def _length(self, response: Any, begun: int) -> int | None:
        """The bytes of the whole file; None where it comes in chunks, which tell their end."""
        headers = response.headers
        if headers.get("Content-Encoding", "identity") != "identity":
            raise FetchError(f"{response.url} comes packed though asked not to; nothing was kept.")
        if "Content-Length" not in headers:
            if headers.get("Transfer-Encoding", "") != "chunked":
                told = f"{response.url} does not say how long it is and might break off unseen"
                raise FetchError(f"{told}; {_BY_HAND}")
            return None
        whole = begun + (response.raw.length_remaining or 0)
        if whole > self.most_bytes:
            raise self._too_large(response.url, f"{whole / MB:,.1f}")
        return whole

    def _write(
        self, response: Any, part: Path, begun: int, whole: int | None, deadline: float
    ) -> None:
        """Add what comes to the part, within size and time."""
        from tqdm import tqdm

        shown: dict[str, Any] = {"unit": "B", "unit_scale": True, "leave": False, "disable": None}
        with (
            part.open("ab") as file,
            tqdm(desc=part.stem, total=whole, initial=begun, file=sys.stderr, **shown) as progress,
        ):
            while begun <= self.most_bytes and (piece := response.raw.read1(_PIECE)):
                begun += len(piece)
                file.write(piece)
                progress.update(len(piece))
                if time.monotonic() > deadline:
                    told = f"{response.url} took more than {self.most_seconds:,.0f} seconds"
                    raise FetchError(f"{told}. {_LATER}")
        if begun > self.most_bytes:
            part.unlink()
            raise self._too_large(response.url, f"more than {self.most_bytes / MB:,.1f}")

    def _too_large(self, url: str, size: str) -> FetchError:
        most = f"at most {self.most_bytes / MB:,.1f} MB was expected, so nothing was kept"
        return FetchError(f"{url} has {size} MB; {most}. Look at it with a browser.")


def fetch_files(
    one: Fetchable,
    years: Iterable[int],
    *,
    by_hand: Path | None = None,
    statline: bool = False,
    certificate: Path | None = None,
    fetcher: Fetcher | None = None,
    say: Say = lambda told: print(told, file=sys.stderr),
) -> dict[int, Path]:
    """The files of these years, from the cache where they are intact, else from the publisher.

    A file without a known checksum is trusted at its first coming, which is said; later ones must
    equal it. Archives are unpacked beside themselves. ``by_hand`` is the file of the one year that
    is asked, fetched with a browser. With ``statline`` the years come from StatLine over OData.
    """
    asked = {year: (one.name(year, statline), one.address(year, statline)) for year in years}
    if by_hand and len(asked) != 1:
        raise ParameterError(f"--from {by_hand} is one file; name its one year with --year.")
    if by_hand and not by_hand.is_file():
        raise ParameterError(f"There is no file {by_hand} to take in. Name the file you fetched.")
    fetcher = fetcher or Fetcher(
        hosts=addresses.hosts(), certificate=certificate, most_bytes=one.most_mb * MB
    )
    found = {}
    for year, (name, address) in asked.items():
        before = cache.known(one.key, name)
        found[year] = cache.place_of(one.key, name)
        if before and before.intact and not by_hand:
            say(f"{name}: in the cache, intact")
            continue
        path = cache.cache_folder() / "partial" / f"{one.key}-{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if by_hand:
            shutil.copyfile(by_hand, path)
        else:
            say(f"{name}: fetching {address}")
        if statline and not by_hand:
            from seglib.sources.fetch_statline import fetch_table

            fetch_table(fetcher, one.statline_host, one.statline[year], path)
        elif not by_hand:
            fetcher.fetch(address, path, sha256=before.sha256 if before else None)
        _take(path, one, name, str(by_hand or address), say)
    return found


def _take(path: Path, one: Fetchable, name: str, origin: str, say: Say) -> None:
    """Look into a whole file, and keep it where it is of its kind and what came before."""
    before = cache.known(one.key, name)
    try:
        refuse_other_content(path, name)
        if before and cache.sha256_of(path) != before.sha256:
            raise _another(name, before.sha256)
        if path.suffix == ".zip":
            folder = cache.place_of(one.key, name).with_suffix("")
            archive.unpack(path, folder, most_bytes=one.unpacked_mb * MB)
    except SeglibError:
        path.unlink()
        raise
    held = cache.keep(path, one.key, name, origin)
    told = "as before" if before else "its first coming: recorded, later ones must equal it"
    say(f"{name}: {held.bytes / MB:,.1f} MB, sha256 {held.sha256[:12]}… ({told})")


def refuse_other_content(path: Path, name: str) -> None:
    """A file that does not begin as its kind does is a SourceFormatError."""
    with path.open("rb") as file:
        head = file.read(512)
    begins = BEGINS.get(Path(name).suffix, ())
    page = head.lstrip().lower().startswith((b"<!doctype", b"<html"))
    if page or not head or (begins and not head.startswith(begins)):
        what = "a web page" if page else "empty" if not head else "another kind of file"
        raise SourceFormatError(
            f"{name} is {what}, not what its name says; nothing was kept. Look at its address with "
            "a browser: the publisher may have moved it."
        )


def _mark(response: Any) -> str:
    """What tells that a file is still the same: its strong ETag, or when it was last changed."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified", "")


def _another(name: str, sha256: str) -> DataDamagedError:
    return DataDamagedError(
        f"{name} comes with another checksum than {sha256[:12]}…, which it had before; nothing was "
        "kept. If the publisher has revised it and you accept that, forget the old one with "
        "`seglib data clean --forget` and fetch again."
    )


def _told(cause: BaseException) -> str:
    """The reason of a failure in one line."""
    return str(cause).split("\n", 1)[0].rstrip(".")[:200] or type(cause).__name__


def library(name: str) -> Any:
    """A library of the extra ``sources``; without it a SetupError."""
    try:
        return importlib.import_module(name)
    except ImportError as cause:
        raise SetupError(
            f"Fetching needs {name}, and it is not installed. Install the extra: "
            "pip install 'seglib[sources]'."
        ) from cause
