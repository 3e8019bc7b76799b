"""Grades: where they are read, and what each rests on."""

from index.documents import JudgementBasis
from index.readers.blocks import Block, BlockKind
from index.structure.canonical import lay_out
from index.structure.judgements import find_judgements
from index.structure.outline import outline

HEADING, PARAGRAPH, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.TABLE_ROW


def judged(*blocks):
    laid_out = lay_out(
        [block if isinstance(block, Block) else Block(PARAGRAPH, block) for block in blocks]
    )
    return laid_out.text, find_judgements(laid_out, outline(laid_out.blocks))


PAGE = (
    Block(HEADING, "Northern Wold PEEL 2018"),
    Block(HEADING, "How well does the force keep people safe?"),
    "Last updated 03/02/2020",
    "Requires improvement",
    "It has to do better.",
    "1",
    Block(HEADING, "How effective is the force at preventing crime?"),
    "Good",
    "It knows its streets.",
    "2",
    Block(HEADING, "How effective is the force at tackling organised crime?"),
    "Good",
    "We did not inspect this question in 2018/19. "
    "Our judgment from the 2017 inspection has been carried over.",
    "3",
    Block(HEADING, "How effective are its specialist capabilities?"),
    "Ungraded",
    "We do not grade this question.",
)


def test_a_page_of_questions_has_an_overall_grade_and_one_a_question():
    _, judgements = judged(*PAGE)
    assert [(each.number, each.question, each.grade, each.basis.value) for each in judgements] == [
        (None, None, "Requires improvement", "inspected"),
        ("1", "How effective is the force at preventing crime?", "Good", "inspected"),
        ("2", "How effective is the force at tackling organised crime?", "Good", "carried_over"),
        ("3", "How effective are its specialist capabilities?", "Ungraded", "ungraded"),
    ]


def test_a_carried_over_grade_names_its_year_and_quotes_the_sentence_that_says_so():
    text, judgements = judged(*PAGE)
    carried = judgements[2]
    assert carried.carried_from == "2017"
    assert carried.basis_span.of(text) == (
        "Our judgment from the 2017 inspection has been carried over."
    )


def test_the_year_of_a_carried_over_grade_is_the_one_it_comes_from():
    _, (judgement,) = judged(
        Block(HEADING, "Custody"),
        "Good",
        "Not inspected in 2018/19: our judgment from the 2016/17 round was carried over.",
    )
    assert (judgement.basis, judgement.carried_from) == (JudgementBasis.CARRIED_OVER, "2016/17")


def test_lines_that_take_turns_are_a_table():
    _, judgements = judged(
        "Nowhere Council",
        "Judgement",
        "Grade",
        "The impact of leaders",
        "Good",
        "The experiences of children in care",
        "Requires improvement to be good",
        "Overall effectiveness",
        "Good",
        "Services have improved.",
    )
    assert [(each.question, each.grade) for each in judgements] == [
        ("The impact of leaders", "Good"),
        ("The experiences of children in care", "Requires improvement to be good"),
        (None, "Good"),
    ]


def test_the_line_above_a_numbered_table_gives_the_overall_grade():
    text, judgements = judged(
        "Children’s services in Nowhere require improvement to be good",
        Block(PARAGRAPH, "Children who need help", label="1."),
        "Good",
        Block(PARAGRAPH, "Adoption performance", label="2.1"),
        "Outstanding",
    )
    assert [(each.question, each.number, each.grade) for each in judgements] == [
        (None, None, "Requires improvement to be good"),
        ("Children who need help", "1", "Good"),
        ("Adoption performance", "2.1", "Outstanding"),
    ]
    assert judgements[0].span.of(text) == "require improvement to be good"


def test_rows_of_a_real_table_are_read_by_their_last_cell():
    text, judgements = judged(
        Block(ROW, "Judgement\tGrade"),
        Block(ROW, "Help and protection\tInadequate"),
        Block(ROW, "Overall effectiveness\tInadequate"),
    )
    assert [(each.question, each.span.of(text)) for each in judgements] == [
        ("Help and protection", "Inadequate"),
        (None, "Inadequate"),
    ]


def test_a_grade_after_the_colon_of_a_heading_is_read():
    text, (judgement,) = judged(Block(HEADING, "Children in care: good"), "They are seen often.")
    assert (judgement.question, judgement.grade) == ("Children in care", "Good")
    assert judgement.span.of(text) == "good"


def test_prose_gives_no_grade():
    _, judgements = judged(
        Block(HEADING, "Custody"), "The force is good at this.", "Good work was seen in the cells."
    )
    assert judgements == ()


def grades(judgements):
    return [(each.question, each.grade) for each in judgements]


SUMMARY = (
    Block(HEADING, "Our judgements"),
    "Good",
    "Mending nets",
    "Adequate",
    "Keeping watch",
    "Requires improvement",
    "Lighting lamps",
)
BODY = (
    Block(HEADING, "Mending nets"),
    "Good",
    "The force is good at mending nets.",
    Block(HEADING, "Keeping watch"),
    "Adequate",
    "The force is adequate at keeping watch.",
)


def test_a_list_that_puts_each_grade_above_its_titles_shifts_none_to_the_wrong_title():
    assert judged(*SUMMARY, "Summed up as above.")[1] == ()
    headed = [Block(HEADING, item) if isinstance(item, str) else item for item in SUMMARY]
    assert judged(*headed, "Summed up as above.")[1] == ()


def test_the_grades_of_the_body_stand_whatever_list_comes_first():
    _, judgements = judged(*SUMMARY, "Summed up as above.", *BODY)
    assert grades(judgements) == [("Mending nets", "Good"), ("Keeping watch", "Adequate")]


def test_several_titles_or_none_below_a_grade_show_that_the_list_puts_grades_first():
    _, judgements = judged(
        Block(HEADING, "Overview"),
        "Outstanding",
        "Good",
        Block(BlockKind.BULLET, "Mending nets"),
        Block(BlockKind.BULLET, "Keeping watch"),
        "Inadequate",
        "Lighting lamps",
        *BODY,
    )
    assert grades(judgements) == [("Mending nets", "Good"), ("Keeping watch", "Adequate")]


def test_questions_with_their_grades_and_no_text_between_are_still_judged():
    _, judgements = judged(
        Block(HEADING, "Effectiveness"),
        "Good",
        Block(HEADING, "Efficiency"),
        "Last updated 3 May 2031",
        "Adequate",
        Block(HEADING, "Legitimacy"),
        "Good",
        "It treats people well.",
    )
    assert grades(judgements) == [
        ("Effectiveness", "Good"),
        ("Efficiency", "Adequate"),
        ("Legitimacy", "Good"),
    ]


def table(heading, *rows):
    return judged(Block(ROW, heading), *(Block(ROW, row) for row in rows))[1]


def test_the_heading_of_a_table_says_which_grades_are_this_inspections():
    rows = ("Mending nets\tGood\tInadequate", "Keeping watch\tAdequate\tGood")
    now = [("Mending nets", "Good"), ("Keeping watch", "Adequate")]
    before = [("Mending nets", "Inadequate"), ("Keeping watch", "Good")]
    assert grades(table("Question\tThis inspection\t2029/30", *rows)) == now
    assert grades(table("\tGrade\tPrevious grade", *rows)) == now
    assert grades(table("Question\t2031–33\t2029/30", *rows)) == now
    assert grades(table("Question\tLast inspection\tCurrent", *rows)) == before


def test_a_table_of_grades_that_does_not_say_whose_they_are_gives_none():
    rows = ("Mending nets\tGood\tInadequate", "Keeping watch\tAdequate\tGood")
    assert table("Question\tNorth\tSouth", *rows) == ()
    assert judged(*(Block(ROW, row) for row in rows))[1] == ()


def test_an_earlier_grade_does_not_stand_in_for_one_that_was_not_given():
    text, judgements = judged(
        Block(ROW, "Question\tThis inspection\tPrevious"),
        Block(ROW, "Mending nets\t\tInadequate"),
        Block(ROW, "Keeping watch\tAdequate\t"),
        Block(ROW, "Lighting lamps\tGood\tGood"),
    )
    assert grades(judgements) == [("Keeping watch", "Adequate"), ("Lighting lamps", "Good")]
    assert [each.span.of(text) for each in judgements] == ["Adequate", "Good"]


def test_a_title_that_ends_in_a_full_stop_and_a_state_that_is_no_grade_leave_a_table_one():
    _, judgements = judged(
        "Grade:",
        "The mending of nets.",
        "Good",
        "The keeping of watch",
        "Adequate",
        "The lighting of lamps",
        "Not judged",
        "The lifeboat",
        "Inadequate",
        "Its men",
        "Good",
        "Services are better than they were.",
    )
    assert grades(judgements) == [
        ("The mending of nets", "Good"),
        ("The keeping of watch", "Adequate"),
        ("The lifeboat", "Inadequate"),
        ("Its men", "Good"),
    ]
