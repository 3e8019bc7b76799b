"""Acronyms and the words a report gives for them."""

import pytest

from index.structure.definitions import find_definitions


def defined(text):
    return [(each.acronym, each.expansion, each.span.of(text)) for each in find_definitions(text)]


def test_words_before_the_brackets_are_the_expansion():
    text = "Staff in the multi-agency safeguarding hub (MASH) met."
    assert defined(text) == [
        ("MASH", "multi-agency safeguarding hub", "multi-agency safeguarding hub (MASH)")
    ]


def test_words_inside_the_brackets_are_the_expansion():
    text = "The MASH (multi-agency safeguarding hub) met."
    assert defined(text) == [
        ("MASH", "multi-agency safeguarding hub", "MASH (multi-agency safeguarding hub)")
    ]


@pytest.mark.parametrize(
    ("text", "acronym", "expansion"),
    [
        ("a released under investigation (RUI) rate", "RUI", "released under investigation"),
        ("help from general practitioners (GPs).", "GP", "general practitioners"),
        ("the emergency duty team’s (EDT) response", "EDT", "emergency duty team"),
        (
            "domestic abuse, stalking and honour-based violence (DASH) forms",
            "DASH",
            "domestic abuse, stalking and honour-based violence",
        ),
        (
            "domestic abuse, stalking and harassment and honour-based violence (DASH) forms",
            "DASH",
            "domestic abuse, stalking and harassment and honour-based violence",
        ),
        (
            "HMI Constabulary and Fire & Rescue Services (HMICFRS) came",
            "HMICFRS",
            "HMI Constabulary and Fire & Rescue Services",
        ),
        (
            "in the assessed and supported first year of employment (ASYE)",
            "ASYE",
            "assessed and supported first year of employment",
        ),
        ("Leaders in Nether with Drayton (NwD) agreed", "NwD", "Nether with Drayton"),
        (
            "‘DREAMM’ (daily risk exploitation and missing meeting) is new",
            "DREAMM",
            "daily risk exploitation and missing meeting",
        ),
    ],
)
def test_initials_are_matched(text, acronym, expansion):
    assert [(each.acronym, each.expansion) for each in find_definitions(text)] == [
        (acronym, expansion)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The chief constable (QPM) spoke.",
        "The letter (Kent) was late.",
        "Three boroughs (Camden, Islington and Haringey) share it.",
        "Ursula left. Information (UI) was missing.",
        "Staff use Athena (IT).",
        "The hub (for the inspectorate) and its partner (HIP) met.",
    ],
)
def test_brackets_that_define_nothing(text):
    assert defined(text) == []


def test_a_definition_given_twice_is_listed_once():
    text = "A care plan board (CPB) met. The care plan board (CPB) met again."
    assert len(find_definitions(text)) == 1
