"""A damaged library: it says so, and never shows what was not written."""

import random
import shutil
import sqlite3
from collections.abc import Iterator

import pytest

from index.errors import LibraryCorrupt, LibraryError
from index.store import meta as meta_row
from index.store import records
from index.store.digests import library_digest
from index.store.library import Library
from tests.made_reports import FULL, HARBOUR, MOORLAND, RECIPE, contents, made_report

TOPICS = ("crime", "custody", "training", "fraud")


def library_of(path, *reports):
    with Library.open(path, recipe=RECIPE, create=True) as library:
        for report in reports:
            library.add(*contents(report))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A library of eight reports, some of them larger than a page of the file."""
    reports = [
        made_report(
            f"{topic}-{year}",
            {
                "Findings": [f"In {year} {topic} was number {n}." for n in range(12)],
                "What next": [f"The force should read about {topic}. " * 6] * 3,
            },
            bodies=(f"{topic.title()} Constabulary",),
        )
        for topic in TOPICS
        for year in (2018, 2019)
    ]
    return library_of(tmp_path_factory.mktemp("whole") / "library.db", *reports)


def everything(library) -> Iterator[tuple[object, ...]]:
    """All that a library shows, piece by piece, with a name for each piece."""
    snapshot = library.snapshot()
    yield "cards", library.cards()
    for report_id in snapshot.cards:
        yield "report", report_id, snapshot.report(report_id)
        for ordinal, passage_id in enumerate(snapshot.passage_ids(report_id)):
            at = (report_id, ordinal)
            yield "passage", at, passage_id, snapshot.passage(passage_id)
            yield "vector", at, snapshot.passage_vector(passage_id).tobytes()
            yield "sentences", at, snapshot.sentence_vectors(passage_id).tobytes()


def shown(path) -> tuple[list[tuple[object, ...]], LibraryError | None]:
    """What a library shows before it stops, and why it stopped."""
    pieces: list[tuple[object, ...]] = []
    try:
        with Library.open(path, recipe=RECIPE) as library:
            for piece in everything(library):
                pieces.append(piece)  # noqa: PERF402 - what came before an error counts
    except LibraryError as error:
        return pieces, error
    return pieces, None


def findings(path):
    try:
        with Library.open(path) as library:
            return library.verify()
    except LibraryError as error:
        return (str(error),)


def repaired(path):
    """What is dropped by a repair, or ``None`` where the file cannot even be opened."""
    try:
        with Library.open(path) as library:
            return library.repair()
    except LibraryCorrupt:
        return None


def damaged_copies(whole, folder, count, damage):
    for seed in range(count):
        path = folder / f"{seed}.db"
        data = bytearray(whole.read_bytes())
        damage(random.Random(seed), data)  # noqa: S311 - damage, not secrets
        path.write_bytes(data)
        yield path
        for leftover in folder.iterdir():
            leftover.unlink()


def flip_a_bit(rng, data):
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def zero_a_stretch(rng, data):
    start = rng.randrange(len(data))
    stop = min(len(data), start + rng.choice([1, 16, 512, 4096]))
    data[start:stop] = bytes(stop - start)


def cut_the_end(rng, data):
    del data[rng.randrange(len(data)) :]


@pytest.mark.parametrize(
    ("damage", "count"), [(flip_a_bit, 50), (zero_a_stretch, 25), (cut_the_end, 25)]
)
def test_damage_is_said_and_nothing_that_was_not_written_is_shown(whole, tmp_path, damage, count):
    check_damage(whole, tmp_path, damage, count)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("damage", [flip_a_bit, zero_a_stretch, cut_the_end])
def test_much_damage_is_said_and_nothing_that_was_not_written_is_shown(whole, tmp_path, damage):
    check_damage(whole, tmp_path, damage, 400)


def check_damage(whole, tmp_path, damage, count):
    written, error = shown(whole)
    assert error is None
    told = 0
    for path in damaged_copies(whole, tmp_path, count, damage):
        pieces, error = shown(path)
        assert all(piece in written for piece in pieces if piece[0] != "cards")
        problems = findings(path)
        # Unused bytes of a page may change without any harm: then all is as it was.
        assert error is None or problems
        assert error is not None or pieces == written
        told += error is not None
        dropped = repaired(path)
        if dropped is not None:
            check_repair(path, written, dropped)
    assert told > count / 3


def check_repair(path, written, dropped):
    lost = {report.report_id for report in dropped}
    pieces, error = shown(path)
    assert error is None
    assert findings(path) == ()
    kept = [p for p in written if p[0] == "report" and p[1] not in lost]
    assert [p for p in pieces if p[0] == "report"] == kept
    assert all(piece in written for piece in pieces if piece[0] != "cards")


def test_a_whole_library_has_no_findings_and_is_left_as_it_is_by_a_repair(whole, tmp_path):
    path = shutil.copy(whole, tmp_path / "library.db")
    with Library.open(path) as library:
        before = (library.verify(), library.revision, library.digest)
        assert library.repair() == ()
        assert (library.verify(), library.revision, library.digest) == before


def tampered(path, statement, *values):
    rows = sqlite3.connect(path)
    rows.create_function("worn", 1, lambda blob: bytes(reversed(blob)))
    rows.execute(statement, values)
    rows.commit()
    rows.close()


TAMPERING = {
    "text": (
        "UPDATE reports SET text = replace(text, '54 percent', '45 percent')"
        " WHERE report_id = 'harbour-2019'",
        "its text or structure is not what was written",
    ),
    "metadata": (
        "UPDATE reports SET metadata = replace(metadata, 'Harbour', 'Arbour')"
        " WHERE report_id = 'harbour-2019'",
        "what a listing shows of it is not what was written",
    ),
    "span": (
        "UPDATE passages SET start = start + 1 WHERE report_id = 'harbour-2019'",
        "its passages or vectors are not what was written",
    ),
    "order": (
        "UPDATE passages SET ordinal = 2 - ordinal + 100 WHERE report_id = 'harbour-2019'",
        "its passages or vectors are not what was written",
    ),
    "vector": (
        "UPDATE passages SET vector = worn(vector) WHERE report_id = 'harbour-2019'",
        "its passages or vectors are not what was written",
    ),
    "short vector": (
        "UPDATE passages SET vector = x'00' WHERE report_id = 'harbour-2019'",
        "its vectors are not of 16 dimensions",
    ),
    "sentence vectors": (
        "UPDATE sentence_vectors SET vectors = worn(vectors) WHERE passage_id <= 3",
        "its sentences' vectors are not what was written",
    ),
    "missing sentence vectors": (
        "DELETE FROM sentence_vectors WHERE passage_id <= 3",
        "its sentences' vectors are not what was written",
    ),
    "missing passage": (
        "DELETE FROM passages WHERE passage_id = 2",
        "3 passages were written, 2 are there",
    ),
    "digests": (
        "UPDATE reports SET digest = card_sha256 WHERE report_id = 'harbour-2019'",
        "its digests do not agree",
    ),
    "missing report": ("DELETE FROM reports WHERE report_id = 'harbour-2019'", "its row cannot"),
}


@pytest.mark.parametrize(("statement", "problem"), TAMPERING.values(), ids=TAMPERING)
def test_what_was_changed_behind_the_librarys_back_is_found_and_dropped(
    tmp_path, statement, problem
):
    path = library_of(tmp_path / "library.db", HARBOUR, MOORLAND, FULL)
    tampered(path, statement)
    with Library.open(path, recipe=RECIPE) as library:
        found = [f.problem for f in library.verify() if f.report_id == "harbour-2019"]
        assert any(problem in told for told in found)
        (dropped,) = library.repair()
        assert dropped.report_id == "harbour-2019"
        assert library.verify() == ()
        assert [card.report_id for card in library.cards()] == ["full-2020", "moorland-2021"]
        assert library.snapshot().report("full-2020") == FULL


def test_a_repair_says_which_file_to_add_again(tmp_path):
    path = library_of(tmp_path / "library.db", HARBOUR, MOORLAND)
    tampered(path, TAMPERING["vector"][0])
    with Library.open(path, recipe=RECIPE) as library:
        (dropped,) = library.repair()
        assert dropped.source == "harbour-2019.txt"
        library.add(*contents(HARBOUR))
        assert library.verify() == ()


def test_a_repair_keeps_passage_ids_and_never_gives_them_out_again(tmp_path):
    path = library_of(tmp_path / "library.db", MOORLAND, HARBOUR)
    with Library.open(path) as library:
        kept = library.snapshot().passage_ids("moorland-2021")
        lost = library.snapshot().passage_ids("harbour-2019")
    tampered(path, TAMPERING["text"][0])
    with Library.open(path, recipe=RECIPE) as library:
        library.repair()
        library.add(*contents(HARBOUR))
        assert library.snapshot().passage_ids("moorland-2021") == kept
        assert min(library.snapshot().passage_ids("harbour-2019")) > max(lost)


def test_a_report_whose_row_vanished_is_found_though_its_passages_went_with_it(tmp_path):
    path = library_of(tmp_path / "library.db", HARBOUR, MOORLAND)
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA foreign_keys = ON")
    rows.execute("DELETE FROM reports WHERE report_id = 'harbour-2019'")
    rows.commit()
    rows.close()
    with Library.open(path) as library:
        assert [f.problem for f in library.verify()] == [
            "the list of reports is not what was written"
        ]
        with pytest.raises(LibraryCorrupt, match="list of reports is not what was written; see"):
            library.snapshot()
        assert library.repair() == ()
        assert library.verify() == ()


@pytest.mark.parametrize("name", ["text", "metadata", "span", "vector", "sentence vectors"])
def test_a_changed_passage_is_never_shown(tmp_path, name):
    path = library_of(tmp_path / "library.db", HARBOUR, MOORLAND)
    tampered(path, TAMPERING[name][0])
    _, error = shown(path)
    assert isinstance(error, LibraryCorrupt)
    assert "report 'harbour-2019' is damaged" in str(error)
    assert "peelback verify --repair" in str(error)


def test_passages_that_do_not_fit_their_report_are_found_though_signed(tmp_path):
    """A library written by a faulty version: every digest agrees, the contents do not."""
    path = library_of(tmp_path / "library.db", HARBOUR)
    rows = sqlite3.connect(path)
    rows.row_factory = sqlite3.Row
    rows.execute("UPDATE passages SET section = 1 WHERE ordinal = 0")
    rows.execute("UPDATE passages SET vector = ? WHERE ordinal = 2", (bytes(64),))
    stored = rows.execute("SELECT * FROM passages ORDER BY ordinal").fetchall()
    passages = [records.read_passage_row(row) for row in stored]
    signed = records.passages_digest(passages, [row["vector"] for row in stored])
    rows.execute("UPDATE reports SET passages_sha256 = ?", (signed,))
    digest = records.report_digest(rows.execute("SELECT * FROM reports").fetchone())
    rows.execute("UPDATE reports SET digest = ?", (digest,))
    meta = meta_row.read_meta(rows)
    meta_row.write_meta(
        rows, meta_row.Meta(meta.library_id, meta.recipe, 16, 1, library_digest([digest]))
    )
    rows.commit()
    rows.close()
    with Library.open(path) as library:
        assert [f.problem for f in library.verify()] == [
            "passage 1: it runs out of section 1",
            "passage 3: its vector are not finite and of unit length",
        ]
