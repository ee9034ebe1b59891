"""Working copies: one language, no outputs, and nobody's work overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from seglib import lab
from seglib.errors import ParameterError


@pytest.fixture
def source(tmp_path):
    """A folder with one small notebook in two languages."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shown = new_output("stream", text="43,2")
    cells = [
        new_markdown_cell("# Vraag", metadata={"tags": ["nl"]}),
        new_markdown_cell("# Question", metadata={"tags": ["en"]}),
        new_code_cell(
            'place = "Amsterdam"  # gemeente\nlang = "nl"  # taal\nshow_names = False  # names',
            metadata={"tags": ["parameters"]},
        ),
        new_code_cell("print(lang)", execution_count=2, outputs=[shown]),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "01_klein.ipynb")
    return folder


def make(source, *, lang="en", fresh=False):
    folder = source.parent / ".lab" / lang
    lines = list(lab.make_working_copies(source, folder, lang=lang, fresh=fresh))
    return lines, folder / "01_klein.ipynb"


def test_a_working_copy_is_in_one_language_and_without_outputs(source):
    lines, copy = make(source)
    cells = nbformat.read(copy, as_version=4).cells
    assert lines == ["copied 01_klein.ipynb (en)"]
    assert [cell.source for cell in cells] == [
        "# Question",
        'place = "Amsterdam"  # gemeente\nlang = "en"  # taal\nshow_names = True  # names',
        "print(lang)",
    ]
    assert cells[-1].outputs == []


def test_the_committed_notebook_stays_as_it_is(source):
    before = (source / "01_klein.ipynb").read_bytes()
    make(source)
    assert (source / "01_klein.ipynb").read_bytes() == before


def test_work_in_a_copy_is_kept_unless_a_fresh_one_is_asked(source):
    _, copy = make(source)
    copy.write_text("my work", encoding="utf-8")
    lines, _ = make(source)
    assert lines[0].startswith("kept 01_klein.ipynb")
    assert copy.read_text(encoding="utf-8") == "my work"
    make(source, fresh=True)
    assert copy.read_text(encoding="utf-8") != "my work"


def test_a_parameters_cell_without_language_is_named():
    with pytest.raises(ParameterError, match='needs the line `lang = "nl"`'):
        lab.set_language("place = 'Amsterdam'  # gemeente", "en")


def test_jupyterlab_asks_no_question_about_news_and_looks_for_no_newer_version():
    from jupyterlab.labapp import LabApp  # heavy, and for this test alone

    app = LabApp()
    app.parse_command_line(list(lab.SERVER))
    told = json.loads(Path(app.app_settings_dir, "overrides.json").read_text(encoding="utf-8"))
    schemas = Path(app.app_dir, "schemas", "@jupyterlab", "apputils-extension")
    known = json.loads((schemas / "notification.json").read_text(encoding="utf-8"))["properties"]
    ((plugin, asked),) = told.items()
    assert plugin == "@jupyterlab/apputils-extension:notification"
    assert asked == {"checkForUpdates": False, "fetchNews": "false"}
    assert asked["fetchNews"] in [one["const"] for one in known["fetchNews"]["oneOf"]]
    assert app.check_for_updates_class.__name__ == "NeverCheckForUpdate"
