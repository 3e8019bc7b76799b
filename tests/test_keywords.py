"""Keyword search against BM25 written out by hand, and what the analyser makes of words."""

import math
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.store.keywords import KeywordIndex, analyse


def bm25_one_by_one(documents, query, k1=1.5, b=0.75):
    """The oracle: Lucene's BM25 without its constant factor, in double precision.

    Robertson & Zaragoza's term weight with the idf of Lucene's BM25Similarity.
    """
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts = Counter(document)
        score = 0.0
        for token in query:
            df = sum(token in other for other in documents)
            if counts[token]:
                idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
                tf = counts[token]
                score += idf * tf / (tf + k1 * (1 - b + b * len(document) / mean))
        scores.append(score)
    return scores


# Words that the analyser leaves as they are, so that the oracle needs no analyser.
PLAIN = ["forc", "crime", "rape", "54", "s136", "dog", "cat"]


@given(
    documents=st.lists(st.lists(st.sampled_from(PLAIN), max_size=12), min_size=1, max_size=25),
    query=st.lists(st.sampled_from([*PLAIN, "absent"]), max_size=5),
    k=st.integers(0, 30),
    data=st.data(),
)
@settings(max_examples=200, deadline=None)
def test_the_search_equals_bm25_worked_document_by_document(documents, query, k, data):
    within = data.draw(
        st.none() | st.lists(st.booleans(), min_size=len(documents), max_size=len(documents))
    )
    ids = np.arange(10, 10 + 3 * len(documents), 3)
    index = KeywordIndex(ids, [" ".join(document) for document in documents])
    mask = None if within is None else np.array(within)
    hits = index.search(query, k=k, within=mask)
    scores = bm25_one_by_one(documents, query) if any(documents) else [0.0] * len(documents)
    kept = within or [True] * len(documents)
    oracle = {int(i): s for i, s, keep in zip(ids, scores, kept, strict=True) if s > 0 and keep}
    assert [hit.score for hit in hits] == pytest.approx(sorted(oracle.values(), reverse=True)[:k])
    assert [hit.score for hit in hits] == pytest.approx([oracle[hit.passage_id] for hit in hits])
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))


def test_bm25_worked_by_hand():
    # Two passages of 2 and 4 tokens, mean 3; "dog" is in one of two: idf = log(1 + 1.5/1.5).
    index = KeywordIndex(np.array([1, 2]), ["dog cat", "cat cat rape crime"])
    (hit,) = index.search(["dog"], k=5, within=None)
    assert hit.passage_id == 1
    assert hit.score == pytest.approx(math.log(2) * 1 / (1 + 1.5 * (0.25 + 0.75 * 2 / 3)))


def test_of_equal_passages_the_lower_ids_come_first_and_stay_in():
    index = KeywordIndex(np.arange(3, 53), ["dog and cat"] * 50)
    assert [hit.passage_id for hit in index.search(["dog"], k=7, within=None)] == [*range(3, 10)]


def test_a_filter_is_applied_before_the_best_are_taken():
    index = KeywordIndex(np.array([1, 2, 3]), ["dog dog dog", "dog dog", "dog cat cat cat"])
    only = np.array([False, False, True])
    assert [hit.passage_id for hit in index.search(["dog"], k=1, within=only)] == [3]
    assert index.search(["dog"], k=1, within=np.zeros(3, bool)) == []


def test_idf_is_that_of_the_formula_and_highest_for_a_token_that_no_passage_has():
    index = KeywordIndex(np.array([1, 2, 3]), ["dog cat", "dog", "dog rape"])
    assert index.idf("dog") == pytest.approx(math.log(1 + 0.5 / 3.5))
    assert index.idf("cat") == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert index.idf("absent") == pytest.approx(math.log(1 + 3.5 / 0.5))
    assert ("cat" in index, "absent" in index) == (True, False)


def test_the_words_of_four_letters_and_more_are_listed_as_they_are_written():
    index = KeywordIndex(np.array([1, 2]), ["Body-worn cameras: the force’s 54 Cameras", "Ages"])
    assert index.words == ("ages", "body", "cameras", "force", "worn")


def test_an_index_without_passages_or_words_finds_nothing():
    empty = KeywordIndex(np.empty(0, np.int64), [])
    wordless = KeywordIndex(np.array([1, 2]), ["the of", "…"])
    assert empty.search(["dog"], k=5, within=None) == []
    assert wordless.search(["dog"], k=5, within=None) == []
    assert empty.words == ()


def test_a_text_is_wanted_for_each_id():
    with pytest.raises(ValueError, match="wanted a text for each of 2 ids, got 1"):
        KeywordIndex(np.array([1, 2]), ["dog"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("supervision", "Supervising"),
        ("investigations", "investigated"),
        ("children’s", "children"),
        ("body-worn", "bodyworn"),
        ("Body‑worn", "body-worn"),
        ("2018–19", "2018/19"),
        ("1,204", "1204"),
        ("café", "cafe"),
        ("s.136", "S136"),
        ("ﬁnd", "find"),
        ("A&E", "a&e"),
    ],
)
def test_ways_of_writing_the_same_word_share_a_token(one, other):
    assert set(analyse(one)) & set(analyse(other))


@pytest.mark.parametrize(
    ("one", "other"), [("0.05", "0.10"), ("54", "45"), ("2018/19", "2017/18"), ("rape", "raptor")]
)
def test_words_and_numbers_that_differ_share_no_token(one, other):
    assert not set(analyse(one)) & set(analyse(other))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("What did they say about it?", ("say",)),
        ("body-worn video", ("bodyworn", "bodi", "worn", "video")),
        ("in 2018/19", ("2018/19", "2018", "19")),
        ("under s.136", ("s136", "136")),
        ("54.2 percent of 10,000", ("54.2", "percent", "10000")),
        ("10,000-15,000", ("10000/15000", "10000", "15000")),
        ("16 of 60 files.Next", ("16", "60", "filesnext", "file", "next")),
        ("", ()),
        ("… — !", ()),
    ],
)
def test_the_analyser_keeps_numbers_and_the_parts_of_joined_words(text, tokens):
    assert analyse(text) == tokens


@given(st.text())
def test_the_analyser_takes_any_text_and_gives_lower_case_tokens(text):
    for token in analyse(text):
        assert token
        assert not any(c.isspace() for c in token)


def test_the_index_is_the_same_in_every_process_and_says_nothing():
    code = """
import numpy as np
from index.store.keywords import KeywordIndex
index = KeywordIndex(np.arange(9), ["dog cat rape", "cat crime", "dog"] * 3)
print(index.words, index.search(["dog", "cat"], k=9, within=None))
"""
    runs = [
        subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-W", "error", "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != ""
    assert runs[0].stderr == runs[1].stderr == ""


def test_a_number_is_found_however_it_is_printed():
    assert analyse("seven weeks") == analyse("7 weeks")
    assert analyse("Twenty children") == analyse("20 children")


def test_one_is_a_word_and_no_figure():
    assert "1" not in analyse("one of them")
