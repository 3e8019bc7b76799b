"""How much may be asked at once, by every way in, and odd characters that are asked."""

from collections.abc import Callable
from time import perf_counter

import pytest

from index.bodies import BodyRegistry
from rag.answers import AnswerStatus, Question, Scope
from rag.finishing import CUT_SHORT
from rag.followups import TOO_LONG_TOGETHER, stand_alone
from rag.limits import MAX_HISTORY, MAX_QUESTION_CHARACTERS, QuestionTooLong, within_limits
from rag.pipeline import Assistant

LONGEST = "x" * MAX_QUESTION_CHARACTERS
TOO_LONG = LONGEST + "x"
OSTERFELL = "Osterfell Police"


@pytest.mark.parametrize(
    "ask",
    [
        lambda assistant, text: assistant.answer(Question(text)),
        lambda assistant, text: assistant.answer(Question("Why?", history=(text,))),
        lambda assistant, text: assistant.search(text, Scope(), k=1),
        lambda assistant, text: assistant.compare(text, [OSTERFELL, "Wrenmoor"]),
    ],
    ids=["question", "history", "query", "topic"],
)
def test_every_way_in_takes_the_longest_question_and_none_longer(
    sample_assistant: Assistant, ask: Callable[[Assistant, str], object]
):
    ask(sample_assistant, LONGEST)
    with pytest.raises(QuestionTooLong, match="has 1001 characters, and 1000 is the most"):
        ask(sample_assistant, TOO_LONG)


def test_the_latest_questions_are_kept_and_older_ones_may_have_any_length():
    asked = Question("Why?", history=(TOO_LONG, *(f"{n}?" for n in range(MAX_HISTORY))))
    assert within_limits(asked).history == tuple(f"{n}?" for n in range(MAX_HISTORY))


def test_a_question_within_the_limits_is_kept_as_it_is():
    asked = Question("What of Brañosera, 😀?", history=("And שלום?",))
    assert within_limits(asked) == asked


def test_half_a_character_becomes_the_replacement_character():
    asked = within_limits(Question("What about \udcff Leeds?", history=("\ud800",)))
    assert (asked.text, asked.history) == ("What about \ufffd Leeds?", ("\ufffd",))


@pytest.mark.parametrize(
    ("question", "statuses"),
    [
        ("What was said about \x00 supervision in Osterfell?", {"answered"}),
        ("What was said about supervision in Osterfell? 😀", {"answered"}),
        ("What about \udcff supervision in Osterfell?", {"answered"}),
        ("מה נאמר על השגחה?", {"not_in_reports", "out_of_scope"}),
        ("the of and", {"not_in_reports", "out_of_scope"}),
        ("", {"not_in_reports", "out_of_scope"}),
    ],
    ids=["NUL", "emoji", "surrogate", "right to left", "stop words", "empty"],
)
def test_odd_characters_are_answered_in_order(
    sample_assistant: Assistant, question: str, statuses: set[str]
):
    answer = sample_assistant.answer(Question(question))
    assert answer.status.value in statuses
    follow_up = sample_assistant.answer(Question("And in Osterfell?", history=(question,)))
    assert isinstance(follow_up.status, AnswerStatus)


def test_a_question_too_long_for_the_encoder_is_answered_with_a_warning(
    sample_assistant: Assistant,
):
    short = "What was said about supervision in Osterfell?"
    assert CUT_SHORT not in sample_assistant.answer(Question(short)).warnings
    padded = f"{short} {'a b c d e ' * 90}"
    assert CUT_SHORT in sample_assistant.answer(Question(padded)).warnings


def test_acronyms_that_expand_beyond_the_encoder_are_answered(sample_assistant: Assistant):
    answer = sample_assistant.answer(Question("MARAC DASH RUI MASH PEEL AFI DVPN " * 29))
    assert isinstance(answer.status, AnswerStatus)


def test_what_is_lent_by_earlier_questions_keeps_to_the_limit():
    registry = BodyRegistry.load()
    earlier = f"What was said about {'supervision of files ' * 45} in Kent?"
    later = f"What did they do about it, {'and why was that so ' * 10}"
    alone = stand_alone(later, [earlier], registry)
    assert alone.text == " ".join(later.split())
    assert alone.carried == (TOO_LONG_TOGETHER,)


def test_the_longest_question_of_many_names_is_read_within_two_seconds(
    sample_assistant: Assistant,
):
    names = ("Leeds and Bradford, " * 50)[:MAX_QUESTION_CHARACTERS]
    started = perf_counter()
    sample_assistant.answer(Question(names))
    assert perf_counter() - started < 2
