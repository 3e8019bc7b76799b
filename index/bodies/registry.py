"""Who inspection reports are about: the registry of bodies and their names.

The data is in bodies.toml beside this file; index/body_names.py says how names are
kept, index/body_matching.py how they are found in a text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from index.bodies.matching import Mention, find_mentions
from index.bodies.names import Body, BodyKind, NameTable, WordRules, build_table
from index.bodies.words import key_of

__all__ = ["Body", "BodyKind", "BodyRegistry", "Mention"]


class BodyRegistry:
    """Every body known by name. Immutable; ``with_areas`` gives a larger one."""

    def __init__(
        self, bodies: tuple[Body, ...], written: Mapping[str, tuple[Body, ...]], *, rules: WordRules
    ) -> None:
        self._bodies = bodies
        self._written = written
        self._rules = rules
        self._table: NameTable = build_table(bodies, written, rules=rules)
        self._by_name = {body.name: body for body in reversed(bodies)}
        self._named = lru_cache(maxsize=4096)(self._look_up)

    @classmethod
    def load(cls) -> BodyRegistry:
        """Return the registry of bodies.toml."""
        data = tomllib.loads(
            files("index.bodies").joinpath("bodies.toml").read_text(encoding="utf-8")
        )
        bodies: list[Body] = []
        written: dict[str, tuple[Body, ...]] = {}
        for kind in (k for k in BodyKind if k is not BodyKind.TOWN):
            for row in data[kind.value]:
                body = _body(row, kind)
                bodies.append(body)
                for letters in row.get("written", ()):
                    written[letters] = (*written.get(letters, ()), body)
        bodies += _towns(data["towns"])
        return cls(_with_forces(bodies), written, rules=_rules(data["words"]))

    @property
    def bodies(self) -> tuple[Body, ...]:
        return self._bodies

    def with_areas(self, names: Iterable[str]) -> BodyRegistry:
        """Return a registry that also knows ``names`` met in a library; itself if none is new."""
        new = [_met(name) for name in dict.fromkeys(names) if key_of(name) and not self.named(name)]
        if not new:
            return self
        return BodyRegistry((*self._bodies, *new), self._written, rules=self._rules)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return the bodies that ``text`` names, in order and without overlaps.

        The longest name wins. Case, accents, "&" and the possessive do not matter;
        one letter wrong (two in words of eight and more) is forgiven where the word
        is no other. A name that is an ordinary word ("Reading") counts only where
        its surroundings make it a name.
        """
        return find_mentions(text, self._table)

    def named(self, name: str) -> tuple[Body, ...]:
        """Return the bodies of which ``name`` as a whole is an exact name; none if unknown."""
        return self._named(name)

    def parts_of(self, body: Body) -> tuple[Body, ...]:
        """Return what a region consists of, or the areas a town lies in; else the body itself."""
        return tuple(self._by_name[name] for name in body.parts) if body.parts else (body,)

    def force_of(self, council: Body) -> Body | None:
        """Return the force that covers a council's area, ``None`` if the data does not say."""
        return self._by_name.get(council.police) if council.police else None

    def _look_up(self, name: str) -> tuple[Body, ...]:
        bare = _ARTICLE.sub("", name.strip())
        mentions = self.find(bare)
        if len(mentions) != 1 or not mentions[0].exact:
            return ()
        rest = bare[: mentions[0].span.start] + bare[mentions[0].span.end :]
        return () if re.search(r"\w", rest) else mentions[0].bodies


_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)


def _body(row: Mapping[str, Any], kind: BodyKind) -> Body:
    return Body(
        name=row["name"],
        kind=kind,
        aliases=(*row.get("short", ()),),
        area=row.get("area", row["name"] if kind is BodyKind.COUNCIL else ""),
        slug=row.get("slug", "-".join(key_of(row["name"]))),
        former=(*row.get("former", ()),),
        police=row.get("police"),
        rocu=row.get("rocu"),
        parts=(*row.get("parts", ()),),
    )


def _with_forces(bodies: Sequence[Body]) -> tuple[Body, ...]:
    """Return the bodies with ``police`` of every council given as the force's official name."""
    forces = {body.area: body.name for body in bodies if body.kind is BodyKind.POLICE}
    councils = (BodyKind.COUNCIL,)
    return tuple(
        replace(body, police=forces[body.police]) if body.kind in councils and body.police else body
        for body in bodies
    )


def _towns(areas: Mapping[str, Sequence[str]]) -> Iterator[Body]:
    for council, towns in areas.items():
        yield from (Body(town, BodyKind.TOWN, parts=(council,)) for town in towns)


def _rules(words: Mapping[str, Sequence[str]]) -> WordRules:
    never = tuple(key_of(name) for name in words["never"])
    lists = {name: frozenset(found) for name, found in words.items() if name != "never"}
    return WordRules(**lists, never=never)


_KINDS_BY_WORD = (
    (BodyKind.FIRE, re.compile(r"\s+(?:County )?Fire\b.*$", re.IGNORECASE)),
    (BodyKind.POLICE, re.compile(r"\s+(?:Police|Constabulary)\b.*$", re.IGNORECASE)),
    (
        BodyKind.COUNCIL,
        re.compile(r"(?: (?:City|County|Borough|District))? Council$", re.IGNORECASE),
    ),
)


def _met(name: str) -> Body:
    """Return the body of that ``name``: a council unless its words say another kind."""
    for kind, pattern in _KINDS_BY_WORD:
        if pattern.search(name):
            return Body(name, kind, area=pattern.sub("", name), slug="-".join(key_of(name)))
    return Body(name, BodyKind.COUNCIL, area=name, slug="-".join(key_of(name)))
