"""Names of bodies in running text: longest first, tolerant of case, "&" and small misspellings.

Three steps: the words of the text are given the spellings they may be meant for,
every position is held against the table of names, and a name that is also an
ordinary word is kept only where its surroundings say that it is meant as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

from index.bodies.context import is_name_here, unknown_names
from index.bodies.names import Body, BodyKind, NameEntry, NameRule, NameTable
from index.bodies.spelling import with_spellings
from index.bodies.words import WordedText, words_of
from index.documents import Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names a body.

    Several ``bodies``: one name that all of them bear (a force and its county
    council, or a clash). None: words that can only be a body's name ("Borchester
    Police") and are none that we know. ``exact`` is false for a misspelling.
    """

    span: Span
    bodies: tuple[Body, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Match:
    """Words ``[start, end)`` that spell ``bodies``."""

    start: int
    end: int
    bodies: tuple[Body, ...]
    rule: NameRule
    exact: bool


_KIND_AFTER = (
    (
        BodyKind.FIRE,
        re.compile(r"(?:county )?(?:fire|frs)(?: (?:and rescue|service|brigade|authority))*\b"),
    ),
    (BodyKind.POLICE, re.compile(r"(?:police(?: service| force| constabulary)?|constabulary)\b")),
    (
        BodyKind.COUNCIL,
        re.compile(
            r"(?:(?:metropolitan |city |county |borough |district |unitary )*(?:council|authority)"
            r"|local authority|mbc|childrens? services|social services|social care"
            r"|city|borough|corporation)\b"
        ),
    ),
)
_COUNCIL_BEFORE = re.compile(
    r"\b(?:(?:london|royal|metropolitan|county) )?(?:borough|city|council) of$|\b[lr]b(?: of)?$"
)
_WORDS_OF_A_KIND = 6
"""Words in the longest kind: "county fire and rescue service" and one to spare."""


def find_mentions(text: str, table: NameTable) -> tuple[Mention, ...]:
    """Return what ``text`` names, in order, without overlaps; the longest name wins."""
    words = tuple(with_spellings(word, table) for word in words_of(text))
    worded = WordedText(text, words)
    known = [m for m in _Matcher(worded, table).matches() if m.rule is not NameRule.NO_BODY]
    mentions = [Mention(worded.span(m.start, m.end), m.bodies, m.exact) for m in known]
    taken = [mention.span for mention in mentions]
    unknown = unknown_names(worded, table.rules)
    mentions += [Mention(s, ()) for s in unknown if not any(s.overlaps(t) for t in taken)]
    return tuple(sorted(mentions, key=lambda m: m.span))


class _Matcher:
    """One text held against the table of names."""

    def __init__(self, text: WordedText, table: NameTable) -> None:
        self._text = text
        self._table = table

    def matches(self) -> list[_Match]:
        found: list[_Match] = []
        at = 0
        while at < len(self._text.words):
            match = self._match_at(at, found[-1] if found else None)
            if match is not None:
                found.append(match)
            at = match.end if match is not None else at + 1
        return found

    def _match_at(self, at: int, last: _Match | None) -> _Match | None:
        """Return the longest name that begins at word ``at`` and is meant as one."""
        spelled = [match for entry in self._entries_at(at) if (match := self._spelled(entry, at))]
        for end in sorted({match.end for match in spelled}, reverse=True):
            bare = reduce(_merged, (match for match in spelled if match.end == end))
            match = self._with_its_kind(bare, last)
            if match is not None and self._is_meant(match, bare, last):
                return match
        return None

    def _entries_at(self, at: int) -> Iterator[NameEntry]:
        word = self._text.words[at]
        for spelling in (word.folded, *word.spellings):
            yield from self._table.by_first_word.get(spelling, ())

    def _spelled(self, entry: NameEntry, at: int) -> _Match | None:
        end = at + len(entry.words)
        words = self._text.words[at:end]
        if len(words) < len(entry.words):
            return None
        pairs = list(zip(entry.words, words, strict=True))
        if not all(name == word.folded or name in word.spellings for name, word in pairs):
            return None
        if entry.rule is NameRule.AS_WRITTEN and words[0].written != entry.written:
            return None
        if self._text.is_broken(at, end):
            return None
        exact = all(word.folded in (name, f"{name}s") for name, word in pairs)
        return _Match(at, end, entry.bodies, entry.rule, exact)

    def _with_its_kind(self, match: _Match, last: _Match | None) -> _Match | None:
        """Return the match with the words around it that say which kind of body is meant."""
        if match.rule is NameRule.NO_BODY:
            return match
        kind, end = self._kind_after(match.end)
        start = self._council_before(match.start, last)
        if start < match.start and kind is None:
            kind = BodyKind.COUNCIL
        of_kind = tuple(body for body in match.bodies if body.kind is kind)
        if of_kind:
            start = start if kind is BodyKind.COUNCIL else match.start
            return replace(match, start=start, end=end, bodies=of_kind)
        others = tuple(body for body in match.bodies if self._stands_alone(body, match))
        return replace(match, bodies=others) if others else None

    def _stands_alone(self, body: Body, match: _Match) -> bool:
        """A fire service is not meant by the mere name of its area."""
        if body.kind is not BodyKind.FIRE or match.rule is NameRule.AS_WRITTEN:
            return True
        return "fire" in self._text.folded(match.start, match.end)

    def _kind_after(self, at: int) -> tuple[BodyKind | None, int]:
        if self._text.is_adjacent(at):
            joined = " ".join(self._text.folded(at, at + _WORDS_OF_A_KIND))
            for kind, pattern in _KIND_AFTER:
                if found := pattern.match(joined):
                    return kind, at + len(found.group().split())
        return None, at

    def _council_before(self, at: int, last: _Match | None) -> int:
        """Return where "London Borough of" and the like begin before word ``at``; else ``at``."""
        taken = last.end if last and last.rule is not NameRule.NO_BODY else 0
        joined = " ".join(self._text.folded(max(at - 3, taken), at))
        found = _COUNCIL_BEFORE.search(joined)
        return at - len(found.group().split()) if found else at

    def _is_meant(self, match: _Match, bare: _Match, last: _Match | None) -> bool:
        if (match.start, match.end) != (bare.start, bare.end):
            return True
        joint = last is not None and last.end == match.start - 1
        before = self._text.folded(match.start - 1, match.start)
        return is_name_here(
            self._text,
            match.start,
            match.end,
            rule=match.rule,
            rules=self._table.rules,
            listed=joint and before in (["and"], ["or"]),
        )


def _merged(one: _Match, other: _Match) -> _Match:
    """Return two readings of the same words as one."""
    bodies = tuple(dict.fromkeys((*one.bodies, *other.bodies)))
    return replace(one, bodies=bodies, exact=one.exact and other.exact)
