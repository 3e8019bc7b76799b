"""A copy of a library that is whole, whoever reads or writes it meanwhile."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import LibraryError
from index.store.connections import connect, connect_to_read, reported_errors


def back_up(library: Path, copy: Path) -> None:
    """Write the last finished revision of ``library`` to ``copy``, on the disk when this returns.

    Under the name of ``copy`` there is nothing until all of it is there.

    Raises:
        LibraryError: there is a file of that name, or it cannot be written.

    """
    with reported_errors(copy):
        if copy.exists() or copy.is_symlink():
            raise LibraryError(f"{copy} is there already; give the backup a name of its own")
        copy.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{copy.name[:100]}-", dir=copy.parent) as folder:
            part = Path(folder, "library.db")
            _write(library, part)
            part.replace(copy)
        _sync_folder(copy.parent)


def _write(library: Path, part: Path) -> None:
    with (
        closing(connect_to_read(library)) as source,
        closing(connect(part, mode="rwc")) as target,
    ):
        # All pages in one step, so in one read transaction: page by page, it would
        # begin again whenever another process writes.
        source.backup(target, pages=-1)


def _sync_folder(folder: Path) -> None:
    # Not every system lends a folder to be synced; the file itself is synced by SQLite.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
