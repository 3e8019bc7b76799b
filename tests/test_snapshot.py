"""A snapshot: one revision of the library, whatever is written meanwhile."""

import gc
import threading

import numpy as np
import pytest

from index.errors import UnknownPassage, UnknownReport
from index.store.library import Library
from tests.made_reports import FULL, HARBOUR, MOORLAND, RECIPE, HashEmbedder, contents, made_report


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as opened:
        opened.add(*contents(HARBOUR))
        opened.add(*contents(MOORLAND))
        yield opened


def query(text):
    return HashEmbedder().embed_query(text)


def test_a_passage_is_found_by_its_own_words_both_ways(library):
    snapshot = library.snapshot()
    passage_id = snapshot.passage_ids("harbour-2019")[1]
    text = snapshot.passage(passage_id).text
    (dense,) = snapshot.dense(query(text), k=1, within=None)
    (keyword,) = snapshot.keyword(snapshot.keywords.analyse("body-worn"), k=5, within=None)
    assert (dense.passage_id, dense.score) == (passage_id, pytest.approx(1))
    assert keyword.passage_id == passage_id


def test_a_word_of_the_heading_finds_the_passages_below_it(library):
    snapshot = library.snapshot()
    hits = snapshot.keyword(snapshot.keywords.analyse("supervision"), k=5, within=None)
    assert {h.passage_id for h in hits} == set(snapshot.passage_ids("harbour-2019")[:2])


def test_passages_of_a_report_come_in_reading_order(library):
    snapshot = library.snapshot()
    ids = snapshot.passage_ids("harbour-2019")
    assert tuple(snapshot.passage(i) for i in ids) == contents(HARBOUR)[1]
    assert [snapshot.report_id_of(i) for i in ids] == ["harbour-2019"] * 3


def test_passages_carry_the_vectors_they_were_added_with(library):
    snapshot = library.snapshot()
    _, _, vectors = contents(HARBOUR)
    for passage_id, expected in zip(snapshot.passage_ids("harbour-2019"), vectors, strict=True):
        assert np.array_equal(snapshot.passage_vector(passage_id), expected.passage)
        assert snapshot.sentence_vectors(passage_id) == pytest.approx(expected.sentences, abs=1e-3)


def test_sentences_vectors_are_of_unit_length(library):
    snapshot = library.snapshot()
    rows = snapshot.sentence_vectors(snapshot.passage_ids("harbour-2019")[0])
    assert rows.shape == (2, 16)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-6)


def test_a_search_within_reports_finds_nothing_outside(library):
    snapshot = library.snapshot()
    ids = set(snapshot.passage_ids("moorland-2021"))
    tokens = snapshot.keywords.analyse("officers force children crime")
    dense = snapshot.dense(query("crime file"), k=9, within=["moorland-2021"])
    keyword = snapshot.keyword(tokens, k=9, within={"moorland-2021"})
    assert {hit.passage_id for hit in dense} == ids
    assert {hit.passage_id for hit in keyword} == ids


def test_a_search_within_no_report_finds_nothing(library):
    snapshot = library.snapshot()
    assert snapshot.dense(query("crime"), k=9, within=()) == []
    assert snapshot.keyword(("crime",), k=9, within=()) == []


@pytest.mark.parametrize("within", [["nowhere"], ["harbour-2019", "nowhere"]])
def test_a_search_within_an_unknown_report_is_refused(library, within):
    snapshot = library.snapshot()
    with pytest.raises(UnknownReport, match="no report 'nowhere' is in revision 2"):
        snapshot.dense(query("crime"), k=9, within=within)
    with pytest.raises(UnknownReport, match="no report 'nowhere' is in revision 2"):
        snapshot.keyword(("crime",), k=9, within=within)


def test_unknown_ids_are_refused(library):
    snapshot = library.snapshot()
    with pytest.raises(UnknownPassage, match="no passage 99 is in revision 2"):
        snapshot.passage(99)
    with pytest.raises(UnknownPassage):
        snapshot.sentence_vectors(0)
    with pytest.raises(UnknownReport):
        snapshot.report("nowhere")
    with pytest.raises(UnknownReport):
        snapshot.passage_ids("nowhere")


def test_an_empty_library_finds_nothing(tmp_path):
    with Library.open(tmp_path / "empty.db", create=True) as library:
        snapshot = library.snapshot()
        assert snapshot.dense(query("crime"), k=9, within=None) == []
        assert snapshot.keyword(("crime",), k=9, within=None) == []
        assert (dict(snapshot.cards), snapshot.revision) == ({}, 0)


def test_the_same_snapshot_is_given_until_something_changes(library):
    first = library.snapshot()
    assert library.snapshot() is first
    library.add(*contents(FULL))
    second = library.snapshot()
    assert second is not first
    assert (second.revision, second.digest) == (library.revision, library.digest)
    assert list(second.cards) == ["full-2020", "harbour-2019", "moorland-2021"]


def test_a_change_by_another_process_is_seen(library):
    before = library.snapshot()
    with Library.open(library.path, recipe=RECIPE) as other:
        other.add(*contents(FULL))
        other.remove("moorland-2021")
    after = library.snapshot()
    assert (before.revision, after.revision) == (2, 4)
    assert list(after.cards) == ["full-2020", "harbour-2019"]


def test_a_refreshed_snapshot_equals_a_fresh_one(library):
    library.snapshot()
    library.add(*contents(made_report("harbour-2019", {"Custody": ["Cells are clean."]})))
    library.add(*contents(FULL))
    library.remove("moorland-2021")
    library.add(*contents(MOORLAND))
    refreshed = library.snapshot()
    with Library.open(library.path) as other:
        fresh = other.snapshot()
        asked = query("children in clean cells")
        assert refreshed.dense(asked, k=9, within=None) == fresh.dense(asked, k=9, within=None)
        for report_id in fresh.cards:
            ids = fresh.passage_ids(report_id)
            assert refreshed.passage_ids(report_id) == ids
            assert [refreshed.passage(i) for i in ids] == [fresh.passage(i) for i in ids]


def test_an_older_snapshot_goes_on_showing_its_revision(library):
    before = library.snapshot()
    ids = before.passage_ids("harbour-2019")
    with Library.open(library.path, recipe=RECIPE) as other:
        other.add(*contents(made_report("harbour-2019", {"Custody": ["Cells are clean."]})))
        other.remove("moorland-2021")
    library.snapshot()
    assert tuple(before.passage(i) for i in ids) == contents(HARBOUR)[1]
    assert before.report("moorland-2021") == MOORLAND
    assert before.sentence_vectors(ids[0]).shape == (2, 16)
    assert len(before.keyword(("offic",), k=9, within=None)) == 1


def test_a_newer_snapshot_refuses_the_ids_of_what_is_gone(library):
    ids = library.snapshot().passage_ids("harbour-2019")
    library.add(*contents(made_report("harbour-2019", {"Custody": ["Cells are clean."] * 3})))
    with pytest.raises(UnknownPassage):
        library.snapshot().passage(ids[0])


def test_a_snapshot_outlives_its_library(library):
    snapshot = library.snapshot()
    library.close()
    assert snapshot.report("harbour-2019") == HARBOUR


def test_a_snapshot_that_nobody_holds_lets_the_log_be_cleared(library):
    library.snapshot()
    library.add(*contents(FULL))
    library.snapshot()
    gc.collect()
    library.close()
    assert not library.path.with_name("library.db-wal").exists()


def test_threads_that_read_while_another_writes_see_one_revision_each(tmp_path):
    """Every revision has one report, which says its number in every passage."""
    path = tmp_path / "library.db"

    def numbered(number):
        return contents(made_report("counter", {"Heading": [f"number {number}."] * 20}))

    wrong: list[object] = []
    seen: set[int] = set()
    finished = threading.Event()

    def read(library):
        while not finished.is_set():
            try:
                snapshot = library.snapshot()
                expected = f"number {snapshot.revision - 1}."
                hits = snapshot.dense(query("number"), k=20, within=["counter"])
                hits += snapshot.keyword(("number",), k=20, within=None)
                texts = {snapshot.passage(hit.passage_id).text for hit in hits}
                rows = snapshot.sentence_vectors(hits[0].passage_id)
                seen.add(snapshot.revision)
                if texts != {expected} or len(hits) != 40 or rows.shape != (1, 16):
                    wrong.append((snapshot.revision, len(hits), texts))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test has to see it
                wrong.append(error)
                return

    with (
        Library.open(path, recipe=RECIPE, create=True) as library,
        Library.open(path, recipe=RECIPE) as writer,
    ):
        writer.add(*numbered(0))
        threads = [threading.Thread(target=read, args=(library,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 60):
            writer.add(*numbered(number))
        finished.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert len(seen) > 5
