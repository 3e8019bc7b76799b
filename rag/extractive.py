"""Claims to an answer: numbered citations, grouped by where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from index.documents import Judgement, JudgementBasis, Report, ReportKind, Section, Span
from index.store.snapshot import Snapshot
from rag.answers import Citation, CitationNote, Sentence, SentenceKind
from rag.text_fragments import text_directive

KIND_NAMES = {
    ReportKind.PEEL: "PEEL",
    ReportKind.JTAI: "joint targeted area inspection",
    ReportKind.CHILDRENS_SERVICES: "children’s services inspection",
    ReportKind.FIRE: "fire and rescue inspection",
    ReportKind.OTHER: "report",
}

_INSPECTION = r"(?:inspection|report|assessment|visit)"
_EARLIER = re.compile(
    # "in 2017, we found", "in our effectiveness report of 2017", "our 2016 inspection",
    # "an inspection in 2015", "the last inspection"
    r"\bin (?:our )?(?:[A-Za-z]+ )?(?:report of )?((?:19|20)\d\d)[^.]{0,40}?"
    r"\b(?:we|inspect\w*|the force|there|our)\b|"
    rf"\b{_INSPECTION} (?:of|in|from) (?:[A-Za-z]+ )?((?:19|20)\d\d)\b|"
    rf"(?<!since )\b(?:our|the|its|their) (?:((?:19|20)\d\d)|previous|last|earlier) "
    rf"(?:[A-Za-z]+ ){{0,2}}{_INSPECTION}\b",
    re.IGNORECASE,
)
_CARRIED_OVER = re.compile(r"\bjudge?ments?\b[^.]*\bcarried (?:over|forward)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a report that proves something, and what its reader must know about it."""

    report_id: str
    span: Span
    note: CitationNote | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer with the quotes that prove it.

    ``score`` orders the groups of an answer: higher is better.
    """

    text: str
    kind: SentenceKind
    quotes: tuple[Quote, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Composition:
    """The written answer, before its status and timings are known."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


@dataclass(slots=True)
class Numbering:
    """Writes claims down: each distinct quote has one number, in order of first use."""

    snapshot: Snapshot
    citations: list[Citation] = field(default_factory=list)
    numbers: dict[tuple[str, Span], int] = field(default_factory=dict)

    def write(self, claim: Claim) -> Sentence:
        numbers = tuple(dict.fromkeys(self._number_of(quote) for quote in claim.quotes))
        return Sentence(text=claim.text, citations=numbers, kind=claim.kind)

    def _number_of(self, quote: Quote) -> int:
        key = (quote.report_id, quote.span)
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers) + 1
            self.citations.append(cite(self.snapshot, quote, number=self.numbers[key]))
        return self.numbers[key]


def verbatim(report: Report, span: Span, *, score: float = 0.0) -> Claim:
    """Return the claim that is its own quote."""
    note = None
    if _says_carried_over(report, span):
        note = CitationNote.CARRIED_OVER
    elif speaks_of_earlier(report, span):
        note = CitationNote.PREVIOUS_INSPECTION
    return Claim(
        text=span.of(report.text),
        kind=SentenceKind.VERBATIM,
        quotes=(Quote(report.report_id, span, note),),
        score=score,
    )


def compose(claims: Sequence[Claim], snapshot: Snapshot) -> Composition:
    """Return the text, its sentences and citations.

    Claims of one place (report and section) that follow each other stand
    together under a line that names the place. The line makes no claim of its
    own: it is not a sentence of the answer. Where some sentences are
    paraphrases, the others stand in quotation marks.
    """
    numbering = Numbering(snapshot)
    sentences: list[Sentence] = []
    lines: list[str] = []
    mixed = any(claim.kind is SentenceKind.PARAPHRASE for claim in claims)
    for place, group in groupby(claims, key=lambda claim: place_of(snapshot, claim)):
        written = [numbering.write(claim) for claim in group]
        sentences.extend(written)
        lines.append(f"{place}:\n{_paragraph(written, mixed=mixed)}")
    return Composition("\n\n".join(lines), tuple(sentences), tuple(numbering.citations))


def _paragraph(sentences: Iterable[Sentence], *, mixed: bool) -> str:
    lines = []
    for sentence in sentences:
        marked = mixed and sentence.kind is SentenceKind.VERBATIM
        text = f"“{sentence.text}”" if marked else sentence.text
        lines.append(f"{text} {''.join(f'[{n}]' for n in sentence.citations)}")
    return "\n".join(lines)


def place_of(snapshot: Snapshot, claim: Claim) -> str:
    """Return where a claim's first quote stands, in words: body, report, section, judgement."""
    first = claim.quotes[0]
    report = snapshot.report(first.report_id)
    parts = [report_name(report)]
    section = section_at(report, first.span)
    if section is not None and section.path:
        parts.append(" › ".join(_without_title(section.path, report)))
        judgement = judgement_over(report, section)
        if judgement is not None:
            parts[-1] += f" ({_judged(judgement)})"
    return ", ".join(part for part in parts if part)


def _without_title(path: Sequence[str], report: Report) -> list[str]:
    return [heading for heading in path if heading != report.metadata.title][-2:]


def report_name(report: Report) -> str:
    """Return the report by body, kind and cycle: ``Wrenmoor Constabulary, PEEL 2018``."""
    metadata = report.metadata
    if not metadata.bodies:
        return metadata.title
    cycle = f" {metadata.cycle}" if metadata.cycle else ""
    sample = " (invented sample)" if metadata.invented else ""
    return f"{metadata.bodies[0]}, {KIND_NAMES[metadata.kind]}{cycle}{sample}"


def section_at(report: Report, span: Span) -> Section | None:
    """Return the section in which the span begins."""
    return next((s for s in report.sections if s.span.start <= span.start < s.span.end), None)


def _judged(judgement: Judgement) -> str:
    match judgement.basis:
        case JudgementBasis.INSPECTED:
            return f"judged {judgement.grade}"
        case JudgementBasis.CARRIED_OVER:
            return f"judged {judgement.grade}, carried over"
        case JudgementBasis.UNGRADED:
            return "not graded"


def judgement_over(report: Report, section: Section) -> Judgement | None:
    """Return the judgement on the question that the section belongs to, if there is one."""
    if section.number is None:
        return None
    return next((j for j in report.judgements if j.number == section.number), None)


def speaks_of_earlier(report: Report, span: Span) -> bool:
    """Whether the sentence tells what an earlier inspection found ("In 2017 we found…")."""
    match = _EARLIER.search(span.of(report.text))
    if match is None:
        return False
    year = match[1] or match[2] or match[3]
    return year is None or year < _year(report)


def _says_carried_over(report: Report, span: Span) -> bool:
    """Whether the sentence is what a carried-over judgement rests on."""
    bases = (j.basis_span for j in report.judgements if j.basis_span is not None)
    return any(span.overlaps(basis) for basis in bases) or bool(
        _CARRIED_OVER.search(span.of(report.text))
    )


def _year(report: Report) -> str:
    metadata = report.metadata
    day = metadata.fieldwork.first if metadata.fieldwork else metadata.published or metadata.updated
    return (metadata.cycle or (str(day.year) if day else "9999"))[:4]


def cite(snapshot: Snapshot, quote: Quote, *, number: int) -> Citation:
    """Return the citation of a quote, everything a reader needs to find it again."""
    report = snapshot.report(quote.report_id)
    metadata = report.metadata
    section = section_at(report, quote.span)
    return Citation(
        number=number,
        passage_id=str(passage_at(snapshot, quote)),
        report_id=report.report_id,
        report_title=metadata.title,
        publisher=metadata.publisher,
        body=metadata.bodies[0] if metadata.bodies else None,
        cycle=metadata.cycle,
        published=metadata.published,
        section=section.path if section else (),
        page=report.page_of(quote.span),
        span=quote.span,
        quote=quote.span.of(report.text),
        note=quote.note or _superseded(snapshot, report),
        url=link_to(report, quote.span),
    )


def passage_at(snapshot: Snapshot, quote: Quote) -> int:
    """Return the id of the passage that holds the quote's start, else of the nearest one.

    Headings and printed grades may lie outside every passage; then a passage of
    their own section is nearer than any other, and one that follows than one before.
    """
    report = snapshot.report(quote.report_id)
    start, own = quote.span.start, section_at(report, quote.span)

    def farness(passage_id: int) -> tuple[bool, bool, int, int]:
        passage = snapshot.passage(passage_id)
        span = passage.span
        distance = max(span.start - start, start - span.end + 1, 0)
        return report.sections[passage.section] is not own, span.end <= start, distance, passage_id

    return min(snapshot.passage_ids(quote.report_id), key=farness)


def _superseded(snapshot: Snapshot, report: Report) -> CitationNote | None:
    """Whether the library holds a later report of the same body, kind and pillar.

    A report without a pillar covers them all, as PEEL reports do since 2021/22.
    "2018/19" is no later than "2018": both are names of one cycle.
    """
    mine = report.metadata
    if not mine.bodies or not mine.cycle:
        return None
    for card in snapshot.cards.values():
        other = card.metadata
        same = (other.bodies[:1], other.kind) == (mine.bodies[:1], mine.kind)
        covers = other.pillar in (None, mine.pillar)
        if same and covers and other.cycle and other.cycle[:4] > mine.cycle[:4]:
            return CitationNote.SUPERSEDED_REPORT
    return None


def link_to(report: Report, span: Span) -> str:
    """Return the publisher's page with the quote as a text fragment, else our reader's page.

    A publisher's PDF is opened at the page, too: not every viewer knows text fragments.
    """
    if report.metadata.url is None:
        return f"/reports/{report.report_id}#{span.start}-{span.end}"
    address, _, place = report.metadata.url.partition("#")
    page = report.page_of(span)
    if page is not None and address.lower().endswith(".pdf"):
        place = f"page={page}"
    fragment = place + text_directive(report.text, span)
    return f"{address}#{fragment}" if fragment else address
