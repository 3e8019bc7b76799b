"""Rankings, fused and cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.store.hits import Hit
from rag.retrieval import RRF_K, fuse, shown_to_encoder
from tests.made_reports import HashEmbedder

RANKINGS = st.lists(st.lists(st.integers(1, 30), unique=True, max_size=10), max_size=4)


def hits(*ids: int) -> list[Hit]:
    return [Hit(i, 1.0) for i in ids]


def test_reciprocal_ranks_worked_by_hand():
    fused = fuse([hits(1, 2), hits(2, 3)], k=60)
    assert [hit.passage_id for hit in fused] == [2, 1, 3]
    assert [hit.score for hit in fused] == pytest.approx([1 / 62 + 1 / 61, 1 / 61, 1 / 62])


def test_a_tie_goes_to_the_smaller_id():
    assert [hit.passage_id for hit in fuse([hits(9), hits(4)])] == [4, 9]


@given(RANKINGS)
def test_every_passage_comes_out_once_and_best_first(rankings):
    fused = fuse([hits(*ranking) for ranking in rankings])
    assert sorted(hit.passage_id for hit in fused) == sorted({i for r in rankings for i in r})
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)


@given(RANKINGS)
def test_the_order_of_the_rankings_changes_nothing(rankings):
    there = fuse([hits(*ranking) for ranking in rankings])
    back = fuse([hits(*ranking) for ranking in reversed(rankings)])
    assert [h.passage_id for h in there] == [h.passage_id for h in back] or [
        round(h.score, 12) for h in there
    ] == [round(h.score, 12) for h in back]


def test_one_ranking_keeps_its_order():
    assert fuse([hits(7, 3, 5)]) == [
        Hit(7, 1 / (RRF_K + 1)),
        Hit(3, 1 / (RRF_K + 2)),
        Hit(5, 1 / (RRF_K + 3)),
    ]


SHOWN = HashEmbedder()  # A token a word, and two: 254 words fit.


def test_a_text_that_the_encoder_takes_is_shown_as_it_is():
    text = " ".join(["harbour"] * 254)
    assert shown_to_encoder(f"What of  boats\n? {text[:60]}", SHOWN).startswith("What of  boats\n?")
    assert shown_to_encoder(text, SHOWN) == text


def test_of_a_text_too_long_for_the_encoder_as_many_words_are_shown_as_fit():
    words = [f"w{n}" for n in range(300)]
    assert shown_to_encoder(" ".join(words), SHOWN) == " ".join(words[:254])
