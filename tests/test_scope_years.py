"""A bare year, and cycles and reports that are set side by side."""

from __future__ import annotations

from datetime import date

import pytest

from index.bodies import BodyRegistry
from index.documents import Metadata, ReportKind
from index.store.library import ReportCard
from rag.answers import AnswerStatus, Scope
from rag.scope import ScopeReading, read_scope

REGISTRY = BodyRegistry.load()


def card(report_id: str, metadata: Metadata) -> ReportCard:
    return ReportCard(report_id, f"{report_id}.pdf", "0" * 64, metadata, 1, 1, 0, 0)


def peel(force: str, cycle: str, published: str) -> ReportCard:
    metadata = Metadata(
        title=f"{force} PEEL {cycle}",
        kind=ReportKind.PEEL,
        bodies=(force,),
        cycle=cycle,
        published=date.fromisoformat(published),
    )
    return card(f"{force.split()[0].lower()}-{cycle[:4]}", metadata)


def letter(area: str, published: str) -> ReportCard:
    day = date.fromisoformat(published)
    metadata = Metadata(
        title=f"Joint targeted area inspection of {area}",
        kind=ReportKind.JTAI,
        bodies=(area, "West Yorkshire Police"),
        area=area,
        cycle=str(day.year),
        published=day,
    )
    return card(f"{area.lower()}-{day.year}", metadata)


CARDS = {
    each.report_id: each
    for each in (
        peel("Norfolk Constabulary", "2018/19", "2019-09-27"),
        peel("Norfolk Constabulary", "2021/22", "2022-10-20"),
        peel("Bedfordshire Police", "2018", "2020-01-21"),
        letter("Leeds", "2017-03-01"),
        letter("Leeds", "2024-05-16"),
        letter("Kirklees", "2022-08-18"),
    )
}
N18, N21, BEDS = "norfolk-2018", "norfolk-2021", "bedfordshire-2018"
L17, L24, KIRKLEES = "leeds-2017", "leeds-2024", "kirklees-2022"
ALL = sorted(CARDS)


def read(question: str, **stated: tuple[str, ...]) -> ScopeReading:
    return read_scope(question, Scope(**stated), CARDS, REGISTRY)


def sides(reading: ScopeReading) -> list[tuple[str, list[str]]]:
    return [(name, list(report_ids)) for name, report_ids in reading.sides]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was said about custody in Norfolk in 2018?", [N18]),
        ("In 2021, how many posts were vacant in Norfolk?", [N21]),
        ("How many crimes did Norfolk Constabulary record in 2018/19?", [N18]),
        ("How many officers did Norfolk have during 2022?", [N21]),
        ("Does Leeds see missing children soon enough in 2017?", [L17]),
        ("How many referrals did Leeds get in March 2024?", [L24]),
        ("How many of West Yorkshire Police's cases were late in 2022?", [KIRKLEES]),
        # both years are there: nothing to choose
        ("Is there a hub in Norfolk in 2018 or 2020?", [N18]),
        # no report of that year: it is part of what is asked
        ("How many crimes did Norfolk Constabulary record in 2017?", [N18, N21]),
        ("How many arrests did Bedfordshire make in 2019?", [BEDS]),
        ("How many arrests did Bedfordshire make in 2016?", [BEDS]),
        # the later report tells what has changed
        ("Has Leeds fixed what was wrong in 2017?", [L17, L24]),
        ("Is Norfolk better at custody than in 2018?", [N18, N21]),
        ("What has Leeds done since 2017?", [L17, L24]),
        # no body: a year of all reports' content
        ("How many children were missing in 2018?", ALL),
        ("What did HMICFRS say about custody in 2018?", ALL),
    ],
)
def test_a_bare_year_chooses_among_the_reports_of_a_body(question: str, expected: list[str]):
    reading = read(question)
    assert (reading.refusal, list(reading.report_ids)) == (None, expected)


def test_what_was_assumed_of_a_year_is_said_and_can_be_undone():
    reading = read("What was said about custody in Norfolk in 2018?")
    assert reading.warnings == (
        "“2018” was taken to say which report is meant:"
        " only the PEEL report about Norfolk Constabulary (2018/19) was searched.",
    )
    assert reading.scope.cycles == ("2018",)
    assert reading.topic == "What was said about custody?"
    wider = reading.otherwise
    assert wider is not None
    assert list(wider.report_ids) == [N18, N21]
    assert wider.topic == "What was said about custody in 2018?"
    assert wider.warnings == (
        "The report of 2018 alone does not say, so those of other years were searched too.",
    )


def test_a_year_that_is_said_to_be_the_reports_cannot_be_undone():
    assert read("What did the 2018 PEEL of Norfolk say about custody?").otherwise is None


def test_a_bare_year_narrows_each_side_that_has_a_report_of_it():
    reading = read("Compare Norfolk and Leeds on staffing in 2017")
    assert sides(reading) == [("Norfolk Constabulary", [N18, N21]), ("Leeds", [L17])]


def test_a_bare_year_chooses_within_a_stated_body():
    reading = read("How was custody in 2021?", bodies=("Norfolk Constabulary",))
    assert list(reading.report_ids) == [N21]


NORFOLK_TWICE = [("Norfolk Constabulary 2018/19", [N18]), ("Norfolk Constabulary 2021/22", [N21])]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How has custody changed between Norfolk's 2018/19 and 2021/22 reports?", "Custody?"),
        ("How did custody change between 2018/19 and 2021/22 in Norfolk?", "Custody?"),
        ("Compare custody in Norfolk in 2018/19 and 2021/22", "Compare custody"),
        ("Compare Norfolk in 2018/19 with 2021/22 on custody", "Compare the area on custody"),
        ("How has custody changed over time in Norfolk?", "Custody?"),
        ("How does custody differ between Norfolk's two reports?", "Custody?"),
        ("Did custody improve in Norfolk from 2018/19 to 2021/22?", "Did custody improve?"),
        ("How many cells did Norfolk have in 2018/19 and in 2021/22?", None),
        ("How was Norfolk graded in 2018/19 and 2021/22?", None),
    ],
)
def test_a_body_is_compared_with_itself(question: str, topic: str | None):
    reading = read(question)
    assert sides(reading) == NORFOLK_TWICE
    assert topic is None or reading.topic == topic
    assert "PEEL grades of 2018/19 and 2021/22 are not comparable" in reading.warnings[-1]


@pytest.mark.parametrize(
    "question",
    [
        "How did caseloads change between April 2021 and March 2022 in Kirklees?",
        "How did arrests change between 2014 and 2016 in Norfolk?",
        "How has custody changed over time in Bedfordshire?",
        "How many arrests were made in Bedfordshire in 2017 and 2018?",
    ],
)
def test_years_of_which_no_two_reports_are_set_nothing_apart(question: str):
    reading = read(question)
    assert (reading.refusal, reading.sides) == (None, ())


def test_stated_cycles_are_sides_in_their_order():
    reading = read("custody", bodies=("Norfolk",), cycles=("2021/22", "2018"))
    assert sides(reading) == [
        ("Norfolk Constabulary 2021/22", [N21]),
        ("Norfolk Constabulary 2018", [N18]),
    ]
    assert "are not comparable" in reading.warnings[-1]


def test_stated_cycles_divide_the_body_that_the_question_names():
    reading = read("custody in Norfolk", cycles=("2018", "2021/22"))
    assert sides(reading) == [
        ("Norfolk Constabulary 2018", [N18]),
        ("Norfolk Constabulary 2021/22", [N21]),
    ]


def test_stated_cycles_divide_each_stated_body_and_an_empty_side_is_said():
    reading = read("custody", bodies=("Norfolk", "Bedfordshire Police"), cycles=("2018", "2021/22"))
    assert sides(reading) == [
        ("Norfolk Constabulary 2018", [N18]),
        ("Norfolk Constabulary 2021/22", [N21]),
        ("Bedfordshire Police 2018", [BEDS]),
        ("Bedfordshire Police 2021/22", []),
    ]
    assert reading.warnings[0].startswith("No report about Bedfordshire Police 2021/22 is in")


def test_stated_cycles_without_a_body_are_sides_of_the_whole_library():
    reading = read("custody", cycles=("2018", "2021/22"))
    assert sides(reading) == [
        ("the 2018 cycle", [BEDS, N18]),
        ("the 2021/22 cycle", [N21]),
    ]


def test_one_cycle_of_several_may_be_missing_and_is_an_empty_side():
    reading = read("custody", bodies=("Norfolk",), cycles=("2018", "2025-27"))
    assert reading.refusal is None
    assert sides(reading) == [
        ("Norfolk Constabulary 2018", [N18]),
        ("Norfolk Constabulary 2025-27", []),
    ]


@pytest.mark.parametrize("cycles", [("2012", "2014"), ("2018", "soon")])
def test_cycles_of_which_none_is_there_or_one_is_no_year_are_refused(cycles: tuple[str, ...]):
    refusal = read("custody", bodies=("Norfolk",), cycles=cycles).refusal
    assert refusal is not None
    assert refusal.status is AnswerStatus.NO_MATCHING_REPORTS
    assert cycles[-1] in refusal.reason


def test_one_cycle_under_two_names_is_no_comparison():
    reading = read("custody", bodies=("Norfolk",), cycles=("2018", "2018/19"))
    assert (reading.sides, list(reading.report_ids)) == ((), [N18])


def test_stated_reports_are_sides_in_their_order():
    reading = read("early help", reports=(KIRKLEES, L24, L17))
    assert sides(reading) == [
        ("Kirklees 2022", [KIRKLEES]),
        ("Leeds 2024", [L24]),
        ("Leeds 2017", [L17]),
    ]


def test_reports_that_go_by_one_name_are_told_apart_by_their_ids():
    twin = {**CARDS, "leeds-again": card("leeds-again", CARDS[L24].metadata)}
    stated = Scope(reports=(L24, "leeds-again"))
    reading = read_scope("early help", stated, twin, REGISTRY)
    assert [name for name, _ in reading.sides] == [L24, "leeds-again"]


def test_many_stated_reports_say_where_to_look_and_not_what_to_compare():
    held = [letter("Leeds", f"20{year}-03-01") for year in range(10, 19)]
    cards = {each.report_id: each for each in held}
    reading = read_scope("early help", Scope(reports=tuple(cards)), cards, REGISTRY)
    assert (len(reading.report_ids), reading.sides) == (9, ())
