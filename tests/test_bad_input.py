"""Bad input beside good: one line for each, an exit code, and every good report is in."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from api.cli import cli
from index.store.library import Library
from rag.settings import Settings
from tests.adding import add, open_library
from tests.made_reports import HashEmbedder

ROOT = Path(__file__).parents[1]
GOOD = {
    "curlew.md": "# Curlew PEEL 2018\n\nThe force has three boats and a launch.\n",
    "latin.txt": "Inspection of Dunlin\n\nThe café costs £900 a year, we were told.\n",
    "teal.txt": "Inspection of Teal\n\nSergeants look at every file of the team.\n",
}


def peelback(library: Path, *arguments: str, **environ: str) -> Result:
    """Run a command here; what the front door does not foresee comes up as it is."""
    done = CliRunner().invoke(cli, ["--library", str(library), *arguments], env=environ)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def in_its_own_process(library: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell does."""
    return subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "PEELBACK_LIBRARY": str(library)},
    )


def pdf(encrypted: bool = False) -> bytes:
    made = BytesIO()
    key = StandardEncryption("secret", ownerPassword="owner") if encrypted else None
    canvas = Canvas(made, encrypt=key)
    canvas.drawString(72, 700, "The inspectors counted the boats of the harbour.")
    canvas.save()
    return made.getvalue()


BAD = {
    "empty.txt": (b"", "empty"),
    "encrypted.pdf": (pdf(encrypted=True), "password"),
    "truncated.pdf": (pdf()[:200], "damaged"),
    "binary.txt": (bytes(range(256)) * 40, "not a text file"),
    "program.txt": (b"\x7fELF\x02\x01\x01" + bytes(2000), "binary data"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not a text file"),
    "long.txt": (b"boats " * 1_000_000, "characters"),
    "damaged.docx": (b"PK\x03\x04" + bytes(500), "damaged"),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Good and bad files of one folder, and a path that is not there, added together."""
    home = tmp_path_factory.mktemp("bad")
    folder = home / "reports"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_bytes(text.encode("latin-1" if name == "latin.txt" else "utf-8"))
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    library = home / "library.db"
    return library, in_its_own_process(library, "add", str(folder), str(home / "missing"))


def lines_about(stderr: str, name: str) -> list[str]:
    return [line for line in stderr.splitlines() if f"{name}: " in line]


def test_all_good_reports_are_in(done):
    library, finished = done
    kept = json.loads(peelback(library, "reports", "--json").stdout)["reports"]
    assert [card["report_id"] for card in kept] == ["curlew", "latin", "teal"]
    assert [line.split("\t")[0] for line in finished.stdout.splitlines()] == [
        *("report", "curlew", "latin", "teal")
    ]
    assert peelback(library, "verify").exit_code == 0


def test_some_failed_is_exit_code_1_and_nothing_is_a_traceback(done):
    _, finished = done
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    assert finished.stderr.splitlines()[-1] == f"3 added, {len(BAD) + 1} failed"


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_is_one_line_that_says_what_is_wrong(done, name):
    _, finished = done
    (line,) = lines_about(finished.stderr, name)
    assert line.startswith("peelback: ")
    assert BAD[name][1] in line


def test_a_path_that_is_not_there_is_one_line(done):
    _, finished = done
    (line,) = lines_about(finished.stderr, "missing")
    assert line.startswith("peelback: ")
    assert len(finished.stderr.splitlines()) == len(BAD) + 2


def test_text_in_another_encoding_is_read_by_its_letters(done):
    library, _ = done
    with Library.open(library) as opened:
        assert "The café costs £900 a year" in opened.report("latin").text


def test_the_bad_files_are_told_again_and_the_good_ones_cost_nothing(done):
    library, _ = done
    again = peelback(library, "add", str(library.parent / "reports"))
    assert again.exit_code == 1
    assert again.stderr.splitlines()[-1] == f"3 unchanged, {len(BAD)} failed"


def test_bad_files_alone_leave_an_empty_library(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    library = tmp_path / "library.db"
    finished = peelback(library, "add", str(tmp_path / "empty.txt"))
    assert (finished.exit_code, finished.stdout) == (1, "")
    assert finished.stderr.splitlines()[-1] == "1 failed"
    assert json.loads(peelback(library, "reports", "--json").stdout)["reports"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")
def test_an_unreadable_folder_and_file_are_one_line_each(tmp_path):
    folder = tmp_path / "reports"
    (folder / "closed").mkdir(parents=True)
    (folder / "curlew.md").write_text(GOOD["curlew.md"], "utf-8")
    (folder / "closed" / "teal.txt").write_text(GOOD["teal.txt"], "utf-8")
    (folder / "shut.txt").write_text(GOOD["teal.txt"], "utf-8")
    (folder / "closed").chmod(0)
    (folder / "shut.txt").chmod(0)
    try:
        if os.access(folder / "closed", os.R_OK):
            pytest.skip("root reads what nobody may")
        finished = peelback(tmp_path / "library.db", "add", str(folder))
    finally:
        (folder / "closed").chmod(0o700)
    assert finished.exit_code == 1
    assert [line.split("\t")[0] for line in finished.stdout.splitlines()] == ["report", "curlew"]
    assert [len(lines_about(finished.stderr, name)) for name in ("closed", "shut.txt")] == [1, 1]
    assert "Traceback" not in finished.stderr


@pytest.fixture
def library(sample_settings: Settings, tmp_path: Path) -> Path:
    """A copy of the samples' library, free to be changed."""
    copy = tmp_path / "library.db"
    with (
        closing(sqlite3.connect(sample_settings.library)) as whole,
        closing(sqlite3.connect(copy)) as empty,
    ):
        whole.backup(empty)
    return copy


@pytest.fixture
def report(tmp_path: Path) -> str:
    path = tmp_path / "curlew.md"
    path.write_text(GOOD["curlew.md"], "utf-8")
    return str(path)


def test_a_library_of_another_chunking_is_one_line_that_names_both(library, report):
    for arguments in (("ask", "How many boats?"), ("search", "boats"), ("add", report)):
        finished = peelback(library, *arguments, PEELBACK_PASSAGE_TOKENS="120")
        assert (finished.exit_code, finished.stdout) == (3, "")
        (line,) = finished.stderr.splitlines()
        assert line.startswith("peelback: ")
        assert "180 tokens" in line
        assert "120 tokens" in line
    assert len(json.loads(peelback(library, "reports", "--json").stdout)["reports"]) == 3


def test_a_library_of_another_encoder_is_one_line_that_names_both(tmp_path, report):
    with open_library(tmp_path / "other.db") as other:
        assert add(other, Path(report)).added == ("curlew",)
    (tmp_path / "teal.txt").write_text(GOOD["teal.txt"], "utf-8")
    for arguments in (("ask", "How many boats?"), ("add", str(tmp_path / "teal.txt"))):
        finished = peelback(tmp_path / "other.db", *arguments)
        assert (finished.exit_code, finished.stdout) == (3, "")
        (line,) = finished.stderr.splitlines()
        assert HashEmbedder.identity in line
        assert "passages of 180 tokens" in line


NOT_A_LIBRARY: dict[str, Callable[[Path], object]] = {
    "not there": lambda path: None,
    "a text": lambda path: path.write_text("The force has three boats.\n" * 200),
    "a database": lambda path: sqlite3.connect(path).executescript("CREATE TABLE boats (a)"),
}


@pytest.mark.parametrize("what", NOT_A_LIBRARY)
@pytest.mark.parametrize("command", [("ask", "How many boats?"), ("reports",), ("verify",)])
def test_what_is_no_library_is_one_line_and_is_left_alone(tmp_path, what, command):
    path = tmp_path / "boats.db"
    NOT_A_LIBRARY[what](path)
    before = path.read_bytes() if path.exists() else None
    finished = peelback(path, *command)
    assert (finished.exit_code, finished.stdout) == (3, "")
    (line,) = finished.stderr.splitlines()
    assert line.startswith("peelback: ")
    assert str(path) in line
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PEELBACK_PASSAGE_TOKENS": "many"}, "many"),
        ({"PEELBACK_PASSAGE_TOKENS": "3"}, "3"),
        ({"PEELBACK_PASAGE_TOKENS": "180"}, "PEELBACK_PASAGE_TOKENS"),
    ],
)
def test_a_setting_that_does_not_fit_is_wrong_usage(library, environ, named):
    finished = peelback(library, "ask", "How many boats?", **environ)
    assert (finished.exit_code, finished.stdout) == (2, "")
    (line,) = finished.stderr.splitlines()
    assert named in line


def test_a_model_that_is_not_there_is_one_line(tmp_path, report):
    finished = peelback(tmp_path / "library.db", "add", report, PEELBACK_MODEL=str(tmp_path / "no"))
    assert (finished.exit_code, finished.stdout) == (3, "")
    (line,) = finished.stderr.splitlines()
    assert line.startswith("peelback: ")
    assert str(tmp_path / "no") in line


@pytest.mark.parametrize(
    "arguments",
    [(), ("add",), ("ask",), ("ask", "--bodie", "Kent", "What?")],
)
def test_wrong_usage_is_exit_code_2_and_nothing_on_stdout_but_help(tmp_path, arguments):
    finished = peelback(tmp_path / "library.db", *arguments)
    assert finished.exit_code == 2
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "library.db").exists()


@pytest.mark.parametrize("question", ["", " "])
def test_a_question_of_nothing_is_wrong_usage(library, question):
    finished = peelback(library, "ask", "--", question)
    assert (finished.exit_code, finished.stdout) == (2, "")
    assert finished.stderr


@pytest.mark.parametrize("asking", [("ask",), ("ask", "--after"), ("search",)])
def test_a_question_of_too_many_characters_is_one_line_of_wrong_usage(library, asking):
    finished = peelback(library, *asking, "boats " * 200, *(["Why?"] if len(asking) > 1 else []))
    assert (finished.exit_code, finished.stdout) == (2, "")
    (line,) = finished.stderr.splitlines()
    assert line == (
        "peelback: the question has 1200 characters, and 1000 is the most: "
        "ask it in fewer words, or as several questions"
    )


@pytest.mark.parametrize("question", ["?" * 1000, "b o a t " * 125])
def test_a_question_longer_than_the_encoder_takes_is_answered_in_order(library, question):
    finished = peelback(library, "ask", "--json", "--", question)
    assert finished.exit_code == 0
    assert json.loads(finished.stdout)["status"] in ("not_in_reports", "out_of_scope", "answered")


def test_a_byte_that_is_no_character_is_replaced(library):
    finished = in_its_own_process(library, "ask", "--json", "How many boats has it, \udcff?")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout)["question"] == "How many boats has it, \ufffd?"


def test_a_second_writer_is_told_who_is_writing_and_the_library_is_whole(library, report):
    with Library.open(library) as held, held.writing():
        finished = peelback(library, "add", report)
    assert (finished.exit_code, finished.stdout) == (3, "")
    (line,) = finished.stderr.splitlines()
    assert str(os.getpid()) in line
    assert peelback(library, "add", report).exit_code == 0
    assert peelback(library, "verify").exit_code == 0
