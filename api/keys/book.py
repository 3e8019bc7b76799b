"""The file of keys: one SQLite file, beside the library and not in it.

A library is copied, backed up and handed on; who may ask must not travel with it.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from api.keys.errors import (
    AccessRefused,
    KeyExpired,
    KeyMissing,
    KeyRevoked,
    KeysUnusable,
    KeyUnknown,
    UnknownKeyId,
)
from api.keys.key_file import BUSY_TIMEOUT_S, connect, identity, make_file, reported
from api.keys.key_rows import INSERT, as_key, as_row
from api.keys.key_text import key_digest, kind_of_key, make_key_text
from api.keys.records import Key, KeyKind, KeyRequest, KeyScope, KeyState


def _now() -> datetime:
    return datetime.now(UTC)


def keys_beside(library: Path) -> Path:
    """Return where the keys of a library are kept unless a setting says otherwise."""
    return library.with_name(f"{library.name}.keys")


class KeyBook:
    """The keys of a server. Use it from any thread, and from several processes.

    Every look-up reads the file, so what one process revokes is refused by
    another at once.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, now: Callable[[], datetime]
    ) -> None:
        self.path = path
        self._connection = connection
        self._file = identity(path)
        self._now = now
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, create: bool = False, now: Callable[[], datetime] = _now) -> Self:
        """Open the file, which is made where ``create`` says so.

        Raises:
            KeysUnusable: there is none, it is no file of keys, or it cannot be read.
        """
        with reported(path):
            if create and not path.exists():
                make_file(path)
            return cls(path, connect(path), now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def create(
        self,
        kind: KeyKind,
        *,
        name: str = "",
        scopes: tuple[KeyScope, ...] = (),
        sites: tuple[str, ...] = (),
        expires: datetime | None = None,
        per_minute: int | None = None,
        per_day: int | None = None,
    ) -> tuple[Key, str]:
        """Make a key and return it with its text, which is kept nowhere and cannot be had again.

        Raises:
            InvalidKeyRequest: there can be no such key.
        """
        now = self._now()
        wanted = KeyRequest.checked(
            kind, now=now, name=name, scopes=scopes, sites=sites, expires=expires,
            per_minute=per_minute, per_day=per_day,
        )  # fmt: skip
        text = make_key_text(kind)
        key = Key(
            key_id=f"key_{secrets.token_hex(4)}", kind=kind, name=wanted.name,
            scopes=wanted.scopes, sites=wanted.sites, quota=wanted.quota,
            created=now, expires=wanted.expires, revoked=None, last_used=None,
        )  # fmt: skip
        with self._reading() as connection:
            connection.execute(INSERT, as_row(key, key_digest(text)))
        return key, text

    def listed(self) -> tuple[Key, ...]:
        """Return every key that was made, the revoked ones too, oldest first."""
        with self._reading() as connection:
            rows = connection.execute("SELECT * FROM keys ORDER BY created, key_id").fetchall()
        return tuple(map(as_key, rows))

    def revoke(self, key_id: str) -> Key:
        """Take a key back, for good; one that was taken back before stays as it was.

        Raises:
            UnknownKeyId: no key has that id.
        """
        with self._reading() as connection:
            connection.execute(
                "UPDATE keys SET revoked = ? WHERE key_id = ? AND revoked IS NULL",
                (self._now().isoformat(), key_id),
            )
        return self.named(key_id)

    def named(self, key_id: str) -> Key:
        """Return the key of that id.

        Raises:
            UnknownKeyId: no key has it.
        """
        with self._reading() as connection:
            row = connection.execute("SELECT * FROM keys WHERE key_id = ?", (key_id,)).fetchone()
        if row is None:
            raise UnknownKeyId(f"no key has the id {key_id!r}; `peelback keys list` shows them")
        return as_key(row)

    def find(self, text: str) -> Key:
        """Return the key of that text, whatever its state.

        Raises:
            KeyMistyped: it is no key.
            KeyUnknown: it is none of these.
        """
        kind_of_key(text)
        digest = key_digest(text)
        with self._reading() as connection:
            row = connection.execute("SELECT * FROM keys WHERE digest = ?", (digest,)).fetchone()
        # The index was asked for a digest, of which nobody can choose the next byte; what it
        # found is compared in constant time all the same.
        if row is None or not hmac.compare_digest(row["digest"], digest):
            raise KeyUnknown("the key is well-formed, but it is not a key of this server")
        return as_key(row)

    def authenticate(self, text: str) -> Key:
        """Return the key of that text if it is good now.

        Raises:
            KeyMissing: there is no text.
            KeyMistyped, KeyUnknown, KeyExpired, KeyRevoked: it is not.
        """
        if not text:
            raise KeyMissing("a key is needed")
        key, now = self.find(text), self._now()
        match key.state(now):
            case KeyState.REVOKED:
                raise KeyRevoked(f"{key.key_id} was revoked")
            case KeyState.EXPIRED:
                raise KeyExpired(f"{key.key_id} expired")
            case KeyState.ACTIVE:
                return self._used(key, now)

    def framing_sites(self, publishable: str) -> tuple[str, ...]:
        """Return the origins whose pages may frame the widget of this key.

        Raises:
            AccessRefused: the key is no good, or it is a secret key.
        """
        key = self.authenticate(publishable)
        if key.kind is not KeyKind.PUBLISHABLE:
            raise AccessRefused("the widget takes a publishable key (pk_), never a secret one")
        return key.sites

    def _used(self, key: Key, now: datetime) -> Key:
        """Note the day; the request does not wait for that, nor fail by it."""
        if key.last_used == now.date():
            return key
        with suppress(KeysUnusable), self._reading() as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                connection.execute(
                    "UPDATE keys SET last_used = ? WHERE key_id = ?",
                    (now.date().isoformat(), key.key_id),
                )
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_TIMEOUT_S)}")
        return replace(key, last_used=now.date())

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, to the file that is there now."""
        with self._lock, reported(self.path):
            # A file that was put in its place, by a restore, is another one.
            present = identity(self.path)
            if present != self._file:
                self._connection.close()
                self._connection, self._file = connect(self.path), present
            yield self._connection
