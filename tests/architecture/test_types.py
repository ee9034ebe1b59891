"""Do the types of the public modules hold, as strictly as pyproject.toml says?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_pyright_has_no_remark():
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    remarks = [
        f"{Path(remark['file']).relative_to(ROOT)}:{remark['range']['start']['line'] + 1} "
        f"{remark['message'].splitlines()[0]}"
        for remark in found["generalDiagnostics"]
    ]
    assert remarks == []
    assert found["summary"]["filesAnalyzed"] > 10
