"""Questions of a conversation, made to stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bodies import BodyRegistry
from rag.followups import StandaloneQuestion, stand_alone

REGISTRY = BodyRegistry.load()


def alone(question: str, *history: str) -> str:
    return stand_alone(question, history, REGISTRY).text


CAMHS = "What did inspectors say about access to therapy in Leeds?"
POSTS = "How many sergeant posts does Kent Police have?"


@pytest.mark.parametrize(
    ("history", "question", "text"),
    [
        # another body in the same question
        ([CAMHS], "what of Oldham?", "What did inspectors say about access to therapy in Oldham?"),
        (
            [CAMHS],
            "How about Oldham?",
            "What did inspectors say about access to therapy in Oldham?",
        ),
        ([CAMHS], "Oldham?", "What did inspectors say about access to therapy in Oldham?"),
        (
            [CAMHS],
            "same for derby please",
            "What did inspectors say about access to therapy in derby?",
        ),
        ([POSTS], "And Essex Police?", "How many sergeant posts does Essex Police have?"),
        (["Is Derby's board effective?"], "And Leeds?", "Is Leeds’s board effective?"),
        (
            ["What does Kent Police do about gangs in Medway?"],
            "and in Leeds?",
            "What does the police do about gangs in Leeds?",
        ),
        (
            ["What share of suspects were bailed?"],
            "And in Kent?",
            "What share of suspects were bailed in Kent?",
        ),
        # a letter's year is its own; a PEEL cycle is everybody's
        (
            ["What did the 2019 Derby letter say about neglect?"],
            "and Leeds?",
            "What did the Leeds letter say about neglect?",
        ),
        (
            ["What PEEL grade did Kent Police get in 2018?"],
            "And Essex Police?",
            "What PEEL grade did Essex Police get in 2018?",
        ),
        # another year
        (
            ["What PEEL grade did Kent Police get in 2018?"],
            "and in 2021?",
            "What PEEL grade did Kent Police get in 2021?",
        ),
        (
            ["How is Kent Police led?"],
            "And in 2021?",
            "How is Kent Police led in the 2021 inspection?",
        ),
        # another topic
        (
            ["What did the Leeds inspection find about vetting?"],
            "and summer clubs?",
            "What did the Leeds inspection find about summer clubs?",
        ),
        ([CAMHS], "What about dentists there?", "What did inspectors say about dentists in Leeds?"),
        (["How does Leeds deal with gangs?"], "And guns?", "How does Leeds deal with guns?"),
        (
            ["How good is the A&E of one hospital in Leeds?"],
            "and at the children's hospital?",
            "How good is the A&E of one hospital in Leeds, and at the children's hospital?",
        ),
        # a pronoun takes up the topic
        (
            [POSTS],
            "How many of them are filled?",
            "How many of them are filled (sergeant posts does Kent Police have)?",
        ),
        (
            ["How big was the backlog in Derby's MASH?"],
            "Are they putting it right?",
            "Are they putting it right (the backlog in Derby's MASH)?",
        ),
        (["Is Leeds short of nurses?"], "Why?", "Why (Leeds short of nurses)?"),
        (
            ["Is Leeds short of nurses?"],
            "Since when?",
            "Since when (Leeds short of nurses)?",
        ),
        (
            ["What is the Beacon?"],
            "how many Derby children were sent there?",
            "how many Derby children were sent there (the Beacon)?",
        ),
        (
            ["How long is the wait in Derby?"],
            "Is it the same in Leeds?",
            "Is it the same in Leeds (the wait)?",
        ),
        (
            ["Who leads the board in Derby?"],
            "and how often does the board meet?",
            "and how often does the board meet (leads the board in Derby)?",
        ),
        # a later pronoun or "the board" takes up no more than the body
        (
            ["Who runs Project Bell in Leeds?"],
            "Who chairs the board?",
            "Who chairs the board (Leeds)?",
        ),
        (
            ["Did the 2024 JTAI of Leeds go well?"],
            "Who leads the MASH?",
            "Who leads the MASH (Leeds, 2024 JTAI)?",
        ),
        (
            ["Who inspected Leeds?"],
            "Which services work badly?",
            "Which services work badly (Leeds)?",
        ),
        (["Is Leeds good?"], "How many nurses are there?", "How many nurses are there (Leeds)?"),
        (["Is Leeds good?"], "tell me more", "tell me more (Leeds good)?"),
        # a comparison keeps both
        (
            ["What did inspectors say about Derby's MASH?"],
            "How does it compare with Leeds?",
            "How does it compare with Leeds (Derby's MASH)?",
        ),
        (
            ["Is Derby's MASH staffed?"],
            "Is Leeds any better?",
            "Is Leeds any better (Derby's MASH staffed)?",
        ),
        (
            ["Compare Leeds and Derby on gangs"],
            "also Barnsley?",
            "Compare Leeds and Derby and Barnsley on gangs?",
        ),
        # the same preposition
        (
            ["How was Essex Police rated for leadership?"],
            "And for vetting?",
            "How was Essex Police rated for vetting?",
        ),
        (
            [CAMHS],
            "thanks! and Derby's?",
            "What did inspectors say about access to therapy in Derby?",
        ),
        # a chain
        (
            ["What did the Leeds inspection find about vetting?", "And about training?"],
            "How about Oldham?",
            "What did the Oldham inspection find about training?",
        ),
        (
            [CAMHS, "Then Oldham?"],
            "what about in Barnsley?",
            "What did inspectors say about access to therapy in Barnsley?",
        ),
        (
            ["What is Operation Bell?", "Is it working in Derby?"],
            "Why?",
            "Why (working in Derby, Operation Bell)?",
        ),
    ],
)
def test_a_follow_up_is_made_to_stand_alone(history: list[str], question: str, text: str):
    assert alone(question, *history) == text


@pytest.mark.parametrize(
    "question",
    [
        "How many health visitors does Derby have?",
        "What did inspectors say about dentists in Kirklees?",
        "Which areas have been inspected on neglect?",
        "Do families in Derby have to repeat themselves?",
        "What do inspectors say about neglect?",
        "Which forces need to improve?",
        "Which words does LADO stand for?",
        "Is there a shortage of detectives in Essex?",
    ],
)
def test_a_question_that_stands_alone_takes_nothing(question: str):
    assert stand_alone(question, [CAMHS], REGISTRY) == StandaloneQuestion(question)


def test_a_first_question_takes_nothing():
    assert stand_alone("What about it?", [], REGISTRY) == StandaloneQuestion("What about it?")


def test_what_was_taken_is_said():
    taken = stand_alone("Are they putting it right?", ["Is Leeds short of nurses?"], REGISTRY)
    assert taken.carried == ("Read together with the question before: “Leeds short of nurses”.",)


def test_another_body_takes_the_question_only():
    carried = stand_alone("what about Rutland?", ["Is Leeds short of nurses?"], REGISTRY).carried
    assert carried == ("Asked as the question before was, of another body.",)


def test_a_question_about_all_areas_leaves_the_body_behind():
    text = alone("Which other areas do that?", "Does Leeds share records with schools?")
    assert text == "Which other areas do that (share records with schools)?"


def test_blank_turns_are_no_turns():
    assert alone("what about Rutland?", CAMHS, "  ") == alone("what about Rutland?", CAMHS)


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_conversation_ends_in_a_question(question: str, history: list[str]):
    text = alone(question, *history)
    assert bool(text) == bool(question.strip())
    assert text == alone(question, *history)


@given(st.sampled_from(["Derby", "Leeds", "Essex Police", "Windsor and Maidenhead", "the Met"]))
def test_the_body_of_a_fragment_is_always_in_the_question(name: str):
    text = alone(f"And what about {name}?", "How good is Kirklees at early help?")
    assert name.removeprefix("the ") in text
    assert "Kirklees" not in text
