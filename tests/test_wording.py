"""idf-weighted coverage, worked by hand."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.store.keywords import KeywordIndex
from rag.wording import coverage, weight, without

TEXTS = ["custody nurse", "custody sergeant", "custody visitor", "harbour"]
KEYWORDS = KeywordIndex(np.arange(4, dtype=np.int64), TEXTS)
IN_THREE = log(1 + (4 - 3 + 0.5) / 3.5)
IN_ONE = log(1 + (4 - 1 + 0.5) / 1.5)
IN_NONE = log(1 + (4 + 0.5) / 0.5)


def group(*words: str) -> frozenset[str]:
    return frozenset(token for word in words for token in KEYWORDS.analyse(word))


def test_a_rare_word_weighs_more_than_a_common_one():
    assert weight(group("custody"), KEYWORDS) == pytest.approx(IN_THREE)
    assert weight(group("nurse"), KEYWORDS) == pytest.approx(IN_ONE)


def test_a_word_weighs_as_its_commonest_known_alternative():
    assert weight(group("nurse", "custody"), KEYWORDS) == pytest.approx(IN_THREE)
    assert weight(group("zebra", "nurse"), KEYWORDS) == pytest.approx(IN_ONE)


def test_a_word_that_no_passage_has_weighs_most():
    assert weight(group("zebra"), KEYWORDS) == pytest.approx(IN_NONE)


def test_coverage_is_the_share_of_the_weight():
    core = [group("custody"), group("nurse")]
    held = coverage(core, KEYWORDS.analyse("a nurse at night"), KEYWORDS)
    assert held == pytest.approx(IN_ONE / (IN_ONE + IN_THREE))


def test_an_empty_query_is_covered_by_anything():
    assert coverage([], (), KEYWORDS) == 1.0


@given(st.sets(st.sampled_from(["custody", "nurse", "harbour", "zebra"])))
def test_more_words_never_cover_less(words):
    core = [group(word) for word in ("custody", "nurse", "zebra")]
    some = coverage(core, KEYWORDS.analyse(" ".join(words)), KEYWORDS)
    more = coverage(core, KEYWORDS.analyse(" ".join([*words, "nurse"])), KEYWORDS)
    assert 0 <= some <= more <= 1


def test_words_are_taken_out_in_any_form():
    assert without([group("inspected"), group("nurses")], "inspections, a nurse", KEYWORDS) == ()
    assert without([group("zebra"), group("nurses")], "a nurse", KEYWORDS) == (group("zebra"),)
