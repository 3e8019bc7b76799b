"""A backup is whole, whoever reads and writes meanwhile; a plain copy of the file is not."""

import multiprocessing
import shutil
import time

import pytest

from index.errors import LibraryError
from index.store.library import Library
from tests.adding import add_and_tell, write_reports
from tests.made_reports import FULL, HARBOUR, MOORLAND, RECIPE, contents

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.warmed_adding"])


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as opened:
        yield opened


def ids_in(path):
    with Library.open(path) as copy:
        assert copy.verify() == ()
        return [card.report_id for card in copy.cards()]


def test_a_backup_has_what_was_added_while_a_reader_is_pinned(library, tmp_path):
    library.add(*contents(HARBOUR))
    pinned = library.snapshot()
    library.add(*contents(MOORLAND))
    library.backup(tmp_path / "backup.db")
    shutil.copy(library.path, tmp_path / "plain-copy.db")
    assert ids_in(tmp_path / "backup.db") == ["harbour-2019", "moorland-2021"]
    assert "moorland-2021" not in ids_in(tmp_path / "plain-copy.db")
    assert list(pinned.cards) == ["harbour-2019"]


def test_a_backup_is_a_library_of_its_own(library, tmp_path):
    library.add(*contents(FULL))
    library.backup(tmp_path / "deep" / "backup.db")
    with Library.open(tmp_path / "deep" / "backup.db", recipe=RECIPE) as copy:
        assert (copy.digest, copy.revision) == (library.digest, library.revision)
        assert copy.report("full-2020") == FULL
        copy.add(*contents(HARBOUR))
    assert [card.report_id for card in library.cards()] == ["full-2020"]
    assert [path.name for path in (tmp_path / "deep").iterdir() if path.name[0] == "."] == []


def test_a_backup_is_made_while_another_process_adds(tmp_path):
    names = [f"place-{n:03}" for n in range(80)]
    write_reports(tmp_path / "reports", names, version=1)
    path, told = tmp_path / "library.db", tmp_path / "told"
    process = PROCESSES.Process(target=add_and_tell, args=(path, tmp_path / "reports", told))
    process.start()
    held = []
    while process.is_alive() and len(held) < 5:
        reported = told.read_text().split("\n")[:-1] if told.exists() else []
        if not reported:
            time.sleep(0.01)
            continue
        copy = tmp_path / f"backup-{len(held)}.db"
        with Library.open(path) as library:
            library.backup(copy)
        held.append((copy, reported))
    process.join()
    assert told.read_text().endswith("done: interrupted=False added=80\n")
    assert held
    for copy, reported in held:
        assert {name for name in reported if name in names} <= set(ids_in(copy))


@pytest.mark.parametrize("content", [b"", b"a report"])
def test_a_file_that_is_there_is_not_written_over(library, tmp_path, content):
    path = tmp_path / "kept"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="kept is there already; give the backup a name"):
        library.backup(path)
    assert path.read_bytes() == content


def test_a_library_is_not_backed_up_onto_itself(library):
    with pytest.raises(LibraryError, match="is there already"):
        library.backup(library.path)


def test_a_backup_that_cannot_be_written_is_said(library, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match=r"backup\.db cannot be reached: "):
        library.backup(tmp_path / "file" / "backup.db")
