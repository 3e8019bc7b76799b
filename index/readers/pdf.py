"""PDF: printed lines put together to the paragraphs they were broken from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pypdfium2 as pdfium

from index.errors import NoText, UnreadableReport
from index.readers.blocks import SourceDocument
from index.readers.bounds import MAX_CHARACTERS, MAX_PAGES, too_long
from index.readers.characters import clean_text
from index.readers.pdf_blocks import page_blocks
from index.readers.pdf_layout import PdfPage, sort_pages
from index.readers.pdf_lines import PdfLine, page_lines

_DRAFT_NAME = re.compile(
    r"\(?(?:untitled|anonymous|unknown|no title|document|title)\)?\s*\d*"
    r"|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|pdf|rtf|indd|pptx?)",
    re.IGNORECASE,
)
_REASONS = {
    pdfium.raw.FPDF_ERR_PASSWORD: "is encrypted with a password: save a copy without one",
    pdfium.raw.FPDF_ERR_SECURITY: "is encrypted in a way that is not supported",
    pdfium.raw.FPDF_ERR_FORMAT: "is damaged or no PDF",
}


def read_pdf(name: str, data: bytes) -> SourceDocument:
    """Return the paragraphs of a PDF, with their pages.

    Raises:
        NoText: it has no text layer: a scan, or no pages.
        UnreadableReport: it is encrypted, damaged or longer than any report.

    """
    with closing(_open(name, data)) as document:
        pages = list(_pages(name, document))
        title = _stated_title(document)
    blocks = tuple(page_blocks(sort_pages(pages)))
    if not blocks:
        raise NoText(name, "has no text layer: it may be a scan, which needs character recognition")
    return SourceDocument(
        name=name, sha256=sha256(data).hexdigest(), blocks=blocks, title=title, has_pages=True
    )


def sorted_pages(name: str, data: bytes, *, most_characters: int = MAX_CHARACTERS) -> list[PdfPage]:
    """Return the document's lines page by page, also those that are left out."""
    with closing(_open(name, data)) as document:
        return sort_pages(list(_pages(name, document, most_characters)))


def _stated_title(document: pdfium.PdfDocument) -> str | None:
    """Return the title that the file states, unless a program put the name of a draft there."""
    title = clean_text(document.get_metadata_value("Title"))
    return None if not title or _DRAFT_NAME.fullmatch(title) else title


def _open(name: str, data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        reason = _REASONS.get(getattr(error, "err_code", None), "cannot be opened as a PDF")
        raise UnreadableReport(name, reason) from error


def _pages(
    name: str, document: pdfium.PdfDocument, most_characters: int = MAX_CHARACTERS
) -> Iterator[list[PdfLine]]:
    """Yield the lines of each page, and stop at the first one that is more than a report has."""
    if len(document) > MAX_PAGES:
        raise too_long(name, f"has {len(document):,} pages", f"{MAX_PAGES:,}")
    characters = 0
    for at in range(len(document)):
        try:
            page = document[at]
        except pdfium.PdfiumError as error:
            raise UnreadableReport(name, f"is damaged: page {at + 1} cannot be read") from error
        try:
            lines = page_lines(page, at + 1)
        finally:
            page.close()
        characters += sum(len(line.text) for line in lines)
        if characters > most_characters:
            held = f"holds {characters:,} characters of text up to page {at + 1:,}"
            raise too_long(name, held, f"{most_characters:,}")
        yield lines
