"""PDFs drawn line by line, so that each test shows the page it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from index.errors import NoText, UnreadableReport
from index.readers.blocks import Block
from index.readers.pdf import read_pdf, sorted_pages
from index.readers.pdf_blocks import page_blocks

REPORTS = Path(__file__).parents[2] / "shared" / "reports" / "jtai"
LEFT, TOP, LEADING, SIZE = 72, 760, 15, 12
BODY, BOLD = "Times-Roman", "Times-Bold"
Draw = Callable[[Canvas], None]

FULL = "The partnership has set up a service that visits each family within a week of"
FULL_TOO = "the first call, and its managers read each of the files that the staff keep. It"
LAST = "works well."


def pdf(*pages: Draw, **canvas_options: object) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **canvas_options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write(
    canvas: Canvas,
    *lines: str,
    top: float = TOP,
    left: float = LEFT,
    font: str = BODY,
    size: float = SIZE,
) -> None:
    canvas.setFont(font, size)
    for at, line in enumerate(lines):
        canvas.drawString(left, top - at * LEADING * size / SIZE, line)


def blocks_of(*pages: Draw) -> tuple[Block, ...]:
    return read_pdf("letter.pdf", pdf(*pages)).blocks


def shown(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in blocks]


def test_lines_broken_at_the_width_are_one_paragraph():
    assert shown(blocks_of(lambda page: write(page, FULL, FULL_TOO, LAST))) == [
        ("paragraph", f"{FULL} {FULL_TOO} {LAST}")
    ]


def test_a_heading_is_told_by_its_boldness_and_keeps_its_size():
    def draw(page: Canvas) -> None:
        write(page, "Next steps", font=BOLD, size=14)
        write(page, FULL, FULL_TOO, LAST, top=TOP - 30)

    heading, paragraph = blocks_of(draw)

    assert (heading.kind.value, heading.text, heading.size, heading.bold) == (
        "heading", "Next steps", 14.0, True,
    )  # fmt: skip
    assert (paragraph.kind.value, paragraph.size, paragraph.bold) == ("paragraph", 12.0, False)


def test_the_names_of_a_signature_block_are_no_headings():
    def draw(page: Canvas) -> None:
        write(page, FULL, FULL_TOO, LAST)
        names = ("Ann Holt", "National Director", "Bo Reed", "Chief Inspector")
        for at, name in enumerate(names):
            write(page, name, top=TOP - 100 - at * 40, font=BOLD)

    assert [block.kind.value for block in blocks_of(draw)] == ["paragraph"] * 5


def test_bullets_of_any_glyph_lose_it_and_keep_their_lines_together():
    def draw(page: Canvas) -> None:
        write(page, "\u2022", "o", "\u2013", left=LEFT - 18)
        write(page, "Visits.", "Calls.", "Files.")

    assert shown(blocks_of(draw)) == [
        ("bullet", "Visits."),
        ("bullet", "Calls."),
        ("bullet", "Files."),
    ]


def test_bullets_inside_bullets_know_their_depth():
    def draw(page: Canvas) -> None:
        for at, (left, text) in enumerate(((72, "Plan:"), (90, "in writing"), (72, "Report."))):
            write(page, f"\u2022 {text}", left=left, top=TOP - at * 30)

    assert [(block.level, block.text) for block in blocks_of(draw)] == [
        (1, "Plan:"),
        (2, "in writing"),
        (1, "Report."),
    ]


def test_a_bullet_over_a_page_break_is_one_block():
    def first(page: Canvas) -> None:
        write(page, "\u2022", left=LEFT - 18)
        write(page, FULL, FULL_TOO)

    def second(page: Canvas) -> None:
        write(page, "works well for them.")
        write(page, "\u2022", left=LEFT - 18, top=TOP - 30)
        write(page, "Calls.", top=TOP - 30)

    bullet, other = blocks_of(first, second)

    assert bullet.text == f"{FULL} {FULL_TOO} works well for them."
    assert (bullet.page, bullet.page_breaks) == (1, ((len(f"{FULL} {FULL_TOO} "), 2),))
    assert (other.text, other.page) == ("Calls.", 2)


def test_running_heads_and_page_numbers_are_left_out():
    def draw_page(number: int) -> Draw:
        def draw(page: Canvas) -> None:
            write(page, "Inspection of Northmere", top=810, size=9)
            write(page, f"Finding {chr(64 + number)} is this: the visits are made.")
            write(page, str(number), top=40, left=500, size=9)

        return draw

    assert [block.text for block in blocks_of(*map(draw_page, (1, 2, 3)))] == [
        "Finding A is this: the visits are made.",
        "Finding B is this: the visits are made.",
        "Finding C is this: the visits are made.",
    ]


def test_a_large_numbered_heading_at_the_head_of_each_page_is_text():
    def draw_page(number: int) -> Draw:
        def draw(page: Canvas) -> None:
            write(page, f"Northmere in 2031 – page {number}", top=810, size=9)
            write(page, f"Finding {number}", top=790, size=18)
            write(page, f"Finding {chr(64 + number)} is this: the visits are made.")

        return draw

    assert [block.text for block in blocks_of(*map(draw_page, (1, 2, 3)))] == [
        "Finding 1",
        "Finding A is this: the visits are made.",
        "Finding 2",
        "Finding B is this: the visits are made.",
        "Finding 3",
        "Finding C is this: the visits are made.",
    ]


def test_numbered_paragraphs_keep_their_numbers_as_labels():
    def draw(page: Canvas) -> None:
        write(page, "12.", left=LEFT - 24)
        write(page, FULL, LAST)
        write(page, "13.", left=LEFT - 24, top=TOP - 45)
        write(page, "Staff agree.", top=TOP - 45)

    assert [(block.label, block.text) for block in blocks_of(draw)] == [
        ("12.", f"{FULL} {LAST}"),
        ("13.", "Staff agree."),
    ]


def test_footnotes_follow_the_paragraph_that_runs_over_the_page():
    def first(page: Canvas) -> None:
        write(page, FULL, FULL_TOO)
        mark_at = LEFT + page.stringWidth(FULL_TOO, BODY, SIZE)
        write(page, "1", left=mark_at, top=TOP - LEADING + 5, size=7)
        write(page, "1", top=104, size=6)
        write(page, "The law of 2031 says so.", left=LEFT + 8, top=100, size=9)

    def second(page: Canvas) -> None:
        write(page, "works for all of them.")

    paragraph, note = blocks_of(first, second)

    assert paragraph.text == f"{FULL} {FULL_TOO} works for all of them."
    assert (note.kind.value, note.label, note.text) == ("footnote", "1", "The law of 2031 says so.")


def test_a_raised_figure_without_a_footnote_stays():
    def draw(page: Canvas) -> None:
        write(page, "The site has 40 km")
        write(
            page,
            "2",
            left=LEFT + page.stringWidth("The site has 40 km", BODY, SIZE),
            top=TOP + 5,
            size=7,
        )

    assert shown(blocks_of(draw)) == [("paragraph", "The site has 40 km2")]


def test_words_broken_at_a_line_end_are_spelled_as_elsewhere():
    lines = (
        "The team met each week, and since it is a multi-agency team its plans for the multi-",
        "agency hub were good. At the time of inspection they had been put on paper. The inspec-",
        "tion found this.",
    )
    (block,) = blocks_of(lambda page: write(page, *lines))
    assert block.text == (
        "The team met each week, and since it is a multi-agency team its plans for the "
        "multi-agency hub were good. At the time of inspection they had been put on paper. "
        "The inspection found this."
    )


def test_a_list_of_addressees_stays_a_list_of_lines():
    names = (
        "Ann Holt, Director of Children’s Services, Northmere Borough Council",
        "Bo Reed, Chief Constable",
        "Cy Dale, Police and Crime Commissioner",
        "Di Marsh, Chair of the board",
    )

    def draw(page: Canvas) -> None:
        write(page, *names)
        write(page, FULL, FULL_TOO, LAST, top=TOP - 100)

    assert [block.text for block in blocks_of(draw)] == [*names, f"{FULL} {FULL_TOO} {LAST}"]


def test_cells_on_one_line_make_a_table_row():
    def draw(page: Canvas) -> None:
        for at, (question, grade) in enumerate((("Help", "Good"), ("Care", "Outstanding"))):
            write(page, question, top=TOP - at * 30)
            write(page, grade, left=350, top=TOP - at * 30)

    assert shown(blocks_of(draw)) == [
        ("table_row", "Help\tGood"),
        ("table_row", "Care\tOutstanding"),
    ]


def test_a_cell_of_two_lines_stays_one_cell():
    def draw(page: Canvas) -> None:
        write(page, "The experiences of", "children in care")
        write(page, "Good", left=350)

    assert shown(blocks_of(draw)) == [("table_row", "The experiences of children in care\tGood")]


def test_columns_are_read_one_after_the_other():
    left = [f"left column line {at} of what we found in" for at in range(16)]
    right = [f"right column line {at} of what we saw in" for at in range(16)]

    def draw(page: Canvas) -> None:
        write(page, *left)
        write(page, *right, left=330)

    assert " ".join(block.text for block in blocks_of(draw)) == " ".join([*left, *right])


def test_text_drawn_out_of_order_is_read_down_the_page():
    def draw(page: Canvas) -> None:
        write(page, "Third.", top=500)
        write(page, "First.", top=700)
        write(page, "Second.", top=600)

    assert [block.text for block in blocks_of(draw)] == ["First.", "Second.", "Third."]


def test_an_encrypted_pdf_says_so():
    data = pdf(lambda page: write(page, FULL), encrypt=StandardEncryption("open", "own"))
    with pytest.raises(UnreadableReport, match=r"letter\.pdf: is encrypted with a password"):
        read_pdf("letter.pdf", data)


def test_a_pdf_that_only_forbids_printing_is_read():
    data = pdf(lambda page: write(page, LAST), encrypt=StandardEncryption("", "own", canPrint=0))
    assert shown(read_pdf("letter.pdf", data).blocks) == [("paragraph", LAST)]


def test_a_damaged_pdf_says_so():
    with pytest.raises(UnreadableReport, match=r"letter\.pdf: is damaged or no PDF"):
        read_pdf("letter.pdf", b"%PDF-1.7\nnothing of the kind")


def test_a_pdf_cut_off_in_the_middle_is_read_or_refused_but_never_crashes():
    data = pdf(lambda page: write(page, FULL, FULL_TOO, LAST))
    for length in range(0, len(data), 97):
        try:
            blocks = read_pdf("letter.pdf", data[:length]).blocks
        except UnreadableReport:
            continue
        assert shown(blocks) == [("paragraph", f"{FULL} {FULL_TOO} {LAST}")]


def blank_pages(count: int) -> bytes:
    document = pdfium.PdfDocument.new()
    for _ in range(count):
        document.new_page(100, 100).close()
    data = BytesIO()
    document.save(data)
    document.close()
    return data.getvalue()


def test_a_pdf_of_more_pages_than_any_report_is_refused_before_it_is_read():
    with pytest.raises(UnreadableReport) as refused:
        read_pdf("dump.pdf", blank_pages(3_001))
    assert str(refused.value) == (
        "dump.pdf: has 3,001 pages; the most taken as one report is 3,000:"
        " split it into its reports or parts"
    )


def test_reading_stops_at_the_page_that_is_more_text_than_any_report():
    data = pdf(*[lambda canvas: canvas.drawString(72, 700, "The force has boats.")] * 5)
    with pytest.raises(UnreadableReport, match="holds 60 characters of text up to page 3; the"):
        sorted_pages("dump.pdf", data, most_characters=50)
    assert len(sorted_pages("dump.pdf", data, most_characters=100)) == 5


def test_a_scan_has_no_text():
    def draw(page: Canvas) -> None:
        page.rect(100, 100, 300, 500, fill=1)

    with pytest.raises(NoText, match=r"letter\.pdf: has no text layer"):
        read_pdf("letter.pdf", pdf(draw))


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalpha())


def read_letters(data: bytes) -> tuple[Counter[str], Counter[str]]:
    """The letters of the pages as PDFium has them, and those of the blocks and running heads."""
    with pdfium.PdfDocument(data) as document:
        raw = "".join(page.get_textpage().get_text_range() for page in document)
    pages = sorted_pages("report.pdf", data)
    kept = [(block.label or "") + block.text for block in page_blocks(pages)]
    left_out = [line.text for page in pages for line in page.running]
    return letters(raw), letters("".join([*kept, *left_out]))


@pytest.mark.real
@pytest.mark.skipif(not REPORTS.exists(), reason="the real reports are not beside the checkout")
@pytest.mark.parametrize("part", range(4))
def test_no_letter_of_the_real_reports_is_lost_or_made_up(part: int):
    for path in sorted(REPORTS.glob("*.pdf"))[part::4]:
        on_paper, read = read_letters(path.read_bytes())
        assert read == on_paper, path.name


@pytest.mark.real
@pytest.mark.skipif(not REPORTS.exists(), reason="the real reports are not beside the checkout")
def test_only_page_numbers_are_left_out_of_the_real_reports():
    paths = sorted(REPORTS.glob("*.pdf"))[::4]
    pages = [page for path in paths for page in sorted_pages(path.name, path.read_bytes())]
    assert {line.text.isdigit() for page in pages for line in page.running} == {True}


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("A plan for lamps", "A plan for lamps"),
        ("untitled", None),
        ("(anonymous)", None),
        ("Document1", None),
        ("Microsoft Word - lamps final v3.docx", None),
        ("lamps_final.indd", None),
    ],
)
def test_the_name_of_a_draft_is_no_title(stated: str, title: str | None):
    def draw(page: Canvas) -> None:
        page.setTitle(stated)
        write(page, "Every lamp is lit.")

    assert read_pdf("lamps.pdf", pdf(draw)).title == title
