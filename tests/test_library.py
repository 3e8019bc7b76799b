"""The library: what goes in comes out, and what is replaced or removed is gone."""

import sqlite3
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Passage, Span
from index.embedding import PassageVectors
from index.errors import EncoderMismatch, LibraryError, LibraryLocked, UnknownReport
from index.store.connections import BUSY_TIMEOUT_S
from index.store.library import AddOutcome, Library
from tests.made_reports import FULL, HARBOUR, MOORLAND, RECIPE, contents, made_report


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as opened:
        yield opened


def test_a_report_comes_back_as_it_was_added(library):
    library.add(*contents(FULL))
    assert library.report("full-2020") == FULL


def test_a_report_comes_back_from_the_file_after_closing(tmp_path):
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as library:
        library.add(*contents(FULL))
    with Library.open(tmp_path / "library.db") as library:
        assert library.report("full-2020") == FULL


def test_cards_come_by_report_id_and_count_what_a_report_has(library):
    library.add(*contents(HARBOUR))
    library.add(*contents(FULL))
    cards = library.cards()
    assert [card.report_id for card in cards] == ["full-2020", "harbour-2019"]
    assert (cards[0].sections, cards[0].passages, cards[0].judgements, cards[0].actions) == (
        1, 1, 1, 1,
    )  # fmt: skip
    assert (cards[1].sections, cards[1].passages) == (2, 3)
    assert cards[0].metadata == FULL.metadata
    assert (cards[0].source, cards[0].sha256) == ("full 2020.pdf", "ab" * 32)


def test_adding_says_whether_a_report_took_the_place_of_another(library):
    assert library.add(*contents(HARBOUR)) is AddOutcome.ADDED
    assert library.add(*contents(HARBOUR)) is AddOutcome.REPLACED


def test_nothing_of_a_replaced_report_is_kept(library):
    library.add(*contents(HARBOUR))
    library.add(*contents(MOORLAND))
    changed = made_report("harbour-2019", {"Custody": ["Cells are clean."]})
    library.add(*contents(changed))
    assert library.report("harbour-2019") == changed
    snapshot = library.snapshot()
    ids = snapshot.passage_ids("harbour-2019")
    assert [snapshot.passage(i).text for i in ids] == ["Cells are clean."]
    rows = sqlite3.connect(library.path)
    assert rows.execute("SELECT count(*) FROM passages").fetchone() == (2,)
    assert rows.execute("SELECT count(*) FROM sentence_vectors").fetchone() == (2,)
    rows.close()


def test_a_removed_report_is_gone_and_its_passage_ids_are_not_used_again(library):
    library.add(*contents(MOORLAND))
    library.add(*contents(HARBOUR))
    gone = library.snapshot().passage_ids("harbour-2019")
    library.remove("harbour-2019")
    with pytest.raises(UnknownReport, match="no report 'harbour-2019' is in the library; "):
        library.report("harbour-2019")
    library.add(*contents(HARBOUR))
    assert min(library.snapshot().passage_ids("harbour-2019")) > max(gone)


def test_the_words_of_a_removed_report_are_not_left_in_the_file(library):
    library.add(*contents(made_report("secret", {"Names": ["Wolverhampshire " * 200] * 9})))
    library.add(*contents(HARBOUR))
    library.remove("secret")
    library.close()
    assert b"Wolverhampshire" not in library.path.read_bytes()


def test_the_words_of_a_removed_report_are_not_left_in_the_log_of_an_open_library(library):
    library.add(*contents(made_report("secret", {"Names": ["Wolverhampshire " * 200] * 9})))
    library.add(*contents(HARBOUR))
    log = library.path.with_name("library.db-wal")
    assert b"Wolverhampshire" in log.read_bytes()
    library.remove("secret")
    assert b"Wolverhampshire" not in log.read_bytes() + library.path.read_bytes()


def test_a_report_is_removed_at_once_while_a_reader_keeps_the_log(library):
    library.add(*contents(HARBOUR))
    library.add(*contents(MOORLAND))
    pinned = library.snapshot()
    begun = time.monotonic()
    library.remove("harbour-2019")
    assert time.monotonic() - begun < BUSY_TIMEOUT_S
    assert [card.report_id for card in library.cards()] == ["moorland-2021"]
    assert pinned.report("harbour-2019") == HARBOUR


def test_removing_an_unknown_report_changes_nothing(library):
    library.add(*contents(HARBOUR))
    before = (library.revision, library.digest)
    with pytest.raises(UnknownReport, match=r"'nowhere'.*`peelback reports` lists what is"):
        library.remove("nowhere")
    assert (library.revision, library.digest) == before


def test_each_change_is_one_revision(library):
    assert library.revision == 0
    library.add(*contents(HARBOUR))
    library.add(*contents(HARBOUR))
    library.remove("harbour-2019")
    assert library.revision == 3


def test_the_digest_depends_on_what_is_in_not_on_the_order_it_came_in(tmp_path):
    with (
        Library.open(tmp_path / "a.db", recipe=RECIPE, create=True) as one,
        Library.open(tmp_path / "b.db", recipe=RECIPE, create=True) as other,
    ):
        one.add(*contents(HARBOUR), origin="/here/harbour-2019.txt")
        one.add(*contents(MOORLAND))
        other.add(*contents(FULL))
        other.add(*contents(MOORLAND))
        other.add(*contents(HARBOUR))
        other.remove("full-2020")
        assert one.digest == other.digest


def _with_another_vector(report):
    report, passages, vectors = contents(report)
    flipped = PassageVectors(-vectors[0].passage, vectors[0].sentences)
    return report, passages, [flipped, *vectors[1:]]


def _with_another_sentence_vector(report):
    report, passages, vectors = contents(report)
    flipped = PassageVectors(vectors[0].passage, -vectors[0].sentences)
    return report, passages, [flipped, *vectors[1:]]


def _with_another_title(report):
    return contents(replace(report, metadata=replace(report.metadata, title="Another")))


def _with_fewer_passages(report):
    report, passages, vectors = contents(report)
    return report, passages[1:], vectors[1:]


@pytest.mark.parametrize(
    "changed",
    [_with_another_vector, _with_another_sentence_vector, _with_another_title,
     _with_fewer_passages],
)  # fmt: skip
def test_the_digest_depends_on_text_spans_and_vectors(library, changed):
    library.add(*contents(HARBOUR))
    before = library.digest
    library.add(*changed(HARBOUR))
    assert library.digest != before
    library.add(*contents(HARBOUR))
    assert library.digest == before


def test_sources_say_which_file_each_report_was_made_from(library):
    library.add(*contents(HARBOUR), origin="/reports/harbour-2019.txt")
    library.add(*contents(FULL))
    found = [(held.report_id, held.source, held.origin) for held in library.sources()]
    assert found == [
        ("full-2020", "full 2020.pdf", None),
        ("harbour-2019", "harbour-2019.txt", "/reports/harbour-2019.txt"),
    ]


def test_the_passages_can_be_read_with_any_sqlite_shell(library):
    library.add(*contents(FULL))
    rows = sqlite3.connect(library.path)
    found = rows.execute("SELECT text FROM passage_texts").fetchall()
    grade = rows.execute("SELECT judgements ->> '$[0].grade' FROM reports").fetchone()
    rows.close()
    assert found == [("The force is good — “very” good (VGF). 🙂 It must improve.",)]
    assert grade == ("Good",)


PASSAGE = contents(HARBOUR)[1][0]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (replace(PASSAGE, text="Sergeants look at no crime file."), "its text is not the report's"),
        (replace(PASSAGE, report_id="other"), "it belongs to report 'other'"),
        (replace(PASSAGE, section=2), "section 2 of 2 does not exist"),
        (replace(PASSAGE, section=1), "it runs out of section 1"),
        (replace(PASSAGE, sentences=PASSAGE.sentences[::-1]), "its sentences overlap"),
        (replace(PASSAGE, sentences=(PASSAGE.sentences[0], Span(60, 90))), "leave the passage"),
    ],
)
def test_a_passage_that_is_not_a_slice_of_its_section_is_refused(library, changed, problem):
    report, passages, vectors = contents(HARBOUR)
    with pytest.raises(ValueError, match=f"harbour-2019, passage 0: .*{problem}"):
        library.add(report, (changed, *passages[1:]), vectors)
    assert library.cards() == ()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (lambda v: PassageVectors(v.passage * 2, v.sentences), "unit length"),
        (lambda v: PassageVectors(v.passage * np.float32("nan"), v.sentences), "not finite"),
        (lambda v: PassageVectors(v.passage, v.sentences * np.float32(0.9)), "unit length"),
        (lambda v: PassageVectors(v.passage.astype(float), v.sentences), "float64, wanted float32"),
        (lambda v: PassageVectors(v.passage[None], v.sentences), "wanted \\(dim,\\)"),
        (lambda v: PassageVectors(v.passage, v.sentences[:1]), "sentences' vectors have shape"),
        (lambda v: PassageVectors(v.passage[:8], v.sentences), "several dimensions: \\[8, 16\\]"),
    ],
)
def test_vectors_that_are_not_unit_vectors_of_the_passage_are_refused(library, changed, problem):
    report, passages, vectors = contents(HARBOUR)
    with pytest.raises(ValueError, match=problem):
        library.add(report, passages, [changed(vectors[0]), *vectors[1:]])
    assert library.cards() == ()


def test_a_passage_without_its_vectors_is_refused(library):
    report, passages, vectors = contents(HARBOUR)
    with pytest.raises(ValueError, match="wanted vectors for 3 passages, got 2"):
        library.add(report, passages, vectors[:2])


def test_text_that_cannot_be_written_is_refused_whole(library):
    library.add(*contents(HARBOUR))
    broken = made_report("harbour-2019", {"Heading": ["half a surrogate \ud800 pair"]})
    with pytest.raises(UnicodeEncodeError):
        library.add(*contents(broken))
    assert library.report("harbour-2019") == HARBOUR


def test_a_library_of_another_recipe_is_refused_with_both_named(tmp_path):
    path = tmp_path / "library.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
    wanted = f"was built with {RECIPE!r}, the settings ask for 'hash-32'; .*--library PATH"
    with pytest.raises(EncoderMismatch, match=wanted):
        Library.open(path, recipe="hash-32")


def test_a_library_without_reports_takes_any_recipe(tmp_path):
    path = tmp_path / "library.db"
    with Library.open(path, recipe="hash-32", create=True) as library:
        library.add(*contents(HARBOUR))
        library.remove("harbour-2019")
    with Library.open(path, recipe=RECIPE) as library:
        library.add(*contents(HARBOUR))
        assert library.recipe == RECIPE


def test_listing_and_removing_need_no_recipe(tmp_path):
    path = tmp_path / "library.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        library.add(*contents(HARBOUR))
    with Library.open(path) as library:
        assert len(library.cards()) == 1
        library.remove("harbour-2019")
        assert library.cards() == ()


def test_adding_without_a_recipe_is_refused(tmp_path):
    with (
        Library.open(tmp_path / "library.db", create=True) as library,
        pytest.raises(LibraryError, match="open it with a recipe to add to it"),
    ):
        library.add(*contents(HARBOUR))


def test_vectors_of_another_dimension_are_refused(library):
    library.add(*contents(HARBOUR))
    report, passages, _ = contents(MOORLAND)
    unit = np.eye(1, 8, dtype=np.float32)
    vectors = [PassageVectors(unit[0], unit.repeat(len(p.sentences), 0)) for p in passages]
    with pytest.raises(EncoderMismatch, match="vectors of 16 dimensions, these have 8"):
        library.add(report, passages, vectors)


def test_a_second_writer_is_told_who_is_writing(tmp_path):
    path = tmp_path / "library.db"
    with (
        Library.open(path, recipe=RECIPE, create=True) as first,
        Library.open(path, recipe=RECIPE) as second,
        first.writing(),
    ):
        first.add(*contents(HARBOUR))
        with pytest.raises(LibraryLocked, match=r"is being written by process \d+ on .*; wait"):
            second.add(*contents(MOORLAND))
        assert [card.report_id for card in second.cards()] == ["harbour-2019"]


def test_a_second_writer_by_another_name_of_the_file_is_told_who_is_writing(tmp_path):
    path, link = tmp_path / "library.db", tmp_path / "link.db"
    link.symlink_to(path)
    with (
        Library.open(path, recipe=RECIPE, create=True) as first,
        Library.open(link, recipe=RECIPE) as second,
        first.writing(),
    ):
        with pytest.raises(LibraryLocked, match=r"is being written by process \d+ on .*; wait"):
            second.add(*contents(MOORLAND))
        assert sorted(file.name for file in tmp_path.glob("*-writer")) == ["library.db-writer"]


def test_the_next_writer_may_write_when_the_first_has_finished(tmp_path):
    path = tmp_path / "library.db"
    with (
        Library.open(path, recipe=RECIPE, create=True) as first,
        Library.open(path, recipe=RECIPE) as second,
    ):
        first.add(*contents(HARBOUR))
        second.add(*contents(MOORLAND))
        first.remove("harbour-2019")
        assert [card.report_id for card in second.cards()] == ["moorland-2021"]


_WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(
    sections=st.dictionaries(
        _WORDS.filter(lambda heading: "\n" not in heading),
        st.lists(_WORDS.filter(lambda text: text.strip(" \n.")), max_size=3),
        min_size=1,
        max_size=3,
    ),
    title=_WORDS,
)
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_character_for_character(tmp_path_factory, sections, title):
    report = made_report("made", sections, title=title)
    report, passages, vectors = contents(report)
    path = tmp_path_factory.mktemp("library") / "library.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        library.add(report, passages, vectors)
        snapshot = library.snapshot()
        ids = snapshot.passage_ids("made")
        found = tuple(snapshot.passage(i) for i in ids)
        assert library.report("made") == report
        assert found == passages
        assert library.verify() == ()


def test_a_report_may_have_passages_without_sentences(library):
    report, passages, vectors = contents(MOORLAND)
    bare = Passage(report.report_id, 0, passages[0].span, passages[0].text, ())
    empty = PassageVectors(vectors[0].passage, np.empty((0, 16), np.float32))
    library.add(report, [bare], [empty])
    snapshot = library.snapshot()
    (passage_id,) = snapshot.passage_ids("moorland-2021")
    assert snapshot.passage(passage_id) == bare
    assert snapshot.sentence_vectors(passage_id).shape == (0, 16)
    assert library.verify() == ()
