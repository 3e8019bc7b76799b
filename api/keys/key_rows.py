"""Keys as rows of a table, and back."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

from api.keys.records import Key, KeyKind, KeyScope, Quota

CREATE = """
CREATE TABLE keys (
    key_id TEXT PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    sites TEXT NOT NULL,
    per_minute INTEGER NOT NULL,
    per_day INTEGER,
    created TEXT NOT NULL,
    expires TEXT,
    revoked TEXT,
    last_used TEXT
) STRICT
"""

INSERT = f"INSERT INTO keys VALUES ({', '.join('?' * 12)})"  # noqa: S608  # marks alone


def as_row(key: Key, digest: bytes) -> tuple[object, ...]:
    return (
        key.key_id,
        digest,
        key.kind.value,
        key.name,
        " ".join(key.scopes),
        " ".join(key.sites),
        key.quota.per_minute,
        key.quota.per_day,
        key.created.isoformat(),
        key.expires.isoformat() if key.expires else None,
        key.revoked.isoformat() if key.revoked else None,
        key.last_used.isoformat() if key.last_used else None,
    )


def as_key(row: sqlite3.Row) -> Key:
    return Key(
        key_id=row["key_id"],
        kind=KeyKind(row["kind"]),
        name=row["name"],
        scopes=tuple(map(KeyScope, row["scopes"].split())),
        sites=tuple(row["sites"].split()),
        quota=Quota(row["per_minute"], row["per_day"]),
        created=datetime.fromisoformat(row["created"]),
        expires=_moment(row["expires"]),
        revoked=_moment(row["revoked"]),
        last_used=date.fromisoformat(row["last_used"]) if row["last_used"] else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
