"""Word documents made for the occasion."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.errors import NoText, UnreadableReport
from index.readers.blocks import Block
from index.readers.docx import read_docx
from index.readers.docx_lists import letter, roman

NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
NOTES_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def bytes_of(document: Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def blocks_of(fill: Callable[[Document], object]) -> tuple[Block, ...]:
    document = docx.Document()
    fill(document)
    return read_docx("report.docx", bytes_of(document)).blocks


def shown(blocks: tuple[Block, ...]) -> list[tuple[str, str | int | None, str]]:
    return [(block.kind.value, block.level or block.label, block.text) for block in blocks]


def add_xml(document: Document, inner: str) -> None:
    document.element.body.insert_element_before(parse_xml(inner), "w:sectPr")


def test_paragraphs_lists_and_tables_come_in_document_order():
    def fill(document: Document) -> None:
        document.add_heading("Northmere", 1)
        document.add_paragraph("The force is ").add_run("good").bold = True
        document.add_paragraph("Supervise.", style="List Bullet")
        document.add_paragraph("Plan.", style="List Number")
        document.add_paragraph("Report.", style="List Number")
        table = document.add_table(2, 2)
        for row, texts in zip(table.rows, (("Question", "Grade"), ("Help", "Good")), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.add_heading("Next steps", 2)

    assert shown(blocks_of(fill)) == [
        ("heading", 1, "Northmere"),
        ("paragraph", None, "The force is good"),
        ("bullet", 1, "Supervise."),
        ("paragraph", "1.", "Plan."),
        ("paragraph", "2.", "Report."),
        ("table_row", None, "Question\tGrade"),
        ("table_row", None, "Help\tGood"),
        ("heading", 2, "Next steps"),
    ]


def test_a_short_bold_paragraph_before_plain_text_is_a_heading_without_level():
    def fill(document: Document) -> None:
        document.add_paragraph().add_run("Headline findings").bold = True
        document.add_paragraph("The force is good.")

    heading, _ = blocks_of(fill)
    assert (heading.kind.value, heading.level, heading.bold) == ("heading", None, True)


def test_typed_bullets_and_numbers_are_taken_off():
    def fill(document: Document) -> None:
        document.add_paragraph("•\tSupervise.")
        document.add_paragraph("12. Plan.")

    assert shown(blocks_of(fill)) == [("bullet", None, "Supervise."), ("paragraph", "12.", "Plan.")]


def test_lines_broken_by_hand_are_paragraphs_of_their_own():
    blocks = blocks_of(lambda document: document.add_paragraph("Ann Holt\nChief"))
    assert [block.text for block in blocks] == ["Ann Holt", "Chief"]


def test_a_cell_with_several_paragraphs_is_layout():
    def fill(document: Document) -> None:
        cell, other = document.add_table(1, 2).rows[0].cells
        cell.text = "Ann Holt"
        cell.add_paragraph("Director")
        other.text = "Bo Reed"

    assert shown(blocks_of(fill)) == [
        ("paragraph", None, "Ann Holt"),
        ("paragraph", None, "Director"),
        ("paragraph", None, "Bo Reed"),
    ]


def test_deleted_text_is_gone_and_inserted_text_is_there():
    xml = (
        f"<w:p {nsdecls('w')}><w:r><w:t xml:space='preserve'>The force is </w:t></w:r>"
        "<w:del><w:r><w:delText>poor</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>good</w:t></w:r></w:ins></w:p>"
    )
    assert [block.text for block in blocks_of(lambda made: add_xml(made, xml))] == [
        "The force is good"
    ]


def test_text_in_a_content_control_is_read():
    xml = (
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    assert [block.text for block in blocks_of(lambda made: add_xml(made, xml))] == ["Controlled."]


def with_footnote() -> bytes:
    """A document whose second footnote is the first that its text refers to."""
    document = docx.Document()
    reference = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    add_xml(document, f"<w:p {nsdecls('w')}><w:r><w:t>The plan</w:t></w:r>{reference}</w:p>")
    document.add_paragraph("It is new.")
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"),
        NOTES_TYPE,
        (
            f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r>"
            "<w:r><w:t>Published in May.</w:t></w:r></w:p></w:footnote></w:footnotes>"
        ).encode(),
        document.part.package,
    )
    document.part.relate_to(part, NOTES_REL)
    return bytes_of(document)


def test_a_footnote_follows_the_paragraph_it_belongs_to():
    assert shown(read_docx("report.docx", with_footnote()).blocks) == [
        ("paragraph", None, "The plan"),
        ("footnote", "1", "Published in May."),
        ("paragraph", None, "It is new."),
    ]


def test_the_title_is_that_of_the_documents_properties():
    document = docx.Document()
    document.core_properties.title = "Northmere 2031"
    document.add_paragraph("Text.")
    assert read_docx("report.docx", bytes_of(document)).title == "Northmere 2031"


@pytest.mark.parametrize(("number", "figures"), [(4, "iv"), (19, "xix"), (1994, "mcmxciv")])
def test_roman_figures(number: int, figures: str):
    assert roman(number) == figures


@pytest.mark.parametrize(("number", "letters"), [(1, "a"), (26, "z"), (27, "aa"), (53, "aaa")])
def test_letters_of_lists(number: int, letters: str):
    assert letter(number) == letters


def test_an_empty_document_has_no_text():
    with pytest.raises(NoText, match=r"report\.docx: the document holds no text"):
        blocks_of(lambda document: document)


def test_an_encrypted_document_says_so():
    with pytest.raises(UnreadableReport, match=r"is encrypted or in the format of Word 97"):
        read_docx("report.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


def test_an_archive_that_is_no_document_is_unreadable():
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("notes.txt", "hello")
    with pytest.raises(UnreadableReport, match=r"is damaged or no Word document"):
        read_docx("report.docx", buffer.getvalue())


def test_a_document_cut_off_in_the_middle_is_unreadable():
    document = docx.Document()
    document.add_paragraph("Text.")
    data = bytes_of(document)
    for length in range(4, len(data), 997):
        with pytest.raises(UnreadableReport):
            read_docx("report.docx", data[:length])


def with_part(name: str, data: bytes) -> bytes:
    """A Word document of one sentence, with one part more."""
    document = docx.Document()
    document.add_paragraph("The force has three boats.")
    buffer = BytesIO(bytes_of(document))
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["word/more.xml", "word/media/image1.png"])
def test_a_document_of_more_text_than_any_report_is_not_unpacked(name: str):
    with pytest.raises(
        UnreadableReport, match=r"would unpack to 51,\d{3},\d{3} bytes of text; the"
    ):
        read_docx("report.docx", with_part(name, bytes(51_000_000)))


def test_a_document_may_have_many_photographs():
    photographs = random.Random(1).randbytes(51_000_000)  # noqa: S311 - noise, as photographs are
    (block,) = read_docx("report.docx", with_part("word/media/image1.jpeg", photographs)).blocks
    assert block.text == "The force has three boats."


def test_a_document_that_would_unpack_to_gigabytes_is_not_unpacked():
    data = bytearray(bytes_of(docx.Document()))
    at = data.index(b"PK\x01\x02") + 24  # the central directory's uncompressed size
    data[at : at + 4] = (2_000_000_000).to_bytes(4, "little")
    with pytest.raises(UnreadableReport, match=r"would unpack to 2,0\d\d,\d{3},\d{3} bytes"):
        read_docx("report.docx", bytes(data))
