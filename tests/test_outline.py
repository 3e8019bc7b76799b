"""Which lines are headings and how sections nest."""

from index.readers.blocks import Block, BlockKind
from index.structure.canonical import lay_out
from index.structure.outline import outline

HEADING, PARAGRAPH, BULLET = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.BULLET


def head(text, size=None, *, bold=True, level=None, label=None):
    return Block(HEADING, text, level=level, size=size, bold=bold, label=label)


def prose(text="Staff know their areas well.", label=None):
    return Block(PARAGRAPH, text, size=12.0, label=label)


def paths(blocks):
    return [part.section.path for part in outline(lay_out(blocks).blocks)]


def test_a_question_takes_the_number_that_stands_alone_above_it():
    blocks = [
        Block(HEADING, "1"),
        Block(HEADING, "How well does the force plan?"),
        Block(HEADING, "Good"),
        Block(HEADING, "Planning"),
        prose(),
        Block(PARAGRAPH, "2"),
        Block(HEADING, "How well does the force lead?"),
        prose(),
    ]
    parts = outline(lay_out(blocks).blocks)
    assert [(part.section.number, part.section.path) for part in parts] == [
        ("1", ("1. How well does the force plan?",)),
        ("1", ("1. How well does the force plan?", "Planning")),
        ("2", ("2. How well does the force lead?",)),
    ]


def test_the_heading_is_in_the_section_and_not_in_its_body():
    laid_out = lay_out(
        [Block(PARAGRAPH, "1"), Block(HEADING, "How well does the force plan?"), prose("Well.")]
    )
    (part,) = outline(laid_out.blocks)
    assert part.section.span.of(laid_out.text) == laid_out.text
    assert part.section.body.of(laid_out.text) == "Well."


def test_a_grade_is_no_heading():
    assert paths([head("Custody"), head("Requires improvement"), prose()]) == [("Custody",)]


def test_text_before_the_first_heading_has_no_path():
    assert paths([prose("18 July 2031"), head("Findings"), prose()]) == [(), ("Findings",)]


def test_larger_print_stands_above_smaller():
    blocks = [
        head("Key strengths", 14.0),
        prose(),
        head("Areas for improvement", 14.0),
        head("The front door", 12.0),
        prose(),
        head("Next steps", 14.0),
        prose(),
    ]
    assert paths(blocks) == [
        ("Key strengths",),
        ("Areas for improvement",),
        ("Areas for improvement", "The front door"),
        ("Next steps",),
    ]


def test_in_one_style_a_list_heading_takes_in_only_what_follows_at_once():
    blocks = [
        head("What needs to improve?", 12.0),
        Block(BULLET, "The quality of records."),
        head("The local partnership", 12.0),
        prose(),
        head("Areas for improvement", 12.0),
        head("Leadership", 12.0),
        Block(BULLET, "Oversight is weak."),
    ]
    assert paths(blocks) == [
        ("What needs to improve?",),
        ("The local partnership",),
        ("Areas for improvement",),
        ("Areas for improvement", "Leadership"),
    ]


def test_main_findings_take_in_the_headings_and_studies_below_them():
    blocks = [
        head("Main findings", 12.0),
        prose(),
        head("Practice study: highly effective practice", 12.0),
        prose(),
        head("Next steps", 12.0),
        prose(),
    ]
    assert paths(blocks) == [
        ("Main findings",),
        ("Main findings", "Practice study: highly effective practice"),
        ("Next steps",),
    ]


def test_depths_that_the_format_states_are_kept_and_the_title_stays_out_of_the_paths():
    blocks = [
        head("PEEL 2031 – An inspection of Nowhere Police", level=1),
        prose(),
        head("Investigating crime", level=2),
        head("Areas for improvement", level=3),
        prose(),
        head("Responding", level=2),
        prose(),
    ]
    assert paths(blocks) == [
        ("PEEL 2031 – An inspection of Nowhere Police",),
        ("Investigating crime",),
        ("Investigating crime", "Areas for improvement"),
        ("Responding",),
    ]


def test_a_title_alone_with_a_stated_depth_does_not_sink_the_other_headings():
    blocks = [
        head("Joint inspection of Nowhere", 12.0, level=1),
        prose(),
        head("Areas for improvement", 14.0),
        head("Leadership", 12.0),
        prose(),
    ]
    assert paths(blocks)[1:] == [
        ("Areas for improvement",),
        ("Areas for improvement", "Leadership"),
    ]


def test_signatories_are_no_headings_but_an_annex_is():
    blocks = [
        head("Next steps", 12.0),
        prose(),
        prose("Yours sincerely"),
        head("Ada Nobody", 12.0),
        head("His Majesty’s Inspector", 12.0),
        head("Annex A: how we inspect", 12.0),
        prose(),
    ]
    assert paths(blocks) == [("Next steps",), ("Annex A: how we inspect",)]


def test_a_line_with_its_grade_below_is_a_heading_unless_it_is_a_row_of_a_table():
    table = ["Judgement", "Grade", "Help and protection", "Good", "Leadership", "Inadequate"]
    blocks = [Block(PARAGRAPH, text) for text in table]
    blocks += [
        Block(PARAGRAPH, "Children in care are seen often."),
        Block(PARAGRAPH, "Leadership, management and governance"),
        Block(PARAGRAPH, "Inadequate"),
        prose(),
    ]
    assert paths(blocks) == [(), ("Leadership, management and governance",)]


def test_an_entry_of_a_table_of_contents_is_no_heading():
    blocks = [Block(PARAGRAPH, text) for text in ("Recommendations", "7", "Findings", "9")]
    assert paths(blocks) == [()]


def test_a_document_without_headings_is_one_section():
    assert paths([prose(), prose("Second paragraph.")]) == [()]
