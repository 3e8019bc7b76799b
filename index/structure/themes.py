"""What a joint inspection looked at in depth, under a short name.

Letters put the same theme in many words; the inspectorates ran a round of
inspections a theme. The quoted words are kept as evidence beside the name.
"""

from __future__ import annotations

import re

# (name, words that tell it). The narrower theme comes first: the round on
# gangs also names sexual exploitation, the one on exploitation also missing children.
_THEMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        ("exploitation, gangs and missing children", r"\bgangs?\b"),
        ("serious youth violence", r"youth\s+violence|knife\s+crime"),
        ("child sexual abuse in the family", r"\bsexual\s+abuse\b.{0,40}\bfamily\b"),
        ("criminal exploitation of children", r"\bcriminal\s+exploitation\b"),
        ("child sexual exploitation and missing children", r"\bsexual(?:ly)?\s+exploit"),
        ("children's mental health", r"\bmental\s+(?:ill[\s-]+)?health\b"),
        ("domestic abuse", r"\bdomestic\s+(?:abuse|violence)\b"),
        ("initial need and risk", r"\binitial\s+need"),
        ("early help", r"\bearly\s+help\b|\bwho\s+need\s+help\b"),
        ("child sexual abuse", r"\bsexual\s+abuse\b"),
        ("neglect", r"(?<!abuse and )\bneglect"),
    )
)


def theme_name(words: str) -> str | None:
    """Return the short name of the theme that words tell, or None where they tell none.

    >>> theme_name("children living with domestic abuse")
    'domestic abuse'
    """
    line = " ".join(words.split())
    return next((name for name, telling in _THEMES if telling.search(line)), None)
