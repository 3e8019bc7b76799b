"""Acronyms that a report explains: "multi-agency safeguarding hub (MASH)", either way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import Definition, Span

# Two capitals at least, so that "(Kent)" and "(he)" are no acronyms; "BwD" and "GPs" are.
_ACRONYM = re.compile(r"(?=[^()]*[A-Z][^()]*[A-Z])[A-Z][A-Za-z0-9&/-]{1,11}")
_PLURAL = re.compile(r"(?<=[A-Z])s$")
_BRACKETS = re.compile(r"\(([^()\n]{2,160})\)")
_WORD = re.compile(r"[^\s()]+")
_QUOTES = "‘’'“”\""
_SMALL = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or"),
        *("the", "to", "up", "with", "&"),
    )
)
_CLAUSE_END = re.compile(r"[.;:!?]$|^[–—-]$")
_NAMED = re.compile(rf"(?<![\w&/-])[‘“\"']?({_ACRONYM.pattern})[’”\"']? ?$")
_LONGEST_ACRONYM = 20  # with its quotation marks
_LONGEST_WORD = 15  # characters with the space, on average over a name
_SPARE_WORDS = {2: 0, 3: 1}  # by letters: full words that may give none
_SPARE_IN_LONG = 2
_EXTRA_WORDS = 5  # the window of Schwartz & Hearst, PSB 2003: min(n + 5, 2 n) words


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    span: Span


def find_definitions(text: str) -> tuple[Definition, ...]:
    """Return the definitions in reading order, each acronym and expansion once.

    The acronym's letters have to be the initials of the words, in order; small
    words and, in long names, a word or two may have none.
    """
    found: dict[tuple[str, str], Definition] = {}
    for definition in sorted(_candidates(text), key=lambda each: each.span):
        key = (definition.acronym, definition.expansion.lower())
        found.setdefault(key, definition)
    return tuple(found.values())


def _candidates(text: str) -> Iterator[Definition]:
    for brackets in _BRACKETS.finditer(text):
        inside = re.split(r"[,;]", brackets[1])[0].strip().strip(_QUOTES)
        if _ACRONYM.fullmatch(inside):
            words = _expansion_before(text, brackets.start(), inside)
            if words:
                yield _definition(text, inside, words, Span(words[0].span.start, brackets.end()))
            continue
        named = _NAMED.search(text, max(0, brackets.start() - _LONGEST_ACRONYM), brackets.start())
        if named and (words := _expansion_inside(text, brackets.span(1), named[1])):
            yield _definition(text, named[1], words, Span(named.start(), brackets.end()))


def _definition(text: str, acronym: str, words: Sequence[_Word], span: Span) -> Definition:
    expansion = text[words[0].span.start : words[-1].span.end]
    return Definition(_PLURAL.sub("", acronym), _clean(expansion), span)


def _words(text: str, within: Span) -> list[_Word]:
    return [
        _Word(found[0], Span(found.start(), found.end()))
        for found in _WORD.finditer(text, within.start, within.end)
    ]


def _expansion_before(text: str, end: int, acronym: str) -> list[_Word] | None:
    """Return the shortest run of words up to ``end`` whose initials are the acronym."""
    letters = _letters(acronym)
    before = _words_before(text, end, most=min(len(letters) + _EXTRA_WORDS, 2 * len(letters)))
    for start in range(len(before) - 1, -1, -1):
        words = before[start:]
        if any(_CLAUSE_END.search(word.text) for word in words[:-1]):
            return None
        if words[0].text.lower() not in _SMALL and _spells(letters, words):
            return words
    return None


def _words_before(text: str, end: int, *, most: int) -> list[_Word]:
    """Return up to ``most`` words of the line up to ``end``."""
    earliest = max(0, end - most * _LONGEST_WORD)
    start = max(earliest, *(text.rfind(mark, earliest, end) + 1 for mark in "\n()"))
    words = _words(text, Span(start, end))
    whole = words[1:] if start and not text[start - 1].isspace() else words
    return whole[-most:]


def _expansion_inside(text: str, inside: tuple[int, int], acronym: str) -> list[_Word] | None:
    words = _words(text, Span(*inside))
    for end in range(len(words), 1, -1):
        if _spells(_letters(acronym), words[:end]):
            return words[:end]
    return None


def _letters(acronym: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", _PLURAL.sub("", acronym)).lower()


def _spells(letters: str, words: Sequence[_Word]) -> bool:
    """Return whether the initials of the words are the letters, in order.

    The first word has to give the first letter. A word in capitals gives all of
    its own ("HMI Constabulary": HMIC), a compound one letter a part. Words that
    give none are small ones, and one other in short names, two in longer ones.
    """
    parts = [_initials(word.text) for word in words]
    if len(words) < 2 or not parts[0] or parts[0][0] != letters[0]:
        return False
    spare = _SPARE_WORDS.get(len(letters), _SPARE_IN_LONG)
    skips = [0 if word.text.lower() in _SMALL else 1 for word in words]
    reached = {0: 0}  # letters given so far -> fewest full words that gave none
    for at, initials in enumerate(parts):
        following: dict[int, int] = {}
        for given, skipped in reached.items():
            for taken in range(len(initials) + 1):
                if not letters.startswith(initials[:taken], given) or (at == 0 and taken == 0):
                    continue
                cost = skipped + (skips[at] if taken == 0 else 0)
                if cost <= spare:
                    key = given + taken
                    following[key] = min(cost, following.get(key, cost))
        reached = following
    return len(letters) in reached


def _initials(word: str) -> str:
    bare = word.strip(_QUOTES + ",.;:")
    if len(bare) > 1 and bare.isupper():
        return re.sub(r"[^A-Z0-9]", "", bare).lower()
    parts = re.findall(r"[^\W_]+", re.sub(r"[’'‘].*$", "", bare) or bare)
    return "".join(part[0] for part in parts).lower()


def _clean(expansion: str) -> str:
    bare = " ".join(expansion.split()).strip(_QUOTES + ",;: ")
    return re.sub(r"(?:(?<=s)’|’s)$", "", bare)
