"""The sample reports: plainly invented, and shaped so that every part of the parser has work."""

from collections import Counter
from datetime import date

import pytest

from api.sample_reports import sample_folder
from index.bodies import BodyRegistry
from index.documents import ActionKind, JudgementBasis, Report
from index.readers import read_document
from index.structure import parse_report

WRENMOOR_2018 = "sample-wrenmoor-peel-2018-effectiveness"
WRENMOOR_2021 = "sample-wrenmoor-peel-2021-22"
OSTERFELL_2021 = "sample-osterfell-peel-2021-22"
ALL = [OSTERFELL_2021, WRENMOOR_2018, WRENMOOR_2021]


@pytest.fixture(scope="module")
def samples() -> dict[str, Report]:
    with sample_folder() as folder:
        return {
            path.stem: parse_report(
                read_document(path.name, path.read_bytes()), report_id=path.stem
            )
            for path in sorted(folder.iterdir())
        }


def grades(report: Report) -> list[tuple[str | None, str, JudgementBasis, str | None]]:
    return [(j.number, j.grade, j.basis, j.carried_from) for j in report.judgements]


def actions(report: Report) -> Counter[ActionKind]:
    return Counter(action.kind for action in report.actions)


def test_there_are_three_of_two_bodies_and_two_cycles(samples):
    assert sorted(samples) == ALL
    assert {report.metadata.bodies for report in samples.values()} == {
        ("Wrenmoor Constabulary",),
        ("Osterfell Police",),
    }
    assert {report.metadata.cycle for report in samples.values()} == {"2018", "2021/22"}


@pytest.mark.parametrize("report_id", ALL)
def test_its_first_lines_say_that_it_is_invented(samples, report_id):
    report = samples[report_id]
    notice = "This is an invented sample report, made for Peelback. It describes no real police"
    assert notice in report.text[:200]
    assert report.metadata.invented


@pytest.mark.parametrize("report_id", ALL)
def test_no_real_body_is_named_in_it(samples, report_id):
    registry = BodyRegistry.load()
    mentioned = {body for m in registry.find(samples[report_id].text) for body in m.bodies}
    assert mentioned & set(registry.bodies) == set()


def test_the_judgements_of_the_page_in_the_style_of_2018(samples):
    inspected, carried = JudgementBasis.INSPECTED, JudgementBasis.CARRIED_OVER
    assert grades(samples[WRENMOOR_2018]) == [
        (None, "Requires improvement", inspected, None),
        ("1", "Good", inspected, None),
        ("2", "Requires improvement", inspected, None),
        ("3", "Good", inspected, None),
        ("4", "Good", carried, "2017"),
        ("5", "Ungraded", JudgementBasis.UNGRADED, None),
    ]


def test_the_judgements_of_a_report_in_the_style_of_2021(samples):
    by_area = {j.question: j.grade for j in samples[WRENMOOR_2021].judgements}
    assert by_area == {
        "Providing a service to the victims of crime": "Ungraded",
        "Recording data about crime": "Good",
        "Engaging with and treating the public with fairness and respect": "Adequate",
        "Preventing crime and anti-social behaviour": "Good",
        "Responding to the public": "Inadequate",
        "Investigating crime": "Adequate",
        "Protecting vulnerable people": "Adequate",
        "Managing offenders and suspects": "Outstanding",
        "Building, supporting and protecting the workforce": "Good",
        "Strategic planning, organisational management and value for money": "Good",
    }


def test_the_actions_of_each(samples):
    area, cause = ActionKind.AREA_FOR_IMPROVEMENT, ActionKind.CAUSE_OF_CONCERN
    recommendation = ActionKind.RECOMMENDATION
    assert actions(samples[WRENMOOR_2018]) == {area: 7}
    assert actions(samples[WRENMOOR_2021]) == {area: 7, cause: 1, recommendation: 3}
    assert actions(samples[OSTERFELL_2021]) == {area: 7, cause: 1, recommendation: 3}


def test_publication_is_known_of_two_and_the_last_update_of_the_third(samples):
    assert samples[WRENMOOR_2021].metadata.published == date(2022, 6, 9)
    assert samples[OSTERFELL_2021].metadata.published == date(2022, 10, 20)
    assert samples[WRENMOOR_2018].metadata.published is None
    assert samples[WRENMOOR_2018].metadata.updated == date(2020, 2, 12)


def test_an_acronym_is_expanded_in_each_and_one_is_never(samples):
    for report_id, never in zip(ALL, ("DOVRA", "QUARL", "QUARL"), strict=True):
        known = {definition.acronym for definition in samples[report_id].definitions}
        assert "RUI" in known
        assert never in samples[report_id].text
        assert never not in known
