"""The commands over the sample reports, from an empty folder to a repaired library."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.sample_reports import sample_folder
from rag.settings import Settings

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
OSTERFELL, WRENMOOR_2018, WRENMOOR_2021 = SAMPLES = (
    "sample-osterfell-peel-2021-22",
    "sample-wrenmoor-peel-2018-effectiveness",
    "sample-wrenmoor-peel-2021-22",
)
SUPERVISION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
CRIME_LIST = "List the areas for improvement for investigating crime in Osterfell"
"""Answered from the structure, so that weighing sentences anew does not touch the golden files."""


def run(library: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--library", str(library), *arguments])


def golden(name: str, text: str) -> str:
    """Return what the golden file holds; ``REWRITE_GOLDEN=1`` puts ``text`` there first."""
    path = GOLDEN / name
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(text, "utf-8")
    return path.read_text("utf-8")


@contextmanager
def running(library: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Lend a process of its own that runs the command, killed at the end if it still runs."""
    process = subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PEELBACK_LIBRARY": str(library)},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


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


def test_adding_shows_what_came_in_as_lines_with_tabs(tmp_path):
    with sample_folder() as folder:
        done = run(tmp_path / "new.db", "add", str(folder / f"{WRENMOOR_2018}.txt"))
    header, row = (line.split("\t") for line in done.stdout.splitlines())
    assert done.exit_code == 0
    assert header == [
        *("report", "body", "cycle", "sections", "passages", "judgements", "actions", "note")
    ]
    assert row[:4] == [WRENMOOR_2018, "Wrenmoor Constabulary", "2018", "23"]
    assert row[5:] == ["6", "7", "invented sample"]
    assert done.stderr == "1 added\n"


def test_adding_the_same_again_adds_nothing(library):
    with sample_folder() as folder:
        done = run(library, "add", str(folder))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "3 unchanged\n")


def test_what_cannot_be_read_is_told_and_the_others_come_in(library, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "good.md").write_text("# Tern PEEL 2018\n\nThe force has three boats.\n")
    missing = tmp_path / "missing.txt"
    done = run(library, "add", str(tmp_path / "empty.txt"), str(tmp_path / "good.md"), str(missing))
    assert done.exit_code == 1
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["report", "good"]
    *failures, counts = done.stderr.splitlines()
    told = sorted(Path(failure.split(": ")[1]).name for failure in failures)
    assert told == ["empty.txt", "missing.txt"]
    assert counts == "1 added, 2 failed"


def test_adding_as_json_tells_the_same(library, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    with sample_folder() as folder:
        done = run(library, "add", "--json", str(folder), str(tmp_path / "empty.txt"))
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert sorted(told["unchanged"]) == list(SAMPLES)
    assert [Path(failure["source"]).name for failure in told["failed"]] == ["empty.txt"]


def test_ctrl_c_keeps_the_reports_that_were_added_and_says_so(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    words = "The force counted its boats, and then it counted them again. "
    for number in range(400):
        (folder / f"tern-{number:03}.md").write_text(f"# Tern {number}\n\n{words * 20}\n")
    library = tmp_path / "library.db"
    with running(library, "add", str(folder)) as process:
        wait_for_a_report(library)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    kept = json.loads(run(library, "reports", "--json").stdout)["reports"]
    assert process.returncode == 130
    assert 0 < len(kept) < 400
    assert stderr.splitlines()[-1] == (
        f"peelback: stopped; the {len(kept)} reports that were added are in the library"
    )
    assert len(stdout.splitlines()) == 1 + len(kept)
    assert run(library, "verify").exit_code == 0


@pytest.mark.full
@pytest.mark.parametrize("pauses", [(0.0,), (0.1, 0.2), (0.3, 0.0, 0.0), (0.7, 0.02, 0.02, 0.02)])
def test_ctrl_c_pressed_again_and_again_ends_adding_without_a_crash(tmp_path, pauses):
    folder = tmp_path / "reports"
    folder.mkdir()
    words = "The force counted its boats, and then it counted them again. "
    for number in range(60):
        # Some forty passages each, so that the encoder is always in the middle of several batches.
        (folder / f"tern-{number:03}.md").write_text(
            f"# Tern {number}\n\n" + f"{words * 10}\n\n" * 40
        )
    library = tmp_path / "library.db"
    with running(library, "add", str(folder)) as process:
        wait_for_a_report(library)
        for pause in pauses:
            time.sleep(pause)
            process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "stopped" in stderr.splitlines()[-1]
    assert run(library, "verify").exit_code == 0


def wait_for_a_report(library: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if library.exists():
            with closing(sqlite3.connect(library)) as connection:
                try:
                    if connection.execute("SELECT 1 FROM reports").fetchone():
                        return
                except sqlite3.OperationalError:
                    pass
        time.sleep(0.05)
    pytest.fail("no report came in within a minute")


def test_the_reports_are_listed_without_colour(library):
    done = run(library, "reports")
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["report", *SAMPLES]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_is_full_is_one_line(library):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", "reports"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PEELBACK_LIBRARY": str(library)},
        )
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "peelback: [Errno 28] No space left on device"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", [80, 160])
def test_no_line_is_wider_than_the_terminal_and_names_stay_whole(library, columns):
    lines = on_a_terminal(library, columns, "reports").splitlines()
    assert max(map(len, lines)) <= columns
    assert [name for name in SAMPLES if any(name in line for line in lines)] == list(SAMPLES)


def on_a_terminal(library: Path, columns: int, *arguments: str) -> str:
    """Return what the command writes to a terminal of that width, without its colours."""
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        stdout=theirs,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PEELBACK_LIBRARY": str(library), "COLUMNS": str(columns)},
    )
    assert done.returncode == 0
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
        while chunk := os.read(ours, 4096):
            written += chunk
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;]*m", "", written.decode("utf-8"))


def test_a_report_is_shown_with_its_structure(library):
    done = run(library, "show", WRENMOOR_2018)
    assert done.stdout == golden("show.txt", done.stdout)


def test_a_report_that_is_not_there_is_wrong_usage(library):
    done = run(library, "show", "none")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no report 'none' is in the library" in done.stderr


def test_a_removed_report_is_gone(library):
    assert run(library, "remove", OSTERFELL).exit_code == 0
    left = json.loads(run(library, "reports", "--json").stdout)["reports"]
    assert [card["report_id"] for card in left] == [WRENMOOR_2018, WRENMOOR_2021]


def test_nothing_is_removed_if_one_of_them_is_not_there(library):
    assert run(library, "remove", OSTERFELL, "none").exit_code == 2
    assert len(json.loads(run(library, "reports", "--json").stdout)["reports"]) == 3


def test_a_whole_library_is_said_to_be_whole(library):
    done = run(library, "verify")
    assert (done.exit_code, done.stdout) == (0, "The library is whole.\n")


def test_a_backup_is_a_library_that_the_commands_take(library, tmp_path):
    done = run(library, "backup", "--json", str(tmp_path / "backup.db"))
    assert done.exit_code == 0
    assert json.loads(done.stdout)["reports"] == 3
    assert run(tmp_path / "backup.db", "verify").stdout == "The library is whole.\n"
    listed = run(tmp_path / "backup.db", "reports").stdout
    assert listed == run(library, "reports").stdout
    again = run(library, "backup", str(tmp_path / "backup.db"))
    assert (again.exit_code, again.stdout) == (3, "")
    assert "is there already" in again.stderr


def test_a_damaged_library_is_told_from_a_whole_one_and_repaired(library):
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute(
            "UPDATE reports SET text = replace(text, 'Osterfell', 'Osterfall') WHERE report_id = ?",
            (OSTERFELL,),
        )
    found = run(library, "verify")
    assert found.exit_code == 3
    assert OSTERFELL in found.stdout
    assert run(library, "verify", "--repair").exit_code == 0
    assert run(library, "verify").exit_code == 0
    left = json.loads(run(library, "reports", "--json").stdout)["reports"]
    assert [card["report_id"] for card in left] == [WRENMOOR_2018, WRENMOOR_2021]


def test_an_answer_as_it_is_read(library):
    done = run(library, "ask", CRIME_LIST)
    assert done.exit_code == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert done.stdout == golden("ask.txt", done.stdout)


def test_an_answer_as_json(library):
    told = json.loads(run(library, "ask", "--json", CRIME_LIST).stdout)
    # What hangs on the last digits of a machine's arithmetic, and the clock.
    for passage in told["passages"]:
        del passage["score"]
    del told["id"], told["library"]["digest"], told["confidence"], told["timings_ms"]
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    assert text == golden("answer.json", text)


def test_a_refusal_ends_well_and_gives_its_reason(library):
    done = run(library, "ask", "What was said about supervision in Kent Police?")
    assert done.exit_code == 0
    assert done.stdout.startswith("No answer: ")
    assert "Kent" in done.stdout


def test_a_follow_up_leans_on_the_question_before_it(library):
    done = run(library, "ask", "--json", "--after", SUPERVISION, "And in Osterfell Police?")
    told = json.loads(done.stdout)
    assert {citation["report_id"] for citation in told["citations"]} == {OSTERFELL}
    assert "supervis" in told["text"].lower()


def test_a_search_shows_passages_and_makes_no_answer(library):
    done = run(library, "search", "-k", "2", "--cycle", "2021/22", "boats")
    heads = [line for line in done.stdout.splitlines() if not line.startswith(" ") and line]
    assert [head.split(". ")[0] for head in heads] == ["1", "2"]
    assert done.stdout.count("sample report, invented") == 2


def test_a_search_in_a_report_that_is_not_there_finds_nothing_and_says_why(library):
    done = run(library, "search", "--body", "Kent Police", "boats")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("Nothing found: ")


def test_the_response_pack_has_every_action_of_every_report(library):
    rows = list(csv.DictReader(io.StringIO(run(library, "actions", "--format", "csv").stdout)))
    # 7 + 1 + 3 in Osterfell, 7 and 7 + 1 + 3 in Wrenmoor.
    assert len(rows) == 29
    assert {(row["report_id"], row["day_56"]) for row in rows} == {
        (OSTERFELL, "2022-12-15"),
        (WRENMOOR_2018, ""),
        (WRENMOOR_2021, "2022-08-04"),
    }


def test_the_response_pack_of_one_report_in_markdown(library):
    done = run(library, "actions", WRENMOOR_2021)
    assert done.stdout == golden("actions.md", done.stdout)


def test_a_comparison_cites_both_sides(library):
    done = run(
        library,
        *("compare", "body-worn video", "--json"),
        *("--body", "Osterfell Police", "--body", "Wrenmoor Constabulary"),
    )
    told = json.loads(done.stdout)
    assert {citation["body"] for citation in told["citations"]} == {
        "Osterfell Police",
        "Wrenmoor Constabulary",
    }


def test_serving_an_empty_library_loads_the_samples_and_says_so(tmp_path):
    with running(tmp_path / "library.db", "serve", "--port", "0") as process:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        assert "loading three invented sample reports" in said[0]
        address = said[1].removeprefix("ready: ").strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}/v1/reports", timeout=10) as response:  # noqa: S310
            assert len(json.load(response)["reports"]) == 3
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_one_line(library):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(library, "serve", "--port", str(port))
    assert done.exit_code == 3
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr
