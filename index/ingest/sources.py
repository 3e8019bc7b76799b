"""What there is to read under the paths a user names: files, folders, archives.

Nothing is read here: a source is a name and a way to its bytes, so that one
file at a time is in memory. What cannot be reached comes as an
``UnreadableReport`` among the sources, and the walk goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.errors import UnreadableReport, UnsupportedFormat
from index.ingest.archives import Member, list_members, read_member
from index.readers import READERS

MAX_FILE_BYTES = 500_000_000  # the longest report seen has 40 MB
ARCHIVE_ENDING = ".zip"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. ``origin`` is where it is, ``archive.zip/inner.pdf`` in an archive.

    ``read`` returns the file's bytes, or raises ``UnreadableReport``. ``url`` is
    the publisher's address of a file that was fetched from it.
    """

    name: str
    origin: str
    read: Callable[[], bytes]
    url: str | None = None


def find_sources(paths: Sequence[Path]) -> Iterator[Source | UnreadableReport]:
    """Yield the files under the paths in the order given, each once, folders sorted by name.

    A file that is named is always yielded, whatever its ending: reading it says
    what is wrong. In a folder or archive, hidden files and endings that no
    reader takes are passed over, since folders of reports hold other things
    too; one in which nothing is left is an error.
    """
    seen: set[Path] = set()
    for path in paths:
        for source, file in _under(path):
            if file is None or file not in seen:
                yield source
            if file is not None:
                seen.add(file)


Found = tuple[Source | UnreadableReport, Path | None]
"""A source with the file it is of; ``None`` for what has no file of its own."""


def _under(path: Path) -> Iterator[Found]:
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file():
        yield from _of_file(path)
    elif path.exists():
        # Opening a pipe would wait for whoever writes to it.
        yield UnreadableReport(str(path), "is neither a file nor a folder"), None
    else:
        yield UnreadableReport(str(path), "there is no such file or folder"), None


def _of_file(path: Path) -> Iterator[Found]:
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    if not _is_utf_8(path.resolve()):
        yield UnreadableReport(shown, "its name or its folder's is not UTF-8: rename it"), None
    elif path.suffix.lower() == ARCHIVE_ENDING:
        yield from ((found, None) for found in _in_archive(path))
    else:
        yield Source(path.name, str(path), lambda: _read_file(path)), path.resolve()


def _in_folder(folder: Path) -> Iterator[Found]:
    errors: list[UnreadableReport] = []
    empty = True

    def note(error: OSError) -> None:
        where = error.filename or str(folder)
        errors.append(UnreadableReport(str(where), f"cannot be opened: {error.strerror}"))

    for where, folders, files in os.walk(folder, onerror=note):
        yield from ((error, None) for error in _drained(errors))
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(files):
            if is_wanted(name):
                empty = False
                yield from _under(Path(where, name))
    empty = empty and not errors
    yield from ((error, None) for error in _drained(errors))
    if empty:
        yield _nothing_in(folder), None


def _drained(errors: list[UnreadableReport]) -> list[UnreadableReport]:
    found = errors.copy()
    errors.clear()
    return found


def _in_archive(path: Path) -> Iterator[Source | UnreadableReport]:
    try:
        members = list_members(path)
    except UnreadableReport as error:
        yield error
        return
    wanted = [member for member in members if is_wanted_member(member.name)]
    for member in wanted:
        yield _of_member(path, member)
    if not wanted:
        yield _nothing_in(path)


def _of_member(path: Path, member: Member) -> Source | UnreadableReport:
    origin = f"{path}/{member.name}"
    if member.copy > 1:
        origin += f" ({member.copy})"
    if member.name.lower().endswith(ARCHIVE_ENDING):
        return UnreadableReport(origin, "is an archive in an archive: unpack it first")
    if member.is_encrypted:
        return UnreadableReport(origin, "is encrypted: unpack it with its password first")
    name = PurePosixPath(member.name).name
    return Source(name, origin, lambda: read_member(path, member, origin=origin))


def is_hidden(name: str) -> bool:
    """Return whether a file is the system's own: dot files, Word's locks, the Finder's copies."""
    return name.startswith((".", "~$")) or name == "__MACOSX"


def is_wanted(name: str) -> bool:
    ending = PurePosixPath(name).suffix.lower()
    return not is_hidden(name) and (ending in READERS or ending == ARCHIVE_ENDING)


def is_wanted_member(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not any(map(is_hidden, parts[:-1])) and is_wanted(parts[-1])


def _is_utf_8(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _nothing_in(path: Path) -> UnsupportedFormat:
    return UnsupportedFormat(str(path), f"holds no file that can be read: {', '.join(READERS)}")


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableReport(str(path), f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableReport(str(path), f"is larger than {MAX_FILE_BYTES:,} bytes")
    return data
