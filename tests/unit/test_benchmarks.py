"""The benchmarks' own rules: no time where values differ, and a page that says what it is."""

from __future__ import annotations

import re

import pytest

from benchmarks import report, reports, run, tasks
from benchmarks.worlds import World


def side(values, draws=None, seconds=1.0):
    return {"values": values, "draws": draws, "seconds": seconds, "scaled": False, "peak_mb": 100.0}


@pytest.mark.parametrize(
    ("ours", "peer", "said"),
    [
        (side({"D": 0.5}), side({"D": 0.5 + 1e-10}), ""),
        (side({"D": 0.5}), side({"D": 0.5 + 1e-8}), "D is 0.5 with us"),
        (side({"D": 0.5}), side({"D": float("nan")}), "nan with the peer"),
        (side({}, (0.10, 0.0, 500)), side({}, (0.11, 0.01, 500)), "draws average 0.1 with us"),
        (side({}, (0.10, 0.0, 500)), side({}, (0.101, 0.01, 500)), ""),
        (side({}, (0.10, 0.0, 500)), side({}, (0.20, 0.01, 3)), ""),
    ],
)
def test_values_that_differ_are_told_in_place_of_a_time(ours, peer, said):
    found = run.disagreement(ours, peer)
    assert (said in found) if said else found == ""


def test_a_world_is_seeded_and_marked_synthetic():
    assert (World(60).counts == World(60).counts).all()
    assert World(60).table.source == "synthetic"


def test_every_task_that_seglib_can_do_runs_on_a_small_world():
    small = {"D", "isolation", "H + M"}
    for task in tasks.TASKS:
        if task.name in small:
            assert all(0.0 < value < 1.0 for value in task.ours(World(60)).values.values())


def test_the_page_gives_ratio_target_and_verdict():
    row = {"task": "D", "n_units": 480, "code": "new", "target_ratio": 10, "target_seconds": None}
    row |= {"ours": side({}), "peer": side({}, seconds=12.0) | {"name": "PySAL"}, "ratio": 12.0}
    failed = row | {"task": "M", "error": "M is 1 with us and 2 with the peer"}
    found = {
        "machine": {"processor": "one", "cores": 2, "memory_gb": 24},
        "versions": {"Python": "3.11"},
        "rows": {"D @ 480": row, "M @ 480": failed},
        "skipped": {"kNN": "seglib.knn"},
        "start": {
            "import_seglib": 0.01,
            "import_measures": 0.5,
            "first_call": 0.6,
            "without_scipy": 0.2,
        },
    }
    page = report.as_markdown(found, "new")
    assert "| D | 480 | 1 s | 12 s | 12.0× | 10× | yes | 100 | 100 |" in page
    assert "| M |" not in page
    assert "No time for M at 480 units: M is 1 with us and 2 with the peer" in page
    assert "on disk 600 ms (under 0.5 s), 200 ms where scipy.linalg is loaded" in page
    assert "Not measured: kNN; seglib has no `seglib.knn` yet." in page
    assert "| D † |" in report.as_markdown(found, "newer")


def test_the_page_of_reports_compares_with_our_batch():
    loop = {"notebook": "01", "way": "papermill in a loop", "n": 2, "each": 6.0, "load": 0.1}
    ours = loop | {"way": "seglib batch", "each": 0.5, "overhead": 0.25, "processor": 0.4}
    page = reports.as_markdown([loop, ours])
    assert "| 01 | papermill in a loop | 2 | ~6.00 | 12.0× |  |  | 0.1 |" in page
    assert "| 01 | seglib batch | 2 | 0.50 |  | 0.25 | 0.40 | 0.1 |" in page


def test_the_lock_of_the_peers_has_hashes_and_no_address(root):
    lock = (root / "benchmarks" / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\S+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert re.search(r"://|^-|@ file", lock, flags=re.MULTILINE) is None
    assert {"segregation", "equipop"} <= {block.split("==")[0] for block in blocks}
