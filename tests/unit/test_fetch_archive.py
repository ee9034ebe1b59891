"""Does an archive stay inside its folder and its limit, and come out whole or not at all?"""

from __future__ import annotations

import stat
import struct
import warnings
import zipfile

import pytest

from seglib.errors import SourceFormatError
from seglib.sources import archive

LIMIT = 1_000_000


def packed(folder, members, name="kaart.zip"):
    """A zip archive of names (or ZipInfo) and contents."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Duplicate name")
        for member, content in members:
            file.writestr(member, content)
    return path


def special(name, kind):
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


def files_under(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_files_and_folders_come_out_as_they_went_in(tmp_path):
    members = [("kaart/", b""), ("kaart/buurten.shp", b"shape"), ("lees mij.txt", "één".encode())]
    folder = archive.unpack(packed(tmp_path, members), tmp_path / "out", most_bytes=LIMIT)
    assert files_under(folder) == {"kaart/buurten.shp", "lees mij.txt"}
    assert (folder / "lees mij.txt").read_text(encoding="utf-8") == "één"


def test_what_was_there_is_replaced(tmp_path):
    for name in ("first.txt", "second.txt"):
        path = packed(tmp_path, [(name, b"x")])
        folder = archive.unpack(path, tmp_path / "out", most_bytes=LIMIT)
    assert files_under(folder) == {"second.txt"}


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("../outside.txt", "leads outside its folder"),
        ("a/../../outside.txt", "leads outside its folder"),
        ("/etc/outside.txt", "leads outside its folder"),
        ("C:\\outside.txt", "leads outside its folder"),
        ("C:outside.txt", "leads outside its folder"),
        ("a\\..\\..\\outside.txt", "leads outside its folder"),
        (special("link", stat.S_IFLNK), "is a link or no plain file"),
        (special("pipe", stat.S_IFIFO), "is a link or no plain file"),
        ("GOOD.txt", "holds 'GOOD.txt' twice"),
    ],
)
def test_a_name_or_kind_that_has_no_place_stops_the_whole(tmp_path, member, told):
    path = packed(tmp_path, [("good.txt", b"good"), (member, b"/etc/passwd")])
    with pytest.raises(SourceFormatError, match=told):
        archive.unpack(path, tmp_path / "in" / "out", most_bytes=LIMIT)
    assert files_under(tmp_path) == {"kaart.zip"}


def test_one_that_unpacks_beyond_the_limit_is_refused(tmp_path):
    path = packed(tmp_path, [("a.csv", bytes(600_000)), ("b.csv", bytes(600_000))])
    assert path.stat().st_size < 3_000
    with pytest.raises(SourceFormatError, match="more than the limit when unpacked"):
        archive.unpack(path, tmp_path / "out", most_bytes=LIMIT)
    assert files_under(tmp_path) == {"kaart.zip"}
    assert archive.unpack(path, tmp_path / "out", most_bytes=1_200_000)


def test_one_that_lies_about_its_size_is_refused(tmp_path):
    path = packed(tmp_path, [("bomb.csv", bytes(5_000_000))])
    content = path.read_bytes().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    path.write_bytes(content)
    with pytest.raises(SourceFormatError, match=r"cannot be unpacked|more than the limit"):
        archive.unpack(path, tmp_path / "out", most_bytes=LIMIT)
    assert files_under(tmp_path) == {"kaart.zip"}


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    path = packed(tmp_path, [(f"{at}.txt", b"") for at in range(4)])
    with pytest.raises(SourceFormatError, match="holds 4 files, and 3 is the most"):
        archive.unpack(path, tmp_path / "out", most_bytes=LIMIT)


@pytest.mark.parametrize("damage", [lambda c: c[: len(c) // 2], lambda c: b"PK\x03\x04" + c[9:]])
def test_a_damaged_one_is_refused(tmp_path, damage):
    path = packed(tmp_path, [("a.csv", bytes(range(256)) * 50)])
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceFormatError, match="cannot be unpacked"):
        archive.unpack(path, tmp_path / "out", most_bytes=LIMIT)
    assert files_under(tmp_path) == {"kaart.zip"}
