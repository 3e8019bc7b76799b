"""A report is said to be in only when it is on the disk: no kill can show this, a trace can.

A killed process leaves its writes with the system, which keeps them; only a
power cut loses what was not synced. So the calls themselves are looked at.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adding import write_reports

STRACE = shutil.which("strace")


def can_trace():
    """Whether strace is here and may look at a process: in some containers it may not."""
    return STRACE and not subprocess.run([STRACE, "true"], capture_output=True).returncode  # noqa: S603


CALL = re.compile(r"(pwrite64|write|fdatasync|fsync)\(\d+<([^>]+)>")


def traced_calls(tmp_path):
    """The writing calls of a run that adds reports, in order, with the file of each."""
    write_reports(tmp_path / "reports", ["one", "two", "three"], version=1)
    code = (
        "from pathlib import Path; from tests.adding import add_and_tell;"
        f"add_and_tell(*map(Path, {[str(tmp_path / n) for n in ('l.db', 'reports', 'told')]}))"
    )
    trace = tmp_path / "trace"
    subprocess.run(  # noqa: S603 - our own code
        [STRACE, "-f", "-y", "-e", "trace=pwrite64,write,fdatasync,fsync", "-o", trace,
         sys.executable, "-c", code],
        check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    return [
        (match[1], Path(match[2]).name)
        for match in map(CALL.search, trace.read_text(errors="replace").splitlines())
        if match and Path(match[2]).parent == tmp_path
    ]


def is_on_the_disk(calls):
    """Whether nothing of the library that was written is still to be synced."""
    pending: set[str] = set()
    for call, name in calls:
        if call in ("fdatasync", "fsync"):
            pending.discard(name)
        elif name.startswith("l.db") and not name.startswith(("l.db-shm", "l.db-writer")):
            pending.add(name)
    return not pending


@pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")
def test_a_report_is_on_the_disk_before_it_is_said_to_be_in(tmp_path):
    calls = traced_calls(tmp_path)
    told = [i for i, (call, name) in enumerate(calls) if (call, name) == ("write", "told")]
    assert len(told) == 4
    assert ("pwrite64", "l.db-wal") in calls[: told[0]]
    assert [is_on_the_disk(calls[:i]) for i in told[:3]] == [True, True, True]


def test_the_check_sees_a_write_that_was_not_synced():
    written = [("pwrite64", "l.db-wal"), ("fdatasync", "l.db-wal")]
    assert is_on_the_disk(written)
    assert not is_on_the_disk([*written, ("pwrite64", "l.db-wal")])
