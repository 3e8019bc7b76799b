"""Opening a library: what is not one, or not ours, is refused in one clear line."""

import sqlite3

import pytest

from index.errors import LibraryCorrupt, LibraryError, LibraryMissing
from index.store.library import Library
from tests.made_reports import HARBOUR, RECIPE, contents


def test_a_missing_library_is_said_with_the_command_that_makes_one(tmp_path):
    path = tmp_path / "library.db"
    with pytest.raises(LibraryMissing, match=r"no library at .*: peelback --library .* add PATH"):
        Library.open(path)
    assert not path.exists()


def test_making_a_library_makes_its_folder(tmp_path):
    with Library.open(tmp_path / "new" / "folder" / "library.db", create=True) as library:
        assert (library.cards(), library.revision) == ((), 0)


def test_opening_a_library_with_create_keeps_what_is_in_it(tmp_path):
    path = tmp_path / "library.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
    with Library.open(path, recipe=RECIPE, create=True) as library:
        assert [card.report_id for card in library.cards()] == ["harbour-2019"]


def test_a_file_left_empty_by_a_killed_process_counts_as_missing(tmp_path):
    path = tmp_path / "library.db"
    path.touch()
    with pytest.raises(LibraryMissing):
        Library.open(path)
    with Library.open(path, create=True) as library:
        assert library.cards() == ()


def test_a_database_left_without_tables_by_a_killed_process_counts_as_missing(tmp_path):
    path = tmp_path / "library.db"
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA journal_mode = WAL")
    rows.close()
    with pytest.raises(LibraryMissing):
        Library.open(path)
    with Library.open(path, create=True) as library:
        assert library.cards() == ()


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, create):
    path = tmp_path / "report.txt"
    path.write_text("This is a report about Harbour Constabulary. " * 50)
    before = path.read_bytes()
    with pytest.raises(LibraryCorrupt, match="is not a library: it is not an SQLite database"):
        Library.open(path, create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_the_database_of_another_application_is_refused_and_left_alone(tmp_path, create):
    path = tmp_path / "photos.db"
    rows = sqlite3.connect(path)
    rows.execute("CREATE TABLE photos (name TEXT)")
    rows.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="an SQLite database of another application"):
        Library.open(path, create=create)
    assert path.read_bytes() == before


def test_a_library_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "library.db"
    Library.open(path, create=True).close()
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA user_version = 2")
    rows.close()
    with pytest.raises(
        LibraryError, match=r"newer Peelback \(schema 2, this one reads 1\); upgrade"
    ):
        Library.open(path)


def test_a_library_that_does_not_say_which_it_is_is_refused(tmp_path):
    path = tmp_path / "library.db"
    Library.open(path, create=True).close()
    rows = sqlite3.connect(path)
    rows.execute("UPDATE meta SET revision = 7")
    rows.commit()
    rows.close()
    with pytest.raises(LibraryCorrupt, match="damaged where it says which one it is; move the"):
        Library.open(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(
        LibraryError, match=r"is a folder; a library is a file, such as .*library\.db"
    ):
        Library.open(tmp_path, create=True)


def test_a_library_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="no library can be made at"):
        Library.open(tmp_path / "file" / "library.db", create=True)


def test_a_name_with_the_marks_of_an_address_is_a_file_name(tmp_path):
    path = tmp_path / "what? #1 50%25.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
    assert path.is_file()


def test_a_path_that_cannot_be_reached_is_said(tmp_path):
    with pytest.raises(LibraryError, match="cannot be reached: File name too long"):
        Library.open(tmp_path / ("long" * 100), create=True)


def test_links_that_lead_round_in_a_circle_are_said(tmp_path):
    (tmp_path / "a.db").symlink_to(tmp_path / "b.db")
    (tmp_path / "b.db").symlink_to(tmp_path / "a.db")
    with pytest.raises(LibraryError, match=r"a\.db cannot be reached: "):
        Library.open(tmp_path / "a.db", create=True)
