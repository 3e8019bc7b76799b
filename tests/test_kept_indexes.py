"""What is kept beside a library: used when it fits, made again when it does not."""

import os
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest

from index.store.kept_indexes import STALE_S
from index.store.library import Library
from index.store.segments import FAN
from index.store.sizes import Sizes
from tests.made_reports import RECIPE, HashEmbedder, contents, made_report

WORDS = [
    *("custody", "officers", "find", "children", "missing"),
    *("crime", "files", "supervision", "video", "sergeants"),
]


def report(number, paragraphs=6):
    """A report whose words and vectors differ from any other's."""
    rng = np.random.default_rng(number)
    texts = [f"Place {number}: " + " ".join(rng.choice(WORDS, 9)) + "." for _ in range(paragraphs)]
    return contents(made_report(f"place-{number:03}", {"Findings": texts}))


SMALL = Sizes(in_memory=15, exact_up_to=20, quantised_from=60, smallest_segment=20, kept_from=10)
"""Every size at which something else begins, made small: the code is the same."""


def opened(path, *, recipe=None, create=False, sizes=SMALL):
    return Library.open(path, recipe=recipe, create=create, sizes=sizes)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "library.db"
    with opened(path, recipe=RECIPE, create=True) as library:
        for number in range(30):
            library.add(*report(number))
        found(library)
    return path


def found(library, within=None):
    """What both searches find for some questions, and what the library knows of words."""
    now = library.snapshot()
    return [
        (
            now.dense(HashEmbedder().embed_query(word), k=7, within=within),
            now.keyword(now.keywords.analyse(f"{word} missing"), k=7, within=within),
            now.keywords.idf(word),
            now.keywords.words,
        )
        for word in WORDS
    ]


def found_without_help(path, within=None):
    """The oracle: the same library where nothing is kept, and all is read and compared."""
    bare = path.with_name("bare.db")
    with opened(path) as library:
        library.backup(bare)
    try:
        with opened(bare, sizes=replace(SMALL, in_memory=10**9)) as library:
            return found(library, within)
    finally:
        for leftover in path.parent.glob("bare.db*"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def alike(one, other):
    """Equal but for the last bits of a cosine, which two ways of adding up may differ in."""
    for (dense, keyword, *rest), (dense2, keyword2, *rest2) in zip(one, other, strict=True):
        assert [hit.passage_id for hit in dense] == [hit.passage_id for hit in dense2]
        assert [h.score for h in dense] == pytest.approx([h.score for h in dense2], abs=1e-6)
        assert (keyword, rest) == (keyword2, rest2)


def files(path):
    return sorted(path.with_name(path.name + "-index").iterdir())


def of_kind(path, kind):
    return [file for file in files(path) if file.name.startswith(kind)]


def test_what_is_kept_finds_what_reading_everything_finds(path):
    assert of_kind(path, "words")
    assert of_kind(path, "vectors")
    with opened(path) as library:
        alike(found(library), found_without_help(path))


def test_a_narrow_scope_is_compared_exactly(path):
    within = ["place-003", "place-017"]
    with opened(path) as library:
        alike(found(library, within), found_without_help(path, within))


def test_opening_again_writes_nothing(path):
    before = [(file, file.stat().st_mtime_ns) for file in files(path)]
    with opened(path) as library:
        found(library)
    assert [(file, file.stat().st_mtime_ns) for file in files(path)] == before


@pytest.mark.parametrize("reopened", [True, False])
def test_reports_added_replaced_and_removed_are_found_or_not(path, reopened):
    library = opened(path, recipe=RECIPE)
    found(library)
    for number in range(30, 45):
        library.add(*report(number))
        if number % 3 == 0:
            found(library)
    library.add(*report(7, paragraphs=3))
    library.remove("place-011")
    if reopened:
        library.close()
        library = opened(path, recipe=RECIPE)
    with library:
        alike(found(library), found_without_help(path))


def test_adding_one_report_leaves_the_large_segment_as_it_is(path):
    (large,) = of_kind(path, "vectors")
    stamp = large.stat().st_mtime_ns
    with opened(path, recipe=RECIPE) as library:
        library.add(*report(99))
        found(library)
    assert large.stat().st_mtime_ns == stamp


def test_segments_do_not_pile_up(path):
    with opened(path, recipe=RECIPE) as library:
        for number in range(100, 125):
            library.add(*report(number, paragraphs=2))
            found(library)
        alike(found(library), found_without_help(path))
    assert len(files(path)) <= 2 * 3 * FAN


def test_a_folder_that_is_deleted_is_made_again(path):
    shutil.rmtree(path.with_name("library.db-index"))
    with opened(path) as library:
        alike(found(library), found_without_help(path))
    assert of_kind(path, "words")


@pytest.mark.parametrize("damage", ["a bit", "cut short", "emptied", "another's file"])
@pytest.mark.parametrize("kind", ["words", "vectors"])
def test_a_damaged_file_is_not_used_and_made_again(path, kind, damage):
    for file in of_kind(path, kind):
        content = bytearray(file.read_bytes())
        content[len(content) // 3] ^= 1
        file.write_bytes(
            {
                "a bit": bytes(content),
                "cut short": file.read_bytes()[:-9],
                "emptied": b"",
                "another's file": b"SQLite format 3\0" * 40,
            }[damage]
        )
    with opened(path) as library:
        alike(found(library), found_without_help(path))
    with opened(path) as library:
        alike(found(library), found_without_help(path))


def test_files_of_another_library_are_not_used(path, tmp_path):
    other = tmp_path / "other.db"
    shutil.copytree(path.with_name("library.db-index"), tmp_path / "other.db-index")
    with opened(other, recipe=RECIPE, create=True) as library:
        for number in range(200, 230):
            library.add(*report(number))
        alike(found(library), found_without_help(other))


def test_an_older_revision_goes_on_while_another_process_writes(path):
    with opened(path, recipe=RECIPE) as library, opened(path, recipe=RECIPE) as other:
        before = found(library)
        pinned = library.snapshot()
        for number in range(300, 320):
            other.add(*report(number))
        other.remove("place-005")
        found(other)
        library._snapshot = None  # as a process that has just started on the older revision
        now = found(library)
        assert pinned.dense(HashEmbedder().embed_query("custody"), k=7, within=None) == before[0][0]
        alike(now, found_without_help(path))


def test_two_processes_that_both_make_it_agree(path):
    shutil.rmtree(path.with_name("library.db-index"))
    with opened(path) as one, opened(path) as two:
        first, second = one.snapshot(), two.snapshot()
        assert first.keywords.words == second.keywords.words
        alike(found(one), found(two))
    with opened(path) as library:
        alike(found(library), found_without_help(path))


def test_where_nothing_can_be_written_the_library_is_searched_all_the_same(path):
    folder = path.with_name("library.db-index")
    shutil.rmtree(folder)
    folder.write_text("a file where the folder would be")
    with opened(path) as library:
        alike(found(library), found_without_help(path))
    assert folder.read_text() == "a file where the folder would be"


def test_a_removed_reports_words_leave_what_is_kept(path):
    with opened(path, recipe=RECIPE) as library:
        library.add(*contents(made_report("secret", {"Zebras": ["Quagga pelican. " * 3] * 12})))
        found(library)
        assert any(b"quagga" in file.read_bytes() for file in files(path))
        library.remove("secret")
        assert not any(b"quagga" in file.read_bytes() for file in files(path))
        alike(found(library), found_without_help(path))


def test_what_a_killed_process_left_half_written_is_swept_up(path):
    abandoned, in_work = (
        path.with_name("library.db-index") / name for name in (".old.1", ".new.2")
    )
    abandoned.write_bytes(b"half")
    in_work.write_bytes(b"half")
    an_age = time.time() - STALE_S - 60
    os.utime(abandoned, (an_age, an_age))
    with opened(path, recipe=RECIPE) as library:
        for number in range(400, 404):
            library.add(*report(number))
        found(library)
    assert (abandoned.exists(), in_work.exists()) == (False, True)
