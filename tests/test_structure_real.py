"""The real reports beside the checkout, parsed; golden/jtai-metadata.json was checked by hand.

The golden file holds facts of the 40 letters: read each letter's first pages
before changing a value there.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from index.readers import read_document
from index.structure import parse_report, report_id_of
from index.structure.announcements import announced_kind

SHARED = Path(__file__).parents[2] / "shared"
SEED = SHARED / "reports" / "bedfordshire-peel-2018-effectiveness.txt"
LETTERS = SHARED / "reports" / "jtai"
OFSTED = SHARED / "corpora" / "ofsted"
GOLDEN = json.loads((Path(__file__).parent / "golden" / "jtai-metadata.json").read_text("utf-8"))
EVERY = 10  # a tenth of the Ofsted reports: all 150 take half a minute

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real reports are not beside the checkout"),
]


def read(path):
    return read_document(path.name, path.read_bytes())


def visible(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def seed():
    return parse_report(read(SEED), report_id=report_id_of(SEED.name))


@pytest.fixture(scope="module")
def letters():
    reports = [
        parse_report(read(path), report_id=report_id_of(path.name))
        for path in sorted(LETTERS.glob("*.pdf"))
    ]
    return {report.report_id: report for report in reports}


def test_the_page_has_its_five_questions_and_their_grades(seed):
    assert [
        (each.number, each.grade, each.basis.value, each.carried_from) for each in seed.judgements
    ] == [
        (None, "Good", "inspected", None),
        ("1", "Good", "inspected", None),
        ("2", "Good", "inspected", None),
        ("3", "Good", "inspected", None),
        ("4", "Good", "carried_over", "2017"),
        ("5", "Ungraded", "ungraded", None),
    ]


def test_the_page_has_six_areas_for_improvement(seed):
    by_question = Counter(seed.sections[action.section].number for action in seed.actions)
    assert by_question == {"1": 2, "2": 3, "3": 1}
    assert {action.kind.value for action in seed.actions} == {"area_for_improvement"}


def test_the_page_says_what_it_is(seed):
    facts = seed.metadata
    assert (facts.title, facts.bodies, facts.cycle, facts.pillar) == (
        "Bedfordshire PEEL 2018 – Effectiveness",
        ("Bedfordshire Police",),
        "2018",
        "Effectiveness",
    )
    assert (str(facts.updated), facts.published, facts.invented) == ("2020-01-21", None, False)


def test_the_page_keeps_all_its_text_but_the_furniture(seed):
    raw = SEED.read_text("utf-8").replace("Skip to content", "")
    assert visible(seed.text) == visible(re.sub(r"Summary for question \d", "", raw))


def test_the_pages_sections_hold_every_character_once(seed):
    assert visible("".join(part.span.of(seed.text) for part in seed.sections)) == visible(seed.text)


@pytest.mark.parametrize("facts", GOLDEN, ids=lambda facts: facts["report"].split("-joint-")[0])
def test_a_letter_says_what_it_is_and_what_it_asks_for(letters, facts):
    report = letters[facts["report"]]
    metadata = report.metadata
    assert {
        "report": report.report_id,
        "area": metadata.area,
        "force": metadata.bodies[1],
        "published": str(metadata.published),
        "fieldwork": [str(metadata.fieldwork.first), str(metadata.fieldwork.last)],
        "theme": metadata.theme,
        "inspectorates": list(metadata.inspectorates),
        "actions": dict(Counter(action.kind.value for action in report.actions)),
    } == facts


def test_every_letter_is_in_the_golden_file(letters):
    assert sorted(letters) == sorted(facts["report"] for facts in GOLDEN)


def test_no_letter_has_a_page_number_in_its_text(letters):
    alone = re.compile(r"^\s*(?:page\s+)?\d{1,3}(?:\s+of\s+\d+)?\s*$", re.MULTILINE | re.IGNORECASE)
    assert [report_id for report_id, report in letters.items() if alone.search(report.text)] == []


def test_every_line_that_announces_a_list_has_actions_below_it(letters):
    empty = [
        (report.report_id, line)
        for report in letters.values()
        for line in report.text.split("\n")
        if (kind := announced_kind(line)) and kind not in {action.kind for action in report.actions}
    ]
    assert empty == []


def test_the_letters_sections_hold_every_character_once(letters):
    lost = [
        report.report_id
        for report in letters.values()
        if visible("".join(part.span.of(report.text) for part in report.sections))
        != visible(report.text)
    ]
    assert lost == []


def test_every_letter_ends_with_its_next_steps(letters):
    assert all("Next steps" in report.sections[-1].path for report in letters.values())


@pytest.mark.parametrize("path", sorted(OFSTED.glob("*.txt"))[::EVERY], ids=lambda path: path.stem)
def test_a_report_of_another_family_keeps_its_text_and_gets_an_outline(path):
    document = read(path)
    report = parse_report(document, report_id=report_id_of(path.name))
    sections = visible("".join(part.span.of(report.text) for part in report.sections))
    assert sections == visible(report.text)
    assert all(visible(block.text) in sections for block in document.blocks)
    assert len(report.sections) >= 3
    assert report.judgements
