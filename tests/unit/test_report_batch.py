"""A batch makes what is missing or changed and nothing else, whatever ended it before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small_notebook import small_notebook

from seglib.cli.batch import read_places
from seglib.errors import ParameterError, ReportError, UnknownPlaceError
from seglib.report import batch, ledger, reach, shelf
from seglib.report.notes import Notes
from seglib.report.theme import read_theme
from seglib.report.worker import REHEARSE, Job, Outcome, isolated

EXAMPLE = Path(batch.__file__).parent / "themes" / "example" / "example.toml"
PLACES = ["Delft", "Gouda", "Zwolle"]


def notebook(folder: Path, **changes) -> Path:
    """The small notebook, with metadata or a cell of one's own."""
    nb = small_notebook()
    nb.metadata["seglib"].update(changes.get("about", {}))
    nb.cells[6].source += changes.get("more", "")
    folder.mkdir(exist_ok=True)
    nbformat.write(nb, folder / "00_klein.ipynb")
    return folder / "00_klein.ipynb"


def quiet(line):
    return None


def entry(job: Job) -> dict[str, object]:
    texts = dict.fromkeys(("title", "place", "full_title", "description", "number"), "t")
    return {"stem": job.stem, "lang": job.lang, **texts, "formats": job.formats}


@pytest.fixture
def made(monkeypatch):
    """Names of the reports that were made; making is instant and can be told to fail."""
    names: list[str] = []

    def make(job: Job) -> Outcome:
        names.append(job.report)
        if job.parameters["place"] == "Gouda" and job.parameters.get("seed") == 13:
            return Outcome(failed="Notebook 00_klein, cell 7 stopped with ZeroDivisionError")
        content = f"{job.report} {job.parameters}".encode()
        files = {f"{job.report}.{kind}": content for kind in ("html", "ipynb")}
        tables = {"data/regions.toml": ledger.table_checksum("data/regions.toml")}
        return Outcome(files=files, entry=entry(job), tables=tables, cell_seconds=0.5)

    monkeypatch.setattr(batch, "isolated", make)
    return names


def test_a_second_call_makes_nothing_and_a_changed_input_is_made_anew(tmp_path, made, monkeypatch):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    monkeypatch.setattr(batch.site, "write_site", lambda *asked, **look: None)

    def count(**options) -> int:
        made.clear()
        again = batch.make_batch([path], PLACES, out, jobs=1, say=quiet, **options)
        assert sorted([*again.made, *again.kept]) == sorted(again.made.keys() | set(again.kept))
        assert sorted(again.made) == sorted(made)
        return len(made)

    assert [count(), count()] == [3, 0]
    assert count(languages=("nl", "en")) == 6  # each page links to the other language
    assert count(languages=("nl", "en"), parameters={"seed": 2}) == 6
    assert count(languages=("nl", "en")) == 0  # those with another seed have names of their own
    notebook(tmp_path / "in", more="\n# changed")
    assert [count(), count()] == [3, 0]
    notes = {"00-klein-delft": Notes("a.md", "Een voorwoord.")}
    monkeypatch.setattr(batch, "read_notes", lambda folder, stem, lang: notes.get(stem))
    assert count() == 1
    monkeypatch.setattr(ledger, "code_checksum", lambda: "another")
    assert [count(), count()] == [3, 0]
    monkeypatch.setattr(ledger, "table_checksum", lambda name: "another")
    assert count() == 3


def test_a_lost_or_cut_file_is_made_anew(tmp_path, made):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    batch.make_batch([path], PLACES, out, jobs=1, say=quiet)
    (out / "nl" / "00-klein-delft.html").unlink()
    (out / "nl" / "00-klein-gouda.ipynb").write_text("half")
    made.clear()
    batch.make_batch([path], PLACES, out, jobs=1, say=quiet)
    assert sorted(made) == ["nl/00-klein-delft", "nl/00-klein-gouda"]


def test_a_place_that_fails_is_listed_and_stops_no_other(tmp_path, made):
    said: list[str] = []
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    done = batch.make_batch([path], PLACES, out, say=said.append, parameters={"seed": 13})
    (name,) = done.failed
    assert name.startswith("nl/00-klein-gouda") and "cell 7 stopped" in done.failed[name]
    assert len(done.made) == 2
    assert any(line.startswith(f"{name} failed: Notebook 00_klein, cell 7") for line in said)
    assert "3 of 3 reports, 1 failed" in said[-1]
    made.clear()
    batch.make_batch([path], PLACES, out, say=quiet, parameters={"seed": 13})
    assert made == [name]


def test_a_line_that_was_cut_short_is_taken_off_the_ledger(tmp_path, made):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    batch.make_batch([path], PLACES, out, jobs=1, say=quiet)
    content = (out / ledger.NAME).read_bytes()
    (out / ledger.NAME).write_bytes(content[:-40])
    assert len(ledger.read_ledger(out)) == 2
    made.clear()
    batch.make_batch([path], PLACES, out, jobs=1, say=quiet)
    assert len(made) == 1
    lines = (out / ledger.NAME).read_text("utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 3


def test_what_was_half_made_is_gone_and_other_reports_stay_listed(tmp_path, made):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    batch.make_batch([path], ["Delft"], out, say=quiet)
    (out / batch.BENCH).mkdir()
    (out / batch.BENCH / "whole").write_text("half a page")
    done = batch.make_batch([path], ["Gouda"], out, say=quiet)
    assert not (out / batch.BENCH).exists()
    listed = json.loads((out / "reports.json").read_text("utf-8"))
    assert {each["stem"] for each in listed} == {"00-klein-delft", "00-klein-gouda"}
    assert done.index.is_file()


def test_two_batches_do_not_share_a_folder(tmp_path, made):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    out.mkdir()
    (out / ledger.NAME).touch()
    with (
        shelf.alone(out / ledger.NAME),
        pytest.raises(ReportError, match="Another batch is at work in folder 'out'"),
    ):
        batch.make_batch([path], PLACES, out, say=quiet)
    assert made == []


def test_wrong_input_stops_before_anything_runs(tmp_path, made):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    for wrong, error, said in (
        ({"parameters": {"sede": 1}}, ParameterError, "Did you mean 'seed'"),
        ({"parameters": {"seed": "1"}}, ParameterError, "must be a whole number"),
        ({"formats": ("epub",)}, ParameterError, "no format 'epub'"),
    ):
        with pytest.raises(error, match=said):
            batch.make_batch([path], PLACES, out, say=quiet, **wrong)
    with pytest.raises(UnknownPlaceError, match="Delfd"):
        batch.make_batch([path], ["Delfd"], out, say=quiet)
    with pytest.raises(ParameterError, match="does not say for which places"):
        batch.make_batch([path], "all", out, say=quiet)
    with pytest.raises(ReportError, match="holds files that are no reports"):
        batch.make_batch([path], PLACES, tmp_path, say=quiet)
    assert made == [] and not out.exists()


def test_a_notebook_without_place_is_no_batch(tmp_path):
    nb = small_notebook()
    nb.cells[5].source = nb.cells[5].source.replace("place", "plek", 1)
    with pytest.raises(ParameterError, match="has no parameter 'place'"):
        reach.places_for(nb, PLACES, {"lang": "nl"}, "00_klein")


def test_all_are_the_places_that_a_notebook_has_something_to_say_of():
    nb = small_notebook()
    nb.metadata["seglib"]["batch"] = {"rule": "groups", "members": 500, "units": 5}
    known = {"place": "", "years": [], "groups": []}
    names = ["Amsterdam", "Delft", "Rozendaal"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "gemeenten", lambda: names)
        asked, silent = reach.places_for(nb, "all", known, "a")
        assert asked == ["Amsterdam", "Delft"]
        assert "No group besides Nederland has 500 persons" in silent["Rozendaal"]
        nb.metadata["seglib"]["batch"] = {"rule": "every gemeente"}
        assert reach.places_for(nb, "all", known, "a") == (names, {})


def test_every_gemeente_of_2015_is_among_the_places():
    names = reach.gemeenten()
    assert {"Amsterdam", "Den Haag", "Rozendaal", "Bergen (NH.)"} <= set(names)
    assert len(names) == len(set(names)) == 393


def test_a_file_names_places_a_line_each(tmp_path):
    file = tmp_path / "places.txt"
    file.write_text("\ufeffDelft\n\n# a remark\nDen Haag  # with one\n", "utf-8")
    assert read_places(str(file)) == ["Delft", "Den Haag"]
    file.write_text("# none\n", "utf-8")
    with pytest.raises(ParameterError, match="names no place"):
        read_places(str(file))
    with pytest.raises(ParameterError, match=r"'Delft' is no file\. For one place"):
        read_places("Delft")


def test_what_became_of_a_batch_is_told_by_reason(tmp_path):
    left_out = {"01, Bedum": "No figures of Bedum.", "01, Ameland": "No figures of Ameland."}
    asked = {"made": {}, "kept": ("nl/a",), "failed": {"nl/b": "Cell 7 stopped"}}
    done = batch.Batch(index=tmp_path, left_out=left_out, seconds=61.0, **asked)
    assert done.told() == [
        "nl/b failed: Cell 7 stopped",
        "2 left out, 01, Bedum; 01, Ameland: No figures of ….",
        "0 made, 1 there already, 1 failed, 2 left out, in 1:01.",
    ]


def test_an_institutes_look_reaches_the_pages_around_the_reports(tmp_path, made):
    path, out = notebook(tmp_path / "in"), tmp_path / "out"
    theme = read_theme(EXAMPLE)
    pages = ("index.html", "nl/gegevens.html", "nl/methode.html", "en/data.html")

    def look() -> list[bool]:
        return [theme.css() in (out / name).read_text("utf-8") for name in pages]

    batch.make_batch([path], ["Delft"], out, say=quiet)
    assert look() == [False] * len(pages)
    for made_again in (1, 0):
        done = batch.make_batch([path], ["Delft"], out, say=quiet, theme=theme)
        assert (len(done.made), look()) == (made_again, [True] * len(pages))


def test_a_rehearsal_that_fails_is_logged_and_stops_nothing(tmp_path, root):
    coming = json.dumps([[str(tmp_path / "gone.ipynb")], ["nl"], str(tmp_path)])
    ours = os.environ | {"PYTHONPATH": str(root), REHEARSE: coming}
    command = [sys.executable, "-c", "import seglib.report.warm; print('warm')"]
    done = subprocess.run(command, env=ours, capture_output=True, text=True, check=True)
    assert done.stdout == "warm\n"
    assert "rehearse_pages stopped with FileNotFoundError" in done.stderr
    assert "gone.ipynb" in done.stderr and "rehearse_estimates" not in done.stderr


def test_a_process_that_dies_says_in_which_cell(tmp_path):
    path = notebook(tmp_path / "in", more="\nimport os\nos._exit(3)")
    plan = batch.plan_batch([path], ["Delft"], tmp_path / "out")
    (job,) = plan.jobs
    (tmp_path / "out" / batch.BENCH).mkdir(parents=True)
    outcome = isolated(job)
    assert outcome.failed.startswith("Notebook 00_klein, cell 7 took its process with it")


def test_a_worker_with_another_seglib_says_so(tmp_path):
    (job,) = batch.plan_batch([notebook(tmp_path / "in")], ["Delft"], tmp_path / "out").jobs
    assert "runs another seglib" in isolated(batch.replace(job, code="another")).failed


RUN = """
import sys
from pathlib import Path
from seglib.report.batch import make_batch

if __name__ == "__main__":
    done = make_batch([sys.argv[1]], sys.argv[3].split(","), sys.argv[2], jobs=2)
    print(len(done.made), len(done.kept), len(done.failed))
"""


def test_a_batch_that_is_killed_is_completed_by_the_same_call(tmp_path, root):
    """SIGKILL halfway; the proof of tests/verified kills at many moments."""
    path, script, out = notebook(tmp_path / "in"), tmp_path / "run.py", tmp_path / "out"
    script.write_text(RUN, "utf-8")
    command = [sys.executable, str(script), str(path), str(out), ",".join(reach.gemeenten()[:6])]

    def lines() -> list[str]:
        file = out / ledger.NAME
        return file.read_text("utf-8").splitlines() if file.is_file() else []

    ours = os.environ | {"PYTHONPATH": str(root)}
    process = subprocess.Popen(command, env=ours)
    while process.poll() is None and len(lines()) < 2:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    there = {path: path.stat().st_mtime_ns for path in (out / "nl").iterdir()}
    assert 2 <= len(lines()) < 6 and not (out / "index.html").exists()
    done = subprocess.run(command, env=ours, capture_output=True, text=True, check=True).stdout
    made, kept, failed = map(int, done.splitlines()[-1].split())
    assert (made + kept, failed) == (6, 0) and kept >= 2
    assert sum(path.stat().st_mtime_ns == there[path] for path in there) >= 2 * kept
    pages = sorted((out / "nl").glob("00-*.html"))
    assert len(pages) == 6
    assert all(page.read_text("utf-8").rstrip().endswith("</html>") for page in pages)
    assert not (out / batch.BENCH).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no groups of processes to interrupt")
def test_ctrl_c_ends_all_processes_in_silence_and_the_same_call_makes_the_rest(tmp_path, root):
    path = notebook(tmp_path / "in", more="\nif seed == 1:\n    import time\n    time.sleep(0.5)")
    script, out = tmp_path / "run.py", tmp_path / "out"
    script.write_text(RUN, "utf-8")
    command = [sys.executable, str(script), str(path), str(out), ",".join(reach.gemeenten()[:8])]
    ours: dict[str, Any] = {"env": os.environ | {"PYTHONPATH": str(root)}, "text": True}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, start_new_session=True, **pipes, **ours)
    file = out / ledger.NAME
    while process.poll() is None and not (file.is_file() and file.stat().st_size):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the processes of reports as well
    told, errors = process.communicate(timeout=60)
    assert "reports; the same command or call makes what is missing" in told
    assert errors.count("Traceback") == 1 and errors.rstrip().endswith("KeyboardInterrupt")
    assert (out / "index.html").is_file() and not (out / batch.BENCH).exists()
    with pytest.raises(ProcessLookupError):
        while time.monotonic():  # until none of the group is left
            os.killpg(process.pid, 0)
            time.sleep(0.05)
    whole = len(list((out / "nl").glob("00-*.html")))
    done = subprocess.run(command, check=True, **pipes, **ours).stdout
    made, kept, failed = map(int, done.splitlines()[-1].split())
    assert (made + kept, kept, failed) == (8, whole, 0) and 1 <= kept < 8
