"""The name of an answer: what it hangs on, and what not."""

import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answers import Mode, Question, Scope
from rag.identity import answer_id

QUESTION = Question("How many boats?", history=("What of the river?",))
SCOPE = Scope(bodies=("Heron Police",), cycles=("2018",), stated=("bodies",))


def test_it_is_a_hash_of_what_was_asked_and_of_the_library():
    written = (
        '["How many boats?", ["What of the river?"],'
        ' {"bodies": ["Heron Police"], "cycles": ["2018"], "kinds": [], "reports": [],'
        ' "stated": ["bodies"]}, "extractive", "d1g35t"]'
    )
    expected = hashlib.sha256(written.encode()).hexdigest()[:32]
    assert answer_id(QUESTION, SCOPE, "d1g35t") == expected


@pytest.mark.parametrize(
    ("question", "scope", "digest"),
    [
        (replace(QUESTION, text="How many boats"), SCOPE, "d1g35t"),
        (replace(QUESTION, history=()), SCOPE, "d1g35t"),
        (replace(QUESTION, mode=Mode.LLM), SCOPE, "d1g35t"),
        (QUESTION, replace(SCOPE, bodies=("Plover Police",)), "d1g35t"),
        (QUESTION, replace(SCOPE, cycles=()), "d1g35t"),
        (QUESTION, replace(SCOPE, kinds=("peel",)), "d1g35t"),
        (QUESTION, replace(SCOPE, reports=("heron-2018",)), "d1g35t"),
        (QUESTION, replace(SCOPE, stated=()), "d1g35t"),
        (QUESTION, SCOPE, "d1g35u"),
    ],
)
def test_another_question_scope_or_library_is_another_answer(question, scope, digest):
    assert answer_id(question, scope, digest) != answer_id(QUESTION, SCOPE, "d1g35t")


ANY_TEXT = st.text(st.characters(), max_size=30)
"""With lone surrogates: a terminal can send them."""


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=3), ANY_TEXT)
def test_any_text_has_one_name_of_32_digits(text, history, digest):
    question = Question(text, history=tuple(history))
    name = answer_id(question, Scope(), digest)
    assert re.fullmatch(r"[0-9a-f]{32}", name)
    assert name == answer_id(Question(text, history=tuple(history)), Scope(), digest)


@given(st.lists(ANY_TEXT, max_size=3), st.lists(ANY_TEXT, max_size=3))
def test_a_history_of_other_turns_is_another_answer(one, other):
    names = {answer_id(Question("?", history=tuple(turns)), Scope(), "d") for turns in (one, other)}
    assert len(names) == len({tuple(one), tuple(other)})
