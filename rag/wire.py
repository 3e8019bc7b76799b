"""The JSON of an answer: the same names at every door, in the same order."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from index.documents import Metadata, Report, Span
from rag.answers import Answer, Citation, RankedPassage, Scope

if TYPE_CHECKING:
    from index.store.library import ReportCard

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """Return the answer as plain JSON values, fields in the order of the contract."""
    return {
        "id": answer.id,
        "question": answer.question,
        "status": answer.status.value,
        "reason": answer.reason,
        "text": answer.text,
        "sentences": [
            {"text": s.text, "citations": list(s.citations), "kind": s.kind.value}
            for s in answer.sentences
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
        "scope": scope_json(answer.scope),
        "coverage": asdict(answer.coverage),
        "warnings": list(answer.warnings),
        "confidence": round(answer.confidence, 4),
        "mode": answer.mode.value,
        "degraded": answer.degraded,
        "library": asdict(answer.library),
        "timings_ms": {name: round(ms, 2) for name, ms in asdict(answer.timings_ms).items()},
    }


def citation_json(citation: Citation) -> Json:
    return {
        "number": citation.number,
        "passage_id": citation.passage_id,
        "report_id": citation.report_id,
        "report_title": citation.report_title,
        "publisher": citation.publisher,
        "body": citation.body,
        "cycle": citation.cycle,
        "published": _day(citation.published),
        "section": list(citation.section),
        "page": citation.page,
        **_span(citation.span),
        "quote": citation.quote,
        "note": citation.note.value if citation.note else None,
        "url": citation.url,
    }


def passage_json(passage: RankedPassage) -> Json:
    return {
        "passage_id": passage.passage_id,
        "report_id": passage.report_id,
        "section": list(passage.section),
        "page": passage.page,
        **_span(passage.span),
        "text": passage.text,
        "score": round(passage.score, 6),
    }


def scope_json(scope: Scope) -> Json:
    return {
        "bodies": list(scope.bodies),
        "cycles": list(scope.cycles),
        "kinds": list(scope.kinds),
        "reports": list(scope.reports),
        "stated": list(scope.stated),
    }


def card_json(card: ReportCard) -> Json:
    """Return one line of the library's contents."""
    return {
        "report_id": card.report_id,
        "source": card.source,
        "sha256": card.sha256,
        **metadata_json(card.metadata),
        "sections": card.sections,
        "passages": card.passages,
        "judgements": card.judgements,
        "actions": card.actions,
    }


def report_json(report: Report) -> Json:
    """Return a whole report: its text, outline, judgements, actions and definitions."""
    return {
        "report_id": report.report_id,
        "source": report.source,
        "sha256": report.sha256,
        **metadata_json(report.metadata),
        "evidence": {name: _span(span) for name, span in sorted(report.metadata.evidence.items())},
        "sections": [
            {"path": list(section.path), "number": section.number, **_span(section.span)}
            for section in report.sections
        ],
        "judgements": [
            {
                "question": judgement.question,
                "number": judgement.number,
                "grade": judgement.grade,
                "basis": judgement.basis.value,
                "carried_from": judgement.carried_from,
                **_span(judgement.span),
            }
            for judgement in report.judgements
        ],
        "actions": [
            {
                "kind": action.kind.value,
                "number": action.number,
                "section": list(report.sections[action.section].path),
                "page": report.page_of(action.span),
                **_span(action.span),
                "quote": action.span.of(report.text),
            }
            for action in report.actions
        ],
        "definitions": [
            {"acronym": d.acronym, "expansion": d.expansion, **_span(d.span)}
            for d in report.definitions
        ],
        "page_starts": list(report.page_starts),
        "text": report.text,
    }


def metadata_json(metadata: Metadata) -> Json:
    fieldwork = metadata.fieldwork
    return {
        "title": metadata.title,
        "kind": metadata.kind.value,
        "publisher": metadata.publisher,
        "bodies": list(metadata.bodies),
        "area": metadata.area,
        "cycle": metadata.cycle,
        "pillar": metadata.pillar,
        "theme": metadata.theme,
        "fieldwork": [_day(fieldwork.first), _day(fieldwork.last)] if fieldwork else None,
        "inspectorates": list(metadata.inspectorates),
        "published": _day(metadata.published),
        "updated": _day(metadata.updated),
        "url": metadata.url,
        "invented": metadata.invented,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _span(span: Span) -> Json:
    return {"start": span.start, "end": span.end}
