"""Where the words of the gold stand in the reports of a library.

Gold quotes are text, not positions, so no change of parser, passages or
encoder touches them. They are looked up once a run, in three steps that
forgive more and more; what none of them finds is a stale label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rapidfuzz import fuzz

from eval.folding import Folded, fold_letters, fold_typography
from eval.gold import Evidence, GoldQuestion
from index.documents import Report, Span
from index.errors import UnknownReport
from index.structure import report_id_of

MIN_PARTIAL_RATIO = 95.0
"""Of 100; by the contract. One wrong character in a sentence of average length costs about 1."""


class MatchStep(StrEnum):
    """How much had to be forgiven for a quote to be found."""

    TYPOGRAPHY = "typography"
    """White space, typographic characters, hyphens at line ends."""
    LETTERS = "letters"
    """Everything but letters and digits; footnote digits."""
    PARTIAL = "partial"
    """Up to one character in twenty."""


@dataclass(frozen=True, slots=True)
class LocatedQuote:
    """A quote found in a report: every place where it stands, in order, at least one.

    ``cycle`` and ``kind`` are what the report says of itself, for slices.
    """

    report_id: str
    spans: tuple[Span, ...]
    step: MatchStep
    cycle: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The words of a report that are most like a quote; ``ratio`` of 100."""

    text: str
    ratio: float


@dataclass(frozen=True, slots=True)
class StaleLabel:
    """Evidence that the library does not hold, and why.

    ``nearest`` is ``None`` where the report itself is missing.
    """

    gold: str
    question_id: str
    evidence: Evidence
    reason: str
    nearest: NearMiss | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """The evidence of each question by ``(gold, id)``, and what was not found."""

    located: Mapping[tuple[str, str], tuple[LocatedQuote, ...]]
    stale: tuple[StaleLabel, ...]

    def of(self, question: GoldQuestion) -> tuple[LocatedQuote, ...]:
        return self.located[question.gold, question.id]

    def steps(self, gold: str) -> Counter[MatchStep]:
        """Return how many quotes of a gold file were found by each step."""
        return Counter(quote.step for quote in self._of_gold(gold))

    def ambiguous(self, gold: str) -> int:
        """Return how many quotes of a gold file stand more than once in their report."""
        return sum(len(quote.spans) > 1 for quote in self._of_gold(gold))

    def _of_gold(self, gold: str) -> Iterator[LocatedQuote]:
        for (name, _), quotes in self.located.items():
            if name == gold:
                yield from quotes


class QuoteFinder:
    """Finds quotes in one text; the folded text is made once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._typography = fold_typography(text)

    @cached_property
    def _letters(self) -> Folded:
        return fold_letters(self._text)

    def find(self, quote: str) -> tuple[MatchStep, tuple[Span, ...]] | None:
        """Return the first step that finds the quote, and all places where that step does.

        A place inside a longer word ("act" in "fact") is none.
        """
        if spans := self._exact(self._typography, fold_typography(quote).text.strip()):
            return MatchStep.TYPOGRAPHY, spans
        if spans := self._exact(self._letters, fold_letters(quote).text):
            return MatchStep.LETTERS, spans
        if spans := self._partial(fold_typography(quote).text.strip()):
            return MatchStep.PARTIAL, spans
        return None

    def nearest(self, quote: str) -> NearMiss | None:
        """Return the words most like a quote that is not found; ``None`` without any."""
        wanted, haystack = fold_typography(quote).text.strip(), self._typography
        if not wanted or not haystack.text:
            return None
        if len(wanted) > len(haystack.text):
            return NearMiss(self._text.strip(), fuzz.ratio(wanted, haystack.text))
        alignment = fuzz.partial_ratio_alignment(wanted, haystack.text)
        if alignment is None or alignment.dest_start == alignment.dest_end:
            return None
        span = haystack.original(alignment.dest_start, alignment.dest_end)
        return NearMiss(self._whole_words(span).of(self._text).strip(), alignment.score)

    def _exact(self, folded: Folded, quote: str) -> tuple[Span, ...]:
        spans = (folded.original(at, at + len(quote)) for at in _occurrences(folded.text, quote))
        return tuple(span for span in spans if not self._inside_a_word(span))

    def _partial(self, quote: str) -> tuple[Span, ...]:
        haystack = self._typography
        # The ratio is symmetric: of a quote longer than the text it would find the text.
        if not quote or len(quote) > len(haystack.text):
            return ()
        alignment = fuzz.partial_ratio_alignment(
            quote, haystack.text, score_cutoff=MIN_PARTIAL_RATIO
        )
        if alignment is None:
            return ()
        return (self._whole_words(haystack.original(alignment.dest_start, alignment.dest_end)),)

    def _inside_a_word(self, span: Span) -> bool:
        return self._splits_a_word(span.start) or self._splits_a_word(span.end)

    def _whole_words(self, span: Span) -> Span:
        # A window of the quote's own length may cut the words at its ends.
        start, end = span.start, span.end
        while self._splits_a_word(start):
            start -= 1
        while self._splits_a_word(end):
            end += 1
        return Span(start, end)

    def _splits_a_word(self, position: int) -> bool:
        return 0 < position < len(self._text) and self._text[position - 1 : position + 1].isalpha()


def locate_evidence(
    questions: Iterable[GoldQuestion], report_of: Callable[[str], Report]
) -> Labels:
    """Look up every quote of the questions, each quote of a report once.

    ``report_of`` gives a report by its id; evidence names a report's file, whose id
    is the slug of that name.

    Raises:
        Whatever ``report_of`` raises, but ``UnknownReport``: that is a stale label.

    """
    library = _QuotedLibrary(report_of)
    located: dict[tuple[str, str], tuple[LocatedQuote, ...]] = {}
    stale: list[StaleLabel] = []
    for question in questions:
        found: list[LocatedQuote] = []
        for evidence in question.evidence:
            quote = library.locate(evidence)
            if isinstance(quote, LocatedQuote):
                found.append(quote)
            else:
                reason, nearest = quote
                stale.append(StaleLabel(question.gold, question.id, evidence, reason, nearest))
        located[question.gold, question.id] = tuple(found)
    return Labels(located, tuple(stale))


_Missing = tuple[str, NearMiss | None]


class _QuotedLibrary:
    """Finders and quotes of the reports seen so far."""

    def __init__(self, report_of: Callable[[str], Report]) -> None:
        self._report_of = report_of
        self._finders: dict[str, tuple[Report, QuoteFinder] | None] = {}
        self._seen: dict[Evidence, LocatedQuote | _Missing] = {}

    def locate(self, evidence: Evidence) -> LocatedQuote | _Missing:
        """Return the quote's places, or the reason why there are none and what is nearest."""
        if evidence not in self._seen:
            self._seen[evidence] = self._look_up(evidence)
        return self._seen[evidence]

    def _look_up(self, evidence: Evidence) -> LocatedQuote | _Missing:
        if evidence.report not in self._finders:
            self._finders[evidence.report] = self._finder(evidence.report)
        known = self._finders[evidence.report]
        if known is None:
            return "no report of that name is in the library", None
        report, finder = known
        match = finder.find(evidence.quote)
        if match is None:
            return "the quote is not in the report", finder.nearest(evidence.quote)
        step, spans = match
        metadata = report.metadata
        return LocatedQuote(
            report.report_id, spans, step, cycle=metadata.cycle, kind=metadata.kind.value
        )

    def _finder(self, name: str) -> tuple[Report, QuoteFinder] | None:
        try:
            report = self._report_of(report_id_of(name))
        except UnknownReport:
            return None
        return report, QuoteFinder(report.text)


def _occurrences(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)
