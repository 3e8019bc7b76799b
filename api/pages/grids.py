"""Judgements side by side: a grid a cycle, for grades of two cycles cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from api.pages.report_view import basis_of
from api.pages.templates import REPORT_KINDS, report_address
from index.documents import Judgement, JudgementBasis, Metadata, Report


@dataclass(frozen=True, slots=True)
class Cell:
    grade: str
    address: str
    remark: str | None
    """Why the grade stands, where it was not simply inspected."""


@dataclass(frozen=True, slots=True)
class Row:
    body: str
    address: str
    invented: bool
    cells: tuple[Cell | None, ...]
    """One a question; ``None`` where the report gives no judgement on it."""


@dataclass(frozen=True, slots=True)
class Grid:
    name: str
    cycle: str
    questions: tuple[str, ...]
    rows: tuple[Row, ...]


def grids_of(reports: Iterable[Report]) -> tuple[Grid, ...]:
    """Return a grid for each cycle, family and pillar that has judgements, the latest first.

    "2018" and "2018/19" are two names of one cycle.
    """
    groups: dict[tuple[str, str, str], list[Report]] = {}
    for report in reports:
        metadata = report.metadata
        if report.judgements:
            key = ((metadata.cycle or "")[:4], metadata.kind.value, metadata.pillar or "")
            groups.setdefault(key, []).append(report)
    return tuple(_grid(groups[key]) for key in sorted(groups, reverse=True))


def _grid(reports: list[Report]) -> Grid:
    questions: dict[str, str] = {}
    for judgement in (j for report in reports for j in report.judgements):
        questions.setdefault(_key(judgement), judgement.question or "Overall")
    longest = max((report.metadata for report in reports), key=lambda m: len(m.cycle or ""))
    return Grid(
        name=_name(longest),
        cycle=longest.cycle or "",
        questions=tuple(questions.values()),
        rows=tuple(_row(report, tuple(questions)) for report in reports),
    )


def _key(judgement: Judgement) -> str:
    return " ".join((judgement.question or "").casefold().split())


def _name(metadata: Metadata) -> str:
    parts = (REPORT_KINDS[metadata.kind], metadata.cycle)
    name = " ".join(part for part in parts if part)
    return f"{name}, {metadata.pillar.lower()}" if metadata.pillar else name


def _row(report: Report, questions: tuple[str, ...]) -> Row:
    given: dict[str, Cell] = {}
    for judgement in report.judgements:
        given.setdefault(_key(judgement), _cell(report, judgement))
    metadata = report.metadata
    return Row(
        body=metadata.bodies[0] if metadata.bodies else metadata.title,
        address=report_address(report.report_id),
        invented=metadata.invented,
        cells=tuple(given.get(question) for question in questions),
    )


def _cell(report: Report, judgement: Judgement) -> Cell:
    carried = judgement.basis is JudgementBasis.CARRIED_OVER
    return Cell(
        grade=judgement.grade,
        address=report_address(report.report_id, judgement.span),
        remark=basis_of(judgement).lower() if carried else None,
    )
