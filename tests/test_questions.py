"""What kind of answer a question wants."""

import pytest

from rag.questions import QuestionKind, Wants, read_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What did HMICFRS say about custody?", QuestionKind.TOPIC),
        ("stop and search", QuestionKind.TOPIC),
        ("How well does the constabulary look after witnesses?", QuestionKind.TOPIC),
        ("List the areas for improvement for responding to the public.", QuestionKind.LIST),
        ("Give me every recommendation in the 2022 report", QuestionKind.LIST),
        ("Which strengths did inspectors name?", QuestionKind.LIST),
        ("what does Wrenmoor need to improve", QuestionKind.LIST),
        ("What grade did Wrenmoor get for leadership?", QuestionKind.JUDGEMENT),
        ("How was the force rated on responding to calls?", QuestionKind.JUDGEMENT),
        ("Compare custody in Wrenmoor and Osterfell.", QuestionKind.COMPARISON),
        ("Is Wrenmoor quicker at answering calls than Osterfell?", QuestionKind.COMPARISON),
        ("What has changed since 2017 in how rape is investigated?", QuestionKind.CHANGE),
        ("Has the backlog got any better?", QuestionKind.CHANGE),
        ("What does DVPO stand for?", QuestionKind.DEFINITION),
        ("What does AFI stand for?", QuestionKind.DEFINITION),
        ("What is Operation Millrace?", QuestionKind.DEFINITION),
        ("How many detectives are vacant?", QuestionKind.FACT),
        ("Who paid for the boat patrol?", QuestionKind.FACT),
    ],
)
def test_the_kind_is_read_from_the_words(question, kind):
    assert read_question(question).kind is kind


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("How many PCSOs are there?", Wants.COUNT),
        ("What percentage of calls was abandoned?", Wants.SHARE),
        ("How much money did the council put in?", Wants.MONEY),
        ("How long do victims wait for an update?", Wants.DURATION),
        ("How many weeks did the review take?", Wants.DURATION),
        ("When did the hub open?", Wants.DATE),
        ("What do officers check when they visit a home?", Wants.ANYTHING),
        ("How often does the panel meet?", Wants.FREQUENCY),
        ("Why do cases drift?", Wants.REASON),
        ("Which team investigates burglary?", Wants.NAME),
        ("What did inspectors say about burglary?", Wants.ANYTHING),
    ],
)
def test_the_wanted_value_is_read_from_the_words(question, wants):
    assert read_question(question).wants is wants


def test_case_and_apostrophes_change_nothing():
    assert read_question("WHAT’S OPERATION MILLRACE?") == read_question(
        "what's operation millrace?"
    )
