"""Does a download arrive whole or not at all, from named hosts only, however a server behaves?"""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile

import loopback
import pytest

from seglib import cli
from seglib.errors import (
    DataDamagedError,
    FetchError,
    MissingDataError,
    ParameterError,
    SourceFormatError,
    UnknownYearError,
)
from seglib.sources import addresses, cache
from seglib.sources.fetch import Fetcher, fetch_files

XLS = b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 2_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with loopback.serving(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "localhost")
    return tmp_path / "cache"


@pytest.fixture
def at(server):
    """Serve one thing at a path of its own, and give its address."""

    def place(behaviour, name="file.xls"):
        path = f"/{len(server.routes)}/{name}"
        server.routes[path] = behaviour
        return server.url(path)

    return place


def fetcher(server, **settings):
    quick = {"patience": 1.0, "most_seconds": 20.0, "tries": 3, "pause": 0.01}
    named = {"hosts": (server.host,), "certificate": server.certificate}
    return Fetcher(**(named | quick | settings))


def tried(server, address):
    return server.ranges(address.removeprefix(f"https://{server.host}"))


def kwb(address, **changes):
    """The entry of the table, with the loopback address as its folder."""
    folder, _, name = address.rpartition("/")
    values = {"key": "kwb", "title": "", "publisher": "", "licence": "", "most_mb": 100}
    return addresses.Fetchable(
        **(values | {"folder": f"{folder}/", "files": {2016: name}, "seen": ()} | changes)
    )


def nothing_in(folder):
    """No file that could be taken for a whole one."""
    left = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in left if path.suffix not in (".part", ".tag", ".lock")] == []


class TestWhatArrives:
    def test_a_file_arrives_byte_for_byte(self, server, at, tmp_path):
        path = fetcher(server).fetch(at(loopback.file(XLS)), tmp_path / "file.xls")
        assert path.read_bytes() == XLS

    def test_chunks_without_a_length_arrive_too(self, server, at, tmp_path):
        path = fetcher(server).fetch(at(loopback.chunked(XLS)), tmp_path / "file.xls")
        assert path.read_bytes() == XLS

    def test_the_checksum_that_is_asked_must_come(self, server, at, tmp_path):
        address, right = at(loopback.file(XLS)), hashlib.sha256(XLS).hexdigest()
        assert fetcher(server).fetch(address, tmp_path / "right.xls", sha256=right)
        with pytest.raises(DataDamagedError, match="another checksum than 000000000000"):
            fetcher(server).fetch(address, tmp_path / "wrong.xls", sha256="0" * 64)
        assert not (tmp_path / "wrong.xls").exists()

    @pytest.mark.parametrize("code", [500, 502, 503, 504, 429])
    def test_a_server_that_recovers_is_asked_again(self, server, at, tmp_path, code):
        address = at(loopback.in_turn(loopback.status(code), loopback.file(XLS)))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS
        assert len(tried(server, address)) == 2

    def test_a_server_that_asks_to_wait_is_waited_for(self, server, at, tmp_path):
        busy = loopback.status(429, Retry_After=1)
        address = at(loopback.in_turn(busy, loopback.file(XLS)))
        began = time.monotonic()
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS
        assert time.monotonic() - began >= 1.0

    def test_who_asks_to_wait_longer_than_there_is_time_gets_no_wait(self, server, at, tmp_path):
        began = time.monotonic()
        with pytest.raises(FetchError, match="in 1 tries: the server answers 429 Too Many"):
            fetcher(server).fetch(at(loopback.status(429, Retry_After=3600)), tmp_path / "f.xls")
        assert time.monotonic() - began < 1.0

    def test_the_pause_doubles(self, server, at, tmp_path):
        began = time.monotonic()
        with pytest.raises(FetchError, match="in 4 tries: the server answers 500"):
            fetcher(server, tries=4, pause=0.1).fetch(at(loopback.status(500)), tmp_path / "f.xls")
        assert 0.7 <= time.monotonic() - began < 2.0

    def test_a_broken_download_goes_on_where_it_broke(self, server, at, tmp_path):
        address = at(loopback.in_turn(loopback.truncated(XLS, 100_000), loopback.file(XLS)))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS
        assert tried(server, address) == ["", "bytes=100000-"]

    def test_it_begins_anew_where_the_file_has_changed(self, server, at, tmp_path):
        newer = XLS[::-1]
        address = at(loopback.in_turn(loopback.truncated(XLS, 100_000), loopback.file(newer)))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == newer

    def test_it_begins_anew_where_the_server_cannot_go_on(self, server, at, tmp_path):
        whole = loopback.file(XLS, ranges=False)
        address = at(loopback.in_turn(loopback.truncated(XLS, 100_000), whole))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS

    def test_it_begins_anew_where_the_server_goes_on_elsewhere(self, server, at, tmp_path):
        astray = loopback.status(206, Content_Range="bytes 7-9/10")
        broken = loopback.truncated(XLS, 100_000)
        address = at(loopback.in_turn(broken, astray, loopback.file(XLS)))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS

    def test_it_begins_anew_where_only_a_weak_mark_says_that_it_is_the_same(
        self, server, at, tmp_path
    ):
        newer, weak = XLS[::-1], {"etag": 'W/"1"'}
        broken = loopback.truncated(XLS, 100_000, **weak)
        address = at(loopback.in_turn(broken, loopback.file(newer, **weak)))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == newer
        assert tried(server, address) == ["", ""]

    def test_it_begins_anew_where_there_is_nothing_left_to_go_on_with(self, server, at, tmp_path):
        (tmp_path / "file.xls.part").write_bytes(XLS)
        (tmp_path / "file.xls.part.tag").write_text('"1"', encoding="utf-8")
        address = at(loopback.in_turn(loopback.status(416), loopback.file(XLS)))
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS
        assert tried(server, address) == [f"bytes={len(XLS)}-", ""]

    def test_a_redirect_to_a_named_host_is_followed(self, server, at, tmp_path):
        there = at(loopback.file(XLS), "there.xls")
        address = at(loopback.status(302, Location=there), "here.xls")
        assert fetcher(server).fetch(address, tmp_path / "file.xls").read_bytes() == XLS


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "where", ["https://127.0.0.1:9/file", "https://example.org/file", "http://{host}/file"]
    )
    def test_a_redirect_elsewhere_or_to_http(self, server, at, tmp_path, where):
        address = at(loopback.status(302, Location=where.format(host=server.host)))
        with pytest.raises(FetchError, match=r"outside localhost:.* or not by https"):
            fetcher(server).fetch(address, tmp_path / "file.xls")
        assert nothing_in(tmp_path)
        assert len(tried(server, address)) == 1

    @pytest.mark.parametrize(
        "address",
        [
            "http://{host}/f",
            "https://example.org/f",
            "https://{host}@example.org/f",
            "https://localhost.example.org/f",
            "https://{host}.example.org/f",
            "ftp://{host}/f",
            "file:///etc/hostname",
        ],
    )
    def test_an_address_that_is_not_named(self, server, tmp_path, address):
        with pytest.raises(FetchError, match="nothing was taken from there"):
            both = fetcher(server, hosts=(server.host, "localhost"))
            both.fetch(address.format(host=server.host), tmp_path / "file")
        assert nothing_in(tmp_path)

    def test_a_redirect_in_a_circle(self, server, at, tmp_path):
        address = at(loopback.status(302, Location="file.xls"))
        with pytest.raises(FetchError, match="sends on more than 5 times"):
            fetcher(server).fetch(address, tmp_path / "file.xls")

    def test_a_certificate_that_nobody_handed_over(self, server, at, tmp_path):
        unknowing = fetcher(server, certificate=None)
        with pytest.raises(FetchError, match="does not prove that it is who it says"):
            unknowing.fetch(at(loopback.file(XLS)), tmp_path / "file.xls")

    def test_the_environment_loosens_nothing(self, server, at, tmp_path, monkeypatch):
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(server.certificate))
        with pytest.raises(FetchError, match="does not prove"):
            fetcher(server, certificate=None).fetch(at(loopback.file(XLS)), tmp_path / "file.xls")

    def test_a_file_that_says_it_is_too_large(self, server, at, tmp_path):
        with pytest.raises(FetchError, match=r"has 0\.5 MB; at most 0\.1 MB was expected"):
            fetcher(server, most_bytes=100_000).fetch(at(loopback.file(XLS)), tmp_path / "f.xls")
        assert list(tmp_path.rglob("*.part")) == []

    def test_a_stream_without_end(self, server, at, tmp_path):
        with pytest.raises(FetchError, match=r"has more than 2\.0 MB"):
            fetcher(server, most_bytes=2_000_000).fetch(at(loopback.endless()), tmp_path / "f.xls")
        assert list(tmp_path.rglob("*.part")) == []

    def test_a_file_that_takes_too_long(self, server, at, tmp_path):
        address = at(loopback.dripping(XLS, 50, 0.02))
        began = time.monotonic()
        with pytest.raises(FetchError, match="took more than 0 seconds"):
            fetcher(server, most_seconds=0.4).fetch(address, tmp_path / "file.xls")
        assert time.monotonic() - began < 2.0
        assert nothing_in(tmp_path)

    def test_a_server_that_says_nothing(self, server, at, tmp_path):
        with pytest.raises(FetchError, match=r"in 2 tries: .*[Tt]imed out"):
            slow = fetcher(server, patience=0.1, tries=2)
            slow.fetch(at(loopback.silent(0.5)), tmp_path / "file.xls")

    def test_a_file_that_always_breaks_off(self, server, at, tmp_path):
        address = at(loopback.truncated(XLS, 100_000))
        with pytest.raises(FetchError, match=r"in 3 tries: .*(broke off|100000 bytes read)"):
            fetcher(server).fetch(address, tmp_path / "file.xls")
        assert nothing_in(tmp_path)

    def test_chunks_that_break_off(self, server, at, tmp_path):
        with pytest.raises(FetchError, match="in 3 tries"):
            fetcher(server).fetch(at(loopback.chunked(XLS, whole=False)), tmp_path / "file.xls")
        assert nothing_in(tmp_path)

    def test_a_file_of_unknown_length(self, server, at, tmp_path):
        with pytest.raises(FetchError, match="does not say how long it is"):
            fetcher(server).fetch(at(loopback.plain(XLS, Connection="close")), tmp_path / "f.xls")

    def test_a_file_that_comes_packed(self, server, at, tmp_path):
        packed = loopback.plain(b"x", Content_Length=1, Content_Encoding="gzip")
        with pytest.raises(FetchError, match="comes packed though asked not to"):
            fetcher(server).fetch(at(packed), tmp_path / "file.xls")

    def test_a_file_that_is_not_there(self, server, at, tmp_path):
        address = at(loopback.status(404))
        with pytest.raises(FetchError, match=r"answers 404 Not Found.*--from FILE"):
            fetcher(server).fetch(address, tmp_path / "file.xls")
        assert len(tried(server, address)) == 1

    def test_a_second_fetch_of_the_same_file_at_the_same_time(self, server, at, tmp_path):
        with cache.alone(tmp_path / "file.xls"), pytest.raises(FetchError, match="already"):
            fetcher(server).fetch(at(loopback.file(XLS)), tmp_path / "file.xls")


class TestTheCache:
    def test_what_came_is_kept_known_and_not_fetched_twice(self, server, at):
        address, said = at(loopback.file(XLS)), []
        for _ in range(2):
            found = fetch_files(kwb(address), [2016], fetcher=fetcher(server), say=said.append)
        assert found[2016].read_bytes() == XLS
        assert len(tried(server, address)) == 1
        assert "its first coming: recorded, later ones must equal it" in said[1]
        assert said[2] == "file.xls: in the cache, intact"
        assert [one.intact for one in cache.held()] == [True]

    def test_another_content_than_at_first_is_refused_until_it_is_forgotten(self, server, at):
        address = at(loopback.in_turn(loopback.file(XLS), loopback.file(XLS + b"revised")))
        ask = {"fetcher": fetcher(server), "say": lambda _: None}
        fetch_files(kwb(address), [2016], **ask)
        assert cache.clean() >= len(XLS)
        with pytest.raises(DataDamagedError, match="data clean --forget"):
            fetch_files(kwb(address), [2016], **ask)
        assert list(cache.held()) == []
        cache.clean(forget=True)
        found = fetch_files(kwb(address), [2016], **ask)
        assert found[2016].read_bytes() == XLS + b"revised"

    def test_a_damaged_file_is_fetched_again(self, server, at):
        address = at(loopback.file(XLS))
        ask = {"fetcher": fetcher(server), "say": lambda _: None}
        path = fetch_files(kwb(address), [2016], **ask)[2016]
        path.write_bytes(b"damaged")
        assert [one.intact for one in cache.held()] == [False]
        assert fetch_files(kwb(address), [2016], **ask)[2016].read_bytes() == XLS

    @pytest.mark.parametrize(
        ("name", "content", "what"),
        [
            ("kwb-2016.xls", b"<!DOCTYPE html><title>404</title>", "a web page"),
            ("kwb-2016.csv", b"\n <html><body>Oeps</body>", "a web page"),
            ("kwb-2019.xlsx", XLS, "another kind of file"),
            ("kaart.zip", b"nothing like it", "another kind of file"),
            ("kwb-2016.xls", b"", "empty"),
        ],
    )
    def test_content_that_is_not_what_the_name_says(
        self, server, at, own_cache, name, content, what
    ):
        address = at(loopback.file(content), name)
        with pytest.raises(SourceFormatError, match=f"{name} is {what}"):
            fetch_files(kwb(address), [2016], fetcher=fetcher(server), say=lambda _: None)
        assert nothing_in(own_cache)
        assert cache.known("kwb", name) is None

    def test_a_file_fetched_by_hand_is_looked_into_as_well(self, tmp_path):
        (tmp_path / "page.xls").write_bytes(b"<html>")
        (tmp_path / "good.xls").write_bytes(XLS)
        one, ask = kwb("https://nowhere/kwb-2016.xls"), {"say": lambda _: None}
        with pytest.raises(SourceFormatError, match=r"kwb-2016\.xls is a web page"):
            fetch_files(one, [2016], by_hand=tmp_path / "page.xls", **ask)
        found = fetch_files(one, [2016], by_hand=tmp_path / "good.xls", **ask)
        assert (found[2016].name, found[2016].read_bytes()) == ("kwb-2016.xls", XLS)
        with pytest.raises(ParameterError, match="is one file; name its one year"):
            fetch_files(one, [], by_hand=tmp_path / "good.xls", **ask)

    def test_killed_midway_leaves_nothing_half_and_the_next_goes_on(self, server, at, own_cache):
        whole = XLS * 4
        address = at(loopback.in_turn(loopback.dripping(whole, 20_000, 0.02), loopback.file(whole)))
        code = (
            "import sys; from pathlib import Path; sys.path.insert(0, 'tests/unit')\n"
            "from seglib.sources.fetch import Fetcher, fetch_files\n"
            "from test_fetch import kwb\n"
            "host, certificate, address = sys.argv[1:]\n"
            "fetcher = Fetcher(hosts=(host,), certificate=Path(certificate))\n"
            "fetch_files(kwb(address), [2016], fetcher=fetcher)\n"
        )
        command = [sys.executable, "-c", code, server.host, str(server.certificate), address]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not any(part.stat().st_size > 100_000 for part in own_cache.rglob("*.part")):
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert list(cache.held()) == []
        assert not (own_cache / "files").exists()
        found = fetch_files(kwb(address), [2016], fetcher=fetcher(server), say=lambda _: None)
        assert found[2016].read_bytes() == whole
        begun = int(tried(server, address)[1].removeprefix("bytes=").rstrip("-"))
        assert begun > 100_000


class TestArchives:
    def ask(self, server, at, *members):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, inside in members:
                archive.writestr(name, inside)
        one = kwb(at(loopback.file(content.getvalue()), "kaart.zip"), unpacked_mb=1)
        return fetch_files(one, [2016], fetcher=fetcher(server), say=lambda _: None)[2016]

    def test_an_archive_is_unpacked_beside_itself(self, server, at):
        path = self.ask(server, at, ("wijken.gpkg", b"map"))
        assert (path.with_suffix("") / "wijken.gpkg").read_bytes() == b"map"

    @pytest.mark.parametrize(
        "member", [("../../known/kwb/x.json", b"{}"), ("bomb.csv", bytes(1_000_001))]
    )
    def test_one_that_reaches_out_or_swells_leaves_no_trace(self, server, at, own_cache, member):
        with pytest.raises(SourceFormatError, match="nothing of it was unpacked"):
            self.ask(server, at, ("good.csv", b"good"), member)
        assert nothing_in(own_cache)
        assert cache.known("kwb", "kaart.zip") is None


class TestTheTable:
    def test_every_address_is_https_at_a_named_host(self):
        hosts = addresses.hosts()
        for one in addresses.fetchables().values():
            for year in one.files:
                assert one.address(year).startswith(tuple(f"https://{host}/" for host in hosts))
                assert set(one.seen) <= set(one.files)

    def test_the_region_s_two_editions_have_the_names_that_cbs_gave_them(self):
        one = addresses.fetchable("kwb")
        names = [one.name(2006), one.name(2016)]
        assert names == ["kwb-2006-versie-2011-08-16.xls", "kwb-2016.xls"]

    def test_what_cannot_be_fetched_is_said(self):
        with pytest.raises(MissingDataError, match=r"'kbw' cannot be fetched\. Did you mean 'kwb'"):
            addresses.fetchable("kbw")
        with pytest.raises(UnknownYearError, match="no file for 1987 that can be fetched"):
            addresses.fetchable("kwb").address(1987)

    def test_a_sentence_names_the_command_that_would_add_figures(self):
        told = addresses.would_add("Almere", [2016, 2006])
        assert told == ' `seglib data fetch kwb --year 2006 2016 --place "Almere"` would add them.'
        assert '--place "Rijswijk" "Den Haag"`' in addresses.would_add("Rijswijk, Den Haag", [2006])
        assert addresses.would_add("Almere", [1987]) == addresses.would_add("Almere", []) == ""


class TestTheCommands:
    """``seglib data …`` as a user types it; what needs the network is tried above."""

    @pytest.fixture
    def two_held(self, tmp_path):
        for year in (2013, 2016):
            (tmp_path / f"{year}.xls").write_bytes(XLS + bytes([year % 256]))
            by_hand = ["--from", str(tmp_path / f"{year}.xls")]
            assert cli.main(["data", "fetch", "kwb", "--year", str(year), *by_hand]) == 0

    def test_list_tells_what_is_embedded_fetched_and_still_to_fetch(self, two_held, capsys):
        capsys.readouterr()
        assert cli.main(["data", "list"]) == 0
        told = capsys.readouterr().out
        assert "  ois-amsterdam-panel: 2005, 2009, 2013, 2017, buurtcombinatie, 1 gemeenten" in told
        assert "  kwb/kwb-2016.xls: 0.5 MB, sha256 " in told
        assert "  kwb: Kerncijfers wijken en buurten, 2004-2012, 2014-2015, 2017-2022" in told

    def test_list_says_where_nothing_was_fetched(self, capsys):
        assert cli.main(["data", "list"]) == 0
        assert "  none; what is embedded serves" in capsys.readouterr().out

    def test_verify_names_a_file_that_changed(self, two_held, capsys):
        assert cli.main(["data", "verify"]) == 0
        cache.place_of("kwb", "kwb-2016.xls").write_bytes(b"changed")
        capsys.readouterr()
        assert cli.main(["data", "verify"]) == 2
        told = capsys.readouterr()
        assert "kwb/kwb-2016.xls changed since the fetch" in told.err
        assert "kwb-2013" not in told.err

    def test_clean_removes_files_and_keeps_their_checksums(self, two_held, own_cache, capsys):
        assert cli.main(["data", "clean", "kaart"]) == 0
        assert len(list(cache.held())) == 2
        assert cli.main(["data", "clean"]) == 0
        assert "1.0 MB removed" in capsys.readouterr().out
        assert list(cache.held()) == []
        assert cache.known("kwb", "kwb-2016.xls")
        assert cli.main(["data", "clean", "--forget"]) == 0
        assert [path for path in own_cache.rglob("*") if path.is_file()] == []

    def test_a_file_by_hand_must_be_what_came_before(self, two_held, tmp_path, capsys):
        (tmp_path / "other.xls").write_bytes(XLS)
        ask = ["data", "fetch", "kwb", "--year", "2016", "--from", str(tmp_path / "other.xls")]
        assert cli.main(ask) == 2
        assert "comes with another checksum than" in capsys.readouterr().err
        assert cache.place_of("kwb", "kwb-2016.xls").read_bytes() != XLS

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["kbw", "--year", "2016"], "Did you mean 'kwb'?"),
            (["kwb", "--year", "1987"], "no file for 1987 that can be fetched"),
            (["kwb", "--year", "2016", "--from", "/none.xls"], "There is no file /none.xls"),
        ],
    )
    def test_what_cannot_be_fetched_is_one_sentence(self, words, told, capsys):
        assert cli.main(["data", "fetch", *words]) == 2
        assert told in capsys.readouterr().err
