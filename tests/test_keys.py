"""API keys: what one looks like, what is kept of it, how long it is good."""

from __future__ import annotations

import re
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.keys import KeyBook, KeyKind, KeyScope, Quota, keys_beside
from api.keys.errors import (
    AccessRefused,
    InvalidKeyRequest,
    KeyExpired,
    KeyMissing,
    KeyMistyped,
    KeyRevoked,
    KeysUnusable,
    KeyUnknown,
    UnknownKeyId,
)
from api.keys.key_text import ALPHABET, kind_of_key, make_key_text
from api.keys.sites import read_site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://www.example.org"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(tmp_path: Path, clock: Clock) -> Iterator[KeyBook]:
    with KeyBook.open(tmp_path / "library.db.keys", create=True, now=clock) as book:
        yield book


def test_a_key_says_its_kind_and_carries_the_crc_of_what_is_before_it():
    text = make_key_text(KeyKind.SECRET)
    assert re.fullmatch(r"sk_[0-9A-Za-z]{49}", text)
    crc = 0
    for character in text[-6:]:
        crc = 62 * crc + ALPHABET.index(character)
    assert crc == zlib.crc32(text[:-6].encode())


@given(place=st.integers(0, 51), character=st.sampled_from(ALPHABET))
def test_one_wrong_character_makes_a_key_mistyped(place, character):
    text = make_key_text(KeyKind.PUBLISHABLE)
    wrong = text[:place] + character + text[place + 1 :]
    if wrong == text:
        assert kind_of_key(wrong) is KeyKind.PUBLISHABLE
    else:
        with pytest.raises(KeyMistyped) as raised:
            kind_of_key(wrong)
        assert wrong[3:12] not in str(raised.value)


@pytest.mark.parametrize("text", ["sk_", "sk_short", "Bearer", "sk_" + "é" * 49, "x" * 9000, "\0"])
def test_what_is_no_key_is_mistyped(text: str):
    with pytest.raises(KeyMistyped, match="a key is sk_ or pk_ and 49 letters and digits"):
        kind_of_key(text)


def test_a_key_is_known_again_by_its_text(book: KeyBook):
    made, text = book.create(KeyKind.SECRET, name="intranet")
    key = book.authenticate(text)
    assert (key.key_id, key.name, key.kind) == (made.key_id, "intranet", KeyKind.SECRET)
    assert key.scopes == (KeyScope.ASK, KeyScope.SEARCH)
    assert key.quota == Quota(per_minute=900, per_day=100_000)


def test_no_text_is_missing_and_another_servers_key_is_unknown(book: KeyBook):
    with pytest.raises(KeyMissing):
        book.authenticate("")
    with pytest.raises(KeyUnknown, match="well-formed, but it is not a key of this server"):
        book.authenticate(make_key_text(KeyKind.SECRET))


def test_fifty_keys_are_in_no_byte_of_their_files(book: KeyBook):
    texts = [book.create(KeyKind.SECRET)[1] for _ in range(50)]
    files = b"".join(path.read_bytes() for path in book.path.parent.iterdir())
    shown = repr(book.listed()).encode()
    assert [text for text in texts if text[3:].encode() in files + shown] == []
    assert len({text for text in texts if book.authenticate(text)}) == 50


def test_the_file_is_its_owners_alone(book: KeyBook):
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600


def test_a_key_is_good_until_it_expires_and_not_from_then_on(book: KeyBook, clock: Clock):
    _, text = book.create(KeyKind.SECRET, expires=NOON + timedelta(hours=1))
    clock.now = NOON + timedelta(minutes=59)
    assert book.authenticate(text).state(clock.now) == "active"
    clock.now = NOON + timedelta(hours=1)
    with pytest.raises(KeyExpired):
        book.authenticate(text)


def test_what_one_process_revokes_another_refuses_at_once(book: KeyBook):
    key, text = book.create(KeyKind.SECRET)
    book.authenticate(text)
    with KeyBook.open(book.path) as elsewhere:
        elsewhere.revoke(key.key_id)
    with pytest.raises(KeyRevoked):
        book.authenticate(text)


def test_revoking_twice_keeps_the_first_time(book: KeyBook, clock: Clock):
    key, _ = book.create(KeyKind.SECRET)
    assert book.revoke(key.key_id).revoked == NOON
    clock.now = NOON + timedelta(days=1)
    assert book.revoke(key.key_id).revoked == NOON


def test_an_id_that_was_never_given_cannot_be_revoked(book: KeyBook):
    with pytest.raises(UnknownKeyId, match="no key has the id 'key_0'; `peelback keys list`"):
        book.revoke("key_0")


def test_the_day_of_the_last_use_is_kept_and_not_the_hour(book: KeyBook, clock: Clock):
    _, text = book.create(KeyKind.SECRET)
    clock.now = NOON + timedelta(days=2, hours=3)
    book.authenticate(text)
    assert [key.last_used for key in book.listed()] == [clock.now.date()]


def test_a_key_is_good_where_its_last_use_cannot_be_noted(book: KeyBook):
    _, text = book.create(KeyKind.SECRET)
    other = sqlite3.connect(book.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert book.authenticate(text).last_used == NOON.date()
    finally:
        other.close()


def test_a_publishable_key_frames_on_its_sites(book: KeyBook):
    sites = ("https://WWW.example.org/", "https://*.example.net:8443")
    _, text = book.create(KeyKind.PUBLISHABLE, sites=sites)
    assert book.framing_sites(text) == (SITE, "https://*.example.net:8443")


def test_a_secret_key_frames_nowhere(book: KeyBook):
    _, text = book.create(KeyKind.SECRET)
    with pytest.raises(AccessRefused, match="takes a publishable key"):
        book.framing_sites(text)


@pytest.mark.parametrize(
    "site",
    [
        "www.example.org", "http://www.example.org", "https://example.org/page", "*", "https://*",
        "https://*.org", "https://a.org;script-src *", "https://a.org b.org", "https://a.org,b.org",
        "https://user@a.org", "https://a..org", "https://-a.org", "'self'", "",
        "javascript:alert(1)", "https://a.org:999999", "https://ü.org",
    ],
)  # fmt: skip
def test_a_site_that_is_no_origin_is_refused(site: str):
    with pytest.raises(InvalidKeyRequest, match="a site is written https://www"):
        read_site(site)


@pytest.mark.parametrize(
    ("kind", "wanted", "why"),
    [
        (KeyKind.PUBLISHABLE, {}, "needs the sites"),
        (KeyKind.PUBLISHABLE, {"sites": (SITE,), "scopes": (KeyScope.SEARCH,)}, "may ask and"),
        (KeyKind.SECRET, {"sites": (SITE,)}, "has no sites"),
        (KeyKind.SECRET, {"expires": NOON}, "must expire later than now, got 2026-03-01"),
        (KeyKind.SECRET, {"per_minute": 0}, "from 1 to 100000 a minute"),
        (KeyKind.SECRET, {"per_day": 10**9}, "got 900 and 1000000000"),
        (KeyKind.SECRET, {"name": "two\nlines"}, "one line of 100 characters"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_the_reason(book: KeyBook, kind, wanted, why):
    with pytest.raises(InvalidKeyRequest, match=why):
        book.create(kind, **wanted)
    assert book.listed() == ()


def test_the_keys_of_a_library_are_beside_it():
    assert keys_beside(Path("/srv/library.db")) == Path("/srv/library.db.keys")


def test_a_file_that_is_not_there_or_no_file_of_keys_is_named(tmp_path: Path):
    with pytest.raises(KeysUnusable, match=r"none.keys is not there; `peelback keys create`"):
        KeyBook.open(tmp_path / "none.keys")
    (tmp_path / "text").write_text("no database at all, " * 100)
    with pytest.raises(KeysUnusable, match="text cannot be used as a file of keys"):
        KeyBook.open(tmp_path / "text")
    sqlite3.connect(tmp_path / "other.db").close()
    with pytest.raises(KeysUnusable, match=r"other\.db is no file of keys of this version"):
        KeyBook.open(tmp_path / "other.db")


def test_a_file_that_vanishes_lets_nobody_in_and_one_put_in_its_place_is_read(
    book: KeyBook, tmp_path: Path
):
    _, text = book.create(KeyKind.SECRET)
    book.path.rename(tmp_path / "away")
    with pytest.raises(KeysUnusable, match="is not there"):
        book.authenticate(text)
    with KeyBook.open(book.path, create=True) as other:
        _, new = other.create(KeyKind.SECRET)
    assert book.authenticate(new).kind is KeyKind.SECRET
    with pytest.raises(KeyUnknown):
        book.authenticate(text)
