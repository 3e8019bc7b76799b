"""Fragments of questions ("And in Kent?"), completed from the question before."""

from __future__ import annotations

import re

from index.bodies import BodyKind, BodyRegistry, Mention
from index.documents import ReportKind, Span
from rag.facts.lists import LISTED
from rag.followups.turns import Turn, read_turn

_CLAUSE = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can"
    r"|could|will|would|should|list|compare|tell|show|give|summari[sz]e|explain)\b|\b\w+n['’]t\b|['’]s\s+the\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:and|but|or|so|also|ok(?:ay)?|now|then|well|thanks|thank you|great|right)\b[\s,!.]*)*"
    r"(?P<about>(?:(?:what|how)\s+about|same\s+(?:question\s+)?(?:for|in|about)|(?:what|how)\s+of)\b\s*)?",
    re.IGNORECASE,
)
_PLACED = re.compile(r"^(?:in|for|at|of|on|by|with|from|during)\s+(?:the\s+)?", re.IGNORECASE)
_LOOSE_WORDS = re.compile(r"\b(?:there|here|too|as well|then|instead|please)\b", re.IGNORECASE)
_LONGEST = 10
"""Words of the longest fragment; what is longer is a question of its own."""


def is_fragment(turn: Turn) -> bool:
    """Whether a question has no clause of its own: a body, a year or a topic to put in place."""
    opening, rest = _opened(turn.text)
    if not rest or len(rest.split()) > _LONGEST or _CLAUSE.search(_without_names(turn, rest)):
        return False
    alone = bool(turn.mentions) and len(rest.split()) <= _LONGEST // 2
    return bool(opening.strip()) or bool(_PLACED.match(rest)) or alone


def _opened(text: str) -> tuple[str, str]:
    """Return a question's opening ("And what about") and the rest of it, unpunctuated."""
    bare = re.sub(r"[\s?.!]+$", "", text)
    opening = _OPENING.match(bare)
    end = opening.end() if opening else 0
    return bare[:end], bare[end:]


def _without_names(turn: Turn, rest: str) -> str:
    for mention in turn.mentions:
        rest = rest.replace(mention.span.of(turn.text), " ")
    return rest


def complete_fragment(new: Turn, old: Turn, registry: BodyRegistry) -> tuple[str, tuple[str, ...]]:
    """Return the question before with the fragment put in its place, and what was kept of it."""
    if new.mentions:
        text = _with_bodies(new, old, registry)
        return text, ("Asked as the question before was, of another body.",)
    if new.periods:
        return _with_years(new, old), ("Asked as the question before was, of another year.",)
    place = old.place()
    note = f"Asked as the question before was{f', about {place}' if place else ''}."
    return _with_topic(new, old), (note,)


def _with_bodies(new: Turn, old: Turn, registry: BodyRegistry) -> str:
    """Return ``old`` with the bodies of ``new`` in the place of its own."""
    span = Span(new.mentions[0].span.start, new.mentions[-1].span.end)
    written = re.sub(r"['’]s$", "", span.of(new.text))
    base = old if new.periods else _without_own_year(old, registry)
    text = _replaced(base, written, new.mentions, registry) if old.mentions else base.text
    stem = re.sub(r"[\s?.!]+$", "", text)
    opening, tail = _opened(new.text)[0], new.text[span.end :]
    rest = f"{new.text[len(opening) : span.start]} {tail}"
    extra = " ".join(_LOOSE_WORDS.sub(" ", re.sub(r"[\s?.!]+$", "", rest)).split())
    extra = re.sub(r"(?:\b(?:in|for|at|of|on|by|with|from|the)\s*)+$", "", extra).strip(" ,")
    if not old.mentions:
        stem = f"{stem} in {written}"
    return f"{' '.join([stem, extra]).strip()}?"


_COMPARING = re.compile(r"\b(?:compare|differ|between|which of|versus|vs)\b", re.IGNORECASE)


def _replaced(
    old: Turn, written: str, mentions: tuple[Mention, ...], registry: BodyRegistry
) -> str:
    """Return the text of ``old`` with one body exchanged and those that go with it taken out."""
    if len(old.mentions) > 1 and _COMPARING.search(old.text):
        last = old.mentions[-1].span.end
        return f"{old.text[:last]} and {written}{old.text[last:]}"
    target = _same_sort(old, mentions)
    named = {body for mention in mentions for body in mention.bodies}
    forces = {force for body in named if (force := registry.force_of(body))}
    text = old.text
    for mention in reversed(old.mentions):
        owner = "’s" if re.search(r"['’]s$", mention.span.of(old.text)) else ""
        before, after = text[: mention.span.start], text[mention.span.end :]
        if mention is target:
            text = f"{before}{written}{owner}{after}"
        elif set(mention.bodies) & forces:
            continue
        elif all(body.kind is BodyKind.POLICE for body in mention.bodies):
            text = f"{before}the police{owner}{after}"
        else:
            text = (
                re.sub(r"(?:,|\s+and|\s+or|\s+in|\s+of|\s+for)?\s*(?:and\s+)?$", "", before) + after
            )
    return re.sub(r"\bthe the\b", "the", " ".join(text.split()))


def _same_sort(old: Turn, mentions: tuple[Mention, ...]) -> Mention:
    """Return the mention of ``old`` to exchange: the first of the sort that is named now."""

    def is_police(mention: Mention) -> bool:
        return all(body.kind is BodyKind.POLICE for body in mention.bodies)

    wanted = is_police(mentions[0])
    return next((m for m in old.mentions if is_police(m) == wanted), old.mentions[0])


def _without_own_year(old: Turn, registry: BodyRegistry) -> Turn:
    """Return ``old`` without the year of its report, unless all forces share the cycle.

    "The 2016 Leeds letter" is one letter: of another area it is another year's.
    """
    if ReportKind.PEEL in old.kinds:
        return old
    text = old.text
    for period in reversed(old.report_years):
        if period.first == period.last:
            before = re.sub(r"\b(?:in|from|of)\s+$", "", text[: period.span.start])
            text = f"{before}{text[period.span.end :].lstrip()}"
    return read_turn(" ".join(text.split()), registry)


def _with_years(new: Turn, old: Turn) -> str:
    """Return ``old`` with its last year exchanged for that of ``new``, or that year added."""
    year = new.periods[0].span.of(new.text)
    at = next(iter(old.report_years or old.periods[-1:]), None)
    if at is not None:
        return f"{old.text[: at.span.start]}{year}{old.text[at.span.end :]}"
    stem = re.sub(r"[\s?.!]+$", "", old.text)
    return f"{stem} in the {year} inspection?"


_LIST = re.compile(rf"\b{LISTED}(?:[^?]*\b{LISTED})?", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|on|with)\s+(?P<topic>.+)$", re.IGNORECASE)


def _with_topic(new: Turn, old: Turn) -> str:
    """Return ``old`` with its topic exchanged where it asks "about" one, else with it added."""
    rest = " ".join(_LOOSE_WORDS.sub(" ", _opened(new.text)[1]).split())
    stem = re.sub(r"[\s?.!]+$", "", old.text)
    if (listed := _LIST.search(stem)) and _LIST.search(rest):
        # "And the recommendations?": another list takes the old one's place.
        rest = re.sub(r"^(?:the|its|their|any|all)\s+", "", rest, flags=re.IGNORECASE)
        return f"{stem[: listed.start()]}{rest}{stem[listed.end() :]}?"
    if placed := _same_place(rest, stem, old):
        return f"{stem[:placed]}{rest}?"
    asked = _ABOUT.search(stem)
    if asked is None or _PLACED.match(rest):
        return f"{stem}, and {rest}?"
    rest = re.sub(r"^about\s+", "", rest, flags=re.IGNORECASE)
    start = asked.start("topic")
    # A body inside the topic is kept: "about early help in Leeds" becomes "about X in Leeds".
    inside = [m for m in old.mentions if m.span.start >= start]
    place = (
        f" in {re.sub(r'[’' + chr(39) + ']s$', '', inside[-1].span.of(old.text))}" if inside else ""
    )
    return f"{stem[:start]}{rest}{place}?"


def _same_place(rest: str, stem: str, old: Turn) -> int | None:
    """Return where ``stem`` ends in a phrase of the preposition that ``rest`` begins with.

    "How was it rated for leadership?" and "for vetting?": "for" is exchanged.
    """
    preposition = rest.split()[0].lower() if _PLACED.match(rest) else ""
    found = list(re.finditer(rf"\b{re.escape(preposition)}\s", stem)) if preposition else []
    if not found or any(mention.span.end > found[-1].start() for mention in old.mentions):
        return None
    return found[-1].start()
