"""The response pack as a Word document, read back with a Word reader and as raw XML."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn

from api.response_docx import docx_of
from index.documents import Action, ActionKind, Metadata, Report, Section, Span

TEXT = "Calls\n\nBy May, the force should:\n\n• answer calls; and\n• call back.\n\nNobody answers."
ITEMS = [Span(TEXT.index(w), TEXT.index(w) + len(w)) for w in ("answer calls; and", "call back.")]

REPORT = Report(
    report_id="tern-2022",
    source="tern-2022.md",
    sha256="0",
    text=TEXT,
    metadata=Metadata(title="Tern PEEL 2021/22", bodies=("Tern Constabulary",), cycle="2021/22"),
    sections=(Section(path=("Calls",), span=Span(0, len(TEXT)), body=Span(7, len(TEXT))),),
    actions=(
        Action(ActionKind.RECOMMENDATION, 1, 0, ITEMS[0]),
        Action(ActionKind.RECOMMENDATION, 2, 0, ITEMS[1]),
        Action(ActionKind.CAUSE_OF_CONCERN, 1, 0, Span(TEXT.index("Nobody"), len(TEXT))),
    ),
)


def opened(*reports, **options):
    return Document(io.BytesIO(docx_of(reports, **options)))


def cell_paragraphs(cell):
    return [(paragraph.style.name, paragraph.text) for paragraph in cell.paragraphs]


def test_every_report_and_every_kind_of_action_has_a_real_heading():
    headings = [
        (p.style.name, p.text) for p in opened(REPORT).paragraphs if p.style.name[:1] in "TH"
    ]
    assert headings == [
        ("Title", "Response pack"),
        ("Heading 1", "Tern PEEL 2021/22"),
        ("Heading 2", "Causes of concern (1)"),
        ("Heading 2", "Recommendations (2)"),
    ]


def test_a_row_has_the_derived_number_the_quote_with_its_place_and_room_for_the_reply():
    _, recommendations = opened(REPORT).tables
    number, quote, reply = recommendations.rows[2].cells
    assert cell_paragraphs(number) == [("Normal", "Recommendation 2"), ("Source", "derived number")]
    assert cell_paragraphs(quote) == [
        ("Quote", "By May, the force should:"),
        ("Quote", "call back."),
        ("Source", "Source: Calls; characters 56 to 66 of tern-2022"),
    ]
    assert cell_paragraphs(reply) == [("Normal", "")]


def test_the_header_row_is_repeated_on_every_page_and_no_row_is_split():
    table = opened(REPORT).tables[1]
    flags = [[child.tag for child in row._tr.trPr] for row in table.rows]
    assert flags == [
        [qn("w:cantSplit"), qn("w:tblHeader")],
        [qn("w:cantSplit")],
        [qn("w:cantSplit")],
    ]
    assert [cell.text for cell in table.rows[0].cells] == [
        "Action",
        "What the report asks for",
        "Your reply",
    ]


def test_day_56_counts_from_the_day_that_is_told_and_says_who_told_it():
    day = {"tern-2022": date(2022, 6, 9)}
    lines = [p.text for p in opened(REPORT, published=day).paragraphs]
    assert "Published: 9 June 2022 (as told to Peelback; the report does not say)" in lines
    assert "Day 56 after publication: 4 August 2022" in lines


def test_the_day_of_an_update_is_never_taken_for_publication():
    updated = replace(REPORT, metadata=replace(REPORT.metadata, updated=date(2020, 1, 21)))
    text = "\n".join(p.text for p in opened(updated).paragraphs)
    assert "the report does not say, so day 56 after publication is unknown" in text
    assert "2020" not in text


def test_the_document_says_what_it_is_and_in_which_language():
    document = opened(REPORT)
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == (
        "Response pack: Tern PEEL 2021/22",
        "Peelback",
        "en-GB",
    )
    languages = {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_the_same_pack_is_the_same_bytes_with_no_time_in_them():
    made = docx_of([REPORT])
    assert made == docx_of([REPORT])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"created" not in archive.read("docProps/core.xml")


@pytest.mark.parametrize("title", ["Tern \x0b\x00 <b>&amp;", "Tern \ud800"])
def test_text_that_xml_cannot_hold_does_not_keep_the_pack_from_being_written(title):
    named = replace(REPORT, metadata=replace(REPORT.metadata, title=title))
    heading = next(p.text for p in opened(named).paragraphs if p.style.name == "Heading 1")
    assert heading == title.translate(dict.fromkeys((0, 0x0B, 0xD800), "�"))


def test_a_report_without_actions_says_so():
    empty = replace(REPORT, actions=())
    assert "No action was found in this report." in [p.text for p in opened(empty).paragraphs]
