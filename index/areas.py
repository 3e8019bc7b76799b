"""Names of council areas and of forces, as reports print them."""

from __future__ import annotations

import re

_PREFIX = re.compile(
    r"(?:the\s+)?(?:(?:London|Royal|Metropolitan)\s+Borough\s+of\s+"
    r"|(?:City|County)\s+of\s+(?!London\b)|County\s+(?=[A-Z])|the\s+)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"(?:\s+(?:Metropolitan|Unitary|Royal|City|County|District|Borough|Council|Corporation"
    r"|local\s+authority|local\s+area|safeguarding\s+partnership))+$",
    re.IGNORECASE,
)
# A capital word, then capital words joined by small ones ("Blackburn with Darwen").
_CAPITAL = r"[A-Z][\w’'-]*"
_SMALL_WORDS = r"(?:(?:and|with|upon|on|of|the|in|le|under) ){0,2}"
PLACE = rf"{_CAPITAL}(?:,? {_SMALL_WORDS}{_CAPITAL})*"
_OFFICE = r"(?:Constable|Commissioner|Commander|Superintendent|Inspector|Mayor)(?: of(?: the)?)?"
FORCE = re.compile(
    rf"(?:\b{_OFFICE} )?(?P<area>{_CAPITAL}(?: {_SMALL_WORDS}(?!{_OFFICE} ){_CAPITAL})*)"
    r" (?P<word>Police(?: (?:Service|Force))?|Constabulary|police force)\b"
    r"(?!,? (?:(?:Fire )?(?:and|&) )?(?:Crime|Fire))"
)


def plain_area(name: str) -> str:
    """Return the area without the words for its council.

    >>> plain_area("City of Bradford Metropolitan District Council")
    'Bradford'
    >>> plain_area("Royal Borough of Windsor and Maidenhead")
    'Windsor and Maidenhead'
    """
    bare = " ".join(name.split()).strip(" ,.;:")
    shorter = _SUFFIX.sub("", _PREFIX.sub("", bare, count=1))
    return shorter or bare


def plain_force(found: re.Match[str]) -> str:
    """Return a force's name with its last word in the usual form ("Kent police force")."""
    word = found["word"]
    ending = "Police" if word.lower().endswith("force") else " ".join(word.split())
    return f"{' '.join(found['area'].split())} {ending}"
