"""The command line: what each command calls, and how an error looks."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from seglib import bootstrap, cli
from seglib.errors import ParameterError, SetupError, UnknownPlaceError


@pytest.fixture(autouse=True)
def ready(monkeypatch):
    """The environment is the one these tests run in."""
    monkeypatch.setattr(bootstrap, "continue_when_ready", lambda _: None)


@pytest.fixture
def called(monkeypatch):
    """The commands that would have been started."""
    commands = []
    monkeypatch.setattr(cli, "call", lambda command: commands.append(list(command)) or 0)
    return commands


def stand_in(monkeypatch, module: str, **functions) -> None:
    """Put a module with these functions where the command looks for the real one."""
    fake = ModuleType(module)
    for name, function in functions.items():
        setattr(fake, name, function)
    monkeypatch.setitem(sys.modules, module, fake)


def test_help_lists_each_command_in_one_line_and_the_size(capsys):
    assert cli.main(["help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines[1:] if line.startswith("  ")]
    assert names == list(cli.SUMMARIES)
    assert "of 6,000" in lines[-1]
    assert "of 20,000" in lines[-1]
    assert max(map(len, lines)) <= 100


def test_no_command_shows_the_help(capsys):
    assert cli.main([]) == 0
    assert "reports" in capsys.readouterr().out


def test_an_error_of_seglib_is_one_line_and_exit_code_2(monkeypatch, capsys):
    def make_reports(*_):
        raise UnknownPlaceError("No place is called 'Amsterdm'; nearest: Amsterdam.")

    stand_in(monkeypatch, "seglib.report.run", make_reports=make_reports)
    assert cli.main(["reports"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "seglib: No place is called 'Amsterdm'; nearest: Amsterdam.\n")


def test_an_interrupt_is_exit_code_130(monkeypatch):
    def make_reports(*_):
        raise KeyboardInterrupt

    stand_in(monkeypatch, "seglib.report.run", make_reports=make_reports)
    assert cli.main(["reports"]) == 130


def test_tests_pass_their_words_on_to_pytest(called):
    cli.main(["test", "-k", "bounds", "tests/unit"])
    assert called == [[sys.executable, "-m", "pytest", "-k", "bounds", "tests/unit"]]


@pytest.mark.parametrize(
    ("command", "started"), [("bench", ["-m", "benchmarks.set_up"]), ("verify", ["tests/verified"])]
)
def test_heavy_commands_pass_their_words_on_to_their_folder(called, command, started):
    cli.main([command, "--worlds", "200", "coverage"])
    assert called == [[sys.executable, *started, "--worlds", "200", "coverage"]]


def test_other_commands_refuse_what_they_do_not_know(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["reports", "--fsat"])
    assert stop.value.code == 2
    assert "unknown argument '--fsat'" in capsys.readouterr().err


def test_the_exit_code_of_the_tests_is_kept(monkeypatch):
    monkeypatch.setattr(cli, "call", lambda _: 5)
    assert cli.main(["test"]) == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("years=[2009, 2013]", ("years", [2009, 2013])),
        ("fast=True", ("fast", True)),
        ("place=Den Haag", ("place", "Den Haag")),
        ("place='Den Haag'", ("place", "Den Haag")),
        ("level=", ("level", "")),
    ],
)
def test_parameters_are_literals_or_else_text(text, value):
    assert cli.read_parameter(text) == value


@pytest.mark.parametrize("text", ["years", "=3", "my year=3"])
def test_a_parameter_without_name_or_value_is_refused(text):
    with pytest.raises(ParameterError, match=r"NAME=VALUE.*For example"):
        cli.read_parameter(text)


def test_data_build_needs_the_folder(tmp_path, capsys):
    assert cli.main(["data", "build", "--raw", str(tmp_path / "none")]) == 2
    assert "none' is none. Name it with --raw FOLDER" in capsys.readouterr().err


def test_an_installed_package_says_that_it_is_no_checkout(monkeypatch):
    monkeypatch.setattr(bootstrap, "checkout_folder", lambda: None)
    with pytest.raises(SetupError, match="needs a checkout"):
        cli.checkout()


def test_a_notebook_is_found_by_the_start_of_its_name(monkeypatch, tmp_path):
    for name in ("01_herkomst", "02_thuis"):
        (tmp_path / f"{name}.ipynb").touch()
    monkeypatch.setattr(cli, "notebooks_folder", lambda: tmp_path)
    assert cli.find_notebook("01") == tmp_path / "01_herkomst.ipynb"
    with pytest.raises(ParameterError, match="names no notebooks; choose from: 01_herkomst, 02"):
        cli.find_notebook("03")


def test_size_counts_core_data_layer_and_whole(tmp_path):
    for path, lines in {
        "table/a.py": 3,
        "change.py": 2,
        "figures/b.py": 4,
        "sources/c.py": 6,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("pass\n" * lines, encoding="utf-8")
    assert cli.package_size(tmp_path) == {"core": 5, "sources": 6, "whole": 15}


def test_documentation_does_not_count_as_code():
    text = '"""A module."""\n\n# why\ndef f():\n    """Two\n    lines."""\n    return "#"  # so\n'
    assert cli.lines_of_code(text) == 2
    assert cli.lines_of_code('x = """text\nthat is data"""\n') == 2


def test_each_make_target_is_one_call_of_a_command(root):
    recipes = (root / "Makefile").read_text(encoding="utf-8").split("help\n\n", 1)[1]
    blocks = [lines.split("\n\t") for lines in recipes.replace("\n\t", "\0").split("\n") if lines]
    targets = [tuple(block[0].split("\0")) for block in blocks]
    assert all(len(parts) == 2 for parts in targets)
    for target, recipe in targets:
        assert target.rstrip(":") in cli.SUMMARIES
        assert recipe.startswith(f"@$(SEGLIB) {target.rstrip(':')}")


def test_python_m_seglib_runs_the_same_commands(root):
    command = [sys.executable, "-m", "seglib", "help"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("make COMMAND, or: python3 -m seglib COMMAND")
