"""What kind of answer a question wants, read from its own words.

Rules over the lower-cased question, the first kind that matches wins; each rule
is a line of its own, so that a wrong reading can be traced to it. The kind
decides how long an answer is and where it is looked for; ``wants`` is the sort
of value that a sentence must hold to be an answer at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.grade_words import asks_for_grades
from rag.patterns import compiled, matching


class QuestionKind(StrEnum):
    """Kinds that are answered in different ways."""

    FACT = "fact"
    TOPIC = "topic"
    LIST = "list"
    JUDGEMENT = "judgement"
    COMPARISON = "comparison"
    CHANGE = "change"
    DEFINITION = "definition"
    WHETHER = "whether"


class Wants(StrEnum):
    """The sort of value that the answer must hold."""

    ANYTHING = "anything"
    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    DURATION = "duration"
    FREQUENCY = "frequency"
    DATE = "date"
    REASON = "reason"
    NAME = "name"


FIGURES = frozenset({Wants.COUNT, Wants.SHARE, Wants.MONEY, Wants.DURATION, Wants.DATE})
"""What is said with a number."""


@dataclass(frozen=True, slots=True)
class QuestionReading:
    kind: QuestionKind
    wants: Wants


_LISTED = (
    r"(areas? (for|of) (improvement|concern|priority action)|improvement (areas|points)|"
    r"improvements|priority actions?|recommendations?|causes? of concern|strengths|afis?)"
)

_KINDS: dict[QuestionKind, tuple[str, ...]] = {
    QuestionKind.LIST: (
        r"^\s*list\b",
        r"\b(list|name|enumerate) (all|every|each|the|everything|which|what)\b",
        r"\beverything\b.*\b(improve|strengths?|recommend\w*)\b",
        r"\bas a list\b",
        rf"\b(all|every|each|any|which|what|the)\b[^?]*\b{_LISTED}\b",
        rf"^\s*{_LISTED}\b",
        r"\bwhat\b[^?]*\b(needs?|must|should|has|have)\b[^?]*\bimprove\b",
        r"\b(told|needs?|needed|has|have) to (improve|work on|get better at)\b",
        r"\bthings\b[^?]*\bto (improve|work on)\b",
    ),
    QuestionKind.JUDGEMENT: (
        r"\b((un)?grad(e|es|ed|ing)|rat(ed|ing|ings)|judge?ments?|judged)\b",
        r"\b(outstanding|inadequate|requires improvement)\b",
    ),
    QuestionKind.COMPARISON: (
        r"\bcompar(e|ed|es|ing|ison)\b",
        r"\bdiffer(s|ed|ence|ent|ences)?\b",
        r"\b(versus|vs)\b",
        r"\b(better|worse|further ahead|easier|harder|quicker|faster|slower|more|less|fewer)\b"
        r"[^?]*\b(than|or)\b",
        r"\bwhich of\b",
        r"\bboth\b",
    ),
    QuestionKind.TOPIC: (
        r"\bwhat (did|do|does|was|were|is|are)\b[^?]*\b(say|said|find|found|conclude[sd]?|think|"
        r"thought|report(ed)?|tell|told|wrong|problems?|concerns?|views?|findings)\b",
        r"\bhow (well|good|effective|effectively|bad)\b",
        r"\bwhat(['’]s| is| was) (said|wrong|the (position|situation|picture))\b",
        r"\bwhat (is|are|was|were)\b[^?]*\bdoing\b",
        r"\btell me (about|more)\b",
        r"\bsummar(y|ise|ize)\b",
        r"\bfindings\b",
        r"\bwhat (problems|concerns|issues|difficulties|gaps|weaknesses)\b",
    ),
    QuestionKind.DEFINITION: (
        r"\bstands? for\b",
        r"\bme(an|ans|ant) by\b",
        r"\bwhat (does|did) .{1,40} mean\b",
        r"\bmeaning of\b",
        r"\bdefin(e|ed|ition)\b",
        # "What is Operation X?", "what's a Y form, in the Z report?"
        r"^\s*what(['’]s| is| are| was| were) (a |an |the )?['‘“\"]?[^,?]{2,40}['’”\"]?"
        r"(,[^?]*| (used|in|that|which|project|scheme|form|file|pathway|tool|unit|team)\b[^?]*)?"
        r"\?*\s*$",
    ),
    QuestionKind.CHANGE: (
        r"\bchang(e|ed|es|ing)\b",
        r"\bprogress(ed)?\b",
        r"\b(got(ten)?|getting|become|any) (any )?(better|worse|quicker|faster|slower)\b",
        r"\bsince (the )?(last|its|their|previous|19\d\d|20\d\d)\b",
        r"\b(sorted out|been (fixed|addressed|resolved)|no longer|over time|grown|up or down)\b",
        r"\b(still|yet)\b",
        r"\b(made|make) (any|a) difference\b|\bwhat difference\b",
        r"\bimproved\b",
    ),
    QuestionKind.WHETHER: (
        r"^\s*(and |but |so )?(is|are|was|were|do|does|did|has|have|had|can|could)\b",
    ),
}

_WANTS: dict[Wants, tuple[str, ...]] = {
    Wants.SHARE: (
        r"\b(what|which) (percentage|per ?cent|proportion|share|fraction|rate)\b",
        r"\b(percentage|proportion|share) of\b",
        r"\bhow (high|low) (is|was|are|were)\b",
        r"\brate\b",
    ),
    Wants.MONEY: (r"\bhow much\b[^?]*\b(money|funding|cash|costs?|pay|paid|spend|spent)\b",),
    Wants.DURATION: (
        r"\bhow (long|quickly|soon|late|fast)\b",
        r"\bhow many (minutes|hours|days|weeks|months|years)\b",
        r"\b(longest|shortest|waiting times?|(time|legal) limit)\b",
    ),
    Wants.FREQUENCY: (r"\bhow (often|frequently|regularly)\b",),
    Wants.COUNT: (
        r"\bhow (many|much|big|large)\b",
        r"\b(what|which) number\b|\bnumber of\b",
    ),
    Wants.DATE: (
        # Not "when it visits": a question's own "when" comes with its verb.
        r"\bwhen (is|are|was|were|do|does|did|has|have|had|will|must|should|can|exactly)\b",
        r"\b(what|which) (dates?|day|month|year)\b",
        r"\b(deadline|due date)\b",
    ),
    Wants.REASON: (
        r"\bwhy\b|\bhow come\b",
        r"\bwhat (is|was|were|are) the (reason|cause)s?\b",
    ),
    Wants.NAME: (
        r"\b(who|whose)\b",
        r"\bwhich (organisation|agency|agencies|partner|system|team|tool|body)\b",
    ),
}

_ASKS = (
    r"\s*(and |but |so )?(who|whose|what|which|where|when|why|is|are|was|were|do|does|did|has|have|"
    r"had|can|could|how)\b"
)
"""How a question about one thing begins; other words name a topic."""


_KIND_RULES = compiled(_KINDS)
_WANTS_RULES = compiled(_WANTS)


def read_question(question: str) -> QuestionReading:
    """Return the kind of the question and the value it wants.

    >>> read_question("How many detective posts are vacant?").wants.value
    'count'
    >>> read_question("List the areas for improvement.").kind.value
    'list'
    """
    text = question.lower().replace("’", "'")
    wants = next(iter(matching(_WANTS_RULES, text)), Wants.ANYTHING)
    asks = wants is not Wants.ANYTHING or re.match(_ASKS, text)
    otherwise = QuestionKind.FACT if asks else QuestionKind.TOPIC
    kind = _first_of_all(text) or next(iter(matching(_KIND_RULES, text)), otherwise)
    return QuestionReading(kind, wants)


def _first_of_all(text: str) -> QuestionKind | None:
    """Return the kind of a question whose other words would be read as another kind's."""
    if re.search(r"\bwhat (?:do|does|did)\b[^?]*\bstands? for\b|\b(?:short|acronym) for\b", text):
        # "What does AFI stand for?" names a list, and asks for none.
        return QuestionKind.DEFINITION
    if asks_for_grades(text):
        # "List the grades", "which areas require improvement?"
        return QuestionKind.JUDGEMENT
    return None
