"""The characters a file holds, as a report's text has them.

Ligatures are spelled out, no-break and other odd spaces are spaces, invisible
characters are gone. Curly quotes and dashes are the report's own and stay.
"""

from __future__ import annotations

import re
import unicodedata

LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
# Soft hyphen, zero-width marks, directional marks, byte-order mark, and the
# controls that XML and terminals choke on. Tab and line feeds are white space.
INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
    # Joiners, fillers and marks of other scripts, which show nothing in English text.
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2061\u2062\u2063\u2064"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u3164\uffa0\ufff9\ufffa\ufffb"
)
# Variation selectors, and the tags in which a whole text can stand unseen.
_UNSEEN_RANGES = (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200))
_CONTROLS = (*range(9), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0))
_TABLE = str.maketrans(
    LIGATURES
    | dict.fromkeys(INVISIBLE, "")
    | {chr(code): "" for code in _UNSEEN_RANGES}
    | {
        chr(code): ""
        for code in (*range(9), *range(0x0E, 0x1C), *range(0x7F, 0xA0))
        if code != 0x85
    }
)

BULLET_GLYPHS = "•◦▪▫■□◼◻◾◽●○◆◇►▶➢➤➔→✓✔❖❑·∙‣⁃⦁⚫"
DASHES = "-–—−*"
_BULLET = re.compile(rf"\s*(?:[{BULLET_GLYPHS}\ue000-\uf8ff]+\s*|(?:[{DASHES}]|o)(?:\s+|$))")
_LABEL = re.compile(
    r"(?P<label>\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,3}[.)]?(?=\s+[A-Z‘“'\"])"
    r"|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)|[a-z]\))(?:\s+|$)"
)


def clean_text(text: str) -> str:
    r"""Return ``text`` as one line in NFC: white space folded, invisible characters out.

    >>> clean_text("the\u00a0\ufb01rst  of\u00ad\nall ")
    'the first of all'
    """
    return " ".join(clean_characters(text).split())


def clean_characters(text: str) -> str:
    """Return ``text`` in NFC with ligatures spelled out and invisible characters out."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def split_bullet(line: str) -> tuple[str, str]:
    """Return a line's bullet and the text after it; ``("", line)`` where there is none.

    >>> split_bullet("• The force should act.")
    ('•', 'The force should act.')
    """
    match = _BULLET.match(line)
    if match is None:
        return "", line
    return match.group().strip(), line[match.end() :]


def is_dash(bullet: str) -> bool:
    """Return whether the bullet is a mark that may also stand inside a sentence."""
    return bullet in set(DASHES)


def split_label(line: str) -> tuple[str | None, str]:
    """Return a paragraph's printed number and the text after it.

    A year or a count at the start of a line is text: the number needs a full
    stop or a bracket, or several levels and a capital after them.

    >>> split_label("12. The force is good.")
    ('12.', 'The force is good.')
    >>> split_label("24 officers were moved.")
    (None, '24 officers were moved.')
    """
    match = _LABEL.match(line)
    if match is None:
        return None, line
    return match.group("label"), line[match.end() :]
