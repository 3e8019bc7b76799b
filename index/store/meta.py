"""The library's own row: which library it is, how it was built, and its present state."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass

from index.errors import LibraryCorrupt
from index.store.digests import as_bytes, fingerprint, library_digest

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Meta:
    """Which library it is and in which state: equal where nothing has changed."""

    library_id: str
    recipe: str | None = None
    dim: int | None = None
    revision: int = 0
    digest: str = library_digest(())


def write_meta(connection: sqlite3.Connection, meta: Meta) -> None:
    values = (meta.library_id, SCHEMA_VERSION, *astuple(meta)[1:])
    connection.execute(
        "INSERT OR REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        (*values, fingerprint(*map(as_bytes, values))),
    )


def read_meta(connection: sqlite3.Connection) -> Meta:
    """Return the state of the library.

    Raises:
        LibraryCorrupt: its row is not what was written.

    """
    row = connection.execute(
        "SELECT library_id, schema_version, recipe, dim, revision, digest, sha256 FROM meta"
    ).fetchone()
    if row is None or fingerprint(*map(as_bytes, row[:-1])) != row["sha256"]:
        raise LibraryCorrupt(
            "the library is damaged where it says which one it is;"
            " move the file away and add the reports again"
        )
    return Meta(row["library_id"], *row[2:-1])
