"""Which of the sentences that were read make the answer: how many, from where, in what order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Report, Span
from index.store.keywords import analyse
from index.store.snapshot import Snapshot
from rag.extractive import Claim, verbatim
from rag.features import Candidate, candidates_of, leans_back
from rag.questions import QuestionKind
from rag.reading import ReadSentence


@dataclass(frozen=True, slots=True)
class Length:
    """How long an answer may be.

    At most ``sentences``, ``a_report`` of each report, none whose log-odds are
    more than ``behind`` below the best's; ``closely`` more where a sentence
    comes so near to the best that leaving it out would be a guess.
    """

    sentences: int
    a_report: int
    behind: float
    closely: int = 0


LENGTHS = {
    # Within 2 log-odds a sentence of three is evidence; within 3.5, one of five.
    QuestionKind.FACT: Length(3, 3, 2.0),
    QuestionKind.DEFINITION: Length(2, 3, 3.5, closely=1),
    QuestionKind.JUDGEMENT: Length(3, 3, 3.0),
    QuestionKind.WHETHER: Length(4, 4, 3.5),
    QuestionKind.TOPIC: Length(6, 6, 3.5),
    QuestionKind.CHANGE: Length(5, 5, 3.5),
    QuestionKind.COMPARISON: Length(3, 4, 3.0, closely=1),
    QuestionKind.LIST: Length(8, 8, 3.0),
}
"""By kind of question; a comparison's is for each side."""

ACROSS_REPORTS = Length(8, 2, 3.5)
"""For a topic over many reports: breadth before depth."""

CLOSE = 2.0
"""Log-odds behind the best within which a sentence comes near to it."""

GOES_ON = 0.5
"""Log-odds that a sentence gains by going on from a chosen one.

Contained what they must, two groups of gold against a third: 0.80, 0.84 and
0.93 with 0.5; 0.79, 0.85 and 0.85 without; 0.80, 0.79 and 0.93 with 1.5.
"""

SAME = 0.7
"""Two sentences that share this much of their words (Jaccard) say the same."""


def choose(
    sentences: Sequence[ReadSentence], snapshot: Snapshot, *, length: Length
) -> tuple[Claim, ...]:
    """Return the chosen sentences as claims, grouped by place, the best place first.

    A sentence that opens with a pronoun brings the one before it along, which
    says what the pronoun means; it does not count towards the length.
    """
    if not sentences:
        return ()
    best = _log_odds(sentences[0])
    chosen: list[ReadSentence] = []
    a_report: Counter[str] = Counter()
    left = dict.fromkeys(sentences)
    while left:
        read = max(left, key=lambda each: _log_odds(each) + _continues(each, chosen))
        del left[read]
        behind = best - _log_odds(read) - _continues(read, chosen)
        room = length.sentences + (length.closely if behind <= CLOSE else 0)
        if len(chosen) >= room or behind > length.behind:
            break
        report_id = read.candidate.report_id
        if a_report[report_id] < length.a_report and not _said(read, chosen):
            chosen.append(read)
            a_report[report_id] += 1
    return _claims(chosen, snapshot)


def _log_odds(read: ReadSentence) -> float:
    chance = min(max(read.probability, 1e-9), 1 - 1e-9)
    return math.log(chance / (1 - chance))


def _continues(read: ReadSentence, chosen: Sequence[ReadSentence]) -> float:
    """Return ``GOES_ON`` for the sentence after a chosen one in the same passage, else 0."""
    own = read.candidate
    follows = any(
        own.passage_id == other.candidate.passage_id
        and 0 <= own.span.start - other.candidate.span.end <= 1
        for other in chosen
    )
    return GOES_ON if follows else 0.0


def _said(read: ReadSentence, chosen: Sequence[ReadSentence]) -> bool:
    words = set(analyse(read.candidate.text))
    for other in chosen:
        others = set(analyse(other.candidate.text))
        if words and len(words & others) >= SAME * len(words | others):
            return True
    return False


def _claims(chosen: Sequence[ReadSentence], snapshot: Snapshot) -> tuple[Claim, ...]:
    scores = {read.candidate: read.probability for read in chosen}
    for read in chosen:
        if (before := _before(read.candidate, snapshot)) and before not in scores:
            scores[before] = read.probability
    best: dict[tuple[str, int], float] = {}
    places = {candidate: _place(candidate, snapshot) for candidate in scores}
    for candidate, score in scores.items():
        best[places[candidate]] = max(best.get(places[candidate], 0.0), score)
    ordered = sorted(scores, key=lambda c: (-best[places[c]], places[c], c.span))
    return tuple(verbatim(snapshot.report(c.report_id), c.span, score=scores[c]) for c in ordered)


def _place(candidate: Candidate, snapshot: Snapshot) -> tuple[str, int]:
    return candidate.report_id, snapshot.passage(candidate.passage_id).section


def _before(candidate: Candidate, snapshot: Snapshot) -> Candidate | None:
    """Return the sentence before in the same paragraph, if the sentence leans on it."""
    if not leans_back(candidate.text):
        return None
    earlier = [c for c in candidates_of(snapshot, candidate.passage_id) if c.span < candidate.span]
    report = snapshot.report(candidate.report_id)
    if not earlier or _apart(report, earlier[-1].span, candidate.span):
        return None
    return earlier[-1]


def _apart(report: Report, first: Span, second: Span) -> bool:
    return "\n" in report.text[first.end : second.start]
