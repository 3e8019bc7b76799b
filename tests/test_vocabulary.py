"""Acronyms, lay words and misspellings find the reports' own words."""

import numpy as np
import pytest

from index.documents import Definition, Span
from index.store.keywords import KeywordIndex
from rag.vocabulary import load_vocabulary, read_words

TEXTS = [
    "Suspects were released under investigation in 31 percent of cases.",
    "The multi-agency safeguarding hub (MASH) shares information about children.",
    "Officers activate body-worn video at domestic incidents.",
    "Supervision of investigations is recorded by sergeants.",
    "The harbour watch group (HWG) meets every month.",
]


@pytest.fixture(scope="module")
def keywords() -> KeywordIndex:
    return KeywordIndex(np.arange(len(TEXTS), dtype=np.int64), TEXTS)


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary([Definition("HWG", "Harbour Watch Group", Span(0, 5))])


def best(question, vocabulary, keywords) -> str:
    query = read_words(question, vocabulary, keywords)
    return TEXTS[keywords.search(query.tokens, k=1, within=None)[0].passage_id]


def test_an_acronym_finds_a_text_that_spells_it_out(vocabulary, keywords):
    assert best("How high is the RUI rate?", vocabulary, keywords) == TEXTS[0]


def test_an_expansion_finds_the_acronym_beside_it(vocabulary, keywords):
    query = read_words("the multi-agency safeguarding hub", vocabulary, keywords)
    assert "mash" in query.tokens


def test_an_expansion_that_a_report_defines_is_used(vocabulary, keywords):
    assert read_words("What does HWG do?", vocabulary, keywords).meanings == (
        "HWG = harbour watch group",
    )


def test_a_lay_word_finds_the_term_of_the_reports(vocabulary, keywords):
    assert best("do they wear bodycams", vocabulary, keywords) == TEXTS[2]


def test_a_lay_word_inside_another_word_is_not_one(vocabulary, keywords):
    assert read_words("copper theft and kidney donors", vocabulary, keywords).meanings == ()


@pytest.mark.parametrize("misspelt", ["supervison", "superviison", "Supervsion"])
def test_a_misspelt_word_finds_the_nearest_word_there_is(misspelt, vocabulary, keywords):
    assert best(misspelt, vocabulary, keywords) == TEXTS[3]


def test_a_word_that_nothing_is_near_to_stays(vocabulary, keywords):
    query = read_words("zebra crossings", vocabulary, keywords)
    assert query.text == "zebra crossings"


def test_a_word_that_is_there_is_never_corrected(vocabulary, keywords):
    assert read_words("cases of children", vocabulary, keywords).text == "cases of children"


def test_a_question_of_stop_words_has_no_core(vocabulary, keywords):
    assert read_words("what is it?", vocabulary, keywords).core == ()


def test_an_indefinite_pronoun_is_no_misspelling(vocabulary):
    words = KeywordIndex(np.arange(1, dtype=np.int64), ["nothing was found"])
    assert read_words("is it outstanding at anything", vocabulary, words).text.endswith("anything")
