"""An HTTPS server on the loopback address that serves files, and misbehaves where it is told to."""

from __future__ import annotations

import contextlib
import hashlib
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """Its host with port, its certificate, what it does at each path, and what it was asked."""

    host: str
    certificate: Path
    routes: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"https://{self.host}{path}"

    def ranges(self, path: str) -> list[str]:
        return [span for where, span in self.asked if where == path]


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server with a certificate of its own, which only who is handed it trusts."""
    authority = trustme.CA()
    certificate = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Range", "")))
            with contextlib.suppress(OSError):
                server.routes.get(self.path, status(404))(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    listening.handle_error = lambda *_: None  # a client that breaks off is what tests are for
    listening.socket = context.wrap_socket(
        listening.socket, server_side=True, do_handshake_on_connect=False
    )
    server = Server(f"localhost:{listening.server_address[1]}", certificate)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    listening.shutdown()
    listening.server_close()


def _begin(handler: BaseHTTPRequestHandler, code: int, headers: dict[str, object]) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, str(value))
    handler.end_headers()


def file(content: bytes, *, ranges: bool = True, etag: str | None = None) -> Behaviour:
    """The file, from the byte that is asked, as a good server does."""
    mark = etag or f'"{hashlib.md5(content).hexdigest()}"'

    def behave(handler: BaseHTTPRequestHandler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        same = handler.headers.get("If-Range", mark) == mark
        begin = int(asked[1]) if asked and ranges and same else 0
        headers: dict[str, object] = {"Content-Length": len(content) - begin, "ETag": mark}
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        _begin(handler, 206 if begin else 200, headers)
        handler.wfile.write(content[begin:])

    return behave


def status(code: int, **headers: object) -> Behaviour:
    """A bare status."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        _begin(handler, code, {"Content-Length": 0, **named})

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after the other; the last one for ever."""
    left = list(behaviours)

    def behave(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return behave


def truncated(content: bytes, after: int, *, etag: str | None = None) -> Behaviour:
    """Promise the whole and break off."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        mark = etag or f'"{hashlib.md5(content).hexdigest()}"'
        _begin(handler, 200, {"Content-Length": len(content), "ETag": mark})
        handler.wfile.write(content[:after])
        handler.close_connection = True

    return behave


def dripping(content: bytes, piece: int, pause: float) -> Behaviour:
    """The file in small pieces with a pause between them."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        mark = f'"{hashlib.md5(content).hexdigest()}"'
        _begin(handler, 200, {"Content-Length": len(content), "ETag": mark})
        for at in range(0, len(content), piece):
            handler.wfile.write(content[at : at + piece])
            handler.wfile.flush()
            time.sleep(pause)

    return behave


def silent(seconds: float) -> Behaviour:
    """Say nothing for a while, then break off."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return behave


def endless(begin: bytes = b"") -> Behaviour:
    """Chunks without an end."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, 200, {"Transfer-Encoding": "chunked"})
        chunk = begin + bytes(65_536)
        while True:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    return behave


def chunked(content: bytes, *, whole: bool = True) -> Behaviour:
    """The file in chunks; without the last, empty one it is not whole."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, 200, {"Transfer-Encoding": "chunked"})
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        handler.wfile.write(b"0\r\n\r\n" if whole else b"")
        handler.close_connection = True

    return behave


def plain(content: bytes, **headers: object) -> Behaviour:
    """The content with these headers alone, then the connection closes."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler, 200, {name.replace("_", "-"): value for name, value in headers.items()})
        handler.wfile.write(content)
        handler.close_connection = True

    return behave
