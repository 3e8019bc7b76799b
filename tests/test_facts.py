"""Lists, judgements, dates and inspectorates from the parsed structure of the samples."""

from pathlib import Path

import numpy as np
import pytest

from index.documents import ActionKind, Report
from index.readers import read_document
from index.store.keywords import KeywordIndex
from index.structure import parse_report, report_id_of
from rag.answers import CitationNote, SentenceKind
from rag.extractive import Claim
from rag.facts import structural_answer
from rag.questions import read_question
from rag.vocabulary import load_vocabulary, read_words

SAMPLES = sorted((Path(__file__).parents[1] / "api" / "samples").glob("sample-*"))


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    parsed = [
        parse_report(read_document(p.name, p.read_bytes()), report_id=report_id_of(p.name))
        for p in SAMPLES
    ]
    return {report.report_id: report for report in parsed}


@pytest.fixture(scope="module")
def keywords(reports) -> KeywordIndex:
    texts = [
        "\n".join((*section.path, section.body.of(report.text)))
        for report in reports.values()
        for section in report.sections
    ]
    return KeywordIndex(np.arange(len(texts), dtype=np.int64), texts)


@pytest.fixture(scope="module")
def ask(reports, keywords):
    vocabulary = load_vocabulary(d for report in reports.values() for d in report.definitions)

    def claims_of(question: str, *report_ids: str) -> list[Claim]:
        words = read_words(question, vocabulary, keywords)
        kind = read_question(question).kind
        chosen = [reports[i] for i in report_ids]
        return list(structural_answer(question, kind, chosen, words.core, keywords).claims)

    return claims_of


WRENMOOR_2018 = "sample-wrenmoor-peel-2018-effectiveness"
WRENMOOR_2021 = "sample-wrenmoor-peel-2021-22"
OSTERFELL = "sample-osterfell-peel-2021-22"


def actions(report: Report, *kinds: ActionKind) -> list[str]:
    return [a.span.of(report.text) for a in report.actions if a.kind in kinds]


def test_a_list_that_is_not_narrowed_is_the_whole_list(ask, reports):
    claims = ask("List the areas for improvement.", WRENMOOR_2018)
    assert [c.text for c in claims] == actions(
        reports[WRENMOOR_2018], ActionKind.AREA_FOR_IMPROVEMENT
    )
    assert len(claims) == 7


def test_a_list_is_narrowed_by_the_heading_it_stands_under(ask):
    claims = ask("List every area for improvement about how crime is investigated", WRENMOOR_2018)
    assert len(claims) == 3
    assert all(
        "investigation" in c.text or "victims" in c.text or "digital" in c.text for c in claims
    )


def test_a_list_that_the_report_does_not_print_is_not_answered_from_another(ask):
    assert ask("List the causes of concern.", WRENMOOR_2018) == []


def test_recommendations_are_not_mixed_with_areas_for_improvement(ask, reports):
    claims = ask("What are the recommendations?", WRENMOOR_2021)
    wanted = actions(reports[WRENMOOR_2021], ActionKind.RECOMMENDATION)
    assert wanted
    assert [c.text for c in claims] == [
        "By 30 September 2022, Wrenmoor Constabulary should:",
        *wanted,
    ]


def test_a_judgement_names_body_question_and_grade_and_quotes_the_grade(ask, reports):
    (claim,) = ask("How was the force graded at investigating crime?", WRENMOOR_2018)
    assert claim.kind is SentenceKind.FACT
    assert claim.text.startswith("Wrenmoor Constabulary")
    assert claim.text.endswith("Requires improvement.")
    quote = claim.quotes[0].span.of(reports[WRENMOOR_2018].text)
    assert "investigating crime" in quote
    assert quote.endswith("\n\nRequires improvement")


def test_a_judgement_carried_over_says_so_beside_the_grade(ask):
    grade, basis = ask("What grade did it get for serious and organised crime?", WRENMOOR_2018)
    assert grade.text.endswith("Good.")
    assert grade.quotes[0].note is CitationNote.CARRIED_OVER
    assert basis.kind is SentenceKind.VERBATIM
    assert "carried over" in basis.text or "2017" in basis.text


def test_the_overall_grade_is_meant_where_no_area_is_named(ask):
    (claim,) = ask("What was the overall grade?", WRENMOOR_2018)
    assert claim.text.endswith("Requires improvement.")
    assert "“" not in claim.text


def test_a_pillar_that_a_report_does_not_cover_has_no_grade_in_it(ask):
    assert ask("What was the legitimacy grade?", WRENMOOR_2018) == []


def test_which_question_is_ungraded(ask):
    (claim,) = ask("Which question is ungraded?", WRENMOOR_2018)
    assert "specialist capabilities" in claim.text


def test_a_question_by_its_number(ask):
    (claim,) = ask("What was the grade for question 3?", WRENMOOR_2018)
    assert "vulnerable" in claim.text


def test_all_grades_are_all_judgements(ask, reports):
    claims = ask("What was the grade for each question?", WRENMOOR_2018)
    graded = [c for c in claims if c.kind is SentenceKind.FACT]
    assert len(graded) == len(reports[WRENMOOR_2018].judgements)


def test_fieldwork_dates_are_the_sentence_that_says_them(ask, reports):
    (claim,) = ask("When was the fieldwork?", WRENMOOR_2018)
    assert claim.kind is SentenceKind.VERBATIM
    assert "2019" in claim.text
    assert claim.text in reports[WRENMOOR_2018].text


def test_when_something_else_happened_is_not_a_question_about_the_inspection(ask):
    assert ask("When did Operation Millrace begin?", WRENMOOR_2018) == []


def test_the_last_update_is_not_given_as_the_publication(ask, reports):
    report = reports[WRENMOOR_2018]
    (updated,) = ask("When was the page last updated?", WRENMOOR_2018)
    assert updated.text == "Last updated 12/02/2020"
    assert report.metadata.evidence["updated"].of(report.text) in updated.text
    assert ask("When was the report published?", WRENMOOR_2018) == []
