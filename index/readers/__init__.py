"""Files as blocks of text: one reader a format, chosen by ending and content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from index.errors import NoText, UnreadableReport, UnsupportedFormat
from index.readers.blocks import SourceDocument
from index.readers.bounds import MAX_CHARACTERS, too_long
from index.readers.docx import read_docx
from index.readers.html import read_html
from index.readers.markdown import read_markdown
from index.readers.pdf import read_pdf
from index.readers.text import read_text

Reader = Callable[[str, bytes], SourceDocument]
READERS: Final[dict[str, Reader]] = {
    ".docx": read_docx,
    ".htm": read_html,
    ".html": read_html,
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".pdf": read_pdf,
    ".txt": read_text,
    ".xhtml": read_html,
}

_HEAD_BYTES = 1024  # within which readers of PDF accept the format's mark
_KINDS = {"a PDF": ".pdf", "a Word document or another archive": ".docx", "a web page": ".html"}


def read_document(name: str, data: bytes) -> SourceDocument:
    """Return what the file ``name`` holds, read by the reader of its ending.

    A file without a known ending is read by what it holds, and a ``.txt`` that
    holds a web page as one.

    Raises:
        NoText: the file is empty or holds no text.
        UnsupportedFormat: no reader takes this kind of file.
        UnreadableReport: it is encrypted, damaged, not what its ending says, or
            longer than any report.
    """
    document = _reader(name, data)(name, data)
    characters = sum(len(block.text) for block in document.blocks)
    if characters > MAX_CHARACTERS:
        raise too_long(name, f"holds {characters:,} characters of text", f"{MAX_CHARACTERS:,}")
    return document


def _reader(name: str, data: bytes) -> Reader:
    """Return the reader of the file."""
    if not data:
        raise NoText(name, "the file is empty")
    ending = PurePosixPath(name).suffix.lower()
    kind = _kind_of(data)
    if ending not in READERS:
        return _reader_of_kind(name, ending, kind)
    if ending == ".txt" and kind == "a web page":
        return read_html
    if kind is not None and READERS[_KINDS[kind]] is not READERS[ending] and ending != ".md":
        raise UnreadableReport(name, f"is named {ending} but holds {kind}: give it its own ending")
    return READERS[ending]


def _reader_of_kind(name: str, ending: str, kind: str | None) -> Reader:
    known = ", ".join(READERS)
    if ending == ".doc":
        raise UnsupportedFormat(name, "is in the format of Word 97: save it as .docx")
    if kind is None or (ending and kind.startswith("a Word")):
        shown = f"files ending in {ending}" if ending else "a file without ending"
        raise UnsupportedFormat(name, f"no reader takes {shown}; readable are {known}")
    return READERS[_KINDS[kind]]


def _kind_of(data: bytes) -> str | None:
    """Return what the file's first bytes say it is; ``None`` for text and for what is unknown."""
    head = data[:_HEAD_BYTES]
    if b"%PDF-" in head:
        return "a PDF"
    if head.startswith(b"PK\x03\x04"):
        return "a Word document or another archive"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return "a web page" if start.startswith((b"<!doctype html", b"<html")) else None
