"""What a report asks for, one action at a time."""

import pytest

from index.documents import ActionKind
from index.readers.blocks import Block, BlockKind
from index.structure.actions import find_actions
from index.structure.announcements import announced_kind
from index.structure.canonical import lay_out
from index.structure.outline import outline

HEADING, PARAGRAPH, BULLET = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.BULLET


def asked(*blocks):
    laid_out = lay_out(blocks)
    return [
        (action.kind.value, action.number, action.span.of(laid_out.text))
        for action in find_actions(outline(laid_out.blocks))
    ]


def test_each_bullet_of_a_list_is_an_action_and_the_text_after_it_is_none():
    assert asked(
        Block(HEADING, "Areas for improvement"),
        Block(BULLET, "The force should train its staff."),
        Block(BULLET, "The force should review its plans."),
        Block(PARAGRAPH, "We set out our findings below."),
        Block(HEADING, "Planning"),
        Block(BULLET, "Not an action."),
    ) == [
        ("area_for_improvement", 1, "The force should train its staff."),
        ("area_for_improvement", 2, "The force should review its plans."),
    ]


def test_a_bullet_with_bullets_inside_is_one_action():
    assert asked(
        Block(HEADING, "Areas for priority action"),
        Block(BULLET, "Leaders should make sure of:", level=1),
        Block(BULLET, "enough staff", level=2),
        Block(BULLET, "enough rooms.", level=2),
        Block(BULLET, "The police should mend their records.", level=1),
    ) == [
        ("priority_action", 1, "Leaders should make sure of:\n• enough staff\n• enough rooms."),
        ("priority_action", 2, "The police should mend their records."),
    ]


def test_bullets_that_read_on_from_a_colon_are_inside_even_where_the_layout_hides_it():
    assert asked(
        Block(HEADING, "Areas for priority action"),
        Block(BULLET, "Leaders should make sure of:"),
        Block(BULLET, "enough staff;"),
        Block(BULLET, "enough rooms."),
        Block(BULLET, "The police should mend their records."),
    ) == [
        ("priority_action", 1, "Leaders should make sure of:\n• enough staff;\n• enough rooms."),
        ("priority_action", 2, "The police should mend their records."),
    ]


def test_a_list_below_a_subheading_still_belongs_to_the_heading_that_announces_it():
    assert asked(
        Block(HEADING, "Areas for improvement"),
        Block(HEADING, "Leadership"),
        Block(BULLET, "Oversight is weak."),
    ) == [("area_for_improvement", 1, "Oversight is weak.")]


def test_a_case_study_about_an_area_for_improvement_is_no_list():
    assert (
        asked(
            Block(HEADING, "Case study: area for improvement"),
            Block(PARAGRAPH, "Bo, aged 14, was not seen."),
            Block(BULLET, "His file was lost."),
        )
        == []
    )


def test_numbered_paragraphs_are_actions_with_the_bullets_below_them():
    assert asked(
        Block(HEADING, "Recommendations"),
        Block(PARAGRAPH, "Improve referrals:", label="1."),
        Block(BULLET, "by telephone"),
        Block(PARAGRAPH, "Keep plans short.", label="2."),
    ) == [
        ("recommendation", 1, "Improve referrals:\n• by telephone"),
        ("recommendation", 2, "Keep plans short."),
    ]


def test_numbered_findings_after_a_bulleted_list_are_no_actions():
    assert asked(
        Block(HEADING, "What needs to improve"),
        Block(BULLET, "The timeliness of visits."),
        Block(PARAGRAPH, "Children are seen often.", label="1."),
    ) == [("needs_to_improve", 1, "The timeliness of visits.")]


def test_plain_paragraphs_under_a_plural_heading_are_an_action_each():
    assert asked(
        Block(HEADING, "Areas for improvement"),
        Block(PARAGRAPH, "Records are thin."),
        Block(PARAGRAPH, "Visits are late."),
    ) == [
        ("area_for_improvement", 1, "Records are thin."),
        ("area_for_improvement", 2, "Visits are late."),
    ]


def test_plain_paragraphs_under_a_singular_heading_are_one_action():
    assert asked(
        Block(HEADING, "Area for priority action"),
        Block(PARAGRAPH, "The partnership must act."),
        Block(PARAGRAPH, "It has no plan."),
    ) == [("priority_action", 1, "The partnership must act.\n\nIt has no plan.")]


def test_a_cause_of_concern_and_the_recommendations_it_leads_to_are_told_apart():
    assert asked(
        Block(HEADING, "Cause of concern"),
        Block(PARAGRAPH, "The force does not visit offenders."),
        Block(PARAGRAPH, "Within three months, the force should:"),
        Block(BULLET, "complete all overdue visits."),
    ) == [
        ("cause_of_concern", 1, "The force does not visit offenders."),
        ("recommendation", 1, "complete all overdue visits."),
    ]


def test_lists_of_one_kind_are_counted_through_the_report():
    one, two = "The force should listen.", "The force should answer."
    assert asked(
        Block(HEADING, "Areas for improvement"),
        Block(BULLET, one),
        Block(HEADING, "Findings"),
        Block(PARAGRAPH, "We saw this."),
        Block(HEADING, "Area for improvement"),
        Block(PARAGRAPH, two),
    ) == [("area_for_improvement", 1, one), ("area_for_improvement", 2, two)]


def test_an_entry_in_a_table_of_contents_announces_nothing():
    assert asked(Block(HEADING, "Recommendations"), Block(PARAGRAPH, "7")) == []


def test_a_footnote_in_a_list_is_no_action():
    assert asked(
        Block(HEADING, "What needs to improve?"),
        Block(BULLET, "The first thing."),
        Block(BlockKind.FOOTNOTE, "As of July.", label="1"),
        Block(BULLET, "The second thing."),
    ) == [
        ("needs_to_improve", 1, "The first thing."),
        ("needs_to_improve", 2, "The second thing."),
    ]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Areas for improvement", ActionKind.AREA_FOR_IMPROVEMENT),
        ("Area(s) for improvement:", ActionKind.AREA_FOR_IMPROVEMENT),
        ("Areas for priority actions", ActionKind.PRIORITY_ACTION),
        ("Areas for priority and immediate action", ActionKind.PRIORITY_ACTION),
        ("Accelerated causes of concern", ActionKind.CAUSE_OF_CONCERN),
        ("Recommendations to the chief constable", ActionKind.RECOMMENDATION),
        ("What does the service need to do to improve?", ActionKind.NEEDS_TO_IMPROVE),
        ("What the school needs to do to improve", ActionKind.NEEDS_TO_IMPROVE),
        ("Practice study: areas for improvement", None),
        ("Areas for improvement identified in 2017 were addressed", None),
        ("Area for improvement 1", ActionKind.AREA_FOR_IMPROVEMENT),
        ("Areas for improvement 2 and 3", ActionKind.AREA_FOR_IMPROVEMENT),
        ("Area for improvement: The force should mend its nets", ActionKind.AREA_FOR_IMPROVEMENT),
        ("Cause of concern 4: Lamps", ActionKind.CAUSE_OF_CONCERN),
        ("Recommendations – within six months", ActionKind.RECOMMENDATION),
        ("Recommendation 12", ActionKind.RECOMMENDATION),
        ("Recommendations: progress since 2029", None),
        ("Area for improvement 3 was met", None),
        ("Recommendation-led work", None),
        ("Strengths", None),
    ],
)
def test_headings_that_announce_a_list(heading, kind):
    assert announced_kind(heading) is kind


def test_what_a_heading_itself_asks_for_is_the_beginning_of_its_action():
    assert asked(
        Block(HEADING, "Area for improvement 1: The force should mend its nets."),
        Block(PARAGRAPH, "We saw holes in six of them."),
        Block(PARAGRAPH, "Nobody knew of it."),
        Block(HEADING, "Recommendation 1: by May, the force must:"),
        Block(BULLET, "count its lamps; and"),
        Block(BULLET, "light them."),
        Block(HEADING, "Lamps"),
        Block(PARAGRAPH, "There are nine."),
    ) == [
        (
            "area_for_improvement",
            1,
            "The force should mend its nets.\n\nWe saw holes in six of them.\n\nNobody knew of it.",
        ),
        ("recommendation", 1, "by May, the force must:\n\n• count its lamps; and\n• light them."),
    ]


def test_a_heading_that_asks_below_one_that_announces_begins_the_action():
    assert asked(
        Block(HEADING, "Area for improvement", level=3),
        Block(HEADING, "The force needs to mend its nets", level=4),
        Block(PARAGRAPH, "We saw holes."),
    ) == [("area_for_improvement", 1, "The force needs to mend its nets\n\nWe saw holes.")]


def test_a_heading_that_asks_is_an_action_without_any_text_below_it():
    assert asked(
        Block(HEADING, "Recommendation 1: the force should mend its nets", level=3),
        Block(HEADING, "Recommendation 2: the force should count its lamps", level=3),
        Block(PARAGRAPH, "By May."),
    ) == [
        ("recommendation", 1, "the force should mend its nets"),
        ("recommendation", 2, "the force should count its lamps\n\nBy May."),
    ]


def test_a_cause_of_concern_in_a_heading_leaves_its_recommendations_apart():
    assert asked(
        Block(HEADING, "Cause of concern 1: the force needs to keep a watch"),
        Block(PARAGRAPH, "Nobody looks out at night."),
        Block(PARAGRAPH, "Within a month, the force should:"),
        Block(BULLET, "man the tower;"),
        Block(BULLET, "keep a log."),
    ) == [
        (
            "cause_of_concern",
            1,
            "the force needs to keep a watch\n\nNobody looks out at night.",
        ),
        ("recommendation", 1, "man the tower;"),
        ("recommendation", 2, "keep a log."),
    ]
