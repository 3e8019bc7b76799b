"""Which grades a question names, and what is then answered from the samples."""

import pytest

from rag.answers import Answer, AnswerStatus, Question
from rag.grade_words import named_grades
from rag.pipeline import Assistant
from rag.questions import QuestionKind, read_question
from rag.scope.report_kinds import asks_for_grade

OUTSTANDING, GOOD = "Outstanding", "Good"
REQUIRES = "Requires improvement"


@pytest.fixture
def ask(sample_assistant: Assistant):
    def asked(text: str) -> Answer:
        return sample_assistant.answer(Question(text))

    return asked


@pytest.mark.parametrize(
    ("question", "grades", "certain"),
    [
        ("Which force was graded inadequate?", ("Inadequate",), True),
        ("Was it judged to be good at anything?", (GOOD,), True),
        ("How many grades of adequate are there?", ("Adequate",), True),
        ("Who was rated good or outstanding?", (OUTSTANDING, GOOD), True),
        ("What got an outstanding grade?", (OUTSTANDING,), True),
        ("Which areas require improvement?", (REQUIRES,), False),
        ("Which constabularies are outstanding?", (OUTSTANDING,), False),
        ("Is the force outstanding at anything?", (OUTSTANDING,), False),
    ],
)
def test_the_grades_a_question_names(question, grades, certain):
    named = named_grades(question)
    assert named is not None
    assert (named.grades, named.certain) == (grades, certain)
    assert read_question(question).kind is QuestionKind.JUDGEMENT


@pytest.mark.parametrize(
    "question",
    [
        "What outstanding warrants are there?",
        "Which recommendations are outstanding?",
        "How good is supervision?",
        "Which teams had inadequate supervision?",
        "List the areas for improvement.",
        "Is there good practice?",
    ],
)
def test_a_word_that_grades_use_is_not_always_a_grade(question):
    assert named_grades(question) is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which forces were graded inadequate?", ["“Responding to the public”"]),
        ("Is Wrenmoor outstanding at anything?", ["“Managing offenders and suspects”"]),
        (
            "Which areas require improvement in Osterfell?",
            ["“Investigating crime”", "“Managing offenders and suspects”"],
        ),
        ("Which forces were judged adequate at investigating crime?", ["“Investigating crime”"]),
    ],
)
def test_only_judgements_of_the_grade_are_given(ask, question, said):
    answer = ask(question)
    assert answer.status is AnswerStatus.ANSWERED
    assert len(answer.sentences) == len(said)
    assert all(name in s.text for name, s in zip(said, answer.sentences, strict=True))


def test_a_grade_that_nothing_has_is_said_to_be_none_of_theirs(ask):
    answer = ask("Was Osterfell graded inadequate?")
    assert (answer.status, answer.reason) == (
        AnswerStatus.NOT_IN_REPORTS,
        "No judgement of Inadequate is in the reports searched"
        " (Osterfell Police, PEEL 2021/22 (invented sample)).",
    )


def test_judgements_of_a_grade_are_counted_with_all_of_them_as_quotes(ask):
    (sentence,) = ask("How many grades of good did Wrenmoor get in 2021/22?").sentences
    assert sentence.text == (
        "Wrenmoor Constabulary, PEEL 2021/22 (invented sample): 4 judgements of Good."
    )
    assert len(sentence.citations) == 4


def test_all_grades_are_judgements_though_they_are_to_be_listed(ask):
    assert read_question("List all of its grades").kind is QuestionKind.JUDGEMENT
    assert read_question("What are the ratings?").kind is QuestionKind.JUDGEMENT
    assert read_question("List all areas for improvement it was graded on").kind is (
        QuestionKind.LIST
    )


WRENMOOR_2021 = "The report searched (Wrenmoor Constabulary, PEEL 2021/22 (invented sample))"
OSTERFELL = "The report searched (Osterfell Police, PEEL 2021/22 (invented sample))"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            "What was Wrenmoor's overall grade in 2021/22?",
            f"{WRENMOOR_2021} gives no overall grade.",
        ),
        (
            "What is the grade for stop and search in Osterfell?",
            f"{OSTERFELL} gives no grade for stop and search.",
        ),
        ("What's the rating of custody in Osterfell?", f"{OSTERFELL} gives no grade for custody."),
    ],
)
def test_a_grade_that_a_report_does_not_give_is_refused_not_read_for(ask, question, reason):
    answer = ask(question)
    assert (answer.status, answer.reason) == (AnswerStatus.NOT_IN_REPORTS, reason)


def test_the_rating_of_a_body_is_its_grade_and_a_risk_rating_is_none():
    assert asks_for_grade("What is the rating of Leeds?")
    assert not asks_for_grade("Who fills in the risk rating for victims?")


def test_a_grade_taken_for_granted_is_answered_with_the_one_that_was_given(ask):
    answer = ask("Why is Wrenmoor rated outstanding at responding to the public?")
    (sentence,) = answer.sentences
    assert sentence.text.endswith("“Responding to the public” (2021/22): Inadequate.")


def test_the_grades_of_two_cycles_stand_side_by_side(ask):
    answer = ask("Compare Wrenmoor's grade for vulnerable people in 2018 and 2021/22")
    assert [s.text.rsplit(" ", 1)[-1] for s in answer.sentences] == ["Good.", "Adequate."]
    assert any("not comparable" in warning for warning in answer.warnings)
