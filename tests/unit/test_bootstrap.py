"""Set-up: when it is done again, and what it says when it cannot be done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from seglib import bootstrap
from seglib.errors import SetupError

LOCK = """\
pandas==3.0 \\
    --hash=sha256:aa
uv==1.2.3 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via seglib
zict==1
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a lock and an environment that was set up to the end."""
    (tmp_path / "requirements.lock").write_text(LOCK, encoding="utf-8")
    python = bootstrap.environment_python(tmp_path)
    python.parent.mkdir(parents=True)
    python.touch()
    bootstrap.stamp_path(tmp_path).write_text(bootstrap.stamp_text(tmp_path), encoding="utf-8")
    return tmp_path


def test_a_finished_set_up_is_not_done_again(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap, "fetch_uv", lambda *_: pytest.fail("set up again"))
    assert bootstrap.is_ready(checkout)
    bootstrap.set_up(checkout)


def test_a_changed_lock_is_set_up_again(checkout):
    (checkout / "requirements.lock").write_text(LOCK.replace("3.0", "3.1"), encoding="utf-8")
    assert not bootstrap.is_ready(checkout)


def test_another_python_is_set_up_again(checkout, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert not bootstrap.is_ready(checkout)


def test_a_moved_checkout_is_set_up_again(checkout, tmp_path):
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    checkout.rename(moved)
    assert not bootstrap.is_ready(moved)


def test_an_interrupted_set_up_is_done_again(checkout, monkeypatch):
    (checkout / "requirements.lock").write_text(LOCK + "\n", encoding="utf-8")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "fetch_uv", interrupt)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.set_up(checkout)
    (checkout / "requirements.lock").write_text(LOCK, encoding="utf-8")
    assert not bootstrap.is_ready(checkout)


def test_uv_comes_from_the_lock_with_all_its_hashes():
    wanted = "uv==1.2.3 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    assert bootstrap.uv_requirement(LOCK) == wanted


def test_a_lock_without_uv_says_so():
    with pytest.raises(SetupError, match="pins no uv"):
        bootstrap.uv_requirement("pandas==3.0\n")


def test_the_committed_lock_pins_uv(root):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in bootstrap.uv_requirement(lock)


def test_a_python_without_pip_gets_the_cure(checkout, monkeypatch):
    (checkout / ".tools").mkdir()
    monkeypatch.setattr(bootstrap, "base_python", lambda: sys.executable)  # .venv has no pip
    with pytest.raises(SetupError, match=r"needs pip.*apt install python3-pip.*try again") as told:
        bootstrap.fetch_uv(checkout, checkout / ".tools")
    assert "\n" not in str(told.value)


def test_uv_uses_the_index_that_pip_is_set_to(monkeypatch):
    settings = ":env:.timeout='9'\nglobal.extra-index-url='file:///x'\nglobal.index-url='there'\n"
    monkeypatch.setattr(bootstrap, "run_step", lambda *_: settings)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    assert bootstrap.package_index() == "there"
    monkeypatch.setattr(bootstrap, "run_step", lambda *_: "global.extra-index-url='file:///x'")
    assert bootstrap.package_index() is None


def test_an_old_python_is_named(checkout, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    with pytest.raises(SetupError, match=r"needs Python 3\.11 or newer"):
        bootstrap.set_up(checkout)


def test_a_program_that_fails_is_quoted_in_one_sentence():
    command = [sys.executable, "-c", "import sys; sys.exit('noise\\nerror: disk full.\\nmore')"]
    with pytest.raises(SetupError, match=r"^It stopped \(error: disk full\)\. Make room\.$"):
        bootstrap.run_step(command, "It stopped", "Make room.")


def test_the_public_face_needs_the_standard_library_only(root):
    code = "import seglib, seglib.bootstrap, seglib.cli; print(seglib.SeglibError.__name__)"
    done = subprocess.run(
        [bootstrap.base_python(), "-S", "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("SeglibError\n", "")
