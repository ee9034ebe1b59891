"""Set-up from nothing: pinned uv, a virtual environment, the hashed lock. Standard library only.

``python3 -m seglib`` comes here before anything heavy is imported. In a checkout the work is done
by the Python of ``.venv``, which is made when it is missing or when the lock, the interpreter or
the folder has changed since; an installed seglib uses the Python it is installed in.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from seglib.errors import SetupError

OLDEST_PYTHON = (3, 11)


def checkout_folder() -> Path | None:
    """The checkout this package is read from, or None when seglib is installed as a package."""
    folder = Path(__file__).resolve().parent.parent
    return folder if (folder / "requirements.lock").is_file() else None


def is_installed() -> bool:
    """Whether the running Python has seglib as an installed distribution."""
    try:
        importlib.metadata.distribution("seglib")
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def continue_when_ready(arguments: Sequence[str]) -> None:
    """Return when this Python is the prepared one; else prepare it and start again with it."""
    root = checkout_folder()
    if root is None or is_installed():
        return
    if not is_ready(root):
        set_up(root)
    if Path(sys.prefix).resolve() != (root / ".venv").resolve():
        restart(environment_python(root), arguments)


def is_ready(root: Path) -> bool:
    """Whether the environment was set up to the end from the lock and Python as they now are."""
    stamp = stamp_path(root)
    return (
        environment_python(root).exists()
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8") == stamp_text(root)
    )


def stamp_path(root: Path) -> Path:
    """The file that is written when set-up has reached its end."""
    return root / ".venv" / "seglib-set-up.txt"


def stamp_text(root: Path) -> str:
    """What the environment depends on: the lock (uv's own pin is in it), Python and the folder."""
    digest = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    python = f"{platform.python_implementation()} {platform.python_version()} {platform.machine()}"
    return f"lock {digest}\npython {python}\nfolder {root}\n"


def environment_python(root: Path) -> Path:
    """The Python of the prepared environment, there or not."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(root: Path) -> None:
    """Make ``.venv`` from the lock; what an earlier, interrupted set-up left is done again."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"seglib needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer and this is "
            f"{platform.python_version()} ({sys.executable}). Start it with a newer one, "
            "for example `make reports PYTHON=python3.12`."
        )
    tools = root / ".tools"
    tools.mkdir(exist_ok=True)
    with _one_at_a_time(tools / "set-up.lock"):
        if is_ready(root):
            return
        stamp_path(root).unlink(missing_ok=True)
        uv = fetch_uv(root, tools)
        _install(root, uv)
        stamp_path(root).write_text(stamp_text(root), encoding="utf-8")
    _tell("ready")


def fetch_uv(root: Path, tools: Path) -> Path:
    """The uv that the lock pins, fetched by pip into ``tools`` unless it is there."""
    requirement = uv_requirement((root / "requirements.lock").read_text(encoding="utf-8"))
    version = requirement.split("==")[1].split()[0]
    uv = _find_uv(tools)
    if uv is not None and _prints(uv, f"uv {version}"):
        return uv
    python = base_python()
    run_step(
        [python, "-m", "pip", "--version"],
        f"Setting up needs pip, and {python} has none",
        "Install it (Debian and Ubuntu: `apt install python3-pip`) or run "
        f"`{python} -m ensurepip --user`, then try again.",
    )
    _tell(f"fetching uv {version}")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "uv.txt"
        wanted.write_text(requirement, encoding="utf-8")
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--upgrade", "--require-hashes", "--target", str(tools), "-r", str(wanted)]
        run_step(
            command,
            f"pip could not fetch uv {version}",
            "Check that this machine reaches a package index, then try again.",
        )
    uv = _find_uv(tools)
    if uv is None:
        raise SetupError(f"pip fetched uv {version} but {tools} holds no uv program. Remove it.")
    return uv


def uv_requirement(lock: str) -> str:
    """The lines of a lock that pin uv with its hashes."""
    found = re.search(r"^uv==(?:[^\n]*\\\n)*[^\n]*", lock, flags=re.MULTILINE)
    if found is None:
        raise SetupError(
            "requirements.lock pins no uv, with which set-up installs the rest. "
            "Take the committed lock back, or add uv to the dev extra and run `seglib lock`."
        )
    return found.group() + "\n"


def package_index() -> str | None:
    """The index that pip is set to use, if not the usual one; uv does not read pip's settings."""
    if "UV_DEFAULT_INDEX" in os.environ:
        return None
    try:
        settings = run_step([base_python(), "-m", "pip", "config", "list"], "No pip settings", "")
    except SetupError:  # a uv that is there needs no pip
        return None
    found = re.search(r"\.index-url='([^']+)'", settings)
    return found.group(1) if found else None


def restart(python: Path, arguments: Sequence[str]) -> None:
    """Continue as ``python -m seglib arguments`` in the prepared environment; does not return."""
    command = [str(python), "-m", "seglib", *arguments]
    environment = _environment(python.parent.parent)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # exec on Windows gives the prompt back before the work is done
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(command[0], command, environment)


def _install(root: Path, uv: Path) -> None:
    """Fill a fresh environment with what the lock names, compiled, and seglib beside it."""
    python = environment_python(root)
    cure = "Check that this machine reaches a package index and has room on disk, then try again."
    _tell("installing the packages of requirements.lock (once; half a minute to two minutes)")
    command = [str(uv), "venv", "--quiet", "--clear", "--no-project", "--python", base_python()]
    run_step([*command, str(root / ".venv")], "uv could not make the environment .venv", cure)
    command = [str(uv), "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    if index := package_index():
        command += ["--default-index", index]
    run_step(
        [*command, "--python", str(python), str(root / "requirements.lock")],
        "uv could not install requirements.lock",
        cure,
    )
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run_step([str(python), "-c", where], "The new environment does not run", cure))
    (packages / "seglib-checkout.pth").write_text(f"{root}\n", encoding="utf-8")
    run_step(
        [str(python), "-m", "compileall", "-q", str(root / "seglib")],
        "seglib itself does not compile",
        "Undo the last change to it, or read what is said here, then try again.",
    )


def run_step(command: Sequence[str], trouble: str, cure: str) -> str:
    """Run a step of the set-up; a failure becomes one message with its reason and the cure."""
    try:
        done = subprocess.run(
            command, env=_environment(), capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise SetupError(f"{trouble}: {error}. {cure}") from error
    if done.returncode:
        raise SetupError(f"{trouble} ({_reason(done.stderr or done.stdout)}). {cure}")
    return done.stdout.strip()


def _reason(said: str) -> str:
    """The line of a program's output that tells what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it did not say why"]
    telling = [line for line in lines if "error" in line.lower()]
    return (telling or lines[-1:])[0].rstrip(".:")


def _environment(prepared: Path | None = None) -> dict[str, str]:
    """This process's environment without what would lead pip, uv or Python elsewhere."""
    astray = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV")
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    kept["UV_PYTHON_DOWNLOADS"] = "never"
    if prepared is not None:
        kept["VIRTUAL_ENV"] = str(prepared)
        programs = environment_python(prepared.parent).parent
        kept["PATH"] = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    return kept


def base_python() -> str:
    """The interpreter that virtual environments are made from; it is the one that has pip."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _find_uv(tools: Path) -> Path | None:
    folders = os.pathsep.join([str(tools / "bin"), str(tools / "Scripts")])
    found = shutil.which("uv", path=folders)
    return Path(found) if found else None


def _prints(program: Path, wanted: str) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.startswith(f"{wanted} ") or done.stdout.strip() == wanted


@contextmanager
def _one_at_a_time(path: Path) -> Generator[None, None, None]:
    """Let a second command wait until the first has set up, where the system can lock files."""
    with path.open("w", encoding="utf-8") as handle:
        try:
            import fcntl
        except ImportError:  # Windows
            pass
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _tell(step: str) -> None:
    print(f"seglib set-up: {step}", file=sys.stderr, flush=True)
