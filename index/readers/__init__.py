"""Files as blocks of text: one reader a format, chosen by ending and content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from index.errors import UnsupportedFormat
from index.readers.blocks import SourceDocument
from index.readers.pdf import read_pdf
from index.readers.text import read_text

Reader = Callable[[str, bytes], SourceDocument]
READERS: dict[str, Reader] = {".pdf": read_pdf, ".txt": read_text}


def read_document(name: str, data: bytes) -> SourceDocument:
    """Return what the file ``name`` holds, read by the reader of its ending."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in READERS:
        raise UnsupportedFormat(name, f"no reader for {ending or 'a file without ending'!r}")
    return READERS[ending](name, data)
