"""Questions to the sample reports, as a user asks them: every status, every kind of question.

What an answer must say was read in the samples; the sentences around it may change.
"""

import re

import pytest

from index.documents import Span
from rag.answers import Answer, AnswerStatus, CitationNote, Question, Scope, SentenceKind
from rag.pipeline import Assistant

OSTERFELL, WRENMOOR_2018, WRENMOOR_2021 = (
    "sample-osterfell-peel-2021-22",
    "sample-wrenmoor-peel-2018-effectiveness",
    "sample-wrenmoor-peel-2021-22",
)
NOT_COMPARABLE = "PEEL grades of 2018 and 2021/22 are not comparable"


@pytest.fixture
def ask(sample_assistant: Assistant):
    def asked(text: str, *history: str, **stated: tuple[str, ...]) -> Answer:
        scope = Scope(**stated, stated=tuple(stated))
        return sample_assistant.answer(Question(text, history=history, scope=scope))

    return asked


def quotes(answer: Answer, report_id: str | None = None) -> str:
    """Return the quotes of an answer, or of what it cites of one report, a line each."""
    cited = [c for c in answer.citations if report_id in (None, c.report_id)]
    return "\n".join(citation.quote for citation in cited)


def cited_reports(answer: Answer) -> set[str]:
    return {citation.report_id for citation in answer.citations}


def notes(answer: Answer) -> dict[str, CitationNote | None]:
    return {citation.quote: citation.note for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "report_id", "figure"),
    [
        ("How many detective posts were vacant in the 2018 report on Wrenmoor?", WRENMOOR_2018,
         "22 were vacant"),
        ("How many quad bikes were stolen in Osterfell in 2021?", OSTERFELL, "to 52 in 2021"),
        ("How long do officers in Osterfell wait for advice about charging?", OSTERFELL,
         "16 days on average"),
        ("What share of 101 calls was abandoned in Osterfell?", OSTERFELL, "4 percent"),
        ("How many people does Osterfell Police serve?", OSTERFELL, "297,000"),
        ("Who pays for Project Larkspur in the 2018 report?", WRENMOOR_2018,
         "paid for by the police and crime commissioner"),
    ],
)  # fmt: skip
def test_a_fact_is_answered_from_its_report_alone(ask, question, report_id, figure):
    answer = ask(question)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.reason is None
    assert figure in quotes(answer)
    assert cited_reports(answer) == {report_id}


def test_a_topic_gets_several_sentences_and_all_of_them_verbatim(ask):
    answer = ask("What did the inspectors say about supervision in Osterfell?")
    assert answer.status is AnswerStatus.ANSWERED
    assert cited_reports(answer) == {OSTERFELL}
    assert "supervision was effective in 19" in quotes(answer)
    assert 3 <= len(answer.sentences) <= 8
    assert {sentence.kind for sentence in answer.sentences} == {SentenceKind.VERBATIM}


def test_a_topic_over_all_reports_is_answered_from_several(ask):
    answer = ask("What did the inspectors say about the control room?")
    assert answer.status is AnswerStatus.ANSWERED
    assert {citation.body for citation in answer.citations} == {
        "Osterfell Police",
        "Wrenmoor Constabulary",
    }


def test_a_list_is_complete_and_in_the_report_s_order(ask):
    answer = ask("List the areas for improvement for investigating crime in Osterfell")
    assert [sentence.text for sentence in answer.sentences] == [
        "The force should make sure that supervisors direct and review the investigation of less "
        "serious crimes, and record that they have done so.",
        "The force should make sure that victims are updated as often as was agreed with them.",
        "The force should reduce the time that its officers wait for advice about charging.",
    ]


def test_a_list_of_a_whole_report_has_all_of_it(ask):
    answer = ask("List the areas for improvement in the 2018 report on Wrenmoor")
    # Two under question 1, three under question 2, two under question 3.
    assert len(answer.sentences) == 7
    assert [len(section.split("\n")) - 1 for section in answer.text.split("\n\n")] == [2, 3, 2]


def test_a_judgement_is_a_fact_with_its_grade_quoted(ask):
    answer = ask("What grade did Osterfell get for investigating crime?")
    (sentence,) = answer.sentences
    assert sentence.kind is SentenceKind.FACT
    assert sentence.text.endswith(": Requires improvement.")
    assert quotes(answer) == "Investigating crime\n\nRequires improvement"
    assert answer.confidence == 1.0


def test_a_judgement_that_was_carried_over_says_so_and_is_marked(ask):
    answer = ask("What grade did Wrenmoor get for serious and organised crime in 2018?")
    grade, basis = answer.sentences
    assert grade.text.endswith("(2018): Good.")
    assert basis.text == (
        "The judgment above is carried over from our effectiveness inspection of 2017."
    )
    assert set(notes(answer).values()) == {CitationNote.CARRIED_OVER}


def test_when_a_force_was_inspected_is_read_from_the_structure(ask):
    answer = ask("When was the fieldwork in Osterfell?")
    (sentence,) = answer.sentences
    assert sentence.text == (
        "The fieldwork for this inspection took place between 16 May and 10 June 2022."
    )


def test_two_bodies_are_compared_side_by_side(ask):
    answer = ask("How do Osterfell Police and Wrenmoor Constabulary compare on sickness?")
    assert answer.status is AnswerStatus.ANSWERED
    assert "3.1 percent" in quotes(answer, OSTERFELL)
    assert "3.9 percent" in quotes(answer, WRENMOOR_2021)
    sides = [citation.body for citation in answer.citations]
    assert sides == sorted(sides)  # as the question names them, and not in turns


def test_a_side_without_reports_is_said_and_not_filled_from_another(ask):
    answer = ask("Compare supervision of investigations in Wrenmoor and Kent")
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.reason == "No report about Kent is in this library."
    assert cited_reports(answer) <= {WRENMOOR_2018, WRENMOOR_2021}
    assert "supervision" in quotes(answer).lower()
    assert any("that side of the comparison is empty" in warning for warning in answer.warnings)


def test_a_side_whose_reports_do_not_say_is_said(ask):
    answer = ask("Compare drones over prisons in Osterfell Police and Wrenmoor Constabulary")
    assert answer.status is AnswerStatus.NOT_IN_REPORTS
    assert answer.reason == (
        "The reports about Osterfell Police do not say. "
        "The reports about Wrenmoor Constabulary do not say."
    )
    assert (answer.text, answer.sentences, answer.citations) == ("", (), ())


def test_two_cycles_of_one_body_are_compared_side_by_side(ask):
    answer = ask(
        "What did the inspectors say about bail in Wrenmoor in the 2018 and the 2021/22 inspection?"
    )
    assert answer.status is AnswerStatus.ANSWERED
    assert "34.6 percent" in quotes(answer, WRENMOOR_2018)
    assert "bail and RUI desk" in quotes(answer, WRENMOOR_2021)
    assert any(warning.startswith(NOT_COMPARABLE) for warning in answer.warnings)


def test_a_cycle_without_a_report_is_an_empty_side(ask):
    answer = ask(
        "What did the inspectors say about bail in Wrenmoor in the 2018 and the 2014 inspection?"
    )
    assert answer.status is AnswerStatus.PARTIAL
    assert "2014" in str(answer.reason)
    assert cited_reports(answer) == {WRENMOOR_2018}


def test_a_change_is_told_with_what_it_was_before(ask):
    answer = ask("Did the wait for digital examinations change in Wrenmoor?")
    assert answer.status is AnswerStatus.ANSWERED
    said = "When we visited, 96 devices were waiting; at our last inspection there were 318."
    assert "The wait for digital examinations is much shorter." in quotes(answer)
    assert notes(answer)[said] is CitationNote.PREVIOUS_INSPECTION


def test_an_acronym_is_expanded_by_the_report_that_is_asked_about(ask):
    answer = ask("What does MARAC stand for in Osterfell?")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.sentences[0].text == (
        "The multi-agency risk assessment conference (MARAC) considered 206 cases in 2021/22."
    )


@pytest.mark.parametrize("acronym", ["QUARL", "DOVRA"])
def test_an_acronym_that_no_report_expands_is_refused_and_the_reason_says_so(ask, acronym):
    answer = ask(f"What does {acronym} stand for?")
    assert answer.status is AnswerStatus.NOT_IN_REPORTS
    assert f"spells out {acronym}." in str(answer.reason)
    assert answer.sentences == ()


def test_lay_words_find_the_reports_own(ask):
    answer = ask("Do cops in Osterfell use bodycams at domestic incidents?")
    assert "body-worn video at 93 percent" in quotes(answer)


def test_misspelt_words_and_names_are_understood_and_the_name_is_said(ask):
    answer = ask("What did they say about supervison in Osterfel?")
    assert answer.status is AnswerStatus.ANSWERED
    assert cited_reports(answer) == {OSTERFELL}
    assert "supervision was effective" in quotes(answer)
    assert "“Osterfel” was read as Osterfell Police." in answer.warnings


def test_a_follow_up_takes_the_topic_to_another_body_and_says_so(ask):
    before = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
    answer = ask("And in Osterfell Police?", before)
    assert cited_reports(answer) == {OSTERFELL}
    assert "supervision was effective" in quotes(answer)
    assert answer.scope.bodies == ("Osterfell Police",)
    assert "Asked as the question before was, of another body." in answer.warnings
    assert answer.question == "And in Osterfell Police?"


def test_a_follow_up_stays_with_the_body_and_the_topic_and_says_so(ask):
    before = "How many registered sex offenders does Osterfell Police manage?"
    answer = ask("How many of them were overdue?", before)
    assert answer.scope.bodies == ("Osterfell Police",)
    assert "Visits to 67 offenders were overdue" in quotes(answer)
    assert any("registered sex offenders" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    ("question", "stated", "reason"),
    [
        ("What did HMICFRS say about supervision in Kent Police?", {},
         "No report about Kent Police is in this library."),
        ("What did the 2014 report say about supervision in Wrenmoor?", {},
         "No report about Wrenmoor Constabulary of 2014 is in this library."),
        ("What did the 2023 inspection say about Osterfell?", {},
         "No report about Osterfell Police of 2023 is in this library."),
        ("What did they say about supervision?", {"bodies": ("Kent Police",)},
         "No report about Kent Police is in this library."),
        ("What did they say about supervision?", {"cycles": ("2014",)},
         "No report of 2014 is in this library."),
        ("What did they say about supervision?", {"reports": ("sample-osterfell",)},
         "No report 'sample-osterfell' is in this library."),
        ("What did they say about supervision in Wrenmoor?", {"bodies": ("Osterfell Police",)},
         "The question is about Wrenmoor Constabulary, but the scope that was given holds only"),
        ("How good are WMP at supervision?", {},
         "No report about West Mercia Police or West Midlands Police is in this library."),
    ],
)  # fmt: skip
def test_what_the_library_does_not_have_is_refused_and_never_answered_from_another(
    ask, question, stated, reason
):
    answer = ask(question, **stated)
    assert answer.status is AnswerStatus.NO_MATCHING_REPORTS
    assert str(answer.reason).startswith(reason)
    assert (answer.sentences, answer.citations, answer.passages) == ((), (), ())
    assert (answer.coverage.in_scope, answer.coverage.searched) == (0, 0)


@pytest.mark.parametrize(
    ("stated", "report_id"),
    [
        ({"bodies": ("Osterfell Police",)}, OSTERFELL),
        ({"cycles": ("2018",)}, WRENMOOR_2018),
        ({"reports": (WRENMOOR_2021,)}, WRENMOOR_2021),
        ({"bodies": ("Wrenmoor Constabulary",), "cycles": ("2021/22",)}, WRENMOOR_2021),
    ],
)
def test_a_stated_scope_is_kept_to(ask, stated, report_id):
    answer = ask("What was said about supervisors and sergeants?", **stated)
    assert {passage.report_id for passage in answer.passages} == {report_id}
    assert cited_reports(answer) <= {report_id}
    assert answer.scope.stated == tuple(stated)


@pytest.mark.parametrize(
    "question",
    [
        "What did inspectors say about tasers in Wrenmoor?",
        "How many helicopters does Wrenmoor Constabulary own?",
    ],
)
def test_what_the_reports_in_scope_do_not_say_is_refused_with_what_was_searched(ask, question):
    answer = ask(question)
    assert answer.status is AnswerStatus.NOT_IN_REPORTS
    assert str(answer.reason).startswith(
        "The reports searched (Wrenmoor Constabulary, PEEL 2018 (invented sample) and"
        " Wrenmoor Constabulary, PEEL 2021/22 (invented sample)) did not say."
    )
    assert (answer.text, answer.sentences, answer.citations) == ("", (), ())
    assert (answer.coverage.in_scope, answer.coverage.searched, answer.coverage.cited) == (2, 2, 0)
    assert len(answer.passages) == 10


@pytest.mark.parametrize("question", ["Who won the football world cup in 1966?", "zxqv wpltk"])
def test_what_is_no_question_about_inspections_is_out_of_scope(ask, question):
    answer = ask(question)
    assert answer.status is AnswerStatus.OUT_OF_SCOPE
    assert "what inspectors found" in str(answer.reason)
    assert (answer.text, answer.sentences, answer.citations) == ("", (), ())


def test_what_an_earlier_inspection_found_is_marked_as_that(ask):
    answer = ask("In how many domestic abuse incidents did Wrenmoor officers use cameras in 2017?")
    said = (
        "In 2017, we found that officers switched their cameras on in 47 percent of domestic abuse"
        " incidents."
    )
    assert notes(answer)[said] is CitationNote.PREVIOUS_INSPECTION


def test_quotes_of_the_older_cycle_are_marked_and_those_of_the_newest_are_not(ask):
    older = ask("How many detective posts were vacant in the 2018 report on Wrenmoor?")
    newest = ask("How many detective posts were vacant in the 2021/22 report on Wrenmoor?")
    assert CitationNote.SUPERSEDED_REPORT in notes(older).values()
    assert CitationNote.SUPERSEDED_REPORT not in notes(newest).values()


def test_the_judgement_stands_beside_a_finding_of_its_question(ask):
    answer = ask("How many detective posts were vacant in the 2018 report on Wrenmoor?")
    assert "Investigation quality (judged Requires improvement):\n" in answer.text


def test_a_judgement_s_passage_is_one_of_its_own_section(ask):
    answer = ask("What grade did Osterfell get for investigating crime?")
    assert answer.passages[0].section[-1] == "Investigating crime"


def test_coverage_counts_reports_in_scope_searched_and_cited(ask):
    answer = ask("How many devices were in the queue in the 2018 report on Wrenmoor?")
    assert (answer.coverage.in_scope, answer.coverage.searched, answer.coverage.cited) == (1, 1, 1)
    answer = ask("What did the inspectors say about the control room?")
    assert (answer.coverage.in_scope, answer.coverage.searched) == (3, 3)
    assert answer.coverage.cited == len(cited_reports(answer)) > 1


def test_grades_of_two_cycles_come_with_a_caution_and_other_things_without(ask):
    grades = ask("Has Wrenmoor become better or worse at investigating crime since 2018?")
    assert any(warning.startswith(NOT_COMPARABLE) for warning in grades.warnings)
    assert ask("How many quad bikes were stolen in Osterfell in 2021?").warnings == ()


def test_a_force_that_is_not_named_is_said(ask):
    answer = ask("How many detectives does the force have?")
    assert (
        "The question does not say which force is meant: all reports were searched."
        in answer.warnings
    )


def test_the_place_of_every_quote_is_told(ask):
    answer = ask("How many quad bikes were stolen in Osterfell in 2021?")
    first = answer.citations[0]
    assert (first.body, first.cycle, first.page) == ("Osterfell Police", "2021/22", None)
    assert str(first.published) == "2022-10-20"
    assert first.section[-2:] == ("Preventing crime and anti-social behaviour", "Main findings")
    assert re.fullmatch(rf"/reports/{OSTERFELL}#\d+-\d+", str(first.url))
    assert Span(*map(int, str(first.url).split("#")[1].split("-"))) == first.span
