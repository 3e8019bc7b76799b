"""The events of an answer: in order, only what is proven, one end."""

import pytest

from rag.answers import Answer, AnswerStatus, Question
from rag.events import Answered, Cancelled, PassagesFound, SentenceVerified
from rag.limits import QuestionTooLong
from rag.pipeline import Assistant
from rag.wire import answer_json

SUPERVISION = Question("What did the inspectors say about supervision in Osterfell?")
QUESTIONS = (
    SUPERVISION,
    Question("List the areas for improvement in Osterfell"),
    Question("Compare sickness in Osterfell Police and Wrenmoor Constabulary"),
    Question("Who won the football world cup in 1966?"),
    Question("What did HMICFRS say about Kent Police?"),
)


def timeless(answer: Answer) -> dict[str, object]:
    return {name: value for name, value in answer_json(answer).items() if name != "timings_ms"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_the_events_of_a_question_are_the_parts_of_its_answer_in_order(sample_assistant, question):
    events = list(sample_assistant.stream(question))
    *before, last = events
    assert isinstance(last, Answered)
    assert timeless(last.answer) == timeless(sample_assistant.answer(question))
    sentences = [event for event in before if isinstance(event, SentenceVerified)]
    assert tuple(event.sentence for event in sentences) == last.answer.sentences
    assert tuple(c for event in sentences for c in event.citations) == last.answer.citations
    found = [event for event in before if isinstance(event, PassagesFound)]
    assert found == before[: len(found)]
    assert len(found) <= 1
    assert len(events) == len(found) + len(sentences) + 1


def test_the_scope_of_the_passages_is_the_scope_of_the_answer(sample_assistant):
    first, *_, last = sample_assistant.stream(SUPERVISION)
    assert isinstance(first, PassagesFound)
    assert isinstance(last, Answered)
    assert first.scope == last.answer.scope
    cited = {citation.passage_id for citation in last.answer.citations}
    assert cited <= {passage.passage_id for passage in first.passages}


def test_a_refusal_is_one_event(sample_assistant):
    (only,) = sample_assistant.stream(Question("What did HMICFRS say about Kent Police?"))
    assert isinstance(only, Answered)
    assert only.answer.status is AnswerStatus.NO_MATCHING_REPORTS


def test_a_question_over_the_limit_fails_before_any_event(sample_assistant):
    with pytest.raises(QuestionTooLong):
        next(sample_assistant.stream(Question("x" * 1001)))


def test_a_question_taken_back_is_not_answered(sample_assistant: Assistant):
    with pytest.raises(Cancelled, match="taken back"):
        list(sample_assistant.stream(SUPERVISION, cancelled=lambda: True))
