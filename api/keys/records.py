"""A key as it is kept: everything but the key itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.keys.errors import InvalidKeyRequest
from api.keys.sites import read_site

LONGEST_NAME = 100


class KeyKind(StrEnum):
    """A secret key is for a program; a publishable one stands in a web page for all to read."""

    SECRET = "sk"  # noqa: S105  # a prefix, not a password
    PUBLISHABLE = "pk"


class KeyState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class KeyScope(StrEnum):
    """What a key may do. None of them implies another."""

    ASK = "ask"
    """Questions, comparisons and feedback on answers."""
    SEARCH = "search"
    """Passages, reports and actions."""
    ADMIN = "admin"
    """The server's own figures."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many requests are taken in any minute, and in any 24 hours; ``None`` sets no limit."""

    per_minute: int
    per_day: int | None

    def __post_init__(self) -> None:
        a_day = 1 if self.per_day is None else self.per_day
        if not 1 <= self.per_minute <= MOST_A_MINUTE or not 1 <= a_day <= MOST_A_DAY:
            raise InvalidKeyRequest(
                f"a quota is from 1 to {MOST_A_MINUTE} a minute and from 1 to {MOST_A_DAY} a day, "
                f"got {self.per_minute!r} and {self.per_day!r}"
            )


MOST_A_MINUTE = 100_000
MOST_A_DAY = 1_000_000
"""Every request of a day is remembered by its time, in memory: some 100 MB for the most."""

QUOTAS = {
    # What GOV.UK Chat gives a client of its API; two cores answer about so many.
    KeyKind.SECRET: Quota(per_minute=900, per_day=100_000),
    KeyKind.PUBLISHABLE: Quota(per_minute=60, per_day=2_000),
}
"""What a key gets that is made without a quota of its own."""


@dataclass(frozen=True, slots=True)
class Key:
    """``key_id`` names the key where the key itself must not stand: lists, logs, metrics."""

    key_id: str
    kind: KeyKind
    name: str
    scopes: tuple[KeyScope, ...]
    sites: tuple[str, ...]
    """The origins whose pages may frame the widget; of a publishable key alone."""
    quota: Quota
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: date | None
    """To the day: more would be a record of when somebody works."""

    def state(self, now: datetime) -> KeyState:
        if self.revoked is not None:
            return KeyState.REVOKED
        if self.expires is not None and self.expires <= now:
            return KeyState.EXPIRED
        return KeyState.ACTIVE


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """What a new key shall be; checked, so that whatever is kept makes sense."""

    kind: KeyKind
    name: str
    scopes: tuple[KeyScope, ...]
    sites: tuple[str, ...]
    quota: Quota
    expires: datetime | None

    @classmethod
    def checked(
        cls,
        kind: KeyKind,
        *,
        now: datetime,
        name: str = "",
        scopes: Sequence[KeyScope] = (),
        sites: Sequence[str] = (),
        expires: datetime | None = None,
        per_minute: int | None = None,
        per_day: int | None = None,
    ) -> KeyRequest:
        """Return the request with what was left out filled in.

        Raises:
            InvalidKeyRequest: it cannot be; the message says what can.
        """
        if expires is not None and expires <= now:
            raise InvalidKeyRequest(f"a key must expire later than now, got {expires:%Y-%m-%d}")
        if not name.isprintable() or len(name) > LONGEST_NAME:
            raise InvalidKeyRequest(
                f"a key's name is one line of {LONGEST_NAME} characters at most, got {name!r}"
            )
        usual = QUOTAS[kind]
        quota = Quota(
            usual.per_minute if per_minute is None else per_minute,
            usual.per_day if per_day is None else per_day,
        )
        sites = tuple(dict.fromkeys(read_site(site) for site in sites))
        return cls(kind, name, _scopes(kind, scopes, sites), sites, quota, expires)


def _scopes(
    kind: KeyKind, scopes: Sequence[KeyScope], sites: Sequence[str]
) -> tuple[KeyScope, ...]:
    if kind is KeyKind.PUBLISHABLE:
        if not sites:
            raise InvalidKeyRequest("a publishable key needs the sites that may show the widget")
        if set(scopes) - {KeyScope.ASK}:
            raise InvalidKeyRequest("a publishable key may ask and nothing else: its scope is ask")
        return (KeyScope.ASK,)
    if sites:
        raise InvalidKeyRequest("a secret key has no sites: no browser may send it")
    return tuple(
        scope for scope in KeyScope if scope in (scopes or (KeyScope.ASK, KeyScope.SEARCH))
    )
