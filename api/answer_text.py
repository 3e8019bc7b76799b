"""An answer as it is read in a terminal: the text, then where each quote stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from api.layout import indented, wrapped
from rag.answers import Answer, AnswerStatus, Citation, CitationNote, Coverage, RankedPassage, Scope

NOTES = {
    CitationNote.CARRIED_OVER: "a judgement carried over from an earlier inspection",
    CitationNote.PREVIOUS_INSPECTION: "about an earlier inspection",
    CitationNote.SUPERSEDED_REPORT: "from a report that a later one has replaced",
}
INVENTED = "sample report, invented"


def answer_text(answer: Answer, *, columns: int, invented: Collection[str]) -> str:
    """Return the answer laid out for ``columns``, without a newline at the end.

    ``invented`` has the ids of the sample reports: a citation of one says so.
    """
    return (
        f"{_opening(answer, columns)}\n\n{sources_text(answer, columns=columns, invented=invented)}"
    )


def sources_text(answer: Answer, *, columns: int, invented: Collection[str]) -> str:
    """Return what stands below an answer's text: where its quotes stand, and what to know of it."""
    blocks: list[str] = []
    if answer.citations:
        blocks.append("Sources")
        blocks.extend(_citation(citation, columns, invented) for citation in answer.citations)
    blocks.append("\n".join(_closing(answer, columns)))
    return "\n\n".join(blocks)


def passages_text(
    passages: Sequence[RankedPassage], *, columns: int, invented: Collection[str]
) -> str:
    """Return ranked passages, best first, laid out for ``columns``."""
    return "\n\n".join(
        _passage(rank, passage, columns, invented) for rank, passage in enumerate(passages, 1)
    )


def _opening(answer: Answer, columns: int) -> str:
    if answer.status is AnswerStatus.ANSWERED:
        return wrapped(answer.text, columns)
    if answer.status is AnswerStatus.PARTIAL:
        reason = wrapped(f"Only in part: {answer.reason}", columns)
        return f"{wrapped(answer.text, columns)}\n\n{reason}"
    return wrapped(f"No answer: {answer.reason}", columns)


def _citation(citation: Citation, columns: int, invented: Collection[str]) -> str:
    head = [citation.body or citation.report_title, citation.cycle, _page(citation.page)]
    where = ", ".join(part for part in head if part)
    if citation.report_id in invented:
        where += f" ({INVENTED})"
    lines = [f"[{citation.number}] {where}", *_section(citation.section)]
    lines.append(f"“{citation.quote}”")
    if citation.note is not None:
        lines.append(f"Note: {NOTES[citation.note]}.")
    if citation.url is not None and citation.url.startswith("https:"):
        lines.append(citation.url)
    return indented(lines, columns)


def _passage(rank: int, passage: RankedPassage, columns: int, invented: Collection[str]) -> str:
    parts = [passage.report_id, _page(passage.page), f"score {passage.score:.4f}"]
    if passage.report_id in invented:
        parts.append(INVENTED)
    head = f"{rank}. " + ", ".join(part for part in parts if part)
    return indented([head, *_section(passage.section), *passage.text.splitlines()], columns)


def _closing(answer: Answer, columns: int) -> Iterator[str]:
    for warning in answer.warnings:
        yield wrapped(f"Note: {warning}", columns)
    if answer.degraded is not None:
        yield wrapped(f"Without the language model: {answer.degraded}", columns)
    if understood := _understood(answer.scope):
        yield wrapped(f"About: {understood}.", columns)
    yield _coverage(answer.coverage)


def _understood(scope: Scope) -> str:
    return "; ".join(
        ", ".join(names) for names in (scope.bodies, scope.cycles, scope.reports) if names
    )


def _coverage(coverage: Coverage) -> str:
    reports = "report" if coverage.in_scope == 1 else "reports"
    return (
        f"{coverage.in_scope} {reports} in scope, "
        f"{coverage.searched} searched, {coverage.cited} cited."
    )


def _section(path: Sequence[str]) -> list[str]:
    return [" › ".join(path)] if path else []


def _page(page: int | None) -> str | None:
    return None if page is None else f"page {page}"
