"""Lists asked for together, what introduces them, and bullets that hold nothing."""

import pytest

from index.bodies import BodyRegistry
from index.documents import ActionKind, Span
from rag.answers import Answer, Question, SentenceKind
from rag.extractive import verbatim
from rag.facts.lead_ins import introduces, lead_in, with_lead_ins
from rag.facts.lists import list_items, read_list_request
from rag.followups import stand_alone
from rag.pipeline import Assistant
from tests.made_reports import made_report

OSTERFELL = "sample-osterfell-peel-2021-22"
QUAY = made_report(
    "quay",
    {
        "Recommendations": [
            "Quay Police is slow.",
            "By May, the force should:",
            "• answer calls; and",
            "• read files.",
            "Within a year, it should:",
            "• train.",
        ],
        "Strengths": ["• Calls are answered.", "•", "• •", "• Files are read."],
    },
)


def item(words: str) -> Span:
    start = QUAY.text.index(words)
    return Span(start, start + len(words))


@pytest.fixture
def ask(sample_assistant: Assistant):
    def asked(text: str, *history: str) -> Answer:
        return sample_assistant.answer(Question(text, history=history))

    return asked


def actions(assistant: Assistant, *kinds: ActionKind) -> list[str]:
    report = assistant.report(OSTERFELL)
    return [a.span.of(report.text) for kind in kinds for a in report.actions if a.kind is kind]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("the strengths and areas for improvement of Quay", "strengths and areas for improvement"),
        (
            "List recommendations, causes of concern and AFIs",
            "recommendations and causes of concern and areas for improvement",
        ),
        (
            "What are its strengths, and what needs to improve?",
            "strengths and areas for improvement",
        ),
        ("Which recommendations are there for the areas for improvement?", "recommendations"),
        ("What recommendations were made to improve custody?", "recommendations"),
        ("List the areas for improvement and areas of improvement", "areas for improvement"),
    ],
)
def test_the_lists_that_a_question_names(question: str, name: str):
    request = read_list_request(question)
    assert request is not None
    assert request.name == name


def test_every_list_that_is_named_is_given_whole_and_in_the_question_s_order(
    ask, sample_assistant: Assistant
):
    answer = ask("List the recommendations and areas for improvement for Osterfell")
    said = [s.text for s in answer.sentences if not s.text.endswith(":")]
    assert said == actions(
        sample_assistant, ActionKind.RECOMMENDATION, ActionKind.AREA_FOR_IMPROVEMENT
    )


def test_lists_counted_together_are_counted_each_by_itself(ask):
    answer = ask("How many recommendations and areas for improvement does Osterfell have?")
    name = "Osterfell Police, PEEL 2021/22 (invented sample)"
    assert [s.text for s in answer.sentences] == [
        f"{name}: 3 recommendations.",
        f"{name}: 7 areas for improvement.",
    ]


@pytest.mark.parametrize(
    ("question", "earlier", "text"),
    [
        (
            "And the recommendations?",
            "List the areas for improvement for Kent Police",
            "List the recommendations for Kent Police?",
        ),
        (
            "what about its causes of concern",
            "How many strengths and areas for improvement has Kent Police?",
            "How many causes of concern has Kent Police?",
        ),
    ],
)
def test_another_list_takes_the_place_of_the_one_before(question, earlier, text):
    assert stand_alone(question, [earlier], BodyRegistry.load()).text == text


def test_an_item_is_introduced_by_the_paragraph_above_its_list():
    assert lead_in(QUAY, item("read files.")) == item("By May, the force should:")
    assert lead_in(QUAY, item("train.")) == item("Within a year, it should:")
    assert lead_in(QUAY, item("Calls are answered.")) is None


def test_what_introduces_a_list_is_said_once_before_its_items():
    items = [
        verbatim(QUAY, item(words)) for words in ("answer calls; and", "read files.", "train.")
    ]
    claims = with_lead_ins(items, [QUAY])
    assert [c.text for c in claims] == [
        "By May, the force should:",
        "answer calls; and",
        "read files.",
        "Within a year, it should:",
        "train.",
    ]
    assert [introduces(c) for c in claims] == [True, False, False, True, False]


def test_recommendations_are_answered_with_their_deadline(ask):
    first, *rest = ask("What are the recommendations for Osterfell?").sentences
    assert first.text == "Within three months, Osterfell Police should:"
    assert len(rest) == 4
    assert {s.kind for s in (first, *rest)} == {SentenceKind.VERBATIM}


def test_a_bullet_of_marks_alone_is_no_item():
    (strengths,) = [s for s in QUAY.sections if s.path == ("Strengths",)]
    spans = list_items(QUAY.text, strengths.body)
    assert [span.of(QUAY.text) for span in spans] == ["Calls are answered.", "Files are read."]
