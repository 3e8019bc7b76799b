"""Fingerprints of what is written, so that damage is told from what was meant."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def fingerprint(*parts: bytes) -> str:
    """Return the sha256 of the parts, each led by its length, so that no two lists agree."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def library_digest(report_digests: Sequence[str]) -> str:
    """Return the digest of a library from its reports', in order of report id."""
    return hashlib.sha256("".join(report_digests).encode()).hexdigest()


def blob_digest(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()


def as_bytes(value: str | int | bytes | None) -> bytes:
    """Return the value as bytes, led by its type: damage can change that too."""
    match value:
        case str():
            return b"text " + value.encode()
        case bytes():
            return b"blob " + value
        case _:
            return repr(value).encode()
