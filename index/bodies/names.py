"""The names of bodies as sequences of words: which sequences name which bodies, and when.

A name is kept in its plainest form ("Essex") and found with the words that people
put around it ("Essex Police", "London Borough of Sutton"); those words say which
kind of body is meant where one name stands for several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from index.bodies.words import key_of


class BodyKind(StrEnum):
    """What sort of body a name stands for; regions and towns are only ways to speak of others."""

    POLICE = "police"
    COUNCIL = "council"
    FIRE = "fire"
    SERVICE = "service"
    REGION = "region"
    TOWN = "town"


@dataclass(frozen=True, slots=True)
class Body:
    """A body that reports are about, or a name by which people speak of some.

    ``name`` is official; of a council it is the name of its area. ``aliases`` are
    the other names, former ones among them. ``police`` is the name of the force
    that covers a council's area, ``rocu`` a force's region of organised crime
    units. ``parts`` are the names of what a region consists of, or of the council
    areas that a town lies in.
    """

    name: str
    kind: BodyKind
    aliases: tuple[str, ...] = ()
    area: str = ""
    slug: str = ""
    former: tuple[str, ...] = ()
    police: str | None = None
    rocu: str | None = None
    parts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name once: the official one first."""
        return tuple(
            dict.fromkeys(n for n in (self.name, self.area, *self.aliases, *self.former) if n)
        )


class NameRule(StrEnum):
    """When a name that stands alone in a text names its body."""

    ALWAYS = "always"
    AS_WRITTEN = "as_written"
    """An abbreviation: only in the very letters of the data."""
    SELDOM_A_WORD = "seldom_a_word"
    EVERYDAY_WORD = "everyday_word"
    NEVER_ALONE = "never_alone"
    NO_BODY = "no_body"
    """A longer name that holds a body's name and names none."""


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One spelling of a name, its bodies in the order of the data, and when it counts."""

    words: tuple[str, ...]
    bodies: tuple[Body, ...]
    rule: NameRule
    written: str = ""


def spoken_forms(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a name's words, then its shorter ways of writing: without "and", run together."""
    yield words
    if "and" in words[1:-1]:
        yield tuple(word for word in words if word != "and")
    if len(words) > 1 and sum(map(len, words)) >= MIN_RUN_TOGETHER:
        yield ("".join(words),)


MIN_RUN_TOGETHER = 9
"""Letters of a name of several words that is also known in one word ("southtyneside")."""


@dataclass(frozen=True, slots=True)
class WordRules:
    """Which names are words of everyday English, as the data lists them."""

    never_alone: frozenset[str]
    everyday: frozenset[str]
    seldom: frozenset[str]
    after_the: frozenset[str]
    beside_everyday: frozenset[str]
    beside_seldom: frozenset[str]
    nouns_before: frozenset[str]
    before_seldom: frozenset[str]
    no_name: frozenset[str]
    common: frozenset[str]
    """Words of names that are never taken for misspelt: "Central", "Police"."""
    near: frozenset[str]
    """Words a letter or two from a name's word which are not its misspellings."""
    never: tuple[tuple[str, ...], ...]

    def rule_of(self, words: tuple[str, ...]) -> NameRule:
        if len(words) > 1:
            return NameRule.ALWAYS
        if words[0] in self.never_alone:
            return NameRule.NEVER_ALONE
        if words[0] in self.everyday:
            return NameRule.EVERYDAY_WORD
        return NameRule.SELDOM_A_WORD if words[0] in self.seldom else NameRule.ALWAYS


@dataclass(frozen=True, slots=True)
class NameTable:
    """Every known spelling, longest first under its first word."""

    by_first_word: Mapping[str, tuple[NameEntry, ...]]
    vocabulary: frozenset[str]
    """Words of names of forces and councils that are long enough to be recognised misspelt."""
    words: frozenset[str]
    """Every word of every name."""
    rules: WordRules


MIN_MISSPELT = 6
"""Letters of a name's word that may be recognised misspelt: "Leeds" is too near to "needs"."""


def build_table(
    bodies: tuple[Body, ...], written: Mapping[str, tuple[Body, ...]], *, rules: WordRules
) -> NameTable:
    """Return the table of all names; ``written`` has abbreviations by their very letters."""
    named: dict[tuple[str, ...], list[Body]] = {}
    for body in bodies:
        for name in body.names:
            for form in spoken_forms(key_of(name)):
                known = named.setdefault(form, [])
                if body not in known:
                    known.append(body)
    entries = [
        NameEntry(words, tuple(found), rules.rule_of(words)) for words, found in named.items()
    ]
    entries += [NameEntry(key_of(w), found, NameRule.AS_WRITTEN, w) for w, found in written.items()]
    entries += [NameEntry(words, (), NameRule.NO_BODY) for words in rules.never]
    words = frozenset(word for entry in entries for word in entry.words)
    return NameTable(_by_first_word(entries), _vocabulary(bodies, rules.common), words, rules)


def _by_first_word(entries: list[NameEntry]) -> dict[str, tuple[NameEntry, ...]]:
    table: dict[str, list[NameEntry]] = {}
    for entry in sorted(entries, key=lambda e: (-len(e.words), e.words, e.rule)):
        table.setdefault(entry.words[0], []).append(entry)
    return {first: tuple(found) for first, found in table.items()}


def _vocabulary(bodies: tuple[Body, ...], common: frozenset[str]) -> frozenset[str]:
    kinds = (BodyKind.POLICE, BodyKind.COUNCIL)
    names = (name for body in bodies if body.kind in kinds for name in body.names)
    words = {word for name in names for word in key_of(name)}
    return frozenset(w for w in words if len(w) >= MIN_MISSPELT and w.isalpha()) - common
