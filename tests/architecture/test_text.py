"""What is written in tracked files: style, words, sizes, and nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seglib.language import LANGUAGES, check_wording
from seglib.report.normalise import first_figure

ROOT = Path(__file__).resolve().parents[2]
READ_BY_PEOPLE = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
# A folder of one machine, or the host of a package index: neither works elsewhere.
ELSEWHERE = re.compile(
    r"/(?:home|root|Users|work|tmp|opt|var)/[\w.-]+|[A-Z]:\\Users"
    r"|https?://[^\s\"']*/simple\b|--(?:extra-)?index-url|(?:pypi|registry)\.\w+\.\w+|files\.pythonhosted"
)


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_no_remark(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_names_a_folder_of_one_machine_or_an_index_host():
    here = Path(__file__).resolve()
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {found.group()}"
        for path in tracked()
        if path != here and path.suffix not in {".csv", ".geojson"}
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if (found := ELSEWHERE.search(line))
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", READ_BY_PEOPLE)
def test_texts_at_the_front_door_use_no_unwanted_word(name, lang):
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert check_wording(text, lang) == []


@pytest.mark.parametrize("name", READ_BY_PEOPLE)
def test_files_and_folders_named_at_the_front_door_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    named = re.findall(r"`((?:seglib|tests|data|notebooks|docs)/[\w./-]+)`", text)
    named = [path for path in named if "/NN_" not in path]
    assert [path for path in [*linked, *named] if not (ROOT / path).exists()] == []


def test_no_tracked_file_is_over_2_mb_and_data_stays_under_15_mb():
    sizes = {path: path.stat().st_size for path in tracked()}
    assert {str(path): size for path, size in sizes.items() if size > 2 * 1024**2} == {}
    data = sum(size for path, size in sizes.items() if path.is_relative_to(ROOT / "data"))
    assert data < 15 * 1024**2


def test_text_files_end_their_lines_with_lf():
    kinds = {".py", ".md", ".toml", ".csv", ".geojson", ".ipynb", ".yml", ".yaml", ".lock", ".typ"}
    wrong = [p.name for p in tracked() if p.suffix in kinds and b"\r" in p.read_bytes()]
    assert wrong == []


def test_no_error_is_swallowed_whole_and_no_warning_filtered_whole():
    wrong = []
    for path in tracked("seglib/*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            caught = ast.unparse(node.type) if getattr(node, "type", None) else ""
            if (
                isinstance(node, ast.ExceptHandler)
                and caught in ("", "Exception", "BaseException")
                and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} except {caught}")
    blanket = re.compile(r"(?:filterwarnings|simplefilter)\(\s*\\?[\"']ignore\\?[\"']\s*\)")
    for path in tracked("seglib/*.py", "notebooks/*.ipynb", "tests/*.py"):
        wrong += [f"{path.relative_to(ROOT)} {hit}" for hit in blanket.findall(text_of(path))]
    assert wrong == []


def test_test_modules_have_names_of_their_own():
    names = [path.name for path in tracked("tests/*.py") if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))


def test_every_test_folder_answers_a_known_doubt():
    known = {"unit", "property", "oracle", "notebook", "browser", "architecture", "verified"}
    found = {path.relative_to(ROOT / "tests").parts[0] for path in tracked("tests")}
    folders = {name for name in found if (ROOT / "tests" / name).is_dir()}
    assert folders <= known


def test_the_figure_at_the_front_door_is_the_first_of_the_stored_notebook():
    stored = first_figure(ROOT / "notebooks" / "01_herkomstsegregatie.ipynb")
    shown = (ROOT / "docs" / "amsterdam.svg").read_text(encoding="utf-8")
    assert shown == stored + "\n"
