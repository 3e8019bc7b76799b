"""Which bodies a question is about, and which it only mentions on the way.

"Kent Police's notifications in Medway" is about Medway; "does Leeds share data with
Bradford?" is about Leeds; "Leeds or Bradford?" is about both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.bodies import Body, BodyKind, BodyRegistry, Mention
from rag.scope.holdings import Holding, Holdings


class Role(StrEnum):
    """What a body does in its question."""

    SUBJECT = "subject"
    COMPARED = "compared"
    PARTNER = "partner"
    """Somebody the subject works with: named by the way."""
    ASIDE = "aside"
    """Part of another name: "Hampshire Hospitals NHS Trust"."""
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Named:
    """A body named in a question. ``held`` are the library's reports that it stands for."""

    mention: Mention
    written: str
    """The name as the question has it, without a possessive."""
    role: Role
    bodies: tuple[Body, ...]
    held: tuple[Holding, ...]
    note: str | None = None
    """What an asker should know about how the name was taken."""

    @property
    def label(self) -> str:
        """Return the name to show: of the reports held, else the official, else as written."""
        led = {body for holding in self.held for body in holding.led_by}
        known = [body for body in self.bodies if body in led] or list(self.bodies)
        return known[-1].name if known else self.written

    @property
    def is_clash(self) -> bool:
        """Whether the bodies are rivals for the name, not a force and a council of its area."""
        forces = [body for body in self.bodies if body.kind is BodyKind.POLICE]
        others = [body for body in self.bodies if body.kind is not BodyKind.POLICE]
        if len(forces) > 1 or len(others) > 1:
            return True
        return bool(forces and others) and others[0].police != forces[0].name

    @property
    def names_a_force(self) -> bool:
        """Whether the words name a police force, not the county that it is called after."""
        if not self.is_(BodyKind.POLICE):
            return False
        letters = [alias for body in self.bodies for alias in body.aliases if alias.isupper()]
        return bool(_FORCE.search(self.written)) or self.written.upper() in letters

    def is_(self, *kinds: BodyKind) -> bool:
        return bool(self.bodies) and all(body.kind in kinds for body in self.bodies)


ABOUT_POLICE = re.compile(
    r"\b(?:police|policing|constabulary|constables?|officers?|forces?|detectives?|PCC|custody|PEEL"
    r"|cops?|bobbies|999|101|response times?)\b",
    re.IGNORECASE,
)
_FORCE = re.compile(r"\b(?:police|constabulary|force|heddlu|met|yard)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_FILLER = r"(?:(?:in|at|for|the|of|those|that)\s+)*"
_EXCLUDED = re.compile(
    r"\b(?:other than|except(?: for| from)?|apart from|excluding|besides|outside(?: of)?)"
    rf"\s+{_FILLER}$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:than|versus|vs\.?|unlike|against"
    r"|(?:compar\w+|differ\w*|relative)\b[^.?!]*?\b(?:with|to|from))"
    rf"\s+{_FILLER}$",
    re.IGNORECASE,
)
_PARTNER = re.compile(r"\b(?:with|from|to|by|alongside|via)\s+(?:the\s+)?$", re.IGNORECASE)
_JOINED = re.compile(rf"^\s*(?:,|,?\s+(?:and|or)|\s+&)\s+{_FILLER}$", re.IGNORECASE)
_PAN = re.compile(r"\bpan-$", re.IGNORECASE)
_LONGER_NAME = re.compile(
    r"^\s+(?:(?:[A-Z][\w’'-]*|and|of|for)\s+){0,4}(?:NHS|Trust|Hospitals?|Ambulance|University|College"
    r"|Infirmary|Healthcare|CCG|ICB|Clinical|Directorate|Prison|Airport|Crown Court|Magistrates)\b"
    r"|^\s+(?:and\s+\w+\s+)?(?:ambulance service|nhs|ccg|university|hospital trust)\b"
)
OF_ALL = re.compile(
    r"\b(?:which|what|any|all|other|most|many|several|both|some|across|every|each|no)\s+"
    r"(?:(?:of the|the|other|local|police|joint|inspected)\s+){0,2}"
    r"(?:areas?|forces?|councils?|boroughs?|letters|reports|inspections|partnerships?|authorit(?:y|ies)"
    r"|places?|cit(?:y|ies)|count(?:y|ies))\b"
    r"(?!\s+(?:for improvement|for priority|of (?:concern|improvement)))",
    re.IGNORECASE,
)


def read_named(
    question: str, mentions: Sequence[Mention], holdings: Holdings, registry: BodyRegistry
) -> tuple[Named, ...]:
    """Return the bodies named in ``question`` in order, each with its role and reports."""
    about_police = bool(ABOUT_POLICE.search(question))
    found: list[Named] = []
    for at, mention in enumerate(mentions):
        previous = found[-1] if found else None
        role = _role(question, mentions, at, previous)
        written = _POSSESSIVE.sub("", mention.span.of(question))
        named = Named(mention, written, role, mention.bodies, ())
        held = _held(named, holdings, registry, about_police=about_police)
        found.append(replace(named, held=held))
    return tuple(_with_companions(found, registry))


def _role(question: str, mentions: Sequence[Mention], at: int, previous: Named | None) -> Role:
    span = mentions[at].span
    before, after = question[: span.start], question[span.end :]
    if _LONGER_NAME.match(after) or _PAN.search(before):
        return Role.ASIDE
    if previous is not None:
        between = question[previous.mention.span.end : span.start]
        if _JOINED.match(between) and previous.role is not Role.ASIDE:
            return previous.role
    if _EXCLUDED.search(before):
        return Role.EXCLUDED
    if _COMPARED.search(before):
        return Role.COMPARED
    return Role.PARTNER if _PARTNER.search(before) else Role.SUBJECT


def _held(
    named: Named, holdings: Holdings, registry: BodyRegistry, *, about_police: bool
) -> tuple[Holding, ...]:
    """Return the reports about the bodies named.

    A force also stands for the joint inspections it was part of where it is named
    as a force, or no report is its own, or a region is asked about. The bare "Essex"
    of a question that says nothing of the police is the county.
    """
    parts = [part for body in named.bodies for part in registry.parts_of(body)]
    forces = [part for part in parts if part.kind is BodyKind.POLICE]
    led = holdings.led_by(parts)
    if named.names_a_force or named.is_(BodyKind.REGION):
        return _united(led, holdings.inspecting(forces))
    if led or not (about_police or named.is_(BodyKind.POLICE)):
        return led
    return holdings.inspecting(forces)


def _united(*groups: Sequence[Holding]) -> tuple[Holding, ...]:
    by_id = {holding.report_id: holding for group in groups for holding in group}
    return tuple(by_id[report_id] for report_id in sorted(by_id))


def _with_companions(found: Sequence[Named], registry: BodyRegistry) -> Iterator[Named]:
    """Yield the named with every clash settled that another name in the question settles."""
    for named in found:
        others = [body for other in found if other is not named for body in other.bodies]
        forces = {force for body in others if (force := registry.force_of(body))}
        meant = tuple(b for b in named.bodies if b in forces)
        if named.is_clash and len(meant) == 1:
            held = tuple(h for h in named.held if meant[0] in h.led_by | h.also)
            yield replace(named, bodies=meant, held=held)
        else:
            yield named


def subjects_of(
    question: str, named: Sequence[Named], holdings: Holdings, registry: BodyRegistry
) -> tuple[Named, ...]:
    """Return the bodies that ``question`` is about: those it names less those in passing.

    Empty: it is about no body in particular.
    """
    active = _without_covering(
        question, [n for n in named if n.role is not Role.EXCLUDED], registry
    )
    if any(not n.is_(BodyKind.TOWN) for n in active):
        active = [n for n in active if not n.is_(BodyKind.TOWN)]
    active = [_from_its_force(question, n, holdings, registry) for n in active]
    subjects = [n for n in active if n.role in (Role.SUBJECT, Role.COMPARED)]
    if any(n.held for n in subjects):
        # Transport police at work in Coventry are Coventry's partners.
        subjects = [n for n in subjects if n.held or not n.is_(BodyKind.SERVICE)]
    if any(n.role is Role.SUBJECT for n in subjects):
        return tuple(subjects)
    return tuple(_only_in_passing(question, active, holdings))


def _only_in_passing(question: str, active: Sequence[Named], holdings: Holdings) -> Iterator[Named]:
    """Yield the subjects among bodies of which none is named as one."""
    if OF_ALL.search(question):
        return
    if any(n.role is not Role.ASIDE and n.held for n in active):
        active = [n for n in active if n.role is not Role.ASIDE]
    for named in active:
        incidental = named.role in (Role.PARTNER, Role.ASIDE) and not named.held
        # Of a library about one body everything is asked about that body.
        assumed = len(holdings.leads) == 1 and not named.held
        if not (
            assumed or (incidental and (named.role is Role.ASIDE or named.is_(BodyKind.SERVICE)))
        ):
            yield named


def _without_covering(
    question: str, active: Sequence[Named], registry: BodyRegistry
) -> list[Named]:
    """Return the named without the forces and regions of which an area is named as well."""
    kept: list[Named] = []
    for named in active:
        smaller = [o for o in active if o is not named and _covers(named, o, registry)]
        if not any(not _set_side_by_side(question, named, other) for other in smaller):
            kept.append(named)
    return kept


def _covers(named: Named, other: Named, registry: BodyRegistry) -> bool:
    if other.is_(BodyKind.TOWN) or not other.bodies or named.is_(BodyKind.COUNCIL, BodyKind.TOWN):
        return False
    areas = [body for body in other.bodies if body.kind is BodyKind.COUNCIL]
    forces = {force for area in areas if (force := registry.force_of(area))}
    parts = {part for body in named.bodies for part in registry.parts_of(body)}
    if named.is_(BodyKind.REGION):
        return bool(parts & (forces | set(other.bodies)))
    # Of two names that are each a force and a council neither covers the other.
    return bool(parts & forces) and not set(other.bodies) & parts


def _set_side_by_side(question: str, one: Named, other: Named) -> bool:
    """Whether two names are set against each other: "Derby and Derbyshire", "Kent v Medway"."""
    first, second = sorted((one.mention.span, other.mention.span))
    between = question[first.end : second.start]
    joined = _JOINED.match(between) or re.fullmatch(r"\s+(?:v|vs\.?|versus|than)\s+", between)
    compared = bool(joined) or Role.COMPARED in (one.role, other.role)
    return compared and not (one.names_a_force or other.names_a_force)


def _from_its_force(
    question: str, named: Named, holdings: Holdings, registry: BodyRegistry
) -> Named:
    """Return an area without a report with its force's own, in a question about police work."""
    if named.held or not named.is_(BodyKind.COUNCIL) or not ABOUT_POLICE.search(question):
        return named
    forces = [force for body in named.bodies if (force := registry.force_of(body))]
    held = holdings.led_by(forces)
    if not held:
        return named
    note = (
        f"No report is about {named.label} itself: {forces[0].name} covers it,"
        " and its report is about the whole force."
    )
    return replace(named, held=held, bodies=tuple(forces), note=note)
