"""Words broken at the end of a line, put together again.

A hyphen at a line's end is either the word's own ("multi-/agency") or the
typesetter's ("inspec-/tion"). The rest of the document knows: it is asked
which of the two spellings it uses elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

SOFT_HYPHEN = "\u00ad"
LINE_END_HYPHEN = "\ufffe"
"""PDFium's own mark for a hyphen at the end of a line; no character of any text."""
HYPHENS = f"-\u2010\u2011{SOFT_HYPHEN}{LINE_END_HYPHEN}"
LONGEST_WORD = 80  # characters; the longest of an English dictionary has 45
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*$")
_FIRST_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


class Spellings:
    """How often the document writes each word inside a line, case folded."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for line in lines:
            words = _WORD.findall(line.lower())
            # The last word of a line may be half a word, the first its other half.
            self._counts.update(words[1:-1] if line.rstrip()[-1:] in HYPHENS else words[1:])

    def join(self, line: str, following: str) -> str:
        """Return the two lines as one text, a word broken between them as it is spelled elsewhere.

        >>> Spellings(["about the inspection"]).join("This inspec-", "tion was")
        'This inspection was'
        >>> Spellings([]).join("a multi-", "agency team")
        'a multi-agency team'
        """
        kept, joint = self.joint(line, following)
        return f"{kept}{joint}{following}"

    def joint(self, line: str, following: str) -> tuple[str, str]:
        """Return what is kept of the first line, and what goes between it and the next."""
        if not line or not following:
            return line, ""
        if line[-1] not in HYPHENS:
            return line, " "
        left, right = _LAST_WORD.search(line[-LONGEST_WORD:-1]), _FIRST_WORD.match(following)
        if left is None or right is None:
            return line, " "
        one_word = self._is_one_word(left.group(), right.group(), soft=line[-1] == SOFT_HYPHEN)
        return line[:-1], "" if one_word else "-"

    def _is_one_word(self, left: str, right: str, *, soft: bool) -> bool:
        if not (left[-1].isalpha() and right[0].islower()):
            return False
        if soft:
            return True
        left, right = left.lower(), right.lower()
        # Where neither is seen the hyphen stays: word processors break at a word's
        # own hyphen and put in none.
        return self._counts[left + right] > self._counts[f"{left}-{right}"]
