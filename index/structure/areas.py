"""Names of council areas and of forces, as reports print them."""

from __future__ import annotations

import re
from functools import lru_cache

from index.bodies import Body, BodyKind, BodyRegistry

_PREFIX = re.compile(
    r"(?:the\s+)?(?:(?:London|Royal|Metropolitan)\s+Borough\s+of\s+"
    r"|(?:City|County)\s+of\s+(?!London\b)|County\s+(?=[A-Z])|the\s+)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"(?:\s+(?:City\s+of|Metropolitan|Unitary|Royal|City|County|District|Borough|Council|Corporation"
    r"|local\s+authority|local\s+area|safeguarding\s+partnership))+$",
    re.IGNORECASE,
)
# A capital word, then capital words joined by small ones ("Blackburn with Darwen").
_CAPITAL = r"[A-Z][\w’'-]*"
_SMALL_WORDS = r"(?:(?:and|&|with|upon|on|of|the|in|le|under) ){0,2}"
PLACE = rf"{_CAPITAL}(?:,? {_SMALL_WORDS}{_CAPITAL}){{0,7}}"
_OFFICE = r"(?:Constable|Commissioner|Commander|Superintendent|Inspector|Mayor)(?: of(?: the)?)?"
FORCE = re.compile(
    rf"(?:\b{_OFFICE} )?(?P<area>{_CAPITAL}(?: {_SMALL_WORDS}(?!{_OFFICE} ){_CAPITAL}){{0,7}})"
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


def official_force(name: str) -> str:
    """Return the official name of a force that is called ``name``; ``name`` if none is known.

    >>> official_force("Cheshire Police")
    'Cheshire Constabulary'
    """
    return _official(name, BodyKind.POLICE)


def official_fire_service(name: str) -> str:
    """Return the official name of a fire service that is called ``name``, as of a force."""
    return _official(" ".join(name.split()), BodyKind.FIRE)


def official_area(name: str) -> str:
    """Return the usual name of a council area; ``name`` without its council if none is known."""
    return _official(plain_area(name), BodyKind.COUNCIL)


def _official(name: str, kind: BodyKind) -> str:
    known: list[Body] = [body for body in _registry().named(name) if body.kind is kind]
    return known[0].name if len(known) == 1 else name


@lru_cache(maxsize=1)
def _registry() -> BodyRegistry:
    return BodyRegistry.load()
