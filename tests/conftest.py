"""What holds for every test: fixed draws, no network, one order, and skips that are read."""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
ORDER = (
    "unit",
    "property",
    "oracle",
    "verified",
    "architecture",
    "notebook",
    "notebooks",
    "browser",
)

settings.register_profile("seglib", derandomize=True, deadline=None, database=None)
settings.load_profile("seglib")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cheap doubts first: unit before notebook, notebook before browser."""
    items.sort(key=lambda item: _rank(item.path))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested here, and why."""
    reasons: defaultdict[str, int] = defaultdict(int)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        reasons[str(reason).removeprefix("Skipped: ")] += 1
    if not reasons:
        return
    terminalreporter.section("NOT TESTED HERE", sep="!", yellow=True, bold=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} skipped: {reason}", yellow=True)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A test that calls another machine fails; this machine's own sockets work."""
    connect = socket.socket.connect

    def connect_here(sock: socket.socket, address: object) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])  # type: ignore[index]
            if host not in ("127.0.0.1", "::1", "localhost"):
                raise AssertionError(f"A test reached for the network: {host}.")
        connect(sock, address)  # type: ignore[arg-type]

    socket.socket.connect = connect_here  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def nothing_fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees what somebody fetched on this machine; embedded data alone decide."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGLIB_CACHE", str(tmp_path_factory.mktemp("no-cache")))
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


def _rank(path: Path) -> int:
    parts = path.relative_to(ROOT).parts if path.is_relative_to(ROOT) else ()
    folder = parts[1] if parts[:1] == ("tests",) and len(parts) > 2 else "".join(parts[:1])
    return ORDER.index(folder) if folder in ORDER else len(ORDER)
