"""API keys: who may ask, what for, and how often.

``book`` keeps them, ``key_text`` says what one looks like, ``quotas`` counts.
"""

from api.keys.book import KeyBook, keys_beside
from api.keys.records import Key, KeyKind, KeyScope, Quota

__all__ = ["Key", "KeyBook", "KeyKind", "KeyScope", "Quota", "keys_beside"]
