"""Whose list it is, where a letter is to a force and its partners."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.documents import Action, ActionKind, Report, ReportKind, Span
from index.store.keywords import KeywordIndex
from rag.facts import StructuralAnswer, structural_answer
from rag.facts.partnership import OF_ALL, OF_POLICE
from rag.questions import read_question
from rag.vocabulary import load_vocabulary, read_words
from tests.made_reports import made_report


def listing(report_id: str, items: list[str], *bodies: str) -> Report:
    """A report that prints areas for improvement, a bullet each."""
    report = made_report(
        report_id,
        {"Areas for improvement": [f"• {item}" for item in items]},
        kind=ReportKind.JTAI,
        bodies=bodies,
    )
    starts = [report.text.index(item) for item in items]
    actions = tuple(
        Action(ActionKind.AREA_FOR_IMPROVEMENT, number, 0, Span(start, start + len(item)))
        for number, (start, item) in enumerate(zip(starts, items, strict=True), start=1)
    )
    return replace(report, actions=actions)


HEALTH, NOTICES = "Children wait for a nurse.", "Police notices are late."
QUAY = listing("quay", [HEALTH, NOTICES], "Quay", "Dock Police")
FELL = listing("fell", [HEALTH], "Fell", "Dock Police")
OWN = listing("own", ["The force should train sergeants."], "Dock Police")


def ask(question: str, bodies: tuple[str, ...], *reports: Report) -> StructuralAnswer:
    keywords = KeywordIndex(
        np.arange(len(reports), dtype=np.int64), [report.text for report in reports]
    )
    words = read_words(question, load_vocabulary([]), keywords, names=bodies)
    kind = read_question(question).kind
    return structural_answer(question, kind, reports, words.core, keywords, bodies=bodies)


def texts(answer: StructuralAnswer) -> list[str]:
    return [claim.text for claim in answer.claims]


@pytest.mark.parametrize(
    ("bodies", "reports", "items", "notes"),
    [
        (("Dock Police",), (QUAY,), [NOTICES], (OF_POLICE,)),
        (("Dock Police",), (FELL,), [HEALTH], (OF_ALL,)),
        (("Dock Police",), (OWN, QUAY), ["The force should train sergeants."], ()),
        (("Quay", "Dock Police"), (QUAY,), [HEALTH, NOTICES], ()),
        (("Quay",), (QUAY,), [HEALTH, NOTICES], ()),
        ((), (OWN, QUAY), ["The force should train sergeants.", HEALTH, NOTICES], ()),
    ],
)
def test_a_force_is_given_what_is_its_own_or_told_that_nothing_is(bodies, reports, items, notes):
    answer = ask("List the areas for improvement", bodies, *reports)
    assert (texts(answer), answer.notes) == (items, notes)


def test_a_count_is_of_the_force_s_own_items_too():
    answer = ask("How many areas for improvement are there?", ("Dock Police",), QUAY)
    assert texts(answer)[0].startswith(
        "Quay, joint targeted area inspection: 1 area for improvement"
    )
    assert answer.notes == (OF_POLICE,)
