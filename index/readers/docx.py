"""Word documents: headings by their styles, lists, tables and footnotes in document order."""

from __future__ import annotations

import zlib
from hashlib import sha256
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from lxml.etree import XMLSyntaxError

from index.errors import NoText, UnreadableReport
from index.readers.blocks import SourceDocument
from index.readers.characters import clean_text
from index.readers.docx_walk import document_blocks

MAX_TEXT_BYTES = 50_000_000
"""Unpacked, of all but pictures: a report of three hundred pages has some five million, and
a tree of it in memory takes ten times as much."""

PACKED_TEXT = 2  # XML packs to a tenth; photographs, which may be many, hardly at all
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_docx(name: str, data: bytes) -> SourceDocument:
    """Return the blocks of a Word document.

    Raises:
        NoText: there is no text in it.
        UnreadableReport: it is encrypted, damaged or no Word document.
    """
    document = _open(name, data)
    blocks = tuple(document_blocks(document))
    if not blocks:
        raise NoText(name, "the document holds no text")
    title = clean_text(document.core_properties.title or "") or None
    return SourceDocument(name=name, sha256=sha256(data).hexdigest(), blocks=blocks, title=title)


def _open(name: str, data: bytes) -> Document:
    if data.startswith(OLE_MAGIC):
        raise UnreadableReport(
            name, "is encrypted or in the format of Word 97: save it as .docx without a password"
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            text = sum(part.file_size for part in archive.infolist() if _is_text(part))
        if text > MAX_TEXT_BYTES:
            raise UnreadableReport(
                name,
                f"would unpack to {text:,} bytes of text; the most read is {MAX_TEXT_BYTES:,}:"
                " split it into its reports or parts",
            )
        return docx.Document(BytesIO(data))
    except (BadZipFile, zlib.error, OpcError, XMLSyntaxError, KeyError, ValueError) as error:
        raise UnreadableReport(name, "is damaged or no Word document") from error


def _is_text(part: ZipInfo) -> bool:
    """Return whether a part may be text, whatever its name says."""
    is_named_so = part.filename.lower().endswith((".xml", ".rels"))
    return is_named_so or part.file_size > PACKED_TEXT * part.compress_size
