"""No sentence leaves without a quote that is in the report."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Span
from rag.answers import (
    Answer,
    AnswerStatus,
    Citation,
    Coverage,
    LibraryStamp,
    Mode,
    Scope,
    Sentence,
    SentenceKind,
    Timings,
)
from rag.verification import UnprovenSentence, verify

TEXT = "Overall: good. The force solved 45 of the 60 cases that we read. It has 3 hubs."
SOLVED = Span(15, 64)


def citation(number: int, span: Span, quote: str | None = None) -> Citation:
    return Citation(
        number=number,
        passage_id="1",
        report_id="made-2019",
        report_title="Made PEEL 2019",
        publisher=None,
        body="Made Police",
        cycle="2018/19",
        published=date(2019, 5, 2),
        section=("2. How effective?",),
        page=None,
        span=span,
        quote=span.of(TEXT) if quote is None else quote,
        note=None,
        url=None,
    )


def answer(sentence: Sentence, *citations: Citation) -> Answer:
    return Answer(
        id="0",
        question="?",
        status=AnswerStatus.ANSWERED,
        reason=None,
        text="",
        sentences=(sentence,),
        citations=citations,
        passages=(),
        scope=Scope(),
        coverage=Coverage(1, 1, 1),
        warnings=(),
        confidence=1.0,
        mode=Mode.EXTRACTIVE,
        degraded=None,
        library=LibraryStamp(1, 1, "d"),
        timings_ms=Timings(0, 0, 0, 0),
    )


def verified(made: Answer) -> Answer:
    return verify(made, {"made-2019": TEXT}.__getitem__)


VERBATIM = Sentence(SOLVED.of(TEXT), (1,), SentenceKind.VERBATIM)


def test_a_proven_answer_comes_back_unchanged():
    made = answer(VERBATIM, citation(1, SOLVED))
    assert verified(made) == made


def test_a_quote_that_does_not_stand_where_it_says_is_caught():
    with pytest.raises(UnprovenSentence, match=r"citation 1 does not stand at \[15, 64\)"):
        verified(answer(VERBATIM, citation(1, SOLVED, "The force solved 54 of the 60 cases.")))


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_no_other_span_proves_the_quote(start, end):
    span = Span(min(start, end), max(start, end))
    made = answer(VERBATIM, citation(1, span, SOLVED.of(TEXT)))
    if span == SOLVED:
        assert verified(made) == made
    else:
        with pytest.raises(UnprovenSentence):
            verified(made)


def test_a_sentence_without_a_citation_is_caught():
    with pytest.raises(UnprovenSentence, match="no citation"):
        verified(answer(replace(VERBATIM, citations=()), citation(1, SOLVED)))


def test_a_citation_that_is_not_there_is_caught():
    with pytest.raises(UnprovenSentence, match="no citation"):
        verified(answer(replace(VERBATIM, citations=(1, 2)), citation(1, SOLVED)))


def test_a_verbatim_sentence_with_one_letter_changed_is_caught():
    changed = replace(VERBATIM, text=VERBATIM.text.replace("45", "46"))
    with pytest.raises(UnprovenSentence, match="is not its quote"):
        verified(answer(changed, citation(1, SOLVED)))


def test_a_fact_may_use_the_numbers_of_its_quotes_and_of_the_report_s_name():
    fact = Sentence("Made Police (2018/19), question 2: 45 of 60.", (1,), SentenceKind.FACT)
    verified(answer(fact, citation(1, SOLVED)))


def test_a_number_that_no_quote_has_is_caught():
    fact = Sentence("The force solved 75 percent.", (1,), SentenceKind.FACT)
    with pytest.raises(UnprovenSentence, match="75 is in no quote"):
        verified(answer(fact, citation(1, SOLVED)))


GOOD, CASES, HUBS = Span(0, 14), SOLVED, Span(65, 79)


def counted(text: str, *spans: Span) -> Answer:
    numbers = tuple(range(1, len(spans) + 1))
    sentence = Sentence(text, numbers, SentenceKind.FACT)
    return answer(sentence, *(citation(n, span) for n, span in zip(numbers, spans, strict=True)))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Made PEEL 2019: 3 areas for improvement.", (GOOD, CASES, HUBS)),
        ("Made PEEL 2019: 2 recommendations on what was asked.", (GOOD, HUBS)),
        ("In all these reports: 1 cause of concern.", (HUBS,)),
    ],
)
def test_a_count_is_proven_by_as_many_quotes(text: str, spans: tuple[Span, ...]):
    made = counted(text, *spans)
    assert verified(made) == made


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Made PEEL 2019: 4 areas for improvement.", (GOOD, CASES, HUBS)),
        ("Made PEEL 2019: 2 areas for improvement.", (GOOD, CASES, HUBS)),
        # the quotes hold a 45: it is no count of them
        ("Made PEEL 2019: 45 areas for improvement.", (GOOD, CASES)),
        # one item quoted twice is one item
        ("Made PEEL 2019: 2 areas for improvement.", (CASES, CASES)),
        ("Made PEEL 2019: 2 areas for improvement.", (CASES, Span(20, 79))),
    ],
)
def test_a_count_of_more_or_fewer_quotes_than_it_cites_is_caught(text, spans):
    with pytest.raises(UnprovenSentence, match="items are cited for the count"):
        verified(counted(text, *spans))


@pytest.mark.parametrize(
    "text",
    [
        "Made PEEL 2019: 4 officers.",
        "The force has 4 recommendations.",
        "Made PEEL 2019: 4 strengths, and 7 of them are old.",
    ],
)
def test_the_number_of_quotes_proves_nothing_but_a_count_of_listed_items(text: str):
    with pytest.raises(UnprovenSentence, match="is in no quote"):
        verified(counted(text, GOOD, CASES, HUBS, Span(0, 0)))
