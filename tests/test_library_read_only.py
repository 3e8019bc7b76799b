"""A library on read-only media is read; what would change it is told that it cannot be written."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.store.library import Library
from index.store.snapshot import Snapshot
from tests.made_reports import HARBOUR, MOORLAND, RECIPE, contents

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a folder that refuses files")
NOBODY = 65534


@contextmanager
def without_rights(folder):
    """Nothing can be written to the folder meanwhile; root, who always can, is nobody then."""
    is_root = os.geteuid() == 0
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def folder():
    # Not below tmp_path, which only its owner may enter.
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_a_library_is_read_where_nothing_can_be_written(folder):
    with Library.open(folder / "library.db", recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
    path = folder / "library.db"
    with without_rights(folder), Library.open(path, recipe=RECIPE, create=True) as library:
        assert library.report("harbour-2019") == HARBOUR
        assert library.verify() == ()
        snapshot = library.snapshot()
        assert isinstance(snapshot, Snapshot)
        texts = [snapshot.passage(i).text for i in snapshot.passage_ids("harbour-2019")]
        assert texts == [passage.text for passage in contents(HARBOUR)[1]]


def test_a_writer_is_told_that_nothing_can_be_written(folder):
    with Library.open(folder / "library.db", recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
    with without_rights(folder), Library.open(folder / "library.db", recipe=RECIPE) as library:
        with pytest.raises(LibraryError, match=r"library\.db-writer cannot be used as the writer"):
            library.add(*contents(MOORLAND))
        assert [card.report_id for card in library.cards()] == ["harbour-2019"]


def test_a_library_whose_newest_reports_lie_in_its_log_is_not_read_without_them(folder, tmp_path):
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
        for name in ("library.db", "library.db-wal"):
            (folder / name).write_bytes((tmp_path / name).read_bytes())
    with (
        without_rights(folder),
        pytest.raises(LibraryError, match=r"library\.db cannot be opened for writing"),
    ):
        Library.open(folder / "library.db")
