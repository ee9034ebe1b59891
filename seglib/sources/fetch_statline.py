"""StatLine tables over OData: cbsodata asks, and each page comes through the one door."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from seglib.errors import FetchError
from seglib.sources.fetch import Fetcher, library


def fetch_table(fetcher: Fetcher, host: str, table: str, path: Path) -> Path:
    """Bring a table with its properties as one JSON file, which ``cbs.from_odata`` reads.

    Parameters
    ----------
    fetcher : Fetcher
        Its hosts, limits and tries hold for every page, also for one that a page points to.
    host : str
        Where StatLine answers.
    table : str
        The identifier, such as "83487NED".
    path : Path
        Where the file will be; pages stand beside it until all are there.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    FetchError
        As for ``Fetcher.fetch``, or the answer is not in the form of OData.
    SetupError
        The extra ``sources`` is not installed.
    """
    cbsodata = library("cbsodata")
    pages = path.with_name(f"{path.name}.pages")
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)

    def send(request: Any, **_: object) -> SimpleNamespace:
        name = f"{table}-{hashlib.sha256(request.url.encode()).hexdigest()[:12]}.json"
        page = fetcher.fetch(request.url, pages / name).read_text(encoding="utf-8")
        return SimpleNamespace(text=page, encoding="utf-8", raise_for_status=lambda: None)

    asking, plain = cbsodata.cbsodata3, cbsodata.cbsodata3.Session
    # Its own session follows any link, to any host and of any size.
    asking.Session = lambda: SimpleNamespace(send=send)
    try:
        found = {
            "records": cbsodata.get_data(table, catalog_url=host),
            "properties": cbsodata.get_meta(table, "DataProperties", catalog_url=host),
        }
    except (KeyError, TypeError, json.JSONDecodeError) as cause:
        raise FetchError(
            f"StatLine's answer for {table} is not in the form of OData ({cause!r}). "
            "Look at the table with a browser."
        ) from cause
    finally:
        asking.Session = plain
        shutil.rmtree(pages)
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8", newline="\n")
    return path
