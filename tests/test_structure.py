"""Documents to reports: nothing lost, everything in its place."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import NoText
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.structure import parse_report, report_id_of

TEXTS = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40),
    st.sampled_from(
        [
            "1",
            "Good",
            "How effective is the force at keeping order?",
            "Areas for improvement",
            "What needs to improve?",
            "Main findings",
            "Yours sincerely",
            "Case study: area for improvement",
            "Overall effectiveness",
            "The force should:",
            "Joint targeted area inspection of Nowhere",
            "Between 3 and 7 May 2031, Ofsted and the CQC inspected Nowhere.",
            "Northern Wold Police",
            "a review board (ARB) met",
        ]
    ),
)
BLOCKS = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(BlockKind),
        text=TEXTS,
        level=st.none() | st.integers(1, 3),
        size=st.none() | st.sampled_from([12.0, 14.0]),
        bold=st.booleans(),
        label=st.none() | st.sampled_from(["1.", "2", "12."]),
        page=st.none() | st.integers(1, 4),
    ),
    max_size=25,
)


def document(blocks, name="nowhere.pdf", **stated):
    return SourceDocument(name=name, sha256="0" * 64, blocks=tuple(blocks), **stated)


def visible(text):
    return "".join(text.split())


def parsed(blocks):
    if not any(visible(block.text) for block in blocks):
        blocks = [*blocks, Block(BlockKind.PARAGRAPH, "Some text.")]
    return parse_report(document(blocks), report_id="nowhere")


@given(BLOCKS)
def test_every_character_is_in_exactly_one_section(blocks):
    report = parsed(blocks)
    assert visible("".join(part.span.of(report.text) for part in report.sections)) == visible(
        report.text
    )


@given(BLOCKS)
def test_sections_are_in_order_and_their_bodies_inside_them(blocks):
    sections = parsed(blocks).sections
    assert all(before.span.end <= after.span.start for before, after in pairwise(sections))
    assert all(part.span.contains(part.body) for part in sections)


@given(BLOCKS)
def test_no_text_of_the_document_is_lost(blocks):
    text = visible(parsed(blocks).text)
    assert all(visible(block.text) in text for block in blocks)


@given(BLOCKS)
def test_actions_lie_in_their_section_and_do_not_overlap(blocks):
    report = parsed(blocks)
    spans = [action.span for action in report.actions]
    assert all(
        report.sections[action.section].body.contains(action.span) for action in report.actions
    )
    assert all(before.end <= after.start for before, after in pairwise(spans))


@given(BLOCKS)
def test_judgements_quote_the_grade_that_they_name(blocks):
    report = parsed(blocks)
    assert all(
        judgement.span.of(report.text).lower().endswith(judgement.grade.lower())
        for judgement in report.judgements
    )


@given(BLOCKS)
def test_evidence_lies_in_the_text(blocks):
    report = parsed(blocks)
    assert all(span.end <= len(report.text) for span in report.metadata.evidence.values())


def test_pages_are_kept_where_the_source_has_them():
    blocks = [
        Block(BlockKind.PARAGRAPH, "First page.", page=1),
        Block(BlockKind.PARAGRAPH, "Second page.", page=2),
    ]
    report = parse_report(document(blocks, has_pages=True), report_id="nowhere")
    assert report.page_of(report.sections[0].span) == 1
    assert report.page_starts == (0, report.text.index("Second"))
    assert parse_report(document(blocks), report_id="nowhere").page_starts == ()


def test_a_page_of_navigation_alone_is_refused():
    with pytest.raises(NoText, match=r"menu\.html: there is no text in it but navigation"):
        parse_report(
            document([Block(BlockKind.PARAGRAPH, "Skip to content")], name="menu.html"),
            report_id="menu",
        )


def test_a_megabyte_in_one_line_is_parsed():
    line = "The Northern Wold (NW) Board met Ada Nobody and Bo Noone. " * 17_000
    report = parsed([Block(BlockKind.PARAGRAPH, line)])
    assert len(report.text) == len(line.strip())


@pytest.mark.parametrize(
    ("name", "report_id"),
    [
        ("jtai-nowhere-18-july-2031.pdf", "jtai-nowhere-18-july-2031"),
        ("Northern Wold PEEL 2031 (v1.2).HTML", "northern-wold-peel-2031-v1-2"),
        ("folder/archive.zip/King’s Café.docx", "kings-cafe"),
        ("no-ending", "no-ending"),
        ("報告.txt", "report"),
    ],
)
def test_a_report_id_is_the_slug_of_the_file_name_without_its_ending(name, report_id):
    assert report_id_of(name) == report_id
