"""Which reports a question is about, over invented libraries."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bodies import BodyRegistry
from index.documents import DateRange, Metadata, ReportKind
from index.store.library import ReportCard
from rag.answers import AnswerStatus, Scope
from rag.scope import ScopeReading, read_scope

REGISTRY = BodyRegistry.load()
NOTHING_STATED = Scope()
NO_MATCH = AnswerStatus.NO_MATCHING_REPORTS
ASK = AnswerStatus.NEEDS_CLARIFICATION


def card(report_id: str, metadata: Metadata) -> ReportCard:
    return ReportCard(report_id, f"{report_id}.pdf", "0" * 64, metadata, 1, 1, 0, 0)


def jtai(area: str, force: str, published: str) -> ReportCard:
    day = date.fromisoformat(published)
    fieldwork = DateRange(
        date.fromordinal(day.toordinal() - 60), date.fromordinal(day.toordinal() - 56)
    )
    metadata = Metadata(
        title=f"Joint targeted area inspection of {area}",
        kind=ReportKind.JTAI,
        bodies=(area, force),
        area=area,
        cycle=str(day.year),
        published=day,
        fieldwork=fieldwork,
    )
    return card(f"jtai-{area.lower().replace(' ', '-')}-{day.year}", metadata)


def peel(force: str, cycle: str, updated: str) -> ReportCard:
    metadata = Metadata(
        title=f"{force} PEEL {cycle}",
        kind=ReportKind.PEEL,
        bodies=(force,),
        cycle=cycle,
        updated=date.fromisoformat(updated),
    )
    return card(f"peel-{force.split()[0].lower()}-{cycle.replace('/', '-')}", metadata)


def library(*cards: ReportCard) -> dict[str, ReportCard]:
    return {c.report_id: c for c in cards}


MIXED = library(
    jtai("Leeds", "West Yorkshire Police", "2024-05-16"),
    jtai("Kirklees", "West Yorkshire Police", "2022-08-18"),
    jtai("Medway", "Kent Police", "2018-08-03"),
    jtai("Derby", "Derbyshire Constabulary", "2019-05-08"),
    jtai("Hertfordshire", "Hertfordshire Constabulary", "2024-12-12"),
    jtai("Shropshire", "West Mercia Police", "2019-01-15"),
    jtai("Solihull", "West Midlands Police", "2022-02-21"),
    jtai("Richmond upon Thames", "Metropolitan Police Service", "2024-09-06"),
    jtai("Bromley", "Metropolitan Police Service", "2025-03-13"),
    jtai("Windsor and Maidenhead", "Thames Valley Police", "2022-07-04"),
    jtai("Bradford", "West Yorkshire Police", "2017-04-21"),
    peel("Bedfordshire Police", "2018", "2020-01-21"),
    peel("Norfolk Constabulary", "2018/19", "2019-09-27"),
    peel("Norfolk Constabulary", "2021/22", "2022-10-20"),
)
ONE = library(peel("Bedfordshire Police", "2018", "2020-01-21"))
ALL = tuple(sorted(MIXED))


def read(
    question: str, cards: dict[str, ReportCard] = MIXED, stated: Scope = NOTHING_STATED
) -> ScopeReading:
    return read_scope(question, stated, cards, REGISTRY)


def ids(
    question: str, cards: dict[str, ReportCard] = MIXED, stated: Scope = NOTHING_STATED
) -> list[str]:
    return list(read(question, cards, stated).report_ids)


BEDS, NORFOLK_18, NORFOLK_21 = (
    "peel-bedfordshire-2018",
    "peel-norfolk-2018-19",
    "peel-norfolk-2021-22",
)
LEEDS, KIRKLEES, BRADFORD = "jtai-leeds-2024", "jtai-kirklees-2022", "jtai-bradford-2017"
MEDWAY, DERBY, HERTS = "jtai-medway-2018", "jtai-derby-2019", "jtai-hertfordshire-2024"
RICHMOND, BROMLEY = "jtai-richmond-upon-thames-2024", "jtai-bromley-2025"
WINDSOR, SHROPSHIRE, SOLIHULL = (
    "jtai-windsor-and-maidenhead-2022",
    "jtai-shropshire-2019",
    "jtai-solihull-2022",
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # one body, however it is named
        ("How quickly does the MASH in Leeds answer?", [LEEDS]),
        ("leeds mash backlog", [LEEDS]),
        ("What did Derby's agencies get right?", [DERBY]),
        ("Is the Royal Borough of Windsor & Maidenhead good at early help?", [WINDSOR]),
        ("in windsor, who goes to strategy meetings?", [WINDSOR]),
        ("How is Richmond's board doing?", [RICHMOND]),
        ("Kirkless: who chairs the board?", [KIRKLEES]),
        ("What grade did Beds get?", [BEDS]),
        ("Bedfordshire Police supervision", [BEDS]),
        # a force stands for every report in which it was inspected
        ("Does Kent Police train its call handlers?", [MEDWAY]),
        ("How good are the Met's strategy meetings?", [BROMLEY, RICHMOND]),
        ("West Yorkshire Police and missing children", [BRADFORD, KIRKLEES, LEEDS]),
        ("Which WYP areas have a youth justice problem?", [BRADFORD, KIRKLEES, LEEDS]),
        ("Thames Valley Police backlog", [WINDSOR]),
        ("Do Derbyshire officers attend conferences?", [DERBY]),
        # a name that is a force and a council
        ("What did Hertfordshire's letter say about babies?", [HERTS]),
        ("herts safety plans", [HERTS]),
        ("What did inspectors say about Norfolk's workforce?", [NORFOLK_18, NORFOLK_21]),
        # a force and an area: the area's report
        (
            "Does West Mercia Police wear cameras in Shropshire homes?",
            [SHROPSHIRE],
        ),
        ("Kent Police's notifications to the Medway MASH", [MEDWAY]),
        ("How does the Met deal with missing children in Bromley?", [BROMLEY]),
        ("In Leeds, what does West Yorkshire Police know of gangs?", [LEEDS]),
        ("Bromley police custody", [BROMLEY]),
        # partners and parts of other names
        ("Does Leeds share intelligence with the National Crime Agency?", [LEEDS]),
        ("What does Leeds get from South Yorkshire Police?", [LEEDS]),
        ("Does the Kent and Medway NHS Trust hospital work with Leeds?", [LEEDS]),
        ("Has Bradford learnt from Kirklees?", [BRADFORD]),
        # no body: everything
        ("What do inspectors say about dentists?", list(ALL)),
        ("Which areas have a shortage of health visitors?", list(ALL)),
        ("Which forces are better than Kent Police at this?", list(ALL)),
        ("What was found about outcomes compared with England and Wales?", list(ALL)),
        ("How many reading lessons were missed, and was the need met?", list(ALL)),
        # towns and regions
        ("Are young people in Huddersfield safe from gangs?", [KIRKLEES]),
        ("What do London boroughs do about missing children?", [BROMLEY, RICHMOND]),
        # exclusion
        (
            "Which West Yorkshire Police areas other than Leeds have backlogs?",
            [BRADFORD, KIRKLEES],
        ),
        # kinds
        ("What do the PEEL reports say about vetting?", [BEDS, NORFOLK_18, NORFOLK_21]),
        ("How did Norfolk Constabulary do in its PEEL inspection?", [NORFOLK_18, NORFOLK_21]),
        ("Was West Mercia Police criticised by a joint inspection?", [SHROPSHIRE]),
        ("What has Bradford done since its JTAI?", [BRADFORD]),
        ("How do officers peel away from an incident in Leeds?", [LEEDS]),
        # years that name a report
        ("What did the 2018 PEEL of Norfolk say about crime?", [NORFOLK_18]),
        ("PEEL 18/19 for Norfolk Constabulary", [NORFOLK_18]),
        ("How was Norfolk Constabulary graded in 2021?", [NORFOLK_21]),
        ("Norfolk 2021/22: how is the workforce?", [NORFOLK_21]),
        ("What did the May 2024 Leeds letter praise?", [LEEDS]),
        ("What did the March 2024 inspection of Leeds cover?", [LEEDS]),
        ("What needed to improve in Shropshire after the November 2018 inspection?", [SHROPSHIRE]),
        ("What do the 2022 JTAI letters say about doors?", [KIRKLEES, SOLIHULL, WINDSOR]),
        ("What did the 2020 report on Bedfordshire say?", [BEDS]),
        # years in the content
        ("How many arrests has Leeds made since 2017?", [LEEDS]),
        ("How did caseloads in Kirklees move between April 2017 and March 2019?", [KIRKLEES]),
        ("Has Derby fixed what the 2016 Ofsted inspection found?", [DERBY]),
        ("What has got better in Medway since its 2014 inspection?", [MEDWAY]),
        ("What are Leeds's plans for 2030?", [LEEDS]),
        ("Will Medway halve exclusions by 2026?", [MEDWAY]),
        ("How many crimes did Norfolk Constabulary record in 2017?", [NORFOLK_18, NORFOLK_21]),
    ],
)
def test_a_question_is_about_these_reports(question: str, expected: list[str]):
    reading = read(question)
    assert (reading.refusal, list(reading.report_ids)) == (None, expected)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Where is Birmingham weakest?", "No report about Birmingham"),
        ("How did South Wales Police do?", "No report about South Wales Police"),
        ("Child exploitation in Hull and Humberside Police", "Kingston upon Hull"),
        ("what about the isle of wight?", "Isle of Wight"),
        ("How good is Borchester Police at supervision?", "Borchester Police"),
        ("What did the Derbyshire JTAI say?", "Derbyshire Constabulary was inspected in .* Derby"),
        ("What is said about Suffolk or Essex?", "No report about Suffolk or Essex"),
        ("How did British Transport Police do on vetting?", "British Transport Police"),
        ("What did inspectors see in Ipswich?", "Ipswich"),
        ("How quickly does Kent Fire and Rescue Service respond?", "Kent Fire and Rescue"),
        # the wrong kind of report
        (
            "What PEEL grade does Kent Police have?",
            "No PEEL report about Kent Police .* JTAI letter",
        ),
        ("How was Kent Police graded on its efficiency?", "joint inspections give no grades"),
        ("What did the JTAI of Bedfordshire Police find?", "No JTAI letter about Bedfordshire"),
        ("What did the ILACS of Leeds say?", "No inspection report of children's services"),
        # the wrong year
        ("Was Leeds praised in the 2019 JTAI?", "of 2019 .* of 2024"),
        ("A summary of Bradford's joint inspection in 2022, please.", "of 2022 .* of 2017"),
        ("Bedfordshire custody in the 2021 PEEL round", "of 2021 .* of 2018"),
        ("What did Ofsted's 2020 inspection of Leeds find?", "of 2020"),
        ("What did inspectors find when they went back to Derby in 2023?", "2023"),
        ("How many children were missing in Bradford in 2018/19?", "2018/19"),
        ("How many officers did Bedfordshire have in 2023?", "newest report .* 2020: .* 2023"),
        ("What do the 2012 JTAI letters say?", "of 2012"),
    ],
)
def test_what_the_library_does_not_have_is_said(question: str, says: str):
    refusal = read(question).refusal
    assert refusal is not None
    assert refusal.status is NO_MATCH
    assert re.search(says, refusal.reason), refusal.reason


def test_a_refusal_says_what_the_library_holds():
    refusal = read("Where is Birmingham weakest?", ONE).refusal
    assert refusal is not None
    assert refusal.reason == (
        "No report about Birmingham is in this library."
        " The library holds 1 PEEL report, on Bedfordshire Police."
    )


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare Leeds and Derby on early help", [("Leeds", 1), ("Derby", 1)]),
        ("Is therapy easier to get in Derby or in Shropshire?", [("Derby", 1), ("Shropshire", 1)]),
        ("Was Leeds better than Bradford?", [("Leeds", 1), ("Bradford", 1)]),
        (
            "Which of Leeds, Derby and Bromley has enough staff?",
            [("Leeds", 1), ("Derby", 1), ("Bromley", 1)],
        ),
        ("How do Leeds and Birmingham differ?", [("Leeds", 1), ("Birmingham", 0)]),
        (
            "Kent Police v West Mercia Police on custody",
            [("Kent Police", 1), ("West Mercia Police", 1)],
        ),
        (
            "How did West Yorkshire Police differ between Leeds in 2024 and Kirklees in 2022?",
            [("Leeds", 1), ("Kirklees", 1)],
        ),
        ("Compare Medway compared with Bedfordshire", [("Medway", 1), ("Bedfordshire Police", 1)]),
        (
            "Compare Norfolk's 2018 and 2021 PEEL reports",
            [("Norfolk Constabulary 2018", 1), ("Norfolk Constabulary 2021", 1)],
        ),
        (
            "How did Norfolk Constabulary do in PEEL 2018/19 and in PEEL 2023-25?",
            [("Norfolk Constabulary 2018/19", 1), ("Norfolk Constabulary 2023-25", 0)],
        ),
    ],
)
def test_a_comparison_has_a_side_for_each(question: str, sides: list[tuple[str, int]]):
    assert [(name, len(found)) for name, found in read(question).sides] == sides


def test_an_empty_side_is_said():
    warnings = read("How do Leeds and Birmingham differ?").warnings
    assert warnings == (
        "No report about Birmingham is in this library, so that side of the comparison is empty.",
    )


def test_a_comparison_of_which_every_side_is_missing_is_refused():
    refusal = read("How do Essex and Birmingham differ?").refusal
    assert refusal is not None
    assert "Essex or Birmingham" in refusal.reason


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("WMP in Solihull", [SOLIHULL]),
        ("How well does WMP serve Shropshire families?", [SHROPSHIRE]),
    ],
)
def test_a_clash_is_settled_by_the_other_words(question: str, expected: list[str]):
    assert ids(question) == expected


def test_a_clash_is_answered_with_a_question():
    refusal = read("How good are WMP at supervision?").refusal
    assert refusal is not None
    assert (refusal.status, refusal.reason) == (
        ASK,
        "“WMP” can be West Mercia Police or West Midlands Police. Which one is meant?",
    )


def test_a_clash_of_which_the_library_has_one_is_still_no_guess():
    cards = library(MIXED[SHROPSHIRE], MIXED[LEEDS])
    refusal = read("How good are WMP at supervision?", cards).refusal
    assert refusal is not None
    assert refusal.status is ASK


def test_a_clash_of_bodies_without_reports_is_refused():
    refusal = read("How good are WMP at supervision?", ONE).refusal
    assert refusal is not None
    assert refusal.reason.startswith("No report about West Mercia Police or West Midlands Police")


def test_a_misspelling_between_two_counties_is_asked_about():
    refusal = read("safety plans in Herfordshire").refusal
    assert refusal is not None
    assert "Herefordshire (the council)" in refusal.reason


def test_a_misspelling_is_said():
    assert read("supervision in Bedforshire").warnings == (
        "“Bedforshire” was read as Bedfordshire Police.",
    )


@pytest.mark.parametrize(
    "question",
    [
        "Was anything said of dog handlers?",
        "Is the force kind to witnesses?",
        "What does the report say about phones?",
        "How many posts are vacant?",
        "How does the rate compare with Cambridgeshire and Hertfordshire?",
        "Does the force share armed officers with Cambridgeshire?",
        "Does it work with the National Crime Agency?",
        "How many arrests were made in 2018/19?",
        "How many offenders were managed as of December 2019?",
        "What has changed since 2017?",
    ],
)
def test_the_only_report_needs_no_name(question: str):
    assert ids(question, ONE) == [BEDS]


@pytest.mark.parametrize(
    "question",
    [
        "Is Hertfordshire Constabulary short of analysts?",
        "What grade did Kent Police get?",
        "What happened in 2023?",
        "What did the JTAI say?",
    ],
)
def test_the_only_report_is_not_taken_for_another(question: str):
    refusal = read(question, ONE).refusal
    assert refusal is not None
    assert refusal.status is NO_MATCH


def test_an_unnamed_force_among_many_is_said():
    reading = read("Is the force kind to witnesses?")
    assert reading.report_ids == ALL
    assert reading.warnings == (
        "The question does not say which force is meant: all reports were searched.",
    )


def test_grades_of_cycles_that_do_not_compare_come_with_a_caution():
    warnings = read("Has Norfolk Constabulary's grade improved?").warnings
    assert warnings == (
        "PEEL grades of 2018/19 and 2021/22 are not comparable: the scale and the questions"
        " changed, so a lower grade need not mean worse performance.",
    )


def test_the_report_on_a_force_covers_an_area_without_one():
    cards = library(peel("Bedfordshire Police", "2018", "2020-01-21"), MIXED[LEEDS])
    reading = read("What do police officers in Luton do about gangs?", cards)
    assert reading.report_ids == (BEDS,)
    assert "No report is about Luton itself" in reading.warnings[0]


def test_several_reports_of_a_body_are_all_in_scope():
    cards = library(jtai("Leeds", "West Yorkshire Police", "2017-03-01"), MIXED[LEEDS])
    assert ids("What did Leeds do about neglect?", cards) == ["jtai-leeds-2017", LEEDS]


def test_a_year_chooses_among_reports_of_a_body():
    cards = library(jtai("Leeds", "West Yorkshire Police", "2017-03-01"), MIXED[LEEDS])
    assert ids("What did the 2017 Leeds letter say?", cards) == ["jtai-leeds-2017"]


def test_an_invented_area_of_the_library_is_known_to_it():
    cards = library(jtai("Ambleford", "Northmoor Police", "2023-05-05"), MIXED[LEEDS])
    registry = REGISTRY.with_areas(["Ambleford", "Northmoor Police"])
    reading = read_scope("Does Northmoor Police help Ambleford?", Scope(), cards, registry)
    assert reading.report_ids == ("jtai-ambleford-2023",)


def test_an_empty_library_is_said():
    refusal = read("What about Leeds?", {}).refusal
    assert refusal is not None
    assert (
        refusal.reason == "No report about Leeds is in this library. The library holds no reports."
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (Scope(bodies=("leeds",)), [LEEDS]),
        (Scope(bodies=("The Met",)), [BROMLEY, RICHMOND]),
        (Scope(bodies=("Norfolk Constabulary",), cycles=("2018",)), [NORFOLK_18]),
        (Scope(bodies=("Norfolk",), cycles=("PEEL 2021/22",)), [NORFOLK_21]),
        (Scope(cycles=("2024",)), [HERTS, LEEDS, RICHMOND]),
        (Scope(kinds=("peel",)), [BEDS, NORFOLK_18, NORFOLK_21]),
        (Scope(reports=(LEEDS, BEDS)), [LEEDS, BEDS]),
        (Scope(reports=(LEEDS, BEDS), kinds=("jtai",)), [LEEDS]),
    ],
)
def test_a_stated_scope_holds(stated: Scope, expected: list[str]):
    assert ids("Which findings are on night shifts?", stated=stated) == expected


@pytest.mark.parametrize(
    ("stated", "status", "says"),
    [
        (
            Scope(bodies=("Gotham Police",)),
            NO_MATCH,
            "No report about Gotham Police is in this library. The",
        ),
        (Scope(bodies=("Bedforshire Police",)), NO_MATCH, "Did you mean Bedfordshire Police?"),
        (Scope(bodies=("Essex Police",)), NO_MATCH, "No report about Essex Police"),
        (Scope(bodies=("WMP",)), ASK, "Which one is meant?"),
        (Scope(bodies=("Leeds",), cycles=("2019",)), NO_MATCH, "No report about Leeds of 2019"),
        (Scope(cycles=("soon",)), NO_MATCH, "No report of soon"),
        (Scope(kinds=("fire",)), NO_MATCH, "No fire and rescue report"),
        (Scope(kinds=("prison",)), NO_MATCH, "no kind of report 'prison'"),
        (Scope(reports=("jtai-leed-2024",)), NO_MATCH, "Did you mean 'jtai-leeds-2024'?"),
    ],
)
def test_a_stated_scope_that_holds_nothing_is_refused(
    stated: Scope, status: AnswerStatus, says: str
):
    refusal = read("Which findings are on night shifts?", stated=stated).refusal
    assert refusal is not None
    assert refusal.status is status
    assert says in refusal.reason


def test_a_question_does_not_widen_what_was_stated():
    refusal = read("What about Bradford?", stated=Scope(bodies=("Leeds",))).refusal
    assert refusal is not None
    assert refusal.reason == (
        "The question is about Bradford,"
        " but the scope that was given holds only reports about Leeds."
    )


def test_stated_bodies_are_sides_in_their_order():
    stated = Scope(bodies=("Leeds", "Derby", "Birmingham"))
    sides = read("Compare early help", stated=stated).sides
    assert sides == (("Leeds", (LEEDS,)), ("Derby", (DERBY,)), ("Birmingham", ()))


def test_what_was_stated_is_marked():
    scope = read("early help in 2024 JTAIs", stated=Scope(bodies=("Leeds",))).scope
    assert scope == Scope(bodies=("Leeds",), cycles=("2024",), kinds=("jtai",), stated=("bodies",))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Who pays for mentors in Leeds?", "Who pays for mentors?"),
        ("Who sits on Hertfordshire's early help panel?", "Who sits on the early help panel?"),
        (
            "What did the 2019 JTAI of Derby say about vetting?",
            "What did the JTAI say about vetting?",
        ),
        ("Does Kent Police answer its phones?", "Does Kent Police answer its phones?"),
        ("Kent Police's cameras in Medway", "Kent Police's cameras"),
        ("How do Leeds and Derby differ on neglect?", "How do the areas differ on neglect?"),
        ("What proportion of Leeds schools were told?", "What proportion of schools were told?"),
        ("leeds: who leads the board", "Who leads the board"),
        ("Is Leeds council stretched?", "Is the council stretched?"),
        (
            "Have changes to Leeds children's services worked?",
            "Have changes to the children's services worked?",
        ),
        ("Leeds", "Leeds"),
        ("How many arrests since 2017 in Leeds?", "How many arrests since 2017?"),
    ],
)
def test_the_topic_is_the_question_without_its_scope(question: str, topic: str):
    assert read(question).topic == topic


@given(st.text(max_size=120))
def test_any_text_is_read_and_its_reports_are_the_librarys(question: str):
    reading = read(question)
    assert set(reading.report_ids) <= set(MIXED)
    assert list(reading.report_ids) == sorted(reading.report_ids)
    assert (reading.refusal is None) == bool(reading.report_ids)


@given(st.sampled_from(ALL), st.sampled_from([str.lower, str.upper]))
def test_the_case_of_a_question_does_not_change_its_scope(report_id: str, recase):
    area = MIXED[report_id].metadata.bodies[0]
    question = f"What did inspectors say about supervision in {area}?"
    assert ids(recase(question)) == ids(question)
