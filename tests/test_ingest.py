"""Bringing files in: what is new, what is there already, what is another file of that name."""

import os
import zipfile
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.errors import EncoderError, EncoderMismatch
from index.ingest import Duplicate, recipe_of
from index.store.library import AddOutcome, Library
from tests.adding import add, open_library, write_reports
from tests.made_reports import HashEmbedder


class LoudEmbedder:
    """An encoder that must not be loaded."""

    def __call__(self) -> Embedder:
        raise AssertionError("the encoder was loaded")


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    write_reports(tmp_path / "reports", ["harbour", "moorland"], version=1)
    return tmp_path / "reports"


def text_of(library, report_id):
    return library.report(report_id).text


def test_new_files_come_in_by_the_names_of_their_files(library, folder):
    summary = add(library, folder)
    assert (summary.added, summary.replaced, summary.unchanged) == (("harbour", "moorland"), (), ())
    assert (summary.failed, summary.warnings, summary.interrupted) == ((), (), False)
    assert [card.report_id for card in library.cards()] == ["harbour", "moorland"]
    assert library.verify() == ()


def test_a_report_can_be_found_when_it_is_in(library, folder):
    add(library, folder)
    snapshot = library.snapshot()
    query = HashEmbedder().embed_query("In version 1 the inspectors of moorland found finding 3")
    (best, *_) = snapshot.dense(query, k=1, within=None)
    assert snapshot.passage(best.passage_id).report_id == "moorland"


def test_unchanged_files_cost_no_encoder_and_no_revision(library, folder):
    add(library, folder)
    before = library.revision
    summary = add(library, folder, embedder=LoudEmbedder())
    assert summary.unchanged == ("harbour", "moorland")
    assert (summary.added, summary.replaced, library.revision) == ((), (), before)


def test_a_changed_file_replaces_its_report(library, folder):
    add(library, folder)
    write_reports(folder, ["moorland"], version=2)
    summary = add(library, folder)
    assert (summary.replaced, summary.unchanged) == (("moorland",), ("harbour",))
    assert "version 2" in text_of(library, "moorland")
    assert "version 1" not in text_of(library, "moorland")


def test_a_file_keeps_its_report_from_whatever_folder_the_command_is_run_in(
    library, folder, monkeypatch
):
    add(library, folder)
    write_reports(folder, ["moorland"], version=2)
    monkeypatch.chdir(folder)
    assert add(library, folder.joinpath("..", "reports")).failed == ()
    write_reports(folder, ["moorland"], version=3)
    assert add(library, Path("moorland.txt")).replaced == ("moorland",)
    assert [card.report_id for card in library.cards()] == ["harbour", "moorland"]


def test_another_file_of_the_same_name_comes_in_beside_the_first_with_a_warning(
    library, folder, tmp_path
):
    add(library, folder)
    write_reports(tmp_path / "others", ["moorland"], version=9)
    summary = add(library, tmp_path / "others")
    assert summary.added == ("moorland-2",)
    assert summary.warnings == (
        f"{tmp_path}/others/moorland.txt: another file of that name is in the library as"
        " 'moorland', so this one is 'moorland-2'; if it takes the other's place:"
        " peelback remove moorland",
    )
    assert "version 1" in text_of(library, "moorland")
    assert "version 9" in text_of(library, "moorland-2")


def test_the_second_file_of_a_name_keeps_its_own_report(library, folder, tmp_path):
    write_reports(tmp_path / "others", ["moorland"], version=9)
    add(library, folder, tmp_path / "others")
    write_reports(tmp_path / "others", ["moorland"], version=10)
    summary = add(library, folder, tmp_path / "others")
    assert (summary.replaced, summary.warnings) == (("moorland-2",), ())
    assert "version 10" in text_of(library, "moorland-2")


def test_names_that_give_one_id_are_told_apart(library, tmp_path):
    write_reports(tmp_path / "reports", ["A Place", "a-place", "a_place"], version=1)
    summary = add(library, tmp_path / "reports")
    assert summary.added == ("a-place", "a-place-2", "a-place-3")
    assert len(summary.warnings) == 2


def test_the_same_bytes_under_another_name_are_left_out_and_said(library, folder, tmp_path):
    copy = tmp_path / "copy of harbour.txt"
    copy.write_bytes((folder / "harbour.txt").read_bytes())
    summary = add(library, folder, copy)
    assert summary.added == ("harbour", "moorland")
    assert summary.duplicates == (Duplicate(str(copy), "harbour"),)
    again = add(library, copy, embedder=LoudEmbedder())
    assert again.duplicates == (Duplicate(str(copy), "harbour"),)


def test_a_file_overwritten_with_another_reports_bytes_leaves_its_report_with_a_warning(
    library, folder
):
    add(library, folder)
    harbour, moorland = folder / "harbour.txt", folder / "moorland.txt"
    moorland.write_bytes(harbour.read_bytes())
    summary = add(library, folder)
    assert summary.duplicates == (Duplicate(str(moorland), "harbour"),)
    assert summary.warnings == (
        f"{moorland}: it holds the same as 'harbour' now, and 'moorland', made from what it held"
        " before, is still in the library; to take it out: peelback remove moorland",
    )


def test_files_that_only_changed_their_names_leave_nothing_to_warn_of(library, folder):
    add(library, folder)
    harbour, moorland = folder / "harbour.txt", folder / "moorland.txt"
    before = harbour.read_bytes()
    harbour.write_bytes(moorland.read_bytes())
    moorland.write_bytes(before)
    summary = add(library, folder)
    assert (len(summary.duplicates), summary.warnings) == (2, ())


def test_a_file_overwritten_with_a_report_new_in_the_run_is_warned_of_too(library, folder):
    add(library, folder)
    write_reports(folder, ["anchor"], version=2)
    (folder / "moorland.txt").write_bytes((folder / "anchor.txt").read_bytes())
    summary = add(library, folder)
    assert summary.added == ("anchor",)
    assert [warning.split(": ")[-1] for warning in summary.warnings] == ["peelback remove moorland"]


def test_a_file_of_the_same_name_and_bytes_elsewhere_is_unchanged(library, folder, tmp_path):
    add(library, folder)
    write_reports(tmp_path / "moved", ["harbour"], version=1)
    assert add(library, tmp_path / "moved", embedder=LoudEmbedder()).unchanged == ("harbour",)


def test_a_file_in_an_archive_is_found_again_there(library, folder, tmp_path):
    archive = tmp_path / "reports.zip"
    with zipfile.ZipFile(archive, "w") as inside:
        inside.write(folder / "harbour.txt", "2019/harbour.txt")
    assert add(library, archive).added == ("harbour",)
    assert add(library, archive, embedder=LoudEmbedder()).unchanged == ("harbour",)
    write_reports(folder, ["harbour"], version=2)
    with zipfile.ZipFile(archive, "w") as inside:
        inside.write(folder / "harbour.txt", "2019/harbour.txt")
    assert add(library, archive).replaced == ("harbour",)


def test_two_files_of_one_name_in_an_archive_are_two_reports(library, tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "The force has three boats.")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "The force has four boats.")
    summary = add(library, path)
    assert (summary.added, summary.failed) == (("a", "a-2"), ())
    assert "three" in text_of(library, "a")
    assert "four" in text_of(library, "a-2")
    assert add(library, path).unchanged == ("a", "a-2")


def test_a_file_whose_name_is_not_utf_8_is_said_and_the_others_come_in(library, folder):
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("The force has three boats.")
    summary = add(library, folder)
    assert summary.added == ("harbour", "moorland")
    (failed,) = summary.failed
    assert failed.source == f"{folder}/caf\\xe9.txt"
    assert failed.reason == "its name or its folder's is not UTF-8: rename it"


def test_a_pipe_in_a_folder_is_not_waited_for(library, folder):
    os.mkfifo(folder / "pipe.txt")
    summary = add(library, folder)
    assert summary.added == ("harbour", "moorland")
    assert [failed.reason for failed in summary.failed] == ["is neither a file nor a folder"]


def test_a_file_that_cannot_be_read_is_said_and_the_others_come_in(library, folder, tmp_path):
    (folder / "empty.txt").touch()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of the kind")
    summary = add(library, folder, tmp_path / "nowhere.txt")
    assert summary.added == ("harbour", "moorland")
    assert {error.source.rsplit("/", 1)[-1] for error in summary.failed} == {
        "broken.pdf", "empty.txt", "nowhere.txt",
    }  # fmt: skip
    assert "there is no such file" in str(summary.failed[0])


def test_files_that_all_fail_load_no_encoder(library, tmp_path):
    (tmp_path / "empty.txt").touch()
    summary = add(library, tmp_path / "empty.txt", embedder=LoudEmbedder())
    assert len(summary.failed) == 1


def test_a_text_that_is_longer_than_any_report_loads_no_encoder(library, tmp_path):
    dump = tmp_path / "dump.txt"
    dump.write_text("The force counted its boats again. " * 150_000)
    (failed,) = add(library, dump, embedder=LoudEmbedder()).failed
    assert "5,249,999 characters" in failed.reason


class FaultyEmbedder(HashEmbedder):
    """Fails in an unforeseen way on one report, and only on it."""

    def embed_passages(self, inputs):
        if any("harbour" in item.text for item in inputs):
            raise ZeroDivisionError("no such number")
        return super().embed_passages(inputs)


def test_an_unforeseen_failure_is_that_reports_alone(library, folder):
    summary = add(library, folder, embedder=FaultyEmbedder)
    assert summary.added == ("moorland",)
    (failed,) = summary.failed
    assert failed.source == str(folder / "harbour.txt")
    assert "ZeroDivisionError: no such number" in failed.reason


class BrokenEmbedder(HashEmbedder):
    def embed_passages(self, inputs):
        raise EncoderError("the encoder has no memory left")


def test_an_encoder_that_cannot_be_run_ends_the_run(library, folder):
    with pytest.raises(EncoderError, match="no memory left"):
        add(library, folder, embedder=BrokenEmbedder)
    assert library.cards() == ()


class OtherEmbedder(HashEmbedder):
    identity = "hash-17"


def test_another_encoder_is_refused_before_anything_is_written(library, folder):
    add(library, folder)
    write_reports(folder, ["quay"], version=1)
    with pytest.raises(EncoderMismatch, match=r"'hash-16; .*the settings ask for 'hash-17; "):
        add(library, folder, embedder=OtherEmbedder)
    assert len(library.cards()) == 2


def test_a_library_opened_without_a_recipe_takes_that_of_the_encoder(tmp_path, folder):
    with Library.open(tmp_path / "new.db", create=True) as library:
        add(library, folder)
        assert library.recipe == recipe_of(HashEmbedder(), 64)


def test_recipes_differ_where_encoder_or_chunking_differ():
    recipes = {
        recipe_of(HashEmbedder(), 64),
        recipe_of(HashEmbedder(), 180),
        recipe_of(OtherEmbedder(), 64),
    }
    assert len(recipes) == 3


def test_progress_counts_files_and_passages_and_ends_with_the_outcome(library, folder):
    add(library, folder / "moorland.txt")
    write_reports(folder, ["moorland"], version=2)
    steps = []
    add(library, folder, on_progress=steps.append)
    passages = library.cards()[0].passages
    assert [(s.report_id, s.number, s.files, s.passages_done, s.passages) for s in steps] == [
        ("harbour", 1, 2, 0, 0),
        ("harbour", 1, 2, 0, passages),
        ("harbour", 1, 2, passages, passages),
        ("moorland", 2, 2, 0, 0),
        ("moorland", 2, 2, 0, passages),
        ("moorland", 2, 2, passages, passages),
    ]
    outcomes = [step.outcome for step in steps if step.outcome]
    assert outcomes == [AddOutcome.ADDED, AddOutcome.REPLACED]


def test_a_library_does_not_depend_on_the_order_of_the_files(tmp_path, folder):
    with open_library(tmp_path / "a.db") as one, open_library(tmp_path / "b.db") as other:
        add(one, folder / "harbour.txt", folder / "moorland.txt")
        add(other, folder / "moorland.txt", folder / "harbour.txt")
        assert one.digest == other.digest
