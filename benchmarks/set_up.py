"""Make the environment of the benchmarks from their own lock, then measure in it.

The peers bring packages that the project does not want, so they live in ``benchmarks/.venv`` and
never beside seglib's own. Standard library and ``seglib.bootstrap`` only.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from seglib import bootstrap
from seglib.errors import SetupError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LOCK = HERE / "requirements.lock"
CURE = "Check that this machine reaches a package index and has room on disk, then try again."


def main(arguments: Sequence[str]) -> int:
    """Set up when lock or Python changed, and hand the arguments on to ``benchmarks.run``."""
    try:
        python = prepared_python()
    except SetupError as error:
        print(f"seglib: {error}", file=sys.stderr)
        return 2
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(python), "-m", "benchmarks.run", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=kept, check=False).returncode
    if not arguments:  # reports are measured with the project's own packages
        whole = [sys.executable, "-m", "benchmarks.reports"]
        code = subprocess.run(whole, cwd=ROOT, check=False).returncode or code
    return code


def prepared_python() -> Path:
    """The Python of ``benchmarks/.venv``, made anew when what it depends on has changed."""
    python = bootstrap.environment_python(HERE)
    stamp = bootstrap.stamp_path(HERE)
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    wanted = f"lock {digest}\npython {platform.python_version()}\nfolder {ROOT}\n"
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    (ROOT / ".tools").mkdir(exist_ok=True)
    uv = str(bootstrap.fetch_uv(ROOT, ROOT / ".tools"))
    print("seglib set-up: installing the peers of benchmarks/requirements.lock", file=sys.stderr)
    make = [uv, "venv", "--quiet", "--clear", "--no-project", "--python", bootstrap.base_python()]
    bootstrap.run_step([*make, str(python.parents[1])], "uv could not make benchmarks/.venv", CURE)
    fill = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    fill += ["--python", str(python)]
    if index := bootstrap.package_index():
        fill += ["--default-index", index]
    bootstrap.run_step(
        [*fill, str(LOCK)], "uv could not install benchmarks/requirements.lock", CURE
    )
    stamp.write_text(wanted, encoding="utf-8")
    return python


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
