"""What kind of answer a question wants, read from its own words.

Rules, in order, over the question's lower-cased text: each is a named pattern,
so that a wrong reading can be traced to a line. The kind decides how long an
answer is and where it is looked for; ``wants`` is the sort of value that a
sentence must contain to be an answer at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class QuestionKind(StrEnum):
    """Kinds that are answered in different ways."""

    FACT = "fact"
    TOPIC = "topic"
    LIST = "list"
    JUDGEMENT = "judgement"
    COMPARISON = "comparison"
    CHANGE = "change"
    DEFINITION = "definition"


class Wants(StrEnum):
    """The sort of value that the answer must hold."""

    ANYTHING = "anything"
    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    DURATION = "duration"
    DATE = "date"
    REASON = "reason"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class QuestionReading:
    kind: QuestionKind
    wants: Wants


_LIST = re.compile(
    r"\b(list|name|enumerate) (all|every|each|the|everything|which|what)\b|^\s*list\b|"
    r"\b(all|every|each of) (the|of the)\b.*\b(areas?|actions?|points?|recommendations?|"
    r"improvements?|strengths?|causes?)\b|\beverything (that|which)?\b|\bas a list\b|"
    r"\bwhat (were|are|was|is) the\b.*\b(areas? (for|of) (improvement|concern|priority action)|"
    r"priority actions?|improvement areas?|recommendations?|causes? of concern|strengths|"
    r"improvements?)\b|"
    r"\b(areas? for (improvement|priority action)|priority actions?|recommendations|"
    r"causes? of concern|afis?)\b|"
    r"\b(which|what)\b[^?]*\bstrengths\b|\bwhat (needs|need|must|should)\b[^?]*\bimprov|"
    r"\b(needs?|needed|has|have|told) to (improve|work on|get better at)\b|\bimprovement points\b|"
    r"\bwhat improvements\b"
)
_JUDGEMENT = re.compile(
    r"\b(grade[sd]?|grading|graded|rated|rating|ratings|judgements?|judgments?|judged)\b|"
    r"\b(outstanding|inadequate|requires improvement)\b"
)
_COMPARISON = re.compile(
    r"\bcompar(e|ed|es|ing|ison)\b|\bdiffer(s|ed|ence|ent|ences)?\b|\bversus\b|\bvs\b|"
    r"\b(better|worse|further ahead|easier|harder|quicker|slower|more|less|fewer)\b[^?]*\b(than|or)\b|"
    r"\bwhich of\b|\bboth\b"
)
_CHANGE = re.compile(
    r"\b(chang(e|ed|es|ing)|improved since|progress(ed)?|got(ten)? (any )?(better|worse|quicker|"
    r"faster|slower)|getting (better|worse)|any (better|worse|quicker|faster)|"
    r"since (the )?(last|its|their|previous|19\d\d|20\d\d|[a-z]+ (last )?(visit|inspect))|"
    r"sorted out|been (fixed|addressed|resolved)|(still|yet) |no longer|over time|grown|"
    r"up or down|made (any|a) difference|what difference)\b"
)
_DEFINITION = re.compile(
    r"\b(stand(s)? for|mean(s|t)? by|what does .{1,40} mean|meaning of|defin(e|ed|ition)|"
    r"explain what .{1,40} (is|are|was|were))\b|"
    r"^\s*what(['’]s| is| are| was| were) (a |an |the |meant by )?['‘“\"]?[^,?]{2,40}['’”\"]?"
    r"(?:,[^?]*| (used|in|that|which|project|scheme|form|file|pathway|tool|unit|team)\b[^?]*)?\?*\s*$"
)
_TOPIC = re.compile(
    r"\bwhat (did|do|does|was|were|is|are) [^?]*\b(say|said|find|found|conclude|concluded|think|"
    r"thought|report(ed)?|tell|told|wrong|problems?|concerns?|view|findings)\b|"
    r"\bhow (well|good|effective|effectively|bad)\b|\bwhat(['’]s| is| was) (said|wrong|the (position|"
    r"situation|picture))\b|\btell me (about|more)\b|\bsummar(y|ise|ize)\b|\bfindings\b|"
    r"\bwhat (problems|concerns|issues|difficulties|gaps|weaknesses)\b"
)

_WANTS: tuple[tuple[Wants, re.Pattern[str]], ...] = (
    (
        Wants.SHARE,
        re.compile(
            r"\b(what|which) (percentage|per ?cent|proportion|share|fraction|rate)\b|"
            r"\b(percentage|proportion|share) of\b|\bhow (high|low) (is|was|are|were)\b|\brate\b"
        ),
    ),
    (
        Wants.MONEY,
        re.compile(r"\bhow much (money|funding|did .* (cost|pay|spend)|was .* (spent|paid))\b"),
    ),
    (
        Wants.DURATION,
        re.compile(
            r"\bhow (long|quickly|soon|late|fast)\b|\bhow many (weeks|days|months|hours|years|minutes)\b|"
            r"\b(longest|shortest|waiting times?|deadline|time limit|legal limit)\b"
        ),
    ),
    (Wants.COUNT, re.compile(r"\bhow (many|much|big|large|often)\b|\bnumber of\b|\bwhat number\b")),
    (
        Wants.DATE,
        re.compile(r"\bwhen\b|\b(what|which) (date|dates|day|month|year)\b|\bby what date\b"),
    ),
    (Wants.REASON, re.compile(r"\bwhy\b|\bwhat (is|was|were|are) the (reason|cause)s?\b|\bhow come\b")),
    (Wants.NAME, re.compile(r"\bwho\b|\bwhose\b|\bwhich (organisation|agency|agencies|partner|system|team|tool|body)\b")),
)  # fmt: skip


def read_question(question: str) -> QuestionReading:
    """Return the kind of the question and the value it wants.

    >>> read_question("How many detective posts are vacant?").wants.value
    'count'
    >>> read_question("List the areas for improvement.").kind.value
    'list'
    """
    text = question.lower().replace("’", "'")
    return QuestionReading(kind=_kind(text), wants=_wants(text))


def _kind(text: str) -> QuestionKind:
    if _LIST.search(text):
        return QuestionKind.LIST
    if _JUDGEMENT.search(text):
        return QuestionKind.JUDGEMENT
    if _COMPARISON.search(text):
        return QuestionKind.COMPARISON
    if _TOPIC.search(text):
        return QuestionKind.TOPIC
    if _DEFINITION.search(text):
        return QuestionKind.DEFINITION
    if _CHANGE.search(text):
        return QuestionKind.CHANGE
    return (
        QuestionKind.FACT
        if _wants(text) is not Wants.ANYTHING or _asks(text)
        else QuestionKind.TOPIC
    )


def _asks(text: str) -> bool:
    """Whether the words form a question about one thing rather than name a topic."""
    return bool(re.match(r"\s*(and |but |so )?(who|whose|what|which|where|when|is|are|was|were|do|does|did|has|have|had|can|could)\b", text))  # fmt: skip


def _wants(text: str) -> Wants:
    return next((wants for wants, pattern in _WANTS if pattern.search(text)), Wants.ANYTHING)
