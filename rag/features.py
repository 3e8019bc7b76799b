"""What can be seen of a sentence beside a question, without a model that reads.

Every feature is a number with a plain meaning, so that a wrong choice can be
explained. The order of ``FEATURES`` is the order of the columns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.documents import Passage, Report, Span
from index.embedding import Embeddings
from index.store.hits import Hit
from index.store.keywords import analyse
from index.store.snapshot import Snapshot
from rag.extractive import speaks_of_earlier
from rag.questions import Wants
from rag.vocabulary import Query
from rag.wording import coverage, weight

FEATURES = (
    "cosine",  # question and sentence; the sentence's vector knows its neighbours
    "passage_cosine",
    "coverage",  # share of the question's weight that the sentence holds
    "coverage_before",  # what the sentence before adds to it
    "coverage_after",
    "passage_coverage",
    "heading_coverage",
    "bm25",  # over sentences, against the best one read
    "passage_rank",  # 1 / (2 + rank)
    "wanted_value",  # a number where a number is asked for, and so on
    "length",  # log of the characters
    "opens_paragraph",
    "leans_back",  # opens with a pronoun
    "earlier",  # tells of an earlier inspection
    "defines",  # gives the expansion of an acronym in the question
    "frame",  # says what was inspected, when and by whom, or what happens next
    "fragment",  # neither ends like a sentence nor stands in a list: an address, a signature
)

_WORDS_FOR_NUMBERS = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundreds?|thousands?|dozens?|half|halved|majority|third|quarter|once|twice|single|double[sd]?|"
    r"treble[sd]?|tripled?)\b"
)
_NUMBER = re.compile(rf"\d|{_WORDS_FOR_NUMBERS}", re.IGNORECASE)
_SHARE = re.compile(
    r"%|\bper ?cent\b|\bproportion|\bout of\b|\bof the \d|\b(?:half|quarter|third|majority)\b|"
    r"\brate\b|\btimes\b|\bin (?:every )?\d",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\b(?:minute|hour|day|week|fortnight|month|year)s?\b|\bsince (?:\w+ )?(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\b(?:daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?|yearly|regular(?:ly)?|routinely|"
    r"often|rarely|every|each|once|twice|times a)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December|(?:19|20)\d\d)\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|result(?:s|ed)? (?:of|in|from)|reason|caus\w+|"
    r"led to|means that|so that|in order to|contribut\w+|lack of)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=\S )[A-Z][\w’']+")
_LEANS_BACK = re.compile(
    r"(?:And |But |However, |Also, )?(?:This|These|Those|That|It|They|Their|Its|Such|He|She)\b"
)

_AFTERWORD = re.compile(r"\W*(?:next steps|yours sincerely|signed)\b", re.IGNORECASE)

_YEAR = re.compile(r"(?:19|20)\d\d(?:/\d\d)?")
_PEOPLE = frozenset(analyse("people person child children young adult victim boys girls families"))
"""Whom a report counts under another word than the question's."""
BESIDE = 6
"""Words on either side of a number among which it says what it counts."""

_BM25_K1, _BM25_B = 1.2, 0.5
"""Sentences differ less in length than passages do: b is lower than BM25's usual 0.75."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with its place."""

    passage_id: int
    report_id: str
    span: Span
    text: str


def candidates_of(snapshot: Snapshot, passage_id: int) -> list[Candidate]:
    """Return the sentences of a passage, in order."""
    passage = snapshot.passage(passage_id)
    report = snapshot.report(passage.report_id)
    return [
        Candidate(passage_id, passage.report_id, span, span.of(report.text))
        for span in passage.sentences
    ]


def sentence_features(
    snapshot: Snapshot,
    query: Query,
    vector: Embeddings,
    wants: Wants,
    ranking: Sequence[Hit],
) -> tuple[list[Candidate], NDArray[np.float64]]:
    """Return the sentences of the ranked passages and their features, one row a sentence."""
    candidates: list[Candidate] = []
    rows: list[list[float]] = []
    for rank, hit in enumerate(ranking, start=1):
        found = candidates_of(snapshot, hit.passage_id)
        rows += _passage_rows(snapshot, query, vector, wants, hit.passage_id, rank, found)
        candidates += found
    if not rows:
        return [], np.empty((0, len(FEATURES)))
    matrix = np.array(rows, dtype=np.float64)
    at = FEATURES.index("bm25")
    matrix[:, at] /= max(float(matrix[:, at].max()), 1e-9)
    return candidates, matrix


def _passage_rows(
    snapshot: Snapshot,
    query: Query,
    vector: Embeddings,
    wants: Wants,
    passage_id: int,
    rank: int,
    candidates: Sequence[Candidate],
) -> list[list[float]]:
    keywords = snapshot.keywords
    passage = snapshot.passage(passage_id)
    report = snapshot.report(passage.report_id)
    tokens = [keywords.analyse(candidate.text) for candidate in candidates]
    sets = [frozenset(t) for t in tokens]
    heading = frozenset(keywords.analyse(" ".join(report.sections[passage.section].path)))
    whole = heading.union(*sets)
    cosines = snapshot.sentence_vectors(passage_id) @ vector
    of_passage = [
        float(snapshot.passage_vector(passage_id) @ vector),
        coverage(query.core, whole, keywords),
        coverage(query.core, heading, keywords),
    ]
    rows = []
    for i, candidate in enumerate(candidates):
        own = coverage(query.core, sets[i], keywords)
        before = coverage(query.core, sets[i] | sets[i - 1], keywords) - own if i else 0.0
        after = (
            coverage(query.core, sets[i] | sets[i + 1], keywords) - own
            if i + 1 < len(sets)
            else 0.0
        )
        rows.append(
            [
                float(cosines[i]),
                of_passage[0],
                own,
                before,
                after,
                of_passage[1],
                of_passage[2],
                _bm25(query, tokens[i], snapshot),
                1 / (2 + rank),
                fits(wants, candidate.text),
                math.log(1 + len(candidate.text)),
                float(_opens_paragraph(report, candidate.span)),
                float(leans_back(candidate.text)),
                float(speaks_of_earlier(report, candidate.span)),
                float(_defines(report, passage, candidate.span, query)),
                float(_is_frame(report, passage, candidate.span)),
                float(_is_fragment(report, candidate)),
            ]
        )
    return rows


def _bm25(query: Query, tokens: Sequence[str], snapshot: Snapshot) -> float:
    norm = _BM25_K1 * (1 - _BM25_B + _BM25_B * len(tokens) / 14)
    score = 0.0
    for group in query.core:
        if tf := sum(token in group for token in tokens):
            score += weight(group, snapshot.keywords) * tf / (tf + norm)
    return score


def fits(wants: Wants, text: str) -> float:
    """Return how well the sentence can hold the value that is wanted: 0 no, 1 yes."""
    number = bool(_NUMBER.search(text))
    match wants:
        case Wants.ANYTHING:
            return 0.0
        case Wants.COUNT:
            return float(number)
        case Wants.SHARE:
            return (0.3 + 0.7 * bool(_SHARE.search(text))) * number
        case Wants.MONEY:
            return float("£" in text)
        case Wants.DURATION:
            return float(number and bool(_DURATION.search(text)))
        case Wants.FREQUENCY:
            return float(bool(_FREQUENCY.search(text)))
        case Wants.DATE:
            return float(bool(_DATE.search(text)) or (number and bool(_DURATION.search(text))))
        case Wants.REASON:
            return 0.5 * bool(_REASON.search(text))
        case Wants.NAME:
            return 0.4 * bool(_NAME.search(text))


def holds_figure(wants: Wants, text: str, query: Query) -> bool:
    """Whether the sentence has a figure of the kind that is wanted, and of what was asked.

    A count has a word of the question within ``BESIDE`` words of it: "ten search
    warrants" is no count of officers. A year counts nothing.
    """
    match wants:
        case Wants.COUNT:
            return _counts(text, query)
        case Wants.SHARE:
            return bool(_NUMBER.search(text)) and bool(_SHARE.search(text))
        case _:
            return bool(fits(wants, text))


def _counts(text: str, query: Query) -> bool:
    words = text.split()
    asked = {token for group in query.core for token in group}
    for at, word in enumerate(words):
        if _NUMBER.search(word) and not _YEAR.fullmatch(word.strip(".,;:()")):
            near = " ".join([*words[max(0, at - BESIDE) : at], *words[at + 1 : at + 1 + BESIDE]])
            beside = set(analyse(near))
            if asked & beside or (asked & _PEOPLE and beside & _PEOPLE):
                return True
    return False


def leans_back(text: str) -> bool:
    """Whether a sentence opens with a pronoun whose meaning stands before it."""
    return bool(_LEANS_BACK.match(text))


def _opens_paragraph(report: Report, span: Span) -> bool:
    before = report.text[max(0, span.start - 4) : span.start]
    return not before.strip(" •") or "\n" in before


def _is_frame(report: Report, passage: Passage, span: Span) -> bool:
    path = report.sections[passage.section].path
    if path and _AFTERWORD.match(path[-1]):
        return True
    return any(span.overlaps(said) for said in report.metadata.evidence.values())


def _is_fragment(report: Report, candidate: Candidate) -> bool:
    listed = report.text[max(0, candidate.span.start - 2) : candidate.span.start] == "• "
    return not listed and candidate.text[-1:] not in ".?!:;”’)"


def _defines(report: Report, passage: Passage, span: Span, query: Query) -> bool:
    asked = {token for group in query.core for token in group}
    return any(
        not asked.isdisjoint(analyse(definition.acronym))
        for definition in report.definitions
        if passage.span.contains(definition.span) and span.overlaps(definition.span)
    )
