"""Plain text files: what is joined, what stays apart, and what is no text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import NoText, UnreadableReport
from index.readers.blocks import Block, BlockKind
from index.readers.text import decode, read_text
from index.readers.text_lines import is_wrapped

SAVED_PAGE = """Skip to main content

Northmere PEEL 2031

How well does the force keep people safe?

Last updated 03/02/2032
Good

Northmere Police is good at keeping people safe. Its officers know the towns that they work in.

Areas for improvement

  • The force should supervise its investigations.
  • The force should answer calls sooner.

We will return in a year.
"""

BROKEN_AT_THE_WIDTH = """Findings in Northmere
1. The council knows its families well and has set up a service that visits each of
them within a week of the first call. Staff are trained and supported by managers
who read their files.
2. Children’s plans are up to date. The multi-
agency team meets each Monday, and its inspec-
tion of records is thorough, as an inspection should be.
What needs to improve
• The time that children wait for a first visit when the call comes at the end of
the week.
• Supervision.
"""


def blocks_of(text: str) -> tuple[Block, ...]:
    return read_text("report.txt", text.encode()).blocks


def texts_of(text: str) -> list[str]:
    return [block.text for block in blocks_of(text)]


def test_a_saved_page_keeps_its_paragraphs_and_its_bullets():
    assert [(block.kind.value, block.text) for block in blocks_of(SAVED_PAGE)] == [
        ("heading", "Northmere PEEL 2031"),
        ("heading", "How well does the force keep people safe?"),
        ("paragraph", "Last updated 03/02/2032"),
        ("paragraph", "Good"),
        (
            "paragraph",
            "Northmere Police is good at keeping people safe. "
            "Its officers know the towns that they work in.",
        ),
        ("heading", "Areas for improvement"),
        ("bullet", "The force should supervise its investigations."),
        ("bullet", "The force should answer calls sooner."),
        ("paragraph", "We will return in a year."),
    ]


def test_lines_broken_at_the_width_are_joined():
    blocks = blocks_of(BROKEN_AT_THE_WIDTH)
    assert [(block.kind.value, block.label, block.text) for block in blocks] == [
        ("heading", None, "Findings in Northmere"),
        (
            "paragraph",
            "1.",
            "The council knows its families well and has set up a service that visits each of them "
            "within a week of the first call. Staff are trained and supported by managers who read "
            "their files.",
        ),
        (
            "paragraph",
            "2.",
            "Children’s plans are up to date. The multi-agency team meets each Monday, and its "
            "inspection of records is thorough, as an inspection should be.",
        ),
        ("heading", None, "What needs to improve"),
        (
            "bullet",
            None,
            "The time that children wait for a first visit when the call comes at the end of the "
            "week.",
        ),
        ("bullet", None, "Supervision."),
    ]


def test_a_paragraph_on_each_line_is_not_wrapped():
    assert not is_wrapped(["The force is good.", "It answers calls.", "It visits each victim."])


def test_a_paragraph_over_a_form_feed_is_one_block_that_knows_its_pages():
    first = "Staff in the town told us that their managers read each plan and that they were"
    second = "given time to talk about it. The council should make this the rule for all of"
    third = "its services, since families see more than one of them."
    head = "Northmere report"
    pages = [
        f"{head}\n{first}\n",
        f"{head}\n2\n{second}\n{third}\n",
        f"{head}\n3\nThe end of the report is\nnear.\n",
    ]

    blocks = blocks_of("\f".join(pages))

    assert blocks[0].text == f"{first} {second} {third}"
    assert blocks[0].page == 1
    assert blocks[0].page_breaks == ((len(first) + 1, 2),)


def test_running_heads_and_page_numbers_are_left_out():
    page = "Northmere inspection\n{}\nThe council is good at {} and it knows why that is so.\n"
    things = ("planning", "visiting", "listening")
    text = "\f".join(page.format(n, thing) for n, thing in enumerate(things, start=1))

    assert texts_of(text) == [
        f"The council is good at {thing} and it knows why that is so." for thing in things
    ]


def test_a_number_at_the_edge_that_counts_no_pages_is_text():
    lines = "The council is good at {}, and each of its plans says who is to do it\nand when."
    things = (("planning", 40), ("visiting", 7), ("listening", 900))
    pages = [
        f"{number}.\n{lines.format(thing)}\n{count}"
        for number, (thing, count) in enumerate(things, start=12)
    ]

    blocks = blocks_of("\f".join(pages))

    assert [block.label for block in blocks if block.label] == ["12.", "13.", "14."]
    assert [block.text for block in blocks if block.text.isdigit()] == ["40", "7", "900"]


def test_a_numbered_heading_at_the_head_of_some_pages_is_text():
    page = "{}\n\nThe council is good at {} and it knows why that is so.\n\nPage {} of 6\n"
    heads = ("Finding 1", "It goes on", "Finding 2", "Finding 3", "It ends", "Finding 4")
    things = ("planning", "visiting", "listening", "writing", "sailing", "mending")
    text = "\f".join(
        page.format(head, thing, n)
        for n, (head, thing) in enumerate(zip(heads, things, strict=True), start=2)
    )

    found = texts_of(text)

    assert [line for line in found if line.startswith("Finding")] == [
        "Finding 1",
        "Finding 2",
        "Finding 3",
        "Finding 4",
    ]
    assert not any(line.startswith("Page") for line in found)


def test_pages_of_nothing_but_the_same_lines_keep_them():
    page = "Your notes here"
    assert texts_of("\f".join([page] * 3)) == [page] * 3


def test_lone_numbers_that_interrupt_sentences_are_page_numbers():
    lines = [
        "The council has made a plan for each child in its care, as the law asks it to, and",
        "it reads each plan twice a year with the child and with those who look after the",
        "1",
        "child. Staff say that this gives them the time they need to see what has changed in",
        "a family, and that their managers make sure of it by looking at how many visits they",
        "2",
        "make.",
    ]
    (block,) = blocks_of("\n".join(lines))
    assert block.text == " ".join(line for line in lines if not line.isdigit())


def test_footnotes_at_the_end_of_a_page_cut_no_paragraph_and_leave_no_mark():
    pages = [
        "The council has set up a board1 that reads each plan, and it asks the families in\n"
        "its care what they think of it, which is done twice a year by people who were once\n"
        "\n"
        "1 The board met for the first time in 2031, in the town hall, and it has met each\n"
        "month since.\n",
        "in care themselves. The 12 plans that we read were good, and each named the person\n"
        "who makes sure that it is followed.\n",
    ]
    assert [
        (block.kind.value, block.label, block.text) for block in blocks_of("\f".join(pages))
    ] == [
        (
            "paragraph",
            None,
            "The council has set up a board that reads each plan, and it asks the families in its "
            "care what they think of it, which is done twice a year by people who were once in "
            "care themselves. The 12 plans that we read were good, and each named the person who "
            "makes sure that it is followed.",
        ),
        (
            "footnote",
            "1",
            "The board met for the first time in 2031, in the town hall, and it has met each month "
            "since.",
        ),
    ]


def test_a_dash_inside_a_sentence_opens_no_bullet():
    text = (
        "The force has a plan for the nights when most calls come in from the town centre\n"
        "– Fridays and Saturdays – and it has put more officers on the shifts that cover it\n"
        "since the plan was made by its own staff, who work there on most of the nights and\n"
        "know the streets.\n"
    )
    assert [block.kind for block in blocks_of(text)] == [BlockKind.PARAGRAPH]


def test_a_year_at_the_start_of_a_paragraph_is_no_number_of_it():
    (block,) = blocks_of("2031 was a hard year.")
    assert (block.label, block.text) == (None, "2031 was a hard year.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding: str):
    text = "The force’s budget is £3 million – more than last year."
    assert decode("report.txt", text.encode(encoding)) == text


def test_ligatures_soft_hyphens_and_odd_spaces_are_made_plain():
    odd = "The \ufb01rst o\ufb03cer\u00a0\u2009came\u00ad."
    assert texts_of(odd) == ["The first officer came."]


def test_curly_quotes_and_dashes_stay():
    assert texts_of("The ‘front door’ – it’s “open”.") == ["The ‘front door’ – it’s “open”."]


def test_a_binary_named_txt_is_unreadable():
    with pytest.raises(UnreadableReport, match=r"scan\.txt: is not a text file"):
        read_text("scan.txt", bytes(range(256)) * 4)


def test_a_file_of_blanks_has_no_text():
    with pytest.raises(NoText, match=r"blank\.txt: the file holds no text"):
        read_text("blank.txt", b" \n\t\n\f\n")


def test_twenty_megabytes_on_one_line_are_one_block():
    sentence = "The force is good at this. "
    (block,) = blocks_of(sentence * 740_000)
    assert len(block.text) == len(sentence) * 740_000 - 1


def test_a_file_of_one_long_paragraph_in_short_lines_is_one_block():
    sentence = "The force is good at investigating crime and it needs to make\nsure of that. "
    (block,) = blocks_of(sentence * 20_000)
    assert block.text == (sentence * 20_000).replace("\n", " ").strip()


# A lone "o" is a bullet in the text of many a PDF, and ligatures become letters.
ALPHABET = st.characters(exclude_characters="o\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06")


@given(st.text(alphabet=ALPHABET, max_size=300))
def test_no_letter_is_lost_or_made_up(text: str):
    try:
        blocks = blocks_of(text.encode("utf-8", "replace").decode())
    except (NoText, UnreadableReport):
        return
    kept = "".join((block.label or "") + block.text for block in blocks)
    letters = sorted(char for char in kept if char.isascii() and char.isalpha())
    assert letters == sorted(char for char in text if char.isascii() and char.isalpha())
