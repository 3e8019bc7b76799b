"""The inspectorates, and the names that reports give them."""

from __future__ import annotations

import re

_HM = r"(?:HM|H(?:er|is)\s+Majesty[’']s)"
_FIRE = r",?\s*(?:and|&)?\s*Fire\s*(?:and|&)\s*Rescue"
# In the order in which reports name them. HMIC has been HMICFRS since July 2017.
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(words))
    for name, words in (
        (
            "Ofsted",
            r"\bOfsted\b|Office\s+for\s+Standards\s+in\s+Education"
            r"|Chief\s+Inspector\s+of\s+Education,\s+Children[’']s\s+Services\s+and\s+Skills",
        ),
        ("CQC", r"\bCQC\b|Care\s+Quality\s+Commission"),
        (
            "HMICFRS",
            rf"\bHMICFRS\b|(?:HMI|Inspect(?:or|orate)\s+of)\s+Constabulary{_FIRE}",
        ),
        (
            "HMIC",
            rf"\bHMIC\b|(?:\bHMI|{_HM}\s+Inspectorate\s+of)\s+Constabulary(?!{_FIRE})",
        ),
        (
            "HMI Probation",
            r"\bHMI\s+Prob(?:ation)?\b|Inspect(?:or|orate)\s+of\s+Probation|\bHMIP\b",
        ),
        ("HMI Prisons", r"\bHMI\s+Prisons\b|Inspect(?:or|orate)\s+of\s+Prisons"),
        ("HMCPSI", r"\bHMCPSI\b|Crown\s+Prosecution\s+Service\s+Inspectorate"),
        ("Estyn", r"\bEstyn\b"),
    )
)


def named_inspectorates(text: str) -> tuple[str, ...]:
    """Return the inspectorates that a text names, by their usual short names.

    >>> named_inspectorates("HMI Constabulary (HMIC) and HMI Probation (HMI Prob)")
    ('HMIC', 'HMI Probation')
    """
    found = [name for name, words in _NAMES if words.search(text)]
    if "HMI Prisons" in found and "HMI Probation" in found and not _says_probation(text):
        found.remove("HMI Probation")  # "HMIP" is short for both
    if "HMICFRS" in found and "HMIC" in found:
        found.remove("HMIC")
    return tuple(found)


def _says_probation(text: str) -> bool:
    return re.search(r"\bProb", text) is not None
