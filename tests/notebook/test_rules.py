"""The static rules of a notebook: its cells, its parameters, its two languages, its outputs."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

import seglib
from seglib.language import LANGUAGES, check_wording
from seglib.report.normalise import normalise
from seglib.report.parameters import default_parameters

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FIGURE = "application/vnd.seglib.figure+json"
TABLE = "application/vnd.seglib.table+json"
TAGS = {"nl", "en", "setup", "parameters", "figure", "table", "prose", "claim", "summary"}
TAGS |= {"exercise", "toy", "colophon", "series", "one-year", "certainty"}
STATEMENTS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda)
ADDRESS = re.compile(r"://|^[~./]+/|\.(?:csv|toml|json|geojson|xlsx?|ipynb|html|svg)$|^data/")
LONGEST = 12

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def tags(cell: nbformat.NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def code_cells(path: Path) -> list[tuple[int, nbformat.NotebookNode]]:
    """The code cells with their position, counted from 1."""
    return [(n, c) for n, c in enumerate(read(path).cells, 1) if c.cell_type == "code"]


def outputs(cell: nbformat.NotebookNode, kind: str) -> list[dict]:
    return [o["data"][kind] for o in cell.outputs if kind in o.get("data", {})]


def test_there_are_notebooks_and_a_register_of_their_runs():
    assert NOTEBOOKS
    runs = tomllib.loads((FOLDER / "runs.toml").read_text(encoding="utf-8"))["run"]
    assert {run["notebook"] for run in runs} == {path.stem for path in NOTEBOOKS}
    for path in NOTEBOOKS:
        canonical = [run for run in runs if run["notebook"] == path.stem and run["canonical"]]
        stored = default_parameters(read(path), path.stem)
        wanted = {
            name: value for name, value in stored.items() if name not in ("lang", "show_names")
        }
        assert wanted in [{name: run.get(name) for name in wanted} for run in canonical]


@every_notebook
def test_a_notebook_says_number_title_and_description_in_both_languages(path):
    about = read(path).metadata["seglib"]
    assert path.name.startswith(f"{about['number']}_")
    for part in ("title", "description"):
        assert all(about[part][lang].strip() for lang in ("nl", "en"))


@every_notebook
def test_the_one_parameters_cell_holds_literals_each_with_a_comment(path):
    parameters = default_parameters(read(path), path.stem)
    assert parameters["lang"] == "nl"
    assert parameters["fast"] is True
    assert isinstance(parameters["seed"], int)
    (cell,) = [cell for _, cell in code_cells(path) if "parameters" in tags(cell)]
    bare = [line for line in cell.source.splitlines() if line.strip() and "  # " not in line]
    assert bare == []


@every_notebook
def test_code_cells_are_short_and_only_call(path):
    wrong = []
    for position, cell in code_cells(path):
        if len(cell.source.splitlines()) > LONGEST:
            wrong.append(f"cell {position} has over {LONGEST} lines")
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, STATEMENTS):
                wrong.append(f"cell {position}: {type(node).__name__} belongs in the package")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                wrong += [f"cell {position}: {node.value!r}"] * bool(ADDRESS.search(node.value))
    assert wrong == []


@every_notebook
def test_a_notebook_imports_public_names_only(path):
    wrong = []
    for position, cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                wrong += [
                    f"cell {position}: import {alias.name}"
                    for alias in node.names
                    if alias.name.startswith("seglib.")
                ]
            elif isinstance(node, ast.ImportFrom):
                names = {alias.name for alias in node.names}
                deep = (node.module or "").startswith("seglib.")
                if deep or (node.module == "seglib" and not names <= set(seglib.__all__)):
                    wrong.append(f"cell {position}: {ast.unparse(node)}")
            elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                wrong.append(f"cell {position}: {ast.unparse(node)}")
    assert wrong == []


@every_notebook
def test_each_dutch_cell_is_followed_by_its_english_twin(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "markdown"]
    langs = [sorted(tags(cell) & {"nl", "en"}) for cell in cells]
    assert all(len(found) == 1 for found in langs), "each markdown cell is tagged nl or en"
    assert langs == [["nl"], ["en"]] * (len(cells) // 2)
    everything = read(path).cells
    for place, cell in enumerate(everything):
        if cell.cell_type == "markdown" and "nl" in tags(cell):
            twin = everything[place + 1]
            assert "en" in tags(twin), f"cell {place + 1} has no twin next to it"
            assert tags(cell) - {"nl"} == tags(twin) - {"en"}
            levels = [re.findall(r"^#+(?= )", c.source, re.MULTILINE) for c in (cell, twin)]
            assert levels[0] == levels[1], f"cell {place + 1} and its twin differ in headings"


@every_notebook
def test_tags_are_known_and_the_summary_stands_last(path):
    cells = read(path).cells
    used = set().union(*map(tags, cells))
    assert {tag for tag in used if not re.fullmatch(r"label:[a-z][a-z-]*", tag)} <= TAGS
    found = [place for place, cell in enumerate(cells) if "summary" in tags(cell)]
    assert found
    assert found == list(range(found[0], len(cells)))


@every_notebook
def test_every_figure_and_table_has_what_replaces_seeing_it(path):
    wrong = []
    for position, cell in code_cells(path):
        figures, tables = outputs(cell, FIGURE), outputs(cell, TABLE)
        for kind, found in (("figure", figures), ("table", tables)):
            if kind in tags(cell) and cell.outputs and not found:  # none: nothing to show here
                wrong.append(f"cell {position} is tagged {kind} and shows none")
        for about in figures:
            missing = [
                k for k in ("title", "alt", "caption", "source", "table") if not about.get(k)
            ]
            wrong += [f"cell {position}: a figure without {name}" for name in missing]
        for about in tables:
            missing = [k for k in ("caption", "columns", "rows") if not about.get(k)]
            wrong += [f"cell {position}: a table without {name}" for name in missing]
        for kind, needed in (("image/svg+xml", FIGURE), ("text/html", TABLE)):
            if len(outputs(cell, kind)) > len(outputs(cell, needed)):
                wrong.append(f"cell {position}: {kind} that does not come from seglib.figures")
        wrong += [f"cell {position}: a PNG, which nbval does not compare"] * bool(
            outputs(cell, "image/png")
        )
    assert wrong == []


@every_notebook
def test_written_prose_claims_no_cause_and_uses_no_unwanted_word(path):
    wrong = []
    for position, cell in enumerate(read(path).cells, 1):
        for lang in sorted(tags(cell) & set(LANGUAGES)):
            wrong += [f"cell {position}: {line}" for line in check_wording(cell.source, lang)]
    assert wrong == []


@every_notebook
def test_stored_outputs_are_complete_and_without_error_or_warning(path):
    wrong = []
    for position, cell in code_cells(path):
        if cell.execution_count is None:  # nbval would compare nothing
            wrong.append(f"cell {position} was not run")
        for output in cell.outputs:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                wrong.append(f"cell {position} shows an error or a warning")
    assert wrong == []


@every_notebook
def test_a_notebook_is_stored_in_normal_form(path):
    text = nbformat.writes(normalise(read(path)))
    assert path.read_text(encoding="utf-8").rstrip("\n") == text.rstrip("\n")


@every_notebook
def test_nothing_is_hidden_from_nbval(path):
    hidden = re.compile(r"NBVAL_|nbval-(?:ignore|skip|raises)|raises-exception")
    assert hidden.findall(path.read_text(encoding="utf-8")) == []
