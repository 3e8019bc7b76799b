"""Zip archives, whose contents are believed only as far as they were counted."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from index.errors import UnreadableReport

# A zip bomb of 42 kB unpacks to petabytes; all reports of a year are some 5 GB.
MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 500_000_000
MAX_ARCHIVE_BYTES = 20_000_000_000
MAX_RATIO = 200  # text packs to a tenth, zeros to a thousandth
RATIO_FROM_BYTES = 10_000_000  # below that, no ratio does harm
ENCRYPTED = 0x1  # APPNOTE 4.4.4, general purpose bit 0


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; ``size`` is what the archive claims, in bytes.

    ``copy`` is 1, or more where files before it have the same name.
    """

    entry: ZipInfo
    copy: int

    @property
    def name(self) -> str:
        return self.entry.filename

    @property
    def size(self) -> int:
        return self.entry.file_size

    @property
    def packed_size(self) -> int:
        return self.entry.compress_size

    @property
    def is_encrypted(self) -> bool:
        return bool(self.entry.flag_bits & ENCRYPTED)


def list_members(path: Path) -> list[Member]:
    """Return the files of an archive, sorted by name.

    Raises:
        UnreadableReport: it is damaged, or claims to hold more than is unpacked.
    """
    try:
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (BadZipFile, OSError, NotImplementedError, UnicodeDecodeError) as error:
        raise UnreadableReport(str(path), "is damaged or no zip archive") from error
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_MEMBERS or size > MAX_ARCHIVE_BYTES:
        raise UnreadableReport(
            str(path),
            f"holds {len(entries):,} files of {size:,} bytes; "
            f"the most unpacked is {MAX_MEMBERS:,} files of {MAX_ARCHIVE_BYTES:,} bytes",
        )
    return sorted(_numbered(entries), key=lambda member: (member.name, member.copy))


def _numbered(entries: Sequence[ZipInfo]) -> Iterator[Member]:
    copies: Counter[str] = Counter()
    for entry in entries:
        copies[entry.filename] += 1
        yield Member(entry, copies[entry.filename])


def read_member(path: Path, member: Member, *, origin: str) -> bytes:
    """Return a member's bytes; no more are unpacked than the limits allow.

    Raises:
        UnreadableReport: it is damaged, packed in an unknown way, or too large.
    """
    if member.size > MAX_MEMBER_BYTES or _is_bomb(member):
        raise UnreadableReport(
            origin, f"would unpack {member.packed_size:,} bytes to {member.size:,}: not unpacked"
        )
    try:
        with ZipFile(path) as archive, archive.open(member.entry) as file:
            data = file.read(member.size + 1)
    except (BadZipFile, zlib.error, OSError, EOFError, KeyError) as error:
        raise UnreadableReport(origin, "is damaged in its archive") from error
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableReport(origin, f"cannot be unpacked: {error}") from error
    if len(data) != member.size:
        raise UnreadableReport(origin, "is not of the size that its archive states")
    return data


def _is_bomb(member: Member) -> bool:
    return member.size > RATIO_FROM_BYTES and member.size > MAX_RATIO * max(
        1, member.entry.compress_size
    )
