"""Keyword scores against bm25s, which they were first made with: the same to the last bit."""

import bm25s
import numpy as np
import pytest
from bm25s.stopwords import STOPWORDS_EN_PLUS
from hypothesis import given, settings
from hypothesis import strategies as st

from index.store.analyser import STOP_WORDS, analyse
from index.store.hits import best_hits
from index.store.keywords import KeywordIndex, PlacedPostings, tokenised
from index.store.postings import joined, postings_of, thinned

WORDS = ["force", "crime", "rape", "54", "dog", "cat", "supervision", "of", "2018/19", "body-worn"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1)


def found_by_bm25s(ids, texts, query, k, within):
    """The oracle: bm25s's scores, the best taken as everywhere."""
    vocabulary, documents = {}, []
    for text in texts:
        tokens = analyse(text)
        documents.append([vocabulary.setdefault(token, len(vocabulary)) for token in tokens])
    known = [vocabulary[token] for token in query if token in vocabulary]
    if not known:
        return []
    scorer = bm25s.BM25(method="lucene", k1=1.5, b=0.75, backend="numpy")
    scorer.index((documents, vocabulary), create_empty_token=False, show_progress=False)
    scores = scorer.get_scores_from_ids(known, weight_mask=within)
    rows = np.flatnonzero(scores)
    return best_hits(ids[rows], scores[rows], k=k)


@given(texts=TEXTS, query=st.lists(st.sampled_from(WORDS), max_size=6), data=st.data())
@settings(max_examples=150, deadline=None)
def test_hits_and_scores_are_those_of_bm25s_to_the_last_bit(texts, query, data):
    ids = np.arange(3, 3 + len(texts))
    masks = st.none() | st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))
    within = data.draw(masks.map(lambda mask: None if mask is None else np.array(mask)))
    tokens = analyse(" ".join(query))
    hits = KeywordIndex(ids, texts).search(tokens, k=7, within=within)
    assert hits == found_by_bm25s(ids, texts, tokens, 7, within)


def test_scores_of_many_passages_are_those_of_bm25s():
    """So many that most are never looked at one by one."""
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(WORDS, rng.integers(1, 40))) for _ in range(20_000)]
    ids = np.arange(1, 20_001)
    index = KeywordIndex(ids, texts)
    query = analyse("supervision of rape 2018/19")
    assert index.search(query, k=60, within=None) == found_by_bm25s(ids, texts, query, 60, None)


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), data=st.data())
@settings(max_examples=150, deadline=None)
def test_parts_put_together_and_thinned_out_are_one_index_of_what_is_left(texts, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    cut = data.draw(st.integers(0, len(texts)))
    sizes = np.array([len(report) for report in texts])
    gone = ~np.repeat(np.array(kept), sizes)
    rows = np.where(gone, -1, np.cumsum(~gone) - 1)
    ids = np.arange(5, 5 + int((~gone).sum()))
    left = [text for report, is_kept in zip(texts, kept, strict=True) if is_kept for text in report]
    whole = KeywordIndex(ids, left)
    reports = [tokenised(report, str(number).encode()) for number, report in enumerate(texts)]
    first, second = postings_of(reports[:cut]), postings_of(reports[cut:])
    edge = int(sizes[:cut].sum())
    apart = [PlacedPostings(first, rows[:edge]), PlacedPostings(second, rows[edge:])]
    one = thinned(joined([first, second]), np.array(kept))
    query = analyse("crime supervision body-worn 54")
    for index in (
        KeywordIndex.of_parts(ids, apart),
        KeywordIndex.of_parts(ids, [PlacedPostings(one, np.arange(len(ids)))]),
    ):
        assert index.search(query, k=9, within=None) == whole.search(query, k=9, within=None)
        assert index.words == whole.words
        assert index.idf("crime") == whole.idf("crime")
    assert [one.note(i) for i in range(one.reports)] == [
        str(number).encode() for number, is_kept in enumerate(kept) if is_kept
    ]
    assert one.tokens == postings_of([tokenised(left)]).tokens


def test_the_stop_words_are_bm25s_own():
    assert set(STOPWORDS_EN_PLUS) == STOP_WORDS


def test_more_of_a_token_than_can_be_counted_is_refused():
    with pytest.raises(ValueError, match="holds one token 65536 times, the most is 65535"):
        KeywordIndex(np.array([1]), ["dog " * 65_536])
