"""The response pack as a Word document: a chapter a report, a table a kind, room for replies."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from api.response_pack import (
    ABOUT_THE_PACK,
    KIND_NAMES,
    NONE_GIVEN,
    GivenDays,
    PackEntry,
    pack_entries,
    particulars,
    publication_of,
    source_line,
)
from index.documents import ActionKind, Report

TITLE = "Response pack"
HEADINGS = ("Action", "What the report asks for", "Your reply")
WIDTHS = (Cm(3.4), Cm(11.4), Cm(9.9))
"""Of an A4 page on its side, less margins of 2.5 cm."""

SMALL = "Source"
"""The style of the line that says where a quote stands."""
TABLE_HEADING = "TableHeading"

INK = RGBColor(0x14, 0x20, 0x2B)
FONT = "Arial"

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP archive can state: the same pack gives the same bytes."""


def docx_of(reports: Sequence[Report], *, published: GivenDays = NONE_GIVEN) -> bytes:
    """Return the pack as the bytes of a .docx file, the same for the same reports and days."""
    document = Document()
    _dress(document)
    _describe(document, reports)
    document.add_heading(TITLE, level=0)
    document.add_paragraph(ABOUT_THE_PACK)
    for report in reports:
        _add_chapter(document, report, published)
    raw = io.BytesIO()
    document.save(raw)
    return _undated(raw.getvalue())


def _add_chapter(document: Any, report: Report, given: GivenDays) -> None:  # noqa: ANN401
    document.add_heading(_legal(report.metadata.title), level=1)
    for line in particulars(report, publication_of(report, given)):
        document.add_paragraph(_legal(line), style="List Bullet")
    entries = pack_entries(report)
    if not entries:
        document.add_paragraph("No action was found in this report.")
    for kind, group in groupby(entries, key=lambda entry: entry.kind):
        members = list(group)
        heading = f"{KIND_NAMES[kind][1]} ({len(members)})"
        document.add_heading(heading, level=2)
        _add_table(document, report, kind, members)


def _add_table(
    document: Any,  # noqa: ANN401
    report: Report,
    kind: ActionKind,
    entries: Sequence[PackEntry],
) -> None:
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    _tell_screen_readers(table, f"{KIND_NAMES[kind][1]}: {_legal(report.metadata.title)}")
    _set_row(table.rows[0], [[(heading, TABLE_HEADING)] for heading in HEADINGS])
    _flag(table.rows[0], "w:tblHeader")
    for entry in entries:
        name = f"{KIND_NAMES[kind][0]} {entry.number}"
        _set_row(
            table.add_row(),
            [[(name, "Normal"), ("derived number", SMALL)], list(_quoted(report, entry)), []],
        )


def _quoted(report: Report, entry: PackEntry) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a quote, each with its style."""
    if entry.lead_in is not None:
        yield entry.lead_in, "Quote"
    for line in entry.quote.splitlines():
        if line.strip():
            yield line, "Quote"
    yield f"Source: {source_line(report, entry)}", SMALL


def _set_row(row: Any, cells: Sequence[Sequence[tuple[str, str]]]) -> None:  # noqa: ANN401
    # A row that is split over two pages is hard to read and to listen to.
    _flag(row, "w:cantSplit")
    for cell, width, paragraphs in zip(row.cells, WIDTHS, cells, strict=True):
        cell.width = width
        free = [cell.paragraphs[0]]
        for text, style in paragraphs:
            paragraph = free.pop() if free else cell.add_paragraph()
            # The public setter looks through every style, which takes most of a pack's time;
            # the styles used here have ids that are their names.
            paragraph._p.style = style
            paragraph.add_run(_legal(text))


def _flag(row: Any, name: str) -> None:  # noqa: ANN401
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # no public way


def _tell_screen_readers(table: Any, description: str) -> None:  # noqa: ANN401
    for name, value in (("w:tblCaption", description), ("w:tblDescription", ", ".join(HEADINGS))):
        element = OxmlElement(name)
        element.set(qn("w:val"), value)
        table._tbl.tblPr.append(element)  # no public way


def _dress(document: Any) -> None:  # noqa: ANN401
    """Set the page, the language and the styles; every look in the document is a named style."""
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21.0)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.0)
    _number_pages(page.footer.paragraphs[0])
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    _set_font(styles["Normal"], 11)
    styles["Normal"].paragraph_format.space_after = Pt(4)
    for name, size in (("Title", 24), ("Heading 1", 18), ("Heading 2", 14)):
        _set_font(styles[name], size)
        styles[name].font.color.rgb = INK
    _set_font(styles["Quote"], 11)
    styles["Quote"].font.italic = False
    styles["Quote"].font.color.rgb = INK
    styles["Quote"].paragraph_format.left_indent = Cm(0.4)
    _rule_left(styles["Quote"])
    small = styles.add_style(SMALL, WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = styles["Normal"]
    small.font.size = Pt(9)
    heading = styles.add_style(TABLE_HEADING, WD_STYLE_TYPE.PARAGRAPH)
    heading.base_style = styles["Normal"]
    heading.font.bold = True


def _set_font(style: Any, points: int) -> None:  # noqa: ANN401
    style.font.name = FONT
    style.font.size = Pt(points)
    fonts = style.element.rPr.rFonts
    # A theme's font wins over a named one, so it goes.
    for attribute in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[attribute]
    fonts.set(qn("w:hAnsi"), FONT)
    fonts.set(qn("w:cs"), FONT)


def _rule_left(style: Any) -> None:  # noqa: ANN401
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", "1B4F72")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    properties = style.element.get_or_add_pPr()
    # The schema wants borders before spacing and indents.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _number_pages(paragraph: Any) -> None:  # noqa: ANN401
    paragraph.add_run(f"{TITLE}: page ")
    for name, between in (("PAGE", " of "), ("NUMPAGES", "")):
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), name)
        paragraph._p.append(number)  # no public way
        paragraph.add_run(between)


def _describe(document: Any, reports: Sequence[Report]) -> None:  # noqa: ANN401
    properties = document.core_properties
    titles = [report.metadata.title for report in reports]
    properties.title = _legal(f"{TITLE}: {titles[0]}" if len(titles) == 1 else TITLE)[:255]
    properties.subject = "Actions in inspection reports, quoted and cited"
    properties.author = properties.last_modified_by = "Peelback"
    properties.comments = ""
    properties.language = "en-GB"
    element = properties._element  # the public setters cannot take a day away
    for name in ("dcterms:created", "dcterms:modified"):
        for stamp in element.findall(qn(name)):
            element.remove(stamp)


def _undated(archive: bytes) -> bytes:
    """Return the same archive with every file's time long ago."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(member, before.read(name))
    return packed.getvalue()


def _legal(text: str) -> str:
    return _ILLEGAL.sub("�", text)
