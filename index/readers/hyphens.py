"""Words broken at the end of a line, put together again.

A hyphen at a line's end is either the word's own ("multi-/agency") or the
typesetter's ("inspec-/tion"). The rest of the document knows: it is asked
which of the two spellings, and which of the two halves, it uses elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

LONGEST_WORD = 80  # characters; the longest of an English dictionary has 45
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_BROKEN_END = re.compile(r"([^\W_]+(?:[-’'][^\W_]+)*)[-\u2010\u2011\ufffe\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


class Spellings:
    """How often the document writes each word inside a line, case folded."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for line in lines:
            words = [word.lower() for word in _WORD.findall(line)]
            # The last word of a line may be half a word, the first its other half.
            self._counts.update(words[1:-1] if _broken_end(line.rstrip()) else words[1:])

    def join(self, line: str, following: str) -> str:
        """Return the two lines as one text, the word between them as it is spelled elsewhere."""
        line, following = line.rstrip(), following.lstrip()
        broken, first = _broken_end(line), _FIRST_WORD.match(following)
        if broken is None or first is None:
            return f"{line} {following}" if line and following else line + following
        stem = line[:-1]
        if self._is_one_word(broken.group(1), first.group(), soft=line[-1] == "\u00ad"):
            return stem + following
        return f"{stem}-{following}"

    def _is_one_word(self, left: str, right: str, *, soft: bool) -> bool:
        if not (left[-1].isalpha() and right[0].islower()):
            return False
        if soft:
            return True
        left, right = left.lower(), right.lower()
        joined, hyphened = self._counts[left + right], self._counts[f"{left}-{right}"]
        if joined != hyphened:
            return joined > hyphened
        # Neither is seen. Word processors break at a word's own hyphen and put in
        # none, so the hyphen stays.
        return False


def _broken_end(line: str) -> re.Match[str] | None:
    # Only the end is searched: a line may be a whole file.
    return _BROKEN_END.search(line[-LONGEST_WORD:])
