"""Does what is declared, locked and built agree, and does the built wheel work by itself?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from seglib import bootstrap

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
CONDA_NAMES = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))


def base() -> dict[str, Requirement]:
    """What a plain install needs, by name."""
    return by_name(PROJECT["dependencies"])


def by_name(lines: list[str]) -> dict[str, Requirement]:
    found = map(Requirement, lines)
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def pins() -> dict[str, list[Version]]:
    """The versions that the lock holds; more than one where a marker chooses."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", LOCK, flags=re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def environment() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_the_lock_pins_everything_that_is_declared_within_its_bounds():
    declared = dict(base())
    for lines in PROJECT["optional-dependencies"].values():
        declared |= by_name(lines)
    locked = pins()
    assert set(declared) <= set(locked)
    outside = [
        f"{requirement} but {version}"
        for name, requirement in declared.items()
        for version in locked[name]
        if version not in requirement.specifier
    ]
    assert outside == []


def test_the_lock_has_hashes_and_no_address():
    blocks = re.split(r"^(?=\S+==)", LOCK, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert re.search(r"://|^-|@ file", LOCK, flags=re.MULTILINE) is None


def test_environment_yml_holds_the_same_packages_and_bounds_as_pyproject():
    lines = [line for line in environment()["dependencies"] if isinstance(line, str)]
    conda = {}
    for requirement in map(Requirement, lines):
        conda[requirement.name] = str(requirement.specifier)
    assert conda.pop("python") == PROJECT["requires-python"]
    assert conda.pop("pip") == ""
    names = CONDA_NAMES["conda"]
    wanted = {names.get(name, name): str(r.specifier) for name, r in base().items()}
    assert conda == wanted


def test_environment_yml_installs_the_extras_by_pip():
    (pip,) = [line["pip"] for line in environment()["dependencies"] if isinstance(line, dict)]
    extras = ",".join(PROJECT["optional-dependencies"])
    assert pip == [f"-e .[{extras}]"]


def test_seven_named_packages_stand_in_the_base():
    named = {"jupyterlab", "pandas", "geopandas", "seaborn", "numba", "papermill", "nbval"}
    assert named <= set(base())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built without fetching anything."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (built,) = folder.glob("seglib-*.whl")
    return built


def test_the_wheel_carries_data_templates_and_types(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    files = run(["git", "ls-files", "data", "seglib"], ROOT).split()
    wanted = {f"seglib/{f}" if f.startswith("data/") else f for f in files}
    assert wanted <= held
    assert "seglib/py.typed" in held
    assert "seglib/data/sources.toml" in held
    assert any(name.startswith("seglib/report/templates/") for name in held)
    assert not any("__pycache__" in name for name in held)


def test_the_installed_wheel_loads_amsterdam_2017_from_another_folder(wheel, tmp_path):
    uv = uv_program()
    run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, ".venv"], tmp_path)
    python = bootstrap.environment_python(tmp_path)
    install = [uv, "pip", "install", "--quiet", "--python", str(python), str(wheel)]
    install += ["--constraint", str(ROOT / "requirements.lock")]
    try:
        run([*install, "--offline"], tmp_path)
    except AssertionError:  # a cache that holds no copy: the package index has one
        run(install, tmp_path)
    code = (
        "import json, seglib; from seglib import load_counts; t = load_counts('Amsterdam', 2017); "
        "print(json.dumps([seglib.__file__, t.year, t.n_units, t.total]))"
    )
    file, year, n_units, total = json.loads(run([str(python), "-c", code], tmp_path))
    assert Path(file).is_relative_to(tmp_path / ".venv")
    assert year == 2017
    assert n_units > 50
    assert 800_000 < total < 900_000


def uv_program() -> str:
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    found = found or shutil.which("uv", path=str(ROOT / ".tools" / "bin"))
    assert found, "uv stands in the dev extra; run `make setup`"
    return found


def run(command: list[str], folder: Path) -> str:
    """Run a program elsewhere, as somebody without our environment variables would."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
