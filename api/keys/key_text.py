"""What a key looks like: ``sk_`` or ``pk_``, 256 random bits, a checksum.

The prefix lets a scanner of public code find a leaked key; the checksum tells
a slip of the pen from a key of another server, without looking anything up.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

from api.keys.errors import KeyMistyped
from api.keys.records import KeyKind

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""Letters and digits alone, so that a double click selects the whole key."""
RANDOM_BITS = 256
BODY = 43
"""Characters that 256 bits take in base 62."""
CHECKSUM = 6
"""Characters that the 32 bits of a CRC take in base 62."""

_KEY = re.compile(
    rf"(?P<kind>sk|pk)_(?P<body>[0-9A-Za-z]{{{BODY}}})(?P<sum>[0-9A-Za-z]{{{CHECKSUM}}})"
)


def make_key_text(kind: KeyKind) -> str:
    """Return a new key of the kind; nobody can guess it, and nobody has had it before."""
    body = f"{kind.value}_{_base62(secrets.randbits(RANDOM_BITS), BODY)}"
    return body + _checksum(body)


def kind_of_key(text: str) -> KeyKind:
    """Return the kind of a well-formed key.

    Raises:
        KeyMistyped: it is not one; the message does not repeat it.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        raise KeyMistyped(
            f"a key is sk_ or pk_ and {BODY + CHECKSUM} letters and digits: "
            "copy it again, whole and without spaces"
        )
    if _checksum(text[:-CHECKSUM]) != match["sum"]:
        raise KeyMistyped("the key's checksum does not fit, so a character of it is wrong")
    return KeyKind(match["kind"])


def key_digest(text: str) -> bytes:
    """Return what is kept of a key: its sha256.

    A slow hash, as passwords need it, would buy nothing: there is no list of
    likely keys to try, and 2**256 of them are as many for a fast hash.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), CHECKSUM)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))
