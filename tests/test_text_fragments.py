"""Text directives, worked by hand, and read back as a browser reads them."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Span
from rag.text_fragments import text_directive


def directive(text: str, quote: str, *, last: bool = False) -> str:
    start = text.rindex(quote) if last else text.index(quote)
    return text_directive(text, Span(start, start + len(quote)))


@pytest.mark.parametrize(
    ("quote", "fragment"),
    [
        ("It must improve.", "It%20must%20improve."),
        ("body-worn, in part", "body%2Dworn%2C%20in%20part"),
        ("good & “very” good", "good%20%26%20%E2%80%9Cvery%E2%80%9D%20good"),
        ("one\tcell", "one%20cell"),
    ],
)
def test_a_quote_is_percent_encoded_whole(quote, fragment):
    assert text_directive(quote, Span(0, len(quote))) == f":~:text={fragment}"


def test_a_quote_over_several_blocks_is_named_by_its_ends():
    text = "The force should:\n\n• answer every call; and\n• call back all who gave up in time."
    assert text_directive(text, Span(0, len(text))) == (
        ":~:text=The%20force%20should%3A,gave%20up%20in%20time."
    )


def test_a_long_quote_is_named_by_its_ends():
    text = " ".join(f"word{number}" for number in range(60))
    assert text_directive(text, Span(0, len(text))) == (
        ":~:text=word0%20word1%20word2%20word3,word56%20word57%20word58%20word59"
    )


def test_an_end_that_stands_elsewhere_too_gets_more_words():
    opening = "The force is good at"
    long = f"{opening} answering calls " + "and more " * 40 + "at night."
    text = f"{opening} all of it.\n\n{long}"
    assert directive(text, long).startswith(":~:text=The%20force%20is%20good%20at%20answering,")


def test_the_last_words_are_those_where_the_quote_ends():
    first = "Calls are answered in time and on the day."
    second = "Visits are made in time and on the day."
    text = f"{first}\n{second}"
    # "time and on the day." ends the first line, too; its "in" belongs to the beginning.
    assert text_directive(text, Span(0, len(text))) == (
        ":~:text=Calls%20are%20answered%20in,in%20time%20and%20on%20the%20day."
    )


def test_a_grade_that_stands_twice_is_told_by_the_words_before_it():
    text = "Preventing crime\n\nGood\n\nInvestigating crime\n\nGood"
    assert directive(text, "Good") == ":~:text=Preventing%20crime-,Good"
    assert directive(text, "Good", last=True) == ":~:text=Investigating%20crime-,Good"


def test_where_nothing_stands_before_a_quote_the_words_after_it_tell_it():
    text = "Good\n\nPreventing crime. Good"
    assert directive(text, "Good") == ":~:text=Good,-Preventing"


def test_bullets_and_list_numbers_are_left_out_for_a_web_page_has_no_such_text():
    text = "1. How good is it?\n\nGood\n\n2. How safe is it?\n\n• Good"
    assert directive(text, "1. How good is it?") == ":~:text=How%20good%20is%20it%3F"
    assert directive(text, "Good", last=True) == ":~:text=safe%20is%20it%3F-,Good"


def test_a_quote_cut_inside_a_word_is_found_by_the_whole_word():
    assert directive("Calls were unanswered.", "answer") == ":~:text=unanswered"


def test_case_does_not_tell_two_places_apart():
    text = "Calls. good\n\nVisits. Good"
    assert directive(text, "Good") == ":~:text=Visits.-,Good"


LINES = st.lists(
    st.text(st.sampled_from("ab Ü-,&.•"), min_size=1, max_size=60).filter(str.strip),
    min_size=1,
    max_size=6,
)


@given(LINES, st.data())
def test_a_directive_can_be_read_back_and_each_part_of_it_is_in_the_text(lines, data):
    text = "\n\n".join(" ".join(line.split()) for line in lines)
    start = data.draw(st.integers(0, len(text) - 1))
    made = text_directive(text, Span(start, data.draw(st.integers(start + 1, len(text)))))
    assert not re.search(r"[\s&#]", made)
    parts = made.removeprefix(":~:text=").split(",") if made else []
    assert [part for part in parts[1:-1] if part.startswith("-") or part.endswith("-")] == []
    page = " ".join(text.split())
    assert all(unquote(part.strip("-")) in page for part in parts)


def test_a_long_quote_that_begins_as_another_does_is_told_by_the_words_before_it():
    other = "The force should:\n• train its officers; and\n• review its files."
    wanted = "The force should:\n• plan its visits at night; and\n• keep a log of them all."
    text = f"{other}\n\nVisits are few.\n\n{wanted}"
    assert directive(text, wanted) == (
        ":~:text=few.-,The%20force%20should%3A,log%20of%20them%20all."
    )
