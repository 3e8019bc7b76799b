"""Killed at any moment, interrupted, or run twice at once: the library holds what was said."""

import multiprocessing
import os
import random
import re
import resource
import signal
import time

import pytest

from index.errors import LibraryError, LibraryMissing
from index.store.library import Library
from tests.adding import add, add_and_tell, open_library, write_reports
from tests.made_reports import HashEmbedder

NAMES = [f"place-{n}" for n in range(12)]

# Children start from a process that has everything imported: in milliseconds, not seconds.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.warmed_adding"])


def started(*paths):
    process = PROCESSES.Process(target=add_and_tell, args=paths)
    process.start()
    return process


def lines_of(told):
    """The whole lines that were written; a line that was cut by the kill says nothing."""
    return told.read_text().split("\n")[:-1] if told.exists() else []


def check_after_kill(path, reported, version):
    """The library opens, is whole, and has what was reported; the rest is of some version."""
    with Library.open(path) as library:
        assert library.verify() == ()
        snapshot = library.snapshot()
        said = {
            report_id: set(re.findall(r"In version (\d+) ", snapshot.report(report_id).text))
            for report_id in snapshot.cards
        }
        counts = {r: snapshot.report(r).text.count("In version") for r in snapshot.cards}
    assert {said[report_id] == {str(version)} for report_id in reported} <= {True}
    assert {len(versions) for versions in said.values()} <= {1}
    assert set(counts.values()) <= {8}
    return len(said)


def kill_at_random_moments(tmp_path, kills):
    rng = random.Random(kills)  # noqa: S311 - moments, not secrets
    path, folder = tmp_path / "library.db", tmp_path / "reports"
    longest, moments = 0.3, set()
    for trial in range(kills):
        if trial % 6 == 5:
            # From nothing, so that the making of the file is killed as well.
            for leftover in tmp_path.glob("library.db*"):
                leftover.unlink()
        write_reports(folder, NAMES, version=trial)
        told = tmp_path / f"told-{trial}"
        begun = time.monotonic()
        process = started(path, folder, told)
        process.join(rng.uniform(0, longest))
        process.kill()
        process.join()
        lines = lines_of(told)
        reported = [line for line in lines if not line.startswith("done")]
        # The machine may be slow or fast today: aim at the length of a run.
        longest *= 0.9 if len(reported) < len(lines) else 1.05
        moments.add(len(reported))
        if path.exists() and path.stat().st_size and (reported or _is_made(path)):
            check_after_kill(path, reported, trial)
        assert time.monotonic() - begun < 30
    with open_library(path) as library:
        assert not add(library, folder).failed
        assert len(library.cards()) == len(NAMES)
        assert library.verify() == ()
    return moments


def _is_made(path):
    """Whether there is a library; a file that was left empty is the only excuse."""
    try:
        Library.open(path).close()
    except LibraryMissing:
        return False
    return True


def test_a_killed_run_leaves_every_report_it_had_reported_and_no_half_of_one(tmp_path):
    moments = kill_at_random_moments(tmp_path, 30)
    assert len(moments) > 3


@pytest.mark.full
@pytest.mark.timeout(1500)
def test_a_thousand_kills_lose_nothing(tmp_path):
    moments = kill_at_random_moments(tmp_path, 1000)
    assert moments >= set(range(len(NAMES) + 1))


def race(tmp_path, number):
    path, told = tmp_path / f"{number}.db", tmp_path / f"told-{number}"
    processes = [started(path, tmp_path / "reports", told) for _ in range(2)]
    begun = time.monotonic()
    for process in processes:
        process.join()
    assert time.monotonic() - begun < 10
    lines = lines_of(told)
    with Library.open(path) as library:
        assert library.verify() == ()
        assert len(library.cards()) == len(NAMES)
    return [line for line in lines if line.startswith("locked")], [
        line for line in lines if line.startswith("done")
    ]


def test_of_two_writers_the_second_waits_a_moment_or_is_told_who_is_writing(tmp_path):
    """The first takes the lock for all of its run; both end well, or one is refused at once."""
    write_reports(tmp_path / "reports", NAMES, version=1)
    for number in range(4):
        locked, done = race(tmp_path, number)
        assert len(locked) + len(done) == 2
        assert len(done) >= 1
        for line in locked:
            named = re.search(r"by process (\d+) on .*told to (\d+)", line)
            assert named, line
            assert named[1] != named[2]


def test_ctrl_c_keeps_what_was_added_and_says_how_many(tmp_path):
    write_reports(tmp_path / "reports", [f"place-{n}" for n in range(200)], version=1)
    path, told = tmp_path / "library.db", tmp_path / "told"
    process = started(path, tmp_path / "reports", told)
    deadline = time.monotonic() + 20
    while len(lines_of(told)) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    process.join()
    *reported, last = lines_of(told)
    assert process.exitcode == 0
    with Library.open(path) as library:
        held = {card.report_id for card in library.cards()}
        assert library.verify() == ()
    assert last == f"done: interrupted=True added={len(held)}"
    assert set(reported) <= held
    assert 3 <= len(held) < 200


def add_on_a_full_disk(path, folder, told):
    """Add with room for a few pages more; the system refuses to write what goes beyond."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    room = path.stat().st_size + 60_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        add_and_tell(path, folder, told)
    except LibraryError as error:
        told.write_text(f"{told.read_text()}{error}\n")


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path):
    write_reports(tmp_path / "reports", NAMES, version=1)
    path, told = tmp_path / "library.db", tmp_path / "told"
    with open_library(path) as library:
        assert len(add(library, tmp_path / "reports").added) == len(NAMES)
    write_reports(tmp_path / "reports", [f"new-{n}" for n in range(200)], version=2)
    process = PROCESSES.Process(target=add_on_a_full_disk, args=(path, tmp_path / "reports", told))
    process.start()
    process.join()
    *reported, last = lines_of(told)
    assert re.search("cannot be read or written|no space left", last)
    with open_library(path) as library:
        assert library.verify() == ()
        held = {card.report_id for card in library.cards()}
        assert held == {*NAMES, *reported}
        assert not add(library, tmp_path / "reports").failed
        assert len(library.cards()) == len(NAMES) + 200


class InterruptedEmbedder(HashEmbedder):
    """Ctrl-C in the middle of the third report."""

    calls = 0

    def embed_passages(self, inputs):
        self.calls += 1
        if self.calls == 3:
            raise KeyboardInterrupt
        return super().embed_passages(inputs)


def test_an_interrupted_report_is_brought_in_by_the_next_run(tmp_path):
    write_reports(tmp_path / "reports", NAMES, version=1)
    with open_library(tmp_path / "library.db") as library:
        first = add(library, tmp_path / "reports", embedder=InterruptedEmbedder)
        assert (first.interrupted, len(first.added)) == (True, 2)
        second = add(library, tmp_path / "reports")
        assert (second.interrupted, len(second.added), len(second.unchanged)) == (False, 10, 2)
        assert library.verify() == ()


def test_a_lock_whose_holder_was_killed_is_free(tmp_path):
    write_reports(tmp_path / "reports", [f"place-{n}" for n in range(100)], version=1)
    path, told = tmp_path / "library.db", tmp_path / "told"
    process = started(path, tmp_path / "reports", told)
    while not lines_of(told):
        time.sleep(0.01)
    process.kill()
    process.join()
    begun = time.monotonic()
    with open_library(path) as library:
        library.remove(library.cards()[0].report_id)
    assert time.monotonic() - begun < 1
