"""The front door: finding commands, exit codes, and one line for what was foreseen."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from api.cli import PLACES, cli
from api.lazy_group import CommandPlace, LazyGroup

HEAVY = ("numpy", "torch", "openvino", "fastapi", "faiss", "sentence_transformers", "rich", "eval")


def run(*arguments: str) -> click.testing.Result:
    return CliRunner().invoke(cli, arguments)


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom api.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules], sep=',', file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == ""
    assert "Answer a question, with quotes." in done.stdout


@pytest.mark.parametrize("name", list(PLACES))
def test_every_command_has_help(name):
    done = run(name, "--help")
    assert done.exit_code == 0
    assert done.output.startswith("Usage: ")


def test_a_command_is_loaded_from_where_its_place_says():
    group = LazyGroup(places={"path": CommandPlace("os:path", "no command at all")})
    with pytest.raises(TypeError, match="os:path must be a click command, got <module"):
        group.get_command(click.Context(group), "path")


def test_an_unknown_command_is_wrong_usage():
    done = run("aks")
    assert done.exit_code == 2
    assert "aks" in done.stderr


def test_a_library_that_is_not_there_is_one_line_and_cannot_run(tmp_path):
    done = run("--library", str(tmp_path / "none.db"), "reports")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr.startswith("peelback: ")
    assert len(done.stderr.splitlines()) == 1


def test_the_library_may_be_named_after_the_command_too(tmp_path):
    done = run("reports", "--library", str(tmp_path / "none.db"))
    assert done.exit_code == 3
    assert "none.db" in done.stderr


def test_a_setting_that_nobody_knows_is_wrong_usage(monkeypatch):
    monkeypatch.setenv("PEELBACK_LIBARY", "x.db")
    done = run("reports")
    assert done.exit_code == 2
    assert "PEELBACK_LIBARY" in done.stderr


def test_an_empty_question_is_wrong_usage():
    assert run("ask", "  ").exit_code == 2


def test_a_comparison_needs_two_sides():
    done = run("compare", "supervision", "--body", "Wrenmoor Constabulary")
    assert done.exit_code == 2
    assert "name at least two" in done.stderr


def test_the_process_itself_ends_with_one_line_and_the_exit_code(tmp_path):
    done = subprocess.run(  # our own code
        [sys.executable, "-c", "from api.cli import main; main()", "reports"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={"PEELBACK_LIBRARY": str(tmp_path / "none.db")},
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_place_that_is_neither_a_path_nor_a_web_address_is_said_to_be(tmp_path):
    done = run("--library", str(tmp_path / "library.db"), "add", "ftp://tern.example/report.html")
    assert done.exit_code == 1
    assert "only http and https addresses are fetched, not ftp:" in done.stderr
