"""Canonical text: what is joined, what is kept apart, and where everything stands."""

from hypothesis import given
from hypothesis import strategies as st

from index.readers.blocks import Block, BlockKind
from index.structure.boilerplate import without_boilerplate
from index.structure.canonical import lay_out

HEADING, PARAGRAPH, BULLET = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.BULLET
ROW, FOOTNOTE = BlockKind.TABLE_ROW, BlockKind.FOOTNOTE

blocks_of_any_kind = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(BlockKind),
        text=st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=30),
        label=st.none() | st.sampled_from(["1.", "12.", "a)"]),
        page=st.none() | st.integers(1, 5),
    ),
    max_size=15,
)


def test_a_list_and_the_line_that_introduces_it_are_one_group_of_lines():
    blocks = [
        Block(PARAGRAPH, "The force should:"),
        Block(BULLET, "train its staff;"),
        Block(BULLET, "review its plans."),
        Block(PARAGRAPH, "We will return."),
    ]
    assert lay_out(blocks).text == (
        "The force should:\n• train its staff;\n• review its plans.\n\nWe will return."
    )


def test_a_list_below_a_heading_is_a_paragraph_of_its_own():
    blocks = [Block(HEADING, "Strengths"), Block(BULLET, "Calm staff."), Block(BULLET, "Maps.")]
    assert lay_out(blocks).text == "Strengths\n\n• Calm staff.\n• Maps."


def test_printed_numbers_stay_before_their_paragraphs():
    blocks = [Block(PARAGRAPH, "Plans are late.", label="12."), Block(HEADING, "Scope", label="3.")]
    assert lay_out(blocks).text == "12. Plans are late.\n\n3. Scope"


def test_a_footnote_begins_with_its_mark_and_comes_after_the_list_it_interrupted():
    blocks = [
        Block(BULLET, "First."),
        Block(FOOTNOTE, "Since renamed.", label="1"),
        Block(BULLET, "Second."),
        Block(PARAGRAPH, "After."),
    ]
    assert lay_out(blocks).text == "• First.\n• Second.\n\n1 Since renamed.\n\nAfter."


def test_rows_of_a_table_are_lines_of_one_group():
    assert lay_out([Block(ROW, "Area\tGrade"), Block(ROW, "Custody\tGood")]).text == (
        "Area\tGrade\nCustody\tGood"
    )


def test_a_page_begins_where_its_first_text_does_even_inside_a_paragraph():
    blocks = [
        Block(PARAGRAPH, "One two", page=1),
        Block(PARAGRAPH, "three four five", page=1, page_breaks=((6, 2),)),
        Block(PARAGRAPH, "six", page=4),
    ]
    laid_out = lay_out(blocks)
    assert laid_out.text == "One two\n\nthree four five\n\nsix"
    assert [laid_out.text[start:][:4] for start in laid_out.page_starts] == [
        "One ",
        "four",
        "six",  # page 3 is empty: it begins where the next text does
        "six",
    ]


@given(blocks_of_any_kind)
def test_every_block_is_found_at_its_span(blocks):
    laid_out = lay_out(blocks)
    assert all(item.content.of(laid_out.text) == item.text for item in laid_out.blocks)


@given(blocks_of_any_kind)
def test_page_starts_never_go_back(blocks):
    starts = lay_out(blocks).page_starts
    assert list(starts) == sorted(starts)


@given(blocks_of_any_kind)
def test_no_character_is_lost_or_made_up(blocks):
    def characters(texts):
        return sorted("".join("".join(texts).split()))

    printed = [
        ("•" if block.kind is BULLET else "") + (block.label or "") + block.text
        for block in blocks
        if block.text.strip()
    ]
    assert characters([lay_out(blocks).text]) == characters(printed)


def test_furniture_of_web_pages_is_left_out():
    texts = [
        "Skip to main content",
        "We use some essential cookies to make this website work.",
        "Accept additional cookies",
        "Print this document",
        "Contents",
        "Share on Facebook",
        "The force answers quickly.",
        "Summary for question 1",
        "Back to top",
    ]
    kept = without_boilerplate([Block(PARAGRAPH, text) for text in texts])
    assert [block.text for block in kept] == ["The force answers quickly."]


def test_a_contents_heading_of_a_report_without_web_furniture_stays():
    blocks = [Block(HEADING, "Contents"), Block(PARAGRAPH, "Introduction"), Block(PARAGRAPH, "3")]
    assert without_boilerplate(blocks) == tuple(blocks)


def test_a_sentence_about_cookies_or_sharing_is_no_furniture():
    blocks = [
        Block(PARAGRAPH, "The cyber team explains to pupils how sites use cookies to follow them."),
        Block(PARAGRAPH, "We use cookies on the tills. Sergeants must say so to visitors."),
        Block(PARAGRAPH, "This site, when seen from a boat, uses cookies for a day."),
        Block(PARAGRAPH, "Share this learning with partners without delay, we said in 2017."),
    ]
    assert without_boilerplate(blocks) == tuple(blocks)
