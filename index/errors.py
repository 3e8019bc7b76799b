"""What can go wrong below the questions, drawn once.

* PeelbackError
  + UnreadableReport      one input could not be read; the others go on
    - UnsupportedFormat   no reader for this kind of file
    - NoText              read, but there is no text in it (a scan, an empty file)
  + LibraryError          the library as a whole cannot be used
    - LibraryMissing      there is no library at that path
    - LibraryLocked       another process is writing to it
    - LibraryCorrupt      its parts do not agree with each other
    - EncoderMismatch     it was built with another encoder or chunking
    - UnknownReport       no report of that id is in it
    - UnknownPassage      no passage of that id is in it
  + EncoderError          an encoder model cannot be loaded or run
    - ModelFileMismatch   the model's weights or vocabulary are not the published ones

No error here knows HTTP or exit codes; the doors map them.
"""

from __future__ import annotations


class PeelbackError(Exception):
    """Something foreseen went wrong; the message is fit to be shown as it is."""


class UnreadableReport(PeelbackError):
    """One input could not be read. ``source`` is its path or address as given."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class UnsupportedFormat(UnreadableReport):
    """The file is of a kind that no reader takes."""


class NoText(UnreadableReport):
    """The file was read and holds no text: an empty file, or a scan without a text layer."""


class LibraryError(PeelbackError):
    """The library as a whole cannot be used."""


class LibraryMissing(LibraryError):
    """There is no library at the path given."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library. Waiting helps."""


class LibraryCorrupt(LibraryError):
    """Parts of the library do not agree with each other; ``peelback verify`` says which."""


class EncoderMismatch(LibraryError):
    """The library was built with another encoder, tokenizer or chunking than asked for."""


class UnknownReport(LibraryError):
    """No report of that id is in the library."""


class UnknownPassage(LibraryError):
    """No passage of that id is in the library."""


class EncoderError(PeelbackError):
    """An encoder model cannot be loaded or run."""


class ModelFileMismatch(EncoderError):
    """A model's file is not the published one: its sha256 differs."""
