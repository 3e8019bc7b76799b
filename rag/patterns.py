"""Rules of wording: named groups of patterns, tried in order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key")


def compiled(rules: Mapping[Key, Sequence[str]]) -> tuple[tuple[Key, re.Pattern[str]], ...]:
    """Return each key with one pattern that matches where any of its own does."""
    return tuple(
        (key, re.compile("|".join(f"(?:{rule})" for rule in own))) for key, own in rules.items()
    )


def matching(rules: Sequence[tuple[Key, re.Pattern[str]]], text: str) -> list[Key]:
    """Return the keys whose pattern occurs in the text, in the rules' order."""
    return [key for key, pattern in rules if pattern.search(text)]
