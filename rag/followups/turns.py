"""One question of a conversation: what it names, and what it leaves to the question before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.bodies import BodyKind, BodyRegistry, Mention
from index.documents import ReportKind
from rag.scope.periods import Period, Standing, find_periods
from rag.scope.report_kinds import kinds_named
from rag.scope.subjects import OF_ALL


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with the bodies, years and kinds of report that it names."""

    text: str
    mentions: tuple[Mention, ...]
    periods: tuple[Period, ...]
    kinds: tuple[ReportKind, ...]

    @property
    def bodies(self) -> tuple[str, ...]:
        """Return the bodies as the question writes them, each once, without possessives."""
        written = (re.sub(r"['’]s$", "", m.span.of(self.text)) for m in self.mentions)
        return tuple(dict.fromkeys(written))

    @property
    def report_years(self) -> tuple[Period, ...]:
        return tuple(p for p in self.periods if p.standing is Standing.REPORT)

    @property
    def report(self) -> str:
        """Return the report as its year and kind name it: "2024 JTAI"; empty if they do not."""
        kind = _KIND_WORDS.get(self.kinds[0], "") if self.kinds else ""
        years = [f"{period.label} {kind or 'inspection'}" for period in self.report_years]
        return ", ".join(years) or kind

    def place(self) -> str:
        """Return the bodies, and the report where the question names one: "Leeds, 2024 JTAI"."""
        return ", ".join(filter(None, [*self.bodies, self.report])) if self.bodies else ""


_KIND_WORDS = {ReportKind.PEEL: "PEEL", ReportKind.JTAI: "JTAI"}


def read_turn(text: str, registry: BodyRegistry) -> Turn:
    """Return ``text`` with what it names."""
    mentions = registry.find(text)
    periods = find_periods(text, [mention.span for mention in mentions])
    return Turn(text, mentions, periods, kinds_named(text)[0])


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a question takes from the one before: its topic, its body."""

    on_topic: bool = False
    on_body: bool = False


_FUNCTION = re.compile(
    r"and|but|so|or|also|then|ok|okay|well|now"
    r"|(?:what|which|who|whom|whose|when|where|why|how)(?:'s)?"
    r"|list|show|give|tell|explain|describe|compare|repeat|say|me|us|you|the"
    r"|many|much|long|often|far|big|good|bad|late|old|soon|few|exactly|else|only|just|still|even|really"
    r"|(?:is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should)(?:n't)?"
    r"|be|been|being|am|can|will|may|might|must|not"
    r"|of|in|on|at|for|to|by|with|from|about|all|any|some|each|both|more|most"
)
_PRONOUN = re.compile(
    r"(?:they|it|that|this)(?:'s|'re|'ve)?|them|their|theirs|its|he|she|him|her|his|hers"
    r"|these|those|ones?"
)
_LAST_PRONOUN = re.compile(r"it|this|that|them|those|these|so|then|both")
_THERE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bbe )\bthere\b"
    r"(?!\s+(?:is|are|was|were|has|have|any|an?|be|been|enough|still)\b)"
    r"|\b(?:is|are|was|were)\s+\w+(?:\s+\w+)*\s+there\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\bthe same\b|\bwhy not\b|\bhow come\b|\bsince then\b|\bby then\b|\bsuch an?\b|\bthe others?\b"
    r"|\bthe (?:\w+ )?ones?\b|\bagain\b|\bmore (?:details?|about|on)\b"
    r"|^(?:go on|continue|elaborate)\b"
    r"|\b(?:after|before|despite|because of) (?:that|this)\b|\bthe (?:former|latter)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:do|does) (?:the )?(?:inspectors|inspectorates?|inspections?|hmicfrs|hmic|ofsted|letters"
    r"|(?:inspection )?reports|jtais)\b"
    r"|\b(?:stands? for|in general|generally|nationally|elsewhere|anywhere|mean)\b"
    r"|^what(?:['’]s| is| are) an? ",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"\b(?:any )?(?:better|worse|different|differ|compares?|than|ahead|behind)\b", re.IGNORECASE
)
_CONNECTED = re.compile(r"^(?:and|but|so|also|then|or)\b", re.IGNORECASE)
_BRIEF = 7
"""Words up to which a comparison has no topic of its own: "Is Leeds any better?"."""

_SHORT = 3
"""Words up to which a question without a name says nothing by itself: "Since when?"."""


def leans_on(new: Turn, old: Turn, registry: BodyRegistry) -> Leaning:
    """Return what ``new``, a whole clause, takes from ``old``.

    A pronoun where the subject stands takes up the topic; a later one may mean
    something in its own sentence. A conversation stays with its body until another
    is named or the question is about all of them.
    """
    words = re.findall(r"[\w'’-]+", new.text.lower().replace("’", "'"))
    topic = bool(
        _starts_with_pronoun(words)
        or _THERE.search(new.text)
        or _SAME.search(new.text)
        or (new.mentions and _BETTER.search(new.text) and len(words) <= _BRIEF)
        or (not new.mentions and _trails_off(words))
        or (not new.mentions and _CONNECTED.match(new.text))
    )
    if OF_ALL.search(new.text):
        return Leaning(on_topic=topic)
    if new.mentions:
        both = _BETTER.search(new.text) or _in_the_same_place(new, old, registry)
        return Leaning(topic, topic and bool(both))
    return Leaning(topic, topic or not _GENERAL.search(new.text))


def _starts_with_pronoun(words: list[str]) -> bool:
    """Whether nothing but function words stands before the first pronoun."""
    for word in words:
        if _PRONOUN.fullmatch(word):
            return True
        if not _FUNCTION.fullmatch(word):
            return False
    return True


def _trails_off(words: list[str]) -> bool:
    return len(words) <= _SHORT or bool(_LAST_PRONOUN.fullmatch(words[-1]))


def _in_the_same_place(new: Turn, old: Turn, registry: BodyRegistry) -> bool:
    """Whether what ``new`` names lies in the area that ``old`` is about, or covers it."""
    named = {part for m in new.mentions for b in m.bodies for part in registry.parts_of(b)}
    before = {part for m in old.mentions for b in m.bodies for part in registry.parts_of(b)}
    if all(body.kind is BodyKind.SERVICE for body in named):
        return True
    forces = {force for body in before if (force := registry.force_of(body))}
    return bool(named & (before | forces))


_LEAD_IN = re.compile(
    r"^(?:(?:and|but|so|also|please|ok|okay|hi|hello)\b[\s,]*)*"
    r"(?:(?:can|could) you\s+)?"
    r"(?:(?:tell|show|give) me\s+(?:more\s+)?(?:about\s+)?"
    r"|(?:list|summari[sz]e|describe|explain|compare)\s+)?"
    r"(?:(?:what|which|who|whom|whose|when|where|why|how)(?:['’]s)?\b\s*)?"
    r"(?:(?:well|good|bad|big|long|many|much|often|far|late|old|soon|effective|serious)\b\s*)?"
    r"(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)(?:n['’]t)?\b\s*)?"
    r"(?:(?:inspectors|the inspectors|inspectorates|hmicfrs|ofsted|they|it|there)\s+"
    r"(?:say|find|think|conclude|report|see|find out)?\s*(?:about\s+|on\s+|with\s+)?)?",
    re.IGNORECASE,
)


def subject_of(turn: Turn, *, keep_bodies: bool) -> str:
    """Return a question without its asking words: what it is about, roughly a noun phrase."""
    text = turn.text
    if not keep_bodies:
        for mention in reversed(turn.mentions):
            before = re.sub(r"\b(?:in|of|for|at|by|from|with)\s+$", "", text[: mention.span.start])
            text = f"{before} {text[mention.span.end :]}"
    bare = re.sub(r"[\s?.!]+$", "", _LEAD_IN.sub("", text, count=1))
    bare = re.sub(r"\s*\(([^()]*)\)", r", \1", bare)
    return " ".join(bare.split()) or re.sub(r"[\s?.!]+$", "", text)
