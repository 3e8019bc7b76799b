"""A generated library is one like any other, of the size that was asked for."""

import pytest

from benchmarks.generated_library import generate
from index.store.library import Library


def test_it_is_whole_has_the_size_asked_for_and_is_the_same_every_time(sample_library, tmp_path):
    digests = []
    for name in ("one.db", "other.db"):
        generate(sample_library.path, tmp_path / name, passages=150)
        with Library.open(tmp_path / name) as library:
            assert library.verify() == ()
            assert sum(card.passages for card in library.cards()) == 150
            assert library.recipe == sample_library.recipe
            digests.append(library.digest)
    assert digests[0] == digests[1]


def test_a_passages_vector_is_nearest_to_its_own_sentences(sample_library, tmp_path):
    generate(sample_library.path, tmp_path / "made.db", passages=60)
    with Library.open(tmp_path / "made.db") as library:
        snapshot = library.snapshot()
        for report_id in snapshot.cards:
            for passage_id in snapshot.passage_ids(report_id):
                sentences = snapshot.sentence_vectors(passage_id)
                lengths = [len(span) for span in snapshot.passage(passage_id).sentences]
                mean = sum(n * row for n, row in zip(lengths, sentences, strict=True))
                cosine = snapshot.passage_vector(passage_id) @ mean / (mean @ mean) ** 0.5
                assert cosine == pytest.approx(0.995, abs=0.002)
