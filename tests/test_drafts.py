"""What an answer will say: sides of a comparison, definitions, reasons."""

import pytest

from index.documents import Span
from index.store.hits import Hit
from index.store.library import Library
from rag.answers import AnswerStatus, Scope, SentenceKind
from rag.drafts import (
    Draft,
    draft_comparison,
    draft_definition,
    is_broad,
    not_said,
    refused,
    with_definition,
)
from rag.extractive import Claim, Quote
from rag.questions import QuestionKind, QuestionReading, Wants
from rag.scope import ScopeReading
from tests.made_reports import FULL, HARBOUR, MOORLAND, RECIPE, contents, made_report

EXTRA = made_report("quay-2016", {"Custody": ["Nurses work in both suites."]})


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    path = tmp_path_factory.mktemp("drafts") / "library.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        for report in (HARBOUR, MOORLAND, FULL, EXTRA):
            library.add(*contents(report))
        yield library.snapshot()


def scope_of(*report_ids: str, **named: tuple[str, ...]) -> ScopeReading:
    return ScopeReading(Scope(**named), report_ids, (), "", None, ())


def claim(text: str, start: int = 0) -> Claim:
    quote = Quote("harbour-2019", Span(start, start + len(text)))
    return Claim(text, SentenceKind.VERBATIM, (quote,))


def side(text: str, *passages: int, confidence: float = 0.7) -> Draft:
    ranking = tuple(Hit(i, 1.0) for i in passages)
    return Draft(
        AnswerStatus.ANSWERED, claims=(claim(text),), ranking=ranking, confidence=confidence
    )


SILENT = Draft(AnswerStatus.NOT_IN_REPORTS, reason="They do not.", ranking=(Hit(9, 1.0),))


def texts(draft: Draft) -> list[str]:
    return [said.text for said in draft.claims]


def test_sides_come_in_order_and_their_passages_in_turns():
    made = draft_comparison(
        [("A", side("a", 1, 2, 3)), ("B", side("b", 4, confidence=0.9))],
    )
    assert (made.status, made.reason, made.confidence) == (AnswerStatus.ANSWERED, None, 0.9)
    assert texts(made) == ["a", "b"]
    assert [hit.passage_id for hit in made.ranking] == [1, 4, 2, 3]


@pytest.mark.parametrize(
    ("sides", "status", "reason"),
    [
        ([("A", side("a")), ("B", None)], AnswerStatus.PARTIAL,
         "No report about B is in this library."),
        ([("A", SILENT), ("B", side("b"))], AnswerStatus.PARTIAL,
         "The reports about A do not say."),
        ([("A", SILENT), ("B", None)], AnswerStatus.NOT_IN_REPORTS,
         "The reports about A do not say. No report about B is in this library."),
        ([("A", None), ("B", None)], AnswerStatus.NO_MATCHING_REPORTS,
         "No report about A is in this library. No report about B is in this library."),
    ],
)  # fmt: skip
def test_an_empty_side_is_said(sides, status, reason):
    made = draft_comparison(sides)
    assert (made.status, made.reason) == (status, reason)
    assert bool(made.claims) is (status is AnswerStatus.PARTIAL)


def test_the_reason_names_up_to_three_reports_and_counts_more(snapshot):
    harbour = "Harbour Constabulary, report 2018/19"
    assert not_said(scope_of("harbour-2019"), snapshot) == (
        f"The report searched ({harbour}) did not say."
    )
    assert not_said(scope_of("harbour-2019", "moorland-2021"), snapshot) == (
        f"The reports searched ({harbour} and Moorland Police, report) did not say."
    )
    assert not_said(scope_of(*snapshot.cards), snapshot) == (
        "None of the 4 reports that were searched says."
    )


def test_a_refusal_says_nothing_else():
    made = refused(AnswerStatus.NO_MATCHING_REPORTS, "None is.")
    assert (made.claims, made.ranking, made.confidence) == ((), (), 0.0)


def test_what_an_acronym_stands_for_is_the_sentence_that_spells_it_out(snapshot):
    made = draft_definition("What does VGF stand for?", scope_of("full-2020"), snapshot)
    assert made is not None
    assert made.status is AnswerStatus.ANSWERED
    assert "(VGF)" in texts(made)[0]


def test_an_acronym_that_is_spelt_out_nowhere_is_refused(snapshot):
    made = draft_definition("What does QXR stand for?", scope_of("full-2020"), snapshot)
    assert made is not None
    assert (made.status, made.claims) == (AnswerStatus.NOT_IN_REPORTS, ())
    assert str(made.reason).endswith("spells out QXR.")


def test_what_something_is_may_be_read_where_no_report_spells_it_out(snapshot):
    assert draft_definition("What is QXR?", scope_of("full-2020"), snapshot) is None
    assert draft_definition("What is custody?", scope_of("full-2020"), snapshot) is None


def test_a_definition_leads_and_is_not_said_twice():
    defined = Draft(AnswerStatus.ANSWERED, claims=(claim("one"),), confidence=1.0)
    read = Draft(
        AnswerStatus.ANSWERED,
        claims=(claim("two", 40), claim("one")),
        ranking=(Hit(3, 1.0),),
        confidence=0.7,
    )
    made = with_definition(defined, read)
    assert texts(made) == ["one", "two"]
    assert (made.confidence, [hit.passage_id for hit in made.ranking]) == (1.0, [3])


@pytest.mark.parametrize(
    ("kind", "scope", "broad"),
    [
        (QuestionKind.TOPIC, scope_of("a", "b"), True),
        (QuestionKind.TOPIC, scope_of("a"), False),
        (QuestionKind.FACT, scope_of("a", "b"), False),
        (QuestionKind.TOPIC, scope_of("a", "b", bodies=("Harbour Constabulary",)), False),
        (QuestionKind.TOPIC, scope_of("a", "b", reports=("a", "b")), False),
    ],
)
def test_a_topic_over_several_reports_of_nobody_in_particular_is_broad(kind, scope, broad):
    assert is_broad(QuestionReading(kind, Wants.ANYTHING), scope) is broad
