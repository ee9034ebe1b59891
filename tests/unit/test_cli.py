"""The command line: what each command calls, and how an error looks."""

from __future__ import annotations

import shlex
import subprocess
import sys
from types import ModuleType

import pytest

from seglib import bootstrap, cli
from seglib.cli import folders, size
from seglib.cli.reports import read_parameter
from seglib.errors import ParameterError, ReportError, SetupError, UnknownPlaceError


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
    assert "of 27,000" in lines[-1]
    assert max(map(len, lines)) <= 100


def test_no_command_shows_the_help(capsys):
    assert cli.main([]) == 0
    assert "reports" in capsys.readouterr().out


def stand_in_for_reports(monkeypatch, *, wrong=None, failing=None) -> list:
    """Functions in place of those that plan and make reports; gives what they were asked."""
    asked = []

    def plan_reports(*notebooks, **options):
        asked.append({"notebooks": notebooks, **options})
        if wrong:
            raise wrong("No place is called 'Amsterdm'; nearest: Amsterdam.")
        return options["out"]

    def carry_out(plan):
        if failing:
            raise failing("Notebook 01, cell 7 stopped.")
        return plan / "index.html"

    def own_run(notebook, parameters, *, id, languages):
        return (notebook.stem, parameters, id), languages

    functions = {"plan_reports": plan_reports, "carry_out": carry_out, "own_run": own_run}
    stand_in(monkeypatch, "seglib.report.run", **functions)
    return asked


def test_what_is_asked_wrongly_is_one_line_and_exit_code_2(monkeypatch, capsys):
    stand_in_for_reports(monkeypatch, wrong=UnknownPlaceError)
    assert cli.main(["reports"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "seglib: No place is called 'Amsterdm'; nearest: Amsterdam.\n")


def test_a_report_that_fails_is_one_line_and_exit_code_1(monkeypatch, capsys):
    stand_in_for_reports(monkeypatch, failing=ReportError)
    assert cli.main(["report", "01"]) == 1
    assert capsys.readouterr() == ("", "seglib: Notebook 01, cell 7 stopped.\n")


def test_a_folder_that_cannot_be_written_is_a_line_too(monkeypatch, capsys):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "reports")

    stand_in_for_reports(monkeypatch)
    monkeypatch.setattr(sys.modules["seglib.report.run"], "carry_out", refuse)
    assert cli.main(["reports"]) == 1
    assert capsys.readouterr().err == "seglib: [Errno 13] Permission denied: 'reports'\n"
    monkeypatch.setattr(sys.modules["seglib.report.run"], "plan_reports", refuse)
    assert cli.main(["reports"]) == 2


def test_an_interrupt_is_exit_code_130(monkeypatch):
    stand_in_for_reports(monkeypatch, failing=KeyboardInterrupt)
    assert cli.main(["reports"]) == 130


def test_reports_takes_languages_formats_theme_folder_and_jobs(monkeypatch, capsys, root, tmp_path):
    asked = stand_in_for_reports(monkeypatch)
    theme = tmp_path / "theme.toml"
    theme.write_text('publisher = "Ons instituut"\n')
    words = ["--lang", "en, nl,en", "--formats", "html", "--theme", str(theme), "--jobs", "1"]
    assert cli.main(["reports", *words, "--out", str(tmp_path)]) == 0
    (given,) = asked
    assert given.pop("theme").publisher == "Ons instituut"
    assert given == {
        "notebooks": (root / "notebooks",),
        "out": tmp_path,
        "languages": ("en", "nl"),
        "formats": ("html",),
        "jobs": 1,
    }
    assert capsys.readouterr().out == f"Open {tmp_path / 'index.html'} in a browser.\n"


def test_report_makes_one_run_of_its_words(monkeypatch, root):
    asked = stand_in_for_reports(monkeypatch)
    words = ["01", "--place", "Den Haag", "-p", "years=[2009]", "-p", "fast=True", "--id", "haag"]
    assert cli.main(["report", *words]) == 0
    (given,) = asked
    parameters = {"place": "Den Haag", "years": [2009], "fast": True}
    assert given["runs"] == [("01_herkomstsegregatie", parameters, "haag")]
    assert given["out"] == root / "reports" and given["theme"] is None
    assert given["languages"] == ("nl", "en") and set(given["formats"]) >= {"html", "pdf"}


@pytest.mark.parametrize("words", [["--lang", ","], ["--jobs", "0"], ["--jobs", "x"]])
def test_an_option_without_sense_is_exit_code_2(words):
    with pytest.raises(SystemExit) as stop:
        cli.main(["reports", *words])
    assert stop.value.code == 2


def test_a_theme_that_is_not_there_is_a_sentence_and_exit_code_2(capsys):
    assert cli.main(["reports", "--theme", "nergens.toml"]) == 2
    assert capsys.readouterr().err.startswith("seglib: ")


@pytest.mark.parametrize("command", cli.SUMMARIES)
def test_the_help_of_each_command_has_an_example_that_parses_and_the_exit_codes(capsys, command):
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    text = capsys.readouterr().out
    assert stop.value.code == 0 and "130  stopped" in text
    example = text.split("example:\n  seglib ")[1].split("\n")[0]
    chosen, others = cli.command_parser().parse_known_args(shlex.split(example))
    assert example.startswith(command) and (chosen.passes_on or not others)


@pytest.mark.parametrize("action", ["build", "list", "fetch", "verify", "clean"])
def test_each_action_on_data_has_an_example_that_parses(capsys, action):
    with pytest.raises(SystemExit):
        cli.main(["data", action, "--help"])
    example = capsys.readouterr().out.split("example:\n  seglib ")[1].split("\n")[0]
    assert example.startswith(f"data {action}")
    assert not cli.command_parser().parse_known_args(shlex.split(example))[1]


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
    assert read_parameter(text) == value


@pytest.mark.parametrize("text", ["years", "=3", "my year=3"])
def test_a_parameter_without_name_or_value_is_refused(text):
    with pytest.raises(ParameterError, match=r"NAME=VALUE.*For example"):
        read_parameter(text)


def test_data_build_needs_the_folder(tmp_path, capsys):
    assert cli.main(["data", "build", "--raw", str(tmp_path / "none")]) == 2
    assert "none' is none. Name it with --raw FOLDER" in capsys.readouterr().err


def test_an_installed_package_says_that_it_is_no_checkout(monkeypatch):
    monkeypatch.setattr(bootstrap, "checkout_folder", lambda: None)
    with pytest.raises(SetupError, match="needs a checkout"):
        folders.checkout()


def test_a_notebook_is_found_by_the_start_of_its_name(monkeypatch, tmp_path):
    for name in ("01_herkomst", "02_thuis"):
        (tmp_path / f"{name}.ipynb").touch()
    monkeypatch.setattr(folders, "notebooks_folder", lambda: tmp_path)
    assert folders.find_notebook("01") == tmp_path / "01_herkomst.ipynb"
    with pytest.raises(ParameterError, match="names no notebooks; choose from: 01_herkomst, 02"):
        folders.find_notebook("03")


def test_size_counts_core_data_layer_and_whole(tmp_path):
    for path, lines in {
        "table/a.py": 3,
        "change.py": 2,
        "figures/b.py": 4,
        "sources/c.py": 6,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("pass\n" * lines, encoding="utf-8")
    assert size.package_size(tmp_path) == {"core": 5, "sources": 6, "whole": 15}


def test_documentation_does_not_count_as_code():
    text = '"""A module."""\n\n# why\ndef f():\n    """Two\n    lines."""\n    return "#"  # so\n'
    assert size.lines_of_code(text) == 2
    assert size.lines_of_code('x = """text\nthat is data"""\n') == 2


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
